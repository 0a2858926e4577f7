// Selects over many channels: nothing is lost, every ready case is chosen some time, waiting ones are woken by close.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func fanIn(cs ...<-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		a, b, c := cs[0], cs[1], cs[2]
		for a != nil || b != nil || c != nil {
			select {
			case v, ok := <-a:
				if !ok {
					a = nil
					continue
				}
				out <- v
			case v, ok := <-b:
				if !ok {
					b = nil
					continue
				}
				out <- v
			case v, ok := <-c:
				if !ok {
					c = nil
					continue
				}
				out <- v
			}
		}
	}()
	return out
}

func source(n, step, buffer int) <-chan int {
	c := make(chan int, buffer)
	go func() {
		defer close(c)
		for i := range n {
			c <- i * step
		}
	}()
	return c
}

func main() {
	sum := 0
	for v := range fanIn(source(1000, 1, 0), source(1000, 1000, 3), source(1000, 1000000, 0)) {
		sum += v
	}
	fmt.Println(sum)

	// Both directions in one select, between many goroutines.
	const workers, rounds = 8, 500
	ring := make([]chan int, workers)
	for i := range ring {
		ring[i] = make(chan int)
	}
	var wg sync.WaitGroup
	var sent, received atomic.Int32
	quit := make(chan struct{})
	for i := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			left, right := ring[i], ring[(i+1)%workers]
			for s := 0; s < rounds; {
				select {
				case right <- i:
					s++
					sent.Add(1)
				case <-left:
					received.Add(1)
				}
			}
			for {
				select {
				case <-left:
					received.Add(1)
				case <-quit:
					return
				}
			}
		}()
	}
	for received.Load() < workers*rounds {
		time.Sleep(time.Millisecond)
	}
	close(quit)
	wg.Wait()
	fmt.Println(sent.Load(), received.Load())

	// Fair: each of the ready cases is chosen.
	a, b, c := make(chan int, 1), make(chan int, 1), make(chan int, 1)
	counts := [3]int{}
	for range 3000 {
		select {
		case a <- 1:
			counts[0]++
			<-a
		case b <- 1:
			counts[1]++
			<-b
		case c <- 1:
			counts[2]++
			<-c
		}
	}
	fmt.Println(counts[0] > 800, counts[1] > 800, counts[2] > 800)

	// The same channel in several cases, and a select that only has a channel to be closed.
	d := make(chan int)
	go func() {
		for i := range 10 {
			d <- i
		}
		close(d)
	}()
	total := 0
	for open := true; open; {
		var v int
		select {
		case v, open = <-d:
		case v, open = <-d:
		case v, open = <-d:
		}
		total += v
	}
	fmt.Println(total)
}
