// Interfaces, embedding, type switches, comparisons.
package main

type shape interface {
	area() int
	name() string
}
type named interface{ name() string }

type square struct{ side int }

func (s square) area() int    { return s.side * s.side }
func (s square) name() string { return "square" }

type rect struct{ w, h, pad1, pad2, pad3 int }

func (r *rect) area() int    { return r.w * r.h }
func (r *rect) name() string { return "rect" }

type boxed struct {
	shape
	label string
}

type deepBox struct {
	*boxed
	n int
}

type word uint8

func (w word) name() string { return "word" }
func (w word) area() int    { return int(w) }

type fn func() int

func (f fn) name() string { return "fn" }
func (f fn) area() int    { return f() }

type m map[string]int

func (x m) name() string { return "m" }
func (x m) area() int    { return len(x) }

func describe(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case int, int64:
		_ = x
		return "integer"
	case string:
		return "string " + x
	case error:
		return "error " + x.Error()
	case shape:
		return "shape " + x.name()
	case []int:
		return "slice"
	case func():
		return "func"
	case *int:
		return "pointer"
	case struct{ a int }:
		return "struct"
	case [2]string:
		return x[0] + x[1]
	}
	return "unknown"
}

type myErr struct{ code int }

func (e myErr) Error() string { return "code" }

type stringer interface{ String() string }

func assertions() {
	var s shape = square{3}
	n := s.(named)
	println(n.name())
	_, ok := s.(stringer)
	println(ok)
	sq, ok := s.(square)
	println(sq.side, ok)
	_, ok = s.(*rect)
	println(ok)
	r, ok := any(&rect{w: 2, h: 3}).(shape)
	println(r.area(), ok)
	b, ok := any([3]int{1, 2, 3}).([3]int)
	println(b[2], ok)
	b, ok = any(1).([3]int)
	println(b[2], ok)
}

func comparisons() {
	var a, b any = 1, 1
	println(a == b, a == 1, a != 2, 1 == a)
	a = "x"
	println(a == b, a == "x")
	a, b = nil, nil
	println(a == b, a == nil)
	a = square{2}
	println(a == square{2}, a == any(square{3}))
	var s shape = square{2}
	println(s == square{2}, a == s, any(s) == a)
	var p *int
	a = p
	println(a == nil, a == p, a == (*int)(nil))
	a = [2]string{"a", "b"}
	println(a == [2]string{"a", "b"})
	a, b = 1.5, float32(1.5)
	println(a == b)
	var e error = myErr{1}
	println(e == myErr{1}, e == myErr{2})
	func() {
		defer func() { println("caught", recover() != nil) }()
		a, b = []int{1}, []int{1}
		println(a == b)
	}()
	key := map[any]string{1: "int", "s": "string", square{1}: "square", 2.5: "float"}
	println(key[1], key["s"], key[square{1}], key[2.5], key[int8(1)] == "")
}

func main() {
	shapes := []shape{square{2}, &rect{w: 3, h: 4}, word(7), fn(func() int { return 8 }), m{"a": 1}}
	for _, s := range shapes {
		println(s.name(), s.area())
	}
	b := boxed{square{5}, "b"}
	println(b.area(), b.name())
	d := deepBox{&b, 1}
	println(d.area(), d.name(), d.label)
	var s shape = d
	println(s.area())
	s = &d
	println(s.name())
	x := 1
	for _, v := range []any{nil, 1, int64(2), "s", myErr{3}, square{1}, []int{}, func() {}, &x, struct{ a int }{1}, [2]string{"p", "q"}, 1.5} {
		println(describe(v))
	}
	assertions()
	comparisons()
	f := s.area
	println(f())
	g := shape.name
	println(g(square{1}))
	var np *rect
	s = np
	println(s == nil, s.name())
	func() {
		defer func() { println("nil method", recover() != nil) }()
		var n shape
		n.area()
	}()
	func() {
		defer func() { println("value method", recover() != nil) }()
		var p *square
		s = p
		s.area()
	}()
}
