//! Cycles that mark while the program runs.
//!
//! Whoever allocates when a cycle is due stops the world for as long as the roots take, hands them to the helpers' pool and
//! goes on. A helper conducts: once the pool is empty it stops the world again, marks the little that is left and ends the cycle, or
//! goes on for another round if it is not little. Who allocates while marking is late for the goal helps.

use core::sync::atomic::Ordering::Relaxed;

use super::barrier::MARKING;
use super::control::{self, Cycle};
use super::locked::Locked;
use super::mark::Worker;
use super::{HEAP, helpers};
use crate::sched;

/// Objects that may be left to be scanned in the last stop: some ten microseconds of work.
const LAST: usize = 1000;

/// Most bytes that an allocation has to mark.
const MOST: usize = 256 << 10;

/// Most bytes for each byte allocated.
const STEEPEST: usize = 8;

/// The cycle under way.
static CURRENT: Locked<Cycle> = Locked::new(Cycle::NONE);

/// When a collection is due: begins a cycle, or helps with the one under way.
///
/// # Safety
/// As for [`control::collect`].
pub unsafe fn step() {
    // SAFETY: the caller's.
    unsafe {
        if HEAP.marking.load(Relaxed) {
            assist();
        } else {
            begin(false);
        }
    }
}

/// A whole cycle, begun after this call; other goroutines run meanwhile.
///
/// # Safety
/// As for [`control::collect`].
pub unsafe fn whole() {
    // SAFETY: the caller's.
    unsafe {
        loop {
            wait();
            if begin(true) {
                break;
            }
        }
        wait();
    }
}

/// Helps until no cycle is under way.
unsafe fn wait() {
    while HEAP.marking.load(Relaxed) {
        let mut worker = Worker::new(&HEAP, true);
        worker.assist(MOST);
        worker.release();
        drop(worker);
        // SAFETY: no lock is held.
        if !unsafe { sched::world::rest() } {
            crate::sys::osyield();
        }
    }
}

/// Begins a cycle, unless one has begun or (if not forced) none is due any more. Whether it did.
unsafe fn begin(forced: bool) -> bool {
    // SAFETY: the caller's.
    unsafe {
        HEAP.finish_sweeping();
        let begin = control::now();
        sched::stop_the_world();
        let before = HEAP.pace.live.load(Relaxed);
        let due =
            forced || HEAP.stress.load(Relaxed) != 0 || before >= HEAP.pace.trigger.load(Relaxed);
        if HEAP.marking.load(Relaxed) || !due {
            sched::start_the_world();
            return false;
        }
        let stopped = control::now();
        control::clean_pools();
        let mut roots = 0;
        HEAP.begin(|worker| roots = control::scan_roots(worker));
        CURRENT.with(|c| {
            *c = Cycle {
                begin,
                stopped,
                running: control::now(),
                before,
                roots,
                forced,
                goal: HEAP.pace.goal.load(Relaxed),
                ..Cycle::NONE
            };
        });
        MARKING.store(1, Relaxed);
        sched::start_the_world();
        helpers::request();
        // A helper has no processor, which the first call of this needs.
        control::wake();
        true
    }
}

/// Marks if that is late: as much of it shall be done as of the allocations up to the goal.
unsafe fn assist() {
    // SAFETY: the caller's.
    let debt = unsafe { core::mem::take(&mut (*control::cache()).debt) };
    let since = HEAP.live_at_begin.load(Relaxed);
    let used = HEAP.pace.live.load(Relaxed).saturating_sub(since);
    let room = HEAP
        .pace
        .goal
        .load(Relaxed)
        .saturating_sub(since)
        .max(1 << 20);
    let all = HEAP.pace.marked.load(Relaxed);
    let done = HEAP.pool.bytes.load(Relaxed);
    let expected = (all as u128 * used as u128 / room as u128) as usize;
    if done >= expected.min(all) && used < room {
        return;
    }
    let ratio = (all / room + 1).min(STEEPEST);
    let mut worker = Worker::new(&HEAP, true);
    worker.assist((debt * ratio).min(MOST));
    worker.release();
}

/// Number of helpers for a cycle: a quarter of the processors, and those that have nothing to do.
pub fn helpers_wanted() -> u32 {
    let state = &sched::state::SCHED;
    let idle = state.idle_procs.load(Relaxed);
    (state.procs.load(Relaxed).div_ceil(4)).max(idle / 2).max(1)
}

/// Conducts the cycle that has begun.
///
/// # Safety
/// By a helper.
pub unsafe fn conduct() {
    // SAFETY: own thread; the world is stopped where that is asked for.
    unsafe {
        let mut worker = Worker::new(&HEAP, true);
        loop {
            worker.drain_together(|| helpers::wake(helpers_wanted() - 1));
            let again = control::now();
            sched::stop_the_world();
            let Some(outcome) = HEAP.end(&mut worker, LAST) else {
                CURRENT.with(|c| c.pauses += control::now() - again);
                sched::start_the_world();
                continue;
            };
            MARKING.store(0, Relaxed);
            let cycle = CURRENT.with(|c| Cycle { again, ..*c });
            control::ended(&cycle, &outcome);
            sched::start_the_world();
            drop(worker);
            control::after(&outcome);
            return;
        }
    }
}
