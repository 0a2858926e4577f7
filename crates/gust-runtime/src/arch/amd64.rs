//! amd64: trampolines' tails, goroutine switches, calls to Go code, stack growth.
//!
//! The code in section `gust_nopreempt` is never pre-empted: there the stack, its limit and the thread's notes about
//! them are out of step.

use crate::sched::M;

/// This thread.
#[inline(always)]
#[must_use]
pub fn current_m() -> *mut M {
    #[cfg(loom)]
    if crate::sync::model::running() {
        return crate::sync::model::current_m();
    }
    let m: *mut M;
    // SAFETY: fs points to the M for the whole life of a thread; its first word is its own address.
    unsafe {
        core::arch::asm!("mov {}, qword ptr fs:[0]", out(reg) m, options(nostack, preserves_flags, pure, readonly));
    }
    m
}

/// Tells the processor that this is a spin loop, `n` times.
#[inline]
pub fn pause(n: u32) {
    for _ in 0..n {
        core::hint::spin_loop();
    }
}

/// The stack pointer.
#[inline(always)]
#[must_use]
pub fn stack_pointer() -> usize {
    let sp: usize;
    // SAFETY: reads a register.
    unsafe {
        core::arch::asm!("mov {}, rsp", out(reg) sp, options(nostack, nomem, preserves_flags))
    };
    sp
}

/// Registers a call of Go code returned.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Returned {
    /// First integer result.
    pub r0: usize,
    /// Second integer result.
    pub r1: usize,
}

/// Calls Go code on the current system stack, without a processor's being needed unless the code allocates. The code
/// must not block, and cannot be pre-empted.
///
/// # Safety
/// `code` takes up to six integers as given, by the C convention.
#[inline]
pub unsafe fn call_go(code: usize, args: &[usize; 6]) -> Returned {
    #[cfg(all(feature = "program", not(test)))]
    // SAFETY: the caller's.
    unsafe {
        gust_call_go(code, args)
    }
    #[cfg(not(all(feature = "program", not(test))))]
    {
        let _ = (code, args);
        unreachable!("no Go code in a test")
    }
}

/// Calls a Go function value with up to five integer arguments behind its hidden one.
///
/// # Safety
/// As [`call_go`]; `closure` is a function value that is not nil.
pub unsafe fn call_go_closure(closure: *const usize, args: &[usize; 5]) -> Returned {
    let all = [
        closure as usize,
        args[0],
        args[1],
        args[2],
        args[3],
        args[4],
    ];
    // SAFETY: the first word of a function value is its code.
    unsafe { call_go(*closure, &all) }
}

/// How far below the stack pointer of a called Go function runtime code starts that it calls.
pub const CALL_GO_WINDOW: usize = 64 << 10;

#[cfg(all(feature = "program", not(test)))]
#[allow(improper_ctypes)]
unsafe extern "C" {
    fn gust_call_go(code: usize, args: &[usize; 6]) -> Returned;
    fn gust_gogo(sp: usize, ret0: usize, ret1: usize) -> !;
    fn gust_gogo_context(context: usize, m: *mut M) -> !;
    /// Continues after a goroutine waited at the end of an entry point.
    pub fn entry_yield();
}

/// Stand-in for the symbol.
#[cfg(not(all(feature = "program", not(test))))]
pub fn entry_yield() {}

/// Leaves the system stack for the goroutine, whose frame is at `sp`.
///
/// # Safety
/// The goroutine is this thread's current one, its limit is set.
pub unsafe fn gogo(sp: usize, ret0: usize, ret1: usize) -> ! {
    #[cfg(all(feature = "program", not(test)))]
    // SAFETY: the caller's.
    unsafe {
        gust_gogo(sp, ret0, ret1)
    }
    #[cfg(not(all(feature = "program", not(test))))]
    unreachable!("no goroutine {sp} {ret0} {ret1} in a test")
}

/// Leaves the system stack for a goroutine that was pre-empted: the kernel restores its registers.
///
/// # Safety
/// `context` is a signal frame as `rt_sigreturn` expects behind the return address.
pub unsafe fn gogo_context(context: usize, m: *mut M) -> ! {
    #[cfg(all(feature = "program", not(test)))]
    // SAFETY: the caller's.
    unsafe {
        gust_gogo_context(context, m)
    }
    #[cfg(not(all(feature = "program", not(test))))]
    unreachable!("no goroutine {context} {m:?} in a test")
}

/// Words of the frame that a trampoline (or a new goroutine's making) leaves for [`gogo`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame {
    /// r15, r14, r13, r12, rbx
    pub saved: [usize; 5],
    /// Frame pointer.
    pub rbp: usize,
    /// Where to continue.
    pub pc: usize,
}

/// Sets the fs register: what [`current_m`] is from now on.
///
/// # Safety
/// `m` is a thread's structure, to be this thread's.
pub unsafe fn set_m(m: *mut M) {
    // SAFETY: the caller's.
    unsafe {
        crate::sys::syscall3(
            crate::sys::nr::ARCH_PRCTL,
            crate::sys::nr::ARCH_SET_FS,
            m as usize,
            0,
        )
    };
}

#[cfg(all(feature = "program", not(test)))]
mod code {
    use super::CALL_GO_WINDOW;
    use crate::sched::{G, M, word};
    use crate::stack::Segment;
    use core::mem::offset_of;

    // Switches and the tail of trampolines.
    core::arch::global_asm!(
        ".text",
        ".p2align 4",
        // A trampoline found the stop flag set. The frame of the trampoline is at rsp, results in rax and rdx.
        "entry_yield:",
        "cmp dword ptr fs:[0x34], 0",
        "jne 2f",
        "mov rcx, qword ptr fs:[0x08]",
        "mov qword ptr [rcx + {ret0}], rax",
        "mov qword ptr [rcx + {ret1}], rdx",
        "mov rax, rsp",
        "sub rax, 40",
        // The registers were restored by the runtime function: the frame below rbp still holds the same values.
        "lea rsp, [rbp - 40]",
        "mov qword ptr fs:[0x18], rsp",
        "mov rsp, qword ptr fs:[0x10]",
        // The goroutine's values are in its frame. Copies on the system stack would keep objects that it has done with.
        "xor ebx, ebx",
        "xor r12d, r12d",
        "xor r13d, r13d",
        "xor r14d, r14d",
        "xor r15d, r15d",
        "call {yield_point}",
        "mov rcx, qword ptr fs:[0x08]",
        "mov rdi, qword ptr fs:[0x18]",
        "mov rsi, qword ptr [rcx + {ret0}]",
        "mov rdx, qword ptr [rcx + {ret1}]",
        "jmp gust_gogo",
        "2:",
        "mov rsp, rbp",
        "pop rbp",
        "ret",
        "",
        ".p2align 4",
        "gust_gogo:",
        "mov rsp, rdi",
        "mov rax, rsi",
        "mov qword ptr fs:[0x18], 0",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        "",
        ".p2align 4",
        "gust_gogo_context:",
        "mov rsp, rdi",
        "mov qword ptr fs:[0x18], 0",
        "mov eax, 15",
        "syscall",
        "ud2",
        "",
        // Where goroutines start: called code takes the function value as its hidden argument.
        ".p2align 4",
        ".globl \"runtime.gostart\"",
        "\"runtime.gostart\":",
        "mov rax, qword ptr fs:[0x08]",
        "mov rdi, qword ptr [rax + {start}]",
        "mov qword ptr [rax + {start}], 0",
        "call [rdi]",
        "nop",
        "call \"runtime.goexit0\"",
        "ud2",
        "",
        // Calls of Go code from runtime code.
        ".p2align 4",
        "gust_call_go:",
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "sub rsp, 8",
        "mov rbx, qword ptr fs:[0x18]",
        "mov r12, qword ptr fs:[0x10]",
        "mov r13, qword ptr fs:[0x70]",
        "mov r14, qword ptr fs:[0x08]",
        "inc dword ptr fs:[0x34]",
        "lea rax, [rsp - {window}]",
        "and rax, -16",
        "mov qword ptr fs:[0x10], rax",
        "mov qword ptr fs:[0x70], 0",
        "test r14, r14",
        "jnz 3f",
        "mov rax, qword ptr fs:[{m_g0}]",
        "mov qword ptr fs:[0x08], rax",
        "3:",
        "mov qword ptr fs:[0x18], 0",
        "mov r11, rdi",
        "mov rax, rsi",
        "mov rdi, qword ptr [rax]",
        "mov rsi, qword ptr [rax + 8]",
        "mov rdx, qword ptr [rax + 16]",
        "mov rcx, qword ptr [rax + 24]",
        "mov r8, qword ptr [rax + 32]",
        "mov r9, qword ptr [rax + 40]",
        "call r11",
        "mov qword ptr fs:[0x18], rbx",
        "mov qword ptr fs:[0x10], r12",
        "mov qword ptr fs:[0x70], r13",
        "mov qword ptr fs:[0x08], r14",
        "dec dword ptr fs:[0x34]",
        "add rsp, 8",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        ret0 = const offset_of!(G, ret0),
        ret1 = const offset_of!(G, ret1),
        start = const offset_of!(G, go) + 8 * word::START,
        m_g0 = const offset_of!(M, g0),
        window = const CALL_GO_WINDOW,
        yield_point = sym crate::sched::yield_point,
    );

    // Stack growth. LLVM's prologue comes with r10 = size of the frame, r11 = bytes of stack arguments, and its
    // own return address pointing at a `ret`; the body follows that one byte. See `crate::stack`.
    core::arch::global_asm!(
        ".section gust_nopreempt,\"ax\",@progbits",
        ".p2align 4",
        // The linker wants the second name for calls into code without such prologues. There are none: entry points are
        // not of function type, which keeps it from changing the callers' prologues.
        ".globl __morestack_non_split",
        "__morestack_non_split:",
        ".globl __morestack",
        "__morestack:",
        "push rbp",
        "mov rbp, rsp",
        "push rax",
        "push rcx",
        "push rsi",
        "push rdi",
        "4:",
        "mov rdi, qword ptr fs:[0x08]",
        "mov rsi, qword ptr [rdi + {segment}]",
        "mov rsi, qword ptr [rsi + {next}]",
        "test rsi, rsi",
        "jz 7f",
        // Room for the arguments and the frame above the new limit?
        "mov rcx, qword ptr [rsi + {top}]",
        "mov rax, qword ptr [rsi + {limit}]",
        "sub rcx, 64",
        "sub rcx, rax",
        "sub rcx, r11",
        "jb 7f",
        "sub rcx, r10",
        "jb 7f",
        "mov qword ptr [rdi + {segment}], rsi",
        "mov qword ptr [rsi + {left_at}], rbp",
        "mov qword ptr fs:[0x70], rax",
        "mov r10, qword ptr [rsi + {top}]",
        "test r11, r11",
        "jz 5f",
        "lea rcx, [r11 + 15]",
        "and rcx, -16",
        "sub r10, rcx",
        "lea rsi, [rbp + 24]",
        "mov rdi, r10",
        "mov rcx, r11",
        "shr rcx, 3",
        "rep movsq",
        "5:",
        "pop rdi",
        "pop rsi",
        "pop rcx",
        "pop rax",
        "mov r11, qword ptr [rbp + 8]",
        "inc r11",
        "mov rsp, r10",
        "call r11",
        // The body has returned: back to the segment before, results untouched.
        ".globl \"runtime.morestack_return\"",
        "\"runtime.morestack_return\":",
        "mov rsp, rbp",
        "mov r10, qword ptr fs:[0x08]",
        "mov r11, qword ptr [r10 + {segment}]",
        "mov r11, qword ptr [r11 + {prev}]",
        "mov qword ptr [r10 + {segment}], r11",
        "mov r11, qword ptr [r11 + {limit}]",
        "mov qword ptr fs:[0x70], r11",
        "pop rbp",
        "ret",
        "7:",
        "push rdx",
        "push r8",
        "push r9",
        "push r10",
        "push r11",
        "sub rsp, 128",
        "movups xmmword ptr [rsp], xmm0",
        "movups xmmword ptr [rsp + 16], xmm1",
        "movups xmmword ptr [rsp + 32], xmm2",
        "movups xmmword ptr [rsp + 48], xmm3",
        "movups xmmword ptr [rsp + 64], xmm4",
        "movups xmmword ptr [rsp + 80], xmm5",
        "movups xmmword ptr [rsp + 96], xmm6",
        "movups xmmword ptr [rsp + 112], xmm7",
        "mov rdi, r10",
        "mov rsi, r11",
        "mov rdx, rbp",
        "mov qword ptr fs:[0x18], rsp",
        "mov rsp, qword ptr fs:[0x10]",
        "call {grow}",
        "mov rsp, qword ptr fs:[0x18]",
        "mov qword ptr fs:[0x18], 0",
        "movups xmm0, xmmword ptr [rsp]",
        "movups xmm1, xmmword ptr [rsp + 16]",
        "movups xmm2, xmmword ptr [rsp + 32]",
        "movups xmm3, xmmword ptr [rsp + 48]",
        "movups xmm4, xmmword ptr [rsp + 64]",
        "movups xmm5, xmmword ptr [rsp + 80]",
        "movups xmm6, xmmword ptr [rsp + 96]",
        "movups xmm7, xmmword ptr [rsp + 112]",
        "add rsp, 128",
        "pop r11",
        "pop r10",
        "pop r9",
        "pop r8",
        "pop rdx",
        "jmp 4b",
        "",
        // setrecover(buf) int32: buf holds stack pointer and address after the return, rbp, rbx, r12 to r15, the
        // segment. Gives 0; and 1 when resumerecover(buf) comes back here.
        ".p2align 4",
        ".globl \"runtime.setrecover\"",
        "\"runtime.setrecover\":",
        "mov rax, qword ptr [rsp]",
        "lea rcx, [rsp + 8]",
        "mov qword ptr [rdi], rcx",
        "mov qword ptr [rdi + 8], rax",
        "mov qword ptr [rdi + 16], rbp",
        "mov qword ptr [rdi + 24], rbx",
        "mov qword ptr [rdi + 32], r12",
        "mov qword ptr [rdi + 40], r13",
        "mov qword ptr [rdi + 48], r14",
        "mov qword ptr [rdi + 56], r15",
        "mov rcx, qword ptr fs:[0x08]",
        "mov rdx, qword ptr [rcx + {segment}]",
        "mov qword ptr [rdi + 64], rdx",
        // The chain of deferred calls below this frame's: for the Go half.
        "mov rdx, qword ptr [rcx + {defer}]",
        "mov qword ptr [rdi + 72], rdx",
        "xor eax, eax",
        "ret",
        ".p2align 4",
        ".globl \"runtime.resumerecover\"",
        "\"runtime.resumerecover\":",
        "mov rcx, qword ptr fs:[0x08]",
        "cmp qword ptr fs:[0x70], 0",
        "je 8f",
        "mov rdx, qword ptr [rdi + 64]",
        "mov qword ptr [rcx + {segment}], rdx",
        "mov rdx, qword ptr [rdx + {limit}]",
        "mov qword ptr fs:[0x70], rdx",
        "8:",
        "mov rsp, qword ptr [rdi]",
        "mov rbp, qword ptr [rdi + 16]",
        "mov rbx, qword ptr [rdi + 24]",
        "mov r12, qword ptr [rdi + 32]",
        "mov r13, qword ptr [rdi + 40]",
        "mov r14, qword ptr [rdi + 48]",
        "mov r15, qword ptr [rdi + 56]",
        "mov eax, 1",
        "jmp qword ptr [rdi + 8]",
        ".text",
        segment = const offset_of!(G, segment),
        defer = const offset_of!(G, go) + 8 * word::DEFER,
        next = const offset_of!(Segment, next),
        prev = const offset_of!(Segment, prev),
        left_at = const offset_of!(Segment, left_at),
        top = const offset_of!(Segment, top),
        limit = const offset_of!(Segment, limit),
        grow = sym crate::stack::grow,
    );

    // What runs on the goroutine's stack as part of Go code.
    core::arch::global_asm!(
        ".text",
        ".p2align 4",
        ".globl \"runtime.getg\"",
        "\"runtime.getg\":",
        "mov rax, qword ptr fs:[0x08]",
        "ret",
        ".p2align 4",
        ".globl \"runtime.getfp\"",
        "\"runtime.getfp\":",
        "mov rax, rbp",
        "ret",
        // calldefer(fn): calls a function value; the return address tells it was the runtime that called.
        ".p2align 4",
        ".globl \"runtime.calldefer\"",
        "\"runtime.calldefer\":",
        "push rbp",
        "mov rbp, rsp",
        "call [rdi]",
        ".globl \"runtime.calldefer_return\"",
        "\"runtime.calldefer_return\":",
        "nop",
        "pop rbp",
        "ret",
        // callregs(frame): code, 6 integers, 8 floats, address and number of stack words; results: 3 integers,
        // 2 floats. Offsets 0, 8, 56, 120, 128, 136, 160.
        ".p2align 4",
        ".globl \"runtime.callregs\"",
        "\"runtime.callregs\":",
        "mov r10, qword ptr [rdi + 128]",
        "shl r10, 3",
        "add r10, 128",
        "mov r11, rsp",
        "sub r11, r10",
        "cmp r11, qword ptr fs:[0x70]",
        "ja 9f",
        "xor r11d, r11d",
        "call __morestack",
        "ret",
        "9:",
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "push r12",
        "mov rbx, rdi",
        "mov rcx, qword ptr [rbx + 128]",
        "lea rax, [rcx*8 + 15]",
        "and rax, -16",
        "sub rsp, rax",
        "mov rsi, qword ptr [rbx + 120]",
        "mov rdi, rsp",
        "rep movsq",
        "movsd xmm0, qword ptr [rbx + 56]",
        "movsd xmm1, qword ptr [rbx + 64]",
        "movsd xmm2, qword ptr [rbx + 72]",
        "movsd xmm3, qword ptr [rbx + 80]",
        "movsd xmm4, qword ptr [rbx + 88]",
        "movsd xmm5, qword ptr [rbx + 96]",
        "movsd xmm6, qword ptr [rbx + 104]",
        "movsd xmm7, qword ptr [rbx + 112]",
        "mov rdi, qword ptr [rbx + 8]",
        "mov rsi, qword ptr [rbx + 16]",
        "mov rdx, qword ptr [rbx + 24]",
        "mov rcx, qword ptr [rbx + 32]",
        "mov r8, qword ptr [rbx + 40]",
        "mov r9, qword ptr [rbx + 48]",
        "call [rbx]",
        "mov qword ptr [rbx + 136], rax",
        "mov qword ptr [rbx + 144], rdx",
        "mov qword ptr [rbx + 152], rcx",
        "movsd qword ptr [rbx + 160], xmm0",
        "movsd qword ptr [rbx + 168], xmm1",
        "mov r12, qword ptr [rbp - 16]",
        "mov rbx, qword ptr [rbp - 8]",
        "mov rsp, rbp",
        "pop rbp",
        "ret",
        // procUnpin(): undoes procPin; a wish to stop that came meanwhile is heard here.
        ".p2align 4",
        ".globl \"runtime.procUnpin\"",
        "\"runtime.procUnpin\":",
        "dec dword ptr fs:[0x34]",
        "jnz 2f",
        "cmp dword ptr fs:[0x30], 0",
        "jne \"runtime.checkstop\"",
        "2: ret",
        // procPin() int: no pre-emption and no other processor until procUnpin; the processor's index.
        ".p2align 4",
        ".globl \"runtime.procPin\"",
        "\"runtime.procPin\":",
        "inc dword ptr fs:[0x34]",
        "mov rax, qword ptr fs:[0x20]",
        "mov eax, dword ptr [rax]",
        "ret",
    );
}
