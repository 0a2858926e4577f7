//! What `os/signal` needs: which signals are wanted, and a queue (one bit for each signal) that one goroutine drains.

use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::{LEFT_ALONE, SIGHUP, SIGINT, SIGPIPE, UNBLOCKED, action, bit, install};
use crate::{
    sched::{current_m, syscall},
    sys,
};

static WANTED: AtomicU64 = AtomicU64::new(0);
static IGNORED: AtomicU64 = AtomicU64::new(0);
static PENDING: AtomicU64 = AtomicU64::new(0);
/// Handlers that are about to set a bit.
static DELIVERING: AtomicU32 = AtomicU32::new(0);
/// 1 while the receiver sleeps.
static SLEEPS: AtomicU32 = AtomicU32::new(0);
/// Signals whose handler [`crate::signal`] has not installed at the start but installs when wanted.
static IGNORED_AT_START: AtomicU64 = AtomicU64::new(0);

/// Remembers what was ignored when the process started.
pub fn init(ignored: u64) {
    IGNORED.store(ignored & (bit(SIGHUP) | bit(SIGINT)), Ordering::Relaxed);
    IGNORED_AT_START.store(ignored, Ordering::Relaxed);
}

fn valid(signal: u32) -> bool {
    (1..=64).contains(&signal)
}

/// Whether the program asked for the signal.
pub fn is_wanted(signal: u32) -> bool {
    WANTED.load(Ordering::SeqCst) & bit(signal) != 0
}

/// Whether the program ignores the signal.
pub fn is_ignored(signal: u32) -> bool {
    IGNORED.load(Ordering::SeqCst) & bit(signal) != 0
}

/// Queues a signal if the program asked for it. Safe in a handler.
pub fn deliver(signal: u32) -> bool {
    // Counted before the question: who takes the wish back and then sees no delivery knows that there will be none.
    DELIVERING.fetch_add(1, Ordering::SeqCst);
    let wanted = is_wanted(signal);
    if wanted {
        PENDING.fetch_or(bit(signal), Ordering::SeqCst);
        if SLEEPS.swap(0, Ordering::SeqCst) == 1 {
            sys::futex_wake(&SLEEPS, 1);
        }
    }
    DELIVERING.fetch_sub(1, Ordering::SeqCst);
    wanted
}

fn take() -> u32 {
    loop {
        let pending = PENDING.load(Ordering::SeqCst);
        if pending == 0 {
            return 0;
        }
        let signal = pending.trailing_zeros() + 1;
        if PENDING.fetch_and(!bit(signal), Ordering::SeqCst) & bit(signal) != 0 {
            return signal;
        }
    }
}

/// `signal_recv() uint32`: the next wanted signal; waits for it.
///
/// # Safety
/// Entry point; one goroutine at a time.
pub unsafe extern "C" fn signal_recv() -> u32 {
    let signal = take();
    if signal != 0 {
        return signal;
    }
    // SAFETY: own thread, in an entry point.
    unsafe {
        // A handler cannot wake a goroutine, but it can wake a thread: this one waits as in a system call, which also
        // tells that the program is not dead.
        syscall::begin_block();
        let signal = loop {
            SLEEPS.store(1, Ordering::SeqCst);
            let signal = take();
            if signal != 0 {
                SLEEPS.store(0, Ordering::SeqCst);
                break signal;
            }
            sys::futex_wait(&SLEEPS, 1, -1);
        };
        syscall::regain(signal as usize);
        signal
    }
}
entry!("runtime.signal_recv", crate::signal::notify::signal_recv);

/// `signal_enable(sig uint32)`: wants the signal.
pub extern "C" fn signal_enable(signal: u32) {
    if !valid(signal) {
        return;
    }
    IGNORED.fetch_and(!bit(signal), Ordering::SeqCst);
    WANTED.fetch_or(bit(signal), Ordering::SeqCst);
    if bit(signal) & (bit(9) | bit(19) | bit(32) | bit(33)) == 0 {
        install(signal);
    }
}
entry!(
    "runtime.signal_enable",
    crate::signal::notify::signal_enable
);

/// `signal_disable(sig uint32)`: no longer wants the signal.
pub extern "C" fn signal_disable(signal: u32) {
    if !valid(signal) {
        return;
    }
    WANTED.fetch_and(!bit(signal), Ordering::SeqCst);
    let ignored_before = (bit(SIGHUP) | bit(SIGINT)) & IGNORED_AT_START.load(Ordering::SeqCst);
    if ignored_before & bit(signal) != 0 {
        IGNORED.fetch_or(bit(signal), Ordering::SeqCst);
        action(signal, super::SIG_IGN);
    } else if LEFT_ALONE & bit(signal) != 0
        && bit(signal) & (bit(9) | bit(19) | bit(32) | bit(33)) == 0
    {
        action(signal, super::SIG_DFL);
    } else if IGNORED.load(Ordering::SeqCst) & bit(signal) == 0 && LEFT_ALONE & bit(signal) == 0 {
        install(signal);
    }
}
entry!(
    "runtime.signal_disable",
    crate::signal::notify::signal_disable
);

/// `signal_ignore(sig uint32)`: ignores the signal.
pub extern "C" fn signal_ignore(signal: u32) {
    if !valid(signal) {
        return;
    }
    WANTED.fetch_and(!bit(signal), Ordering::SeqCst);
    IGNORED.fetch_or(bit(signal), Ordering::SeqCst);
    // Faults and our own signals keep their handler.
    if bit(signal) & (UNBLOCKED | bit(9) | bit(19) | bit(32) | bit(33)) == 0 {
        action(signal, super::SIG_IGN);
    }
}
entry!(
    "runtime.signal_ignore",
    crate::signal::notify::signal_ignore
);

/// `signal_ignored(sig uint32) bool`
pub extern "C" fn signal_ignored(signal: u32) -> bool {
    valid(signal) && is_ignored(signal)
}
entry!(
    "runtime.signal_ignored",
    crate::signal::notify::signal_ignored
);

/// `signal_idle() bool`: whether signals that have arrived have been handed on: the receiver is back and sleeps.
pub extern "C" fn signal_idle() -> bool {
    DELIVERING.load(Ordering::SeqCst) == 0
        && PENDING.load(Ordering::SeqCst) == 0
        && SLEEPS.load(Ordering::SeqCst) == 1
}
entry!("runtime.signal_idle", crate::signal::notify::signal_idle);

/// `sigpipe()`: a write to standard output or error found no reader: the default effect unless the program handles it.
pub extern "C" fn sigpipe() {
    if is_ignored(SIGPIPE) {
        return;
    }
    if !deliver(SIGPIPE) {
        super::die(SIGPIPE);
    }
}
entry!("runtime.sigpipe", crate::signal::notify::sigpipe);

/// In the child of a fork: default handlers for all but ignored signals, and the signal mask of before.
/// Uses system calls only: memory is shared with the parent.
///
/// # Safety
/// In the child, with all signals blocked.
pub unsafe fn clear_for_child() {
    for signal in 1..=64 {
        if signal == 9 || signal == 19 {
            continue;
        }
        if super::action_now(signal) > super::SIG_IGN {
            action(signal, super::SIG_DFL);
        }
    }
    // SAFETY: own thread's structure, read only.
    super::set_mask(unsafe { (*current_m()).saved_mask });
}
