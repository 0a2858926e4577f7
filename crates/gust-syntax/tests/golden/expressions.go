package p

var (
	a = 1 + 2*3<<4&^5 - 6
	b = a == 1 || a < 2 && !c
	c = -x + ^y*+z
	d = &T{1, 2}
	e = &(T{})
	f = *p.q
	g = **p
	h = <-ch + <-<-chch
	i = x[1][2:3][:][4:][:5][6:7:8]
	j = x.(int).y.(interface{ m() })
	k = f(1, g(2)...)
	l = func(x int) (y int) { return x }(3)
	m = []int{1, 2: 3, 4}
	n = [...]T{{1}, {2}, {a: 3, b: {4}}}
	o = map[string][]T{"a": {{1}}, "b": nil}
	q = struct{ x, y int }{1, 2}
	r = (*T)(nil)
	s = (func())(nil)
	t = chan int(nil)
	u = (<-chan int)(nil)
	v = <-chan int(nil)
	w = interface{}(nil)
	x = []byte("x")
	y = T[int]{1}
	z = m.F[int, string](1)
	aa = a.b.c[d](e).f
	bb = f[[]int](1)
	cc = (a + b) * c
	ee = pkg.T{}
)
