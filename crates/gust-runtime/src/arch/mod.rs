//! What depends on the processor: trampolines into the runtime, switches between stacks.

/// Exports a Rust function to Go code: `entry!("runtime.name", function)`.
///
/// The symbol is a trampoline that goroutine code calls by the C convention; the function runs on the system stack. It
/// takes up to six integer arguments (a hidden result pointer counts) and any float arguments, and returns in registers.
/// It may end in [`crate::sched::park`]; the call then returns `G::ret0`, `G::ret1` once the goroutine is readied.
///
/// The function is a public `extern "C" fn`. Every caller must be Go code: never call the symbol from Rust.
#[macro_export]
macro_rules! entry {
    ($symbol:literal, $function:path) => {
        #[cfg(all(feature = "program", not(test)))]
        core::arch::global_asm!(
            concat!(".section .text.\"", $symbol, "\",\"ax\",@progbits"),
            ".p2align 4",
            concat!(".globl \"", $symbol, "\""),
            concat!("\"", $symbol, "\":"),
            "push rbp",
            "mov rbp, rsp",
            "push rbx",
            "push r12",
            "push r13",
            "push r14",
            "push r15",
            "mov qword ptr fs:[0x18], rsp",
            "mov rsp, qword ptr fs:[0x10]",
            "call {function}",
            "mov rsp, qword ptr fs:[0x18]",
            "mov qword ptr fs:[0x18], 0",
            "cmp dword ptr fs:[0x30], 0",
            "jne {yield_point}",
            // Rust has preserved the registers saved above: only a parked goroutine needs to load them.
            "mov rsp, rbp",
            "pop rbp",
            "ret",
            ".text",
            function = sym $function,
            yield_point = sym $crate::arch::amd64::entry_yield,
        );
        #[cfg(not(all(feature = "program", not(test))))]
        const _: () = {
            let _ = $function as *const ();
        };
    };
}

pub mod amd64;
mod fma;
pub mod reflect;
pub use amd64::{call_go, current_m, pause};
