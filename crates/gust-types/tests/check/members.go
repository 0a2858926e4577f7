-- a/a.go --
package a

type T struct {
	Field  int
	hidden int
	Other  struct{ X int }
}

func (T) Method()   {}
func (*T) Pointer() {}
func (T) private()  {}

func Func() {}
func function() {}

var Var = function

type Iface interface{ M() }

func Small(x int) int   { return wrapped(x) + 1 }
func wrapped(x int) int { return nested{x}.f }
func Large(f func())    { large(f); large(f) }
func large(f func())    { f(); f() }

type nested struct{ f int }
type result struct{ f int }
type lonely struct{ f int }

func Result() *result { return nil }
-- test.go --
package test

import (
	"a"
	unused "a" // ERROR "\"a\" imported as unused and not used"
)

type S struct {
	f int
	*E
	F1
	F2
}

type E struct{ e int }
type F1 struct{ both, F int }
type F2 struct{ both int }

func (S) value()    {}
func (*S) pointer() {}

func _(s S, p *S, pp **S, t a.T, i a.Iface, pi *a.Iface) {
	_ = s.f
	_ = s.F
	_ = s.e
	_ = p.e
	_ = pp.e // ERROR "pp.e undefined (type **S has no field or method e)"
	_ = s.both // ERROR "ambiguous selector s.both"
	_ = s.Value // ERROR "s.Value undefined (type S has no field or method Value, but does have method value)"
	_ = s.missing // ERROR "s.missing undefined (type S has no field or method missing)"
	_ = s._ // ERROR "s._ undefined (type S has no field or method _)"
	s.pointer()
	S{}.pointer() // ERROR "cannot call pointer method pointer on S"
	(&S{}).pointer()
	t.Method()
	t.method() // ERROR "t.method undefined (type a.T has no field or method method, but does have method Method)"
	t.hidden = 1 // ERROR "t.hidden undefined (cannot refer to unexported field hidden)"
	t.Hidden = 1 // ERROR "t.Hidden undefined (type a.T has no field or method Hidden, but does have unexported field hidden)"
	t.Private() // ERROR "t.Private undefined (type a.T has no field or method Private, but does have unexported method private)"
	t.field = 1 // ERROR "t.field undefined (type a.T has no field or method field, but does have field Field)"
	t.FIELD = 1 // ERROR "t.FIELD undefined (type a.T has no field or method FIELD, but does have field Field)"
	a.T{}.Pointer() // ERROR "cannot call pointer method Pointer on a.T"
	i.M()
	i.m() // ERROR "i.m undefined (type a.Iface has no field or method m)"
	pi.M() // ERROR "pi.M undefined (type *a.Iface is pointer to interface, not interface)"
	a.Func()
	a.func_() // ERROR "undefined: a.func_"
	a.functioN() // ERROR "undefined: a.functioN"
	a.Missing() // ERROR "undefined: a.Missing"
	a.wrapped(1) // ERROR "name wrapped not exported by package a"
	a.large(nil) // ERROR "undefined: a.large (but have Large)"
	a.function() // ERROR "undefined: a.function"
	_ = a.nested{} // ERROR "name nested not exported by package a"
	_ = a.result{} // ERROR "name result not exported by package a"
	_ = a.lonely{} // ERROR "undefined: a.lonely"
	a.FUNC() // ERROR "undefined: a.FUNC (but have Func)"
	a.T.Missing() // ERROR "a.T.Missing undefined (type a.T has no field or method Missing)"
	a.T.Pointer(t) // ERROR "invalid method expression a.T.Pointer (needs pointer receiver (*a.T).Pointer)"
	a.T.Field() // ERROR "a.T.Field undefined (type a.T has no method Field)"
	(*a.T).Pointer(&t)
	(*a.T).Method(&t)
	a.Iface.M(i)
	a.Iface.M(1) // ERROR "cannot use 1 (constant of type int) as a.Iface value in argument to a.Iface.M: int does not implement a.Iface (missing method M)"
	len.x() // ERROR "invalid use of len (built-in) in selector expression"
	_ = undefined.x // ERROR "undefined: undefined"
	var x t.Field // ERROR "declared and not used: x" "t.Field is not a type"
	1.5.x() // ERROR "1.5.x undefined (type untyped float has no field or method x)"
}

func (s S) named(x, y int) (r bool) { return }

var _ string = S.named // ERROR "cannot use S.named (value of type func(s S, x int, y int) (r bool)) as string value in variable declaration"
var _ string = (*S).named // ERROR "cannot use (*S).named (value of type func(s *S, x int, y int) (r bool)) as string value in variable declaration"
var _ string = S{}.named // ERROR "cannot use S{}.named (value of type func(x int, y int) (r bool)) as string value in variable declaration"
var _ string = a.Iface.M // ERROR "cannot use a.Iface.M (value of type func(a.Iface)) as string value in variable declaration"
