//! What decides about collections in a program: settings, due collections, background work, the trace line.

use core::ffi::CStr;
use core::sync::atomic::{
    AtomicBool, AtomicI64, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed,
};

use super::cache::Cache;
use super::collect::Outcome;
use super::locked::Locked;
use super::mark::Worker;
use super::numbers::{Text, parse_bytes, parse_int};
use super::pages::CHUNK;
use super::{HEAP, classes, cycle, helpers};
use crate::sched::{self, G};
use crate::sync::Lock;
use crate::sys::{self, Timespec, nr};

/// Address space that the heap asks for.
const RESERVE: usize = 1 << 40;

/// A collection is forced if there was none for so long.
const FORCE_AFTER: i64 = 120_000_000_000;

/// Pauses that are remembered.
pub const PAUSES: usize = 256;

/// Settings and history of the program's collections.
pub struct Control {
    init: Lock,
    ready: AtomicBool,
    trace: AtomicBool,
    /// Small heaps too are marked while the program runs.
    always: AtomicBool,
    /// When the program started: monotonic nanoseconds.
    started: AtomicI64,
    /// Number of finished cycles.
    pub cycles: AtomicU32,
    /// Those that the program asked for.
    pub forced: AtomicU32,
    /// Nanoseconds that the world was stopped for.
    pub pause_total: AtomicU64,
    /// Nanoseconds of processor time that collections took.
    time: AtomicU64,
    /// The last pauses in nanoseconds, by cycle number.
    pub pauses: Locked<[u64; PAUSES]>,
    /// When they ended: nanoseconds of the wall clock since 1970.
    pub pause_ends: Locked<[u64; PAUSES]>,
    /// When the last cycle ended: wall clock, monotonic.
    pub last_wall: AtomicU64,
    last: AtomicI64,
    /// Allocations left until the next collection in stress mode.
    stress_left: AtomicUsize,
    /// Function value to be called before each collection, for `sync.Pool`.
    pub pool_cleanup: AtomicPtr<usize>,
    /// Function value of a goroutine that does background work; null once it was started.
    pub worker_function: AtomicPtr<usize>,
    /// That goroutine, if it waits.
    worker: Locked<*mut G>,
    /// Goroutine that runs finalizers, if it waits.
    pub runner: FinalizerWait,
    /// Goroutines that wait for the end of a cycle.
    pub watchers: Watchers,
    /// The background goroutine shall collect.
    force: AtomicBool,
}

/// The goroutine that runs finalizers, under a lock that parking can release.
pub struct FinalizerWait {
    /// The lock.
    pub lock: Lock,
    /// The goroutine, or null.
    pub g: AtomicPtr<G>,
}

/// Goroutines that wait for a cycle to end.
pub struct Watchers {
    /// The lock.
    pub lock: Lock,
    /// Linked by `G::link`.
    pub head: AtomicPtr<G>,
}

/// The one control.
pub static CONTROL: Control = Control {
    init: Lock::new(),
    ready: AtomicBool::new(false),
    trace: AtomicBool::new(false),
    always: AtomicBool::new(false),
    started: AtomicI64::new(0),
    cycles: AtomicU32::new(0),
    forced: AtomicU32::new(0),
    pause_total: AtomicU64::new(0),
    time: AtomicU64::new(0),
    pauses: Locked::new([0; PAUSES]),
    pause_ends: Locked::new([0; PAUSES]),
    last_wall: AtomicU64::new(0),
    last: AtomicI64::new(0),
    stress_left: AtomicUsize::new(0),
    pool_cleanup: AtomicPtr::new(core::ptr::null_mut()),
    worker_function: AtomicPtr::new(core::ptr::null_mut()),
    worker: Locked::new(core::ptr::null_mut()),
    runner: FinalizerWait {
        lock: Lock::new(),
        g: AtomicPtr::new(core::ptr::null_mut()),
    },
    watchers: Watchers {
        lock: Lock::new(),
        head: AtomicPtr::new(core::ptr::null_mut()),
    },
    force: AtomicBool::new(false),
};

fn clock(id: usize) -> i64 {
    let mut ts = Timespec::default();
    // SAFETY: the time is ours to write.
    unsafe { sys::syscall3(nr::CLOCK_GETTIME, id, &raw mut ts as usize, 0) };
    ts.sec * 1_000_000_000 + ts.nsec
}

/// Monotonic nanoseconds.
pub fn now() -> i64 {
    clock(1)
}

/// Nanoseconds of processor time that this thread has had.
pub fn thread_time() -> u64 {
    clock(3) as u64
}

/// Nanoseconds since 1970.
fn wall() -> u64 {
    clock(0) as u64
}

/// Reserves the heap and reads the settings `GOGC`, `GOMEMLIMIT`, `GODEBUG` and `GUST_GC` from the environment, an array of
/// C strings ended by null (or null itself). To be called before the first allocation.
///
/// # Safety
/// The environment is as the kernel made it.
pub unsafe fn init(mut environment: *const *const u8) {
    let _guard = CONTROL.init.guard();
    if CONTROL.ready.load(Relaxed) {
        return;
    }
    if !HEAP.space.init(RESERVE) {
        out_of_memory(CHUNK);
    }
    HEAP.pace.early.store(crate::image::has_barriers(), Relaxed);
    CONTROL.started.store(now(), Relaxed);
    CONTROL.last.store(now(), Relaxed);
    // SAFETY: the caller's.
    unsafe {
        while !environment.is_null() && !(*environment).is_null() {
            let entry = CStr::from_ptr((*environment).cast()).to_bytes();
            if let Some(at) = entry.iter().position(|&b| b == b'=') {
                setting(&entry[..at], &entry[at + 1..]);
            }
            environment = environment.add(1);
        }
    }
    HEAP.pace.set_goal(0);
    CONTROL.ready.store(true, Relaxed);
}

fn setting(name: &[u8], value: &[u8]) {
    match name {
        b"GOGC" => {
            let percent = if value == b"off" {
                Some(-1)
            } else {
                parse_int(value).and_then(|n| i32::try_from(n).ok())
            };
            if let Some(percent) = percent {
                HEAP.pace.percent.store(percent.max(-1), Relaxed);
            }
        }
        b"GOMEMLIMIT" if !value.is_empty() && value != b"off" => match parse_bytes(value) {
            Some(limit) => HEAP.pace.limit.store(limit, Relaxed),
            None => {
                crate::fatal::print(b"GOMEMLIMIT=");
                crate::fatal::print(value);
                crate::fatal::print(b"\n");
                crate::fatal::throw(
                    "malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`",
                );
            }
        },
        b"GODEBUG" => {
            for part in value.split(|&b| b == b',') {
                if let Some(level) = part.strip_prefix(b"gctrace=") {
                    CONTROL.trace.store(level != b"0", Relaxed);
                }
            }
        }
        b"GUST_GC" => {
            for part in value.split(|&b| b == b',') {
                gc_setting(part);
            }
        }
        _ => {}
    }
}

fn gc_setting(part: &[u8]) {
    match part {
        b"concurrent" => CONTROL.always.store(true, Relaxed),
        b"pause" => HEAP.pace.early.store(false, Relaxed),
        b"verify" => HEAP.verify.store(true, Relaxed),
        _ => {
            if let Some(every) = part.strip_prefix(b"stress") {
                let every = every
                    .strip_prefix(b":")
                    .and_then(parse_int)
                    .unwrap_or(1)
                    .max(1);
                HEAP.stress.store(every as usize, Relaxed);
                CONTROL.stress_left.store(every as usize, Relaxed);
            }
        }
    }
}

/// Ends the program: there is no memory for `bytes` bytes.
pub fn out_of_memory(bytes: usize) -> ! {
    let used = HEAP.space.pages.with(|p| p.used_pages) << classes::PAGE_SHIFT;
    let mut text = Text::new();
    text.add("runtime: out of memory: cannot allocate ")
        .number(bytes as u64)
        .add("-byte block (");
    text.number(used as u64).add(" in use)\n");
    crate::fatal::print(text.bytes());
    crate::fatal::throw("out of memory")
}

/// The cache of this thread's processor.
///
/// # Safety
/// The thread has a processor.
#[inline]
pub unsafe fn cache() -> *mut Cache {
    // SAFETY: the caller's; the processor is the thread's own.
    unsafe {
        let slot = &(*sched::current_p()).heap.cache;
        let cache = slot.load(Relaxed);
        if cache.is_null() {
            first_cache(slot)
        } else {
            cache
        }
    }
}

#[cold]
unsafe fn first_cache(slot: &AtomicPtr<Cache>) -> *mut Cache {
    if !CONTROL.ready.load(Relaxed) {
        // SAFETY: without an environment.
        unsafe { init(core::ptr::null()) };
    }
    let cache = HEAP.new_cache();
    slot.store(cache, Relaxed);
    cache
}

/// After an allocation: whether a collection is due. Stress mode counts here.
#[inline]
pub fn is_due(cache: *mut Cache) -> bool {
    // SAFETY: the cache is the caller's.
    let due = unsafe { core::mem::replace(&mut (*cache).due, false) };
    due || (HEAP.stress.load(Relaxed) != 0 && stress_due())
}

#[cold]
fn stress_due() -> bool {
    let left = CONTROL.stress_left.load(Relaxed);
    if left > 1 {
        CONTROL.stress_left.store(left - 1, Relaxed);
        return false;
    }
    // The more there is to mark the less often, so that an allocation costs a bounded time.
    let live = HEAP.pace.marked.load(Relaxed) / 65_536;
    CONTROL
        .stress_left
        .store(HEAP.stress.load(Relaxed) + live, Relaxed);
    true
}

/// Collects because the program asks for it: by an entry point that has nothing else to do, so that what its thread has in
/// registers and on its system stack is of no use.
///
/// # Safety
/// The body of an entry point.
pub unsafe fn collect_now() {
    // SAFETY: own thread, which stays with the goroutine meanwhile.
    unsafe {
        let m = sched::current_m();
        (*m).bare.store(true, Relaxed);
        collect(true);
        (*m).bare.store(false, Relaxed);
    }
}

/// Collects if that is due still once the world is stopped, or in any case if `forced`.
///
/// # Safety
/// Called by runtime code on a thread with a processor that holds no lock.
#[cold]
#[inline(never)]
pub unsafe fn collect(forced: bool) {
    // SAFETY: the caller's.
    unsafe {
        if (*sched::current_m()).locks != 0 {
            // Below a call into Go code, whose caller may hold locks: the next allocation will do.
            return;
        }
        if !in_pause() {
            if forced {
                cycle::whole();
            } else {
                cycle::step();
            }
            return;
        }
        HEAP.finish_sweeping();
        let begin = now();
        sched::stop_the_world();
        let stress = HEAP.stress.load(Relaxed) != 0;
        let before = HEAP.pace.live.load(Relaxed);
        let goal = HEAP.pace.goal.load(Relaxed);
        if !forced && !stress && before < HEAP.pace.trigger.load(Relaxed) {
            sched::start_the_world();
            return;
        }
        if HEAP.marking.load(Relaxed) {
            // Somebody else has begun a cycle since.
            sched::start_the_world();
            if forced {
                cycle::whole();
            }
            return;
        }
        let stopped = now();
        let time = thread_time();
        clean_pools();
        let mut roots = 0;
        let outcome = HEAP.collect(|w| roots = scan_roots(w), |w| helpers::drain(w));
        HEAP.pace
            .measure(outcome.marked, (thread_time() - time) as usize);
        let cycle = Cycle {
            begin,
            stopped,
            before,
            end: before,
            goal,
            roots,
            forced,
            ..Cycle::NONE
        };
        ended(&cycle, &outcome);
        sched::start_the_world();
        after(&outcome);
    }
}

/// Whether the next cycle stops the world for all of marking, as there is little to mark.
fn in_pause() -> bool {
    let pace = &HEAP.pace;
    if !pace.early.load(Relaxed) {
        return true;
    }
    if HEAP.marking.load(Relaxed) || CONTROL.always.load(Relaxed) || HEAP.stress.load(Relaxed) != 0
    {
        return false;
    }
    let marked = pace.marked.load(Relaxed);
    // Of the first cycle nothing is known, nor of one that the program asks for early on.
    let grown = pace.live.load(Relaxed).saturating_sub(marked) / 4;
    pace.is_brief(if cycles() == 0 { grown } else { marked })
}

/// Calls what the program wants to be called before each collection.
///
/// # Safety
/// The world is stopped by this thread.
pub unsafe fn clean_pools() {
    let cleanup = CONTROL.pool_cleanup.load(Relaxed);
    if !cleanup.is_null() {
        // SAFETY: a function value.
        unsafe { crate::arch::amd64::call_go_closure(cleanup, &[0; 5]) };
    }
}

/// Marks what roots point to; how many bytes they are.
///
/// # Safety
/// The world is stopped by this thread.
#[inline(always)]
pub unsafe fn scan_roots(worker: &mut Worker<'_>) -> usize {
    // SAFETY: roots are readable.
    unsafe {
        let mut registers = [0usize; 6];
        let mut bytes = 0;
        if !(*sched::current_m()).bare.load(Relaxed) {
            save_registers(&mut registers);
            let from = registers.as_ptr() as usize;
            worker.scan_range(from, from + size_of_val(&registers));
        }
        let mut visit = |from: *const usize, to: *const usize| {
            bytes += to as usize - from as usize;
            worker.scan_range(from as usize, to as usize);
        };
        sched::for_each_root(&mut visit);
        crate::time::for_each_root(&mut visit);
        bytes
    }
}

/// A cycle: monotonic nanoseconds, and sizes.
#[derive(Clone, Copy, Debug)]
pub struct Cycle {
    /// The world began to be stopped.
    pub begin: i64,
    /// It was stopped.
    pub stopped: i64,
    /// The program went on; 0 if it did not before the end.
    pub running: i64,
    /// The world began to be stopped for the last time; 0 if it was all the time.
    pub again: i64,
    /// Stops in between.
    pub pauses: i64,
    /// Bytes in use at the beginning.
    pub before: usize,
    /// Bytes in use when marking ended, dead objects included.
    pub end: usize,
    /// What they were to be.
    pub goal: usize,
    /// Bytes of roots.
    pub roots: usize,
    /// The program asked for it.
    pub forced: bool,
}

impl Cycle {
    /// Nothing.
    pub const NONE: Cycle = Cycle {
        begin: 0,
        stopped: 0,
        running: 0,
        again: 0,
        pauses: 0,
        before: 0,
        end: 0,
        goal: 0,
        roots: 0,
        forced: false,
    };
}

/// Takes note of a cycle, with the world still stopped.
pub fn ended(cycle: &Cycle, outcome: &Outcome) {
    HEAP.pace.roots.store(cycle.roots, Relaxed);
    HEAP.pace.set_goal(other_bytes());
    let end = now();
    let number = CONTROL.cycles.fetch_add(1, Relaxed) + 1;
    if cycle.forced {
        CONTROL.forced.fetch_add(1, Relaxed);
    }
    let pause = (end - cycle.begin - (cycle.again - cycle.running) + cycle.pauses) as u64;
    let slot = (number as usize + PAUSES - 1) % PAUSES;
    let wall = wall();
    CONTROL.pauses.with(|p| p[slot] = pause);
    CONTROL.pause_ends.with(|p| p[slot] = wall);
    CONTROL.pause_total.fetch_add(pause, Relaxed);
    let procs = u64::from(sched::state::SCHED.procs.load(Relaxed));
    let (mut assists, mut helped) = (0, 0);
    if cycle.running != 0 {
        assists = cycle::TIMES.assists.load(Relaxed);
        helped = cycle::TIMES.helpers.load(Relaxed);
    }
    CONTROL
        .time
        .fetch_add(pause * procs + assists + helped, Relaxed);
    CONTROL.last_wall.store(wall, Relaxed);
    CONTROL.last.store(end, Relaxed);
    if CONTROL.trace.load(Relaxed) {
        trace(cycle, number, end, outcome.marked, (assists, helped));
    }
    HEAP.space.pages.with(|p| p.restart_scavenging());
}

/// Wakes who waits for the end of a cycle. The world runs again.
///
/// # Safety
/// As for [`sched::ready`].
pub unsafe fn after(outcome: &Outcome) {
    // SAFETY: the caller's.
    unsafe {
        if outcome.queued {
            wake_runner();
        }
        wake_watchers();
        wake_background();
    }
    if HEAP.pace.limit.load(Relaxed) < i64::MAX {
        HEAP.finish_sweeping();
        stay_below_limit();
    }
}

/// The registers that functions preserve: the caller's caller may have a pointer in one.
#[inline(always)]
fn save_registers(to: &mut [usize; 6]) {
    // SAFETY: stores to the array only.
    unsafe {
        core::arch::asm!(
            "mov [{to}], rbx",
            "mov [{to} + 8], rbp",
            "mov [{to} + 16], r12",
            "mov [{to} + 24], r13",
            "mov [{to} + 32], r14",
            "mov [{to} + 40], r15",
            to = in(reg) to.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
}

/// Memory that counts for the limit and holds no objects.
fn other_bytes() -> usize {
    super::persistent::persistent_bytes() + HEAP.pace.roots.load(Relaxed)
}

/// Bytes of memory that the heap has from the system.
fn resident_bytes() -> usize {
    HEAP.space.pages.with(|p| p.used_pages + p.idle_pages) << classes::PAGE_SHIFT
}

/// Gives back free memory beyond the limit.
fn stay_below_limit() {
    let limit = HEAP.pace.limit.load(Relaxed) as usize;
    let over = (resident_bytes() + other_bytes()).saturating_sub(limit / 20 * 19);
    if over > 0 {
        HEAP.space.scavenge(over >> classes::PAGE_SHIFT);
    }
}

fn trace(cycle: &Cycle, number: u32, end: i64, marked: usize, (assists, helped): (u64, u64)) {
    let procs = u64::from(sched::state::SCHED.procs.load(Relaxed));
    let elapsed = (end - CONTROL.started.load(Relaxed)).max(1) as u64;
    let running = if cycle.running == 0 {
        end
    } else {
        cycle.running
    };
    let again = if cycle.again == 0 { end } else { cycle.again };
    // Without a mark phase of its own marking is shown as that, though it is one pause.
    let (stop, mark, last) = if cycle.running == 0 {
        (cycle.stopped - cycle.begin, end - cycle.stopped, 0)
    } else {
        (running - cycle.begin, again - running, end - again)
    };
    let (stop, mark, last) = (stop as u64, mark as u64, last as u64);
    let (before, goal, roots, forced) = (cycle.before, cycle.goal, cycle.roots, cycle.forced);
    let mb = |bytes: usize| (bytes >> 20) as u64;
    let mut t = Text::new();
    t.add("gc ")
        .number(number.into())
        .add(" @")
        .fixed(elapsed / 1_000_000, 3)
        .add("s ");
    t.number(CONTROL.time.load(Relaxed) * 100 / (elapsed * procs))
        .add("%: ");
    t.millis(stop)
        .add("+")
        .millis(mark)
        .add("+")
        .millis(last)
        .add(" ms clock, ");
    let helped = if cycle.running == 0 {
        mark * procs
    } else {
        helped
    };
    t.millis(stop * procs)
        .add("+")
        .millis(assists)
        .add("/")
        .millis(helped)
        .add("/")
        .millis(0)
        .add("+")
        .millis(last * procs);
    t.add(" ms cpu, ")
        .number(mb(before))
        .add("->")
        .number(mb(cycle.end))
        .add("->")
        .number(mb(marked))
        .add(" MB, ");
    t.number(if goal == usize::MAX { 0 } else { mb(goal) })
        .add(" MB goal, ")
        .number(mb(roots))
        .add(" MB stacks, ");
    t.number(0).add(" MB globals, ").number(procs).add(" P");
    if forced {
        t.add(" (forced)");
    }
    t.add("\n");
    crate::fatal::print(t.bytes());
}

unsafe fn wake_runner() {
    let _guard = CONTROL.runner.lock.guard();
    let g = CONTROL.runner.g.swap(core::ptr::null_mut(), Relaxed);
    if !g.is_null() {
        // SAFETY: it parked there, and taking it from the cell makes it ours to ready.
        unsafe { sched::ready(g) };
    }
}

unsafe fn wake_watchers() {
    let _guard = CONTROL.watchers.lock.guard();
    let mut g = CONTROL.watchers.head.swap(core::ptr::null_mut(), Relaxed);
    while !g.is_null() {
        // SAFETY: as in `wake_runner`.
        unsafe {
            let next = (*g).link;
            (*g).link = core::ptr::null_mut();
            sched::ready(g);
            g = next;
        }
    }
}

unsafe fn wake_background() {
    // Goroutines are made with a processor; helpers have none.
    if !sched::current_p().is_null() {
        let function = CONTROL.worker_function.swap(core::ptr::null_mut(), Relaxed);
        if !function.is_null() {
            // SAFETY: a function value; the thread has a processor.
            unsafe { sched::ready(sched::new_goroutine(function as usize, 0, true)) };
        }
    }
    let g = CONTROL
        .worker
        .with(|g| core::mem::replace(g, core::ptr::null_mut()));
    if !g.is_null() {
        // SAFETY: as in `wake_runner`.
        unsafe { sched::ready(g) };
    }
}

/// Free pages to keep for the next cycle: a tenth more than the heap will need.
fn spare_pages() -> usize {
    let goal = HEAP.pace.goal.load(Relaxed);
    if goal == usize::MAX {
        return 0;
    }
    let keep = (goal + goal / 10) >> classes::PAGE_SHIFT;
    HEAP.space.pages.with(|p| {
        (p.used_pages + p.idle_pages)
            .saturating_sub(keep)
            .min(p.idle_pages)
    })
}

/// Called by the monitor thread every now and then, at most every few milliseconds: gives memory back, and asks for a
/// collection if there was none for two minutes. True if [`background`] work has come up, for a thread with a processor to
/// call [`wake`].
pub fn tick() -> bool {
    if !CONTROL.ready.load(Relaxed) {
        return false;
    }
    let spare = spare_pages();
    if spare > 0 && HEAP.unswept.load(Relaxed) == 0 {
        // Half a megabyte at a time: a few microseconds.
        HEAP.space.scavenge(spare.min(64));
    }
    if now() - CONTROL.last.load(Relaxed) > FORCE_AFTER
        && HEAP.pace.percent.load(Relaxed) >= 0
        && CONTROL.cycles.load(Relaxed) > 0
    {
        CONTROL.force.store(true, Relaxed);
        return true;
    }
    false
}

/// Wakes the background goroutine after [`tick`] asked for it.
///
/// # Safety
/// On a thread with a processor, or as [`sched::ready`] demands.
pub unsafe fn wake() {
    // SAFETY: the caller's.
    unsafe { wake_background() };
}

/// A piece of background work; parks the goroutine if there is none. For a goroutine that calls it in a loop.
///
/// # Safety
/// The body of an entry point.
pub unsafe extern "C" fn background() -> usize {
    // SAFETY: the caller's.
    unsafe {
        if CONTROL.force.swap(false, Relaxed) {
            collect_now();
            return 1;
        }
        for _ in 0..64 {
            if HEAP.sweep_one().is_none() {
                sched::park_commit(sched::Reason::GC_SWEEP_WAIT, commit_background, 0);
            }
        }
    }
    1
}

unsafe fn commit_background(g: *mut G, _: usize) -> bool {
    CONTROL.worker.with(|worker| {
        if HEAP.unswept.load(Relaxed) != 0 || CONTROL.force.load(Relaxed) {
            return false;
        }
        *worker = g;
        true
    })
}

/// Sets GOGC; the old value.
///
/// # Safety
/// The body of an entry point.
pub unsafe fn set_percent(percent: i32) -> i32 {
    let old = HEAP.pace.percent.swap(percent.max(-1), Relaxed);
    HEAP.pace.set_goal(other_bytes());
    // SAFETY: the caller's.
    unsafe { collect_if_due() };
    old
}

/// Sets the memory limit, unless negative; the old value.
///
/// # Safety
/// The body of an entry point.
pub unsafe fn set_limit(limit: i64) -> i64 {
    if limit < 0 {
        return HEAP.pace.limit.load(Relaxed);
    }
    let old = HEAP.pace.limit.swap(limit, Relaxed);
    HEAP.pace.set_goal(other_bytes());
    // SAFETY: the caller's.
    unsafe { collect_if_due() };
    old
}

unsafe fn collect_if_due() {
    if HEAP.pace.live.load(Relaxed) >= HEAP.pace.trigger.load(Relaxed) {
        // SAFETY: the caller's.
        unsafe { collect(false) };
    }
}

/// Collects and gives all free memory back.
///
/// # Safety
/// The body of an entry point.
pub unsafe fn free_os_memory() {
    // SAFETY: the caller's.
    unsafe { collect_now() };
    HEAP.finish_sweeping();
    HEAP.space.pages.with(|p| p.restart_scavenging());
    HEAP.space.scavenge(usize::MAX);
}

/// Number of collections that the program has seen end.
#[must_use]
pub fn cycles() -> u32 {
    CONTROL.cycles.load(Relaxed)
}

/// Fraction of the program's processor time that collections took.
#[must_use]
pub fn fraction() -> f64 {
    let elapsed = (now() - CONTROL.started.load(Relaxed)).max(1);
    let procs = f64::from(sched::state::SCHED.procs.load(Relaxed).max(1));
    CONTROL.time.load(Relaxed) as f64 / (elapsed as f64 * procs)
}
