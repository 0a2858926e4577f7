//! Allocation.

use core::ptr;
use core::sync::atomic::Ordering::Relaxed;

use gust_abi::types::Type;

use super::Heap;
use super::cache::{Cache, ZEROED_AHEAD, cell_index};
use super::classes::{self, Layout, MAX_MASKED, MAX_SMALL, PAGE, PAGE_SHIFT};
use super::layout;
use super::memprofile;
use super::span::Span;

/// What all objects without size share.
#[repr(align(16))]
#[derive(Debug)]
pub struct Zero(core::cell::UnsafeCell<[u8; 16]>);
// SAFETY: nobody reads or writes through pointers to objects without size.
unsafe impl Sync for Zero {}
/// Address of objects without size.
pub static ZERO_BASE: Zero = Zero(core::cell::UnsafeCell::new([0; 16]));

/// Objects without pointers below this size share blocks of that size.
const TINY: usize = 16;

impl Heap {
    /// Memory for `size` bytes that hold values of the type (null: no pointers) one behind the other. Zeroed if `zero` is
    /// set or there are pointers. Null if there is no memory.
    ///
    /// # Safety
    /// The cache is the caller's, the type a descriptor or null.
    #[inline]
    pub unsafe fn alloc(
        &self,
        cache: *mut Cache,
        size: usize,
        ty: *const Type,
        zero: bool,
    ) -> *mut u8 {
        // SAFETY: the caller's; cells hold free slots.
        unsafe {
            if size == 0 {
                return ZERO_BASE.0.get().cast();
            }
            let (layout, mask) = if ty.is_null() || (*ty).ptr_bytes == 0 {
                if size < TINY {
                    return self.alloc_tiny(cache, size);
                }
                (Layout::NoScan, 0)
            } else {
                layout::layout_of(size, ty)
            };
            if size > MAX_SMALL {
                return self.alloc_large(cache, size, layout, ty, zero);
            }
            let class = classes::class_of(size);
            let index = cell_index(class, layout);
            let at = self.take_slot(cache, class, index);
            if at.is_null() {
                return at;
            }
            if layout == Layout::Mask {
                let span = (*cache).span(index);
                let slot = (*span).slot(at as usize);
                if size <= MAX_MASKED {
                    Span::set_mask(span, slot, mask);
                } else {
                    Span::set_type(span, slot, ty);
                }
            } else if layout == Layout::NoScan
                && size > ZEROED_AHEAD
                && zero
                && (*(*cache).span(index)).dirty
            {
                at.write_bytes(0, size);
            }
            at
        }
    }

    /// A slot of a cell.
    #[inline]
    unsafe fn take_slot(&self, cache: *mut Cache, class: usize, index: usize) -> *mut u8 {
        // SAFETY: the cache is the caller's.
        unsafe {
            let size = usize::from(classes::SIZES[class]);
            if (*cache).rate != memprofile::rate() {
                self.change_rate(cache);
            }
            loop {
                let cell = &mut (*cache).cells[index];
                let at = cell.free;
                if at + size <= cell.end {
                    cell.free = at + size;
                    return at as *mut u8;
                }
                if !self.refill(cache, index) {
                    return ptr::null_mut();
                }
            }
        }
    }

    /// The program has set another rate of samples: runs were cut for the old one.
    #[cold]
    unsafe fn change_rate(&self, cache: *mut Cache) {
        // SAFETY: the cache is the caller's.
        unsafe {
            self.flush_cache(cache);
            (*cache).rate = memprofile::rate();
        }
    }

    /// A tiny object without pointers: several share a block, which lives as long as one of them.
    unsafe fn alloc_tiny(&self, cache: *mut Cache, size: usize) -> *mut u8 {
        // SAFETY: the cache is the caller's; the block is zeroed and handed out once.
        unsafe {
            let c = &mut *cache;
            let align = if size.is_multiple_of(8) {
                8
            } else if size.is_multiple_of(4) {
                4
            } else if size.is_multiple_of(2) {
                2
            } else {
                1
            };
            let at = (c.tiny + align - 1) & !(align - 1);
            if at + size <= c.tiny_end && self.stress.load(Relaxed) == 0 {
                c.tiny = at + size;
                c.tiny_count += 1;
                return at as *mut u8;
            }
            let class = classes::class_of(TINY);
            let block = self.take_slot(cache, class, cell_index(class, Layout::NoScan));
            if !block.is_null() {
                // The block with more room left stays in use.
                let left = c.tiny_end.saturating_sub(c.tiny);
                if TINY - size > left {
                    c.tiny = block as usize + size;
                    c.tiny_end = block as usize + TINY;
                }
            }
            block
        }
    }

    /// A word without pointers that is an object of its own; null if there is no memory.
    ///
    /// # Safety
    /// The cache is the caller's.
    pub unsafe fn alloc_handle(&self, cache: *mut Cache) -> *mut u8 {
        let class = classes::class_of(8);
        // SAFETY: the caller's.
        unsafe {
            let at = self.take_slot(cache, class, cell_index(class, Layout::NoScan));
            // The profile is of what programs allocate.
            (*cache).sample = false;
            at
        }
    }

    #[cold]
    unsafe fn alloc_large(
        &self,
        cache: *mut Cache,
        size: usize,
        layout: Layout,
        ty: *const Type,
        zero: bool,
    ) -> *mut u8 {
        let pages = size.div_ceil(PAGE);
        if size > isize::MAX as usize {
            return ptr::null_mut();
        }
        let Some((at, dirty)) = self.take_pages(pages) else {
            return ptr::null_mut();
        };
        // SAFETY: pages and span are ours until the span is in the list.
        unsafe {
            let zeroed = zero || layout != Layout::NoScan;
            if dirty && zeroed {
                self.space.zero(at, pages);
            }
            let span = self.space.make_span(at, pages, 0, layout, dirty && !zeroed);
            (*span).requested = size;
            if layout == Layout::Mask {
                Span::set_type(span, 0, ty);
            }
            Span::take_run(span, 1);
            if self.marking.load(Relaxed) {
                Span::mark_run(span, 0, 1);
            }
            self.stats.large_mallocs.fetch_add(1, Relaxed);
            self.stats
                .large_bytes
                .fetch_add((pages << PAGE_SHIFT) as u64, Relaxed);
            self.centrals[0].with(|c| c.full.push(span));
            (*cache).due |= self.add_live(pages << PAGE_SHIFT);
            (*cache).debt += pages << PAGE_SHIFT;
            (*cache).sample |= Heap::draw(memprofile::rate(), pages << PAGE_SHIFT).is_some();
        }
        at as *mut u8
    }

    /// The object that an address lies in: its address and the bytes it has room for.
    #[must_use]
    pub fn find_object(&self, address: usize) -> Option<(usize, usize)> {
        let span = self.space.span_of(address);
        // SAFETY: spans in the table are alive as long as an object in them is, which the caller has an address of.
        unsafe {
            if span.is_null() || address >= (*span).limit {
                return None;
            }
            let slot = (*span).slot(address);
            Span::is_allocated(span, slot)
                .then(|| ((*span).base + slot * (*span).size, (*span).size))
        }
    }
}
