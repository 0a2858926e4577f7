// Goroutines and channels: stages that hand values on, and workers that share them.
package main

import (
	"fmt"
	"sync"
)

func stage(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int, 16)
	go func() {
		defer close(out)
		for v := range in {
			out <- f(v)
		}
	}()
	return out
}

func main() {
	source := make(chan int)
	go func() {
		defer close(source)
		for i := range 1_000_000 {
			source <- i
		}
	}()
	var stages <-chan int = source
	for i := range 4 {
		stages = stage(stages, func(v int) int { return v ^ i })
	}
	var (
		workers sync.WaitGroup
		lock    sync.Mutex
		total   int
	)
	for range 8 {
		workers.Go(func() {
			for v := range stages {
				lock.Lock()
				total += v
				lock.Unlock()
			}
		})
	}
	workers.Wait()
	fmt.Println(total)
}
