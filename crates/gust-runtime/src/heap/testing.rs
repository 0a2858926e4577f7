//! Help for tests: random numbers, type descriptors.

use gust_abi::types::{Kind, Type, tflag};

/// Random numbers that are the same in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// A descriptor; it is never freed.
#[derive(Clone, Copy)]
pub struct TestType(&'static [u64; 9]);

impl TestType {
    fn make(
        size: usize,
        ptr_bytes: usize,
        flags: u8,
        kind: Kind,
        gc_data: *const u8,
        tail: [u64; 3],
    ) -> Self {
        let mut words = [0; 9];
        words[6..].copy_from_slice(&tail);
        let words = Box::leak(Box::new(words));
        let ty = Type {
            size,
            ptr_bytes,
            hash: 0,
            tflag: flags,
            align: 8,
            field_align: 8,
            kind: kind as u8,
            equal: core::ptr::null(),
            gc_data,
            str: 0,
            ptr_to_this: 0,
        };
        // SAFETY: the array begins with room for a descriptor.
        unsafe { words.as_mut_ptr().cast::<Type>().write(ty) };
        TestType(words)
    }

    /// A struct of that many bytes with pointers in these words.
    pub fn new(size: usize, pointers: &[usize]) -> Self {
        let count = pointers.iter().max().map_or(0, |m| m + 1);
        let mut mask = vec![0u64; count.div_ceil(64)];
        for &p in pointers {
            mask[p / 64] |= 1 << (p % 64);
        }
        let mask = mask.leak().as_ptr().cast();
        Self::make(size, count * 8, 0, Kind::Struct, mask, [0; 3])
    }

    /// An array whose mask is made on demand.
    pub fn array(elem: &TestType, len: usize) -> Self {
        // SAFETY: a descriptor made above.
        let (size, ptr_bytes) = unsafe { ((*elem.ty()).size, (*elem.ty()).ptr_bytes) };
        let cell: &'static mut u64 = Box::leak(Box::new(0));
        let tail = [elem.ty() as u64, 0, len as u64];
        let bytes = size * (len - 1) + ptr_bytes;
        Self::make(
            size * len,
            bytes,
            tflag::GC_MASK_ON_DEMAND,
            Kind::Array,
            (&raw mut *cell).cast(),
            tail,
        )
    }

    pub fn ty(&self) -> *const Type {
        self.0.as_ptr().cast()
    }
}
