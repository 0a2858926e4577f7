// Closures and variables they share.
package main

func counter() (inc func() int, get func() int) {
	n := 0
	inc = func() int { n++; return n }
	get = func() int { return n }
	return
}

func fib() func() int {
	a, b := 0, 1
	return func() int {
		defer func() { a, b = b, a+b }()
		return a
	}
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

type acc struct{ total int }

func (a *acc) add(n int) { a.total += n }
func (a acc) get() int   { return a.total }

func deep() int {
	x := 1
	f := func() func() int {
		y := 10
		return func() int {
			x++
			y++
			return func() int { return x*100 + y }()
		}
	}()
	f()
	return f()
}

func shadow() {
	x := 1
	{
		x := x + 1
		func() { x += 5; println("inner", x) }()
	}
	println("outer", x)
}

func bigCapture() {
	var arr [10]int
	arr[3] = 3
	s := struct{ a, b, c, d, e string }{"a", "b", "c", "d", "e"}
	f := func() (int, string) { return arr[3], s.e }
	println(f())
	g := func() { arr[3]++; s.e += "!" }
	g()
	println(f())
}

func rec(n int) int {
	var f func(int) int
	f = func(n int) int {
		if n < 2 {
			return n
		}
		return f(n-1) + f(n-2)
	}
	return f(n)
}

func params(a int, b string) func() {
	a++
	return func() { println(a, b); a++; b += "." }
}

var global = func() int { return 5 }()
var table = []func(int) int{
	func(i int) int { return i + 1 },
	func(i int) int { return i * 2 },
}

func main() {
	inc, get := counter()
	inc()
	inc()
	println(get())
	f := fib()
	for range 10 {
		print(f(), " ")
	}
	println()
	println(compose(table...)(5))
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		println(f(), f())
	}
	for i, s := range []string{"x", "y"} {
		defer func() { println("deferred", i, s) }()
	}
	var a acc
	add, get2 := a.add, a.get
	add(5)
	add(6)
	println(a.total, get2(), a.get())
	h := (*acc).add
	h(&a, 1)
	println(acc.get(a))
	println(deep())
	shadow()
	bigCapture()
	println(rec(15))
	p := params(1, "b")
	p()
	p()
	println(global)
	func(args ...int) { println(len(args), cap(args)) }(1, 2, 3)
	func(args ...int) { println(len(args), args == nil) }()
	for i := 0; i < 6; i++ {
		defer func() { print(i, " ") }()
		i++
	}
	var nilf func()
	println(nilf == nil, f != nil)
}
