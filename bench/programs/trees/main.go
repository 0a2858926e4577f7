// Allocation: many short-lived search trees beside one that lives on.
package main

import "fmt"

type node struct {
	left, right *node
	key         int
}

func (n *node) insert(key int) *node {
	if n == nil {
		return &node{key: key}
	}
	if key < n.key {
		n.left = n.left.insert(key)
	} else {
		n.right = n.right.insert(key)
	}
	return n
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.left.sum() + n.key + n.right.sum()
}

func build(size, seed int) *node {
	var root *node
	for range size {
		seed = (seed*1103515245 + 12345) & 0x7fffffff
		root = root.insert(seed)
	}
	return root
}

func main() {
	lasting := build(400_000, 1)
	total := 0
	for i := range 300 {
		total += build(2_000, i).sum()
	}
	fmt.Println(total, lasting.sum())
}
