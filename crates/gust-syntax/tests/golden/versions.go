//go:build go1.21 || (go1.18 && !windows && !(!go1.19))
//go:build broken ||
//go:builds go1.5

package p
