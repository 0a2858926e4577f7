package main

import "fmt"

type pair struct{ a, b int }

type nested struct {
	first pair
	list  [3]int
}

var (
	number *int
	text   *string
	list   *[]int
	array  *[1 << 10]int
	both   *nested
	empty  *struct{}
	any1   any
)

func try(name string, f func()) {
	defer func() { fmt.Println(name, recover()) }()
	f()
}

// Reads whose values nobody uses, and addresses of what is not there.
func main() {
	try("_ = *number", func() { _ = *number })
	try("_ = *text", func() { _ = *text })
	try("_ = *list", func() { _ = *list })
	try("_ = *array", func() { _ = *array })
	try("_ = *empty", func() { _ = *empty })
	try("_ = both.first", func() { _ = both.first })
	try("_ = both.first.b", func() { _ = both.first.b })
	try("_ = both.list[1]", func() { _ = both.list[1] })
	try("_ = (*list)[0]", func() { _ = (*list)[0] })
	try("&*number", func() { any1 = &*number })
	try("&*list", func() { any1 = &*list })
	try("&both.first", func() { any1 = &both.first })
	try("&both.first.b", func() { any1 = &both.first.b })
	try("&array[0]", func() { any1 = &array[0] })
	m := map[any]int{}
	try("_ = m[key]", func() { _ = m[1] })
	try("_ = m[slice]", func() { _ = m[any([]int{})] })
}
