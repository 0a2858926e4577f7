//! What runs inside every program: memory and collector, goroutines and threads, channels, timers, poller, signals.
//!
//! Half of Go's runtime; the other half is Go code (`golib/runtime`), which calls the primitives exported here and is
//! called through [`arch::call_go`]. This half sees scalars and addresses only.
//!
//! # Building
//!
//! As part of the workspace this is an ordinary library, for checks and unit tests. What programs are linked with is a
//! static library that needs no libc:
//!
//! ```text
//! cargo rustc -p gust-runtime --profile runtime --features program --crate-type staticlib
//! ```
//!
//! # Invariants
//!
//! - Runtime code runs on a thread's system stack, entered through a trampoline (macro [`entry!`]). It is never
//!   pre-empted, and it never waits for a goroutine: it parks the current goroutine and abandons the system stack.
//! - No thread-locals: the `fs` register points to the [`sched::M`].
//! - No unwinding, no allocator of Rust's.
//! - All of [`sched::M`], [`sched::P`] and [`sched::G`] is valid when all zero.

#![cfg_attr(not(test), no_std)]
#![cfg_attr(not(all(feature = "program", not(test))), allow(dead_code))]

#[macro_use]
pub mod arch;
pub mod accel;
pub mod chan;
pub mod clock;
mod constants;
pub mod coro;
pub mod fatal;
pub mod heap;
pub mod image;
pub mod leaf;
pub mod netpoll;
pub mod os;
pub mod profile;
pub mod rand;
pub mod sched;
pub mod search;
pub mod select;
pub mod sema;
pub mod signal;
pub mod stack;
pub mod start;
pub mod sync;
pub mod synctest;
pub mod sys;
pub mod time;
pub mod wait;
