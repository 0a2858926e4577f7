// Deferred calls, panics and recover.
package main

type T struct{ n int }

func (t T) show()   { println("T", t.n) }
func (t *T) pshow() { println("*T", t.n) }

func order() {
	for i := 0; i < 3; i++ {
		defer println("loop", i)
	}
	defer func() { println("closure") }()
	t := T{1}
	defer t.show()
	defer t.pshow()
	t.n = 2
}

func named() (n int, err string) {
	defer func() {
		if r := recover(); r != nil {
			err = r.(string)
			n *= 2
		}
	}()
	n = 21
	panic("oops")
}

func unnamed() int {
	defer func() { recover() }()
	panic(1)
}

func changes() (n int) {
	defer func() { n++ }()
	return 10
}

func nested() {
	defer func() {
		println("outer got", recover().(string))
	}()
	defer func() {
		defer func() {
			println("inner got", recover().(string))
		}()
		panic("second")
	}()
	panic("first")
}

func rethrow() (s string) {
	defer func() { s = recover().(string) }()
	defer func() {
		r := recover().(string)
		panic(r + " again")
	}()
	panic("once")
}

type big struct{ a, b, c, d, e int }

func bigResult() (r big) {
	defer func() {
		recover()
		r.e = 5
	}()
	r = big{a: 1, b: 2}
	panic("x")
}

func bigUnnamed(fail bool) big {
	defer func() { recover() }()
	if fail {
		panic("x")
	}
	return big{1, 2, 3, 4, 5}
}

func divide(a, b int) (q int, msg string) {
	defer func() {
		if e, ok := recover().(error); ok {
			msg = e.Error()
		}
	}()
	return a / b, "fine"
}

func index(s []int, i int) (v int, msg string) {
	defer func() {
		if e, ok := recover().(error); ok {
			msg = e.Error()
		}
	}()
	return s[i], "fine"
}

func deref(p *T) (n int, msg string) {
	defer func() {
		if e, ok := recover().(error); ok {
			msg = e.Error()
		}
	}()
	return p.n, "fine"
}

func args() {
	x := 1
	defer func(a int, b string) { println("args", a, b, x) }(x, "s")
	x = 2
}

func conditional(b bool) {
	if b {
		defer println("conditional")
	}
	println("body", b)
}

func main() {
	order()
	println(named())
	println(unnamed())
	println(changes())
	nested()
	println(rethrow())
	r := bigResult()
	println(r.a, r.b, r.e)
	r = bigUnnamed(true)
	println(r.a, r.e)
	r = bigUnnamed(false)
	println(r.a, r.e)
	println(divide(7, 2))
	println(divide(7, 0))
	println(index([]int{1, 2}, 1))
	println(index([]int{1, 2}, 2))
	println(index([]int{1, 2}, -1))
	println(deref(&T{3}))
	println(deref(nil))
	args()
	conditional(true)
	conditional(false)
	println(recover() == nil)
	func() {
		defer func() {
			func() { println("not direct", recover() == nil) }()
			println("direct", recover() != nil)
		}()
		panic("p")
	}()
}
