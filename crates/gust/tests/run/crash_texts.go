// What programs say when they die, and with which status: each way in a process of its own.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

type failure struct{ text string }

func (f failure) Error() string { return "failure: " + f.text }

type lines struct{}

func (lines) String() string { return "one\ntwo" }

type number int
type word string
type pair struct{ a, b int }

type broken struct{}

func (broken) Error() string { panic("in Error") }

func again() {
	defer func() {
		panic(recover())
	}()
	panic("again")
}

func other() {
	defer func() {
		recover()
		panic("other")
	}()
	panic("one")
}

func three() {
	defer func() { panic(failure{"three"}) }()
	defer func() { panic(number(2)) }()
	panic(word("x\ny"))
}

func deep(n int) int {
	var x [100]int
	if n < 0 {
		return x[5]
	}
	return deep(n+1) + x[n%100]
}

var ways = []struct {
	name string
	die  func()
}{
	{"string", func() { panic("text") }},
	{"error", func() { panic(failure{"x"}) }},
	{"stringer", func() { panic(lines{}) }},
	{"number", func() { panic(number(3)) }},
	{"word", func() { panic(word("q")) }},
	{"float", func() { panic(1.5) }},
	{"again", again},
	{"other", other},
	{"three", three},
	{"nil pointer", func() { var p *pair; println(p.a) }},
	{"index", func() { var s []int; println(s[len(os.Args)]) }},
	{"division", func() { println(1 / (len(os.Args) - 2)) }},
	{"assertion", func() { var i any = "x"; println(i.(int)) }},
	{"deadlock", func() { var mu sync.Mutex; mu.Lock(); mu.Lock() }},
	{"no goroutines", func() { runtime.Goexit() }},
	{"panic after Goexit", func() {
		defer func() { panic("late") }()
		runtime.Goexit()
	}},
	{"goroutine", func() {
		go func() { panic("not in main") }()
		time.Sleep(time.Second)
	}},
	{"unlock", func() { var mu sync.Mutex; mu.Unlock() }},
	{"broken error", func() { panic(broken{}) }},
	{"stack", func() { debug.SetMaxStack(1 << 18); println(deep(0)) }},
	{"exit", func() { defer os.Exit(7); panic("x") }},
	{"terminated", func() {
		syscall.Kill(os.Getpid(), syscall.SIGTERM)
		time.Sleep(time.Second)
	}},
	{"no reader", func() {
		for {
			if _, err := os.Stdout.Write([]byte("x\n")); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(3)
			}
		}
	}},
	{"no reader elsewhere", func() {
		r, w, _ := os.Pipe()
		r.Close()
		_, err := w.Write([]byte("x"))
		fmt.Fprintln(os.Stderr, err)
	}},
	{"huge", func() { sink = make([]byte, len(os.Args)<<50) }},
}

var sink []byte

func main() {
	if len(os.Args) > 1 {
		for _, way := range ways {
			if way.name == os.Args[1] {
				way.die()
			}
		}
		return
	}
	for _, way := range ways {
		var stderr bytes.Buffer
		c := exec.Command(os.Args[0], way.name)
		c.Stderr = &stderr
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		r.Close()
		c.Stdout = w
		err = c.Run()
		w.Close()
		fmt.Printf("== %s: %v\n", way.name, err)
		// The traces are not compared, nor addresses.
		for line := range bytes.Lines(stderr.Bytes()) {
			if bytes.HasPrefix(line, []byte("goroutine ")) {
				fmt.Printf("%s", line[bytes.IndexByte(line, '['):])
				break
			}
			if bytes.HasPrefix(line, []byte("[signal ")) {
				line = append(line[:bytes.Index(line, []byte(" pc="))], '\n')
			}
			if !bytes.HasPrefix(line, []byte("runtime: sp=")) && !bytes.HasPrefix(line, []byte("runtime stack")) {
				fmt.Printf("%s", line)
			}
			if bytes.HasPrefix(line, []byte("fatal error: stack overflow")) {
				break
			}
		}
	}
}
