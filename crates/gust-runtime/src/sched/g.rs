//! The goroutine.

use crate::sync::atomic::{AtomicU32, Ordering};

use super::m::M;
use crate::stack::Segment;

/// Words at the start of a [`G`] that belong to the Go half.
pub const GO_WORDS: usize = 24;

/// Meanings of the words of [`G::go`] that both halves know.
pub mod word {
    /// How many of the first words a new goroutine gets from its creator.
    pub const INHERITED: usize = 4;
    /// Synctest bubble.
    pub const BUBBLE: usize = 1;
    /// Head of the chain of deferred calls.
    pub const DEFER: usize = 4;
    /// Head of the chain of panics.
    pub const PANIC: usize = 5;
    /// Coroutine.
    pub const CORO: usize = 7;
    /// Address of the instruction that faulted.
    pub const FAULT_PC: usize = 8;
    /// Address whose access faulted.
    pub const FAULT_ADDRESS: usize = 9;
    /// Signal number, and its code shifted left by 32.
    pub const FAULT_SIGNAL: usize = 10;
    /// Why the goroutine waits: a [`crate::sched::Reason`].
    pub const WAIT_REASON: usize = 11;
    /// Number of the goroutine.
    pub const GOID: usize = 12;
    /// Function value it started with.
    pub const START: usize = 13;
    /// Where the `go` statement stands: a return address.
    pub const CREATOR_PC: usize = 14;
    /// Number of the goroutine with the `go` statement.
    pub const PARENT: usize = 15;
    /// Flags for the Go half: bit 0 system goroutine, bit 1 locked to a thread, written by this half.
    pub const FLAGS: usize = 16;
    /// Keeps what the goroutine waits with reachable: the value of a channel operation, a semaphore's address.
    pub const WAIT_OBJECT: usize = 17;
    /// Likewise the channel.
    pub const WAIT_CHANNEL: usize = 18;
}

/// What a goroutine is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// No goroutine: the structure waits to be used again.
    Dead = 0,
    /// In a run queue.
    Runnable = 1,
    /// On a processor, or stopped together with it.
    Running = 2,
    /// In a system call.
    Syscall = 3,
    /// Parked.
    Waiting = 4,
}

/// How a goroutine that does not run is resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Resume {
    /// Frame of a trampoline at `sched_sp`.
    Frame = 0,
    /// Full register state in `context`, restored by the kernel.
    Context = 1,
}

/// A goroutine. Never freed; used again after its end.
#[repr(C)]
#[derive(Debug)]
pub struct G {
    /// For the Go half; see [`word`]. The collector scans these conservatively.
    pub go: [usize; GO_WORDS],
    /// Where the frame to resume lies while the goroutine does not run.
    pub sched_sp: usize,
    /// What the entry point that parked returns: first result.
    pub ret0: usize,
    /// Second result.
    pub ret1: usize,
    /// Segment of the stack in use.
    pub segment: *mut Segment,
    /// A [`Status`].
    pub status: AtomicU32,
    /// A [`Resume`].
    pub resume: u32,
    /// Saved registers of a goroutine that was pre-empted anywhere: see [`crate::signal`].
    pub context: *mut u8,
    /// Frame address of the system call in progress, or of the last one.
    pub syscall_sp: usize,
    /// Callee-saved registers at the begin of the system call: rbx, rbp, r12 to r15, and the return address.
    pub syscall_regs: [usize; 7],
    /// Link in a queue of goroutines.
    pub link: *mut G,
    /// Thread it runs on or ran on last.
    pub m: *mut M,
    /// Thread it is locked to.
    pub locked_m: *mut M,
    /// Times `LockOSThread` was called and not undone.
    pub lock_count: u32,
    /// Not counted and not shown: belongs to the runtime.
    pub system: u32,
    /// Bytes of all segments in use.
    pub stack_size: usize,
    /// Index in the list of all goroutines.
    pub index: usize,
    /// For channels, select, semaphores.
    pub wait: crate::chan::PerG,
    /// For the collector.
    pub heap: crate::heap::PerG,
    /// First segment of the stack.
    pub first: Segment,
}

impl G {
    /// What it is doing.
    pub fn status(&self) -> Status {
        match self.status.load(Ordering::Acquire) {
            1 => Status::Runnable,
            2 => Status::Running,
            3 => Status::Syscall,
            4 => Status::Waiting,
            _ => Status::Dead,
        }
    }

    /// Changes what it is doing.
    pub fn set_status(&self, status: Status) {
        self.status.store(status as u32, Ordering::Release);
    }

    /// Its number.
    pub fn id(&self) -> usize {
        self.go[word::GOID]
    }
}

/// A queue of goroutines, linked through [`G::link`]. All zero is empty.
#[derive(Debug)]
#[repr(C)]
pub struct GList {
    head: *mut G,
    tail: *mut G,
    len: usize,
}

impl Default for GList {
    fn default() -> Self {
        Self::new()
    }
}

impl GList {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        GList {
            head: core::ptr::null_mut(),
            tail: core::ptr::null_mut(),
            len: 0,
        }
    }

    /// Number of goroutines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one at the end.
    ///
    /// # Safety
    /// It is in no other queue.
    pub unsafe fn push(&mut self, g: *mut G) {
        // SAFETY: goroutine structures are never freed, and this one is ours to link.
        unsafe {
            (*g).link = core::ptr::null_mut();
            if self.tail.is_null() {
                self.head = g;
            } else {
                (*self.tail).link = g;
            }
        }
        self.tail = g;
        self.len += 1;
    }

    /// Adds one at the front.
    ///
    /// # Safety
    /// It is in no other queue.
    pub unsafe fn push_front(&mut self, g: *mut G) {
        // SAFETY: as in `push`.
        unsafe { (*g).link = self.head };
        self.head = g;
        if self.tail.is_null() {
            self.tail = g;
        }
        self.len += 1;
    }

    /// Takes the first one; null if empty.
    pub fn pop(&mut self) -> *mut G {
        let g = self.head;
        if !g.is_null() {
            // SAFETY: what is in the queue is a goroutine linked by us.
            unsafe {
                self.head = (*g).link;
                (*g).link = core::ptr::null_mut();
            }
            if self.head.is_null() {
                self.tail = core::ptr::null_mut();
            }
            self.len -= 1;
        }
        g
    }

    /// Moves all of another queue to the end of this one.
    pub fn append(&mut self, other: &mut GList) {
        if other.head.is_null() {
            return;
        }
        if self.tail.is_null() {
            self.head = other.head;
        } else {
            // SAFETY: the tail is a goroutine in this queue.
            unsafe { (*self.tail).link = other.head };
        }
        self.tail = other.tail;
        self.len += other.len;
        *other = GList::new();
    }
}
