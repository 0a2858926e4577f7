// What fails first where several operands of an operation would, and which calls were made before.
package main

import "fmt"

var z = 0

func try(n string, f func()) {
	defer func() { fmt.Println(n, recover()) }()
	f()
}

type S struct{ a [3]int }

var calls int

func f() int         { calls++; fmt.Print("f "); return 1 }
func f2() (int, int) { calls++; fmt.Print("f2 "); return 1, 2 }
func g(a, b, c int)  {}

func main() {
	a := []int{1}
	var p *S
	var np *int
	var nm map[string]int
	try("a[5]=1/z", func() { a[5+z] = 1 / z })
	try("*np=1/z", func() { *np = 1 / z })
	try("a[5]=*np", func() { a[5+z] = *np })
	try("*np=a[5]", func() { *np = a[5+z] })
	try("nm=1/z", func() { nm["a"] = 1 / z })
	try("nm[f]=f", func() { nm[fmt.Sprint(f())] = f() })
	try("a[5]=f", func() { a[5+z] = f() })
	try("*np=f", func() { *np = f() })
	try("p.a[5]=f", func() { p.a[2+z] = f() })
	try("a[5]+f", func() { a[0] = a[5+z] + f() })
	try("a[5]+=f", func() { a[5+z] += f() })
	try("a[5]+=1/z", func() { a[5+z] += 1 / z })
	try("*np+=1/z", func() { *np += 1 / z })
	try("*np+=f", func() { *np += f() })
	try("a[5],b", func() { a[5+z], z = f2() })
	try("*np,b", func() { *np, a[5] = f2() })
	try("a[5],b=f,f", func() { a[5+z], *np = f(), f() })
	try("g", func() { g(a[5+z], *np, f()) })
	try("g2", func() { g(1/z, a[5+z], *np) })
	try("g3", func() { g(*np, a[5+z], *np) })
	try("bin", func() { a[0] = *np + a[5+z] })
	try("bin2", func() { a[0] = a[5+z] + *np })
	try("lit", func() { _ = []int{a[5+z], *np, f()} })
	try("nilfunc", func() { var h func(int); h(f()) })
	try("nilfunc2", func() { var h func(int); h(a[5+z]) })
	try("nilmeth", func() { var e error; fmt.Println(e.Error(), f()) })
	try("nilmeth", func() { var e interface{ M(int) }; e.M(f()) })
	try("nilmeth2", func() { var e interface{ M(int) }; e.M(a[5+z]) })
	try("ret", func() { func() (int, int) { return a[5+z], f() }() })
	try("send", func() { var c chan int; close(c); c <- a[5+z] })
	try("shift", func() { _ = 1<<(z-1) + a[5+z] })
	try("shift2", func() { a[5+z] = 1 << (z - 1) })
	try("ta", func() { var i interface{} = 1; _, _ = i.(string), f() })
	try("ta2", func() { var i interface{} = 1; g(i.(int), len(i.(string)), f()) })
	try("idx", func() { _ = a[f()+4] + a[*np] })
	try("sl", func() { _ = append(a[:5+z], f()) })
	try("conv", func() { _ = append([]int{*np}, (*[4]int)(a)[0], f()) })
	try("nilarr", func() { var q *[3]int; _ = q[3+z] })
	try("nilarr2", func() { var q *S; _ = q.a[3+z] })
	try("nilarr3", func() { var q *S; _ = q.a[1/z] })
	try("nilarr4", func() { var q *S; q.a[1/z], z = 1, 2 })
	try("nilarr5", func() { var q *[3]int; q[7+z], z = 1, 2 })
	try("defer", func() { defer g(a[5+z], f(), 1) })
	x := 1
	h := func() int { x = 2; return 3 }
	func() {
		defer func(a, b int) { fmt.Println("defer", a, b) }(x, h())
	}()
	x = 1
	func() {
		defer fmt.Println("defer2", x, h(), x+h())
	}()
	c := make(chan int)
	x = 1
	go func(a, b int) { fmt.Println("go", a, b); c <- 1 }(x, h())
	<-c
	x = 1
	ch := make(chan int, 1)
	select {
	case ch <- x + h():
		fmt.Println(<-ch)
	}
	i := 0
	arr := []int{0, 0, 0}
	fi := func() (int, int) { i = 2; return 5, 6 }
	arr[i], i = fi()
	fmt.Println(arr, i)
	i = 0
	arr = []int{0, 0, 0}
	i, arr[i] = 1, 9
	fmt.Println(arr, i)
	m := map[int]int{1: 1}
	fm := func() int { m = map[int]int{1: 100}; return 0 }
	fmt.Println(m[1]+fm(), len(m)+fm())
	var iface fmt.Stringer = St{1}
	fst := func() int { iface = St{2}; return 0 }
	iface.(interface{ P(int, ...int) }).P(fst(), 1)
	iface = St{1}
	_ = func(a string, b int) int { fmt.Println(a, b); return 0 }(iface.String(), fst())
	s := St{1}
	fs := func() int { s.x = 9; return 0 }
	s.P(fs())
	s.x = 1
	mv := s.P
	mv(fs())
	s.x = 1
	func(f func(int, ...int), x int) { f(1) }(s.P, fs())
	s.x = 1
	sp := &s
	func(f func(int, ...int), x int) { f(1) }(sp.P, fs())
	var st = struct {
		a int
		b []int
		c interface{}
		d *int
	}{s.x, []int{s.x, fs()}, s.x, &s.x}
	fmt.Println(st.a, st.b, st.c, *st.d)
	s.x = 1
	mm := map[int]int{s.x: fs(), 3: s.x}
	fmt.Println(mm)
	s.x = 1
	lst := []interface{}{s, s.x, fs(), St{s.x}, &St{s.x}, [1]int{s.x}, func() int { return s.x }(), map[int]int{s.x: 1}}
	fmt.Println(lst[0], lst[1], lst[2], lst[3], lst[4], lst[5], lst[6], lst[7])
	bs := []byte("abc")
	fb := func() string { bs[0] = 'X'; return "!" }
	fmt.Println(string(bs) + fb())
	mb := map[string]int{"abc": 1, "Xbc": 2}
	bs[0] = 'a'
	fmt.Println(mb[string(bs)] + len(fb()))
	var arr2 = [3]int{1, 2, 3}
	fa := func() int { arr2[0] = 50; return 0 }
	for i, v := range arr2 {
		fmt.Println(i, v, fa())
	}
	arr2[0] = 1
	fmt.Println(arr2[fa()], arr2[0]+fa())
	arr2[0] = 1
	b2, b3 := arr2, fa()
	fmt.Println(b2, b3)
	var e1, e2 interface{} = 1, 1
	fe := func() interface{} { e1 = 2; return 1 }
	fmt.Println(e1 == fe(), e1 == e2)
	u := 5
	fu := func() uint { u = 6; return 1 }
	fmt.Println(u<<fu(), ^u, -u+int(fu()))
	var pp = &u
	fp := func() int { pp = new(int); return 1 }
	fmt.Println(*pp + fp())
	k := 0
	fk := func() []int { k = 1; return []int{10, 20} }
	fmt.Println(fk()[k])
	k = 0
	fk2 := func() *[2]int { k = 1; return &[2]int{10, 20} }
	fk2()[k] = 5
	k = 0
	fmt.Println(fk()[k:], k)
	fmt.Println(min(k, fk()[0]), complex(float64(k), float64(fk()[0])))
}

type St struct{ x int }

func (s St) String() string    { return fmt.Sprint("St", s.x) }
func (s St) P(a int, b ...int) { fmt.Println("P", s.x, a, b) }
