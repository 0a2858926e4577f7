//! Stopping the world.
//!
//! Every processor is brought to rest: idle ones and those in system calls are taken; the thread of a running one is
//! told by its stop flag, read at the end of every entry point and before looking for work, and by a signal, which
//! stops it right in goroutine code. A thread at rest keeps its processor and waits for the epoch to change.

use crate::sync::atomic::{AtomicU32, Ordering};

use super::{M, P, PStatus, current_m, hand, signal_thread, state::SCHED, stop};
use crate::{arch, sys};

/// The thread that stops the world, by its id plus one; 0 if none does.
static OWNER: AtomicU32 = AtomicU32::new(0);
/// Processors not at rest yet.
static WANTED: AtomicU32 = AtomicU32::new(0);
/// Changes when the world starts.
static EPOCH: AtomicU32 = AtomicU32::new(0);
/// How often the world was stopped by this owner inside itself.
static DEPTH: AtomicU32 = AtomicU32::new(0);

/// How long to wait for threads before signalling them again.
const RETRY_NS: i64 = 200_000;

/// Counts a processor as stopped, for whoever holds it without running anything.
///
/// # Safety
/// The processor is the caller's to give.
pub unsafe fn count_stopped(p: *mut P) {
    // SAFETY: processors are never freed.
    unsafe { (*p).status.store(PStatus::Stopped as u32, Ordering::SeqCst) };
    if WANTED.fetch_sub(1, Ordering::SeqCst) == 1 {
        sys::futex_wake(&WANTED, u32::MAX >> 1);
    }
}

/// Rests this thread with its processor until the world starts, if it is being stopped. `in_goroutine`: the
/// goroutine's state is saved at the trampoline's frame; otherwise the system stack holds live words.
///
/// # Safety
/// Own thread with a processor, holding no lock.
pub unsafe fn wait(in_goroutine: bool) {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        if !in_goroutine {
            spill(m);
        }
        loop {
            if (*m).p.is_null() {
                regain_processor(m);
            }
            let epoch = EPOCH.load(Ordering::SeqCst);
            if !SCHED.stopping.load(Ordering::SeqCst) || (*m).id + 1 == OWNER.load(Ordering::SeqCst)
            {
                break;
            }
            let p = (*m).p;
            if (*p)
                .status
                .compare_exchange(
                    PStatus::Running as u32,
                    PStatus::Stopped as u32,
                    Ordering::SeqCst,
                    Ordering::SeqCst,
                )
                .is_ok()
                && WANTED.fetch_sub(1, Ordering::SeqCst) == 1
            {
                sys::futex_wake(&WANTED, u32::MAX >> 1);
            }
            while EPOCH.load(Ordering::SeqCst) == epoch {
                sys::futex_wait(&EPOCH, epoch, -1);
            }
        }
        (*m).stop.fetch_and(!stop::WORLD, Ordering::SeqCst);
        // Stopped anew since the look above: keep the flag.
        if SCHED.stopping.load(Ordering::SeqCst) {
            (*m).stop.fetch_or(stop::WORLD, Ordering::SeqCst);
        }
        (*m).stopped_sp.store(0, Ordering::SeqCst);
    }
}

/// The thread's processor went away while it rested: waits for another one, as it is in the middle of something.
unsafe fn regain_processor(m: *mut M) {
    // SAFETY: own thread; lists under the lock.
    unsafe {
        SCHED.lock.lock();
        let state = SCHED.state.get();
        let p = hand::pop_idle(state);
        if p.is_null() {
            (*m).idle_link = state.wanting;
            state.wanting = m;
            SCHED.wanting.fetch_add(1, Ordering::SeqCst);
            SCHED.lock.unlock();
            (*m).park.sleep();
            (*m).park.clear();
            hand::acquire((*m).next_p);
            (*m).next_p = core::ptr::null_mut();
        } else {
            SCHED.lock.unlock();
            hand::acquire(p);
        }
    }
}

/// Notes from where on the system stack is in use. Registers that callers keep values in lie above: this function's
/// caller is in Rust code that has saved what it uses; the rest is saved in the trampoline's frame.
#[inline(always)]
unsafe fn spill(m: *mut M) {
    // SAFETY: own thread.
    unsafe {
        (*m).stopped_sp
            .store(arch::amd64::stack_pointer(), Ordering::SeqCst)
    };
}

/// Stops all other threads that run goroutine or runtime code: they come to rest in goroutine code or in system
/// calls, or in `stop_the_world` itself. The caller goes on, and must not park until [`start_the_world`].
///
/// # Safety
/// Called by runtime code on a thread with a processor; it holds no lock.
pub unsafe fn stop_the_world() {
    // SAFETY: own thread; processors and threads are never freed.
    unsafe {
        let m = current_m();
        let me = (*m).id + 1;
        if OWNER.load(Ordering::SeqCst) == me {
            DEPTH.fetch_add(1, Ordering::SeqCst);
            return;
        }
        loop {
            match OWNER.compare_exchange(0, me, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => break,
                Err(_) if SCHED.stopping.load(Ordering::SeqCst) && !(*m).p.is_null() => {
                    wait_saved()
                }
                Err(_) => sys::osyield(),
            }
        }
        DEPTH.store(0, Ordering::SeqCst);
        let own = (*m).p;
        SCHED.lock.lock();
        let procs = SCHED.procs.load(Ordering::SeqCst);
        let mine = u32::from(!own.is_null());
        WANTED.store(procs - mine, Ordering::SeqCst);
        SCHED.stopping.store(true, Ordering::SeqCst);
        loop {
            let p = hand::pop_idle(SCHED.state.get());
            if p.is_null() {
                break;
            }
            count_stopped(p);
        }
        SCHED.lock.unlock();
        let mut first = true;
        loop {
            let wanted = WANTED.load(Ordering::SeqCst);
            if wanted == 0 {
                break;
            }
            for p in SCHED.processors() {
                if p == own {
                    continue;
                }
                if take_from_syscall(p, PStatus::Stopped) {
                    count_stopped(p);
                } else if (*p).status.load(Ordering::SeqCst) == PStatus::Running as u32 {
                    let other = (*p).m.load(Ordering::SeqCst);
                    if !other.is_null() {
                        (*other).stop.fetch_or(stop::WORLD, Ordering::SeqCst);
                        signal_thread(other);
                    }
                }
            }
            let wanted = WANTED.load(Ordering::SeqCst);
            if wanted != 0 {
                if first {
                    arch::pause(100);
                    first = false;
                }
                sys::futex_wait(&WANTED, wanted, RETRY_NS);
            }
        }
    }
}

/// Rests in the middle of runtime code if the world is being stopped; whether it did.
///
/// # Safety
/// Own thread, holding no lock.
pub unsafe fn rest() -> bool {
    // SAFETY: the caller's.
    unsafe {
        let m = current_m();
        let stopping = (*m).stop.load(Ordering::SeqCst) & stop::WORLD != 0 && !(*m).p.is_null();
        if stopping {
            wait_saved();
        }
        stopping
    }
}

/// Waits with every callee-saved register on the system stack, for the collector to see.
#[inline(never)]
unsafe fn wait_saved() {
    let mut saved = [0usize; 6];
    // SAFETY: writes the array only.
    unsafe {
        core::arch::asm!(
            "mov [{0}], rbx",
            "mov [{0} + 8], r12",
            "mov [{0} + 16], r13",
            "mov [{0} + 24], r14",
            "mov [{0} + 32], r15",
            "mov [{0} + 40], rbp",
            in(reg) &raw mut saved,
            options(nostack, preserves_flags),
        );
        wait(false);
    }
    core::hint::black_box(&saved);
}

/// Takes a processor from a thread that is in a system call; whether that was so.
///
/// # Safety
/// Nobody else takes processors in the same way at that time, or does so by the same exchange.
pub unsafe fn take_from_syscall(p: *mut P, to: PStatus) -> bool {
    // SAFETY: processors are never freed.
    unsafe {
        if (*p).status.load(Ordering::SeqCst) == PStatus::Syscall as u32
            && (*p)
                .status
                .compare_exchange(
                    PStatus::Syscall as u32,
                    to as u32,
                    Ordering::SeqCst,
                    Ordering::SeqCst,
                )
                .is_ok()
        {
            (*p).m.store(core::ptr::null_mut(), Ordering::SeqCst);
            return true;
        }
        false
    }
}

/// Undoes [`stop_the_world`].
///
/// # Safety
/// By the thread that stopped it.
pub unsafe fn start_the_world() {
    // SAFETY: the world is stopped: all processors are at rest.
    unsafe {
        if DEPTH.load(Ordering::SeqCst) > 0 {
            DEPTH.fetch_sub(1, Ordering::SeqCst);
            return;
        }
        let m = current_m();
        let own = (*m).p;
        let mut busy: *mut P = core::ptr::null_mut();
        SCHED.lock.lock();
        let state = SCHED.state.get();
        for p in SCHED.processors() {
            if p == own {
                continue;
            }
            if !(*p).m.load(Ordering::SeqCst).is_null() {
                (*p).status.store(PStatus::Running as u32, Ordering::SeqCst);
            } else if (*p).runq.is_empty() {
                hand::push_idle(state, p);
            } else {
                (*p).status.store(PStatus::Running as u32, Ordering::SeqCst);
                (*p).idle_link = busy;
                busy = p;
            }
        }
        SCHED.stopping.store(false, Ordering::SeqCst);
        let mut other = SCHED.all_ms.load(Ordering::SeqCst);
        while !other.is_null() {
            (*other).stop.fetch_and(!stop::WORLD, Ordering::SeqCst);
            other = (*other).all_link;
        }
        SCHED.lock.unlock();
        EPOCH.fetch_add(1, Ordering::SeqCst);
        OWNER.store(0, Ordering::SeqCst);
        sys::futex_wake(&EPOCH, u32::MAX >> 1);
        while !busy.is_null() {
            let next = (*busy).idle_link;
            (*busy).idle_link = core::ptr::null_mut();
            hand::start_m(busy, false);
            busy = next;
        }
        hand::wake_one();
    }
}

/// Whether this thread has stopped the world.
#[must_use]
pub fn stopped_by_me() -> bool {
    // SAFETY: own thread.
    unsafe { OWNER.load(Ordering::SeqCst) == (*current_m()).id + 1 }
}

/// For a dying program: stops the others as far as they stop within a moment, and never starts them again.
///
/// # Safety
/// Any thread of ours.
pub unsafe fn freeze() {
    // SAFETY: as in `stop_the_world`; nothing waits for ever.
    unsafe {
        let m = current_m();
        if OWNER.load(Ordering::SeqCst) == (*m).id + 1 {
            return;
        }
        OWNER.store((*m).id + 1, Ordering::SeqCst);
        WANTED.store(1 << 20, Ordering::SeqCst);
        SCHED.stopping.store(true, Ordering::SeqCst);
        for _ in 0..5 {
            let mut running = false;
            for p in SCHED.processors() {
                take_from_syscall(p, PStatus::Stopped);
                if p != (*m).p && (*p).status.load(Ordering::SeqCst) == PStatus::Running as u32 {
                    let other = (*p).m.load(Ordering::SeqCst);
                    if !other.is_null() && other != m {
                        running = true;
                        (*other).stop.fetch_or(stop::WORLD, Ordering::SeqCst);
                        signal_thread(other);
                    }
                }
            }
            if !running {
                break;
            }
            sys::usleep(1000);
        }
    }
}

/// Takes a processor that is about to go from the thread that rests with it. The thread looks for another one when the
/// world starts.
///
/// # Safety
/// The world is stopped, and the processor is not this thread's.
pub unsafe fn orphan(p: *mut P) {
    // SAFETY: the world is stopped.
    unsafe {
        let m = (*p).m.swap(core::ptr::null_mut(), Ordering::SeqCst);
        (*p).status.store(PStatus::Dead as u32, Ordering::SeqCst);
        if !m.is_null() {
            (*m).p = core::ptr::null_mut();
        }
    }
}
