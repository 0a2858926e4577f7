package test

import "unsafe"

type (
	I interface{ m() }
	P *int
	T struct{}
)

type S[Q any] struct {
	I
	*T
	p.X // ERROR "undefined: p"
	P // ERROR "embedded field type cannot be a pointer"
	*J // ERROR "embedded field type cannot be a pointer to an interface"
	Q // ERROR "embedded field type cannot be a (pointer to a) type parameter"
	unsafe.Pointer // ERROR "embedded field type cannot be unsafe.Pointer"
}

type J interface{ I }

type U struct {
	T
	T int // ERROR "T redeclared | 24: other declaration of T"
}
