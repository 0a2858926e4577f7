//! What Go code calls: the entry points of allocator and collector.
//!
//! An address of memory that could not be had ends the program; the Go half checks sizes before.

use core::ptr;
use core::sync::atomic::Ordering::Relaxed;

use gust_abi::types::Type;

use super::cache::Cache;
use super::classes::{CLASSES, PAGE_SHIFT, SIZES};
use super::control::{self, CONTROL, PAUSES};
use super::memprofile;
use super::{HEAP, round_up_size};
use crate::sched::{self, Reason};

/// Memory for `size` bytes of the type, zeroed if wanted or if the type has pointers. The type may be null: no pointers.
/// Never collects: for runtime code, which may hold locks.
///
/// # Safety
/// `ty` is null or a type descriptor. Called by runtime code on a thread with a processor.
pub unsafe fn mallocgc(size: usize, ty: *const u8, zero: bool) -> *mut u8 {
    // SAFETY: the caller's.
    unsafe {
        let cache = control::cache();
        let at = HEAP.alloc(cache, size, ty.cast(), zero);
        if at.is_null() {
            control::out_of_memory(size);
        }
        if (*cache).sample {
            sample(cache, at);
        }
        at
    }
}

#[inline]
unsafe fn allocate(size: usize, ty: *const Type, zero: bool) -> *mut u8 {
    // SAFETY: the caller's.
    unsafe {
        let cache = control::cache();
        let at = HEAP.alloc(cache, size, ty, zero);
        if at.is_null() {
            control::out_of_memory(size);
        }
        if (*cache).sample {
            sample(cache, at);
        }
        if control::is_due(cache) {
            control::collect(false);
        }
        at
    }
}

/// Adds an object that has just been allocated to the memory profile.
#[cold]
#[inline(never)]
unsafe fn sample(cache: *mut Cache, at: *mut u8) {
    // SAFETY: the caller's cache; the object is new; own thread, in runtime code.
    unsafe {
        (*cache).sample = false;
        let mut stack = [0; memprofile::DEPTH];
        let depth = crate::profile::callers(&mut stack);
        if let Some((object, size)) = HEAP.find_object(at as usize)
            && depth != 0
        {
            HEAP.profile.with(|p| p.add(object, size, &stack[..depth]));
        }
    }
}

/// A record of the memory profile. Go's `memSample`.
#[repr(C)]
struct MemSample {
    allocs: u64,
    frees: u64,
    /// Bytes in each object.
    size: usize,
    depth: usize,
    stack: [usize; memprofile::DEPTH],
}

/// The record after this one (null: the first), copied to `to`; null if there are no more.
unsafe extern "C" fn mem_profile_next(
    record: *mut memprofile::Record,
    to: *mut MemSample,
) -> *mut memprofile::Record {
    HEAP.profile.with(|p| {
        // SAFETY: the caller passes what it got from here, and a structure of its own.
        unsafe {
            let next = p.after(record);
            if !next.is_null() {
                let (counts, size, stack) = p.show(next);
                let to = &mut *to;
                (to.allocs, to.frees) = (counts.allocs, counts.frees);
                (to.size, to.depth) = (size, stack.len());
                to.stack[..stack.len()].copy_from_slice(stack);
            }
            next
        }
    })
}
entry!("runtime.memprofilenext", mem_profile_next);

unsafe extern "C" fn malloc_entry(size: usize, ty: *const Type, zero: u8) -> *mut u8 {
    // SAFETY: the caller passes a descriptor or null.
    unsafe { allocate(size, ty, zero != 0) }
}
entry!("runtime.mallocgc_slow", malloc_entry);

unsafe extern "C" fn new_object(ty: *const Type) -> *mut u8 {
    // SAFETY: the caller passes a descriptor.
    unsafe { allocate((*ty).size, ty, true) }
}
entry!("runtime.newobject_slow", new_object);

/// Null if the array's size is out of range.
unsafe extern "C" fn new_array(ty: *const Type, n: usize) -> *mut u8 {
    // SAFETY: the caller passes a descriptor.
    unsafe {
        match (*ty).size.checked_mul(n) {
            Some(size) if size <= MAX_ALLOC && n as isize >= 0 => allocate(size, ty, true),
            _ => ptr::null_mut(),
        }
    }
}
entry!("runtime.mallocarray_slow", new_array);

/// Largest size that an allocation may have: the address space of a process.
const MAX_ALLOC: usize = 1 << 48;

extern "C" fn round_up(size: usize, noscan: u8) -> usize {
    round_up_size(size, noscan != 0)
}
entry!("runtime.roundupsize", round_up);

unsafe extern "C" fn gc() {
    // SAFETY: the body of an entry point.
    unsafe { control::collect_now() };
    HEAP.finish_sweeping();
}
entry!("runtime.gc", gc);

unsafe extern "C" fn set_gc_percent(percent: i32) -> i32 {
    // SAFETY: the body of an entry point.
    unsafe { control::set_percent(percent) }
}
entry!("runtime.setgcpercent", set_gc_percent);

unsafe extern "C" fn set_memory_limit(limit: i64) -> i64 {
    // SAFETY: the body of an entry point.
    unsafe { control::set_limit(limit) }
}
entry!("runtime.setmemorylimit", set_memory_limit);

unsafe extern "C" fn free_os_memory() {
    // SAFETY: the body of an entry point.
    unsafe { control::free_os_memory() };
}
entry!("runtime.freeosmemory", free_os_memory);

/// Two results in registers.
#[repr(C)]
struct Pair(usize, usize);

/// Address and room of the object that an address lies in; zeroes if there is none.
extern "C" fn find_object(address: usize) -> Pair {
    HEAP.find_object(address)
        .map_or(Pair(0, 0), |(base, size)| Pair(base, size))
}
entry!("runtime.findobject", find_object);

/// Sets the byte of each word of a heap object that the collector takes for a pointer. The number of bytes up to the last
/// one set; 0 if the address lies in no object.
///
/// # Safety
/// `bytes` has a zero byte for each word of the object.
unsafe extern "C" fn pointer_words(address: usize, bytes: *mut u8) -> usize {
    let Some((base, _)) = HEAP.find_object(address) else {
        return 0;
    };
    let mut end = 0;
    // SAFETY: the object is alive, as the caller has its address; words lie within it.
    unsafe {
        let span = HEAP.space.span_of(base);
        super::mark::Worker::pointers_of(span, (*span).slot(base), |word| {
            let index = (word - base) / super::layout::WORD;
            *bytes.add(index) = 1;
            end = end.max(index + 1);
        });
    }
    end
}
entry!("runtime.pointerwords", pointer_words);

/// 1 if the finalizer was set, 0 if the object has one.
extern "C" fn add_finalizer(object: usize, record: usize) -> usize {
    usize::from(HEAP.add_finalizer(object, record))
}
entry!("runtime.addfinalizer", add_finalizer);

extern "C" fn remove_finalizer(object: usize) {
    HEAP.remove_finalizer(object);
}
entry!("runtime.removefinalizer", remove_finalizer);

extern "C" fn add_cleanup(object: usize, record: usize) -> u64 {
    HEAP.add_cleanup(object, record)
}
entry!("runtime.addcleanup", add_cleanup);

extern "C" fn stop_cleanup(object: usize, id: u64) {
    HEAP.stop_cleanup(object, id);
}
entry!("runtime.stopcleanup", stop_cleanup);

unsafe extern "C" fn weak_register(object: usize) -> usize {
    let handle = weak_handle(object);
    if super::barrier::is_on() {
        // The handle may have been known to the table alone.
        // SAFETY: the body of an entry point.
        unsafe { super::barrier::shade(handle) };
    }
    handle
}
entry!("runtime.weakregister", weak_register);

fn weak_handle(object: usize) -> usize {
    // A handle is an object of its own, never a part of a block that tiny objects share.
    HEAP.weak_handle(object, || {
        // SAFETY: the body of an entry point.
        unsafe { HEAP.alloc_handle(control::cache()) as usize }
    })
}

unsafe extern "C" fn weak_get(handle: usize) -> usize {
    if handle == 0 {
        return 0;
    }
    // SAFETY: the caller passes a handle; the body of an entry point.
    unsafe {
        let object = HEAP.weak_get(handle);
        if super::barrier::is_on() {
            // It may have been weakly reachable only when marking began.
            super::barrier::shade(object);
        }
        object
    }
}
entry!("runtime.weakget", weak_get);

/// The next record of a finalizer (and its object) or of a cleanup (and 0) to be run. Waits if there is none, and then
/// gives zeroes: to be called again.
unsafe extern "C" fn fin_wait() -> Pair {
    let runner = &CONTROL.runner;
    runner.lock.lock();
    if let Some(ready) = HEAP.next_ready() {
        runner.lock.unlock();
        return Pair(ready.record, ready.object);
    }
    // SAFETY: the body of an entry point; the lock is handed over.
    unsafe {
        let g = sched::current_g();
        (*g).ret0 = 0;
        (*g).ret1 = 0;
        runner.g.store(g, Relaxed);
        sched::park(Reason::FINALIZER_WAIT, Some(&runner.lock))
    }
}
entry!("runtime.finwait", fin_wait);

/// Whether no record waits to be run and the goroutine that runs them waits for one.
extern "C" fn fin_idle() -> bool {
    let runner = &CONTROL.runner;
    let _guard = runner.lock.guard();
    !runner.g.load(Relaxed).is_null() && !HEAP.has_ready()
}
entry!("runtime.finidle", fin_idle);

/// Waits for the end of the next collection; gives its number.
unsafe extern "C" fn gc_wait(seen: u32) -> usize {
    let watchers = &CONTROL.watchers;
    watchers.lock.lock();
    if control::cycles() != seen {
        watchers.lock.unlock();
        return control::cycles() as usize;
    }
    // SAFETY: as in `fin_wait`.
    unsafe {
        let g = sched::current_g();
        (*g).ret0 = seen as usize;
        (*g).link = watchers.head.load(Relaxed);
        watchers.head.store(g, Relaxed);
        sched::park(Reason::WAIT_FOR_GC_CYCLE, Some(&watchers.lock))
    }
}
entry!("runtime.gcwait", gc_wait);

entry!("runtime.gcbackground", control::background);

/// Sets the function value of a goroutine that calls `gcbackground` in a loop; it is started after the first collection.
extern "C" fn set_background(closure: *mut usize) {
    CONTROL.worker_function.store(closure, Relaxed);
}
entry!("runtime.setgcworker", set_background);

/// Sets the function value that is called before each collection, with the world stopped.
extern "C" fn set_pool_cleanup(closure: *mut usize) {
    CONTROL.pool_cleanup.store(closure, Relaxed);
}
entry!("runtime.setpoolcleanup", set_pool_cleanup);

/// Number of size classes that [`MemStats`] shows.
const SHOWN: usize = 61;

/// Counts of a size class.
#[repr(C)]
#[derive(Clone, Copy)]
struct BySize {
    size: u32,
    mallocs: u64,
    frees: u64,
}

/// Go's `runtime.MemStats`.
#[repr(C)]
pub struct MemStats {
    alloc: u64,
    total_alloc: u64,
    sys: u64,
    lookups: u64,
    mallocs: u64,
    frees: u64,
    heap_alloc: u64,
    heap_sys: u64,
    heap_idle: u64,
    heap_inuse: u64,
    heap_released: u64,
    heap_objects: u64,
    stack_inuse: u64,
    stack_sys: u64,
    mspan_inuse: u64,
    mspan_sys: u64,
    mcache_inuse: u64,
    mcache_sys: u64,
    buck_hash_sys: u64,
    gc_sys: u64,
    other_sys: u64,
    next_gc: u64,
    last_gc: u64,
    pause_total_ns: u64,
    pause_ns: [u64; PAUSES],
    pause_end: [u64; PAUSES],
    num_gc: u32,
    num_forced_gc: u32,
    gc_cpu_fraction: f64,
    enable_gc: u8,
    debug_gc: u8,
    by_size: [BySize; SHOWN],
}

/// Fills a `runtime.MemStats`. Stops the world.
unsafe extern "C" fn read_mem_stats(to: *mut MemStats) {
    // SAFETY: the body of an entry point; the caller passes the structure.
    unsafe {
        sched::stop_the_world();
        HEAP.count_all();
        let s = &mut *to;
        let totals = HEAP.stats.totals();
        s.mallocs = totals.mallocs;
        s.frees = totals.frees;
        s.heap_objects = totals.mallocs - totals.frees;
        s.total_alloc = totals.allocated;
        s.alloc = totals.allocated - totals.freed;
        s.heap_alloc = s.alloc;
        let (mapped, used, released) = HEAP
            .space
            .pages
            .with(|p| (p.mapped_pages(), p.used_pages, p.released_pages()));
        s.heap_sys = (mapped << PAGE_SHIFT) as u64;
        s.heap_inuse = (used << PAGE_SHIFT) as u64;
        s.heap_idle = s.heap_sys - s.heap_inuse;
        s.heap_released = (released << PAGE_SHIFT) as u64;
        let (blocks_used, blocks) = HEAP.space.block_bytes();
        s.mspan_inuse = blocks_used as u64;
        s.mspan_sys = blocks as u64;
        let mut caches = 0;
        let mut cache = HEAP.caches.with(|head| *head);
        while !cache.is_null() {
            caches += size_of::<super::Cache>() as u64;
            cache = (*cache).next;
        }
        s.mcache_inuse = caches;
        s.mcache_sys = caches;
        let persistent = super::persistent::persistent_bytes() as u64;
        s.buck_hash_sys = HEAP.profile.with(|p| p.bytes()) as u64;
        s.other_sys = persistent.saturating_sub(caches + s.mspan_sys + s.buck_hash_sys);
        // Bitmaps and tree of the page heap, and the table from pages to spans.
        s.gc_sys = (mapped / 512 * 160 + mapped * 8) as u64;
        s.lookups = 0;
        s.stack_inuse = sched::goroutine::stack_bytes() as u64;
        s.stack_sys = s.stack_inuse + sched::thread::stack_bytes() as u64;
        s.sys = s.heap_sys
            + s.stack_sys
            + s.mspan_sys
            + s.mcache_sys
            + s.buck_hash_sys
            + s.gc_sys
            + s.other_sys;
        let goal = HEAP.pace.goal.load(Relaxed);
        s.next_gc = if goal == usize::MAX {
            u64::MAX
        } else {
            goal as u64
        };
        s.last_gc = CONTROL.last_wall.load(Relaxed);
        s.pause_total_ns = CONTROL.pause_total.load(Relaxed);
        CONTROL.pauses.with(|p| s.pause_ns = *p);
        CONTROL.pause_ends.with(|p| s.pause_end = *p);
        s.num_gc = control::cycles();
        s.num_forced_gc = CONTROL.forced.load(Relaxed);
        s.gc_cpu_fraction = control::fraction();
        s.enable_gc = 1;
        s.debug_gc = 0;
        for (class, by_size) in s.by_size.iter_mut().enumerate() {
            *by_size = BySize {
                size: SIZES[class].into(),
                mallocs: HEAP.stats.mallocs[class].load(Relaxed),
                frees: if class == 0 {
                    0
                } else {
                    HEAP.stats.frees[class].load(Relaxed)
                },
            };
        }
        sched::start_the_world();
    }
}
entry!("runtime.readmemstats", read_mem_stats);

const _: () =
    assert!(SHOWN <= CLASSES && size_of::<MemStats>() == 24 * 8 + 2 * 256 * 8 + 16 + 8 + 61 * 24);
