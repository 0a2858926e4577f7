package test

type Number interface{ ~int | ~float64 }
type List[T any] []T
type Pair[A, B any] struct {
	a A
	b B
}
type Setter[B any] interface {
	Set(string)
	*B
}
type S struct{}

func (*S) Set(string) {}

func id[T any](x T) T                              { return x }
func same[T any](x, y T)                           {}
func two[A, B any](a A)                            {}
func three[A, B, C any]()                          {}
func elem[E any](s []E) (e E)                      { return }
func sliceOf[S ~[]E, E any](s S) (e E)             { return }
func apply[A, B any](f func(A) B, a A) (b B)       { return }
func conv[A, B any](s []A, f func(A) B) (r []B)    { return }
func num[N Number](n N)                            {}
func vary[T any](xs ...T)                          {}
func pair[A, B any](p Pair[A, B])                  {}
func parse[T any, PT Setter[T]](s []string) []T    { return nil }
func cmp[T comparable](x T)                        {}
func cyclic[A interface{ []B }, B interface{ *A }](a A) {}
func chans[T any](a, b chan T)                     {}
func ptr[T any](p *T)                              {}

func _(n int, s string, l List[int], p Pair[int, string], c chan<- int, d chan int, f func()) {
	var _ string = id(n) // ERROR "cannot use id(n) (value of type int) as string value in variable declaration"
	var _ string = id(1) // ERROR "cannot use id(1) (value of type int) as string value in variable declaration"
	var _ bool = id("a") // ERROR "cannot use id(\"a\") (value of type string) as bool value in variable declaration"
	var _ string = id[float64](1) // ERROR "cannot use id[float64](1) (value of type float64) as string value in variable declaration"
	id[int, string](1) // ERROR "got 2 type arguments but want 1"
	id(nil) // ERROR "in call to id, cannot infer T (declared at :17:9)"
	id() // ERROR "not enough arguments in call to id | have () | want (T)"
	same(n, s) // ERROR "in call to same, type string of s does not match inferred type int for T"
	same(n, 1)
	same(1, 2.5)
	same(1, "a") // ERROR "in call to same, mismatched types untyped int and untyped string (cannot infer T)"
	same(1, 'a')
	same(n, 2.5) // ERROR "cannot use 2.5 (untyped float constant) as int value in argument to same (truncated)"
	same(nil, &n)
	two(1) // ERROR "in call to two, cannot infer B (declared at :19:13)"
	two[int](1) // ERROR "in call to two[int], cannot infer B (declared at :19:13)"
	two[int, string](1)
	two[string](1) // ERROR "in call to two[string], cannot infer B (declared at :19:13)"
	three() // ERROR "in call to three, cannot infer A (declared at :20:12)"
	three[int]() // ERROR "in call to three[int], cannot infer B (declared at :20:15)"
	three[int, string, bool]()
	var _ string = elem(l) // ERROR "cannot use elem(l) (value of type int) as string value in variable declaration"
	var _ string = elem([]bool{}) // ERROR "cannot use elem([]bool{}) (value of type bool) as string value in variable declaration"
	elem(n) // ERROR "in call to elem, type int of n does not match []E (cannot infer E)"
	elem[string]([]int{}) // ERROR "cannot use []int{} (value of type []int) as []string value in argument to elem[string]"
	var _ string = sliceOf(l) // ERROR "cannot use sliceOf(l) (value of type int) as string value in variable declaration"
	sliceOf(n) // ERROR "in call to sliceOf, S (type int) does not satisfy ~[]E"
	sliceOf[[]int](nil)
	var _ bool = apply(func(int) string { return "" }, 1) // ERROR "cannot use apply(func(int) string {…}, 1) (value of type string) as bool value in variable declaration"
	apply(func(string) int { return 0 }, 1) // ERROR "cannot use 1 (untyped int constant) as string value in argument to apply"
	apply(id, 1)
	apply(id[int], "a") // ERROR "cannot use \"a\" (untyped string constant) as int value in argument to apply"
	conv([]int{}, id)
	conv([]int{}, elem) // ERROR "in call to conv, type func[E any](s []E) (e E) of elem does not match inferred type func(int) B for func(A) B"
	conv([]int{}, func(x int) (a, b int) { return }) // ERROR "in call to conv, type func(x int) (a int, b int) of func(x int) (a, b int) {…} does not match inferred type func(int) B for func(A) B"
	num(s) // ERROR "string does not satisfy Number (string missing in ~int | ~float64)"
	num(1)
	num('a') // ERROR "rune does not satisfy Number (rune missing in ~int | ~float64)"
	num[string]("") // ERROR "string does not satisfy Number (string missing in ~int | ~float64)"
	vary(1, 2.0, 'a')
	vary(1, "a") // ERROR "in call to vary, mismatched types untyped int and untyped string (cannot infer T)"
	vary() // ERROR "in call to vary, cannot infer T (declared at :26:11)"
	vary(l...)
	pair(p)
	pair(n) // ERROR "in call to pair, type int of n does not match Pair[A, B] (cannot infer A and B)"
	pair(Pair[int, string]{})
	parse[S](nil)
	parse[int](nil) // ERROR "*int does not satisfy Setter[int] (missing method Set)"
	cmp(f) // ERROR "func() does not satisfy comparable"
	cmp(n)
	cyclic(nil) // ERROR "in call to cyclic, cannot infer A (declared at :30:13)"
	chans(c, d) // ERROR "cannot use c (variable of type chan<- int) as chan int value in argument to chans"
	chans(d, d)
	ptr(n) // ERROR "in call to ptr, type int of n does not match *T (cannot infer T)"
	ptr(&n)
	id(id) // ERROR "in call to id, cannot infer T (declared at :17:9)"
	id(elem[int])
}

var f1 func(int) int = id
var f2 func(int) string = id // ERROR "inferred type func(x int) int for func(x T) T does not match type func(int) string of f2"
var f3 func(int, int) = same
var f4 func([]int) string = elem // ERROR "inferred type func(s []int) (e int) for func(s []E) (e E) does not match type func([]int) string of f4"
var f5 = id // ERROR "cannot use generic function id without instantiation"
var f6 func(int) = two // ERROR "cannot infer B (declared at :19:13)"
var f7 func(int) = two[int] // ERROR "cannot infer B (declared at :19:13)"
var f8 func(int) = two[int, string]
var f9 func(string) = num // ERROR "string does not satisfy Number (string missing in ~int | ~float64)"
var f10 any = id // ERROR "cannot use generic function id without instantiation"
var f11 int = id // ERROR "cannot use generic function id without instantiation"

func _() func(string) string { return id }
func _() func(string) int    { return id } // ERROR "inferred type func(x string) string for func(x T) T does not match type func(string) int of result variable"

func rec[T any](x T, n int) {
	rec(&x, n)
	rec(n, n)
	same(x, x)
	same(x, n) // ERROR "in call to same, type int of n does not match inferred type T for T"
	rec[T](x, n)
}

func _[P any, Q ~[]P](p P, q Q) {
	id(p)
	var _ int = elem(q) // ERROR "cannot use elem(q) (value of type P constrained by any) as int value in variable declaration"
	var _ int = sliceOf(q) // ERROR "cannot use sliceOf(q) (value of type P constrained by any) as int value in variable declaration"
	same(p, q) // ERROR "in call to same, type Q of q does not match inferred type P for T"
	num(p) // ERROR "P does not satisfy Number"
}
