//! What the Go half calls.

use core::{cell::UnsafeCell, ptr, sync::atomic::Ordering};

use super::timer::{self, Action, Timer};
use crate::{
    sched::{self, G, Reason},
    sync::Lock,
};

/// Timers of sleeping goroutines that are free, linked by the first word of `arg`.
struct Pool {
    lock: Lock,
    free: UnsafeCell<*mut Timer>,
}

// SAFETY: the list is touched with the lock held.
unsafe impl Sync for Pool {}

static POOL: Pool = Pool {
    lock: Lock::new(),
    free: UnsafeCell::new(ptr::null_mut()),
};

/// A timer that wakes the goroutine.
fn take(g: *mut G, fake: bool) -> *mut Timer {
    let _guard = POOL.lock.guard();
    // SAFETY: the lock is held; a free timer belongs to the pool.
    unsafe {
        let mut t = *POOL.free.get();
        if t.is_null() {
            t = crate::heap::persistent_alloc(size_of::<Timer>(), align_of::<Timer>()).cast();
        } else {
            *POOL.free.get() = (*t).arg[0] as *mut Timer;
        }
        *t = Timer {
            action: Action::Wake,
            fake,
            arg: [g as usize, 0],
            ..Timer::default()
        };
        t
    }
}

/// Gives a timer back that has woken its goroutine.
///
/// # Safety
/// It came from [`take`], is in no heap, and nobody refers to it.
pub unsafe fn give(t: *mut Timer) {
    let _guard = POOL.lock.guard();
    // SAFETY: the lock is held; the timer is the caller's.
    unsafe {
        (*t).heap.store(ptr::null_mut(), Ordering::Relaxed);
        (*t).arg[0] = *POOL.free.get() as usize;
        *POOL.free.get() = t;
    }
}

/// `func timesleep(when int64)`: until that time of the goroutine's clock.
unsafe extern "C" fn timesleep(when: i64) {
    // SAFETY: called by a goroutine.
    unsafe {
        let g = sched::current_g();
        let fake = (*g).go[sched::word::BUBBLE] != 0;
        let t = take(g, fake);
        if fake {
            // The bubble's clock stands still until this goroutine waits.
            timer::set_plain(t, when, 0);
            sched::park(Reason::SLEEP, None);
        }
        (*t).when = when;
        sched::park_commit(Reason::SLEEP, start_sleep, t as usize);
    }
}

/// Arms the timer of a goroutine that sleeps.
unsafe fn start_sleep(_: *mut G, t: usize) -> bool {
    let t = t as *mut Timer;
    // SAFETY: nobody else knows the timer yet.
    unsafe { timer::set_plain(t, (*t).when, 0) };
    true
}

/// `func timerset(t unsafe.Pointer, when, period int64) bool`
unsafe extern "C" fn timerset(t: *mut Timer, when: i64, period: i64) -> bool {
    // SAFETY: the Go half gives one of its timers.
    unsafe { timer::reset(t, when, period) }
}

/// `func timerstop(t unsafe.Pointer) bool`
unsafe extern "C" fn timerstop(t: *mut Timer) -> bool {
    // SAFETY: the Go half gives one of its timers.
    unsafe { timer::stop(t) }
}

/// `func timerlook(t unsafe.Pointer)`: somebody looks at the timer's channel.
unsafe extern "C" fn timerlook(t: *mut Timer) {
    // SAFETY: the Go half gives the timer of a channel.
    unsafe { timer::channel_looked_at(t) };
}

entry!("runtime.timesleep", timesleep);
entry!("runtime.timerset", timerset);
entry!("runtime.timerstop", timerstop);
entry!("runtime.timerlook", timerlook);
