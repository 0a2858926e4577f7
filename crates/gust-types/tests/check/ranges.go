package test

type seq func(yield func(int) bool)
type myBool bool

func _(n int, s string, arr [2]bool, p *[2]bool, sl []string, m map[string]int8, ch chan int, out chan<- int, f func(), x any, pp **[2]int) {
	for range n {
	}
	for i := range n {
		var _ string = i // ERROR "cannot use i (variable of type int) as string value in variable declaration"
	}
	for i := range 10 {
		var _ string = i // ERROR "cannot use i (variable of type int) as string value in variable declaration"
	}
	for i := range int8(3) {
		var _ string = i // ERROR "cannot use i (variable of type int8) as string value in variable declaration"
	}
	for i := range 1.5 { // ERROR "cannot range over 1.5 (untyped float constant)"
	}
	for i, j := range n { // ERROR "declared and not used: i" "range over n (variable of type int) permits only one iteration variable"
	}
	for i, r := range s {
		var _ string = i // ERROR "cannot use i (variable of type int) as string value in variable declaration"
		var _ string = r // ERROR "cannot use r (variable of type rune) as string value in variable declaration"
	}
	for i, b := range arr {
		var _, _ string = i, b // ERROR "cannot use b (variable of type bool) as string value in variable declaration" "cannot use i (variable of type int) as string value in variable declaration"
	}
	for _, b := range p {
		var _ string = b // ERROR "cannot use b (variable of type bool) as string value in variable declaration"
	}
	for k, v := range m {
		var _, _ int = k, v // ERROR "cannot use k (variable of type string) as int value in variable declaration" "cannot use v (variable of type int8) as int value in variable declaration"
	}
	for v := range ch {
		var _ string = v // ERROR "cannot use v (variable of type int) as string value in variable declaration"
	}
	for v, w := range ch { // ERROR "declared and not used: v" "range over ch (variable of type chan int) permits only one iteration variable"
	}
	for range out { // ERROR "cannot range over out (variable of type chan<- int): receive from send-only channel chan<- int"
	}
	for range f { // ERROR "cannot range over f (variable of type func()): func must be func(yield func(...) bool): wrong argument count"
	}
	for range x { // ERROR "cannot range over x (variable of interface type any)"
	}
	for range pp { // ERROR "cannot range over pp (variable of type **[2]int)"
	}
	for _ := range sl { // ERROR "no new variables on left side of :="
	}
	for sl[0] = range sl { // ERROR "cannot use sl[0] (value of type int) as string value in assignment"
	}
	var u8 uint8 // ERROR "declared and not used: u8"
	for u8 = range 300 { // ERROR "cannot use 300 (untyped int constant) as uint8 value in range clause (overflows)"
	}
	for u8 = range 3 {
	}
	var fl float64 // ERROR "declared and not used: fl"
	for fl = range 3 { // ERROR "cannot use iteration variable of type float64"
	}
	for n, u8 = range sl { // ERROR "cannot use u8 (value of type string) as uint8 value in assignment"
	}
	for _, _ = range sl {
	}
	for range undefined { // ERROR "undefined: undefined"
	}
	for i := range i { // ERROR "undefined: i"
	}
	for range nil { // ERROR "cannot range over nil"
	}
	for len = range sl { // ERROR "len (built-in) must be called"
	}
}

func _(a func(func() bool), b func(func(int) bool), c func(func(int, string) bool), d func(func(int, int, int) bool), e func(func(int)), f func(func() myBool), g func(int), h func(func() bool) int, i func(), s seq) {
	for range a {
	}
	for x := range a { // ERROR "range over a (variable of type func(func() bool)) permits no iteration variables"
	}
	for x := range b {
		var _ string = x // ERROR "cannot use x (variable of type int) as string value in variable declaration"
	}
	for x, y := range b { // ERROR "declared and not used: x" "range over b (variable of type func(func(int) bool)) permits only one iteration variable"
	}
	for x, y := range c {
		var _, _ bool = x, y // ERROR "cannot use x (variable of type int) as bool value in variable declaration" "cannot use y (variable of type string) as bool value in variable declaration"
	}
	for range d { // ERROR "cannot range over d (variable of type func(func(int, int, int) bool)): func must be func(yield func(...) bool): yield func has too many parameters"
	}
	for range e { // ERROR "cannot range over e (variable of type func(func(int))): func must be func(yield func(...) bool): yield func does not return bool"
	}
	for range f { // ERROR "cannot range over f (variable of type func(func() myBool)): func must be func(yield func(...) bool): yield func returns user-defined boolean, not bool"
	}
	for range g { // ERROR "cannot range over g (variable of type func(int)): func must be func(yield func(...) bool): argument is not func"
	}
	for range h { // ERROR "cannot range over h (variable of type func(func() bool) int): func must be func(yield func(...) bool): unexpected results"
	}
	for range i { // ERROR "cannot range over i (variable of type func()): func must be func(yield func(...) bool): wrong argument count"
	}
	for x := range s {
		_ = x
	}
}

func _[A []int | [3]int, B []int | []string, C ~int | ~int8, D any, E chan int | <-chan int, F chan<- int, G func(func(int) bool)](a A, b B, c C, d D, e E, f F, g G) {
	for i, x := range a { // ERROR "cannot range over a (variable of type A constrained by []int | [3]int): []int and [3]int have different underlying types"
		_, _ = i, x
	}
	for range b { // ERROR "cannot range over b (variable of type B constrained by []int | []string): []int and []string have different underlying types"
	}
	for i := range c { // ERROR "cannot range over c (variable of type C constrained by ~int | ~int8): int and int8 have different underlying types"
		var _ C = i
	}
	for range d { // ERROR "cannot range over d (variable of type D constrained by any): no specific type"
	}
	for range e {
	}
	for range f { // ERROR "cannot range over f (variable of type F constrained by chan<- int): receive from send-only channel chan<- int"
	}
	for x := range g {
		var _ string = x // ERROR "cannot use x (variable of type int) as string value in variable declaration"
	}
}
