//! The end of a program that cannot go on.

use core::sync::atomic::{AtomicBool, Ordering};

use crate::{arch, image, sched, sys};

/// Writes to standard error, in one piece.
pub fn print(text: &[u8]) {
    let mut rest = text;
    while !rest.is_empty() {
        let n = sys::write(2, rest);
        if n == sys::nr::EINTR || n == sys::nr::EAGAIN {
            continue;
        }
        if n <= 0 {
            return;
        }
        rest = &rest[n as usize..];
    }
}

fn digits(mut n: u64, base: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b"0123456789abcdef"[(n % base) as usize];
        n /= base;
        if n == 0 {
            return &buffer[at..];
        }
    }
}

/// Writes a number in decimal.
pub fn print_uint(n: u64) {
    print(digits(n, 10, &mut [0; 20]));
}

/// Writes a number in decimal.
pub fn print_int(n: i64) {
    if n < 0 {
        print(b"-");
    }
    print_uint(n.unsigned_abs());
}

/// Writes a number as `0x…`.
pub fn print_hex(n: u64) {
    print(b"0x");
    print(digits(n, 16, &mut [0; 20]));
}

/// Somebody is printing the last words.
static DYING: AtomicBool = AtomicBool::new(false);

/// Stops the other threads as far as possible and prints traces, if the program can.
pub fn traces() {
    // SAFETY: the program ends; nothing is started again.
    unsafe {
        sched::world::freeze();
        let function = image::go_printtraces();
        if function != 0 {
            arch::call_go(function, &[0; 6]);
        }
    }
}

/// Ends the process as a crash: with a core dump if the program asked for one (`GOTRACEBACK=crash`).
pub fn exit_or_abort() -> ! {
    if crate::start::env("GOTRACEBACK") == Some(b"crash") {
        crate::signal::die(crate::signal::SIGABRT);
    }
    sys::exit(2)
}

fn end(text: &[u8]) -> ! {
    if DYING.swap(true, Ordering::SeqCst) {
        // A failure while another one is reported: of the same thread, or one of many.
        // SAFETY: own thread.
        if unsafe { (*sched::current_m()).locks } != 0 {
            print(b"fatal error: ");
            print(text);
            print(b"\n");
            sys::exit(2);
        }
        loop {
            sys::usleep(1_000_000);
        }
    }
    print(b"fatal error: ");
    print(text);
    print(b"\n");
    // SAFETY: own thread; a trace of the goroutine starts where it entered the runtime.
    unsafe {
        let m = sched::current_m();
        if (*m).trace_sp == 0 && !(*m).g.is_null() {
            (*m).trace_sp = (*m).user_sp;
        }
    }
    traces();
    exit_or_abort()
}

/// Ends the program because the runtime found itself broken: the text, traces of goroutines, exit status 2.
pub fn throw(text: &str) -> ! {
    end(text.as_bytes())
}

/// Ends the program because of what it did: the text, traces of goroutines, exit status 2.
pub fn fatal(text: &str) -> ! {
    end(text.as_bytes())
}

/// `throw(s string)` and `fatalerror(s string)`
///
/// # Safety
/// Entry point; the bytes are readable.
pub unsafe extern "C" fn throw_entry(text: *const u8, len: usize) -> ! {
    // SAFETY: a Go string.
    end(unsafe { core::slice::from_raw_parts(text, len) })
}
entry!("runtime.throw", crate::fatal::throw_entry);
entry!("runtime.fatalerror", crate::fatal::throw_entry);

/// `abort()`: ends the process by SIGABRT, so that the system may keep a core dump.
pub extern "C" fn abort() -> ! {
    crate::signal::die(crate::signal::SIGABRT)
}
entry!("runtime.abort", crate::fatal::abort);
