//! The monitor: a thread without processor that keeps the others honest.
//!
//! It takes processors from threads that stay in system calls, pre-empts goroutines that run for more than 10 ms, polls
//! the network if nobody did for that long, wakes somebody for late timers, and starts threads that others may not.

use crate::sync::atomic::{AtomicI64, Ordering};

use super::{GList, P, PStatus, hand, idle, signal_thread, state::SCHED, stop, thread, world};
use crate::{clock, heap, netpoll, signal, time};

/// Time slice in nanoseconds.
const SLICE: i64 = 10_000_000;
/// Longest deep sleep in nanoseconds.
const DEEP: i64 = 60_000_000_000;

/// Starts the monitor.
///
/// # Safety
/// Once, on the first thread.
pub unsafe fn start() {
    // SAFETY: new thread structure.
    unsafe {
        let m = thread::allocate();
        {
            let _guard = SCHED.lock.guard();
            thread::register(SCHED.state.get(), m);
        }
        (*m).random = crate::rand::next() | 1;
        thread::start(m, run as *const () as usize);
    }
}

unsafe extern "C" fn run() -> ! {
    // SAFETY: own thread.
    unsafe {
        signal::init_thread(super::current_m());
        let mut quiet = 0;
        let mut delay = 20_000;
        loop {
            if quiet == 0 {
                delay = 20_000;
            } else if quiet > 50 {
                delay = (delay * 2).min(SLICE);
            }
            if SCHED.monitor_note.sleep_for(delay) {
                SCHED.monitor_note.clear();
            }
            start_wanted();
            if deep_sleep() {
                quiet = 0;
                continue;
            }
            let now = clock::nanotime();
            poll(now);
            tick_heap(now);
            quiet = if retake(now) { 0 } else { quiet + 1 };
        }
    }
}

/// Starts threads that locked threads want.
unsafe fn start_wanted() {
    // SAFETY: the list is under the lock, its threads are reserved.
    unsafe {
        loop {
            let m = {
                let _guard = SCHED.lock.guard();
                let state = SCHED.state.get();
                let m = state.wanted_ms;
                if !m.is_null() {
                    state.wanted_ms = (*m).idle_link;
                    (*m).idle_link = core::ptr::null_mut();
                }
                m
            };
            if m.is_null() {
                return;
            }
            thread::launch(m);
        }
    }
}

/// Sleeps long if all processors are idle or the world is stopped; whether it did.
unsafe fn deep_sleep() -> bool {
    let quiet = || {
        SCHED.stopping.load(Ordering::SeqCst)
            || SCHED.idle_procs.load(Ordering::SeqCst) == SCHED.procs.load(Ordering::SeqCst)
    };
    if !quiet() {
        return false;
    }
    {
        let _guard = SCHED.lock.guard();
        if !quiet() {
            return false;
        }
        SCHED.monitor_sleeps.store(true, Ordering::SeqCst);
    }
    // A thread waits in the poller for the next timer; this is a second look only.
    let when = time::earliest();
    let longest = if SCHED.stopping.load(Ordering::SeqCst) {
        SLICE
    } else {
        DEEP
    };
    let sleep = if when == 0 {
        longest
    } else {
        (when - clock::nanotime() + SLICE).clamp(SLICE, longest)
    };
    SCHED.monitor_note.sleep_for(sleep);
    SCHED.monitor_sleeps.store(false, Ordering::SeqCst);
    SCHED.monitor_note.clear();
    // SAFETY: as in the caller.
    unsafe {
        start_wanted();
        tick_heap(clock::nanotime());
    }
    true
}

/// Lets the heap do its chores, every few milliseconds.
unsafe fn tick_heap(now: i64) {
    static LAST: AtomicI64 = AtomicI64::new(0);
    if now - LAST.load(Ordering::Relaxed) < SLICE {
        return;
    }
    LAST.store(now, Ordering::Relaxed);
    // SAFETY: a goroutine may be readied by a thread without processor.
    unsafe {
        if heap::tick() {
            heap::wake();
        }
    }
}

unsafe fn poll(now: i64) {
    let last = SCHED.last_poll.load(Ordering::Relaxed);
    // SAFETY: goroutines come from the poller.
    unsafe {
        if netpoll::initialised() && netpoll::any_waiters() && last + SLICE < now {
            SCHED.last_poll.store(now, Ordering::Relaxed);
            let mut list = GList::new();
            netpoll::poll(0, &mut list);
            idle::inject(&mut list);
        }
        let when = time::earliest();
        if when != 0 && when < now {
            hand::wake_one();
        }
    }
}

/// Looks at all processors; whether it took or pre-empted any.
unsafe fn retake(now: i64) -> bool {
    let mut any = false;
    for p in SCHED.processors() {
        // SAFETY: processors are never freed; `seen` is the monitor's.
        unsafe {
            let status = (*p).status.load(Ordering::SeqCst);
            if status == PStatus::Running as u32 || status == PStatus::Syscall as u32 {
                let tick = (*p).sched_tick.load(Ordering::Relaxed);
                if tick != (*p).seen.sched_tick {
                    (*p).seen.sched_tick = tick;
                    (*p).seen.sched_when = now;
                } else if (*p).seen.sched_when + SLICE <= now && status == PStatus::Running as u32 {
                    preempt(p);
                    any = true;
                }
            }
            if status == PStatus::Syscall as u32 && in_long_syscall(p, now) {
                SCHED.lock.lock();
                let taken = !SCHED.stopping.load(Ordering::SeqCst)
                    && world::take_from_syscall(p, PStatus::Running);
                SCHED.lock.unlock();
                if taken {
                    hand::hand_off(p);
                    any = true;
                }
            }
        }
    }
    any
}

/// Whether the processor's thread was in this system call when the monitor last looked, and somebody needs it.
unsafe fn in_long_syscall(p: *mut P, now: i64) -> bool {
    // SAFETY: as in `retake`.
    unsafe {
        let tick = (*p).syscall_tick.load(Ordering::Relaxed);
        if tick != (*p).seen.syscall_tick {
            (*p).seen.syscall_tick = tick;
            (*p).seen.syscall_when = now;
            return false;
        }
        let others =
            SCHED.spinning.load(Ordering::SeqCst) + SCHED.idle_procs.load(Ordering::SeqCst) > 0;
        !((*p).runq.is_empty()
            && SCHED.queued.load(Ordering::Relaxed) == 0
            && others
            && (*p).seen.syscall_when + SLICE > now)
    }
}

/// Asks the processor's goroutine to yield.
unsafe fn preempt(p: *mut P) {
    // SAFETY: threads are never freed; a stale one yields for nothing.
    unsafe {
        let m = (*p).m.load(Ordering::SeqCst);
        if !m.is_null() && !(*m).g.is_null() {
            (*m).stop.fetch_or(stop::YIELD, Ordering::SeqCst);
            signal_thread(m);
        }
    }
}
