package runtime

import (
	"internal/abi"
	"internal/runtime/maps"
	"internal/runtime/syscall/linux"
	"unsafe"
)

// What widely used modules take from the official runtime by name, or have in assembly: golang.org/x/sys/unix (the
// rest of it is in the Rust half), github.com/modern-go/reflect2, github.com/ugorji/go/codec, and random numbers under
// the names of former releases.

//go:linkname unix_Syscall golang.org/x/sys/unix.Syscall
func unix_Syscall(trap, a1, a2, a3 uintptr) (r1, r2, errno uintptr) {
	return unix_Syscall6(trap, a1, a2, a3, 0, 0, 0)
}

//go:linkname unix_Syscall6 golang.org/x/sys/unix.Syscall6
func unix_Syscall6(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, errno uintptr) {
	entersyscall()
	r1, r2, errno = linux.Syscall6(trap, a1, a2, a3, a4, a5, a6)
	exitsyscall()
	return
}

//go:linkname unix_RawSyscall golang.org/x/sys/unix.RawSyscall
func unix_RawSyscall(trap, a1, a2, a3 uintptr) (r1, r2, errno uintptr) {
	return linux.Syscall6(trap, a1, a2, a3, 0, 0, 0)
}

//go:linkname unix_SyscallNoError golang.org/x/sys/unix.SyscallNoError
func unix_SyscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr) {
	r1, r2, _ = unix_Syscall6(trap, a1, a2, a3, 0, 0, 0)
	return
}

const sysGettimeofday = 96

//go:linkname unix_gettimeofday golang.org/x/sys/unix.gettimeofday
func unix_gettimeofday(at unsafe.Pointer) (errno uintptr) {
	_, _, errno = linux.Syscall6(sysGettimeofday, uintptr(at), 0, 0, 0, 0, 0)
	return
}

// moduleIter is an iterator as those modules lay it out: after the official one of Go 1.23.
type moduleIter struct {
	key  unsafe.Pointer
	elem unsafe.Pointer
	typ  *abi.MapType
	it   *maps.Iter
}

func mapiterinit(t *abi.MapType, m *maps.Map, it *moduleIter) {
	it.typ = t
	it.it = new(maps.Iter)
	it.it.Init(t, m)
	mapiternext(it)
}

func mapiternext(it *moduleIter) {
	it.it.Next()
	it.key, it.elem = it.it.Key(), it.it.Elem()
}

//go:linkname reflect_mapiterinit reflect.mapiterinit
func reflect_mapiterinit(t *abi.MapType, m *maps.Map, it *moduleIter) { mapiterinit(t, m, it) }

//go:linkname reflect_mapiternext reflect.mapiternext
func reflect_mapiternext(it *moduleIter) { mapiternext(it) }

//go:linkname reflect_mapiterkey reflect.mapiterkey
func reflect_mapiterkey(it *moduleIter) unsafe.Pointer { return it.it.Key() }

//go:linkname reflect_mapiterelem reflect.mapiterelem
func reflect_mapiterelem(it *moduleIter) unsafe.Pointer { return it.it.Elem() }

func makemap(t *abi.MapType, hint int, m *maps.Map) *maps.Map {
	return maps.NewMap(t, uintptr(max(hint, 0)), m, maxAlloc)
}

//go:linkname legacy_fastrand runtime.fastrand
func legacy_fastrand() uint32 { return uint32(rand()) }

//go:linkname legacy_fastrandn runtime.fastrandn
func legacy_fastrandn(n uint32) uint32 { return uint32(uint64(uint32(rand())) * uint64(n) >> 32) }

//go:linkname legacy_fastrand64 runtime.fastrand64
func legacy_fastrand64() uint64 { return rand() }
