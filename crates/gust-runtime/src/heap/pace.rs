//! When to collect.
//!
//! A collection is due when the heap has grown to its goal: live bytes plus GOGC percent of live bytes, stacks and
//! globals, and never beyond what the memory limit leaves.
//!
//! Marking while the program runs begins earlier, by what the program is expected to allocate meanwhile, and the more of the
//! room up to the goal is used up, the more must have been marked: who allocates when less has been marked helps.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicUsize, Ordering::Relaxed};

/// Smallest goal at GOGC=100.
const LEAST: usize = 4 << 20;
/// Smallest distance from what is live to the goal: memory counts as soon as a processor takes a span for its cache, and small
/// heaps with a small GOGC must not be collected at each of these occasions.
const LEAST_GROWTH: usize = 128 << 10;

/// What marking takes before anything was measured: nanoseconds for 1024 bytes.
const COST: usize = 700;
/// Nanoseconds that the world may be stopped for all of marking.
const BRIEF: usize = 500_000;

/// Settings and state of the pacing.
#[derive(Debug)]
pub struct Pace {
    /// GOGC; negative is off.
    pub percent: AtomicI32,
    /// GOMEMLIMIT in bytes.
    pub limit: AtomicI64,
    /// Bytes in use by objects, and by slots that caches took.
    pub live: AtomicUsize,
    /// Collect when `live` gets here.
    pub goal: AtomicUsize,
    /// Begin to collect when `live` gets here.
    pub trigger: AtomicUsize,
    /// Large heaps are marked while the program runs: that must begin before the goal.
    pub early: AtomicBool,
    /// Bytes expected to be allocated while the heap is marked.
    pub runway: AtomicUsize,
    /// Processor time that marking takes: nanoseconds for 1024 bytes.
    pub cost: AtomicUsize,
    /// Bytes marked by the last collection.
    pub marked: AtomicUsize,
    /// Bytes of stacks and globals scanned by the last collection.
    pub roots: AtomicUsize,
}

impl Pace {
    /// Before the first collection.
    #[must_use]
    pub const fn new() -> Self {
        Pace {
            percent: AtomicI32::new(100),
            limit: AtomicI64::new(i64::MAX),
            live: AtomicUsize::new(0),
            goal: AtomicUsize::new(LEAST),
            trigger: AtomicUsize::new(LEAST),
            early: AtomicBool::new(false),
            runway: AtomicUsize::new(0),
            cost: AtomicUsize::new(COST),
            marked: AtomicUsize::new(0),
            roots: AtomicUsize::new(0),
        }
    }

    /// Sets the goal. `other` is the memory that counts for the limit and is no object: structures of the runtime, stacks,
    /// free parts of spans.
    pub fn set_goal(&self, other: usize) {
        let marked = self.marked.load(Relaxed);
        let percent = self.percent.load(Relaxed);
        let mut goal = usize::MAX;
        if let Ok(percent) = usize::try_from(percent) {
            let growth = (marked + self.roots.load(Relaxed)) as u128 * percent as u128 / 100;
            let growth = growth.max(LEAST_GROWTH as u128);
            goal = usize::try_from(marked as u128 + growth).unwrap_or(usize::MAX);
            goal = goal.max((LEAST as u128 * percent as u128 / 100) as usize);
        }
        let limit = self.limit.load(Relaxed);
        if limit < i64::MAX {
            // Some room, as pages are not filled evenly.
            let room = (limit as usize / 33).max(1 << 20);
            let under = (limit as usize).saturating_sub(other + room);
            // A heap that does not fit must not be collected all the time: it may grow by a tenth.
            goal = goal.min(under.max(marked + marked / 10 + (1 << 20)));
        }
        self.goal.store(goal, Relaxed);
        let room = goal.saturating_sub(marked);
        let trigger = if goal != usize::MAX && self.early.load(Relaxed) && !self.is_brief(marked) {
            goal - self.runway.load(Relaxed).clamp(room / 20, room / 10 * 3)
        } else {
            goal
        };
        self.trigger.store(trigger, Relaxed);
    }

    /// Whether so many bytes are marked in so short a time that the world had better be stopped meanwhile.
    #[must_use]
    pub fn is_brief(&self, bytes: usize) -> bool {
        (bytes >> 10).saturating_mul(self.cost.load(Relaxed)) <= BRIEF
    }

    /// Takes note of what marking took: bytes, and nanoseconds of processor time.
    pub fn measure(&self, bytes: usize, time: usize) {
        if bytes >= 64 << 10 {
            let new = (time / (bytes >> 10)).clamp(50, 20_000);
            self.cost
                .store((self.cost.load(Relaxed) + new) / 2, Relaxed);
        }
    }

    /// Takes note of what was allocated while so many bytes were marked.
    pub fn measure_runway(&self, allocated: usize, bytes: usize, next: usize) {
        let runway = allocated as u128 * next as u128 / bytes.max(1) as u128;
        let runway = usize::try_from(runway + runway / 8).unwrap_or(usize::MAX);
        // One calm cycle says little.
        let old = self.runway.load(Relaxed);
        self.runway.store(runway.max(old / 4 * 3), Relaxed);
    }

    /// How many bytes must have been marked once `used` bytes were allocated since marking began with `begin` bytes in use.
    #[must_use]
    pub fn due(&self, begin: usize, used: usize) -> usize {
        let goal = self.goal.load(Relaxed);
        if goal == usize::MAX {
            return 0;
        }
        let room = goal.saturating_sub(begin).max(64 << 10);
        // As much as the last time, it is hoped; but at the most all that there is, within a tenth beyond the goal.
        let hoped = self.marked.load(Relaxed).min(begin);
        let part = |all: usize, used: usize, room: usize| {
            (all as u128 * used.min(room) as u128 / room.max(1) as u128) as usize
        };
        let due = part(hoped, used, room);
        if used <= room {
            return due;
        }
        due + part(begin - hoped, used - room, goal / 10 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goals() {
        let pace = Pace::new();
        pace.set_goal(0);
        assert_eq!(pace.goal.load(Relaxed), 4 << 20);
        pace.marked.store(100 << 20, Relaxed);
        pace.roots.store(1 << 20, Relaxed);
        pace.set_goal(0);
        assert_eq!(pace.goal.load(Relaxed), 201 << 20);
        pace.percent.store(50, Relaxed);
        pace.set_goal(0);
        assert_eq!(pace.goal.load(Relaxed), (100 << 20) + (101 << 19));
        pace.limit.store(133 << 20, Relaxed);
        pace.set_goal(3 << 20);
        assert!((120 << 20..130 << 20).contains(&pace.goal.load(Relaxed)));
        pace.percent.store(-1, Relaxed);
        pace.limit.store(i64::MAX, Relaxed);
        pace.set_goal(0);
        assert_eq!(pace.goal.load(Relaxed), usize::MAX);
        pace.percent.store(-1, Relaxed);
        pace.limit.store(50 << 20, Relaxed);
        pace.set_goal(0);
        assert_eq!(
            pace.goal.load(Relaxed),
            (100 << 20) + (10 << 20) + (1 << 20)
        );
    }
    #[test]
    fn triggers() {
        let mb = |n: usize| n << 20;
        let pace = Pace::new();
        pace.early.store(true, Relaxed);
        // A small heap is marked in a pause, at the goal.
        pace.marked.store(100 << 10, Relaxed);
        pace.set_goal(0);
        assert_eq!(pace.trigger.load(Relaxed), pace.goal.load(Relaxed));
        pace.marked.store(mb(100), Relaxed);
        pace.set_goal(0);
        assert_eq!(pace.trigger.load(Relaxed), mb(195));
        pace.measure_runway(mb(16), mb(100), mb(100));
        pace.set_goal(0);
        assert_eq!(pace.trigger.load(Relaxed), mb(182));
        pace.measure_runway(mb(80), mb(100), mb(100));
        pace.set_goal(0);
        assert_eq!(pace.trigger.load(Relaxed), mb(170));
    }

    #[test]
    fn more_is_due_the_more_is_allocated() {
        let mb = |n: usize| n << 20;
        let pace = Pace::new();
        pace.marked.store(mb(100), Relaxed);
        pace.goal.store(mb(200), Relaxed);
        assert_eq!(pace.due(mb(180), 0), 0);
        assert_eq!(pace.due(mb(180), mb(10)), mb(50));
        assert_eq!(pace.due(mb(180), mb(20)), mb(100));
        assert!(pace.due(mb(180), mb(30)) > mb(139));
        assert_eq!(pace.due(mb(180), mb(50)), mb(180));
        pace.goal.store(usize::MAX, Relaxed);
        assert_eq!(pace.due(mb(180), mb(20)), 0);
    }

    #[test]
    fn costs_are_smoothed() {
        let pace = Pace::new();
        assert!(pace.is_brief(512 << 10) && !pace.is_brief(1 << 20));
        for _ in 0..20 {
            pace.measure(1 << 20, 1 << 17);
        }
        assert!(pace.is_brief(3 << 20) && !pace.is_brief(5 << 20));
        pace.measure(100, usize::MAX);
        assert!(pace.is_brief(3 << 20));
    }
}
