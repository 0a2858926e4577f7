// What modules take from the runtime by name.
package main

import (
	"fmt"
	"unsafe"
)

type iterator struct {
	key, elem unsafe.Pointer
	rest      [12]uintptr
}

//go:linkname mapiterinit reflect.mapiterinit
func mapiterinit(t, m unsafe.Pointer, it *iterator)

//go:linkname mapiternext runtime.mapiternext
func mapiternext(it *iterator)

func main() {
	var m any = map[string]int{"a": 1, "b": 2, "c": 3}
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(&m))
	var it iterator
	sum := 0
	for mapiterinit(words[0], words[1], &it); it.key != nil; mapiternext(&it) {
		sum += *(*int)(it.elem) * len(*(*string)(it.key))
	}
	fmt.Println(sum)
}
