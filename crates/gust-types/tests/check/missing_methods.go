Why a type does not implement an interface.
-- lib/lib.go --
package lib

type I interface {
	Do()
	hidden()
}

type T struct{}

func (T) Do()     {}
func (T) hidden() {}

type Arg struct{ x int }

type Fielder interface{ F(struct{ x int }) }
-- other/lib/lib.go --
package lib

type Arg struct{ x int }
-- test.go --
package test

import (
	"lib"
	lib2 "other/lib"
)

type I interface {
	M(int) string
}

type none struct{}
type good struct{}
type wrong struct{}
type pointer struct{}
type lower struct{}
type field struct{ M func(int) string }
type two struct {
	good
	embedded
}
type embedded struct{ good }
type ambiguous struct {
	a
	b
}
type a struct{}
type b struct{}

func (good) M(int) string       { return "" }
func (wrong) M(x, y int) string { return "" }
func (*pointer) M(int) string   { return "" }
func (lower) m(int) string      { return "" }
func (a) M(int) string          { return "" }
func (b) M(int) string          { return "" }

var _ I = none{} // ERROR "cannot use none{} (value of struct type none) as I value in variable declaration: none does not implement I (missing method M)"
var _ I = good{}
var _ I = wrong{} // ERROR "cannot use wrong{} (value of struct type wrong) as I value in variable declaration: wrong does not implement I (wrong type for method M)\n\t\thave M(int, int) string\n\t\twant M(int) string"
var _ I = pointer{} // ERROR "cannot use pointer{} (value of struct type pointer) as I value in variable declaration: pointer does not implement I (method M has pointer receiver)"
var _ I = &pointer{}
var _ I = lower{} // ERROR "cannot use lower{} (value of struct type lower) as I value in variable declaration: lower does not implement I (missing method M)\n\t\thave m(int) string\n\t\twant M(int) string"
var _ I = field{} // ERROR "cannot use field{} (value of struct type field) as I value in variable declaration: field does not implement I (field.M is a field, not a method)"
var _ I = two{}
var _ I = ambiguous{} // ERROR "cannot use ambiguous{} (value of struct type ambiguous) as I value in variable declaration: ambiguous does not implement I (ambiguous selector ambiguous.M)"
var _ I = 1 // ERROR "cannot use 1 (constant of type int) as I value in variable declaration: int does not implement I (missing method M)"
var _ I = nil
var _ I = (*I)(nil) // ERROR "cannot use (*I)(nil) (value of type *I) as I value in variable declaration: *I does not implement I (type *I is pointer to interface, not interface)"
var pi *I
var _ *I = good{} // ERROR "cannot use good{} (value of struct type good) as *I value in variable declaration: good does not implement *I (type *I is pointer to interface, not interface)"
var _ I = pi // ERROR "cannot use pi (variable of type *I) as I value in variable declaration: *I does not implement I (type *I is pointer to interface, not interface)"

type J interface {
	I
	N()
}

var i I
var _ J = i // ERROR "cannot use i (variable of interface type I) as J value in variable declaration: I does not implement J (missing method N)"
var _ I = J(nil)
var _ interface{ M() } = i // ERROR "cannot use i (variable of interface type I) as interface{M()} value in variable declaration: I does not implement interface{M()} (wrong type for method M)\n\t\thave M(int) string\n\t\twant M()"
var _ interface{ m(int) string } = i // ERROR "cannot use i (variable of interface type I) as interface{m(int) string} value in variable declaration: I does not implement interface{m(int) string} (missing method m)"

// Methods that are not exported belong to their package.
type mine struct{}

func (mine) Do()     {}
func (mine) hidden() {}

var _ lib.I = mine{} // ERROR "cannot use mine{} (value of struct type mine) as \"lib\".I value in variable declaration: mine does not implement \"lib\".I (unexported method hidden)"
var _ lib.I = lib.T{}
var _ lib.I = struct{ lib.T }{}

// Types that look the same are told apart by package.
type A1 interface{ F(lib.Arg) }
type has struct{}

func (has) F(lib2.Arg) {}

var _ A1 = has{} // ERROR "cannot use has{} (value of struct type has) as A1 value in variable declaration: has does not implement A1 (wrong type for method F)\n\t\thave F(\"other/lib\".Arg)\n\t\twant F(\"lib\".Arg)"

type fielder struct{}

func (fielder) F(struct{ x int }) {}

var _ lib.Fielder = fielder{} // ERROR "cannot use fielder{} (value of struct type fielder) as \"lib\".Fielder value in variable declaration: fielder does not implement \"lib\".Fielder (wrong type for method F)\n\t\thave F(struct{x int /* package test */ })\n\t\twant F(struct{x int /* package lib */ })"

// Type assertions and switches.
func _(i I, e any) {
	_ = i.(good)
	_ = i.(none) // ERROR "impossible type assertion: i.(none)\n\tnone does not implement I (missing method M)"
	_ = i.(pointer) // ERROR "impossible type assertion: i.(pointer)\n\tpointer does not implement I (method M has pointer receiver)"
	_ = i.(*pointer)
	_ = i.(J)
	_ = i.(interface{ M() })
	_ = i.(*I) // ERROR "impossible type assertion: i.(*I)\n\t*I does not implement I (type *I is pointer to interface, not interface)"
	switch i.(type) {
	case good, *good:
	case wrong: // ERROR "impossible type switch case: wrong\n\ti (variable of interface type I) cannot have dynamic type wrong (wrong type for method M)\n\t\thave M(int, int) string\n\t\twant M(int) string"
	case lower: // ERROR "impossible type switch case: lower\n\ti (variable of interface type I) cannot have dynamic type lower (missing method M)\n\t\thave m(int) string\n\t\twant M(int) string"
	case nil:
	}
	_ = e.(none)
}

// Embedded fields in error hide what is missing.
type broken struct{ undefined } // ERROR "undefined: undefined"

var _ I = broken{}
var _ I = &broken{}

// Type parameters.
func _[P any, Q I, R interface{ ~int }](p P, q Q, r R, pq *Q) {
	var _ I = p // ERROR "cannot use p (variable of type P constrained by any) as I value in variable declaration"
	var _ I = q
	var _ I = r // ERROR "cannot use r (variable of type R constrained by interface{~int}) as I value in variable declaration"
	var _ I = pq // ERROR "cannot use pq (variable of type *Q) as I value in variable declaration: *Q does not implement I (type *Q is pointer to type parameter, not type parameter)"
}
