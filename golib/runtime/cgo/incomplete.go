package cgo

import "internal/runtime/sys"

// Incomplete stands for C types without definition: there are no values of it, only pointers.
type Incomplete struct {
	_ sys.NotInHeap
}
