// Structs, arrays, slices: values, copies, embedding, comparisons.
package main

type point struct{ x, y int }
type inner struct {
	point
	tag string
}
type outer struct {
	inner
	*ptr
	arr [3]point
	_   int
}
type ptr struct{ z int }

func (p point) sum() int   { return p.x + p.y }
func (p *point) move(d int) { p.x += d; p.y += d }
func (p *ptr) inc() int    { p.z++; return p.z }

func modify(a [4]int, s []int) [4]int {
	a[0] = 100
	s[0] = 100
	return a
}

func get() outer { return outer{inner: inner{point{7, 8}, "got"}, ptr: &ptr{9}} }

func slices() {
	a := [...]int{5: 50, 1: 10, 20}
	println(len(a), a[1], a[2], a[5])
	s := a[1:4]
	println(len(s), cap(s), s[0])
	s = append(s, 99)
	println(a[4], len(s), cap(s))
	s = append(s, 1, 2, 3)
	s[0] = -1
	println(a[1], len(s))
	t := a[1:2:3]
	println(len(t), cap(t))
	t = append(t, 5, 6)
	println(a[2], len(t))
	var n []int
	println(n == nil, len(n), cap(n))
	n = append(n, nil...)
	println(n == nil)
	e := []int{}
	println(e == nil, len(e))
	println(copy(s, s[1:]), s[0])
	grid := make([][]byte, 3)
	for i := range grid {
		grid[i] = make([]byte, 2, 5)
		grid[i][1] = byte(i)
	}
	println(len(grid), grid[2][1], cap(grid[0]))
	arr4 := [4]int(s[:4])
	arr4[0] = 77
	pa := (*[2]int)(s)
	pa[1] = 55
	println(arr4[0], s[0], s[1], len(pa))
	func() {
		defer func() { println(recover().(error).Error()) }()
		_ = [9]int(e)
	}()
	func() {
		defer func() { println(recover().(error).Error()) }()
		k := 9
		_ = a[:k]
	}()
	func() {
		defer func() { println(recover().(error).Error()) }()
		k := 5
		_ = s[k:3]
	}()
	func() {
		defer func() { println(recover().(error).Error()) }()
		k := -1
		_ = make([]int, k)
	}()
	clear(a[:2])
	println(a[0], a[1], a[2])
	for i, v := range a {
		a[5] = 1000
		if i == 5 {
			println(v)
		}
	}
	for i, v := range &a {
		a[5] = 2000
		if i == 5 {
			println(v)
		}
	}
	var empties [10]struct{}
	for range empties {
		print(".")
	}
	println(len(empties))
	ss := []string{2: "c", 0: "a"}
	println(len(ss), ss[0]+ss[1]+ss[2])
	ps := []*point{{1, 2}, {3, 4}}
	println(ps[1].sum())
	mp := map[string]*point{"a": {5, 6}}
	println(mp["a"].y)
	mat := [2][3]int{{1, 2, 3}, {4, 5, 6}}
	tot := 0
	for _, row := range mat {
		for _, v := range row {
			tot += v
		}
	}
	println(tot)
}

func main() {
	o := outer{inner{point{1, 2}, "t"}, &ptr{3}, [3]point{{1, 1}}, 0}
	println(o.x, o.y, o.tag, o.z, o.sum(), o.arr[0].x)
	o.move(10)
	println(o.point.x, o.inner.y)
	p := o
	p.x = -1
	p.z = 33
	println(o.x, o.z, p.x)
	println(o.inc(), p.inc())
	p.arr[1].move(4)
	println(p.arr[1].sum(), o.arr[1].sum())
	println(get().x, get().tag, get().z, get().sum(), get().arr[2].x)
	a := [4]int{1, 2, 3, 4}
	s := []int{1, 2}
	b := modify(a, s)
	println(a[0], b[0], s[0])
	println(a == b, a == [4]int{1, 2, 3, 4}, a != b)
	println(point{1, 2} == point{1, 2}, inner{} == inner{tag: "x"})
	pp := &o.arr[0]
	pp.x = 42
	o2 := &o
	o2.arr[2].y = 24
	println(o.arr[0].x, o.arr[2].y)
	f := o.move
	f(1)
	println(o.x)
	anon := struct {
		a int
		b struct{ c string }
	}{1, struct{ c string }{"c"}}
	anon.b.c += "d"
	println(anon.a, anon.b.c)
	np := new(point)
	np.move(3)
	*np = point{np.y + 1, np.x}
	println(np.x, np.y, *np == point{4, 3})
	type conv struct{ x, y int }
	cv := conv(*np)
	println(cv.x)
	slices()
	var z struct{}
	println(z == struct{}{})
	bigs := [3][20]int{}
	bigs[1][2] = 12
	c := bigs
	c[1][2]++
	println(bigs[1][2], c[1][2], bigs == c)
	q := &c[1]
	q[2] = 0
	println(c[1][2], len(q))
}
