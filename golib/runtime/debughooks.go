package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// Hooks of runtime/debug and of packages that keep state per goroutine.

func setgcpercent(percent int32) int32
func setmemorylimit(limit int64) int64
func freeosmemory()

//go:linkname debug_setGCPercent runtime/debug.setGCPercent
func debug_setGCPercent(percent int32) int32 {
	gcPercent.Store(int64(max(percent, -1)) + 2)
	return setgcpercent(percent)
}

// gcPercent is what GOGC was set to, and 2; 0 as long as that is left to the environment.
var gcPercent atomic.Int64

// currentGCPercent is GOGC, -1 if it is off.
func currentGCPercent() int64 {
	if p := gcPercent.Load(); p != 0 {
		return p - 2
	}
	const byDefault = 100
	value := getenv("GOGC")
	if value == "off" {
		return -1
	}
	digits, negative := value, false
	if len(value) > 0 && value[0] == '-' {
		digits, negative = value[1:], true
	}
	if digits == "" {
		return byDefault
	}
	n := int64(0)
	for i := range len(digits) {
		d := digits[i] - '0'
		if n = n*10 + int64(d); d > 9 || n > 1<<31-1 {
			return byDefault
		}
	}
	if negative {
		return -1
	}
	return n
}

//go:linkname debug_setMemoryLimit runtime/debug.setMemoryLimit
func debug_setMemoryLimit(limit int64) int64 { return setmemorylimit(limit) }

//go:linkname debug_freeOSMemory runtime/debug.freeOSMemory
func debug_freeOSMemory() { freeosmemory() }

//go:linkname debug_WriteHeapDump runtime/debug.WriteHeapDump
func debug_WriteHeapDump(fd uintptr) {
	panic(plainError("debug.WriteHeapDump: heap dumps are not supported by this runtime"))
}

//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string { return linkedModules }

func setmaxstack(bytes int) int

//go:linkname debug_setMaxStack runtime/debug.setMaxStack
func debug_setMaxStack(bytes int) int { return setmaxstack(bytes) }

func setmaxthreads(n int) int

//go:linkname debug_setMaxThreads runtime/debug.setMaxThreads
func debug_setMaxThreads(n int) int {
	// More than the kernel's numbers of threads means no limit.
	return setmaxthreads(min(max(n, 0), 1<<31-1))
}

//go:linkname debug_setPanicOnFault runtime/debug.setPanicOnFault
func debug_setPanicOnFault(on bool) bool {
	g := current()
	old := g.flags&panicOnFault != 0
	if on {
		g.flags |= panicOnFault
	} else {
		g.flags &^= panicOnFault
	}
	return old
}

func setCrashFD(fd uintptr) uintptr {
	old := crashFD
	crashFD = fd
	return old
}

//go:linkname fips_getIndicator crypto/internal/fips140.getIndicator
func fips_getIndicator() uint8 {
	return uint8(current().flags >> fipsIndicatorShift)
}

//go:linkname fips_setIndicator crypto/internal/fips140.setIndicator
func fips_setIndicator(v uint8) {
	g := current()
	g.flags = g.flags&^(0xff<<fipsIndicatorShift) | uintptr(v)<<fipsIndicatorShift
}

//go:linkname fips_setBypass crypto/fips140.setBypass
func fips_setBypass() { current().inherited |= fipsBypass }

//go:linkname fips_unsetBypass crypto/fips140.unsetBypass
func fips_unsetBypass() { current().inherited &^= fipsBypass }

//go:linkname fips_isBypassed crypto/fips140.isBypassed
func fips_isBypassed() bool { return current().inherited&fipsBypass != 0 }

// Data-independent timing needs no switch on this processor.
//
//go:linkname subtle_setDITEnabled crypto/subtle.setDITEnabled
func subtle_setDITEnabled() bool { return false }

//go:linkname subtle_setDITDisabled crypto/subtle.setDITDisabled
func subtle_setDITDisabled() {}

// The official kernel interface's vDSO function is not used: the caller makes the system call.
//
//go:linkname vgetrandom
func vgetrandom(p []byte, flags uint32) (n int, supported bool) { return -1, false }

// There is no C code to call.
//
//go:linkname syscall_cgocaller syscall.cgocaller
func syscall_cgocaller(fn unsafe.Pointer, args ...uintptr) uintptr {
	throw("cgo call in a program without cgo")
	return 0
}

// SetCgoTraceback is for programs with C code, of which there are none.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {}
