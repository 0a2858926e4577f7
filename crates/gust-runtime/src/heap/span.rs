//! Spans: runs of pages cut into slots of one size, or given to one large object.

use core::ptr;
use core::sync::atomic::{AtomicU8, AtomicU64, Ordering, fence};

use super::bits;
use super::classes::{self, Layout, MAGIC, MAX_MASKED, SIZES, SLOTS};

/// A span. Behind it in the same block of memory: a mark byte for each slot, allocation bits, and for [`Layout::Mask`] what
/// each slot's pointers are.
///
/// Marks are bytes so that several workers mark without locked instructions: that two of them scan the same object now
/// and then is cheaper.
#[repr(C)]
#[derive(Debug)]
pub struct Span {
    /// Address of the first slot.
    pub base: usize,
    /// Address behind the last slot.
    pub limit: usize,
    /// Bytes in a slot.
    pub size: usize,
    /// For [`Span::slot`]; 0 if there is one slot only.
    pub magic: u32,
    /// Number of slots.
    pub slots: u32,
    /// Number of slots in use, as of the last sweep plus what caches took since.
    pub used: u32,
    /// Slots below were in use or were given out since the last sweep.
    pub cursor: u32,
    /// What the slots hold.
    pub layout: Layout,
    /// Size class; 0 for a large object.
    pub class: u8,
    /// log2 of the bytes that describe a slot's pointers.
    pub mask_shift: u8,
    /// Free slots may hold data.
    pub dirty: bool,
    /// Pages.
    pub pages: u32,
    /// Words of the allocation bits; there are 64 mark bytes for each.
    words: u32,
    /// Size of the block that this structure is in, see [`block_units`].
    units: u32,
    /// For [`Layout::Mask`]: what describes the pointers of the slots.
    pub masks: *mut u8,
    /// Next in a list of spans.
    pub next: *mut Span,
    /// Bytes asked for: large objects only.
    pub requested: usize,
}

/// Blocks for spans come in multiples of this size.
pub const UNIT: usize = 64;

fn header() -> usize {
    size_of::<Span>().next_multiple_of(8)
}

fn mask_bytes(class: usize, layout: Layout, slots: usize) -> (u32, usize) {
    if layout != Layout::Mask {
        return (0, 0);
    }
    let shift = if class == 0 {
        3
    } else {
        classes::mask_shift(usize::from(SIZES[class]))
    };
    (shift, slots << shift)
}

/// Size of the block for a span, in [`UNIT`]s. Class 0 is one large object.
#[must_use]
pub fn block_units(class: usize, layout: Layout) -> usize {
    let slots = if class == 0 {
        1
    } else {
        usize::from(SLOTS[class])
    };
    let words = slots.div_ceil(64);
    (header() + words * (64 + 8) + mask_bytes(class, layout, slots).1).div_ceil(UNIT)
}

impl Span {
    /// Makes a span in a zeroed block of [`block_units`].
    ///
    /// # Safety
    /// The block is ours and large enough, the pages are the span's.
    pub unsafe fn init(
        block: *mut Span,
        base: usize,
        pages: usize,
        class: usize,
        layout: Layout,
        dirty: bool,
    ) {
        let (size, slots) = if class == 0 {
            (pages << classes::PAGE_SHIFT, 1)
        } else {
            (SIZES[class].into(), SLOTS[class].into())
        };
        let span = Span {
            base,
            limit: base + size * slots,
            size,
            magic: MAGIC[class],
            slots: slots as u32,
            used: 0,
            cursor: 0,
            layout,
            class: class as u8,
            mask_shift: mask_bytes(class, layout, slots).0 as u8,
            dirty,
            pages: pages as u32,
            words: slots.div_ceil(64) as u32,
            units: block_units(class, layout) as u32,
            masks: ptr::null_mut(),
            next: ptr::null_mut(),
            requested: size,
        };
        // SAFETY: the caller's; what describes the pointers lies behind the allocation bits.
        unsafe {
            block.write(span);
            (*block).masks = Self::allocated(block).add((*block).words as usize).cast();
        }
    }

    /// Size of the block in units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units as usize
    }

    /// The slot that an address in the span belongs to.
    #[inline]
    #[must_use]
    pub fn slot(&self, address: usize) -> usize {
        // Offsets in spans with more than one slot are far below 2^32.
        (((address - self.base) as u64).wrapping_mul(u64::from(self.magic)) >> 32) as usize
    }

    /// Mark bytes: 1 if the slot is marked, else 0.
    #[inline]
    pub fn marks(this: *mut Span) -> *mut u8 {
        // SAFETY: they lie behind the structure.
        unsafe { this.cast::<u8>().add(header()) }
    }

    /// Bits of the slots that were given out.
    #[inline]
    pub fn allocated(this: *mut Span) -> *mut u64 {
        // SAFETY: they lie behind the mark bytes.
        unsafe { Self::marks(this).add((*this).words as usize * 64).cast() }
    }

    /// Whether the slot was given out.
    ///
    /// # Safety
    /// The span is alive, the slot one of its.
    #[inline]
    pub unsafe fn is_allocated(this: *mut Span, slot: usize) -> bool {
        // SAFETY: the caller's.
        let word = unsafe { AtomicU64::from_ptr(Self::allocated(this).add(slot / 64)) };
        word.load(Ordering::Acquire) >> (slot % 64) & 1 != 0
    }

    /// Whether the slot is marked.
    ///
    /// # Safety
    /// The span is alive, the slot one of its.
    #[inline]
    pub unsafe fn is_marked(this: *mut Span, slot: usize) -> bool {
        // SAFETY: the caller's.
        unsafe { *Self::marks(this).add(slot) != 0 }
    }

    /// Marks the slot; whether it was not marked before. Of several threads that do this at a time more than one may be told
    /// so.
    ///
    /// # Safety
    /// The span is alive, the slot one of its.
    #[inline]
    pub unsafe fn mark(this: *mut Span, slot: usize) -> bool {
        // SAFETY: the caller's.
        let byte = unsafe { AtomicU8::from_ptr(Self::marks(this).add(slot)) };
        if byte.load(Ordering::Relaxed) != 0 {
            return false;
        }
        byte.store(1, Ordering::Relaxed);
        true
    }

    /// Marks slots that were just taken.
    ///
    /// # Safety
    /// The caller owns the slots.
    pub unsafe fn mark_run(this: *mut Span, from: usize, n: usize) {
        // SAFETY: the caller's.
        unsafe { Self::marks(this).add(from).write_bytes(1, n) };
    }

    /// Writes which words of a slot up to [`MAX_MASKED`] bytes are pointers.
    ///
    /// # Safety
    /// A slot of a span with [`Layout::Mask`] that the caller owns.
    #[inline]
    pub unsafe fn set_mask(this: *mut Span, slot: usize, mask: u64) {
        // SAFETY: the table has an entry of that width for each slot.
        unsafe {
            debug_assert!((*this).size <= MAX_MASKED && (*this).class != 0);
            let masks = (*this).masks;
            match (*this).mask_shift {
                0 => *masks.add(slot) = mask as u8,
                1 => *masks.cast::<u16>().add(slot) = mask as u16,
                2 => *masks.cast::<u32>().add(slot) = mask as u32,
                _ => *masks.cast::<u64>().add(slot) = mask,
            }
        }
    }

    /// Which words of a slot are pointers, or the address of the type whose pattern repeats in it.
    ///
    /// # Safety
    /// A slot of a span with [`Layout::Mask`].
    #[inline]
    pub unsafe fn mask(this: *mut Span, slot: usize) -> u64 {
        // SAFETY: as in `set_mask`.
        unsafe {
            let masks = (*this).masks;
            match (*this).mask_shift {
                0 => u64::from(*masks.add(slot)),
                1 => u64::from(*masks.cast::<u16>().add(slot)),
                2 => u64::from(*masks.cast::<u32>().add(slot)),
                _ => *masks.cast::<u64>().add(slot),
            }
        }
    }

    /// Writes the type whose pattern repeats in a slot above [`MAX_MASKED`] bytes.
    ///
    /// # Safety
    /// A slot of a span with [`Layout::Mask`] that the caller owns.
    pub unsafe fn set_type(this: *mut Span, slot: usize, ty: *const gust_abi::types::Type) {
        // SAFETY: the table has a word for each slot.
        unsafe { *(*this).masks.cast::<u64>().add(slot) = ty as u64 };
    }

    /// Finds the next run of free slots, at most `max`: first slot and count, or nothing.
    ///
    /// # Safety
    /// The caller owns the swept span.
    pub unsafe fn next_run(this: *mut Span, max: usize) -> Option<(usize, usize)> {
        // SAFETY: the caller's; the bitmap covers all slots.
        unsafe {
            let slots = (*this).slots as usize;
            let allocated = Self::allocated(this);
            let from = bits::next_clear(allocated, (*this).cursor as usize, slots);
            let to = bits::next_set(allocated, from, slots.min(from + max));
            (*this).cursor = from as u32;
            (from != to).then_some((from, to - from))
        }
    }

    /// Gives out a run: what was done to its slots before is seen by whoever sees that they are given out.
    ///
    /// # Safety
    /// The run was found by [`Span::next_run`] just now.
    pub unsafe fn give_run(this: *mut Span, (from, n): (usize, usize)) {
        fence(Ordering::Release);
        // SAFETY: the caller's.
        unsafe {
            bits::set_range(Self::allocated(this), from, n);
            (*this).cursor = (from + n) as u32;
            (*this).used += n as u32;
        }
    }

    /// Gives out the next run of free slots, at most `max`: first slot and count, or nothing.
    ///
    /// # Safety
    /// The caller owns the swept span.
    pub unsafe fn take_run(this: *mut Span, max: usize) -> Option<(usize, usize)> {
        // SAFETY: the caller's.
        unsafe {
            let run = Self::next_run(this, max)?;
            Self::give_run(this, run);
            Some(run)
        }
    }

    /// Takes back slots of the last run that were not used.
    ///
    /// # Safety
    /// The caller owns the span and got the slots from [`Span::take_run`].
    pub unsafe fn return_run(this: *mut Span, from: usize, n: usize) {
        // SAFETY: the caller's.
        unsafe {
            bits::clear_range(Self::allocated(this), from, n);
            Self::marks(this).add(from).write_bytes(0, n);
            (*this).used -= n as u32;
            (*this).cursor = from as u32;
        }
    }

    /// Frees the slots that are not marked, and clears the marks. How many slots became free. With `poison` what was in
    /// them is overwritten.
    ///
    /// # Safety
    /// The caller owns the span; marking is over.
    pub unsafe fn sweep(this: *mut Span, poison: bool) -> usize {
        // SAFETY: the caller's.
        unsafe {
            let (marks, allocated) = (Self::marks(this), Self::allocated(this));
            let mut live = 0;
            for i in 0..(*this).words as usize {
                let mark = gather(marks.add(i * 64));
                let was = *allocated.add(i);
                debug_assert!(mark & !was == 0, "a free slot is marked");
                if poison {
                    let mut dead = was & !mark;
                    while dead != 0 {
                        let slot = i * 64 + dead.trailing_zeros() as usize;
                        dead &= dead - 1;
                        let at = ((*this).base + slot * (*this).size) as *mut u8;
                        at.write_bytes(0xdb, (*this).size);
                    }
                }
                *allocated.add(i) = mark;
                marks.add(i * 64).write_bytes(0, 64);
                live += mark.count_ones();
            }
            let freed = (*this).used - live;
            (*this).used = live;
            (*this).cursor = 0;
            (*this).dirty = true;
            freed as usize
        }
    }
}

/// One bit for each of 64 bytes that are 0 or 1.
///
/// # Safety
/// The bytes are there.
#[inline]
unsafe fn gather(bytes: *const u8) -> u64 {
    (0..8).fold(0, |bits, i| {
        // SAFETY: the caller's.
        let eight = unsafe { bytes.cast::<u64>().add(i).read_unaligned() };
        // Moves the lowest bit of byte k to bit 56 + k.
        bits | (eight.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (i * 8)
    })
}

/// A list of spans. All zero is empty.
#[derive(Debug)]
pub struct SpanList {
    head: *mut Span,
    tail: *mut Span,
}

impl SpanList {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        SpanList {
            head: ptr::null_mut(),
            tail: ptr::null_mut(),
        }
    }

    /// Adds one at the front.
    ///
    /// # Safety
    /// The span is alive and in no list.
    pub unsafe fn push(&mut self, span: *mut Span) {
        // SAFETY: the caller's.
        unsafe { (*span).next = self.head };
        if self.head.is_null() {
            self.tail = span;
        }
        self.head = span;
    }

    /// Takes the first one; null if empty.
    pub fn pop(&mut self) -> *mut Span {
        let span = self.head;
        if !span.is_null() {
            // SAFETY: spans in a list are alive.
            unsafe {
                self.head = (*span).next;
                (*span).next = ptr::null_mut();
            }
            if self.head.is_null() {
                self.tail = ptr::null_mut();
            }
        }
        span
    }

    /// Moves all of another list to the end of this one.
    pub fn append(&mut self, other: &mut SpanList) {
        if other.head.is_null() {
            return;
        }
        if self.head.is_null() {
            self.head = other.head;
        } else {
            // SAFETY: spans in a list are alive.
            unsafe { (*self.tail).next = other.head };
        }
        self.tail = other.tail;
        *other = SpanList::new();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    fn span(class: usize, layout: Layout) -> (*mut Span, Vec<u64>) {
        let mut block = vec![0u64; block_units(class, layout) * UNIT / 8];
        let at = block.as_mut_ptr().cast::<Span>();
        // SAFETY: the block has the span's size; its slots are never touched.
        unsafe {
            Span::init(
                at,
                1 << 30,
                classes::PAGES[class].into(),
                class,
                layout,
                false,
            )
        };
        (at, block)
    }

    #[test]
    fn runs_and_sweeping_against_a_model() {
        let mut random = Random::new(11);
        for class in [1, 2, 3, 5, 7, 26, 40, 67] {
            let (at, _block) = span(class, Layout::NoScan);
            // SAFETY: the span is ours.
            unsafe {
                let slots = (*at).slots as usize;
                let mut model = vec![false; slots];
                for _ in 0..200 {
                    while let Some((from, n)) = Span::take_run(at, 1 + random.below(slots)) {
                        assert!(model[from..from + n].iter().all(|&b| !b));
                        let keep = random.below(n + 1);
                        model[from..from + keep].fill(true);
                        if keep < n {
                            Span::return_run(at, from + keep, n - keep);
                            break;
                        }
                    }
                    let count = model.iter().filter(|&&b| b).count();
                    assert_eq!((*at).used as usize, count);
                    for (slot, used) in model.iter_mut().enumerate() {
                        assert_eq!(Span::is_allocated(at, slot), *used);
                        if *used {
                            *used = random.below(3) == 0;
                            if *used {
                                assert!(Span::mark(at, slot));
                                assert!(!Span::mark(at, slot));
                                assert!(Span::is_marked(at, slot));
                            }
                        }
                    }
                    let left = model.iter().filter(|&&b| b).count();
                    assert_eq!(Span::sweep(at, false), count - left);
                }
            }
        }
    }

    #[test]
    fn bytes_become_bits() {
        let mut random = Random::new(1);
        for _ in 0..1000 {
            let bits = random.next() & random.next();
            let bytes: Vec<u8> = (0..64).map(|i| (bits >> i & 1) as u8).collect();
            // SAFETY: 64 bytes.
            unsafe { assert_eq!(gather(bytes.as_ptr()), bits) };
        }
    }

    #[test]
    fn masks_keep_apart() {
        for class in 2..=26 {
            let (at, _block) = span(class, Layout::Mask);
            // SAFETY: the span is ours.
            unsafe {
                let words = (*at).size / 8;
                let all = u64::MAX >> (64 - words);
                let value =
                    |slot: usize| (slot as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) & all;
                for slot in 0..(*at).slots as usize {
                    Span::set_mask(at, slot, value(slot));
                }
                for slot in 0..(*at).slots as usize {
                    assert_eq!(Span::mask(at, slot), value(slot));
                }
            }
        }
    }
}
