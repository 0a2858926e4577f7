// Results of three words and of integers and floats mixed: called directly, through reflection, after growth of the stack.
package main

import (
	"errors"
	"fmt"
	"reflect"
)

type point struct {
	x int32
	y float32
	z int8
}

type reader struct{ data []byte }

func (r *reader) Read(b []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, errors.New("empty")
	}
	n := copy(b, r.data)
	r.data = r.data[n:]
	return n, nil
}

func (r reader) rest(from int) []byte { return r.data[from:] }

func mixed(a int, f float64) (float64, int, float32, *int, bool) {
	return f * 2, a + 1, float32(f), &a, a > 3
}

func many(a int) (int, int, int, int) { return a, a + 1, a + 2, a + 3 }

func where(p point) (point, error) { p.x++; return p, nil }

// deep needs a stack of many segments; each gives its results back across two of them.
func deep(n int) ([]int, float64) {
	var room [40]int
	room[n%40] = n
	if n == 0 {
		return []int{1, 2, 3}, 0.5
	}
	s, f := deep(n - 1)
	s[0] += room[n%40]
	return s[:3:3], f + 0.25
}

func recovered(p *int) (n int, err error) {
	defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
	n = 7
	n = *p
	return n, nil
}

func main() {
	r := &reader{[]byte("some bytes")}
	b := make([]byte, 6)
	for range 3 {
		n, err := r.Read(b)
		fmt.Println(n, string(b[:n]), err)
	}
	f, i, g, p, ok := mixed(4, 1.25)
	fmt.Println(f, i, g, *p, ok)
	fmt.Println(many(3))
	fmt.Println(where(point{1, 2.5, -3}))
	fmt.Println(deep(20000))
	done := make(chan bool)
	go func() {
		fmt.Println(deep(3000))
		done <- true
	}()
	<-done
	fmt.Println(recovered(nil))

	out := reflect.ValueOf(mixed).Call([]reflect.Value{reflect.ValueOf(1), reflect.ValueOf(0.75)})
	fmt.Println(out[0], out[1], out[2], out[3].Elem(), out[4])
	out = reflect.ValueOf(where).Call([]reflect.Value{reflect.ValueOf(point{5, 6.5, 7})})
	fmt.Println(out[0], out[1].IsNil())
	out = reflect.ValueOf(&reader{[]byte("xyz")}).MethodByName("Read").Call([]reflect.Value{reflect.ValueOf(b)})
	fmt.Println(out[0], out[1].IsNil())
	out = reflect.ValueOf(many).Call([]reflect.Value{reflect.ValueOf(10)})
	fmt.Println(out[0], out[1], out[2], out[3])

	three := func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{args[0], reflect.ValueOf(errors.New("made")).Convert(reflect.TypeFor[error]())}
	}
	made := reflect.MakeFunc(reflect.TypeFor[func(int) (int, error)](), three).Interface().(func(int) (int, error))
	fmt.Println(made(12))
	same := reflect.MakeFunc(reflect.TypeFor[func([]string) []string](), func(args []reflect.Value) []reflect.Value {
		return args
	}).Interface().(func([]string) []string)
	fmt.Println(same([]string{"a", "b"}), cap(same(make([]string, 1, 9))))
	floats := reflect.MakeFunc(reflect.TypeOf(mixed), func(args []reflect.Value) []reflect.Value {
		n := 8
		return []reflect.Value{args[1], args[0], reflect.ValueOf(float32(0.5)), reflect.ValueOf(&n), reflect.ValueOf(true)}
	}).Interface().(func(int, float64) (float64, int, float32, *int, bool))
	f, i, g, p, ok = floats(3, 4.5)
	fmt.Println(f, i, g, *p, ok)
	read := reflect.ValueOf(&reader{[]byte("method")}).Method(0).Interface().(func([]byte) (int, error))
	n, err := read(b)
	fmt.Println(n, err, string(b))
	fmt.Println(string(reader{[]byte("rest")}.rest(1)))
}
