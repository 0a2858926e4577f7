//! `x * y + z` rounded once: by the instruction where the processor has it, else by integer arithmetic.

use core::arch::x86_64::{__cpuid, _xgetbv};
use core::sync::atomic::{AtomicU8, Ordering};

const YES: u8 = 1;
const NO: u8 = 2;

/// Whether the processor and the system know the instruction; 0 before somebody asked.
static HAS_FMA: AtomicU8 = AtomicU8::new(0);

#[cfg(all(feature = "program", not(test)))]
core::arch::global_asm!(
    // fma(x, y, z)
    ".section .text.\"runtime.fma\",\"ax\",@progbits",
    ".p2align 4",
    ".globl \"runtime.fma\"",
    "\"runtime.fma\":",
    "cmp byte ptr [{has}], {yes}",
    "jne 2f",
    "vfmadd213sd xmm0, xmm1, xmm2",
    "ret",
    "2:",
    "push rbp",
    "mov rbp, rsp",
    "call \"runtime.fma_slow\"",
    "movq xmm0, rax",
    "pop rbp",
    "ret",
    ".text",
    has = sym HAS_FMA,
    yes = const YES,
);

fn detect() -> bool {
    const FMA: u32 = 1 << 12;
    const OSXSAVE: u32 = 1 << 27;
    const AVX_STATE: u64 = 6;
    let features = __cpuid(1).ecx;
    // SAFETY: the system has enabled the instruction if the bit is set.
    features & FMA != 0 && features & OSXSAVE != 0 && unsafe { xgetbv() } & AVX_STATE == AVX_STATE
}

#[target_feature(enable = "xsave")]
unsafe fn xgetbv() -> u64 {
    // SAFETY: the caller's.
    unsafe { _xgetbv(0) }
}

/// The bits of the result, also on the first call with the instruction there.
extern "C" fn slow(x: f64, y: f64, z: f64) -> u64 {
    if HAS_FMA.load(Ordering::Relaxed) == 0 {
        HAS_FMA.store(if detect() { YES } else { NO }, Ordering::Relaxed);
    }
    soft(x, y, z).to_bits()
}
entry!("runtime.fma_slow", slow);

/// Sign, and for a finite value that is not zero `m` and `e` of `m * 2^e`, with the highest bit of `m` at 52.
fn parts(x: f64) -> (bool, u64, i32) {
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (m, e) = match exponent {
        0 => {
            let shift = fraction.leading_zeros() as i32 - 11;
            (fraction << shift, -1074 - shift)
        }
        _ => (fraction | 1 << 52, exponent - 1075),
    };
    (bits >> 63 != 0, m, e)
}

/// Shifts right; the last bit tells whether any bit was lost.
fn shift_right(v: u128, by: u32) -> u128 {
    match by {
        0 => v,
        1..128 => v >> by | u128::from(v << (128 - by) != 0),
        _ => u128::from(v != 0),
    }
}

/// `x * y + z` rounded once, to the nearest.
fn soft(x: f64, y: f64, z: f64) -> f64 {
    if x == 0.0 || y == 0.0 || !(x.is_finite() && y.is_finite()) {
        return x * y + z;
    }
    if !z.is_finite() {
        // Whatever the product is, even if it does not fit.
        return z;
    }
    if z == 0.0 {
        // What is too small for a double keeps the product's sign.
        return x * y;
    }
    let (sign_x, mx, ex) = parts(x);
    let (sign_y, my, ey) = parts(y);
    let (sign_z, mz, ez) = parts(z);
    // Both with the highest bit at 125: room for a carry, and 20 bits or more below what counts.
    let product = u128::from(mx) * u128::from(my);
    let up = product.leading_zeros() - 2;
    let mut large = (sign_x != sign_y, product << up, ex + ey - up as i32);
    let mut small = (sign_z, u128::from(mz) << 73, ez - 73);
    if (small.2, small.1) > (large.2, large.1) {
        (large, small) = (small, large);
    }
    let (sign, value, exponent) = large;
    let other = shift_right(small.1, (exponent - small.2) as u32);
    let sum = match sign == small.0 {
        true => value + other,
        false => value - other,
    };
    if sum == 0 {
        return 0.0;
    }
    let up = sum.leading_zeros();
    // The highest bit is at 127 now, and stands for 2^top.
    let top = exponent - up as i32 + 127;
    let bits = match top {
        1024.. => f64::INFINITY.to_bits(),
        -1022.. => ((top + 1022) as u64) << 52,
        _ => 0,
    };
    let bits = if top > 1023 {
        bits
    } else {
        let value = shift_right(sum << up, (-1022 - top).max(0) as u32);
        let rest = value & ((1 << 75) - 1);
        let kept = (value >> 75) as u64;
        let half = 1 << 74;
        let round = rest > half || rest == half && kept & 1 != 0;
        // The carry may go into the exponent, up to that of infinity.
        bits + kept + u64::from(round)
    };
    f64::from_bits(bits | u64::from(sign) << 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(x: f64, y: f64, z: f64) {
        let (got, want) = (soft(x, y, z), x.mul_add(y, z));
        let same = got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
        assert!(same, "{x:e} * {y:e} + {z:e}: {got:e}, not {want:e}");
    }

    #[test]
    fn soft_is_what_the_instruction_gives() {
        let special = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            1.5,
            f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
            f64::MAX,
            f64::MIN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            1.0 + f64::EPSILON,
            1.0 - f64::EPSILON / 2.0,
            1e-160,
            -1e-160,
        ];
        for x in special {
            for y in special {
                for z in special {
                    check(x, y, z);
                }
            }
        }
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..200_000 {
            let (x, y) = (f64::from_bits(random()), f64::from_bits(random()));
            check(x, y, f64::from_bits(random()));
            // Near cancellation, and near the smallest numbers.
            let z = -(x * y);
            check(x, y, f64::from_bits(z.to_bits().wrapping_add(random() % 5)));
            let small = |v: u64| f64::from_bits(v & !(0x7ff << 52) | (v >> 52 & 63 | 0x1e0) << 52);
            check(
                small(random()),
                small(random()),
                f64::from_bits(random() & !(0x7f0 << 52)),
            );
        }
    }
}
