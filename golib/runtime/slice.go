package runtime

import (
	"internal/abi"
	"internal/runtime/math"
	"unsafe"
)

// maxAlloc is more than any allocation can have, in bytes.
const maxAlloc = 1 << 48

func makeslice(elem *abi.Type, length, capacity int) unsafe.Pointer {
	size, overflow := math.MulUintptr(elem.Size_, uintptr(capacity))
	if overflow || size > maxAlloc || length < 0 || length > capacity {
		// The length is the more likely culprit.
		size, overflow = math.MulUintptr(elem.Size_, uintptr(length))
		if overflow || size > maxAlloc || length < 0 {
			panicargument(4)
		}
		panicargument(5)
	}
	if size == 0 {
		return unsafe.Pointer(&zeroSized)
	}
	return mallocarray(unsafe.Pointer(elem), capacity)
}

// makeslicein makes a small array in a buffer of the caller's frame.
func makeslicein(buffer unsafe.Pointer, elem *abi.Type, length, capacity int) unsafe.Pointer {
	if uint(capacity) <= shortBuffer && uint(length) <= uint(capacity) && elem.Size_ <= shortBuffer {
		if elem.Size_*uintptr(capacity) <= shortBuffer {
			memclrNoHeapPointers(buffer, shortBuffer)
			return buffer
		}
	}
	return makeslice(elem, length, capacity)
}

// zeroSized is the address of all values without size.
var zeroSized uintptr

// growslice gives an array with room for needed elements and the contents of the old one of capacity oldCap, of which
// needed-num are in use.
func growslice(old unsafe.Pointer, needed, oldCap, num int, elem *abi.Type) (unsafe.Pointer, int, int) {
	oldLen := needed - num
	if needed < 0 {
		panic(errorString("growslice: len out of range"))
	}
	size := elem.Size_
	if size == 0 {
		return unsafe.Pointer(&zeroSized), needed, needed
	}
	capacity := grownCap(needed, oldCap)
	bytes, overflow := math.MulUintptr(size, uintptr(capacity))
	noPointers := elem.PtrBytes == 0
	if !overflow && bytes <= maxAlloc {
		bytes = roundupsize(bytes, noPointers)
	}
	if overflow || bytes > maxAlloc {
		panic(errorString("growslice: len out of range"))
	}
	capacity = int(bytes / size)
	used := uintptr(oldLen) * size
	var p unsafe.Pointer
	if noPointers {
		p = mallocgc(bytes, nil, false)
		// What append does not write.
		from := uintptr(needed) * size
		memclrNoHeapPointers(add(p, from), bytes-from)
	} else {
		p = mallocarray(unsafe.Pointer(elem), capacity)
	}
	memmove(p, old, used)
	return p, needed, capacity
}

// growplainslice is growslice for elements without pointers: escape analysis knows that nothing is kept of the old array.
func growplainslice(old unsafe.Pointer, needed, oldCap, num int, elem *abi.Type) (unsafe.Pointer, int, int) {
	return growslice(old, needed, oldCap, num, elem)
}

// grownCap is the capacity to ask for: twice the old one for small slices, a quarter more for large ones, with a smooth
// way from one to the other.
func grownCap(needed, old int) int {
	if needed > old+old {
		return needed
	}
	const small = 256
	if old < small {
		return old + old
	}
	capacity := old
	for uint(capacity) < uint(needed) {
		capacity += (capacity + 3*small) >> 2
	}
	if capacity <= 0 {
		return needed
	}
	return capacity
}

type sliceHeader struct {
	array    unsafe.Pointer
	len, cap int
}

//go:linkname reflect_growslice reflect.growslice
func reflect_growslice(elem *abi.Type, old sliceHeader, num int) sliceHeader {
	// reflect counts from the capacity.
	num -= old.cap - old.len
	array, _, capacity := growslice(old.array, old.cap+num, old.cap, num, elem)
	// reflect counts on zeros behind the old capacity.
	if elem.PtrBytes == 0 {
		start := uintptr(old.cap) * elem.Size_
		memclrNoHeapPointers(add(array, start), uintptr(capacity)*elem.Size_-start)
	}
	return sliceHeader{array, old.len, capacity}
}

//go:linkname reflect_unsafeslice reflect.unsafeslice
func reflect_unsafeslice(elem *abi.Type, p unsafe.Pointer, n int) {
	if n < 0 {
		panicargument(0)
	}
	if elem.Size_ == 0 {
		if p == nil && n > 0 {
			panicargument(1)
		}
		return
	}
	size, overflow := math.MulUintptr(elem.Size_, uintptr(n))
	if overflow || size > -uintptr(p) {
		if p == nil {
			panicargument(1)
		}
		panicargument(0)
	}
}
