Instances within and across packages.
-- gen/gen.go --
package gen

type List[T any] struct {
	Head *Node[T]
	n    int
}

type Node[T any] struct {
	Val  T
	Next *Node[T]
}

func (l *List[T]) Push(v T) *Node[T]         { return &Node[T]{v, l.Head} }
func (l List[T]) All() func(yield func(T) bool) { return nil }
func (l *List[T]) Map(f func(T) T) *List[T]  { return l }

type Iface[T any] interface {
	Get() T
	Other(Iface[T]) Iface[T]
}

type Func[A, B any] func(A) B

func (f Func[A, B]) Call(a A) B { return f(a) }

type Number interface{ ~int | ~float64 }

type Vec[T Number] []T

func (v Vec[T]) Sum() (s T) { return }
func (v Vec[T]) Swap(i, j int) {}

func Make[T any](v T) List[T] { return List[T]{} }

type unexported[T any] struct{ F T }

func (unexported[T]) Method() T { var t T; return t }

type Embeds[T any] struct{ unexported[T] }

type Mutual1[T any] struct{ M *Mutual2[T] }
type Mutual2[T any] struct{ M *Mutual1[T]; V T }
-- mid/mid.go --
package mid

import "gen"

// Named here, not looked into.
var L gen.List[string]
var I gen.Iface[int]
var F gen.Func[int, string]
var E gen.Embeds[bool]
var M gen.Mutual1[gen.Vec[int]]

type S struct {
	gen.List[int]
	P *gen.Node[*S]
}

type Alias = gen.Node[float64]

func Get() *gen.Node[string] { return nil }
-- test.go --
package test

import (
	"gen"
	"mid"
)

// Instances of other packages are the same as ours.
var _ gen.List[string] = mid.L
var _ gen.List[int] = mid.L // ERROR "cannot use mid.L (variable of struct type gen.List[string]) as gen.List[int] value in variable declaration"
var _ *gen.Node[string] = mid.L.Push("")
var _ = mid.L.Push(0) // ERROR "cannot use 0 (untyped int constant) as string value in argument to mid.L.Push"
var _ string = mid.L.Head.Next.Next.Val
var _ int = mid.L.Head.Val // ERROR "cannot use mid.L.Head.Val (variable of type string) as int value in variable declaration"
var _ = mid.L.n // ERROR "mid.L.n undefined (cannot refer to unexported field n)"
var _ int = mid.Get().Val // ERROR "cannot use mid.Get().Val (variable of type string) as int value in variable declaration"
var _ string = mid.Alias{}.Val // ERROR "cannot use mid.Alias{}.Val (value of type float64) as string value in variable declaration"
var _ mid.Alias = gen.Node[float64]{}

var _ = mid.S{}.Push(1) // ERROR "cannot call pointer method Push on mid.S"
var _ string = mid.S{}.Head.Val // ERROR "cannot use mid.S{}.Head.Val (variable of type int) as string value in variable declaration"
var _ *mid.S = mid.S{}.P.Val
var _ int = mid.S{}.P.Next.Val // ERROR "cannot use mid.S{}.P.Next.Val (variable of type *mid.S) as int value in variable declaration"

var _ string = mid.F.Call(1)
var _ int = mid.F.Call("") // ERROR "cannot use \"\" (untyped string constant) as int value in argument to mid.F.Call" "cannot use mid.F.Call(\"\") (value of type string) as int value in variable declaration"
var _ gen.Func[int, string] = func(int) string { return "" }
var _ gen.Func[int, string] = func(int) int { return 0 } // ERROR "cannot use func(int) int {…} (value of type func(int) int) as gen.Func[int, string] value in variable declaration"

var _ string = mid.E.F // ERROR "cannot use mid.E.F (variable of type bool) as string value in variable declaration"
var _ string = mid.E.Method() // ERROR "cannot use mid.E.Method() (value of type bool) as string value in variable declaration"
var _ string = mid.M.M.M.M.V.Sum() // ERROR "cannot use mid.M.M.M.M.V.Sum() (value of type int) as string value in variable declaration"

func _() {
	for x := range mid.L.All() {
		var _ int = x // ERROR "cannot use x (variable of type string) as int value in variable declaration"
	}
	mid.L.Map(func(string) string { return "" }).Map(nil).Push(1) // ERROR "cannot use 1 (untyped int constant) as string value in argument to mid.L.Map(func(string) string {…}).Map(nil).Push"
}

// Interfaces.
type impl struct{}

func (impl) Get() int                            { return 0 }
func (impl) Other(gen.Iface[int]) gen.Iface[int] { return nil }

var _ gen.Iface[int] = impl{}
var _ gen.Iface[string] = impl{} // ERROR "cannot use impl{} (value of struct type impl) as gen.Iface[string] value in variable declaration: impl does not implement gen.Iface[string] (wrong type for method Get)\n\t\thave Get() int\n\t\twant Get() string"

func _() {
	mid.I = impl{}
	var _ string = mid.I.Get() // ERROR "cannot use mid.I.Get() (value of type int) as string value in variable declaration"
	var _ gen.Iface[string] = mid.I.Other(mid.I) // ERROR "cannot use mid.I.Other(mid.I) (value of interface type gen.Iface[int]) as gen.Iface[string] value in variable declaration: gen.Iface[int] does not implement gen.Iface[string] (wrong type for method Get)\n\t\thave Get() int\n\t\twant Get() string"
	mid.I.Other(nil).Other(nil).Get()
}

// Constraints of instances, methods of instances.
var _ gen.Vec[string] // ERROR "string does not satisfy gen.Number (string missing in ~int | ~float64)"
var _ gen.Vec[gen.Number] // ERROR "cannot use type gen.Number outside a type constraint: interface contains type constraints"
var _ int = gen.Vec[float64]{}.Sum() // ERROR "cannot use gen.Vec[float64]{}.Sum() (value of type float64) as int value in variable declaration"
var _ = gen.Vec[int].Sum
var _ func(gen.Vec[int]) string = gen.Vec[int].Sum // ERROR "cannot use gen.Vec[int].Sum (value of type func(gen.Vec[int]) (s int)) as func(gen.Vec[int]) string value in variable declaration"
var _ interface{ Swap(int, int) } = gen.Vec[int]{}
var _ interface{ Sum() string } = gen.Vec[int]{} // ERROR "cannot use gen.Vec[int]{} (value of slice type gen.Vec[int]) as interface{Sum() string} value in variable declaration: gen.Vec[int] does not implement interface{Sum() string} (wrong type for method Sum)\n\t\thave Sum() (int)\n\t\twant Sum() string"

type MyVec gen.Vec[int]

var _ = MyVec{}.Sum() // ERROR "MyVec{}.Sum undefined (type MyVec has no field or method Sum)"
var _ = MyVec{}[0]
var _ string = gen.Make(1) // ERROR "cannot use gen.Make(1) (value of struct type gen.List[int]) as string value in variable declaration"
var _ = gen.Make[int](mid.L) // ERROR "cannot use mid.L (variable of struct type gen.List[string]) as int value in argument to gen.Make[int]"

// Generic types that refer to themselves.
type Rec[P any] struct {
	self  *Rec[P]
	other *Rec[[]P]
	next  func(Rec[P]) Rec[*P]
}

func (r Rec[P]) m() Rec[P] { return r }

var r Rec[int]
var _ string = r.self.self.m().m // ERROR "cannot use r.self.self.m().m (value of type func() Rec[int]) as string value in variable declaration"
var _ Rec[int] = *r.other // ERROR "cannot use *r.other (variable of struct type Rec[[]int]) as Rec[int] value in variable declaration"

type Inter[P any] interface{ m(Inter[P]) P }

func _(i Inter[int]) {
	var _ string = i.m(nil) // ERROR "cannot use i.m(nil) (value of type int) as string value in variable declaration"
	var _ Inter[string] = i // ERROR "cannot use i (variable of interface type Inter[int]) as Inter[string] value in variable declaration: Inter[int] does not implement Inter[string] (wrong type for method m)\n\t\thave m(Inter[int]) int\n\t\twant m(Inter[string]) string"
	var _ interface{ m(Inter[int]) int } = i
}
