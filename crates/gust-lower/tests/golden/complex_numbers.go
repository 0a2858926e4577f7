package p

func mul(a, b complex128) complex128 { return a * b }

func div(a, b complex64) complex64 { return a / b }

func parts(c complex128) (float64, float64) { return real(c), imag(c) }
