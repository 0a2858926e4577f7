//! Raw system calls of Linux.

use crate::sync::atomic::AtomicU32;

pub mod nr;

/// A system call with six arguments; the kernel's result as it is (an error is in -4095..=-1).
///
/// # Safety
/// As the call demands.
#[inline(always)]
pub unsafe fn syscall6(
    nr: usize,
    a: usize,
    b: usize,
    c: usize,
    d: usize,
    e: usize,
    f: usize,
) -> isize {
    let result: isize;
    // SAFETY: the kernel clobbers rcx and r11 only; the caller vouches for the rest.
    unsafe {
        core::arch::asm!(
            "syscall",
            inlateout("rax") nr as isize => result,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// A system call with up to three arguments.
///
/// # Safety
/// As the call demands.
#[inline(always)]
pub unsafe fn syscall3(nr: usize, a: usize, b: usize, c: usize) -> isize {
    // SAFETY: the caller's.
    unsafe { syscall6(nr, a, b, c, 0, 0, 0) }
}

/// Seconds and nanoseconds, as the kernel has them.
#[repr(C)]
#[derive(Clone, Copy, Default, Debug)]
pub struct Timespec {
    /// Seconds.
    pub sec: i64,
    /// Nanoseconds below a second.
    pub nsec: i64,
}

impl Timespec {
    /// From nanoseconds, not negative.
    #[must_use]
    pub const fn from_nanos(ns: i64) -> Self {
        Timespec {
            sec: ns / 1_000_000_000,
            nsec: ns % 1_000_000_000,
        }
    }
}

/// Sleeps while the word has the value, at most `timeout_ns` (negative: for ever). May return early.
pub fn futex_wait(word: &AtomicU32, value: u32, timeout_ns: i64) {
    #[cfg(loom)]
    if crate::sync::model::running() {
        return crate::sync::model::futex_wait(word, value);
    }
    let ts = Timespec::from_nanos(timeout_ns.max(0));
    let ts_ptr = if timeout_ns < 0 {
        0
    } else {
        &raw const ts as usize
    };
    // SAFETY: the word and the time outlive the call.
    unsafe {
        syscall6(
            nr::FUTEX,
            word.as_ptr() as usize,
            nr::FUTEX_WAIT_PRIVATE,
            value as usize,
            ts_ptr,
            0,
            0,
        );
    }
}

/// Wakes up to `count` threads that sleep on the word.
pub fn futex_wake(word: &AtomicU32, count: u32) {
    #[cfg(loom)]
    if crate::sync::model::running() {
        return crate::sync::model::futex_wake(word, count);
    }
    // SAFETY: the kernel only uses the address.
    unsafe {
        syscall6(
            nr::FUTEX,
            word.as_ptr() as usize,
            nr::FUTEX_WAKE_PRIVATE,
            count as usize,
            0,
            0,
            0,
        );
    }
}

/// Fresh zeroed memory from the system, readable and writable unless `reserve_only`; null if there is none.
#[must_use]
pub fn mmap(size: usize, reserve_only: bool) -> *mut u8 {
    let (prot, flags) = if reserve_only {
        (
            nr::PROT_NONE,
            nr::MAP_PRIVATE | nr::MAP_ANONYMOUS | nr::MAP_NORESERVE,
        )
    } else {
        (
            nr::PROT_READ | nr::PROT_WRITE,
            nr::MAP_PRIVATE | nr::MAP_ANONYMOUS,
        )
    };
    // SAFETY: a new mapping touches nothing that exists.
    let at = unsafe { syscall6(nr::MMAP, 0, size, prot, flags, usize::MAX, 0) };
    if (-4095..0).contains(&at) {
        core::ptr::null_mut()
    } else {
        at as *mut u8
    }
}

/// Gives a mapping back.
///
/// # Safety
/// Nothing uses the memory any more; bounds are of whole pages.
pub unsafe fn munmap(at: *mut u8, size: usize) {
    // SAFETY: the caller's.
    unsafe { syscall3(nr::MUNMAP, at as usize, size, 0) };
}

/// Writes bytes to a file descriptor, as one system call; its result.
pub fn write(fd: usize, bytes: &[u8]) -> isize {
    // SAFETY: the bytes are readable.
    unsafe { syscall3(nr::WRITE, fd, bytes.as_ptr() as usize, bytes.len()) }
}

/// Ends the process.
pub fn exit(code: i32) -> ! {
    loop {
        // SAFETY: ends the process.
        unsafe { syscall3(nr::EXIT_GROUP, code as usize, 0, 0) };
    }
}

/// Lets other threads run.
pub fn osyield() {
    // SAFETY: no memory involved.
    unsafe { syscall3(nr::SCHED_YIELD, 0, 0, 0) };
}

/// Sleeps about that many microseconds.
pub fn usleep(us: u32) {
    #[cfg(loom)]
    if crate::sync::model::running() {
        return crate::sync::model::spin();
    }
    let ts = Timespec::from_nanos(i64::from(us) * 1000);
    // SAFETY: the time outlives the call.
    unsafe { syscall3(nr::NANOSLEEP, &raw const ts as usize, 0, 0) };
}

/// The thread's number.
#[must_use]
pub fn gettid() -> i32 {
    // SAFETY: no memory involved.
    (unsafe { syscall3(nr::GETTID, 0, 0, 0) }) as i32
}

/// The process's number.
#[must_use]
pub fn getpid() -> i32 {
    // SAFETY: no memory involved.
    (unsafe { syscall3(nr::GETPID, 0, 0, 0) }) as i32
}

/// Sends a signal to a thread of this process.
pub fn tgkill(tid: i32, signal: u32) {
    // SAFETY: no memory involved.
    unsafe { syscall3(nr::TGKILL, getpid() as usize, tid as usize, signal as usize) };
}
