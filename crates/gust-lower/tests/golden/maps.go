package p

type wide struct{ a, b, c string }

func get(m map[string]int, k string) int { return m[k] }

func has(m map[int32]bool, k int32) (bool, bool) {
	v, ok := m[k]
	return v, ok
}

func set(m map[*int]int, k *int) { m[k]++ }

func wideKey(m map[wide]int, k wide) int { return m[k] }

func length(m map[int]int) int { return len(m) }
