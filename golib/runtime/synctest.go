package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// synctestBubble is the head of the Rust half's structure (synctest/mod.rs).
type synctestBubble struct {
	id  uint64
	now int64
}

func bubblenew(f unsafe.Pointer) *synctestBubble
func bubblerun(b *synctestBubble)
func bubbleadvance(b *synctestBubble) bool
func bubbleend(b *synctestBubble) (left int, done bool)
func bubblewait(b *synctestBubble) bool
func bubblewaited(b *synctestBubble)
func bubbleactive(b *synctestBubble, delta int)

func currentBubble() *synctestBubble {
	return (*synctestBubble)(current().bubble)
}

func currentBubbleID() uint64 {
	if b := currentBubble(); b != nil {
		return b.id
	}
	return 0
}

func bubblenow(b *synctestBubble) int64 {
	return int64(atomic.Load64((*uint64)(unsafe.Pointer(&b.now))))
}

// synctestDeadlockError is what Run panics with if goroutines are left in the bubble.
type synctestDeadlockError struct {
	reason string
}

func (e synctestDeadlockError) Error() string {
	return e.reason
}

//go:linkname synctestRun internal/synctest.Run
func synctestRun(f func()) {
	if currentBubble() != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	b := bubblenew(funcPointer(f))
	for {
		bubblerun(b)
		if !bubbleadvance(b) {
			break
		}
	}
	left, done := bubbleend(b)
	if left == 0 {
		return
	}
	if done {
		panic(synctestDeadlockError{"deadlock: main bubble goroutine has exited but blocked goroutines remain"})
	}
	panic(synctestDeadlockError{"deadlock: all goroutines in bubble are blocked"})
}

//go:linkname synctestWait internal/synctest.Wait
func synctestWait() {
	b := currentBubble()
	if b == nil {
		panic("goroutine is not in a bubble")
	}
	if !bubblewait(b) {
		panic("wait already in progress")
	}
	bubblewaited(b)
}

//go:linkname synctest_isInBubble internal/synctest.IsInBubble
func synctest_isInBubble() bool {
	return currentBubble() != nil
}

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any {
	b := currentBubble()
	if b == nil {
		return nil
	}
	bubbleactive(b, 1)
	return b
}

//go:linkname synctest_release internal/synctest.release
func synctest_release(bubble any) {
	bubbleactive(bubble.(*synctestBubble), -1)
}

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(bubble any, f func()) {
	g := current()
	if g.bubble != nil {
		panic("goroutine is already bubbled")
	}
	g.bubble = unsafe.Pointer(bubble.(*synctestBubble))
	defer func() {
		current().bubble = nil
	}()
	f()
}

// Results of synctest_associate.
const (
	bubbleNone    = 0
	bubbleCurrent = 1
	bubbleOther   = 2
)

// bubbleOf knows the bubbles of heap objects that have been associated with one. Addresses are inverted, so that the
// table keeps nothing alive; a cleanup removes the entries of dead objects.
var bubbleOf struct {
	lock    spinlock
	entries map[uintptr]bubbleEntry
	serial  uint64
}

type bubbleEntry struct {
	id     uint64
	serial uint64
}

// bubbleKey is what a cleanup needs to remove an entry.
type bubbleKey struct {
	inverted uintptr
	serial   uint64
}

func forgetBubble(key bubbleKey) {
	bubbleOf.lock.lock()
	if bubbleOf.entries[key.inverted].serial == key.serial {
		delete(bubbleOf.entries, key.inverted)
	}
	bubbleOf.lock.unlock()
}

//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int {
	if base, _ := findobject(p); base == nil {
		return bubbleNone // a package's variable belongs to nobody
	}
	id := currentBubbleID()
	inverted := ^uintptr(p)
	bubbleOf.lock.lock()
	e, ok := bubbleOf.entries[inverted]
	if ok {
		bubbleOf.lock.unlock()
		if e.id == id {
			return bubbleCurrent
		}
		return bubbleOther
	}
	if bubbleOf.entries == nil {
		bubbleOf.entries = make(map[uintptr]bubbleEntry)
	}
	bubbleOf.serial++
	serial := bubbleOf.serial
	bubbleOf.entries[inverted] = bubbleEntry{id, serial}
	bubbleOf.lock.unlock()
	AddCleanup((*byte)(p), forgetBubble, bubbleKey{inverted, serial})
	return bubbleCurrent
}

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) {
	bubbleOf.lock.lock()
	delete(bubbleOf.entries, ^uintptr(p))
	bubbleOf.lock.unlock()
}

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool {
	bubbleOf.lock.lock()
	e, ok := bubbleOf.entries[^uintptr(p)]
	bubbleOf.lock.unlock()
	return ok && e.id == currentBubbleID()
}
