//! Waiting for descriptors and timers. One idle thread at a time waits in the poller, until the earliest timer; the
//! others sleep until somebody hands them a processor.

use crate::sync::atomic::{AtomicU32, Ordering, fence_after_update};

use super::{
    GList, M, Status, current_m,
    hand::{acquire, pop_idle, put_global, put_local, start_m, wake_one},
    state::SCHED,
};
use crate::{clock, netpoll, sys, time};

/// How many goroutines of the poller go to the own queue at once.
const MOST_LOCAL: usize = 64;

/// Makes sure that somebody wakes for a timer at that time (nanoseconds).
///
/// # Safety
/// Runtime code of a thread of ours.
pub unsafe fn wake_poller(when: i64) {
    if SCHED.polling.load(Ordering::SeqCst) {
        let until = SCHED.poll_until.load(Ordering::SeqCst);
        if until == 0 || until > when {
            end_poll();
        }
    } else {
        // SAFETY: the caller's.
        unsafe { wake_one() };
    }
}

static POLL_WORD: AtomicU32 = AtomicU32::new(0);

/// Ends the wait of the thread in the poller, if one is there: what it waits for has changed.
pub fn end_poll() {
    if netpoll::initialised() {
        netpoll::wake();
    }
    POLL_WORD.fetch_add(1, Ordering::SeqCst);
    sys::futex_wake(&POLL_WORD, 1);
}

/// Waits in the poller (or just sleeps, if there is none yet) at most `delay` nanoseconds; negative: for ever.
unsafe fn wait_in_poller(delay: i64, seen: u32, ready: &mut GList) {
    if netpoll::initialised() {
        // SAFETY: this thread has the right to wait.
        unsafe { netpoll::poll(delay, ready) };
    } else {
        sys::futex_wait(&POLL_WORD, seen, delay);
    }
}

/// Marks goroutines that the poller gave runnable, and spreads them: one for each idle processor to the global queue, where
/// a thread finds it for certain, the others to this processor's.
///
/// # Safety
/// They wait and are the caller's to ready.
pub unsafe fn inject(list: &mut GList) {
    if list.is_empty() {
        return;
    }
    // SAFETY: the caller's; the processor is this thread's.
    unsafe {
        let p = (*current_m()).p;
        let mut idle = SCHED.idle_procs.load(Ordering::SeqCst) as usize;
        let mut global = GList::new();
        let mut local = 0;
        loop {
            let g = list.pop();
            if g.is_null() {
                break;
            }
            (*g).set_status(Status::Runnable);
            if p.is_null() || global.len() < idle || local == MOST_LOCAL {
                global.push(g);
            } else {
                put_local(p, g, false);
                local += 1;
            }
        }
        if !global.is_empty() {
            let mut n = global.len();
            put_global(&mut global);
            fence_after_update();
            idle = SCHED.idle_procs.load(Ordering::SeqCst) as usize;
            while n > 0 && idle > 0 {
                let p = {
                    let _guard = SCHED.lock.guard();
                    pop_idle(SCHED.state.get())
                };
                if p.is_null() {
                    break;
                }
                start_m(p, false);
                n -= 1;
                idle -= 1;
            }
        }
        if local > 0 {
            // Processors may have become idle since.
            wake_one();
        }
    }
}

/// Waits for descriptors and timers if nobody does. Whether the thread has a processor now.
///
/// # Safety
/// Own thread, without processor, holding no lock.
pub unsafe fn poll_and_sleep(m: *mut M) -> bool {
    let seen = POLL_WORD.load(Ordering::SeqCst);
    let when = time::earliest();
    if when == 0 && !(netpoll::initialised() && netpoll::any_waiters()) {
        return false;
    }
    if SCHED.polling.swap(true, Ordering::SeqCst) {
        // Somebody is there already: long enough asleep for the new timer?
        if when != 0 {
            let until = SCHED.poll_until.load(Ordering::SeqCst);
            if until == 0 || until > when {
                end_poll();
            }
        }
        return false;
    }
    SCHED
        .poll_until
        .store(if when == 0 { i64::MAX } else { when }, Ordering::SeqCst);
    // A timer added before that store found nobody to wake.
    let again = time::earliest();
    let when = if again != 0 && (when == 0 || again < when) {
        again
    } else {
        when
    };
    let delay = if when == 0 {
        -1
    } else {
        (when - clock::nanotime()).max(0)
    };
    let mut ready = GList::new();
    // SAFETY: this thread has the right to wait; it has no processor.
    unsafe { wait_in_poller(delay, seen, &mut ready) };
    SCHED.poll_until.store(0, Ordering::SeqCst);
    SCHED.polling.store(false, Ordering::SeqCst);
    SCHED.last_poll.store(clock::nanotime(), Ordering::Relaxed);
    // SAFETY: the lock is held.
    let p = {
        let _guard = SCHED.lock.guard();
        unsafe { pop_idle(SCHED.state.get()) }
    };
    // SAFETY: own thread; goroutines come from the poller.
    unsafe {
        if p.is_null() {
            inject(&mut ready);
            return false;
        }
        acquire(p);
        if ready.is_empty() {
            (*m).spinning = true;
            SCHED.spinning.fetch_add(1, Ordering::SeqCst);
        } else {
            inject(&mut ready);
        }
        true
    }
}
