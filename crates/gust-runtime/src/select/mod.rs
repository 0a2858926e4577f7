//! Select statements.
//!
//! Compiled code gives an array of cases, sends first, and scratch for two orders of them: the random order in which
//! cases are tried, so that no case is preferred, and the order of the channels' addresses, in which they are locked, so
//! that two selects never wait for each other.
//!
//! If no case can proceed, the goroutine leaves a record in the queue of every channel and parks. Whoever takes one of them
//! out claims the select first ([`G::claim_select`]), finishes the case and wakes the goroutine. The other records stay,
//! and are passed over, until the goroutine takes them out itself: the Go half calls [`finish`] after such a wait.
//!
//! [`G::claim_select`]: crate::sched::G::claim_select

mod entry;
#[cfg(test)]
mod tests;

use core::{ptr, slice, sync::atomic::Ordering};

use crate::{
    chan::{self, Hchan, Received, Sent},
    sched::G,
    time,
    wait::WaiterPool,
};

/// A case, as compiled code lays it out.
#[repr(C)]
#[derive(Debug)]
pub struct Case {
    /// The channel; null never proceeds.
    pub channel: *mut Hchan,
    /// The value to send, or where to put the one received (may be null).
    pub elem: *mut u8,
}

/// Result besides the case: a receive got a value that was sent.
pub const RECEIVED: usize = 1;
/// Result besides the case: a send to a closed channel.
pub const CLOSED: usize = 4;

/// Result besides the case: a channel of another synctest bubble.
pub const FOREIGN: usize = 8;

/// How the first half of a select ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A case was done: index and flags.
    Done(usize, usize),
    /// None could proceed, and waiting was not wanted.
    Default,
    /// Records are queued and all channels locked: unlock them with [`unlock`] and park.
    Wait,
}

/// A select in progress.
#[derive(Debug)]
pub struct Select<'a> {
    cases: &'a [Case],
    sends: usize,
    /// Cases with a channel, shuffled.
    tries: &'a mut [u16],
    /// The same by the channels' addresses.
    locks: &'a mut [u16],
    /// Whether all channels belong to synctest bubbles, and whether any does.
    bubbles: (bool, bool),
}

impl<'a> Select<'a> {
    /// Sets up the orders. `random(n)` is uniform below `n`.
    ///
    /// # Safety
    /// `cases` are valid and `scratch` has room for two numbers per case, for the lifetime.
    pub unsafe fn new(
        cases: &'a [Case],
        sends: usize,
        scratch: *mut u16,
        mut random: impl FnMut(u32) -> u32,
    ) -> Self {
        let n = cases.len();
        // SAFETY: the caller's.
        let (tries, locks) = unsafe {
            (
                slice::from_raw_parts_mut(scratch, n),
                slice::from_raw_parts_mut(scratch.add(n), n),
            )
        };
        let mut used = 0;
        let mut bubbles = (true, false);
        for (i, case) in cases.iter().enumerate() {
            if case.channel.is_null() {
                continue;
            }
            // SAFETY: the caller's; the number does not change.
            let in_bubble = unsafe { (*case.channel).bubble != 0 };
            bubbles = (bubbles.0 && in_bubble, bubbles.1 || in_bubble);
            // Inside-out shuffle.
            let j = random(used as u32 + 1) as usize;
            tries[used] = tries[j];
            tries[j] = i as u16;
            locks[used] = i as u16;
            used += 1;
        }
        let (tries, locks) = (&mut tries[..used], &mut locks[..used]);
        locks.sort_unstable_by_key(|&i| cases[usize::from(i)].channel as usize);
        Select {
            cases,
            sends,
            tries,
            locks,
            bubbles,
        }
    }

    /// Calls `f` once with each channel, in the order of the addresses. Nothing of the select is looked at after the last
    /// call.
    fn each_channel(&self, mut f: impl FnMut(*mut Hchan)) {
        let mut last = ptr::null_mut();
        for &i in self.locks.iter() {
            let channel = self.cases[usize::from(i)].channel;
            if channel != last {
                if !last.is_null() {
                    f(last);
                }
                last = channel;
            }
        }
        if !last.is_null() {
            f(last);
        }
    }

    /// Does the first case that can proceed. If none can, and waiting is wanted, queues records for the goroutine.
    ///
    /// # Safety
    /// The cases' channels and values are valid; `waiting` is the current goroutine and the pool of its processor, or none
    /// if the select has a default.
    pub unsafe fn run(&self, waiting: Option<(*mut G, &WaiterPool)>) -> Outcome {
        // SAFETY: all channels are locked while they are tried.
        unsafe {
            // A receive from a timer's channel may find the timer due.
            for &i in self.locks.iter() {
                let timer = (*self.cases[usize::from(i)].channel).timer;
                if !timer.is_null() {
                    time::channel_looked_at(timer);
                }
            }
            self.each_channel(|c| (*c).lock.lock());
            for &i in self.tries.iter() {
                let index = usize::from(i);
                let case = &self.cases[index];
                let done = if index < self.sends {
                    chan::send_locked(case.channel, case.elem).map(|(sent, waiter)| {
                        (if sent == Sent::Closed { CLOSED } else { 0 }, waiter)
                    })
                } else {
                    chan::recv_locked(case.channel, case.elem).map(|(received, waiter)| {
                        (
                            if received == Received::Value {
                                RECEIVED
                            } else {
                                0
                            },
                            waiter,
                        )
                    })
                };
                if let Some((flags, waiter)) = done {
                    self.unlock();
                    chan::wake_served(waiter);
                    return Outcome::Done(index, flags);
                }
            }
            match waiting {
                None => {
                    self.unlock();
                    Outcome::Default
                }
                Some((g, pool)) => {
                    self.enqueue(g, pool);
                    Outcome::Wait
                }
            }
        }
    }

    /// Unlocks the channels of a select that waits. Cases and scratch lie on the goroutine's stack, but it cannot leave
    /// [`finish`] before the last channel is unlocked.
    pub fn unlock(&self) {
        // SAFETY: the channels are valid and locked.
        self.each_channel(|c| unsafe { (*c).lock.unlock() });
    }

    /// Queues a record for each case.
    ///
    /// # Safety
    /// All channels are locked.
    unsafe fn enqueue(&self, g: *mut G, pool: &WaiterPool) {
        // SAFETY: channels are locked, records are fresh.
        unsafe {
            (*g).wait.select_done.store(0, Ordering::Relaxed);
            let list = pool.take(self.locks.len());
            (*g).wait.select_list = list;
            let mut waiter = list;
            for &i in self.locks.iter() {
                let index = usize::from(i);
                let case = &self.cases[index];
                let channel = case.channel;
                (*waiter).g = g;
                (*waiter).elem = case.elem;
                (*waiter).object = channel.cast();
                (*waiter).index = index as u32;
                (*waiter).in_select = true;
                (*waiter).sends = index < self.sends;
                if index < self.sends {
                    (*channel).senders.push(waiter);
                } else {
                    (*channel).receivers.push(waiter);
                    if !(*channel).timer.is_null() {
                        time::channel_blocked((*channel).timer);
                    }
                }
                waiter = (*waiter).link;
            }
        }
    }

    /// Whether all channels were made in synctest bubbles.
    #[must_use]
    pub fn all_in_bubble(&self) -> bool {
        self.bubbles.0
    }

    /// Whether a channel was made in a synctest bubble that is not this one (0: none).
    #[must_use]
    pub fn is_foreign(&self, bubble: u64) -> bool {
        self.bubbles.1
            && self.locks.iter().any(|&i| {
                // SAFETY: the channels are valid; the number does not change.
                let made_in = unsafe { (*self.cases[usize::from(i)].channel).bubble };
                made_in != 0 && made_in != bubble
            })
    }
}

/// Takes the records of a select that has been woken out of the queues they are still in, and gives them back.
///
/// # Safety
/// The goroutine is the current one, and was woken out of a select.
pub unsafe fn finish(g: *mut G, pool: &WaiterPool) {
    // SAFETY: records not in a queue any more belong to their goroutine; the others are touched with their channel locked.
    unsafe {
        let list = core::mem::replace(&mut (*g).wait.select_list, ptr::null_mut());
        let mut waiter = list;
        // Every channel is locked once, even of the case that was done: see `Select::unlock`.
        while !waiter.is_null() {
            let channel = (*waiter).object.cast::<Hchan>();
            {
                let _guard = (*channel).lock.guard();
                if (*waiter).queued {
                    if (*waiter).sends {
                        (*channel).senders.remove(waiter);
                    } else {
                        (*channel).receivers.remove(waiter);
                    }
                }
                if !(*waiter).sends && !(*channel).timer.is_null() {
                    time::channel_unblocked((*channel).timer);
                }
            }
            waiter = (*waiter).link;
        }
        pool.give(list);
    }
}
