package p

import "unsafe"

func slice(p *int32, n int) []int32 { return unsafe.Slice(p, n) }

func add(p unsafe.Pointer, n uintptr) unsafe.Pointer { return unsafe.Pointer(uintptr(p) + n) }
