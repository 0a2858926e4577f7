package p

func f() {
	if x == (T{1}) {
	}
	if f(T{1}) {
	}
	if a[T{1}] {
	}
	for _, v := range []T{{1}} {
	}
	for _, v := range (T{}) {
	}
	switch x := (T{}); x {
	}
	if x := []int{1}; x != nil {
	}
	if func() bool { return T{} == y }() {
	}
	if x == y {
		z = T{1}
	}
	if v := (struct{ a int }{1}); v.a == 1 {
	}
	if x := map[string]int{}; x {
	}
	if a.b {
	}
	if a[i] {
	}
	switch a[i] {
	}
	switch G[int] {
	}
	for x = range T {
	}
}
