//! Goroutines for unit tests: each is a thread that sleeps where a goroutine would be parked.

use std::cell::Cell;
use std::sync::{Condvar, Mutex};

use crate::sched::G;

/// What stands behind a test goroutine; its address is in the first of the words of the Go half.
#[derive(Default)]
struct Sleeper {
    results: Mutex<Option<(usize, usize)>>,
    changed: Condvar,
}

thread_local! {
    static CURRENT: Cell<*mut G> = const { Cell::new(core::ptr::null_mut()) };
}

/// The goroutine of this thread; made on first use, never freed.
pub fn current() -> *mut G {
    CURRENT.with(|current| {
        if current.get().is_null() {
            // SAFETY: a goroutine structure is valid when all zero.
            let mut g: Box<G> = Box::new(unsafe { core::mem::zeroed() });
            g.go[0] = Box::leak(Box::new(Sleeper::default())) as *const Sleeper as usize;
            current.set(Box::into_raw(g));
        }
        current.get()
    })
}

fn sleeper(g: *mut G) -> &'static Sleeper {
    // SAFETY: `current` made it and put the address there.
    unsafe { &*((*g).go[0] as *const Sleeper) }
}

/// Sleeps until woken; the results.
pub fn sleep() -> (usize, usize) {
    let s = sleeper(current());
    let mut results = s.results.lock().unwrap();
    loop {
        if let Some(r) = results.take() {
            return r;
        }
        results = s.changed.wait(results).unwrap();
    }
}

/// Wakes a thread.
///
/// # Safety
/// It is one of [`current`].
pub unsafe fn wake(g: *mut G, ret0: usize, ret1: usize) {
    let s = sleeper(g);
    let old = s.results.lock().unwrap().replace((ret0, ret1));
    assert!(old.is_none(), "woken twice");
    s.changed.notify_one();
}
