// Operands that are read after the calls of an expression, and those that are not.
package main

import "fmt"

var g int = 1
var gs string = "a"
var gp *int
var garr [3]int
var gst struct{ a, b int }
var gi interface{} = 1
var gf float64 = 1
var gbig [10]int
var gsl = []int{1, 2, 3}
var gm = map[string]int{"a": 1}
var gfn = func() int { return 1 }

func chg() int {
	g = 100
	gs = "z"
	garr[0] = 100
	gst.a = 100
	gi = 2
	gf = 100
	gbig[0] = 100
	gsl[0] = 100
	gm["a"] = 100
	return 1
}
func chgS() string  { chg(); return "c" }
func chgf() float64 { chg(); return 1 }
func reset() {
	g = 1
	gs = "a"
	garr = [3]int{1, 2, 3}
	gst.a = 1
	gi = 1
	gf = 1
	gbig[0] = 1
	gsl = []int{1, 2, 3}
	gm = map[string]int{"a": 1}
}
func rep() int                                            { gsl = []int{50, 60, 70}; return 0 }
func two(a, b int) string                                 { return fmt.Sprint(a, b) }
func three(a int, b interface{}, c [10]int, d int) string { return fmt.Sprint(a, b, c[0], d) }

type T struct {
	a   int
	s   string
	i   interface{}
	arr [10]int
}

func (t T) val(x int) string  { return fmt.Sprint(t.a, x) }
func (t *T) ptr(x int) string { return fmt.Sprint(t.a, x) }

var gt T
var gtp = &T{a: 1}

func chgT() int { gt.a = 100; gt.s = "z"; gtp = &T{a: 200}; return 1 }
func resT()     { gt = T{a: 1}; gtp = &T{a: 1} }

func ret2() (int, int)                  { return g, chg() }
func ret3() (int, string, [10]int, int) { return g, gs, gbig, chg() }
func retl() (int, int) {
	x := 1
	f := func() int { x = 2; return 5 }
	return x, f()
}
func retn() (x int, y int) {
	x = 1
	f := func() int { x = 2; return 5 }
	return x, f()
}
func retadd() int {
	x := 1
	f := func() int { x = 2; return 5 }
	return x + f()
}

func main() {
	p := func(n string, v ...interface{}) { fmt.Println(n, v); reset(); resT() }
	reset()
	resT()
	p("g+chg", g+chg())
	p("chg+g", chg()+g)
	p("gs+chgS", gs+chgS())
	p("gs+x+chgS", gs+"-"+chgS())
	p("gf*chgf", gf*chgf())
	p("gst.a+", gst.a+chg())
	p("garr[0]+", garr[0]+chg())
	p("gsl[0]+", gsl[0]+chg())
	p("gsl[0]+rep", gsl[0]+rep())
	p("gm+", gm["a"]+chg())
	p("gi.(int)+", gi.(int)+chg())
	p("len(gs)+", len(gsl)+rep())
	p("*p+", *(&g)+chg())
	p("(g+1)+", (g+1)+chg())
	p("g+1+chg+g", g+1+chg()+g)
	p("-g+chg", -g+chg())
	p("float64(g)+", float64(g)+chgf())
	p("g==chg", g == chg(), g != chg()-1+1)
	p("gs==", gs == chgS()[:0]+"z")
	p("g<<", g<<chg())
	p("g/", g/chg())
	p("gi==", gi == interface{}(chg()+1))
	p("gbig==", gbig == [10]int{chg() - 1 + 100})
	p("two", two(g, chg()))
	p("two2", two(g+1, chg()))
	p("three", three(g, g, gbig, chg()))
	p("three2", three(g, gi, gbig, chg()))
	p("variadic", fmt.Sprint(g, gs, gi, gbig[0], chg()))
	p("comp", []int{g, chg(), g})
	p("compArr", [3]int{g, chg(), g})
	p("compStruct", struct{ a, b, c int }{g, chg(), g})
	p("compPtr", *&struct{ a, b, c int }{g, chg(), g})
	p("compI", []interface{}{g, chg(), g})
	p("compS", []string{gs, chgS(), gs})
	p("compMap", map[int]int{g: g, 5: chg(), 7: g})
	p("compNest", [][2]int{{g, 1}, {chg(), g}})
	a, b := ret2()
	p("ret2", a, b)
	c, d, e, f := ret3()
	p("ret3", c, d, e[0], f)
	a, b = retl()
	p("retl", a, b)
	a, b = retn()
	p("retn", a, b)
	p("retadd", retadd())
	p("gt.val", gt.val(chgT()))
	p("gt.ptr", gt.ptr(chgT()))
	p("gtp.ptr", gtp.ptr(chgT()))
	p("gtp.val", gtp.val(chgT()))
	{
		x, y := g, chg()
		p("define", x, y)
	}
	{
		var x, y = g, chg()
		p("var", x, y)
	}
	{
		var x, y int
		x, y = g, chg()
		p("assign", x, y)
	}
	{
		x := 1
		h := func() int { x = 100; return 1 }
		p("loc+", x+h())
		x = 1
		p("loc two", two(x, h()))
		x = 1
		p("loc comp", []int{x, h(), x})
		x = 1
		p("locarr", [2]int{x, h()})
		x = 1
		y, z := x, h()
		p("locdef", y, z)
		x = 1
		p("idx", (&[300]int{0, 1, 2, 100: 77})[x]+h())
		x = 1
		var xi interface{} = x
		hi := func() interface{} { xi = 100; x = 100; return 1 }
		p("xi", fmt.Sprint(xi, hi()))
		x = 1
		xi = x
		p("xi==", xi == hi())
		x = 1
		var m = map[int]int{1: 10, 100: 20}
		p("mx", m[x]+h())
		x = 1
		m[x] = h() + 5
		p("m[x]=", m)
		x = 1
		arr := [200]int{}
		arr[x] = h() + 5
		p("arr[x]=", arr[1], arr[100])
		x = 1
		sl := make([]int, 200)
		sl[x] = h() + 5
		p("sl[x]=", sl[1], sl[100])
		x = 1
		sl[x] += h() + 5
		p("sl[x]+=", sl[1], sl[100])
		x = 1
		s := "hello"
		hs := func() string { s = "bye"; return "!" }
		p("s+hs", s+hs())
		s = "hello"
		p("s[:x]+", s[:2]+hs())
		s = "hello"
		p("s[0]+", string(s[0])+hs())
		s = "hello"
		p("len s", len(s)+len(hs()))
		s = "hello"
		p("conv", string([]byte(s))+hs())
		st := struct{ a, b int }{1, 2}
		k := func() int { st.a = 100; return 1 }
		p("st.a+k", st.a+k())
		st.a = 1
		p("st==", st == struct{ a, b int }{k(), 2})
		st.a = 1
		p("stcopy", fmt.Sprint(st, k()))
		st.a = 1
		q := []struct{ a, b int }{st, {k(), 0}, st}
		p("stcomp", q)
		st.a = 1
		pt := &st
		kp := func() int { pt = &struct{ a, b int }{7, 7}; return 1 }
		p("pt.a+", pt.a+kp())
		pt = &st
		p("pt two", two(pt.a, kp()))
		pt = &st
		pt.a = kp() + 1000
		p("pt.a=", st, *pt)
		fn := func() int { return 1 }
		cf := func() int { fn = func() int { return 2 }; return 10 }
		fa := func() func(int) int { return func(x int) int { return x } }
		p("fa", fa()(fn()+cf()))
		ff := func(x int) int { return x }
		cff := func() int { ff = func(x int) int { return x * 2 }; return 10 }
		p("ff(cff())", ff(cff()))
		b1, b2 := true, false
		hb := func() bool { b1, b2 = false, true; return true }
		p("b1==", b1 == hb())
		b1, b2 = true, false
		p("b&&", b1 && hb() && b1, b2 || hb())
		ch := make(chan int, 3)
		x = 1
		ch <- x + h()
		p("ch", <-ch)
		x = 1
		var o struct{ f [3]int }
		o.f = [3]int{x, x, x}
		ho := func() int { o.f[1] = 9; return 1 }
		p("o.f[x]", o.f[x]+ho())
		x = 1
		p("slice", len(make([]int, x, 200)[:h()]))
		x = 1
		p("slice2", fmt.Sprint(make([]int, 300)[x:x+h()]))
		x = 1
		cx := complex(float64(x), float64(h()))
		p("complex", cx)
		x = 1
		p("min", min(x, h()), max(x, h()))
		x = 1
		p("append", append([]int{}, x, h(), x))
		x = 1
		p("copy", copy(sl, []int{x, h()}), sl[0])
		x = 1
		switch x {
		case h():
			p("sw one", x)
		default:
			p("sw no", x)
		}
		x = 1
		if x == h() {
			p("eq", x)
		} else {
			p("ne", x)
		}
		x = 1
		go func(int, int) {}(x, h())
		x = 1
		func() {
			defer func(a, b int) { fmt.Println("defer", a, b) }(x, h())
		}()
		x = 1
		x += h()
		p("x+=h", x)
		x = 1
		x = x + h()
		p("x=x+h", x)
		x = 1
		x = h() + x
		p("x=h+x", x)
		x = 1
		x -= -h() * x
		p("x-=", x)
		x = 1
		x <<= uint(h())
		p("x<<=", x)
	}
}
