// Methods that are reached through interfaces, assertions and constant names only: what else types have is left out.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"sort"
	"strings"
)

// Found by a constant name.
type named struct{ n int }

func (v named) Wanted(by int) int { return v.n + by }
func (v *named) Changed() string  { v.n++; return fmt.Sprint("changed to ", v.n) }

// Promoted through embedded structs, pointers and interfaces.
type inner struct{ depth int }

func (i inner) Depth() int   { return i.depth }
func (i *inner) Deepen() int { i.depth++; return i.depth }

type middle struct{ *inner }

type outer struct {
	middle
	fmt.Stringer
}

type shout string

func (s shout) String() string { return string(s) + "!" }

// Generic types have methods of their own for each instance.
type pair[K comparable, V any] struct {
	key   K
	value V
}

func (p pair[K, V]) Key() K         { return p.key }
func (p *pair[K, V]) Set(v V)       { p.value = v }
func (p pair[K, V]) String() string { return fmt.Sprintf("%v=>%v", p.key, p.value) }

// Interfaces that values are asserted to at run time only.
type (
	closer interface{ Close() error }
	sizer  interface{ Size() int }
	secret interface{ hidden() string }
	two    interface {
		closer
		sizer
	}
	file   struct{ name string }
	weight float64
	keeper struct{ weight }
)

func (f *file) Close() error    { fmt.Println("closing", f.name); return nil }
func (f *file) Size() int       { return len(f.name) }
func (w weight) Size() int      { return int(w) }
func (k keeper) hidden() string { return fmt.Sprint("hidden ", k.weight) }

func dynamic(v any) {
	if c, ok := v.(closer); ok {
		fmt.Println("closer:", c.Close())
	}
	switch v := v.(type) {
	case two:
		fmt.Println("two", v.Size())
	case secret:
		fmt.Println(v.hidden())
	case sizer:
		fmt.Println("sizer", v.Size())
	default:
		fmt.Printf("%T is neither\n", v)
	}
}

// Types by name, as programs with plugins keep them.
var registry = map[string]reflect.Type{
	"file":   reflect.TypeOf((*file)(nil)),
	"weight": reflect.TypeFor[weight](),
	"late":   reflect.TypeOf(late{}),
}

// Values of it are only made by reflection.
type late struct{ N int }

func (l *late) Run() string { return fmt.Sprint("late ", l.N) }
func (l late) Less() bool   { return false }

type runner interface{ Run() string }

// Known by functions and fields of it only.
type cell struct{ row, col int }

func (c cell) Row() int { return c.row }

type table struct{ Cells map[string][]cell }

// Ordered by package sort, compared by package errors, encoded by package json.
type byLength []string

func (b byLength) Len() int           { return len(b) }
func (b byLength) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLength) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

type failure struct{ code int }

func (f failure) Error() string        { return fmt.Sprint("failure ", f.code) }
func (f failure) Is(target error) bool { return target == io.EOF }

type level int

func (l level) MarshalText() ([]byte, error) { return []byte(strings.Repeat("*", int(l))), nil }
func (l *level) UnmarshalText(b []byte) error {
	*l = level(len(b))
	return nil
}

func main() {
	byName(&named{40})
	promoted()
	generics()
	for _, v := range []any{&file{"log"}, weight(7), keeper{3}, "text", nil} {
		dynamic(v)
	}
	registered()
	reachable()
	values()
	library()
}

func byName(v any) {
	r := reflect.ValueOf(v)
	fmt.Println(r.MethodByName("Wanted").Call([]reflect.Value{reflect.ValueOf(2)})[0])
	if m, ok := reflect.TypeOf(v).MethodByName("Changed"); ok {
		fmt.Println(m.Func.Call([]reflect.Value{r})[0], m.Type)
	}
}

func promoted() {
	o := outer{middle{&inner{1}}, shout("hey")}
	fmt.Println(reflect.ValueOf(o).MethodByName("Deepen").Call(nil)[0], reflect.TypeOf(o).NumMethod())
	fmt.Println(any(o).(fmt.Stringer).String(), any(&o).(interface{ Depth() int }).Depth())
	anonymous := any(struct{ shout }{"anonymous"})
	fmt.Println(anonymous.(fmt.Stringer).String())
	made := reflect.New(reflect.TypeOf(anonymous))
	made.Elem().Set(reflect.ValueOf(anonymous))
	fmt.Println(made.Interface().(fmt.Stringer))
}

func generics() {
	p := &pair[string, []int]{"k", nil}
	r := reflect.ValueOf(p)
	r.MethodByName("Set").Call([]reflect.Value{reflect.ValueOf([]int{1, 2})})
	fmt.Println(p, r.MethodByName("Key").Call(nil)[0])
	var s fmt.Stringer = pair[int8, bool]{1, true}
	fmt.Println(s, reflect.TypeOf(s).NumMethod())
}

func registered() {
	names := make([]string, 0, len(registry))
	for name := range registry {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t := registry[name]
		fmt.Println(name, t, t.NumMethod(), t.Implements(reflect.TypeFor[sizer]()), t.Implements(reflect.TypeFor[runner]()))
	}
	v := reflect.New(registry["late"])
	v.Elem().Field(0).SetInt(12)
	fmt.Println(v.Interface().(runner).Run())
	fmt.Println(reflect.Zero(registry["weight"]).Interface().(sizer).Size())
}

func reachable() {
	v := reflect.ValueOf(table{map[string][]cell{"a": {{3, 4}}}})
	elem := v.Field(0).MapIndex(reflect.ValueOf("a")).Index(0)
	fmt.Println(elem.Interface().(interface{ Row() int }).Row())
	f := reflect.TypeOf(func(cell) *file { return nil })
	made := reflect.New(f.Out(0).Elem())
	fmt.Println(f.In(0).NumMethod(), made.Interface().(closer).Close())
}

func values() {
	n := named{1}
	wanted, changed := n.Wanted, (*named).Changed
	var c closer = &file{"value"}
	closing, size := c.Close, sizer.Size
	fmt.Println(wanted(1), changed(&n), closing(), size(weight(9)))
	defer c.Close()
	done := make(chan error)
	go func(f func() error) { done <- f() }(c.Close)
	fmt.Println(<-done)
}

func library() {
	words := byLength{"ccc", "a", "bb"}
	sort.Sort(sort.Reverse(words))
	fmt.Println(words)
	wrapped := fmt.Errorf("wrapped: %w", failure{3})
	var f failure
	fmt.Println(wrapped, errors.Is(wrapped, io.EOF), errors.As(wrapped, &f), f.code)
	text, err := json.Marshal(map[level][]level{2: {1, 3}})
	fmt.Println(string(text), err)
	var back struct{ A level }
	fmt.Println(json.Unmarshal([]byte(`{"A":"****"}`), &back), int(back.A))
	fmt.Fprintf(os.Stdout, "%v %v %d\n", shout("s"), weight(1), level(2))
}
