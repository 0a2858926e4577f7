// Conversions and slices whose memory is that of the frame, and those that must have their own.
package main

import "fmt"

type named []byte

var kept []string

//go:noinline
func size(s string) int { return len(s) }

//go:noinline
func keep(s string) { kept = append(kept, s) }

//go:noinline
func sum(b []byte) (n int) {
	for i := range b {
		n += int(b[i])
		b[i] = 0
	}
	return n
}

//go:noinline
func change(b []byte) string {
	b[0] = 'X'
	return "Xo"
}

func last(parts []string) (longest string) {
	for _, p := range parts {
		s := p + "-" + p
		if len(s) > len(longest) {
			longest = s
		}
	}
	return longest
}

func carried(b []byte) (n int) {
	previous := ""
	for i := range b {
		b[i]++
		s := string(b[:3])
		if s == previous {
			n += 100
		}
		if previous != "" && previous[0] != 'b' {
			n++
		}
		previous = s
	}
	return n
}

func tables(n int) (total int) {
	for i := range n {
		a := make([]int, 4)
		b := make([]int, i%6)
		c := make([]*int, i%4, 4)
		for j := range c {
			c[j] = &a[j]
		}
		for j := range b {
			total += b[j]
			b[j] = i
		}
		for _, p := range c {
			*p += i
		}
		for _, x := range a {
			total += x
		}
	}
	return total
}

func grown(n int) []int {
	s := make([]int, 0, 2)
	for i := range n {
		s = append(s, i)
	}
	return s
}

func shown(f func()) {
	defer func() { fmt.Println(recover()) }()
	f()
}

func main() {
	b := []byte("key")
	m := map[string]int{}
	m[string(b)] = 1
	b[0] = 'K'
	m[string(b)]++
	fmt.Println(m, size(string(b)), size("<"+string(b)+">"))
	delete(m, string(b))
	fmt.Println(m)
	for range 3 {
		b[0]++
		keep(string(b))
		keep("x" + string(b))
	}
	fmt.Println(kept)
	text := "text"
	fmt.Println(sum([]byte(text)), sum([]byte(text+text)), text)
	fmt.Println(last([]string{"a", "ccc", "bb"}), carried([]byte("abcdef")))
	fmt.Println(tables(20), grown(1), grown(5))

	fmt.Println(string(b)+change(b), "<"+string(b)+change(b)+">"+string(b))
	fmt.Println(string(b) == string(b[:]), string(b) < string(b[1:]), string(b) == "Xey" && string(b) != string(change(b)))
	empty := ""
	e := empty + string(b)
	b[1] = '!'
	fmt.Println(e, string(b))
	switch string(b) {
	case "X!y":
		b[0] = 'Y'
		fmt.Println("hit", string(b))
	case "Y!y":
		fmt.Println("miss")
	}
	switch string(b) {
	case change(b), "Y!y":
		fmt.Println("as it was")
	default:
		fmt.Println("as it is")
	}

	s := "aé☺\xff𝄞"
	fmt.Println(len([]rune(s)), len([]byte(s)), len(string(b)), cap([]byte("abc")) >= 3)
	n := copy(b, []byte("pq"))
	b = append(b, []byte("rest")...)
	b = append(b, named("more")...)
	fmt.Println(n, string(b))
	for i, r := range []rune(s) {
		fmt.Print(i, r, " ")
	}
	fmt.Println(string([]rune{72, 105}), string(rune(0x263A)), size(string(rune(len(s)+300))))

	ints := []int{1, 2, 3, 4}[:2]
	longer := append(ints, make([]int, 2)...)
	fmt.Println(longer, ints[:4], len(append(ints, make([]int, 10)...)), append([]*int(nil), make([]*int, 2)...))
	fmt.Println(append([]struct{}{}, make([]struct{}, 3)...), append([]int(nil), make([]int, 0)...) == nil)
	minus := -1
	shown(func() { _ = append(ints, make([]int, minus)...) })
	shown(func() { fmt.Println(len(make([]int, minus))) })
	shown(func() { _ = len(make([]int, 3, minus+2)) })
	shown(func() { _ = append(ints, make([]int, 1<<62)...) })
}
