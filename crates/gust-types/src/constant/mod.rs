//! Exact values of constants ([spec: Constants](https://go.dev/ref/spec#Constants)).
//!
//! Integers are exact; floating-point constants are exact fractions as long as
//! numerator and denominator stay below 4096 bits, and 512-bit floating-point
//! numbers beyond. Once a value has become a floating-point number, results
//! stay such: going back to a fraction would feign an exactness that was lost.
//! These are the representations and limits of the official compiler, so every
//! constant comes out with the same bits.
//!
//! An *unknown* value stands for what could not be computed. Operations with
//! an unknown operand, or that are not defined for their operands, yield it;
//! nothing here panics.

mod convert;
mod float;
mod format;
mod literal;
mod ops;
mod rat;
mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use dashu_int::IBig;
use dashu_int::ops::BitTest;

use float::Float;
pub use format::quote;
pub use literal::LiteralKind;
pub use ops::{BinaryOp, CompareOp, ShiftOp, UnaryOp};
use rat::Rat;
use text::Text;

/// Fractions have components, and become floats again, below this many bits.
const MAX_EXPONENT: usize = 4096;

/// A constant. Immutable; cloning is cheap.
#[derive(Clone, Debug)]
pub struct Value(Repr);

/// What sort of constant a [`Value`] is, whatever its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// could not be computed
    Unknown,
    /// `true` or `false`
    Bool,
    /// a byte string
    String,
    /// an integer
    Int,
    /// a real number
    Float,
    /// a pair of real numbers
    Complex,
}

/// Representations, in the order in which operands are raised to each other's.
#[derive(Clone, Debug)]
enum Repr {
    Unknown,
    Bool(bool),
    Text(Text),
    Int(i64),
    /// An integer beyond `i64`.
    Big(Arc<IBig>),
    Rat(Arc<Rat>),
    Float(Arc<Float>),
    /// Real and imaginary part, neither of them complex.
    Complex(Arc<(Value, Value)>),
}

fn is_small_exponent(exponent: i64) -> bool {
    exponent.unsigned_abs() < MAX_EXPONENT as u64
}

impl Value {
    /// The value that could not be computed.
    pub const UNKNOWN: Value = Value(Repr::Unknown);

    /// A boolean constant.
    pub fn from_bool(b: bool) -> Value {
        Value(Repr::Bool(b))
    }

    /// A string constant, of any bytes.
    pub fn from_bytes(bytes: impl Into<Arc<[u8]>>) -> Value {
        Value(Repr::Text(Text::new(bytes)))
    }

    /// An integer constant.
    pub fn from_i64(n: i64) -> Value {
        Value(Repr::Int(n))
    }

    /// An integer constant.
    pub fn from_u64(n: u64) -> Value {
        Value::from_bigint(n.into())
    }

    /// A floating-point constant; unknown if `x` is infinite or not a number.
    /// A negative zero becomes zero.
    pub fn from_f64(x: f64) -> Value {
        if !x.is_finite() {
            return Value::UNKNOWN;
        }
        // The exponents of an f64 are all small enough for a fraction.
        Value(Repr::Rat(Rat::from_float(&Float::from_f64(x)).into()))
    }

    fn from_bigint(n: IBig) -> Value {
        match i64::try_from(&n) {
            Ok(n) => Value(Repr::Int(n)),
            Err(_) => Value(Repr::Big(n.into())),
        }
    }

    fn from_rat(r: Option<Rat>) -> Value {
        match r {
            None => Value::UNKNOWN,
            Some(r) if r.num().bit_len() < MAX_EXPONENT && r.den().bit_len() < MAX_EXPONENT => {
                Value(Repr::Rat(r.into()))
            }
            Some(r) => Value(Repr::Float(r.to_float().into())),
        }
    }

    /// `None` stands for an infinity, which no constant can be.
    fn from_float(x: Option<Float>) -> Value {
        match x {
            None => Value::UNKNOWN,
            Some(x) => Value(Repr::Float(x.into())),
        }
    }

    /// `re + im·i`; unknown if either is not a real number.
    pub fn make_complex(re: &Value, im: &Value) -> Value {
        if !re.is_real() || !im.is_real() {
            return Value::UNKNOWN;
        }
        Value(Repr::Complex(Arc::new((re.clone(), im.clone()))))
    }

    /// `im·i`; unknown if `im` is not a real number.
    pub fn make_imag(im: &Value) -> Value {
        Value::make_complex(&Value::from_i64(0), im)
    }

    /// The sort of constant.
    pub fn kind(&self) -> Kind {
        match self.0 {
            Repr::Unknown => Kind::Unknown,
            Repr::Bool(_) => Kind::Bool,
            Repr::Text(_) => Kind::String,
            Repr::Int(_) | Repr::Big(_) => Kind::Int,
            Repr::Rat(_) | Repr::Float(_) => Kind::Float,
            Repr::Complex(_) => Kind::Complex,
        }
    }

    /// Reports whether the value could not be computed.
    pub fn is_unknown(&self) -> bool {
        matches!(self.0, Repr::Unknown)
    }

    fn is_numeric(&self) -> bool {
        matches!(self.kind(), Kind::Int | Kind::Float | Kind::Complex)
    }

    fn is_real(&self) -> bool {
        matches!(self.kind(), Kind::Int | Kind::Float)
    }

    /// The value of a boolean constant.
    pub fn as_bool(&self) -> Option<bool> {
        match self.0 {
            Repr::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The bytes of a string constant.
    pub fn as_bytes(&self) -> Option<Arc<[u8]>> {
        match &self.0 {
            Repr::Text(text) => Some(text.bytes()),
            _ => None,
        }
    }

    /// The length of a string constant in bytes, without putting it together.
    pub fn string_len(&self) -> Option<usize> {
        match &self.0 {
            Repr::Text(text) => Some(text.len()),
            _ => None,
        }
    }

    /// The value of an integer constant in the range of `i64`.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(n) => Some(n),
            _ => None,
        }
    }

    /// The value of an integer constant in the range of `u64`.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Int(n) => u64::try_from(*n).ok(),
            Repr::Big(n) => u64::try_from(&**n).ok(),
            _ => None,
        }
    }

    /// -1, 0 or 1. Not zero for a complex number other than zero, and 1 for an
    /// unknown value (which keeps it from being taken for a zero divisor).
    pub fn sign(&self) -> i32 {
        match &self.0 {
            Repr::Int(n) => n.signum() as i32,
            Repr::Big(n) => match n.sign() {
                dashu_int::Sign::Positive => 1,
                dashu_int::Sign::Negative => -1,
            },
            Repr::Rat(r) => r.sign(),
            Repr::Float(x) => x.sign(),
            Repr::Complex(z) => z.0.sign() | z.1.sign(),
            Repr::Unknown | Repr::Bool(_) | Repr::Text(_) => 1,
        }
    }

    /// The number of bits of an integer's magnitude; 0 for other values.
    pub fn bit_len(&self) -> usize {
        match &self.0 {
            Repr::Int(n) => (u64::BITS - n.unsigned_abs().leading_zeros()) as usize,
            Repr::Big(n) => n.bit_len(),
            _ => 0,
        }
    }

    /// The real part of a number.
    pub fn real(&self) -> Value {
        match &self.0 {
            Repr::Complex(z) => z.0.clone(),
            _ if self.is_real() => self.clone(),
            _ => Value::UNKNOWN,
        }
    }

    /// The imaginary part of a number.
    pub fn imag(&self) -> Value {
        match &self.0 {
            Repr::Complex(z) => z.1.clone(),
            _ if self.is_real() => Value::from_i64(0),
            _ => Value::UNKNOWN,
        }
    }
}
