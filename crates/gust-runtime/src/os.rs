//! The system as Go code sees it: raw system calls, processes, small services.

use core::sync::atomic::Ordering;

use crate::{
    sched::{current_m, state::SCHED, world},
    signal, start,
    sync::Lock,
    sys::{self, nr},
};

#[cfg(all(feature = "program", not(test)))]
core::arch::global_asm!(
    ".text",
    // Syscall6(num, a1 to a6) (r1, r2, errno): on the goroutine's stack, callable between entersyscall and exitsyscall.
    ".p2align 4",
    ".globl \"internal/runtime/syscall/linux.Syscall6\"",
    "\"internal/runtime/syscall/linux.Syscall6\":",
    // Of module golang.org/x/sys too, whose functions in assembly the official tool links with these.
    ".globl \"golang.org/x/sys/unix.RawSyscall6\"",
    "\"golang.org/x/sys/unix.RawSyscall6\":",
    "mov rax, rdi",
    "mov rdi, rsi",
    "mov rsi, rdx",
    "mov rdx, rcx",
    "mov r10, r8",
    "mov r8, r9",
    "mov r9, qword ptr [rsp + 8]",
    "syscall",
    "cmp rax, -4095",
    "jae 2f",
    "xor ecx, ecx",
    "ret",
    "2:",
    "neg rax",
    "mov rcx, rax",
    "mov rax, -1",
    "xor edx, edx",
    "ret",
    // rawVforkSyscall(num, a1, a2, a3) (r1, errno): the child runs on this stack while the parent waits, and would
    // overwrite the return address: it stays in a register.
    ".p2align 4",
    ".globl \"syscall.rawVforkSyscall\"",
    "\"syscall.rawVforkSyscall\":",
    "mov rax, rdi",
    "mov rdi, rsi",
    "mov rsi, rdx",
    "mov rdx, rcx",
    "xor r10d, r10d",
    "xor r8d, r8d",
    "pop r9",
    "syscall",
    "push r9",
    "cmp rax, -4095",
    "jae 3f",
    "xor edx, edx",
    "ret",
    "3:",
    "neg rax",
    "mov rdx, rax",
    "mov rax, -1",
    "ret",
    // rawSyscallNoError(num, a1, a2, a3) (r1, r2)
    ".p2align 4",
    ".globl \"syscall.rawSyscallNoError\"",
    "\"syscall.rawSyscallNoError\":",
    ".globl \"golang.org/x/sys/unix.RawSyscallNoError\"",
    "\"golang.org/x/sys/unix.RawSyscallNoError\":",
    "mov rax, rdi",
    "mov rdi, rsi",
    "mov rsi, rdx",
    "mov rdx, rcx",
    "xor r10d, r10d",
    "xor r8d, r8d",
    "xor r9d, r9d",
    "syscall",
    "ret",
    // internal/cpu: cpuid(eax, ecx) (eax, ebx, ecx, edx), xgetbv() (eax, edx), getGOAMD64level() int32
    ".p2align 4",
    ".globl \"internal/cpu.cpuid\"",
    "\"internal/cpu.cpuid\":",
    ".globl \"golang.org/x/sys/cpu.cpuid\"",
    "\"golang.org/x/sys/cpu.cpuid\":",
    "push rbx",
    "mov eax, esi",
    "mov ecx, edx",
    "cpuid",
    "mov qword ptr [rdi], rax",
    "mov qword ptr [rdi + 8], rbx",
    "mov qword ptr [rdi + 16], rcx",
    "mov qword ptr [rdi + 24], rdx",
    "mov rax, rdi",
    "pop rbx",
    "ret",
    ".globl \"internal/cpu.xgetbv\"",
    "\"internal/cpu.xgetbv\":",
    ".globl \"golang.org/x/sys/cpu.xgetbv\"",
    "\"golang.org/x/sys/cpu.xgetbv\":",
    "xor ecx, ecx",
    "xgetbv",
    "ret",
    ".globl \"internal/cpu.getGOAMD64level\"",
    "\"internal/cpu.getGOAMD64level\":",
    "mov eax, 1",
    "ret",
    ".p2align 4",
    ".globl \"runtime.breakpoint\"",
    "\"runtime.breakpoint\":",
    "int3",
    "ret",
);

/// `exit(code int32)`
pub extern "C" fn exit(code: i32) {
    sys::exit(code)
}
entry!("runtime.exit", crate::os::exit);

/// `write(fd uintptr, p unsafe.Pointer, n int32) int32`: the kernel's result.
///
/// # Safety
/// Entry point; the bytes are readable.
pub unsafe extern "C" fn write(fd: usize, bytes: *const u8, n: i32) -> i32 {
    // SAFETY: the caller's.
    unsafe { sys::syscall3(nr::WRITE, fd, bytes as usize, n.max(0) as usize) as i32 }
}
entry!("runtime.write", crate::os::write);

/// `usleep(microseconds uint32)`
pub extern "C" fn usleep(microseconds: u32) {
    sys::usleep(microseconds);
}
entry!("runtime.usleep", crate::os::usleep);

/// `osyield()`
pub extern "C" fn osyield() {
    sys::osyield();
}
entry!("runtime.osyield", crate::os::osyield);

/// Two results in registers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    first: usize,
    second: usize,
}

/// `fcntl(fd, cmd, arg int32) (value, errno int32)`
pub extern "C" fn fcntl(fd: i32, command: i32, argument: i32) -> Pair {
    // SAFETY: commands with an integer argument touch no memory.
    let r = unsafe { sys::syscall3(nr::FCNTL, fd as usize, command as usize, argument as usize) };
    if r < 0 {
        Pair {
            first: usize::MAX,
            second: -r as usize,
        }
    } else {
        Pair {
            first: r as usize,
            second: 0,
        }
    }
}
entry!("runtime.fcntl", crate::os::fcntl);

/// `getpid() int`
pub extern "C" fn getpid() -> i32 {
    sys::getpid()
}
entry!("runtime.getpid", crate::os::getpid);

/// `gettid() int`
pub extern "C" fn gettid() -> i32 {
    sys::gettid()
}
entry!("runtime.gettid", crate::os::gettid);

/// `tgkill(pid, tid int, signal int)`
pub extern "C" fn tgkill(pid: usize, tid: usize, signal: usize) -> isize {
    // SAFETY: no memory involved.
    unsafe { sys::syscall3(nr::TGKILL, pid, tid, signal) }
}
entry!("runtime.tgkill", crate::os::tgkill);

/// `getpagesize() int`
pub extern "C" fn getpagesize() -> usize {
    start::page_size()
}
entry!("runtime.getpagesize", crate::os::getpagesize);

/// `argc() int32`
pub extern "C" fn argc() -> usize {
    start::args().0
}
entry!("runtime.argc", crate::os::argc);

/// `argv() unsafe.Pointer`: addresses of zero-terminated strings.
pub extern "C" fn argv() -> *const usize {
    start::args().1
}
entry!("runtime.argv", crate::os::argv);

/// `envp() unsafe.Pointer`: addresses of zero-terminated strings, ended by a zero word.
pub extern "C" fn envp() -> *const usize {
    start::envp()
}
entry!("runtime.envp", crate::os::envp);

/// `auxv() unsafe.Pointer`: pairs of words, ended by a zero tag.
pub extern "C" fn auxv() -> *const usize {
    start::auxv()
}
entry!("runtime.auxv", crate::os::auxv);

/// `syscall.runtime_BeforeFork()`: no signals and no pre-emption on this thread until `runtime_AfterFork`.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn before_fork() {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        (*m).locks += 1;
        (*m).saved_mask = signal::block_all();
    }
}
entry!("syscall.runtime_BeforeFork", crate::os::before_fork);

/// `syscall.runtime_AfterFork()`: undoes `runtime_BeforeFork` in the parent.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn after_fork() {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        signal::set_mask((*m).saved_mask);
        (*m).locks -= 1;
    }
}
entry!("syscall.runtime_AfterFork", crate::os::after_fork);

/// `syscall.runtime_AfterForkInChild()`: default signal handling in the child, which may share memory with the parent.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn after_fork_in_child() {
    // SAFETY: the child's only thread.
    unsafe { signal::clear_for_child() };
}
entry!(
    "syscall.runtime_AfterForkInChild",
    crate::os::after_fork_in_child
);

/// Held while the process image is about to be replaced: no thread is made meanwhile.
pub static EXEC: Lock = Lock::new();

/// `syscall.runtime_BeforeExec()`: no new threads until `runtime_AfterExec`.
pub extern "C" fn before_exec() {
    EXEC.lock();
}
entry!("syscall.runtime_BeforeExec", crate::os::before_exec);

/// `syscall.runtime_AfterExec()`: the process image could not be replaced.
pub extern "C" fn after_exec() {
    EXEC.unlock();
}
entry!("syscall.runtime_AfterExec", crate::os::after_exec);

/// Results of a raw system call.
#[repr(C)]
#[derive(Debug)]
pub struct Results {
    r1: usize,
    r2: usize,
    errno: usize,
}

/// `allthreadssyscall(call *[7]uintptr, results *[3]uintptr)`: makes a system call on every thread: number and
/// arguments; the results are those of this one: two numbers and the error's. If this thread's call fails no other makes
/// it.
///
/// # Safety
/// Entry point; the call does not block.
pub unsafe extern "C" fn all_threads_syscall(call: *const [usize; 7], out: *mut Results) {
    // SAFETY: entry point; the caller's system call.
    unsafe {
        let call = *call;
        world::stop_the_world();
        EXEC.lock();
        let r = sys::syscall6(
            call[0], call[1], call[2], call[3], call[4], call[5], call[6],
        );
        if (-4095..0).contains(&r) {
            out.write(Results {
                r1: usize::MAX,
                r2: 0,
                errno: -r as usize,
            });
        } else {
            out.write(Results {
                r1: r as usize,
                r2: 0,
                errno: 0,
            });
            signal::on_all_threads(&call);
        }
        EXEC.unlock();
        world::start_the_world();
    }
}
entry!("runtime.allthreadssyscall", crate::os::all_threads_syscall);

/// `sched_counts(out *[4]uint64)`: processors, idle processors, threads, goroutine number last given.
///
/// # Safety
/// Entry point; `out` is writable.
pub unsafe extern "C" fn sched_counts(out: *mut [u64; 4]) {
    // SAFETY: the caller's; the count is under the lock.
    unsafe {
        let threads = {
            let _guard = SCHED.lock.guard();
            SCHED.state.get().threads
        };
        out.write([
            u64::from(SCHED.procs.load(Ordering::Relaxed)),
            u64::from(SCHED.idle_procs.load(Ordering::Relaxed)),
            u64::from(threads),
            SCHED.goid.load(Ordering::Relaxed),
        ]);
    }
}
entry!("runtime.sched_counts", crate::os::sched_counts);
