//! Channels between threads that stand for goroutines.

use std::{ptr, thread};

use gust_abi::types::Type;

use super::{Hchan, Received, Sent, close, recv, send};
use crate::{
    sync::{
        Lock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    wait::{Queue, thread::current, thread::sleep},
};

fn word_type() -> *const Type {
    // SAFETY: a descriptor is valid when all zero.
    let mut ty: Box<Type> = Box::new(unsafe { std::mem::zeroed() });
    ty.size = 8;
    ty.ptr_bytes = 8;
    Box::leak(ty)
}

/// A channel of words, never freed.
pub fn make(cap: usize) -> Chan {
    let buf = Box::leak(vec![0u64; cap].into_boxed_slice());
    Chan(Box::leak(Box::new(Hchan {
        buf: buf.as_mut_ptr().cast(),
        timer: ptr::null_mut(),
        elem: word_type(),
        count: AtomicUsize::new(0),
        cap,
        elem_size: 8,
        bubble: 0,
        closed: 0.into(),
        lock: Lock::new(),
        send_at: 0,
        recv_at: 0,
        receivers: Queue::EMPTY,
        senders: Queue::EMPTY,
    })))
}

/// A channel of words, as a test sees it.
#[derive(Clone, Copy)]
pub struct Chan(pub *mut Hchan);

// SAFETY: a channel is there to be shared.
unsafe impl Send for Chan {}

impl Chan {
    /// Sends; false if closed.
    pub fn send(self, mut value: u64) -> bool {
        let g = current();
        // SAFETY: the channel is never freed; the goroutine is this thread's.
        unsafe {
            (*g).wait.waiter.g = g;
            match send(self.0, (&raw mut value).cast(), &raw mut (*g).wait.waiter) {
                Sent::Wait => {
                    (*self.0).lock.unlock();
                    sleep().0 == Sent::Done as usize
                }
                sent => sent == Sent::Done,
            }
        }
    }

    /// Receives; none if closed.
    pub fn recv(self) -> Option<u64> {
        let g = current();
        let mut value = u64::MAX;
        // SAFETY: as above.
        let received = unsafe {
            (*g).wait.waiter.g = g;
            match recv(self.0, (&raw mut value).cast(), &raw mut (*g).wait.waiter) {
                Received::Wait => {
                    (*self.0).lock.unlock();
                    sleep().1 == 1
                }
                received => received == Received::Value,
            }
        };
        assert!(received || value == 0);
        received.then_some(value)
    }

    pub fn close(self) -> bool {
        // SAFETY: the channel is never freed.
        unsafe { close(self.0) }
    }
}

#[test]
fn buffered_values_come_in_order() {
    let c = make(3);
    for round in 0..5 {
        for i in 0..3 {
            assert!(c.send(round * 10 + i));
        }
        // SAFETY: the channel is never freed.
        assert_eq!(
            unsafe { send(c.0, (&raw const round).cast_mut().cast(), ptr::null_mut()) },
            Sent::WouldBlock
        );
        for i in 0..3 {
            assert_eq!(c.recv(), Some(round * 10 + i));
        }
    }
}

#[test]
fn closing_leaves_what_is_buffered() {
    let c = make(2);
    assert!(c.send(7));
    assert!(c.close());
    assert!(!c.close());
    assert!(!c.send(8));
    assert_eq!(c.recv(), Some(7));
    assert_eq!(c.recv(), None);
}

#[test]
fn closing_wakes_all() {
    let c = make(0);
    let receivers: Vec<_> = (0..4).map(|_| thread::spawn(move || c.recv())).collect();
    let full = make(0);
    let senders: Vec<_> = (0..4)
        .map(|_| thread::spawn(move || full.send(1)))
        .collect();
    thread::yield_now();
    c.close();
    full.close();
    for t in receivers {
        assert_eq!(t.join().unwrap(), None);
    }
    for t in senders {
        assert!(!t.join().unwrap());
    }
}

#[test]
fn every_value_arrives_once() {
    for cap in [0, 1, 5] {
        const EACH: u64 = 3000;
        let c = make(cap);
        static SUM: AtomicU64 = AtomicU64::new(0);
        SUM.store(0, Ordering::Relaxed);
        let receivers: Vec<_> = (0..3)
            .map(|_| {
                thread::spawn(move || {
                    while let Some(v) = c.recv() {
                        SUM.fetch_add(v, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let senders: Vec<_> = (0..3)
            .map(|s| {
                thread::spawn(move || {
                    for i in 0..EACH {
                        assert!(c.send(s * EACH + i));
                    }
                })
            })
            .collect();
        for t in senders {
            t.join().unwrap();
        }
        c.close();
        for t in receivers {
            t.join().unwrap();
        }
        let n = 3 * EACH;
        assert_eq!(SUM.load(Ordering::Relaxed), n * (n - 1) / 2);
    }
}
