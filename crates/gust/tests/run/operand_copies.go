// When operands are read that become interface values, keys of maps or sides of comparisons, beside calls that change them.
package main

import "fmt"

type pair struct{ a, b int }

type small struct{ n int8 }

type named bool

func (p pair) get() int { return p.a }

type getter interface{ get() int }

type state struct {
	flag  bool
	b     int8
	w     int16
	n     int
	f     float64
	c     complex128
	s     string
	list  []int
	p     *pair
	pair  pair
	small small
	flags map[int]bool
	pairs map[int]pair
	held  any
}

var (
	first  = &pair{1, 1}
	second = &pair{2, 2}
)

func fresh() *state {
	return &state{true, 1, 1, 1, 1, 1, "abc", []int{1, 1}, first, *first, small{1}, map[int]bool{1: true},
		map[int]pair{1: *first}, first}
}

//go:noinline
func (h *state) change() int {
	h.flags[1] = false
	h.pairs[1] = *second
	*h = state{false, 2, 2, 2, 2, 2, "xyz", []int{2, 2}, second, *second, small{2}, h.flags, h.pairs, second}
	return 7
}

//go:noinline
func variadic(list ...any) any { return list[0] }

//go:noinline
func fixed(x any, n int) any { return x }

//go:noinline
func typed[T any](x T, n int) T { return x }

//go:noinline
func method(x getter, n int) int { return x.get() }

func (h *state) results() (any, any) { return h.n == 1, h.change() }

func (h *state) named() (x any, n int) { return -h.c, h.change() }

func (h *state) plain() (bool, int) { return h.n == 1, h.change() }

func show(what string, values ...any) { fmt.Println(append([]any{what + ":"}, values...)...) }

// Values without memory of their own, handed over by address, are copied when their turn comes.
func boxedValues() {
	h := fresh()
	show("comparison", variadic(h.n == 1, h.change()))
	h = fresh()
	show("fixed parameter", fixed(h.n == 1, h.change()))
	h = fresh()
	show("no interface", typed(h.n == 1, h.change()))
	h = fresh()
	show("not", variadic(!h.flag, h.change()))
	h = fresh()
	show("byte sum", variadic(h.b+1, h.change()))
	h = fresh()
	show("word sum", variadic(h.w+1, h.change()))
	h = fresh()
	show("int sum", variadic(h.n+1, h.change()))
	h = fresh()
	show("float", variadic(h.f*2, h.change()))
	h = fresh()
	show("complex", variadic(-h.c, h.change()))
	h = fresh()
	show("string", variadic(h.s+"!", h.change()))
	h = fresh()
	show("byte of string", variadic(h.s[0], h.change()))
	h = fresh()
	show("conversion", variadic(named(h.flag), h.change()))
	h = fresh()
	show("explicit", typed(any(h.n == 1), h.change()))
	h = fresh()
	show("map element", variadic(h.flags[1], h.change()))
	h = fresh()
	show("map struct", variadic(h.pairs[1], h.change()))
	h = fresh()
	show("struct", variadic(pair{h.n, 0}, h.change()))
	h = fresh()
	show("one int in a struct", variadic(struct{ n int }{h.n}, h.change()))
	h = fresh()
	show("one byte in a struct", variadic(small{h.b}, h.change()))
	h = fresh()
	show("array", variadic([2]int{h.n}, h.change()))
	h = fresh()
	show("array of one", variadic([1]int{h.n}, h.change()))
	h = fresh()
	show("array of a slice", variadic([2]int(h.list), h.change()))
	h = fresh()
	show("slice literal", variadic([]int{h.n}, h.change()))
	h = fresh()
	show("asserted pointer", variadic(h.held.(*pair), h.change()).(*pair).a)
	h = fresh()
	show("method value", variadic(h.pair.get, h.change()).(func() int)())
	h = fresh()
	show("method value, no interface", typed(h.pair.get, h.change())())
	h = fresh()
	show("methods", method(pair{h.n, 0}, h.change()))
}

// What denotes memory is read after the last call.
func boxedVariables() {
	h := fresh()
	show("field", variadic(h.flag, h.change()))
	h = fresh()
	show("struct field", variadic(h.pair, h.change()))
	h = fresh()
	show("pointer field", variadic(h.p, h.change()).(*pair).a)
	h = fresh()
	show("element", variadic(h.list[0], h.change()))
	h = fresh()
	show("pointer", variadic(*h.p, h.change()))
	local := true
	turn := func() int {
		defer func() {}()
		local = false
		return 1
	}
	show("local", variadic(local, turn()))
	local = true
	show("local, not", variadic(!local, turn()))
}

func contexts() {
	h := fresh()
	list := []any{h.n == 1, h.change()}
	show("slice", list...)
	h = fresh()
	array := [...]any{h.n == 1, h.change()}
	show("array", array[:]...)
	h = fresh()
	show("struct", struct{ a, b any }{h.n == 1, h.change()})
	h = fresh()
	show("keyed struct", struct{ a, b any }{b: h.n == 1, a: h.change()})
	h = fresh()
	show("nested", struct {
		a [1]any
		b int
	}{[1]any{h.n == 1}, h.change()})
	h = fresh()
	show("append", append([]any(nil), h.n == 1, h.change())...)
	h = fresh()
	var a, b any = h.n == 1, h.change()
	show("var", a, b)
	h = fresh()
	a, b = h.n == 1, h.change()
	show("assignment", a, b)
	h = fresh()
	c, d := h.n == 1, h.change()
	show("definition", c, d)
	a, b = fresh().results()
	show("results", a, b)
	a, b = fresh().named()
	show("named results", a, b)
	c, d = fresh().plain()
	show("plain results", c, d)
	h = fresh()
	func() {
		defer show("deferred", h.n == 1, h.change())
	}()
	h = fresh()
	sent := make(chan any, 1)
	func(int) chan any { return sent }(h.change()) <- h.n == 1
	show("sent", <-sent)
	h = fresh()
	a = true
	show("mixed", typed(a == (h.n == 1), h.change()), typed((h.n == 1) == a, h.change()))
	h = fresh()
	show("mixed with a call", (h.n == 1) == func(int) any { return true }(h.change()))
}

func keys() {
	h := fresh()
	flags := map[bool]int{h.n == 1: h.change()}
	show("flags", flags)
	h = fresh()
	flags[h.flag] = h.change()
	show("flags by variable", flags)
	h = fresh()
	flags[h.n == 1] += h.change()
	show("flags added to", flags)
	h = fresh()
	bytes := map[int8]int{}
	bytes[h.b+1] = h.change()
	show("bytes", bytes)
	h = fresh()
	ints := map[int]int{}
	ints[h.n+1] = h.change()
	show("ints", ints)
	h = fresh()
	big := map[int][200]byte{}
	big[h.n+1] = [200]byte{byte(h.change())}
	show("ints of large elements", len(big[2]), len(big), big[2][0], big[3][0])
	h = fresh()
	texts := map[string]int{}
	texts[h.s+"!"] = h.change()
	show("strings", texts)
	h = fresh()
	wrapped := map[struct{ s string }]int{}
	wrapped[struct{ s string }{h.s}] = h.change()
	show("wrapped strings", wrapped)
	h = fresh()
	words := map[[2]int32]int{}
	words[[2]int32{int32(h.n)}] = h.change()
	show("pairs of words", words)
	word := struct{ n int }{1}
	values := map[struct{ n int }]int{}
	values[word] = func() int { word.n = 2; return 7 }()
	show("variable of one word", values)
	h = fresh()
	pairs := map[pair]int{}
	pairs[h.pair] = h.change()
	show("pairs by variable", pairs)
	h = fresh()
	pairs[pair{h.n, 5}], pairs[pair{h.n, 6}] = h.change(), 8
	show("pairs", pairs)
	h = fresh()
	anys := map[any]int{}
	anys[h.n] = h.change()
	show("interfaces", anys)
	h = fresh()
	anys[h.s] = h.change()
	show("interfaces of strings", anys[any("abc")], anys[any("xyz")])
	h = fresh()
	anys[h.held] = h.change()
	show("interface by variable", anys[first], anys[second])
	h = fresh()
	anys = map[any]int{1: 3}
	show("read", anys[h.n]+h.change(), variadic(flags[h.n == 1], h.change()))
	h = fresh()
	got, ok := anys[typed(h.n, h.change())]
	show("read with ok", got, ok)
	h = fresh()
	delete(func(int) map[any]int { return anys }(h.change()), h.n)
	show("deleted", anys)
}

//go:noinline
func text(s string) []byte { fmt.Print(s, " "); return []byte(s) }

//go:noinline
func number(n int) int { fmt.Print(n, " "); return n }

// A key of bytes is evaluated once.
func keysOfBytes() {
	m := map[string]int{}
	m[string(text("a"))] = number(1)
	m[string(text("a"))] += number(2)
	m[string(text("b"))], _ = number(3), number(4)
	m[string(text("b"))]++
	fmt.Println(m)
}

func comparisons() {
	h := fresh()
	show("structs", typed(h.pair == pair{h.n, 1}, h.change()))
	h = fresh()
	show("with a map's element", typed(h.pair == h.pairs[1], h.change()))
	h = fresh()
	show("with a call", pair{h.n, 1} == func(int) pair { return *first }(h.change()))
	h = fresh()
	show("arrays", typed([2]int{h.n, 1} == [2]int{1, 1}, h.change()))
	h = fresh()
	show("variables", typed(h.pair == *first, h.change()))
}

func main() {
	boxedValues()
	boxedVariables()
	contexts()
	keys()
	keysOfBytes()
	comparisons()
}
