//go:build go1.21

package main

import "fmt"

// This file's language version has one variable for all iterations of a loop.
func main() {
	var get []func() int
	for i := range [3]int{} {
		get = append(get, func() int { return i })
	}
	for i, v := range [...]int{10, 20, 30} {
		get = append(get, func() int { return i + v })
	}
	for i := 0; i < 3; i++ {
		get = append(get, func() int { return i })
	}
	for _, f := range get {
		fmt.Print(f(), " ")
	}
	fmt.Println()
}
