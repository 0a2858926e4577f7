// What runtime.Callers, Caller and FuncForPC tell of calls: names, lines, files.
package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
)

//go:noinline
func show(what string) {
	fmt.Println("==", what)
	pcs := make([]uintptr, 40)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		name := f.Function
		if strings.HasPrefix(name, "main.") {
			fmt.Println(name, filepath.Base(f.File), f.Line, runtime.FuncForPC(f.PC).Name() == name)
		} else if name == "runtime.gopanic" {
			fmt.Println(name)
		}
	}
}

type pair struct{ a, b int }

//go:noinline
func (t pair) value() { show("method") }

//go:noinline
func (t *pair) pointer() { show("method of pointer") }

type valuer interface{ value() }

type embedding struct{ *pair }

//go:noinline
func generic[X any](x X) {
	show("generic")
}

type list[X any] struct{ x X }

//go:noinline
func (l *list[X]) method() { show("generic method") }

//go:noinline
func number(what string) int {
	show(what)
	return 1
}

var initialised = number("variable")

func init() {
	show("first init")
}

func init() {
	func() {
		show("second init")
	}()
}

//go:noinline
func fallsOff() {
	defer show("deferred")
	if initialised == 2 {
		return
	}
	fmt.Println("on")
}

//go:noinline
func returns() (x int) {
	defer func() {
		show("deferred, return")
	}()
	if initialised == 1 {
		return 5
	}
	return 7
}

//go:noinline
func branches() {
	if initialised == 1 {
		show("branches")
	} else {
		show("branches")
	}
}

//go:noinline
func panics() {
	defer func() {
		recover()
		show("panic")
	}()
	panic("a")
}

//go:noinline
func faults() {
	defer func() {
		recover()
		show("fault")
	}()
	var p *pair
	p.a = 1
}

//go:noinline
func indexes() {
	defer func() {
		recover()
		show("index")
	}()
	var p []int
	p[initialised] = 1
}

func check(file string, line int) {
	_, f, l, _ := runtime.Caller(1)
	fmt.Println(f == file, l == line)
}

//go:noinline
func elsewhere() {
//line /foo/bar.y:123
	check("/foo/bar.y", 123)
}

var functionValue = inlined

// Called by its value only, and small enough to be inlined into what values of functions call.
func inlined(what string) { show(what) }

// valueOf shows the function that a value stands for, as programs look up what handles something.
func valueOf(f any) {
	pc := reflect.ValueOf(f).Pointer()
	function := runtime.FuncForPC(pc)
	file, line := function.FileLine(pc)
	fmt.Println(function.Name(), filepath.Base(file), line)
}

func values() {
	fmt.Println("== values")
	valueOf(show)
	valueOf(inlined)
	valueOf(filepath.Base)
	valueOf(number)
	valueOf((*pair).pointer)
	valueOf(pair.value)
	valueOf((&pair{}).pointer)
	valueOf(generic[int])
	valueOf(func() {})
}

//line callers.go:1000
func main() {
	t := &pair{}
	t.value()
	t.pointer()
	var i valuer = t
	i.value()
	i = embedding{t}
	i.value()
	f := t.pointer
	f()
	generic(1)
	generic("a")
	(&list[int]{}).method()
	fallsOff()
	returns()
	branches()
	panics()
	faults()
	indexes()
	elsewhere()
	functionValue("value of a function")
	values()
	done := make(chan bool)
	go func() {
		show("goroutine")
		close(done)
	}()
	<-done
	defer show("deferred in main")
}
