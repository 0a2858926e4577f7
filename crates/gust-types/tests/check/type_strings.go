How messages write types.
-- one/x/x.go --
package x

type T struct{ F int }
type G[P any] struct{ p P }
type hidden int

func Hidden() hidden { return 0 }
-- two/x/x.go --
package x

type T struct{ G int }
-- lib/lib.go --
package lib

type T struct{ a int }

var S struct{ a, b int }
-- test.go --
package test

import (
	"lib"
	"one/x"
	two "two/x"
	"unsafe"
)

type local struct{}

// One name of two packages: paths tell them apart.
var _ int = x.T{} // ERROR "cannot use x.T{} (value of struct type \"one/x\".T) as int value in variable declaration"
var _ int = two.T{} // ERROR "cannot use two.T{} (value of struct type \"two/x\".T) as int value in variable declaration"
var _ int = x.G[two.T]{} // ERROR "cannot use x.G[two.T]{} (value of struct type \"one/x\".G[\"two/x\".T]) as int value in variable declaration"
var _ int = x.Hidden() // ERROR "cannot use x.Hidden() (value of int type \"one/x\".hidden) as int value in variable declaration"
var _ int = lib.T{} // ERROR "cannot use lib.T{} (value of struct type lib.T) as int value in variable declaration"
var _ int = local{} // ERROR "cannot use local{} (value of struct type local) as int value in variable declaration"
var _ lib.T = x.T{} // ERROR "cannot use x.T{} (value of struct type \"one/x\".T) as lib.T value in variable declaration"

// Literals of all kinds.
var v0 [3]*[]map[string]chan int
var _ int = v0 // ERROR "cannot use v0 (variable of type [3]*[]map[string]chan int) as int value in variable declaration"
var v1 chan (<-chan int)
var _ int = v1 // ERROR "cannot use v1 (variable of type chan (<-chan int)) as int value in variable declaration"
var v2 <-chan chan<- func()
var _ int = v2 // ERROR "cannot use v2 (variable of type <-chan chan<- func()) as int value in variable declaration"
var v3 chan<- <-chan int
var _ int = v3 // ERROR "cannot use v3 (variable of type chan<- <-chan int) as int value in variable declaration"
var v4 func(a, b int, c ...string) (x, y error)
var _ int = v4 // ERROR "cannot use v4 (variable of type func(a int, b int, c ...string) (x error, y error)) as int value in variable declaration"
var v5 func(int, ...interface{}) any
var _ int = v5 // ERROR "cannot use v5 (variable of type func(int, ...interface{}) any) as int value in variable declaration"
var v6 struct {
	a, b int `json:"a\\b"`
	local
	*x.T
	c struct{} "raw \x01"
}
var _ int = v6 // ERROR "cannot use v6 (variable of type struct{a int \"json:\\\"a\\\\\\\\b\\\"\"; b int \"json:\\\"a\\\\\\\\b\\\"\"; local; *\"one/x\".T; c struct{} \"raw \\x01\"}) as int value in variable declaration"
var v7 interface {
	error
	m(int) (r string)
	n()
}
var _ int = v7 // ERROR "cannot use v7 (variable of type interface{m(int) (r string); n(); error}) as int value in variable declaration"
var v8 interface{}
var _ int = v8 // ERROR "cannot use v8 (variable of type interface{}) as int value in variable declaration: need type assertion"
var v9 any
var _ int = v9 // ERROR "cannot use v9 (variable of interface type any) as int value in variable declaration: need type assertion"
var v10 unsafe.Pointer
var _ int = v10 // ERROR "cannot use v10 (variable of type unsafe.Pointer) as int value in variable declaration"
var v11 []byte
var _ int = v11 // ERROR "cannot use v11 (variable of type []byte) as int value in variable declaration"
var v12 []rune
var _ int = v12 // ERROR "cannot use v12 (variable of type []rune) as int value in variable declaration"
var v13 map[uint8]int32
var _ int = v13 // ERROR "cannot use v13 (variable of type map[uint8]int32) as int value in variable declaration"
var v14 error
var _ int = v14 // ERROR "cannot use v14 (variable of interface type error) as int value in variable declaration"
var v15 *lib.T
var _ int = v15 // ERROR "cannot use v15 (variable of type *lib.T) as int value in variable declaration"
var _ int = lib.S // ERROR "cannot use lib.S (variable of type struct{a int; b int}) as int value in variable declaration"

type Gen[K comparable, V int | ~string, W any, X any] map[K]V

func (Gen[K, V, W, X]) m(k K) (v V, w W) { return }

var v16 Gen[string, int, x.T, struct{ int }]
var _ int = v16 // ERROR "cannot use v16 (variable of map type Gen[string, int, \"one/x\".T, struct{int}]) as int value in variable declaration"
var _ int = v16.m // ERROR "cannot use v16.m (value of type func(k string) (v int, w \"one/x\".T)) as int value in variable declaration"
var _ int = Gen[int, string, any, error].m // ERROR "cannot use Gen[int, string, any, error].m (value of type func(_ Gen[int, string, any, error], k int) (v string, w any)) as int value in variable declaration"
var _ = Gen // ERROR "cannot use generic type Gen without instantiation"

func gen[P interface{ ~[]Q }, Q any, R, S interface{ m() }](P, Q) (_ R, s S) { return }

var _ int = gen // ERROR "cannot use generic function gen without instantiation"

type Alias[P any] = []P
type Plain = map[string]int

var v17 Alias[int]
var _ int = v17 // ERROR "cannot use v17 (variable of slice type Alias[int]) as int value in variable declaration"
var v18 Plain
var _ string = v18 // ERROR "cannot use v18 (variable of map type Plain) as string value in variable declaration"
var v19 []Alias[Plain]
var _ string = v19 // ERROR "cannot use v19 (variable of type []Alias[Plain]) as string value in variable declaration"

func params[int any, T interface{ int | ~string }](x int, t T) { // ERROR "term cannot be a type parameter"
	var _ string = x // ERROR "cannot use x (variable of type int /* with int declared at :89:13 */ constrained by any) as string value in variable declaration"
	var _ bool = t
	_ = x + 1 // ERROR "invalid operation: x + 1 (mismatched types int /* with int declared at :89:13 */ and untyped int)"
}
