package p

func sum(a [4]int) (n int) {
	for i, v := range a {
		a[3-i] = 0
		n += v
	}
	return
}
