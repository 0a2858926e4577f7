//! The end of a program that cannot go on.

use crate::sys;

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

/// Ends the program because the runtime found itself broken: the text, a trace of goroutines, exit status 2.
pub fn throw(text: &str) -> ! {
    print(b"fatal error: ");
    print(text.as_bytes());
    print(b"\n");
    sys::exit(2)
}
