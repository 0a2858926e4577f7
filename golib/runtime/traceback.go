package runtime

import "unsafe"

// Traces of goroutines as text, for programs that die and for Stack. They are printed without allocation: the world
// may be stopped, and memory may be what the program died of.

// traceStart is where the stack of a goroutine that does not run begins.
type traceStart struct {
	g      *gstate
	pc     uintptr // next instruction of the innermost function
	frame  uintptr // its frame; the caller's if that function has none
	status uintptr // see below
	since  int64   // when it began to wait, 0 if unknown
}

// Values of traceStart.status.
const (
	statusDead = iota
	statusRunnable
	statusRunning
	statusSyscall
	statusWaiting
)

// Fills start for goroutine number i of the list of all; false behind the last one. The world is stopped.
func goroutinetrace(i int, start *traceStart) bool

// How much a dying program tells: GOTRACEBACK.
var traceback struct {
	level   int  // 0 nothing, 1 without the runtime's frames, 2 with them
	all     bool // all goroutines
	abort   bool // end with SIGABRT
	alone   bool // a fatal error that only the current goroutine has to do with
	fromEnv int
	start   traceStart
}

func readTracebackLevel() {
	findFaultCode()
	setTracebackLevel(getenv("GOTRACEBACK"))
	traceback.fromEnv = traceback.level
}

func setTracebackLevel(level string) {
	switch level {
	case "none":
		traceback.level, traceback.all, traceback.abort = 0, false, false
	case "single", "":
		traceback.level, traceback.all, traceback.abort = 1, false, false
	case "all":
		traceback.level, traceback.all, traceback.abort = 1, true, false
	case "system":
		traceback.level, traceback.all, traceback.abort = 2, true, false
	case "crash", "wer":
		traceback.level, traceback.all, traceback.abort = 2, true, true
	default:
		n, ok := number(level)
		if !ok || n < 0 {
			n = 1
		}
		traceback.level, traceback.all, traceback.abort = n, true, false
	}
}

//go:linkname setTraceback runtime/debug.SetTraceback
func setTraceback(level string) {
	fromEnv := traceback.fromEnv
	setTracebackLevel(level)
	if traceback.level < fromEnv {
		traceback.level = fromEnv
	}
}

// printCrashTraces prints what a crash in goroutine g tells, from the frame on.
func printCrashTraces(g *gstate, frame uintptr) {
	if traceback.level == 0 {
		return
	}
	printstring("\n")
	printHeader(g, statusRunning, 0)
	printFrames(0, frame)
	printCreator(g)
	if traceback.all {
		printflushing()
		stop_world()
		printOthers(g)
	}
}

// printflushing writes out what has been printed so far.
func printflushing() {
	printFlush()
}

// printtraces is called by the Rust half when the program ends because of a fatal error, with the world stopped as far
// as possible: traces of all goroutines, the current one first.
func printtraces() {
	g := current()
	printlock()
	if g.faultSignal != 0 {
		printFault(g)
	}
	if traceback.level > 0 {
		start := &traceback.start
		for i := 0; goroutinetrace(i, start); i++ {
			if start.g == g && start.status != statusDead {
				printGoroutine(start)
			}
		}
		if !traceback.alone {
			printOthers(g)
		}
	}
	printunlock()
}

func printGoroutine(start *traceStart) {
	printstring("\n")
	printHeader(start.g, start.status, start.since)
	printFrames(start.pc, start.frame)
	printCreator(start.g)
}

// printOthers prints all goroutines but one.
func printOthers(but *gstate) {
	start := &traceback.start
	for i := 0; goroutinetrace(i, start); i++ {
		if start.g == nil || start.g == but || start.status == statusDead {
			continue
		}
		if start.g.status&systemGoroutine != 0 && traceback.level < 2 {
			continue
		}
		printGoroutine(start)
	}
}

func printHeader(g *gstate, status uintptr, since int64) {
	printstring("goroutine ")
	printuint(g.id)
	if traceback.level >= 2 {
		printstring(" gp=")
		printpointer(unsafe.Pointer(g))
	}
	printstring(" [")
	switch status {
	case statusRunnable:
		printstring("runnable")
	case statusRunning:
		printstring("running")
	case statusSyscall:
		printstring("syscall")
	case statusWaiting:
		if g.waitReason == 0 {
			printstring("waiting")
		} else {
			printstring(waitReason(g.waitReason).String())
		}
	default:
		printstring("idle")
	}
	if since != 0 {
		if minutes := (nanotime() - since) / 60e9; minutes >= 1 {
			printstring(", ")
			printint(minutes)
			printstring(" minutes")
		}
	}
	if g.status&lockedGoroutine != 0 {
		printstring(", locked to thread")
	}
	printstring("]:\n")
}

// Longest part of a stack that is shown from either end.
const (
	shownInner = 50
	shownOuter = 50
)

// printFrames prints the calls on a stack: of the function at pc, if that is not 0, and of the callers of the one whose
// frame is given. Of very deep stacks the middle is left out.
func printFrames(pc, frame uintptr) {
	total := walkFrames(pc, frame, 0, 1<<30)
	walkFrames(pc, frame, shownInner, total-shownOuter)
}

// walkFrames counts shown frames and prints those below number first and from number last on.
func walkFrames(pc, frame uintptr, first, last int) int {
	n := 0
	fault := false
	exact := pc != 0 && isEntry(pc)
	inner := ""
	for {
		if pc == 0 {
			if frame == 0 {
				break
			}
			pc, frame = callerOf(frame)
			if pc == 0 {
				break
			}
			exact = fault
		}
		fault = faultCode.start < pc && pc <= faultCode.end
		p := placeOf(pc, exact)
		if p.function == nil {
			break
		}
		for {
			name := p.name()
			if isShown(p, name, inner, n == 0) {
				if n < first || n >= last {
					if n == last && last > first {
						printstring("...")
						printint(int64(last - first))
						printstring(" frames elided...\n")
					}
					printCall(p, name, pc)
				}
				n++
			}
			inner = name
			if !p.isInlined() {
				break
			}
			p = p.outer()
		}
		pc = 0
	}
	return n
}

// isShown tells whether a call belongs in a trace.
func isShown(p codePlace, name, inner string, innermost bool) bool {
	if traceback.level >= 2 {
		return true
	}
	if name == "runtime.gopanic" {
		return !innermost
	}
	if p.isHidden() {
		return false
	}
	if !hasPrefix(name, "runtime.") {
		return true
	}
	rest := name[len("runtime."):]
	return rest != "" && 'A' <= rest[0] && rest[0] <= 'Z' || rest == "runFinalizers" || rest == "runCleanups"
}

func printName(name string) {
	if name == "runtime.gopanic" {
		name = "panic"
	}
	// Type arguments are as good as invisible.
	depth := 0
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == ']' {
			depth--
		}
		if depth == 0 {
			printbyte(c)
		}
		if c == '[' {
			if depth == 0 {
				printstring("...")
			}
			depth++
		}
	}
}

func printCall(p codePlace, name string, pc uintptr) {
	printName(name)
	if name == "main.main" || hasSuffix(name, ".init") {
		printstring("()\n")
	} else {
		printstring("(...)\n")
	}
	printLocation(p, pc)
}

func printLocation(p codePlace, pc uintptr) {
	printstring("\t")
	file, line := p.source()
	printstring(file)
	printstring(":")
	printint(int64(line))
	if !p.isInlined() && pc > uintptr(p.function.start) {
		printstring(" +")
		printhex(uint64(pc - uintptr(p.function.start)))
	}
	printstring("\n")
}

func printCreator(g *gstate) {
	if g.creatorPC == 0 || g.id == 1 {
		return
	}
	p := placeOf(g.creatorPC, false)
	if p.function == nil {
		return
	}
	name := p.name()
	if !isShown(p, name, "", false) {
		return
	}
	printstring("created by ")
	printName(name)
	if g.parent != 0 {
		printstring(" in goroutine ")
		printuint(g.parent)
	}
	printstring("\n")
	printLocation(p, g.creatorPC)
}

// Where text goes while Stack makes it.
var (
	printTo    []byte
	printToLen int
)

// Stack writes a trace of the goroutine that calls it to buf, and of all others if all is set, and gives the number of
// bytes written. What does not fit is left out.
func Stack(buf []byte, all bool) int {
	if len(buf) == 0 {
		return 0
	}
	g := current()
	frame := getfp()
	printlock()
	if all {
		stop_world()
	}
	printFlush()
	printTo, printToLen = buf, 0
	printHeader(g, statusRunning, 0)
	printFrames(0, frame)
	printCreator(g)
	if all {
		printOthers(g)
	}
	printFlush()
	n := printToLen
	printTo = nil
	if all {
		start_world()
	}
	printunlock()
	return n
}

// isEntry tells whether pc is the first address of a function: of code that has stopped there, not of one that is
// returned to.
func isEntry(pc uintptr) bool {
	f := functionAt(pc)
	return f != nil && uintptr(f.start) == pc
}
