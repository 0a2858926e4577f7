// Switches, loops, labels, goto, select of statements.
package main

func sw(n int) string {
	switch {
	case n < 0:
		return "negative"
	case n == 0:
		return "zero"
	}
	switch n {
	case 1, 2, 3:
		return "small"
	case 10:
		fallthrough
	case 11:
		return "ten or eleven"
	case 1000, 2000, 1 << 40:
		return "sparse"
	default:
		return "other"
	}
}

func init_switch(f func() int) int {
	switch x := f(); x {
	case f():
		return 1
	case f() - 2:
		return 2
	}
	return 3
}

func bools(b bool) int {
	switch b {
	case true:
		return 1
	default:
		return 0
	}
}

func gotos() {
	i := 0
loop:
	if i < 3 {
		print(i, " ")
		i++
		goto loop
	}
	println("done")
}

func labels() (n int) {
outer:
	for i := 0; ; i++ {
		for j := range 10 {
			switch {
			case j == 3:
				continue outer
			case i == 4:
				break outer
			case j == 1:
				break
			default:
				n += i*10 + j
			}
		}
	}
block:
	switch {
	default:
		if n > 0 {
			break block
		}
		n = -1
	}
	return n
}

func side(s string, b bool) bool { print(s, " "); return b }

func order() {
	f := func(s string, n int) int { print(s, " "); return n }
	arr := []int{0, 0, 0}
	arr[f("index", 1)] = f("value", 5)
	println(arr[1])
	m := map[int]int{}
	m[f("key", 1)], m[f("key2", 2)] = f("v1", 10), f("v2", 20)
	println(m[1], m[2])
	println(f("a", 1)+f("b", 2)*f("c", 3), f("d", 4))
	println(side("x", false) && side("y", true), side("z", true) || side("w", true))
	_ = []int{f("e1", 1), f("e2", 2)}
	_ = map[int]int{f("k1", 1): f("w1", 1), f("k2", 2): f("w2", 2)}
	println()
}

func loops() {
	for i := range 3 {
		i *= 2
		print(i, " ")
	}
	var n8 int8 = 3
	for i := range n8 {
		print(i, " ")
	}
	for range 2 {
		print("x ")
	}
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		print(i, ",", j, " ")
	}
	i := 5
	for i > 0 {
		i -= 2
		if i == 1 {
			continue
		}
		print(i, " ")
	}
	for i := range 0 {
		print("never", i)
	}
	println()
	x := []int{1, 2, 3}
	for i, v := range x {
		x = append(x, v*10)
		x[i] = 0
	}
	println(len(x), x[0], x[5])
	for i := range x {
		if i == 2 {
			x = nil
		}
	}
	println(x == nil)
}

const (
	A = iota
	B
	_
	D = 1 << iota
	E
)

var (
	first  = second + 1
	second = third()
	fourth = "init"
)

func third() int { println("third", fourth); return 40 }

func init() { println("init 1", first) }
func init() { println("init 2", second) }

func multi() (a, b int, c string) { return 1, 2, "c" }
func take(a, b int, c string) string { return c + c }
func variadic(p string, rest ...any) int { return len(p) + len(rest) }

func main() {
	for _, n := range []int{-1, 0, 1, 3, 4, 10, 11, 12, 1000, 1 << 40} {
		println(n, sw(n))
	}
	k := 0
	println(init_switch(func() int { k++; return k }))
	println(bools(true), bools(false))
	gotos()
	println(labels())
	order()
	loops()
	println(A, B, D, E)
	println(take(multi()))
	println(variadic("p"), variadic("p", 1, "2"), variadic("p", []any{1, 2, 3}...))
	if x, y := multi2(); x > y {
		println("no")
	} else if z := x + y; z == 3 {
		println("yes", z)
	}
	var p *int
	if p == nil || *p == 0 {
		println("short circuit")
	}
	{
		type local struct{ v int }
		l := local{3}
		println(l.v)
	}
	var u8 uint8 = 250
	cnt := 0
	for ; u8 != 4; u8++ {
		cnt++
	}
	println(cnt)
}

func multi2() (int, int) { return 1, 2 }
