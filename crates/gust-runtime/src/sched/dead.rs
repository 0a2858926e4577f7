//! Programs in which nothing can happen any more.

use core::sync::atomic::Ordering;

use super::state::{SCHED, State};
use crate::{fatal, time};

/// Ends the program if no thread is left that could do anything. Called when a thread falls idle.
///
/// # Safety
/// The scheduler's lock is held.
pub unsafe fn check(state: &State) {
    if state.threads > state.idle_count + state.idle_locked {
        return;
    }
    // A thread in the poller counts as busy; this one may have found another on the way there.
    if time::earliest() != 0 || SCHED.stopping.load(Ordering::SeqCst) || !state.queue.is_empty() {
        return;
    }
    SCHED.lock.unlock();
    if SCHED.goroutines.load(Ordering::SeqCst) == 0 {
        fatal::fatal("no goroutines (main called runtime.Goexit) - deadlock!");
    }
    fatal::fatal("all goroutines are asleep - deadlock!");
}
