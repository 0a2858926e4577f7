// Interfaces, generics and closures: areas of mixed shapes.
package main

import (
	"cmp"
	"fmt"
	"slices"
)

type shape interface{ area() int }

type (
	square   struct{ side int }
	oblong   struct{ width, height int }
	triangle struct{ base, height int }
)

func (s square) area() int   { return s.side * s.side }
func (o *oblong) area() int  { return o.width * o.height }
func (t triangle) area() int { return t.base * t.height / 2 }

func fold[T, A any](list []T, start A, f func(A, T) A) A {
	for _, v := range list {
		start = f(start, v)
	}
	return start
}

func largest[T any, K cmp.Ordered](list []T, key func(T) K) T {
	return slices.MaxFunc(list, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}

func main() {
	var shapes []shape
	for i := range 1000 {
		switch i % 3 {
		case 0:
			shapes = append(shapes, square{i})
		case 1:
			shapes = append(shapes, &oblong{i, i + 3})
		default:
			shapes = append(shapes, triangle{i, 2 * i})
		}
	}
	total, wide := 0, 0
	for round := range 100_000 {
		total += fold(shapes, round, func(sum int, s shape) int { return sum + s.area() })
		switch s := shapes[round%1000].(type) {
		case square:
			wide += s.side
		case *oblong:
			wide += s.width
		}
	}
	for range 200 {
		wide += largest(shapes, shape.area).area()
	}
	slices.SortFunc(shapes, func(a, b shape) int { return cmp.Compare(b.area(), a.area()) })
	fmt.Println(total, wide, shapes[0].area())
}
