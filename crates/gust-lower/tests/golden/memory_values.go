package p

type big struct{ a, b, c, d, e int }

func swap(x, y big) (big, big) {
	x, y = y, x
	return x, y
}

func mirror(x [3]int) [3]int { return [3]int{x[2], x[1], x[0]} }

func equal(x, y big) bool { return x == y }
