//! Timers: package time's, sleeping goroutines, deadlines of the poller.
//!
//! Each processor has a [`Heap`] of timers, which the scheduler runs on its way to the next goroutine; idle threads sleep
//! until the earliest. A timer belongs to one heap at a time, whose lock protects it.
//!
//! A timer with a channel (`time.NewTimer`, `time.NewTicker`) is in a heap only while a goroutine waits for the channel.
//! Otherwise nobody can see when the value is sent: whoever looks at the channel sends it if it is due
//! ([`channel_looked_at`]), and a timer that nobody refers to is collected like any object. The value is sent
//! with the timer's send lock held, so that no value from before a `Stop` or `Reset` is received afterwards.

mod entry;
mod heap;
mod timer;

pub use heap::Heap;
pub use timer::{
    Action, Timer, channel_blocked, channel_looked_at, channel_unblocked, reset, run_heap,
    set_plain, stop,
};

use crate::sched::P;

/// What timers keep with each processor.
#[repr(C)]
#[derive(Debug, Default)]
pub struct PerP {
    /// Its timers.
    pub heap: Heap,
}

/// Runs the timers of a processor (of all, if null) that are due at `now` (monotonic nanoseconds; 0: now). Called by the scheduler
/// on a thread that owns `p`, without a current goroutine, holding no lock. Returns when the next one is due, 0 if none.
///
/// # Safety
/// The processor is the caller's.
pub unsafe fn run_due(p: *mut P, now: i64) -> i64 {
    // SAFETY: heaps of processors are never freed; the caller has a processor to run timers with.
    unsafe {
        if p.is_null() {
            heap::each(|heap| {
                run_heap(heap, now);
            });
            earliest()
        } else {
            run_heap(&(*p).time.heap, now)
        }
    }
}

/// When the earliest timer of all processors is due, 0 if there is none. For a thread about to sleep; takes no lock
/// that a holder of the scheduler's lock may want.
pub fn earliest() -> i64 {
    let mut earliest = 0;
    heap::each(|heap| {
        let when = heap.earliest();
        if when != 0 && (earliest == 0 || when < earliest) {
            earliest = when;
        }
    });
    earliest
}

/// Calls `f` with each range of words (begin, end) that holds addresses of timers.
///
/// # Safety
/// The world is stopped.
pub unsafe fn for_each_root(visit: &mut dyn FnMut(*const usize, *const usize)) {
    heap::each(|heap| {
        // SAFETY: the caller's.
        let (start, bytes) = unsafe { heap.memory() };
        visit(start as *const usize, (start + bytes) as *const usize);
    });
    // SAFETY: the caller's.
    unsafe { crate::synctest::for_each_root(visit) };
}
