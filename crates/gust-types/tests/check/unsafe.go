package test

import "unsafe"

type inner struct {
	a byte
	b int32
}
type outer struct {
	x byte
	inner
	*other
	y [3]int16
}
type other struct{ z int }

func (outer) method() {}

const (
	size   = unsafe.Sizeof(outer{})
	align  = unsafe.Alignof(outer{}.b)
	offset = unsafe.Offsetof(outer{}.b)
	word   = unsafe.Sizeof(uintptr(0))
)

var _ [size]int = [32]int{}
var _ [align]int = [4]int{}
var _ [offset]int = [8]int{}
var _ [word]int = [8]int{}

func functions(p *int, b *byte, s []int, t string, u unsafe.Pointer, i int, f float64, v outer) {
	_ = unsafe.Add(u, i)
	_ = unsafe.Add(u, -1)
	_ = unsafe.Add(p, 1) // ERROR "cannot use p (variable of type *int) as unsafe.Pointer value in argument to unsafe.Add"
	_ = unsafe.Add(u, 1.5) // ERROR "1.5 (untyped float constant) truncated to int"
	_ = unsafe.Add(u) // ERROR "invalid operation: not enough arguments for unsafe.Add(u) (expected 2, found 1)"
	_ = unsafe.Slice(p, 3)
	_ = unsafe.Slice(p, -1) // ERROR "invalid argument: length -1 (constant of type int) must not be negative"
	_ = unsafe.Slice(s, 1) // ERROR "invalid argument: s (variable of type []int) is not a pointer"
	_ = unsafe.Slice(p, f) // ERROR "invalid argument: length f (variable of type float64) must be integer"
	var _ []byte = unsafe.Slice(p, i) // ERROR "cannot use unsafe.Slice(p, i) (value of type []int) as []byte value in variable declaration"
	_ = unsafe.SliceData(s) == p
	_ = unsafe.SliceData(p) // ERROR "invalid argument: p (variable of type *int) is not a slice"
	_ = unsafe.String(b, 1) + 1 // ERROR "invalid operation: unsafe.String(b, 1) + 1 (mismatched types string and untyped int)"
	_ = unsafe.String(p, 1) // ERROR "cannot use p (variable of type *int) as *byte value in argument to unsafe.String"
	_ = unsafe.String(b, -1) // ERROR "invalid argument: length -1 (constant of type int) must not be negative"
	_ = unsafe.StringData(t) == b
	_ = unsafe.StringData(s) // ERROR "cannot use s (variable of type []int) as string value in argument to unsafe.StringData"
	_ = unsafe.Sizeof(nil) // ERROR "use of untyped nil in argument to unsafe.Sizeof"
	_ = unsafe.Sizeof(1 << 70) // ERROR "cannot use 1 << 70 (untyped int constant 1180591620717411303424) as int value in argument to unsafe.Sizeof (overflows)"
	_ = unsafe.Sizeof(int) // ERROR "int (type) is not an expression"
	_ = unsafe.Sizeof(v) == "a" // ERROR "invalid operation: unsafe.Sizeof(v) == \"a\" (mismatched types uintptr and untyped string)"
	_ = unsafe.Alignof() // ERROR "invalid operation: not enough arguments for unsafe.Alignof() (expected 1, found 0)"
	_ = unsafe.Offsetof(v) // ERROR "invalid argument: v is not a selector expression"
	_ = unsafe.Offsetof(v.b)
	_ = unsafe.Offsetof(v.z) // ERROR "invalid argument: field z is embedded via a pointer in outer"
	_ = unsafe.Offsetof(v.other.z)
	_ = unsafe.Offsetof(v.method) // ERROR "invalid argument: v.method is a method value"
	_ = unsafe.Offsetof(v.none) // ERROR "invalid argument: outer has no single field none"
	_ = unsafe.Offsetof((v).y)
	_ = unsafe.Sizeof // ERROR "unsafe.Sizeof (built-in) must be called"
	_ = unsafe.Unknown // ERROR "undefined: unsafe.Unknown"
	unsafe.Sizeof(v) // ERROR "unsafe.Sizeof(v) (constant 32 of type uintptr) is not used"
}

type recursive [unsafe.Sizeof(recursive{})]int // ERROR "invalid recursive type: recursive refers to itself"

func generic[T any, P *int | *string](x T, p P, v struct {
	a int
	t T
}) {
	const _ = unsafe.Sizeof(x) // ERROR "unsafe.Sizeof(x) (value of type uintptr) is not constant"
	const _ = unsafe.Offsetof(v.a) // ERROR "unsafe.Offsetof(v.a) (value of type uintptr) is not constant"
	const _ = unsafe.Sizeof(p) // ERROR "unsafe.Sizeof(p) (value of type uintptr) is not constant"
	_ = unsafe.Sizeof(x) + 1
	_ = unsafe.Slice(p, 1) // ERROR "invalid argument: p (variable of type P constrained by *int | *string) is not a pointer"
}
