//! Assembly in the place of the standard library's: what its packages declare without a body.
//!
//! The code runs on the goroutine's stack, of which it needs a few words at most, and can be interrupted anywhere. Go code asks
//! `internal/cpu` before it calls what needs more than SSE2; here [`FEATURES`] chooses between ways to the same result.

mod aes;
mod bigint;
mod checksum;
mod exp;
mod gcm;
pub mod p256;
mod sha;
mod sha512;

use core::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
use core::sync::atomic::{AtomicU8, Ordering};

/// Set in [`FEATURES`]: the instructions `mulx`, `adcx` and `adox`.
pub const ADX: u8 = 1;
/// Set in [`FEATURES`]: AVX2.
pub const AVX2: u8 = 2;
/// Set in [`FEATURES`]: carry-less products of 512 bits.
pub const WIDE_PRODUCTS: u8 = 4;
/// Set in [`FEATURES`]: fused multiplication and addition.
pub const FMA: u8 = 8;
/// Set in [`FEATURES`]: rounds of AES and carry-less products of 512 bits.
pub const WIDE_AES: u8 = 16;

/// What processor and system offer; empty before [`init`].
pub static FEATURES: AtomicU8 = AtomicU8::new(0);

/// Asks the processor, once, before there is Go code.
pub fn init() {
    FEATURES.store(detect(), Ordering::Relaxed);
}

fn detect() -> u8 {
    // Bits of leaf 1.
    const FMA_BIT: u32 = 1 << 12;
    const OSXSAVE: u32 = 1 << 27;
    const YMM_STATE: u64 = 6;
    const ZMM_STATE: u64 = 0xe6;
    // Bits of leaf 7.
    const AVX2_BIT: u32 = 1 << 5;
    const BMI2: u32 = 1 << 8;
    const AVX512F: u32 = 1 << 16;
    const AVX512DQ: u32 = 1 << 17;
    const ADX_BIT: u32 = 1 << 19;
    const AVX512BW: u32 = 1 << 30;
    const AVX512VL: u32 = 1 << 31;
    const VAES: u32 = 1 << 9;
    const VPCLMULQDQ: u32 = 1 << 10;
    if __cpuid(0).eax < 7 {
        return 0;
    }
    let first = __cpuid(1).ecx;
    let state = match first & OSXSAVE {
        0 => 0,
        // SAFETY: the system has enabled the instruction if the bit is set.
        _ => unsafe { xgetbv() },
    };
    let leaf = __cpuid_count(7, 0);
    let mut found = 0;
    if leaf.ebx & (ADX_BIT | BMI2) == ADX_BIT | BMI2 {
        found |= ADX;
    }
    if state & YMM_STATE == YMM_STATE && leaf.ebx & AVX2_BIT != 0 {
        found |= AVX2;
    }
    if state & YMM_STATE == YMM_STATE && first & FMA_BIT != 0 {
        found |= FMA;
    }
    let wide = AVX512F | AVX512DQ | AVX512VL;
    if state & ZMM_STATE == ZMM_STATE && leaf.ebx & wide == wide && leaf.ecx & VPCLMULQDQ != 0 {
        found |= WIDE_PRODUCTS;
        if leaf.ebx & AVX512BW != 0 && leaf.ecx & VAES != 0 {
            found |= WIDE_AES;
        }
    }
    found
}

#[target_feature(enable = "xsave")]
unsafe fn xgetbv() -> u64 {
    // SAFETY: the caller's.
    unsafe { _xgetbv(0) }
}
