//! The thread.

use crate::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use core::mem::offset_of;

use super::{g::G, p::P};
use crate::sync::Note;

/// A thread that runs goroutines; what the `fs` register points to. Never freed.
///
/// The offsets of the first fields are known to assembly and to compiled code.
#[repr(C)]
#[derive(Debug)]
pub struct M {
    /// Its own address.
    pub this: *mut M,
    /// The goroutine it runs, null if none.
    pub g: *mut G,
    /// Where runtime code called from goroutine code starts on the system stack: multiple of 16.
    pub g0_sp: usize,
    /// Non-zero while it runs runtime code: the goroutine's stack pointer, at the frame its trampoline built.
    pub user_sp: usize,
    /// Its processor, null if none.
    pub p: *mut P,
    /// Where the C compilers' stack protector expects its secret. Not used.
    pub canary: usize,
    /// Bits of [`stop`]: somebody wants it to stop or to yield.
    pub stop: AtomicU32,
    /// Not pre-empted while this is not zero.
    pub locks: u32,
    /// No use yet.
    pub reserved: [usize; 7],
    /// Lowest stack pointer that a function of the goroutine may have: [`crate::stack`].
    pub stack_limit: usize,
    /// Kernel's number of the thread.
    pub tid: i32,
    /// Index in the list of all threads.
    pub id: u32,
    /// Upper end of the system stack.
    pub g0_top: usize,
    /// Goroutine for Go code that is called while there is none.
    pub g0: *mut G,
    /// Woken when there is something to do.
    pub park: Note,
    /// Looking for work.
    pub spinning: bool,
    /// The goroutine's system call is not over.
    pub in_syscall: AtomicU32,
    /// Processor to start with after waking.
    pub next_p: *mut P,
    /// Processor it had before the system call.
    pub old_p: *mut P,
    /// Frame to start a trace of the current goroutine at while Go code called by the runtime prints it, else 0.
    pub trace_sp: usize,
    /// Goroutine that is locked to this thread.
    pub locked_g: *mut G,
    /// Link in the list of idle threads.
    pub idle_link: *mut M,
    /// Link in the list of all threads.
    pub all_link: *mut M,
    /// The system stack pointer while it waits for the world to start again inside runtime code, else 0.
    pub stopped_sp: AtomicUsize,
    /// Saved signal context while it waits for the world to start in a signal handler, else 0.
    pub stopped_context: AtomicUsize,
    /// State of the random numbers.
    pub random: u64,
    /// Lower end of the signal stack.
    pub signal_stack: usize,
    /// Signals blocked before a fork.
    pub saved_mask: u64,
    /// For the collector and allocator.
    pub heap: crate::heap::PerM,
    /// For the poller.
    pub netpoll: crate::netpoll::PerM,
    /// The kernel clears it once the thread is over and its stack free.
    pub alive: AtomicU32,
    /// Number of a system call of all threads that it has to make, else 0.
    pub broadcast: AtomicU32,
    /// The first thread of the process.
    pub first: bool,
    /// Context of a thread whose goroutine is being pre-empted.
    pub spare_context: *mut u8,
    /// Its runtime code holds no pointers to objects, whatever its registers and system stack look like.
    pub bare: AtomicBool,
}

/// Bits of [`M::stop`].
pub mod stop {
    /// The world is being stopped.
    pub const WORLD: u32 = 1;
    /// The goroutine has run long enough.
    pub const YIELD: u32 = 2;
}

const _: () = {
    assert!(offset_of!(M, this) == 0x00);
    assert!(offset_of!(M, g) == 0x08);
    assert!(offset_of!(M, g0_sp) == 0x10);
    assert!(offset_of!(M, user_sp) == 0x18);
    assert!(offset_of!(M, p) == 0x20);
    assert!(offset_of!(M, stop) == 0x30);
    assert!(offset_of!(M, locks) == 0x34);
    assert!(offset_of!(M, stack_limit) == 0x70);
};
