// Strings, bytes, runes, conversions, switches over strings.
package main

func classify(s string) int {
	switch s {
	case "":
		return 0
	case "a", "b":
		return 1
	case "abc", "abd", "abe":
		return 2
	case "longer string":
		return 3
	case "zzz":
		fallthrough
	case "yyy":
		return 4
	default:
		return -1
	}
}

func ofBytes(b []byte) int {
	switch string(b) {
	case "one":
		return 1
	case "two":
		return 2
	}
	return 0
}

func main() {
	s := "héllo, 世界\x80!"
	for i, r := range s {
		print(i, ":", r, " ")
	}
	println(len(s))
	b := []byte(s)
	r := []rune(s)
	println(len(b), len(r), string(r[1]), string(b[:1]))
	println(string(r) == s, string(b) == s)
	println(string(rune(0x4e16)), string(rune(-1)), len(string(rune(0x10ffff))))
	for _, k := range []string{"", "a", "b", "c", "abc", "abd", "abe", "abf", "longer string", "zzz", "yyy", "xxx"} {
		print(classify(k), " ")
	}
	println()
	println(ofBytes([]byte("one")), ofBytes([]byte("two")), ofBytes(nil))
	m := map[string]int{"k": 1}
	key := []byte{'k'}
	println(m[string(key)])
	t := "abc"
	println(t < "abd", t < "ab", t > "", t <= "abc", t >= "abcd", t != "abc")
	println(t[1], t[1:], t[:2], t[1:2], t[3:] == "")
	u := t + "-" + t + "-" + t
	u += "!"
	println(u, len(u))
	c := copy(b, "xyz")
	println(c, string(b[:4]))
	b = append(b[:0], "appended"...)
	println(string(b), min("b", "a", "c"), max("b", "a", "c"))
	for i, x := range []byte("hi") {
		print(i, x, " ")
	}
	println()
	const k = "const" + "ant"
	println(k[0], len(k), k[5:])
	type mystr string
	ms := mystr("mine")
	println(string(ms)+"!", ms == "mine", len(ms))
	var empty string
	println(empty == "", len(empty))
	raw := `a\n"b"`
	println(raw, len(raw))
	println("\a\b\t\\\"\x41\101\u00e9\U0001F600" == "\a\b\t\\\"AAé😀")
	func() {
		defer func() { println(recover().(error).Error()) }()
		i := 10
		println(t[i])
	}()
	func() {
		defer func() { println(recover().(error).Error()) }()
		i := 3
		println(t[i:2])
	}()
}
