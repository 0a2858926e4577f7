package runtime

import (
	"internal/abi"
	"math/bits"
	"unsafe"
)

// Hashes of memory after the pattern of wyhash: words are folded with the two halves of a 64x64-bit product.
// All of them depend on keys made at the start of the process.

var hashKeys = [4]uint64{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0xd6e8feb86659fd93}

func seedHashes() {
	for i := range hashKeys {
		hashKeys[i] ^= rand()
		hashKeys[i] |= 1
	}
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func word8(p unsafe.Pointer, at uintptr) uint64 {
	return *(*uint64)(add(p, at))
}

func word4(p unsafe.Pointer, at uintptr) uint64 {
	return uint64(*(*uint32)(add(p, at)))
}

func memhash(p unsafe.Pointer, seed, n uintptr) uintptr {
	var a, b uint64
	h := uint64(seed) ^ hashKeys[0]
	switch {
	case n == 0:
		return uintptr(fold(h, hashKeys[1]))
	case n < 4:
		a = uint64(*(*byte)(p))<<16 | uint64(*(*byte)(add(p, n>>1)))<<8 | uint64(*(*byte)(add(p, n-1)))
	case n <= 8:
		a = word4(p, 0)
		b = word4(p, n-4)
	case n <= 16:
		a = word8(p, 0)
		b = word8(p, n-8)
	default:
		left := n
		if left > 48 {
			h1, h2 := h, h
			for ; left > 48; left -= 48 {
				h = fold(word8(p, 0)^hashKeys[1], word8(p, 8)^h)
				h1 = fold(word8(p, 16)^hashKeys[2], word8(p, 24)^h1)
				h2 = fold(word8(p, 32)^hashKeys[3], word8(p, 40)^h2)
				p = add(p, 48)
			}
			h ^= h1 ^ h2
		}
		for ; left > 16; left -= 16 {
			h = fold(word8(p, 0)^hashKeys[1], word8(p, 8)^h)
			p = add(p, 16)
		}
		// The last 16 bytes, some of them perhaps once more.
		a = word8(p, left-16)
		b = word8(p, left-8)
	}
	return uintptr(fold(hashKeys[2]^uint64(n), fold(a^hashKeys[1], b^h)))
}

func memhash8(p unsafe.Pointer, seed uintptr) uintptr  { return memhash(p, seed, 1) }
func memhash16(p unsafe.Pointer, seed uintptr) uintptr { return memhash(p, seed, 2) }

// memhash32 and memhash64 are what compiled hash functions of types of these sizes compute in place.
func memhash32(p unsafe.Pointer, seed uintptr) uintptr {
	a := word4(p, 0)
	return uintptr(fold(hashKeys[2]^4, fold(a^hashKeys[1], a^uint64(seed)^hashKeys[0])))
}

func memhash64(p unsafe.Pointer, seed uintptr) uintptr {
	a := word8(p, 0)
	return uintptr(fold(hashKeys[2]^8, fold(a^hashKeys[1], a^uint64(seed)^hashKeys[0])))
}

func memhash128(p unsafe.Pointer, seed uintptr) uintptr { return memhash(p, seed, 16) }

func strhash(p unsafe.Pointer, seed uintptr) uintptr {
	s := (*sliceHeader)(p)
	return memhash(s.array, seed, uintptr(s.len))
}

func stringHash(s string, seed uintptr) uintptr {
	return memhash(unsafe.Pointer(unsafe.StringData(s)), seed, uintptr(len(s)))
}

func bytesHash(b []byte, seed uintptr) uintptr {
	return memhash(unsafe.Pointer(unsafe.SliceData(b)), seed, uintptr(len(b)))
}

func int32Hash(i uint32, seed uintptr) uintptr {
	return uintptr(fold(hashKeys[2]^4, fold(uint64(i)^hashKeys[1], uint64(i)^uint64(seed)^hashKeys[0])))
}

func int64Hash(i uint64, seed uintptr) uintptr {
	return uintptr(fold(hashKeys[2]^8, fold(i^hashKeys[1], i^uint64(seed)^hashKeys[0])))
}

func f32hash(p unsafe.Pointer, seed uintptr) uintptr {
	f := *(*float32)(p)
	switch {
	case f == 0:
		return int32Hash(0, seed)
	case f != f:
		return uintptr(rand())
	}
	return memhash32(p, seed)
}

func f64hash(p unsafe.Pointer, seed uintptr) uintptr {
	f := *(*float64)(p)
	switch {
	case f == 0:
		return int64Hash(0, seed)
	case f != f:
		return uintptr(rand())
	}
	return memhash64(p, seed)
}

func c64hash(p unsafe.Pointer, seed uintptr) uintptr {
	return f32hash(add(p, 4), f32hash(p, seed))
}

func c128hash(p unsafe.Pointer, seed uintptr) uintptr {
	return f64hash(add(p, 8), f64hash(p, seed))
}

func nilinterhash(p unsafe.Pointer, seed uintptr) uintptr {
	e := (*abi.EmptyInterface)(p)
	if e.Type == nil {
		return seed
	}
	return dynamicHash(e.Type, e.Data, seed)
}

func interhash(p unsafe.Pointer, seed uintptr) uintptr {
	i := (*abi.NonEmptyInterface)(p)
	if i.ITab == nil {
		return seed
	}
	return dynamicHash(i.ITab.Type, i.Data, seed)
}

// dynamicHash is the hash of an interface's value.
func dynamicHash(t *abi.Type, data unsafe.Pointer, seed uintptr) uintptr {
	if t.Equal == nil {
		panic(errorString("hash of unhashable type " + typeString(t)))
	}
	if t.TFlag&abi.TFlagDirectIface != 0 {
		return int64Hash(uint64(uintptr(data)), seed^1)
	}
	return typehash(t, data, seed) ^ 1
}

// typehash is the hash of a value of any type, as compiled code's hash functions have it.
//
//go:linkname reflect_typehash reflect.typehash
func reflect_typehash(t *abi.Type, p unsafe.Pointer, seed uintptr) uintptr {
	return typehash(t, p, seed)
}

func typehash(t *abi.Type, p unsafe.Pointer, seed uintptr) uintptr {
	if t.TFlag&abi.TFlagRegularMemory != 0 {
		switch t.Size_ {
		case 4:
			return memhash32(p, seed)
		case 8:
			return memhash64(p, seed)
		}
		return memhash(p, seed, t.Size_)
	}
	switch t.Kind() {
	case abi.Float32:
		return f32hash(p, seed)
	case abi.Float64:
		return f64hash(p, seed)
	case abi.Complex64:
		return c64hash(p, seed)
	case abi.Complex128:
		return c128hash(p, seed)
	case abi.String:
		return strhash(p, seed)
	case abi.Interface:
		if len((*abi.InterfaceType)(unsafe.Pointer(t)).Methods) == 0 {
			return nilinterhash(p, seed)
		}
		return interhash(p, seed)
	case abi.Array:
		a := (*abi.ArrayType)(unsafe.Pointer(t))
		for i := uintptr(0); i < a.Len; i++ {
			seed = typehash(a.Elem, add(p, i*a.Elem.Size_), seed)
		}
		return seed
	case abi.Struct:
		s := (*abi.StructType)(unsafe.Pointer(t))
		for i := range s.Fields {
			f := &s.Fields[i]
			if f.Name.IsBlank() {
				continue
			}
			seed = typehash(f.Typ, add(p, f.Offset), seed)
		}
		return seed
	}
	panic(errorString("hash of unhashable type " + typeString(t)))
}

// efaceeq compares two interface values of one dynamic type by their data words.
func efaceeq(t *abi.Type, x, y unsafe.Pointer) bool {
	if t == nil {
		return true
	}
	if t.Equal == nil {
		panic(errorString("comparing uncomparable type " + typeString(t)))
	}
	if t.TFlag&abi.TFlagDirectIface != 0 {
		return x == y
	}
	return t.Equal(x, y)
}
