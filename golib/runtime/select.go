package runtime

import (
	"internal/abi"
	"unsafe"
)

// scase is a case of a select as compiled code lays it out.
type scase struct {
	c    *hchan
	elem unsafe.Pointer
}

// Parts of what selectstart returns.
const (
	selectWoken    = 1 << 32 // in the case: the goroutine has waited
	selectReceived = 1       // in the flags: a value that was sent has been received
	selectClosed   = 4       // in the flags: a send to a closed channel
	selectForeign  = 8       // in the flags: a channel of another synctest bubble
)

func selectstart(cases *scase, scratch *uint16, nsends, nrecvs int, block bool) (int, int)
func selectfinish()

// selectgo does a select over cases, sends first; scratch is two numbers for each case. It returns the chosen case, -1
// for the default, and whether a value was received.
func selectgo(cases *scase, scratch *uint16, nsends, nrecvs int, block bool) (int, bool) {
	start := int64(0)
	if block && blockProfileRate != 0 {
		// Only what waits counts.
		if chosen, received := selectgo(cases, scratch, nsends, nrecvs, false); chosen >= 0 {
			return chosen, received
		}
		start = blockStart()
	}
	chosen, flags := selectstart(cases, scratch, nsends, nrecvs, block)
	if chosen < 0 || chosen&selectWoken == 0 {
		if flags&(selectClosed|selectForeign) != 0 {
			if flags&selectForeign != 0 {
				fatal("select on synctest channel from outside bubble")
			}
			panicSendClosed()
		}
		return chosen, flags&selectReceived != 0
	}
	selectfinish()
	// The channels that were waited for are looked at until here.
	KeepAlive(cases)
	blockEnd(start, 0)
	chosen &^= selectWoken
	if chosen >= nsends {
		return chosen, flags != 0
	}
	if flags == 0 {
		panicSendClosed()
	}
	return chosen, false
}

// runtimeSelect is reflect's form of a case.
type runtimeSelect struct {
	dir uintptr
	typ *abi.Type
	c   *hchan
	val unsafe.Pointer
}

const (
	selectDirSend    = 1
	selectDirRecv    = 2
	selectDirDefault = 3
)

//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(cases []runtimeSelect) (int, bool) {
	if len(cases) == 0 {
		block()
	}
	sorted := make([]scase, len(cases))
	original := make([]int, len(cases))
	nsends, nrecvs := 0, 0
	defaultCase := -1
	for i := range cases {
		rc := &cases[i]
		var at int
		switch rc.dir {
		case selectDirDefault:
			defaultCase = i
			continue
		case selectDirSend:
			at = nsends
			nsends++
		case selectDirRecv:
			nrecvs++
			at = len(cases) - nrecvs
		}
		sorted[at] = scase{rc.c, rc.val}
		original[at] = i
	}
	if nsends+nrecvs == 0 {
		return defaultCase, false
	}
	// Close the gap that the default case left between sends and receives.
	if nsends+nrecvs < len(cases) {
		copy(sorted[nsends:], sorted[len(cases)-nrecvs:])
		copy(original[nsends:], original[len(cases)-nrecvs:])
	}
	scratch := make([]uint16, 2*(nsends+nrecvs))
	chosen, received := selectgo(&sorted[0], &scratch[0], nsends, nrecvs, defaultCase < 0)
	// What the goroutine waits with has to stay reachable.
	KeepAlive(sorted)
	KeepAlive(scratch)
	if chosen < 0 {
		return defaultCase, false
	}
	return original[chosen], received
}
