//! The calling convention: how a signature of scalars is passed.
//!
//! One convention for all compiled code, for both backends and for runtime entry points: the
//! platform's C convention (System V on amd64) over a legalised signature.
//!
//! - Parameters are scalars in order.
//! - Up to [`MAX_INT_RESULTS`] integer or pointer results and [`MAX_FLOAT_RESULTS`] float results are returned in
//!   registers: on amd64 `rax`, `rdx`, `rcx` and `xmm0`, `xmm1`. Two are returned as C returns a struct; code in C or Rust
//!   cannot return three. With more, all results go to memory: a hidden first parameter points to it, each result in
//!   an 8-byte field in order.
//! - The code of a function value takes the address of its closure object as a hidden parameter before
//!   all others (but after the result pointer). A plain function used as a value is called through an adapter that
//!   drops it.
//! - Booleans and small integers are passed in the low bits; the rest of the register is undefined.
//!
//! Symbols of adapters are those of the function with [`ADAPTER_SUFFIX`].

/// How many integer and pointer results are returned in registers at most.
pub const MAX_INT_RESULTS: usize = 3;

/// How many float results are returned in registers at most.
pub const MAX_FLOAT_RESULTS: usize = 2;

/// Size in bytes of a record of a deferred call, owned by the runtime once registered; 8-byte aligned.
pub const DEFER_RECORD_SIZE: u32 = 24;

/// Where in such a record the next older one, the function value and the recover buffer of its frame stand.
pub const DEFER_RECORD_FIELDS: [i64; 3] = [0, 8, 16];

/// Where the thread's current goroutine stands behind the base of segment `fs`.
pub const CURRENT_GOROUTINE: u64 = 8;

/// Where in the goroutine the newest record of a deferred call stands.
pub const GOROUTINE_DEFERS: i64 = 32;

/// Size in bytes of a frame's recover buffer; 16-byte aligned. All zero until the frame's function sets it.
pub const RECOVER_BUFFER_SIZE: u32 = 80;

/// Values of more scalars than this are passed by address: as an argument the address of a copy that is the callee's, as
/// a result the address of memory to write to, after all other arguments.
pub const MAX_SCALARS: usize = 4;

/// What the symbol of a function's adapter for calls through a function value ends in.
pub const ADAPTER_SUFFIX: &str = "\u{b7}fv";

/// The class of a scalar: which kind of register it is passed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Integer or pointer.
    Int,
    /// Float.
    Float,
}

/// Whether results of these classes are returned in registers.
#[must_use]
pub fn results_in_registers(results: impl Iterator<Item = Class>) -> bool {
    let mut ints = 0;
    let mut floats = 0;
    for class in results {
        match class {
            Class::Int => ints += 1,
            Class::Float => floats += 1,
        }
    }
    ints <= MAX_INT_RESULTS && floats <= MAX_FLOAT_RESULTS
}

/// What the name begins with that whoever links gives to a symbol which is not needed unless they find that it is.
pub const WEAK_PREFIX: &str = "gust.live.";

/// Added to the kind of a failed bounds check whose index is an unsigned number.
pub const UNSIGNED_INDEX: u64 = 1 << 8;

#[cfg(test)]
mod tests {
    use super::*;
    use Class::{Float, Int};

    #[test]
    fn few_words_come_in_registers() {
        assert!(results_in_registers([].into_iter()));
        assert!(results_in_registers([Int, Int, Int].into_iter()));
        assert!(results_in_registers([Float, Int].into_iter()));
        assert!(results_in_registers(
            [Int, Float, Int, Float, Int].into_iter()
        ));
        assert!(!results_in_registers([Int, Int, Int, Int].into_iter()));
        assert!(!results_in_registers(
            [Int, Float, Float, Float].into_iter()
        ));
    }
}
