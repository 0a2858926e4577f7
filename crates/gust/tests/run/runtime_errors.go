// Texts of the errors that the language panics with.
package main

import (
	"fmt"
	"runtime"
	"unsafe"
)

type I interface{ M() }
type J interface {
	M()
	N()
}
type T struct{}

func (T) M() {}

type S string

func report(name string, f func()) {
	defer func() {
		r := recover()
		_, isError := r.(runtime.Error)
		fmt.Printf("%s: %v (%T, %v)\n", name, r, r, isError)
	}()
	f()
}

var (
	zero, minusOne, five = 0, -1, 5
	s                    = []int{1, 2, 3}
	str                  = "abc"
	arr                  [4]int
	nilMap               map[string]int
	nilPtr               *struct{ a, b int }
	sink                 any
)

func main() {
	report("index", func() { _ = s[five] })
	report("index array", func() { arr[five] = 1 })
	report("index string", func() { sink = str[five] })
	report("negative index", func() { _ = s[minusOne] })
	report("slice end", func() { sink = s[:five] })
	report("slice string", func() { sink = str[:five] })
	report("slice begin", func() { sink = s[five-1 : 2] })
	report("slice string begin", func() { sink = str[five:] })
	report("slice negative", func() { sink = s[minusOne:] })
	report("slice3 max", func() { sink = s[0:1:five] })
	report("slice3 high", func() { sink = s[0 : five-2 : 2] })
	report("slice3 low", func() { sink = s[five-2 : 2 : 3] })
	report("array of slice", func() { sink = [4]int(s) })
	report("array pointer of slice", func() { sink = (*[4]int)(s) })
	report("nil map", func() { nilMap["x"] = 1 })
	report("nil pointer", func() { sink = nilPtr.b })
	report("divide", func() { sink = 1 / zero })
	report("remainder", func() { sink = uint8(1) % uint8(zero) })
	report("shift", func() { sink = 1 << minusOne })
	report("make len", func() { sink = make([]int, minusOne) })
	report("make cap", func() { sink = make([]int, 2, five-4) })
	report("make huge", func() { sink = make([]int, int(^uint(0)>>1)) })
	report("make chan", func() { sink = make(chan int, minusOne) })
	report("unsafe.Slice", func() { sink = unsafe.Slice(&s[0], minusOne) })
	report("unsafe.Slice nil", func() { var p *int; sink = unsafe.Slice(p, five) })
	report("unsafe.String", func() { var b byte; sink = unsafe.String(&b, minusOne) })
	report("nil func", func() { var f func(); f() })

	var a any
	var i I
	report("assert nil", func() { sink = a.(int) })
	report("assert nil iface", func() { sink = a.(I) })
	a = "text"
	report("assert type", func() { sink = a.(int) })
	report("assert defined", func() { sink = a.(S) })
	report("assert iface", func() { sink = a.(I) })
	i = T{}
	report("assert method", func() { sink = i.(J) })
	report("assert concrete", func() { sink = i.(*T) })
	type T struct{}
	report("assert scope", func() { sink = i.(any).(T) })
	report("nil iface call", func() { var i I; i.M() })
	report("compare", func() { var x, y any = []int{1}, []int{1}; sink = x == y })
	report("compare inside", func() { var x, y any = [1]any{s}, [1]any{s}; sink = x == y })
	report("hash", func() { m := map[any]int{}; m[s] = 1 })
	report("hash func", func() { m := map[any]int{}; sink = m[func() {}] })
	report("closed", func() { c := make(chan int); close(c); close(c) })
	report("close nil", func() { var c chan int; close(c) })
	report("send closed", func() { c := make(chan int, 1); close(c); c <- 1 })
	report("nil panic", func() { panic(nil) })
	report("range state", func() {
		var saved func(int) bool
		for range func(yield func(int) bool) { saved = yield; yield(1) } {
		}
		saved(2)
	})
	report("range done", func() {
		for range func(yield func(int) bool) { yield(1); yield(2) } {
			break
		}
	})
}
