package runtime

import (
	"unsafe"
)

// Reading of the table of code addresses, whose form crates/gust-abi/src/pctab.rs describes. Nothing here
// allocates: texts are parts of the table.
//
// Addresses that programs see are return addresses. A return address may stand for several calls that were inlined into
// each other; the one that is meant is counted from the innermost in the bits from depthShift on, so that programs
// can look each of them up by itself. Frames have plain addresses instead if there is code of the place that the call was
// inlined at.

const (
	tableMagic   = 0x32747067 // "gpt2"
	depthShift   = 48
	addressMask  = 1<<depthShift - 1
	flagWrapper  = 1
	flagNative   = 2
	functionSize = 12
	calleeSize   = 8
	nameMask     = 1<<30 - 1
	flagShift    = 30
)

// codeFunction is an entry of the table.
type codeFunction struct {
	start  uint32
	name   uint32 // with the flags
	record uint32
}

// codeRecord is the beginning of a function's record.
type codeRecord struct {
	size    uint32
	file    uint32
	line    uint32
	inlined uint32 // how many calls
	calls   uint32 // offset of the first of them
}

// codeCall is a call that was inlined.
type codeCall struct {
	outer  uint32
	callee uint32 // offset of the inlined function
	file   uint32
	line   uint32
}

func tableAt(offset uint32) unsafe.Pointer {
	return add(codeTable.start, uintptr(offset))
}

func tableWord(offset uint32) uint32 {
	return *(*uint32)(tableAt(offset))
}

func hasTable() bool {
	return codeTable.size >= 40 && tableWord(0) == tableMagic
}

// functionAt is the function that an address lies in, nil if none does.
func functionAt(pc uintptr) *codeFunction {
	if !hasTable() {
		return nil
	}
	lo, hi := uint32(0), tableWord(4)
	base := tableWord(8)
	for lo < hi {
		mid := lo + (hi-lo)/2
		if uintptr((*codeFunction)(tableAt(base+mid*functionSize)).start) <= pc {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return nil
	}
	f := (*codeFunction)(tableAt(base + (lo-1)*functionSize))
	if size, _ := tableVarint(f.recordAt()); pc-uintptr(f.start) >= uintptr(size) {
		return nil
	}
	return f
}

func (f *codeFunction) recordAt() uint32 {
	return tableWord(28) + f.record
}

func (f *codeFunction) read() (r codeRecord) {
	at := f.recordAt()
	r.size, at = tableNumber(at)
	r.file, at = tableNumber(at)
	r.line, at = tableNumber(at)
	r.inlined, at = tableNumber(at)
	r.calls = at
	return r
}

// end is the address behind the function's last byte.
func (f *codeFunction) end() uintptr {
	return uintptr(f.start) + uintptr(f.read().size)
}

func (f *codeFunction) flags() uint32 {
	return f.name >> flagShift
}

func tableVarint(at uint32) (value uint64, next uint32) {
	for shift := uint(0); ; shift += 7 {
		c := *(*byte)(tableAt(at))
		at++
		value |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return value, at
		}
	}
}

func tableNumber(at uint32) (value, next uint32) {
	v, next := tableVarint(at)
	return uint32(v), next
}

func unzigzag(v uint64) int64 {
	return int64(v>>1) ^ -int64(v&1)
}

func tableString(offset uint32) string {
	n, at := tableVarint(tableWord(32) + offset)
	return unsafe.String((*byte)(tableAt(at)), int(n))
}

func tableFile(index uint32) string {
	if index >= tableWord(12) {
		return ""
	}
	return tableString(tableWord(tableWord(16) + 4*index))
}

// call reads the inlined call that stands at an offset.
func (r *codeRecord) call(at uint32) (c codeCall, next uint32) {
	c.outer, at = tableNumber(at)
	c.callee, at = tableNumber(at)
	c.callee = tableWord(24) + c.callee*calleeSize
	file, at := tableVarint(at)
	line, at := tableVarint(at)
	c.file = uint32(int64(r.file) + unzigzag(file))
	c.line = uint32(int64(r.line) + unzigzag(line))
	return c, at
}

// inline is the inlined call with this number.
func (f *codeFunction) inline(number uint32) (c codeCall) {
	r := f.read()
	at := r.calls
	for ; number > 0; number-- {
		c, at = r.call(at)
	}
	return c
}

// codePlace is where an address stands in the source: in one function of those inlined into each other there.
type codePlace struct {
	function *codeFunction
	inlined  uint32 // number of the inlined call, 0 the function itself
	file     uint32
	line     uint32
}

// codeRanges goes through the ranges of a function's code, each with a place of its own.
type codeRanges struct {
	place codePlace
	start uintptr
	end   uintptr
	next  uint32 // offset of what describes the next range
}

func (f *codeFunction) ranges() (c codeRanges) {
	r := f.read()
	c.next = r.calls
	for range r.inlined {
		_, c.next = r.call(c.next)
	}
	c.place = codePlace{function: f, file: r.file, line: r.line}
	c.end = uintptr(f.start)
	return c
}

// advance goes on to the next range, the first one to begin with. False if there is none.
func (c *codeRanges) advance() bool {
	v, at := tableVarint(c.next)
	if v == 0 {
		return false
	}
	c.start, c.end = c.end, c.end+uintptr(v>>1)
	moved := v&1 != 0
	v, at = tableVarint(at)
	c.place.line += uint32(unzigzag(v))
	if moved {
		v, at = tableVarint(at)
		c.place.file += uint32(unzigzag(v))
		v, at = tableVarint(at)
		c.place.inlined = uint32(v)
	}
	c.next = at
	return true
}

// placeAt is the place of the innermost function at an address.
func placeAt(pc uintptr) codePlace {
	f := functionAt(pc)
	if f == nil {
		return codePlace{}
	}
	c := f.ranges()
	for c.advance() {
		if pc < c.end {
			return c.place
		}
	}
	return codePlace{function: f}
}

// address is that of code of this very place, at best before pc: the function has some around what was inlined, as a rule.
// Zero if it has none.
func (p codePlace) address(pc uintptr) (address uintptr) {
	c := p.function.ranges()
	for c.advance() {
		if c.place == p && (address == 0 || c.start <= pc) {
			address = c.start
		}
	}
	return address
}

// isInlined tells whether there is a place around this one.
func (p codePlace) isInlined() bool {
	return p.inlined != 0
}

// outer is the place of the inlined call.
func (p codePlace) outer() codePlace {
	call := p.function.inline(p.inlined)
	return codePlace{p.function, call.outer, call.file, call.line}
}

func (p codePlace) flags() uint32 {
	if p.inlined != 0 {
		return tableWord(p.function.inline(p.inlined).callee) >> flagShift
	}
	return p.function.flags()
}

func (p codePlace) declared() int {
	if p.inlined != 0 {
		return int(tableWord(p.function.inline(p.inlined).callee + 4))
	}
	return int(p.function.read().line)
}

// nativeFile is said to hold the runtime's functions that are not in Go, such as goexit, at the end of each trace.
// With the folder of the standard library, if programs know that, since main.
var nativeFile = "runtime/asm_amd64.s"

// source is file and line of a place; code that has none gets what the compiler's own functions have in Go.
func (p codePlace) source() (file string, line int) {
	file, line = tableFile(p.file), int(p.line)
	if file == "" {
		if p.function != nil && p.inlined == 0 && p.flags()&flagNative != 0 {
			return nativeFile, 1
		}
		return "<autogenerated>", 1
	}
	if line == 0 {
		line = max(p.declared(), 1)
	}
	return file, line
}

func (p codePlace) name() string {
	if p.function == nil {
		return ""
	}
	if p.inlined != 0 {
		return tableString(tableWord(p.function.inline(p.inlined).callee) & nameMask)
	}
	return functionName(p.function)
}

func functionName(f *codeFunction) string {
	name := tableString(f.name & nameMask)
	if name == "runtime.gostart" {
		// What the official runtime calls the start of a goroutine's stack.
		return "runtime.goexit"
	}
	return name
}

// placeOf is the place of an address that programs see, or of the instruction itself if exact.
func placeOf(pc uintptr, exact bool) codePlace {
	depth := pc >> depthShift
	pc &= addressMask
	if !exact {
		pc--
	}
	p := placeAt(pc)
	for ; depth > 0 && p.isInlined(); depth-- {
		p = p.outer()
	}
	return p
}

// Functions that pass on what lies around them: recover looks through them, and traces leave them out.
func (p codePlace) isHidden() bool {
	if p.function == nil {
		return false
	}
	if p.flags()&flagWrapper != 0 {
		return true
	}
	switch p.name() {
	case "runtime.runDeferred", "runtime.deferreturn", "runtime.callCode":
		return true
	}
	return p.inlined == 0 && p.flags()&flagNative != 0 && p.name() != "runtime.goexit"
}

// passesRecover tells whether a deferred call through the function that returns to pc counts as one of the
// function that it calls.
func passesRecover(pc uintptr) bool {
	for p := placeOf(pc, false); ; p = p.outer() {
		if p.function == nil {
			return false
		}
		if p.flags()&(flagWrapper|flagNative) == 0 {
			switch p.name() {
			case "reflect.callReflect", "reflect.makeFuncEntry", "reflect.callMethod", "reflect.methodValueEntry",
				"runtime.reflectcall", "runtime.callWithFrame":
			default:
				return false
			}
		}
		if !p.isInlined() {
			return true
		}
	}
}
