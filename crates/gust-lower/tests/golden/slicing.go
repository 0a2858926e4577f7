package p

func tail(s []int, i int) []int { return s[i:] }

func part(s string, i, j int) string { return s[i:j] }

func three(s []byte, i, j, k int) []byte { return s[i:j:k] }
