package runtime

import (
	"internal/abi"
	"unsafe"
)

// Calls of functions whose types are only known at run time. reflect sees each call as one frame of memory:
// receiver word and arguments in order at their natural alignment, then the results from a multiple of 8 on. Here
// frames become machine arguments as compiled code has them, and back: crates/gust-abi/src/convention.rs, and
// signature_of and layout.rs in crates/gust-lower.

const (
	maxScalars   = 4 // more, or an array with several elements, are passed by address
	intRegisters = 6
	floatRegs    = 8
	// Results in registers.
	maxIntResults   = 3
	maxFloatResults = 2
)

// callFrame is what the assembly routine callregs reads and writes.
type callFrame struct {
	code       uintptr
	ints       [intRegisters]unsafe.Pointer
	floats     [floatRegs]uint64
	stack      unsafe.Pointer
	stackWords uintptr
	// Results; words may be pointers.
	intResults   [maxIntResults]unsafe.Pointer
	floatResults [maxFloatResults]uint64
}

// scalars is the number of scalars that a value consists of, or -1 if it lives in memory.
func scalars(t *abi.Type) int {
	switch t.Kind() {
	case abi.Complex64, abi.Complex128, abi.String, abi.Interface:
		return 2
	case abi.Slice:
		return 3
	case abi.Array:
		a := (*abi.ArrayType)(unsafe.Pointer(t))
		switch {
		case a.Len == 0 || a.Len > 1 && a.Elem.Size_ == 0:
			return 0
		case a.Len == 1:
			return scalars(a.Elem)
		}
		return -1
	case abi.Struct:
		n := 0
		s := (*abi.StructType)(unsafe.Pointer(t))
		for i := range s.Fields {
			k := scalars(s.Fields[i].Typ)
			if k < 0 || n+k > maxScalars {
				return -1
			}
			n += k
		}
		return n
	}
	return 1
}

// countResults adds the scalars of a result to the numbers of integers and floats.
func countResults(t *abi.Type, ints, floats int) (int, int) {
	switch t.Kind() {
	case abi.Float32, abi.Float64:
		return ints, floats + 1
	case abi.Complex64, abi.Complex128:
		return ints, floats + 2
	case abi.String, abi.Interface:
		return ints + 2, floats
	case abi.Slice:
		return ints + 3, floats
	case abi.Array:
		if a := (*abi.ArrayType)(unsafe.Pointer(t)); a.Len == 1 {
			return countResults(a.Elem, ints, floats)
		}
		return ints, floats
	case abi.Struct:
		s := (*abi.StructType)(unsafe.Pointer(t))
		for i := range s.Fields {
			ints, floats = countResults(s.Fields[i].Typ, ints, floats)
		}
		return ints, floats
	}
	return ints + 1, floats
}

// resultWords is the number of scalars among the results, and whether they are returned in registers.
func resultWords(t *abi.FuncType) (words int, registers bool) {
	ints, floats := 0, 0
	for _, r := range t.OutSlice() {
		if scalars(r) >= 0 {
			ints, floats = countResults(r, ints, floats)
		}
	}
	return ints + floats, ints <= maxIntResults && floats <= maxFloatResults
}

// machineArguments hands out registers and stack words in order, for writing or reading.
type machineArguments struct {
	ints, floats, stack int
	frame               *callFrame
	extra               []unsafe.Pointer // stack words, while they are made
}

// size is the size in bytes of scalars of a kind; 0 for values of several.
func scalarSize(t *abi.Type) uintptr {
	switch t.Kind() {
	case abi.Complex64, abi.Complex128, abi.String, abi.Interface, abi.Slice, abi.Array, abi.Struct:
		return 0
	}
	return t.Size_
}

func isFloat(t *abi.Type) bool {
	return t.Kind() == abi.Float32 || t.Kind() == abi.Float64
}

// loadScalar reads a scalar of that many bytes.
func loadScalar(p unsafe.Pointer, size uintptr) uint64 {
	switch size {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}

func storeScalar(p unsafe.Pointer, size uintptr, v uint64) {
	switch size {
	case 1:
		*(*uint8)(p) = uint8(v)
	case 2:
		*(*uint16)(p) = uint16(v)
	case 4:
		*(*uint32)(p) = uint32(v)
	default:
		*(*uint64)(p) = v
	}
}

func (m *machineArguments) putInt(v unsafe.Pointer) {
	if m.ints < intRegisters {
		m.frame.ints[m.ints] = v
		m.ints++
		return
	}
	m.extra = append(m.extra, v)
}

func (m *machineArguments) putFloat(v uint64) {
	if m.floats < floatRegs {
		m.frame.floats[m.floats] = v
		m.floats++
		return
	}
	m.extra = append(m.extra, unsafe.Pointer(uintptr(v)))
}

// put passes the scalars of the value at p.
func (m *machineArguments) put(t *abi.Type, p unsafe.Pointer) {
	switch t.Kind() {
	case abi.Float32, abi.Float64:
		m.putFloat(loadScalar(p, t.Size_))
	case abi.Complex64, abi.Complex128:
		m.putFloat(loadScalar(p, t.Size_/2))
		m.putFloat(loadScalar(add(p, t.Size_/2), t.Size_/2))
	case abi.String, abi.Interface, abi.Slice:
		for at := uintptr(0); at < t.Size_; at += 8 {
			m.putInt(*(*unsafe.Pointer)(add(p, at)))
		}
	case abi.Array:
		if a := (*abi.ArrayType)(unsafe.Pointer(t)); a.Len == 1 {
			m.put(a.Elem, p)
		}
	case abi.Struct:
		s := (*abi.StructType)(unsafe.Pointer(t))
		for i := range s.Fields {
			m.put(s.Fields[i].Typ, add(p, s.Fields[i].Offset))
		}
	default:
		if t.Size_ == 8 {
			m.putInt(*(*unsafe.Pointer)(p))
		} else {
			m.putInt(unsafe.Pointer(uintptr(loadScalar(p, t.Size_))))
		}
	}
}

func (m *machineArguments) getInt() unsafe.Pointer {
	if m.ints < intRegisters {
		m.ints++
		return m.frame.ints[m.ints-1]
	}
	return m.getStack()
}

func (m *machineArguments) getFloat() uint64 {
	if m.floats < floatRegs {
		m.floats++
		return m.frame.floats[m.floats-1]
	}
	return uint64(uintptr(m.getStack()))
}

func (m *machineArguments) getStack() unsafe.Pointer {
	m.stack++
	return *(*unsafe.Pointer)(add(m.frame.stack, uintptr(m.stack-1)*8))
}

// get is the reverse of put.
func (m *machineArguments) get(t *abi.Type, p unsafe.Pointer) {
	switch t.Kind() {
	case abi.Float32, abi.Float64:
		storeScalar(p, t.Size_, m.getFloat())
	case abi.Complex64, abi.Complex128:
		storeScalar(p, t.Size_/2, m.getFloat())
		storeScalar(add(p, t.Size_/2), t.Size_/2, m.getFloat())
	case abi.String, abi.Interface, abi.Slice:
		for at := uintptr(0); at < t.Size_; at += 8 {
			*(*unsafe.Pointer)(add(p, at)) = m.getInt()
		}
	case abi.Array:
		if a := (*abi.ArrayType)(unsafe.Pointer(t)); a.Len == 1 {
			m.get(a.Elem, p)
		}
	case abi.Struct:
		s := (*abi.StructType)(unsafe.Pointer(t))
		for i := range s.Fields {
			m.get(s.Fields[i].Typ, add(p, s.Fields[i].Offset))
		}
	default:
		if t.Size_ == 8 {
			*(*unsafe.Pointer)(p) = m.getInt()
		} else {
			storeScalar(p, t.Size_, uint64(uintptr(m.getInt())))
		}
	}
}

// machineResults does the same for results: in registers, or in 8-byte fields of memory.
type machineResults struct {
	ints, floats int
	frame        *callFrame
	memory       unsafe.Pointer // nil: in registers
}

// next is the place of the next scalar.
func (m *machineResults) next(float bool) unsafe.Pointer {
	switch {
	case m.memory != nil:
		m.ints++
		return add(m.memory, uintptr(m.ints-1)*8)
	case float:
		m.floats++
		return unsafe.Pointer(&m.frame.floatResults[m.floats-1])
	}
	m.ints++
	return unsafe.Pointer(&m.frame.intResults[m.ints-1])
}

// move moves the scalars of a result between the value at p and their places.
func (m *machineResults) move(t *abi.Type, p unsafe.Pointer, get bool) {
	switch t.Kind() {
	case abi.Complex64, abi.Complex128:
		m.moveScalar(p, t.Size_/2, true, get)
		m.moveScalar(add(p, t.Size_/2), t.Size_/2, true, get)
	case abi.String, abi.Interface, abi.Slice:
		for at := uintptr(0); at < t.Size_; at += 8 {
			m.moveScalar(add(p, at), 8, false, get)
		}
	case abi.Array:
		if a := (*abi.ArrayType)(unsafe.Pointer(t)); a.Len == 1 {
			m.move(a.Elem, p, get)
		}
	case abi.Struct:
		s := (*abi.StructType)(unsafe.Pointer(t))
		for i := range s.Fields {
			m.move(s.Fields[i].Typ, add(p, s.Fields[i].Offset), get)
		}
	default:
		m.moveScalar(p, t.Size_, isFloat(t), get)
	}
}

func (m *machineResults) moveScalar(p unsafe.Pointer, size uintptr, float, get bool) {
	at := m.next(float)
	if get {
		memmove(p, at, size)
	} else {
		memmove(at, p, size)
	}
}

func alignTo(n, align uintptr) uintptr {
	return (n + align - 1) &^ (align - 1)
}

// callWithFrame calls fn with the arguments in the frame and puts the results there. Without receiver type fn is a
// function value; with one it is the address of a method's code address, and the frame starts with the receiver word.
func callWithFrame(t *abi.FuncType, receiver *abi.Type, fn, frame unsafe.Pointer) {
	call := new(callFrame)
	call.code = *(*uintptr)(fn)
	args := machineArguments{frame: call}
	words, registers := resultWords(t)
	results := machineResults{frame: call}
	if !registers {
		memory := make([]unsafe.Pointer, words)
		results.memory = unsafe.Pointer(&memory[0])
		args.putInt(results.memory)
	}
	at := uintptr(0)
	if receiver == nil {
		args.putInt(fn)
	} else {
		args.putInt(*(*unsafe.Pointer)(frame))
		at = 8
	}
	for _, p := range t.InSlice() {
		at = alignTo(at, uintptr(p.Align_))
		if scalars(p) >= 0 {
			args.put(p, add(frame, at))
		} else {
			args.putInt(add(frame, at))
		}
		at += p.Size_
	}
	first := alignTo(at, 8)
	at = first
	for _, r := range t.OutSlice() {
		at = alignTo(at, uintptr(r.Align_))
		if scalars(r) < 0 {
			args.putInt(add(frame, at))
		}
		at += r.Size_
	}
	if n := len(args.extra); n > 0 {
		call.stack = unsafe.Pointer(&args.extra[0])
		call.stackWords = uintptr(n)
	}
	callregs(call)
	at = first
	for _, r := range t.OutSlice() {
		at = alignTo(at, uintptr(r.Align_))
		if scalars(r) >= 0 {
			results.move(r, add(frame, at), true)
		}
		at += r.Size_
	}
	KeepAlive(frame)
}

// reflectcall is reflect.call. The type of the frame is one made by reflect/abi.go, which keeps function type and
// receiver type in front of the pointer mask.
func reflectcall(frameType *abi.Type, fn, frame unsafe.Pointer, argSize, resultOffset, frameSize uint32, regs *abi.RegArgs) {
	note := (*[2]*abi.Type)(unsafe.Pointer(uintptr(unsafe.Pointer(frameType.GCData)) - 16))
	callWithFrame((*abi.FuncType)(unsafe.Pointer(note[0])), note[1], fn, frame)
}

// The other direction: a call that entered a function made by reflect. The assembly stubs make a callFrame of the
// registers, with stack pointing to the arguments on the stack.

// reflect_enteredHidden tells whether functions of a type get the address of memory for their results.
//
//go:linkname reflect_enteredHidden reflect.enteredHidden
func reflect_enteredHidden(t *abi.FuncType) bool {
	_, registers := resultWords(t)
	return !registers
}

// reflect_enteredArguments fills a frame with the arguments of the call.
//
//go:linkname reflect_enteredArguments reflect.enteredArguments
func reflect_enteredArguments(t *abi.FuncType, call *callFrame, frame unsafe.Pointer) {
	enteredArguments(t, call, frame, false)
}

// reflect_enteredResults makes the results in the frame those of the call.
//
//go:linkname reflect_enteredResults reflect.enteredResults
func reflect_enteredResults(t *abi.FuncType, call *callFrame, frame unsafe.Pointer) {
	enteredArguments(t, call, frame, true)
}

func enteredArguments(t *abi.FuncType, call *callFrame, frame unsafe.Pointer, done bool) {
	args := machineArguments{frame: call}
	results := machineResults{frame: call}
	if _, registers := resultWords(t); !registers {
		results.memory = args.getInt()
		if done {
			call.intResults[0] = results.memory
		}
	}
	args.getInt() // the function value
	at := uintptr(0)
	for _, p := range t.InSlice() {
		at = alignTo(at, uintptr(p.Align_))
		to := add(frame, at)
		switch {
		case scalars(p) < 0:
			from := args.getInt()
			if !done {
				memmove(to, from, p.Size_)
			}
		case done:
			// Skipped: the place in the frame may be used for anything by now.
			args.skip(p)
		default:
			args.get(p, to)
		}
		at += p.Size_
	}
	if !done {
		return
	}
	at = alignTo(at, 8)
	for _, r := range t.OutSlice() {
		at = alignTo(at, uintptr(r.Align_))
		if scalars(r) < 0 {
			memmove(args.getInt(), add(frame, at), r.Size_)
		} else {
			results.move(r, add(frame, at), false)
		}
		at += r.Size_
	}
}

// skip passes over the scalars of an argument.
func (m *machineArguments) skip(t *abi.Type) {
	ints, floats := countResults(t, 0, 0)
	for ; ints > 0; ints-- {
		m.getInt()
	}
	for ; floats > 0; floats-- {
		m.getFloat()
	}
}
