//! Models of the locks and events of threads.

use loom::cell::UnsafeCell;
use loom::thread;

use super::model::{adopt, check};
use super::{Lock, Note};

struct Counter {
    lock: Lock,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is touched with the lock held, which the checker verifies.
unsafe impl Sync for Counter {}

#[test]
fn lock_excludes_and_wakes_who_sleeps() {
    check(3, || {
        let counter: &'static Counter = Box::leak(Box::new(Counter {
            lock: Lock::new(),
            value: UnsafeCell::new(0),
        }));
        adopt(&[&counter.lock]);
        let add = move || {
            let _guard = counter.lock.guard();
            // SAFETY: the lock is held.
            counter.value.with_mut(|v| unsafe { *v += 1 });
        };
        let threads = [thread::spawn(add), thread::spawn(add)];
        add();
        for t in threads {
            t.join().unwrap();
        }
        let _guard = counter.lock.guard();
        // SAFETY: the lock is held.
        counter.value.with(|v| assert_eq!(unsafe { *v }, 3));
    });
}

struct Event {
    note: Note,
    value: UnsafeCell<u32>,
}

// SAFETY: the note orders the accesses, which the checker verifies.
unsafe impl Sync for Event {}

#[test]
fn note_wakes_and_publishes() {
    check(4, || {
        let event: &'static Event = Box::leak(Box::new(Event {
            note: Note::new(),
            value: UnsafeCell::new(0),
        }));
        adopt(&[&event.note]);
        let sleeper = thread::spawn(move || {
            event.note.sleep();
            // SAFETY: written before the event.
            event.value.with(|v| assert_eq!(unsafe { *v }, 7));
        });
        // SAFETY: read after the event only.
        event.value.with_mut(|v| unsafe { *v = 7 });
        event.note.wake();
        event.note.wake();
        sleeper.join().unwrap();
    });
}
