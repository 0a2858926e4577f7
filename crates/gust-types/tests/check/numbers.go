// lang: go1.12
package test

var (
	_ = 1_000 // ERROR "underscore in numeric literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 0b1 // ERROR "binary literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 0o7 // ERROR "0o/0O-style octal literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 0x1p-2 // ERROR "hexadecimal floating-point literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 0xff
	_ = 0777
	_ = 0x_f // ERROR "underscore in numeric literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 0b1i // ERROR "binary literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 0x10i // ERROR "hexadecimal floating-point literal requires go1.13 or later (-lang was set to go1.12; check go.mod)"
	_ = 09i
	_ = 1 << len("abc")
	_ = 1 << index // ERROR "invalid operation: signed shift count index (variable of type int) requires go1.13 or later (-lang was set to go1.12; check go.mod)"
)

var index = 1
