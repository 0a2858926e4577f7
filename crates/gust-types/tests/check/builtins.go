package test

type ints []int
type point struct{ x, y int }

func values() (int, int)
func pair() ([]int, int)

func list(s []int, b []byte, t string, a [3]int, p *[4]int, m map[string]int, ch chan int, recv <-chan int, e any) {
	_ = append(s, 1, 2)
	_ = append(s, "a") // ERROR "cannot use \"a\" (untyped string constant) as int value in argument to append"
	_ = append(s, s) // ERROR "cannot use s (variable of type []int) as int value in argument to append"
	_ = append(s, s...)
	_ = append(s, 1, s...) // ERROR "too many arguments in call to append | have ([]int, number, []int...) | want ([]int, ...int)"
	_ = append(b, t...)
	_ = append(b, "a"...)
	_ = append(s, t...) // ERROR "cannot use t (variable of type string) as []int value in argument to append"
	_ = append(nil, 1) // ERROR "invalid append: argument must be a slice; have untyped nil"
	_ = append() // ERROR "invalid operation: not enough arguments for append() (expected 1, found 0)"
	_ = append(a, 1) // ERROR "invalid append: argument must be a slice; have a (variable of type [3]int)"
	_ = append(pair())
	_ = append(ints{}, s...) == nil
	append(s, 1) // ERROR "append(s, 1) (value of type []int) is not used"

	_ = len(s) + len(t) + len(a) + len(p) + len(m) + len(ch)
	_ = cap(s) + cap(a) + cap(ch)
	_ = cap(t) // ERROR "invalid argument: t (variable of type string) for built-in cap"
	_ = cap(m) // ERROR "invalid argument: m (variable of type map[string]int) for built-in cap"
	_ = len(1) // ERROR "invalid argument: 1 (untyped int constant) for built-in len"
	_ = len(nil) // ERROR "invalid argument: nil for built-in len"
	_ = len(e) // ERROR "invalid argument: e (variable of interface type any) for built-in len"
	_ = len() // ERROR "invalid operation: not enough arguments for len() (expected 1, found 0)"
	_ = len(s, s) // ERROR "invalid operation: too many arguments for len(s, s) (expected 1, found 2)"
	_ = len(values()) // ERROR "invalid operation: too many arguments for len(values()) (expected 1, found 2)"
	_ = len(s...) // ERROR "invalid operation: invalid use of ... with built-in len"
	const _ = len(a) + cap(p) + len("abc")
	const _ = len(s) // ERROR "len(s) (value of type int) is not constant"
	const _ = len([1]int{<-ch}) // ERROR "len([1]int{…}) (value of type int) is not constant"
	const _ = len([1]int{})

	clear(s)
	clear(m)
	clear(a) // ERROR "invalid argument: cannot clear a (variable of type [3]int): argument must be (or constrained by) map or slice"
	clear(nil) // ERROR "invalid argument: cannot clear nil: argument must be (or constrained by) map or slice"
	close(ch)
	close(recv) // ERROR "invalid operation: cannot close receive-only channel recv (variable of type <-chan int)"
	close(s) // ERROR "invalid operation: cannot close non-channel s (variable of type []int)"
	_ = close(ch) // ERROR "close(ch) (no value) used as value"

	_ = copy(s, s)
	copy(b, t)
	copy(s, t) // ERROR "invalid copy: arguments s (variable of type []int) and t (variable of type string) have different element types int and byte"
	copy(t, b) // ERROR "invalid copy: argument must be a slice; have t (variable of type string)"
	copy(a, s) // ERROR "invalid copy: argument must be a slice; have a (variable of type [3]int)"
	copy(s, b) // ERROR "invalid copy: arguments s (variable of type []int) and b (variable of type []byte) have different element types int and byte"
	copy(s, nil) // ERROR "invalid copy: argument must be a slice; have untyped nil"
	copy(s) // ERROR "invalid operation: not enough arguments for copy(s) (expected 2, found 1)"

	delete(m, "a")
	delete(m, 1) // ERROR "cannot use 1 (untyped int constant) as string value in argument to delete"
	delete(s, 1) // ERROR "invalid argument: s (variable of type []int) is not a map"
	delete(m) // ERROR "invalid operation: not enough arguments for delete(m) (expected 2, found 1)"

	panic(nil)
	panic(1 << 70) // ERROR "cannot use 1 << 70 (untyped int constant 1180591620717411303424) as int value in argument to panic (overflows)"
	panic() // ERROR "invalid operation: not enough arguments for panic() (expected 1, found 0)"
	print()
	println(1, "a", nil, 1<<70) // ERROR "use of untyped nil in argument to built-in println"
	println(values())
	_ = recover() + 1 // ERROR "invalid operation: recover() + 1 (mismatched types interface{} and untyped int)"
	recover(1) // ERROR "invalid operation: too many arguments for recover(1) (expected 0, found 1)"
	_ = print // ERROR "print (built-in) must be called"
	len(s) // ERROR "len(s) (value of type int) is not used"
	defer len(s) // ERROR "defer discards result of len(s) (value of type int)"
	go append(s, 1) // ERROR "go discards result of append(s, 1) (value of type []int)"
	defer recover()
	defer panic(1)
}

func makes(i int, f float64) {
	_ = make([]int, 1)
	_ = make([]int) // ERROR "invalid operation: make([]int) expects 2 or 3 arguments; found 1"
	_ = make([]int, 1, 2)
	_ = make([]int, 2, 1) // ERROR "invalid argument: length and capacity swapped"
	_ = make([]int, 1, 2, 3) // ERROR "invalid operation: make([]int, 1, 2, 3) expects 2 or 3 arguments; found 4"
	_ = make([]int, -1) // ERROR "invalid argument: index -1 (constant of type int) must not be negative"
	_ = make([]int, 1.0)
	_ = make([]int, 1.5) // ERROR "1.5 (untyped float constant) truncated to int"
	_ = make([]int, "a") // ERROR "cannot convert \"a\" (untyped string constant) to type int"
	_ = make([]int, f) // ERROR "invalid argument: index f (variable of type float64) must be integer"
	_ = make(map[string]int, i, i) // ERROR "invalid operation: make(map[string]int, i, i) expects 1 or 2 arguments; found 3"
	_ = make(chan int, 1)
	_ = make(int) // ERROR "invalid argument: cannot make int: type must be slice, map, or channel"
	_ = make(i) // ERROR "i (parameter) is not a type"
	_ = make(point, 1) // ERROR "invalid argument: cannot make point: type must be slice, map, or channel"
	_ = make() // ERROR "invalid operation: not enough arguments for make() (expected 1, found 0)"
	_ = new(int)
	_ = new(point{1, 2}).x
	_ = new(1)
	_ = new(nil) // ERROR "use of untyped nil in argument to new"
	_ = new(1 << 70) // ERROR "cannot use 1 << 70 (untyped int constant 1180591620717411303424) as int value in argument to new (overflows)"
	_ = new(int, 1) // ERROR "invalid operation: too many arguments for new(int, 1) (expected 1, found 2)"
	_ = new() // ERROR "invalid operation: not enough arguments for new() (expected 1, found 0)"
	_ = new(values()) // ERROR "multiple-value values() (value of type (int, int)) in single-value context"
	_ = new(println) // ERROR "println (built-in) must be called"
	make([]int, 1) // ERROR "make([]int, 1) (value of type []int) is not used"
	new(int) // ERROR "new(int) (value of type *int) is not used"
}

func numbers(i int, f float32, g float64, z complex64, s string) {
	_ = complex(1, 2) + 1
	_ = complex(f, 1)
	_ = complex(f, g) // ERROR "invalid operation: complex(f, g) (mismatched types float32 and float64)"
	_ = complex(i, i) // ERROR "invalid argument: arguments have type int, expected floating-point"
	_ = complex(1) // ERROR "invalid operation: not enough arguments for complex(1) (expected 2, found 1)"
	_ = complex("a", 1) // ERROR "invalid operation: complex(\"a\", 1) (mismatched types untyped string and untyped float)"
	_ = complex(1i, 1) // ERROR "invalid operation: complex(1i, 1) (mismatched types untyped complex and untyped float)"
	_ = real(z) + f
	_ = real(z) + g // ERROR "invalid operation: real(z) + g (mismatched types float32 and float64)"
	_ = imag(2) + 1
	_ = imag(i) // ERROR "invalid argument: argument has type int, expected complex type"
	_ = real("a") // ERROR "invalid argument: argument has type untyped string, expected complex type"
	const _ int = real(1i)
	_ = min(1, 2.5, 'a')
	_ = max(i, 2)
	_ = max(i, 2.5) // ERROR "2.5 (untyped float constant) truncated to int"
	_ = max(i, f) // ERROR "invalid argument: mismatched types int (previous argument) and float32 (type of f)"
	_ = max(s, "a")
	_ = max(s, 1) // ERROR "invalid argument: mismatched types string (previous argument) and untyped int (type of 1)"
	_ = min() // ERROR "invalid operation: not enough arguments for min() (expected 1, found 0)"
	_ = min(z) // ERROR "invalid argument: z (variable of type complex64) cannot be ordered"
	_ = min(nil) // ERROR "invalid argument: nil cannot be ordered"
	_ = min(s == s) // ERROR "invalid argument: s == s (untyped bool value) cannot be ordered"
	const _ = max(1, 2, 3) + min("a") // ERROR "invalid operation: max(1, 2, 3) + min(\"a\") (mismatched types untyped int and untyped string)"
	const _ = max(i, 1) // ERROR "max(i, 1) (value of type int) is not constant"
	var _ string = min("a", "b")
	max(1, 2) // ERROR "max(1, 2) (untyped int constant 2) is not used"
}

func generic[L []int | []string, B ~[]byte | ~string, C chan int | <-chan int, M map[string]int | map[int]int, F ~float32 | ~float64, Z ~complex64, O ~int | ~string, A [3]int | [4]int](l L, b B, c C, m M, f F, z Z, o O, a A) {
	_ = append(l, 1) // ERROR "invalid append: mismatched slice element types int and string in l (variable of type L constrained by []int | []string)"
	_ = append([]byte{}, b...)
	_ = len(l) + len(b) + cap(c)
	_ = cap(b) // ERROR "invalid argument: b (variable of type B constrained by ~[]byte | ~string) for built-in cap"
	const _ = len(a) // ERROR "len(a) (value of type int) is not constant"
	copy([]byte{}, b)
	copy(b, b) // ERROR "invalid copy: argument must be a slice; have b (variable of type B constrained by ~[]byte | ~string)"
	copy(l, l) // ERROR "invalid copy: mismatched slice element types int and string in l (variable of type L constrained by []int | []string)"
	close(c) // ERROR "invalid operation: cannot close receive-only channel c (variable of type C constrained by chan int | <-chan int)"
	clear(l)
	clear(b) // ERROR "invalid argument: cannot clear b (variable of type B constrained by ~[]byte | ~string): argument must be (or constrained by) map or slice"
	delete(m, 1) // ERROR "invalid argument: maps of m (variable of type M constrained by map[string]int | map[int]int) must have identical key types"
	_ = make(L, 1) // ERROR "invalid argument: cannot make L: []int and []string have different underlying types"
	_ = make(A, 1) // ERROR "invalid argument: cannot make A: type must be slice, map, or channel"
	_ = complex(f, f) // ERROR "f (variable of type F constrained by ~float32 | ~float64) not supported as argument to built-in complex for go1.18 (see go.dev/issue/50937)"
	_ = real(z) // ERROR "z (variable of type Z constrained by ~complex64) not supported as argument to built-in real for go1.18 (see go.dev/issue/50937)"
	_ = real(f) // ERROR "invalid argument: argument has type F, expected complex type"
	_ = max(o, o)
	_ = max(o, 1) // ERROR "invalid argument: mismatched types O (previous argument) and untyped int (type of 1)"
	_ = max(f, 1)
	_ = max(z) // ERROR "invalid argument: z (variable of type Z constrained by ~complex64) cannot be ordered"
}
