package test

// Identical types may be assigned to each other; others are told apart in messages.

type (
	S  []int
	S2 = []int
	M  map[string]S
)

var (
	slice  []int
	named  S
	other  []string
	alias  S2
	arr3   [3]int
	arr4   [4]int
	ptr    *int
	bytes  []byte
	uint8s []uint8
	runes  []rune
	int32s []int32
)

var _ S = slice
var _ []int = named
var _ []int = alias
var _ []int = other // ERROR "cannot use other (variable of type []string) as []int value in variable declaration"
var _ [3]int = arr4 // ERROR "cannot use arr4 (variable of type [4]int) as [3]int value in variable declaration"
var _ *string = ptr // ERROR "cannot use ptr (variable of type *int) as *string value in variable declaration"
var _ []byte = uint8s
var _ []rune = int32s
var _ []uint8 = bytes
var _ []int32 = runes
var _ []int8 = bytes // ERROR "cannot use bytes (variable of type []byte) as []int8 value in variable declaration"
var _ map[string][]int = M{} // ERROR "cannot use M{} (value of map type M) as map[string][]int value in variable declaration"
var _ map[string]S = M{}
var _ map[int]S = M{} // ERROR "cannot use M{} (value of map type M) as map[int]S value in variable declaration"

// Structs: names, types, order, embedding and tags count.
var st struct {
	a int
	b string
}
var _ struct {
	a int
	b string
} = st
var _ struct {
	b string
	a int
} = st // ERROR "cannot use st (variable of type struct{a int; b string}) as struct{b string; a int} value in variable declaration"
var _ struct {
	a int `tag:"x"`
	b string
} = st // ERROR "cannot use st (variable of type struct{a int; b string}) as struct{a int \"tag:\\\"x\\\"\"; b string} value in variable declaration"

type I int

var embedded struct{ I }
var _ struct{ I I } = embedded // ERROR "cannot use embedded (variable of type struct{I}) as struct{I I} value in variable declaration"

// Functions: types and variadicity count, names do not.
var fn func(a int, b ...string) (c error)
var _ func(int, ...string) error = fn
var _ func(int, []string) error = fn // ERROR "cannot use fn (variable of type func(a int, b ...string) (c error)) as func(int, []string) error value in variable declaration"
var _ func(int, ...string) = fn // ERROR "cannot use fn (variable of type func(a int, b ...string) (c error)) as func(int, ...string) value in variable declaration"

// Channels: the direction counts, and a value may be restricted.
var ch chan int
var _ <-chan int = ch
var _ chan<- string = ch // ERROR "cannot use ch (variable of type chan int) as chan<- string value in variable declaration"
var recv <-chan int
var _ chan int = recv // ERROR "cannot use recv (variable of type <-chan int) as chan int value in variable declaration"
var _ chan<- (<-chan int) = (chan (<-chan int))(nil)

// Interfaces: the set of methods counts, not its order or how it is put together.
type A interface{ a() }
type B interface{ b(A) }

var ab interface {
	A
	B
}
var _ interface {
	b(A)
	a()
} = ab
var p1 *interface {
	A
	b(A)
}
var _ *interface {
	b(A)
	a()
} = p1
var _ *interface{ a() } = p1 // ERROR "cannot use p1 (variable of type *interface{b(A); A}) as *interface{a()} value in variable declaration: *interface{b(A); A} does not implement *interface{a()} (type *interface{a()} is pointer to interface, not interface)"

// Interfaces may refer to themselves through method signatures.
type R1 interface{ m() interface{ R1 } }
type R2 interface{ m() interface{ R2 } }

var r1 R1
var _ R2 = r1

// Instances: origin and arguments count.
type G[P, Q any] struct {
	p P
	q Q
}

type GA[Q any] = G[int, Q]

var g G[int, string]
var _ GA[string] = g
var _ G[int, byte] = G[int, uint8]{}
var _ G[string, int] = g // ERROR "cannot use g (variable of struct type G[int, string]) as G[string, int] value in variable declaration"
var _ *G[int, []S2] = &G[int, [][]int]{}
var _ *G[int, []S] = &G[int, [][]int]{} // ERROR "cannot use &G[int, [][]int]{} (value of type *G[int, [][]int]) as *G[int, []S] value in variable declaration"
