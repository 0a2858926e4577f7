//! The processor: the right to run goroutine code, with the queues and caches that go with it.

use crate::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64};

use super::{
    g::{G, GList},
    m::M,
    runq::RunQueue,
};

/// State of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum PStatus {
    /// In the list of idle ones.
    Idle = 0,
    /// Owned by a thread that runs goroutine or runtime code.
    Running = 1,
    /// Its thread is in a system call; may be taken away.
    Syscall = 2,
    /// Stopped with the world.
    Stopped = 3,
    /// Beyond `GOMAXPROCS`.
    Dead = 4,
}

/// A processor. There are `GOMAXPROCS` of them.
#[repr(C)]
#[derive(Debug)]
pub struct P {
    /// Index, below `GOMAXPROCS`.
    pub id: u32,
    /// A [`PStatus`].
    pub status: AtomicU32,
    /// Its thread.
    pub m: AtomicPtr<M>,
    /// Counts the goroutines it switched to.
    pub sched_tick: AtomicU32,
    /// Counts its system calls.
    pub syscall_tick: AtomicU32,
    /// What the monitor saw last: ticks and times.
    pub seen: Seen,
    /// Goroutines to run.
    pub runq: RunQueue,
    /// Goroutine structures to use again.
    pub free: GList,
    /// Link in the list of idle processors.
    pub idle_link: *mut P,
    /// Next of a batch of goroutine numbers.
    pub goid_next: u64,
    /// End of that batch.
    pub goid_end: u64,
    /// For the allocator.
    pub heap: crate::heap::PerP,
    /// For timers.
    pub time: crate::time::PerP,
    /// For channels and semaphores.
    pub chan: crate::chan::PerP,
    /// Current goroutine was readied by the one before and shares its time slice.
    pub inherit_time: bool,
    /// Goroutine running, for traces and checks.
    pub running: AtomicPtr<G>,
    /// When its thread entered the system call, in ticks of the monitor.
    pub syscall_when: AtomicU64,
}

/// What the monitor saw of a processor.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Seen {
    /// `sched_tick`
    pub sched_tick: u32,
    /// `syscall_tick`
    pub syscall_tick: u32,
    /// When it saw that `sched_tick` first.
    pub sched_when: i64,
    /// When it saw that `syscall_tick` first.
    pub syscall_when: i64,
}
