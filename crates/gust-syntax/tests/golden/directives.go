//go:build linux && (go1.20 || !go1.30)
// +build linux

// Doc.
//go:debug x=y
package directives

import _ "embed"

//go:embed a.txt
var a string

//go:noinline
func f() {}

//go:nosplit
var b int //go:noinline

type t struct {
	a int
	//go:nosplit
	b int
}

//go:linkname
//go:linkname a
//go:linkname a b
//go:linkname a b c
//export F
//extern g
// go:space
/*go:block*/
func h() {
	//go:noescape
	x := 1
	x++ //go:foo
}

//go:embed
//go:embed x
