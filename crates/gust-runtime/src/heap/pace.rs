//! When to collect.
//!
//! A collection is due when the heap has grown to its goal: live bytes plus GOGC percent of live bytes, stacks and
//! globals, and never beyond what the memory limit leaves.

use core::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicUsize, Ordering::Relaxed};

/// Smallest goal at GOGC=100.
const LEAST: usize = 4 << 20;
/// Smallest distance from what is live to the goal: memory counts as soon as a processor takes a span for its cache, and small
/// heaps with a small GOGC must not be collected at each of these occasions.
const LEAST_GROWTH: usize = 128 << 10;

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
    /// The program runs while the heap is marked: that must begin before the goal.
    pub early: AtomicBool,
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
        let trigger = if goal != usize::MAX && self.early.load(Relaxed) {
            goal - room / 5 * 2
        } else {
            goal
        };
        self.trigger.store(trigger, Relaxed);
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
        pace.limit.store(50 << 20, Relaxed);
        pace.set_goal(0);
        assert_eq!(
            pace.goal.load(Relaxed),
            (100 << 20) + (10 << 20) + (1 << 20)
        );
    }
}
