package p

type far struct {
	pad [5000]byte
	n   int
}

func near(p *struct{ a, b int }) *int { return &p.b }

func beyond(p *far) int { return p.n }

func elem(p *[10]int, i int) int { return p[i] }
