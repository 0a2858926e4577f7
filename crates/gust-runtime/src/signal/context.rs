//! Register states as the kernel lays them out in signal frames (amd64), and goroutines that are resumed from one.

use core::ptr;

use crate::{
    arch, heap,
    sched::{G, M, Resume, state::Guarded},
    sync::Lock,
};

/// Description of a signal stack.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AltStack {
    /// Lower end.
    pub sp: usize,
    /// Flags.
    pub flags: usize,
    /// Bytes.
    pub size: usize,
}

/// General registers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Registers {
    pub r8: usize,
    pub r9: usize,
    pub r10: usize,
    pub r11: usize,
    pub r12: usize,
    pub r13: usize,
    pub r14: usize,
    pub r15: usize,
    pub rdi: usize,
    pub rsi: usize,
    pub rbp: usize,
    pub rbx: usize,
    pub rdx: usize,
    pub rax: usize,
    pub rcx: usize,
    pub rsp: usize,
    pub rip: usize,
    pub eflags: usize,
    pub segments: usize,
    pub error: usize,
    pub trap: usize,
    pub old_mask: usize,
    pub fault_address: usize,
    /// Address of the floating-point state, 0 if there is none.
    pub float_state: usize,
}

#[repr(C)]
struct Context {
    flags: usize,
    link: usize,
    stack: AltStack,
    registers: Registers,
    reserved: [usize; 8],
    mask: u64,
}

const MAGIC: u32 = 0x4650_5853;
/// Floating-point state without extensions.
const LEGACY: usize = 512;
/// Where the kernel says how large it is with extensions.
const SOFTWARE_BYTES: usize = 464;
const DIRECTION_FLAG: usize = 1 << 10;

/// The registers of a context.
///
/// # Safety
/// `context` is a signal context that nobody else uses.
pub unsafe fn registers<'a>(context: usize) -> &'a mut Registers {
    // SAFETY: the caller's.
    unsafe { &mut (*(context as *mut Context)).registers }
}

/// Program counter.
///
/// # Safety
/// A signal context.
pub unsafe fn context_pc(context: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { (*(context as *const Context)).registers.rip }
}

/// Frame pointer.
///
/// # Safety
/// A signal context.
pub unsafe fn context_fp(context: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { (*(context as *const Context)).registers.rbp }
}

/// Stack pointer.
///
/// # Safety
/// A signal context.
pub unsafe fn context_sp(context: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { (*(context as *const Context)).registers.rsp }
}

unsafe fn float_size(state: usize) -> usize {
    if state == 0 {
        return 0;
    }
    // SAFETY: the kernel's layout.
    unsafe {
        let software = (state + SOFTWARE_BYTES) as *const u32;
        if *software == MAGIC {
            *software.add(1) as usize
        } else {
            LEGACY
        }
    }
}

/// The words of a context in a signal frame: registers and floating-point state.
///
/// # Safety
/// A signal context.
pub unsafe fn live_context_ranges(context: usize) -> [(usize, usize); 2] {
    // SAFETY: the caller's.
    unsafe {
        let float = (*(context as *const Context)).registers.float_state;
        [
            (context, context + size_of::<Context>()),
            (float, float + float_size(float)),
        ]
    }
}

/// Header of a saved context. The [`Context`] follows, then the floating-point state at a multiple of 64.
#[repr(C, align(64))]
struct Saved {
    capacity: usize,
    next: *mut Saved,
    used: usize,
}

const CONTEXT_AT: usize = size_of::<Saved>();
const FLOAT_AT: usize = (CONTEXT_AT + size_of::<Context>()).next_multiple_of(64);

static FREE_LOCK: Lock = Lock::new();
static FREE: Guarded<*mut Saved> = Guarded::new(ptr::null_mut());

/// The words of a saved context.
///
/// # Safety
/// `context` came from [`save`].
pub unsafe fn context_range(context: usize) -> (usize, usize) {
    // SAFETY: the header lies before it.
    unsafe {
        (
            context,
            context - CONTEXT_AT + (*((context - CONTEXT_AT) as *const Saved)).used,
        )
    }
}

/// Copies a signal context for a goroutine to be resumed from.
///
/// # Safety
/// In the handler, on the thread of the goroutine; no lock is held.
pub unsafe fn save(m: *mut M, g: *mut G, context: usize) {
    // SAFETY: the frame is the kernel's; the copy is ours.
    unsafe {
        let float = (*(context as *const Context)).registers.float_state;
        let float_size = float_size(float);
        let need = FLOAT_AT + float_size;
        let mut saved: *mut Saved = (*m).spare_context.cast();
        (*m).spare_context = ptr::null_mut();
        if saved.is_null() || (*saved).capacity < need {
            if !saved.is_null() {
                release(saved);
            }
            saved = take(need);
        }
        (*saved).used = need;
        let base = saved as usize;
        ptr::copy_nonoverlapping(
            context as *const u8,
            (base + CONTEXT_AT) as *mut u8,
            size_of::<Context>(),
        );
        if float != 0 {
            ptr::copy_nonoverlapping(float as *const u8, (base + FLOAT_AT) as *mut u8, float_size);
            registers(base + CONTEXT_AT).float_state = base + FLOAT_AT;
        }
        (*g).context = (base + CONTEXT_AT) as *mut u8;
        (*g).resume = Resume::Context as u32;
    }
}

unsafe fn take(need: usize) -> *mut Saved {
    // SAFETY: the list is under its lock.
    unsafe {
        {
            let _guard = FREE_LOCK.guard();
            let free = FREE.get();
            let saved = *free;
            if !saved.is_null() && (*saved).capacity >= need {
                *free = (*saved).next;
                return saved;
            }
        }
        let capacity = need.next_multiple_of(64);
        let saved: *mut Saved = heap::persistent_alloc(capacity, 64).cast();
        (*saved).capacity = capacity;
        saved
    }
}

unsafe fn release(saved: *mut Saved) {
    let _guard = FREE_LOCK.guard();
    // SAFETY: under the lock.
    unsafe {
        (*saved).next = *FREE.get();
        *FREE.get() = saved;
    }
}

/// Resumes a goroutine from its saved context on this thread.
///
/// # Safety
/// The goroutine is this thread's current one.
pub unsafe fn resume_context(m: *mut M, g: *mut G) -> ! {
    // SAFETY: own thread. The kernel reads the context during the call, so it stays this thread's until its next use.
    unsafe {
        let old: *mut Saved = (*m).spare_context.cast();
        if !old.is_null() {
            release(old);
        }
        let context = (*g).context as usize;
        (*m).spare_context = (context - CONTEXT_AT) as *mut u8;
        (*g).context = ptr::null_mut();
        (*(context as *mut Context)).stack = AltStack {
            sp: (*m).signal_stack,
            flags: 0,
            size: super::STACK,
        };
        arch::amd64::gogo_context(context, m)
    }
}

/// Lets the interrupted thread continue in `function(argument)` on its system stack, as runtime code. The function does not
/// return. Code that runs on the system stack already keeps what it has there.
///
/// # Safety
/// In the handler.
pub unsafe fn redirect(m: *mut M, context: usize, function: usize, argument: usize) {
    // SAFETY: own thread.
    unsafe {
        let registers = registers(context);
        let on_goroutine = super::in_goroutine(m);
        let sp = if on_goroutine {
            (*m).g0_sp
        } else {
            (registers.rsp - 512) & !15
        };
        if (*m).user_sp == 0 {
            (*m).user_sp = registers.rsp;
        }
        registers.rsp = sp - 8;
        registers.rbp = 0;
        registers.rdi = argument;
        registers.rip = function;
        registers.eflags &= !DIRECTION_FLAG;
    }
}
