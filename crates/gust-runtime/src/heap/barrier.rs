//! Write barriers: while the collector marks with the program running, it is told of every pointer in the heap that is
//! overwritten.
//!
//! What could be reached when marking began is marked: roots were scanned with the world stopped, and a pointer that
//! goes from an object before that object was scanned is remembered here. New objects are marked from the start. So stacks
//! and globals are never scanned twice, and writes to them need no barrier.
//!
//! Compiled code tests [`MARKING`] after each write of a pointer (with the old one in a register, where a stop in between
//! finds it) and calls `runtime.gcshade(old)`. Copies and clears of several words test it before; they run in section
//! `gust_nopreempt` or as runtime code, so that marking does not begin in between. They move whole words, as workers may be reading.

use core::ptr;
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use super::cache::Cache;
use super::classes::Layout;
use super::mark::Worker;
use super::{HEAP, Heap};
use crate::sched;

/// Not 0 while the program runs and the heap is being marked. Compiled code knows it by this name.
#[cfg_attr(
    all(feature = "program", not(test)),
    unsafe(export_name = "runtime.gcmarking")
)]
pub static MARKING: AtomicU32 = AtomicU32::new(0);

/// Overwritten pointers that a cache remembers before they are marked.
pub const SHADES: usize = 128;

#[cfg(all(feature = "program", not(test)))]
core::arch::global_asm!(
    ".section gust_nopreempt,\"ax\",@progbits",
    // gcshade(old): preserves all but r11 and the floating-point registers.
    ".p2align 4",
    ".globl \"runtime.gcshade\"",
    "\"runtime.gcshade\":",
    "test rdi, rdi",
    "jz 9f",
    "push rax",
    "mov rax, qword ptr fs:[0x20]",
    "test rax, rax",
    "jz 8f",
    "mov rax, qword ptr [rax + {cache}]",
    "test rax, rax",
    "jz 8f",
    "mov r11, qword ptr [rax + {shaded}]",
    "cmp r11, {most}",
    "jae 8f",
    "mov qword ptr [rax + r11 * 8 + {shades}], rdi",
    "inc r11",
    "mov qword ptr [rax + {shaded}], r11",
    "pop rax",
    "9:",
    "ret",
    "8:",
    "push rcx",
    "push rdx",
    "push rsi",
    "push rdi",
    "push r8",
    "push r9",
    "push r10",
    "call \"runtime.gcshade_slow\"",
    "pop r10",
    "pop r9",
    "pop r8",
    "pop rdi",
    "pop rsi",
    "pop rdx",
    "pop rcx",
    "pop rax",
    "ret",
    // memmovePointers(to, from, n): n is a multiple of 8. All is loaded before the first store.
    ".p2align 5",
    ".globl \"runtime.memmovePointers\"",
    "\"runtime.memmovePointers\":",
    "cmp dword ptr [{marking}], 0",
    "jne 7f",
    "cmp rdx, 16",
    "ja 2f",
    "cmp rdx, 8",
    "jb 7f",
    "mov rax, qword ptr [rsi]",
    "mov rcx, qword ptr [rsi + rdx - 8]",
    "mov qword ptr [rdi], rax",
    "mov qword ptr [rdi + rdx - 8], rcx",
    "ret",
    "2:",
    "cmp rdx, 32",
    "ja 3f",
    "movups xmm0, xmmword ptr [rsi]",
    "movups xmm1, xmmword ptr [rsi + rdx - 16]",
    "movups xmmword ptr [rdi], xmm0",
    "movups xmmword ptr [rdi + rdx - 16], xmm1",
    "ret",
    "3:",
    "cmp rdx, 64",
    "ja 7f",
    "movups xmm0, xmmword ptr [rsi]",
    "movups xmm1, xmmword ptr [rsi + 16]",
    "movups xmm2, xmmword ptr [rsi + rdx - 32]",
    "movups xmm3, xmmword ptr [rsi + rdx - 16]",
    "movups xmmword ptr [rdi], xmm0",
    "movups xmmword ptr [rdi + 16], xmm1",
    "movups xmmword ptr [rdi + rdx - 32], xmm2",
    "movups xmmword ptr [rdi + rdx - 16], xmm3",
    "ret",
    "7:",
    "jmp \"runtime.memmovePointers_slow\"",
    // memclrHasPointers(at, n): likewise.
    ".p2align 5",
    ".globl \"runtime.memclrHasPointers\"",
    "\"runtime.memclrHasPointers\":",
    "cmp dword ptr [{marking}], 0",
    "jne 7f",
    "cmp rsi, 128",
    "ja 7f",
    "test rsi, 7",
    "jnz 7f",
    "xor eax, eax",
    "test rsi, rsi",
    "jz 6f",
    "5:",
    "mov qword ptr [rdi + rsi - 8], rax",
    "sub rsi, 8",
    "jnz 5b",
    "6:",
    "ret",
    "7:",
    "jmp \"runtime.memclrHasPointers_slow\"",
    ".text",
    cache = const core::mem::offset_of!(crate::sched::P, heap),
    shaded = const core::mem::offset_of!(Cache, shaded),
    shades = const core::mem::offset_of!(Cache, shades),
    most = const SHADES,
    marking = sym MARKING,
);

/// Whether overwritten pointers matter.
#[inline(always)]
#[must_use]
pub fn is_on() -> bool {
    MARKING.load(Relaxed) != 0
}

unsafe extern "C" fn shade_slow(old: usize) {
    // SAFETY: the body of an entry point.
    unsafe { shade(old) };
}
entry!("runtime.gcshade_slow", shade_slow);

unsafe extern "C" fn move_slow(to: *mut u8, from: *const u8, n: usize) {
    // SAFETY: the caller's memory.
    unsafe {
        if !is_on() || !n.is_multiple_of(8) {
            overwrite(to, n);
            ptr::copy(from, to, n);
            return;
        }
        overwrite(to, n);
        let (to, from, n) = (to.cast::<usize>(), from.cast::<usize>(), n / 8);
        if (to as usize).wrapping_sub(from as usize) >= n * 8 {
            for i in 0..n {
                to.add(i).write_volatile(from.add(i).read_volatile());
            }
        } else {
            for i in (0..n).rev() {
                to.add(i).write_volatile(from.add(i).read_volatile());
            }
        }
    }
}
entry!("runtime.memmovePointers_slow", move_slow);

unsafe extern "C" fn clear_slow(at: *mut u8, n: usize) {
    // SAFETY: the caller's memory.
    unsafe {
        if !is_on() || !n.is_multiple_of(8) {
            overwrite(at, n);
            at.write_bytes(0, n);
            return;
        }
        overwrite(at, n);
        for i in 0..n / 8 {
            at.cast::<usize>().add(i).write_volatile(0);
        }
    }
}
entry!("runtime.memclrHasPointers_slow", clear_slow);

/// Before memory that may hold pointers of the heap is overwritten.
///
/// # Safety
/// The memory is readable. Called by runtime code.
#[inline]
pub unsafe fn overwrite(at: *const u8, n: usize) {
    if is_on() {
        // SAFETY: the caller's.
        unsafe { overwrite_slow(at, n) };
    }
}

#[cold]
#[inline(never)]
unsafe fn overwrite_slow(at: *const u8, n: usize) {
    let from = (at as usize).next_multiple_of(8);
    let to = (at as usize + n) & !7;
    let mut at = from;
    while at < to {
        // SAFETY: the caller's.
        unsafe { shade((at as *const usize).read_volatile()) };
        at += 8;
    }
}

/// Remembers a pointer that goes from the heap, or that comes to light without having been there: whatever it points to is
/// marked. Words that are no pointers do no harm.
///
/// # Safety
/// Called by runtime code, while [`is_on`].
pub unsafe fn shade(word: usize) {
    if HEAP.space.entry(word).is_none() {
        return;
    }
    // SAFETY: own thread, which is in runtime code and so keeps its processor.
    unsafe {
        let p = sched::current_p();
        let cache = if p.is_null() {
            ptr::null_mut()
        } else {
            (*p).heap.cache.load(Relaxed)
        };
        if cache.is_null() {
            let mut worker = Worker::new(&HEAP, true);
            worker.conservative(word);
            worker.release();
            return;
        }
        HEAP.remember(cache, word);
    }
}

impl Heap {
    /// Remembers an overwritten pointer.
    ///
    /// # Safety
    /// The cache is the caller's.
    pub unsafe fn remember(&self, cache: *mut Cache, word: usize) {
        // SAFETY: the caller's.
        unsafe {
            if (*cache).shaded == SHADES {
                let mut worker = Worker::new(self, true);
                self.take_shades(cache, &mut worker);
                worker.release();
            }
            let at = (*cache).shaded;
            (*cache).shades[at] = word;
            (*cache).shaded = at + 1;
        }
    }

    /// Marks what a cache remembers.
    ///
    /// # Safety
    /// The cache is the caller's, or its owner is stopped.
    pub unsafe fn take_shades(&self, cache: *mut Cache, worker: &mut Worker<'_>) {
        // SAFETY: the caller's.
        unsafe {
            for i in 0..(*cache).shaded {
                worker.conservative((*cache).shades[i]);
            }
            (*cache).shaded = 0;
        }
    }

    /// Marks what all caches remember. While the world is stopped.
    pub fn take_all_shades(&self, worker: &mut Worker<'_>) {
        let mut cache = self.caches.with(|head| *head);
        while !cache.is_null() {
            // SAFETY: caches are never freed; their owners are stopped.
            unsafe {
                self.take_shades(cache, worker);
                cache = (*cache).next;
            }
        }
    }

    /// Looks for marked objects that point to unmarked ones, after marking: addresses of the two objects.
    ///
    /// # Safety
    /// The world is stopped and caches are flushed.
    pub unsafe fn find_unmarked(&self) -> Option<(usize, usize)> {
        let found = AtomicUsize::new(0);
        let mut bad = None;
        let mut at = self.space.base();
        let end = at + self.space.mapped();
        while at < end && bad.is_none() {
            let span = self.space.span_of(at);
            // SAFETY: spans in the table are alive; marked objects are whole.
            unsafe {
                if span.is_null() {
                    at += super::classes::PAGE;
                    continue;
                }
                at = (*span).base + ((*span).pages as usize) * super::classes::PAGE;
                if (*span).layout == Layout::NoScan {
                    continue;
                }
                for slot in 0..(*span).slots as usize {
                    if !super::span::Span::is_marked(span, slot) {
                        continue;
                    }
                    let object = (*span).base + slot * (*span).size;
                    Worker::pointers_of(span, slot, |word| {
                        let word = *(word as *const usize);
                        if self.is_unmarked(word) {
                            found.store(word, Relaxed);
                        }
                    });
                    if found.load(Relaxed) != 0 {
                        bad = Some((object, found.load(Relaxed)));
                        break;
                    }
                }
            }
        }
        bad
    }
}
