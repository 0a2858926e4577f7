// Searches and comparisons of bytes against loops that cannot be wrong, at all lengths and alignments, and at the end of
// a page behind which nothing may be read.
package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"syscall"
)

func index(s, part []byte) int {
	for i := 0; i+len(part) <= len(s); i++ {
		if string(s[i:i+len(part)]) == string(part) {
			return i
		}
	}
	return -1
}

func count(s []byte, c byte) (n int) {
	for _, b := range s {
		if b == c {
			n++
		}
	}
	return
}

func compare(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	switch {
	case len(a) < len(b):
		return -1
	case len(a) > len(b):
		return 1
	}
	return 0
}

var wrong int

func check(what string, have, want int, arguments ...any) {
	if have != want {
		wrong++
		if wrong < 10 {
			fmt.Println(what, arguments, have, want)
		}
	}
}

// all compares every function on one text.
func all(s, other []byte, random *rand.Rand) {
	for _, c := range []byte{'a', 'b', 0, 200} {
		check("IndexByte", bytes.IndexByte(s, c), index(s, []byte{c}), s, c)
		check("IndexByte", strings.IndexByte(string(s), c), index(s, []byte{c}), s, c)
		check("Count", bytes.Count(s, []byte{c}), count(s, c), s, c)
		check("Count", strings.Count(string(s), string([]byte{c})), count(s, c), s, c)
	}
	check("Compare", bytes.Compare(s, other), compare(s, other), s, other)
	check("Compare", strings.Compare(string(other), string(s)), compare(other, s), s, other)
	for range 4 {
		part := other
		if len(s) > 0 && random.Intn(2) == 0 {
			from := random.Intn(len(s))
			part = s[from : from+random.Intn(len(s)-from+1)]
		}
		if len(part) == 0 {
			continue
		}
		check("Index", bytes.Index(s, part), index(s, part), s, part)
		check("Index", strings.Index(string(s), string(part)), index(s, part), s, part)
	}
}

func main() {
	random := rand.New(rand.NewSource(3))
	page := syscall.Getpagesize()
	memory, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err == nil {
		err = syscall.Mprotect(memory[:page], syscall.PROT_NONE)
	}
	if err == nil {
		err = syscall.Mprotect(memory[2*page:], syscall.PROT_NONE)
	}
	if err != nil {
		panic(err)
	}
	room := memory[page : 2*page]
	fill := func(b []byte, letters int) {
		for i := range b {
			b[i] = 'a' + byte(random.Intn(letters))
		}
	}
	for size := range 300 {
		for _, letters := range []int{1, 2, 26} {
			// At the page's begin, at its end, and anywhere.
			for _, from := range []int{0, page - size, random.Intn(page - size)} {
				s := room[from : from+size]
				fill(s, letters)
				other := bytes.Clone(s)
				if size > 0 {
					other[random.Intn(size)] ^= byte(1 + random.Intn(200))
				}
				all(s, other[random.Intn(size+1):], random)
				all(s, other, random)
				all(s, bytes.Clone(s), random)
				if size > 0 {
					all(s, s[:size-1], random)
					all(s[1:], s, random)
				}
			}
		}
	}
	// Longer ones, where other ways are taken.
	for range 50 {
		s := make([]byte, 1000+random.Intn(5000))
		fill(s, 3)
		part := make([]byte, 5+random.Intn(100))
		fill(part, 3)
		at := random.Intn(len(s) - len(part))
		copy(s[at:], part)
		check("Index", bytes.Index(s, part), index(s, part), at)
		check("Index", strings.Index(string(s), string(part)), index(s, part), at)
		check("LastIndex", strings.LastIndex(string(s[:at+len(part)]), string(part)), at, at)
	}
	fmt.Println("wrong:", wrong)
}
