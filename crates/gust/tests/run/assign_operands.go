package main

import (
	"fmt"
	"reflect"
	"unsafe"
)

type number int

func (number) show() {}

type shower interface{ show() }
type other interface{ show() }

type box[T any] interface{ show() }

func boxed[T any](x other) box[T] { return x }

type inner struct{ n int }

func (i *inner) isNil() bool { return i == nil }

type outer struct{ inner }

type blanks struct{ a, _, c int }

var global = blanks{1, 2, 3}

type wide struct{ a, b, c, d, e int }

func caught(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

func pair() (*byte, int) { return &[]byte("xyz")[0], 2 }

func indexEmpty(i int) {
	empty := [0]wide{}
	empty[i].a++
}

func main() {
	// Operands first, checks when it is a variable's turn.
	m := map[int]int{}
	s := []int{}
	caught("slice", func() { m[1], s[0] = 1, 2 })
	var p *inner
	caught("pointer", func() { m[2], p.n = 2, 2 })
	var arr [2]wide
	k := 5
	caught("array", func() { m[3], arr[k].b = 3, 2 })
	var ap *[4]int
	caught("array pointer", func() { m[4], ap[1] = 4, 2 })
	fmt.Println(m)
	i, x := 0, [3]wide{}
	i, x[i].c = 2, 7
	fmt.Println(i, x)
	q := &inner{1}
	old := q
	q, q.n = nil, 9
	fmt.Println(old.n, q == nil)

	// Iteration variables are assigned in the same way.
	list := []int{10, 20}
	i = 1
	for i, list[i] = range []int{99} {
		break
	}
	fmt.Println(i, list)
	runes := []rune{'a', 'b'}
	i = 1
	for i, runes[i] = range "c" {
		break
	}
	fmt.Println(i, string(runes))
	i = 1
	for i, list[i] = range map[int]int{0: 5} {
		break
	}
	fmt.Println(i, list)

	// Interface types with the same methods.
	a := shower(number(3))
	b := other(a)
	var e any = number(3)
	fmt.Println(a == b, shower(b) == a, e.(other) == b, e.(shower) == b, b == number(3))
	fmt.Println(boxed[int](number(7)) == number(7), boxed[int](b) == box[int](b))

	// A switch without tag and cases that are interfaces.
	switch v := any(true); {
	case v:
		fmt.Println("true")
	default:
		fmt.Println("default")
	}
	switch v := any(1.5); v {
	case 1, "x":
		fmt.Println("wrong")
	case 1.5:
		fmt.Println("1.5")
	}

	// Fields without a name stay zero.
	local := blanks{i, i + 4, 3}
	fmt.Println(reflect.ValueOf(global).Field(1).Int(), reflect.ValueOf(local).Field(1).Int())
	fmt.Println(reflect.TypeOf(unsafe.Pointer(nil)).PkgPath())

	// The address of the first field of nothing.
	var o *outer
	caught("method", func() { fmt.Println(o.isNil()) })
	caught("field", func() { fmt.Println(&o.inner == nil) })

	caught("empty", func() { indexEmpty(i) })
	fmt.Println(string(unsafe.Slice(pair())), *(*byte)(unsafe.Add(unsafe.Pointer(&list[0]), 0)))
	last := (*byte)(unsafe.Pointer(^uintptr(0)))
	n := 2
	caught("end", func() { _ = unsafe.Slice(last, n) })
}
