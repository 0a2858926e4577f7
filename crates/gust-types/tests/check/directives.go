Directives that depend on what is declared.
-- embed/embed.go --
package embed

type FS struct{}
-- test.go --
package test

import "embed"

//go:embed a.txt
var a string

//go:embed a.txt // ERROR "go:embed cannot apply to multiple vars"
var b, c string // the next line is behind it

//go:embed a.txt
var d embed.FS

//go:embed a.txt
var e int // ERROR "go:embed cannot apply to var of type int"

//go:embed a.txt
var g []byte

//go:noinline // ERROR "misplaced compiler directive"
type T int

//go:linkname missing other.name // ERROR "//go:linkname only allowed in Go files that import \"unsafe\""

func bodyless() // ERROR "missing function body"

func (T) m() // ERROR "missing function body"

func _()

//go:noescape
func inner() {} // ERROR "can only use //go:noescape with external func implementations"

func f() {
	//go:embed a.txt // ERROR "go:embed cannot apply to var inside func"
	var x string
	_ = x
}
-- unsafe.go --
package test

import _ "unsafe"

//go:linkname elsewhere other.elsewhere
func elsewhere()

//go:linkname elsewhere other.elsewhere // ERROR "duplicate //go:linkname for elsewhere"

//go:linkname nothing // ERROR "//go:linkname must refer to declared function or variable"
