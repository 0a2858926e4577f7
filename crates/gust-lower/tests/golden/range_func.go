package p

func find(seq func(func(int) bool), want int) bool {
	for v := range seq {
		if v == want {
			return true
		}
	}
	return false
}

func leave(seq func(func(int) bool)) {
outer:
	for {
		for v := range seq {
			if v == 0 {
				break outer
			}
			goto end
		}
	}
end:
}
