// Maps.
package main

type key struct {
	a int
	s string
}
type bigKey struct{ a [40]int }
type bigVal struct{ a [200]int }

func main() {
	m := map[string]int{"one": 1, "two": 2, "three": 3}
	println(len(m), m["one"], m["none"])
	v, ok := m["two"]
	println(v, ok)
	_, ok = m["four"]
	println(ok)
	delete(m, "one")
	delete(m, "absent")
	println(len(m))
	sum := 0
	for k, v := range m {
		sum += v * len(k)
	}
	println(sum)
	var nilm map[string]int
	println(nilm["x"], len(nilm), nilm == nil)
	for range nilm {
		println("never")
	}
	delete(nilm, "x")
	func() {
		defer func() { println(recover().(error).Error()) }()
		nilm["x"] = 1
	}()
	n := make(map[int]int, 10)
	for i := range 1000 {
		n[i*7] = i
	}
	total := 0
	for k, v := range n {
		total += k - v
		if k%2 == 0 {
			delete(n, k)
		}
	}
	println(total, len(n), n[7*501], n[7*500])
	ks := map[key][]int{{1, "a"}: {1}, {2, "b"}: {2, 3}}
	ks[key{1, "a"}] = append(ks[key{1, "a"}], 9)
	println(len(ks[key{1, "a"}]), len(ks[key{2, "b"}]), ks[key{3, ""}] == nil)
	bm := map[bigKey]bigVal{}
	bm[bigKey{[40]int{1}}] = bigVal{[200]int{5: 42}}
	println(bm[bigKey{[40]int{1}}].a[5], bm[bigKey{}].a[5], len(bm))
	fm := map[float64]string{0.5: "half", 0: "zero"}
	negzero := -1.0
	negzero *= 0
	println(fm[0.5], fm[negzero])
	i32 := map[int32]bool{1: true, -1: true}
	println(i32[1], i32[-1], i32[2])
	bools := map[bool]int{true: 1}
	bools[false]--
	println(bools[true], bools[false])
	ptrs := map[*int]string{}
	x, y := 1, 2
	ptrs[&x], ptrs[&y] = "x", "y"
	println(ptrs[&x], ptrs[&y], len(ptrs))
	ifs := map[interface{}]int{1: 1, "1": 2, 1.0: 3, key{1, "x"}: 4, nil: 5}
	println(ifs[1], ifs["1"], ifs[1.0], ifs[key{1, "x"}], ifs[nil], ifs[2])
	arr := map[[2]string]int{{"a", "b"}: 1}
	arr[[2]string{"a", "c"}]++
	println(arr[[2]string{"a", "b"}], arr[[2]string{"a", "c"}])
	nested := map[string]map[string]int{"a": {"b": 1}}
	nested["a"]["c"] = 2
	println(len(nested["a"]), nested["z"]["y"])
	clear(m)
	println(len(m))
	structs := map[string]struct{ n int }{"a": {5}}
	println(structs["a"].n, structs["b"].n)
	funcs := map[string]func(int) int{"inc": func(i int) int { return i + 1 }}
	println(funcs["inc"](4), funcs["none"] == nil)
	c := map[complex128]int{1 + 2i: 3}
	println(c[complex(1, 2)])
	grow := map[string]int{}
	for i := range 500 {
		grow[string(rune('a'+i%26))+string(rune('a'+i/26))] += i
	}
	println(len(grow), grow["ab"], grow["zs"])
	mm := m
	mm["shared"] = 1
	println(len(m))
	u64 := map[uint64]string{1 << 63: "high"}
	println(u64[1<<63])
	arrv := map[int][3]int{1: {1, 2, 3}}
	println(arrv[1][2], arrv[2][2], len(arrv[3]))
}
