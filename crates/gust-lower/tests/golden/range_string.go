package p

func count(s string) (n int) {
	for _, r := range s {
		if r == 'x' {
			n++
		}
	}
	return
}
