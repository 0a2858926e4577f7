//! Selects between threads that stand for goroutines.

use std::{
    ptr,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use super::{CLOSED, Case, Outcome, RECEIVED, Select, finish};
use crate::{
    chan::{
        WOKEN,
        tests::{Chan, make},
    },
    wait::{
        WaiterPool,
        thread::{current, sleep},
    },
};

static POOL: WaiterPool = WaiterPool::new();

fn random(n: u32) -> u32 {
    static STATE: AtomicU64 = AtomicU64::new(1);
    let s = STATE.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    ((s ^ s >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as u32 % n
}

/// A whole select: the case and, for receives, whether a value came.
fn select(cases: &[Case], sends: usize, block: bool) -> Option<(usize, bool)> {
    let g = current();
    let mut scratch = vec![0u16; 2 * cases.len()];
    // SAFETY: channels are never freed; the goroutine is this thread's.
    unsafe {
        let select = Select::new(cases, sends, scratch.as_mut_ptr(), random);
        match select.run(block.then_some((g, &POOL))) {
            Outcome::Done(index, flags) => {
                assert_eq!(flags & CLOSED, 0);
                Some((index, flags & RECEIVED != 0))
            }
            Outcome::Default => None,
            Outcome::Wait => {
                select.unlock();
                let (index, ok) = sleep();
                finish(g, &POOL);
                Some((index & (WOKEN - 1), ok != 0))
            }
        }
    }
}

fn case(c: Chan, value: &mut u64) -> Case {
    Case {
        channel: c.0,
        elem: ptr::from_mut(value).cast(),
    }
}

#[test]
fn takes_what_is_ready_and_the_default_else() {
    let (a, b) = (make(1), make(1));
    let (mut x, mut y) = (0, 0);
    let nil = Case {
        channel: ptr::null_mut(),
        elem: ptr::null_mut(),
    };
    assert_eq!(
        select(&[case(a, &mut x), case(b, &mut y), nil], 0, false),
        None
    );
    b.send(5);
    assert_eq!(
        select(&[case(a, &mut x), case(b, &mut y)], 0, true),
        Some((1, true))
    );
    assert_eq!(y, 5);
    x = 9;
    assert_eq!(
        select(&[case(a, &mut x), case(b, &mut y)], 1, true),
        Some((0, true)).map(|(i, _)| (i, false))
    );
    assert_eq!(a.recv(), Some(9));
    a.close();
    assert_eq!(
        select(&[case(a, &mut x), case(b, &mut y)], 0, true),
        Some((0, false))
    );
    assert_eq!(x, 0);
}

#[test]
fn the_choice_is_fair() {
    let (a, b) = (make(1), make(1));
    let mut counts = [0; 2];
    for _ in 0..1000 {
        let (mut x, mut y) = (1, 1);
        let (i, _) = select(&[case(a, &mut x), case(b, &mut y)], 2, true).unwrap();
        counts[i] += 1;
        [a, b][i].recv();
    }
    assert!(counts.iter().all(|&n| n > 350), "{counts:?}");
}

#[test]
fn selects_meet_selects() {
    const EACH: u64 = 4000;
    let channels = [make(0), make(0), make(2)];
    static SUM: AtomicU64 = AtomicU64::new(0);
    let stop = make(0);
    let receivers: Vec<_> = (0..2)
        .map(|_| {
            thread::spawn(move || {
                loop {
                    let (mut a, mut b, mut c, mut s) = (0, 0, 0, 0);
                    let cases = [
                        case(channels[0], &mut a),
                        case(channels[1], &mut b),
                        case(channels[2], &mut c),
                        case(channels[2], &mut c),
                        case(stop, &mut s),
                    ];
                    match select(&cases, 0, true).unwrap() {
                        (4, _) => return,
                        (_, received) => assert!(received),
                    }
                    SUM.fetch_add(a + b + c, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let senders: Vec<_> = (0..2)
        .map(|t| {
            thread::spawn(move || {
                for i in 0..EACH {
                    let mut v = t * EACH + i;
                    let mut w = v;
                    let cases = [
                        case(channels[(i % 3) as usize], &mut v),
                        case(channels[((i + 1) % 3) as usize], &mut w),
                    ];
                    select(&cases, 2, true).unwrap();
                }
            })
        })
        .collect();
    for t in senders {
        t.join().unwrap();
    }
    // What is still buffered is received before the stop or by hand.
    stop.close();
    for t in receivers {
        t.join().unwrap();
    }
    let mut rest = 0;
    while select(&[case(channels[2], &mut rest)], 0, false).is_some() {
        SUM.fetch_add(rest, Ordering::Relaxed);
    }
    let n = 2 * EACH;
    assert_eq!(SUM.load(Ordering::Relaxed), n * (n - 1) / 2);
}
