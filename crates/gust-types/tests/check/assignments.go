package test

func one() int           { return 0 }
func two() (int, string) { return 0, "" }
func none()              {}

type I interface{ M() }
type J interface {
	I
	N()
}
type T struct{ f int }
type P struct{}

func (*P) M() {}

var a, b = 1 // ERROR "assignment mismatch: 2 variables but 1 value"
var c, d = one() // ERROR "assignment mismatch: 2 variables but one returns 1 value"
var e, f, g = two() // ERROR "assignment mismatch: 3 variables but two returns 2 values"
var h = two() // ERROR "multiple-value two() (value of type (int, string)) in single-value context"
var i, j = 1, 2, 3 // ERROR "extra init expr 3"
var k int = nil // ERROR "cannot use nil as int value in variable declaration"
var l = nil // ERROR "use of untyped nil in variable declaration"
var m string = 1 // ERROR "cannot use 1 (untyped int constant) as string value in variable declaration"
var n int8 = 300 // ERROR "cannot use 300 (untyped int constant) as int8 value in variable declaration (overflows)"
var o int = 1.5 // ERROR "cannot use 1.5 (untyped float constant) as int value in variable declaration (truncated)"
var p I = P{} // ERROR "cannot use P{} (value of struct type P) as I value in variable declaration: P does not implement I (method M has pointer receiver)"
var q I = &P{}
var r J = q // ERROR "cannot use q (variable of interface type I) as J value in variable declaration: I does not implement J (missing method N)"
var s P = q // ERROR "cannot use q (variable of interface type I) as P value in variable declaration"
var t *I = q // ERROR "cannot use q (variable of interface type I) as *I value in variable declaration: I does not implement *I (type *I is pointer to interface, not interface)"
var u func() = one // ERROR "cannot use one (value of type func() int) as func() value in variable declaration"
var v chan<- int = make(chan int)
var w chan int = v // ERROR "cannot use v (variable of type chan<- int) as chan int value in variable declaration"
var x, y int = two() // ERROR "cannot use two() (value of type string) as int value in assignment"

func _(ch chan int, mp map[string]T, arr [2]int) {
	var a int
	a, b := 1, 2 // ERROR "declared and not used: b"
	a, c := two()
	a, b := 3, 4 // ERROR "no new variables on left side of :="
	e, e := 1, 2 // ERROR "declared and not used: e" "e repeated on left side of :="
	_, _ := 1, 2 // ERROR "no new variables on left side of :="
	a = "s" // ERROR "cannot use \"s\" (untyped string constant) as int value in assignment"
	a, b = two() // ERROR "cannot use two() (value of type string) as int value in assignment"
	a, b = one() // ERROR "assignment mismatch: 2 variables but one returns 1 value"
	a = two() // ERROR "assignment mismatch: 1 variable but two returns 2 values"
	a = none() // ERROR "none() (no value) used as value"
	a, c, b = 1, "2" // ERROR "assignment mismatch: 3 variables but 2 values"
	_ = nil // ERROR "use of untyped nil in assignment to _ identifier"
	_, _ = nil, 1 // ERROR "use of untyped nil in assignment to _ identifier"
	mp["a"].f = 1 // ERROR "cannot assign to struct field mp[\"a\"].f in map"
	mp["a"] = T{}
	one() = 1 // ERROR "cannot assign to one() (neither addressable nor a map index expression)"
	"a" = a // ERROR "cannot assign to \"a\" (neither addressable nor a map index expression)"
	T{}.f = 1 // ERROR "cannot assign to T{}.f (neither addressable nor a map index expression)"
	arr[0], arr[1] = 1, "a" // ERROR "cannot use \"a\" (untyped string constant) as int value in assignment"
	[2]int{}[0] = 1 // ERROR "cannot assign to [2]int{}[0] (neither addressable nor a map index expression)"
	var ok bool // ERROR "declared and not used: ok"
	a, ok = <-ch
	a, ok = mp["a"].f // ERROR "assignment mismatch: 2 variables but 1 value"
	_, ok = mp["b"]
	a, b = <-ch // ERROR "cannot use <-ch (untyped bool value) as int value in assignment"
	a += "a" // ERROR "invalid operation: a += \"a\" (mismatched types int and untyped string)"
	a++
	c++ // ERROR "invalid operation: c++ (non-numeric type string)"
	one()++ // ERROR "cannot assign to one() (neither addressable nor a map index expression)"
	none = nil // ERROR "cannot assign to none (neither addressable nor a map index expression)"
	int = 1 // ERROR "int (type) is not an expression"
	len = nil // ERROR "len (built-in) must be called"
	nil = nil // ERROR "cannot assign to nil (neither addressable nor a map index expression)"
}

func _() (int, string) { return } // ERROR "not enough return values | have () | want (int, string)"
func _() (int, string) { return 1 } // ERROR "not enough return values | have (number) | want (int, string)"
func _() (int, string) { return 1, "a", nil } // ERROR "too many return values | have (number, string, nil) | want (int, string)"
func _() (int, string) { return two() }
func _() (int, string) { return one() } // ERROR "not enough return values | have (int) | want (int, string)"
func _() (int, string) { return "a", 1 } // ERROR "cannot use \"a\" (untyped string constant) as int value in return statement" "cannot use 1 (untyped int constant) as string value in return statement"
func _() int           { return two() } // ERROR "too many return values | have (int, string) | want (int)"
func _()               { return 1 } // ERROR "too many return values | have (number) | want ()"
func _()               { return none() } // ERROR "none() (no value) used as value"
func _() (n int, s string) { return }
func _() (n int, s string) {
	{
		n := 1
		_ = n
		return // ERROR "result parameter n not in scope at return | 86: inner declaration of var n int"
	}
}
func _() (x int) { for { } }
func _() (x int) { } // ERROR "missing return"
func _(p bool) int {
	if p {
		return 1
	}
} // ERROR "missing return"
