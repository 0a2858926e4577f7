//! Notification lists: condition variables of package sync.

use core::ptr;

use crate::sync::atomic::{AtomicU32, Ordering};

use crate::{
    sched::G,
    sync::Lock,
    wait::{Waiter, wake},
};

/// `sync.notifyList`. Tickets are compared so that they may wrap around.
#[repr(C)]
#[derive(Debug)]
pub struct NotifyList {
    /// Ticket of the next waiter; taken without the lock.
    pub wait: AtomicU32,
    /// Ticket of the next waiter to be notified; changed with the lock held.
    pub notify: AtomicU32,
    /// Protects the rest.
    pub lock: Lock,
    pad: u32,
    first: *mut Waiter,
    last: *mut Waiter,
}

const _: () = assert!(size_of::<NotifyList>() == 32);

/// Whether ticket `a` was drawn before `b`.
const fn before(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) < 0
}

/// Queues the goroutine's record with its ticket unless that is notified already; true if it is queued, with the lock held,
/// which the park releases.
///
/// # Safety
/// The list exists; the goroutine is the current one.
pub unsafe fn wait(list: *mut NotifyList, ticket: u32, g: *mut G) -> bool {
    // SAFETY: the list is touched with the lock held.
    unsafe {
        (*list).lock.lock();
        if before(ticket, (*list).notify.load(Ordering::Relaxed)) {
            (*list).lock.unlock();
            return false;
        }
        let waiter = &raw mut (*g).wait.waiter;
        (*waiter).g = g;
        (*waiter).index = ticket;
        (*waiter).link = ptr::null_mut();
        if (*list).last.is_null() {
            (*list).first = waiter;
        } else {
            (*(*list).last).link = waiter;
        }
        (*list).last = waiter;
        true
    }
}

/// Wakes all who have drawn a ticket.
///
/// # Safety
/// The list exists.
pub unsafe fn notify_all(list: *mut NotifyList) {
    // SAFETY: the list is touched with the lock held; records taken out are ours until woken.
    unsafe {
        if (*list).wait.load(Ordering::SeqCst) == (*list).notify.load(Ordering::SeqCst) {
            return;
        }
        (*list).lock.lock();
        let mut waiter = core::mem::replace(&mut (*list).first, ptr::null_mut());
        (*list).last = ptr::null_mut();
        // Those who have a ticket but are not in the list yet find themselves notified.
        (*list)
            .notify
            .store((*list).wait.load(Ordering::SeqCst), Ordering::SeqCst);
        (*list).lock.unlock();
        while !waiter.is_null() {
            let next = core::mem::replace(&mut (*waiter).link, ptr::null_mut());
            wake((*waiter).g, 0, 0);
            waiter = next;
        }
    }
}

/// Wakes the one whose ticket is next.
///
/// # Safety
/// The list exists.
pub unsafe fn notify_one(list: *mut NotifyList) {
    // SAFETY: the list is touched with the lock held; the record taken out is ours until woken.
    unsafe {
        if (*list).wait.load(Ordering::SeqCst) == (*list).notify.load(Ordering::SeqCst) {
            return;
        }
        (*list).lock.lock();
        let ticket = (*list).notify.load(Ordering::Relaxed);
        if ticket == (*list).wait.load(Ordering::SeqCst) {
            (*list).lock.unlock();
            return;
        }
        (*list)
            .notify
            .store(ticket.wrapping_add(1), Ordering::SeqCst);
        // Tickets are drawn without the lock, so the list need not be in their order. Whoever has the ticket and is not
        // in the list yet finds itself notified.
        let mut previous: *mut Waiter = ptr::null_mut();
        let mut waiter = (*list).first;
        while !waiter.is_null() && (*waiter).index != ticket {
            previous = waiter;
            waiter = (*waiter).link;
        }
        if waiter.is_null() {
            (*list).lock.unlock();
            return;
        }
        let next = core::mem::replace(&mut (*waiter).link, ptr::null_mut());
        if previous.is_null() {
            (*list).first = next;
        } else {
            (*previous).link = next;
        }
        if next.is_null() {
            (*list).last = previous;
        }
        (*list).lock.unlock();
        wake((*waiter).g, 0, 0);
    }
}
