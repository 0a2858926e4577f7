//! What the Go half calls.

use core::slice;

use super::{Case, FOREIGN, Outcome, Select, finish};
use crate::{
    chan::{self, Pair},
    sched::{self, G, Reason},
    synctest,
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
        let bubble = synctest::of(g);
        if select.is_foreign(if bubble.is_null() { 0 } else { (*bubble).id }) {
            return Pair(0, FOREIGN);
        }
        let waiting = chan::truth(block).then(|| (g, &(*(*m).p).chan.waiters));
        match select.run(waiting) {
            Outcome::Done(index, flags) => Pair(index, flags),
            Outcome::Default => Pair(usize::MAX, 0),
            Outcome::Wait => {
                let commit = &raw const select as usize;
                if !bubble.is_null() && select.all_in_bubble() {
                    sched::park_commit(Reason::SYNCTEST_SELECT, unlock_all_in_bubble, commit)
                }
                sched::park_commit(Reason::SELECT, unlock_all, commit)
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

/// The same for a wait that only the goroutine's bubble can end.
unsafe fn unlock_all_in_bubble(g: *mut G, select: usize) -> bool {
    // SAFETY: as above; the goroutine is in a bubble.
    unsafe {
        let bubble = synctest::of(g);
        unlock_all(g, select);
        synctest::parked(bubble, Reason::SYNCTEST_SELECT);
    }
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
