package runtime

import (
	"internal/abi"
	"unsafe"
)

type callFrame struct {
	code uintptr
}

func callWithFrame(t *abi.FuncType, receiver *abi.Type, fn, frame unsafe.Pointer) {
}
