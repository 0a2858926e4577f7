//! Signals: faults of Go code become panics, SIGURG stops goroutine code, the rest goes to `os/signal` or has the effect
//! that Go documents.
//!
//! Handlers run on a stack of the thread's own. A handler that interrupts goroutine code finds no lock of the runtime held
//! by its thread, so it may do what runtime code does; one that interrupts runtime code does next to nothing.

mod context;
mod dump;
pub mod notify;

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

pub use context::{
    context_fp, context_pc, context_range, context_sp, live_context_ranges, resume_context,
};
pub use notify::{clear_for_child, is_wanted};

use crate::{
    image,
    sched::{G, M, current_m, park, state::SCHED, stop, word, world},
    sys::{self, nr},
};

/// Hang-up.
pub const SIGHUP: u32 = 1;
/// Interrupt from the keyboard.
pub const SIGINT: u32 = 2;
/// Quit from the keyboard.
pub const SIGQUIT: u32 = 3;
/// Bad instruction.
pub const SIGILL: u32 = 4;
/// Breakpoint.
pub const SIGTRAP: u32 = 5;
/// Abort.
pub const SIGABRT: u32 = 6;
/// Bad access within a mapping.
pub const SIGBUS: u32 = 7;
/// Arithmetic fault.
pub const SIGFPE: u32 = 8;
/// Bad access.
pub const SIGSEGV: u32 = 11;
/// Write without reader.
pub const SIGPIPE: u32 = 13;
/// Termination.
pub const SIGTERM: u32 = 15;
/// Coprocessor fault.
pub const SIGSTKFLT: u32 = 16;
/// Tells a thread to look at its stop flag.
pub const SIGURG: u32 = 23;
/// Makes threads take part in a system call of all threads; C libraries use it for the same.
pub const SIGBROADCAST: u32 = 33;
/// Profiling timer.
pub const SIGPROF: u32 = 27;
/// Bad system call.
pub const SIGSYS: u32 = 31;

const SIG_DFL: usize = 0;
const SIG_IGN: usize = 1;
const SIG_SETMASK: usize = 2;

/// Signals that stay at their default until `os/signal` asks for them: KILL, STOP, CONT, TSTP, TTIN, TTOU, and
/// the two or three that C libraries use themselves.
const LEFT_ALONE: u64 =
    bit(9) | bit(19) | bit(18) | bit(20) | bit(21) | bit(22) | bit(32) | bit(34);
/// Signals that a thread must be able to receive.
const UNBLOCKED: u64 = bit(SIGURG)
    | bit(SIGSEGV)
    | bit(SIGBUS)
    | bit(SIGFPE)
    | bit(SIGILL)
    | bit(SIGTRAP)
    | bit(SIGPROF)
    | bit(SIGBROADCAST);

/// Bytes of a thread's signal stack.
pub const STACK: usize = 64 << 10;

const fn bit(signal: u32) -> u64 {
    1 << (signal - 1)
}

/// Signals that were ignored when the process started.
static IGNORED_AT_START: AtomicU64 = AtomicU64::new(0);
/// Signals blocked when the process started.
static MASK_AT_START: AtomicU64 = AtomicU64::new(0);

#[repr(C)]
struct Action {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: u64,
}

#[repr(C)]
struct Info {
    signal: i32,
    errno: i32,
    code: i32,
    pad: i32,
    address: usize,
}

#[cfg(all(feature = "program", not(test)))]
core::arch::global_asm!(
    ".text",
    ".globl gust_sigreturn",
    "gust_sigreturn:",
    "mov eax, 15",
    "syscall",
    "ud2"
);

fn restorer() -> usize {
    #[cfg(all(feature = "program", not(test)))]
    {
        unsafe extern "C" {
            fn gust_sigreturn();
        }
        gust_sigreturn as *const () as usize
    }
    #[cfg(not(all(feature = "program", not(test))))]
    0
}

fn action(signal: u32, handler: usize) {
    const SIGINFO: usize = 4;
    const RESTORER: usize = 0x0400_0000;
    const ONSTACK: usize = 0x0800_0000;
    const RESTART: usize = 0x1000_0000;
    let action = Action {
        handler,
        flags: SIGINFO | RESTORER | ONSTACK | RESTART,
        restorer: restorer(),
        mask: !bit(SIGBROADCAST),
    };
    // SAFETY: the kernel reads the structure.
    unsafe {
        sys::syscall6(
            nr::RT_SIGACTION,
            signal as usize,
            &raw const action as usize,
            0,
            8,
            0,
            0,
        )
    };
}

fn action_now(signal: u32) -> usize {
    let mut action = Action {
        handler: 0,
        flags: 0,
        restorer: 0,
        mask: 0,
    };
    // SAFETY: the kernel writes the structure.
    unsafe {
        sys::syscall6(
            nr::RT_SIGACTION,
            signal as usize,
            0,
            &raw mut action as usize,
            8,
            0,
            0,
        )
    };
    action.handler
}

static BROADCAST: crate::sched::state::Guarded<[usize; 7]> =
    crate::sched::state::Guarded::new([0; 7]);
/// Threads that have not made the call yet.
static BROADCAST_LEFT: AtomicU32 = AtomicU32::new(0);
/// Number of the broadcast, to tell it from other uses of the signal.
static BROADCAST_ROUND: AtomicU32 = AtomicU32::new(0);

/// Makes a system call on all other threads, which are in any state.
///
/// # Safety
/// The world is stopped, no thread starts or ends. The call succeeded on this thread.
pub unsafe fn on_all_threads(call: &[usize; 7]) {
    // SAFETY: the world is stopped by this thread.
    unsafe {
        *BROADCAST.get() = *call;
        let round = BROADCAST_ROUND.fetch_add(1, Ordering::SeqCst) + 1;
        let own = current_m();
        let mut m = SCHED.all_ms.load(Ordering::SeqCst);
        while !m.is_null() {
            if m != own && (*m).alive.load(Ordering::SeqCst) + u32::from((*m).first) != 0 {
                BROADCAST_LEFT.fetch_add(1, Ordering::SeqCst);
                (*m).broadcast.store(round, Ordering::SeqCst);
                sys::tgkill((*m).tid, SIGBROADCAST);
            }
            m = (*m).all_link;
        }
        while BROADCAST_LEFT.load(Ordering::SeqCst) != 0 {
            sys::usleep(20);
        }
    }
}

unsafe fn take_broadcast(m: *mut M) {
    // SAFETY: own thread; the caller of the broadcast waits.
    unsafe {
        if (*m).broadcast.swap(0, Ordering::SeqCst) == 0 {
            return;
        }
        let call = *BROADCAST.get();
        let r = sys::syscall6(
            call[0], call[1], call[2], call[3], call[4], call[5], call[6],
        );
        if (-4095..0).contains(&r) {
            crate::fatal::throw(
                "AllThreadsSyscall results differ between threads; runtime corrupted",
            );
        }
        BROADCAST_LEFT.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Installs this module's handler.
fn install(signal: u32) {
    action(signal, handler as *const () as usize);
}

/// Blocks all signals of this thread; what was blocked before.
pub fn block_all() -> u64 {
    let (all, mut old) = (!0u64, 0u64);
    // SAFETY: the kernel reads and writes the words.
    unsafe {
        sys::syscall6(
            nr::RT_SIGPROCMASK,
            SIG_SETMASK,
            &raw const all as usize,
            &raw mut old as usize,
            8,
            0,
            0,
        );
    }
    old
}

/// Sets the signals this thread blocks.
pub fn set_mask(mask: u64) {
    // SAFETY: the kernel reads the word.
    unsafe {
        sys::syscall6(
            nr::RT_SIGPROCMASK,
            SIG_SETMASK,
            &raw const mask as usize,
            0,
            8,
            0,
            0,
        )
    };
}

/// Memory for a signal stack; its lower end.
pub fn new_stack() -> usize {
    let at = sys::mmap(STACK, false);
    if at.is_null() {
        crate::fatal::throw("runtime: cannot allocate a signal stack");
    }
    at as usize
}

/// Prepares a new thread for signals, which are blocked until then.
///
/// # Safety
/// Own thread.
pub unsafe fn init_thread(m: *mut M) {
    // SAFETY: the stack is the thread's.
    unsafe {
        let stack = context::AltStack {
            sp: (*m).signal_stack,
            flags: 0,
            size: STACK,
        };
        sys::syscall3(nr::SIGALTSTACK, &raw const stack as usize, 0, 0);
    }
    set_mask(MASK_AT_START.load(Ordering::Relaxed) & !UNBLOCKED);
}

/// Installs the handlers. On the first thread, before any other is started.
///
/// # Safety
/// Once, at the start of the process.
pub unsafe fn init() {
    MASK_AT_START.store(block_all(), Ordering::Relaxed);
    let mut ignored = 0;
    for signal in 1..=64 {
        if action_now(signal) == SIG_IGN {
            ignored |= bit(signal);
        }
    }
    IGNORED_AT_START.store(ignored, Ordering::Relaxed);
    notify::init(ignored);
    for signal in 1..=64 {
        let keep_ignored = (signal == SIGHUP || signal == SIGINT) && ignored & bit(signal) != 0;
        if LEFT_ALONE & bit(signal) == 0 && !keep_ignored {
            install(signal);
        }
    }
    // SAFETY: own thread.
    unsafe { init_thread(current_m()) };
}

/// Whether the thread was in code of a goroutine, so that its state is a goroutine's state and nothing else.
unsafe fn in_goroutine(m: *mut M) -> bool {
    // SAFETY: own thread.
    unsafe { (*m).user_sp == 0 && !(*m).g.is_null() && (*m).stack_limit != 0 }
}

unsafe extern "C" fn handler(signal: u32, info: *const Info, context: usize) {
    // SAFETY: called by the kernel on a thread of ours.
    unsafe {
        let m = current_m();
        let code = (*info).code;
        match signal {
            SIGURG => {
                preempt(m, context);
                if code <= 0 && code != -6 {
                    notify::deliver(SIGURG);
                }
                return;
            }
            SIGBROADCAST => {
                take_broadcast(m);
                return;
            }
            SIGPROF => {
                crate::profile::sample(m, context);
                notify::deliver(SIGPROF);
                return;
            }
            // Faults have a positive code; signals sent by processes have zero or less.
            SIGSEGV | SIGBUS | SIGFPE if code > 0 => {
                if in_goroutine(m) && (*m).locks == 0 && panic_at(m, signal, info, context) {
                    return;
                }
                dump::unexpected(m, signal, code, (*info).address, context);
                return;
            }
            _ => {}
        }
        if notify::deliver(signal) {
            return;
        }
        if notify::is_ignored(signal) {
            return;
        }
        match signal {
            SIGHUP | SIGINT | SIGTERM => die(signal),
            SIGQUIT | SIGILL | SIGTRAP | SIGABRT | SIGSTKFLT | SIGSYS | SIGSEGV | SIGBUS
            | SIGFPE => {
                dump::quit(m, signal, code, context);
            }
            _ => {}
        }
    }
}

/// Ends the process the way the signal ends it by default.
pub fn die(signal: u32) -> ! {
    action(signal, SIG_DFL);
    set_mask(!bit(signal));
    // SAFETY: no memory involved.
    sys::tgkill(sys::gettid(), signal);
    sys::usleep(1000);
    sys::exit(2)
}

/// Lets the interrupted code go on as if it had called `runtime.sigpanic`. False if it cannot.
unsafe fn panic_at(m: *mut M, signal: u32, info: *const Info, context: usize) -> bool {
    let target = image::go_sigpanic();
    if target == 0 {
        return false;
    }
    // SAFETY: the context is of goroutine code; below its red zone there is the stack's slack.
    unsafe {
        let g: *mut G = (*m).g;
        let registers = context::registers(context);
        let mut pc = registers.rip;
        if image::no_preempt(pc) {
            return false;
        }
        if image::is_code(pc) {
            let sp = ((registers.rsp - 128) & !15) - 8;
            *(sp as *mut usize) = pc;
            registers.rsp = sp;
        } else {
            // A call to a place without code: as if the call instruction had called the panic instead.
            let caller = *(registers.rsp as *const usize);
            if !image::is_code(caller) {
                return false;
            }
            pc = caller;
        }
        (*g).go[word::FAULT_PC] = pc;
        (*g).go[word::FAULT_ADDRESS] = (*info).address;
        (*g).go[word::FAULT_SIGNAL] = signal as usize | ((*info).code as u32 as usize) << 32;
        registers.rip = target;
        true
    }
}

/// Stops or pre-empts the goroutine that the signal interrupted, if that is wanted and it can be.
unsafe fn preempt(m: *mut M, context: usize) {
    // SAFETY: own thread; in goroutine code no lock is held.
    unsafe {
        if !in_goroutine(m)
            || (*m).locks != 0
            || (*m).in_syscall.load(Ordering::SeqCst) != 0
            || (*m).p.is_null()
            || (*m).stop.load(Ordering::SeqCst) == 0
        {
            return;
        }
        let pc = context_pc(context);
        if image::no_preempt(pc) || !image::is_code(pc) {
            return;
        }
        if (*m).stop.load(Ordering::SeqCst) & stop::WORLD != 0
            && SCHED.stopping.load(Ordering::SeqCst)
        {
            (*m).stopped_context.store(context, Ordering::SeqCst);
            world::wait(true);
            (*m).stopped_context.store(0, Ordering::SeqCst);
        }
        if (*m).stop.load(Ordering::SeqCst) & stop::YIELD != 0 {
            context::save(m, (*m).g, context);
            context::redirect(m, context, preempted as *const () as usize, 0);
        }
    }
}

/// Continues on the system stack after the goroutine's registers were saved.
unsafe extern "C" fn preempted() -> ! {
    // SAFETY: own thread.
    unsafe { park::yield_preempted() }
}
