// Profiles tell of what the program did: processor time, waiting, contended locks, goroutines.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

//go:noinline
func busy(n int) int {
	s := 0
	for i := 0; i < n; i++ {
		s += i*i ^ s
	}
	return s
}

var sink int

func processor() string {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return err.Error()
	}
	pprof.Do(context.Background(), pprof.Labels("color", "purple"), func(context.Context) {
		for start := time.Now(); time.Since(start) < 700*time.Millisecond; {
			sink += busy(1000000 + sink&1)
		}
	})
	pprof.StopCPUProfile()
	r, err := gzip.NewReader(&b)
	if err != nil {
		return err.Error()
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

//go:noinline
func waitForChannel() {
	c := make(chan int)
	go func() {
		time.Sleep(20 * time.Millisecond)
		c <- 1
	}()
	<-c
}

//go:noinline
func waitForSelect() {
	c := make(chan int)
	go func() {
		time.Sleep(20 * time.Millisecond)
		close(c)
	}()
	select {
	case <-c:
	case <-make(chan bool):
	}
}

//go:noinline
func holdLock(mu *sync.Mutex) {
	mu.Lock()
	done := make(chan bool)
	go func() {
		waitForLock(mu)
		close(done)
	}()
	time.Sleep(50 * time.Millisecond)
	mu.Unlock()
	<-done
}

//go:noinline
func waitForLock(mu *sync.Mutex) {
	mu.Lock()
	mu.Unlock()
}

func lookup(name string) string {
	var b strings.Builder
	if err := pprof.Lookup(name).WriteTo(&b, 1); err != nil {
		return err.Error()
	}
	return b.String()
}

func main() {
	text := processor()
	for _, word := range []string{"main.busy", "main.main", "color", "purple", "nanoseconds"} {
		fmt.Println("cpu", word, strings.Contains(text, word))
	}

	waitForChannel()
	fmt.Println("off", strings.Contains(lookup("block"), "main.waitForChannel"))
	runtime.SetBlockProfileRate(1)
	fmt.Println(runtime.SetMutexProfileFraction(1), runtime.SetMutexProfileFraction(-1))
	waitForChannel()
	waitForSelect()
	holdLock(new(sync.Mutex))
	text = lookup("block")
	for _, word := range []string{"main.waitForChannel", "main.waitForSelect", "main.waitForLock", "sync.(*Mutex).Lock"} {
		fmt.Println("block", word, strings.Contains(text, word))
	}
	text = lookup("mutex")
	for _, word := range []string{"main.holdLock", "sync.(*Mutex).Unlock"} {
		fmt.Println("mutex", word, strings.Contains(text, word))
	}

	c := make(chan int)
	pprof.Do(context.Background(), pprof.Labels("who", "waiter"), func(context.Context) {
		go func() { <-c }()
	})
	time.Sleep(10 * time.Millisecond)
	text = lookup("goroutine")
	for _, word := range []string{"goroutine profile: total 2", "main.main", `"who":"waiter"`} {
		fmt.Println("goroutine", word, strings.Contains(text, word))
	}
	fmt.Println("threads", pprof.Lookup("threadcreate").Count() > 1)

	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("stacks", m.StackInuse > 0, m.StackSys >= m.StackInuse, m.Sys > m.StackSys)
	fmt.Println("max threads", debug.SetMaxThreads(5000), debug.SetMaxThreads(10000))
}
