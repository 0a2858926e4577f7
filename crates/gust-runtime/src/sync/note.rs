//! A one-shot event: one thread sleeps, another wakes it.

use crate::sync::atomic::{AtomicU32, Ordering};

use crate::sys;

/// An event for one sleeper. All zero is "not happened".
#[repr(transparent)]
#[derive(Debug, Default)]
pub struct Note {
    state: AtomicU32,
}

impl Note {
    /// Not happened yet.
    #[must_use]
    pub const fn new() -> Self {
        Note {
            state: AtomicU32::new(0),
        }
    }

    /// Forgets that it happened. No thread sleeps or wakes at that time.
    pub fn clear(&self) {
        self.state.store(0, Ordering::Relaxed);
    }

    /// Lets it happen; again is harmless.
    pub fn wake(&self) {
        if self.state.swap(1, Ordering::Release) == 0 {
            sys::futex_wake(&self.state, 1);
        }
    }

    /// Whether it happened.
    #[must_use]
    pub fn happened(&self) -> bool {
        self.state.load(Ordering::Acquire) != 0
    }

    /// Sleeps until it happens.
    pub fn sleep(&self) {
        while !self.happened() {
            sys::futex_wait(&self.state, 0, -1);
        }
    }

    /// Sleeps until it happens or about `timeout_ns` have passed; whether it happened.
    pub fn sleep_for(&self, timeout_ns: i64) -> bool {
        if !self.happened() {
            sys::futex_wait(&self.state, 0, timeout_ns.max(0));
        }
        self.happened()
    }
}

#[cfg(loom)]
impl super::model::Adopt for Note {
    fn adopt(&self) {
        self.state.adopt();
    }
}
