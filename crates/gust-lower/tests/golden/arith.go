package p

func divide(a, b int32) int32 { return a / b }

func half(a uint8) uint8 { return a / 2 }

func shift(a int64, n uint8) int64 { return a << n }

func signedShift(a int64, n int) int64 { return a >> n }
