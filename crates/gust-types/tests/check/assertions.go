package test

type reader interface{ read() int }
type file struct{}
type closed struct{}
type odd struct{}

func (*file) read() int { return 0 }
func (closed) Read()    {}
func (odd) read()       {}

func assertions(r reader, a any, i int) {
	_ = r.(*file)
	_ = r.(file) // ERROR "impossible type assertion: r.(file)\n\tfile does not implement reader (method read has pointer receiver)"
	_ = r.(closed) // ERROR "impossible type assertion: r.(closed)\n\tclosed does not implement reader (missing method read)\n\t\thave Read()\n\t\twant read() int"
	_ = r.(odd) // ERROR "impossible type assertion: r.(odd)\n\todd does not implement reader (wrong type for method read)\n\t\thave read()\n\t\twant read() int"
	_ = r.(int) // ERROR "impossible type assertion: r.(int)\n\tint does not implement reader (missing method read)"
	_ = r.(error)
	_ = a.(int) + "a" // ERROR "invalid operation: a.(int) + \"a\" (mismatched types int and untyped string)"
	_ = i.(int) // ERROR "invalid operation: i (variable of type int) is not an interface"
	_ = nil.(int) // ERROR "invalid operation: nil is not an interface"
	_ = a.(undefined) // ERROR "undefined: undefined"
	_ = a.(i) // ERROR "i (parameter) is not a type"
	v, ok := a.(string)
	var n int = v // ERROR "cannot use v (variable of type string) as int value in variable declaration"
	ok = 1 // ERROR "cannot use 1 (untyped int constant) as bool value in assignment"
	_, _ = n, ok
	a.(int) // ERROR "a.(int) (comma, ok expression of type int) is not used"
}

func generic[P any, Q reader](p P, q Q, r reader) {
	_ = p.(int) // ERROR "invalid operation: cannot use type assertion on type parameter value p (variable of type P constrained by any)"
	_ = any(p).(int)
	_ = r.(P)
	_ = r.(Q)
}
