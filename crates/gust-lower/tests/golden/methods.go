package p

type inner struct{ n int }

func (i *inner) inc()    { i.n++ }
func (i inner) get() int { return i.n }

type outer struct {
	pad string
	inner
}

func use(o *outer) int {
	o.inc()
	return o.get()
}

func bound(o *outer) func() int { return o.get }

func expr() func(*outer) { return (*outer).inc }
