package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

func semsleep(s *uint32, lifo bool, reason int) int
func semwake(s *uint32, handoff bool) bool
func notifywait(l unsafe.Pointer, ticket uint32)
func notifyall(l unsafe.Pointer)
func notifyone(l unsafe.Pointer)
func canspin(i int) bool
func procyield(n uint32)

// semacquire takes a permit, waiting for one if there is none. Profiles leave out skip calls above the function that
// calls it.
func semacquire(s *uint32, lifo bool, reason waitReason, skip int) {
	for {
		for {
			v := atomic.Load(s)
			if v == 0 {
				break
			}
			if atomic.Cas(s, v, v-1) {
				return
			}
		}
		start := blockStart()
		var waiter *lockWaiter
		if reason == waitReasonSyncMutexLock || reason == waitReasonSyncRWMutexLock || reason == waitReasonSyncRWMutexRLock {
			waiter = lockWaitStart(s)
		}
		done := semsleep(s, lifo, int(reason)) != 0
		lockWaitEnd(waiter)
		blockEnd(start, skip+2)
		if done {
			return
		}
	}
}

// semrelease gives a permit back. With handoff it goes to the first waiter, which runs next.
func semrelease(s *uint32, handoff bool) {
	if semwake(s, handoff) {
		gosched()
	}
}

//go:linkname sync_runtime_Semacquire sync.runtime_Semacquire
func sync_runtime_Semacquire(s *uint32) {
	semacquire(s, false, waitReasonSemacquire, 0)
}

//go:linkname sync_runtime_SemacquireWaitGroup sync.runtime_SemacquireWaitGroup
func sync_runtime_SemacquireWaitGroup(s *uint32, synctestDurable bool) {
	reason := waitReasonSyncWaitGroupWait
	if synctestDurable {
		reason = waitReasonSynctestWaitGroupWait
	}
	semacquire(s, false, reason, 0)
}

//go:linkname sync_runtime_SemacquireRWMutexR sync.runtime_SemacquireRWMutexR
func sync_runtime_SemacquireRWMutexR(s *uint32, lifo bool, skipframes int) {
	semacquire(s, lifo, waitReasonSyncRWMutexRLock, skipframes)
}

//go:linkname sync_runtime_SemacquireRWMutex sync.runtime_SemacquireRWMutex
func sync_runtime_SemacquireRWMutex(s *uint32, lifo bool, skipframes int) {
	semacquire(s, lifo, waitReasonSyncRWMutexLock, skipframes)
}

//go:linkname sync_runtime_Semrelease sync.runtime_Semrelease
func sync_runtime_Semrelease(s *uint32, handoff bool, skipframes int) {
	lockReleased(s, skipframes+1)
	semrelease(s, handoff)
}

//go:linkname internal_sync_runtime_SemacquireMutex internal/sync.runtime_SemacquireMutex
func internal_sync_runtime_SemacquireMutex(s *uint32, lifo bool, skipframes int) {
	semacquire(s, lifo, waitReasonSyncMutexLock, skipframes)
}

//go:linkname internal_sync_runtime_Semrelease internal/sync.runtime_Semrelease
func internal_sync_runtime_Semrelease(s *uint32, handoff bool, skipframes int) {
	lockReleased(s, skipframes+1)
	semrelease(s, handoff)
}

//go:linkname poll_runtime_Semacquire internal/poll.runtime_Semacquire
func poll_runtime_Semacquire(s *uint32) {
	semacquire(s, false, waitReasonSemacquire, 0)
}

//go:linkname poll_runtime_Semrelease internal/poll.runtime_Semrelease
func poll_runtime_Semrelease(s *uint32) {
	semrelease(s, false)
}

//go:linkname internal_sync_runtime_canSpin internal/sync.runtime_canSpin
func internal_sync_runtime_canSpin(i int) bool {
	return canspin(i)
}

//go:linkname internal_sync_runtime_doSpin internal/sync.runtime_doSpin
func internal_sync_runtime_doSpin() {
	procyield(30)
}

//go:linkname sync_runtime_canSpin sync.runtime_canSpin
func sync_runtime_canSpin(i int) bool {
	return canspin(i)
}

//go:linkname sync_runtime_doSpin sync.runtime_doSpin
func sync_runtime_doSpin() {
	procyield(30)
}

//go:linkname internal_sync_nanotime internal/sync.runtime_nanotime
func internal_sync_nanotime() int64 {
	return nanotime()
}

// notifyList is sync.notifyList.
type notifyList struct {
	wait   uint32
	notify uint32
	lock   uintptr
	head   unsafe.Pointer
	tail   unsafe.Pointer
}

//go:linkname notifyListAdd sync.runtime_notifyListAdd
func notifyListAdd(l *notifyList) uint32 {
	return atomic.Xadd(&l.wait, 1) - 1
}

//go:linkname notifyListWait sync.runtime_notifyListWait
func notifyListWait(l *notifyList, t uint32) {
	start := blockStart()
	notifywait(unsafe.Pointer(l), t)
	blockEnd(start, 1)
}

//go:linkname notifyListNotifyAll sync.runtime_notifyListNotifyAll
func notifyListNotifyAll(l *notifyList) {
	if atomic.Load(&l.wait) != atomic.Load(&l.notify) {
		notifyall(unsafe.Pointer(l))
	}
}

//go:linkname notifyListNotifyOne sync.runtime_notifyListNotifyOne
func notifyListNotifyOne(l *notifyList) {
	if atomic.Load(&l.wait) != atomic.Load(&l.notify) {
		notifyone(unsafe.Pointer(l))
	}
}

//go:linkname notifyListCheck sync.runtime_notifyListCheck
func notifyListCheck(size uintptr) {
	if size != unsafe.Sizeof(notifyList{}) {
		throw("bad notifyList size")
	}
}
