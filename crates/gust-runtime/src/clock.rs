//! Clocks, read through the kernel's shared object where it has one.

use core::sync::atomic::{AtomicUsize, Ordering};

use crate::sys::{self, Timespec};

const REALTIME: usize = 0;
const MONOTONIC: usize = 1;

/// Address of the shared object's `clock_gettime`, 0 if there is none.
static GETTIME: AtomicUsize = AtomicUsize::new(0);

fn read(clock: usize) -> Timespec {
    let mut ts = Timespec::default();
    let f = GETTIME.load(Ordering::Relaxed);
    if f != 0 {
        // SAFETY: the function of that name has this signature and needs little stack.
        let f: extern "C" fn(usize, *mut Timespec) -> i32 = unsafe { core::mem::transmute(f) };
        if f(clock, &raw mut ts) == 0 {
            return ts;
        }
    }
    // SAFETY: the kernel writes the structure.
    unsafe { sys::syscall3(sys::nr::CLOCK_GETTIME, clock, &raw mut ts as usize, 0) };
    ts
}

/// Monotonic time in nanoseconds; never 0.
#[must_use]
pub fn nanotime() -> i64 {
    let ts = read(MONOTONIC);
    ts.sec * 1_000_000_000 + ts.nsec
}

/// Time since 1970 in UTC.
#[must_use]
pub fn walltime() -> Timespec {
    read(REALTIME)
}

/// `nanotime() int64`
pub extern "C" fn nanotime_entry() -> i64 {
    nanotime()
}
entry!("runtime.nanotime", crate::clock::nanotime_entry);

/// Seconds and nanoseconds in two registers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Walltime {
    sec: i64,
    nsec: i64,
}

/// `walltime() (sec int64, nsec int32)`
pub extern "C" fn walltime_entry() -> Walltime {
    let ts = walltime();
    Walltime {
        sec: ts.sec,
        nsec: ts.nsec,
    }
}
entry!("runtime.walltime", crate::clock::walltime_entry);

/// Looks for `__vdso_clock_gettime` in the shared object the kernel mapped.
///
/// # Safety
/// `image` is the address the kernel gave (`AT_SYSINFO_EHDR`).
pub unsafe fn init(image: usize) {
    // SAFETY: the kernel's image is a well-formed ELF file in memory.
    let found = unsafe { find(image, b"__vdso_clock_gettime") };
    GETTIME.store(found, Ordering::Relaxed);
}

/// Address of a function of a loaded ELF image, 0 if it has none of that name.
unsafe fn find(image: usize, name: &[u8]) -> usize {
    const PT_LOAD: u32 = 1;
    const PT_DYNAMIC: u32 = 2;
    // SAFETY: the caller's; offsets are those of the ELF64 structures.
    unsafe {
        let half = |at: usize| *(at as *const u16) as usize;
        let word = |at: usize| *(at as *const u32);
        let long = |at: usize| *(at as *const usize);
        let (mut bias, mut dynamic) = (None, 0);
        let (table, size, count) = (image + long(image + 32), half(image + 54), half(image + 56));
        for header in (0..count).map(|i| table + i * size) {
            match word(header) {
                PT_LOAD if bias.is_none() => {
                    bias = Some(
                        image
                            .wrapping_add(long(header + 8))
                            .wrapping_sub(long(header + 16)),
                    );
                }
                PT_DYNAMIC => dynamic = image + long(header + 8),
                _ => {}
            }
        }
        let (Some(bias), true) = (bias, dynamic != 0) else {
            return 0;
        };
        let (mut strings, mut symbols, mut hash, mut gnu_hash) = (0, 0, 0, 0);
        let mut entry = dynamic;
        while long(entry) != 0 {
            let value = bias.wrapping_add(long(entry + 8));
            match long(entry) {
                5 => strings = value,
                6 => symbols = value,
                4 => hash = value,
                0x6fff_fef5 => gnu_hash = value,
                _ => {}
            }
            entry += 16;
        }
        if strings == 0 || symbols == 0 {
            return 0;
        }
        let count = if hash != 0 {
            word(hash + 4) as usize
        } else if gnu_hash != 0 {
            gnu_count(gnu_hash)
        } else {
            return 0;
        };
        for symbol in (0..count).map(|i| symbols + i * 24) {
            let at = strings + word(symbol) as usize;
            let same = (0..name.len()).all(|i| *((at + i) as *const u8) == name[i]);
            let defined = half(symbol + 6) != 0;
            if same && *((at + name.len()) as *const u8) == 0 && defined {
                return bias.wrapping_add(long(symbol + 8));
            }
        }
        0
    }
}

/// Number of symbols according to a GNU hash table: behind the last chain of the last bucket.
unsafe fn gnu_count(table: usize) -> usize {
    // SAFETY: the caller's table.
    unsafe {
        let word = |at: usize| *(at as *const u32) as usize;
        let (buckets, first, bloom) = (word(table), word(table + 4), word(table + 8));
        let bucket = table + 16 + bloom * 8;
        let chains = bucket + buckets * 4;
        let last = (0..buckets)
            .map(|i| word(bucket + i * 4))
            .max()
            .unwrap_or(0);
        if last < first {
            return first;
        }
        let mut i = last;
        while word(chains + (i - first) * 4) & 1 == 0 {
            i += 1;
        }
        i + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_clock_of_the_kernel() {
        // The test process has the image too; its auxiliary vector is in /proc.
        let aux = std::fs::read("/proc/self/auxv").unwrap();
        let words: Vec<usize> = aux
            .chunks(8)
            .map(|c| usize::from_le_bytes(c.try_into().unwrap()))
            .collect();
        let Some(pair) = words.chunks(2).find(|p| p[0] == 33) else {
            return;
        };
        // SAFETY: the kernel's image.
        let found = unsafe { find(pair[1], b"__vdso_clock_gettime") };
        assert_ne!(found, 0);
        GETTIME.store(found, Ordering::Relaxed);
        let a = nanotime();
        assert!(nanotime() >= a);
        assert!(walltime().sec > 1_600_000_000);
    }
}
