//! Exact fractions.

use std::cmp::Ordering;

use dashu_int::ops::{BitTest, DivRem, Gcd};
use dashu_int::{IBig, Sign, UBig};

use super::float::{self, Float};

/// A fraction in lowest terms; the denominator is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rat {
    num: IBig,
    den: UBig,
}

impl Rat {
    /// The fraction `num / den` in lowest terms; `None` if `den` is zero.
    pub(super) fn new(num: IBig, den: UBig) -> Option<Rat> {
        if den.is_zero() {
            return None;
        }
        if num.is_zero() {
            return Some(Rat::from_int(num));
        }
        if den.is_one() {
            return Some(Rat { num, den });
        }
        let (sign, num) = num.into_parts();
        let gcd = (&num).gcd(&den);
        let (num, den) = if gcd.is_one() {
            (num, den)
        } else {
            (num / &gcd, den / &gcd)
        };
        Some(Rat {
            num: IBig::from_parts(sign, num),
            den,
        })
    }

    pub(super) fn from_int(num: IBig) -> Rat {
        Rat {
            num,
            den: UBig::ONE,
        }
    }

    /// The caller knows the exponent of `x` to be small.
    pub(super) fn from_float(x: &Float) -> Rat {
        // The mantissa is odd and the denominator a power of two.
        let (num, den) = x.to_ratio();
        Rat { num, den }
    }

    pub(super) fn num(&self) -> &IBig {
        &self.num
    }

    pub(super) fn den(&self) -> &UBig {
        &self.den
    }

    pub(super) fn is_int(&self) -> bool {
        self.den.is_one()
    }

    pub(super) fn sign(&self) -> i32 {
        match self.num.sign() {
            _ if self.num.is_zero() => 0,
            Sign::Positive => 1,
            Sign::Negative => -1,
        }
    }

    pub(super) fn neg(&self) -> Rat {
        Rat {
            num: -&self.num,
            den: self.den.clone(),
        }
    }

    pub(super) fn add(&self, y: &Rat) -> Option<Rat> {
        let num = &self.num * IBig::from(y.den.clone()) + &y.num * IBig::from(self.den.clone());
        Rat::new(num, &self.den * &y.den)
    }

    pub(super) fn sub(&self, y: &Rat) -> Option<Rat> {
        self.add(&y.neg())
    }

    pub(super) fn mul(&self, y: &Rat) -> Option<Rat> {
        Rat::new(&self.num * &y.num, &self.den * &y.den)
    }

    /// `None` if `y` is zero.
    pub(super) fn quo(&self, y: &Rat) -> Option<Rat> {
        let (sign, divisor) = y.num.clone().into_parts();
        let num = &self.num * IBig::from_parts(sign, y.den.clone());
        Rat::new(num, &self.den * divisor)
    }

    pub(super) fn cmp(&self, y: &Rat) -> Ordering {
        let left = &self.num * IBig::from(y.den.clone());
        left.cmp(&(&y.num * IBig::from(self.den.clone())))
    }

    pub(super) fn to_float(&self) -> Float {
        Float::from_ratio(&self.num, &self.den)
    }

    /// The nearest `f64` and whether it is exact; infinite if out of range.
    pub(super) fn to_f64(&self) -> (f64, bool) {
        let (bits, exact) = self.ieee_bits(53, 1023);
        let x = f64::from_bits(bits);
        (if self.sign() < 0 { -x } else { x }, exact)
    }

    /// The nearest `f32` and whether it is exact; infinite if out of range.
    pub(super) fn to_f32(&self) -> (f32, bool) {
        let (bits, exact) = self.ieee_bits(24, 127);
        let x = f32::from_bits(bits as u32);
        (if self.sign() < 0 { -x } else { x }, exact)
    }

    fn ieee_bits(&self, digits: i64, emax: i64) -> (u64, bool) {
        let (_, num) = self.num.clone().into_parts();
        // Two bits more than the mantissa, and the remainder as a sticky bit,
        // determine how the quotient rounds.
        let shift = (digits as usize + 2 + self.den.bit_len()).saturating_sub(num.bit_len());
        let (q, r) = (num << shift).div_rem(&self.den);
        float::ieee_bits(&q, -(shift as i64), !r.is_zero(), digits, emax)
    }

    /// `a/b`, or `a` for an integer.
    pub(super) fn exact_string(&self) -> String {
        if self.is_int() {
            return self.num.to_string();
        }
        format!("{}/{}", self.num, self.den)
    }
}
