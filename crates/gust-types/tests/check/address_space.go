package test

type V [1 << 50]byte // ERROR "type [1125899906842624]byte larger than address space"

var X [1 << 62][4]int // ERROR "type [4611686018427387904][4]int larger than address space"
