package p

func toByte(f float64) uint8 { return uint8(f) }

func toUint64(f float64) uint64 { return uint64(f) }

func widen(a int8, b uint8) (int, int) { return int(a), int(b) }
