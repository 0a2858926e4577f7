package runtime

// complex128div divides complex numbers: by the smaller of the divisor's parts over the larger one, so that little
// overflows; then what came out as NaN is made right for zeros and infinities as annex G of the C standard says.
func complex128div(n, m complex128) complex128 {
	a, b, c, d := real(n), imag(n), real(m), imag(m)
	var re, im float64
	if magnitude(c) >= magnitude(d) {
		ratio := d / c
		under := c + ratio*d
		re = (a + b*ratio) / under
		im = (b - a*ratio) / under
	} else {
		ratio := c / d
		under := d + ratio*c
		re = (a*ratio + b) / under
		im = (b*ratio - a) / under
	}
	if re == re && im == im {
		return complex(re, im)
	}
	infinity := 1 / zeroFloat
	switch {
	case c == 0 && d == 0 && (a == a || b == b):
		if c < 0 || isNegativeZero(c) {
			infinity = -infinity
		}
		return complex(infinity*a, infinity*b)
	case (isInfinite(a) || isInfinite(b)) && isFinite(c) && isFinite(d):
		a, b = unit(a), unit(b)
		return complex(infinity*(a*c+b*d), infinity*(b*c-a*d))
	case (isInfinite(c) || isInfinite(d)) && isFinite(a) && isFinite(b):
		c, d = unit(c), unit(d)
		return complex(0*(a*c+b*d), 0*(b*c-a*d))
	}
	return complex(re, im)
}

// zeroFloat is no constant: nothing can be divided by a constant zero.
var zeroFloat float64

func magnitude(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

func isInfinite(f float64) bool {
	return f > maxFloat || f < -maxFloat
}

func isFinite(f float64) bool {
	return f-f == 0
}

// unit is what counts of an infinity: its sign, as 1 or -1; of others the sign of zero.
func unit(f float64) float64 {
	one := 0.0
	if isInfinite(f) {
		one = 1
	}
	if f < 0 || isNegativeZero(f) {
		return -one
	}
	return one
}
