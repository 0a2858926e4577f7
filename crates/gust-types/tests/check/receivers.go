package test

import "unsafe"

type (
	T      struct{}
	A      = T
	PA     = *T
	Ptr    *T
	Iface  interface{ m() }
	G[P any, Q ~[]P] struct{ p P }
	GA     = G[int, []int]
	Alias[P any] = T
	UP     unsafe.Pointer
)

func (T) t()     {}
func (A) a()     {}
func (PA) pa()   {}
func (*A) ptra() {}
func (*PA) no()  {} // ERROR "invalid receiver type *PA"
func (Ptr) ptr() {} // ERROR "invalid receiver type Ptr (pointer or interface type)"
func (Iface) i() {} // ERROR "invalid receiver type Iface (pointer or interface type)"
func (UP) up()   {} // ERROR "invalid receiver type UP (unsafe.Pointer)"
func (int) i()   {} // ERROR "cannot define new methods on non-local type int"
func ([]int) s() {} // ERROR "invalid receiver type []int"
func (undefined) u() {} // ERROR "undefined: undefined"

func (g G[A, B]) ok() A { return g.p }
func (g G[_, B]) blank() (b B) { return }
func (G) missing() {} // ERROR "cannot use generic type G[P any, Q ~[]P] without instantiation"
func (G[A]) few()  {} // ERROR "receiver declares 1 type parameter, but receiver base type declares 2"
func (GA) inst()   {} // ERROR "cannot define new methods on instantiated type G[int, []int]"
func (Alias[A]) al() {} // ERROR "cannot define new methods on generic alias type Alias[P any]"
func (T[A]) plain() {} // ERROR "T is not a generic type"
func (G[int, []int]) not() {} // ERROR "receiver type parameter []int must be an identifier"

func (x T) dup(x int) {} // ERROR "x redeclared in this block | 38: other declaration of x"
