package reflect

import (
	"internal/abi"
	"unsafe"
)

// Functions made at run time. Their code is an assembly stub, which saves the machine's arguments and calls
// the Go function that the function value names. There are two stubs, for functions that get the address of
// memory for their results as a hidden first argument and for those that do not: the function value comes behind it.

// stubValue is how all function values with such code begin. The stubs know entry's place.
type stubValue struct {
	code  uintptr // the stub
	sig   *funcType
	entry uintptr // code of makeFuncEntry or methodValueEntry
}

// stubCall is a call that a stub has saved: the runtime's callFrame.
type stubCall struct {
	_ [22]uintptr
}

func makeFuncStub()
func makeFuncStubHidden()
func methodValueCall()
func methodValueCallHidden()

func enteredHidden(t *funcType) bool
func enteredArguments(t *funcType, call *stubCall, frame unsafe.Pointer)
func enteredResults(t *funcType, call *stubCall, frame unsafe.Pointer)

// makeFuncImpl is a function value made by MakeFunc.
type makeFuncImpl struct {
	stubValue
	ftyp *funcType
	fn   func([]Value) []Value
}

// methodValue is a function value made of a method of a value.
type methodValue struct {
	stubValue
	method int
	rcvr   Value
}

// MakeFunc gives a function of type typ that calls fn: with its arguments as Values, of a variadic function the
// last one as a slice. What fn gives are its results, and must be as many and of such types as typ says.
func MakeFunc(typ Type, fn func(args []Value) (results []Value)) Value {
	if typ.Kind() != Func {
		panic("reflect: call of MakeFunc with non-Func type")
	}
	t := typ.common()
	sig := (*funcType)(unsafe.Pointer(t))
	impl := &makeFuncImpl{ftyp: sig, fn: fn}
	impl.sig = sig
	impl.entry = abi.FuncPCABIInternal(makeFuncEntry)
	impl.code = abi.FuncPCABI0(makeFuncStub)
	if enteredHidden(sig) {
		impl.code = abi.FuncPCABI0(makeFuncStubHidden)
	}
	return Value{t, unsafe.Pointer(impl), flag(Func)}
}

// makeMethodValue makes a function value of v, which is a method of a value.
func makeMethodValue(op string, v Value) Value {
	if v.flag&flagMethod == 0 {
		panic("reflect: internal error: makeMethodValue of what is not a method")
	}
	kind := flag(v.typ().Kind())
	receiver := Value{v.typ(), v.ptr, kind | v.flag&(flagRO|flagAddr|flagIndir)}
	sig := (*funcType)(unsafe.Pointer(v.Type().(*rtype)))
	m := &methodValue{method: int(v.flag) >> flagMethodShift, rcvr: receiver}
	m.sig = sig
	m.entry = abi.FuncPCABIInternal(methodValueEntry)
	m.code = methodValueCallCodePtr()
	if enteredHidden(sig) {
		m.code = abi.FuncPCABI0(methodValueCallHidden)
	}
	// Panics now if the method cannot be called, not when it is.
	methodReceiver(op, m.rcvr, m.method)
	return Value{sig.Common(), unsafe.Pointer(m), v.flag&flagRO | flag(Func)}
}

func methodValueCallCodePtr() uintptr {
	return abi.FuncPCABI0(methodValueCall)
}

// makeFuncEntry is what the stubs call for functions made by MakeFunc.
func makeFuncEntry(value *makeFuncImpl, call *stubCall) {
	frame := enter(&value.stubValue, call)
	done := false
	callReflect(value, frame, &done, new(abi.RegArgs))
	enteredResults(value.sig, call, frame)
}

// methodValueEntry is what they call for method values.
func methodValueEntry(value *methodValue, call *stubCall) {
	frame := enter(&value.stubValue, call)
	done := false
	callMethod(value, frame, &done, new(abi.RegArgs))
	enteredResults(value.sig, call, frame)
}

// enter makes the frame of a call.
func enter(value *stubValue, call *stubCall) unsafe.Pointer {
	frameType, _, _ := funcLayout(value.sig, nil)
	frame := unsafe.Pointer(nil)
	if frameType.Size() > 0 {
		frame = unsafe_New(frameType)
	}
	enteredArguments(value.sig, call, frame)
	return frame
}
