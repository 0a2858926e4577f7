//! The timers of one processor: a heap with four children per node.

use core::{cell::UnsafeCell, ptr};

use crate::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

use super::Timer;
use crate::{sync::Lock, sys};

/// A timer in a heap, with a copy of its time so that comparisons stay within the array.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Entry {
    when: i64,
    timer: *mut Timer,
}

impl Entry {
    /// Whether it runs before another one.
    ///
    /// # Safety
    /// Both are in the heap, or about to be.
    #[inline]
    unsafe fn before(self, other: Entry) -> bool {
        // SAFETY: timers in a heap are valid.
        self.when < other.when
            || self.when == other.when && unsafe { (*self.timer).tie < (*other.timer).tie }
    }
}

const FIRST_BYTES: usize = 4096;
const ARITY: usize = 4;

/// A set of timers ordered by time. All zero is empty. The lock also protects the timers that name this heap, whether
/// they are in it or not.
#[repr(C)]
#[derive(Debug, Default)]
pub struct Heap {
    lock: Lock,
    /// The earliest time, 0 if empty.
    earliest: AtomicI64,
    data: UnsafeCell<Data>,
    /// Link in the list of all heaps.
    next: AtomicPtr<Heap>,
    listed: UnsafeCell<bool>,
}

#[repr(C)]
#[derive(Debug)]
struct Data {
    entries: *mut Entry,
    len: usize,
    cap: usize,
}

impl Default for Data {
    fn default() -> Self {
        Data {
            entries: ptr::null_mut(),
            len: 0,
            cap: 0,
        }
    }
}

// SAFETY: the data are touched with the lock held.
unsafe impl Sync for Heap {}

/// All heaps that ever had a timer.
static HEAPS: AtomicPtr<Heap> = AtomicPtr::new(ptr::null_mut());

/// Calls `f` with every heap that ever had a timer.
pub fn each(mut f: impl FnMut(&Heap)) {
    let mut heap = HEAPS.load(Ordering::Acquire);
    // SAFETY: heaps in the list are never freed.
    while let Some(h) = unsafe { heap.as_ref() } {
        f(h);
        heap = h.next.load(Ordering::Acquire);
    }
}

impl Heap {
    /// Takes the lock.
    #[inline]
    pub fn lock(&self) {
        self.lock.lock();
    }

    /// Releases the lock.
    #[inline]
    pub fn unlock(&self) {
        self.lock.unlock();
    }

    /// The earliest time, 0 if empty. Without the lock it may be old news.
    #[inline]
    #[must_use]
    pub fn earliest(&self) -> i64 {
        self.earliest.load(Ordering::Acquire)
    }

    /// Puts the heap into the list of all; once it has timers it must stay where it is.
    ///
    /// # Safety
    /// The lock is held; the heap is never freed.
    unsafe fn list(&self) {
        // SAFETY: the lock is held.
        unsafe {
            if *self.listed.get() {
                return;
            }
            *self.listed.get() = true;
        }
        let this = ptr::from_ref(self).cast_mut();
        let mut head = HEAPS.load(Ordering::Relaxed);
        loop {
            self.next.store(head, Ordering::Relaxed);
            match HEAPS.compare_exchange_weak(head, this, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => head = now,
            }
        }
    }

    /// Adds a timer for its time; whether it is the earliest now. `global` heaps take part in [`each`].
    ///
    /// # Safety
    /// The lock is held; the timer names this heap, is not in it, and stays valid while it is.
    pub unsafe fn insert(&self, timer: *mut Timer, global: bool) -> bool {
        // SAFETY: the lock is held; entries below `cap` are ours.
        unsafe {
            if global {
                self.list();
            }
            let data = &mut *self.data.get();
            if data.len == data.cap {
                data.grow();
            }
            let at = data.len;
            data.len += 1;
            data.up(
                at,
                Entry {
                    when: (*timer).when,
                    timer,
                },
            );
        }
        self.publish();
        // SAFETY: as above.
        unsafe { (*timer).place.load(Ordering::Relaxed) == 1 }
    }

    /// Takes a timer out.
    ///
    /// # Safety
    /// The lock is held; the timer is in this heap.
    pub unsafe fn remove(&self, timer: *mut Timer) {
        // SAFETY: the lock is held; the timer's place is its index.
        unsafe {
            let data = &mut *self.data.get();
            let at = (*timer).place.load(Ordering::Relaxed) as usize - 1;
            (*timer).place.store(0, Ordering::Release);
            data.len -= 1;
            if at < data.len {
                let last = *data.entries.add(data.len);
                data.sift(at, last);
            }
        }
        self.publish();
    }

    /// Moves a timer whose time has changed to its place; whether it is the earliest now.
    ///
    /// # Safety
    /// The lock is held; the timer is in this heap.
    pub unsafe fn update(&self, timer: *mut Timer) -> bool {
        // SAFETY: the lock is held; the timer's place is its index.
        unsafe {
            let data = &mut *self.data.get();
            let at = (*timer).place.load(Ordering::Relaxed) as usize - 1;
            data.sift(
                at,
                Entry {
                    when: (*timer).when,
                    timer,
                },
            );
        }
        self.publish();
        // SAFETY: as above.
        unsafe { (*timer).place.load(Ordering::Relaxed) == 1 }
    }

    /// The timer with the earliest time, null if empty.
    ///
    /// # Safety
    /// The lock is held.
    #[must_use]
    pub unsafe fn first(&self) -> *mut Timer {
        // SAFETY: the lock is held.
        unsafe {
            let data = &*self.data.get();
            if data.len == 0 {
                ptr::null_mut()
            } else {
                (*data.entries).timer
            }
        }
    }

    /// Memory that holds the addresses of the timers: start and bytes.
    ///
    /// # Safety
    /// The world is stopped.
    #[must_use]
    pub unsafe fn memory(&self) -> (usize, usize) {
        // SAFETY: nobody changes the heap while the world is stopped.
        let data = unsafe { &*self.data.get() };
        (data.entries as usize, data.len * size_of::<Entry>())
    }

    /// Gives the memory back.
    ///
    /// # Safety
    /// The heap is empty, was never `global`, and nobody uses it any more.
    pub unsafe fn free(&self) {
        // SAFETY: the caller's.
        unsafe {
            let data = &mut *self.data.get();
            if data.cap > 0 {
                sys::munmap(data.entries.cast(), data.cap * size_of::<Entry>());
            }
            *data = Data::default();
        }
    }

    fn publish(&self) {
        // SAFETY: the callers hold the lock.
        let data = unsafe { &*self.data.get() };
        // SAFETY: the first entry exists if there is any.
        let earliest = if data.len == 0 {
            0
        } else {
            unsafe { (*data.entries).when }
        };
        self.earliest.store(earliest, Ordering::Release);
    }
}

impl Data {
    /// Doubles the room.
    ///
    /// # Safety
    /// The heap's lock is held.
    unsafe fn grow(&mut self) {
        let bytes = (self.cap * size_of::<Entry>() * 2).max(FIRST_BYTES);
        let fresh = sys::mmap(bytes, false).cast::<Entry>();
        if fresh.is_null() {
            crate::fatal::throw("runtime: cannot allocate memory for timers");
        }
        // SAFETY: both are memory of that many entries; nobody else refers to the old one.
        unsafe {
            if self.cap > 0 {
                ptr::copy_nonoverlapping(self.entries, fresh, self.len);
                sys::munmap(self.entries.cast(), self.cap * size_of::<Entry>());
            }
        }
        self.entries = fresh;
        self.cap = bytes / size_of::<Entry>();
    }

    /// Stores an entry and tells its timer.
    ///
    /// # Safety
    /// The index is below the length; the timer is valid.
    unsafe fn put(&mut self, at: usize, entry: Entry) {
        // SAFETY: the caller's.
        unsafe {
            *self.entries.add(at) = entry;
            (*entry.timer).place.store(at as u32 + 1, Ordering::Release);
        }
    }

    /// Puts an entry into the free place `at`, or above it.
    ///
    /// # Safety
    /// The index is below the length.
    unsafe fn up(&mut self, mut at: usize, entry: Entry) {
        // SAFETY: parents have smaller indices.
        unsafe {
            while at > 0 {
                let parent = (at - 1) / ARITY;
                let above = *self.entries.add(parent);
                if !entry.before(above) {
                    break;
                }
                self.put(at, above);
                at = parent;
            }
            self.put(at, entry);
        }
    }

    /// Puts an entry into the free place `at`, above or below it.
    ///
    /// # Safety
    /// The index is below the length.
    unsafe fn sift(&mut self, mut at: usize, entry: Entry) {
        // SAFETY: children are looked at below the length only.
        unsafe {
            loop {
                let first = at * ARITY + 1;
                if first >= self.len {
                    break;
                }
                let mut least = first;
                for child in first + 1..(first + ARITY).min(self.len) {
                    if (*self.entries.add(child)).before(*self.entries.add(least)) {
                        least = child;
                    }
                }
                let below = *self.entries.add(least);
                if !below.before(entry) {
                    break;
                }
                self.put(at, below);
                at = least;
            }
            self.up(at, entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator of numbers.
    fn next(state: &mut u64) -> u64 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        *state >> 33
    }

    #[test]
    fn gives_timers_in_order() {
        let heap = Heap::default();
        let mut state = 7;
        let mut timers: Vec<Box<Timer>> = (0..1000).map(|_| Box::default()).collect();
        // SAFETY: one thread; timers outlive the heap's use of them.
        unsafe {
            for t in &mut timers {
                t.when = 1 + next(&mut state) as i64 % 500;
                heap.insert(&raw mut **t, false);
            }
            for t in timers.iter_mut().step_by(3) {
                heap.remove(&raw mut **t);
            }
            for t in timers.iter_mut().skip(1).step_by(3) {
                t.when = 1 + next(&mut state) as i64 % 500;
                heap.update(&raw mut **t);
            }
            let mut expected: Vec<i64> = timers
                .iter()
                .enumerate()
                .filter(|(i, _)| i % 3 != 0)
                .map(|(_, t)| t.when)
                .collect();
            expected.sort_unstable();
            for when in expected {
                let t = heap.first();
                assert_eq!((*t).when, when);
                assert_eq!(heap.earliest(), when);
                heap.remove(t);
                assert_eq!((*t).place.load(Ordering::Relaxed), 0);
            }
            assert!(heap.first().is_null());
            assert_eq!(heap.earliest(), 0);
            heap.free();
        }
    }
}
