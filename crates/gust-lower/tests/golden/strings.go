package p

func join(a, b string) string { return a + "," + b + "!" }

func less(a, b string) bool { return a < b }

func equal(a, b string) bool { return a == b }

func bytes(s string) []byte { return []byte(s) }
