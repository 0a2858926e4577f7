//! Counts of what happened in the heap.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::classes::{CLASSES, SIZES};

/// Counts since the start. Those of caches are added when the caches are flushed.
#[derive(Debug)]
pub struct Stats {
    /// Small objects allocated, by class. Blocks of tiny objects count once.
    pub mallocs: [AtomicU64; CLASSES],
    /// Objects freed, by class; large ones under class 0.
    pub frees: [AtomicU64; CLASSES],
    /// Large objects allocated.
    pub large_mallocs: AtomicU64,
    /// Bytes in large objects allocated.
    pub large_bytes: AtomicU64,
    /// Bytes in large objects freed.
    pub large_freed_bytes: AtomicU64,
    /// Tiny objects that shared a block.
    pub tiny: AtomicU64,
}

/// Sums of [`Stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Objects allocated, tiny ones included.
    pub mallocs: u64,
    /// Objects freed; tiny ones count as freed at once.
    pub frees: u64,
    /// Bytes allocated.
    pub allocated: u64,
    /// Bytes freed.
    pub freed: u64,
}

impl Stats {
    /// Nothing happened.
    #[must_use]
    pub const fn new() -> Self {
        Stats {
            mallocs: [const { AtomicU64::new(0) }; CLASSES],
            frees: [const { AtomicU64::new(0) }; CLASSES],
            large_mallocs: AtomicU64::new(0),
            large_bytes: AtomicU64::new(0),
            large_freed_bytes: AtomicU64::new(0),
            tiny: AtomicU64::new(0),
        }
    }

    /// Objects of a class were freed.
    pub fn count_frees(&self, class: usize, count: usize, bytes: usize) {
        if count > 0 {
            self.frees[class].fetch_add(count as u64, Relaxed);
            if class == 0 {
                self.large_freed_bytes.fetch_add(bytes as u64, Relaxed);
            }
        }
    }

    /// The sums.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let tiny = self.tiny.load(Relaxed);
        let large_mallocs = self.large_mallocs.load(Relaxed);
        let mut totals = Totals {
            mallocs: tiny + large_mallocs,
            frees: tiny + self.frees[0].load(Relaxed),
            allocated: self.large_bytes.load(Relaxed),
            freed: self.large_freed_bytes.load(Relaxed),
        };
        for (class, &size) in SIZES.iter().enumerate().skip(1) {
            let (mallocs, frees) = (
                self.mallocs[class].load(Relaxed),
                self.frees[class].load(Relaxed),
            );
            totals.mallocs += mallocs;
            totals.frees += frees;
            totals.allocated += mallocs * u64::from(size);
            totals.freed += frees * u64::from(size);
        }
        totals
    }
}
