//! Semaphores and notification lists: what package sync sleeps on.
//!
//! A semaphore is a `uint32` anywhere in memory. Who has to wait is found by address: a table of buckets, each a list of the
//! addresses waited for, each the head of its waiters' queue.

mod entry;
#[cfg(all(test, loom))]
mod model_tests;
mod notify;
#[cfg(test)]
mod tests;

use core::{cell::UnsafeCell, ptr};

pub use notify::NotifyList;

use crate::{
    sched::G,
    sync::{
        Lock,
        atomic::{AtomicU32, Ordering, fence_after_update},
    },
    wait::{Waiter, wake},
};

/// Number of buckets, a power of two.
const BUCKETS: usize = 512;

/// Result of [`acquire`] for a goroutine that was woken with the permit in hand.
pub const HANDED_OVER: usize = 1;
/// For one that was woken to try again.
pub const TRY_AGAIN: usize = 0;

#[repr(align(64))]
struct Bucket {
    lock: Lock,
    /// Number of waiters, read without the lock.
    waiting: AtomicU32,
    /// First waiters of each address, linked by `next` and `prev`; the others of an address follow by `link`, and the
    /// first knows the last in `object`.
    heads: UnsafeCell<*mut Waiter>,
}

// SAFETY: the lists are touched with the lock held.
unsafe impl Sync for Bucket {}

static TABLE: [Bucket; BUCKETS] = [const {
    Bucket {
        lock: Lock::new(),
        waiting: AtomicU32::new(0),
        heads: UnsafeCell::new(ptr::null_mut()),
    }
}; BUCKETS];

fn bucket(semaphore: *const AtomicU32) -> &'static Bucket {
    // Neighbouring words and objects of one size class fall into different buckets.
    let hash = (semaphore as usize >> 2).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    &TABLE[hash & (BUCKETS - 1)]
}

/// Takes a permit if there is one.
fn try_acquire(semaphore: &AtomicU32) -> bool {
    let mut permits = semaphore.load(Ordering::Acquire);
    while permits > 0 {
        match semaphore.compare_exchange_weak(
            permits,
            permits - 1,
            Ordering::AcqRel,
            Ordering::Acquire,
        ) {
            Ok(_) => return true,
            Err(now) => permits = now,
        }
    }
    false
}

/// Takes a permit if there is one (none is returned then), else queues the goroutine's record, in front with `lifo`; the
/// lock returned is held and to be handed to the park. The goroutine is woken with [`HANDED_OVER`] or [`TRY_AGAIN`].
///
/// # Safety
/// The goroutine is the current one.
unsafe fn acquire(semaphore: &AtomicU32, g: *mut G, lifo: bool) -> Option<&'static Lock> {
    let bucket = bucket(semaphore);
    bucket.lock.lock();
    // Counted first: a release that gives a permit after the next line looks for waiters.
    bucket.waiting.fetch_add(1, Ordering::SeqCst);
    fence_after_update();
    if try_acquire(semaphore) {
        bucket.waiting.fetch_sub(1, Ordering::Relaxed);
        bucket.lock.unlock();
        return None;
    }
    // SAFETY: the lock is held; the record is the current goroutine's.
    unsafe {
        let waiter = &raw mut (*g).wait.waiter;
        (*waiter).g = g;
        (*waiter).elem = ptr::from_ref(semaphore).cast_mut().cast();
        (*waiter).link = ptr::null_mut();
        let head = bucket.head_of((*waiter).elem);
        if head.is_null() {
            (*waiter).object = waiter.cast();
            bucket.add_head(waiter);
        } else if lifo {
            (*waiter).object = (*head).object;
            (*waiter).link = head;
            bucket.replace_head(head, waiter);
        } else {
            let last = (*head).object.cast::<Waiter>();
            (*last).link = waiter;
            (*head).object = waiter.cast();
        }
    }
    Some(&bucket.lock)
}

/// Gives a permit back and wakes a waiter; whether a waiter was woken with the permit in hand (`handoff` only), so that
/// the caller should let it run.
///
/// # Safety
/// Called by runtime code that holds no lock.
unsafe fn release(semaphore: &AtomicU32, handoff: bool) -> bool {
    let bucket = bucket(semaphore);
    semaphore.fetch_add(1, Ordering::SeqCst);
    fence_after_update();
    if bucket.waiting.load(Ordering::SeqCst) == 0 {
        return false;
    }
    bucket.lock.lock();
    // SAFETY: the lock is held; records in the bucket are valid, and ours once taken out.
    unsafe {
        let waiter = bucket.head_of(ptr::from_ref(semaphore).cast_mut().cast());
        if waiter.is_null() {
            bucket.lock.unlock();
            return false;
        }
        bucket.waiting.fetch_sub(1, Ordering::Relaxed);
        let next = (*waiter).link;
        if next.is_null() {
            bucket.remove_head(waiter);
        } else {
            (*next).object = (*waiter).object;
            bucket.replace_head(waiter, next);
        }
        (*waiter).link = ptr::null_mut();
        bucket.lock.unlock();
        let handed = handoff && try_acquire(semaphore);
        wake((*waiter).g, if handed { HANDED_OVER } else { TRY_AGAIN }, 0);
        handed
    }
}

impl Bucket {
    /// The first waiter for an address, null if there is none.
    unsafe fn head_of(&self, address: *mut u8) -> *mut Waiter {
        // SAFETY: the caller holds the lock.
        unsafe {
            let mut head = *self.heads.get();
            while !head.is_null() && (*head).elem != address {
                head = (*head).next;
            }
            head
        }
    }

    unsafe fn add_head(&self, waiter: *mut Waiter) {
        // SAFETY: the caller holds the lock.
        unsafe {
            let first = *self.heads.get();
            (*waiter).prev = ptr::null_mut();
            (*waiter).next = first;
            if !first.is_null() {
                (*first).prev = waiter;
            }
            *self.heads.get() = waiter;
        }
    }

    unsafe fn remove_head(&self, waiter: *mut Waiter) {
        // SAFETY: the caller holds the lock.
        unsafe {
            let (next, prev) = ((*waiter).next, (*waiter).prev);
            if prev.is_null() {
                *self.heads.get() = next;
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
            (*waiter).next = ptr::null_mut();
            (*waiter).prev = ptr::null_mut();
        }
    }

    unsafe fn replace_head(&self, old: *mut Waiter, new: *mut Waiter) {
        // SAFETY: the caller holds the lock.
        unsafe {
            let (next, prev) = ((*old).next, (*old).prev);
            (*new).next = next;
            (*new).prev = prev;
            if prev.is_null() {
                *self.heads.get() = new;
            } else {
                (*prev).next = new;
            }
            if !next.is_null() {
                (*next).prev = new;
            }
            (*old).next = ptr::null_mut();
            (*old).prev = ptr::null_mut();
        }
    }
}
