//! What the Go half calls.

use super::{Hchan, Received, Sent, close, recv, send, try_recv_fast, try_send_fast};
use crate::{
    sched::{self, Reason, word},
    time,
};

/// Two results in registers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Pair(pub usize, pub usize);

/// A boolean argument: the upper bits of its register are undefined.
#[inline(always)]
pub(crate) const fn truth(argument: usize) -> bool {
    argument as u8 != 0
}

/// `func chansend(c, elem unsafe.Pointer, block bool) int`: a [`Sent`], never `Wait`.
unsafe extern "C" fn chansend(c: *mut Hchan, elem: *mut u8, block: usize) -> usize {
    let block = truth(block);
    // SAFETY: compiled code gives a channel or nil, and a value of its element type.
    unsafe {
        if c.is_null() {
            if block {
                sched::park(Reason::CHAN_SEND_NIL, None);
            }
            return Sent::WouldBlock as usize;
        }
        if !block {
            return if try_send_fast(c) {
                send(c, elem, core::ptr::null_mut()) as usize
            } else {
                0
            };
        }
        let g = sched::current_g();
        let sent = send(c, elem, &raw mut (*g).wait.waiter);
        if sent == Sent::Wait {
            (*g).wait.waiter.g = g;
            (*g).go[word::WAIT_OBJECT] = elem as usize;
            (*g).go[word::WAIT_CHANNEL] = c as usize;
            let reason = if (*c).bubble == 0 {
                Reason::CHAN_SEND
            } else {
                Reason::SYNCTEST_CHAN_SEND
            };
            sched::park(reason, Some(&(*c).lock));
        }
        sent as usize
    }
}

/// `func chanrecv(c, elem unsafe.Pointer, block bool) (selected, received bool)`
unsafe extern "C" fn chanrecv(c: *mut Hchan, elem: *mut u8, block: usize) -> Pair {
    let block = truth(block);
    // SAFETY: compiled code gives a channel or nil, and room for a value of its element type or nil.
    unsafe {
        if c.is_null() {
            if block {
                sched::park(Reason::CHAN_RECEIVE_NIL, None);
            }
            return Pair(0, 0);
        }
        if !(*c).timer.is_null() {
            time::channel_looked_at((*c).timer);
        }
        let received = if block {
            let g = sched::current_g();
            let received = recv(c, elem, &raw mut (*g).wait.waiter);
            if received == Received::Wait {
                (*g).wait.waiter.g = g;
                (*g).go[word::WAIT_OBJECT] = elem as usize;
                (*g).go[word::WAIT_CHANNEL] = c as usize;
                let reason = if (*c).bubble == 0 {
                    Reason::CHAN_RECEIVE
                } else {
                    Reason::SYNCTEST_CHAN_RECEIVE
                };
                sched::park(reason, Some(&(*c).lock));
            }
            received
        } else if try_recv_fast(c) {
            recv(c, elem, core::ptr::null_mut())
        } else {
            Received::WouldBlock
        };
        match received {
            Received::Value => Pair(1, 1),
            Received::Closed => Pair(1, 0),
            _ => Pair(0, 0),
        }
    }
}

/// `func chanclose(c unsafe.Pointer) bool`: false if it was closed before.
unsafe extern "C" fn chanclose(c: *mut Hchan) -> bool {
    // SAFETY: the Go half has excluded nil.
    unsafe { close(c) }
}

entry!("runtime.chansend", chansend);
entry!("runtime.chanrecv", chanrecv);
entry!("runtime.chanclose", chanclose);
