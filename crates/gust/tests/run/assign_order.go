// Assignments whose operands refer to what is assigned.
package main

type pair struct{ a, b int }

type big struct {
	x [5]int
	s string
}

func swap(p pair) pair { return pair{p.b, p.a} }

func two() (int, string) { return 7, "seven" }

func main() {
	a, b := 1, 2
	a, b = b, a
	println(a, b)

	p := pair{1, 2}
	p = pair{p.b, p.a}
	println(p.a, p.b)
	p = swap(p)
	println(p.a, p.b)

	arr := [3]int{1, 2, 3}
	arr = [3]int{arr[2], arr[1], arr[0]}
	println(arr[0], arr[1], arr[2])

	g := big{[5]int{1, 2, 3, 4, 5}, "first"}
	h := big{[5]int{9, 8, 7, 6, 5}, "second"}
	g, h = h, g
	println(g.x[0], g.s, h.x[0], h.s)
	g = big{h.x, g.s}
	println(g.x[1], g.s)

	i := 0
	list := []int{10, 20, 30}
	i, list[i] = 2, 99
	println(i, list[0], list[2])
	list[0], list[2] = list[2], list[0]
	println(list[0], list[1], list[2])

	n, s := two()
	println(n, s)
	var any1, any2 any
	any1, any2 = two()
	println(any1.(int), any2.(string))

	m := map[string]int{"a": 1}
	m["b"], m["a"] = m["a"], 5
	println(m["a"], m["b"], len(m))
	m["a"] += 10
	m["c"]++
	println(m["a"], m["c"])

	list = append(list, list...)
	println(len(list), list[3], list[5])
	list = append(list[:1], list[2:]...)
	println(len(list), list[0], list[1])

	x := []int{1, 2, 3}
	j := 0
	j, x = 1, nil
	println(j, x == nil)

	var q *pair = &p
	q, q.a = nil, 42
	println(q == nil, p.a)

	type node struct {
		next *node
		v    int
	}
	head := &node{v: 1}
	head.next, head = &node{v: 2}, head.next
	println(head == nil)

	c := [2][2]int{{1, 2}, {3, 4}}
	c[0], c[1] = c[1], c[0]
	println(c[0][0], c[0][1], c[1][0], c[1][1])
	d := c
	d[0][0] = 100
	println(c[0][0], d[0][0], c == d)
}
