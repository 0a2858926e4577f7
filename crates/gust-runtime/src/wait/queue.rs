//! Records of waiting goroutines, and first-in-first-out queues of them.

use core::ptr;

use crate::sync::atomic::{AtomicPtr, Ordering};

use crate::{sched::G, sync::Lock};

/// One goroutine waiting for one thing. Fields are protected by the lock of what it waits for.
///
/// All zero is a record that waits for nothing. A goroutine has one of its own (`G::waiter`) for operations that wait
/// for one thing; a select takes one per case from a pool.
#[repr(C)]
#[derive(Debug)]
pub struct Waiter {
    /// Who waits.
    pub g: *mut G,
    /// Next in the queue; in the pool, next free one.
    pub next: *mut Waiter,
    /// Previous in the queue.
    pub prev: *mut Waiter,
    /// Channels: where the value comes from or goes to, may be null for a receive. Semaphores: the address.
    pub elem: *mut u8,
    /// Channels: the channel. Semaphores: last waiter for the same address, kept by the first.
    pub object: *mut u8,
    /// Semaphores: next waiter for the same address. Selects: next record of the same goroutine.
    pub link: *mut Waiter,
    /// Selects: index of the case. Notify lists: ticket.
    pub index: u32,
    /// Belongs to a select: whoever wants to finish it has to win [`G::select_done`] first.
    pub in_select: bool,
    /// Stands in a queue.
    pub queued: bool,
    /// Waits to send (selects).
    pub sends: bool,
}

impl Waiter {
    /// A record that waits for nothing.
    pub const EMPTY: Waiter = Waiter {
        g: ptr::null_mut(),
        next: ptr::null_mut(),
        prev: ptr::null_mut(),
        elem: ptr::null_mut(),
        object: ptr::null_mut(),
        link: ptr::null_mut(),
        index: 0,
        in_select: false,
        queued: false,
        sends: false,
    };
}

/// A first-in-first-out queue. All zero is empty.
#[repr(C)]
#[derive(Debug)]
pub struct Queue {
    first: *mut Waiter,
    last: *mut Waiter,
}

impl Queue {
    /// No waiters.
    pub const EMPTY: Queue = Queue {
        first: ptr::null_mut(),
        last: ptr::null_mut(),
    };

    /// Whether nobody waits.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_null()
    }

    /// The same without the lock; true or false may be old news.
    ///
    /// # Safety
    /// The queue exists.
    #[inline]
    #[must_use]
    pub unsafe fn looks_empty(this: *const Queue) -> bool {
        // SAFETY: the queue exists; the word is only compared.
        let first = unsafe { AtomicPtr::from_ptr((&raw const (*this).first).cast_mut()) };
        first.load(Ordering::Relaxed).is_null()
    }

    /// Adds at the end.
    ///
    /// # Safety
    /// The queue's lock is held; the record is valid, in no queue, and stays where it is until it is taken out.
    #[inline]
    pub unsafe fn push(&mut self, waiter: *mut Waiter) {
        // SAFETY: the caller's; records in the queue are valid.
        unsafe {
            (*waiter).next = ptr::null_mut();
            (*waiter).prev = self.last;
            (*waiter).queued = true;
            if self.last.is_null() {
                self.first = waiter;
            } else {
                (*self.last).next = waiter;
            }
        }
        self.last = waiter;
    }

    /// Takes the first one out.
    ///
    /// # Safety
    /// The queue's lock is held.
    #[inline]
    pub unsafe fn pop(&mut self) -> *mut Waiter {
        let waiter = self.first;
        if !waiter.is_null() {
            // SAFETY: records in the queue are valid.
            unsafe { self.remove(waiter) };
        }
        waiter
    }

    /// Takes out the first one whose operation may be finished: records of selects that somebody else has finished
    /// are dropped on the way.
    ///
    /// # Safety
    /// The queue's lock is held.
    #[inline]
    pub unsafe fn claim(&mut self) -> *mut Waiter {
        loop {
            // SAFETY: the lock is held.
            let waiter = unsafe { self.pop() };
            // SAFETY: a record in the queue is valid, and so is its goroutine.
            if waiter.is_null() || unsafe { !(*waiter).in_select || (*(*waiter).g).claim_select() }
            {
                return waiter;
            }
        }
    }

    /// Takes a record out of the middle.
    ///
    /// # Safety
    /// The queue's lock is held; the record stands in this queue.
    #[inline]
    pub unsafe fn remove(&mut self, waiter: *mut Waiter) {
        // SAFETY: neighbours in the queue are valid.
        unsafe {
            let (next, prev) = ((*waiter).next, (*waiter).prev);
            if prev.is_null() {
                self.first = next;
            } else {
                (*prev).next = next;
            }
            if next.is_null() {
                self.last = prev;
            } else {
                (*next).prev = prev;
            }
            (*waiter).next = ptr::null_mut();
            (*waiter).prev = ptr::null_mut();
            (*waiter).queued = false;
        }
    }
}

/// How many records a pool gets from the system at once.
const BATCH: usize = 64;

/// Free records, of selects. One pool per processor keeps the lock uncontended.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct WaiterPool {
    lock: Lock,
    free: core::cell::UnsafeCell<*mut Waiter>,
}

// SAFETY: the list is touched with the lock held.
unsafe impl Sync for WaiterPool {}

impl WaiterPool {
    /// No records yet.
    #[must_use]
    pub const fn new() -> Self {
        WaiterPool {
            lock: Lock::new(),
            free: core::cell::UnsafeCell::new(ptr::null_mut()),
        }
    }

    /// A list of `count` empty records, joined by `link`.
    pub fn take(&self, count: usize) -> *mut Waiter {
        let _guard = self.lock.guard();
        let mut list = ptr::null_mut();
        for _ in 0..count {
            // SAFETY: the lock is held; free records are valid and belong to the pool.
            unsafe {
                if (*self.free.get()).is_null() {
                    self.refill();
                }
                let waiter = *self.free.get();
                *self.free.get() = (*waiter).next;
                (*waiter).next = ptr::null_mut();
                (*waiter).link = list;
                list = waiter;
            }
        }
        list
    }

    /// Gives records joined by `link` back.
    ///
    /// # Safety
    /// They came from a pool, and nobody refers to them.
    pub unsafe fn give(&self, mut list: *mut Waiter) {
        let _guard = self.lock.guard();
        while !list.is_null() {
            // SAFETY: the caller's.
            unsafe {
                let link = (*list).link;
                *list = Waiter::EMPTY;
                (*list).next = *self.free.get();
                *self.free.get() = list;
                list = link;
            }
        }
    }

    /// More records. They are never given back to the system.
    ///
    /// # Safety
    /// The lock is held.
    unsafe fn refill(&self) {
        let block =
            crate::heap::persistent_alloc(BATCH * size_of::<Waiter>(), align_of::<Waiter>())
                .cast::<Waiter>();
        for i in 0..BATCH {
            // SAFETY: fresh memory of that many records; the lock is held.
            unsafe {
                let waiter = block.add(i);
                *waiter = Waiter::EMPTY;
                (*waiter).next = *self.free.get();
                *self.free.get() = waiter;
            }
        }
    }
}

impl Default for WaiterPool {
    fn default() -> Self {
        Self::new()
    }
}
