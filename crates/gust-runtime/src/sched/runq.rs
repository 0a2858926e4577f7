//! The run queue of a processor: one producer and consumer, many thieves, no locks.
//!
//! A ring of slots with a head that all advance and a tail that only the owner advances. Whoever takes
//! goroutines reads the slots first and then moves the head by compare-and-swap: if that fails the read is void.
//! `next` holds a goroutine readied by the running one; it goes first and inherits the time slice.

use crate::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use core::ptr;

use super::g::G;

/// Slots of the ring: a power of two.
pub const CAPACITY: usize = if cfg!(loom) { 4 } else { 256 };

/// A run queue. All zero is empty.
#[repr(C)]
#[derive(Debug)]
pub struct RunQueue {
    head: AtomicU32,
    tail: AtomicU32,
    next: AtomicPtr<G>,
    slots: [AtomicPtr<G>; CAPACITY],
}

impl Default for RunQueue {
    fn default() -> Self {
        Self::new()
    }
}

impl RunQueue {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        RunQueue {
            head: AtomicU32::new(0),
            tail: AtomicU32::new(0),
            next: AtomicPtr::new(ptr::null_mut()),
            slots: [const { AtomicPtr::new(ptr::null_mut()) }; CAPACITY],
        }
    }

    fn slot(&self, index: u32) -> &AtomicPtr<G> {
        &self.slots[index as usize % CAPACITY]
    }

    /// Whether nothing is there. Exact if the owner asks; a snapshot for others.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        // A goroutine kicked out of `next` moves to the ring: a change of the tail between the looks tells.
        loop {
            let head = self.head.load(Ordering::Acquire);
            let tail = self.tail.load(Ordering::Acquire);
            let next = self.next.load(Ordering::Acquire);
            if tail == self.tail.load(Ordering::Acquire) {
                return head == tail && next.is_null();
            }
        }
    }

    /// Number of goroutines, about.
    #[must_use]
    pub fn len(&self) -> usize {
        let head = self.head.load(Ordering::Acquire);
        let tail = self.tail.load(Ordering::Acquire);
        tail.wrapping_sub(head) as usize + usize::from(!self.next.load(Ordering::Relaxed).is_null())
    }

    /// Owner only: puts a goroutine where it runs next; gives the one that was there.
    pub fn set_next(&self, g: *mut G) -> *mut G {
        self.next.swap(g, Ordering::AcqRel)
    }

    /// Owner only: adds at the end. When full, moves half of the ring and `g` to `overflow`, and returns how many.
    pub fn push(&self, g: *mut G, overflow: &mut [*mut G; CAPACITY / 2 + 1]) -> usize {
        loop {
            let head = self.head.load(Ordering::Acquire);
            let tail = self.tail.load(Ordering::Relaxed);
            let len = tail.wrapping_sub(head);
            if (len as usize) < CAPACITY {
                self.slot(tail).store(g, Ordering::Relaxed);
                // Not a store: who adds looks for idle processors next, and must not do so before others see the goroutine.
                self.tail.swap(tail.wrapping_add(1), Ordering::AcqRel);
                return 0;
            }
            let half = len / 2;
            for i in 0..half {
                overflow[i as usize] = self.slot(head.wrapping_add(i)).load(Ordering::Relaxed);
            }
            if self
                .head
                .compare_exchange(
                    head,
                    head.wrapping_add(half),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                )
                .is_ok()
            {
                overflow[half as usize] = g;
                return half as usize + 1;
            }
        }
    }

    /// Owner only: takes the next goroutine, and whether it inherits the time slice; null if empty.
    pub fn pop(&self) -> (*mut G, bool) {
        // Thieves may only clear `next`, so a failed exchange means it is gone.
        let next = self.next.load(Ordering::Relaxed);
        if !next.is_null()
            && self
                .next
                .compare_exchange(next, ptr::null_mut(), Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
        {
            return (next, true);
        }
        loop {
            let head = self.head.load(Ordering::Acquire);
            let tail = self.tail.load(Ordering::Relaxed);
            if head == tail {
                return (ptr::null_mut(), false);
            }
            let g = self.slot(head).load(Ordering::Relaxed);
            if self
                .head
                .compare_exchange(
                    head,
                    head.wrapping_add(1),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                )
                .is_ok()
            {
                return (g, false);
            }
        }
    }

    /// Takes half of another processor's goroutines: all but one go to this (empty) ring, that one is returned.
    /// With `take_next` the other's `next` is taken if there is nothing else.
    pub fn steal(&self, from: &RunQueue, take_next: bool) -> *mut G {
        let tail = self.tail.load(Ordering::Relaxed);
        loop {
            let head = from.head.load(Ordering::Acquire);
            let end = from.tail.load(Ordering::Acquire);
            let len = end.wrapping_sub(head);
            let take = len - len / 2;
            if take == 0 {
                if !take_next {
                    return ptr::null_mut();
                }
                let next = from.next.load(Ordering::Acquire);
                if next.is_null() {
                    return ptr::null_mut();
                }
                if from
                    .next
                    .compare_exchange(next, ptr::null_mut(), Ordering::AcqRel, Ordering::Relaxed)
                    .is_ok()
                {
                    return next;
                }
                continue;
            }
            // Head and tail were read apart: a length beyond the ring's is a torn view.
            if len as usize > CAPACITY {
                continue;
            }
            for i in 0..take {
                let g = from.slot(head.wrapping_add(i)).load(Ordering::Relaxed);
                self.slot(tail.wrapping_add(i)).store(g, Ordering::Relaxed);
            }
            if from
                .head
                .compare_exchange(
                    head,
                    head.wrapping_add(take),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                )
                .is_ok()
            {
                let last = tail.wrapping_add(take - 1);
                let g = self.slot(last).load(Ordering::Relaxed);
                if take > 1 {
                    self.tail.store(last, Ordering::Release);
                }
                return g;
            }
        }
    }
}

#[cfg(loom)]
impl crate::sync::model::Adopt for RunQueue {
    fn adopt(&self) {
        self.head.adopt();
        self.tail.adopt();
        self.next.adopt();
        self.slots.iter().for_each(|slot| slot.adopt());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::thread;

    fn g(n: usize) -> *mut G {
        ptr::without_provenance_mut(n)
    }

    #[test]
    fn first_in_first_out_with_next_ahead() {
        let q = RunQueue::new();
        let mut over = [ptr::null_mut(); CAPACITY / 2 + 1];
        assert!(q.is_empty());
        assert_eq!(q.push(g(1), &mut over), 0);
        assert_eq!(q.push(g(2), &mut over), 0);
        assert!(q.set_next(g(3)).is_null());
        assert_eq!(q.pop(), (g(3), true));
        assert_eq!(q.pop(), (g(1), false));
        assert_eq!(q.pop(), (g(2), false));
        assert_eq!(q.pop(), (ptr::null_mut(), false));
    }

    #[test]
    fn overflows_by_half() {
        let q = RunQueue::new();
        let mut over = [ptr::null_mut(); CAPACITY / 2 + 1];
        for i in 1..=CAPACITY {
            assert_eq!(q.push(g(i), &mut over), 0);
        }
        assert_eq!(q.push(g(1000), &mut over), CAPACITY / 2 + 1);
        assert_eq!(over[0], g(1));
        assert_eq!(over[CAPACITY / 2], g(1000));
        assert_eq!(q.len(), CAPACITY / 2);
    }

    #[test]
    fn each_is_run_once() {
        const COUNT: usize = 100_000;
        let queues: Arc<Vec<RunQueue>> = Arc::new((0..3).map(|_| RunQueue::new()).collect());
        let seen: Arc<Vec<AtomicUsize>> =
            Arc::new((0..COUNT).map(|_| AtomicUsize::new(0)).collect());
        let total = Arc::new(AtomicUsize::new(0));
        let mark = |seen: &[AtomicUsize], total: &AtomicUsize, p: *mut G| {
            seen[p.addr() - 1].fetch_add(1, Ordering::Relaxed);
            total.fetch_add(1, Ordering::Relaxed);
        };
        let thieves: Vec<_> = (1..3)
            .map(|me| {
                let (queues, seen, total) = (queues.clone(), seen.clone(), total.clone());
                thread::spawn(move || {
                    while total.load(Ordering::Relaxed) < COUNT {
                        let mut got = queues[me].pop().0;
                        if got.is_null() {
                            got = queues[me].steal(&queues[0], true);
                        }
                        if got.is_null() {
                            thread::yield_now();
                        } else {
                            mark(&seen, &total, got);
                        }
                    }
                })
            })
            .collect();
        let mut over = [ptr::null_mut(); CAPACITY / 2 + 1];
        for i in 1..=COUNT {
            if i % 7 == 0 {
                let old = queues[0].set_next(g(i));
                if !old.is_null() {
                    let n = queues[0].push(old, &mut over);
                    over[..n].iter().for_each(|&p| mark(&seen, &total, p));
                }
            } else {
                let n = queues[0].push(g(i), &mut over);
                over[..n].iter().for_each(|&p| mark(&seen, &total, p));
            }
            if i % 3 == 0 {
                let got = queues[0].pop().0;
                if !got.is_null() {
                    mark(&seen, &total, got);
                }
            }
        }
        loop {
            let got = queues[0].pop().0;
            if got.is_null() {
                break;
            }
            mark(&seen, &total, got);
        }
        for t in thieves {
            t.join().unwrap();
        }
        assert!(seen.iter().all(|n| n.load(Ordering::Relaxed) == 1));
    }
}
