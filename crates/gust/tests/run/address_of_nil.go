// Addresses of parts of what a nil pointer leads to: taking them fails, however far from nil they are.
package main

import "fmt"

type big struct {
	first int
	pad   [128 << 20]byte
	last  []byte
	nums  [10]int
	in    struct{ a, b [3]int }
}

func try(what string, f func()) {
	defer func() { fmt.Println(what, recover()) }()
	f()
}

var (
	p  *big
	a  *[10]int
	pp = &p
	i  = 3
)

func main() {
	try("first", func() { println(&p.first) })
	try("pad", func() { println(&p.pad[i]) })
	try("far", func() { println(&p.pad[100<<20]) })
	try("far value", func() { println(p.pad[100<<20]) })
	try("last", func() { println(&p.last) })
	try("nums", func() { println(&p.nums[i]) })
	try("in", func() { println(&p.in.b[i]) })
	try("in value", func() { println(p.in.b[i]) })
	try("array", func() { println(&a[i]) })
	try("pointer", func() { println(&(*pp).nums[1]) })
	try("slice", func() { println(p.nums[:]) })
	try("beyond", func() { println(&p.nums[i+10]) })
	local := big{nums: [10]int{5}}
	q := &local.nums[0]
	*q++
	fmt.Println(local.nums[0], &local.nums[0] == q)
}
