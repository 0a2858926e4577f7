//! Memory: allocator and collector.
//!
//! Address space is reserved once ([`space`]); in it, runs of pages ([`pages`]) are spans ([`span`]): cut into slots of one size
//! class and pointer layout ([`classes`], [`layout`]), or one large object each. A processor allocates from its cache
//! ([`cache`]), which takes runs of free slots from spans, which come from the lists in [`central`].
//!
//! Marking ([`mark`]) is precise in the heap and conservative in the roots; marks lie apart from objects. Sweeping turns
//! the marks of a span into its allocation bits when somebody needs slots, or in the background. [`collect`] is
//! one cycle, [`control`] what decides about cycles, and [`hooks`] what Go code calls.
//!
//! # Invariants
//!
//! - A slot's allocation bit is set from when a cache takes it until a sweep frees it. At the time of marking caches hold
//!   nothing, so that the bits are exact and every other word that looks like a pointer can be ignored.
//! - An object with pointers is zero up to the end of its slot when it is handed out.
//! - Objects never move.

use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::Relaxed};

mod alloc;
mod barrier;
mod bits;
mod cache;
mod central;
mod classes;
mod collect;
mod control;
mod cycle;
mod fast;
mod helpers;
mod hooks;
mod layout;
mod locked;
mod mark;
mod memprofile;
mod numbers;
mod os;
mod pace;
mod pages;
mod persistent;
mod space;
mod span;
mod special;
mod stats;
#[cfg(test)]
mod testing;

pub use barrier::overwrite;
pub use classes::round_up_size;
pub use control::{init, tick, wake};
pub use hooks::mallocgc;
pub use persistent::{FixedAlloc, persistent_alloc};

use cache::{CELLS, Cache};
use central::Central;
use locked::Locked;
use special::{SpecialTable, Specials};

/// State of a goroutine: nothing yet.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerG {
    words: [usize; 2],
}

/// State of a thread: nothing yet.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerM {
    words: [usize; 4],
}

/// State of a processor. Assembly knows that the cache comes first.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerP {
    /// The allocation cache; null until the first allocation.
    cache: AtomicPtr<Cache>,
    words: [usize; 7],
}

/// A heap. Programs have one; tests have their own.
#[derive(Debug)]
pub struct Heap {
    space: space::Space,
    /// By cell; large objects are in the first.
    centrals: [Locked<Central>; CELLS],
    caches: Locked<*mut Cache>,
    stats: stats::Stats,
    pace: pace::Pace,
    pool: mark::Pool,
    specials: SpecialTable,
    profile: memprofile::MemProfile,
    /// Spans not swept yet.
    unswept: AtomicUsize,
    /// Which list background sweeping looks at.
    sweep_at: AtomicUsize,
    /// Marking is under way while the program runs: new objects are marked.
    marking: AtomicBool,
    /// Bytes in use when marking began.
    live_at_begin: AtomicUsize,
    /// Check after marking that all is marked.
    verify: AtomicBool,
    /// Not 0: collect after so many allocations, and look for errors.
    stress: AtomicUsize,
}

impl Heap {
    /// A heap without memory.
    #[must_use]
    pub const fn new() -> Self {
        Heap {
            space: space::Space::new(),
            centrals: [const { Locked::new(Central::new()) }; CELLS],
            caches: Locked::new(core::ptr::null_mut()),
            stats: stats::Stats::new(),
            pace: pace::Pace::new(),
            pool: mark::Pool::new(),
            specials: SpecialTable::new(Specials::new()),
            profile: memprofile::MemProfile::new(memprofile::Profile::new()),
            unswept: AtomicUsize::new(0),
            sweep_at: AtomicUsize::new(0),
            marking: AtomicBool::new(false),
            live_at_begin: AtomicUsize::new(0),
            verify: AtomicBool::new(false),
            stress: AtomicUsize::new(0),
        }
    }

    /// Counts bytes given to caches or large objects; whether a collection is due.
    #[inline]
    fn add_live(&self, bytes: usize) -> bool {
        self.pace.live.fetch_add(bytes, Relaxed) + bytes >= self.pace.trigger.load(Relaxed)
    }
}

impl Default for Heap {
    fn default() -> Self {
        Self::new()
    }
}

/// The heap of the program.
static HEAP: Heap = Heap::new();
