//! Who has which processor: run queues, idle lists, handing over.
//!
//! Whoever makes a goroutine runnable wakes one thread if a processor is idle and nobody looks for work.

use core::ptr;
use core::sync::atomic::Ordering;

use super::{
    G, GList, P, PStatus, current_m, dead,
    idle::wake_poller,
    runq,
    state::{SCHED, State},
    stop, thread, world,
};
use crate::{netpoll, sync::atomic::fence_after_update, time};

/// Takes the first goroutine of the global queue, and a fair share of it to the processor's queue.
///
/// # Safety
/// The lock is held; the processor is the caller's.
pub unsafe fn take_global(state: &mut State, p: *mut P, most: usize) -> *mut G {
    let len = state.queue.len();
    if len == 0 {
        return ptr::null_mut();
    }
    let procs = SCHED.procs.load(Ordering::Relaxed) as usize;
    let n = (len / procs + 1).min(most).min(runq::CAPACITY / 2).min(len);
    let first = state.queue.pop();
    let mut overflow = [ptr::null_mut(); runq::CAPACITY / 2 + 1];
    for _ in 1..n {
        let g = state.queue.pop();
        // SAFETY: the processor is ours.
        let spilled = unsafe { (*p).runq.push(g, &mut overflow) };
        for &g in &overflow[..spilled] {
            // SAFETY: taken out of the ring just now.
            unsafe { state.queue.push(g) };
        }
    }
    SCHED.queued.store(state.queue.len(), Ordering::Relaxed);
    first
}

/// Puts goroutines at the end of the global queue.
///
/// # Safety
/// They are runnable and in no other queue.
pub unsafe fn put_global(list: &mut GList) {
    let _guard = SCHED.lock.guard();
    // SAFETY: the lock is held.
    let state = unsafe { SCHED.state.get() };
    state.queue.append(list);
    SCHED.queued.store(state.queue.len(), Ordering::Relaxed);
}

/// Puts a runnable goroutine into the processor's queue; `next`: ahead of all others.
///
/// # Safety
/// The processor is the caller's.
pub unsafe fn put_local(p: *mut P, g: *mut G, next: bool) {
    // SAFETY: the processor is ours.
    unsafe {
        let mut g = g;
        if next {
            g = (*p).runq.set_next(g);
            if g.is_null() {
                return;
            }
        }
        let mut overflow = [ptr::null_mut(); runq::CAPACITY / 2 + 1];
        let n = (*p).runq.push(g, &mut overflow);
        if n > 0 {
            let mut list = GList::new();
            for &g in &overflow[..n] {
                list.push(g);
            }
            put_global(&mut list);
        }
    }
}

/// Wakes a thread to look for work if a processor is idle and no thread looks already.
///
/// # Safety
/// Runtime code of a thread of ours.
pub unsafe fn wake_one() {
    // Whoever falls idle says so and then looks at the queues: one of both sees the other. All ways to make a goroutine
    // runnable end in an update of an atomic.
    fence_after_update();
    if SCHED.idle_procs.load(Ordering::SeqCst) == 0
        || SCHED.spinning.load(Ordering::SeqCst) != 0
        || SCHED
            .spinning
            .compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed)
            .is_err()
    {
        return;
    }
    // SAFETY: the lock is held.
    let p = {
        let _guard = SCHED.lock.guard();
        unsafe { pop_idle(SCHED.state.get()) }
    };
    if p.is_null() {
        SCHED.spinning.fetch_sub(1, Ordering::SeqCst);
        return;
    }
    // SAFETY: the processor is ours to give.
    unsafe { start_m(p, true) };
}

/// Takes an idle processor; null if there is none (or the world is being stopped).
///
/// # Safety
/// The lock is held.
pub unsafe fn pop_idle(state: &mut State) -> *mut P {
    let p = state.idle_procs;
    if !p.is_null() {
        // SAFETY: processors are never freed.
        unsafe {
            state.idle_procs = (*p).idle_link;
            (*p).idle_link = ptr::null_mut();
            (*p).status.store(PStatus::Running as u32, Ordering::SeqCst);
        }
        SCHED.idle_procs.fetch_sub(1, Ordering::SeqCst);
        if SCHED.monitor_sleeps.load(Ordering::SeqCst) {
            SCHED.monitor_note.wake();
        }
    }
    p
}

/// Puts a processor into the idle list.
///
/// # Safety
/// The lock is held, the processor is the caller's and has no thread.
pub unsafe fn push_idle(state: &mut State, p: *mut P) {
    // SAFETY: the caller's.
    unsafe {
        (*p).m.store(ptr::null_mut(), Ordering::Release);
        (*p).idle_link = state.idle_procs;
        (*p).status.store(PStatus::Idle as u32, Ordering::SeqCst);
    }
    state.idle_procs = p;
    SCHED.idle_procs.fetch_add(1, Ordering::SeqCst);
}

/// Gives a processor to a thread that lost its own in the middle of something; whether there was one.
///
/// # Safety
/// The lock is held; the processor is the caller's to give.
pub unsafe fn give_to_wanting(state: &mut State, p: *mut P) -> bool {
    let m = state.wanting;
    if m.is_null() {
        return false;
    }
    // SAFETY: the thread waits for its note.
    unsafe {
        state.wanting = (*m).idle_link;
        SCHED.wanting.fetch_sub(1, Ordering::SeqCst);
        (*m).next_p = p;
        (*m).park.wake();
    }
    true
}

/// Makes the processor this thread's.
///
/// # Safety
/// It is the caller's to give.
pub unsafe fn acquire(p: *mut P) {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        (*m).p = p;
        (*p).m.store(m, Ordering::Release);
        (*p).status.store(PStatus::Running as u32, Ordering::SeqCst);
        // The world may have been asked to stop while nobody stood for this processor.
        if SCHED.stopping.load(Ordering::SeqCst) {
            (*m).stop.fetch_or(stop::WORLD, Ordering::SeqCst);
        }
    }
}

/// Takes the processor from this thread.
///
/// # Safety
/// The thread has one.
pub unsafe fn release() -> *mut P {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        let p = (*m).p;
        (*m).p = ptr::null_mut();
        (*p).m.store(ptr::null_mut(), Ordering::Release);
        p
    }
}

/// Lets some thread run with the processor: an idle one or a new one. If it is to spin, the caller has counted it.
///
/// # Safety
/// The processor is the caller's to give; the lock is not held.
pub unsafe fn start_m(p: *mut P, spinning: bool) {
    SCHED.lock.lock();
    // SAFETY: the lock is held; idle threads wait for their note.
    unsafe {
        let state = SCHED.state.get();
        let m = state.idle_ms;
        if m.is_null() {
            let m = thread::reserve(state);
            SCHED.lock.unlock();
            (*m).next_p = p;
            (*m).spinning = spinning;
            thread::launch(m);
            return;
        }
        state.idle_ms = (*m).idle_link;
        state.idle_count -= 1;
        SCHED.lock.unlock();
        (*m).spinning = spinning;
        (*m).next_p = p;
        (*m).park.wake();
    }
}

/// Sleeps as an idle thread until it gets a processor.
///
/// # Safety
/// Own thread, without processor, not spinning.
pub unsafe fn stop_m() {
    // SAFETY: own thread; lists under the lock.
    unsafe {
        let m = current_m();
        SCHED.lock.lock();
        let state = SCHED.state.get();
        (*m).idle_link = state.idle_ms;
        state.idle_ms = m;
        state.idle_count += 1;
        dead::check(state);
        SCHED.lock.unlock();
        (*m).park.sleep();
        (*m).park.clear();
        acquire((*m).next_p);
        (*m).next_p = ptr::null_mut();
    }
}

/// Gives away a processor whose thread cannot use it: to another thread if there is work, else to the idle list.
///
/// # Safety
/// The processor is the caller's to give, without thread.
pub unsafe fn hand_off(p: *mut P) {
    // SAFETY: the caller's.
    unsafe {
        if !(*p).runq.is_empty() || SCHED.queued.load(Ordering::SeqCst) != 0 {
            start_m(p, false);
            return;
        }
        if SCHED.spinning.load(Ordering::SeqCst) + SCHED.idle_procs.load(Ordering::SeqCst) == 0
            && SCHED
                .spinning
                .compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed)
                .is_ok()
        {
            start_m(p, true);
            return;
        }
        SCHED.lock.lock();
        let state = SCHED.state.get();
        if SCHED.stopping.load(Ordering::SeqCst) {
            world::count_stopped(p);
            SCHED.lock.unlock();
            return;
        }
        if give_to_wanting(state, p) {
            SCHED.lock.unlock();
            return;
        }
        if !state.queue.is_empty() {
            SCHED.lock.unlock();
            start_m(p, false);
            return;
        }
        // The last processor to fall idle must leave somebody in the poller.
        let last = SCHED.idle_procs.load(Ordering::SeqCst) + 1
            == SCHED.procs.load(Ordering::Relaxed)
            && !SCHED.polling.load(Ordering::SeqCst)
            && (netpoll::any_waiters() || time::earliest() != 0);
        if last {
            SCHED.lock.unlock();
            start_m(p, false);
            return;
        }
        push_idle(state, p);
        SCHED.lock.unlock();
        let when = time::earliest();
        if when != 0 {
            wake_poller(when);
        }
    }
}
