Fields and methods through embedding.
-- lib/lib.go --
package lib

type T struct {
	Exported int
	hidden   int
}

func (T) Method()   {}
func (*T) PtrOnly() {}
func (T) secret()   {}

type E struct{ T }

type I interface {
	M()
	m()
}
-- test.go --
package test

import "lib"

type A struct{ x, y int }

func (A) val()  {}
func (*A) ptr() {}

type B struct{ x, z int }

func (B) val() {}

type C struct {
	A
	*B
	w int
}

type D struct{ C }

func _(c C, d *D, pp **D) {
	_ = c.w
	_ = c.y
	_ = c.z
	_ = c.x // ERROR "ambiguous selector c.x"
	c.val() // ERROR "ambiguous selector c.val"
	c.ptr()
	_ = d.C.A.x
	_ = d.y
	d.ptr()
	_ = d.x // ERROR "ambiguous selector d.x"
	_ = pp.y // ERROR "pp.y undefined (type **D has no field or method y)"
	(*pp).ptr()
	_ = d.nothing // ERROR "d.nothing undefined (type *D has no field or method nothing)"
	_ = d.Y // ERROR "d.Y undefined (type *D has no field or method Y, but does have field y)"
	_ = d.W // ERROR "d.W undefined (type *D has no field or method W, but does have field w)"
}

// A field at lesser depth hides deeper ones, even if these are ambiguous.
type hides struct {
	C
	x string
}

var _ string = hides{}.x

// Methods with pointer receivers need an address.
func _() {
	A{}.val()
	A{}.ptr() // ERROR "cannot call pointer method ptr on A"
	(&A{}).ptr()
	D{}.ptr() // ERROR "cannot call pointer method ptr on D"
	C{}.B.val()
	var _ func() = A.val // ERROR "cannot use A.val (value of type func(A)) as func() value in variable declaration"
	var _ func(A) = A.val
	var _ func(*A) = (*A).ptr
	var _ func(*A) = (*A).val
	_ = A.ptr // ERROR "invalid method expression A.ptr (needs pointer receiver (*A).ptr)"
	m := map[int]A{}
	m[0].val()
	m[0].ptr() // ERROR "cannot call pointer method ptr on A"
}

// A defined pointer type has fields but no methods.
type P *A

func _(p P) {
	_ = p.x
	p.val() // ERROR "p.val undefined (type P has no field or method val)"
	p.ptr() // ERROR "p.ptr undefined (type P has no field or method ptr)"
}

// A pointer to an interface has nothing.
type I interface{ m() }

func _(i *I, pi **I) {
	i.m() // ERROR "i.m undefined (type *I is pointer to interface, not interface)"
	(*i).m()
	pi.m() // ERROR "pi.m undefined (type **I has no field or method m)"
}

type PI struct{ *I } // ERROR "embedded field type cannot be a pointer to an interface"

func _(x PI) {
	x.m()
}

func _[T I](p *T, t T) {
	t.m()
	p.m() // ERROR "p.m undefined (type *T is pointer to type parameter, not type parameter)"
	t.n() // ERROR "t.n undefined (type T has no field or method n)"
}

// The same type twice at one depth is ambiguous, at two depths it is not.
type twice struct {
	L1
	L2
}
type L1 struct{ Leaf }
type L2 struct{ Leaf }
type Leaf struct{ f int }

var _ = twice{}.f // ERROR "ambiguous selector twice{}.f"
var _ = twice{}.L1.f
var _ = struct {
	Leaf
	L1
}{}.f

// Instances are told apart by their arguments.
type Box[P any] struct{ v P }

func (*Box[P]) set(P) {}
func (Box[P]) get() P { var p P; return p }

type boxes struct {
	b1
	b2
}
type b1 struct{ Box[int] }
type b2 struct{ Box[int] }
type b3 struct{ Box[string] }
type mixed struct {
	b1
	b3
}

var _ = boxes{}.v // ERROR "ambiguous selector boxes{}.v"
var _ = mixed{}.v // ERROR "ambiguous selector mixed{}.v"
var _ int = b3{}.get() // ERROR "cannot use b3{}.get() (value of type string) as int value in variable declaration"
var _ int = b1{}.get()

func _(b b1) {
	b.set(0)
	b.set("") // ERROR "cannot use \"\" (untyped string constant) as int value in argument to b.set"
	b1{}.set(0) // ERROR "cannot call pointer method set on b1"
}

// Recursive embedding through pointers ends.
type loop struct{ *loop2 }
type loop2 struct{ *loop }

var _ = loop{}.missing // ERROR "loop{}.missing undefined (type loop has no field or method missing)"

// Names of other packages.
func _(t lib.T, e *lib.E, i lib.I) {
	_ = t.Exported
	_ = t.hidden // ERROR "t.hidden undefined (cannot refer to unexported field hidden)"
	_ = t.exported // ERROR "t.exported undefined (type lib.T has no field or method exported, but does have field Exported)"
	_ = t.Hidden // ERROR "t.Hidden undefined (type lib.T has no field or method Hidden, but does have unexported field hidden)"
	t.Method()
	t.method() // ERROR "t.method undefined (type lib.T has no field or method method, but does have method Method)"
	t.secret() // ERROR "t.secret undefined (cannot refer to unexported method secret)"
	t.Secret() // ERROR "t.Secret undefined (type lib.T has no field or method Secret, but does have unexported method secret)"
	e.PtrOnly()
	e.ptrOnly() // ERROR "e.ptrOnly undefined (type *lib.E has no field or method ptrOnly, but does have method PtrOnly)"
	_ = e.hidden // ERROR "e.hidden undefined (cannot refer to unexported field hidden)"
	i.M()
	i.m() // ERROR "i.m undefined (type lib.I has no field or method m)"
	lib.E{}.PtrOnly() // ERROR "cannot call pointer method PtrOnly on lib.E"
	_ = lib.T{hidden: 1} // ERROR "cannot refer to unexported field hidden in struct literal of type lib.T"
	_ = lib.T{exported: 1} // ERROR "unknown field exported in struct literal of type lib.T, but does have Exported"
	_ = lib.T{Hidden: 1} // ERROR "unknown field Hidden in struct literal of type lib.T, but does have unexported hidden"
	_ = lib.T{Nothing: 1} // ERROR "unknown field Nothing in struct literal of type lib.T"
}

// Unexported names of two packages are different.
type both struct {
	lib.T
	hidden string
}

var _ string = both{}.hidden

// Many fields and methods are found as few are.
type many struct {
	f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15 int
	lib.T
	F0 string
}

func (many) m0()  {}
func (many) m1()  {}
func (many) m2()  {}
func (many) m3()  {}
func (many) m4()  {}
func (many) m5()  {}
func (many) m6()  {}
func (many) m7()  {}
func (many) m8()  {}
func (many) m9()  {}
func (many) m10() {}
func (many) m11() {}
func (many) m12() {}
func (*many) m13() {}

func _(m *many) {
	_ = m.f0 + m.f15
	var _ int = m.F0 // ERROR "cannot use m.F0 (variable of type string) as int value in variable declaration"
	_ = m.f16 // ERROR "m.f16 undefined (type *many has no field or method f16)"
	_ = m.F16 // ERROR "m.F16 undefined (type *many has no field or method F16)"
	_ = m.F15 // ERROR "m.F15 undefined (type *many has no field or method F15, but does have field f15)"
	m.m0()
	m.m13()
	m.m14() // ERROR "m.m14 undefined (type *many has no field or method m14)"
	m.M14() // ERROR "m.M14 undefined (type *many has no field or method M14)"
	m.M13() // ERROR "m.M13 undefined (type *many has no field or method M13, but does have method m13)"
	many{}.m13() // ERROR "cannot call pointer method m13 on many"
	m.Method()
	_ = m.hidden // ERROR "m.hidden undefined (cannot refer to unexported field hidden)"
}

// Blank names are never found.
type blank struct{ _ int }

func (blank) _() {}

var _ = blank{}._ // ERROR "blank{}._ undefined (type blank has no field or method _)"
