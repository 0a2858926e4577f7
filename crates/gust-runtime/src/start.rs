//! The start of the process.

#[cfg(all(feature = "program", not(test)))]
mod entry {
    // The kernel starts the process here: argc at the stack pointer, then argv, environment, auxiliary vector.
    core::arch::global_asm!(
        ".text",
        ".globl _rt0_amd64_linux",
        "_rt0_amd64_linux:",
        "xor ebp, ebp",
        "mov rdi, rsp",
        "and rsp, -16",
        "call {start}",
        "ud2",
        // Precompiled parts of Rust's core library name it; nothing unwinds.
        ".globl rust_eh_personality",
        "rust_eh_personality:",
        "ud2",
        start = sym super::start,
    );

    #[panic_handler]
    fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
        use core::fmt::Write;
        struct Stderr;
        impl Write for Stderr {
            fn write_str(&mut self, s: &str) -> core::fmt::Result {
                crate::fatal::print(s.as_bytes());
                Ok(())
            }
        }
        let _ = writeln!(Stderr, "fatal error: runtime: {info}");
        crate::sys::exit(2)
    }
}

/// First code of the process, on the stack the kernel made; `sp` points at the number of arguments.
///
/// # Safety
/// Called once, by the entry symbol.
pub unsafe extern "C" fn start(_sp: *const usize) -> ! {
    crate::fatal::throw("start")
}
