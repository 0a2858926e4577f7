//! A processor's allocation cache.
//!
//! For each size class and layout a cell with a run of free slots: allocation adds the slot's size to `free` unless that
//! passes `end`. A run is made ready when it is taken: its allocation bits are set and it is zeroed (large slots
//! without pointers aside), so that handing out a slot writes nothing but `free`.

use core::ptr;
use core::sync::atomic::Ordering::Relaxed;

use super::Heap;
use super::classes::{CLASSES, LAYOUTS, Layout, SIZES};
use super::span::Span;

/// Number of cells.
pub const CELLS: usize = CLASSES * LAYOUTS;

/// Slots without pointers above this size are zeroed when they are handed out, and only if that is wanted.
pub const ZEROED_AHEAD: usize = 1024;

/// About how many bytes are zeroed ahead.
const AHEAD: usize = 4096;

/// Free slots of one class and layout. Assembly knows this.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Cell {
    /// Address of the next slot.
    pub free: usize,
    /// Address behind the last one.
    pub end: usize,
}

/// Where a cell's run is from. Assembly knows that the span comes first, and that it is as large as a cell.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Source {
    span: *mut Span,
    /// Where the run started.
    start: usize,
}

/// A processor's cache. Never freed. Assembly knows that the cells come first.
#[derive(Debug)]
#[repr(C)]
pub struct Cache {
    /// By class * [`LAYOUTS`] + layout.
    pub cells: [Cell; CELLS],
    /// Next free byte of the block that tiny objects share, or 0.
    pub tiny: usize,
    /// Its end.
    pub tiny_end: usize,
    /// Tiny objects that found room in such a block.
    pub tiny_count: u64,
    /// A collection is due.
    pub due: bool,
    /// Bytes taken since the cache's owner last helped to mark.
    pub debt: usize,
    /// The object allocated last is to be sampled for the profile.
    pub sample: bool,
    /// `MemProfileRate` as of the last draw.
    pub rate: usize,
    sources: [Source; CELLS],
    /// The next object of the cell is to be sampled.
    sampled: [bool; CELLS],
    /// Slots handed out, by class, as far as runs are done with.
    mallocs: [u64; CLASSES],
    /// Next of the heap's caches.
    pub next: *mut Cache,
    /// Overwritten pointers remembered. Assembly knows this and the next one.
    pub shaded: usize,
    /// These pointers.
    pub shades: [usize; super::barrier::SHADES],
}

/// Distance from a cell to its [`Source`].
pub const SOURCES: usize = core::mem::offset_of!(Cache, sources);
const _: () = assert!(size_of::<Source>() == size_of::<Cell>());

/// Index of a cell.
#[inline]
#[must_use]
pub const fn cell_index(class: usize, layout: Layout) -> usize {
    class * LAYOUTS + layout as usize
}

impl Cache {
    /// Counts what was handed out of a cell's run, and forgets it.
    fn count_run(&mut self, index: usize) {
        let class = index / LAYOUTS;
        let cell = &mut self.cells[index];
        self.mallocs[class] +=
            ((cell.free - self.sources[index].start) / usize::from(SIZES[class])) as u64;
        self.sources[index].start = cell.free;
    }

    /// Cuts a run of slots where the next sample is: how many of them the cell may have.
    fn cut(&mut self, index: usize, n: usize) -> usize {
        let size = usize::from(SIZES[index / LAYOUTS]);
        if core::mem::replace(&mut self.sampled[index], false) {
            self.sample = true;
            return 1;
        }
        match Heap::draw(self.rate, n * size) {
            None => n,
            Some(at) if at < size => {
                self.sample = true;
                1
            }
            Some(at) => {
                self.sampled[index] = true;
                at / size
            }
        }
    }

    /// The span that a cell takes slots of.
    #[inline]
    #[must_use]
    pub fn span(&self, index: usize) -> *mut Span {
        self.sources[index].span
    }
}

impl Heap {
    /// A new cache, known to the heap for ever.
    pub fn new_cache(&self) -> *mut Cache {
        let cache = super::persistent_alloc(size_of::<Cache>(), 64).cast::<Cache>();
        self.caches.with(|head| {
            // SAFETY: zeroed memory is an empty cache.
            unsafe { (*cache).next = *head };
            *head = cache;
        });
        cache
    }

    /// Gives a cell a new run; false if there is no memory.
    ///
    /// # Safety
    /// The cache is the caller's; the cell has no slot left.
    #[cold]
    #[inline(never)]
    pub unsafe fn refill(&self, cache: *mut Cache, index: usize) -> bool {
        // SAFETY: the cache is the caller's; spans in it are owned by it.
        unsafe {
            let c = &mut *cache;
            let class = index / LAYOUTS;
            let layout = Layout::from_bits(index);
            let size = usize::from(SIZES[class]);
            let stress = self.stress.load(Relaxed) != 0;
            loop {
                let span = c.sources[index].span;
                if !span.is_null() {
                    c.count_run(index);
                    let max = if stress {
                        1
                    } else if (*span).dirty {
                        (AHEAD / size).max(1)
                    } else {
                        usize::MAX >> 1
                    };
                    if let Some((from, mut n)) = Span::next_run(span, max) {
                        n = c.cut(index, n);
                        let at = (*span).base + from * size;
                        if (*span).dirty && (layout != Layout::NoScan || size <= ZEROED_AHEAD) {
                            (at as *mut u8).write_bytes(0, n * size);
                        }
                        if self.marking.load(Relaxed) {
                            Span::mark_run(span, from, n);
                        }
                        Span::give_run(span, (from, n));
                        c.cells[index] = Cell {
                            free: at,
                            end: at + n * size,
                        };
                        c.sources[index].start = at;
                        return true;
                    }
                    c.cells[index] = Cell { free: 0, end: 0 };
                    c.sources[index] = Source {
                        span: ptr::null_mut(),
                        start: 0,
                    };
                    self.centrals[index].with(|central| central.full.push(span));
                }
                let span = self.acquire_span(class, layout);
                if span.is_null() {
                    return false;
                }
                let bytes = ((*span).slots - (*span).used) as usize * size;
                c.due |= self.add_live(bytes);
                c.debt += bytes;
                if self.pace.early.load(Relaxed) {
                    self.sweep_share(bytes);
                }
                c.cells[index] = Cell { free: 0, end: 0 };
                c.sources[index] = Source { span, start: 0 };
            }
        }
    }

    /// Gives all spans in a cache back and adds its counts to the heap's.
    ///
    /// # Safety
    /// The cache is the caller's, or its owner is stopped.
    pub unsafe fn flush_cache(&self, cache: *mut Cache) {
        // SAFETY: the caller's.
        unsafe {
            let c = &mut *cache;
            for index in 0..CELLS {
                let span = c.sources[index].span;
                if span.is_null() {
                    continue;
                }
                c.count_run(index);
                let cell = c.cells[index];
                let size = (*span).size;
                if cell.free < cell.end {
                    c.sampled[index] = false;
                    // What was zeroed ahead stays marked as dirty: it will be zeroed again.
                    Span::return_run(
                        span,
                        (cell.free - (*span).base) / size,
                        (cell.end - cell.free) / size,
                    );
                }
                c.cells[index] = Cell { free: 0, end: 0 };
                c.sources[index] = Source {
                    span: ptr::null_mut(),
                    start: 0,
                };
                let room = (*span).used < (*span).slots;
                self.centrals[index].with(|central| {
                    if room {
                        central.partial.push(span);
                    } else {
                        central.full.push(span);
                    }
                });
            }
            c.tiny = 0;
            c.tiny_end = 0;
            self.flush_counts(cache);
        }
    }

    /// Adds a cache's counts to the heap's.
    unsafe fn flush_counts(&self, cache: *mut Cache) {
        // SAFETY: as in `flush_cache`.
        let c = unsafe { &mut *cache };
        for (class, count) in c.mallocs.iter_mut().enumerate() {
            if *count != 0 {
                self.stats.mallocs[class].fetch_add(*count, Relaxed);
                *count = 0;
            }
        }
        self.stats.tiny.fetch_add(c.tiny_count, Relaxed);
        c.tiny_count = 0;
    }

    /// Gives back what all caches hold. While the world is stopped.
    pub fn flush_all(&self) {
        let mut cache = self.caches.with(|head| *head);
        while !cache.is_null() {
            // SAFETY: caches are never freed; their owners are stopped.
            unsafe {
                self.flush_cache(cache);
                cache = (*cache).next;
            }
        }
    }

    /// Makes the counts exact without giving back what caches hold. While the world is stopped.
    pub fn count_all(&self) {
        let mut cache = self.caches.with(|head| *head);
        while !cache.is_null() {
            // SAFETY: caches are never freed; their owners are stopped.
            unsafe {
                for index in 0..CELLS {
                    if !(*cache).sources[index].span.is_null() {
                        (*cache).count_run(index);
                    }
                }
                self.flush_counts(cache);
                cache = (*cache).next;
            }
        }
    }
}
