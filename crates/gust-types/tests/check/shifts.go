package test

type bits uint16

func shifts(i int, u uint, f float64, s string, b bits) {
	_ = i << 1
	_ = i << u
	_ = i << i
	_ = i << -1 // ERROR "invalid operation: negative shift count -1 (untyped int constant)"
	_ = i << 1.0
	_ = i << 1.5 // ERROR "1.5 (untyped float constant) truncated to uint"
	_ = i << f // ERROR "invalid operation: shift count f (variable of type float64) must be integer"
	_ = i << "a" // ERROR "cannot convert \"a\" (untyped string constant) to type uint"
	_ = i << (1 << 70) // ERROR "(1 << 70) (untyped int constant 1180591620717411303424) overflows uint"
	_ = f << 1 // ERROR "invalid operation: shifted operand f (variable of type float64) must be integer"
	_ = 1.0 << 3
	_ = 1.5 << 3 // ERROR "invalid operation: shifted operand 1.5 (untyped float constant) must be integer"
	_ = "a" << 1 // ERROR "invalid operation: shifted operand \"a\" (untyped string constant) must be integer"
	_ = s >> u // ERROR "invalid operation: shifted operand s (variable of type string) must be integer"
	_ = b<<20 | 1
	_ = 1 << 1074 // ERROR "constant shift overflow"
	_ = 1 << 1075 // ERROR "invalid operation: invalid shift count 1075 (untyped int constant)"
	_ = uint8(1) << 8 // ERROR "uint8(1) << 8 (constant 256 of type uint8) overflows uint8"
	_ = -1 >> 1000
}

// The left operand of a delayed shift takes the type of its context.
func delayed(u uint) {
	var _ int64 = 1 << u
	var _ float64 = 1 << u // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	var _ = 1.0 << u // ERROR "invalid operation: shifted operand 1.0 (type float64) must be integer"
	var _ int = 1.0 << u
	var _ uint8 = 300 << u // ERROR "300 (untyped int constant) overflows uint8"
	var _ = uint8(300 << u) // ERROR "300 (untyped int constant) overflows uint8"
	var _ = 1<<u + 1.0 // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	var _ = 1<<u + 1.5 // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	var _ = 1<<u == 2<<u
	var _ = float32(1 << u) // ERROR "invalid operation: shifted operand 1 (type float32) must be integer"
	var _ = []int{1: 2}[1.0<<u]
	var _ = make([]int, 1.0<<u)
	var _ any = 1 << u
	var _ string = 1 << u // ERROR "cannot use 1 << u (untyped int value) as string value in variable declaration"
	var _ = string(1 << u) // ERROR "invalid operation: shifted operand 1 (type string) must be integer"
	var _ = complex(1<<u, 0) // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	var _ = real(1 << u) // ERROR "invalid operation: shifted operand 1 (type complex128) must be integer"
	var _ = min(1<<u, 2.5) // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	var _ = 1i << u // ERROR "invalid operation: shifted operand 1i (untyped complex constant (0 + 1i)) must be integer"
	var _ = -(1 << u) == 1.5 // ERROR "invalid operation: shifted operand 1 (type float64) must be integer"
	f(1 << u) // ERROR "invalid operation: shifted operand 1 (type float32) must be integer"
	f(1.0<<u + 1<<u) // ERROR "invalid operation: shifted operand 1 (type float32) must be integer" "invalid operation: shifted operand 1.0 (type float32) must be integer"
}

func f(float32)
