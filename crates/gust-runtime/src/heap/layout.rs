//! From type descriptors to pointer layouts.

use gust_abi::types::{Kind, Type, tflag};

use super::classes::{Layout, MAX_MASKED};
use super::persistent_alloc;
use crate::sync::Lock;

/// Bytes in a word.
pub const WORD: usize = 8;

/// Array descriptor: element type and length behind the head.
const ARRAY_ELEM: usize = 48;
const ARRAY_LEN: usize = 64;
/// Struct descriptor: slice of fields behind the head; a field is {name, type, offset}.
const STRUCT_FIELDS: usize = 56;
const STRUCT_FIELD_COUNT: usize = 64;
const FIELD_SIZE: usize = 24;
const FIELD_TYPE: usize = 8;
const FIELD_OFFSET: usize = 16;

static ON_DEMAND: Lock = Lock::new();

/// The pointer mask of a type: one bit for each word of its first `ptr_bytes` bytes, in whole 64-bit words. Made now if
/// the type's mask is made on demand.
///
/// # Safety
/// A type descriptor with pointers.
#[inline]
pub unsafe fn mask(ty: *const Type) -> *const u8 {
    // SAFETY: the caller's.
    unsafe {
        if (*ty).tflag & tflag::GC_MASK_ON_DEMAND == 0 {
            return (*ty).gc_data;
        }
        mask_on_demand(ty)
    }
}

#[cold]
unsafe fn mask_on_demand(ty: *const Type) -> *const u8 {
    // SAFETY: with this flag `gc_data` is the address of a writable word.
    unsafe {
        let cell = &*(*ty).gc_data.cast::<core::sync::atomic::AtomicPtr<u8>>();
        let made = cell.load(core::sync::atomic::Ordering::Acquire);
        if !made.is_null() {
            return made;
        }
        let _guard = ON_DEMAND.guard();
        let made = cell.load(core::sync::atomic::Ordering::Acquire);
        if !made.is_null() {
            return made;
        }
        let words = (*ty).ptr_bytes / WORD;
        let bits = persistent_alloc(words.div_ceil(64) * 8, 8);
        fill(ty, 0, bits);
        cell.store(bits, core::sync::atomic::Ordering::Release);
        bits
    }
}

/// Sets the bits of a type's pointers, if its first word has bit number `at`. Recursion is as deep as the type is nested.
unsafe fn fill(ty: *const Type, at: usize, bits: *mut u8) {
    // SAFETY: descriptors have the layout of `gust_abi::types`; the mask has room for the outermost type.
    unsafe {
        if (*ty).ptr_bytes == 0 {
            return;
        }
        let tail = ty.cast::<u8>();
        if (*ty).tflag & tflag::GC_MASK_ON_DEMAND == 0 {
            for word in 0..(*ty).ptr_bytes / WORD {
                if *(*ty).gc_data.add(word / 8) >> (word % 8) & 1 != 0 {
                    *bits.add((at + word) / 8) |= 1 << ((at + word) % 8);
                }
            }
        } else if (*ty).kind == Kind::Array as u8 {
            let elem = tail.add(ARRAY_ELEM).cast::<*const Type>().read();
            for i in 0..tail.add(ARRAY_LEN).cast::<usize>().read() {
                fill(elem, at + i * (*elem).size / WORD, bits);
            }
        } else if (*ty).kind == Kind::Struct as u8 {
            let fields = tail.add(STRUCT_FIELDS).cast::<*const u8>().read();
            for i in 0..tail.add(STRUCT_FIELD_COUNT).cast::<usize>().read() {
                let field = fields.add(i * FIELD_SIZE);
                let offset = field.add(FIELD_OFFSET).cast::<usize>().read();
                fill(
                    field.add(FIELD_TYPE).cast::<*const Type>().read(),
                    at + offset / WORD,
                    bits,
                );
            }
        } else {
            crate::fatal::throw("runtime: type with pointers has no pointer mask");
        }
    }
}

/// 64 bits of a mask, from word `word` on; bits behind `words` are cleared.
///
/// # Safety
/// The mask has `words` bits, in whole 64-bit words.
#[inline]
unsafe fn mask_word(mask: *const u8, word: usize, words: usize) -> u64 {
    // SAFETY: the caller's: `word` is a multiple of 64 below `words`.
    let bits = unsafe { mask.add(word / 8).cast::<u64>().read_unaligned() };
    if words - word < 64 {
        bits & ((1 << (words - word)) - 1)
    } else {
        bits
    }
}

/// Layout of a small or large object of `size` bytes that holds values of the type one behind the other, and its mask if
/// that is [`Layout::Mask`] and the size at most [`MAX_MASKED`].
///
/// # Safety
/// A type descriptor with pointers.
#[inline]
pub unsafe fn layout_of(size: usize, ty: *const Type) -> (Layout, u64) {
    // SAFETY: the caller's.
    unsafe {
        let (step, ptr_bytes) = ((*ty).size, (*ty).ptr_bytes);
        if ptr_bytes == WORD {
            if size <= step {
                return (Layout::First, 0);
            }
            if step == WORD {
                return (Layout::All, 0);
            }
        }
        let bits = mask(ty);
        if size > MAX_MASKED {
            let words = step / WORD;
            let all = ptr_bytes == step
                && words <= 64
                && mask_word(bits, 0, words) == u64::MAX >> (64 - words);
            return (if all { Layout::All } else { Layout::Mask }, 0);
        }
        let words = (size / WORD).max(1);
        let mut pattern = mask_word(bits, 0, (ptr_bytes / WORD).min(64));
        let step = step / WORD;
        if step < words {
            let one = pattern;
            let mut at = step;
            while at < words {
                pattern |= one << at;
                at += step;
            }
        }
        pattern &= u64::MAX >> (64 - words);
        (
            if pattern == u64::MAX >> (64 - words) {
                Layout::All
            } else {
                Layout::Mask
            },
            pattern,
        )
    }
}

/// Calls `f` with the address of every pointer word in `from..to`, which lies in an object at `base` that holds values
/// of the type one behind the other.
///
/// # Safety
/// The memory is readable, `from` and `to` multiples of a word, the type has pointers and its mask is made.
#[inline]
pub unsafe fn for_pointers(
    base: usize,
    from: usize,
    to: usize,
    ty: *const Type,
    mut f: impl FnMut(*const usize),
) {
    // SAFETY: the caller's.
    unsafe {
        let bits = mask(ty);
        let (step, words) = ((*ty).size, (*ty).ptr_bytes / WORD);
        let mut value = base + (from - base) / step * step;
        while value < to {
            let first = from.saturating_sub(value) / WORD;
            let last = words.min((to - value) / WORD);
            let mut word = first & !63;
            while word < last {
                let mut left = mask_word(bits, word, last);
                if word < first {
                    left &= u64::MAX << (first - word);
                }
                while left != 0 {
                    f((value + (word + left.trailing_zeros() as usize) * WORD) as *const usize);
                    left &= left - 1;
                }
                word += 64;
            }
            value += step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Random, TestType};
    use super::*;

    #[test]
    fn layouts() {
        let one = TestType::new(8, &[0]);
        let node = TestType::new(16, &[0, 1]);
        let text = TestType::new(16, &[0]);
        let tail = TestType::new(24, &[2]);
        // SAFETY: descriptors made by the test.
        unsafe {
            assert_eq!(layout_of(8, one.ty()).0, Layout::First);
            assert_eq!(layout_of(80, one.ty()).0, Layout::All);
            assert_eq!(layout_of(8000, one.ty()).0, Layout::All);
            assert_eq!(layout_of(16, node.ty()).0, Layout::All);
            assert_eq!(layout_of(1600, node.ty()).0, Layout::All);
            assert_eq!(layout_of(16, text.ty()).0, Layout::First);
            assert_eq!(layout_of(64, text.ty()), (Layout::Mask, 0b0101_0101));
            assert_eq!(layout_of(6400, text.ty()).0, Layout::Mask);
            assert_eq!(layout_of(24, tail.ty()), (Layout::Mask, 0b100));
            assert_eq!(
                layout_of(512, text.ty()),
                (Layout::Mask, 0x5555_5555_5555_5555)
            );
        }
    }

    #[test]
    fn pointers_of_parts() {
        let mut random = Random::new(5);
        for _ in 0..500 {
            let words = 1 + random.below(200);
            let pointers: Vec<usize> = (0..words).filter(|_| random.below(3) == 0).collect();
            if pointers.is_empty() {
                continue;
            }
            let ty = TestType::new(words * 8, &pointers);
            let count = 1 + random.below(5);
            let base = 1 << 20;
            let from = random.below(words * count);
            let to = from + random.below(words * count - from + 1);
            let mut got = Vec::new();
            // SAFETY: the function only computes addresses.
            unsafe {
                for_pointers(base, base + from * 8, base + to * 8, ty.ty(), |p| {
                    got.push((p as usize - base) / 8)
                })
            };
            let expected: Vec<usize> = (from..to)
                .filter(|w| pointers.contains(&(w % words)))
                .collect();
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn masks_on_demand() {
        let inner = TestType::new(24, &[0, 2]);
        let array = TestType::array(&inner, 1000);
        // SAFETY: descriptors made by the test.
        unsafe {
            let bits = mask(array.ty());
            assert_eq!(bits, mask(array.ty()));
            for word in 0..(*array.ty()).ptr_bytes / 8 {
                assert_eq!(*bits.add(word / 8) >> (word % 8) & 1 == 1, word % 3 != 1);
            }
        }
    }
}
