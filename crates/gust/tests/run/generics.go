// Generic functions and types.
package main

type number interface {
	~int | ~int8 | ~int64 | ~float64 | ~uint8
}

func sum[T number](list ...T) (s T) {
	for _, v := range list {
		s += v
	}
	return
}

func mapTo[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(v T) { s.items = append(s.items, v) }
func (s *stack[T]) pop() (v T, ok bool) {
	if len(s.items) == 0 {
		return v, false
	}
	v = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return v, true
}

type tree[K interface{ ~int | ~string }, V any] struct {
	left, right *tree[K, V]
	key         K
	val         V
}

func (t *tree[K, V]) insert(k K, v V) *tree[K, V] {
	if t == nil {
		return &tree[K, V]{key: k, val: v}
	}
	switch {
	case k < t.key:
		t.left = t.left.insert(k, v)
	case k > t.key:
		t.right = t.right.insert(k, v)
	default:
		t.val = v
	}
	return t
}

func (t *tree[K, V]) all(yield func(K, V) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.key, t.val) && t.right.all(yield)
}

type stringer interface{ String() string }
type id int

func (i id) String() string { return "id" + string(rune('0'+i)) }

func join[T stringer](list []T) (s string) {
	for _, v := range list {
		s += v.String() + ";"
	}
	return
}

type setter[T any] interface {
	*T
	set(int)
}
type cell struct{ n int }

func (c *cell) set(n int) { c.n = n }

func build[T any, P setter[T]](n int) T {
	var t T
	P(&t).set(n)
	return t
}

func local[T any](v T) any {
	type wrap struct{ v T }
	return wrap{v}
}

func kind[T any](v T) string {
	switch any(v).(type) {
	case int:
		return "int"
	case string:
		return "string"
	case []T:
		return "slice of T"
	}
	return "other"
}

type list[T any] struct {
	next *list[T]
	val  T
}

func (l *list[T]) len() int {
	if l == nil {
		return 0
	}
	return 1 + l.next.len()
}

type myInt int

func zero[T any]() T {
	var z T
	return z
}

func equal[T comparable](a, b T) bool { return a == b }

type num[T number] struct{ v T }

func (n num[T]) add(o num[T]) num[T] { return num[T]{n.v + o.v} }

func apply[F ~func(int) int](f F, n int) int { return f(n) }

type op func(int) int

func conv[T, U number](v T) U { return U(v) }

func lenOf[T ~string | ~[]byte](v T) (n int) {
	return n + len(v)
}

func main() {
	println(sum(1, 2, 3), sum(1.5, 2.5), sum[uint8](200, 100), sum[myInt](4, 5))
	for _, s := range mapTo([]int{1, 2, 3}, func(i int) string { return string(rune('a' + i)) }) {
		println(s)
	}
	var s stack[string]
	s.push("x")
	s.push("y")
	println(s.pop())
	println(s.pop())
	println(s.pop())
	var t *tree[string, int]
	for i, k := range []string{"m", "c", "x", "a", "m"} {
		t = t.insert(k, i)
	}
	t.all(func(k string, v int) bool { println(k, v); return k != "m" })
	println(join([]id{1, 2, 3}))
	println(build[cell](9).n)
	a, b := local(1), local("s")
	_, same := a.(interface{ none() })
	println(a == b, a == local(1), same)
	println(kind(1), kind("s"), kind(1.5), kind([]int{}))
	l := &list[int]{&list[int]{nil, 2}, 1}
	println(l.len(), l.next.val)
	println(zero[int](), zero[string]() == "", zero[*int]() == nil, len(zero[[3]int]()))
	println(equal(1, 1), equal("a", "b"), equal[any](1, 1), equal[any](1, "1"))
	println(num[int]{3}.add(num[int]{4}).v)
	f := num[float64].add
	println(f(num[float64]{1}, num[float64]{2}).v)
	println(apply(op(func(i int) int { return i * i }), 7))
	println(conv[float64, int](3.9), conv[int, uint8](300), conv[int8, int64](-5))
	println(lenOf("héllo"), lenOf([]byte("abc")))
	g := sum[int]
	println(g(4, 5, 6))
}
