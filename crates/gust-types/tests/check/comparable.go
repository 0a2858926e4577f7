package test

// What compares with ==, and what follows from it.

type (
	plain    struct{ a, b int }
	slices   struct{ a int; s []int }
	nested   struct{ n slices }
	iface    struct{ e error }
	arr      [2][]int
	fn       func()
	rec      struct{ next *rec; v int }
	recSlice struct{ next []recSlice }
)

func _(a plain, b slices, c nested, d iface, e arr, f fn, g rec, h recSlice, i [2]plain, m map[int]int, s []int, x any) {
	_ = a == a
	_ = b == b // ERROR "invalid operation: b == b (struct containing []int cannot be compared)"
	_ = c == c // ERROR "invalid operation: c == c (struct containing slices cannot be compared)"
	_ = d == d
	_ = e == e // ERROR "invalid operation: e == e (arr cannot be compared)"
	_ = f == f // ERROR "invalid operation: f == f (func can only be compared to nil)"
	_ = f == nil
	_ = g == g
	_ = h == h // ERROR "invalid operation: h == h (struct containing []recSlice cannot be compared)"
	_ = i == i
	_ = m == m // ERROR "invalid operation: m == m (map can only be compared to nil)"
	_ = m == nil
	_ = s == s // ERROR "invalid operation: s == s (slice can only be compared to nil)"
	_ = s != nil
	_ = x == a
	_ = x == b // ERROR "invalid operation: x == b (struct containing []int cannot be compared)"
	_ = x == x
	_ = b == x // ERROR "invalid operation: b == x (struct containing []int cannot be compared)"
	_ = nil == nil // ERROR "invalid operation: nil == nil (operator == not defined on untyped nil)"
	_ = a < a // ERROR "invalid operation: a < a (operator < not defined on struct)"
	_ = x < x // ERROR "invalid operation: x < x (operator < not defined on interface)"
}

var (
	_ map[plain]int
	_ map[slices]int // ERROR "invalid map key type slices"
	_ map[[2]plain]int
	_ map[[]int]int // ERROR "invalid map key type []int"
	_ map[func()]int // ERROR "invalid map key type func()"
	_ map[any]int
	_ map[iface]int
	_ map[arr]int // ERROR "invalid map key type arr"
	_ map[map[int]int]int // ERROR "invalid map key type map[int]int"
	_ map[chan int]int
)

func _[P any, Q comparable, R ~int | ~string, S ~[]int | ~int, T interface{ m() }](p P, q Q, r R, s S, t T) {
	_ = p == p // ERROR "invalid operation: p == p (incomparable types in type set)"
	_ = q == q
	_ = r == r
	_ = s == s // ERROR "invalid operation: s == s (incomparable types in type set)"
	_ = t == t // ERROR "invalid operation: t == t (incomparable types in type set)"
	_ = p == nil // ERROR "invalid operation: p == nil (mismatched types P and untyped nil)"
	_ = q < q // ERROR "invalid operation: q < q (type parameter Q cannot use operator <)"
	_ = r < r
	_ = s < s // ERROR "invalid operation: s < s (type parameter S cannot use operator <)"
	_ = [1]P{} == [1]P{} // ERROR "invalid operation: [1]P{} == [1]P{} ([1]P cannot be compared)"
	_ = [1]Q{} == [1]Q{}
	_ = struct{ p P }{} == struct{ p P }{} // ERROR "invalid operation: struct{p P}{} == struct{p P}{} (struct containing P cannot be compared)"
	var _ map[P]int // ERROR "invalid map key type P (missing comparable constraint)"
	var _ map[Q]int
	var _ map[S]int // ERROR "invalid map key type S (missing comparable constraint)"
	switch p { // ERROR "cannot switch on p (variable of type P constrained by any) (P is not comparable)"
	case p:
	}
}

type Set[P comparable] map[P]bool

var _ Set[slices] // ERROR "slices does not satisfy comparable"
var _ Set[iface]
var _ Set[rec]
var _ Set[error]
