//! Models of channels: the operations under the lock, and waiting in the queues.

use loom::thread;

use super::{Received, Sent, close, recv, send, tests::make};
use crate::{
    chan::Hchan,
    sched::G,
    sync::model::{adopt, check, goroutine, sleep},
};

/// A channel of words and what a goroutine does with it.
#[derive(Clone, Copy)]
struct Chan(usize);

impl Chan {
    fn new(cap: usize) -> Self {
        let c = make(cap).0;
        // SAFETY: just made, never freed.
        unsafe { adopt(&[&(*c).lock, &(*c).count, &(*c).closed]) };
        Chan(c as usize)
    }

    fn at(self) -> *mut Hchan {
        self.0 as *mut Hchan
    }

    fn send(self, g: usize, mut value: u64) -> bool {
        let g = g as *mut G;
        // SAFETY: the channel is never freed; the goroutine is this thread's.
        unsafe {
            match send(
                self.at(),
                (&raw mut value).cast(),
                &raw mut (*g).wait.waiter,
            ) {
                Sent::Wait => {
                    (*self.at()).lock.unlock();
                    sleep(g).0 == Sent::Done as usize
                }
                sent => sent == Sent::Done,
            }
        }
    }

    fn recv(self, g: usize) -> Option<u64> {
        let g = g as *mut G;
        let mut value = u64::MAX;
        // SAFETY: as above.
        let received = unsafe {
            match recv(
                self.at(),
                (&raw mut value).cast(),
                &raw mut (*g).wait.waiter,
            ) {
                Received::Wait => {
                    (*self.at()).lock.unlock();
                    sleep(g).1 == 1
                }
                received => received == Received::Value,
            }
        };
        assert!(received || value == 0);
        received.then_some(value)
    }
}

/// Two senders and a receiver: every value arrives once, nobody waits for ever.
#[test]
fn values_arrive_once() {
    for cap in [0, 1] {
        check(2, move || {
            let c = Chan::new(cap);
            let g: [usize; 3] = core::array::from_fn(|_| goroutine() as usize);
            let senders = [
                thread::spawn(move || assert!(c.send(g[0], 1))),
                thread::spawn(move || assert!(c.send(g[1], 2))),
            ];
            let sum = c.recv(g[2]).unwrap() + c.recv(g[2]).unwrap();
            assert_eq!(sum, 3);
            for t in senders {
                t.join().unwrap();
            }
        });
    }
}

/// Values of one sender arrive in order through a full buffer.
#[test]
fn order_is_kept() {
    check(3, || {
        let c = Chan::new(1);
        let (a, b) = (goroutine() as usize, goroutine() as usize);
        let sender = thread::spawn(move || (1..=3).for_each(|v| assert!(c.send(a, v))));
        for v in 1..=3 {
            assert_eq!(c.recv(b), Some(v));
        }
        sender.join().unwrap();
    });
}

/// Closing wakes a receiver and a sender, or they see it.
#[test]
fn closing_is_seen() {
    check(3, || {
        let (c, d) = (Chan::new(0), Chan::new(0));
        let (a, b) = (goroutine() as usize, goroutine() as usize);
        let receiver = thread::spawn(move || assert_eq!(c.recv(a), None));
        let sender = thread::spawn(move || assert!(!d.send(b, 1)));
        // SAFETY: the channels are never freed.
        unsafe { assert!(close(c.at()) && close(d.at())) };
        receiver.join().unwrap();
        sender.join().unwrap();
    });
}
