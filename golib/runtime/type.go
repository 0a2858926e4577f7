package runtime

import (
	"internal/abi"
	"unsafe"
)

// Offsets of names, types and code in descriptors are the low 32 bits of addresses: programs are linked below
// 2 GiB. 0 is none, also of what was left out of the program; -1 is what the standard library takes for that. What lies
// below are numbers of things that reflect made at run time.

const removed = -1

var offsets struct {
	mu    spinlock
	of    map[unsafe.Pointer]int32
	known []unsafe.Pointer // the thing with number -2-i
}

//go:linkname reflect_addReflectOff reflect.addReflectOff
func reflect_addReflectOff(p unsafe.Pointer) int32 {
	offsets.mu.lock()
	defer offsets.mu.unlock()
	if n, ok := offsets.of[p]; ok {
		return n
	}
	if offsets.of == nil {
		offsets.of = make(map[unsafe.Pointer]int32)
	}
	n := int32(removed - 1 - len(offsets.known))
	offsets.known = append(offsets.known, p)
	offsets.of[p] = n
	return n
}

func resolve(off int32) unsafe.Pointer {
	switch {
	case off >= 0:
		return unsafe.Pointer(uintptr(off))
	case off == removed:
		return nil
	}
	offsets.mu.lock()
	p := offsets.known[removed-1-off]
	offsets.mu.unlock()
	return p
}

func nameAt(off abi.NameOff) abi.Name {
	return abi.Name{Bytes: (*byte)(resolve(int32(off)))}
}

func typeAt(off abi.TypeOff) *abi.Type {
	return (*abi.Type)(resolve(int32(off)))
}

//go:linkname reflect_resolveNameOff reflect.resolveNameOff
func reflect_resolveNameOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return resolve(off)
}

//go:linkname reflect_resolveTypeOff reflect.resolveTypeOff
func reflect_resolveTypeOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return resolve(off)
}

//go:linkname reflect_resolveTextOff reflect.resolveTextOff
func reflect_resolveTextOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	if p := resolve(off); p != nil {
		return p
	}
	return unsafe.Pointer(abi.FuncPCABI0(unreachableMethod))
}

//go:linkname reflectlite_resolveNameOff internal/reflectlite.resolveNameOff
func reflectlite_resolveNameOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return resolve(off)
}

//go:linkname reflectlite_resolveTypeOff internal/reflectlite.resolveTypeOff
func reflectlite_resolveTypeOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return resolve(off)
}

// unreachableMethod stands for methods that were left out of the program.
func unreachableMethod() {
	throw("unreachable method called. linker bug?")
}

// typePackage is the path of the package that a type belongs to.
func typePackage(t *abi.Type) string {
	if u := t.Uncommon(); u != nil {
		return nameAt(u.PkgPath).Name()
	}
	switch t.Kind() {
	case abi.Struct:
		return (*abi.StructType)(unsafe.Pointer(t)).PkgPath.Name()
	case abi.Interface:
		return (*abi.InterfaceType)(unsafe.Pointer(t)).PkgPath.Name()
	}
	return ""
}

// namePackage is the path of the package that an unexported name belongs to, "" if it does not say.
func namePackage(n abi.Name) string {
	if n.Bytes == nil || *n.Data(0)&(1<<2) == 0 {
		return ""
	}
	i, l := n.ReadVarint(1)
	at := 1 + i + l
	if n.HasTag() {
		i, l = n.ReadVarint(at)
		at += i + l
	}
	off := int32(0)
	for k := 3; k >= 0; k-- {
		off = off<<8 | int32(*n.Data(at + k))
	}
	return nameAt(abi.NameOff(off)).Name()
}

//go:linkname maps_typeString internal/runtime/maps.typeString
func maps_typeString(t *abi.Type) string {
	return typeString(t)
}

// Bounds of tables in the program's image. Tables are absent if nothing is in them.
func typelinkBounds() (start, end unsafe.Pointer)
func itablinkBounds() (start, end unsafe.Pointer)

var links struct {
	mu     spinlock
	sorted [][]int32
}

// typelinks gives the unnamed types of the program, sorted by their strings.
//
//go:linkname reflect_typelinks reflect.typelinks
func reflect_typelinks() ([]unsafe.Pointer, [][]int32) {
	links.mu.lock()
	defer links.mu.unlock()
	if links.sorted == nil {
		start, end := typelinkBounds()
		n := (uintptr(end) - uintptr(start)) / 8
		list := make([]int32, 0, n)
		for i := uintptr(0); i < n; i++ {
			list = append(list, *(*int32)(add(start, i*8)))
		}
		sortTypes(list, make([]int32, n))
		links.sorted = [][]int32{list}
	}
	return []unsafe.Pointer{nil}, links.sorted
}

// sortTypes sorts addresses of descriptors by the types' strings: a merge sort.
func sortTypes(list, scratch []int32) {
	if len(list) < 2 {
		return
	}
	half := len(list) / 2
	sortTypes(list[:half], scratch)
	sortTypes(list[half:], scratch)
	copy(scratch, list[:half])
	left, right, at := scratch[:half], list[half:], 0
	for len(left) > 0 {
		if len(right) > 0 && typeString(typeAt(abi.TypeOff(right[0]))) < typeString(typeAt(abi.TypeOff(left[0]))) {
			list[at] = right[0]
			right = right[1:]
		} else {
			list[at] = left[0]
			left = left[1:]
		}
		at++
	}
}

// smallIntegers holds each number at its own index.
var smallIntegers [256]uint64

func fillSmallIntegers() {
	for i := range smallIntegers {
		smallIntegers[i] = uint64(i)
	}
}

// getStaticuint64s gives the same numbers in memory that cannot be written: reflect hands out slices of it.
func getStaticuint64s() *[256]uint64

// zeroVal is what reads of absent map elements and reflect's zero values point to.
var zeroVal [abi.ZeroValSize]byte
