package p

// Conversions and slices that are read at once, and those whose operands could change in between.

func equal(a, b []byte) bool { return string(a) == string(b) }

func changed(a []byte, f func([]byte) bool) bool { return string(a) != "" && f(a) || string(a) < "x" }

func marked(b []byte) string { return "<" + string(b) + ">" }

func joined(a string, b []byte) string { return a + string(b) }

func runes(s string) (int, int) { return len([]rune(s)), len([]byte(s)) }

func which(b []byte) int {
	switch string(b) {
	case "a":
		return 1
	}
	return 0
}

func more(b []byte, s string, n int) ([]byte, int) {
	b = append(b, []byte(s)...)
	b = append(b, make([]byte, n)...)
	return b, copy(b, []byte(s))
}

func constant() []int32 { return make([]int32, 2, 8) }
