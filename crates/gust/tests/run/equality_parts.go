// In which order parts of values are compared: seen by the panics of interfaces that hold what has no equality.
package main

import "fmt"

type pair struct {
	a any
	n int
	b any
}

type named struct {
	name string
	any  any
	n    int
	tail [2]string
}

type long struct {
	_    int
	name string
	n    [9]int
	in   struct {
		x, y int32
		s    string
		f    float64
	}
	one [1]any
	z   complex64
}

var none any = []int(nil)

func try(what string, f func() bool) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(what, r)
		}
	}()
	fmt.Println(what, f())
}

func main() {
	try("first", func() bool { return pair{none, 1, 1} == pair{none, 2, 1} })
	try("types", func() bool { return pair{none, 1, 1} == pair{"x", 1, 1} })
	try("number", func() bool { return pair{1, 1, none} == pair{1, 2, none} })
	try("before", func() bool { return pair{1, 1, none} == pair{2, 1, none} })
	try("second", func() bool { return pair{1, 1, none} == pair{1, 1, none} })
	try("name", func() bool { return named{name: "a", any: none} == named{name: "b", any: none} })
	try("same name", func() bool { return named{name: "a", any: none} == named{name: "a", any: none, n: 1} })
	try("array", func() bool { return [2]any{none, 1} == [2]any{none, "x"} })
	try("array", func() bool { return [2]any{1, none} == [2]any{2, none} })
	try("boxed", func() bool { return any(pair{1, 1, none}) == any(pair{1, 2, none}) })
	try("boxed", func() bool { return any([2]any{1, none}) == any([2]any{1, none}) })
	x, y := long{name: "n", z: 1}, long{name: "n", z: 1}
	x.in.s, y.in.s = "in", "in"
	x.one[0], y.one[0] = 1.5, 1.5
	try("long", func() bool { return x == y })
	for _, change := range []func(){
		func() { y.name = "m" }, func() { y.n[8]++ }, func() { y.in.y = 3 }, func() { y.in.s = "im" },
		func() { y.in.f = 1 }, func() { y.one[0] = 2 }, func() { y.z = 1i },
	} {
		old := y
		change()
		try("changed", func() bool { return x == y || any(x) == any(y) || map[long]bool{x: true}[y] })
		y = old
	}
	texts := [3]string{"a", "bb", "ccc"}
	other := texts
	try("texts", func() bool { return texts == other })
	other[2] = "ccd"
	try("texts", func() bool { return texts == other })
}
