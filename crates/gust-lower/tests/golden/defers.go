package p

func close(int)

func named(f int) (n int) {
	defer close(f)
	n = 1
	return 2
}

func rescue() {
	defer func() { recover() }()
	panic("x")
}
