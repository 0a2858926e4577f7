package p

func counter() func() int {
	n := 0
	return func() int { n++; return n }
}

func copied(n int) func() int { return func() int { return n } }

func none() func() int { return func() int { return 1 } }
