package runtime

import (
	"internal/abi"
	"unsafe"
)

// Error is what the language itself panics with: an index out of range, a nil map written to, and so on. Packages
// outside of the standard library have no business implementing it.
type Error interface {
	error

	// RuntimeError does nothing; it tells these errors from others.
	RuntimeError()
}

// errorString is an error with the usual prefix.
type errorString string

func (e errorString) RuntimeError() {}

func (e errorString) Error() string {
	return "runtime error: " + string(e)
}

// plainError is an error without prefix.
type plainError string

func (e plainError) RuntimeError() {}

func (e plainError) Error() string {
	return string(e)
}

// faultError is a bad memory access that became a panic because of runtime/debug.SetPanicOnFault.
type faultError struct {
	text    string
	address uintptr
}

func (e faultError) RuntimeError() {}

func (e faultError) Error() string {
	return "runtime error: " + e.text
}

// Addr is the address accessed.
func (e faultError) Addr() uintptr {
	return e.address
}

// TypeAssertionError is a failed type assertion.
type TypeAssertionError struct {
	static   *abi.Type // type of the interface value; nil if unknown
	dynamic  *abi.Type // its dynamic type; nil for a nil value
	asserted *abi.Type
	missing  string // a method that dynamic lacks, if asserted is an interface
}

func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string {
	const prefix = "interface conversion: "
	static := "interface"
	if e.static != nil {
		static = typeString(e.static)
	}
	want := typeString(e.asserted)
	if e.dynamic == nil {
		return prefix + static + " is nil, not " + want
	}
	have := typeString(e.dynamic)
	if e.missing != "" {
		return prefix + have + " is not " + want + ": missing method " + e.missing
	}
	text := prefix + static + " is " + have + ", not " + want
	switch {
	case have != want:
	case typePackage(e.dynamic) != typePackage(e.asserted):
		text += " (types from different packages)"
	default:
		text += " (types from different scopes)"
	}
	return text
}

// PanicNilError is what panic(nil) panics with, unless GODEBUG says panicnil=1.
type PanicNilError struct {
	// No other type has this field, so nothing converts to this one by accident.
	_ [0]*PanicNilError
}

func (*PanicNilError) Error() string { return "panic called with nil argument" }

func (*PanicNilError) RuntimeError() {}

// boundsError is a failed bounds check.
type boundsError struct {
	kind  int // index of boundsTexts; plus unsignedIndex
	index int
	bound int
}

func (e boundsError) RuntimeError() {}

// boundsTexts are the texts in the order of the compiler's kinds: of an index, of a negative one. A # is the
// index, a $ the bound.
var boundsTexts = [...][2]string{
	{"index out of range [#] with length $", "index out of range [#]"},
	{"slice bounds out of range [:#] with length $", "slice bounds out of range [:#]"},
	{"slice bounds out of range [:#] with capacity $", "slice bounds out of range [:#]"},
	{"slice bounds out of range [#:$]", "slice bounds out of range [#:]"},
	{"slice bounds out of range [::#] with length $", "slice bounds out of range [::#]"},
	{"slice bounds out of range [::#] with capacity $", "slice bounds out of range [::#]"},
	{"slice bounds out of range [:#:$]", "slice bounds out of range [:#:]"},
	{"slice bounds out of range [#:$:]", "slice bounds out of range [#::]"},
	{"cannot convert slice with length $ to array or pointer to array with length #", ""},
}

// unsignedIndex says that the index is an unsigned number.
const unsignedIndex = 1 << 8

func (e boundsError) Error() string {
	texts := &boundsTexts[e.kind&^unsignedIndex]
	text := texts[0]
	negative := e.index < 0 && e.kind&unsignedIndex == 0
	if negative && texts[1] != "" {
		text = texts[1]
	}
	out := "runtime error: "
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '#':
			out += text[start:i] + decimal(uint64(e.index), negative)
			start = i + 1
		case '$':
			out += text[start:i] + decimal(uint64(e.bound), false)
			start = i + 1
		}
	}
	return out + text[start:]
}

// decimal is a number in decimal: u, or if that is negative the number with these bits.
func decimal(u uint64, negative bool) string {
	buf := make([]byte, 20)
	i := len(buf)
	if negative {
		u = -u
	}
	for {
		i--
		buf[i] = '0' + byte(u%10)
		u /= 10
		if u == 0 {
			break
		}
	}
	if negative {
		i--
		buf[i] = '-'
	}
	return unsafe.String(&buf[i], len(buf)-i)
}

// Errors that other packages bind to by name.
var (
	overflowError = error(errorString("integer overflow"))
	divideError   = error(errorString("integer divide by zero"))
	shiftError    = error(errorString("negative shift amount"))
	memoryError   = error(errorString("invalid memory address or nil pointer dereference"))
	floatError    = error(errorString("floating point error"))

	//go:linkname errNilAssign internal/runtime/maps.errNilAssign
	errNilAssign = error(plainError("assignment to entry in nil map"))
)

func panicBounds(kind, index, bound int) {
	panic(boundsError{kind, index, bound})
}

func panicdivide() {
	panic(divideError)
}

func panicoverflow() {
	panic(overflowError)
}

func panicshift() {
	panic(shiftError)
}

func panicwrap(name string) {
	// pkg.T.M: the type's name is what stands between package and method.
	end := len(name)
	for end > 0 && name[end-1] != '.' {
		end--
	}
	method := end - 1
	start := 0
	depth := 0
	for i := 0; i < method; i++ {
		switch name[i] {
		case '[':
			depth++
		case ']':
			depth--
		case '/':
			if depth == 0 {
				start = i
			}
		}
	}
	for start < method && name[start] != '.' {
		start++
	}
	panic(plainError("value method " + name + " called using nil *" + name[start+1:method] + " pointer"))
}

var argumentErrors = [...]error{
	errorString("unsafe.Slice: len out of range"),
	errorString("unsafe.Slice: ptr is nil and len is not zero"),
	errorString("unsafe.String: len out of range"),
	errorString("unsafe.String: ptr is nil and len is not zero"),
	errorString("makeslice: len out of range"),
	errorString("makeslice: cap out of range"),
	plainError("makechan: size out of range"),
}

func panicargument(number int) {
	panic(argumentErrors[number])
}

var rangeErrors = [...]error{
	errorString("range function continued iteration after function for loop body returned false"),
	nil, // running
	errorString("range function continued iteration after loop body panic"),
	errorString("range function continued iteration after whole loop exit"),
	errorString("range function recovered a loop body panic and did not resume panicking"),
}

func panicrangestate(state int) {
	panic(rangeErrors[state])
}

func panicdottypeE(dynamic, asserted, static *abi.Type) {
	panic(&TypeAssertionError{static, dynamic, asserted, ""})
}

//go:linkname sync_throw sync.throw
func sync_throw(s string) { throw(s) }

//go:linkname sync_fatal sync.fatal
func sync_fatal(s string) { fatal(s) }

//go:linkname internal_sync_throw internal/sync.throw
func internal_sync_throw(s string) { throw(s) }

//go:linkname internal_sync_fatal internal/sync.fatal
func internal_sync_fatal(s string) { fatal(s) }

//go:linkname maps_fatal internal/runtime/maps.fatal
func maps_fatal(s string) { fatal(s) }

//go:linkname cgroup_throw internal/runtime/cgroup.throw
func cgroup_throw(s string) { throw(s) }

//go:linkname fips_fatal crypto/internal/fips140.fatal
func fips_fatal(s string) { fatal(s) }

//go:linkname sysrand_fatal crypto/internal/sysrand.fatal
func sysrand_fatal(s string) { fatal(s) }

//go:linkname crypto_rand_fatal crypto/rand.fatal
func crypto_rand_fatal(s string) { fatal(s) }
