//! Bubbles of `testing/synctest`: goroutines with a clock of their own, which moves when all of them are blocked for good.
//!
//! A goroutine is in a bubble if the word [`word::BUBBLE`] of its structure says so; goroutines that it starts are too. It is
//! blocked for good if only another goroutine of the bubble, or its clock, can wake it ([`is_durable`]). The scheduler
//! reports each change. When nothing runs, the bubble wakes who called `Wait`, or else its root, the caller of `Run`:
//! that moves the clock to the next timer and runs it, or ends the bubble.

mod entry;

use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicI64, AtomicPtr, Ordering},
};

use crate::{
    sched::{self, G, Reason, word},
    sync::Lock,
    time::Heap,
};

/// Midnight UTC, 1 January 2000, in nanoseconds: when the clock of a bubble starts.
const START: i64 = 946_684_800_000_000_000;

/// A bubble. Never freed: goroutines that are left behind keep referring to it.
#[repr(C)]
#[derive(Debug)]
pub struct Bubble {
    /// Its number; not 0. Known to the Go half.
    pub id: u64,
    /// Its time.
    now: AtomicI64,
    /// Its timers.
    pub heap: Heap,
    lock: Lock,
    state: UnsafeCell<State>,
    /// Link in the list of all.
    next: *mut Bubble,
}

#[derive(Debug)]
struct State {
    /// Caller of `Run`.
    root: *mut G,
    /// Caller of `Wait` that waits.
    waiter: *mut G,
    /// The first goroutine.
    main: *mut G,
    /// Somebody is calling `Wait`.
    waiting: bool,
    /// The first goroutine has ended.
    done: bool,
    /// Goroutines.
    total: i64,
    /// Those not blocked for good.
    running: i64,
    /// Other reasons not to think it blocked.
    active: i64,
}

static ALL: AtomicPtr<Bubble> = AtomicPtr::new(ptr::null_mut());

/// Whether a goroutine that waits for this reason is woken from inside its bubble only.
#[must_use]
pub fn is_durable(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::CHAN_RECEIVE_NIL
            | Reason::CHAN_SEND_NIL
            | Reason::SELECT_NO_CASES
            | Reason::SLEEP
            | Reason::COND_WAIT
            | Reason::COROUTINE
            | Reason::SYNCTEST_RUN
            | Reason::SYNCTEST_WAIT
            | Reason::SYNCTEST_CHAN_RECEIVE
            | Reason::SYNCTEST_CHAN_SEND
            | Reason::SYNCTEST_SELECT
            | Reason::SYNCTEST_WAIT_GROUP_WAIT
    )
}

/// The bubble of a goroutine, null if it is in none.
///
/// # Safety
/// The goroutine exists.
#[inline]
#[must_use]
pub unsafe fn of(g: *const G) -> *mut Bubble {
    // SAFETY: the caller's.
    unsafe { (*g).go[word::BUBBLE] as *mut Bubble }
}

/// A goroutine of the bubble has parked. Called once it can be readied, so the bubble was looked up before.
///
/// # Safety
/// The bubble exists; no lock is held.
pub unsafe fn parked(bubble: *mut Bubble, reason: Reason) {
    if is_durable(reason) {
        // SAFETY: the caller's.
        unsafe { change(bubble, |state| state.running -= 1) };
    }
}

/// A goroutine of the bubble that waited is about to be made runnable.
///
/// # Safety
/// The bubble is the goroutine's; no lock of a bubble is held.
pub unsafe fn readied(bubble: *mut Bubble, g: *const G) {
    // SAFETY: the caller's.
    unsafe {
        if is_durable(Reason((*g).go[word::WAIT_REASON] as u32)) {
            change(bubble, |state| state.running += 1);
        }
    }
}

/// A goroutine has been made in the bubble.
///
/// # Safety
/// The bubble exists; no lock is held.
pub unsafe fn created(bubble: *mut Bubble) {
    // SAFETY: the caller's.
    unsafe {
        change(bubble, |state| {
            state.total += 1;
            state.running += 1;
        });
    }
}

/// A goroutine of the bubble has ended.
///
/// # Safety
/// The bubble exists; no lock is held.
pub unsafe fn ended(bubble: *mut Bubble, g: *mut G) {
    // SAFETY: the caller's.
    unsafe {
        change(bubble, |state| {
            state.total -= 1;
            state.running -= 1;
            if state.main == g {
                state.done = true;
            }
        });
    }
}

/// Changes the counts, and wakes somebody if nothing runs any more.
unsafe fn change(bubble: *mut Bubble, f: impl FnOnce(&mut State)) {
    // SAFETY: the state is touched with the lock held; who is woken waits for just that.
    unsafe {
        let next = (*bubble).with(|state| {
            f(state);
            (*bubble).next_to_run(state)
        });
        if !next.is_null() {
            sched::ready(next);
        }
    }
}

impl Bubble {
    /// Its time, in nanoseconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        let _guard = self.lock.guard();
        // SAFETY: the lock is held.
        f(unsafe { &mut *self.state.get() })
    }

    /// Whom to wake if nothing runs: it counts as active until it has noticed.
    fn next_to_run(&self, state: &mut State) -> *mut G {
        if state.running > 0 || state.active > 0 {
            return ptr::null_mut();
        }
        state.active += 1;
        let timer = self.heap.earliest();
        if state.waiter.is_null() || (timer != 0 && timer <= self.now()) {
            state.root
        } else {
            state.waiter
        }
    }
}

/// Calls `f` with each range of words (begin, end) that holds addresses of timers.
///
/// # Safety
/// The world is stopped.
pub unsafe fn for_each_root(visit: &mut dyn FnMut(*const usize, *const usize)) {
    let mut bubble = ALL.load(Ordering::Acquire);
    while !bubble.is_null() {
        // SAFETY: bubbles are never freed; the world is stopped.
        unsafe {
            let (start, bytes) = (*bubble).heap.memory();
            visit(start as *const usize, (start + bytes) as *const usize);
            bubble = (*bubble).next;
        }
    }
}
