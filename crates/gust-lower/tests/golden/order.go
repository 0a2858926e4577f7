package p

func f(int) int

func index(s []int) { s[f(1)] = f(2) }

func pair() (int, int) { return f(1), f(2) }

func logic(a, b bool) bool { return a && f(1) > 0 || b }
