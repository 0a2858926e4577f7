//! Models of the run queue, and of how idle threads learn of work.

use loom::thread;

use super::{
    G, GList, M, P, PStatus,
    hand::{acquire, put_global, put_local, wake_one},
    idle::inject,
    runq::{CAPACITY, RunQueue},
    schedule::{find_runnable, reset_spinning},
    state::{SCHED, State},
};
use crate::sync::{
    Note,
    atomic::{AtomicU32, Ordering},
    model::{adopt, check, set_m, set_thread, spin},
};

fn number(n: usize) -> *mut G {
    core::ptr::without_provenance_mut(n)
}

/// A queue; never freed.
fn queue() -> &'static RunQueue {
    let q: &'static RunQueue = Box::leak(Box::default());
    adopt(&[q]);
    q
}

/// What the owner finds in its queue, as a set of bits.
fn drain(q: &RunQueue) -> usize {
    let mut found = 0;
    loop {
        let (g, _) = q.pop();
        if g.is_null() {
            return found;
        }
        assert_eq!(found & 1 << g as usize, 0, "taken twice");
        found |= 1 << g as usize;
    }
}

/// The owner adds and takes while somebody steals: every goroutine is taken once.
#[test]
fn queue_and_thief_share() {
    check(3, || {
        let (q, own) = (queue(), queue());
        let thief = thread::spawn(move || {
            let g = own.steal(q, true);
            let stolen = if g.is_null() { 0 } else { 1 << g as usize };
            let rest = drain(own);
            assert_eq!(stolen & rest, 0);
            stolen | rest
        });
        let mut overflow = [core::ptr::null_mut(); CAPACITY / 2 + 1];
        for n in 1..=3 {
            assert_eq!(q.push(number(n), &mut overflow), 0);
        }
        assert!(q.set_next(number(4)).is_null());
        let kept = drain(q);
        let stolen = thief.join().unwrap();
        assert_eq!(kept & stolen, 0, "taken twice");
        assert_eq!(kept | stolen, 0b11110, "lost");
    });
}

/// The queue is full: half of it moves to the overflow while somebody steals.
#[test]
fn full_queue_overflows_while_robbed() {
    check(3, || {
        let (q, own) = (queue(), queue());
        let mut overflow = [core::ptr::null_mut(); CAPACITY / 2 + 1];
        for n in 1..=CAPACITY {
            assert_eq!(q.push(number(n), &mut overflow), 0);
        }
        let thief = thread::spawn(move || {
            let g = own.steal(q, false);
            let stolen = if g.is_null() { 0 } else { 1 << g as usize };
            stolen | drain(own)
        });
        let n = q.push(number(CAPACITY + 1), &mut overflow);
        let mut kept = drain(q);
        for g in &overflow[..n] {
            assert_eq!(kept & 1 << *g as usize, 0, "taken twice");
            kept |= 1 << *g as usize;
        }
        let stolen = thief.join().unwrap();
        assert_eq!(kept & stolen, 0, "taken twice");
        assert_eq!(kept | stolen, (1 << (CAPACITY + 2)) - 2, "lost");
    });
}

/// Set once somebody runs a goroutine.
static FOUND: Note = Note::new();
/// Number of threads of the scheduler that are over; not a part of the model.
static OVER: AtomicU32 = AtomicU32::new(0);

fn zeroed<T>() -> *mut T {
    // SAFETY: used for structures of the scheduler, which are valid when all zero.
    Box::into_raw(Box::new(unsafe { core::mem::zeroed() }))
}

fn thread_structure() -> *mut M {
    let m: *mut M = zeroed();
    // SAFETY: just made.
    unsafe {
        (*m).this = m;
        (*m).random = 1;
        adopt(&[&(*m).park, &(*m).stop]);
    }
    m
}

/// So many threads that none is ever the last one, and the program not in a deadlock.
const FIRST_THREADS: u32 = 100;

unsafe fn adopt_processor(p: *mut P) {
    // SAFETY: the caller's.
    unsafe { adopt(&[&(*p).status, &(*p).m, &(*p).sched_tick, &(*p).runq]) };
}

/// Two processors, of which the second is idle; the scheduler is as after the start.
fn scheduler() -> [*mut P; 2] {
    // SAFETY: no threads have been started yet.
    unsafe {
        *SCHED.state.get() = State {
            queue: GList::new(),
            idle_ms: core::ptr::null_mut(),
            idle_count: 0,
            idle_locked: 0,
            threads: FIRST_THREADS,
            thread_ids: FIRST_THREADS,
            idle_procs: core::ptr::null_mut(),
            free: GList::new(),
            ended_ms: core::ptr::null_mut(),
            wanting: core::ptr::null_mut(),
            wanted_ms: core::ptr::null_mut(),
        };
        OVER.store(0, Ordering::Relaxed);
        SCHED.procs.store(2, Ordering::Relaxed);
        let procs = [0, 1].map(|i| {
            let p: *mut P = zeroed();
            (*p).id = i;
            adopt_processor(p);
            SCHED.all_procs[i as usize].store(p, Ordering::Relaxed);
            p
        });
        adopt(&[
            &SCHED.lock,
            &SCHED.queued,
            &SCHED.idle_procs,
            &SCHED.wanting,
            &SCHED.spinning,
            &SCHED.polling,
            &SCHED.poll_until,
            &SCHED.last_poll,
            &FOUND,
        ]);
        procs
    }
}

/// A thread of the scheduler looks for a goroutine, and is over once it has one.
fn run_one(m: *mut M) {
    // SAFETY: own thread, with the processor that it was started with.
    unsafe {
        acquire((*m).next_p);
        (*m).next_p = core::ptr::null_mut();
        let (g, _) = find_runnable(m);
        if (*m).spinning {
            reset_spinning(m);
        }
        OVER.fetch_add(1, Ordering::Relaxed);
        assert!(!g.is_null());
        FOUND.wake();
    }
}

/// Waits until all other threads sleep or are over, and gives those that sleep something to end with.
fn end_sleepers(threads: u32) {
    loop {
        let guard = SCHED.lock.guard();
        // SAFETY: the lock is held; idle threads wait for a processor.
        unsafe {
            let state = SCHED.state.get();
            let over = OVER.load(Ordering::Relaxed);
            if over == threads {
                return;
            }
            let m = state.idle_ms;
            if !m.is_null() {
                state.idle_ms = (*m).idle_link;
                state.idle_count -= 1;
                let p: *mut P = zeroed();
                adopt_processor(p);
                put_local(p, zeroed(), true);
                (*m).next_p = p;
                (*m).park.wake();
            }
        }
        drop(guard);
        spin();
    }
}

/// One thread makes a goroutine runnable and stays busy, the other is on its way to sleep: it, or another one, must find
/// the goroutine.
fn work_is_found(submit: fn(*mut P, *mut G)) {
    check(2, move || {
        let [busy, other] = scheduler();
        set_thread(run_one);
        let (main, second) = (thread_structure(), thread_structure() as usize);
        let g: *mut G = zeroed();
        set_m(main);
        // SAFETY: the processors are this thread's to give.
        unsafe {
            acquire(busy);
            (*(second as *mut M)).next_p = other;
            (*other)
                .status
                .store(PStatus::Running as u32, Ordering::Relaxed);
        }
        let looking = thread::spawn(move || {
            set_m(second as *mut M);
            run_one(second as *mut M);
        });
        submit(busy, g);
        FOUND.sleep();
        // SAFETY: under the lock.
        let started = unsafe {
            let _guard = SCHED.lock.guard();
            SCHED.state.get().thread_ids - FIRST_THREADS
        };
        end_sleepers(1 + started);
        looking.join().unwrap();
    });
}

#[test]
fn readied_goroutine_is_found() {
    // SAFETY: the processor is the caller's.
    work_is_found(|p, g| unsafe {
        put_local(p, g, true);
        wake_one();
    });
}

#[test]
fn queued_goroutine_is_found() {
    // SAFETY: the processor is the caller's.
    work_is_found(|p, g| unsafe {
        put_local(p, g, false);
        wake_one();
    });
}

#[test]
fn global_goroutine_is_found() {
    work_is_found(|_, g| {
        let mut list = GList::new();
        // SAFETY: the goroutine is new.
        unsafe {
            list.push(g);
            put_global(&mut list);
            wake_one();
        }
    });
}

#[test]
fn injected_goroutine_is_found() {
    work_is_found(|_, g| {
        let mut list = GList::new();
        // SAFETY: the goroutine is new.
        unsafe {
            list.push(g);
            inject(&mut list);
        }
    });
}

/// Several at once, as the poller gives them.
#[test]
fn injected_goroutines_are_found() {
    work_is_found(|_, g| {
        let mut list = GList::new();
        // SAFETY: the goroutines are new.
        unsafe {
            list.push(zeroed());
            list.push(g);
            inject(&mut list);
        }
    });
}
