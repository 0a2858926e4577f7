package test

func _(param int) (result int) {
	var a int // ERROR "declared and not used: a"
	var b, c = 1, 2 // ERROR "declared and not used: c"
	_ = b
	d := 1 // ERROR "declared and not used: d"
	e := 2 // ERROR "declared and not used: e"
	e = 3
	f := func() { // ERROR "declared and not used: f"
		var inner int // ERROR "declared and not used: inner"
		g := 1
		_ = g
	}
	for i := 0; ; { // ERROR "declared and not used: i"
		var i int // ERROR "declared and not used: i"
	}
	for k, v := range []int{} { // ERROR "declared and not used: k" "declared and not used: v"
	}
	if x := 1; true { // ERROR "declared and not used: x"
		y := 2 // ERROR "declared and not used: y"
	}
	switch z := 1; { // ERROR "declared and not used: z"
	case true:
		w := 1 // ERROR "declared and not used: w"
	}
	var used int
	func() { _ = used }()
	var assigned struct{ f int }
	assigned.f = 1
	var slice []int
	slice[0] = 1
	var ptr *int
	*ptr = 1
	const unusedConst = 1
	type unusedType int
	var inc int
	inc++
	var add int
	add += 1
	return 1
}

func _(x any) {
	switch a := x.(type) { // ERROR "a declared and not used"
	}
	switch b := x.(type) { // ERROR "b declared and not used"
	case int:
	}
	switch c := x.(type) {
	case int:
		_ = c
	case string:
	}
	switch _ := x.(type) { // ERROR "no new variable on left side of :="
	}
}
