// Texts of failed bounds checks: unsigned indices beyond the signed range are no negative numbers.
package main

import "fmt"

func try(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func check[I int8 | int64 | uint8 | uint32 | uint | uint64 | uintptr](is ...I) {
	s, a, t := []int{1, 2, 3}, [3]int{1, 2, 3}, "abc"
	for _, i := range is {
		try(func() { _ = s[i] })
		try(func() { _ = a[i] })
		try(func() { _ = t[i] })
		try(func() { _ = s[i:] })
		try(func() { _ = s[:i] })
		try(func() { _ = t[i:] })
		try(func() { _ = t[:i] })
		try(func() { _ = a[:i] })
		try(func() { _ = s[i:2:3] })
		try(func() { _ = s[1:i:3] })
		try(func() { _ = s[0:1:i] })
		try(func() { s[i], a[0] = 1, 2 })
	}
}

func main() {
	check[int8](-1, 100)
	check[int64](-1<<63, 5)
	check[uint8](255)
	check[uint32](1<<32 - 1)
	check[uint](1<<63, 7)
	check[uint64](1<<64 - 1)
	check[uintptr](1 << 63)
}
