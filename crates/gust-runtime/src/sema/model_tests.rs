//! Models of semaphores and notification lists.

use loom::thread;

use super::{HANDED_OVER, NotifyList, acquire, bucket, notify, release};
use crate::sync::{
    atomic::{AtomicU32, Ordering},
    model::{adopt, check, goroutine, sleep},
};

#[derive(Clone, Copy)]
struct Semaphore(&'static AtomicU32);

impl Semaphore {
    fn new(permits: u32) -> Self {
        let s = Semaphore(Box::leak(Box::new(AtomicU32::new(permits))));
        let bucket = bucket(s.0);
        // SAFETY: no thread has been started; what the last execution left is not valid.
        unsafe { *bucket.heads.get() = core::ptr::null_mut() };
        adopt(&[s.0, &bucket.lock, &bucket.waiting]);
        s
    }

    fn acquire(self, g: usize) {
        let g = g as *mut crate::sched::G;
        loop {
            // SAFETY: the goroutine is this thread's.
            let Some(lock) = (unsafe { acquire(self.0, g, false) }) else {
                return;
            };
            lock.unlock();
            if sleep(g).0 == HANDED_OVER {
                return;
            }
        }
    }

    fn release(self, handoff: bool) {
        // SAFETY: no lock is held.
        unsafe { release(self.0, handoff) };
    }
}

/// Two goroutines wait for a permit each, while the others give them.
#[test]
fn permits_reach_who_waits() {
    for handoff in [false, true] {
        check(2, move || {
            let s = Semaphore::new(0);
            let (a, b) = (goroutine() as usize, goroutine() as usize);
            let threads = [
                thread::spawn(move || s.acquire(a)),
                thread::spawn(move || s.acquire(b)),
            ];
            s.release(handoff);
            s.release(handoff);
            for t in threads {
                t.join().unwrap();
            }
            assert_eq!(s.0.load(Ordering::Relaxed), 0);
        });
    }
}

/// Used as a lock: everybody gives back what it took.
#[test]
fn permit_goes_round() {
    check(3, || {
        let s = Semaphore::new(1);
        let (a, b) = (goroutine() as usize, goroutine() as usize);
        let other = thread::spawn(move || {
            s.acquire(a);
            s.release(false);
        });
        s.acquire(b);
        s.release(true);
        other.join().unwrap();
        assert_eq!(s.0.load(Ordering::Relaxed), 1);
    });
}

/// A ticket drawn before the notification is woken by it, whether its owner has queued itself yet or not.
#[test]
fn notified_ticket_is_woken() {
    check(3, || {
        // SAFETY: a list is valid when all zero.
        let list: *mut NotifyList = Box::into_raw(Box::new(unsafe { core::mem::zeroed() }));
        // SAFETY: just made, never freed.
        unsafe { adopt(&[&(*list).wait, &(*list).notify, &(*list).lock]) };
        let (list, g) = (list as usize, goroutine() as usize);
        // SAFETY: as above.
        let ticket = unsafe {
            (*(list as *mut NotifyList))
                .wait
                .fetch_add(1, Ordering::SeqCst)
        };
        let waiter = thread::spawn(move || {
            let (list, g) = (list as *mut NotifyList, g as *mut crate::sched::G);
            // SAFETY: the list exists, the goroutine is this thread's.
            unsafe {
                if notify::wait(list, ticket, g) {
                    (*list).lock.unlock();
                    sleep(g);
                }
            }
        });
        // SAFETY: the list exists.
        unsafe { notify::notify_one(list as *mut NotifyList) };
        waiter.join().unwrap();
    });
}
