//! The network poller: goroutines wait for file descriptors, threads with nothing to do wait in `epoll` for all of them.
//!
//! Descriptors are registered once, edge-triggered, for both directions. [`Descriptor`] remembers readiness and who waits.

mod descriptor;
mod entry;

use crate::sync::atomic::{AtomicI32, AtomicU32, AtomicUsize, Ordering};

pub use descriptor::{Descriptor, deadline};

use crate::{
    sched::GList,
    sync::Lock,
    sys::{self, Timespec, nr},
};

/// State of a thread.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerM {}

static EPOLL: AtomicI32 = AtomicI32::new(-1);
static EVENT: AtomicI32 = AtomicI32::new(-1);
static SETUP: Lock = Lock::new();
/// Goroutines that wait for a descriptor.
static WAITERS: AtomicUsize = AtomicUsize::new(0);
/// 1 while a wake-up is on its way, so that more of them cost no system call.
static WAKING: AtomicU32 = AtomicU32::new(0);

/// `struct epoll_event`
#[repr(C, packed)]
#[derive(Clone, Copy)]
struct Event {
    events: u32,
    data: u64,
}

const IN: u32 = 0x1;
const OUT: u32 = 0x4;
const ERR: u32 = 0x8;
const HUP: u32 = 0x10;
const RDHUP: u32 = 0x2000;
const EDGE: u32 = 1 << 31;

/// `EPOLL_CLOEXEC`, `EFD_CLOEXEC`
const CLOEXEC: usize = 0o2_000_000;
/// `EFD_NONBLOCK`
const NONBLOCK: usize = 0o4000;
/// Number of the system call, from Linux 5.11 on.
const EPOLL_PWAIT2: usize = 441;

const CTL_ADD: usize = 1;
const CTL_DEL: usize = 2;

/// How many events are fetched at once.
const BATCH: usize = 128;

/// Whether the poller has been set up.
#[must_use]
pub fn initialised() -> bool {
    EPOLL.load(Ordering::Acquire) >= 0
}

/// Whether goroutines wait for descriptors.
#[must_use]
pub fn any_waiters() -> bool {
    WAITERS.load(Ordering::Acquire) > 0
}

/// Whether a file descriptor is one of the poller's own.
#[must_use]
pub fn owns(fd: usize) -> bool {
    initialised()
        && (fd as i32 == EPOLL.load(Ordering::Relaxed)
            || fd as i32 == EVENT.load(Ordering::Relaxed))
}

/// Sets the poller up unless it is.
pub fn initialise() {
    if initialised() {
        return;
    }
    let _guard = SETUP.guard();
    if initialised() {
        return;
    }
    // SAFETY: no memory is involved but the event, which outlives the call.
    unsafe {
        let epoll = sys::syscall3(nr::EPOLL_CREATE1, CLOEXEC, 0, 0);
        if epoll < 0 {
            crate::fatal::throw("runtime: epoll_create failed");
        }
        let event = sys::syscall3(nr::EVENTFD2, 0, CLOEXEC | NONBLOCK, 0);
        if event < 0 {
            crate::fatal::throw("runtime: eventfd failed");
        }
        let interest = Event {
            events: IN,
            data: 0,
        };
        let result = sys::syscall6(
            nr::EPOLL_CTL,
            epoll as usize,
            CTL_ADD,
            event as usize,
            &raw const interest as usize,
            0,
            0,
        );
        if result < 0 {
            crate::fatal::throw("runtime: epoll_ctl failed");
        }
        EVENT.store(event as i32, Ordering::Relaxed);
        EPOLL.store(epoll as i32, Ordering::Release);
    }
}

/// Registers a descriptor; the kernel's error number if it cannot be polled, else 0.
fn register(fd: usize, data: u64) -> usize {
    let interest = Event {
        events: IN | OUT | RDHUP | EDGE,
        data,
    };
    let epoll = EPOLL.load(Ordering::Acquire) as usize;
    // SAFETY: the event outlives the call.
    let result = unsafe {
        sys::syscall6(
            nr::EPOLL_CTL,
            epoll,
            CTL_ADD,
            fd,
            &raw const interest as usize,
            0,
            0,
        )
    };
    result.min(0).unsigned_abs()
}

/// Undoes [`register`].
fn unregister(fd: usize) {
    let unused = Event { events: 0, data: 0 };
    let epoll = EPOLL.load(Ordering::Acquire) as usize;
    // SAFETY: the event outlives the call.
    unsafe {
        sys::syscall6(
            nr::EPOLL_CTL,
            epoll,
            CTL_DEL,
            fd,
            &raw const unused as usize,
            0,
            0,
        )
    };
}

/// Collects goroutines whose descriptors became ready: at once if `delay_ns` is 0, else waits that long
/// (negative: for ever) or until [`wake`]. The goroutines' status stays "waiting"; the scheduler readies them.
///
/// # Safety
/// Called by one thread at a time with a delay other than 0; it may have no processor.
pub unsafe fn poll(delay_ns: i64, ready: &mut GList) {
    if !initialised() {
        if delay_ns == 0 {
            return;
        }
        initialise();
    }
    let mut events = [Event { events: 0, data: 0 }; BATCH];
    let epoll = EPOLL.load(Ordering::Acquire) as usize;
    let n = wait(epoll, &mut events, (delay_ns >= 0).then_some(delay_ns));
    for event in &events[..n] {
        let (bits, data) = (event.events, event.data);
        if data == 0 {
            // A thread that does not wait leaves the wake-up to the one that does.
            if delay_ns != 0 {
                let mut count = 0u64;
                // SAFETY: the count is 8 writable bytes.
                unsafe {
                    sys::syscall3(
                        nr::READ,
                        EVENT.load(Ordering::Relaxed) as usize,
                        &raw mut count as usize,
                        8,
                    );
                }
                WAKING.store(0, Ordering::Release);
            }
            continue;
        }
        // SAFETY: the data are those of `register`.
        unsafe {
            descriptor::ready(
                data,
                bits & (IN | RDHUP | HUP | ERR) != 0,
                bits & (OUT | HUP | ERR) != 0,
                bits == ERR,
                ready,
            );
        }
    }
}

/// Fetches events, waiting for the first at most so many nanoseconds (none: for ever).
fn wait(epoll: usize, events: &mut [Event; BATCH], timeout: Option<i64>) -> usize {
    let ts = Timespec::from_nanos(timeout.unwrap_or(0));
    let ts_address = if timeout.is_some() {
        &raw const ts as usize
    } else {
        0
    };
    let buffer = events.as_mut_ptr() as usize;
    // SAFETY: the buffer has room for that many events; the time outlives the call.
    let mut n = unsafe { sys::syscall6(EPOLL_PWAIT2, epoll, buffer, BATCH, ts_address, 0, 8) };
    if n == nr::ENOSYS {
        // Linux before 5.11 counts milliseconds: late rather than early, so that nobody spins.
        let ms = timeout.map_or(-1, |ns| {
            (ns / 1_000_000 + i64::from(ns % 1_000_000 != 0)).min(1_000_000_000)
        });
        // SAFETY: as above.
        n = unsafe { sys::syscall6(nr::EPOLL_PWAIT, epoll, buffer, BATCH, ms as usize, 0, 8) };
    }
    n.max(0) as usize
}

/// Ends a waiting [`poll`].
pub fn wake() {
    if !initialised() || WAKING.swap(1, Ordering::AcqRel) != 0 {
        return;
    }
    let one = 1u64;
    // SAFETY: the count is 8 readable bytes.
    unsafe {
        sys::syscall3(
            nr::WRITE,
            EVENT.load(Ordering::Relaxed) as usize,
            &raw const one as usize,
            8,
        );
    }
}
