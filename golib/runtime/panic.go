package runtime

import (
	"internal/abi"
	"unsafe"
)

// Deferred calls hang on a chain of the goroutine, newest first. Those of one frame stand together, and those of
// frames called by it above them: a range-over-function body registers calls for the frame around the
// loop while frames of the iterator may have calls of their own.
//
// A panic runs deferred calls on top of the panicking stack. Only when one has recovered it, the frames
// down to the one that deferred that call are abandoned, and the frame goes on behind setrecover.

// deferRecord is a deferred call; memory of the compiled code's choice, DEFER_RECORD_SIZE bytes.
type deferRecord struct {
	link   *deferRecord
	fn     unsafe.Pointer // function value
	buffer *recoverBuffer // of the frame
}

// recoverBuffer is where a frame with deferred calls goes on after a recovered panic; RECOVER_BUFFER_SIZE bytes.
type recoverBuffer struct {
	machine [9]uintptr   // registers, stack
	below   *deferRecord // the chain as it was before the frame's first deferred call
}

// panicRecord is a panic in progress, or a Goexit.
type panicRecord struct {
	link  *panicRecord // the panic during whose deferred call this one started
	value any
	frame uintptr      // frame of runDeferred, from which deferred calls are made
	below *deferRecord // rest of the chain while a deferred call runs

	recovered  bool
	aborted    bool // a newer panic has left the deferred call that this one was running
	goexit     bool
	repanicked bool // the next panic has the same value
	printed    string
	isPrinted  bool // printed stands for the value
}

//go:nosplit
func deferproc(r *deferRecord, fn unsafe.Pointer, buffer *recoverBuffer) {
	r.fn = fn
	r.buffer = buffer
	at := &current().defers
	for *at != buffer.below && (*at).buffer != buffer {
		at = &(*at).link
	}
	r.link = *at
	*at = r
}

// deferpop takes the newest deferred call, r, off the chain: compiled code calls its function where it is known.
//
//go:nosplit
func deferpop(r *deferRecord) {
	current().defers = r.link
}

func deferreturn(buffer *recoverBuffer) {
	g := current()
	for {
		r := g.defers
		if r == nil || r.buffer != buffer {
			return
		}
		g.defers = r.link
		if r.fn == nil {
			panicmem()
		}
		calldefer(r.fn)
	}
}

func gopanic(value any) {
	g := current()
	if value == nil {
		if panicNil() {
			countNonDefault("panicnil")
		} else {
			value = new(PanicNilError)
		}
	}
	p := &panicRecord{link: g.panics, value: value}
	g.panics = p
	runDeferred(g, p)
	crash(g, p)
}

// runDeferred runs the goroutine's deferred calls for a panic. It returns when there are none left; when the panic
// was recovered it does not return.
//
//go:noinline
func runDeferred(g *gstate, p *panicRecord) {
	p.frame = getfp()
	for {
		r := g.defers
		if r == nil {
			return
		}
		for q := p.link; q != nil && !q.aborted; q = q.link {
			// Below here nothing was deferred during q's deferred call.
			if q.below == r {
				q.aborted = true
			}
		}
		g.defers = r.link
		p.below = r.link
		if r.fn == nil {
			panicmem()
		}
		calldefer(r.fn)
		if !p.recovered {
			continue
		}
		q := p.link
		for q != nil && q.aborted {
			if q.goexit {
				// Goexit cannot be recovered from: it goes on with what is left.
				q.aborted = false
				g.panics = q
				runDeferred(g, q)
				goexit0()
			}
			q = q.link
		}
		g.panics = q
		g.faultSignal = 0
		resumerecover(unsafe.Pointer(r.buffer))
	}
}

// gorecover is recover() in the function whose frame this is.
func gorecover(frame uintptr) any {
	p := current().panics
	if p == nil || p.goexit || p.recovered || !isDeferredBy(frame, p.frame) {
		return nil
	}
	p.recovered = true
	return p.value
}

func load(address uintptr) uintptr {
	return *(*uintptr)(unsafe.Pointer(address))
}

// isDeferredBy tells whether the function with this frame was called by calldefer called from the function with frame
// caller, with nothing but wrappers between.
func isDeferredBy(frame, caller uintptr) bool {
	atDefer := abi.FuncPCABI0(calldefer_return)
	for frame != 0 {
		pc, up := callerOf(frame)
		if pc == atDefer {
			return load(up) == caller
		}
		if !passesRecover(pc) {
			return false
		}
		frame = up
	}
	return false
}

// callerOf gives the return address of a frame and the frame it returns to, across stack segments.
func callerOf(frame uintptr) (pc, up uintptr) {
	pc, up = load(frame+8), load(frame)
	if pc == abi.FuncPCABI0(morestack_return) {
		pc, up = load(up+16), load(up)
	}
	return pc, up
}

// panicmem is a nil dereference that compiled code has checked for. It looks as if the access had been tried.
func panicmem() {
	g := current()
	g.faultSignal = sigSEGV | 1<<32
	g.faultAddress = 0
	g.faultPC, _ = callerOf(getfp())
	panic(memoryError)
}

const (
	sigBUS  = 7
	sigFPE  = 8
	sigSEGV = 11
)

// Codes of SIGFPE.
const (
	integerDivide   = 1
	integerOverflow = 2
)

// sigpanic is what code that faulted seems to have called.
func sigpanic() {
	g := current()
	signal, code := g.faultSignal&0xffffffff, g.faultSignal>>32
	switch signal {
	case sigSEGV, sigBUS:
		if g.faultAddress < 0x1000 && (signal == sigBUS && code == 2 || signal == sigSEGV && code <= 2) {
			panic(memoryError)
		}
		if g.flags&panicOnFault != 0 {
			panic(faultError{"invalid memory address or nil pointer dereference", g.faultAddress})
		}
		printlock()
		printstring("unexpected fault address ")
		printhex(uint64(g.faultAddress))
		printstring("\n")
		printunlock()
		fatal("fault")
	case sigFPE:
		switch code {
		case integerDivide:
			panic(divideError)
		case integerOverflow:
			panic(overflowError)
		}
		panic(floatError)
	}
	panic(errorString("signal " + decimal(uint64(signal), false)))
}

// crashing counts goroutines that have begun to end the program.
var crashing uint32

// crash ends the program because of a panic that nobody recovered.
func crash(g *gstate, p *panicRecord) {
	preparePanics(g, p)
	firstCrash()
	printlock()
	printPanics(p)
	if g.faultSignal != 0 {
		printFault(g)
	}
	printCrashTraces(g, getfp())
	printunlock()
	if traceback.abort {
		abort()
	}
	exit(2)
}

// firstCrash returns in the first goroutine that crashes; others wait for the end of the program.
func firstCrash() {
	if !casUint32(&crashing, 0, 1) {
		for {
			usleep(10 * 1000)
		}
	}
}

// preparePanics asks values of panics for their texts, while the program still works.
func preparePanics(g *gstate, p *panicRecord) {
	if g.flags&printingPanic != 0 {
		// Error or String of a value panicked.
		text := "panic while printing panic value"
		switch v := p.value.(type) {
		case string:
			throw(text + ": " + v)
		default:
			throw(text + ": type " + typeString(efaceType(p.value)))
		}
	}
	g.flags |= printingPanic
	for ; p != nil; p = p.link {
		if p.link != nil && !p.goexit && sameWords(p.link.value, p.value) {
			p.link.repanicked = true
			continue
		}
		switch v := p.value.(type) {
		case error:
			p.printed = v.Error()
			p.isPrinted = true
		case interface{ String() string }:
			p.printed = v.String()
			p.isPrinted = true
		}
	}
	g.flags &^= printingPanic
}

func sameWords(a, b any) bool {
	return efaceWords(&a) == efaceWords(&b)
}

func efaceWords(v *any) [2]uintptr {
	return *(*[2]uintptr)(unsafe.Pointer(v))
}

func printPanics(p *panicRecord) {
	if p.link != nil {
		printPanics(p.link)
		if p.link.repanicked {
			return
		}
		if !p.link.goexit {
			printstring("\t")
		}
	}
	if p.goexit {
		return
	}
	printstring("panic: ")
	if p.isPrinted {
		printIndented(p.printed)
	} else {
		printPanicValue(p.value)
	}
	switch {
	case p.recovered && p.repanicked:
		printstring(" [recovered, repanicked]")
	case p.recovered:
		printstring(" [recovered]")
	}
	printstring("\n")
}

// printIndented prints text so that its lines cannot be taken for lines of the trace.
func printIndented(s string) {
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			printstring(s[start : i+1])
			printstring("\t")
			start = i + 1
		}
	}
	printstring(s[start:])
}

// printPanicValue prints values of basic types as such, those of defined types with the type's name, and of others
// type and address.
func printPanicValue(v any) {
	t := efaceType(v)
	if t == nil {
		printstring("nil")
		return
	}
	kind := t.Kind()
	data := efaceData(v)
	name := typeString(t)
	if kind == abi.String {
		if name == "string" {
			printIndented(*(*string)(data))
			return
		}
		printstring(name)
		printstring("(\"")
		printIndented(*(*string)(data))
		printstring("\")")
		return
	}
	basic := kind >= abi.Bool && kind <= abi.Complex128
	if !basic {
		printstring("(")
		printstring(name)
		printstring(") ")
		printpointer(data)
		return
	}
	named := name != kind.String()
	isComplex := kind == abi.Complex64 || kind == abi.Complex128
	if named {
		printstring(name)
		if !isComplex {
			printstring("(")
		}
	}
	switch kind {
	case abi.Bool:
		printbool(*(*bool)(data))
	case abi.Int:
		printint(int64(*(*int)(data)))
	case abi.Int8:
		printint(int64(*(*int8)(data)))
	case abi.Int16:
		printint(int64(*(*int16)(data)))
	case abi.Int32:
		printint(int64(*(*int32)(data)))
	case abi.Int64:
		printint(*(*int64)(data))
	case abi.Uint:
		printuint(uint64(*(*uint)(data)))
	case abi.Uint8:
		printuint(uint64(*(*uint8)(data)))
	case abi.Uint16:
		printuint(uint64(*(*uint16)(data)))
	case abi.Uint32:
		printuint(uint64(*(*uint32)(data)))
	case abi.Uint64:
		printuint(*(*uint64)(data))
	case abi.Uintptr:
		printuint(uint64(*(*uintptr)(data)))
	case abi.Float32:
		printfloat32(float64(*(*float32)(data)))
	case abi.Float64:
		printfloat(*(*float64)(data))
	case abi.Complex64:
		printcomplex64(complex128(*(*complex64)(data)))
	case abi.Complex128:
		printcomplex(*(*complex128)(data))
	}
	if named && !isComplex {
		printstring(")")
	}
}

func printFault(g *gstate) {
	signal, code := g.faultSignal&0xffffffff, g.faultSignal>>32
	printstring("[signal ")
	switch signal {
	case sigSEGV:
		printstring("SIGSEGV: segmentation violation")
	case sigBUS:
		printstring("SIGBUS: bus error")
	case sigFPE:
		printstring("SIGFPE: floating-point exception")
	default:
		printhex(uint64(signal))
	}
	printstring(" code=")
	printhex(uint64(code))
	printstring(" addr=")
	printhex(uint64(g.faultAddress))
	printstring(" pc=")
	printhex(uint64(g.faultPC))
	printstring("]\n")
}
