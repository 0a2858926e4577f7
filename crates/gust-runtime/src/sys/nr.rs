//! Numbers of system calls and constants of the kernel's interface (amd64), as in its `uapi` headers.
#![allow(missing_docs)]

pub const READ: usize = 0;
pub const WRITE: usize = 1;
pub const OPEN: usize = 2;
pub const CLOSE: usize = 3;
pub const MMAP: usize = 9;
pub const MPROTECT: usize = 10;
pub const MUNMAP: usize = 11;
pub const RT_SIGACTION: usize = 13;
pub const RT_SIGPROCMASK: usize = 14;
pub const RT_SIGRETURN: usize = 15;
pub const SCHED_YIELD: usize = 24;
pub const MADVISE: usize = 28;
pub const NANOSLEEP: usize = 35;
pub const SETITIMER: usize = 38;
pub const GETPID: usize = 39;
pub const CLONE: usize = 56;
pub const EXIT: usize = 60;
pub const FCNTL: usize = 72;
pub const SIGALTSTACK: usize = 131;
pub const PRCTL: usize = 157;
pub const ARCH_PRCTL: usize = 158;
pub const GETTID: usize = 186;
pub const FUTEX: usize = 202;
pub const SCHED_GETAFFINITY: usize = 204;
pub const CLOCK_GETTIME: usize = 228;
pub const EXIT_GROUP: usize = 231;
pub const EPOLL_WAIT: usize = 232;
pub const EPOLL_CTL: usize = 233;
pub const TGKILL: usize = 234;
pub const EPOLL_PWAIT: usize = 281;
pub const EVENTFD2: usize = 290;
pub const EPOLL_CREATE1: usize = 291;
pub const GETRANDOM: usize = 318;

pub const FUTEX_WAIT_PRIVATE: usize = 128;
pub const FUTEX_WAKE_PRIVATE: usize = 129;

pub const PROT_NONE: usize = 0;
pub const PROT_READ: usize = 1;
pub const PROT_WRITE: usize = 2;
pub const MAP_PRIVATE: usize = 2;
pub const MAP_FIXED: usize = 0x10;
pub const MAP_ANONYMOUS: usize = 0x20;
pub const MAP_NORESERVE: usize = 0x4000;
pub const MADV_DONTNEED: usize = 4;
pub const MADV_FREE: usize = 8;
pub const MADV_HUGEPAGE: usize = 14;
pub const MADV_NOHUGEPAGE: usize = 15;
pub const MADV_COLLAPSE: usize = 25;

pub const ARCH_SET_FS: usize = 0x1002;

pub const EINTR: isize = -4;
pub const EAGAIN: isize = -11;
pub const ENOSYS: isize = -38;
