//! Binary floating-point numbers with a mantissa of bounded precision.
//!
//! A constant that outgrows fractions continues here, with the 512-bit mantissa
//! the official compiler uses. Every operation is computed exactly and rounded
//! once, to nearest with ties to even, so results do not depend on how the
//! operation is carried out.

use std::cmp::Ordering;

use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, Sign, UBig};

/// Mantissa bits of a constant's value.
pub(super) const PRECISION: usize = 512;

/// Exponents (of a mantissa in `[0.5, 1)`) outside of this range overflow to
/// infinity or underflow to zero.
const EXPONENT_MAX: i64 = i32::MAX as i64;
const EXPONENT_MIN: i64 = i32::MIN as i64;

/// A finite binary floating-point number, `±mant × 2^exp`.
///
/// Canonical: `mant` is odd, or everything is zero. There is no negative zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Float {
    neg: bool,
    mant: UBig,
    exp: i64,
}

/// What becomes of the bits that do not fit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    NearestEven,
    TowardZero,
    AwayFromZero,
}

impl Float {
    pub(super) const ZERO: Float = Float {
        neg: false,
        mant: UBig::ZERO,
        exp: 0,
    };

    /// Rounds `±(mant + ε) × 2^exp` to `prec` bits, where `0 < ε < 1` if
    /// `sticky` and `ε = 0` otherwise. `None` stands for an infinity.
    fn round(
        neg: bool,
        mut mant: UBig,
        mut exp: i64,
        sticky: bool,
        prec: usize,
        mode: Rounding,
    ) -> Option<Float> {
        let Some(zeros) = mant.trailing_zeros() else {
            return Some(Float::ZERO);
        };
        let excess = mant.bit_len().saturating_sub(prec);
        if excess > 0 {
            let below_half = zeros < excess - 1 || sticky;
            let half = mant.bit(excess - 1);
            let inexact = half || below_half;
            mant >>= excess;
            exp += excess as i64;
            let up = match mode {
                Rounding::NearestEven => half && (below_half || mant.bit(0)),
                Rounding::TowardZero => false,
                Rounding::AwayFromZero => inexact,
            };
            if up {
                mant += 1u8;
            }
        }
        let zeros = mant.trailing_zeros().unwrap_or(0);
        mant >>= zeros;
        exp += zeros as i64;
        let top = exp + mant.bit_len() as i64;
        if top > EXPONENT_MAX {
            return None;
        }
        if top < EXPONENT_MIN {
            return Some(Float::ZERO);
        }
        Some(Float { neg, mant, exp })
    }

    fn nearest(neg: bool, mant: UBig, exp: i64, sticky: bool, prec: usize) -> Option<Float> {
        Float::round(neg, mant, exp, sticky, prec, Rounding::NearestEven)
    }

    /// `mant × 2^exp`, rounded to `prec` bits; `None` if out of range.
    pub(super) fn from_parts(neg: bool, mant: UBig, exp: i64, prec: usize) -> Option<Float> {
        Float::nearest(neg, mant, exp, false, prec)
    }

    /// The integer `x`, rounded.
    pub(super) fn from_int(x: &IBig) -> Float {
        let (sign, mant) = x.clone().into_parts();
        Float::nearest(sign == Sign::Negative, mant, 0, false, PRECISION).unwrap_or(Float::ZERO)
    }

    /// The quotient `num / den`, rounded; `den` must not be zero.
    pub(super) fn from_ratio(num: &IBig, den: &UBig) -> Float {
        let (sign, num) = num.clone().into_parts();
        Float::quotient(sign == Sign::Negative, &num, 0, den, 0, PRECISION).unwrap_or(Float::ZERO)
    }

    /// A finite number of the machine's.
    pub(super) fn from_f64(x: f64) -> Float {
        let bits = x.to_bits();
        let field = ((bits >> 52) & 0x7ff) as i64;
        let fraction = bits & ((1 << 52) - 1);
        let (mant, exp) = match field {
            0 => (fraction, -1074),
            _ => (fraction | 1 << 52, field - 1075),
        };
        Float::nearest(x < 0.0, UBig::from(mant), exp, false, PRECISION).unwrap_or(Float::ZERO)
    }

    fn quotient(
        neg: bool,
        num: &UBig,
        num_exp: i64,
        den: &UBig,
        den_exp: i64,
        prec: usize,
    ) -> Option<Float> {
        if den.is_zero() {
            return None;
        }
        let shift = (prec + 2 + den.bit_len()).saturating_sub(num.bit_len());
        let (q, r) = (num << shift).div_rem(den);
        let exp = num_exp - den_exp - shift as i64;
        Float::nearest(neg, q, exp, !r.is_zero(), prec)
    }

    pub(super) fn neg(&self) -> Float {
        Float {
            neg: !self.neg && !self.mant.is_zero(),
            ..self.clone()
        }
    }

    pub(super) fn mul(&self, y: &Float, prec: usize) -> Option<Float> {
        Float::nearest(
            self.neg != y.neg,
            &self.mant * &y.mant,
            self.exp + y.exp,
            false,
            prec,
        )
    }

    pub(super) fn quo(&self, y: &Float, prec: usize) -> Option<Float> {
        let neg = self.neg != y.neg;
        Float::quotient(neg, &self.mant, self.exp, &y.mant, y.exp, prec)
    }

    pub(super) fn sub(&self, y: &Float, prec: usize) -> Option<Float> {
        self.add(&y.neg(), prec)
    }

    pub(super) fn add(&self, y: &Float, prec: usize) -> Option<Float> {
        if self.mant.is_zero() {
            return Float::nearest(y.neg, y.mant.clone(), y.exp, false, prec);
        }
        if y.mant.is_zero() {
            return Float::nearest(self.neg, self.mant.clone(), self.exp, false, prec);
        }
        let (big, small) = if self.top() >= y.top() {
            (self, y)
        } else {
            (y, self)
        };
        // Give the larger operand more bits than the result keeps. A smaller
        // operand wholly below them only matters as a sticky bit, so exponents
        // far apart never cost memory.
        let shift = (prec + 3).saturating_sub(big.mant.bit_len());
        let exp = big.exp - shift as i64;
        if small.top() <= exp {
            let mut mant = &big.mant << shift;
            if big.neg != small.neg {
                mant -= 1u8;
            }
            return Float::nearest(big.neg, mant, exp, true, prec);
        }
        let exp = self.exp.min(y.exp);
        let align = |f: &Float| IBig::from_parts(f.signum(), &f.mant << (f.exp - exp) as usize);
        let (sign, mant) = (align(self) + align(y)).into_parts();
        Float::nearest(sign == Sign::Negative, mant, exp, false, prec)
    }

    /// Rounded to `prec` bits in the given mode.
    pub(super) fn rounded(&self, prec: usize, mode: Rounding) -> Float {
        Float::round(self.neg, self.mant.clone(), self.exp, false, prec, mode)
            .unwrap_or(Float::ZERO)
    }

    /// The exponent of a mantissa in `[0.5, 1)`; 0 for zero.
    pub(super) fn top(&self) -> i64 {
        self.exp + self.mant.bit_len() as i64
    }

    fn signum(&self) -> Sign {
        if self.neg {
            Sign::Negative
        } else {
            Sign::Positive
        }
    }

    /// -1, 0 or 1.
    pub(super) fn sign(&self) -> i32 {
        match (self.mant.is_zero(), self.neg) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        }
    }

    pub(super) fn is_int(&self) -> bool {
        self.exp >= 0
    }

    /// The number as an integer if it is one. The caller bounds the exponent.
    pub(super) fn to_int(&self) -> Option<IBig> {
        let shift = usize::try_from(self.exp).ok()?;
        Some(IBig::from_parts(self.signum(), &self.mant << shift))
    }

    /// The number as numerator and denominator. The caller bounds the exponent.
    pub(super) fn to_ratio(&self) -> (IBig, UBig) {
        match self.to_int() {
            Some(n) => (n, UBig::ONE),
            None => {
                let den = UBig::ONE << self.exp.unsigned_abs() as usize;
                (IBig::from_parts(self.signum(), self.mant.clone()), den)
            }
        }
    }

    pub(super) fn cmp(&self, y: &Float) -> Ordering {
        let by_sign = self.sign().cmp(&y.sign());
        if by_sign != Ordering::Equal || self.mant.is_zero() {
            return by_sign;
        }
        let magnitude = self.top().cmp(&y.top()).then_with(|| {
            let exp = self.exp.min(y.exp);
            let align = |f: &Float| &f.mant << (f.exp - exp) as usize;
            align(self).cmp(&align(y))
        });
        if self.neg {
            magnitude.reverse()
        } else {
            magnitude
        }
    }

    /// The nearest `f64` and whether it is exact; infinite if out of range.
    pub(super) fn to_f64(&self) -> (f64, bool) {
        let (bits, exact) = ieee_bits(&self.mant, self.exp, false, 53, 1023);
        let x = f64::from_bits(bits);
        (if self.neg { -x } else { x }, exact)
    }

    /// The nearest `f32` and whether it is exact; infinite if out of range.
    pub(super) fn to_f32(&self) -> (f32, bool) {
        let (bits, exact) = ieee_bits(&self.mant, self.exp, false, 24, 127);
        let x = f32::from_bits(bits as u32);
        (if self.neg { -x } else { x }, exact)
    }

    /// The mantissa in `(-1, -0.5] ∪ [0.5, 1)`, rounded to `f64`, and the exponent.
    pub(super) fn split(&self) -> (f64, i64) {
        let mantissa = Float {
            exp: -(self.mant.bit_len() as i64),
            ..self.clone()
        };
        (mantissa.to_f64().0, self.top())
    }

    /// The exact form `0x.mantissap±exponent`.
    pub(super) fn exact_string(&self) -> String {
        if self.mant.is_zero() {
            return "0".into();
        }
        let pad = self.mant.bit_len().wrapping_neg() % 4;
        let sign = if self.neg { "-" } else { "" };
        format!("{sign}0x.{:x}p{:+}", &self.mant << pad, self.top())
    }
}

/// The bits of the IEEE number nearest to `(mant + ε) × 2^exp` (ε as in
/// [`Float::round`]) in the format with `digits` mantissa bits, the leading one
/// included, and the largest exponent `emax`; and whether it is exact.
pub(super) fn ieee_bits(
    mant: &UBig,
    exp: i64,
    sticky: bool,
    digits: i64,
    emax: i64,
) -> (u64, bool) {
    let infinity = ((2 * emax + 1) as u64) << (digits - 1);
    let len = mant.bit_len() as i64;
    if len == 0 {
        return (0, !sticky);
    }
    let top = exp + len - 1;
    if top > emax {
        return (infinity, false);
    }
    let emin = 1 - emax;
    // The weight of the last place that remains.
    let ulp = top.max(emin) - (digits - 1);
    let drop = ulp - exp;
    if drop > len {
        return (0, false);
    }
    let (mut kept, exact) = if drop <= 0 {
        (mant << (-drop) as usize, !sticky)
    } else {
        let drop = drop as usize;
        let half = mant.bit(drop - 1);
        let below = mant.trailing_zeros().is_some_and(|z| z < drop - 1) || sticky;
        let mut kept = mant >> drop;
        if half && (below || kept.bit(0)) {
            kept += 1u8;
        }
        (kept, !half && !below)
    };
    let mut biased = 0;
    if top >= emin {
        biased = top + emax;
    }
    if kept.bit_len() as i64 > digits {
        kept >>= 1;
        biased += 1;
    }
    let kept = u64::try_from(&kept).unwrap_or(0);
    let leading = 1u64 << (digits - 1);
    // Rounding may have turned a denormal number into the smallest normal one.
    if biased == 0 && kept & leading != 0 {
        biased = 1;
    }
    if biased > 2 * emax {
        return (infinity, false);
    }
    (
        (biased as u64) << (digits - 1) | kept & (leading - 1),
        exact,
    )
}
