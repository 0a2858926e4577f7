// Loops over functions.
package main

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		defer println("count done")
		for i := 0; i < n; i++ {
			if !yield(i) {
				println("stopped at", i)
				return
			}
		}
	}
}

func pairs(yield func(string, int) bool) {
	_ = yield("a", 1) && yield("b", 2) && yield("c", 3)
}

func none(yield func() bool) {
	for yield() {
	}
}

func find(want int) (found int, ok bool) {
	for i := range count(10) {
		if i == want {
			return i * 100, true
		}
	}
	return -1, false
}

type big struct{ a, b, c, d, e int }

func findBig(want int) big {
	for i := range count(3) {
		if i == want {
			return big{i, 1, 2, 3, 4}
		}
	}
	return big{}
}

func deferred() (s string) {
	defer func() { println("deferred sees", s) }()
	for i := range count(2) {
		defer println("in loop", i)
	}
	println("after loop")
	return "result"
}

func labels() {
outer:
	for i := range count(3) {
		for j := range count(3) {
			switch {
			case j == 1:
				continue outer
			case i == 2:
				break outer
			}
			println(i, j)
		}
	}
	println("out")
}

func mixed() int {
	sum := 0
loop:
	for _, v := range []int{1, 2, 3, 4} {
		for i := range count(v) {
			if i == 2 {
				break loop
			}
			sum += v
		}
	}
	return sum
}

func jump() {
	n := 0
again:
	for i := range count(2) {
		if n++; n < 3 {
			goto again
		}
		println("n", n, "i", i)
		if i == 1 {
			goto end
		}
	}
	println("not reached")
end:
	println("end")
}

func bad(yield func(int) bool) {
	yield(1)
	yield(2)
}

func continued() (msg string) {
	defer func() {
		if e, ok := recover().(error); ok {
			msg = e.Error()
		}
	}()
	for range bad {
		break
	}
	return "fine"
}

func swallow(yield func(int) bool) {
	defer func() { recover() }()
	yield(1)
}

func swallowed() (msg string) {
	defer func() {
		if e, ok := recover().(error); ok {
			msg = e.Error()
		}
	}()
	for range swallow {
		panic("body")
	}
	return "fine"
}

func bodyPanic() (msg string) {
	defer func() { msg = recover().(string) }()
	for i := range count(3) {
		if i == 1 {
			panic("from body")
		}
	}
	return "no"
}

func main() {
	for i := range count(3) {
		println(i)
	}
	for s, i := range pairs {
		println(s, i)
		if i == 2 {
			break
		}
	}
	n := 0
	for range none {
		n++
		if n == 5 {
			break
		}
	}
	println(n)
	println(find(4))
	println(find(40))
	b := findBig(2)
	println(b.a, b.e)
	println(deferred())
	labels()
	println(mixed())
	jump()
	println(continued())
	println(swallowed())
	println(bodyPanic())
	var key int
	for key = range count(2) {
	}
	println(key)
	var fs []func() int
	for i := range count(3) {
		fs = append(fs, func() int { i *= 10; return i })
	}
	for _, f := range fs {
		println(f(), f())
	}
	nested := func() int {
		for i := range count(2) {
			for j := range count(2) {
				if i == 1 && j == 1 {
					return 11
				}
			}
		}
		return 0
	}
	println(nested())
}
