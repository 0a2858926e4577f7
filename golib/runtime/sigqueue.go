package runtime

import _ "unsafe" // linkname

func signal_enable(sig uint32)
func signal_disable(sig uint32)
func signal_ignore(sig uint32)
func signal_ignored(sig uint32) bool
func signal_recv() uint32
func signal_idle() bool
func sigpipe()

const sigSYS = 31

//go:linkname os_signal_enable os/signal.signal_enable
func os_signal_enable(sig uint32) {
	signal_enable(sig)
}

//go:linkname os_signal_disable os/signal.signal_disable
func os_signal_disable(sig uint32) {
	signal_disable(sig)
}

//go:linkname os_signal_ignore os/signal.signal_ignore
func os_signal_ignore(sig uint32) {
	signal_ignore(sig)
}

//go:linkname os_signal_ignored os/signal.signal_ignored
func os_signal_ignored(sig uint32) bool {
	return signal_ignored(sig)
}

//go:linkname os_signal_recv os/signal.signal_recv
func os_signal_recv() uint32 {
	return signal_recv()
}

//go:linkname os_signalWaitUntilIdle os/signal.signalWaitUntilIdle
func os_signalWaitUntilIdle() {
	for !signal_idle() {
		gosched()
	}
}

//go:linkname os_sigpipe os.sigpipe
func os_sigpipe() {
	sigpipe()
}

// A system call that a filter forbids raises SIGSYS. While package os tries whether there are process descriptors that
// must not end the program: the signal is caught, and nobody receives it.
//
//go:linkname os_ignoreSIGSYS os.ignoreSIGSYS
func os_ignoreSIGSYS() {
	signal_enable(sigSYS)
}

//go:linkname os_restoreSIGSYS os.restoreSIGSYS
func os_restoreSIGSYS() {
	signal_disable(sigSYS)
}
