package runtime

import (
	"internal/abi"
	"unsafe"
)

// haveHighResSleep tells package time's tests that timers are exact to about a millisecond.
//
//go:linkname haveHighResSleep
var haveHighResSleep = true

//go:linkname syscall_gettimeofday syscall.gettimeofday
func syscall_gettimeofday(tv *[2]int64) uintptr {
	sec, nsec := walltime()
	if tv != nil {
		*tv = [2]int64{sec, int64(nsec / 1000)}
	}
	return 0
}

// What a timer does when it is due.
const (
	timerCall  = 0 // call fn
	timerSend  = 1 // call fn, which sends on the channel in arg
	timerStart = 2 // start a goroutine that calls the function in arg
)

// timer is what the Rust half knows of a timer (time/timer.rs has the same layout).
type timer struct {
	fn       func(arg any, seq uintptr, delay int64)
	arg      any
	when     int64
	period   int64
	seq      uintptr
	heap     uintptr
	place    uint32
	blocked  uint32
	sending  uint32
	sendLock uint32
	action   uint8
	fake     bool
}

// timeTimer is time.Timer and time.Ticker with what the runtime keeps behind.
type timeTimer struct {
	c     *hchan
	init  bool
	timer timer
}

func timesleep(when int64)
func timerset(t *timer, when, period int64) bool
func timerstop(t *timer) bool
func timerlook(t *timer)

const maxWhen = 1<<63 - 1

//go:linkname timeSleep time.Sleep
func timeSleep(ns int64) {
	if ns <= 0 {
		return
	}
	when := time_runtimeNano() + ns
	if when < 0 {
		when = maxWhen
	}
	timesleep(when)
}

//go:linkname newTimer time.newTimer
func newTimer(when, period int64, fn func(any, uintptr, int64), arg any, c *hchan) *timeTimer {
	t := new(timeTimer)
	t.timer.fn = fn
	t.timer.arg = arg
	t.timer.fake = currentBubble() != nil
	if c != nil && !godebug.asyncTimers {
		t.timer.action = timerSend
		c.timer = &t.timer
	} else if typ := *(**abi.Type)(unsafe.Pointer(&t.timer.arg)); typ != nil && typ.Kind() == abi.Func {
		t.timer.action = timerStart
	}
	timerset(&t.timer, when, period)
	t.init = true
	return t
}

//go:linkname stopTimer time.stopTimer
func stopTimer(t *timeTimer) bool {
	if t.timer.fake && currentBubble() == nil {
		fatal("stop of synctest timer from outside bubble")
	}
	return timerstop(&t.timer)
}

//go:linkname resetTimer time.resetTimer
func resetTimer(t *timeTimer, when, period int64) bool {
	if t.timer.fake && currentBubble() == nil {
		fatal("reset of synctest timer from outside bubble")
	}
	return timerset(&t.timer, when, period)
}

//go:linkname time_now time.now
func time_now() (sec int64, nsec int32, mono int64) {
	sec, nsec = walltime()
	return sec, nsec, nanotime()
}

// Time inside a synctest bubble has no monotonic part.
//
//go:linkname time_runtimeNow time.runtimeNow
func time_runtimeNow() (sec int64, nsec int32, mono int64) {
	if b := currentBubble(); b != nil {
		now := bubblenow(b)
		return now / 1e9, int32(now % 1e9), 0
	}
	return time_now()
}

//go:linkname time_runtimeNano time.runtimeNano
func time_runtimeNano() int64 {
	if b := currentBubble(); b != nil {
		return bubblenow(b)
	}
	return nanotime()
}

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool {
	return currentBubble() != nil
}
