// What goroutines keep alive: what they still need, and not what they have done with.
package main

import (
	"fmt"
	"runtime"
	"time"
	"unsafe"
	"weak"
)

type node struct {
	next *node
	data [6]int
}

// gone reports whether the object of p is collected soon.
func gone(p weak.Pointer[node]) bool {
	for range 20 {
		runtime.GC()
		if p.Value() == nil {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

//go:noinline
func make1(i int) *node {
	n := new(node)
	n.data[0] = i
	return n
}

//go:noinline
func use(n *node) int { return n.data[0] }

// A variable in a register or a spill slot is needed up to its last use.
func variable() {
	n := make1(1)
	p := weak.Make(n)
	use(n)
	fmt.Println("variable", gone(p))
}

type message struct {
	n    *node
	a, b int
	c, d string
}

// What was received into a frame is forgotten when the next iteration waits, deferred calls or not.
func server(in chan message, out chan int) {
	defer func() {
		if v := recover(); v != nil {
			out <- -1
		}
	}()
	for {
		m := <-in
		if m.n == nil {
			panic("end")
		}
		out <- use(m.n) + m.a
	}
}

func received() {
	in, out := make(chan message), make(chan int)
	go server(in, out)
	p := func() weak.Pointer[node] {
		n := make1(2)
		in <- message{n: n, a: 3}
		return weak.Make(n)
	}()
	fmt.Println("received", <-out, gone(p))
	in <- message{}
	fmt.Println("ended", <-out)
}

func selected() {
	in, stop, out := make(chan message), make(chan *node), make(chan int)
	go func() {
		for {
			select {
			case m := <-in:
				out <- use(m.n)
			case n := <-stop:
				out <- use(n)
				return
			}
		}
	}()
	p := func() weak.Pointer[node] {
		n := make1(4)
		in <- message{n: n}
		return weak.Make(n)
	}()
	fmt.Println("selected", <-out, gone(p))
	stop <- make1(5)
	fmt.Println("stopped", <-out)
}

// A goroutine that has ended keeps nothing, nor does the function value it started with.
func ended() {
	done := make(chan int)
	p := func() weak.Pointer[node] {
		n := make1(6)
		go func() { done <- use(n) }()
		return weak.Make(n)
	}()
	fmt.Println("ended", <-done, gone(p))
}

// Channels that only a waiting goroutine knows are there as long as it waits.
func waiting() {
	wake, out := make(chan int), make(chan int)
	for i := range 50 {
		go func() {
			lonely := make(chan *node, 1)
			select {
			case n := <-lonely:
				out <- use(n)
			case v := <-wake:
				out <- v + i
			}
		}()
	}
	time.Sleep(time.Millisecond)
	for range 5 {
		runtime.GC()
		churn()
	}
	sum := 0
	for range 50 {
		wake <- 1
		sum += <-out
	}
	fmt.Println("waiting", sum)
}

var sink []*node

func churn() {
	for i := range 2000 {
		sink = append(sink, make1(i))
	}
	sink = nil
}

// Many values live across calls: some in registers, most in spill slots.
//
//go:noinline
func many(depth int) int {
	a, b, c, d, e, f, g, h := make1(1), make1(2), make1(3), make1(4), make1(5), make1(6), make1(7), make1(8)
	list := []*node{a, c, e, g}
	sum := 0
	for i := range 4 {
		if i%2 == depth%2 {
			runtime.GC()
			churn()
		}
		sum += list[len(list)-1-i].data[0] + use(b) + use(d)
	}
	if depth > 0 {
		sum += many(depth - 1)
	}
	return sum + use(a) + use(b)*10 + use(c)*100 + use(d)*1000 + use(e) + use(f)*10 + use(g)*100 + use(h)*1000
}

// What is left when a panic has been recovered.
func recovering(depth int) (n *node, err error) {
	own := make1(depth)
	defer func() {
		if v := recover(); v != nil {
			runtime.GC()
			churn()
			n, err = own, fmt.Errorf("recovered %v", v)
		}
	}()
	n = make1(depth + 100)
	if depth > 0 {
		inner, err := recovering(depth - 1)
		n.next = inner
		if err != nil {
			panic(depth)
		}
	}
	panic("innermost")
}

// Addresses made integers in the arguments of such a function are of objects that live until it returns.
//
//go:noinline
//go:uintptrescapes
func byAddress(p uintptr, more ...uintptr) int {
	runtime.GC()
	churn()
	sum := (*node)(unsafe.Pointer(p)).data[0]
	for _, q := range more {
		sum += (*node)(unsafe.Pointer(q)).data[0]
	}
	return sum
}

//go:noinline
func address(i int) unsafe.Pointer { return unsafe.Pointer(make1(i)) }

func integers() {
	fmt.Println("called", byAddress(uintptr(address(1)), uintptr(address(20)), uintptr(address(300))))
	for range 1 {
		defer byAddress(uintptr(address(1)), uintptr(address(20)))
	}
	defer func() { recover() }()
	defer byAddress(uintptr(address(1)), uintptr(address(20)))
}

func main() {
	variable()
	received()
	selected()
	ended()
	waiting()
	fmt.Println("many", many(6))
	n, err := recovering(3)
	fmt.Println("recovering", use(n), err)
	integers()
}
