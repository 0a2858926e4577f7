// Producers, stages and consumers over buffered and unbuffered channels: every value passes once, in order per producer.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type item struct {
	producer, serial int
	text             string
	rest             [3]*int
}

func stage(in <-chan item, out chan<- item, wg *sync.WaitGroup) {
	defer wg.Done()
	for it := range in {
		it.text += "."
		*it.rest[1] += 1
		out <- it
	}
}

func run(buffer int) {
	const producers, each, stages = 5, 400, 3
	first := make(chan item, buffer)
	in := first
	for s := 0; s < stages; s++ {
		out := make(chan item, buffer)
		var wg sync.WaitGroup
		n := 3
		if buffer == 0 {
			n = 1
		}
		for range n {
			wg.Add(1)
			go stage(in, out, &wg)
		}
		go func() {
			wg.Wait()
			close(out)
		}()
		in = out
	}
	var senders sync.WaitGroup
	for p := 0; p < producers; p++ {
		senders.Add(1)
		go func() {
			defer senders.Done()
			for i := 0; i < each; i++ {
				first <- item{producer: p, serial: i, text: fmt.Sprint(p, "-", i), rest: [3]*int{nil, new(int), nil}}
				if i%100 == 0 {
					runtime.Gosched()
				}
			}
		}()
	}
	go func() {
		senders.Wait()
		close(first)
	}()
	sum, count := 0, 0
	seen := map[[2]int]bool{}
	for it := range in {
		if want := fmt.Sprint(it.producer, "-", it.serial) + "..."; it.text != want || *it.rest[1] != stages {
			panic("wrong item " + it.text)
		}
		key := [2]int{it.producer, it.serial}
		if seen[key] {
			panic("twice")
		}
		seen[key] = true
		sum += it.serial
		count++
	}
	fmt.Println("buffer", buffer, "count", count, "sum", sum)
}

func main() {
	for _, buffer := range []int{0, 1, 7, 1000} {
		run(buffer)
	}
	// Zero-sized and large elements.
	none := make(chan struct{}, 3)
	for range 3 {
		none <- struct{}{}
	}
	fmt.Println(len(none), cap(none))
	<-none
	fmt.Println(len(none))
	big := make(chan [100]int)
	go func() {
		var a [100]int
		for i := range a {
			a[i] = i
		}
		big <- a
		close(big)
	}()
	a := <-big
	fmt.Println(a[0], a[50], a[99])
	a, ok := <-big
	fmt.Println(a[99], ok)
}
