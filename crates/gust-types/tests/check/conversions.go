package test

import "unsafe"

type number int
type text string
type bytes []byte
type runes []rune
type tagged struct {
	a int `x:"y"`
}
type plain struct{ a int }
type pair struct{ a, b int }
type reader interface{ read() }

const (
	_ = int8(300) // ERROR "constant 300 overflows int8"
	_ = uint(-1) // ERROR "constant -1 overflows uint"
	_ = int(1.5) // ERROR "cannot convert 1.5 (untyped float constant) to type int"
	_ = int(1e100) // ERROR "cannot convert 1e100 (untyped float constant 10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000) to type int"
	_ = float32(1e100) // ERROR "cannot convert 1e100 (untyped float constant 1e+100) to type float32"
	_ = number(2.0)
	_ = text(65)
	_ = string(1 << 40)
	_ = string(-1) + 1 // ERROR "invalid operation: string(-1) + 1 (mismatched types string and untyped int)"
	_ = bool(1) // ERROR "cannot convert 1 (untyped int constant) to type bool"
	_ = complex64(1)
	_ = int(2 + 1i) // ERROR "cannot convert 2 + 1i (untyped complex constant (2 + 1i)) to type int"
	_ = []byte("a") // ERROR "[]byte(\"a\") (value of type []byte) is not constant"
	_ = reader(nil) // ERROR "reader(nil) (value of interface type reader) is not constant"
)

func conversions(i int, f float64, s string, b bytes, r runes, n number, t tagged, p *tagged, u unsafe.Pointer, up uintptr, e reader, l []int) {
	_ = number(i)
	_ = int(f)
	_ = string(i)
	_ = string(f) // ERROR "cannot convert f (variable of type float64) to type string"
	_ = string(b) + string(r)
	_ = bytes(s)
	_ = runes(b) // ERROR "cannot convert b (variable of slice type bytes) to type runes"
	_ = []text{s} // ERROR "cannot use s (variable of type string) as text value in array or slice literal"
	_ = text(s)
	_ = plain(t)
	_ = pair(t) // ERROR "cannot convert t (variable of struct type tagged) to type pair"
	_ = (*plain)(p)
	_ = (*pair)(p) // ERROR "cannot convert p (variable of type *tagged) to type *pair"
	_ = uintptr(u)
	_ = unsafe.Pointer(up)
	_ = unsafe.Pointer(p)
	_ = unsafe.Pointer(i) // ERROR "cannot convert i (variable of type int) to type unsafe.Pointer"
	_ = (*int)(up) // ERROR "cannot convert up (variable of type uintptr) to type *int"
	_ = [2]int(l)
	_ = (*[2]int)(l)
	_ = [2]int32(l) // ERROR "cannot convert l (variable of type []int) to type [2]int32"
	_ = []int([2]int{}) // ERROR "cannot convert [2]int{} (value of type [2]int) to type []int"
	_ = reader(e)
	_ = reader(t) // ERROR "cannot convert t (variable of struct type tagged) to type reader: tagged does not implement reader (missing method read)"
	_ = error(e) // ERROR "cannot convert e (variable of interface type reader) to type error: reader does not implement error (missing method Error)"
	_ = any(1 << i)
	_ = any(nil)
	_ = func()(nil) // ERROR "func() nil (type) is not an expression" "nil (untyped nil) is not a type"
	_ = chan<- int(make(chan int))
	_ = (chan<- int)(make(chan int))
	_ = (chan int)(make(<-chan int)) // ERROR "cannot convert make(<-chan int) (value of type <-chan int) to type chan int"
	_ = int(nil) // ERROR "cannot convert nil to type int"
	_ = int() // ERROR "missing argument in conversion to int"
	_ = int(1, 2) // ERROR "too many arguments in conversion to int"
	_ = int(l...) // ERROR "invalid use of ... in conversion to int"
	_ = int("a") // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	_ = bool(s == s)
	_ = complex128(i) // ERROR "cannot convert i (variable of type int) to type complex128"
	_ = comparable(i) // ERROR "cannot use interface comparable in conversion (contains specific type constraints or is comparable)"
	_ = undefined(i) // ERROR "undefined: undefined"
}

func generic[P any, I ~int8 | ~int16, N ~int | ~float64, S ~string | ~[]byte, E interface{}](p P, i I, n N, s S, e E) {
	_ = I(100)
	_ = I(1000) // ERROR "cannot convert 1000 (untyped int value) to type I: constant 1000 overflows int8 (in I)"
	_ = I(1.5) // ERROR "cannot convert 1.5 (untyped float value) to type I: cannot convert 1.5 (untyped float constant) to type int8 (in I)"
	_ = N(1.5) // ERROR "cannot convert 1.5 (untyped float value) to type N: cannot convert 1.5 (untyped float constant) to type int (in N)"
	_ = N(i)
	_ = I(n)
	_ = S("a")
	_ = S(1) // ERROR "cannot convert 1 (untyped int value) to type S: cannot convert 1 (untyped int constant) to type []byte (in S)"
	_ = string(s)
	_ = []rune(s) // ERROR "cannot convert s (variable of type S constrained by ~string | ~[]byte) to type []rune: cannot convert []byte (in S) to type []rune\n\tcannot assign string (in S) to []rune"
	_ = P(1) // ERROR "cannot convert 1 (untyped int value) to type P: P does not contain specific types"
	_ = P(p)
	_ = E(p) // ERROR "cannot convert p (variable of type P constrained by any) to type E"
	_ = any(p)
	_ = int(p) // ERROR "cannot convert p (variable of type P constrained by any) to type int"
	_ = S(n) // ERROR "cannot convert n (variable of type N constrained by ~int | ~float64) to type S: cannot convert int (in N) to type []byte (in S)"
	const _ = I(1) // ERROR "I(1) (value of type I constrained by ~int8 | ~int16) is not constant"
}
