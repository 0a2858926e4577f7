// Slices in memory that are appended to or cut, in all the ways in which the variable can be named; elements that lie over
// the slice they are appended to; deferred calls that recover nothing.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

type tree []tree

type list struct {
	name  string
	items []int
	ptrs  []*int
	kids  []list
}

type outer struct {
	*list
	in list
}

var global []string

func index(i *int) int { *i++; return *i - 1 }

func replaced(l *list) int {
	l.items = []int{100, 200}
	return 7
}

func main() {
	o := outer{list: &list{}}
	for i := range 20 {
		o.items = append(o.items, i, -i)
		o.in.items = append(o.in.items, o.items...)
		o.ptrs = append(o.ptrs, &o.items[i])
		global = append(global, fmt.Sprint(i))
		if i%5 == 4 {
			runtime.GC()
		}
	}
	fmt.Println(len(o.items), len(o.in.items), o.items[39], o.in.items[419], len(o.ptrs), *o.ptrs[19], global[19])
	o.items = o.items[:3]
	o.in.items = o.in.items[:2:4]
	global = global[:1]
	fmt.Println(o.items, len(o.in.items), cap(o.in.items), global)
	o.list.items = append(o.list.items, replaced(o.list))
	fmt.Println(o.items)
	o.items = o.items[:replaced(o.list)-5]
	fmt.Println(o.items)
	o.name += "abc"
	o.name = o.name[:2]
	fmt.Println(o.name)

	buckets := make([][]int, 3)
	for i := range 9 {
		buckets[i%3] = append(buckets[i%3], i)
	}
	i := 0
	buckets[index(&i)] = append(buckets[index(&i)], 50)
	var array [2][]byte
	array[1] = append(array[1], "bytes"...)
	array[1] = append(array[1], make([]byte, 2)...)
	p := &array
	p[1] = append(p[1], 'x')
	fmt.Println(buckets, i, array)

	// The element appended is written over the slice itself, behind what append gave.
	t := make(tree, 1, 4)
	t[0] = t[:0:1]
	t[0] = append(t[0], tree{nil, nil, nil})
	fmt.Println(len(t[0]), cap(t[0]), &t[0][0] == &t[0])
	ks := make([]list, 2)
	ks[0].name = "zero"
	ks[1].name = "one"
	ks[1].kids = ks[:1:2]
	k := &ks[1]
	k.kids = append(k.kids, list{name: "new"})
	fmt.Println(ks[1].name, len(ks[1].kids), ks[0].name)

	s := &list{items: make([]int, 0, 2)}
	shared := s.items
	s.items = append(s.items, 5)
	fmt.Println(shared[:1], len(shared))
	try(func() { s.items = s.items[:9] })
	var none *list
	try(func() { none.items = append(none.items, 1) })
	try(func() { buckets[7] = append(buckets[7], 1) })
	fmt.Println(s.items, steps(3), steps(-1), seen)
	var mu sync.Mutex
	try(func() { locked(&mu, nil) })
	fmt.Println(mu.TryLock())
	mu.Unlock()
	locked(&mu, new(int))
	fmt.Println(mu.TryLock(), wrapped(), byMethod(), outerRecovers())
}

func try(f func()) {
	defer func() { fmt.Println("recovered:", recover()) }()
	f()
}

var seen []int

// steps has calls deferred that see its variables as they are when it panics or returns.
func steps(n int) (result int) {
	defer func() { seen = append(seen, result) }()
	defer func() {
		result++
		if e := recover(); e != nil {
			result += 100
		}
	}()
	return inner(n)
}

func inner(n int) (result int) {
	count := 0
	defer func() { seen = append(seen, count, result) }()
	defer note(&count)
	count = 1
	if n < 0 {
		var p *int
		count = 2
		result = *p
		count = 3
	}
	count = 4
	return n * 10
}

func note(p *int) { *p += 1000 }

func locked(mu *sync.Mutex, p *int) int {
	mu.Lock()
	defer mu.Unlock()
	return *p
}

type stopper struct{}

func (stopper) stop() { recover() }

type holder struct{ stopper }

func wrapped() string {
	var h holder
	defer h.stop()
	panic("stopped by a promoted method")
}

func byMethod() (s string) {
	var h interface{ stop() } = holder{}
	s = "named"
	defer h.stop()
	panic("stopped through an interface")
}

func outerRecovers() (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	defer func() {
		func() { recover() }()
		stopper{}.stop()
	}()
	panic("not stopped by calls of deferred calls")
}
