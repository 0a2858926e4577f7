//! Goroutine stacks: chains of segments.
//!
//! A function's prologue compares the stack pointer with the thread's `stack_limit`; if there is no room it calls
//! `__morestack`, which runs the function's body on the next segment and comes back to this one when the body returns.
//! Segments only grow: each is at least twice as large as the one before, and is kept for the next time.
//!
//! Below the limit there is [`SLACK`]: LLVM checks frames under 256 bytes by the stack pointer alone, functions that
//! must not grow the stack run in it, and so do trampolines and `__morestack` itself. Signal handlers don't: they have
//! a stack of their own.

use crate::sched::G;

/// Bytes below a segment's limit.
pub const SLACK: usize = 800;

/// A piece of a stack; lies at its upper end, except that of a first segment, which is in the [`G`].
#[repr(C)]
#[derive(Debug, Default)]
pub struct Segment {
    /// The one below in the chain of calls (older), null for the first.
    pub prev: usize,
    /// The one to use next, null if not allocated yet.
    pub next: usize,
    /// Lowest stack pointer of a function that is about to be entered.
    pub limit: usize,
    /// Upper end, multiple of 16.
    pub top: usize,
    /// Lowest address.
    pub base: usize,
    /// Bytes of the allocation; 0 for the first segment, which goes with the goroutine.
    pub size: usize,
}

/// Makes the next segment of the current goroutine's stack large enough for a frame and its stack arguments.
/// Called by `__morestack`, whose frame is at `frame`.
///
/// # Safety
/// Called by `__morestack` only.
pub unsafe extern "C" fn grow(_frame_size: usize, _arg_size: usize, _frame: usize) {
    crate::fatal::throw("stack growth")
}

/// Current segment of a goroutine.
///
/// # Safety
/// `g` is a goroutine.
pub unsafe fn current(g: *mut G) -> *mut Segment {
    // SAFETY: the caller's.
    unsafe { (*g).segment }
}
