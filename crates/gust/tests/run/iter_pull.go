// iter.Pull: values, early stop, panics and Goexit through the coroutine, nested and in many goroutines.
package main

import (
	"fmt"
	"iter"
	"runtime"
	"sync"
)

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("end of", n)
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func zip[A, B any](a iter.Seq[A], b iter.Seq[B]) iter.Seq2[A, B] {
	return func(yield func(A, B) bool) {
		nextA, stopA := iter.Pull(a)
		defer stopA()
		nextB, stopB := iter.Pull(b)
		defer stopB()
		for {
			x, ok1 := nextA()
			y, ok2 := nextB()
			if !ok1 || !ok2 || !yield(x, y) {
				return
			}
		}
	}
}

type tree struct {
	left, right *tree
	value       int
}

func (t *tree) all(yield func(int) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.value) && t.right.all(yield)
}

func (t *tree) insert(v int) *tree {
	if t == nil {
		return &tree{value: v}
	}
	if v < t.value {
		t.left = t.left.insert(v)
	} else {
		t.right = t.right.insert(v)
	}
	return t
}

func main() {
	next, stop := iter.Pull(count(3))
	for {
		v, ok := next()
		fmt.Println(v, ok)
		if !ok {
			break
		}
	}
	fmt.Println(next())
	stop()

	next, stop = iter.Pull(count(10))
	fmt.Println(next())
	stop()
	fmt.Println(next())
	_, stop = iter.Pull(count(5))
	stop()

	for a, b := range zip(count(2), count(4)) {
		fmt.Println(a, b)
	}

	next, stop = iter.Pull(func(yield func(int) bool) {
		yield(1)
		panic("in the iterator")
	})
	fmt.Println(next())
	func() {
		defer func() { fmt.Println("recovered", recover()) }()
		next()
	}()
	fmt.Println(next())
	stop()

	done := make(chan bool)
	go func() {
		defer close(done)
		defer fmt.Println("goexit passes on")
		next, _ := iter.Pull(func(yield func(int) bool) {
			yield(1)
			runtime.Goexit()
		})
		fmt.Println(next())
		next()
		fmt.Println("not reached")
	}()
	<-done

	var wg sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for g := range 8 {
		wg.Go(func() {
			var t *tree
			for i := range 300 {
				t = t.insert((i*7919 + g) % 1000)
			}
			next, stop := iter.Pull(func(yield func(int) bool) { t.all(yield) })
			defer stop()
			sum, last := 0, -1
			for {
				v, ok := next()
				if !ok {
					break
				}
				if v < last {
					panic("order")
				}
				last = v
				sum++
				if sum%50 == 0 {
					runtime.Gosched()
				}
			}
			mu.Lock()
			total += sum
			mu.Unlock()
		})
	}
	wg.Wait()
	fmt.Println(total)
	// Never finished: collected or not, it must not hold up the program's end.
	next, _ = iter.Pull(count(1000))
	next()
	runtime.GC()
}
