//! Goroutines on threads.
//!
//! [`G`] is a goroutine, [`M`] a thread, [`P`] the right to run goroutine code (there are `GOMAXPROCS`). Runtime code
//! called from a goroutine runs on the thread's system stack with [`current_g`] still set, and ends by
//! returning or by [`park`]ing the goroutine.

mod cgroup;
mod dead;
mod frames;
mod g;
pub mod goroutine;
pub mod hand;
pub mod idle;
mod m;
#[cfg(all(test, loom))]
mod model_tests;
pub mod monitor;
mod p;
pub mod park;
pub mod procs;
pub mod roots;
mod runq;
pub mod schedule;
pub mod state;
pub mod syscall;
pub mod thread;
pub mod world;

pub use crate::arch::current_m;
pub use g::{G, GList, GO_WORDS, Resume, Status, word};
pub use goroutine::new_goroutine;
pub use idle::{end_poll, wake_poller};
pub use m::{M, stop};
pub use p::{P, PStatus};
pub use park::{park, park_commit, park_switch, ready, ready_list, yield_now, yield_point};
pub use roots::for_each_root;
pub use world::{start_the_world, stop_the_world};

/// Why a goroutine waits: index of the text that traces show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Reason(pub u32);

/// The reasons; numbers are an agreement with the Go half.
#[allow(missing_docs)]
impl Reason {
    pub const NONE: Reason = Reason(0);
    pub const GC_ASSIST_MARKING: Reason = Reason(1);
    pub const IO_WAIT: Reason = Reason(2);
    pub const DUMPING_HEAP: Reason = Reason(3);
    pub const GARBAGE_COLLECTION: Reason = Reason(4);
    pub const GARBAGE_COLLECTION_SCAN: Reason = Reason(5);
    pub const PANIC_WAIT: Reason = Reason(6);
    pub const GC_ASSIST_WAIT: Reason = Reason(7);
    pub const GC_SWEEP_WAIT: Reason = Reason(8);
    pub const GC_SCAVENGE_WAIT: Reason = Reason(9);
    pub const FINALIZER_WAIT: Reason = Reason(10);
    pub const FORCE_GC_IDLE: Reason = Reason(11);
    pub const UPDATE_GOMAXPROCS_IDLE: Reason = Reason(12);
    pub const SEMACQUIRE: Reason = Reason(13);
    pub const SLEEP: Reason = Reason(14);
    pub const CHAN_RECEIVE_NIL: Reason = Reason(15);
    pub const CHAN_SEND_NIL: Reason = Reason(16);
    pub const SELECT_NO_CASES: Reason = Reason(17);
    pub const SELECT: Reason = Reason(18);
    pub const CHAN_RECEIVE: Reason = Reason(19);
    pub const CHAN_SEND: Reason = Reason(20);
    pub const COND_WAIT: Reason = Reason(21);
    pub const MUTEX_LOCK: Reason = Reason(22);
    pub const RWMUTEX_RLOCK: Reason = Reason(23);
    pub const RWMUTEX_LOCK: Reason = Reason(24);
    pub const WAIT_GROUP_WAIT: Reason = Reason(25);
    pub const TRACE_READER_BLOCKED: Reason = Reason(26);
    pub const WAIT_FOR_GC_CYCLE: Reason = Reason(27);
    pub const GC_WORKER_IDLE: Reason = Reason(28);
    pub const GC_WORKER_ACTIVE: Reason = Reason(29);
    pub const PREEMPTED: Reason = Reason(30);
    pub const STOPPING_THE_WORLD: Reason = Reason(33);
    pub const COROUTINE: Reason = Reason(38);
    pub const SYNCTEST_RUN: Reason = Reason(40);
    pub const SYNCTEST_WAIT: Reason = Reason(41);
    pub const SYNCTEST_CHAN_RECEIVE: Reason = Reason(42);
    pub const SYNCTEST_CHAN_SEND: Reason = Reason(43);
    pub const SYNCTEST_SELECT: Reason = Reason(44);
    pub const SYNCTEST_WAIT_GROUP_WAIT: Reason = Reason(45);
    pub const CLEANUP_WAIT: Reason = Reason(46);
}

/// The goroutine that runs on this thread, or whose entry point runs; null if none.
#[inline]
#[must_use]
pub fn current_g() -> *mut G {
    // SAFETY: the thread's own structure.
    unsafe { (*current_m()).g }
}

/// Number of processors that are not idle.
#[inline]
#[must_use]
pub fn procs_running() -> u32 {
    use core::sync::atomic::Ordering::Relaxed;
    let state = &state::SCHED;
    state
        .procs
        .load(Relaxed)
        .saturating_sub(state.idle_procs.load(Relaxed))
}

/// The processor of this thread; null if it has none.
#[inline]
#[must_use]
pub fn current_p() -> *mut P {
    // SAFETY: the thread's own structure.
    unsafe { (*current_m()).p }
}

/// Makes a thread look at its stop flag even in goroutine code.
///
/// # Safety
/// A thread of ours.
pub unsafe fn signal_thread(m: *mut M) {
    // SAFETY: threads' structures are never freed; a number of a thread that is over names none of ours, or another one
    // of this process, for which the signal is harmless.
    let tid = unsafe { (*m).tid };
    if tid != 0 {
        crate::sys::tgkill(tid, crate::signal::SIGURG);
    }
}
