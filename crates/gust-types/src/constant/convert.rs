//! Conversions between kinds of numbers, and to machine numbers.

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use super::float::{Float, PRECISION, Rounding};
use super::rat::Rat;
use super::{MAX_EXPONENT, Repr, Value, is_small_exponent};

/// Trailing mantissa bits that [`Value::to_int`] takes for rounding errors.
const ROUNDING_SLACK: usize = 4;

impl Value {
    /// The value as an integer if it is one, unknown otherwise.
    ///
    /// A floating-point number whose last few bits keep it from being an
    /// integer counts as one: they are errors of earlier roundings.
    pub fn to_int(&self) -> Value {
        match &self.0 {
            Repr::Int(_) | Repr::Big(_) => self.clone(),
            Repr::Rat(r) if r.is_int() => Value::from_bigint(r.num().clone()),
            Repr::Float(x) if is_small_exponent(x.top()) => {
                let rounded = |mode| x.rounded(PRECISION - ROUNDING_SLACK, mode).to_int();
                x.to_int()
                    .or_else(|| rounded(Rounding::TowardZero))
                    .or_else(|| rounded(Rounding::AwayFromZero))
                    .map_or(Value::UNKNOWN, Value::from_bigint)
            }
            Repr::Complex(_) => self.to_float().to_int(),
            _ => Value::UNKNOWN,
        }
    }

    /// The value as a real number if it is one, unknown otherwise.
    pub fn to_float(&self) -> Value {
        match &self.0 {
            Repr::Int(n) => Value(Repr::Rat(Rat::from_int(IBig::from(*n)).into())),
            Repr::Big(n) if n.bit_len() < MAX_EXPONENT => {
                Value(Repr::Rat(Rat::from_int((**n).clone()).into()))
            }
            Repr::Big(n) => Value(Repr::Float(Float::from_int(n).into())),
            Repr::Rat(_) | Repr::Float(_) => self.clone(),
            Repr::Complex(z) if z.1.sign() == 0 => z.0.to_float(),
            _ => Value::UNKNOWN,
        }
    }

    /// The value as a complex number if it is a number, unknown otherwise.
    pub fn to_complex(&self) -> Value {
        match &self.0 {
            Repr::Complex(_) => self.clone(),
            _ => Value::make_complex(self, &Value::from_i64(0)),
        }
    }

    /// The nearest `f64` of a real number, and whether it equals the number.
    /// Rounds to even, through denormals to zero, and overflows to infinity.
    /// `(0, false)` for other values.
    pub fn to_f64(&self) -> (f64, bool) {
        match &self.0 {
            Repr::Int(n) => {
                let x = *n as f64;
                (x, x as i128 == i128::from(*n))
            }
            Repr::Big(n) => Float::from_int(n).to_f64(),
            Repr::Rat(r) => r.to_f64(),
            Repr::Float(x) => x.to_f64(),
            _ => (0.0, false),
        }
    }

    /// Like [`Value::to_f64`] for `f32`.
    pub fn to_f32(&self) -> (f32, bool) {
        match &self.0 {
            Repr::Int(n) => {
                let x = *n as f32;
                (x, x as i128 == i128::from(*n))
            }
            Repr::Big(n) => Float::from_int(n).to_f32(),
            Repr::Rat(r) => r.to_f32(),
            Repr::Float(x) => x.to_f32(),
            _ => (0.0, false),
        }
    }

    /// A real number rounded to the precision and range of `float64`; `None`
    /// if it overflows.
    pub fn round_to_f64(&self) -> Option<Value> {
        let (x, _) = self.to_f64();
        x.is_finite().then(|| Value::from_f64(x))
    }

    /// A real number rounded to the precision and range of `float32`; `None`
    /// if it overflows.
    pub fn round_to_f32(&self) -> Option<Value> {
        let (x, _) = self.to_f32();
        x.is_finite().then(|| Value::from_f64(x.into()))
    }

    pub(super) fn to_bigint(&self) -> Option<IBig> {
        match &self.0 {
            Repr::Int(n) => Some(IBig::from(*n)),
            Repr::Big(n) => Some((**n).clone()),
            _ => None,
        }
    }

    pub(super) fn as_rat(&self) -> Option<Rat> {
        match &self.0 {
            Repr::Rat(r) => Some((**r).clone()),
            _ => self.to_bigint().map(Rat::from_int),
        }
    }

    pub(super) fn as_float(&self) -> Option<Float> {
        match &self.0 {
            Repr::Int(_) | Repr::Big(_) => self.to_bigint().map(|n| Float::from_int(&n)),
            Repr::Rat(r) => Some(r.to_float()),
            Repr::Float(x) => Some((**x).clone()),
            _ => None,
        }
    }
}
