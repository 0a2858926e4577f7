//! Operations on constants
//! ([spec: Constant expressions](https://go.dev/ref/spec#Constant_expressions)).

use std::cmp::Ordering;

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::float::PRECISION;
use super::rat::Rat;
use super::{Repr, Value};

/// Longest integer that a shift makes, in bits. Callers limit shift counts to
/// about a thousand; this only keeps a careless one from exhausting memory.
const MAX_SHIFTED_BITS: u64 = 1 << 24;

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `+x`
    Plus,
    /// `-x`
    Neg,
    /// `^x`, the bitwise complement
    Complement,
    /// `!x`
    Not,
}

/// Operators with two operands, except shifts and comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `x + y`, numbers and strings
    Add,
    /// `x - y`
    Sub,
    /// `x * y`
    Mul,
    /// `x / y`, the exact quotient, of integers too
    Quo,
    /// `x / y` of integers, truncated toward zero
    IntQuo,
    /// `x % y`
    Rem,
    /// `x & y`
    And,
    /// `x | y`
    Or,
    /// `x ^ y`
    Xor,
    /// `x &^ y`
    AndNot,
    /// `x && y`
    LogicalAnd,
    /// `x || y`
    LogicalOr,
}

/// Directions of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftOp {
    /// `x << s`
    Left,
    /// `x >> s`, rounding down
    Right,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `x == y`
    Eq,
    /// `x != y`
    Ne,
    /// `x < y`
    Lt,
    /// `x <= y`
    Le,
    /// `x > y`
    Gt,
    /// `x >= y`
    Ge,
}

impl CompareOp {
    fn holds(self, order: Ordering) -> bool {
        match self {
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
        }
    }
}

/// Two numbers raised to the simpler representation that holds both.
enum Numbers {
    Small(i64, i64),
    Big(IBig, IBig),
    Rat(Rat, Rat),
    Float(super::Float, super::Float),
    Complex([Value; 2], [Value; 2]),
}

fn rank(x: &Value) -> u8 {
    match x.0 {
        Repr::Int(_) => 1,
        Repr::Big(_) => 2,
        Repr::Rat(_) => 3,
        Repr::Float(_) => 4,
        Repr::Complex(_) => 5,
        Repr::Unknown | Repr::Bool(_) | Repr::Text(_) => 0,
    }
}

/// `None` unless both values are numbers.
fn raise(x: &Value, y: &Value) -> Option<Numbers> {
    if let (Repr::Int(a), Repr::Int(b)) = (&x.0, &y.0) {
        return Some(Numbers::Small(*a, *b));
    }
    if !x.is_numeric() || !y.is_numeric() {
        return None;
    }
    Some(match rank(x).max(rank(y)) {
        2 => Numbers::Big(x.to_bigint()?, y.to_bigint()?),
        3 => Numbers::Rat(x.as_rat()?, y.as_rat()?),
        4 => Numbers::Float(x.as_float()?, y.as_float()?),
        _ => Numbers::Complex([x.real(), x.imag()], [y.real(), y.imag()]),
    })
}

impl Value {
    /// The result of `op x`. If `unsigned_bits` is not zero, it is the size of
    /// the unsigned type whose complement is taken.
    pub fn unary_op(op: UnaryOp, x: &Value, unsigned_bits: usize) -> Value {
        match (op, &x.0) {
            (UnaryOp::Plus, _) if x.is_numeric() => x.clone(),
            (UnaryOp::Neg, Repr::Int(n)) => match n.checked_neg() {
                Some(n) => Value::from_i64(n),
                None => Value::from_bigint(-IBig::from(*n)),
            },
            (UnaryOp::Neg, Repr::Big(n)) => Value::from_bigint(-&**n),
            (UnaryOp::Neg, Repr::Rat(r)) => Value::from_rat(Some(r.neg())),
            (UnaryOp::Neg, Repr::Float(x)) => Value::from_float(Some(x.neg())),
            (UnaryOp::Neg, Repr::Complex(z)) => Value::make_complex(
                &Value::unary_op(UnaryOp::Neg, &z.0, 0),
                &Value::unary_op(UnaryOp::Neg, &z.1, 0),
            ),
            (UnaryOp::Complement, Repr::Int(n)) if unsigned_bits == 0 => Value::from_i64(!n),
            (UnaryOp::Complement, Repr::Int(_) | Repr::Big(_)) => match x.to_bigint() {
                Some(n) if unsigned_bits == 0 => Value::from_bigint(!n),
                // Of the infinitely many leading ones only the type's remain.
                Some(n) => Value::from_bigint(!n & IBig::from(UBig::ones(unsigned_bits))),
                None => Value::UNKNOWN,
            },
            (UnaryOp::Not, Repr::Bool(b)) => Value::from_bool(!b),
            _ => Value::UNKNOWN,
        }
    }

    /// The result of `x op y`. Division by zero is unknown.
    pub fn binary_op(x: &Value, op: BinaryOp, y: &Value) -> Value {
        match (&x.0, &y.0) {
            (Repr::Bool(a), Repr::Bool(b)) => match op {
                BinaryOp::LogicalAnd => Value::from_bool(*a && *b),
                BinaryOp::LogicalOr => Value::from_bool(*a || *b),
                _ => Value::UNKNOWN,
            },
            (Repr::Text(a), Repr::Text(b)) if op == BinaryOp::Add => {
                a.concat(b).map_or(Value::UNKNOWN, |t| Value(Repr::Text(t)))
            }
            _ => match raise(x, y) {
                Some(Numbers::Small(a, b)) => small_op(a, op, b),
                Some(Numbers::Big(a, b)) => big_op(a, op, b),
                Some(Numbers::Rat(a, b)) => match op {
                    BinaryOp::Add => Value::from_rat(a.add(&b)),
                    BinaryOp::Sub => Value::from_rat(a.sub(&b)),
                    BinaryOp::Mul => Value::from_rat(a.mul(&b)),
                    BinaryOp::Quo => Value::from_rat(a.quo(&b)),
                    _ => Value::UNKNOWN,
                },
                Some(Numbers::Float(a, b)) => match op {
                    BinaryOp::Add => Value::from_float(a.add(&b, PRECISION)),
                    BinaryOp::Sub => Value::from_float(a.sub(&b, PRECISION)),
                    BinaryOp::Mul => Value::from_float(a.mul(&b, PRECISION)),
                    BinaryOp::Quo => Value::from_float(a.quo(&b, PRECISION)),
                    _ => Value::UNKNOWN,
                },
                Some(Numbers::Complex(a, b)) => complex_op(&a, op, &b),
                None => Value::UNKNOWN,
            },
        }
    }

    /// The result of `x << s` or `x >> s` for an integer.
    pub fn shift(x: &Value, op: ShiftOp, s: u64) -> Value {
        match (&x.0, op) {
            (Repr::Int(0), _) => x.clone(),
            (Repr::Int(n), ShiftOp::Right) => Value::from_i64(n >> s.min(63)),
            (Repr::Int(_) | Repr::Big(_), _) => match x.to_bigint() {
                Some(n) if op == ShiftOp::Right => {
                    Value::from_bigint(n >> s.min(MAX_SHIFTED_BITS) as usize)
                }
                Some(n) if s.saturating_add(n.bit_len() as u64) <= MAX_SHIFTED_BITS => {
                    Value::from_bigint(n << s as usize)
                }
                _ => Value::UNKNOWN,
            },
            _ => Value::UNKNOWN,
        }
    }

    /// The result of `x op y`; false if it is not defined or an operand is
    /// unknown. Booleans and complex numbers only compare for equality.
    pub fn compare(x: &Value, op: CompareOp, y: &Value) -> bool {
        let unordered = |equal: bool| match op {
            CompareOp::Eq => equal,
            CompareOp::Ne => !equal,
            _ => false,
        };
        match (&x.0, &y.0) {
            (Repr::Bool(a), Repr::Bool(b)) => unordered(a == b),
            (Repr::Text(a), Repr::Text(b)) => op.holds(a.bytes().cmp(&b.bytes())),
            _ => match raise(x, y) {
                Some(Numbers::Small(a, b)) => op.holds(a.cmp(&b)),
                Some(Numbers::Big(a, b)) => op.holds(a.cmp(&b)),
                Some(Numbers::Rat(a, b)) => op.holds(a.cmp(&b)),
                Some(Numbers::Float(a, b)) => op.holds(a.cmp(&b)),
                Some(Numbers::Complex([a, b], [c, d])) => unordered(
                    Value::compare(&a, CompareOp::Eq, &c) && Value::compare(&b, CompareOp::Eq, &d),
                ),
                None => false,
            },
        }
    }
}

fn small_op(a: i64, op: BinaryOp, b: i64) -> Value {
    let checked = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::IntQuo | BinaryOp::Rem if b == 0 => return Value::UNKNOWN,
        // The official compiler divides machine integers here: the one quotient
        // that does not fit wraps around.
        BinaryOp::IntQuo => Some(a.wrapping_div(b)),
        BinaryOp::Rem => Some(a.wrapping_rem(b)),
        BinaryOp::And => Some(a & b),
        BinaryOp::Or => Some(a | b),
        BinaryOp::Xor => Some(a ^ b),
        BinaryOp::AndNot => Some(a & !b),
        BinaryOp::Quo => None,
        BinaryOp::LogicalAnd | BinaryOp::LogicalOr => return Value::UNKNOWN,
    };
    match checked {
        Some(n) => Value::from_i64(n),
        None => big_op(a.into(), op, b.into()),
    }
}

fn big_op(a: IBig, op: BinaryOp, b: IBig) -> Value {
    Value::from_bigint(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Quo | BinaryOp::IntQuo | BinaryOp::Rem if b.is_zero() => return Value::UNKNOWN,
        BinaryOp::Quo => return Value::from_rat(Rat::from_int(a).quo(&Rat::from_int(b))),
        BinaryOp::IntQuo => a / b,
        BinaryOp::Rem => a % b,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::AndNot => a & !b,
        BinaryOp::LogicalAnd | BinaryOp::LogicalOr => return Value::UNKNOWN,
    })
}

/// The order of operations decides how parts that are floats round.
fn complex_op([a, b]: &[Value; 2], op: BinaryOp, [c, d]: &[Value; 2]) -> Value {
    let add = |x: &Value, y: &Value| Value::binary_op(x, BinaryOp::Add, y);
    let sub = |x: &Value, y: &Value| Value::binary_op(x, BinaryOp::Sub, y);
    let mul = |x: &Value, y: &Value| Value::binary_op(x, BinaryOp::Mul, y);
    let quo = |x: &Value, y: &Value| Value::binary_op(x, BinaryOp::Quo, y);
    let (re, im) = match op {
        BinaryOp::Add => (add(a, c), add(b, d)),
        BinaryOp::Sub => (sub(a, c), sub(b, d)),
        BinaryOp::Mul => (sub(&mul(a, c), &mul(b, d)), add(&mul(b, c), &mul(a, d))),
        BinaryOp::Quo => {
            let norm = add(&mul(c, c), &mul(d, d));
            (
                quo(&add(&mul(a, c), &mul(b, d)), &norm),
                quo(&sub(&mul(b, c), &mul(a, d)), &norm),
            )
        }
        _ => return Value::UNKNOWN,
    };
    Value::make_complex(&re, &im)
}
