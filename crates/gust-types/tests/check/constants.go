package test

const (
	small   int8    = 127
	large   int8    = 128 // ERROR "cannot use 128 (untyped int constant) as int8 value in constant declaration (overflows)"
	below   uint    = -1 // ERROR "cannot use -1 (untyped int constant) as uint value in constant declaration (overflows)"
	exact   int     = 2.0
	cut     int     = 2.5 // ERROR "cannot use 2.5 (untyped float constant) as int value in constant declaration (truncated)"
	huge    float32 = 1e39 // ERROR "cannot use 1e39 (untyped float constant 1e+39) as float32 value in constant declaration (overflows)"
	tiny    float64 = 1e-400
	both    int     = 3 + 0i
	complex complex64 = 1e39i // ERROR "cannot use 1e39i (untyped complex constant (0 + 1e+39i)) as complex64 value in constant declaration (overflows)"
	letter  byte    = 'é'
	long    byte    = '本' // ERROR "cannot use '本' (untyped rune constant 26412) as byte value in constant declaration (overflows)"
	text    string  = 'a' // ERROR "cannot use 'a' (untyped rune constant 97) as string value in constant declaration"
	truth   bool    = 1 // ERROR "cannot use 1 (untyped int constant) as bool value in constant declaration"
	none    int     = nil // ERROR "nil is not constant"
	failed  int     = failed2 // ERROR "undefined: failed2"
)

const (
	sum      = small + 1 // ERROR "small + 1 (constant 128 of type int8) overflows int8"
	product  = int64(1) << 62 * 4 // ERROR "int64(1) << 62 * 4 (constant 18446744073709551616 of type int64) overflows int64"
	negative = -int8(-128) // ERROR "-int8(-128) (constant 128 of type int8) overflows int8"
	inverted = ^uint8(1)
	flipped  = ^int8(1)
	over     = ^uint16(0) + 1 // ERROR "^uint16(0) + 1 (constant 65536 of type uint16) overflows uint16"
	quotient = 7 / 2
	ratio    = 7 / 2.0
	divided  = small / 0 // ERROR "invalid operation: division by zero"
	wide     = 1 << 511 << 1 // ERROR "constant shift overflow"
	wider    = 1 << 513 // ERROR "constant shift overflow"
	squared  = (1 << 300) * (1 << 300) // ERROR "constant multiplication overflow"
	added    = 1<<512 - 1 + 1<<511 // ERROR "constant shift overflow"
	masked   = ^(1<<512 - 1) // ERROR "constant shift overflow"
	shifted  = 1.0 << 3
	endless  = 1e646456990 * 1e646456990 // ERROR "constant result is not representable"
	broken   = 1e9999999999 // ERROR "malformed constant: 1e9999999999"
	octal    = 0b102 // ERROR "invalid digit '2' in binary literal"
	compared = 1 < 2.5 == true
	joined   = "a" + "b" + 'c' // ERROR "invalid operation: \"a\" + \"b\" + 'c' (mismatched types untyped string and untyped rune)"
)

const notConstant = len([]int{1}) // ERROR "len([]int{…}) (value of type int) is not constant"

var _ = [sum]int{}
var _ = [quotient]int{} == [3]int{}
var _ = [compared]int{} // ERROR "array length compared (untyped bool constant true) must be integer"

func values() {
	var b byte = 256 // ERROR "cannot use 256 (untyped int constant) as byte value in variable declaration (overflows)"
	b = 1 - 2 // ERROR "cannot use 1 - 2 (untyped int constant -1) as byte value in assignment (overflows)"
	b += 300 // ERROR "300 (untyped int constant) overflows byte"
	b = b + 256 // ERROR "256 (untyped int constant) overflows byte"
	b = b<<1 + 1e3 // ERROR "1e3 (untyped float constant 1000) truncated to byte"
	var f float32 = 16777217
	f = 1e40 // ERROR "cannot use 1e40 (untyped float constant 1e+40) as float32 value in assignment (overflows)"
	var u uint = 1<<64 - 1
	u = 1 << 64 // ERROR "cannot use 1 << 64 (untyped int constant 18446744073709551616) as uint value in assignment (overflows)"
	var i int = 'a' * 1.0
	i = 1e2 + 0.5 // ERROR "cannot use 1e2 + 0.5 (untyped float constant 100.5) as int value in assignment (truncated)"
	i = 10 % 3.0 // ERROR "invalid operation: operator % not defined on 10 (untyped float constant)"
	var z complex128 = 1
	z = 1e310 // ERROR "cannot use 1e310 (untyped float constant 1e+310) as complex128 value in assignment (overflows)"
	_, _, _, _, _ = b, f, u, i, z
}
