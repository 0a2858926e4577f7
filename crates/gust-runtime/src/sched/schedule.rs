//! Which goroutine a thread runs next, and where it sleeps if there is none.
//!
//! A thread without work spins for a while, stealing from the other processors, before it gives its processor away
//! and sleeps. The last thread to stop spinning looks at all queues once more after it has said so, so that no
//! goroutine is overlooked: others wake nobody while one spins.

use crate::sync::atomic::{Ordering, fence};
use core::ptr;

use super::{
    G, GList, M, P, PStatus, Resume, Status, current_m, dead,
    hand::{
        acquire, give_to_wanting, hand_off, pop_idle, push_idle, release, stop_m, take_global,
        wake_one,
    },
    idle::{inject, poll_and_sleep},
    state::SCHED,
    stop, word, world,
};
use crate::{arch, clock, netpoll, rand, sys, time};

/// Stops spinning because work was found; others may have to look for more.
pub(super) unsafe fn reset_spinning(m: *mut M) {
    // SAFETY: own thread.
    unsafe {
        (*m).spinning = false;
        SCHED.spinning.fetch_sub(1, Ordering::SeqCst);
        wake_one();
    }
}

unsafe fn steal(p: *mut P) -> *mut G {
    let procs = SCHED.procs.load(Ordering::Acquire);
    for round in 0..4 {
        let last = round == 3;
        let start = rand::next() as u32 % procs;
        for i in 0..procs {
            if SCHED.stopping.load(Ordering::Relaxed) {
                return ptr::null_mut();
            }
            let other = SCHED.all_procs[((start + i) % procs) as usize].load(Ordering::Acquire);
            if other == p || other.is_null() {
                continue;
            }
            // SAFETY: processors are never freed; queues may be looked at by anyone.
            unsafe {
                if (*other).status.load(Ordering::Acquire) == PStatus::Idle as u32 {
                    continue;
                }
                let g = (*p).runq.steal(&(*other).runq, false);
                if !g.is_null() {
                    return g;
                }
                // A goroutine just readied is about to run there: leave it a moment.
                if last && !(*other).runq.is_empty() {
                    if (*other).status.load(Ordering::Acquire) == PStatus::Running as u32 {
                        sys::usleep(3);
                    }
                    let g = (*p).runq.steal(&(*other).runq, true);
                    if !g.is_null() {
                        return g;
                    }
                }
            }
        }
    }
    ptr::null_mut()
}

/// The next goroutine for this thread, and whether it inherits the time slice. Sleeps until there is one.
pub(super) unsafe fn find_runnable(m: *mut M) -> (*mut G, bool) {
    // SAFETY: own thread, own processor; lists under the lock.
    unsafe {
        loop {
            if SCHED.stopping.load(Ordering::SeqCst) {
                world::wait(false);
            }
            let p = (*m).p;
            if SCHED.wanting.load(Ordering::Relaxed) != 0 && !(*m).spinning {
                SCHED.lock.lock();
                release();
                let given = give_to_wanting(SCHED.state.get(), p);
                SCHED.lock.unlock();
                if given {
                    stop_m();
                } else {
                    acquire(p);
                }
                continue;
            }
            time::run_due(p, 0);
            if (*p).sched_tick.load(Ordering::Relaxed).is_multiple_of(61)
                && SCHED.queued.load(Ordering::Relaxed) > 0
            {
                let _guard = SCHED.lock.guard();
                let g = take_global(SCHED.state.get(), p, 1);
                if !g.is_null() {
                    return (g, false);
                }
            }
            let (g, inherits) = (*p).runq.pop();
            if !g.is_null() {
                return (g, inherits);
            }
            if SCHED.queued.load(Ordering::Relaxed) > 0 {
                let _guard = SCHED.lock.guard();
                let g = take_global(SCHED.state.get(), p, usize::MAX);
                if !g.is_null() {
                    return (g, false);
                }
            }
            if netpoll::initialised() && netpoll::any_waiters() {
                let mut list = GList::new();
                netpoll::poll(0, &mut list);
                SCHED.last_poll.store(clock::nanotime(), Ordering::Relaxed);
                let g = list.pop();
                if !g.is_null() {
                    (*g).set_status(Status::Runnable);
                    inject(&mut list);
                    return (g, false);
                }
            }
            let busy =
                SCHED.procs.load(Ordering::Relaxed) - SCHED.idle_procs.load(Ordering::Relaxed);
            if (*m).spinning || 2 * SCHED.spinning.load(Ordering::Relaxed) < busy {
                if !(*m).spinning {
                    (*m).spinning = true;
                    SCHED.spinning.fetch_add(1, Ordering::SeqCst);
                }
                let when = time::earliest();
                if when != 0 && when <= clock::nanotime() {
                    time::run_due(ptr::null_mut(), 0);
                    let (g, inherits) = (*p).runq.pop();
                    if !g.is_null() {
                        return (g, inherits);
                    }
                }
                let g = steal(p);
                if !g.is_null() {
                    return (g, false);
                }
                if SCHED.stopping.load(Ordering::Relaxed) {
                    continue;
                }
            }
            SCHED.lock.lock();
            let state = SCHED.state.get();
            if SCHED.stopping.load(Ordering::SeqCst) {
                SCHED.lock.unlock();
                continue;
            }
            if !state.queue.is_empty() {
                let g = take_global(state, p, usize::MAX);
                SCHED.lock.unlock();
                return (g, false);
            }
            let was_spinning = (*m).spinning;
            release();
            if !give_to_wanting(state, p) {
                push_idle(state, p);
            }
            SCHED.lock.unlock();
            if was_spinning {
                (*m).spinning = false;
                SCHED.spinning.fetch_sub(1, Ordering::SeqCst);
                fence(Ordering::SeqCst);
                if recheck(m) {
                    continue;
                }
            }
            if poll_and_sleep(m) {
                continue;
            }
            stop_m();
        }
    }
}

/// After spinning has ended: takes an idle processor and spins again if there is work somewhere.
unsafe fn recheck(m: *mut M) -> bool {
    let work = SCHED.queued.load(Ordering::SeqCst) > 0
        // SAFETY: processors are never freed.
        || SCHED.processors().any(|p| unsafe { !(*p).runq.is_empty() });
    if !work {
        return false;
    }
    // SAFETY: the lock is held.
    let p = {
        let _guard = SCHED.lock.guard();
        unsafe { pop_idle(SCHED.state.get()) }
    };
    if p.is_null() {
        return false;
    }
    // SAFETY: own thread; the processor was idle.
    unsafe {
        acquire(p);
        (*m).spinning = true;
    }
    SCHED.spinning.fetch_add(1, Ordering::SeqCst);
    true
}

/// Runs goroutines; the thread has a processor and no goroutine.
///
/// # Safety
/// On the system stack, holding no lock.
pub unsafe fn schedule() -> ! {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        if (*m).user_sp == 0 {
            (*m).user_sp = 1;
        }
        if !(*m).locked_g.is_null() {
            stop_locked(m);
            execute((*m).locked_g, false);
        }
        loop {
            let (g, inherits) = find_runnable(m);
            if (*m).spinning {
                reset_spinning(m);
            }
            if !(*g).locked_m.is_null() && (*g).locked_m != m {
                // It may run on its own thread only: give it the processor.
                let other = (*g).locked_m;
                let p = release();
                {
                    let _guard = SCHED.lock.guard();
                    SCHED.state.get().idle_locked -= 1;
                }
                (*other).next_p = p;
                (*other).park.wake();
                stop_m();
                continue;
            }
            execute(g, inherits);
        }
    }
}

/// Waits until the goroutine locked to this thread is runnable and its processor is given.
unsafe fn stop_locked(m: *mut M) {
    // SAFETY: own thread.
    unsafe {
        {
            // Counted before the processor goes: whoever finds the goroutine subtracts.
            let _guard = SCHED.lock.guard();
            SCHED.state.get().idle_locked += 1;
        }
        if !(*m).p.is_null() {
            let p = release();
            hand_off(p);
        }
        {
            let _guard = SCHED.lock.guard();
            dead::check(SCHED.state.get());
        }
        (*m).park.sleep();
        (*m).park.clear();
        acquire((*m).next_p);
        (*m).next_p = ptr::null_mut();
    }
}

/// Runs a runnable goroutine.
///
/// # Safety
/// The thread has a processor; the goroutine is in no queue.
pub unsafe fn execute(g: *mut G, inherits: bool) -> ! {
    // SAFETY: the caller's.
    unsafe {
        let m = current_m();
        let p = (*m).p;
        (*m).g = g;
        (*g).m = m;
        (*g).set_status(Status::Running);
        (*g).go[word::WAIT_REASON] = 0;
        (*m).stack_limit = (*(*g).segment).limit;
        (*m).stop.fetch_and(!stop::YIELD, Ordering::SeqCst);
        if !inherits {
            let tick = (*p).sched_tick.load(Ordering::Relaxed);
            (*p).sched_tick
                .store(tick.wrapping_add(1), Ordering::Relaxed);
        }
        if (*g).resume == Resume::Context as u32 {
            (*g).resume = Resume::Frame as u32;
            crate::signal::resume_context(m, g);
        }
        arch::amd64::gogo((*g).sched_sp, (*g).ret0, (*g).ret1)
    }
}
