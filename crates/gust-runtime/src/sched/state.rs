//! What the scheduler shares: queues, lists, counts.

use crate::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize};
use core::cell::UnsafeCell;

use super::{G, GList, M, P};
use crate::sync::{Lock, Note};

/// Most processors there can be.
pub const MAX_PROCS: usize = 1024;

/// Data guarded by a lock that its user takes.
pub struct Guarded<T>(UnsafeCell<T>);

// SAFETY: every access goes through `get`, whose caller holds the lock.
unsafe impl<T> Sync for Guarded<T> {}

impl<T> Guarded<T> {
    /// With a first value.
    pub const fn new(value: T) -> Self {
        Guarded(UnsafeCell::new(value))
    }

    /// The data.
    ///
    /// # Safety
    /// The lock is held and no other reference is in use.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn get(&self) -> &mut T {
        // SAFETY: the caller's.
        unsafe { &mut *self.0.get() }
    }
}

/// The scheduler's state.
pub struct Sched {
    /// Guards `state`, and changes of the idle lists.
    pub lock: Lock,
    /// Lists and counts.
    pub state: Guarded<State>,
    /// Length of the global queue, for looks without the lock.
    pub queued: AtomicUsize,
    /// Number of idle processors, for looks without the lock.
    pub idle_procs: AtomicU32,
    /// Number of threads in [`State::wanting`].
    pub wanting: AtomicU32,
    /// Number of threads that look for work.
    pub spinning: AtomicU32,
    /// Number of processors.
    pub procs: AtomicU32,
    /// All processors ever made, by index.
    pub all_procs: [AtomicPtr<P>; MAX_PROCS],
    /// All threads, linked by `all_link`.
    pub all_ms: AtomicPtr<M>,
    /// The world is being stopped or is stopped.
    pub stopping: AtomicBool,
    /// A thread waits in the poller: until when (nanoseconds), `i64::MAX` for ever, 0 if none does.
    pub poll_until: AtomicI64,
    /// A thread owns the right to wait in the poller.
    pub polling: AtomicBool,
    /// When the network was last polled (nanoseconds).
    pub last_poll: AtomicI64,
    /// Next goroutine number to hand out.
    pub goid: AtomicU64,
    /// Goroutines that count.
    pub goroutines: AtomicUsize,
    /// Sleeping monitor.
    pub monitor_note: Note,
    /// The monitor sleeps until something happens.
    pub monitor_sleeps: AtomicBool,
}

/// Guarded by [`Sched::lock`].
pub struct State {
    /// Runnable goroutines of no processor.
    pub queue: GList,
    /// Idle threads.
    pub idle_ms: *mut M,
    /// Their number.
    pub idle_count: u32,
    /// Threads that wait for the goroutine locked to them.
    pub idle_locked: u32,
    /// Threads other than the monitor.
    pub threads: u32,
    /// Threads made, ever.
    pub thread_ids: u32,
    /// Idle processors.
    pub idle_procs: *mut P,
    /// Goroutine structures to use again.
    pub free: GList,
    /// Threads that have ended or are about to, linked by `idle_link`.
    pub ended_ms: *mut M,
    /// Threads in the middle of something that lost their processor, linked by `idle_link`.
    pub wanting: *mut M,
    /// Threads the monitor is to start, linked by `idle_link`.
    pub wanted_ms: *mut M,
}

/// The one scheduler.
pub static SCHED: Sched = Sched {
    lock: Lock::new(),
    state: Guarded::new(State {
        queue: GList::new(),
        idle_ms: core::ptr::null_mut(),
        idle_count: 0,
        idle_locked: 0,
        threads: 0,
        thread_ids: 0,
        idle_procs: core::ptr::null_mut(),
        free: GList::new(),
        ended_ms: core::ptr::null_mut(),
        wanting: core::ptr::null_mut(),
        wanted_ms: core::ptr::null_mut(),
    }),
    queued: AtomicUsize::new(0),
    idle_procs: AtomicU32::new(0),
    wanting: AtomicU32::new(0),
    spinning: AtomicU32::new(0),
    procs: AtomicU32::new(0),
    all_procs: [const { AtomicPtr::new(core::ptr::null_mut()) }; MAX_PROCS],
    all_ms: AtomicPtr::new(core::ptr::null_mut()),
    stopping: AtomicBool::new(false),
    poll_until: AtomicI64::new(0),
    polling: AtomicBool::new(false),
    last_poll: AtomicI64::new(0),
    goid: AtomicU64::new(0),
    goroutines: AtomicUsize::new(0),
    monitor_note: Note::new(),
    monitor_sleeps: AtomicBool::new(false),
};

impl Sched {
    /// The processors in use.
    pub fn processors(&self) -> impl Iterator<Item = *mut P> + '_ {
        let n = self.procs.load(crate::sync::atomic::Ordering::Acquire) as usize;
        self.all_procs[..n]
            .iter()
            .map(|p| p.load(crate::sync::atomic::Ordering::Acquire))
    }
}

/// All goroutine structures, in order of their making. Entries never go away.
pub struct AllGs {
    chunks: [AtomicPtr<AtomicPtr<G>>; CHUNKS],
    count: AtomicUsize,
    lock: Lock,
}

const CHUNKS: usize = 16384;
const CHUNK: usize = 8192;

/// The one list.
pub static ALL_GS: AllGs = AllGs {
    chunks: [const { AtomicPtr::new(core::ptr::null_mut()) }; CHUNKS],
    count: AtomicUsize::new(0),
    lock: Lock::new(),
};

impl AllGs {
    /// Adds one; its index.
    pub fn add(&self, g: *mut G) -> usize {
        use crate::sync::atomic::Ordering;
        let _guard = self.lock.guard();
        let n = self.count.load(Ordering::Relaxed);
        if n / CHUNK >= CHUNKS {
            crate::fatal::throw("too many goroutines");
        }
        let slot = &self.chunks[n / CHUNK];
        if slot.load(Ordering::Relaxed).is_null() {
            slot.store(
                crate::heap::persistent_alloc(CHUNK * 8, 8).cast(),
                Ordering::Release,
            );
        }
        // SAFETY: the chunk has CHUNK zeroed words.
        unsafe { (*slot.load(Ordering::Relaxed).add(n % CHUNK)).store(g, Ordering::Release) };
        self.count.store(n + 1, Ordering::Release);
        n
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count.load(crate::sync::atomic::Ordering::Acquire)
    }

    /// By index, below the length.
    pub fn get(&self, index: usize) -> *mut G {
        use crate::sync::atomic::Ordering;
        let chunk = self.chunks[index / CHUNK].load(Ordering::Acquire);
        // SAFETY: below the length the chunk is there.
        unsafe { (*chunk.add(index % CHUNK)).load(Ordering::Acquire) }
    }
}
