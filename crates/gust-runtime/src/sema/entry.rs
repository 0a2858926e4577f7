//! What the Go half calls.

use crate::sync::atomic::AtomicU32;

use super::{
    HANDED_OVER, acquire,
    notify::{self, NotifyList},
    release,
};
use crate::{
    chan::truth,
    sched::{self, Reason, word},
};

/// `func semsleep(s *uint32, lifo bool, reason int) int`: [`HANDED_OVER`], or [`super::TRY_AGAIN`].
unsafe extern "C" fn semsleep(semaphore: *const AtomicU32, lifo: usize, reason: usize) -> usize {
    // SAFETY: compiled code gives the address of a word.
    unsafe {
        let g = sched::current_g();
        match acquire(&*semaphore, g, truth(lifo)) {
            None => HANDED_OVER,
            Some(lock) => {
                // Nobody else's semaphore may come to lie there while somebody waits.
                (*g).go[word::WAIT_OBJECT] = semaphore as usize;
                sched::park(Reason(reason as u32), Some(lock))
            }
        }
    }
}

/// `func semwake(s *uint32, handoff bool) bool`: whether the caller should let others run.
unsafe extern "C" fn semwake(semaphore: *const AtomicU32, handoff: usize) -> bool {
    // SAFETY: compiled code gives the address of a word.
    unsafe { release(&*semaphore, truth(handoff)) }
}

/// `func notifywait(l unsafe.Pointer, ticket uint32)`
unsafe extern "C" fn notifywait(list: *mut NotifyList, ticket: u32) {
    // SAFETY: compiled code gives the address of a list.
    unsafe {
        let g = sched::current_g();
        if notify::wait(list, ticket, g) {
            (*g).go[word::WAIT_OBJECT] = list as usize;
            sched::park(Reason::COND_WAIT, Some(&(*list).lock));
        }
    }
}

/// `func notifyall(l unsafe.Pointer)`
unsafe extern "C" fn notifyall(list: *mut NotifyList) {
    // SAFETY: compiled code gives the address of a list.
    unsafe { notify::notify_all(list) };
}

/// `func notifyone(l unsafe.Pointer)`
unsafe extern "C" fn notifyone(list: *mut NotifyList) {
    // SAFETY: compiled code gives the address of a list.
    unsafe { notify::notify_one(list) };
}

entry!("runtime.semsleep", semsleep);
entry!("runtime.semwake", semwake);
entry!("runtime.notifywait", notifywait);
entry!("runtime.notifyall", notifyall);
entry!("runtime.notifyone", notifyone);

/// `func canspin(i int) bool`: whether a mutex may be waited for by spinning, at the attempt of that number: another processor
/// may release it soon, and nothing else is to do here.
unsafe extern "C" fn canspin(i: usize) -> bool {
    const ATTEMPTS: usize = 4;
    // SAFETY: own processor.
    i < ATTEMPTS && sched::procs_running() > 1 && unsafe { (*sched::current_p()).runq.is_empty() }
}

/// `func procyield(n uint32)`
unsafe extern "C" fn procyield(n: u32) {
    crate::arch::pause(n);
}

entry!("runtime.canspin", canspin);
entry!("runtime.procyield", procyield);
