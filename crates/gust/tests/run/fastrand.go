// Random numbers of the runtime, as modules get at them.
package main

import (
	"fmt"
	_ "unsafe"
)

//go:linkname fastrand runtime.fastrand
func fastrand() uint32

//go:linkname fastrandn runtime.fastrandn
func fastrandn(uint32) uint32

//go:linkname fastrand64 runtime.fastrand64
func fastrand64() uint64

func main() {
	fmt.Println(fastrand() != fastrand() || fastrand() != fastrand(), fastrandn(10) < 10, fastrand64() != fastrand64())
}
