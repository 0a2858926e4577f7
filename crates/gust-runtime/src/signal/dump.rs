//! Ends of the program by a signal, with traces.

use super::{SIGBUS, SIGFPE, SIGQUIT, SIGSEGV, context};
use crate::{
    arch::amd64::Frame,
    fatal::{self, print, print_hex, print_int},
    sched::{M, current_m, state::Guarded},
    sync::Lock,
};

#[derive(Clone, Copy)]
struct Death {
    signal: u32,
    code: i32,
    address: usize,
    unexpected: bool,
    registers: context::Registers,
    frame: Frame,
}

/// Taken for good by the first thread that dies.
static DYING: Lock = Lock::new();
static DEATH: Guarded<Option<Death>> = Guarded::new(None);

fn name(signal: u32) -> &'static str {
    match signal {
        SIGQUIT => "SIGQUIT: quit",
        4 => "SIGILL: illegal instruction",
        5 => "SIGTRAP: trace trap",
        6 => "SIGABRT: abort",
        SIGBUS => "SIGBUS: bus error",
        SIGFPE => "SIGFPE: floating-point exception",
        SIGSEGV => "SIGSEGV: segmentation violation",
        16 => "SIGSTKFLT: stack fault",
        31 => "SIGSYS: bad system call",
        _ => "signal",
    }
}

unsafe fn schedule_death(
    m: *mut M,
    signal: u32,
    code: i32,
    address: usize,
    unexpected: bool,
    context: usize,
) {
    DYING.lock();
    // SAFETY: in the handler; the lock is held for good.
    unsafe {
        let registers = *context::registers(context);
        let frame = Frame {
            saved: [0; 5],
            rbp: registers.rbp,
            pc: registers.rip,
        };
        *DEATH.get() = Some(Death {
            signal,
            code,
            address,
            unexpected,
            registers,
            frame,
        });
        context::redirect(m, context, report as *const () as usize, 0);
    }
}

/// A fault outside of goroutine code.
///
/// # Safety
/// In the handler.
pub unsafe fn unexpected(m: *mut M, signal: u32, code: i32, address: usize, context: usize) {
    // SAFETY: the caller's.
    unsafe { schedule_death(m, signal, code, address, true, context) };
}

/// A signal that ends the program with traces of its goroutines.
///
/// # Safety
/// In the handler.
pub unsafe fn quit(m: *mut M, signal: u32, code: i32, context: usize) {
    // SAFETY: the caller's.
    unsafe { schedule_death(m, signal, code, 0, false, context) };
}

unsafe extern "C" fn report() -> ! {
    // SAFETY: own thread, on the system stack; the data was written before.
    unsafe {
        let m = current_m();
        let death = (*DEATH.get()).as_ref().expect("set before");
        let r = &death.registers;
        if death.unexpected {
            print(b"fatal error: unexpected signal during runtime execution\n[signal ");
            print(name(death.signal).as_bytes());
            print(b" code=");
            print_hex(death.code as u32 as u64);
            print(b" addr=");
            print_hex(death.address as u64);
            print(b" pc=");
            print_hex(r.rip as u64);
            print(b"]\n");
        } else {
            print(name(death.signal).as_bytes());
            print(b"\nPC=");
            print_hex(r.rip as u64);
            print(b" m=");
            print_int(i64::from((*m).id) - 1);
            print(b" sigcode=");
            print_int(i64::from(death.code));
            print(b"\n");
        }
        if (*m).trace_sp == 0 && !(*m).g.is_null() {
            // In goroutine code the trace starts at the interrupted instruction, else at the entry point's caller.
            let in_go = (*m).user_sp == r.rsp || (*m).user_sp < 4096;
            (*m).trace_sp = if in_go {
                &raw const death.frame as usize
            } else {
                (*m).user_sp
            };
        }
        fatal::traces();
        let all = [
            (&b"\nrax    "[..], r.rax),
            (b"\nrbx    ", r.rbx),
            (b"\nrcx    ", r.rcx),
            (b"\nrdx    ", r.rdx),
            (b"\nrdi    ", r.rdi),
            (b"\nrsi    ", r.rsi),
            (b"\nrbp    ", r.rbp),
            (b"\nrsp    ", r.rsp),
            (b"\nr8     ", r.r8),
            (b"\nr9     ", r.r9),
            (b"\nr10    ", r.r10),
            (b"\nr11    ", r.r11),
            (b"\nr12    ", r.r12),
            (b"\nr13    ", r.r13),
            (b"\nr14    ", r.r14),
            (b"\nr15    ", r.r15),
            (b"\nrip    ", r.rip),
            (b"\nrflags ", r.eflags),
            (b"\ncs     ", r.segments & 0xffff),
            (b"\nfs     ", r.segments >> 32 & 0xffff),
            (b"\ngs     ", r.segments >> 16 & 0xffff),
        ];
        for (label, value) in all {
            print(label);
            print_hex(value as u64);
        }
        print(b"\n");
        fatal::exit_or_abort()
    }
}
