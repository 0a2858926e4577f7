//! Memory from the operating system.

use crate::sys::{self, nr};

/// Bytes in the operating system's page.
pub const OS_PAGE: usize = 4096;

/// Zeroed memory for a table that is used in parts only: no memory is spent on, or promised to, parts never touched.
/// Null if there is no address space.
#[must_use]
pub fn map_sparse(bytes: usize) -> *mut u8 {
    let flags = nr::MAP_PRIVATE | nr::MAP_ANONYMOUS | nr::MAP_NORESERVE;
    // SAFETY: a new mapping touches nothing that exists.
    let at = unsafe {
        sys::syscall6(
            nr::MMAP,
            0,
            bytes.next_multiple_of(OS_PAGE),
            nr::PROT_READ | nr::PROT_WRITE,
            flags,
            usize::MAX,
            0,
        )
    };
    if (-4095..0).contains(&at) {
        core::ptr::null_mut()
    } else {
        at as *mut u8
    }
}

/// Makes reserved address space usable; false if the system has no memory.
///
/// # Safety
/// The range is reserved and ours.
pub unsafe fn commit(at: usize, bytes: usize) -> bool {
    // SAFETY: the caller's.
    unsafe { sys::syscall3(nr::MPROTECT, at, bytes, nr::PROT_READ | nr::PROT_WRITE) == 0 }
}

/// Gives the memory back; the range reads as zero afterwards.
///
/// # Safety
/// Nothing in the range is needed.
pub unsafe fn release(at: usize, bytes: usize) {
    // SAFETY: the caller's.
    unsafe { sys::syscall3(nr::MADVISE, at, bytes, nr::MADV_DONTNEED) };
}

/// Asks for huge pages behind the range.
pub fn want_huge_pages(at: usize, bytes: usize) {
    // SAFETY: changes no contents.
    unsafe { sys::syscall3(nr::MADVISE, at, bytes, nr::MADV_HUGEPAGE) };
}
