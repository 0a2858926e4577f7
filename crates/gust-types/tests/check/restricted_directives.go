package test

//go:systemstack // ERROR "//go:systemstack only allowed in runtime"
func f() {}

//go:uintptrkeepalive // ERROR "//go:uintptrkeepalive is only allowed in the standard library"
func g() {}

//go:cgo_ldflag "-lm" // ERROR "//go:cgo_ldflag \"-lm\" only allowed in cgo-generated code"
var _ int
