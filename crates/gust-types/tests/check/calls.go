package test

import "unsafe"

func none()                      {}
func two() (int, string)         { return 0, "" }
func vary(a int, rest ...string) {}

type fn func(int) int
type num int
type set interface{ ~int | ~string }

func _(f fn, x any, p *fn) {
	none(1) // ERROR "too many arguments in call to none | have (number) | want ()"
	two(1, 2) // ERROR "too many arguments in call to two | have (number, number) | want ()"
	vary() // ERROR "not enough arguments in call to vary | have () | want (int, ...string)"
	vary(1, "a", "b")
	vary(1, []string{}...)
	vary(1, "a", []string{}...) // ERROR "too many arguments in call to vary | have (number, string, []string...) | want (int, ...string)"
	vary(two())
	vary("a", 1) // ERROR "cannot use \"a\" (untyped string constant) as int value in argument to vary" "cannot use 1 (untyped int constant) as string value in argument to vary"
	vary(two()...) // ERROR "cannot use ... with 2-valued two()"
	none(nil...) // ERROR "cannot use ... in call to non-variadic none"
	f(2.5) // ERROR "cannot use 2.5 (untyped float constant) as int value in argument to f (truncated)"
	f("a", 'b', nil, 1.5, x) // ERROR "too many arguments in call to f | have (string, number, nil, number, any) | want (int)"
	x(1) // ERROR "invalid operation: cannot call x (variable of interface type any): any is not a function"
	p(1) // ERROR "invalid operation: cannot call p (variable of type *fn): *fn is not a function"
	1() // ERROR "invalid operation: cannot call 1 (untyped int constant): untyped int is not a function"
	var n = none() // ERROR "declared and not used: n" "none() (no value) used as value"
	f(none()) // ERROR "none() (no value) used as value"
	f(two()) // ERROR "too many arguments in call to f | have (int, string) | want (int)"
	f(int) // ERROR "int (type) is not an expression"
	f(len) // ERROR "len (built-in) must be called"
	(none)()
	_ = f(unsafe.Sizeof(x)) // ERROR "cannot use unsafe.Sizeof(x) (constant 16 of type uintptr) as int value in argument to f"
}

func _() {
	_ = num() // ERROR "missing argument in conversion to num"
	_ = num(1, 2) // ERROR "too many arguments in conversion to num"
	_ = num("a") // ERROR "cannot convert \"a\" (untyped string constant) to type num"
	_ = num([]int{1}...) // ERROR "invalid use of ... in conversion to num"
	_ = set(1) // ERROR "cannot use interface set in conversion (contains specific type constraints or is comparable)"
	_ = []byte("a", undefined) // ERROR "too many arguments in conversion to []byte" "undefined: undefined"
}

func _[F func(int) | func(string), G func(int) | ~func(int), I any](f F, g G, i I) { // ERROR "overlapping terms ~func(int) and func(int)"
	f(1) // ERROR "invalid operation: cannot call f (variable of type F constrained by func(int) | func(string)): func(int) and func(string) have different underlying types"
	g(1)
	g("a") // ERROR "cannot use \"a\" (untyped string constant) as int value in argument to g"
	i() // ERROR "invalid operation: cannot call i (variable of type I constrained by any): no specific type"
}

func _() {
	go none // ERROR "expression in go must be function call"
	defer none // ERROR "expression in defer must be function call"
	go num(1) // ERROR "go requires function call, not conversion num(1) (constant 1 of int type num)"
	defer len("") // ERROR "defer discards result of len(\"\") (constant 0 of type int)"
	go func() {} // ERROR "expression in go must be function call"
	defer func() {}()
	defer recover()
	go two()
	defer append([]int{}, 1) // ERROR "defer discards result of append([]int{}, 1) (value of type []int)"
}
