// Map literals in which keys turn out to be equal: entries of constants are stored before the others.
package main

import "fmt"

type key struct {
	a int
	b string
}

type holder struct {
	n int
	v any
}

func main() {
	zero, name := 0, "x"
	fmt.Println(map[int]string{zero: "variable", 0: "constant"})
	fmt.Println(map[[2]int]int{{zero, zero}: 1, {zero, 5}: 2, {}: 3})
	fmt.Println(map[key]int{{zero, name}: 1, {0, "x"}: 2, {1, name}: 3})
	fmt.Println(map[string]int{name: 1, "x": 2, name + "": 3, "y": zero})
	mixed := map[any]any{zero: 1, 0: 2, any(name): 3, "x": nil}
	fmt.Println(len(mixed), mixed[0], mixed["x"])
	fmt.Println(map[int]holder{zero: {1, nil}, 0: {v: nil}}, map[int]holder{zero: {v: nil}, 0: {1, 2}})
	fmt.Println(map[holder]int{{1, zero}: 1, {1, 0}: 2, {n: 1}: 3, {zero + 1, nil}: 4})
	fmt.Println(map[int]func() int{zero: func() int { return 1 }, 0: nil}[0] == nil)
	fmt.Println(map[int][]int{zero: nil, 0: {1}})
	fmt.Println(map[int]*int{zero: nil, 0: new(int)}[0] == nil)
	fmt.Println(map[int]int{0: zero + 1, zero: 2})
}
