package test

import "unsafe"

// A variable of one array type takes no value of another: the lengths must be these.

type A struct {
	a bool
	b int64
	c bool
}

type B struct {
	a int32
	b struct{}
}

type C struct {
	a [0]int64
	b struct{}
}

type D struct {
	A
	b string
	c []int
	d any
	e complex64
	f [3]uint16
}

var (
	_ [24]int = [unsafe.Sizeof(A{})]int{}
	_ [8]int  = [unsafe.Sizeof(B{})]int{}
	_ [0]int  = [unsafe.Sizeof(C{})]int{}
	_ [96]int = [unsafe.Sizeof(D{})]int{}
	_ [24]int = [unsafe.Offsetof(D{}.b)]int{}
	_ [40]int = [unsafe.Offsetof(D{}.c)]int{}
	_ [64]int = [unsafe.Offsetof(D{}.d)]int{}
	_ [88]int = [unsafe.Offsetof(D{}.f)]int{}
	_ [4]int  = [unsafe.Alignof(D{}.e)]int{}
	_ [2]int  = [unsafe.Alignof(D{}.f)]int{}
	_ [8]int  = [unsafe.Alignof(A{})]int{}
	_ [16]int = [unsafe.Sizeof(complex128(0))]int{}
	_ [8]int  = [unsafe.Alignof(complex128(0))]int{}
	_ [8]int  = [unsafe.Sizeof(map[string]A{}) + 0*unsafe.Sizeof(func() {})]int{}
	_ [7]int  = [unsafe.Sizeof(B{})]int{} // ERROR "cannot use [unsafe.Sizeof(B{})]int{} (value of type [8]int) as [7]int value in variable declaration"
)
