package runtime

import (
	"internal/bytealg"
	"unsafe"
)

// rawBytes is memory for n bytes, not zeroed.
func rawBytes(n int) unsafe.Pointer {
	return mallocgc(uintptr(n), nil, false)
}

// shortBuffer is the size of the memory in a caller's frame that a result is put in, in bytes or runes: that of functions
// whose names end with "in". Such results do not outlive the caller's frame.
const shortBuffer = 32

// memoryFor is the buffer if n bytes fit, else new memory, not zeroed.
func memoryFor(buffer unsafe.Pointer, n int) unsafe.Pointer {
	if buffer != nil && n <= shortBuffer {
		return buffer
	}
	return rawBytes(n)
}

func concatstrings(array *string, count int) string {
	return concatstringsin(nil, array, count)
}

func concatstringsin(buffer unsafe.Pointer, array *string, count int) string {
	parts := unsafe.Slice(array, count)
	total := 0
	filled := 0
	last := 0
	for i, s := range parts {
		if len(s) == 0 {
			continue
		}
		total += len(s)
		if total < 0 {
			throw("string concatenation too long")
		}
		filled++
		last = i
	}
	switch filled {
	case 0:
		return ""
	case 1:
		return parts[last]
	}
	p := memoryFor(buffer, total)
	at := uintptr(0)
	for _, s := range parts {
		memmove(add(p, at), unsafe.Pointer(unsafe.StringData(s)), uintptr(len(s)))
		at += uintptr(len(s))
	}
	return unsafe.String((*byte)(p), total)
}

func slicebytetostring(p unsafe.Pointer, n int) string {
	return slicebytetostringin(nil, p, n)
}

func slicebytetostringin(buffer, p unsafe.Pointer, n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return oneByte(*(*byte)(p))
	}
	to := memoryFor(buffer, n)
	memmove(to, p, uintptr(n))
	return unsafe.String((*byte)(to), n)
}

// oneByte is a string of one byte, from a table.
func oneByte(c byte) string {
	return unsafe.String((*byte)(unsafe.Pointer(&smallIntegers[c])), 1)
}

func stringtoslicebyte(s string) []byte {
	n := len(s)
	if n == 0 {
		return []byte{}
	}
	size := roundupsize(uintptr(n), true)
	p := mallocgc(size, nil, false)
	memmove(p, unsafe.Pointer(unsafe.StringData(s)), uintptr(n))
	memclrNoHeapPointers(add(p, uintptr(n)), size-uintptr(n))
	return unsafe.Slice((*byte)(p), size)[:n]
}

func stringtoslicebytein(buffer unsafe.Pointer, s string) []byte {
	n := len(s)
	if n > shortBuffer {
		return stringtoslicebyte(s)
	}
	memclrNoHeapPointers(buffer, shortBuffer)
	memmove(buffer, unsafe.Pointer(unsafe.StringData(s)), uintptr(n))
	return unsafe.Slice((*byte)(buffer), shortBuffer)[:n]
}

const (
	runeError  = '\uFFFD'
	maxRune    = '\U0010FFFF'
	firstLow   = 0xD800
	lastHigh   = 0xDFFF
	contBits   = 0x3F
	contMarker = 0x80
)

// decoderune gives the rune at byte i of s, and the index behind it. Bytes that are no UTF-8 are one
// runeError each.
func decoderune(s string, i int) (rune, int) {
	c := s[i]
	if c < 0x80 {
		return rune(c), i + 1
	}
	rest := s[i+1:]
	switch {
	case c >= 0xC2 && c < 0xE0 && len(rest) > 0 && isContinuation(rest[0]):
		return rune(c&0x1F)<<6 | rune(rest[0]&contBits), i + 2
	case c >= 0xE0 && c < 0xF0 && len(rest) > 1 && isContinuation(rest[0]) && isContinuation(rest[1]):
		r := rune(c&0x0F)<<12 | rune(rest[0]&contBits)<<6 | rune(rest[1]&contBits)
		if r >= 0x800 && (r < firstLow || r > lastHigh) {
			return r, i + 3
		}
	case c >= 0xF0 && c < 0xF5 && len(rest) > 2 && isContinuation(rest[0]) && isContinuation(rest[1]) && isContinuation(rest[2]):
		r := rune(c&0x07)<<18 | rune(rest[0]&contBits)<<12 | rune(rest[1]&contBits)<<6 | rune(rest[2]&contBits)
		if r >= 0x10000 && r <= maxRune {
			return r, i + 4
		}
	}
	return runeError, i + 1
}

func isContinuation(c byte) bool {
	return c&^contBits == contMarker
}

// encodedLen is the number of bytes of r in UTF-8.
func encodedLen(r rune) int {
	switch {
	case 0 <= r && r < 0x80:
		return 1
	case 0 <= r && r < 0x800:
		return 2
	case 0 <= r && r < 0x10000 || r < 0 || r > maxRune:
		return 3
	}
	return 4
}

// encode writes r in UTF-8 to p.
func encode(p unsafe.Pointer, r rune) int {
	if r < 0 || r > maxRune || firstLow <= r && r <= lastHigh {
		r = runeError
	}
	n := encodedLen(r)
	if n == 1 {
		*(*byte)(p) = byte(r)
		return 1
	}
	for i := n - 1; i > 0; i-- {
		*(*byte)(add(p, uintptr(i))) = contMarker | byte(r&contBits)
		r >>= 6
	}
	*(*byte)(p) = 0xFF<<(8-n) | byte(r)
	return n
}

func intstring(v int64) string {
	return intstringin(nil, v)
}

func intstringin(buffer unsafe.Pointer, v int64) string {
	if 0 <= v && v < 0x80 {
		return oneByte(byte(v))
	}
	r := rune(v)
	if int64(r) != v {
		r = runeError
	}
	p := memoryFor(buffer, 4)
	return unsafe.String((*byte)(p), encode(p, r))
}

func slicerunetostring(array *rune, n int) string {
	return slicerunetostringin(nil, array, n)
}

func slicerunetostringin(buffer unsafe.Pointer, array *rune, n int) string {
	runes := unsafe.Slice(array, n)
	total := 0
	for _, r := range runes {
		total += encodedLen(r)
	}
	if total == 0 {
		return ""
	}
	p := memoryFor(buffer, total)
	at := 0
	for _, r := range runes {
		at += encode(add(p, uintptr(at)), r)
	}
	return unsafe.String((*byte)(p), at)
}

func countrunes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

func stringtoslicerune(s string) []rune {
	return stringtoslicerunein(nil, s)
}

func stringtoslicerunein(buffer unsafe.Pointer, s string) []rune {
	n := countrunes(s)
	size := uintptr(shortBuffer * 4)
	p := buffer
	if buffer == nil || n > shortBuffer {
		if n == 0 {
			return []rune{}
		}
		size = roundupsize(uintptr(n)*4, true)
		p = mallocgc(size, nil, false)
	}
	runes := unsafe.Slice((*rune)(p), size/4)
	at := 0
	for _, r := range s {
		runes[at] = r
		at++
	}
	for i := at; i < len(runes); i++ {
		runes[i] = 0
	}
	return runes[:n]
}

//go:linkname bytealg_MakeNoZero internal/bytealg.MakeNoZero
func bytealg_MakeNoZero(n int) []byte {
	if n < 0 || uintptr(n) > maxAlloc {
		panicargument(4)
	}
	size := roundupsize(uintptr(n), true)
	return unsafe.Slice((*byte)(mallocgc(size, nil, false)), size)[:n]
}

// goString is a string at a C string's place.
func goString(p *byte) string {
	if p == nil {
		return ""
	}
	n := 0
	for *(*byte)(add(unsafe.Pointer(p), uintptr(n))) != 0 {
		n++
	}
	return unsafe.String(p, n)
}

func cutAt(s string, c byte) (before, after string, found bool) {
	if i := bytealg.IndexByteString(s, c); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func hasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}

func hasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

// number is the value of a decimal number, if s is one.
func number(s string) (int, bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	n := 0
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
