//! Memory: allocator and collector.

use core::sync::atomic::{AtomicUsize, Ordering};

use crate::{sync::Lock, sys};

/// State of a goroutine.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerG {
    words: [usize; 2],
}

/// State of a thread.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerM {
    words: [usize; 4],
}

/// State of a processor: the allocation caches.
#[derive(Debug, Default)]
#[repr(C)]
pub struct PerP {
    words: [usize; 8],
}

/// Memory for `size` bytes of the type, zeroed if wanted or if the type has pointers. The type may be null: no pointers.
///
/// # Safety
/// `ty` is null or a type descriptor. Called by runtime code on a thread with a processor.
pub unsafe fn mallocgc(size: usize, ty: *const u8, _zero: bool) -> *mut u8 {
    let _ = ty;
    persistent_alloc(size, 16)
}

static PERSISTENT: Lock = Lock::new();
static AT: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);

/// Zeroed memory for structures of the runtime; never freed. `align` is a power of two up to 4096.
pub fn persistent_alloc(size: usize, align: usize) -> *mut u8 {
    const CHUNK: usize = 256 << 10;
    let _guard = PERSISTENT.guard();
    let mut at = AT.load(Ordering::Relaxed).next_multiple_of(align);
    if at == 0 || at + size > END.load(Ordering::Relaxed) {
        let bytes = size.max(CHUNK).next_multiple_of(4096);
        at = sys::mmap(bytes, false) as usize;
        if at == 0 {
            crate::fatal::throw("runtime: cannot allocate memory");
        }
        END.store(at + bytes, Ordering::Relaxed);
    }
    AT.store(at + size, Ordering::Relaxed);
    at as *mut u8
}
