package test

type Iter[T any] interface{ Next() (T, bool) }
type Both[T any] interface {
	Iter[T]
	Close() error
}
type ints struct{}

func (ints) Next() (n int, ok bool) { return }

type strs struct{ ints }

func (*strs) Next() (n string, ok bool) { return }

func drain[T any](it Iter[T]) (r []T)                   { return }
func merge[T any](a, b T)                               {}
func source[T any, I Iter[T]](i I) (t T)                { return }
func visit[T any](f func(interface{ Visit(T) }))        {}
func anon[T any](x interface{ M() T })                  {}
func twice[T any](x, y interface{ Next() (T, bool) }) T { panic(0) }

func _(i ints, s strs, b Both[bool], e error, x any) {
	var _ bool = drain(i) // ERROR "cannot use drain(i) (value of type []int) as bool value in variable declaration"
	var _ bool = drain(&s) // ERROR "cannot use drain(&s) (value of type []string) as bool value in variable declaration"
	drain(s) // ERROR "in call to drain, type strs of s does not match Iter[T] (cannot infer T)"
	var _ int = drain(b) // ERROR "cannot use drain(b) (value of type []bool) as int value in variable declaration"
	drain(e) // ERROR "in call to drain, type error of e does not match Iter[T] (cannot infer T)"
	drain(x) // ERROR "in call to drain, cannot infer T (declared at :16:12)"
	merge(i, s) // ERROR "in call to merge, type strs of s does not match inferred type ints for T"
	merge(e, x) // ERROR "in call to merge, type any of x does not match inferred type error for T"
	merge(x, e) // ERROR "in call to merge, type error of e does not match inferred type any for T"
	merge[any](e, x)
	var _ string = source(i) // ERROR "cannot use source(i) (value of type int) as string value in variable declaration"
	source(e) // ERROR "in call to source, I (type error) does not satisfy Iter[T] (missing method Next)"
	twice(i, i)
	twice(i, &s) // ERROR "in call to twice, type *strs of &s does not match inferred type interface{Next() (int, bool)} for interface{Next() (T, bool)}"
	visit(func(interface{ Visit(int) }) {})
	visit(func(interface{ Visit(int, int) }) {}) // ERROR "in call to visit, type func(interface{Visit(int, int)}) of func(interface{Visit(int, int)}) {} does not match func(interface{Visit(T)}) (cannot infer T)"
	anon(e) // ERROR "in call to anon, type error of e does not match interface{M() T} (cannot infer T)"
}
