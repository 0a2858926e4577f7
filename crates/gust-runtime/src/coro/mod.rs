//! Coroutines: goroutines that run only while another one waits for them, as `iter.Pull` needs them.
//!
//! A switch hands the thread over directly, without a run queue. `coro` in `golib/runtime/coro.go` is the object that
//! both sides know; the goroutine that waits stands in it.

use crate::{
    sched::{self, G, Reason, word},
    synctest,
};

/// Head of the Go half's object.
#[repr(C)]
#[derive(Debug)]
struct Coro {
    /// The goroutine that waits in it.
    waiting: *mut G,
}

/// `func corocreate(fn unsafe.Pointer) uintptr`: a goroutine that waits to call the function value.
unsafe extern "C" fn corocreate(function: *const usize) -> *mut G {
    // SAFETY: the Go half gives a function value without arguments and results.
    unsafe {
        let g = sched::new_goroutine(function as usize, *function, false);
        (*g).go[word::WAIT_REASON] = Reason::COROUTINE.0 as usize;
        let bubble = synctest::of(g);
        if !bubble.is_null() {
            synctest::parked(bubble, Reason::COROUTINE);
        }
        g
    }
}

/// `func coroswap(c *coro)`: runs the goroutine that waits in it, and waits in it.
unsafe extern "C" fn coroswap(c: *mut Coro) {
    // SAFETY: the Go half gives its object, which one goroutine at a time may use.
    unsafe {
        let to = core::mem::replace(&mut (*c).waiting, sched::current_g());
        if to.is_null() {
            crate::fatal::throw("coroswitch on exited coro");
        }
        sched::park_switch(Reason::COROUTINE, None, to)
    }
}

/// `func cororesume(g uintptr)`: makes a goroutine taken out of a coroutine runnable; the caller ends.
unsafe extern "C" fn cororesume(g: *mut G) {
    // SAFETY: the Go half took it out of the object, so nobody else readies it.
    unsafe { sched::ready(g) };
}

entry!("runtime.corocreate", corocreate);
entry!("runtime.coroswap", coroswap);
entry!("runtime.cororesume", cororesume);
