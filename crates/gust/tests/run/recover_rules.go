// Which calls of recover recover what: nesting, wrappers, methods, reflect, Goexit, results.
package main

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
)

func try(name string, f func()) {
	defer func() {
		fmt.Println(name, "->", recover())
	}()
	f()
}

func direct() (result int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
			result *= 2
		}
	}()
	result = 21
	panic("direct")
}

func helper() any { return recover() }

func indirect() {
	defer func() {
		fmt.Println("helper in deferred:", helper())
	}()
	panic("indirect")
}

type T struct{ name string }

func (t T) Value()    { fmt.Println("value method:", t.name, recover()) }
func (t *T) Pointer() { fmt.Println("pointer method:", t.name, recover()) }

type Embeds struct{ *T }

type I interface{ Value() }

func viaMethods() {
	t := T{"t"}
	func() { defer t.Value(); panic(1) }()
	func() { defer (&t).Value(); panic(2) }()
	func() { defer t.Pointer(); panic(3) }()
	func() { defer Embeds{&t}.Value(); panic(4) }()
	func() { var i I = t; defer i.Value(); panic(5) }()
	func() { var i I = &t; defer i.Value(); panic(6) }()
	func() { var i I = Embeds{&t}; defer i.Value(); panic(7) }()
	func() { f := t.Value; defer f(); panic(8) }()
	func() { f := T.Value; defer f(t); panic(9) }()
	func() { f := (*T).Value; defer f(&t); panic(10) }()
	func() { f := I.Value; defer f(t); panic(11) }()
}

func viaReflect() {
	t := T{"r"}
	func() {
		defer reflect.ValueOf(t).Method(0).Interface().(func())()
		panic("reflect method value")
	}()
	func() {
		f := reflect.MakeFunc(reflect.TypeOf(func() {}), func([]reflect.Value) []reflect.Value {
			fmt.Println("MakeFunc:", recover())
			return nil
		})
		defer f.Interface().(func())()
		panic("reflect made function")
	}()
	try("Call is no wrapper", func() {
		defer reflect.ValueOf(func() { fmt.Println("called:", recover()) }).Call(nil)
		panic("reflect call")
	})
}

func nested() {
	defer func() { fmt.Println("outer:", recover()) }()
	defer func() {
		defer func() { fmt.Println("inner:", recover()) }()
		panic("second")
	}()
	panic("first")
}

func replaced() {
	defer func() { fmt.Println("replaced by:", recover(), "then:", recover()) }()
	defer func() { panic("new") }()
	panic("old")
}

func duringNormalReturn() {
	defer func() { fmt.Println("last:", recover()) }()
	defer func() {
		// The panic is not that of a function which this one defers calls in.
		func() {
			defer func() { fmt.Println("not mine:", recover()) }()
		}()
	}()
	panic("waiting")
}

func repanic() {
	defer func() { fmt.Println("again:", recover()) }()
	defer func() { panic(recover()) }()
	panic("same")
}

func loopDefers() (out string) {
	defer func() { recover() }()
	for i := 0; i < 5; i++ {
		defer func() { out += fmt.Sprint(i) }()
	}
	panic("loop")
}

func goexit() {
	done := make(chan string, 10)
	go func() {
		defer close(done)
		defer func() { done <- fmt.Sprint("outer recover: ", recover()) }()
		func() {
			defer func() { done <- fmt.Sprint("inner recover: ", recover()) }()
			runtime.Goexit()
		}()
		done <- "not reached"
	}()
	for s := range done {
		fmt.Println(s)
	}
	ended := make(chan string, 10)
	go func() {
		defer close(ended)
		defer func() { ended <- fmt.Sprint("after: ", recover()) }()
		func() {
			defer func() { ended <- fmt.Sprint("recovers: ", recover()) }()
			defer func() { panic("during Goexit") }()
			runtime.Goexit()
		}()
		ended <- "not reached"
	}()
	for s := range ended {
		fmt.Println(s)
	}
	aborted := make(chan bool)
	go func() {
		defer close(aborted)
		defer runtime.Goexit()
		panic("aborted by Goexit")
	}()
	<-aborted
	fmt.Println("Goexit ended a panic")
}

func nilFunction() {
	try("nil deferred", func() {
		var f func()
		defer f()
		fmt.Println("runs before")
	})
}

type big struct{ a, b, c, d, e, f int }

func bigResult(p bool) (r big, s string) {
	defer func() {
		if x := recover(); x != nil {
			r.f = 6
			s += fmt.Sprint(x)
		}
	}()
	r = big{1, 2, 3, 4, 5, 0}
	s = "s"
	if p {
		panic("!")
	}
	return
}

func ranged() {
	seq := func(yield func(int) bool) {
		defer fmt.Println("iterator done")
		for i := range 3 {
			if !yield(i) {
				return
			}
		}
	}
	func() {
		defer fmt.Println("first of frame")
		for i := range seq {
			defer fmt.Println("deferred in body", i)
		}
		fmt.Println("loop over")
	}()
	try("range panic", func() {
		for i := range seq {
			defer fmt.Println("body deferred", i)
			if i == 1 {
				panic("in body")
			}
		}
	})
}

func main() {
	fmt.Println(direct())
	try("indirect", indirect)
	viaMethods()
	viaReflect()
	nested()
	replaced()
	duringNormalReturn()
	repanic()
	fmt.Println(loopDefers())
	goexit()
	nilFunction()
	fmt.Println(bigResult(false))
	fmt.Println(bigResult(true))
	ranged()
	try("nil panic", func() { panic(nil) })
	try("error", func() { panic(errors.New("an error")) })
	var e runtime.Error
	defer func() {
		fmt.Println(errors.As(recover().(error), &e), e)
	}()
	var m map[string]int
	m["a"] = 1
}
