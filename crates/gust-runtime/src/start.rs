//! The start of the process: what the kernel put on the stack, the first thread, the first goroutine.

use core::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    arch, clock, fatal, heap, image, rand,
    sched::{
        self, goroutine, hand, monitor, procs, schedule,
        state::{Guarded, SCHED},
        thread,
    },
    signal,
};

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
        // switch(sp, function): continues on another stack.
        "gust_switch:",
        "mov rsp, rdi",
        "xor ebp, ebp",
        "call rsi",
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
        let _ = writeln!(Stderr, "runtime: {info}");
        crate::fatal::throw("runtime failure")
    }
}

/// The number of arguments' address on the first stack.
static STACK: AtomicUsize = AtomicUsize::new(0);
static PAGE_SIZE: AtomicUsize = AtomicUsize::new(4096);
static CPUS: AtomicUsize = AtomicUsize::new(1);

/// Number of arguments and where they are.
#[must_use]
pub fn args() -> (usize, *const usize) {
    let at = STACK.load(Ordering::Relaxed) as *const usize;
    if at.is_null() {
        return (0, at);
    }
    // SAFETY: the kernel's layout.
    unsafe { (*at, at.add(1)) }
}

/// The environment: addresses of strings, then zero.
#[must_use]
pub fn envp() -> *const usize {
    let (count, args) = args();
    args.wrapping_add(count + 1)
}

/// The auxiliary vector: pairs of words, then a zero tag.
#[must_use]
pub fn auxv() -> *const usize {
    let mut at = envp();
    // SAFETY: the environment ends in a zero word.
    unsafe {
        while *at != 0 {
            at = at.add(1);
        }
        at.add(1)
    }
}

/// Bytes of a page of memory.
#[must_use]
pub fn page_size() -> usize {
    PAGE_SIZE.load(Ordering::Relaxed)
}

/// Number of processors the process may use.
#[must_use]
pub fn cpus() -> usize {
    CPUS.load(Ordering::Relaxed)
}

unsafe fn text<'a>(at: usize) -> &'a [u8] {
    // SAFETY: a zero-terminated string that stays.
    unsafe {
        let mut len = 0;
        while *((at + len) as *const u8) != 0 {
            len += 1;
        }
        core::slice::from_raw_parts(at as *const u8, len)
    }
}

/// Value of an environment variable when the process started.
#[must_use]
pub fn env(name: &str) -> Option<&'static [u8]> {
    if STACK.load(Ordering::Relaxed) == 0 {
        return None;
    }
    let mut at = envp();
    // SAFETY: the environment's strings end in zero and stay.
    unsafe {
        while *at != 0 {
            let entry = text(*at);
            if let Some(value) = entry
                .strip_prefix(name.as_bytes())
                .and_then(|rest| rest.strip_prefix(b"="))
            {
                return Some(value);
            }
            at = at.add(1);
        }
    }
    None
}

/// First code of the process, on the stack the kernel made; `sp` points at the number of arguments.
///
/// # Safety
/// Called once, by the entry symbol.
pub unsafe extern "C" fn start(sp: *const usize) -> ! {
    const AT_PAGESZ: usize = 6;
    const AT_RANDOM: usize = 25;
    const AT_SYSINFO_EHDR: usize = 33;
    // SAFETY: single thread; the kernel's layout.
    unsafe {
        STACK.store(sp as usize, Ordering::Relaxed);
        crate::accel::init();
        // Before anything that asks for the current thread.
        let m = thread::allocate();
        arch::amd64::set_m(m);
        (*m).tid = crate::sys::gettid();
        (*m).first = true;
        {
            let _guard = SCHED.lock.guard();
            let state = SCHED.state.get();
            thread::register(state, m);
            state.threads = 1;
        }
        let mut aux = auxv();
        while *aux != 0 {
            let value = *aux.add(1);
            match *aux {
                AT_PAGESZ => PAGE_SIZE.store(value, Ordering::Relaxed),
                AT_RANDOM if value != 0 => rand::seed(&*(value as *const [u8; 16])),
                AT_SYSINFO_EHDR if value != 0 => clock::init(value),
                _ => {}
            }
            aux = aux.add(2);
        }
        #[cfg(all(feature = "program", not(test)))]
        {
            unsafe extern "C" {
                fn gust_switch(sp: usize, function: usize) -> !;
            }
            gust_switch((*m).g0_sp, on_system_stack as *const () as usize)
        }
        #[cfg(not(all(feature = "program", not(test))))]
        on_system_stack()
    }
}

/// A function value of Go's main function: its code ignores the hidden argument.
static MAIN: Guarded<[usize; 1]> = Guarded::new([0]);

unsafe extern "C" fn on_system_stack() -> ! {
    // SAFETY: single thread until the monitor starts.
    unsafe {
        signal::init();
        let cpus = procs::count_cpus();
        CPUS.store(cpus as usize, Ordering::Relaxed);
        let n = procs::initial_procs(cpus);
        procs::resize(n);
        let state = SCHED.state.get();
        for p in SCHED.all_procs[1..n as usize].iter().rev() {
            hand::push_idle(state, p.load(Ordering::Relaxed));
        }
        hand::acquire(SCHED.all_procs[0].load(Ordering::Relaxed));
        heap::init(envp().cast());
        let code = image::go_main();
        if code == 0 {
            fatal::throw("no main function");
        }
        MAIN.get()[0] = code;
        monitor::start();
        goroutine::MAIN_STARTED.store(true, Ordering::Relaxed);
        let g = sched::new_goroutine(MAIN.get().as_ptr() as usize, 0, false);
        crate::stack::enlarge_first(g);
        (*g).set_status(sched::Status::Runnable);
        hand::put_local(sched::current_p(), g, true);
        schedule::schedule()
    }
}
