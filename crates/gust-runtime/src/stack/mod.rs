//! Goroutine stacks: chains of segments.
//!
//! A function's prologue compares the stack pointer with the thread's `stack_limit`; if there is no room it calls
//! `__morestack`, which runs the function's body on the next segment and comes back to this one when the body returns.
//! Segments only grow: each is at least twice as large as the one before, and is kept for the next time, so that a call
//! in a loop at a segment's end stays cheap.
//!
//! Below the limit there is [`SLACK`]: LLVM checks frames under 256 bytes by the stack pointer alone, functions that
//! must not grow the stack run in it, and so do trampolines and `__morestack` itself. Signal handlers don't: they have
//! a stack of their own. There are no guard pages: the check before every frame is the guard.

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    arch::amd64::Frame,
    fatal,
    sched::{G, current_m, state::Guarded},
    sync::Lock,
    sys,
};

/// Bytes below a segment's limit.
pub const SLACK: usize = 800;

/// A piece of a stack; lies at its upper end, except that of a first segment, which is in the [`G`].
#[repr(C)]
#[derive(Debug, Default)]
pub struct Segment {
    /// The one before in the chain of calls (older), 0 for the first.
    pub prev: usize,
    /// The one to use next, 0 if not allocated yet.
    pub next: usize,
    /// Lowest stack pointer of a function that is about to be entered.
    pub limit: usize,
    /// Upper end, multiple of 16.
    pub top: usize,
    /// Lowest address.
    pub base: usize,
    /// Bytes of the allocation; 0 for the first segment, which goes with the goroutine.
    pub size: usize,
    /// Lowest address in use of the older segment while this one is: the frame of `__morestack` there.
    pub left_at: usize,
}

/// Smallest size of a segment that is not the first. Pages that are never used cost nothing, while a call in a loop at
/// a segment's end costs something each time: the fewer ends the better.
const SMALLEST: usize = 32 << 10;
/// Size classes: [`SMALLEST`] times a power of two. Beyond, segments come from the system and go back to it.
const CLASSES: usize = 6;
/// Size of the main goroutine's first segment, which most programs never leave.
const MAIN: usize = 256 << 10;
/// Bytes taken from the system at a time for segments of the classes.
const ARENA: usize = 1 << 20;

/// Most bytes the stack of a goroutine may have.
static MAX_STACK: AtomicUsize = AtomicUsize::new(1_000_000_000);

struct Pool {
    /// Free segments by class, linked by `next`.
    free: [usize; CLASSES],
    at: usize,
    end: usize,
}

static POOL_LOCK: Lock = Lock::new();
static POOL: Guarded<Pool> = Guarded::new(Pool {
    free: [0; CLASSES],
    at: 0,
    end: 0,
});
/// Bytes of segments taken from the system.
static TOTAL: AtomicUsize = AtomicUsize::new(0);

/// Bytes of memory that all stacks beyond the goroutines' first segments have.
#[must_use]
pub fn total_bytes() -> usize {
    TOTAL.load(Ordering::Relaxed)
}

/// A segment of a size of [`SMALLEST`] times a power of two.
unsafe fn allocate(size: usize) -> *mut Segment {
    // SAFETY: the pool is used under its lock; memory is fresh or free.
    unsafe {
        let class = (size / SMALLEST).ilog2() as usize;
        let mut base = 0;
        if class < CLASSES {
            let _guard = POOL_LOCK.guard();
            let pool = POOL.get();
            let free = pool.free[class];
            if free != 0 {
                pool.free[class] = (*(free as *const Segment)).next;
                base = (*(free as *const Segment)).base;
            } else {
                if pool.at + size > pool.end {
                    // What is left serves smaller classes.
                    let mut left = pool.end - pool.at;
                    for class in (0..CLASSES).rev() {
                        while left >= SMALLEST << class {
                            let segment = place(pool.at, SMALLEST << class);
                            (*segment).next = pool.free[class];
                            pool.free[class] = segment as usize;
                            pool.at += SMALLEST << class;
                            left -= SMALLEST << class;
                        }
                    }
                    pool.at = sys::mmap(ARENA.max(size), false) as usize;
                    pool.end = pool.at + ARENA.max(size);
                    if pool.at != 0 {
                        // Segments are used from their upper ends: most pages stay untouched.
                        let advice = sys::nr::MADV_NOHUGEPAGE;
                        sys::syscall3(sys::nr::MADVISE, pool.at, ARENA.max(size), advice);
                        TOTAL.fetch_add(ARENA.max(size), Ordering::Relaxed);
                    }
                }
                if pool.at != 0 {
                    base = pool.at;
                    pool.at += size;
                }
            }
        } else {
            base = sys::mmap(size, false) as usize;
            if base != 0 {
                TOTAL.fetch_add(size, Ordering::Relaxed);
            }
        }
        if base == 0 {
            fatal::throw("runtime: cannot allocate memory for a goroutine's stack");
        }
        place(base, size)
    }
}

/// Makes memory a segment.
unsafe fn place(base: usize, size: usize) -> *mut Segment {
    let segment = (base + size - size_of::<Segment>().next_multiple_of(16)) as *mut Segment;
    // SAFETY: the caller's memory.
    unsafe {
        segment.write(Segment {
            prev: 0,
            next: 0,
            limit: base + SLACK,
            top: segment as usize,
            base,
            size,
            left_at: 0,
        });
    }
    segment
}

/// Frees a segment and those kept behind it.
unsafe fn free_chain(mut at: usize) {
    // SAFETY: the segments are in use by nobody.
    unsafe {
        while at != 0 {
            let segment = at as *mut Segment;
            at = (*segment).next;
            let size = (*segment).size;
            let class = (size / SMALLEST).ilog2() as usize;
            if class < CLASSES {
                let _guard = POOL_LOCK.guard();
                let pool = POOL.get();
                (*segment).next = pool.free[class];
                pool.free[class] = segment as usize;
            } else {
                TOTAL.fetch_sub(size, Ordering::Relaxed);
                sys::munmap((*segment).base as *mut u8, size);
            }
        }
    }
}

/// Gives the main goroutine, which has not run, a larger first segment. It stays with its structure.
///
/// # Safety
/// `g` is a new goroutine, known to nobody else.
pub unsafe fn enlarge_first(g: *mut G) {
    // SAFETY: the caller's; the frame is moved to the same place below the segment's end.
    unsafe {
        let base = sys::mmap(MAIN, false) as usize;
        if base == 0 {
            return;
        }
        TOTAL.fetch_add(MAIN, Ordering::Relaxed);
        let first = &mut (*g).first;
        let frame = (*g).sched_sp as *const Frame;
        let below_top = first.top - frame as usize;
        first.base = base;
        first.top = base + MAIN;
        first.limit = base + SLACK;
        (*g).sched_sp = first.top - below_top;
        ((*g).sched_sp as *mut Frame).write(frame.read());
    }
}

/// Gives back all but the first segment of a goroutine that has ended.
///
/// # Safety
/// Nothing runs on its stack.
pub unsafe fn free_all(g: *mut G) {
    // SAFETY: the caller's.
    unsafe {
        let first = &mut (*g).first;
        if first.next != 0 {
            free_chain(first.next);
            first.next = 0;
        }
        (*g).segment = first;
    }
}

/// Gives back segments that a goroutine keeps beyond the one it would use next.
///
/// # Safety
/// The world is stopped.
pub unsafe fn trim(g: *mut G) {
    // SAFETY: the caller's; a goroutine in `__morestack` is in runtime code, so does not exist now.
    unsafe {
        let segment = (*g).segment;
        if !segment.is_null() && (*segment).next != 0 {
            let next = (*segment).next as *mut Segment;
            free_chain((*next).next);
            (*next).next = 0;
        }
    }
}

/// Makes the next segment of the current goroutine's stack large enough for a frame and its stack arguments.
/// Called by `__morestack`, whose frame is at `frame`.
///
/// # Safety
/// Called by `__morestack` only.
pub unsafe extern "C" fn grow(frame_size: usize, arg_size: usize, frame: usize) {
    // SAFETY: own thread and goroutine.
    unsafe {
        let m = current_m();
        let g = (*m).g;
        let current = (*g).segment;
        if (*current).next != 0 {
            // Too small for this frame: a larger one takes its place.
            free_chain((*current).next);
            (*current).next = 0;
        }
        let need = frame_size + arg_size + SLACK + size_of::<Segment>() + 512;
        let size = need
            .max(2 * (*current).size)
            .max(SMALLEST)
            .next_power_of_two();
        let mut total = size;
        let mut older = current;
        while !older.is_null() {
            total += (*older).size;
            older = (*older).prev as *mut Segment;
        }
        let limit = MAX_STACK.load(Ordering::Relaxed);
        if total > limit {
            overflow(frame, limit);
        }
        let segment = allocate(size);
        (*segment).prev = current as usize;
        (*current).next = segment as usize;
    }
}

/// Ends the program: the stack of the current goroutine has become too large.
unsafe fn overflow(frame: usize, limit: usize) -> ! {
    // SAFETY: `frame` is that of `__morestack`: the caller's frame pointer and an address in the function called.
    unsafe {
        let m = current_m();
        let words = frame as *const usize;
        // The function has no frame yet: the trace starts at its caller.
        let mut start = Frame {
            saved: [0; 5],
            rbp: *words,
            pc: *words.add(1),
        };
        let sp = (*m).user_sp;
        (*m).user_sp = &raw mut start as usize;
        fatal::print(b"runtime: goroutine stack exceeds ");
        fatal::print_uint(limit as u64);
        fatal::print(b"-byte limit\nruntime: sp=");
        fatal::print_hex(sp as u64);
        fatal::print(b" stack=[");
        fatal::print_hex((*(*(*m).g).segment).base as u64);
        fatal::print(b", ");
        fatal::print_hex((*(*(*m).g).segment).top as u64);
        fatal::print(b"]\n");
        fatal::throw("stack overflow")
    }
}

/// `setmaxstack(n int) int`: most bytes a goroutine's stack may have; gives the number before.
pub extern "C" fn set_max_stack(n: usize) -> usize {
    MAX_STACK.swap(n, Ordering::Relaxed)
}
entry!("runtime.setmaxstack", crate::stack::set_max_stack);

/// Current segment of a goroutine; null if it never had one.
///
/// # Safety
/// `g` is a goroutine.
pub unsafe fn current(g: *mut G) -> *mut Segment {
    if g.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the caller's.
    unsafe { (*g).segment }
}
