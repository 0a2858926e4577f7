package runtime

import (
	"internal/abi"
	"unsafe"
)

// Typed memory operations. While the collector marks, what they overwrite is remembered for it.

func typedmemmove(t *abi.Type, dst, src unsafe.Pointer) {
	if dst == src {
		return
	}
	if t.PtrBytes != 0 {
		memmovePointers(dst, src, t.Size_)
	} else {
		memmove(dst, src, t.Size_)
	}
}

func typedslicemove(t *abi.Type, dst, src unsafe.Pointer, n int) {
	if t.PtrBytes != 0 {
		memmovePointers(dst, src, t.Size_*uintptr(n))
	} else {
		memmove(dst, src, t.Size_*uintptr(n))
	}
}

func typedmemclr(t *abi.Type, p unsafe.Pointer, n uintptr) {
	if t.PtrBytes != 0 {
		memclrHasPointers(p, n)
	} else {
		memclrNoHeapPointers(p, n)
	}
}

// Copies and clears memory that holds pointers.
func memmovePointers(dst, src unsafe.Pointer, n uintptr)
func memclrHasPointers(p unsafe.Pointer, n uintptr)

func newarray(t *abi.Type, n int) unsafe.Pointer {
	if n < 0 || t.Size_ > 0 && uintptr(n) > maxAlloc/t.Size_ {
		panic(plainError("runtime: allocation size out of range"))
	}
	return mallocarray(unsafe.Pointer(t), n)
}

//go:linkname maps_newarray internal/runtime/maps.newarray
func maps_newarray(t *abi.Type, n int) unsafe.Pointer { return newarray(t, n) }

//go:linkname maps_newobject internal/runtime/maps.newobject
func maps_newobject(t *abi.Type) unsafe.Pointer { return newobject(unsafe.Pointer(t)) }

//go:linkname maps_typedmemmove internal/runtime/maps.typedmemmove
func maps_typedmemmove(t *abi.Type, dst, src unsafe.Pointer) { typedmemmove(t, dst, src) }

//go:linkname maps_typedmemclr internal/runtime/maps.typedmemclr
func maps_typedmemclr(t *abi.Type, p unsafe.Pointer) { typedmemclr(t, p, t.Size_) }

//go:linkname reflect_unsafe_New reflect.unsafe_New
func reflect_unsafe_New(t *abi.Type) unsafe.Pointer { return newobject(unsafe.Pointer(t)) }

//go:linkname reflectlite_unsafe_New internal/reflectlite.unsafe_New
func reflectlite_unsafe_New(t *abi.Type) unsafe.Pointer { return newobject(unsafe.Pointer(t)) }

//go:linkname reflect_unsafe_NewArray reflect.unsafe_NewArray
func reflect_unsafe_NewArray(t *abi.Type, n int) unsafe.Pointer { return newarray(t, n) }

//go:linkname reflect_memmove reflect.memmove
func reflect_memmove(dst, src unsafe.Pointer, n uintptr) { memmove(dst, src, n) }

//go:linkname reflect_typedmemmove reflect.typedmemmove
func reflect_typedmemmove(t *abi.Type, dst, src unsafe.Pointer) { typedmemmove(t, dst, src) }

//go:linkname reflectlite_typedmemmove internal/reflectlite.typedmemmove
func reflectlite_typedmemmove(t *abi.Type, dst, src unsafe.Pointer) { typedmemmove(t, dst, src) }

//go:linkname reflect_typedmemclr reflect.typedmemclr
func reflect_typedmemclr(t *abi.Type, p unsafe.Pointer) { typedmemclr(t, p, t.Size_) }

//go:linkname reflect_typedmemclrpartial reflect.typedmemclrpartial
func reflect_typedmemclrpartial(t *abi.Type, p unsafe.Pointer, off, size uintptr) {
	typedmemclr(t, p, size)
}

//go:linkname reflect_typedarrayclear reflect.typedarrayclear
func reflect_typedarrayclear(t *abi.Type, p unsafe.Pointer, n int) {
	typedmemclr(t, p, t.Size_*uintptr(n))
}

//go:linkname reflect_typedslicecopy reflect.typedslicecopy
func reflect_typedslicecopy(t *abi.Type, dst, src sliceHeader) int {
	n := min(dst.len, src.len)
	typedslicemove(t, dst.array, src.array, n)
	return n
}

//go:linkname reflect_memclrNoHeapPointers reflect.memclrNoHeapPointers
func reflect_memclrNoHeapPointers(p unsafe.Pointer, n uintptr) { memclrNoHeapPointers(p, n) }

//go:linkname reflect_verifyNotInHeapPtr reflect.verifyNotInHeapPtr
func reflect_verifyNotInHeapPtr(p uintptr) bool {
	base, _ := findobject(unsafe.Pointer(p))
	return base == nil && p != ^uintptr(0)
}

// reflect_gcbits gives a byte for each word of what x points to, 1 for those that the collector takes for pointers, up to
// the last such word.
//
//go:linkname reflect_gcbits reflect.gcbits
func reflect_gcbits(x any) []byte {
	e := (*abi.EmptyInterface)(unsafe.Pointer(&x))
	if e.Type == nil || e.Type.Kind() != abi.Pointer {
		throw("bad argument to getgcmask: expected type to be a pointer to the value type whose mask is being queried")
	}
	base, size := findobject(e.Data)
	if base == nil {
		return nil
	}
	mask := make([]byte, size/8)
	return mask[:pointerwords(base, unsafe.SliceData(mask))]
}

func pointerwords(object unsafe.Pointer, mask *byte) int

// The heap object that an address lies in; nil if it lies in none.
func findobject(p unsafe.Pointer) (base unsafe.Pointer, size uintptr)
