// Timers, tickers, sleeps: what fires, what is stopped, and that channels of timers hold no stale values.
package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	start := time.Now()
	time.Sleep(10 * time.Millisecond)
	if d := time.Since(start); d < 10*time.Millisecond {
		fmt.Println("slept too short", d)
	}
	time.Sleep(0)
	time.Sleep(-1)

	// Sleepers wake in the order of their times.
	var mu sync.Mutex
	var order []int
	var wg sync.WaitGroup
	for _, n := range []int{5, 1, 4, 2, 3} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			time.Sleep(time.Duration(n) * 40 * time.Millisecond)
			mu.Lock()
			order = append(order, n)
			mu.Unlock()
		}()
	}
	wg.Wait()
	fmt.Println(order)

	t := time.NewTimer(time.Hour)
	fmt.Println(len(t.C), cap(t.C), t.Stop(), t.Stop())
	t.Reset(time.Millisecond)
	<-t.C
	fmt.Println("fired", t.Stop(), t.Reset(time.Hour), t.Reset(time.Millisecond))
	time.Sleep(10 * time.Millisecond)
	// Due, but not received: stopping it still takes the value back.
	fmt.Println(len(t.C), t.Stop())
	select {
	case <-t.C:
		fmt.Println("stale value")
	default:
		fmt.Println("no stale value")
	}
	t.Reset(time.Millisecond)
	time.Sleep(5 * time.Millisecond)
	t.Reset(20 * time.Millisecond)
	before := time.Now()
	<-t.C
	fmt.Println(time.Since(before) > 15*time.Millisecond)

	tick := time.NewTicker(2 * time.Millisecond)
	for range 5 {
		<-tick.C
	}
	tick.Stop()
	select {
	case <-tick.C:
		fmt.Println("tick after stop")
	case <-time.After(10 * time.Millisecond):
		fmt.Println("after")
	}
	tick.Reset(time.Millisecond)
	<-tick.C
	tick.Stop()

	var calls atomic.Int32
	done := make(chan bool)
	f := time.AfterFunc(time.Millisecond, func() {
		calls.Add(1)
		done <- true
	})
	<-done
	fmt.Println(f.Stop(), f.Reset(time.Millisecond))
	<-done
	g := time.AfterFunc(time.Hour, func() { calls.Add(100) })
	fmt.Println(g.Stop(), calls.Load())

	// Many at once, from many goroutines; half of them stopped.
	var fired atomic.Int32
	var stopped int32
	timers := make([]*time.Timer, 2000)
	var all sync.WaitGroup
	for i := range timers {
		all.Add(1)
		timers[i] = time.AfterFunc(time.Duration(i%50)*time.Millisecond+30*time.Millisecond, func() {
			fired.Add(1)
			all.Done()
		})
	}
	for i := 0; i < len(timers); i += 2 {
		if timers[i].Stop() {
			stopped++
			all.Done()
		}
	}
	all.Wait()
	fmt.Println(fired.Load()+stopped == 2000, stopped > 0)

	// Timers that nobody refers to are collected, others not.
	for range 1000 {
		time.NewTimer(time.Hour)
		time.NewTicker(time.Hour)
	}
	keep := time.NewTimer(30 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	<-keep.C
	fmt.Println("kept")

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	child, cancelChild := context.WithCancel(ctx)
	defer cancelChild()
	<-child.Done()
	fmt.Println(child.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
	ctx, cancel = context.WithDeadline(context.Background(), time.Now().Add(time.Hour))
	stop := context.AfterFunc(ctx, func() { done <- true })
	cancel()
	<-done
	fmt.Println(ctx.Err(), stop())

	// A select loop with a timeout that is set anew each time.
	values := make(chan int)
	go func() {
		for i := range 20 {
			values <- i
		}
	}()
	sum := 0
	for open := true; open; {
		select {
		case v := <-values:
			sum += v
		case <-time.After(50 * time.Millisecond):
			open = false
		}
	}
	fmt.Println(sum)
}
