package main

import "fmt"

type E struct{ n int }

var log []string

func say(s string) { log = append(log, s) }

func one() (r int) {
	defer func() { r *= 2 }()
	return 21
}
func three(n int) (r int, err error) {
	if n == 0 {
		return 1, nil
	}
	defer say("a")
	if n == 1 {
		return 2, nil
	}
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("got %v", e)
			r += 100
		}
	}()
	if n == 2 {
		return 3, nil
	}
	defer say(fmt.Sprint("c", n))
	if n == 3 {
		panic("three")
	}
	return n, nil
}
func exitPanics() (s string) {
	defer func() { s += fmt.Sprint(" outer ", recover()) }()
	func() {
		defer func() { say("still run"); s += fmt.Sprint(" inner ", recover()) }()
		defer func() { panic("from deferred") }()
		s = "body"
	}()
	s += " after"
	panic("again")
}
func cond(b bool) (r int) {
	if b {
		defer func() { r++ }()
	}
	r = 1
	if !b {
		defer func() { r += 10 }()
		return 5
	}
	return r
}
func loops() (r int) {
	for i := 0; i < 3; i++ {
		func() {
			defer func() { r += i }()
			if i == 1 {
				return
			}
			r *= 10
		}()
	}
	return
}
func nilFunc() (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	var f func()
	func() {
		defer f()
		s = "x"
	}()
	return "not reached"
}
func helper() any { return recover() }
func notDirect() (s string) {
	defer func() { s = fmt.Sprint(s, recover()) }()
	defer func() {
		// Runs while panicking; its own deferred call runs at its normal end.
		func() {
			defer func() { s += fmt.Sprint("inner:", recover(), " ") }()
		}()
		defer func() { s += fmt.Sprint("own:", recover(), " ") }()
	}()
	panic("p")
}
func seq(yield func(int) bool) {
	defer say("seq done")
	for i := 0; i < 3; i++ {
		if !yield(i) {
			return
		}
	}
}
func rangeDefer() (r string) {
	defer func() { r += "first" }()
	for i := range seq {
		defer func() { r += fmt.Sprint(i, " ") }()
		if i == 1 {
			break
		}
	}
	defer func() { r += "last " }()
	return "> "
}
func deep(n int) (r int) {
	defer func() { r += n }()
	if n == 0 {
		return 0
	}
	return deep(n - 1)
}
func many() (s string) {
	defer func() { s += "1" }()
	defer func() { s += "2" }()
	defer func() { s += "3" }()
	defer func() { s += "4" }()
	return "m"
}
func goexit() string {
	c := make(chan string, 3)
	go func() {
		defer func() { c <- "end" }()
		defer func() {
			defer func() { c <- fmt.Sprint("rec ", recover()) }()
			panic("in exit")
		}()
	}()
	return <-c
}
func main() {
	fmt.Println(one(), exitPanics(), cond(true), cond(false), loops(), nilFunc(), notDirect(), rangeDefer(), deep(10000), many(), goexit())
	for i := 0; i < 5; i++ {
		fmt.Println(three(i))
	}
	fmt.Println(log)
}
