//! The operations on one channel.

use core::ptr;

use crate::sync::atomic::Ordering;

use super::Hchan;
use crate::{
    time,
    wait::{Queue, Waiter, wake},
};

/// How a send ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Sent {
    /// It would have to wait.
    WouldBlock = 0,
    /// The value is sent.
    Done = 1,
    /// The channel is closed: panic.
    Closed = 2,
    /// The record is queued and the channel still locked: park.
    Wait = 3,
}

/// How a receive ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It would have to wait.
    WouldBlock,
    /// A value is received.
    Value,
    /// The channel is closed and empty; the destination is zeroed.
    Closed,
    /// The record is queued and the channel still locked: park.
    Wait,
}

/// Set in the first result of a goroutine that was woken out of a select.
pub const WOKEN: usize = 1 << 32;

/// Copies a value. Sizes of one word or two are by far the most frequent.
///
/// # Safety
/// Both are memory of that many bytes, and do not overlap.
#[inline]
pub(crate) unsafe fn copy(to: *mut u8, from: *const u8, size: usize) {
    // SAFETY: the caller's; nothing is said about alignment.
    unsafe {
        crate::heap::overwrite(to, size);
        match size {
            8 => to
                .cast::<u64>()
                .write_unaligned(from.cast::<u64>().read_unaligned()),
            16 => to
                .cast::<u128>()
                .write_unaligned(from.cast::<u128>().read_unaligned()),
            0 => {}
            _ => ptr::copy_nonoverlapping(from, to, size),
        }
    }
}

/// Zeroes a value.
///
/// # Safety
/// It is memory of that many bytes.
#[inline]
pub(crate) unsafe fn clear(at: *mut u8, size: usize) {
    // SAFETY: the caller's.
    unsafe {
        crate::heap::overwrite(at, size);
        match size {
            8 => at.cast::<u64>().write_unaligned(0),
            0 => {}
            _ => ptr::write_bytes(at, 0, size),
        }
    }
}

/// Finishes the operation of a waiter that was taken out of a queue of this channel, and wakes it: whether the value
/// was handed over, or the channel is closed.
///
/// # Safety
/// Its record was claimed by the caller.
#[inline]
unsafe fn finish(waiter: *mut Waiter, success: bool) {
    // SAFETY: the claim makes goroutine and record the caller's until it is woken.
    unsafe {
        let g = (*waiter).g;
        if (*waiter).in_select {
            wake(g, WOKEN | (*waiter).index as usize, usize::from(success));
        } else if (*waiter).sends {
            wake(
                g,
                if success { Sent::Done } else { Sent::Closed } as usize,
                0,
            );
        } else {
            wake(g, 1, usize::from(success));
        }
    }
}

/// Notes that a waiter of a timer's channel no longer waits. Selects count their own when they clean up.
///
/// # Safety
/// The channel is locked.
#[inline]
unsafe fn left(c: &Hchan, waiter: *mut Waiter) {
    // SAFETY: records taken out of a queue are valid until their goroutine is woken.
    if !c.timer.is_null() && unsafe { !(*waiter).in_select } {
        // SAFETY: a channel's timer lives as long as the channel.
        unsafe { time::channel_unblocked(c.timer) };
    }
}

/// Whether a send that may not wait is hopeless, found without the lock.
///
/// # Safety
/// The channel exists.
#[inline]
#[must_use]
pub unsafe fn try_send_fast(c: *const Hchan) -> bool {
    // SAFETY: single words are read, which may be old news: the answer was true at some moment of the call, as a channel
    // that is seen open was open when it is then seen full.
    unsafe {
        if (*c).is_closed() {
            return true;
        }
        crate::sync::atomic::fence(Ordering::Acquire);
        if (*c).cap == 0 {
            !Queue::looks_empty(&raw const (*c).receivers)
        } else {
            (*c).count() < (*c).cap
        }
    }
}

/// Whether a receive that may not wait may find something, found without the lock.
///
/// # Safety
/// The channel exists.
#[inline]
#[must_use]
pub unsafe fn try_recv_fast(c: *const Hchan) -> bool {
    // SAFETY: as for sends; a channel cannot be opened again.
    unsafe {
        let empty = if (*c).cap == 0 {
            Queue::looks_empty(&raw const (*c).senders)
        } else {
            (*c).count.load(Ordering::Acquire) == 0
        };
        crate::sync::atomic::fence(Ordering::Acquire);
        !empty || (*c).is_closed()
    }
}

/// Sends the value at `elem`; waits with the record if there is one.
///
/// # Safety
/// The channel exists and is not locked by the caller, `elem` is a value; the record is the current goroutine's.
#[inline]
pub unsafe fn send(c: *mut Hchan, elem: *mut u8, waiter: *mut Waiter) -> Sent {
    // SAFETY: fields that change are touched with the lock held.
    unsafe {
        (*c).lock.lock();
        let outcome = send_locked(c, elem);
        match outcome {
            Some((sent, receiver)) => {
                (*c).lock.unlock();
                if !receiver.is_null() {
                    finish(receiver, true);
                }
                sent
            }
            None if waiter.is_null() => {
                (*c).lock.unlock();
                Sent::WouldBlock
            }
            None => {
                (*waiter).elem = elem;
                (*waiter).object = c.cast();
                (*waiter).in_select = false;
                (*waiter).sends = true;
                (*c).senders.push(waiter);
                Sent::Wait
            }
        }
    }
}

/// Sends if that is possible at once; also the receiver to [`finish`] after unlocking, if there is one.
///
/// # Safety
/// The channel is locked, `elem` is a value.
#[inline]
pub(crate) unsafe fn send_locked(c: *mut Hchan, elem: *const u8) -> Option<(Sent, *mut Waiter)> {
    // SAFETY: the lock is held; a claimed receiver's destination is valid until it is woken.
    unsafe {
        if (*c).is_closed() {
            return Some((Sent::Closed, ptr::null_mut()));
        }
        let receiver = (*c).receivers.claim();
        if !receiver.is_null() {
            if !(*receiver).elem.is_null() {
                copy((*receiver).elem, elem, (*c).elem_size);
            }
            left(&*c, receiver);
            return Some((Sent::Done, receiver));
        }
        let count = (*c).count();
        if count < (*c).cap {
            copy((*c).slot((*c).send_at), elem, (*c).elem_size);
            (*c).send_at = if (*c).send_at + 1 == (*c).cap {
                0
            } else {
                (*c).send_at + 1
            };
            (*c).count.store(count + 1, Ordering::Release);
            return Some((Sent::Done, ptr::null_mut()));
        }
        None
    }
}

/// Wakes the waiter that an operation of this module has served.
///
/// # Safety
/// It came from [`send_locked`] or [`recv_locked`], and the channel has been unlocked.
#[inline]
pub(crate) unsafe fn wake_served(waiter: *mut Waiter) {
    if !waiter.is_null() {
        // SAFETY: the caller's.
        unsafe { finish(waiter, true) };
    }
}

/// Receives to `elem`, which may be null; waits with the record if there is one.
///
/// # Safety
/// As for [`send`].
#[inline]
pub unsafe fn recv(c: *mut Hchan, elem: *mut u8, waiter: *mut Waiter) -> Received {
    // SAFETY: fields that change are touched with the lock held.
    unsafe {
        (*c).lock.lock();
        match recv_locked(c, elem) {
            Some((received, sender)) => {
                (*c).lock.unlock();
                wake_served(sender);
                received
            }
            None if waiter.is_null() => {
                (*c).lock.unlock();
                Received::WouldBlock
            }
            None => {
                (*waiter).elem = elem;
                (*waiter).object = c.cast();
                (*waiter).in_select = false;
                (*waiter).sends = false;
                (*c).receivers.push(waiter);
                if !(*c).timer.is_null() {
                    time::channel_blocked((*c).timer);
                }
                Received::Wait
            }
        }
    }
}

/// Receives if that is possible at once; also the sender to [`wake_served`] after unlocking, if there is one.
///
/// # Safety
/// The channel is locked, `elem` is room for a value or null.
#[inline]
pub(crate) unsafe fn recv_locked(c: *mut Hchan, elem: *mut u8) -> Option<(Received, *mut Waiter)> {
    // SAFETY: the lock is held; a claimed sender's value is valid until it is woken.
    unsafe {
        let size = (*c).elem_size;
        let count = (*c).count();
        if count > 0 {
            let slot = (*c).slot((*c).recv_at);
            if !elem.is_null() {
                copy(elem, slot, size);
            }
            (*c).recv_at = if (*c).recv_at + 1 == (*c).cap {
                0
            } else {
                (*c).recv_at + 1
            };
            let sender = if count == (*c).cap {
                (*c).senders.claim()
            } else {
                ptr::null_mut()
            };
            if sender.is_null() {
                if (*(*c).elem).ptr_bytes != 0 {
                    clear(slot, size);
                }
                (*c).count.store(count - 1, Ordering::Release);
            } else {
                // The buffer is full: the slot that is free now is the one for the next value.
                copy(slot, (*sender).elem, size);
                (*c).send_at = (*c).recv_at;
            }
            return Some((Received::Value, sender));
        }
        if (*c).is_closed() {
            if !elem.is_null() {
                clear(elem, size);
            }
            return Some((Received::Closed, ptr::null_mut()));
        }
        let sender = (*c).senders.claim();
        if sender.is_null() {
            return None;
        }
        if !elem.is_null() {
            copy(elem, (*sender).elem, size);
        }
        Some((Received::Value, sender))
    }
}

/// Closes; false if it was closed before.
///
/// # Safety
/// The channel exists and is not locked by the caller.
#[must_use]
pub unsafe fn close(c: *mut Hchan) -> bool {
    // SAFETY: fields that change are touched with the lock held; what was claimed is ours until woken.
    unsafe {
        (*c).lock.lock();
        if (*c).is_closed() {
            (*c).lock.unlock();
            return false;
        }
        (*c).closed.store(1, Ordering::Release);
        // The last one is readied first, as in the official runtime: programs see the order.
        let mut first: *mut Waiter = ptr::null_mut();
        for queue in [&mut (*c).receivers, &mut (*c).senders] {
            loop {
                let waiter = queue.claim();
                if waiter.is_null() {
                    break;
                }
                if !(*waiter).sends {
                    if !(*waiter).elem.is_null() {
                        clear((*waiter).elem, (*c).elem_size);
                    }
                    left(&*c, waiter);
                }
                (*waiter).next = first;
                first = waiter;
            }
        }
        (*c).lock.unlock();
        while !first.is_null() {
            let waiter = first;
            first = (*waiter).next;
            (*waiter).next = ptr::null_mut();
            finish(waiter, false);
        }
    }
    true
}

/// Number of values that can be received without waiting: none of a timer's channel, which behaves as if it had no buffer.
///
/// # Safety
/// The channel exists.
#[must_use]
pub unsafe fn len(c: *const Hchan) -> usize {
    // SAFETY: single words are read.
    unsafe {
        if (*c).timer.is_null() {
            (*c).count()
        } else {
            0
        }
    }
}

/// Discards what is buffered, in the channel of a timer that is stopped or set anew; whether there was something.
///
/// # Safety
/// The channel exists and is not locked by the caller.
pub unsafe fn drain(c: *mut Hchan) -> bool {
    // SAFETY: fields that change are touched with the lock held.
    unsafe {
        if (*c).count() == 0 {
            return false;
        }
        let _guard = (*c).lock.guard();
        let count = (*c).count();
        for _ in 0..count {
            clear((*c).slot((*c).recv_at), (*c).elem_size);
            (*c).recv_at = if (*c).recv_at + 1 == (*c).cap {
                0
            } else {
                (*c).recv_at + 1
            };
        }
        (*c).count.store(0, Ordering::Release);
        count > 0
    }
}
