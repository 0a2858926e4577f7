// Conversions of bytes and strings whose results are not kept; keys of maps by their bits.
package main

import "fmt"

type key struct {
	_ int32
	n int32
}

type blank struct{ _ int64 }

func change(b []byte) string {
	b[0] = 'X'
	return "Xo"
}

func main() {
	s := "héllo"
	for i, c := range []byte(s) {
		s = "other"
		fmt.Print(i, ":", c, " ")
	}
	fmt.Println(s)
	b := []byte("go")
	for i := range []byte(string(b) + "pher") {
		b = append(b, byte('0'+i))
	}
	fmt.Println(string(b))
	b = []byte("go")
	fmt.Println(string(b) == "go", string(b) != "go", string(b) < "gp", "go" == string(b))
	fmt.Println(string(b) == change(b))
	m := map[string]int{"Xo": 5, "go": 6}
	v, ok := m[string(b)]
	fmt.Println(v, ok, m[string(b[:1])])
	m[string(b)]++
	b[0] = 'g'
	fmt.Println(m)
	type text string
	t := map[text]bool{"go": true}
	fmt.Println(t[text(b)], t[text([]byte(nil))])
	any := map[any]int{"go": 1}
	fmt.Println(any[string(b)])

	ks := map[key]int{{n: 1}: 1, {n: 2}: 2}
	fmt.Println(ks[key{n: 2}], len(ks))
	bs := map[blank]int{}
	bs[blank{}]++
	bs[blank{}]++
	fmt.Println(len(bs), bs[blank{}])
	fs := map[float64]int{0: 1}
	var zero float64
	fs[-zero]++
	fmt.Println(len(fs), fs[0])
	us := map[uint32]string{1 << 31: "high", 7: "seven"}
	ps := map[*int]int{}
	for i := range 100 {
		us[uint32(i)*0x01010101] += "x"
		ps[new(int)] = i
	}
	fmt.Println(len(us), us[1<<31], us[7], us[0x07070707], len(ps))
}
