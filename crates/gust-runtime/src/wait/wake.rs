//! The steps into and out of a wait.

use crate::sched::G;

/// Lets a parked goroutine return from the entry point it parked in, with these results.
///
/// # Safety
/// It is parked, or about to be with a lock held that the caller has taken since; nobody else wakes it.
#[cfg(not(test))]
#[inline]
pub unsafe fn wake(g: *mut G, ret0: usize, ret1: usize) {
    // SAFETY: the caller's: the goroutine is ours to resume.
    unsafe {
        (*g).ret0 = ret0;
        (*g).ret1 = ret1;
        crate::sched::ready(g);
    }
}

/// In unit tests a goroutine is a thread: see [`crate::wait::thread`].
///
/// # Safety
/// It is one of those.
#[cfg(test)]
pub unsafe fn wake(g: *mut G, ret0: usize, ret1: usize) {
    #[cfg(loom)]
    if crate::sync::model::running() {
        return crate::sync::model::wake(g, ret0, ret1);
    }
    // SAFETY: the caller's.
    unsafe { super::thread::wake(g, ret0, ret1) }
}
