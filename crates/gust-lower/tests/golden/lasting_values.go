package p

func take(x any)

func variable() {
	n, s := 300, "text"
	take(n)
	func() { take(s) }()
}

func assigned() {
	n := 300
	n++
	take(n)
}

func room(n int) []byte {
	return make([]byte, n, 64)
}

func constant() []byte {
	n := 16
	return make([]byte, n)
}
