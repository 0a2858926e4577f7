package p

func one(s []int, v int) []int { return append(s, v) }

func all(s, t []*int) []*int { return append(s, t...) }
