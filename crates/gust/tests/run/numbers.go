// Integer and float arithmetic, shifts, conversions, constants.
package main

func shifts(n uint) {
	var i8 int8 = -128
	var u8 uint8 = 200
	var i64 int64 = -1 << 40
	println(i8>>n, u8>>n, u8<<n, i64>>n, i64<<n, 1<<n, uint32(1)<<n)
}

func divs(a, b int8) { println(a/b, a%b, -a, ^a, a&^b, a|b, a^b) }

func udivs(a, b uint16) { println(a/b, a%b, -a, ^a, a*b, a-b) }

func floats(x, y float64) {
	println(x+y, x-y, x*y, x/y, -x, x < y, x == y, x != y, min(x, y), max(x, y))
}

func toInts(f float64) { println(int(f), int8(f), int32(f), uint8(f), uint32(f), int64(f)) }

func main() {
	for _, n := range []uint{0, 1, 7, 8, 31, 32, 63, 64, 100} {
		shifts(n)
	}
	divs(-128, -1)
	divs(100, 7)
	divs(-100, 7)
	divs(-7, -2)
	udivs(65535, 10)
	udivs(3, 65535)
	floats(1.5, 0.25)
	var zero float64
	floats(1, zero)
	floats(zero, zero)
	nan := zero / zero
	floats(nan, 1)
	println(nan == nan, nan != nan, nan < nan, min(nan, 1), max(1, nan))
	toInts(3.99)
	toInts(-3.99)
	toInts(255.5)
	var u64 uint64 = 1<<64 - 1
	println(u64, u64+1, u64>>1, float64(u64), float32(u64), uint64(float64(1<<63)), uint64(float64(1<<62)))
	var i32 int32 = 1<<31 - 1
	i32++
	println(i32, uint32(i32), int64(i32), uint64(i32), int8(i32>>24))
	var u8 uint8 = 255
	u8++
	println(u8, u8-1)
	c := complex(1, 2)
	d := c * c
	println(d, real(d), imag(d), c/d, -c, c == complex(1, 2), c != d)
	var c64 complex64 = complex64(c)
	println(c64+1, c64*c64)
	const big = 1 << 100
	println(big>>98, big/(1<<97), float64(big))
	const f = 1.0 / 3
	println(f, float32(f), f*3 == 1)
	x := 0x_ff + 0b1010 + 0o17 + 1_000
	println(x, 'a', '\n', 1e3, 0x1p-2)
	println(7&3, 7|8, 7^2, 7&^2, ^0, -5/2, -5%2, 5/-2, 5%-2)
	type myint int16
	var mi myint = 32767
	mi += 2
	println(mi, mi<<3, int(mi)<<3)
	y := 5
	y *= 3
	y -= 4
	y /= 2
	y %= 4
	y <<= 5
	y |= 3
	y &= 0x3e
	y ^= 7
	y &^= 2
	y >>= 1
	println(y)
	func() {
		defer func() { println(recover().(error).Error()) }()
		s := -1
		println(1 << s)
	}()
	var up uintptr = 10
	println(up, ^up>>60)
	println(float32(0.1)+float32(0.2) == float32(0.3), 16777216.0+float32(1))
	var neg0 = -zero
	println(1/neg0, neg0 == 0)
	println(uint8(y)<<7>>7, int8(y)<<4>>4)
}
