package p

type far struct {
	pad [5000]byte
	n   int
}

func near(p *struct{ a, b int }) *int { return &p.b }

func beyond(p *far) int { return p.n }

func elem(p *[10]int, i int) int { return p[i] }

func branches(p *[10]int, first bool) int {
	if first {
		return p[0]
	}
	return p[9]
}
