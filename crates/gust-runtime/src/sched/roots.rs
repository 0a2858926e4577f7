//! What the collector has to look at outside the heap, and where traces of goroutines start.

use core::sync::atomic::Ordering;

use super::{
    G, M, Resume, Status, current_m, frames,
    state::{ALL_GS, SCHED},
    word,
};
use crate::{arch, arch::amd64::Frame, signal, stack};

/// Bytes below a stack pointer that leaf functions may use.
const RED_ZONE: usize = 128;

/// Receives ranges of words.
pub type Visit<'a> = &'a mut dyn FnMut(*const usize, *const usize);

fn range(visit: Visit<'_>, from: usize, to: usize) {
    let from = from & !7;
    if from < to {
        visit(from as *const usize, to as *const usize);
    }
}

/// The stack of a goroutine that a signal stopped.
unsafe fn stopped(g: *mut G, context: usize, visit: Visit<'_>) {
    // SAFETY: the goroutine does not run; the context is its.
    unsafe {
        let sp = signal::context_sp(context) - RED_ZONE;
        frames::from_anywhere(g, sp, signal::context_fp(context), visit);
    }
}

unsafe fn goroutine(g: *mut G, visit: Visit<'_>) {
    // SAFETY: the world is stopped.
    unsafe {
        if (*g).status() != Status::Waiting {
            (*g).go[word::WAIT_OBJECT] = 0;
            (*g).go[word::WAIT_CHANNEL] = 0;
        }
        let words = (&raw const (*g).go) as usize;
        range(visit, words, words + size_of_val(&(*g).go));
        // Results of an entry point, not delivered yet.
        if !matches!((*g).status(), Status::Dead | Status::Waiting) {
            let results = (&raw const (*g).ret0) as usize;
            range(visit, results, results + 16);
        }
        let regs = (&raw const (*g).syscall_regs) as usize;
        match (*g).status() {
            Status::Dead => {}
            Status::Syscall => {
                range(visit, regs, regs + size_of_val(&(*g).syscall_regs));
                frames::from_anywhere(g, (*g).syscall_sp - RED_ZONE, (*g).syscall_regs[1], visit);
            }
            Status::Runnable | Status::Waiting => {
                if (*g).resume == Resume::Context as u32 {
                    let context = (*g).context as usize;
                    let (from, to) = signal::context_range(context);
                    range(visit, from, to);
                    stopped(g, context, visit);
                } else {
                    // Memory a goroutine grew into long ago is not to stay with it while it waits.
                    stack::trim(g);
                    frames::from_trampoline(g, (*g).sched_sp, visit);
                }
            }
            Status::Running => {
                let m = (*g).m;
                let context = (*m).stopped_context.load(Ordering::SeqCst);
                if context != 0 {
                    for (from, to) in signal::live_context_ranges(context) {
                        range(visit, from, to);
                    }
                    stopped(g, context, visit);
                } else {
                    frames::from_trampoline(g, (*m).user_sp, visit);
                }
            }
        }
    }
}

/// Gives every range of words (begin, end) that may hold pointers and is not heap: data, stacks, saved registers, words
/// of the goroutines. Every 8-byte word at a multiple of 8 counts, except those of frames that are known to be of no use.
///
/// # Safety
/// The world is stopped.
pub unsafe fn for_each_root(visit: Visit<'_>) {
    // SAFETY: the world is stopped; this thread is in runtime code.
    unsafe {
        for (from, to) in crate::image::data_ranges() {
            range(visit, from, to);
        }
        crate::profile::for_each_root(visit);
        for i in 0..ALL_GS.count() {
            goroutine(ALL_GS.get(i), visit);
        }
        let own = current_m();
        let mut m = SCHED.all_ms.load(Ordering::SeqCst);
        while !m.is_null() {
            let sp = if m == own {
                arch::amd64::stack_pointer()
            } else {
                (*m).stopped_sp.load(Ordering::SeqCst)
            };
            if sp != 0 && !(*m).bare.load(Ordering::Relaxed) {
                range(visit, sp, (*m).g0_top);
            }
            let words = (&raw const (*(*m).g0).go) as usize;
            range(visit, words, words + size_of_val(&(*(*m).g0).go));
            m = (*m).all_link;
        }
    }
}

/// Where a trace starts.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct TraceStart {
    /// The goroutine.
    pub g: *mut G,
    /// Next instruction of the innermost function.
    pub pc: usize,
    /// Its frame; the caller's if that function has none yet.
    pub frame: usize,
    /// A [`Status`].
    pub status: usize,
    /// When it began to wait (monotonic nanoseconds), 0 if unknown.
    pub since: usize,
}

unsafe fn start_of(g: *mut G) -> (usize, usize) {
    let frame = |sp: usize| {
        if sp < 4096 {
            return (0, 0);
        }
        // SAFETY: a trampoline's frame is there.
        let frame = unsafe { *(sp as *const Frame) };
        (frame.pc, frame.rbp)
    };
    // SAFETY: the world is stopped, or the program is dying.
    unsafe {
        match (*g).status() {
            Status::Dead => (0, 0),
            Status::Syscall => ((*g).syscall_regs[6], (*g).syscall_regs[1]),
            Status::Runnable | Status::Waiting if (*g).resume == Resume::Context as u32 => {
                let context = (*g).context as usize;
                (signal::context_pc(context), signal::context_fp(context))
            }
            Status::Runnable | Status::Waiting => frame((*g).sched_sp),
            Status::Running => {
                let m: *mut M = (*g).m;
                let context = (*m).stopped_context.load(Ordering::SeqCst);
                if context != 0 {
                    (signal::context_pc(context), signal::context_fp(context))
                } else if (*m).trace_sp != 0 {
                    frame((*m).trace_sp)
                } else {
                    frame((*m).user_sp)
                }
            }
        }
    }
}

/// `goroutinetrace(i int, start *traceStart) bool`: where to start the trace of the i-th goroutine structure; false behind
/// the last one. To be called with the world stopped. A dead one is an unused structure.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn goroutine_trace(i: usize, out: *mut TraceStart) -> bool {
    // SAFETY: the caller's.
    unsafe {
        if i >= ALL_GS.count() {
            return false;
        }
        let g = ALL_GS.get(i);
        let (pc, frame) = start_of(g);
        out.write(TraceStart {
            g,
            pc,
            frame,
            status: (*g).status() as usize,
            since: 0,
        });
        true
    }
}
entry!(
    "runtime.goroutinetrace",
    crate::sched::roots::goroutine_trace
);
