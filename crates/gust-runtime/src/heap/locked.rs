//! A value behind a lock.

use core::cell::UnsafeCell;

use crate::sync::Lock;

/// A value that is touched with its lock held, or while the world is stopped.
#[derive(Debug)]
pub struct Locked<T> {
    lock: Lock,
    value: UnsafeCell<T>,
}

// SAFETY: the lock makes accesses exclusive; what heap structures point to is theirs.
unsafe impl<T> Sync for Locked<T> {}

impl<T> Locked<T> {
    /// Unlocked.
    pub const fn new(value: T) -> Self {
        Locked {
            lock: Lock::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// Calls `f` with the lock held. `f` must not come back to this lock.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _guard = self.lock.guard();
        // SAFETY: the lock is held.
        f(unsafe { &mut *self.value.get() })
    }
}
