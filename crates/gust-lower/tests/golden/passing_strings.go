package p

// Conversions whose results are not kept make no copies.

func sum(s string) (n int) {
	for _, c := range []byte(s) {
		n += int(c)
	}
	return n
}

func is(b []byte) bool { return string(b) == "go" }

func look(m map[string]int, b []byte) int { return m[string(b)] }

func kept(b []byte, s string) bool { return string(b) == s }
