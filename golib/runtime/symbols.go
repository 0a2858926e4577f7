package runtime

import "unsafe"

// Func is a function of the program.
type Func struct {
	// A pointer to it points to a codeFunction of the table or to an inlinedFunction.
	opaque struct{}
}

// inlinedFunction stands for a function at a place where it was inlined.
type inlinedFunction struct {
	zero  uint32 // where a codeFunction has its address
	entry uintptr
	place codePlace
}

func (f *Func) table() *codeFunction {
	return (*codeFunction)(unsafe.Pointer(f))
}

func (f *Func) asInlined() *inlinedFunction {
	if f.table().start != 0 {
		return nil
	}
	return (*inlinedFunction)(unsafe.Pointer(f))
}

// FuncForPC is the function that the address pc lies in, the innermost one if several were inlined into each
// other there; nil if there is none.
func FuncForPC(pc uintptr) *Func {
	p := placeOf(pc, true)
	if p.function == nil {
		return nil
	}
	return funcOf(p)
}

func funcOf(p codePlace) *Func {
	if !p.isInlined() {
		return (*Func)(unsafe.Pointer(p.function))
	}
	return (*Func)(unsafe.Pointer(&inlinedFunction{entry: uintptr(p.function.start), place: p}))
}

// Name is the function's name with the path of its package.
func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	if i := f.asInlined(); i != nil {
		return i.place.name()
	}
	return functionName(f.table())
}

// Entry is the address of the function's first instruction.
func (f *Func) Entry() uintptr {
	if i := f.asInlined(); i != nil {
		return i.entry
	}
	return uintptr(f.table().start)
}

// FileLine is where the instruction at address pc, which lies in the function, stands in the source.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	if i := f.asInlined(); i != nil {
		return tableFile(i.place.file), int(i.place.line)
	}
	p := placeOf(pc, true)
	if p.function != f.table() {
		return "?", 0
	}
	if p.line == 0 && p.file == 0 {
		r := f.table().read()
		p.file, p.line = uint32(r.file), uint32(r.line)
	}
	return p.source()
}

// Frame is a call on a stack.
type Frame struct {
	// PC is an address of the call; zero if unknown.
	PC uintptr

	// Func is the function; nil for inlined and foreign ones.
	Func *Func

	// Function is the function's name with its package's path, "" if unknown.
	Function string

	// File and Line are where the call stands; they may be unknown.
	File string
	Line int

	startLine int

	// Entry is the address of the function's first instruction, zero if unknown. For an inlined function it is that of
	// the function around it.
	Entry uintptr
}

// Frames turns the addresses that [Callers] gives into frames.
type Frames struct {
	callers []uintptr
}

// CallersFrames prepares the frames of what [Callers] gave. The addresses must not have been changed.
func CallersFrames(callers []uintptr) *Frames {
	return &Frames{callers}
}

// framePC is the address that a frame has: part of the call itself if pc is that of the innermost function, else of code
// around what was inlined, so that it lies in the function as programs expect.
func (p codePlace) framePC(pc uintptr) uintptr {
	if pc>>depthShift != 0 {
		if address := p.address(pc & addressMask); address != 0 {
			return address
		}
	}
	return pc - 1
}

// Next gives the next frame, and whether there are more behind it. Without any left the frame is zero.
func (ci *Frames) Next() (frame Frame, more bool) {
	for len(ci.callers) > 0 {
		pc := ci.callers[0]
		ci.callers = ci.callers[1:]
		p := placeOf(pc, false)
		if p.function == nil {
			continue
		}
		file, line := p.source()
		frame = Frame{
			PC:        p.framePC(pc),
			Function:  p.name(),
			File:      file,
			Line:      line,
			startLine: p.declared(),
			Entry:     uintptr(p.function.start),
		}
		if !p.isInlined() {
			frame.Func = (*Func)(unsafe.Pointer(p.function))
		}
		break
	}
	return frame, len(ci.callers) > 0
}

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int {
	return f.startLine
}

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string {
	return f.Function
}

//go:linkname runtime_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func runtime_expandFinalInlineFrame(stack []uintptr) []uintptr {
	return stack
}

// Caller tells where the call stands that is skip calls up from the caller of Caller.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	if skip < 0 {
		skip = 0
	}
	pcs := make([]uintptr, 1)
	if walkStack(getfp(), skip, pcs) < 1 {
		return
	}
	p := placeOf(pcs[0], false)
	if p.function == nil {
		return
	}
	// Part of the call itself, so that FuncForPC finds the function even when the call is its last instruction.
	file, line = p.source()
	return pcs[0] - 1, file, line, true
}

// Callers fills pcs with return addresses of the calls that are in progress, and tells how many there are. With
// skip 0 the first one is of Callers itself, with 1 of its caller. [CallersFrames] makes sense of them.
func Callers(skip int, pcs []uintptr) int {
	if len(pcs) == 0 {
		return 0
	}
	if skip == 0 {
		pcs[0] = funcEntry(callersName) + 1
		return 1 + walkStack(getfp(), 0, pcs[1:])
	}
	return walkStack(getfp(), skip-1, pcs)
}

const callersName = "runtime.Callers"

// funcEntry is the address of a function of this package by its name; 0 without a table.
func funcEntry(name string) uintptr {
	if !hasTable() {
		return 0
	}
	base := tableWord(8)
	for i := uint32(0); i < tableWord(4); i++ {
		f := (*codeFunction)(tableAt(base + i*functionSize))
		if tableString(f.name&nameMask) == name {
			return uintptr(f.start)
		}
	}
	return 0
}

// faultCode is where code of sigpanic lies: what it seems to return to is the faulting instruction itself.
var faultCode struct {
	start, end uintptr
}

func findFaultCode() {
	if f := functionAt(funcEntry("runtime.sigpanic")); f != nil {
		faultCode.start, faultCode.end = uintptr(f.start), f.end()
	}
}

// walkStack fills pcs with the addresses of the callers of the function with this frame, hidden ones and the
// first skip ones left out.
func walkStack(frame uintptr, skip int, pcs []uintptr) int {
	n := 0
	fault := false
	for frame != 0 && n < len(pcs) {
		pc, up := callerOf(frame)
		if pc == 0 {
			break
		}
		frame = up
		next := faultCode.start < pc && pc <= faultCode.end
		if fault {
			pc++
		}
		fault = next
		p := placeOf(pc, false)
		for depth := uintptr(0); n < len(pcs); depth++ {
			if !p.isHidden() {
				if skip > 0 {
					skip--
				} else {
					pcs[n] = pc | depth<<depthShift
					n++
				}
			}
			if !p.isInlined() {
				break
			}
			p = p.outer()
		}
		if p.function == nil {
			break
		}
	}
	return n
}
