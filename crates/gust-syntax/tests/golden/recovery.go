package p

import "a"

func f() {
	x := 
	y := 2
	if x = y {
	}
	if x := y {
	}
	if {
	}
	if x; {
	}
	if x
	{
	}
	for i := 0; i < 10 {
	}
	for i := 0; i < 10; i := 1 {
	}
	for var i = 0; i < 10; i++ {
	}
	switch x {
	foo:
	case 1
	default:
	}
	a b c
	f(1 2)
	g(1,
		2
	)
	var = 3
	x, y
	x, y += 1
	else {
	}
	go (f)()
	defer (f())
	case 5:
}

func g() {
	return
}

func ()

func (a T, b T) m() {}
func () n() {}
func (x, y T) o() {}
func h[]() {}
func (T) i[P any]() {}
func
{
}
func j()
{
}

import "b"

type
type T
type U struct { a int b int }
type V struct {
	(a)
	*(b)
	1
}
type W interface { m[T any](); n[](); o[]; q 5 }
type X [1, 2]int
type Y map[int
type Z chan
var x
var y := 3
const c
const d int
x := 1
func k(a, b int, c) {}
func l(a int, string) {}
func m(...int, b int) {}
func n(a ...) {}
func o() (a ...int) {}
type AA[P any, Q] int
type BB[P, Q] int
type CC[*P] int
type DD[P *T] int
var z = x.(
var aa = x[]
var bb = x[1:2:]
var cc = x[::3]
var dd = x[1 2]
var ee = (T){}
var ff = []int{1, 2
}
var gg = func[T any]() {}
