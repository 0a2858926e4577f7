package test

type celsius float64
type flags uint8
type label string

func unary(i int, u flags, s label, b bool, p *int, ch chan int, send chan<- int) {
	_ = -i
	_ = +s // ERROR "invalid operation: operator + not defined on s (variable of string type label)"
	_ = ^u
	_ = ^1.5 // ERROR "invalid operation: operator ^ not defined on 1.5 (untyped float constant)"
	_ = !b
	_ = !i // ERROR "invalid operation: operator ! not defined on i (variable of type int)"
	_ = ~i // ERROR "cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)"
	_ = ~s // ERROR "cannot use ~ outside of interface or type constraint"
	_ = &i
	_ = &(celsius(1)) // ERROR "invalid operation: cannot take address of celsius(1) (constant 1 of float64 type celsius)"
	_ = &struct{}{}
	_ = &(unary) // ERROR "invalid operation: cannot take address of unary (value of type func(i int, u flags, s label, b bool, p *int, ch chan int, send chan<- int))"
	_ = *p
	_ = *i // ERROR "invalid operation: cannot indirect i (variable of type int)"
	_ = *nil // ERROR "invalid operation: cannot indirect nil"
	_ = <-ch
	_ = <-send // ERROR "invalid operation: cannot receive from send-only channel chan<- int send (variable of type chan<- int)"
	_ = <-i // ERROR "invalid operation: cannot receive from non-channel int i (variable of type int)"
}

func binary(i int, j int64, c celsius, s label, b bool, e error) {
	_ = i + j // ERROR "invalid operation: i + j (mismatched types int and int64)"
	_ = i + 1.0
	_ = i + 1.5 // ERROR "1.5 (untyped float constant) truncated to int"
	_ = c * 2
	_ = c % 2 // ERROR "invalid operation: operator % not defined on c (variable of float64 type celsius)"
	_ = s + "x"
	_ = s - "x" // ERROR "invalid operation: operator - not defined on s (variable of string type label)"
	_ = s + 1 // ERROR "invalid operation: s + 1 (mismatched types label and untyped int)"
	_ = b + b // ERROR "invalid operation: operator + not defined on b (variable of type bool)"
	_ = b && true
	_ = i && j // ERROR "invalid operation: i && j (mismatched types int and int64)"
	_ = i || 1 // ERROR "invalid operation: operator || not defined on i (variable of type int)"
	_ = e + e // ERROR "invalid operation: operator + not defined on e (variable of interface type error)"
	_ = nil + nil // ERROR "invalid operation: operator + not defined on nil"
	_ = i / 0 // ERROR "invalid operation: division by zero"
	_ = i % 0 // ERROR "invalid operation: division by zero"
	_ = c / 0
	_ = 1.0 / 0 // ERROR "invalid operation: division by zero"
	_ = 1i / 0i // ERROR "invalid operation: division by zero"
	i += "a" // ERROR "invalid operation: i += \"a\" (mismatched types int and untyped string)"
	i <<= 1.0
	s += 'a' // ERROR "invalid operation: s += 'a' (mismatched types label and untyped rune)"
	b &= true // ERROR "invalid operation: operator & not defined on b (variable of type bool)"
}

func comparisons(i int, s []int, m map[string]int, f func(), e error, p *int, a any) {
	_ = i == "a" // ERROR "invalid operation: i == \"a\" (mismatched types int and untyped string)"
	_ = i < 2.0
	_ = i == nil // ERROR "invalid operation: i == nil (mismatched types int and untyped nil)"
	_ = s == nil
	_ = s == s // ERROR "invalid operation: s == s (slice can only be compared to nil)"
	_ = m == m // ERROR "invalid operation: m == m (map can only be compared to nil)"
	_ = f == f // ERROR "invalid operation: f == f (func can only be compared to nil)"
	_ = f != nil
	_ = s < s // ERROR "invalid operation: s < s (operator < not defined on slice)"
	_ = e == nil
	_ = e == i // ERROR "invalid operation: e == i (mismatched types error and int)"
	_ = a == i
	_ = a < 1 // ERROR "invalid operation: a < 1 (operator < not defined on interface)"
	_ = p < p // ERROR "invalid operation: p < p (operator < not defined on pointer)"
	_ = p == &i
	_ = nil == nil // ERROR "invalid operation: nil == nil (operator == not defined on untyped nil)"
	_ = true < false // ERROR "invalid operation: true < false (operator < not defined on untyped bool)"
	_ = 1i < 2i // ERROR "invalid operation: 1i < 2i (operator < not defined on untyped complex)"
	_ = struct{ f func() }{} == struct{ f func() }{} // ERROR "invalid operation: struct{f func()}{} == struct{f func()}{} (struct containing func() cannot be compared)"
	_ = [1][]int{} == [1][]int{} // ERROR "invalid operation: [1][]int{} == [1][]int{} ([1][]int cannot be compared)"
	var _ int = i == i // ERROR "cannot use i == i (untyped bool value) as int value in variable declaration"
	switch s {
	case s: // ERROR "invalid case s in switch on s (slice can only be compared to nil)"
	case nil:
	}
	switch i {
	case "a", 1: // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	}
}

func params[P any, Q comparable, R ~int | ~string, F func() | func(int)](p P, q Q, r R, f F) {
	_ = p == p // ERROR "invalid operation: p == p (incomparable types in type set)"
	_ = q == q
	_ = q < q // ERROR "invalid operation: q < q (type parameter Q cannot use operator <)"
	_ = r < r
	_ = r + r
	_ = r - r // ERROR "invalid operation: operator - not defined on r (variable of type R constrained by ~int | ~string)"
	_ = r + 1 // ERROR "invalid operation: r + 1 (mismatched types R and untyped int)"
	_ = p + p // ERROR "invalid operation: operator + not defined on p (variable of type P constrained by any)"
	_ = f == nil
	_ = *p // ERROR "invalid operation: cannot indirect p (variable of type P constrained by any)"
	_ = <-p // ERROR "invalid operation: cannot receive from p (variable of type P constrained by any): no specific channel type"
}

func values() (int, int)
func nothing()

func misuse() {
	_ = values() + 1 // ERROR "multiple-value values() (value of type (int, int)) in single-value context"
	_ = nothing() + 1 // ERROR "nothing() (no value) used as value"
	_ = int + 1 // ERROR "int (type) is not an expression"
	_ = len + 1 // ERROR "len (built-in) must be called"
	_ = -values() // ERROR "multiple-value values() (value of type (int, int)) in single-value context"
}
