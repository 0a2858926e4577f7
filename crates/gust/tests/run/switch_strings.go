// Switches over many strings, and maps with many entries that are known beforehand.
package main

import "fmt"

type word string

func number(s word) int {
	switch s {
	case "zero", "null", "":
		return 0
	case "one":
		return 1
	case "two", "zwei", "deux":
		return 2
	case "three", "drei":
		fallthrough
	case "more":
		return 3
	case "four", "five", "nine", "a", "b", "c", "d", "e":
		return 4
	case "gour", "hour", "iour", "jour", "kour", "lour", "mour":
		return 5
	}
	return -1
}

type entry struct {
	name string
	any  any
	list [2]int
}

var count = 0

func next() int { count++; return count }

func table() map[string]entry {
	return map[string]entry{
		"a": {"a", 1, [2]int{1}}, "b": {any: "b"}, "c": {}, "d": {list: [...]int{1, 2}}, "e": {}, "f": {},
		"g": {}, "h": {}, "i": {}, "j": {}, "k": {}, "l": {}, "m": {}, "n": {}, "o": {}, "p": {}, "q": {},
		"r": {}, "s": {}, "t": {}, "u": {}, "v": {}, "w": {}, "x": {}, "y": {}, "z": {any: nil}, "": {"", -1.5, [2]int{}},
		"dynamic": {"n", next(), [2]int{next()}},
	}
}

var squares = map[int8]*int{
	1: nil, 2: nil, 3: nil, 4: nil, 5: nil, 6: nil, 7: nil, 8: nil, 9: nil, 10: nil, 11: nil, 12: nil, 13: nil, 14: nil,
	15: nil, 16: nil, 17: nil, 18: nil, 19: nil, 20: nil, 21: nil, 22: nil, 23: nil, 24: nil, 25: nil, -128: &count,
	127: nil,
}

func main() {
	for _, s := range []word{
		"zero", "null", "", "one", "two", "zwei", "deux", "three", "drei", "more", "four", "five", "nine", "a", "e",
		"f", "@", "zzzz", "aaaa", "gour", "mour", "kour", "lour", "onE", "thref", "longer than all", "\x00",
	} {
		fmt.Print(number(s), " ")
	}
	fmt.Println()
	t := table()
	fmt.Println(len(t), t["a"], t["b"], t["c"], t["d"], t["z"], t[""], t["dynamic"], len(table()), count)
	fmt.Println(len(squares), *squares[-128], squares[127])
}
