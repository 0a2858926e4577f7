// Package runtime is the Go half of gust's runtime: what the standard library and programs call by the
// names of the official package, and what compiled code needs that is more easily said in Go. Memory, the
// collector, the scheduler, stacks, signals and the system interface are the Rust half (crates/gust-runtime);
// stubs.go declares what this half uses of it.
//
// Rules of this package: functions that run while the world is stopped, on a system stack or in a dying program
// do not allocate. Local variables whose address is taken live on the heap, so such code keeps its
// state in package variables or in parameters.
package runtime

// Compiler is the name of the toolchain as programs know it: gust compiles the same language with the same
// standard library, so code that asks is served best by the official name.
const Compiler = "gc"
