// In which order goroutines that wait for a channel run when it is closed: the first, then from the last.
package main

import (
	"fmt"
	"runtime"
)

func main() {
	runtime.GOMAXPROCS(1)
	c := make(chan int)
	done := make(chan int, 8)
	for i := range 8 {
		go func() {
			<-c
			done <- i
		}()
		// Until it waits: now and then main goes on first.
		for range 5 {
			runtime.Gosched()
		}
	}
	close(c)
	for range 8 {
		fmt.Println(<-done)
	}
}
