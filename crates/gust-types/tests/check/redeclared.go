package test

var a int
var a string // ERROR "a redeclared in this block | 3: other declaration of a"

func f() {}
func f() {} // ERROR "f redeclared in this block | 6: other declaration of f"

var init int // ERROR "cannot declare init - must be func"

func init() {}
func init() {}

func init(x int) {} // ERROR "func init must have no arguments and no return values"

type T struct {
	x int
	x string // ERROR "x redeclared | 17: other declaration of x"
}

func (T) m() {}
func (T) m() {} // ERROR "method T.m already declared at :21:10"
func (T) x() {} // ERROR "field and method with the same name x | 17: other declaration of x"

const c, d = 1 // ERROR "missing init expr for d"
const e = 1, 2 // ERROR "extra init expr 2"

const (
	g    = iota
	h, i // ERROR "missing init expr for i"
)
