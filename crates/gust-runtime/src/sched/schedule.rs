//! Which goroutine a thread runs next, and where it sleeps if there is none.
//!
//! A thread without work spins for a while, stealing from the other processors, before it gives its processor away
//! and sleeps. Whoever makes a goroutine runnable wakes one thread if a processor is idle and nobody spins; the last
//! thread to stop spinning looks at all queues once more after it has said so, so that no goroutine is overlooked.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering, fence};

use super::{
    G, GList, M, P, PStatus, Reason, Resume, Status, current_m, dead, runq,
    state::{SCHED, State},
    stop, thread, word, world,
};
use crate::{arch, clock, netpoll, rand, sync::Lock, synctest, sys, time};

/// Takes the first goroutine of the global queue, and a fair share of it to the processor's queue.
///
/// # Safety
/// The lock is held; the processor is the caller's.
unsafe fn take_global(state: &mut State, p: *mut P, most: usize) -> *mut G {
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
unsafe fn give_to_wanting(state: &mut State, p: *mut P) -> bool {
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

/// Marks goroutines that the poller gave runnable, and spreads them.
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
        let mut all = GList::new();
        let mut n = 0;
        loop {
            let g = list.pop();
            if g.is_null() {
                break;
            }
            (*g).set_status(Status::Runnable);
            n += 1;
            if !p.is_null() && n < 64 {
                put_local(p, g, false);
            } else {
                all.push(g);
            }
        }
        if !all.is_empty() {
            put_global(&mut all);
        }
        let mut idle = SCHED.idle_procs.load(Ordering::SeqCst);
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
}

/// Stops spinning because work was found; others may have to look for more.
unsafe fn reset_spinning(m: *mut M) {
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
unsafe fn find_runnable(m: *mut M) -> (*mut G, bool) {
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

/// Waits for descriptors and timers if nobody does. Whether the thread has a processor now.
unsafe fn poll_and_sleep(m: *mut M) -> bool {
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

/// Takes the current goroutine off the thread, to be resumed at its trampoline's end.
unsafe fn detach(reason: Reason, status: Status) -> *mut G {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        let g = (*m).g;
        (*g).sched_sp = (*m).user_sp;
        (*g).go[word::WAIT_REASON] = reason.0 as usize;
        (*g).set_status(status);
        (*m).g = ptr::null_mut();
        g
    }
}

/// Lets the current goroutine wait until [`ready`]; its entry point then returns [`G::ret0`] and [`G::ret1`].
/// Releases `unlock` once the goroutine can be readied: whoever readies it takes that lock before.
/// No destructor of the callers runs.
///
/// # Safety
/// Called by the runtime function of an entry point, which holds no lock but `unlock`.
pub unsafe fn park(reason: Reason, unlock: Option<&Lock>) -> ! {
    // SAFETY: the caller's.
    unsafe {
        let bubble = synctest::of((*current_m()).g);
        detach(reason, Status::Waiting);
        if let Some(lock) = unlock {
            lock.unlock();
        }
        if !bubble.is_null() {
            synctest::parked(bubble, reason);
        }
        schedule()
    }
}

/// As [`park`], but calls `commit` with the goroutine and `arg` once it can be readied; if that gives false the
/// goroutine goes on at once.
///
/// # Safety
/// As [`park`]. `commit` runs on the system stack without a current goroutine.
pub unsafe fn park_commit(
    reason: Reason,
    commit: unsafe fn(*mut G, usize) -> bool,
    arg: usize,
) -> ! {
    // SAFETY: the caller's.
    unsafe {
        let g = detach(reason, Status::Waiting);
        if !commit(g, arg) {
            (*g).set_status(Status::Runnable);
            execute(g, true);
        }
        schedule()
    }
}

/// As [`park`], and runs the waiting goroutine `to` on this thread at once.
///
/// # Safety
/// As [`park`]; `to` waits and is nobody else's to ready; neither is locked to a thread.
pub unsafe fn park_switch(reason: Reason, unlock: Option<&Lock>, to: *mut G) -> ! {
    // SAFETY: the caller's.
    unsafe {
        let bubble = synctest::of((*current_m()).g);
        detach(reason, Status::Waiting);
        if let Some(lock) = unlock {
            lock.unlock();
        }
        waited(to);
        if !bubble.is_null() {
            synctest::parked(bubble, reason);
        }
        execute(to, true)
    }
}

/// Lets the current goroutine run again later, after others.
///
/// # Safety
/// As [`park`].
pub unsafe fn yield_now() -> ! {
    // SAFETY: the caller's.
    unsafe {
        let g = detach(Reason::NONE, Status::Runnable);
        let mut list = GList::new();
        list.push(g);
        put_global(&mut list);
        schedule()
    }
}

/// The rest of a pre-emption: the current goroutine's registers are saved in its context.
///
/// # Safety
/// On the system stack, after the handler.
pub unsafe fn yield_preempted() -> ! {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        let g = (*m).g;
        (*m).g = ptr::null_mut();
        (*g).go[word::WAIT_REASON] = Reason::NONE.0 as usize;
        (*g).set_status(Status::Runnable);
        let mut list = GList::new();
        list.push(g);
        put_global(&mut list);
        schedule()
    }
}

/// Tells the bubble of a waiting goroutine that it is about to run again.
#[inline]
unsafe fn waited(g: *mut G) {
    // SAFETY: the goroutine is the caller's to ready.
    unsafe {
        let bubble = synctest::of(g);
        if !bubble.is_null() {
            synctest::readied(bubble, g);
        }
    }
}

/// Makes a waiting goroutine runnable: the next one of this processor. Without a processor it goes to the global queue.
///
/// # Safety
/// It waits, and the caller alone readies it.
pub unsafe fn ready(g: *mut G) {
    // SAFETY: the caller's.
    unsafe {
        waited(g);
        (*g).set_status(Status::Runnable);
        let p = (*current_m()).p;
        if p.is_null() {
            let mut list = GList::new();
            list.push(g);
            put_global(&mut list);
        } else {
            put_local(p, g, true);
        }
        wake_one();
    }
}

/// Makes waiting goroutines runnable.
///
/// # Safety
/// As [`ready`].
pub unsafe fn ready_list(list: &mut GList) {
    // SAFETY: the caller's.
    unsafe { inject(list) };
}

/// What a trampoline does when it finds the thread's stop flag set at its end; results are saved in the goroutine.
///
/// # Safety
/// Called by the trampolines.
pub unsafe extern "C" fn yield_point() {
    // SAFETY: own thread, with a goroutine.
    unsafe {
        let m = current_m();
        let flags = (*m).stop.load(Ordering::SeqCst);
        if (*m).p.is_null() {
            return;
        }
        if flags & stop::WORLD != 0 {
            world::wait(true);
        }
        if flags & stop::YIELD != 0 {
            yield_now();
        }
    }
}
