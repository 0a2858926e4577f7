package runtime

import (
	"internal/goarch"
	"internal/goos"
)

// GOOS is the operating system that the program runs on.
const GOOS string = goos.GOOS

// GOARCH is the architecture that the program runs on.
const GOARCH string = goarch.GOARCH

// Version is the version of Go that the program was built as.
func Version() string {
	return linkedVersion
}

// GOROOT is the folder of the Go tree: the environment variable GOROOT if it is set, else what was
// built into the program.
//
// Deprecated: a program's place of building says little about where it runs; ask the toolchain.
func GOROOT() string {
	if s := getenv("GOROOT"); s != "" {
		return s
	}
	return linkedRoot
}

// KeepAlive marks its argument as in use up to here: finalizers and cleanups of it do not run before.
func KeepAlive(x any) {
	keptAlive(x)
}

//go:noinline
func keptAlive(x any) {}

// Breakpoint is a place for a debugger to stop at.
//
//go:noinline
func Breakpoint() {
	breakpoint()
}

func breakpoint()
