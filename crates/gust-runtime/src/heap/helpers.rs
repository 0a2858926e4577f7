//! Threads that help the collecting thread to mark. They have no processor, run no Go code, and sleep between collections.

use crate::sync::atomic::{
    AtomicU32, Ordering::AcqRel, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
};

use super::HEAP;
use super::control;
use super::mark::Worker;
use crate::sched::{state::SCHED, thread};
use crate::{signal, sys};

/// Live bytes below which waking helpers costs more than it saves.
const WORTH_IT: usize = 2 << 20;

/// Most helpers.
const MOST: u32 = 15;

/// Counts phases; helpers sleep until it changes.
static PHASE: AtomicU32 = AtomicU32::new(0);
static STARTED: AtomicU32 = AtomicU32::new(0);
/// A cycle has begun that nobody conducts yet.
static REQUEST: AtomicU32 = AtomicU32::new(0);

/// Marks what the worker has, with help if there is much.
///
/// # Safety
/// By the thread that stopped the world.
pub unsafe fn drain(worker: &mut Worker<'_>) {
    let processors = SCHED.procs.load(Relaxed);
    if processors < 2 || HEAP.pace.live.load(Relaxed) < WORTH_IT {
        worker.drain();
        return;
    }
    // SAFETY: the caller's.
    unsafe { start((processors - 1).min(MOST)) };
    worker.drain_together(|| {
        PHASE.fetch_add(1, Release);
        sys::futex_wake(&PHASE, processors - 1);
    });
}

/// Has a helper conduct the cycle that has begun.
///
/// # Safety
/// By a thread that runs runtime code.
pub unsafe fn request() {
    // SAFETY: the caller's.
    unsafe { start(super::cycle::helpers_wanted().min(MOST)) };
    REQUEST.store(1, Release);
    wake(1);
}

/// Wakes helpers.
pub fn wake(count: u32) {
    PHASE.fetch_add(1, Release);
    if count > 0 {
        sys::futex_wake(&PHASE, count);
    }
}

unsafe fn start(count: u32) {
    while STARTED.load(Relaxed) < count {
        STARTED.fetch_add(1, Relaxed);
        // SAFETY: a new thread structure, linked under the lock.
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
}

unsafe extern "C" fn run() -> ! {
    // SAFETY: own thread.
    unsafe { signal::init_thread(crate::sched::current_m()) };
    loop {
        let seen = PHASE.load(Acquire);
        if REQUEST.swap(0, AcqRel) != 0 {
            // SAFETY: a helper.
            unsafe { super::cycle::conduct() };
        } else {
            let begin = control::thread_time();
            Worker::new(&HEAP, true).join();
            super::cycle::TIMES
                .helpers
                .fetch_add(control::thread_time() - begin, Relaxed);
        }
        sys::futex_wait(&PHASE, seen, -1);
    }
}
