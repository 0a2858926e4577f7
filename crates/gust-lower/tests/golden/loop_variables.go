package p

func each(n int, use func(func() int)) {
	for i := 0; i < n; i++ {
		use(func() int { i++; return i })
	}
}
