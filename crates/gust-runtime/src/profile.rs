//! Samples of processor time: a timer sends SIGPROF to a thread that runs, whose handler notes down what it was doing.
//!
//! Handlers write to a ring that a goroutine empties a few times a second. They take turns by a flag that only handlers
//! set, so no thread waits for one that it has interrupted.

use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use crate::{
    arch::amd64::Frame,
    heap, image,
    sched::{G, M},
    signal,
    stack::Segment,
    sys,
};

/// Most addresses of a sample.
const DEPTH: usize = 62;
/// Samples that fit the ring: two seconds of five processors at the usual rate.
const SLOTS: usize = 1024;
const ITIMER_PROF: usize = 2;

/// What a thread was doing. Go's `cpuSample`.
#[repr(C)]
pub struct Sample {
    /// Number of addresses.
    len: usize,
    /// The goroutine's labels: the address of a Go object, or 0.
    labels: usize,
    /// Return addresses, innermost first. The first is one more than the interrupted instruction.
    pcs: [usize; DEPTH],
}

struct Ring {
    /// [`SLOTS`] samples; null before the first profile.
    samples: AtomicPtr<Sample>,
    /// Samples ever written, and ever read.
    written: AtomicUsize,
    read: AtomicUsize,
    /// A handler writes.
    busy: AtomicBool,
    /// Samples that found no room since the last look.
    lost: AtomicUsize,
    on: AtomicBool,
}

static RING: Ring = Ring {
    samples: AtomicPtr::new(ptr::null_mut()),
    written: AtomicUsize::new(0),
    read: AtomicUsize::new(0),
    busy: AtomicBool::new(false),
    lost: AtomicUsize::new(0),
    on: AtomicBool::new(false),
};

/// `cpuprofilerate(hz int)`: starts taking so many samples for each second of processor time, or stops with 0.
pub extern "C" fn set_rate(hz: usize) {
    if hz != 0 && RING.samples.load(Ordering::Relaxed).is_null() {
        let ring = heap::persistent_alloc(SLOTS * size_of::<Sample>(), 64);
        RING.samples.store(ring.cast(), Ordering::Release);
    }
    RING.on.store(hz != 0, Ordering::SeqCst);
    let period = 1_000_000usize.checked_div(hz).map_or(0, |us| us.max(1));
    let time = [period / 1_000_000, period % 1_000_000];
    let timer = [time, time];
    let at = &raw const timer as usize;
    // SAFETY: the kernel reads the times.
    unsafe { sys::syscall3(sys::nr::SETITIMER, ITIMER_PROF, at, 0) };
}
entry!("runtime.cpuprofilerate", crate::profile::set_rate);

/// `cpuprofilenext(to *cpuSample) bool`: takes the oldest sample from the ring. One goroutine at a time.
///
/// # Safety
/// Entry point; `to` is writable.
pub unsafe extern "C" fn next(to: *mut Sample) -> bool {
    let read = RING.read.load(Ordering::Relaxed);
    if read == RING.written.load(Ordering::Acquire) {
        return false;
    }
    // SAFETY: the slot was written before it was counted, and is not written again before it is counted as read.
    unsafe {
        let slot = RING.samples.load(Ordering::Acquire).add(read % SLOTS);
        ptr::copy_nonoverlapping(slot, to, 1);
    }
    RING.read.store(read + 1, Ordering::Release);
    true
}
entry!("runtime.cpuprofilenext", crate::profile::next);

/// `cpuprofilelost() int`: how many samples were lost since the last call.
pub extern "C" fn lost() -> usize {
    RING.lost.swap(0, Ordering::Relaxed)
}
entry!("runtime.cpuprofilelost", crate::profile::lost);

/// Gives the words of the ring that hold Go objects' addresses.
pub fn for_each_root(visit: &mut dyn FnMut(*const usize, *const usize)) {
    let samples = RING.samples.load(Ordering::Acquire);
    if samples.is_null() {
        return;
    }
    let written = RING.written.load(Ordering::Acquire);
    for i in RING.read.load(Ordering::Acquire)..written {
        // SAFETY: a slot of the ring.
        let word = unsafe { &raw const (*samples.add(i % SLOTS)).labels };
        visit(word, word.wrapping_add(1));
    }
}

/// Notes down what the interrupted thread was doing.
///
/// # Safety
/// In a signal handler of this thread.
pub unsafe fn sample(m: *mut M, context: usize) {
    if !RING.on.load(Ordering::SeqCst) {
        return;
    }
    let mut tries = 0;
    while RING.busy.swap(true, Ordering::Acquire) {
        tries += 1;
        if tries > 10_000 {
            RING.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        core::hint::spin_loop();
    }
    let written = RING.written.load(Ordering::Relaxed);
    if written - RING.read.load(Ordering::Acquire) < SLOTS {
        // SAFETY: this handler alone writes; the slot has been read.
        unsafe {
            let slot = RING.samples.load(Ordering::Acquire).add(written % SLOTS);
            fill(&mut *slot, m, context);
            if (*slot).len != 0 {
                RING.written.store(written + 1, Ordering::Release);
            }
        }
    } else {
        RING.lost.fetch_add(1, Ordering::Relaxed);
    }
    RING.busy.store(false, Ordering::Release);
}

impl Sample {
    /// Adds an address; whether there is room for more.
    fn push(&mut self, pc: usize) -> bool {
        if self.len < DEPTH {
            self.pcs[self.len] = pc;
            self.len += 1;
        }
        self.len < DEPTH
    }
}

unsafe fn fill(sample: &mut Sample, m: *mut M, context: usize) {
    sample.len = 0;
    sample.labels = 0;
    // SAFETY: own thread, interrupted. What is read of the goroutine's stack has been checked to lie in it.
    unsafe {
        let pc = signal::context_pc(context);
        if image::is_code(pc) {
            sample.push(pc + 1);
        }
        let g = (*m).g;
        if g.is_null() {
            return;
        }
        sample.labels = (*g).go[0];
        let entered = (*m).user_sp;
        if entered == 0 {
            let sp = signal::context_sp(context);
            if let Some(caller) = frameless(g, pc, sp) {
                sample.push(caller);
            }
            walk(g, signal::context_fp(context), &mut |pc| sample.push(pc));
        } else if inside(g, entered) {
            // In runtime code: the trampoline, then the function that called it.
            let trampoline = *(((*m).g0_sp - 8) as *const usize);
            if image::is_code(trampoline) {
                sample.push(trampoline);
            }
            let frame = &*(entered as *const Frame);
            if image::is_code(frame.pc) {
                sample.push(frame.pc);
                walk(g, frame.rbp, &mut |pc| sample.push(pc));
            }
        }
    }
}

/// The return address of a function that was interrupted before it had a frame, or after.
unsafe fn frameless(g: *mut G, pc: usize, sp: usize) -> Option<usize> {
    const PUSH_RBP: u8 = 0x55;
    const RET: u8 = 0xc3;
    const MOV_RBP_RSP: [u8; 3] = [0x48, 0x89, 0xe5];
    if !image::is_code(pc) || !image::is_code(pc + 2) || !image::is_code(pc - 1) {
        return None;
    }
    // SAFETY: bytes of code; the stack's words are checked.
    unsafe {
        let code = pc as *const u8;
        let at = match *code {
            PUSH_RBP | RET => sp,
            _ if *(code as *const [u8; 3]) == MOV_RBP_RSP && *code.sub(1) == PUSH_RBP => sp + 8,
            _ => return None,
        };
        if !inside(g, at) {
            return None;
        }
        let caller = *(at as *const usize);
        image::is_code(caller).then_some(caller)
    }
}

/// Whether two words at an address lie on the goroutine's stack.
unsafe fn inside(g: *mut G, at: usize) -> bool {
    if !at.is_multiple_of(8) {
        return false;
    }
    // SAFETY: segments of the thread's own goroutine; older ones stay while newer ones are in use.
    unsafe {
        let mut segment: *const Segment = (*g).segment;
        while !segment.is_null() {
            if (*segment).base <= at && at + 16 <= (*segment).top {
                return true;
            }
            segment = (*segment).prev as *const Segment;
        }
    }
    false
}

/// Return addresses of the Go functions that called the runtime, innermost first; how many there are. None on a thread that
/// runs no goroutine's code.
///
/// # Safety
/// Runtime code of this thread.
pub unsafe fn callers(to: &mut [usize]) -> usize {
    let mut n = 0;
    // SAFETY: own thread; its goroutine's stack stays as it is.
    unsafe {
        let m = crate::sched::current_m();
        let (g, entered) = ((*m).g, (*m).user_sp);
        if g.is_null() || !inside(g, entered) {
            return 0;
        }
        let mut push = |pc| {
            if n < to.len() {
                to[n] = pc;
                n += 1;
            }
            n < to.len()
        };
        let frame = &*(entered as *const Frame);
        if image::is_code(frame.pc) && push(frame.pc) {
            walk(g, frame.rbp, &mut push);
        }
    }
    n
}

/// Calls `push` with the return addresses above the function with this frame, for as long as it wants more.
unsafe fn walk(g: *mut G, mut frame: usize, push: &mut dyn FnMut(usize) -> bool) {
    // SAFETY: every frame is checked before it is read.
    unsafe {
        while inside(g, frame) {
            let words = frame as *const usize;
            let (mut up, mut pc) = (*words, *words.add(1));
            if pc == image::morestack_return() {
                if !inside(g, up) || !inside(g, up + 8) {
                    return;
                }
                let words = up as *const usize;
                (up, pc) = (*words, *words.add(2));
            }
            if !image::is_code(pc) {
                return;
            }
            if !push(pc) {
                return;
            }
            frame = up;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_takes_no_more_than_fits() {
        let mut sample = Sample {
            len: 0,
            labels: 0,
            pcs: [0; DEPTH],
        };
        for pc in 1..=DEPTH + 5 {
            sample.push(pc);
        }
        assert_eq!(sample.len, DEPTH);
        assert_eq!(sample.pcs[DEPTH - 1], DEPTH);
    }
}
