package runtime

import "unsafe"

// Primitives of the Rust half and of its assembly. Those of channels, timers, semaphores and the poller are
// declared where they are used.

// The current goroutine: the address of its first word.
func getg() unsafe.Pointer

// The frame address of the function that calls this.
func getfp() uintptr

// Calls a function value without arguments and results; the call's return address is calldefer_return.
func calldefer(fn unsafe.Pointer)

// Continues behind the call of setrecover that filled the buffer, which then returns 1.
func resumerecover(buffer unsafe.Pointer)

// Makes the call that the frame describes.
func callregs(frame *callFrame)

// Code addresses of assembly, for comparison with return addresses.
func calldefer_return()
func morestack_return()

func goexit0()
func gosched()
func numgoroutine() int
func gomaxprocs(n int) int
func ncpu() int
func lockosthread()
func unlockosthread()
func procPin() int
func procUnpin()
func entersyscall()
func exitsyscall()

func nanotime() int64
func walltime() (sec int64, nsec int32)
func usleep(microseconds uint32)
func osyield()
func exit(code int32)
func abort()
func write(fd uintptr, p unsafe.Pointer, n int32) int32
func fcntl(fd, cmd, arg int32) (int32, int32)
func rand() uint64

// Prints "fatal error: " and s, traces, and ends the program: throw for faults of the runtime itself, fatal for
// those of the program.
func throw(s string)
func fatalerror(s string)

func fatal(s string) {
	traceback.alone = !traceback.all
	fatalerror(s)
}

func mallocgc(size uintptr, typ unsafe.Pointer, needzero bool) unsafe.Pointer
func newobject(typ unsafe.Pointer) unsafe.Pointer
func mallocarray(typ unsafe.Pointer, n int) unsafe.Pointer
func roundupsize(size uintptr, noscan bool) uintptr

func memmove(to, from unsafe.Pointer, n uintptr)
func memclrNoHeapPointers(p unsafe.Pointer, n uintptr)
func memequal(p, q unsafe.Pointer, size uintptr) bool

// Stops all other goroutines, and lets them run on.
func stop_world()
func start_world()

// Arguments, environment and auxiliary vector as the kernel put them on the stack.
func argc() int32
func argv() unsafe.Pointer
func envp() unsafe.Pointer
func auxv() unsafe.Pointer
func getpagesize() int

// Variables that the driver makes when it links. Under their own names they would be defined here.
var (
	//go:linkname initTasks runtime.inittasks
	initTasks uintptr // code addresses, this is the first
	//go:linkname initTaskCount runtime.ninittasks
	initTaskCount uint64
	//go:linkname mainCode runtime.main_main
	mainCode uintptr
	//go:linkname linkedVersion runtime.buildVersion
	linkedVersion string
	//go:linkname linkedRoot runtime.defaultGOROOT
	linkedRoot string
	//go:linkname linkedModules runtime.modinfo
	linkedModules string
	//go:linkname linkedGodebug runtime.godebugDefault
	linkedGodebug string
	//go:linkname codeTable runtime.pctab
	codeTable struct {
		start unsafe.Pointer
		size  uintptr
	}
)

// add is pointer arithmetic.
func add(p unsafe.Pointer, n uintptr) unsafe.Pointer {
	return unsafe.Pointer(uintptr(p) + n)
}

// noescape hides where a pointer comes from.
func noescape(p unsafe.Pointer) unsafe.Pointer {
	return p
}
