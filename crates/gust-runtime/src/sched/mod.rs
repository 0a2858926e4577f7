//! Goroutines on threads.
//!
//! [`G`] is a goroutine, [`M`] a thread, [`P`] the right to run goroutine code (there are `GOMAXPROCS`). Runtime code
//! called from a goroutine runs on the thread's system stack with [`current_g`] still set, and ends by
//! returning or by [`park`]ing the goroutine.

mod g;
mod m;
mod p;
mod runq;

pub use crate::arch::current_m;
pub use g::{G, GList, GO_WORDS, Resume, Status, word};
pub use m::{M, stop};
pub use p::{P, PStatus};

use crate::sync::Lock;

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

/// The processor of this thread; null if it has none.
#[inline]
#[must_use]
pub fn current_p() -> *mut P {
    // SAFETY: the thread's own structure.
    unsafe { (*current_m()).p }
}

/// Lets the current goroutine wait until [`ready`]; its entry point then returns [`G::ret0`] and [`G::ret1`].
/// Releases `unlock` once the goroutine can be readied: whoever readies it takes that lock before.
/// No destructor of the callers runs.
///
/// # Safety
/// Called by the runtime function of an entry point, which holds no lock but `unlock`.
pub unsafe fn park(_reason: Reason, _unlock: Option<&Lock>) -> ! {
    crate::fatal::throw("park")
}

/// As [`park`], but calls `commit` with the goroutine and `arg` once it can be readied; if that gives false the
/// goroutine goes on at once.
///
/// # Safety
/// As [`park`]. `commit` runs on the system stack without a current goroutine.
pub unsafe fn park_commit(
    _reason: Reason,
    _commit: unsafe fn(*mut G, usize) -> bool,
    _arg: usize,
) -> ! {
    crate::fatal::throw("park")
}

/// As [`park`], and runs the waiting goroutine `to` on this thread at once.
///
/// # Safety
/// As [`park`]; `to` waits and is nobody else's to ready.
pub unsafe fn park_switch(_reason: Reason, _unlock: Option<&Lock>, _to: *mut G) -> ! {
    crate::fatal::throw("park")
}

/// Lets the current goroutine run again later, after others.
///
/// # Safety
/// As [`park`].
pub unsafe fn yield_now() -> ! {
    crate::fatal::throw("yield")
}

/// Makes a waiting goroutine runnable: the next one of this processor.
///
/// # Safety
/// It waits, and the caller alone readies it.
pub unsafe fn ready(_g: *mut G) {
    crate::fatal::throw("ready")
}

/// Makes waiting goroutines runnable.
///
/// # Safety
/// As [`ready`].
pub unsafe fn ready_list(_list: &mut GList) {
    crate::fatal::throw("ready")
}

/// A new goroutine that calls a function value without arguments and results, waiting: the caller readies it.
/// `system` goroutines are not shown in traces and don't count.
///
/// # Safety
/// `closure` is a function value. The thread has a processor.
pub unsafe fn new_goroutine(_closure: usize, _creator_pc: usize, _system: bool) -> *mut G {
    crate::fatal::throw("new goroutine")
}

/// Stops all other threads that run goroutine or runtime code: they come to rest in goroutine code or in system
/// calls, or in `stop_the_world` itself. The caller goes on, and must not park until [`start_the_world`].
///
/// # Safety
/// Called by runtime code on a thread with a processor; it holds no lock.
pub unsafe fn stop_the_world() {
    crate::fatal::throw("stop")
}

/// Undoes [`stop_the_world`].
///
/// # Safety
/// By the thread that stopped it.
pub unsafe fn start_the_world() {
    crate::fatal::throw("start")
}

/// Gives every range of words (begin, end) that may hold pointers and is not heap: data, stacks, saved registers, words
/// of the goroutines. Every 8-byte word at a multiple of 8 counts.
///
/// # Safety
/// The world is stopped.
pub unsafe fn for_each_root(_visit: &mut dyn FnMut(*const usize, *const usize)) {
    crate::fatal::throw("roots")
}

/// What a trampoline does when it finds the thread's stop flag set at its end; results are saved in the goroutine.
///
/// # Safety
/// Called by the trampolines.
pub unsafe extern "C" fn yield_point() {}
