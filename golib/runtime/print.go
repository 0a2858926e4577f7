package runtime

import (
	"internal/abi"
	"internal/strconv"
	"unsafe"
)

// The print and println builtins, and what a dying program writes. Text is collected in a buffer under a lock
// that its holder may take again; nothing here allocates.

var (
	printOwner uintptr // goroutine that holds the lock
	printDepth int
	printLen   int
	printText  [1024]byte

	// Where the text goes besides standard error: see runtime/debug.SetCrashOutput.
	crashFD = ^uintptr(0)
)

func printlock() {
	me := uintptr(getg())
	if loadUintptr(&printOwner) != me {
		for !casUintptr(&printOwner, 0, me) {
			osyield()
		}
	}
	printDepth++
}

func printunlock() {
	printDepth--
	if printDepth == 0 {
		printFlush()
		storeUintptr(&printOwner, 0)
	}
}

func printFlush() {
	n := printLen
	printLen = 0
	if printTo != nil {
		// A trace for runtime.Stack.
		for i := 0; i < n && printToLen < len(printTo); i++ {
			printTo[printToLen] = printText[i]
			printToLen++
		}
		return
	}
	writeAll(2, n)
	if crashFD != ^uintptr(0) && loadUint32(&crashing) != 0 {
		writeAll(crashFD, n)
	}
}

func writeAll(fd uintptr, n int) {
	p := unsafe.Pointer(&printText)
	for n > 0 {
		k := int(write(fd, p, int32(n)))
		if k <= 0 {
			return
		}
		p = add(p, uintptr(k))
		n -= k
	}
}

func printbyte(c byte) {
	if printLen == len(printText) {
		printFlush()
	}
	printText[printLen] = c
	printLen++
}

func printstring(s string) {
	for i := 0; i < len(s); i++ {
		printbyte(s[i])
	}
}

func printbool(v bool) {
	if v {
		printstring("true")
	} else {
		printstring("false")
	}
}

func printint(v int64) {
	if v < 0 {
		printbyte('-')
		v = -v
	}
	printuint(uint64(v))
}

func printuint(v uint64) {
	place := uint64(1)
	for v/place >= 10 {
		place *= 10
	}
	for ; place > 0; place /= 10 {
		printbyte('0' + byte(v/place%10))
	}
}

func printhex(v uint64) {
	printstring("0x")
	shift := 60
	for shift > 0 && v>>shift == 0 {
		shift -= 4
	}
	for ; shift >= 0; shift -= 4 {
		printbyte("0123456789abcdef"[v>>shift&15])
	}
}

func printpointer(p unsafe.Pointer) {
	printhex(uint64(uintptr(p)))
}

// floatText is where floats are formatted; used under the lock only.
var floatText [64]byte

func printFormatted(v float64, bits int) {
	if printDepth > 0 {
		for _, c := range strconv.AppendFloat(floatText[:0], v, 'g', -1, bits) {
			printbyte(c)
		}
	}
}

func printfloat(v float64) {
	printFormatted(v, 64)
}

// printfloat32 prints a float32.
func printfloat32(v float64) {
	printFormatted(v, 32)
}

func printcomplex(v complex128) {
	printParts(real(v), imag(v), 64)
}

// printcomplex64 prints a complex64.
func printcomplex64(v complex128) {
	printParts(real(v), imag(v), 32)
}

func printParts(re, im float64, bits int) {
	printbyte('(')
	printFormatted(re, bits)
	if !(im < 0) && !isNegativeZero(im) && !(im > maxFloat) {
		printbyte('+')
	}
	printFormatted(im, bits)
	printstring("i)")
}

const maxFloat = 0x1p1023 * (1 + (1 - 0x1p-52))

func isNegativeZero(f float64) bool {
	return f == 0 && 1/f < 0
}

func printslice(array unsafe.Pointer, length, capacity int) {
	printbyte('[')
	printint(int64(length))
	printbyte('/')
	printint(int64(capacity))
	printbyte(']')
	printpointer(array)
}

func printiface(tab, data unsafe.Pointer) {
	printbyte('(')
	printpointer(tab)
	printbyte(',')
	printpointer(data)
	printbyte(')')
}

// typeString is the text of a type as reflect shows it.
func typeString(t *abi.Type) string {
	s := nameAt(t.Str).Name()
	if t.TFlag&abi.TFlagExtraStar != 0 {
		return s[1:]
	}
	return s
}
