package runtime

import (
	"internal/abi"
	"internal/runtime/math"
	"unsafe"
)

// hchan is a channel. The Rust half (chan/mod.rs) has the same layout and works on everything behind elemSize.
type hchan struct {
	buf      unsafe.Pointer
	timer    *timer
	elem     *abi.Type
	count    uint
	cap      uint
	elemSize uintptr
	bubble   uint64
	rest     [7]uintptr
}

// Results of chansend.
const chanClosed = 2

func chansend(c *hchan, elem unsafe.Pointer, block bool) int
func chanrecv(c *hchan, elem unsafe.Pointer, block bool) (selected, received bool)
func chanclose(c *hchan) bool
func block()

// Largest number of bytes in a channel's buffer.
const maxChanBytes = 1<<47 - unsafe.Sizeof(hchan{})

func makechan(t *abi.ChanType, size int) *hchan {
	elem := t.Elem
	bytes, overflow := math.MulUintptr(elem.Size_, uintptr(size))
	if overflow || bytes > maxChanBytes || size < 0 {
		panic(plainError("makechan: size out of range"))
	}
	c := new(hchan)
	if bytes != 0 {
		if elem.PtrBytes == 0 {
			c.buf = mallocgc(bytes, nil, true)
		} else {
			c.buf = mallocgc(bytes, unsafe.Pointer(elem), true)
		}
	}
	c.elem = elem
	c.elemSize = elem.Size_
	c.cap = uint(size)
	c.bubble = currentBubbleID()
	return c
}

// checkBubble ends the program if the channel belongs to a synctest bubble that is not the current one.
func (c *hchan) checkBubble(what string) {
	if c != nil && c.bubble != 0 && c.bubble != currentBubbleID() {
		fatal(what)
	}
}

func chansend1(c *hchan, elem unsafe.Pointer) {
	c.checkBubble("send on synctest channel from outside bubble")
	status := 0
	if blockProfileRate != 0 {
		// Only what waits counts.
		status = chansend(c, elem, false)
	}
	if status == 0 {
		start := blockStart()
		status = chansend(c, elem, true)
		blockEnd(start, 0)
	}
	if status == chanClosed {
		panicSendClosed()
	}
}

func chanrecv2(c *hchan, elem unsafe.Pointer) bool {
	c.checkBubble("receive on synctest channel from outside bubble")
	if blockProfileRate == 0 {
		_, received := chanrecv(c, elem, true)
		return received
	}
	selected, received := chanrecv(c, elem, false)
	if !selected {
		start := blockStart()
		_, received = chanrecv(c, elem, true)
		blockEnd(start, 0)
	}
	return received
}

func selectnbsend(c *hchan, elem unsafe.Pointer) bool {
	c.checkBubble("send on synctest channel from outside bubble")
	status := chansend(c, elem, false)
	if status == chanClosed {
		panicSendClosed()
	}
	return status != 0
}

func selectnbrecv(elem unsafe.Pointer, c *hchan) (selected, received bool) {
	c.checkBubble("receive on synctest channel from outside bubble")
	return chanrecv(c, elem, false)
}

func closechan(c *hchan) {
	if c == nil {
		panic(plainError("close of nil channel"))
	}
	c.checkBubble("close of synctest channel from outside bubble")
	if !chanclose(c) {
		panic(plainError("close of closed channel"))
	}
}

func panicSendClosed() {
	panic(plainError("send on closed channel"))
}

// chanlen is 0 for a timer's channel, which behaves as if it had no buffer.
func chanlen(c *hchan) int {
	if c == nil {
		return 0
	}
	if c.timer != nil {
		timerlook(c.timer)
		return 0
	}
	return int(c.count)
}

func chancap(c *hchan) int {
	if c == nil || c.timer != nil {
		return 0
	}
	return int(c.cap)
}

//go:linkname reflect_makechan reflect.makechan
func reflect_makechan(t *abi.ChanType, size int) *hchan {
	return makechan(t, size)
}

//go:linkname reflect_chansend reflect.chansend0
func reflect_chansend(c *hchan, elem unsafe.Pointer, nb bool) bool {
	if !nb {
		chansend1(c, elem)
		return true
	}
	return selectnbsend(c, elem)
}

//go:linkname reflect_chanrecv reflect.chanrecv
func reflect_chanrecv(c *hchan, nb bool, elem unsafe.Pointer) (selected, received bool) {
	c.checkBubble("receive on synctest channel from outside bubble")
	return chanrecv(c, elem, !nb)
}

//go:linkname reflect_chanclose reflect.chanclose
func reflect_chanclose(c *hchan) {
	closechan(c)
}

//go:linkname reflect_chanlen reflect.chanlen
func reflect_chanlen(c *hchan) int {
	return chanlen(c)
}

//go:linkname reflectlite_chanlen internal/reflectlite.chanlen
func reflectlite_chanlen(c *hchan) int {
	return chanlen(c)
}

//go:linkname reflect_chancap reflect.chancap
func reflect_chancap(c *hchan) int {
	return chancap(c)
}
