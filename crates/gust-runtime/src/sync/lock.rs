//! A mutual exclusion lock: spins briefly, then sleeps in the kernel.

use super::atomic::{self, AtomicU32, Ordering};

use crate::sys;

const FREE: u32 = 0;
const HELD: u32 = 1;
/// Held, and somebody may sleep.
const CONTENDED: u32 = 2;

const SPINS: u32 = if cfg!(loom) { 0 } else { 60 };

/// A lock of runtime code. All zero is unlocked.
///
/// Held for short times only, never across a park except when handed to [`crate::sched::park`], which releases it.
#[repr(transparent)]
#[derive(Debug, Default)]
pub struct Lock {
    state: AtomicU32,
}

/// Releases the lock when dropped.
#[derive(Debug)]
pub struct Guard<'a>(&'a Lock);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.unlock();
    }
}

impl Lock {
    /// Unlocked.
    #[must_use]
    pub const fn new() -> Self {
        Lock {
            state: AtomicU32::new(FREE),
        }
    }

    /// Takes the lock, until the guard goes.
    pub fn guard(&self) -> Guard<'_> {
        self.lock();
        Guard(self)
    }

    /// Takes the lock.
    #[inline]
    pub fn lock(&self) {
        if !self.try_lock() {
            self.lock_slow();
        }
    }

    /// Takes the lock if it is free.
    #[inline]
    pub fn try_lock(&self) -> bool {
        self.state
            .compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    #[cold]
    fn lock_slow(&self) {
        for _ in 0..SPINS {
            if self.state.load(Ordering::Relaxed) == FREE && self.try_lock() {
                return;
            }
            atomic::spin();
        }
        // Whoever takes the lock after sleeping leaves it marked, as others may sleep too.
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            sys::futex_wait(&self.state, CONTENDED, -1);
        }
    }

    /// Releases the lock, which the caller holds.
    #[inline]
    pub fn unlock(&self) {
        if self.state.swap(FREE, Ordering::Release) == CONTENDED {
            sys::futex_wake(&self.state, 1);
        }
    }
}

#[cfg(loom)]
impl super::model::Adopt for Lock {
    fn adopt(&self) {
        self.state.adopt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Arc, thread};

    struct Counter {
        lock: Lock,
        value: core::cell::UnsafeCell<u64>,
    }
    // SAFETY: the value is touched with the lock held.
    unsafe impl Sync for Counter {}

    #[test]
    fn excludes() {
        let counter = Arc::new(Counter {
            lock: Lock::new(),
            value: 0.into(),
        });
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let counter = counter.clone();
                thread::spawn(move || {
                    for _ in 0..20_000 {
                        let _guard = counter.lock.guard();
                        // SAFETY: the lock is held.
                        unsafe { *counter.value.get() += 1 };
                    }
                })
            })
            .collect();
        for t in threads {
            t.join().unwrap();
        }
        // SAFETY: no other thread is left.
        assert_eq!(unsafe { *counter.value.get() }, 80_000);
        assert!(counter.lock.try_lock());
        assert!(!counter.lock.try_lock());
    }
}
