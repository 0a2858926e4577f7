//! Timers.

use crate::sched::P;

/// State of a processor.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerP {
    words: [usize; 4],
}

/// Runs the timers of a processor (or all of them) that are due at `now` (monotonic nanoseconds). Called by the scheduler
/// on a thread that owns `p`, without a current goroutine, holding no lock. Returns when the next one is due, 0 if none.
///
/// # Safety
/// The processor is the caller's.
pub unsafe fn run_due(_p: *mut P, _now: i64) -> i64 {
    0
}

/// When the earliest timer of all processors is due, 0 if there is none. For a thread about to sleep; takes no lock
/// that a holder of the scheduler's lock may want.
pub fn earliest() -> i64 {
    0
}
