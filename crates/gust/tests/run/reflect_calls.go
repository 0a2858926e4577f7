// Calls through reflect with arguments and results of all shapes, both ways.
package main

import (
	"fmt"
	"reflect"
	"strings"
)

type Small struct {
	A int8
	B float32
	C string
}

type Large struct {
	A, B, C, D, E int
	F             float64
}

type Pair struct{ X, Y float64 }

type Odd [3]uint16

type Receiver struct{ n int }

func (r Receiver) Mixed(a int, b float64, s string, p Pair) (Pair, string) {
	return Pair{p.X + float64(a), p.Y + b}, fmt.Sprint(s, r.n)
}

func (r *Receiver) Many(a, b, c, d, e, f, g, h int) (int, int, int) {
	r.n++
	return a + b + c, d + e + f, g*100 + h + r.n
}

func (r Receiver) Variadic(sep string, list ...string) string { return strings.Join(list, sep) }

type Word struct{ p *int }

func (w Word) Get() int { return *w.p }

var functions = []any{
	func() {},
	func(a int) int { return a + 1 },
	func(a int8, b uint16, c bool, d float32) (float32, bool) { return float32(a) + float32(b) + d, !c },
	func(s string, b []byte) (string, []byte) { return s + "!", append(b, '?') },
	func(s Small) Small { s.C += "x"; s.B *= 2; s.A--; return s },
	func(l Large) Large { l.A, l.E = l.E, l.A; l.F /= 2; return l },
	func(o Odd) (Odd, error) { o[1] = 7; return o, fmt.Errorf("odd %v", o) },
	func(c complex128, d complex64) (complex64, complex128) { return complex64(c), complex128(d) },
	func(a, b, c, d, e, f, g, h float64, i, j float32) float64 {
		return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*float64(i) + 10*float64(j)
	},
	func(a, b, c, d, e, f, g, h, i int, x float64, l Large, z string) (string, Large, int, float64) {
		l.B = a + b + c + d + e + f + g + h*10 + i*100
		return z + z, l, i, x
	},
	func(a any, e error, f func() int, m map[string]int) (any, error, int) {
		return e, nil, f() + m["k"]
	},
	func(z struct{}, a [1]string, b [0]int, c [1]Pair) ([1]string, struct{}, [1]Pair) {
		return [1]string{a[0] + "1"}, z, [1]Pair{{c[0].Y, c[0].X}}
	},
	func(a ...int) int {
		n := 0
		for _, x := range a {
			n += x
		}
		return n
	},
}

// sample makes a value of a type that depends on the number.
func sample(t reflect.Type, n *int) reflect.Value {
	v := reflect.New(t).Elem()
	*n++
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(*n%2 == 0)
	case reflect.Int, reflect.Int8:
		v.SetInt(int64(*n))
	case reflect.Uint16, reflect.Uint8:
		v.SetUint(uint64(*n))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(*n), -float64(*n)))
	case reflect.String:
		v.SetString(fmt.Sprint("s", *n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, 2, 2))
		for i := range 2 {
			v.Index(i).Set(sample(t.Elem(), n))
		}
	case reflect.Array:
		for i := range t.Len() {
			v.Index(i).Set(sample(t.Elem(), n))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			v.Field(i).Set(sample(t.Field(i).Type, n))
		}
	case reflect.Func:
		v.Set(reflect.ValueOf(func() int { return 40 }))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]int{"k": 2}))
	case reflect.Interface:
		if t.NumMethod() == 0 {
			v.Set(reflect.ValueOf(3.5))
		} else {
			v.Set(reflect.ValueOf(fmt.Errorf("error %d", *n)))
		}
	}
	return v
}

func show(list []reflect.Value) string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprintf("%v", v.Interface()))
	}
	return "(" + strings.Join(out, ", ") + ")"
}

func main() {
	for i, f := range functions {
		v := reflect.ValueOf(f)
		t := v.Type()
		n := i
		var args []reflect.Value
		for k := range t.NumIn() {
			args = append(args, sample(t.In(k), &n))
		}
		call := func(v reflect.Value) string {
			if t.IsVariadic() {
				return show(v.CallSlice(args))
			}
			return show(v.Call(args))
		}
		direct := call(v)
		// A made function that calls the first one, called through reflect and passed on as a value.
		made := reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
			if t.IsVariadic() {
				return v.CallSlice(in)
			}
			return v.Call(in)
		})
		again := call(made)
		fmt.Println(i, t, direct, direct == again)
	}
	// Made functions called by compiled code.
	swap := func(in []reflect.Value) []reflect.Value { return []reflect.Value{in[1], in[0]} }
	var ints func(int, int) (int, int)
	reflect.ValueOf(&ints).Elem().Set(reflect.MakeFunc(reflect.TypeOf(ints), swap))
	fmt.Println(ints(1, 2))
	var larges func(Large, Large) (Large, Large)
	reflect.ValueOf(&larges).Elem().Set(reflect.MakeFunc(reflect.TypeOf(larges), swap))
	fmt.Println(larges(Large{A: 1}, Large{A: 2}))
	var strs func(string, string) (string, string)
	reflect.ValueOf(&strs).Elem().Set(reflect.MakeFunc(reflect.TypeOf(strs), swap))
	fmt.Println(strs("a", "b"))
	var floats func(float32, float32) (float32, float32)
	reflect.ValueOf(&floats).Elem().Set(reflect.MakeFunc(reflect.TypeOf(floats), swap))
	fmt.Println(floats(1.5, 2.5))

	// Methods.
	r := Receiver{5}
	m := reflect.ValueOf(r).MethodByName("Mixed")
	fmt.Println(show(m.Call([]reflect.Value{reflect.ValueOf(3), reflect.ValueOf(0.5), reflect.ValueOf("n"), reflect.ValueOf(Pair{1, 2})})))
	mixed := m.Interface().(func(int, float64, string, Pair) (Pair, string))
	fmt.Println(mixed(4, 1.5, "v", Pair{10, 20}))
	many := reflect.ValueOf(&r).MethodByName("Many").Interface().(func(a, b, c, d, e, f, g, h int) (int, int, int))
	fmt.Println(many(1, 2, 3, 4, 5, 6, 7, 8))
	fmt.Println(many(1, 2, 3, 4, 5, 6, 7, 8))
	fmt.Println(show(reflect.ValueOf(r).MethodByName("Variadic").Call([]reflect.Value{reflect.ValueOf("-"), reflect.ValueOf("a"), reflect.ValueOf("b")})))
	x := 9
	fmt.Println(show(reflect.ValueOf(Word{&x}).Method(0).Call(nil)))
	fmt.Println(reflect.ValueOf(Word{&x}).Method(0).Interface().(func() int)())
	var e error = fmt.Errorf("by interface")
	fmt.Println(show(reflect.ValueOf(&e).Elem().Method(0).Call(nil)))
	fmt.Println(show(reflect.TypeOf(r).Method(0).Func.Call([]reflect.Value{reflect.ValueOf(r), reflect.ValueOf(3), reflect.ValueOf(0.5), reflect.ValueOf("f"), reflect.ValueOf(Pair{})})))

	// Functions of types that only exist at run time.
	ft := reflect.FuncOf([]reflect.Type{reflect.TypeOf(Small{}), reflect.TypeOf(Odd{})}, []reflect.Type{reflect.TypeOf(Odd{}), reflect.TypeOf(Small{})}, false)
	f := reflect.MakeFunc(ft, swap)
	fmt.Println(show(f.Call([]reflect.Value{reflect.ValueOf(Small{1, 2, "three"}), reflect.ValueOf(Odd{4, 5, 6})})))
}
