// Many parts of the language at once.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"unsafe"
)

type Opt func(*cfg)
type cfg struct {
	n    int
	opts map[string]int
}

type Stack[T any] []T

func (s *Stack[T]) Push(v T) { *s = append(*s, v) }
func (s *Stack[T]) Pop() (v T, ok bool) {
	if len(*s) == 0 {
		return
	}
	v = (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return v, true
}

type Cmp[T any] interface{ Less(T) bool }
type I int

func (a I) Less(b I) bool { return a < b }
func Min[T Cmp[T]](a, b T) T {
	if b.Less(a) {
		return b
	}
	return a
}

type Pair[K comparable, V any] struct {
	Key K
	Val V
}

func (p Pair[K, V]) String() string                     { return fmt.Sprintf("<%v:%v>", p.Key, p.Val) }
func MakePair[K comparable, V any](k K, v V) Pair[K, V] { return Pair[K, V]{k, v} }

func Filter[S ~[]E, E any](s S, f func(E) bool) S {
	var r S
	for _, e := range s {
		if f(e) {
			r = append(r, e)
		}
	}
	return r
}

func Keys[M ~map[K]V, K comparable, V any](m M) int { return len(m) }
func PtrTo[T any](v T) *T                           { return &v }
func Zero[T any]() (z T)                            { return }
func IsZero[T comparable](v T) bool                 { return v == Zero[T]() }
func Conv[To, From ~int | ~string | ~[]byte](f From) string {
	return fmt.Sprintf("%T %T", f, *new(To))
}
func Idx[T ~string | ~[]byte](s T, i int) byte { return s[i] }
func Rng[T ~string | ~[]byte](s T) (n int) {
	for range len(s) {
		n++
	}
	return
}
func Arr[T [2]int | [3]int](a T) int { return len(a) + a[1] }
func ChanT[C ~chan E, E any](c C, e E) E {
	c <- e
	return <-c
}
func FnT[F ~func(A) R, A, R any](f F, a A) R { return f(a) }

type MyErr struct{ code int }

func (m MyErr) Error() string   { return "myerr" + strconv.Itoa(m.code) }
func (m MyErr) Is(e error) bool { return e == os.ErrNotExist }

type Celsius float64
type Temp interface{ ~float64 }

func Avg[T Temp](ts ...T) T {
	var s T
	for _, t := range ts {
		s += t
	}
	return s / T(len(ts))
}

type Visitor interface {
	Visit(n int) Visitor
}
type vf func(int) Visitor

func (f vf) Visit(n int) Visitor { return f(n) }

type Matrix [2][3]int
type Bits uint8

const (
	F0 Bits = 1 << iota
	F1
	F2
)

//go:noinline
func conv(f float64) {
	fmt.Println(int8(f), int16(f), int32(f), int64(f), uint8(f), uint16(f), uint32(f), uint64(f), int(float32(f)), uint(float32(f)), uintptr(f))
}

//go:noinline
func ints(i int64, u uint64) {
	fmt.Println(float32(i), float64(i), float32(u), float64(u), int8(i), uint8(i), int32(u), uint16(u), i>>1, u>>1, -i, ^u, i/3, i%3, u/3, u%7, i*i, u*u, i&-i, bits(u))
}
func bits(u uint64) (n int) {
	for ; u != 0; u &= u - 1 {
		n++
	}
	return
}

//go:noinline
func divs(a, b int32) (int32, int32) { return a / b, a % b }

func multiDefer() (s string) {
	for i := 0; i < 3; i++ {
		func() {
			defer func() { s += "i" }()
			if i == 1 {
				return
			}
			s += strconv.Itoa(i)
		}()
	}
	defer func(p *string) { *p += "end" }(&s)
	return s + "|"
}

func closureCapture() []int {
	var out []int
	x := 1
	inc := func() { x++ }
	get := func() int { return x }
	inc()
	out = append(out, get(), x)
	y := x
	func() { y = 10; x = y }()
	out = append(out, x, y)
	{
		x := x * 2
		defer func() { x++ }()
		out = append(out, x)
	}
	fs := map[string]func(){}
	for _, k := range []string{"a", "b"} {
		fs[k] = func() { out = append(out, int(k[0])) }
	}
	fs["b"]()
	fs["a"]()
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	return append(out, fib(15))
}

func swtch(v interface{}) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case error:
		return "error " + x.Error()
	case func() string:
		return x()
	case []interface{}:
		s := ""
		for _, e := range x {
			s += swtch(e) + ","
		}
		return s
	case map[string]interface{}:
		return swtch(x["k"])
	case int, int8:
		return fmt.Sprintf("%T", x)
	case *int:
		return strconv.Itoa(*x)
	case struct{ A int }:
		return strconv.Itoa(x.A)
	case [2]string:
		return x[0] + x[1]
	case chan int:
		return "chan" + strconv.Itoa(cap(x))
	case fmt.Stringer:
		return x.String()
	default:
		return fmt.Sprintf("?%T", x)
	}
}

func loops() (s string) {
	for i := range 3 {
		for j := range "ab" {
			if i == j {
				continue
			}
			s += fmt.Sprint(i, j, " ")
		}
	}
outer:
	for i := 0; ; i++ {
		switch {
		case i == 2:
			continue outer
		case i > 4:
			break outer
		}
		s += strconv.Itoa(i)
	}
	var i8 int8
	for i8 = 125; i8 > 0; i8++ {
		s += "x"
	}
	for i := range int8(3) {
		s += fmt.Sprintf("%T%d", i, i)
	}
	var arr [3]int
	for i := range arr {
		arr[i] = i * i
	}
	for i, arr[0] = range arr {
		s += fmt.Sprint(i)
	}
	var m map[string]int
	for k, v := range m {
		s += k + fmt.Sprint(v)
	}
	c := make(chan int, 3)
	c <- 1
	c <- 2
	close(c)
	for v := range c {
		s += fmt.Sprint("c", v)
	}
	return s + fmt.Sprint(arr)
}

var i int

type Node struct {
	Val         int
	Left, Right *Node
}

func (n *Node) Sum() int {
	if n == nil {
		return 0
	}
	return n.Val + n.Left.Sum() + n.Right.Sum()
}

type embedPtr struct{ *Node }
type A1 struct{ B1 }
type B1 struct{ C1 }
type C1 struct{ v int }

func (c *C1) Inc() int { c.v++; return c.v }
func (c C1) Val() int  { return c.v }

func main() {
	var s Stack[string]
	s.Push("a")
	s.Push("b")
	fmt.Println(s.Pop())
	fmt.Println(Min(I(3), I(2)), MakePair("k", 1.5), Filter([]int{1, 2, 3, 4}, func(i int) bool { return i%2 == 0 }))
	fmt.Println(Keys(map[string]int{"a": 1}), *PtrTo(5), IsZero(""), IsZero(struct{ a int }{1}), Conv[string]([]byte("x")))
	fmt.Println(Idx("abc", 1), Idx([]byte("xyz"), 2), Rng("héy"), Arr([2]int{1, 2}), ChanT(make(chan int, 1), 7), FnT(strings.ToUpper, "up"))
	e := fmt.Errorf("wrap: %w", MyErr{3})
	var me MyErr
	fmt.Println(errors.Is(e, os.ErrNotExist), errors.As(e, &me), me.code, errors.Unwrap(e) == error(MyErr{3}))
	fmt.Println(Avg(Celsius(1), 2.5), F0, F1, F2, F0|F2, F2&^F2)
	for _, f := range []float64{0, -0.5, 1.9, -1.9, 127.5, 128, 255.9, -129, 65536.5, 1 << 31, -(1 << 31), 1 << 32, 9.2e18} {
		conv(f)
	}
	for _, f := range []float64{1 << 63, 1.8e19, 1e300, -1e300, math.NaN(), math.Inf(1), math.Inf(-1)} {
		fmt.Println(int64(f), uint64(f), int(f), uint(float32(f)))
	}
	ints(math.MinInt64, math.MaxUint64)
	ints(-7, 1<<63+1)
	ints(1<<53+1, 1<<53+1)
	fmt.Println(divs(-7, 2))
	fmt.Println(divs(math.MinInt32, -1))
	fmt.Println(multiDefer(), closureCapture())
	x := 5
	for _, v := range []interface{}{nil, MyErr{1}, func() string { return "fn" }, []interface{}{1, int8(2), &x, nil}, map[string]interface{}{"k": [2]string{"p", "q"}}, struct{ A int }{9}, make(chan int, 4), MakePair(1, 2), 1.5, (*MyErr)(nil) == nil, uint8(3)} {
		fmt.Print(swtch(v), " ")
	}
	fmt.Println()
	fmt.Println(loops())
	n := &Node{1, &Node{2, nil, nil}, &Node{3, nil, &Node{Val: 4}}}
	fmt.Println(n.Sum(), embedPtr{n}.Sum(), (&embedPtr{n}).Val)
	var a A1
	inc := a.Inc
	inc()
	a.B1.Inc()
	fmt.Println(a.Inc(), a.Val(), A1.Val(a), (*A1).Inc(&a), a.B1.C1.v)
	mat := Matrix{{1, 2, 3}, {4}}
	m2 := mat
	m2[1][2] = 9
	pm := &mat
	for i, row := range pm {
		for j := range row {
			pm[i][j] *= 2
		}
	}
	fmt.Println(mat, m2, mat == m2, len(mat), len(mat[0]))
	type key struct {
		a string
		b interface{}
	}
	mk := map[key][]int{}
	mk[key{"a", 1}] = append(mk[key{"a", 1}], 1, 2)
	mk[key{"a", 1}][0]++
	mk[key{"a", 1}] = append(mk[key{"a", 1}], mk[key{"a", 1}]...)
	fmt.Println(mk)
	mc := map[string]int{}
	for _, w := range strings.Fields("a b a c a b") {
		mc[w]++
	}
	mc["a"] *= 10
	mc["z"] -= 5
	mc["q"] <<= 3
	ms := map[int]string{}
	ms[1] += "x"
	ms[1] += "y" + ms[1]
	mf := map[string]float64{}
	mf["f"] += 1.5
	mcx := map[bool]complex128{}
	mcx[true] += 1i
	fmt.Println(mc, ms, mf, mcx)
	func() {
		defer func() { fmt.Println(recover(), len(mc)) }()
		zero := 0
		mc["new"] /= zero
	}()
	func() {
		defer func() { fmt.Println(recover(), len(mc)) }()
		neg := -1
		mc["new2"] <<= neg
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		var nm map[string]int
		nm["x"]++
	}()
	func() {
		defer func() { fmt.Println(recover(), len(mc)) }()
		mc["new3"] += func() int { panic("in rhs") }()
	}()
	var cnt atomic.Int64
	cnt.Add(5)
	fmt.Println(cnt.Load(), cnt.CompareAndSwap(5, 6), cnt.Swap(9))
	bs := []byte("hello")
	str := unsafe.String(&bs[0], len(bs))
	fmt.Println(str, *(*int32)(unsafe.Pointer(&[]byte{1, 0, 0, 0}[0])), unsafe.Slice(unsafe.StringData("abc"), 2))
	var opt Opt = func(c *cfg) { c.n = 7 }
	c := cfg{opts: map[string]int{}}
	opt(&c)
	(*&c).opts["a"] = 1
	fmt.Printf("%+v %v\n", c, &c)
	var v Visitor
	depth := 0
	v = vf(func(n int) Visitor {
		depth += n
		if depth > 5 {
			return nil
		}
		return v
	})
	for v := v; v != nil; v = v.Visit(2) {
	}
	fmt.Println(depth)
	fmt.Println(strings.Repeat("ab", 3)+"c"+string(rune(65+i))+strconv.Quote("\x00é\xff"), "a" < "b", "a" < "A", "abc" >= "ab", "" == string([]byte(nil)))
	const big = 1<<62 | 1
	fmt.Println(big%10, uint64(big)*3, float32(0.1)+0.2, 0.1+0.2, float64(float32(0.1)), 1e23, 5e-324, math.MaxFloat32, -1.0/3)
	fmt.Printf("%08b %x %X %o %e %g %8.3f|%-8s|%+d|%q|%U|%c|%t|%p\n", 5, 255, "hi", 8, 12345.678, 1e-7, 3.14159, "ab", 5, 'x', 0x1F600, 0x1F600, true, nil)
	var np *Node
	func() {
		defer func() { fmt.Println(recover()) }()
		np.Val = 1
	}()
	var arr [4]int
	sl := arr[1:3]
	sl = append(sl, 5)
	sl2 := append(sl, 6)
	sl2[0] = 42
	fmt.Println(arr, sl, sl2, len(sl2), cap(sl))
	clear(sl)
	fmt.Println(arr)
	fmt.Println(copy(bs, "HE"), string(bs))
	goto end
end:
	fmt.Println("end")
}
