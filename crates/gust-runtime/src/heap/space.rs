//! The heap's address space: one reservation, the pages in use, and which span each page belongs to.

use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed, Ordering::Release};

use super::cache::cell_index;
use super::classes::{LAYOUTS, Layout, PAGE, PAGE_SHIFT, PAGES};
use super::locked::Locked;
use super::os;
use super::pages::{CHUNK, CHUNK_PAGES, PageHeap, Run};
use super::persistent_alloc;
use super::span::{self, Span, UNIT};
use crate::sys;

/// Largest block for a span, in units.
const MAX_UNITS: usize = 40;

/// From this size on the heap asks for huge pages: fewer page faults, and fewer misses of the processor's translation
/// buffers, for memory that will soon be in use.
const HUGE_FROM: usize = 16 << 20;

/// Address space and spans of a heap.
#[derive(Debug)]
pub struct Space {
    base: AtomicUsize,
    /// Bytes from the base that are mapped.
    mapped: AtomicUsize,
    reserved: AtomicUsize,
    /// For each page what is in it.
    table: AtomicPtr<Entry>,
    /// The page heap.
    pub pages: Locked<PageHeap>,
    blocks: Locked<Blocks>,
}

/// What is in a page, packed so that marking need not look at the span: 0, or the span's address (a multiple of [`UNIT`])
/// with the page's number in the span in its lowest bits (small spans only) and the index of the span's cell above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Entry(u64);

const CELL_SHIFT: u32 = 48;

impl Entry {
    const NONE: Entry = Entry(0);

    fn new(span: *mut Span, page: usize, cell: usize) -> Self {
        let page = if cell < LAYOUTS { 0 } else { page };
        debug_assert!(page < UNIT && (span as usize).is_multiple_of(UNIT));
        Entry(span as u64 | page as u64 | (cell as u64) << CELL_SHIFT)
    }

    /// Whether no span is there.
    #[inline]
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The span.
    #[inline]
    #[must_use]
    pub fn span(self) -> *mut Span {
        ((self.0 & ((1 << CELL_SHIFT) - 1)) as usize & !(UNIT - 1)) as *mut Span
    }

    /// The page's number in a small span.
    #[inline]
    #[must_use]
    pub fn page(self) -> usize {
        self.0 as usize & (UNIT - 1)
    }

    /// Index of the span's cell: class * [`LAYOUTS`] + layout.
    #[inline]
    #[must_use]
    pub fn cell(self) -> usize {
        (self.0 >> CELL_SHIFT) as usize
    }
}

/// Blocks for spans that wait to be used again, by size.
#[derive(Debug)]
struct Blocks {
    free: [*mut Span; MAX_UNITS],
    /// Bytes in blocks that are in use.
    in_use: usize,
    /// Bytes in all blocks.
    total: usize,
    /// Number of spans.
    count: usize,
}

impl Space {
    /// Without memory.
    #[must_use]
    pub const fn new() -> Self {
        Space {
            base: AtomicUsize::new(0),
            mapped: AtomicUsize::new(0),
            reserved: AtomicUsize::new(0),
            table: AtomicPtr::new(ptr::null_mut()),
            pages: Locked::new(PageHeap::new()),
            blocks: Locked::new(Blocks {
                free: [ptr::null_mut(); MAX_UNITS],
                in_use: 0,
                total: 0,
                count: 0,
            }),
        }
    }

    /// Reserves address space: `bytes`, or what the process may have. False if there is not even a little.
    pub fn init(&self, mut bytes: usize) -> bool {
        const LEAST: usize = 64 << 20;
        loop {
            if bytes < LEAST.min(CHUNK * 2) {
                return false;
            }
            // The tables are a thousandth of the space: leave them room under a limit on address space.
            let at = sys::mmap(bytes + CHUNK, true) as usize;
            if at != 0 {
                let table = os::map_sparse(bytes / PAGE * size_of::<Entry>());
                if !table.is_null() && self.pages.with(|p| p.init(bytes / CHUNK)) {
                    self.base.store(at.next_multiple_of(CHUNK), Relaxed);
                    self.reserved.store(bytes / CHUNK * CHUNK, Relaxed);
                    self.table.store(table.cast(), Release);
                    return true;
                }
                // SAFETY: nothing has used the reservation.
                unsafe { sys::munmap(at as *mut u8, bytes + CHUNK) };
            }
            bytes = bytes / 4 * 3 / CHUNK * CHUNK;
        }
    }

    /// Lowest address of the heap.
    #[inline]
    #[must_use]
    pub fn base(&self) -> usize {
        self.base.load(Relaxed)
    }

    /// Bytes mapped, from the base on.
    #[inline]
    #[must_use]
    pub fn mapped(&self) -> usize {
        self.mapped.load(Relaxed)
    }

    /// The span that an address lies in, or null.
    #[inline]
    #[must_use]
    pub fn span_of(&self, address: usize) -> *mut Span {
        self.entry(address).span()
    }

    /// What is in the page of an address.
    #[inline]
    #[must_use]
    pub fn entry(&self, address: usize) -> Entry {
        let offset = address.wrapping_sub(self.base());
        if offset >= self.mapped() {
            return Entry::NONE;
        }
        // SAFETY: the table has an entry for each page of the reservation.
        unsafe {
            self.table
                .load(Relaxed)
                .add(offset >> PAGE_SHIFT)
                .read_volatile()
        }
    }

    /// Takes pages from the free ones: address and whether they may hold data.
    pub fn take_free(&self, pages: usize) -> Option<(usize, bool)> {
        let run = self.pages.with(|p| p.alloc(pages))?;
        Some((self.base() + (run.start << PAGE_SHIFT), run.dirty))
    }

    /// Takes pages after mapping more of the reservation; nothing if that fails.
    pub fn take_grown(&self, pages: usize) -> Option<(usize, bool)> {
        let run = self.pages.with(|p| {
            if let Some(run) = p.alloc(pages) {
                return Some(run);
            }
            let mapped = self.mapped();
            let chunks = pages.div_ceil(CHUNK_PAGES);
            // SAFETY: the range is the next part of the reservation.
            if chunks > (self.reserved.load(Relaxed) - mapped) / CHUNK
                || !unsafe { os::commit(self.base() + mapped, chunks * CHUNK) }
            {
                return None;
            }
            if mapped >= HUGE_FROM {
                os::want_huge_pages(self.base() + mapped, chunks * CHUNK);
            }
            p.grow(chunks);
            self.mapped.store(mapped + chunks * CHUNK, Release);
            p.alloc(pages)
        })?;
        Some((self.base() + (run.start << PAGE_SHIFT), run.dirty))
    }

    /// Zeroes pages just taken, as far as they may hold data.
    ///
    /// # Safety
    /// The pages are the caller's.
    pub unsafe fn zero(&self, address: usize, pages: usize) {
        let start = (address - self.base()) >> PAGE_SHIFT;
        let mut at = start;
        while at < start + pages {
            let rest = Run {
                start: at,
                dirty: true,
            };
            let mut found = None;
            self.pages.with(|p| {
                p.dirty_stretches(rest, start + pages - at, |from, n| {
                    found = found.or(Some((from, n)));
                });
            });
            let Some((from, n)) = found else { break };
            // SAFETY: part of the caller's pages.
            unsafe {
                ((self.base() + (from << PAGE_SHIFT)) as *mut u8).write_bytes(0, n << PAGE_SHIFT)
            };
            at = from + n;
        }
    }

    /// Makes a span of pages just taken.
    pub fn make_span(
        &self,
        base: usize,
        pages: usize,
        class: usize,
        layout: Layout,
        dirty: bool,
    ) -> *mut Span {
        debug_assert!(class == 0 || pages == usize::from(PAGES[class]));
        let units = span::block_units(class, layout);
        let block = self.blocks.with(|b| {
            b.in_use += units * UNIT;
            b.count += 1;
            let free = b.free[units];
            if free.is_null() {
                b.total += units * UNIT;
                return persistent_alloc(units * UNIT, UNIT).cast::<Span>();
            }
            // SAFETY: blocks in the list are free.
            unsafe {
                b.free[units] = (*free).next;
                free.cast::<u8>().write_bytes(0, units * UNIT);
            }
            free
        });
        // SAFETY: block and pages are ours; the table has an entry for each page.
        unsafe {
            Span::init(block, base, pages, class, layout, dirty);
            let first = (base - self.base()) >> PAGE_SHIFT;
            let table = self.table.load(Relaxed);
            for page in 0..pages {
                table
                    .add(first + page)
                    .write(Entry::new(block, page, cell_index(class, layout)));
            }
        }
        block
    }

    /// Ends a span and frees its pages.
    ///
    /// # Safety
    /// Nobody uses it any more.
    pub unsafe fn free_span(&self, span: *mut Span) {
        // SAFETY: the caller's; the table has an entry for each page.
        unsafe {
            let first = ((*span).base - self.base()) >> PAGE_SHIFT;
            let (pages, units) = ((*span).pages as usize, (*span).units());
            let table = self.table.load(Relaxed);
            for page in first..first + pages {
                table.add(page).write(Entry::NONE);
            }
            self.blocks.with(|b| {
                b.in_use -= units * UNIT;
                b.count -= 1;
                (*span).next = b.free[units];
                b.free[units] = span;
            });
            self.pages.with(|p| p.free(first, pages));
        }
    }

    /// Gives the memory of free pages back to the system, about `want` of them; how many.
    pub fn scavenge(&self, want: usize) -> usize {
        self.pages.with(|p| {
            p.scavenge(want, |from, n| {
                // SAFETY: the pages are free.
                unsafe { os::release(self.base() + (from << PAGE_SHIFT), n << PAGE_SHIFT) };
            })
        })
    }

    /// Bytes of blocks for spans: in use, all.
    #[must_use]
    pub fn block_bytes(&self) -> (usize, usize) {
        self.blocks.with(|b| (b.in_use, b.total))
    }

    /// Number of spans.
    #[must_use]
    pub fn span_count(&self) -> usize {
        self.blocks.with(|b| b.count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::classes::CLASSES;
    use super::*;

    #[test]
    fn blocks_fit_the_lists() {
        for class in 0..CLASSES {
            for layout in 0..LAYOUTS {
                assert!(span::block_units(class, Layout::from_bits(layout)) < MAX_UNITS);
            }
        }
    }

    #[test]
    fn spans_are_found_by_address() {
        let space = Space::new();
        assert!(space.init(64 << 20));
        assert!(space.span_of(space.base()).is_null());
        let (at, dirty) = space.take_grown(3).unwrap();
        assert!(!dirty);
        let span = space.make_span(at, 3, 0, Layout::NoScan, dirty);
        for offset in [0, 1, PAGE, 3 * PAGE - 1] {
            assert_eq!(space.span_of(at + offset), span);
        }
        assert!(space.span_of(at + 3 * PAGE).is_null());
        assert!(space.span_of(at.wrapping_sub(1)).is_null());
        assert!(space.span_of(0).is_null());
        // SAFETY: the span is ours.
        unsafe {
            (at as *mut u8).write_bytes(7, 3 * PAGE);
            space.free_span(span);
        }
        assert!(space.span_of(at).is_null());
        let (again, dirty) = space.take_free(5).unwrap();
        assert!(dirty && again == at);
        // SAFETY: the pages are ours.
        unsafe {
            space.zero(again, 5);
            assert!((0..5 * PAGE).all(|i| *((again + i) as *const u8) == 0));
        }
        assert!(space.take_grown(1 << 20).is_none());
    }
}
