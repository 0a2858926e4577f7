package bytealg

import _ "unsafe" // for go:linkname

// What has no body here is in the runtime: crates/gust-runtime/src/search.rs.

// MaxBruteForce is the length of a text in which [Index] searches at once, without a look at what [IndexByte] finds.
const MaxBruteForce = 64

func init() {
	// Longer parts would make the comparisons behind two equal bytes dear.
	MaxLen = 63
}

// Cutover is how often [IndexByte] may find the first byte only, in n bytes, before [Index] is the better choice.
func Cutover(n int) int { return 4 + n/16 }

//go:noescape
func Compare(a, b []byte) int

//go:linkname cmpstring runtime.cmpstring
//go:noescape
func cmpstring(a, b string) int

// CompareString is -1, 0 or 1 as a is less than, equal to or greater than b.
func CompareString(a, b string) int { return cmpstring(a, b) }

//go:noescape
func Count(b []byte, c byte) int

//go:noescape
func CountString(s string, c byte) int

//go:noescape
func IndexByte(b []byte, c byte) int

//go:noescape
func IndexByteString(s string, c byte) int

// Index is where part begins in b, or -1. It has 2 to [MaxLen] bytes.
//
//go:noescape
func Index(b, part []byte) int

// IndexString is as [Index].
//
//go:noescape
func IndexString(s, part string) int
