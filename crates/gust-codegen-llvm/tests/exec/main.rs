//! Modules of the IR are compiled, linked with a program in C that calls them by the C convention, and run.

mod harness;

mod arith;
mod calls;
mod dwarf;
mod links;
mod memory;
mod panics;
mod stackmaps;
