// Stores between objects that a function reaches through one parameter: the callers' objects outlive them.
package main

import (
	"fmt"
	"sync"
)

type streamError struct {
	id, code uint32
	cause    error
}

func (e streamError) Error() string {
	return fmt.Sprintf("stream %d, code %d: %v", e.id, e.code, e.cause)
}

type stream struct {
	once  sync.Once
	cause error
}

func (s *stream) abort(err error) {
	s.once.Do(func() {
		s.cause = err
	})
}

//go:noinline
func process(s *stream, id uint32, cause error) {
	s.abort(streamError{id, 7, cause})
}

type cell struct{ value *int }

type pair struct {
	to   *cell
	from *int
}

//go:noinline
func link(p *pair) {
	p.to.value = p.from
}

//go:noinline
func fill(c *cell, n int) {
	value := n
	link(&pair{c, &value})
}

//go:noinline
func overwrite(n int) (sum int) {
	var words [500]int
	for i := range words {
		words[i] = n + i
	}
	for _, w := range words {
		sum += w
	}
	return sum
}

func main() {
	s := new(stream)
	process(s, 3, fmt.Errorf("why"))
	c := new(cell)
	fill(c, 42)
	overwrite(1)
	fmt.Println(s.cause)
	fmt.Println(*c.value)
}
