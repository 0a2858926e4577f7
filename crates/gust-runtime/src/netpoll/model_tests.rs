//! Models of the races between a wait and what ends it.

use loom::thread;

use super::{ABOUT, Descriptor, Mode, NONE, READY, code, deadline, ready};
use crate::{
    netpoll::WAITERS,
    sched::{G, GList, M, P},
    sync::{
        atomic::Ordering,
        model::{adopt, check, goroutine, set_m, sleep, wake},
    },
};

/// A descriptor in use, with a deadline for reading that has number 1.
fn descriptor() -> usize {
    // SAFETY: a descriptor is valid when all zero.
    let mut d: Box<Descriptor> = Box::new(unsafe { core::mem::zeroed() });
    d.sides[0].deadline = 1;
    d.sides[0].seq = 1;
    let d = Box::leak(d);
    set_m(thread_structure());
    adopt(&[
        &d.lock,
        &d.tag,
        &d.error,
        &d.sides[0].state,
        &d.sides[1].state,
        &WAITERS,
    ]);
    core::ptr::from_mut(d) as usize
}

/// A thread with a processor, for the timers that are set.
fn thread_structure() -> *mut M {
    // SAFETY: both are valid when all zero.
    let (mut m, p): (Box<M>, Box<P>) =
        unsafe { (Box::new(core::mem::zeroed()), Box::new(core::mem::zeroed())) };
    m.p = Box::into_raw(p);
    Box::into_raw(m)
}

/// A read that waits until something ends it: a code.
fn wait(d: usize, g: usize) -> isize {
    let (d, g) = (d as *mut Descriptor, g as *mut G);
    let mut woken = false;
    // SAFETY: the descriptor is open, the goroutine this thread's.
    unsafe {
        loop {
            if let Some(result) = Descriptor::begin_wait(d, Mode::Read, woken) {
                return result;
            }
            if Descriptor::commit(d, Mode::Read, g) {
                assert_eq!(sleep(g).0, code::AGAIN as usize);
            }
            woken = true;
        }
    }
}

/// The kernel's event.
fn event(d: usize) {
    let mut list = GList::new();
    // SAFETY: the descriptor's tag is 0; who is in the list waits.
    unsafe {
        ready(d as u64, true, false, false, &mut list);
        loop {
            let g = list.pop();
            if g.is_null() {
                return;
            }
            wake(g, (*g).ret0, 0);
        }
    }
}

fn at_rest(d: usize) {
    // SAFETY: never freed.
    let state = unsafe {
        (*(d as *mut Descriptor)).sides[0]
            .state
            .load(Ordering::Acquire)
    };
    assert!(state <= ABOUT && (state == NONE || state == READY));
    assert_eq!(WAITERS.load(Ordering::Acquire), 0);
}

#[test]
fn event_ends_a_wait() {
    check(4, || {
        let (d, g) = (descriptor(), goroutine() as usize);
        let reader = thread::spawn(move || wait(d, g));
        event(d);
        assert_eq!(reader.join().unwrap(), code::OK);
        at_rest(d);
    });
}

#[test]
fn deadline_ends_a_wait() {
    check(4, || {
        let (d, g) = (descriptor(), goroutine() as usize);
        let reader = thread::spawn(move || wait(d, g));
        // SAFETY: the deadline is the descriptor's.
        unsafe { deadline(d, 0, 1) };
        assert_eq!(reader.join().unwrap(), code::TIMEOUT);
        at_rest(d);
    });
}

#[test]
fn close_ends_a_wait() {
    check(4, || {
        let (d, g) = (descriptor(), goroutine() as usize);
        let reader = thread::spawn(move || wait(d, g));
        // SAFETY: the descriptor is open.
        unsafe { Descriptor::unblock(d as *mut Descriptor) };
        assert_eq!(reader.join().unwrap(), code::CLOSING);
        at_rest(d);
    });
}

/// The goroutine is woken once, and by whichever comes later it learns that it is over.
#[test]
fn event_and_deadline_and_close_race() {
    check(2, || {
        let (d, g) = (descriptor(), goroutine() as usize);
        let reader = thread::spawn(move || {
            let first = wait(d, g);
            assert!(first == code::OK || first == code::TIMEOUT, "{first}");
            // The deadline may have come first, and the event is then still there or was forgotten.
            while wait(d, g) == code::OK {}
        });
        let kernel = thread::spawn(move || event(d));
        // SAFETY: the deadline is the descriptor's.
        unsafe { deadline(d, 0, 1) };
        kernel.join().unwrap();
        reader.join().unwrap();
        at_rest(d);
    });
}
