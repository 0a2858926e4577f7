package runtime

import _ "unsafe" // linkname

func netpollinit()
func netpollopen(fd uintptr) (uintptr, int)
func netpollclose(pd uintptr)
func netpollreset(pd uintptr, mode int) int
func netpollwait(pd uintptr, mode int, woken bool) int
func netpolldeadline(pd uintptr, delay int64, mode int)
func netpollunblock(pd uintptr)
func netpollowns(fd uintptr) bool

//go:linkname poll_runtime_pollServerInit internal/poll.runtime_pollServerInit
func poll_runtime_pollServerInit() {
	netpollinit()
}

//go:linkname poll_runtime_isPollServerDescriptor internal/poll.runtime_isPollServerDescriptor
func poll_runtime_isPollServerDescriptor(fd uintptr) bool {
	return netpollowns(fd)
}

//go:linkname poll_runtime_pollOpen internal/poll.runtime_pollOpen
func poll_runtime_pollOpen(fd uintptr) (uintptr, int) {
	return netpollopen(fd)
}

//go:linkname poll_runtime_pollClose internal/poll.runtime_pollClose
func poll_runtime_pollClose(pd uintptr) {
	netpollclose(pd)
}

//go:linkname poll_runtime_pollReset internal/poll.runtime_pollReset
func poll_runtime_pollReset(pd uintptr, mode int) int {
	return netpollreset(pd, mode)
}

//go:linkname poll_runtime_pollWait internal/poll.runtime_pollWait
func poll_runtime_pollWait(pd uintptr, mode int) int {
	code := netpollwait(pd, mode, false)
	for code < 0 {
		code = netpollwait(pd, mode, true)
	}
	return code
}

// The wait after a cancelled operation: other systems than this one need it.
//
//go:linkname poll_runtime_pollWaitCanceled internal/poll.runtime_pollWaitCanceled
func poll_runtime_pollWaitCanceled(pd uintptr, mode int) {
	throw("runtime: poll wait after cancellation")
}

//go:linkname poll_runtime_pollSetDeadline internal/poll.runtime_pollSetDeadline
func poll_runtime_pollSetDeadline(pd uintptr, delay int64, mode int) {
	netpolldeadline(pd, delay, mode)
}

//go:linkname poll_runtime_pollUnblock internal/poll.runtime_pollUnblock
func poll_runtime_pollUnblock(pd uintptr) {
	netpollunblock(pd)
}

//go:linkname poll_runtimeNano internal/poll.runtimeNano
func poll_runtimeNano() int64 {
	return nanotime()
}
