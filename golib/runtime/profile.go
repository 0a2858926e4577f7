package runtime

import (
	"internal/coverage/rtcov"
	"internal/profilerecord"
	"unsafe"
)

// Profiles of goroutines and of memory; others are in waitprofile.go.

type covCounterBlob = rtcov.CovCounterBlob

// MemProfileRate says for how many allocated bytes, on average, the memory profile takes one sample.
var MemProfileRate int = 512 * 1024

// StackRecord is the stack of a goroutine.
type StackRecord struct {
	Stack0 [32]uintptr // return addresses; ends at the first zero
}

// Stack is the part of Stack0 that is filled.
func (r *StackRecord) Stack() []uintptr {
	return filled(r.Stack0[:])
}

func filled(stack []uintptr) []uintptr {
	for i, pc := range stack {
		if pc == 0 {
			return stack[:i]
		}
	}
	return stack
}

// MemProfileRecord is what was allocated at one place.
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack0                    [32]uintptr // return addresses; ends at the first zero
}

// InUseBytes is the number of bytes not freed.
func (r *MemProfileRecord) InUseBytes() int64 { return r.AllocBytes - r.FreeBytes }

// InUseObjects is the number of objects not freed.
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }

// Stack is the part of Stack0 that is filled.
func (r *MemProfileRecord) Stack() []uintptr {
	return filled(r.Stack0[:])
}

// memSample is what was sampled at one place; the Rust half (heap/hooks.rs) has the same layout.
type memSample struct {
	allocs, frees uint64
	size          uintptr // of each object
	depth         int
	stack         [128]uintptr // return addresses of machine code
}

// memprofilenext copies the record after this one (nil: the first) and gives it; nil if there are no more.
func memprofilenext(record unsafe.Pointer, to *memSample) unsafe.Pointer

// memRecords tells put of each record and its stack, if there is room for all of those that are wanted; how many these are.
func memRecords(room int, freed bool, put func(i int, r MemProfileRecord, stack []uintptr)) (n int, ok bool) {
	sample := new(memSample)
	wanted := func() bool { return freed || sample.allocs != sample.frees }
	for r := memprofilenext(nil, sample); r != nil; r = memprofilenext(r, sample) {
		if wanted() {
			n++
		}
	}
	if n > room {
		return n, false
	}
	// Records that come into being meanwhile are the last ones, and left for the next time.
	i := 0
	var stack []uintptr
	for r := memprofilenext(nil, sample); r != nil && i < n; r = memprofilenext(r, sample) {
		if !wanted() {
			continue
		}
		stack = stack[:0]
		for _, pc := range sample.stack[:sample.depth] {
			stack = appendCalls(stack, pc)
		}
		put(i, MemProfileRecord{
			AllocBytes:   int64(sample.allocs) * int64(sample.size),
			FreeBytes:    int64(sample.frees) * int64(sample.size),
			AllocObjects: int64(sample.allocs),
			FreeObjects:  int64(sample.frees),
		}, stack)
		i++
	}
	return i, true
}

// MemProfile gives the memory profile as of the last collection: how many records there are, and whether they fit. Those
// of which everything was freed are left out unless inuseZero is set.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return memRecords(len(p), inuseZero, func(i int, r MemProfileRecord, stack []uintptr) {
		p[i] = r
		copy(p[i].Stack0[:], stack)
	})
}

// CPUProfile is no longer supported.
//
// Deprecated: use package runtime/pprof.
func CPUProfile() []byte {
	panic("CPUProfile no longer available")
}

// StartTrace would begin a trace of the scheduler.
func StartTrace() error {
	return plainError("execution traces are not supported by gust")
}

// StopTrace ends it.
func StopTrace() {}

// ReadTrace gives the next part of the trace; nil when there is none.
func ReadTrace() []byte { return nil }

// goroutineStacks writes the stack of each goroutine with put, which is told how many there are first; it
// stops the world for it.
func goroutineStacks(room int, put func(i int, g *gstate, stack []uintptr)) (n int, ok bool) {
	frame := getfp()
	// All memory that is needed is made while the world runs.
	me := make([]uintptr, 32)
	length := walkStack(frame, 0, me)
	start := new(traceStart)
	buffer := make([]uintptr, (numgoroutine()+16)*32)
	owners := make([]*gstate, 0, numgoroutine()+16)
	self := current()
	stop_world()
	n = 1
	for i := 0; goroutinetrace(i, start); i++ {
		g := start.g
		if g == nil || g == self || start.status == statusDead || g.status&systemGoroutine != 0 {
			continue
		}
		n++
		if len(owners) == cap(owners) {
			continue
		}
		stack := buffer[len(owners)*32:][:32]
		k := 0
		if start.pc != 0 {
			stack[0] = start.pc + 1
			k = 1
		}
		walkStack(start.frame, 0, stack[k:])
		owners = append(owners, g)
	}
	start_world()
	if n > room {
		return n, false
	}
	put(0, self, me[:length])
	for i, g := range owners {
		put(i+1, g, filled(buffer[i*32:][:32]))
	}
	return n, true
}

// GoroutineProfile gives the stacks of all goroutines: how many there are, and whether they fit.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	return goroutineStacks(len(p), func(i int, g *gstate, stack []uintptr) {
		p[i] = StackRecord{}
		copy(p[i].Stack0[:], stack)
	})
}

//go:linkname pprof_goroutineProfileWithLabels runtime.pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return goroutineStacks(len(p), func(i int, g *gstate, stack []uintptr) {
		p[i].Stack = append([]uintptr{}, stack...)
		if i < len(labels) {
			labels[i] = g.labels
		}
	})
}

func pprof_goroutineLeakProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return 0, true
}

func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return memRecords(len(p), inuseZero, func(i int, r MemProfileRecord, stack []uintptr) {
		p[i] = profilerecord.MemProfileRecord{
			AllocBytes:   r.AllocBytes,
			FreeBytes:    r.FreeBytes,
			AllocObjects: r.AllocObjects,
			FreeObjects:  r.FreeObjects,
			Stack:        append([]uintptr{}, stack...),
		}
	})
}

func pprof_fpunwindExpand(dst, src []uintptr) int {
	return copy(dst, src)
}

func pprof_makeProfStack() []uintptr {
	return make([]uintptr, 128)
}

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1e9 }

//go:linkname pprof_setProfLabel runtime/pprof.runtime_setProfLabel
func pprof_setProfLabel(labels unsafe.Pointer) { current().labels = labels }

//go:linkname pprof_getProfLabel runtime/pprof.runtime_getProfLabel
func pprof_getProfLabel() unsafe.Pointer { return current().labels }

//go:linkname pprof_goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func pprof_goroutineleakcount() int { return 0 }

//go:linkname pprof_goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func pprof_goroutineLeakGC() { gc() }

// Hooks of runtime/trace: there is never a trace to write to.

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parent uint64, kind string) {}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) {}

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, kind string) {}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {}

//go:linkname trace_clockUnits runtime/trace.runtime_traceClockUnitsPerSecond
func trace_clockUnits() uint64 { return 1e9 }

func traceAdvance(stop bool) {}

func traceClockNow() uint64 { return uint64(nanotime()) }
