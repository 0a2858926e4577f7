package main

import (
	"fmt"
	"runtime/debug"
	"syscall"
)

// A deferred recover counts as called by the function that deferred it.

func outcome(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func tooEarly() {
	defer recover()
	panic("early")
}

func inDeferred() {
	defer func() {
		defer recover()
	}()
	panic("in deferred")
}

func inLoopBody() {
	defer func() {
		for range func(yield func(int) bool) { yield(1) } {
			defer recover()
		}
	}()
	panic("in loop body")
}

func afterInner() {
	defer func() {
		defer recover()
		defer func() { fmt.Println("inner", recover()) }()
		panic("second")
	}()
	panic("first")
}

func duringInner() {
	defer func() {
		defer func() { fmt.Println("inner", recover()) }()
		defer recover()
		panic("second")
	}()
	panic("first")
}

// A fault can come at any access: what was written before it counts.

func fill(dst []byte) (n int, err any) {
	defer func() { err = recover() }()
	for i := range dst {
		dst[i] = 1
		n++
	}
	return
}

func main() {
	outcome("too early", tooEarly)
	outcome("in deferred", inDeferred)
	outcome("in loop body", inLoopBody)
	outcome("after inner", afterInner)
	outcome("during inner", duringInner)

	debug.SetPanicOnFault(true)
	page := syscall.Getpagesize()
	flags := syscall.MAP_ANON | syscall.MAP_PRIVATE
	data, err := syscall.Mmap(-1, 0, 4*page, syscall.PROT_READ|syscall.PROT_WRITE, flags)
	if err == nil {
		err = syscall.Mprotect(data[2*page:3*page], syscall.PROT_NONE)
	}
	if err != nil {
		panic(err)
	}
	n, fault := fill(data[5:])
	fmt.Println(n == 2*page-5, fault != nil)
}
