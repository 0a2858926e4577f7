//! Size classes of small objects, and which words of an object may hold pointers.
//!
//! The sizes are those of the official runtime, because a program sees them: `append` rounds capacities up to them.
//! How many pages a span of a class has is ours.

/// Bytes in a page of the heap.
pub const PAGE: usize = 1 << PAGE_SHIFT;
/// log2 of [`PAGE`].
pub const PAGE_SHIFT: usize = 13;
/// Largest size that has a class.
pub const MAX_SMALL: usize = 32768;
/// Number of classes; class 0 stands for large objects.
pub const CLASSES: usize = 68;
/// Objects up to this size have a mask of their own if their pointers follow no simple pattern; larger ones have the
/// address of their type.
pub const MAX_MASKED: usize = 512;

/// Bytes in a slot of a class.
pub static SIZES: [u16; CLASSES] = [
    0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320,
    352, 384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792,
    2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
    32768,
];

/// Pages in a span of a class: as few as leave at most an eighth unused.
pub static PAGES: [u8; CLASSES] = {
    let mut pages = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        let size = SIZES_CONST[class] as usize;
        let mut n = 1;
        while (n * PAGE) % size > n * PAGE / 8 || n * PAGE < size {
            n += 1;
        }
        pages[class] = n as u8;
        class += 1;
    }
    pages
};

/// Slots in a span of a class.
pub static SLOTS: [u16; CLASSES] = {
    let mut slots = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        slots[class] = (PAGES_CONST[class] as usize * PAGE / SIZES_CONST[class] as usize) as u16;
        class += 1;
    }
    slots
};

/// `offset * MAGIC[class] >> 32` is the slot of an offset in a span of that class.
pub static MAGIC: [u32; CLASSES] = {
    let mut magic = [0; CLASSES];
    let mut class = 1;
    while class < CLASSES {
        magic[class] = u32::MAX / SIZES_CONST[class] as u32 + 1;
        class += 1;
    }
    magic
};

const SIZES_CONST: [u16; CLASSES] = SIZES;
const PAGES_CONST: [u8; CLASSES] = PAGES;

const FINE_LIMIT: usize = 1024;

/// Class of a size up to 1024, by size / 8 rounded up.
pub static FINE: [u8; FINE_LIMIT / 8 + 1] = {
    let mut table = [0; FINE_LIMIT / 8 + 1];
    let mut i = 1;
    let mut class = 1;
    while i < table.len() {
        while (SIZES_CONST[class] as usize) < i * 8 {
            class += 1;
        }
        table[i] = class as u8;
        i += 1;
    }
    table
};

/// Class of a size above 1024, by (size - 1024) / 128 rounded up.
static COARSE: [u8; (MAX_SMALL - FINE_LIMIT) / 128 + 1] = {
    let mut table = [0; (MAX_SMALL - FINE_LIMIT) / 128 + 1];
    let mut i = 0;
    let mut class = 1;
    while i < table.len() {
        while (SIZES_CONST[class] as usize) < FINE_LIMIT + i * 128 {
            class += 1;
        }
        table[i] = class as u8;
        i += 1;
    }
    table
};

/// Class of a size in 1..=[`MAX_SMALL`].
#[inline]
#[must_use]
pub fn class_of(size: usize) -> usize {
    debug_assert!(size > 0 && size <= MAX_SMALL);
    usize::from(if size <= FINE_LIMIT {
        FINE[size.div_ceil(8)]
    } else {
        COARSE[(size - FINE_LIMIT).div_ceil(128)]
    })
}

/// Bytes that an allocation of `size` bytes has room for, as the official runtime has it: objects above
/// [`MAX_MASKED`] with pointers count a header of a word there, which `append` lets programs see.
#[must_use]
pub fn round_up_size(size: usize, noscan: bool) -> usize {
    const HEADER: usize = 8;
    if size <= MAX_SMALL - HEADER {
        if size == 0 {
            return 0;
        }
        let header = if !noscan && size > MAX_MASKED {
            HEADER
        } else {
            0
        };
        return usize::from(SIZES[class_of(size + header)]) - header;
    }
    size.checked_add(PAGE - 1).map_or(size, |n| n & !(PAGE - 1))
}

/// Where an object's pointers are. Objects of different layouts live in different spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Layout {
    /// Nowhere.
    NoScan = 0,
    /// In the first word only.
    First = 1,
    /// Any word may be one.
    All = 2,
    /// The span knows, for each slot: a mask, or the address of a type descriptor whose pattern repeats.
    Mask = 3,
}

/// Number of layouts.
pub const LAYOUTS: usize = 4;

impl Layout {
    /// From its number.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: usize) -> Self {
        match bits & 3 {
            0 => Layout::NoScan,
            1 => Layout::First,
            2 => Layout::All,
            _ => Layout::Mask,
        }
    }
}

/// log2 of the bytes that a span with [`Layout::Mask`] has for each slot of that size.
#[inline]
#[must_use]
pub const fn mask_shift(size: usize) -> u32 {
    match size {
        0..=64 => 0,
        65..=128 => 1,
        129..=256 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_tight() {
        for size in 1..=MAX_SMALL {
            let class = class_of(size);
            assert!(usize::from(SIZES[class]) >= size);
            assert!(class == 1 || usize::from(SIZES[class - 1]) < size, "{size}");
        }
    }

    #[test]
    fn spans_waste_at_most_an_eighth() {
        for class in 1..CLASSES {
            let bytes = usize::from(PAGES[class]) * PAGE;
            let used = usize::from(SLOTS[class]) * usize::from(SIZES[class]);
            assert!(bytes - used <= bytes / 8 && SLOTS[class] > 0);
            assert!(PAGES[class] <= 16);
        }
    }

    #[test]
    fn magic_divides() {
        for class in 1..CLASSES {
            let size = usize::from(SIZES[class]);
            for offset in 0..usize::from(PAGES[class]) * PAGE {
                assert_eq!(
                    (offset as u64 * u64::from(MAGIC[class])) >> 32,
                    (offset / size) as u64
                );
            }
        }
    }

    #[test]
    fn capacities_are_the_official_ones() {
        assert_eq!(round_up_size(0, true), 0);
        assert_eq!(round_up_size(5, true), 8);
        assert_eq!(round_up_size(513, true), 576);
        assert_eq!(round_up_size(513, false), 568);
        assert_eq!(round_up_size(1024, false), 1144);
        assert_eq!(round_up_size(32760, false), 32760);
        assert_eq!(round_up_size(32761, true), 32768);
        assert_eq!(round_up_size(32769, true), 40960);
        assert_eq!(round_up_size(usize::MAX, true), usize::MAX);
    }
}
