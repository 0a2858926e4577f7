package runtime

import (
	"internal/abi"
	"unsafe"
)

// Finalizers and cleanups. The Rust half keeps a record per object, finds out which objects have become
// unreachable, and queues their records; one goroutine runs them.

func addfinalizer(object, record unsafe.Pointer) int
func removefinalizer(object unsafe.Pointer)
func addcleanup(object, record unsafe.Pointer) uint64
func stopcleanup(object unsafe.Pointer, id uint64)
func finwait() (record, object unsafe.Pointer)
func finidle() bool
func newsystemproc(fn unsafe.Pointer)
func gc()
func weakregister(p unsafe.Pointer) unsafe.Pointer
func weakget(handle unsafe.Pointer) unsafe.Pointer
func setpoolcleanup(fn unsafe.Pointer)

// finalization is what is called for an object: a finalizer with the object, or a cleanup.
type finalization struct {
	cleanup func()
	fn      unsafe.Pointer // function value of the finalizer
	typ     *abi.FuncType
	object  *abi.Type // pointer type of the object
}

var finalizers struct {
	started uint32
}

func startFinalizers() {
	if casUint32(&finalizers.started, 0, 1) {
		f := runFinalizers
		newsystemproc(*(*unsafe.Pointer)(unsafe.Pointer(&f)))
	}
}

func runFinalizers() {
	for {
		record, object := finwait()
		if record == nil {
			continue
		}
		f := (*finalization)(record)
		if f.cleanup != nil {
			f.cleanup()
			continue
		}
		callFinalizer(f, object)
	}
}

// blockUntilEmptyCleanupQueue waits until what has been queued has been run, at most timeout nanoseconds; false if that was
// not enough.
func blockUntilEmptyCleanupQueue(timeout int64) bool {
	start := nanotime()
	for loadUint32(&finalizers.started) != 0 && !finidle() {
		if nanotime()-start >= timeout {
			return false
		}
		gosched()
	}
	return true
}

//go:linkname unique_runtime_blockUntilEmptyCleanupQueue unique.runtime_blockUntilEmptyCleanupQueue
func unique_runtime_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilEmptyCleanupQueue(timeout)
}

//go:linkname sync_test_runtime_blockUntilEmptyCleanupQueue sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_test_runtime_blockUntilEmptyCleanupQueue(timeout int64) bool {
	return blockUntilEmptyCleanupQueue(timeout)
}

// SetFinalizer has finalizer(obj) called in a goroutine of the runtime once the object that obj points to is
// unreachable; the object is reachable again during the call and without finalizer after it. A nil finalizer takes the
// object's finalizer away. That it is called before the program ends is not certain.
func SetFinalizer(obj any, finalizer any) {
	e := (*abi.EmptyInterface)(unsafe.Pointer(&obj))
	t := e.Type
	if t == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if t.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + typeString(t) + ", not pointer")
	}
	elem := (*abi.PtrType)(unsafe.Pointer(t)).Elem
	if e.Data == nil {
		throw("nil elem type!")
	}
	base, _ := findobject(e.Data)
	f := (*abi.EmptyInterface)(unsafe.Pointer(&finalizer))
	if base == nil {
		// Not memory of the heap: a global, or without size. It never goes away.
		return
	}
	if base != e.Data && (elem.PtrBytes != 0 || elem.Size_ >= 16) {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	if f.Type == nil {
		removefinalizer(e.Data)
		return
	}
	if f.Type.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + typeString(f.Type) + ", not a function")
	}
	ft := (*abi.FuncType)(unsafe.Pointer(f.Type))
	if ft.IsVariadic() {
		throw("runtime.SetFinalizer: cannot pass " + typeString(t) + " to finalizer " + typeString(f.Type) + " because dotdotdot")
	}
	if ft.NumIn() != 1 || !takes(ft.In(0), t) {
		throw("runtime.SetFinalizer: cannot pass " + typeString(t) + " to finalizer " + typeString(f.Type))
	}
	startFinalizers()
	record := &finalization{fn: f.Data, typ: ft, object: t}
	if addfinalizer(e.Data, unsafe.Pointer(record)) == 0 {
		throw("runtime.SetFinalizer: finalizer already set")
	}
}

// takes tells whether a parameter takes a value of pointer type t.
func takes(param, t *abi.Type) bool {
	switch param.Kind() {
	case abi.Pointer:
		return param == t || (param.Uncommon() == nil || t.Uncommon() == nil) &&
			(*abi.PtrType)(unsafe.Pointer(param)).Elem == (*abi.PtrType)(unsafe.Pointer(t)).Elem
	case abi.Interface:
		i := (*abi.InterfaceType)(unsafe.Pointer(param))
		return len(i.Methods) == 0 || assertE2I2(i, t) != nil
	}
	return false
}

// callFinalizer calls a finalizer with its object; results are dropped.
func callFinalizer(f *finalization, object unsafe.Pointer) {
	in := f.typ.In(0)
	// An argument of at most two words, then the results.
	size := uintptr(2 * 8)
	for i := range f.typ.NumOut() {
		out := f.typ.Out(i)
		align := uintptr(out.Align_)
		size = (size+align-1)&^(align-1) + out.Size_
	}
	frame := make([]unsafe.Pointer, (size+7)/8)
	switch {
	case in.Kind() == abi.Pointer:
		frame[0] = object
	case len((*abi.InterfaceType)(unsafe.Pointer(in)).Methods) == 0:
		frame[0], frame[1] = unsafe.Pointer(f.object), object
	default:
		frame[0] = unsafe.Pointer(assertE2I2((*abi.InterfaceType)(unsafe.Pointer(in)), f.object))
		frame[1] = object
	}
	callWithFrame(f.typ, nil, f.fn, unsafe.Pointer(unsafe.SliceData(frame)))
}

// Cleanup names a call made by [AddCleanup].
type Cleanup struct {
	id  uint64
	ptr uintptr
}

// AddCleanup has cleanup(arg) called in a goroutine of the runtime some time after the object that ptr points into has
// become unreachable. arg must not keep that object reachable.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	p := unsafe.Pointer(ptr)
	if p == nil {
		panic(plainError("runtime.AddCleanup: ptr is nil"))
	}
	if argumentIsPointer(any(arg), p) {
		panic(plainError("runtime.AddCleanup: ptr is equal to arg, cleanup will never run"))
	}
	return newCleanup(p, func() { cleanup(arg) })
}

func argumentIsPointer(arg any, p unsafe.Pointer) bool {
	e := (*abi.EmptyInterface)(unsafe.Pointer(&arg))
	return e.Type != nil && e.Type.Kind() == abi.Pointer && e.Data == p
}

func newCleanup(p unsafe.Pointer, fn func()) Cleanup {
	base, _ := findobject(p)
	if base == nil {
		// Not memory of the heap: it never goes away.
		return Cleanup{}
	}
	startFinalizers()
	id := addcleanup(base, unsafe.Pointer(&finalization{cleanup: fn}))
	return Cleanup{id, uintptr(base)}
}

// Stop takes the cleanup back, if it has not been queued yet.
func (c Cleanup) Stop() {
	if c.id != 0 {
		stopcleanup(unsafe.Pointer(c.ptr), c.id)
	}
}

func setgcworker(fn unsafe.Pointer)
func gcbackground() int

// startCollector tells the collector which goroutine does its work in the background. It is started when there is some.
func startCollector() {
	f := collectInBackground
	setgcworker(*(*unsafe.Pointer)(unsafe.Pointer(&f)))
}

func collectInBackground() {
	for {
		gcbackground()
		gosched()
	}
}

// GC collects garbage, and returns when that has been done.
func GC() {
	gc()
}

// What is emptied before each collection.
var emptied struct {
	pools  func()
	caches []*unsafe.Pointer
}

//go:linkname sync_runtime_registerPoolCleanup sync.runtime_registerPoolCleanup
func sync_runtime_registerPoolCleanup(f func()) {
	emptied.pools = f
	empty := emptyPools
	setpoolcleanup(*(*unsafe.Pointer)(unsafe.Pointer(&empty)))
}

// emptyPools is called with the world stopped.
func emptyPools() {
	if emptied.pools != nil {
		emptied.pools()
	}
	for _, cache := range emptied.caches {
		*cache = nil
	}
}

//go:linkname weak_runtime_registerWeakPointer weak.runtime_registerWeakPointer
func weak_runtime_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer {
	return weakregister(p)
}

//go:linkname weak_runtime_makeStrongFromWeak weak.runtime_makeStrongFromWeak
func weak_runtime_makeStrongFromWeak(handle unsafe.Pointer) unsafe.Pointer {
	return weakget(handle)
}

//go:linkname bcache_registerCache crypto/internal/boring/bcache.registerCache
func bcache_registerCache(p unsafe.Pointer) {
	emptied.caches = append(emptied.caches, (*unsafe.Pointer)(p))
	empty := emptyPools
	setpoolcleanup(*(*unsafe.Pointer)(unsafe.Pointer(&empty)))
}

// Pinner keeps objects where they are and alive. Objects of this runtime never move, so it only has to
// refer to them.
type Pinner struct {
	*pinner
}

type pinner struct {
	kept []unsafe.Pointer
}

// Pin keeps the object that pointer points to until [Pinner.Unpin].
func (p *Pinner) Pin(pointer any) {
	e := (*abi.EmptyInterface)(unsafe.Pointer(&pointer))
	if e.Type == nil {
		panic(errorString("runtime.Pinner: argument is nil"))
	}
	switch e.Type.Kind() {
	case abi.Pointer, abi.UnsafePointer:
	default:
		panic(errorString("runtime.Pinner: argument is not a pointer: " + typeString(e.Type)))
	}
	if p.pinner == nil {
		p.pinner = new(pinner)
		pinnedMu.lock()
		pinned[p.pinner] = struct{}{}
		pinnedMu.unlock()
	}
	p.kept = append(p.kept, e.Data)
}

// Unpin lets go of all objects.
func (p *Pinner) Unpin() {
	if p.pinner == nil {
		return
	}
	pinnedMu.lock()
	delete(pinned, p.pinner)
	pinnedMu.unlock()
	p.pinner = nil
}

var (
	pinnedMu spinlock
	pinned   = map[*pinner]struct{}{}
)
