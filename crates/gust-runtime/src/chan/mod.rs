//! Channels.
//!
//! A channel is an object of the collected heap (`hchan` in `golib/runtime/chan.go` declares the same layout, so that the
//! collector knows its pointers); its buffer is an object of its own unless elements are free of pointers. Values are
//! handed over directly where a goroutine waits: stacks do not move, so the memory that a waiter named stays valid.
//!
//! Results and panics are made by the Go half from the codes given here.
//!
//! Lock order: a timer's send lock, then channels in the order of their addresses, then timer heaps.

mod entry;
#[cfg(all(test, loom))]
mod model_tests;
mod ops;
#[cfg(test)]
pub(crate) mod tests;

use crate::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use gust_abi::types::Type;

pub use entry::Pair;
pub(crate) use entry::truth;
pub use ops::{Received, Sent, WOKEN, close, drain, len, recv, send, try_recv_fast, try_send_fast};
pub(crate) use ops::{recv_locked, send_locked, wake_served};

use crate::{
    sched::G,
    sync::Lock,
    wait::{Queue, Waiter, WaiterPool},
};

/// A channel. The Go half allocates it and sets everything up to `elem_size`.
#[repr(C)]
#[derive(Debug)]
pub struct Hchan {
    /// The ring of buffered values.
    pub buf: *mut u8,
    /// The timer that sends on the channel, if it is one of package time's.
    pub timer: *mut crate::time::Timer,
    /// Descriptor of the element type.
    pub elem: *const Type,
    /// Number of buffered values; read without the lock by `len`.
    pub count: AtomicUsize,
    /// Room for values.
    pub cap: usize,
    /// Bytes of a value.
    pub elem_size: usize,
    /// Number of the synctest bubble it was made in, 0 if none.
    pub bubble: u64,
    /// Not zero once closed.
    pub closed: AtomicU32,
    /// Protects all that changes.
    pub lock: Lock,
    /// Index of the slot for the next value.
    pub send_at: usize,
    /// Index of the oldest value.
    pub recv_at: usize,
    /// Who waits to receive.
    pub receivers: Queue,
    /// Who waits to send.
    pub senders: Queue,
}

// The Go half allocates that many bytes.
const _: () = assert!(size_of::<Hchan>() == 112);

impl Hchan {
    /// Address of a slot of the buffer.
    ///
    /// # Safety
    /// The index is below the capacity.
    #[inline]
    unsafe fn slot(&self, index: usize) -> *mut u8 {
        // SAFETY: the buffer has room for `cap` values.
        unsafe { self.buf.add(index * self.elem_size) }
    }

    /// Whether it is closed.
    #[inline]
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed) != 0
    }

    /// Number of buffered values.
    #[inline]
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

/// What channels and semaphores keep with each goroutine.
#[repr(C)]
#[derive(Debug)]
pub struct PerG {
    /// Its record for operations that wait for one thing.
    pub waiter: Waiter,
    /// 1 once somebody has decided which case of its select proceeds.
    pub select_done: AtomicU32,
    /// Records of its select, joined by `link`, in the order of the channels' addresses.
    pub select_list: *mut Waiter,
}

impl G {
    /// Tries to be the one who finishes the select that the goroutine waits in.
    #[inline]
    #[must_use]
    pub fn claim_select(&self) -> bool {
        self.wait
            .select_done
            .compare_exchange(0, 1, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }
}

/// What channels and semaphores keep with each processor.
#[repr(C)]
#[derive(Debug, Default)]
pub struct PerP {
    /// Records for selects.
    pub waiters: WaiterPool,
    /// State of the random numbers of selects.
    random: u64,
}

impl PerP {
    /// A random number below `n`, for the order in which a select tries its cases.
    #[inline]
    pub fn random_below(&mut self, n: u32) -> u32 {
        // A Weyl sequence, mixed: all zero is a state like any other.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.random ^ self.random >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (((x ^ x >> 32) as u32 as u64 * u64::from(n)) >> 32) as u32
    }
}
