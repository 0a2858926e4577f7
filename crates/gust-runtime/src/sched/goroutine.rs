//! Making and ending goroutines.

use crate::sync::atomic::{AtomicBool, Ordering};
use core::ptr;

use super::{
    G, P, Reason, Resume, Status, current_g, current_m, hand, park, schedule,
    state::{ALL_GS, SCHED},
    thread, word,
};
use crate::{arch::amd64::Frame, stack, sync::Lock, synctest, sys};

/// Bytes of a goroutine's structure and first stack segment together.
pub const FIRST_BLOCK: usize = 2560;
/// Blocks carved at a time.
const BATCH: usize = 16;
/// Bytes reserved from the system at a time.
const ARENA: usize = 1 << 20;
/// Free structures a processor keeps.
const KEEP: usize = 64;

static ARENA_LOCK: Lock = Lock::new();
static ARENA_AT: super::state::Guarded<(usize, usize)> = super::state::Guarded::new((0, 0));

/// The program's `main` runs: new goroutines may wake threads.
pub static MAIN_STARTED: AtomicBool = AtomicBool::new(false);

unsafe fn fresh() -> *mut G {
    // SAFETY: the lock is held; fresh memory is zero.
    unsafe {
        let _guard = ARENA_LOCK.guard();
        let (at, end) = ARENA_AT.get();
        if *at + FIRST_BLOCK > *end {
            *at = sys::mmap(ARENA, false) as usize;
            if *at == 0 {
                crate::fatal::throw("runtime: cannot allocate memory for goroutines");
            }
            sys::syscall3(sys::nr::MADVISE, *at, ARENA, sys::nr::MADV_NOHUGEPAGE);
            *end = *at + ARENA;
        }
        let block = *at;
        *at += FIRST_BLOCK;
        let g = block as *mut G;
        let base = (block + size_of::<G>()).next_multiple_of(16);
        (*g).first.base = base;
        (*g).first.top = block + FIRST_BLOCK;
        (*g).first.limit = base + stack::SLACK;
        g
    }
}

/// Bytes of memory of all goroutines' stacks, the structures' own parts included.
pub fn stack_bytes() -> usize {
    ALL_GS.count() * FIRST_BLOCK + stack::total_bytes()
}

/// A structure to use, with its first segment.
unsafe fn take_free(p: *mut P) -> *mut G {
    // SAFETY: the processor is ours, the global list is under its lock.
    unsafe {
        let mut g = (*p).free.pop();
        if g.is_null() {
            {
                let _guard = SCHED.lock.guard();
                let state = SCHED.state.get();
                while (*p).free.len() < KEEP / 2 {
                    let g = state.free.pop();
                    if g.is_null() {
                        break;
                    }
                    (*p).free.push(g);
                }
            }
            if (*p).free.is_empty() {
                for _ in 0..BATCH {
                    let g = fresh();
                    (*g).index = ALL_GS.add(g);
                    (*p).free.push(g);
                }
            }
            g = (*p).free.pop();
        }
        g
    }
}

unsafe fn next_id(p: *mut P) -> u64 {
    const IDS: u64 = 16;
    // SAFETY: the processor is ours.
    unsafe {
        if (*p).goid_next == (*p).goid_end {
            (*p).goid_next = SCHED.goid.fetch_add(IDS, Ordering::Relaxed) + 1;
            (*p).goid_end = (*p).goid_next + IDS;
        }
        (*p).goid_next += 1;
        (*p).goid_next - 1
    }
}

/// A new goroutine that calls a function value without arguments and results, waiting: the caller readies it.
/// `system` goroutines are not shown in traces, don't count, and inherit nothing: who happens to start one may be in a bubble,
/// which would wait for it.
///
/// # Safety
/// `closure` is a function value. The thread has a processor.
pub unsafe fn new_goroutine(closure: usize, creator_pc: usize, system: bool) -> *mut G {
    // SAFETY: own thread and processor; the structure is ours until readied.
    unsafe {
        let m = current_m();
        let p = (*m).p;
        let g = take_free(p);
        let parent = (*m).g;
        (*g).go = [0; super::GO_WORDS];
        if !parent.is_null() && !system {
            for i in 0..word::INHERITED {
                (*g).go[i] = (*parent).go[i];
            }
            (*g).go[word::PARENT] = (*parent).id();
        }
        (*g).go[word::GOID] = next_id(p) as usize;
        (*g).go[word::START] = closure;
        (*g).go[word::CREATOR_PC] = creator_pc;
        (*g).go[word::FLAGS] = usize::from(system);
        (*g).system = u32::from(system);
        (*g).ret0 = 0;
        (*g).ret1 = 0;
        (*g).segment = &raw mut (*g).first;
        (*g).resume = Resume::Frame as u32;
        (*g).locked_m = ptr::null_mut();
        (*g).lock_count = 0;
        (*g).stack_size = FIRST_BLOCK;
        // The frame is loaded by `gogo`; the stack is aligned as behind a call once it is gone.
        let frame = ((*g).first.top - 16 - size_of::<Frame>()) as *mut Frame;
        frame.write(Frame {
            saved: [0; 5],
            rbp: 0,
            pc: start_pc(),
        });
        (*g).sched_sp = frame as usize;
        let bubble = synctest::of(g);
        if !bubble.is_null() {
            synctest::created(bubble);
        }
        if !system {
            SCHED.goroutines.fetch_add(1, Ordering::Relaxed);
        }
        (*g).set_status(Status::Waiting);
        g
    }
}

fn start_pc() -> usize {
    #[cfg(all(feature = "program", not(test)))]
    {
        unsafe extern "C" {
            #[link_name = "runtime.gostart"]
            fn gostart();
        }
        gostart as *const () as usize
    }
    #[cfg(not(all(feature = "program", not(test))))]
    0
}

/// `newproc(fn)`: the `go` statement.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn newproc(closure: usize) {
    // SAFETY: own thread in an entry point.
    unsafe {
        let m = current_m();
        let creator = (*((*m).user_sp as *const Frame)).pc;
        let g = new_goroutine(closure, creator, false);
        (*g).set_status(Status::Runnable);
        hand::put_local((*m).p, g, true);
        if MAIN_STARTED.load(Ordering::Relaxed) {
            hand::wake_one();
        }
    }
}
entry!("runtime.newproc", crate::sched::goroutine::newproc);

/// `newsystemproc(fn)`: as `newproc`, for goroutines of the runtime itself.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn newsystemproc(closure: usize) {
    // SAFETY: own thread in an entry point.
    unsafe {
        let g = new_goroutine(closure, 0, true);
        park::ready(g);
    }
}
entry!(
    "runtime.newsystemproc",
    crate::sched::goroutine::newsystemproc
);

/// `goexit0()`: ends the current goroutine.
///
/// # Safety
/// Entry point; deferred calls have run.
pub unsafe extern "C" fn goexit0() -> ! {
    // SAFETY: own thread in an entry point; the goroutine does not run again.
    unsafe {
        let m = current_m();
        let g = current_g();
        let p = (*m).p;
        (*m).g = ptr::null_mut();
        (*g).set_status(Status::Dead);
        let bubble = synctest::of(g);
        (*g).go = [0; super::GO_WORDS];
        if !bubble.is_null() {
            synctest::ended(bubble, g);
        }
        if (*g).system == 0 {
            SCHED.goroutines.fetch_sub(1, Ordering::Relaxed);
        }
        stack::free_all(g);
        let locked = (*g).lock_count != 0;
        (*g).lock_count = 0;
        (*g).locked_m = ptr::null_mut();
        (*m).locked_g = ptr::null_mut();
        (*p).free.push_front(g);
        if (*p).free.len() > KEEP {
            let _guard = SCHED.lock.guard();
            let state = SCHED.state.get();
            for _ in 0..KEEP / 2 {
                state.free.push_front((*p).free.pop());
            }
        }
        if locked && !(*m).first {
            // The thread may be in a state other goroutines must not see.
            let p = hand::release();
            hand::hand_off(p);
            thread::exit();
        }
        schedule::schedule()
    }
}
entry!("runtime.goexit0", crate::sched::goroutine::goexit0);

/// `gosched()`: lets others run.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn gosched() {
    // SAFETY: entry point.
    unsafe { park::yield_now() }
}
entry!("runtime.gosched", crate::sched::goroutine::gosched);

/// `parkforever(reason)`: never returns.
///
/// # Safety
/// Entry point.
pub unsafe extern "C" fn park_forever(reason: u32) {
    // SAFETY: entry point.
    unsafe { park::park(Reason(reason), None) }
}
entry!("runtime.parkforever", crate::sched::goroutine::park_forever);
