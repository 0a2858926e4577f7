// Objects survive collections as long as they can be reached, and finalizers, cleanups and weak pointers follow what
// becomes of them.
package main

import (
	"fmt"
	"runtime"
	"strconv"
	"weak"
)

type node struct {
	name  string
	next  *node
	vals  []int
	index map[string]*node
	any   any
	big   [20]*node
}

func build(n int) *node {
	var head *node
	for i := range n {
		x := &node{name: "n" + strconv.Itoa(i), next: head, vals: make([]int, i%17), any: i}
		x.index = map[string]*node{}
		for j := range i % 5 {
			x.index[strconv.Itoa(j)] = head
		}
		x.big[i%20] = head
		for k := range x.vals {
			x.vals[k] = i
		}
		head = x
	}
	return head
}

func check(x *node, n int) bool {
	for i := n - 1; i >= 0; i-- {
		if x.name != "n"+strconv.Itoa(i) || len(x.vals) != i%17 || x.any.(int) != i || len(x.index) != i%5 || x.big[i%20] != x.next {
			return false
		}
		for _, v := range x.vals {
			if v != i {
				return false
			}
		}
		for _, v := range x.index {
			if v != x.next {
				return false
			}
		}
		x = x.next
	}
	return x == nil
}

type thing struct {
	n     int
	other *thing
}

// A finalizer's results are dropped, however large they are.
func manyResults(ran chan int) func(*thing) ([300]int, string) {
	return func(t *thing) (results [300]int, s string) {
		ran <- t.n + t.other.n
		return
	}
}

func main() {
	// Collections by another goroutine while this one allocates.
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	ok := true
	for range 10 {
		ok = ok && check(build(300), 300)
	}
	close(stop)
	fmt.Println("graphs", ok)

	ran := make(chan int, 100)
	func() {
		for i := range 20 {
			runtime.SetFinalizer(&thing{i, &thing{n: 1000}}, manyResults(ran))
			runtime.AddCleanup(&thing{n: i}, func(n int) { ran <- n }, -1)
		}
		never := &thing{n: 1 << 20}
		runtime.SetFinalizer(never, func(t *thing) { ran <- t.n })
		runtime.SetFinalizer(never, nil)
	}()
	lists := make([]*node, 20)
	for i := range lists {
		runtime.GC()
		lists[i] = build(50)
	}
	finalized, cleaned := 0, 0
	for range 36 {
		if n := <-ran; n < 0 {
			cleaned++
		} else if n >= 1000 && n < 1020 {
			finalized++
		}
	}
	fmt.Println("finalizers", finalized >= 16, "cleanups", cleaned >= 16, "sum", finalized+cleaned)
	for _, l := range lists {
		ok = ok && check(l, 50)
	}
	fmt.Println("graphs", ok)

	kept := &thing{n: 7}
	strong := weak.Make(kept)
	var dead []weak.Pointer[thing]
	func() {
		for i := range 20 {
			dead = append(dead, weak.Make(&thing{n: i}))
		}
	}()
	runtime.GC()
	gone := 0
	for _, w := range dead {
		if w.Value() == nil {
			gone++
		}
	}
	fmt.Println("weak", gone >= 18, strong.Value() == kept, strong == weak.Make(kept))
	runtime.KeepAlive(kept)

	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	fmt.Println("stats", stats.NumGC > 20, stats.Mallocs > stats.Frees, stats.HeapSys >= stats.HeapInuse, stats.HeapInuse >= stats.HeapAlloc)
}
