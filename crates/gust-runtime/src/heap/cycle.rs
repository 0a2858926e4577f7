//! Cycles that mark while the program runs.
//!
//! Whoever allocates when a cycle is due stops the world for as long as the roots take, hands them to the helpers' pool and
//! goes on. A helper conducts: once the pool is empty it stops the world again, marks the little that is left and ends the cycle, or
//! goes on for another round if it is not little. Who allocates while marking is late for the goal helps, and waits if it is far
//! too late: helpers are threads like others, and the system may have them wait for a processor.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::barrier::MARKING;
use super::control::{self, Cycle};
use super::locked::Locked;
use super::mark::Worker;
use super::{HEAP, helpers};
use crate::sched;

/// Objects that may be left to be scanned in the last stop: some ten microseconds of work.
const LAST: usize = 1000;

/// Most bytes that an allocation marks at a time.
const MOST: usize = 256 << 10;

/// Most bytes for each byte allocated.
const STEEPEST: usize = 16;

/// How many bytes marking may be late before allocations wait for it.
const PATIENCE: usize = 1 << 20;

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
    // SAFETY: the caller's.
    unsafe { help_while(|| true) };
}

/// Helps for as long as a cycle is under way and a condition holds.
unsafe fn help_while(condition: impl Fn() -> bool) {
    HEAP.pool.hungry.fetch_add(1, Relaxed);
    while HEAP.marking.load(Relaxed) && condition() {
        let marked = help(MOST);
        // SAFETY: no lock is held.
        if !unsafe { sched::world::rest() } && marked == 0 {
            crate::sys::usleep(20);
        }
    }
    HEAP.pool.hungry.fetch_sub(1, Relaxed);
}

/// Marks about so many bytes out of the pool; how many it did.
fn help(bytes: usize) -> usize {
    let begin = control::thread_time();
    let mut worker = Worker::new(&HEAP, true);
    worker.assist(bytes);
    let marked = worker.bytes;
    worker.release();
    TIMES
        .assists
        .fetch_add(control::thread_time() - begin, Relaxed);
    marked
}

/// Processor time spent on the cycle under way, in nanoseconds.
pub struct Times {
    /// By goroutines that allocate.
    pub assists: AtomicU64,
    /// By helpers.
    pub helpers: AtomicU64,
}

/// Of the cycle under way.
pub static TIMES: Times = Times {
    assists: AtomicU64::new(0),
    helpers: AtomicU64::new(0),
};

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
        TIMES.assists.store(0, Relaxed);
        TIMES.helpers.store(0, Relaxed);
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

/// How many bytes marking is late: the more is allocated the more is due.
fn late() -> usize {
    let begin = HEAP.live_at_begin.load(Relaxed);
    let used = HEAP.pace.live.load(Relaxed).saturating_sub(begin);
    let due = HEAP.pace.due(begin, used);
    due.saturating_sub(HEAP.pool.bytes.load(Relaxed))
}

/// Marks if that is late.
unsafe fn assist() {
    // SAFETY: the caller's.
    unsafe {
        let debt = core::mem::take(&mut (*control::cache()).debt);
        let late_by = late();
        if late_by == 0 {
            return;
        }
        help(late_by.min(debt * STEEPEST).min(MOST));
        if late_by > PATIENCE {
            help_while(|| late() > PATIENCE);
        }
    }
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
        let begin = control::thread_time();
        let mut worker = Worker::new(&HEAP, true);
        loop {
            worker.drain_together(|| helpers::wake(helpers_wanted() - 1));
            let again = control::now();
            sched::stop_the_world();
            let end = HEAP.pace.live.load(Relaxed);
            let Some(outcome) = HEAP.end(&mut worker, LAST) else {
                CURRENT.with(|c| c.pauses += control::now() - again);
                sched::start_the_world();
                continue;
            };
            MARKING.store(0, Relaxed);
            TIMES
                .helpers
                .fetch_add(control::thread_time() - begin, Relaxed);
            let cycle = CURRENT.with(|c| Cycle { again, end, ..*c });
            let allocated = end.saturating_sub(HEAP.live_at_begin.load(Relaxed));
            let marked = outcome.marked.saturating_sub(allocated);
            let time = TIMES.assists.load(Relaxed) + TIMES.helpers.load(Relaxed);
            HEAP.pace.measure(marked, time as usize);
            HEAP.pace.measure_runway(allocated, marked, outcome.marked);
            control::ended(&cycle, &outcome);
            sched::start_the_world();
            drop(worker);
            control::after(&outcome);
            return;
        }
    }
}
