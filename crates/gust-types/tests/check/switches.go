package test

type myInt int
type I interface{ M() }
type J interface{ M(int) }
type T struct{}

func (*T) M() {}

func _(n int, s string, x any, i I, f func(), sl []int, b byte, fl float64) {
	switch n {
	case 1, 2:
	case 2: // ERROR "duplicate case 2 (constant of type int) in expression switch | 12: previous case"
	case "a": // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	case 1.5: // ERROR "1.5 (untyped float constant) truncated to int"
	case n:
	case x:
	case nil: // ERROR "cannot convert nil to type int"
	case 1 + 2, 3: // ERROR "duplicate case 3 (constant of type int) in expression switch | 19: previous case"
	default:
	case 4:
	default: // ERROR "multiple defaults (first at :20:2)"
	}
	switch {
	case true, false, true:
	case n > 1:
	case n: // ERROR "invalid case n in switch on true (mismatched types int and bool)"
	case 1: // ERROR "cannot convert 1 (untyped int constant) to type bool"
	}
	switch s {
	case "a", "b", "a": // ERROR "duplicate case \"a\" (constant of type string) in expression switch | 31: previous case"
	}
	switch fl {
	case 1, 1.0, 2.5: // ERROR "duplicate case 1.0 (constant 1 of type float64) in expression switch | 34: previous case"
	case 2.5: // ERROR "duplicate case 2.5 (constant of type float64) in expression switch | 34: previous case"
	}
	switch x {
	case 1, "a", 1.0, nil:
	case 1, int8(1), myInt(1), myInt(1): // ERROR "duplicate case 1 (constant of type int) in expression switch | 38: previous case" "duplicate case myInt(1) (constant 1 of int type myInt) in expression switch | 39: previous case"
	case f: // ERROR "invalid case f in switch on x (func can only be compared to nil)"
	case sl: // ERROR "invalid case sl in switch on x (slice can only be compared to nil)"
	}
	switch f {
	case nil:
	case f: // ERROR "invalid case f in switch on f (func can only be compared to nil)"
	}
	switch sl {
	case nil:
	}
	switch nil { // ERROR "use of untyped nil in switch expression"
	}
	switch [1]func(){} { // ERROR "cannot switch on [1]func(){} (value of type [1]func()) ([1]func() is not comparable)"
	}
	switch undefined { // ERROR "undefined: undefined"
	case 1:
	}
	switch b {
	case 'a', 97: // ERROR "duplicate case 97 (constant of type byte) in expression switch | 58: previous case"
	case 256: // ERROR "256 (untyped int constant) overflows byte"
	case -1: // ERROR "-1 (untyped int constant) overflows byte"
	}
	switch x := f; x {
	}
	switch g() { // ERROR "g() (no value) used as value"
	}
}

func g() {}

func _[P any](x any, i I, n int, p P) {
	switch x.(type) {
	case int, string, int: // ERROR "duplicate case int in type switch | 72: previous case"
	case nil:
	case nil: // ERROR "duplicate case nil in type switch | 73: previous case"
	case *T, *T, T, []int, []int, map[string]int, func(int) string, func(int) string: // ERROR "duplicate case *T in type switch | 75: previous case" "duplicate case []int in type switch | 75: previous case" "duplicate case func(int) string in type switch | 75: previous case"
	case undefined: // ERROR "undefined: undefined"
	case n: // ERROR "n (parameter) is not a type"
	case chan int, chan<- int, chan int: // ERROR "duplicate case chan int in type switch | 78: previous case"
	case struct{ a int }, struct{ a int }, struct{ b int }: // ERROR "duplicate case struct{a int} in type switch | 79: previous case"
	case interface{ M() }, I:
	case [2]int, [3]int, [2]int: // ERROR "duplicate case [2]int in type switch | 81: previous case"
	case P, P: // ERROR "duplicate case P in type switch | 82: previous case"
	default:
	default: // ERROR "multiple defaults (first at :83:2)"
	}
	switch i.(type) {
	case *T:
	case T: // ERROR "impossible type switch case: T\n\ti (variable of interface type I) cannot have dynamic type T (method M has pointer receiver)"
	case J:
	case int: // ERROR "impossible type switch case: int\n\ti (variable of interface type I) cannot have dynamic type int (missing method M)"
	case I:
	}
	switch n.(type) { // ERROR "n (variable of type int) is not an interface"
	case int:
	}
	switch p.(type) { // ERROR "cannot use type switch on type parameter value p (variable of type P constrained by any)"
	}
	switch y := x.(type) {
	case int:
		var _ string = y // ERROR "cannot use y (variable of type int) as string value in variable declaration"
	case int8, string:
		var _ string = y // ERROR "cannot use y (variable of interface type any) as string value in variable declaration: need type assertion"
	case nil:
		var _ string = y // ERROR "cannot use y (variable of interface type any) as string value in variable declaration: need type assertion"
	default:
		var _ string = y // ERROR "cannot use y (variable of interface type any) as string value in variable declaration: need type assertion"
	}
	switch y := 1; z := x.(type) {
	case int:
		_ = y + z
	}
}
