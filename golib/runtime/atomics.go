package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

func loadUint32(p *uint32) uint32                  { return atomic.Load(p) }
func casUint32(p *uint32, old, new uint32) bool    { return atomic.Cas(p, old, new) }
func loadUintptr(p *uintptr) uintptr               { return atomic.Loaduintptr(p) }
func storeUintptr(p *uintptr, v uintptr)           { atomic.Storeuintptr(p, v) }
func casUintptr(p *uintptr, old, new uintptr) bool { return atomic.Casuintptr(p, old, new) }

func loadPointer(p *unsafe.Pointer) unsafe.Pointer {
	return unsafe.Pointer(atomic.Loaduintptr((*uintptr)(unsafe.Pointer(p))))
}

func storePointer(p *unsafe.Pointer, v unsafe.Pointer) {
	atomic.Storeuintptr((*uintptr)(unsafe.Pointer(p)), uintptr(v))
}

//go:linkname atomic_storePointer internal/runtime/atomic.storePointer
func atomic_storePointer(p *unsafe.Pointer, v unsafe.Pointer) { storePointer(p, v) }

//go:linkname atomic_casPointer internal/runtime/atomic.casPointer
func atomic_casPointer(p *unsafe.Pointer, old, new unsafe.Pointer) bool {
	return casUintptr((*uintptr)(unsafe.Pointer(p)), uintptr(old), uintptr(new))
}

// spinlock guards short sections that do not allocate much and never wait.
type spinlock struct {
	state uint32
}

func (l *spinlock) lock() {
	for !casUint32(&l.state, 0, 1) {
		Gosched()
	}
}

func (l *spinlock) unlock() {
	atomic.Store(&l.state, 0)
}
