package p

type (
	A = int
	B []A
	C [10]A
	D [N * 2]A
	E map[string]*A
	F func(int, ...string) (a, b int, err error)
	G chan<- chan int
	H <-chan (chan<- int)
	I chan (<-chan int)
	J (((int)))
	K struct {
		a, b int
		c    string `json:"c"`
		L
		*M `tag`
		p.N
		*p.O
		Q[int]
		p.R[int, string]
		s []int
		t [2]int
		u [n]pkg.T
		_ struct{}
	}
	S interface {
		m()
		n(a int) (b int)
		T
		p.U
		V[int]
		~int
		~int | string | []byte
		*W
		interface{ x() }
		comparable
	}
	X func()
	Y *func(func() func()) func()
	Z func(a, b int, c string, ...d)
)
