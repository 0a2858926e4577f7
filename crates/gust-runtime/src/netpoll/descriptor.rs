//! A file descriptor that goroutines wait for.

use core::{cell::UnsafeCell, ptr};

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

use super::{WAITERS, register, unregister};
use crate::{
    clock,
    sched::{G, GList},
    sync::Lock,
    time::{self, Action, Timer},
    wait::wake,
};

/// Nobody waits, not known to be ready.
const NONE: usize = 0;
/// Known to be ready, for whoever waits next.
const READY: usize = 1;
/// A goroutine is about to wait. A larger value is the goroutine that waits.
const ABOUT: usize = 2;

/// Error codes of `internal/poll`.
pub mod code {
    /// None.
    pub const OK: isize = 0;
    /// The descriptor is being closed.
    pub const CLOSING: isize = 1;
    /// The deadline is over.
    pub const TIMEOUT: isize = 2;
    /// Cannot be polled.
    pub const NOT_POLLABLE: isize = 3;
    /// Woken: ask again.
    pub const AGAIN: isize = -1;
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Mode {
    /// Reading.
    Read = 0,
    /// Writing.
    Write = 1,
}

/// What is known of one direction.
#[derive(Debug)]
struct Side {
    /// [`NONE`], [`READY`], [`ABOUT`] or the goroutine that waits.
    state: AtomicUsize,
    /// When the wait ends: monotonic nanoseconds, 0 never, negative: has ended. Changed with the lock held.
    deadline: i64,
    /// Number of the deadline.
    seq: usize,
    timer: Timer,
}

/// A registered file descriptor. Used again after close, never freed: events that come late are told by the `tag`.
#[derive(Debug)]
#[repr(align(64))]
pub struct Descriptor {
    lock: Lock,
    fd: usize,
    /// Counts the uses of this structure; 16 bits travel with the kernel's events.
    tag: AtomicUsize,
    closing: bool,
    /// The kernel reported an error and nothing else.
    error: AtomicBool,
    sides: [Side; 2],
    /// Next free one.
    link: *mut Descriptor,
}

struct Pool {
    lock: Lock,
    free: UnsafeCell<*mut Descriptor>,
}

// SAFETY: the list is touched with the lock held.
unsafe impl Sync for Pool {}

static POOL: Pool = Pool {
    lock: Lock::new(),
    free: UnsafeCell::new(ptr::null_mut()),
};

/// Bits of the kernel's word for the address; the rest is the tag.
const ADDRESS_BITS: u32 = 48;

/// Registers a file descriptor: its structure, or the kernel's error number.
pub fn open(fd: usize) -> Result<*mut Descriptor, usize> {
    let d = {
        let _guard = POOL.lock.guard();
        // SAFETY: the lock is held; a free structure belongs to the pool.
        unsafe {
            let d = *POOL.free.get();
            if d.is_null() {
                crate::heap::persistent_alloc(size_of::<Descriptor>(), align_of::<Descriptor>())
                    .cast()
            } else {
                *POOL.free.get() = (*d).link;
                d
            }
        }
    };
    // SAFETY: the structure is ours; late events and timers take the lock.
    let data = unsafe {
        let _guard = (*d).lock.guard();
        (*d).fd = fd;
        (*d).closing = false;
        (*d).error.store(false, Ordering::Relaxed);
        let tag = (*d).tag.fetch_add(1, Ordering::Relaxed) + 1;
        for (mode, side) in (*d).sides.iter_mut().enumerate() {
            side.state.store(NONE, Ordering::Relaxed);
            side.deadline = 0;
            side.seq += 1;
            side.timer.action = Action::Poll;
            side.timer.arg = [d as usize, mode];
        }
        d as u64 | (tag as u64) << ADDRESS_BITS
    };
    match register(fd, data) {
        0 => Ok(d),
        error => {
            // SAFETY: the kernel does not know it.
            unsafe { free(d) };
            Err(error)
        }
    }
}

unsafe fn free(d: *mut Descriptor) {
    // SAFETY: the caller gives it up; events that are under way see another tag.
    unsafe {
        (*d).tag.fetch_add(1, Ordering::AcqRel);
        let _guard = POOL.lock.guard();
        (*d).link = *POOL.free.get();
        *POOL.free.get() = d;
    }
}

/// The kernel says that directions are ready: wakes who waits by putting it into the list.
///
/// # Safety
/// `data` was given to the kernel by [`open`].
pub unsafe fn ready(data: u64, read: bool, write: bool, error: bool, list: &mut GList) {
    let d = (data & ((1 << ADDRESS_BITS) - 1)) as *mut Descriptor;
    // SAFETY: structures are never freed. An event for an earlier use of the structure that slips through the check of the tag
    // is harmless: operations are tried again after a wake-up.
    unsafe {
        if (*d).tag.load(Ordering::Acquire) as u16 != (data >> ADDRESS_BITS) as u16 {
            return;
        }
        (*d).error.store(error, Ordering::Release);
        for (side, is_ready) in (*d).sides.iter().zip([read, write]) {
            if is_ready {
                let g = unblock(side, true);
                if !g.is_null() {
                    (*g).ret0 = code::AGAIN as usize;
                    list.push(g);
                }
            }
        }
    }
}

/// Ends a wait: the goroutine to wake, null if none waits.
fn unblock(side: &Side, is_ready: bool) -> *mut G {
    let mut state = side.state.load(Ordering::Acquire);
    loop {
        if state == READY || (state == NONE && !is_ready) {
            return ptr::null_mut();
        }
        let new = if is_ready { READY } else { NONE };
        match side
            .state
            .compare_exchange_weak(state, new, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => {
                if state <= ABOUT {
                    return ptr::null_mut();
                }
                WAITERS.fetch_sub(1, Ordering::Release);
                return state as *mut G;
            }
            Err(now) => state = now,
        }
    }
}

/// Wakes goroutines whose wait has ended.
unsafe fn wake_all(waiting: [*mut G; 2]) {
    for g in waiting {
        if !g.is_null() {
            // SAFETY: taken out of the descriptor, so ours to wake.
            unsafe { wake(g, code::AGAIN as usize, 0) };
        }
    }
}

/// A deadline's timer ran out.
///
/// # Safety
/// Called for timers of [`set_deadline`].
pub unsafe fn deadline(d: usize, mode: usize, seq: usize) {
    let d = d as *mut Descriptor;
    // SAFETY: structures are never freed; the lock is held while fields change.
    let g = unsafe {
        let _guard = (*d).lock.guard();
        let side = &mut (*d).sides[mode];
        if side.seq != seq || side.deadline <= 0 {
            // Another deadline has been set meanwhile, or the descriptor is another.
            return;
        }
        side.deadline = -1;
        fence(Ordering::SeqCst);
        unblock(side, false)
    };
    // SAFETY: as above.
    unsafe { wake_all([g, ptr::null_mut()]) };
}

impl Descriptor {
    /// Why a goroutine cannot wait: a code.
    ///
    /// # Safety
    /// The descriptor is open.
    #[must_use]
    pub unsafe fn check(this: *mut Descriptor, mode: Mode) -> isize {
        // SAFETY: the lock is held.
        unsafe {
            let _guard = (*this).lock.guard();
            if (*this).closing {
                code::CLOSING
            } else if (*this).sides[mode as usize].deadline < 0 {
                code::TIMEOUT
            } else if (*this).error.load(Ordering::Acquire) && mode == Mode::Read {
                code::NOT_POLLABLE
            } else {
                code::OK
            }
        }
    }

    /// Begins a wait: the code to return if there is nothing to wait for, else the goroutine is to be parked with
    /// [`Self::commit`]. `woken`: it comes out of such a wait.
    ///
    /// # Safety
    /// As for [`Self::prepare`].
    pub unsafe fn begin_wait(this: *mut Descriptor, mode: Mode, woken: bool) -> Option<isize> {
        // SAFETY: the caller's.
        unsafe {
            if woken && Descriptor::woken(this, mode) {
                return Some(code::OK);
            }
            let error = Descriptor::check(this, mode);
            if error != code::OK {
                return Some(error);
            }
            if Descriptor::prepare(this, mode) {
                return Some(code::OK);
            }
            // Whoever closes or ends the deadline marks that first and looks for a waiter then.
            fence(Ordering::SeqCst);
            let error = Descriptor::check(this, mode);
            if error == code::OK {
                return None;
            }
            Some(if Descriptor::cancel(this, mode) {
                code::OK
            } else {
                error
            })
        }
    }

    /// Forgets that the direction was ready, before the next attempt.
    ///
    /// # Safety
    /// The descriptor is open.
    pub unsafe fn reset(this: *mut Descriptor, mode: Mode) {
        // SAFETY: the descriptor is open.
        unsafe {
            (*this).sides[mode as usize]
                .state
                .store(NONE, Ordering::Release)
        };
    }

    /// Takes note that the direction is ready; else prepares a wait, to be made real by [`Self::commit`]. True if ready.
    ///
    /// # Safety
    /// The descriptor is open, and nobody else waits for the direction.
    pub unsafe fn prepare(this: *mut Descriptor, mode: Mode) -> bool {
        // SAFETY: the descriptor is open.
        let state = unsafe { &(*this).sides[mode as usize].state };
        loop {
            if state
                .compare_exchange(READY, NONE, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
            {
                return true;
            }
            match state.compare_exchange(NONE, ABOUT, Ordering::SeqCst, Ordering::Acquire) {
                Ok(_) => return false,
                Err(READY) => {}
                Err(_) => crate::fatal::throw("runtime: double wait"),
            }
        }
    }

    /// Takes a prepared wait back; true if the direction became ready meanwhile.
    ///
    /// # Safety
    /// As for [`Self::prepare`].
    pub unsafe fn cancel(this: *mut Descriptor, mode: Mode) -> bool {
        // SAFETY: the descriptor is open.
        unsafe {
            (*this).sides[mode as usize]
                .state
                .swap(NONE, Ordering::AcqRel)
                == READY
        }
    }

    /// Lets the goroutine be woken; false if that has happened already.
    ///
    /// # Safety
    /// After [`Self::prepare`]; the goroutine's state is saved.
    pub unsafe fn commit(this: *mut Descriptor, mode: Mode, g: *mut G) -> bool {
        WAITERS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the descriptor is open.
        let state = unsafe { &(*this).sides[mode as usize].state };
        let done = state
            .compare_exchange(ABOUT, g as usize, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok();
        if !done {
            WAITERS.fetch_sub(1, Ordering::Release);
        }
        done
    }

    /// After a wait: whether the direction is ready (else the wait ended for another reason).
    ///
    /// # Safety
    /// The descriptor is open.
    pub unsafe fn woken(this: *mut Descriptor, mode: Mode) -> bool {
        // SAFETY: the descriptor is open.
        unsafe {
            (*this).sides[mode as usize]
                .state
                .swap(NONE, Ordering::AcqRel)
                == READY
        }
    }

    /// Sets deadlines: nanoseconds from now, 0 for none, negative for one that is over.
    ///
    /// # Safety
    /// The descriptor is open.
    pub unsafe fn set_deadline(this: *mut Descriptor, delay: i64, read: bool, write: bool) {
        let when = match delay {
            1.. => clock::nanotime().saturating_add(delay),
            0 => 0,
            _ => -1,
        };
        let mut waiting = [ptr::null_mut(); 2];
        // SAFETY: the lock is held while fields change.
        unsafe {
            let _guard = (*this).lock.guard();
            if (*this).closing {
                return;
            }
            for (i, wanted) in [read, write].into_iter().enumerate() {
                let side = &mut (*this).sides[i];
                if !wanted || (side.deadline == when && when <= 0) {
                    continue;
                }
                side.deadline = when;
                side.seq += 1;
                time::set_plain(&raw mut side.timer, when.max(0), side.seq);
                if when < 0 {
                    fence(Ordering::SeqCst);
                    waiting[i] = unblock(side, false);
                }
            }
        }
        // SAFETY: taken out of the descriptor.
        unsafe { wake_all(waiting) };
    }

    /// Marks the descriptor as being closed and wakes who waits.
    ///
    /// # Safety
    /// The descriptor is open.
    pub unsafe fn unblock(this: *mut Descriptor) {
        let mut waiting = [ptr::null_mut(); 2];
        // SAFETY: the lock is held while fields change.
        unsafe {
            let _guard = (*this).lock.guard();
            if (*this).closing {
                crate::fatal::throw("runtime: unblock on closing polldesc");
            }
            (*this).closing = true;
            fence(Ordering::SeqCst);
            for (g, side) in waiting.iter_mut().zip(&mut (*this).sides) {
                side.seq += 1;
                *g = unblock(side, false);
                time::set_plain(&raw mut side.timer, 0, side.seq);
            }
        }
        // SAFETY: taken out of the descriptor.
        unsafe { wake_all(waiting) };
    }

    /// Unregisters and gives the structure back.
    ///
    /// # Safety
    /// [`Self::unblock`] was called; nobody waits.
    pub unsafe fn close(this: *mut Descriptor) {
        // SAFETY: the caller's.
        unsafe {
            if !(*this).closing {
                crate::fatal::throw("runtime: close polldesc w/o unblock");
            }
            unregister((*this).fd);
            free(this);
        }
    }
}

#[cfg(all(test, loom))]
#[path = "model_tests.rs"]
mod model_tests;
