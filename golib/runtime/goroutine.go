package runtime

import "unsafe"

// gstate is the part of a goroutine that belongs to this half: the first words of the Rust half's structure,
// of which the collector takes every word for a pointer. The first four are copied to goroutines that it starts.
type gstate struct {
	labels    unsafe.Pointer // profiler labels
	bubble    unsafe.Pointer // synctest bubble
	inherited uintptr        // flags, see below
	spare     uintptr

	defers *deferRecord
	panics *panicRecord
	flags  uintptr // flags of its own, see below
	coro   unsafe.Pointer

	faultPC      uintptr
	faultAddress uintptr
	faultSignal  uintptr // signal number; its code in the upper half

	waitReason uintptr
	id         uint64
	start      unsafe.Pointer // function value
	creatorPC  uintptr
	parent     uint64

	status uintptr // written by the Rust half: bit 0 system goroutine, bit 1 locked to a thread
	rest   [7]uintptr
}

// Bits of gstate.inherited.
const (
	fipsBypass = 1 << iota
)

// Bits of gstate.flags. The fips service indicator is the second byte.
const (
	panicOnFault = 1 << iota
	printingPanic
	fipsIndicatorShift = 8
)

const (
	systemGoroutine = 1 << iota
	lockedGoroutine
)

func current() *gstate {
	return (*gstate)(getg())
}

// Goexit ends the goroutine that calls it, after its deferred calls; other goroutines are not touched. Called from
// the main goroutine it ends that goroutine without main returning: the program goes on, and crashes once all
// others have ended.
func Goexit() {
	g := current()
	p := &panicRecord{link: g.panics, goexit: true}
	g.panics = p
	runDeferred(g, p)
	goexit0()
}

// Gosched lets other goroutines run; the caller goes on some time later.
func Gosched() {
	gosched()
}

// NumGoroutine is the number of goroutines there are.
func NumGoroutine() int {
	return numgoroutine()
}

// GOMAXPROCS sets how many threads may run Go code at the same time, and gives the number before. With n < 1 it
// changes nothing.
func GOMAXPROCS(n int) int {
	return gomaxprocs(n)
}

// SetDefaultGOMAXPROCS sets GOMAXPROCS to what it is without environment variable and calls of [GOMAXPROCS].
func SetDefaultGOMAXPROCS() {
	gomaxprocs(ncpu())
}

// NumCPU is the number of processors the process could use when it started.
func NumCPU() int {
	return ncpu()
}

// NumCgoCall is the number of calls of C code: there are none.
func NumCgoCall() int64 {
	return 0
}

// LockOSThread binds the goroutine to its thread until it has called [UnlockOSThread] as often. A goroutine that ends
// bound takes its thread with it.
func LockOSThread() {
	lockosthread()
}

// UnlockOSThread undoes one call of [LockOSThread].
func UnlockOSThread() {
	unlockosthread()
}

//go:linkname sync_runtime_procPin sync.runtime_procPin
func sync_runtime_procPin() int {
	return procPin()
}

//go:linkname sync_runtime_procUnpin sync.runtime_procUnpin
func sync_runtime_procUnpin() {
	procUnpin()
}

//go:linkname sync_atomic_runtime_procPin sync/atomic.runtime_procPin
func sync_atomic_runtime_procPin() int {
	return procPin()
}

//go:linkname sync_atomic_runtime_procUnpin sync/atomic.runtime_procUnpin
func sync_atomic_runtime_procUnpin() {
	procUnpin()
}

func randn(n uint32) uint32 {
	return uint32(uint64(uint32(rand())) * uint64(n) >> 32)
}

//go:linkname maps_rand internal/runtime/maps.rand
func maps_rand() uint64 {
	return rand()
}
