//! One timer: setting, stopping and running it.

use core::ptr;

use crate::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use super::Heap;
use crate::{
    chan::{self, Hchan},
    clock, netpoll,
    sched::{self, G, word},
    sync::Lock,
    synctest::Bubble,
    wait::wake,
};

/// What a timer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Action {
    /// Calls the Go function `func(arg, seq, delay)`.
    Call = 0,
    /// The same, to send on the channel in `arg`.
    Send = 1,
    /// Starts a goroutine that calls the function value in `arg`.
    Start = 2,
    /// Wakes the goroutine in the first word of `arg`, and gives the timer back to the pool.
    Wake = 3,
    /// Tells the poller: descriptor and mode in `arg`.
    Poll = 4,
}

/// A timer. All zero is one that was never set.
///
/// Those of package time lie in the collected heap; `timer` in `golib/runtime/time.go` has the same layout, so that
/// the collector knows the pointers.
#[repr(C)]
#[derive(Debug)]
pub struct Timer {
    /// Go function value `func(arg any, seq uintptr, delay int64)`.
    pub func: *const usize,
    /// The argument as `any`, or two words.
    pub arg: [usize; 2],
    /// When it is due in monotonic nanoseconds (of the bubble, if `fake`), 0 if it is not set.
    pub when: i64,
    /// Time between runs, 0 if it runs once.
    pub period: i64,
    /// Changes whenever a value not sent yet must not be sent any more.
    pub seq: usize,
    /// The heap whose lock protects it.
    pub heap: AtomicPtr<Heap>,
    /// Index in the heap plus 1, 0 if it is not in it.
    pub place: AtomicU32,
    /// Goroutines that wait for its channel.
    pub blocked: u32,
    /// Threads on their way to send its value, without period.
    pub sending: AtomicU32,
    /// Held while the value is sent.
    pub send_lock: Lock,
    /// An [`Action`].
    pub action: Action,
    /// Belongs to a synctest bubble.
    pub fake: bool,
    /// Order among timers of the same time: random in bubbles, whose clock would have them always run in the order
    /// they were set in; otherwise 0.
    pub tie: u16,
}

// `timer` of the Go half.
const _: () = assert!(size_of::<Timer>() == 80);

impl Default for Timer {
    fn default() -> Self {
        Timer {
            func: ptr::null(),
            arg: [0; 2],
            when: 0,
            period: 0,
            seq: 0,
            heap: AtomicPtr::new(ptr::null_mut()),
            place: AtomicU32::new(0),
            blocked: 0,
            sending: AtomicU32::new(0),
            send_lock: Lock::new(),
            action: Action::Call,
            fake: false,
            tie: 0,
        }
    }
}

impl Timer {
    fn is_queued(&self) -> bool {
        self.place.load(Ordering::Acquire) != 0
    }

    fn has_channel(&self) -> bool {
        self.action == Action::Send
    }
}

/// The bubble of the current goroutine, null if there is none.
fn current_bubble() -> *mut Bubble {
    let g = sched::current_g();
    // SAFETY: the goroutine's own word.
    if g.is_null() {
        ptr::null_mut()
    } else {
        unsafe { (*g).go[word::BUBBLE] as *mut Bubble }
    }
}

/// The heap that a timer set now goes to.
unsafe fn home(fake: bool) -> *const Heap {
    if fake {
        // SAFETY: timers of a bubble are used inside it only.
        unsafe { &raw const (*current_bubble()).heap }
    } else {
        // SAFETY: runtime code that sets timers has a processor, which is never freed.
        unsafe { &raw const (*sched::current_p()).time.heap }
    }
}

/// Locks the heap that protects the timer.
///
/// # Safety
/// The timer is valid.
unsafe fn lock<'a>(t: *mut Timer) -> &'a Heap {
    // SAFETY: heaps outlive their timers.
    unsafe {
        loop {
            let mut heap = (*t).heap.load(Ordering::Acquire);
            if heap.is_null() {
                let fresh = home((*t).fake).cast_mut();
                heap = match (*t).heap.compare_exchange(
                    heap,
                    fresh,
                    Ordering::AcqRel,
                    Ordering::Acquire,
                ) {
                    Ok(_) => fresh,
                    Err(other) => other,
                };
            }
            (*heap).lock();
            if (*t).heap.load(Ordering::Acquire) == heap {
                return &*heap;
            }
            (*heap).unlock();
        }
    }
}

/// Adds a timer that is due some time to a heap; whether it is the earliest there.
///
/// # Safety
/// The heap is locked and the timer's.
unsafe fn insert(heap: &Heap, t: *mut Timer) -> bool {
    // SAFETY: the caller's.
    unsafe {
        if (*t).fake {
            (*t).tie = crate::rand::next() as u16;
        }
        heap.insert(t, !(*t).fake)
    }
}

/// Sets a timer: when it is due, and how often after that. Whether it was set before, and its value or run is cancelled.
///
/// # Safety
/// The timer is valid and set up; `when` is positive, `period` not negative. No channel is locked.
pub unsafe fn reset(t: *mut Timer, when: i64, period: i64) -> bool {
    // SAFETY: the timer is touched with its heap locked, the value sent with the send lock held.
    unsafe {
        let channel = (*t).has_channel();
        if channel {
            (*t).send_lock.lock();
        }
        let mut heap = lock(t);
        if !(*t).is_queued() && !(*t).fake {
            // To where it is used.
            let here = home(false).cast_mut();
            if !ptr::eq(heap, here) {
                (*t).heap.store(here, Ordering::Release);
                heap.unlock();
                heap = lock(t);
            }
        }
        let mut pending = (*t).when > 0;
        let old_period = core::mem::replace(&mut (*t).period, period);
        (*t).when = when;
        let wanted = !channel || (*t).blocked > 0;
        let now = if (*t).fake {
            (*current_bubble()).now()
        } else {
            0
        };
        if wanted && !(*t).is_queued() && (*t).fake && when <= now {
            if channel {
                (*t).send_lock.unlock();
            }
            run(heap, t, now);
            heap.unlock();
            return pending;
        }
        let earliest = if (*t).is_queued() {
            heap.update(t)
        } else if wanted {
            insert(heap, t)
        } else {
            false
        };
        if channel {
            (*t).seq += 1;
            if old_period == 0 && (*t).sending.load(Ordering::Acquire) > 0 {
                pending = true;
            }
        }
        let fake = (*t).fake;
        heap.unlock();
        if channel {
            if chan::drain((*t).arg[1] as *mut Hchan) {
                pending = true;
            }
            (*t).send_lock.unlock();
        }
        if earliest && !fake {
            sched::wake_poller(when);
        }
        pending
    }
}

/// Stops a timer; whether it was set, and its value or run is cancelled.
///
/// # Safety
/// The timer is valid. No channel is locked.
pub unsafe fn stop(t: *mut Timer) -> bool {
    // SAFETY: as in `reset`.
    unsafe {
        let channel = (*t).has_channel();
        if channel {
            (*t).send_lock.lock();
        }
        let heap = lock(t);
        let mut pending = (*t).when > 0;
        if (*t).is_queued() {
            heap.remove(t);
        }
        (*t).when = 0;
        if channel {
            (*t).seq += 1;
            if (*t).period == 0 && (*t).sending.load(Ordering::Acquire) > 0 {
                pending = true;
            }
        }
        heap.unlock();
        if channel {
            if chan::drain((*t).arg[1] as *mut Hchan) {
                pending = true;
            }
            (*t).send_lock.unlock();
        }
        pending
    }
}

/// Sets or (`when` 0) stops a timer without channel whose runs the caller tells apart by `seq`.
///
/// # Safety
/// The timer is valid; the caller's lock keeps others from setting it.
pub unsafe fn set_plain(t: *mut Timer, when: i64, seq: usize) {
    // SAFETY: the timer is touched with its heap locked.
    unsafe {
        let heap = lock(t);
        (*t).seq = seq;
        (*t).when = when;
        let earliest = match ((*t).is_queued(), when != 0) {
            (true, true) => heap.update(t),
            (false, true) => insert(heap, t),
            (true, false) => {
                heap.remove(t);
                false
            }
            (false, false) => false,
        };
        heap.unlock();
        if earliest {
            sched::wake_poller(when);
        }
    }
}

/// Runs a timer that is due. One of a bubble runs in a goroutine of that bubble.
///
/// # Safety
/// The heap is locked and the timer's; it is unlocked meanwhile.
unsafe fn run(heap: &Heap, t: *mut Timer, now: i64) {
    // SAFETY: the timer is touched with its heap locked; what it names stays valid while it runs, as the world
    // does not stop while runtime code runs.
    unsafe {
        let delay = now - (*t).when;
        let period = (*t).period;
        let next = if period > 0 {
            (*t).when
                .saturating_add(period.saturating_mul(1 + delay / period))
        } else {
            0
        };
        (*t).when = next;
        if (*t).is_queued() {
            if next == 0 {
                heap.remove(t);
            } else {
                heap.update(t);
            }
        }
        let (func, arg, seq, action) = ((*t).func, (*t).arg, (*t).seq, (*t).action);
        let once = action == Action::Send && period == 0;
        if once {
            (*t).sending.fetch_add(1, Ordering::AcqRel);
        }
        heap.unlock();
        match action {
            Action::Call => {
                crate::arch::amd64::call_go_closure(
                    func,
                    &[arg[0], arg[1], seq, delay as usize, 0],
                );
            }
            Action::Send => {
                (*t).send_lock.lock();
                if once {
                    (*t).sending.fetch_sub(1, Ordering::AcqRel);
                }
                // Stopped or set anew meanwhile: not to be sent any more.
                if (*t).seq == seq {
                    crate::arch::amd64::call_go_closure(
                        func,
                        &[arg[0], arg[1], seq, delay as usize, 0],
                    );
                }
                (*t).send_lock.unlock();
            }
            Action::Start => {
                let g = sched::new_goroutine(arg[1], *func, false);
                sched::ready(g);
            }
            Action::Wake => {
                super::entry::give(t);
                wake(arg[0] as *mut G, 0, 0);
            }
            Action::Poll => netpoll::deadline(arg[0], arg[1], seq),
        }
        heap.lock();
    }
}

/// Runs all timers of a heap that are due at `now` (0: now); when the next one is, 0 if none.
///
/// # Safety
/// Called by runtime code on a thread with a processor that holds no lock.
pub unsafe fn run_heap(heap: &Heap, now: i64) -> i64 {
    let earliest = heap.earliest();
    if earliest == 0 {
        return 0;
    }
    let now = if now == 0 { clock::nanotime() } else { now };
    if earliest > now {
        return earliest;
    }
    heap.lock();
    loop {
        // SAFETY: the heap is locked; its timers are valid.
        unsafe {
            let t = heap.first();
            if t.is_null() || (*t).when > now {
                let earliest = heap.earliest();
                heap.unlock();
                return earliest;
            }
            run(heap, t, now);
        }
    }
}

/// Somebody looks at the channel of a timer: its value is sent if it is due.
///
/// # Safety
/// The timer is valid and has a channel. No channel is locked.
pub unsafe fn channel_looked_at(t: *mut Timer) {
    // SAFETY: the timer is touched with its heap locked.
    unsafe {
        if (*t).is_queued() {
            return;
        }
        let heap = lock(t);
        if !(*t).is_queued() && (*t).when != 0 {
            let now = if (*t).fake {
                (*current_bubble()).now()
            } else {
                clock::nanotime()
            };
            if (*t).when <= now {
                run(heap, t, now);
            }
        }
        heap.unlock();
    }
}

/// A goroutine starts to wait for the channel of a timer.
///
/// # Safety
/// The timer is valid and has a channel, which is locked.
pub unsafe fn channel_blocked(t: *mut Timer) {
    // SAFETY: the timer is touched with its heap locked.
    unsafe {
        let heap = lock(t);
        (*t).blocked += 1;
        let when = (*t).when;
        let earliest = when > 0 && !(*t).is_queued() && insert(heap, t);
        heap.unlock();
        if earliest && !(*t).fake {
            sched::wake_poller(when);
        }
    }
}

/// A goroutine waits no longer for the channel of a timer.
///
/// # Safety
/// As for [`channel_blocked`], which was called for it.
pub unsafe fn channel_unblocked(t: *mut Timer) {
    // SAFETY: the timer is touched with its heap locked.
    unsafe {
        let heap = lock(t);
        (*t).blocked -= 1;
        if (*t).blocked == 0 && (*t).is_queued() {
            heap.remove(t);
        }
        heap.unlock();
    }
}
