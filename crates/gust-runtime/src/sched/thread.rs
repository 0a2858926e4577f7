//! Threads.

use crate::sync::atomic::{AtomicUsize, Ordering};
use core::ptr;

use super::{
    G, M, current_m, hand, schedule,
    state::{SCHED, State},
};
use crate::{heap, rand, signal, sys};

/// Bytes of a thread's system stack. Only what is touched costs memory.
const SYSTEM_STACK: usize = 512 << 10;
const GUARD: usize = 4096;

const CLONE_FLAGS: usize = 0x100 // memory
    | 0x200 // file system information
    | 0x400 // files
    | 0x800 // signal handlers
    | 0x1_0000 // thread group
    | 0x4_0000 // System V semaphore adjustments
    | 0x8_0000 // fs register
    | 0x10_0000 // tid to the parent
    | 0x20_0000; // word cleared at the end

/// How often a thread is tried to be made, with a millisecond more of sleep each time.
const ATTEMPTS: u32 = 20;

/// Most threads there may be.
static MAX_THREADS: AtomicUsize = AtomicUsize::new(10_000);

/// `setmaxthreads(n int) int`: most threads there may be; gives the number before.
pub extern "C" fn set_max_threads(n: usize) -> usize {
    let old = MAX_THREADS.swap(n, Ordering::Relaxed);
    let _guard = SCHED.lock.guard();
    // SAFETY: under the lock.
    let threads = unsafe { SCHED.state.get().threads } as usize;
    if threads > n {
        crate::fatal::throw("thread exhaustion");
    }
    old
}
entry!(
    "runtime.setmaxthreads",
    crate::sched::thread::set_max_threads
);

/// `threadcount() int`: how many threads there are, the monitor included.
pub extern "C" fn count() -> usize {
    let _guard = SCHED.lock.guard();
    // SAFETY: under the lock.
    unsafe { SCHED.state.get().threads as usize + 1 }
}
entry!("runtime.threadcount", crate::sched::thread::count);

/// A structure with stacks for a new thread, not linked and not counted.
///
/// # Safety
/// None but that the memory stays for ever.
pub unsafe fn allocate() -> *mut M {
    let m: *mut M = heap::persistent_alloc(size_of::<M>(), 64).cast();
    let g0: *mut G = heap::persistent_alloc(size_of::<G>(), 64).cast();
    let stack = sys::mmap(SYSTEM_STACK, false);
    if stack.is_null() {
        crate::fatal::throw("runtime: cannot allocate a thread's stack");
    }
    // SAFETY: fresh memory.
    unsafe {
        sys::syscall3(sys::nr::MPROTECT, stack as usize, GUARD, sys::nr::PROT_NONE);
        (*m).this = m;
        (*m).g0 = g0;
        (*g0).m = m;
        (*m).g0_top = stack as usize + SYSTEM_STACK;
        (*m).g0_sp = (*m).g0_top - 64;
        (*m).user_sp = 1;
        (*m).signal_stack = signal::new_stack();
    }
    m
}

/// Bytes of address space of all threads' own stacks, those for signals included.
///
/// # Safety
/// The world is stopped.
pub unsafe fn stack_bytes() -> usize {
    // SAFETY: the count changes under the lock, by threads that are stopped.
    let threads = unsafe { SCHED.state.get().thread_ids } as usize;
    threads * (SYSTEM_STACK + signal::STACK)
}

/// Links and counts a thread.
///
/// # Safety
/// The lock is held.
pub unsafe fn register(state: &mut State, m: *mut M) {
    // SAFETY: new or ended thread.
    unsafe {
        state.thread_ids += 1;
        (*m).id = state.thread_ids;
        (*m).all_link = SCHED.all_ms.load(Ordering::Relaxed);
        SCHED.all_ms.store(m, Ordering::Release);
    }
}

/// A thread to be started: a structure whose former thread is over, or a new one. Counted.
///
/// # Safety
/// The lock is held.
pub unsafe fn reserve(state: &mut State) -> *mut M {
    // SAFETY: lists under the lock.
    unsafe {
        state.threads += 1;
        let limit = MAX_THREADS.load(Ordering::Relaxed);
        if state.threads as usize > limit {
            crate::fatal::print(b"runtime: program exceeds ");
            crate::fatal::print_uint(limit as u64);
            crate::fatal::print(b"-thread limit\n");
            crate::fatal::throw("thread exhaustion");
        }
        let mut link = &raw mut state.ended_ms;
        while !(*link).is_null() {
            let m = *link;
            if (*m).alive.load(Ordering::Acquire) == 0 {
                *link = (*m).idle_link;
                (*m).idle_link = ptr::null_mut();
                return m;
            }
            link = &raw mut (*m).idle_link;
        }
        let m = allocate();
        register(state, m);
        m
    }
}

/// Starts the thread, which will take the processor in `next_p`.
///
/// # Safety
/// Reserved, not started.
pub unsafe fn launch(m: *mut M) {
    // SAFETY: own thread; the new one is not running.
    unsafe {
        (*m).user_sp = 1;
        (*m).stop.store(0, Ordering::Relaxed);
        (*m).random = rand::next() | 1;
        let me = current_m();
        if !(*me).locked_g.is_null() && !me.is_null() {
            // A thread that a goroutine has locked may have changed its own state (namespaces, user ids…), which new
            // threads would inherit: the monitor starts it.
            {
                let _guard = SCHED.lock.guard();
                let state = SCHED.state.get();
                (*m).idle_link = state.wanted_ms;
                state.wanted_ms = m;
            }
            SCHED.monitor_note.wake();
            return;
        }
        start(m, run as *const () as usize);
    }
}

/// Makes the kernel thread.
///
/// # Safety
/// As [`launch`]; `entry` never returns.
pub unsafe fn start(m: *mut M, entry: usize) {
    #[cfg(loom)]
    if crate::sync::model::running() {
        return crate::sync::model::start(m);
    }
    // SAFETY: as above. The new thread starts with all signals blocked, without signal stack.
    unsafe {
        let _guard = crate::os::EXEC.guard();
        let old = signal::block_all();
        (*m).alive.store(1, Ordering::Release);
        let mut result = 0;
        // The limit of processes may be reached for a moment only.
        for attempt in 1..=ATTEMPTS {
            result = clone_thread(
                CLONE_FLAGS,
                (*m).g0_sp,
                &raw mut (*m).tid,
                (*m).alive.as_ptr(),
                m,
                entry,
            );
            if result != sys::nr::EAGAIN {
                break;
            }
            sys::usleep(attempt * 1000);
        }
        signal::set_mask(old);
        if result < 0 {
            crate::fatal::print(b"runtime: failed to create new OS thread (have ");
            crate::fatal::print_uint(u64::from(SCHED.state.get().threads) + 1);
            crate::fatal::print(b" already; errno=");
            crate::fatal::print_uint(result.unsigned_abs() as u64);
            crate::fatal::print(b")\n");
            if result == sys::nr::EAGAIN {
                crate::fatal::print(
                    b"runtime: may need to increase max user processes (ulimit -u)\n",
                );
            }
            crate::fatal::throw("newosproc");
        }
    }
}

/// First code of a thread.
unsafe extern "C" fn run() -> ! {
    // SAFETY: new thread, fs set by the kernel.
    unsafe {
        let m = current_m();
        signal::init_thread(m);
        hand::acquire((*m).next_p);
        (*m).next_p = ptr::null_mut();
        schedule::schedule()
    }
}

/// Ends the current thread, which has no processor and no goroutine and is not the first one.
///
/// # Safety
/// Own thread; it is not in any list but that of all.
pub unsafe fn exit() -> ! {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        signal::block_all();
        {
            let _guard = SCHED.lock.guard();
            let state = SCHED.state.get();
            state.threads -= 1;
            (*m).idle_link = state.ended_ms;
            state.ended_ms = m;
            super::dead::check(state);
        }
        (*m).g = ptr::null_mut();
        loop {
            sys::syscall3(sys::nr::EXIT, 0, 0, 0);
        }
    }
}

#[cfg(all(feature = "program", not(test)))]
unsafe fn clone_thread(
    flags: usize,
    stack: usize,
    tid: *mut i32,
    clear: *mut u32,
    m: *mut M,
    entry: usize,
) -> isize {
    let result: isize;
    // SAFETY: the child continues on its own stack with `entry` and never returns here.
    unsafe {
        core::arch::asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "xor ebp, ebp",
            "call r12",
            "ud2",
            "2:",
            inlateout("rax") sys::nr::CLONE as isize => result,
            in("rdi") flags, in("rsi") stack, in("rdx") tid, in("r10") clear, in("r8") m, in("r12") entry,
            lateout("rcx") _, lateout("r11") _,
        );
    }
    result
}

#[cfg(not(all(feature = "program", not(test))))]
unsafe fn clone_thread(_: usize, _: usize, _: *mut i32, _: *mut u32, m: *mut M, _: usize) -> isize {
    let _ = m;
    sys::nr::ENOSYS
}
