package reflect

import (
	"internal/abi"
	"unsafe"
)

// How reflect passes arguments and results: as one frame of memory, with everything in order at its natural
// alignment and the results from a multiple of the word size on. The runtime turns frames into calls
// (reflectcall.go of package runtime). There are no registers here; what speaks of them is for the rest of the package.

var (
	intArgRegs   = abi.IntArgRegs
	floatArgRegs = abi.FloatArgRegs
	floatRegSize = uintptr(abi.EffectiveFloatRegSize)
)

type abiStepKind int

const (
	abiStepBad abiStepKind = iota
	abiStepStack
	abiStepIntReg
	abiStepPointer
	abiStepFloatReg
)

// abiStep is where a value lies in the frame.
type abiStep struct {
	kind   abiStepKind
	offset uintptr // within the value: always 0
	size   uintptr
	stkOff uintptr
	ireg   int
	freg   int
}

// abiSeq lays out values one after the other. Values without size have no step.
type abiSeq struct {
	steps      []abiStep
	valueStart []int // first step of each value
	stackBytes uintptr
}

func (a *abiSeq) stepsForValue(i int) []abiStep {
	if i+1 < len(a.valueStart) {
		return a.steps[a.valueStart[i]:a.valueStart[i+1]]
	}
	return a.steps[a.valueStart[i]:]
}

// place adds a value.
func (a *abiSeq) place(size, alignment uintptr) uintptr {
	a.valueStart = append(a.valueStart, len(a.steps))
	at := align(a.stackBytes, alignment)
	if size > 0 {
		a.steps = append(a.steps, abiStep{kind: abiStepStack, size: size, stkOff: at})
	}
	a.stackBytes = at + size
	return at
}

// abiDesc is the layout of a frame.
type abiDesc struct {
	call, ret             abiSeq
	stackCallArgsSize     uintptr // bytes of the arguments
	retOffset             uintptr // where the results start
	spill                 uintptr
	stackPtrs             *bitVector // which words are pointers
	inRegPtrs, outRegPtrs abi.IntArgRegBitmap
}

func (a *abiDesc) dump() {
	println("arguments", a.stackCallArgsSize, "results at", a.retOffset, "of", a.ret.stackBytes)
}

// newAbiDesc lays out the frame of calls of functions of a type, or of methods with such a receiver.
func newAbiDesc(t *funcType, rcvr *abi.Type) abiDesc {
	const word = unsafe.Sizeof(uintptr(0))
	var d abiDesc
	mask := new(bitVector)
	if rcvr != nil {
		d.call.place(word, word)
		mask.append(1)
	}
	for _, p := range t.InSlice() {
		addTypeBits(mask, d.call.place(p.Size(), uintptr(p.Align())), p)
	}
	d.stackCallArgsSize = d.call.stackBytes
	d.retOffset = align(d.call.stackBytes, word)
	d.ret.stackBytes = d.retOffset
	for _, r := range t.OutSlice() {
		addTypeBits(mask, d.ret.place(r.Size(), uintptr(r.Align())), r)
	}
	d.ret.stackBytes -= d.retOffset

	// The runtime is given the type of the frame only, and of that the mask. The types of function and
	// receiver stand in front of it; they are never freed.
	words := make([]uintptr, 2+max(1, (uintptr(mask.n)+63)/64))
	words[0] = uintptr(unsafe.Pointer(t))
	words[1] = uintptr(unsafe.Pointer(rcvr))
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&words[2])), (len(words)-2)*int(word))
	copy(bytes, mask.data)
	d.stackPtrs = &bitVector{n: max(1, mask.n), data: bytes}
	return d
}

func intFromReg(r *abi.RegArgs, reg int, argSize uintptr, to unsafe.Pointer)   { noRegisters() }
func intToReg(r *abi.RegArgs, reg int, argSize uintptr, from unsafe.Pointer)   { noRegisters() }
func floatFromReg(r *abi.RegArgs, reg int, argSize uintptr, to unsafe.Pointer) { noRegisters() }
func floatToReg(r *abi.RegArgs, reg int, argSize uintptr, from unsafe.Pointer) { noRegisters() }

func noRegisters() {
	panic("reflect: internal error: argument in a register")
}
