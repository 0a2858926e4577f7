//! What the Go half calls.

use core::{
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

use super::{ALL, Bubble, START, State, change};
use crate::{
    chan::Pair,
    sched::{self, G, Reason, word},
    sync::Lock,
    time::{self, Heap},
};

static LAST_ID: AtomicU64 = AtomicU64::new(0);

/// `func bubblenew(f unsafe.Pointer) unsafe.Pointer`: a bubble with the current goroutine as root, and a goroutine that calls
/// the function value.
unsafe extern "C" fn bubblenew(f: *const usize) -> *mut Bubble {
    // SAFETY: fresh memory; the goroutines are the caller's.
    unsafe {
        let g = sched::current_g();
        let b = crate::heap::persistent_alloc(size_of::<Bubble>(), align_of::<Bubble>())
            .cast::<Bubble>();
        b.write(Bubble {
            id: LAST_ID.fetch_add(1, Ordering::Relaxed) + 1,
            now: AtomicI64::new(START),
            heap: Heap::default(),
            lock: Lock::new(),
            state: UnsafeCell::new(State {
                root: g,
                waiter: ptr::null_mut(),
                main: ptr::null_mut(),
                waiting: false,
                done: false,
                total: 1,
                running: 1,
                active: 1,
            }),
            next: ptr::null_mut(),
        });
        let mut head = ALL.load(Ordering::Relaxed);
        loop {
            (*b).next = head;
            match ALL.compare_exchange_weak(head, b, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => break,
                Err(other) => head = other,
            }
        }
        (*g).go[word::BUBBLE] = b as usize;
        let main = sched::new_goroutine(f as usize, *f, false);
        (*b).with(|state| state.main = main);
        sched::ready(main);
        b
    }
}

/// `func bubblerun(b unsafe.Pointer)`: by the root: runs timers that are due, and waits until nothing else runs.
unsafe extern "C" fn bubblerun(b: *mut Bubble) {
    // SAFETY: called by the root, which is in the bubble.
    unsafe {
        time::run_heap(&(*b).heap, (*b).now());
        sched::park_commit(Reason::SYNCTEST_RUN, root_may_wait, b as usize);
    }
}

unsafe fn root_may_wait(root: *mut G, b: usize) -> bool {
    let b = b as *mut Bubble;
    // SAFETY: the bubble of the root; who is woken waits for just that.
    unsafe {
        // All others may have been blocked since the root was woken, with somebody in `Wait` among them.
        let next = (*b).with(|state| {
            state.running -= 1;
            state.active -= 1;
            let next = (*b).next_to_run(state);
            if next == root {
                state.running += 1;
            }
            next
        });
        if next == root {
            return false;
        }
        if !next.is_null() {
            sched::ready(next);
        }
    }
    true
}

/// `func bubbleadvance(b unsafe.Pointer) bool`: by the root, when nothing else runs: moves the clock to the next timer. False
/// if there is none, or the first goroutine has ended.
unsafe extern "C" fn bubbleadvance(b: *mut Bubble) -> bool {
    // SAFETY: called by the root.
    unsafe {
        (*b).with(|state| {
            let next = (*b).heap.earliest();
            if next == 0 || state.done {
                return false;
            }
            (*b).now.store(next.max((*b).now()), Ordering::Relaxed);
            true
        })
    }
}

/// `func bubbleend(b unsafe.Pointer) (left int, done bool)`: by the root: leaves the bubble. The number of other goroutines
/// left in it, and whether the first one has ended.
unsafe extern "C" fn bubbleend(b: *mut Bubble) -> Pair {
    // SAFETY: called by the root. It stays counted as active, so that it is never woken again.
    unsafe {
        (*sched::current_g()).go[word::BUBBLE] = 0;
        (*b).with(|state| Pair((state.total - 1) as usize, usize::from(state.done)))
    }
}

/// `func bubblewait(b unsafe.Pointer) bool`: waits until all others are blocked for good; false if somebody else does.
unsafe extern "C" fn bubblewait(b: *mut Bubble) -> bool {
    // SAFETY: called in the bubble.
    unsafe {
        if (*b).with(|state| core::mem::replace(&mut state.waiting, true)) {
            return false;
        }
        (*sched::current_g()).ret0 = 1;
        sched::park_commit(Reason::SYNCTEST_WAIT, waiter_may_wait, b as usize)
    }
}

unsafe fn waiter_may_wait(g: *mut G, b: usize) -> bool {
    let b = b as *mut Bubble;
    // SAFETY: the bubble of the waiter; who is woken waits for just that.
    unsafe {
        let next = (*b).with(|state| {
            state.waiter = g;
            state.running -= 1;
            let next = (*b).next_to_run(state);
            if next == g {
                state.running += 1;
            }
            next
        });
        if next == g {
            return false;
        }
        if !next.is_null() {
            sched::ready(next);
        }
    }
    true
}

/// `func bubblewaited(b unsafe.Pointer)`: after [`bubblewait`].
unsafe extern "C" fn bubblewaited(b: *mut Bubble) {
    // SAFETY: called in the bubble.
    unsafe {
        (*b).with(|state| {
            state.active -= 1;
            state.waiter = ptr::null_mut();
            state.waiting = false;
        });
    }
}

/// `func bubbleactive(b unsafe.Pointer, delta int)`: something outside keeps the bubble from being thought blocked, or does
/// no longer.
unsafe extern "C" fn bubbleactive(b: *mut Bubble, delta: i64) {
    // SAFETY: the Go half gives a bubble.
    unsafe { change(b, |state| state.active += delta) };
}

entry!("runtime.bubblenew", bubblenew);
entry!("runtime.bubblerun", bubblerun);
entry!("runtime.bubbleadvance", bubbleadvance);
entry!("runtime.bubbleend", bubbleend);
entry!("runtime.bubblewait", bubblewait);
entry!("runtime.bubblewaited", bubblewaited);
entry!("runtime.bubbleactive", bubbleactive);
