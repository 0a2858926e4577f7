//! Goroutines that wait, and those that make them run again.

use core::ptr;
use core::sync::atomic::Ordering;

use super::{
    G, GList, Reason, Status, current_m,
    hand::{put_global, put_local, wake_one},
    idle::inject,
    schedule::{execute, schedule},
    stop, word, world,
};
use crate::{sync::Lock, synctest};

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
        (*g).go[word::WAIT_OBJECT] = 0;
        (*g).go[word::WAIT_CHANNEL] = 0;
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
