//! Semaphores between threads that stand for goroutines.

use std::{ptr, sync::Arc, thread};

use super::{
    HANDED_OVER, NotifyList, acquire,
    notify::{notify_all, notify_one, wait},
    release, try_acquire,
};
use crate::{
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
    wait::thread::{current, sleep},
};

fn down(s: &AtomicU32, lifo: bool) {
    loop {
        if try_acquire(s) {
            return;
        }
        // SAFETY: the goroutine is this thread's.
        match unsafe { acquire(s, current(), lifo) } {
            None => return,
            Some(lock) => {
                lock.unlock();
                if sleep().0 == HANDED_OVER {
                    return;
                }
            }
        }
    }
}

#[test]
fn permits_are_neither_lost_nor_made() {
    let s = Arc::new([AtomicU32::new(1), AtomicU32::new(2)]);
    let inside = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let threads: Vec<_> = (0..6)
        .map(|t| {
            let (s, inside) = (s.clone(), inside.clone());
            thread::spawn(move || {
                for i in 0..2000 {
                    let k = (t + i) % 2;
                    down(&s[k], i % 3 == 0);
                    assert!(inside[k].fetch_add(1, Ordering::SeqCst) <= k);
                    inside[k].fetch_sub(1, Ordering::SeqCst);
                    // SAFETY: no lock is held.
                    unsafe { release(&s[k], i % 5 == 0) };
                }
            })
        })
        .collect();
    for t in threads {
        t.join().unwrap();
    }
    assert_eq!(s[0].load(Ordering::SeqCst), 1);
    assert_eq!(s[1].load(Ordering::SeqCst), 2);
}

/// A list shared by threads.
struct Shared(NotifyList);
// SAFETY: the list has a lock.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

#[test]
fn every_ticket_is_notified() {
    // SAFETY: a list is valid when all zero.
    let list: Arc<Shared> = Arc::new(Shared(unsafe { std::mem::zeroed() }));
    let at = |l: &Shared| ptr::from_ref(&l.0).cast_mut();
    let waiters: Vec<_> = (0..8)
        .map(|_| {
            let list = list.clone();
            thread::spawn(move || {
                let ticket = list.0.wait.fetch_add(1, Ordering::SeqCst);
                // SAFETY: the list outlives the threads.
                unsafe {
                    let l = at(&list);
                    if wait(l, ticket, current()) {
                        (*l).lock.unlock();
                        sleep();
                    }
                }
            })
        })
        .collect();
    while list.0.wait.load(Ordering::SeqCst) < 8 {
        thread::yield_now();
    }
    // SAFETY: the list outlives the threads.
    unsafe {
        notify_one(at(&list));
        notify_one(at(&list));
        notify_all(at(&list));
    }
    for t in waiters {
        t.join().unwrap();
    }
    assert_eq!(list.0.notify.load(Ordering::SeqCst), 8);
}
