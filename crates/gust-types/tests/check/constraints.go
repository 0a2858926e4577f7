Whether type arguments satisfy constraints, and why not.
-- my/fmt/fmt.go --
package fmt

type Stringer interface{ String() string }
-- my/cmp/cmp.go --
package cmp

type Ordered interface {
	~int | ~uint | ~float64 | ~string
}
-- test.go --
package test

import (
	"my/cmp"
	"my/fmt"
)

type MyInt int
type MyString string

func (MyInt) String() string    { return "" }
func (*MyString) String() string { return "" }

func all[P any]()                       {}
func ints[P int | int64]()              {}
func anyInts[P ~int | ~int64]()         {}
func stringer[P fmt.Stringer]()         {}
func comp[P comparable]()               {}
func ordered[P cmp.Ordered]()           {}
func mixed[P interface {
	~int | ~string
	String() string
}]() {
}
func compStringer[P interface {
	comparable
	fmt.Stringer
}]() {
}
func ptr[P any, PP interface {
	*P
	Set(string)
}]() {
}
func slice[S ~[]E, E any](S) {}
func notIface[P int]()       {}
func fn[P func(int) | ~chan int]() {}

type setter struct{}

func (*setter) Set(string) {}

type incomparable struct{ f []int }
type dynamic struct{ f any }

func _() {
	all[int]()
	all[error]()
	ints[int]()
	ints[string]() // ERROR "string does not satisfy int | int64 (string missing in int | int64)"
	ints[MyInt]() // ERROR "MyInt does not satisfy int | int64 (possibly missing ~ for int in int | int64)"
	anyInts[MyInt]()
	anyInts[MyString]() // ERROR "MyString does not satisfy ~int | ~int64 (MyString missing in ~int | ~int64)"
	anyInts[any]() // ERROR "any does not satisfy ~int | ~int64"
	stringer[MyInt]()
	stringer[MyString]() // ERROR "MyString does not satisfy fmt.Stringer (method String has pointer receiver)"
	stringer[*MyString]()
	stringer[int]() // ERROR "int does not satisfy fmt.Stringer (missing method String)"
	stringer[fmt.Stringer]()
	stringer[*fmt.Stringer]() // ERROR "*fmt.Stringer does not satisfy fmt.Stringer (type *fmt.Stringer is pointer to interface, not interface)"
	stringer[error]() // ERROR "error does not satisfy fmt.Stringer (missing method String)"
	comp[int]()
	comp[[]int]() // ERROR "[]int does not satisfy comparable"
	comp[func()]() // ERROR "func() does not satisfy comparable"
	comp[map[int]int]() // ERROR "map[int]int does not satisfy comparable"
	comp[any]()
	comp[fmt.Stringer]()
	comp[incomparable]() // ERROR "incomparable does not satisfy comparable"
	comp[dynamic]()
	comp[[2]incomparable]() // ERROR "[2]incomparable does not satisfy comparable"
	comp[struct{}]()
	comp[*incomparable]()
	ordered[int]()
	ordered[MyString]()
	ordered[complex128]() // ERROR "complex128 does not satisfy cmp.Ordered (complex128 missing in ~int | ~uint | ~float64 | ~string)"
	ordered[any]() // ERROR "any does not satisfy cmp.Ordered"
	mixed[int]() // ERROR "int does not satisfy interface{String() string; ~int | ~string} (missing method String)"
	mixed[MyInt]()
	mixed[MyString]() // ERROR "MyString does not satisfy interface{String() string; ~int | ~string} (method String has pointer receiver)"
	mixed[float64]() // ERROR "float64 does not satisfy interface{String() string; ~int | ~string} (missing method String)"
	compStringer[MyInt]()
	compStringer[MyString]() // ERROR "MyString does not satisfy interface{comparable; fmt.Stringer} (method String has pointer receiver)"
	compStringer[fmt.Stringer]()
	ptr[setter, *setter]()
	ptr[setter]()
	ptr[int, *int]() // ERROR "*int does not satisfy interface{Set(string); *int} (missing method Set)"
	ptr[setter, setter]() // ERROR "setter does not satisfy interface{Set(string); *setter} (method Set has pointer receiver)"
	slice[[]int]([]int{})
	slice[[]int, string](nil) // ERROR "[]int does not satisfy ~[]string ([]int missing in ~[]string)"
	slice(0) // ERROR "in call to slice, cannot infer E (declared at :35:20)"
	notIface[int]()
	notIface[MyInt]() // ERROR "MyInt does not satisfy int (possibly missing ~ for int in int)"
	fn[func(int)]()
	fn[func(string)]() // ERROR "func(string) does not satisfy func(int) | ~chan int (func(string) missing in func(int) | ~chan int)"
	fn[chan int]()
	fn[<-chan int]() // ERROR "<-chan int does not satisfy func(int) | ~chan int (<-chan int missing in func(int) | ~chan int)"
}

// Type parameters as type arguments: the type set must be contained.
func _[P ~int, Q int | string, R comparable, S fmt.Stringer, T any, U interface {
	~int
	fmt.Stringer
}]() {
	ints[P]() // ERROR "P does not satisfy int | int64"
	anyInts[P]()
	anyInts[Q]() // ERROR "Q does not satisfy ~int | ~int64"
	comp[P]()
	comp[R]()
	comp[S]() // ERROR "S does not satisfy comparable"
	comp[T]() // ERROR "T does not satisfy comparable"
	stringer[S]()
	stringer[T]() // ERROR "T does not satisfy fmt.Stringer (missing method String)"
	stringer[U]()
	mixed[U]()
	mixed[S]() // ERROR "S does not satisfy interface{String() string; ~int | ~string}"
	ordered[Q]()
	ordered[R]() // ERROR "R does not satisfy cmp.Ordered"
}

// Numbers of type arguments.
type G[P any, Q comparable] struct{}

var _ G[int] // ERROR "not enough type arguments for type G: have 1, want 2"
var _ G[int, string, bool] // ERROR "too many type arguments for type G: have 3, want 2"
var _ G[int, string]
var _ G[int, []int] // ERROR "[]int does not satisfy comparable"
var _ G // ERROR "cannot use generic type G[P any, Q comparable] without instantiation"
var _ MyInt[int] // ERROR "invalid operation: MyInt[int] (MyInt is not a generic type)"

func _() {
	all[int, string]() // ERROR "got 2 type arguments but want 1"
	all() // ERROR "in call to all, cannot infer P (declared at :14:10)"
	ptr[int, *int, int]() // ERROR "got 3 type arguments but want 2"
	var f = all // ERROR "cannot use generic function all without instantiation"
	_ = f
}

// Constraints that mention other parameters.
func pair[K comparable, M ~map[K]V, V any](M) {}

func _(m map[string]int, n map[any][]int) {
	pair(m)
	pair(n)
	pair[int](m) // ERROR "in call to pair[int], M (type map[string]int) does not satisfy ~map[K]V"
	pair[string, map[string]int, bool](m) // ERROR "map[string]int does not satisfy ~map[string]bool (map[string]int missing in ~map[string]bool)"
}

type Tree[P interface{ Less(P) bool }] struct{}

type less struct{}

func (less) Less(less) bool { return false }

var _ Tree[less]
var _ Tree[int] // ERROR "int does not satisfy interface{Less(int) bool} (missing method Less)"
var _ Tree[*less] // ERROR "*less does not satisfy interface{Less(*less) bool} (wrong type for method Less)\n\t\thave Less(less) bool\n\t\twant Less(*less) bool"
var _ Tree[Tree[less]] // ERROR "Tree[less] does not satisfy interface{Less(Tree[less]) bool} (missing method Less)"
