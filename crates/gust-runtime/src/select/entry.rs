//! What the Go half calls.

use core::slice;

use super::{Case, Outcome, Select, finish};
use crate::{
    chan::{self, Pair},
    sched::{self, G, Reason},
};

/// `func selectstart(cases *scase, scratch *uint16, nsends, nrecvs int, block bool) (int, int)`: the case, -1 for the default,
/// and flags. After a wait the case has [`chan::WOKEN`] set, the second result says whether the channel was open, and the
/// Go half calls `selectfinish`.
unsafe extern "C" fn selectstart(
    cases: *const Case,
    scratch: *mut u16,
    sends: usize,
    recvs: usize,
    block: usize,
) -> Pair {
    // SAFETY: compiled code gives that many cases, and scratch of twice as many numbers.
    unsafe {
        let cases: &[Case] = if sends + recvs == 0 {
            &[]
        } else {
            slice::from_raw_parts(cases, sends + recvs)
        };
        let m = sched::current_m();
        let select = Select::new(cases, sends, scratch, |n| (*(*m).p).chan.random_below(n));
        let g = sched::current_g();
        let waiting = chan::truth(block).then(|| (g, &(*(*m).p).chan.waiters));
        match select.run(waiting) {
            Outcome::Done(index, flags) => Pair(index, flags),
            Outcome::Default => Pair(usize::MAX, 0),
            Outcome::Wait => {
                let reason = if select.all_in_bubble() {
                    Reason::SYNCTEST_SELECT
                } else {
                    Reason::SELECT
                };
                sched::park_commit(reason, unlock_all, &raw const select as usize)
            }
        }
    }
}

/// Unlocks the channels once the goroutine can be woken.
unsafe fn unlock_all(_: *mut G, select: usize) -> bool {
    // SAFETY: the select is on this thread's system stack, which is not left before this is done.
    unsafe { (*(select as *const Select<'_>)).unlock() };
    true
}

/// `func selectfinish()`: to be called after a wait.
unsafe extern "C" fn selectfinish() {
    // SAFETY: the Go half calls it in the goroutine that was woken.
    unsafe { finish(sched::current_g(), &(*(*sched::current_m()).p).chan.waiters) };
}

/// `func block()`
unsafe extern "C" fn block() {
    // SAFETY: called by a goroutine.
    unsafe { sched::park(Reason::SELECT_NO_CASES, None) };
}

entry!("runtime.selectstart", selectstart);
entry!("runtime.selectfinish", selectfinish);
entry!("runtime.block", block);
