package test

// Aliases, generic ones among them.

type (
	A  = int
	B  = A
	C  = []B
	D  = struct{ c C }
	T  struct{ x A }
	TA = T
	PA = *T
)

func (TA) m1() {}
func (PA) m2() {}
func (A) m3()  {} // ERROR "cannot define new methods on non-local type A"

var _ B = 1
var _ string = B(1) // ERROR "cannot use B(1) (constant 1 of int type B) as string value in variable declaration"
var _ C = []int{}
var _ D = struct{ c []int }{}
var _ string = D{} // ERROR "cannot use D{} (value of struct type D) as string value in variable declaration"
var _ string = TA{} // ERROR "cannot use TA{} (value of struct type TA) as string value in variable declaration"
var _ = TA{}.y // ERROR "TA{}.y undefined (type TA has no field or method y)"
var _ = T{}.m1
var _ = (&T{}).m2

type embeds struct {
	TA
	*A
}

var _ A = embeds{}.x
var _ T = embeds{}.TA
var _ = embeds{}.T // ERROR "embeds{}.T undefined (type embeds has no field or method T)"

type (
	V[P any]            = []P
	M[K comparable]     = map[K]V[K]
	S[P ~int]           = struct{ p P }
	F[P, Q any]         = func(P) Q
	Drop[P any]         = int
	Nest[P any]         = V[V[P]]
	Gen[P any]          = G[P, P]
	Same[P any]         = P // ERROR "cannot use type parameter declared in alias declaration as RHS"
	Cons[P interface{ int }] = V[P]
	I[P any]            = interface{ get() P }
)

type G[P, Q any] struct {
	p P
	q Q
}

func (g G[P, Q]) m() Q { return g.q }

var _ V[int] = []int{}
var _ V[int] = []string{} // ERROR "cannot use []string{} (value of type []string) as V[int] value in variable declaration"
var _ M[string] = map[string][]string{}
var _ M[string] = 0 // ERROR "cannot use 0 (untyped int constant) as M[string] value in variable declaration"
var _ M[[]int] // ERROR "[]int does not satisfy comparable"
var _ S[int] = struct{ p int }{}
var _ S[string] // ERROR "string does not satisfy ~int (string missing in ~int)"
var _ F[int, string] = func(int) int { return 0 } // ERROR "cannot use func(int) int {…} (value of type func(int) int) as F[int, string] value in variable declaration"
var _ Drop[string] = 1
var _ string = Drop[string](1) // ERROR "cannot use Drop[string](1) (constant 1 of int type Drop[string]) as string value in variable declaration"
var _ Nest[int] = [][]int{}
var _ Nest[int] = 1 // ERROR "cannot use 1 (untyped int constant) as Nest[int] value in variable declaration"
var _ Gen[int] = G[int, int]{}
var _ string = Gen[int]{} // ERROR "cannot use Gen[int]{} (value of struct type Gen[int]) as string value in variable declaration"
var _ string = Gen[int]{}.m() // ERROR "cannot use Gen[int]{}.m() (value of type int) as string value in variable declaration"
var _ V // ERROR "cannot use generic type V[P any] without instantiation"
var _ V[int, string] // ERROR "too many type arguments for type V: have 2, want 1"
var _ F[int] // ERROR "not enough type arguments for type F: have 1, want 2"
var _ Cons[string] // ERROR "string does not satisfy interface{int} (string missing in int)"
var _ I[int] = Gen[int]{} // ERROR "cannot use Gen[int]{} (value of struct type Gen[int]) as I[int] value in variable declaration: G[int, int] does not implement interface{get() int} (missing method get)"

func infer[P any](V[P]) P             { panic(0) }
func infer2[P any](Gen[P]) P          { panic(0) }
func infer3[K comparable](M[K]) (k K) { return }

var _ string = infer([]int{}) // ERROR "cannot use infer([]int{}) (value of type int) as string value in variable declaration"
var _ string = infer2(G[int, int]{}) // ERROR "cannot use infer2(G[int, int]{}) (value of type int) as string value in variable declaration"
var _ = infer2(G[int, string]{}) // ERROR "in call to infer2, type G[int, string] of G[int, string]{} does not match inferred type Gen[int] for Gen[P]"
var _ string = infer3(map[int][]int{}) // ERROR "cannot use infer3(map[int][]int{}) (value of type int) as string value in variable declaration"
var _ = infer3(map[int]int{}) // ERROR "in call to infer3, type map[int]int of map[int]int{} does not match inferred type M[int] for M[K]"

type c1 = c2 // ERROR "invalid recursive type c1 | 89: c1 refers to c2 | 90: c2 refers to c1"
type c2 = c1
type c3 struct{ c c4 } // ERROR "invalid recursive type: c3 refers to itself"
type c4 = c3
type c5 = *c5 // ERROR "invalid recursive type: c5 refers to itself"
type c6[P any] = *c6[P] // ERROR "invalid recursive type: c6 refers to itself"
