//! The network poller.

use crate::sched::GList;

/// State of a thread.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerM {
    words: [usize; 2],
}

/// Whether the poller has been set up.
#[must_use]
pub fn initialised() -> bool {
    false
}

/// Whether goroutines wait for descriptors.
#[must_use]
pub fn any_waiters() -> bool {
    false
}

/// Collects goroutines whose descriptors became ready: at once if `delay_ns` is 0, else waits that long
/// (negative: for ever) or until [`wake`]. The goroutines' status stays "waiting"; the scheduler readies them.
///
/// # Safety
/// Called by one thread at a time with a delay other than 0; it may have no processor.
pub unsafe fn poll(_delay_ns: i64, _ready: &mut GList) {}

/// Ends a waiting [`poll`].
pub fn wake() {}
