// What the language says about closed and nil channels, and the texts of the panics.
package main

import (
	"fmt"
	"reflect"
	"runtime"
)

func try(what string, f func()) {
	defer func() {
		r := recover()
		_, isRuntime := r.(runtime.Error)
		fmt.Printf("%s: %v %v\n", what, r, isRuntime)
	}()
	f()
}

func main() {
	var none chan int
	try("close nil", func() { close(none) })
	c := make(chan int, 2)
	c <- 1
	close(c)
	try("close closed", func() { close(c) })
	try("send closed", func() { c <- 1 })
	try("select send closed", func() {
		select {
		case c <- 1:
		default:
		}
	})
	try("select two send closed", func() {
		select {
		case c <- 1:
		case none <- 2:
		}
	})
	v, ok := <-c
	fmt.Println(v, ok)
	v, ok = <-c
	fmt.Println(v, ok)
	n := -1
	try("make", func() { _ = make(chan int, n) })
	n = 1 << 62
	try("make", func() { _ = make(chan int, n) })
	select {
	case none <- 1:
		fmt.Println("?")
	case <-none:
		fmt.Println("?")
	default:
		fmt.Println("default")
	}
	fmt.Println(len(none), cap(none))

	// A send that waits is broken off by close.
	d := make(chan string)
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		d <- "x"
	}()
	go func() {
		defer func() { done <- recover() }()
		select {
		case d <- "x":
		case <-none:
		}
	}()
	for range 100 {
		runtime.Gosched()
	}
	close(d)
	fmt.Println(<-done, <-done)

	// reflect's operations are the same ones.
	r := reflect.MakeChan(reflect.TypeOf(c), 1)
	fmt.Println(r.TrySend(reflect.ValueOf(5)), r.TrySend(reflect.ValueOf(6)), r.Len(), r.Cap())
	x, ok := r.TryRecv()
	fmt.Println(x, ok)
	x, ok = r.TryRecv()
	fmt.Println(x.IsValid(), ok)
	r.Close()
	x, ok = r.Recv()
	fmt.Println(x, ok)
	try("reflect send closed", func() { r.Send(reflect.ValueOf(1)) })
	a, b := make(chan int, 1), make(chan string, 1)
	b <- "hello"
	cases := []reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(a)},
		{Dir: reflect.SelectDefault},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(b)},
	}
	i, got, ok := reflect.Select(cases)
	fmt.Println(i, got, ok)
	i, _, ok = reflect.Select(cases)
	fmt.Println(i, ok)
	cases[1] = reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(a), Send: reflect.ValueOf(9)}
	i, _, _ = reflect.Select(cases)
	fmt.Println(i, <-a)
	go func() { b <- "late" }()
	cases[1].Chan = reflect.ValueOf((chan int)(nil))
	i, got, ok = reflect.Select(cases)
	fmt.Println(i, got, ok)
}
