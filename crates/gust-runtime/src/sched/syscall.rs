//! System calls of goroutines: the thread lends its processor away until the call returns.
//!
//! `entersyscall` only marks the processor; the monitor, or whoever stops the world, takes it by exchanging the mark.
//! On the way out the thread exchanges it back, or else looks for another processor.

use core::sync::atomic::Ordering;

use super::{G, GList, PStatus, Reason, Status, current_m, hand, schedule, state::SCHED, world};

#[cfg(all(feature = "program", not(test)))]
mod code {
    use super::super::{G, M, P, PStatus, Status};
    use core::mem::offset_of;

    // Called from functions that must not grow the stack.
    core::arch::global_asm!(
        ".section gust_nopreempt,\"ax\",@progbits",
        ".p2align 4",
        ".globl \"runtime.entersyscall\"",
        "\"runtime.entersyscall\":",
        "mov rax, qword ptr fs:[0x08]",
        "mov qword ptr [rax + {regs}], rbx",
        "mov qword ptr [rax + {regs} + 8], rbp",
        "mov qword ptr [rax + {regs} + 16], r12",
        "mov qword ptr [rax + {regs} + 24], r13",
        "mov qword ptr [rax + {regs} + 32], r14",
        "mov qword ptr [rax + {regs} + 40], r15",
        "mov rcx, qword ptr [rsp]",
        "mov qword ptr [rax + {regs} + 48], rcx",
        "lea rcx, [rsp + 8]",
        "mov qword ptr [rax + {syscall_sp}], rcx",
        "mov dword ptr [rax + {g_status}], {g_syscall}",
        "mov rcx, qword ptr fs:[0x20]",
        "mov qword ptr fs:[{old_p}], rcx",
        "mov dword ptr fs:[{in_syscall}], 1",
        "mov qword ptr fs:[0x20], 0",
        "inc dword ptr [rcx + {tick}]",
        // From here on the processor may be gone.
        "mov dword ptr [rcx + {p_status}], {p_syscall}",
        "cmp dword ptr fs:[0x30], 0",
        "jne \"runtime.entersyscall_stop\"",
        "ret",
        "",
        ".p2align 4",
        ".globl \"runtime.exitsyscall\"",
        "\"runtime.exitsyscall\":",
        "mov rcx, qword ptr fs:[{old_p}]",
        "mov eax, {p_syscall}",
        "mov edx, {p_running}",
        "lock cmpxchg dword ptr [rcx + {p_status}], edx",
        "jne \"runtime.exitsyscall_slow\"",
        "mov rax, qword ptr fs:[0]",
        "mov qword ptr [rcx + {p_m}], rax",
        "mov qword ptr fs:[0x20], rcx",
        "mov dword ptr fs:[{in_syscall}], 0",
        "mov rax, qword ptr fs:[0x08]",
        "mov dword ptr [rax + {g_status}], {g_running}",
        "cmp dword ptr fs:[0x30], 0",
        "jne \"runtime.checkstop\"",
        "ret",
        ".text",
        regs = const offset_of!(G, syscall_regs),
        syscall_sp = const offset_of!(G, syscall_sp),
        g_status = const offset_of!(G, status),
        g_syscall = const Status::Syscall as u32,
        g_running = const Status::Running as u32,
        old_p = const offset_of!(M, old_p),
        in_syscall = const offset_of!(M, in_syscall),
        tick = const offset_of!(P, syscall_tick),
        p_status = const offset_of!(P, status),
        p_m = const offset_of!(P, m),
        p_syscall = const PStatus::Syscall as u32,
        p_running = const PStatus::Running as u32,
    );
}

/// Entering a system call while the world is being stopped: hands the processor over at once.
///
/// # Safety
/// Tail of `entersyscall`.
pub unsafe extern "C" fn enter_stop() {
    // SAFETY: own thread.
    unsafe {
        let p = (*current_m()).old_p;
        if SCHED.stopping.load(Ordering::SeqCst) && world::take_from_syscall(p, PStatus::Stopped) {
            world::count_stopped(p);
        }
    }
}
entry!(
    "runtime.entersyscall_stop",
    crate::sched::syscall::enter_stop
);

/// `checkstop()`: does nothing but what every entry point does at its end.
pub extern "C" fn check_stop() {}
entry!("runtime.checkstop", crate::sched::syscall::check_stop);

/// Leaving a system call without the processor the thread had.
///
/// # Safety
/// Tail of `exitsyscall`.
pub unsafe extern "C" fn exit_slow() {
    // SAFETY: own thread, in an entry point.
    unsafe { regain(0) }
}
entry!("runtime.exitsyscall_slow", crate::sched::syscall::exit_slow);

/// Begins a wait of the thread inside an entry point: gives the processor away.
///
/// # Safety
/// Own thread with a processor, in an entry point, holding no lock.
pub unsafe fn begin_block() {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        let g = (*m).g;
        let frame = (*m).user_sp as *const crate::arch::amd64::Frame;
        (*g).syscall_sp = (*m).user_sp;
        (*g).syscall_regs = [0; 7];
        (*g).syscall_regs[1] = (*frame).rbp;
        (*g).syscall_regs[6] = (*frame).pc;
        (*g).set_status(Status::Syscall);
        (*m).in_syscall.store(1, Ordering::SeqCst);
        let p = hand::release();
        hand::hand_off(p);
    }
}

/// Ends the wait: the thread gets a processor, or the goroutine goes on later and the entry point returns `ret0`.
/// Returns if the caller is to go on and return that itself.
///
/// # Safety
/// After [`begin_block`].
pub unsafe fn regain(ret0: usize) {
    // SAFETY: own thread; lists under the lock.
    unsafe {
        let m = current_m();
        let g: *mut G = (*m).g;
        SCHED.lock.lock();
        let p = hand::pop_idle(SCHED.state.get());
        if !p.is_null() {
            SCHED.lock.unlock();
            hand::acquire(p);
            (*m).in_syscall.store(0, Ordering::SeqCst);
            (*g).set_status(Status::Running);
            return;
        }
        (*g).ret0 = ret0;
        (*g).sched_sp = (*m).user_sp;
        (*g).go[super::word::WAIT_REASON] = Reason::NONE.0 as usize;
        (*g).set_status(Status::Runnable);
        (*m).g = core::ptr::null_mut();
        (*m).in_syscall.store(0, Ordering::SeqCst);
        let state = SCHED.state.get();
        let mut list = GList::new();
        list.push(g);
        state.queue.append(&mut list);
        SCHED.queued.store(state.queue.len(), Ordering::Relaxed);
        SCHED.lock.unlock();
        if (*m).locked_g.is_null() {
            hand::stop_m();
        }
        schedule::schedule()
    }
}
