// testing/synctest: a clock that moves when all goroutines of the bubble are blocked.
package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func clock(t *testing.T) {
	start := time.Now()
	fmt.Println(start.UTC())
	time.Sleep(24 * time.Hour)
	fmt.Println(time.Since(start))
	done := make(chan int)
	for _, n := range []int{3, 1, 2} {
		go func() {
			time.Sleep(time.Duration(n) * time.Hour)
			done <- n
		}()
	}
	fmt.Println(<-done, <-done, <-done, time.Since(start))
	tick := time.NewTicker(time.Minute)
	for range 3 {
		fmt.Println((<-tick.C).Sub(start))
	}
	tick.Stop()
	timer := time.NewTimer(time.Second)
	fmt.Println(timer.Stop(), timer.Reset(0))
	<-timer.C
	fmt.Println(time.Since(start))
}

func waiting(t *testing.T) {
	var mu sync.Mutex
	var log []string
	add := func(s string) {
		mu.Lock()
		log = append(log, s)
		mu.Unlock()
	}
	c := make(chan int)
	go func() {
		add("a")
		<-c
		add("b")
		time.Sleep(time.Second)
		add("c")
	}()
	synctest.Wait()
	fmt.Println(log)
	c <- 1
	synctest.Wait()
	fmt.Println(log)
	time.Sleep(time.Second)
	synctest.Wait()
	fmt.Println(log)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	time.Sleep(5*time.Second - time.Nanosecond)
	synctest.Wait()
	fmt.Println(ctx.Err())
	time.Sleep(time.Nanosecond)
	synctest.Wait()
	fmt.Println(ctx.Err())

	ran := false
	after := context.AfterFunc(ctx, func() { ran = true })
	synctest.Wait()
	fmt.Println(ran, after())

	var wg sync.WaitGroup
	for i := range 10 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			select {
			case <-time.After(time.Duration(i) * time.Second):
			case <-make(chan int):
			}
		}()
	}
	begin := time.Now()
	wg.Wait()
	fmt.Println(time.Since(begin))
	cond := sync.NewCond(&mu)
	go func() {
		time.Sleep(time.Hour)
		cond.Broadcast()
	}()
	mu.Lock()
	cond.Wait()
	mu.Unlock()
	fmt.Println(time.Since(begin))
}

func deadlock(t *testing.T) {
	defer func() { fmt.Println(recover()) }()
	synctest.Test(t, func(t *testing.T) {
		<-make(chan int)
	})
}

func left(t *testing.T) {
	defer func() { fmt.Println(recover()) }()
	synctest.Test(t, func(t *testing.T) {
		go func() { <-make(chan int) }()
	})
}

// Timers of the same time run in either order, and one that fires while its goroutine goes on to Wait is no deadlock.
func order(t *testing.T) {
	var first, second bool
	for i := 0; i < 1000 && !(first && second) || i < 200; i++ {
		one, two := time.NewTimer(1), time.NewTimer(1)
		select {
		case <-one.C:
			first = true
		case <-two.C:
			second = true
		}
		synctest.Wait()
	}
	fmt.Println(first, second)
}

var kept [][]byte

// Goroutines that the runtime starts while it serves the bubble do not belong to it.
func collecting(t *testing.T) {
	for range 20 {
		kept = append(kept, make([]byte, 1<<20))
		runtime.AddCleanup(new([64]int), func(int) {}, 1)
		runtime.GC()
	}
	fmt.Println(len(kept))
}

func main() {
	bubble := func(f func(*testing.T)) func(*testing.T) {
		return func(t *testing.T) { synctest.Test(t, f) }
	}
	tests := []testing.InternalTest{{"clock", bubble(clock)}, {"waiting", bubble(waiting)}, {"deadlock", deadlock}, {"left", left},
		{"order", bubble(order)}, {"collecting", bubble(collecting)}}
	testing.Main(func(string, string) (bool, error) { return true, nil }, tests, nil, nil)
}
