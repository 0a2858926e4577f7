//! Symbols of the linked program.

#[cfg(all(feature = "program", not(test)))]
mod symbols {
    unsafe extern "C" {
        #[link_name = "runtime.text_start"]
        pub static TEXT_START: u8;
        #[link_name = "runtime.text_end"]
        pub static TEXT_END: u8;
        #[link_name = "runtime.data_start"]
        pub static DATA_START: u8;
        #[link_name = "runtime.data_end"]
        pub static DATA_END: u8;
        #[link_name = "runtime.bss_start"]
        pub static BSS_START: u8;
        #[link_name = "runtime.bss_end"]
        pub static BSS_END: u8;
        #[link_name = "runtime.stackmaps"]
        pub static STACK_MAPS: *const u8;
        #[link_name = "runtime.morestack_return"]
        pub fn morestack_return();
        #[link_name = "runtime.barriers"]
        pub static BARRIERS: u64;
        #[link_name = "__start_gust_nopreempt"]
        pub static NOPREEMPT_START: u8;
        #[link_name = "__stop_gust_nopreempt"]
        pub static NOPREEMPT_END: u8;
    }
}

/// Ranges of words that variables of the program lie in.
#[must_use]
pub fn data_ranges() -> [(usize, usize); 2] {
    #[cfg(all(feature = "program", not(test)))]
    {
        use symbols::{BSS_END, BSS_START, DATA_END, DATA_START};
        [
            (&raw const DATA_START as usize, &raw const DATA_END as usize),
            (&raw const BSS_START as usize, &raw const BSS_END as usize),
        ]
    }
    #[cfg(not(all(feature = "program", not(test))))]
    [(0, 0); 2]
}

/// Whether the program's code has write barriers.
#[must_use]
pub fn has_barriers() -> bool {
    #[cfg(all(feature = "program", not(test)))]
    {
        // SAFETY: a constant of the program.
        unsafe { symbols::BARRIERS != 0 }
    }
    #[cfg(not(all(feature = "program", not(test))))]
    {
        false
    }
}

/// The table of [stack maps](gust_abi::stackmap), null in a program without one.
#[must_use]
pub fn stack_maps() -> *const u8 {
    #[cfg(all(feature = "program", not(test)))]
    {
        // SAFETY: a constant of the program. The linker's output is written to it, so the compiler must not know it.
        unsafe { core::ptr::read_volatile(&raw const symbols::STACK_MAPS) }
    }
    #[cfg(not(all(feature = "program", not(test))))]
    core::ptr::null()
}

/// Where functions return to whose frames `__morestack` put on a new segment.
#[must_use]
pub fn morestack_return() -> usize {
    #[cfg(all(feature = "program", not(test)))]
    {
        symbols::morestack_return as *const () as usize
    }
    #[cfg(not(all(feature = "program", not(test))))]
    0
}

/// Whether an address is one of code.
#[must_use]
pub fn is_code(pc: usize) -> bool {
    #[cfg(all(feature = "program", not(test)))]
    {
        (&raw const symbols::TEXT_START as usize..&raw const symbols::TEXT_END as usize)
            .contains(&pc)
    }
    #[cfg(not(all(feature = "program", not(test))))]
    {
        pc != 0
    }
}

/// Whether a goroutine must not be stopped at that address.
#[must_use]
pub fn no_preempt(pc: usize) -> bool {
    #[cfg(all(feature = "program", not(test)))]
    {
        (&raw const symbols::NOPREEMPT_START as usize..&raw const symbols::NOPREEMPT_END as usize)
            .contains(&pc)
    }
    #[cfg(not(all(feature = "program", not(test))))]
    {
        pc == 0
    }
}

#[cfg(all(feature = "program", not(test)))]
core::arch::global_asm!(
    ".section .rodata,\"a\",@progbits",
    ".p2align 3",
    "gust_go_functions:",
    ".weak \"runtime.main\"",
    ".weak \"runtime.printtraces\"",
    ".weak \"runtime.sigpanic\"",
    ".weak __start_gust_typelinks",
    ".weak __stop_gust_typelinks",
    ".weak __start_gust_itablinks",
    ".weak __stop_gust_itablinks",
    ".quad \"runtime.main\"",
    ".quad \"runtime.printtraces\"",
    ".quad \"runtime.sigpanic\"",
    ".quad __start_gust_typelinks",
    ".quad __stop_gust_typelinks",
    ".quad __start_gust_itablinks",
    ".quad __stop_gust_itablinks",
    ".text",
);

/// Address of a symbol that a program may lack, 0 if it does.
fn optional(index: usize) -> usize {
    #[cfg(all(feature = "program", not(test)))]
    {
        unsafe extern "C" {
            #[link_name = "gust_go_functions"]
            static TABLE: [usize; 7];
        }
        // SAFETY: constant data.
        unsafe { TABLE[index] }
    }
    #[cfg(not(all(feature = "program", not(test))))]
    {
        let _ = index;
        0
    }
}

/// Go's `main()` of package runtime: initialises packages and runs the program.
#[must_use]
pub fn go_main() -> usize {
    optional(0)
}

/// Go's `printtraces()`: prints traces of goroutines to standard error.
#[must_use]
pub fn go_printtraces() -> usize {
    optional(1)
}

/// Go's `sigpanic()`: panics for the fault whose data is in the goroutine.
#[must_use]
pub fn go_sigpanic() -> usize {
    optional(2)
}

/// Begin and end of a table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    start: usize,
    end: usize,
}

/// `typelinkBounds() (start, end unsafe.Pointer)`: addresses of types.
pub extern "C" fn typelink_bounds() -> Bounds {
    Bounds {
        start: optional(3),
        end: optional(4),
    }
}
entry!("runtime.typelinkBounds", crate::image::typelink_bounds);

/// `itablinkBounds() (start, end unsafe.Pointer)`: addresses of itabs.
pub extern "C" fn itablink_bounds() -> Bounds {
    Bounds {
        start: optional(5),
        end: optional(6),
    }
}
entry!("runtime.itablinkBounds", crate::image::itablink_bounds);
