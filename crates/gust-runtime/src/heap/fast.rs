//! The fast paths of allocation, in assembly: they run on the goroutine's stack, without a trampoline.
//!
//! They take a slot of a cell of the processor's cache, in section `gust_nopreempt`: between reading and writing the
//! cell the goroutine is neither stopped nor moved. Whatever they don't handle goes to the entry point with the same
//! arguments and `_slow` in its name.
//!
//! - `newobject(type)`: sizes up to 1024 without pointers (from 16 bytes on) or with one in the first word; sizes up to 64
//!   with any pointers.
//! - `mallocgc(size, type, zero)` and `mallocarray(type, n)`: no pointers, 16 to 1024 bytes. Slots of these sizes are
//!   zero whether that is asked for or not.

#[cfg(all(feature = "program", not(test)))]
core::arch::global_asm!(
    ".section gust_nopreempt,\"ax\",@progbits",
    ".p2align 5",
    ".globl \"runtime.newobject\"",
    "\"runtime.newobject\":",
    "mov rax, qword ptr fs:[0x20]",
    "mov rcx, qword ptr [rdi]",
    "mov rdx, qword ptr [rax + {cache}]",
    "lea rsi, [rcx - 1]",
    "cmp rsi, 1023",
    "ja 9f", // no size, or too large
    "test rdx, rdx",
    "jz 9f", // the processor's first allocation
    "shr rsi, 3",
    "mov r8, qword ptr [rdi + 8]",
    "movzx r9d, byte ptr [rsi + {fine} + 1]",
    "movzx r10d, word ptr [r9 + r9 + {sizes}]",
    "shl r9, 6", // four cells of 16 bytes for each class
    "add r9, rdx",
    "cmp r8, 8",
    "ja 4f",
    "je 2f",
    "cmp rcx, 16",
    "jb 9f", // tiny
    "1:", // no pointers: cell r9, slot size r10
    "mov rax, qword ptr [r9]",
    "add r10, rax",
    "cmp r10, qword ptr [r9 + 8]",
    "ja 9f",
    "mov qword ptr [r9], r10",
    "ret",
    "2:", // pointer in the first word
    "mov rax, qword ptr [r9 + 16]",
    "add r10, rax",
    "cmp r10, qword ptr [r9 + 24]",
    "ja 9f",
    "mov qword ptr [r9 + 16], r10",
    "ret",
    "4:",
    "cmp rcx, 64",
    "ja 9f",
    "mov r11, qword ptr [rdi + 32]",
    "movzx r11d, byte ptr [r11]",
    "lea eax, [r11 + 1]",
    "test eax, r11d",
    "jnz 5f",
    "cmp r8, rcx",
    "jne 5f",
    "mov rax, qword ptr [r9 + 32]", // pointers only
    "add r10, rax",
    "cmp r10, qword ptr [r9 + 40]",
    "ja 9f",
    "mov qword ptr [r9 + 32], r10",
    "ret",
    "5:", // the span has a mask of one byte for each slot
    "mov rax, qword ptr [r9 + 48]",
    "add r10, rax",
    "cmp r10, qword ptr [r9 + 56]",
    "ja 9f",
    "mov qword ptr [r9 + 48], r10",
    "mov rsi, qword ptr [r9 + 48 + {sources}]",
    "mov rcx, rax",
    "sub rcx, qword ptr [rsi + {base}]",
    "mov r8d, dword ptr [rsi + {magic}]",
    "imul rcx, r8",
    "shr rcx, 32",
    "mov r8, qword ptr [rsi + {masks}]",
    "mov byte ptr [r8 + rcx], r11b",
    "ret",
    "9:",
    "jmp \"runtime.newobject_slow\"",
    ".p2align 5",
    ".globl \"runtime.mallocgc\"",
    "\"runtime.mallocgc\":",
    "test rsi, rsi",
    "jz 2f",
    "cmp qword ptr [rsi + 8], 0",
    "jne 9f",
    "2:",
    "mov rax, qword ptr fs:[0x20]",
    "lea rcx, [rdi - 16]",
    "cmp rcx, 1024 - 16",
    "ja 9f",
    "mov r8, qword ptr [rax + {cache}]",
    "test r8, r8",
    "jz 9f",
    "lea rcx, [rdi + 7]",
    "shr rcx, 3",
    "movzx r9d, byte ptr [rcx + {fine}]",
    "movzx r10d, word ptr [r9 + r9 + {sizes}]",
    "shl r9, 6",
    "add r9, r8",
    "mov rax, qword ptr [r9]",
    "add r10, rax",
    "cmp r10, qword ptr [r9 + 8]",
    "ja 9f",
    "mov qword ptr [r9], r10",
    "ret",
    "9:",
    "jmp \"runtime.mallocgc_slow\"",
    ".p2align 5",
    ".globl \"runtime.mallocarray\"",
    "\"runtime.mallocarray\":",
    "cmp qword ptr [rdi + 8], 0",
    "jne 9f",
    "mov rcx, qword ptr [rdi]",
    "imul rcx, rsi",
    "jo 9f",
    "lea rdx, [rcx - 16]",
    "cmp rdx, 1024 - 16",
    "ja 9f",
    "mov rax, qword ptr fs:[0x20]",
    "mov r8, qword ptr [rax + {cache}]",
    "test r8, r8",
    "jz 9f",
    "add rcx, 7",
    "shr rcx, 3",
    "movzx r9d, byte ptr [rcx + {fine}]",
    "movzx r10d, word ptr [r9 + r9 + {sizes}]",
    "shl r9, 6",
    "add r9, r8",
    "mov rax, qword ptr [r9]",
    "add r10, rax",
    "cmp r10, qword ptr [r9 + 8]",
    "ja 9f",
    "mov qword ptr [r9], r10",
    "ret",
    "9:",
    "jmp \"runtime.mallocarray_slow\"",
    ".text",
    cache = const core::mem::offset_of!(crate::sched::P, heap),
    fine = sym super::classes::FINE,
    sizes = sym super::classes::SIZES,
    sources = const super::cache::SOURCES,
    base = const core::mem::offset_of!(super::span::Span, base),
    magic = const core::mem::offset_of!(super::span::Span, magic),
    masks = const core::mem::offset_of!(super::span::Span, masks),
);

const _: () = {
    use super::cache::{CELLS, Cell, cell_index};
    use super::classes::Layout;
    assert!(size_of::<Cell>() == 16);
    assert!(core::mem::offset_of!(super::Cache, cells) == 0);
    assert!(core::mem::offset_of!(super::PerP, cache) == 0);
    assert!(cell_index(1, Layout::NoScan) * 16 == 64);
    assert!(cell_index(0, Layout::First) == 1 && cell_index(0, Layout::All) == 2);
    assert!(cell_index(0, Layout::Mask) == 3 && CELLS > 0);
    assert!(super::cache::ZEROED_AHEAD == 1024);
};
