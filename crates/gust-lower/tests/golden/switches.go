package p

func number(n int) int {
	switch n {
	case 1, 2:
		return 10
	case 3:
		fallthrough
	case 4:
		return 20
	}
	return 0
}

func types(v any) int {
	switch x := v.(type) {
	case nil:
		return 0
	case int:
		return x
	case error, string:
		return 2
	}
	return 3
}
