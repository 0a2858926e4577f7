// Names of types as reflect shows them: local, generic, and local in generic functions.
package main

import "fmt"

type pair[A, B any] struct {
	a A
	b B
}

func show[A, B any]() {
	type plain struct{}
	type inner[C, D any] struct {
		_ C
		_ D
	}
	fmt.Printf("%T %T %T\n", plain{}, inner[int, string]{}, pair[plain, inner[A, plain]]{})
}

func main() {
	type local int
	type box[T any] struct{ _ T }
	show[int, local]()
	show[*local, []box[local]]()
	fmt.Printf("%T %T %T\n", local(0), box[local]{}, pair[map[string]local, func(box[int])]{})
	fmt.Printf("%T\n", struct {
		pair[int, error]
		_ box[pair[local, int]]
	}{})
	var receives <-chan (<-chan int)
	var sends chan<- (<-chan int)
	var both chan (<-chan int)
	var other chan (chan<- int)
	fmt.Printf("%T, %T, %T, %T\n", receives, sends, both, other)
}
