// Large literals are written where they are assigned to; what they are made of is what it was before.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type large struct {
	a    [1 << 20]byte
	s    string
	n    int
	next *large
}

type pair struct {
	x, y [40]int
	p    *pair
}

//go:noinline
func set(f *large, s string, n int, next *large) { *f = large{s: s, n: n, next: next} }

//go:noinline
func nested(p *pair, n int) { *p = pair{x: [40]int{3: n}, y: [40]int{1: 6, 7: n}, p: p} }

// swap reads what it overwrites.
//
//go:noinline
func swap(p *pair) { *p = pair{x: p.y, y: p.x, p: p.p} }

// own refers to the variable that is assigned to.
//
//go:noinline
func own(list []pair, i int) { list[i] = pair{p: &list[i], x: [40]int{list[i].x[3]}} }

//go:noinline
func captured(p *pair) func() *pair {
	q := &pair{}
	return func() *pair {
		*p = pair{p: q}
		q = nil
		return p
	}
}

func try(what string, f func()) {
	defer func() { fmt.Println(what, recover()) }()
	f()
}

func main() {
	debug.SetMaxStack(1 << 16)
	done := make(chan *large)
	go func() {
		f := new(large)
		f.a[77] = 1
		set(f, "one", 1, nil)
		set(f, "two", f.n+1, &large{n: 5})
		runtime.GC()
		done <- f
	}()
	f := <-done
	fmt.Println(f.a[77], f.s, f.n, f.next.n)
	var p pair
	p.x[5] = 9
	nested(&p, 4)
	fmt.Println(p.x[3], p.x[5], p.y[1], p.y[7], p.p == &p)
	swap(&p)
	fmt.Println(p.x[1], p.x[7], p.y[3], p.p == &p)
	list := make([]pair, 3)
	list[2].x[3] = 8
	own(list, 2)
	fmt.Println(list[2].x[0], list[2].x[3], list[2].p == &list[2])
	again := captured(&p)
	first := again().p != nil
	fmt.Println(first, p.x[7])
	fmt.Println(again().p != nil)
	m := map[int]pair{}
	n := 3
	m[n] = pair{x: [40]int{n}}
	fmt.Println(m[3].x[0])
	try("nil:", func() { set(nil, "", 0, nil) })
	try("index:", func() { list[n] = pair{x: [40]int{n}} })
}
