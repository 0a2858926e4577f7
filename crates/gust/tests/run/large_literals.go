// Literals of large variables: their elements, what they may refer to, and what remains zero.
package main

import "fmt"

type wide struct {
	head int
	rest [40_000]int
	tail string
}

func next(n *int) int { *n++; return *n }

func main() {
	// Most of these bytes are never touched.
	huge := [1 << 30]byte{5: 1, 1<<30 - 1: 2}
	slice := huge[:]
	fmt.Println(slice[5], slice[6], slice[len(slice)-1])

	n := 0
	a := wide{head: next(&n), tail: fmt.Sprint(next(&n))}
	fmt.Println(a.head, a.rest[39_999], a.tail)

	// A variable of its own in every turn, filled from that of the last.
	var last *wide
	for i := range 3 {
		b := wide{head: i, tail: "turn"}
		if last != nil {
			b := wide{head: last.head + 10, rest: last.rest, tail: last.tail + "s"}
			b.rest[1]++
			last = &b
			continue
		}
		b.rest[0] = 7
		last = &b
	}
	fmt.Println(last.head, last.rest[:3], last.tail)

	// An element that panics leaves the variable unmade.
	func() {
		defer func() { fmt.Println(recover() != nil, n) }()
		var none *int
		c := wide{head: next(&n), rest: [40_000]int{3: *none}}
		fmt.Println(c.head)
	}()

	// The name on the right is the outer one.
	x := wide{head: 1}
	{
		x := wide{head: x.head + 1, tail: x.tail + "inner"}
		p := &x
		fmt.Println(p.head, p.tail)
	}
	fmt.Println(x.head)
}
