package test

var c chan [2 << 16]byte // ERROR "channel element type too large (>64kB)"

type T [1 << 16]byte

var x chan T // ERROR "channel element type too large (>64kB)"

var y chan [1<<16 - 1]byte

var z [1<<50 - 1]byte
