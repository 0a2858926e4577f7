//! Memory for structures of the runtime.

use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::locked::Locked;
use crate::sys;

/// Where the next structure goes, and the end of that mapping.
static CURRENT: Locked<(usize, usize)> = Locked::new((0, 0));
static TOTAL: AtomicUsize = AtomicUsize::new(0);

/// Zeroed memory for structures of the runtime; never freed. `align` is a power of two up to 4096.
pub fn persistent_alloc(size: usize, align: usize) -> *mut u8 {
    const CHUNK: usize = 256 << 10;
    CURRENT.with(|(current, end)| {
        let mut at = current.next_multiple_of(align);
        if at == 0 || at + size > *end {
            let bytes = size.max(CHUNK).next_multiple_of(4096);
            at = sys::mmap(bytes, false) as usize;
            if at == 0 {
                crate::fatal::throw("runtime: cannot allocate memory");
            }
            TOTAL.fetch_add(bytes, Relaxed);
            if bytes > CHUNK {
                // The rest of the present mapping stays in use.
                return at as *mut u8;
            }
            *end = at + bytes;
        }
        *current = at + size;
        at as *mut u8
    })
}

/// Bytes mapped for structures of the runtime.
#[must_use]
pub fn persistent_bytes() -> usize {
    TOTAL.load(Relaxed)
}

/// Structures of one size that are used again. The caller has a lock around it.
#[derive(Debug)]
pub struct FixedAlloc<T> {
    free: *mut Free,
    kind: core::marker::PhantomData<T>,
}

#[derive(Debug)]
struct Free {
    next: *mut Free,
}

// SAFETY: the free list is the allocator's own.
unsafe impl<T> Send for FixedAlloc<T> {}

impl<T> FixedAlloc<T> {
    /// Without structures.
    #[must_use]
    pub const fn new() -> Self {
        FixedAlloc {
            free: ptr::null_mut(),
            kind: core::marker::PhantomData,
        }
    }

    /// Zeroed memory for one.
    pub fn alloc(&mut self) -> *mut T {
        let size = size_of::<T>().max(size_of::<Free>());
        let at = self.free;
        if at.is_null() {
            return persistent_alloc(size, align_of::<T>().max(8)).cast();
        }
        // SAFETY: memory in the free list is ours.
        unsafe {
            self.free = (*at).next;
            at.cast::<u8>().write_bytes(0, size);
        }
        at.cast()
    }

    /// Takes one back.
    ///
    /// # Safety
    /// It is from this allocator, and nobody uses it any more.
    pub unsafe fn free(&mut self, at: *mut T) {
        let at = at.cast::<Free>();
        // SAFETY: the caller's.
        unsafe { (*at).next = self.free };
        self.free = at;
    }
}

impl<T> Default for FixedAlloc<T> {
    fn default() -> Self {
        Self::new()
    }
}
