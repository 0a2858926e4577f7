//! Values of Go literals.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use super::float::{Float, PRECISION};
use super::rat::Rat;
use super::{Repr, Value, is_small_exponent};

/// Larger decimal exponents are not worth an exact fraction.
const MAX_EXACT_POWER_OF_FIVE: u64 = 1_000_000;

/// The form of a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiteralKind {
    /// `42`, `0x2a`, `0b101010`, `0o52`, `052`
    Int,
    /// `4.2e1`, `0x1.5p5`
    Float,
    /// an integer or floating-point literal followed by `i`
    Imag,
    /// `'a'`
    Rune,
    /// `"a"` or a raw string
    String,
}

impl Value {
    /// The value of the literal `text`, which must be lexically valid.
    ///
    /// The result is unknown if the literal is malformed or if its exponent is
    /// beyond what a constant can hold.
    pub fn from_literal(kind: LiteralKind, text: impl AsRef<[u8]>) -> Value {
        let text = text.as_ref();
        let value = match kind {
            LiteralKind::Int => int(text),
            LiteralKind::Float => float(text),
            LiteralKind::Imag => text
                .strip_suffix(b"i")
                .and_then(float)
                .map(|im| Value::make_imag(&im)),
            LiteralKind::Rune => rune(text).map(|r| Value::from_i64(r.into())),
            LiteralKind::String => unquote(text).map(Value::from_bytes),
        };
        value.unwrap_or(Value::UNKNOWN)
    }
}

/// The base announced by a prefix, and what follows the prefix.
fn split_prefix(text: &[u8]) -> (u32, &[u8]) {
    match text {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        _ => (10, text),
    }
}

fn int(text: &[u8]) -> Option<Value> {
    let (mut base, mut digits) = split_prefix(text);
    // A leading 0 alone means octal, for integers only.
    if base == 10 && digits.len() > 1 && digits[0] == b'0' {
        base = 8;
        digits = &digits[1..];
    }
    let mut small = Some(0i64);
    for &c in digits.iter().filter(|&&c| c != b'_') {
        let digit = (c as char).to_digit(base)?;
        small = small
            .and_then(|n| n.checked_mul(base.into()))
            .and_then(|n| n.checked_add(digit.into()));
    }
    match small {
        _ if digits.is_empty() => None,
        Some(n) => Some(Value::from_i64(n)),
        None => Some(Value::from_bigint(magnitude(digits, base)?.into())),
    }
}

/// The number written by `digits`; underscores and a point are passed over.
fn magnitude(digits: &[u8], base: u32) -> Option<UBig> {
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|c| !matches!(c, b'_' | b'.'))
        .collect();
    UBig::from_str_radix(std::str::from_utf8(&digits).ok()?, base).ok()
}

/// A number as `mant × 2^exp2 × 5^exp5`.
struct Scaled {
    mant: UBig,
    exp2: i64,
    exp5: i64,
}

fn scan(text: &[u8]) -> Option<Scaled> {
    let (base, rest) = split_prefix(text);
    let marker = |&c: &u8| match base {
        16 => matches!(c, b'p' | b'P'),
        _ => matches!(c, b'e' | b'E' | b'p' | b'P'),
    };
    let (digits, exponent) = match rest.iter().position(marker) {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, &rest[..0]),
    };
    let mant = magnitude(digits, base)?;
    let fraction = match digits.iter().position(|&c| c == b'.') {
        Some(at) => digits[at + 1..].iter().filter(|&&c| c != b'_').count() as i64,
        None => 0,
    };
    let mut exp2 = 0i64;
    let mut exp5 = 0i64;
    match base {
        10 => {
            exp5 -= fraction;
            exp2 -= fraction;
        }
        _ => exp2 -= fraction * i64::from(base.ilog2()),
    }
    if let [marker, number @ ..] = exponent {
        let number: Vec<u8> = number.iter().copied().filter(|&c| c != b'_').collect();
        let number: i64 = std::str::from_utf8(&number).ok()?.parse().ok()?;
        exp2 = exp2.saturating_add(number);
        if matches!(marker, b'e' | b'E') {
            exp5 = exp5.saturating_add(number);
        }
    }
    Some(Scaled { mant, exp2, exp5 })
}

fn float(text: &[u8]) -> Option<Value> {
    let scanned = scan(text)?;
    if scanned.mant.is_zero() {
        return Some(Value(Repr::Rat(Rat::from_int(IBig::ZERO).into())));
    }
    let approximation = scanned.to_float()?;
    let small = approximation
        .as_ref()
        .is_some_and(|f| is_small_exponent(f.top()));
    if small {
        // A literal that underflows to zero is zero; its fraction is out of reach.
        let exact = match &approximation {
            Some(f) if f.sign() == 0 => Some(Rat::from_int(IBig::ZERO)),
            _ => scanned.to_rat(),
        };
        if let Some(exact) = exact {
            return Some(Value(Repr::Rat(exact.into())));
        }
    }
    Some(Value::from_float(approximation))
}

impl Scaled {
    /// Rounded to the precision of constants. The inner option is `None` for an
    /// infinity, the outer one if the binary exponent is out of range.
    fn to_float(&self) -> Option<Option<Float>> {
        let top = self.exp2.checked_add(self.mant.bit_len() as i64)?;
        if i32::try_from(top).is_err() {
            return None;
        }
        // The mantissa keeps all its bits until the power of five is applied.
        let prec = match self.exp5 {
            0 => PRECISION,
            _ => usize::MAX,
        };
        let mant = Float::from_parts(false, self.mant.clone(), self.exp2, prec);
        if self.exp5 == 0 {
            return Some(mant);
        }
        let power = power_of_five(self.exp5.unsigned_abs());
        Some(match (mant, power) {
            (Some(mant), Some(power)) if self.exp5 > 0 => mant.mul(&power, PRECISION),
            (Some(mant), Some(power)) => mant.quo(&power, PRECISION),
            (Some(_), None) if self.exp5 < 0 => Some(Float::ZERO),
            _ => None,
        })
    }

    fn to_rat(&self) -> Option<Rat> {
        let power = self.exp5.unsigned_abs();
        if power > MAX_EXACT_POWER_OF_FIVE || self.exp2.unsigned_abs() > 10_000_000 {
            return None;
        }
        let five = UBig::from(5u8).pow(power as usize);
        let (mut num, mut den) = (self.mant.clone(), UBig::ONE);
        if self.exp5 > 0 {
            num *= five;
        } else {
            den = five;
        }
        let shift = self.exp2.unsigned_abs() as usize;
        if self.exp2 > 0 {
            num <<= shift;
        } else {
            den <<= shift;
        }
        Rat::new(num.into(), den)
    }
}

/// 5^n to somewhat more than the precision of constants; `None` for infinity.
///
/// The official compiler's sequence of roundings (start at the largest power
/// that fits a word, then square and multiply with 64 guard bits each) decides
/// the last bit of constants like `1e5000`, so it is kept.
fn power_of_five(n: u64) -> Option<Float> {
    const WORD: u64 = 27;
    const RESULT: usize = PRECISION + 64;
    const FACTOR: usize = RESULT + 64;
    let mut power = Float::from_parts(false, UBig::from(5u8).pow(n.min(WORD) as usize), 0, RESULT)?;
    let mut rest = n.saturating_sub(WORD);
    let mut factor = Float::from_parts(false, UBig::from(5u8), 0, FACTOR);
    while rest > 0 {
        if rest & 1 != 0 {
            power = power.mul(factor.as_ref()?, RESULT)?;
        }
        factor = factor.and_then(|f| f.mul(&f, FACTOR));
        rest >>= 1;
    }
    Some(power)
}

/// The value of a rune literal, quotes included.
fn rune(text: &[u8]) -> Option<u32> {
    let inner = text.strip_prefix(b"'")?.strip_suffix(b"'")?;
    match unescape(inner, b'\'')? {
        (Unit::Byte(b), _) => Some(b.into()),
        (Unit::Rune(r), _) => Some(r.into()),
    }
}

/// The bytes of an interpreted or raw string literal, quotes included.
fn unquote(text: &[u8]) -> Option<Vec<u8>> {
    if let Some(raw) = text.strip_prefix(b"`") {
        let raw = raw.strip_suffix(b"`")?;
        return Some(raw.iter().copied().filter(|&c| c != b'\r').collect());
    }
    let mut rest = text.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let plain = rest
            .iter()
            .position(|c| !matches!(c, b' '..=b'~') || matches!(c, b'\\' | b'"'))
            .unwrap_or(rest.len());
        bytes.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
        if rest.is_empty() {
            break;
        }
        let (unit, tail) = unescape(rest, b'"')?;
        match unit {
            Unit::Byte(b) => bytes.push(b),
            Unit::Rune(r) => bytes.extend_from_slice(r.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = tail;
    }
    Some(bytes)
}

/// What one character or escape sequence stands for.
enum Unit {
    Byte(u8),
    Rune(char),
}

/// Reads one character or escape sequence; returns it and the rest.
fn unescape(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    let (&first, rest) = text.split_first()?;
    if first != b'\\' {
        if first == quote || first == b'\n' {
            return None;
        }
        let (c, len) = decode_utf8(text);
        return Some((Unit::Rune(c), &text[len..]));
    }
    let (&kind, rest) = rest.split_first()?;
    let byte = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if kind == quote => kind,
        b'0'..=b'7' => {
            let (value, rest) = digits(&text[1..], 3, 8)?;
            return Some((Unit::Byte(u8::try_from(value).ok()?), rest));
        }
        b'x' => {
            let (value, rest) = digits(rest, 2, 16)?;
            return Some((Unit::Byte(u8::try_from(value).ok()?), rest));
        }
        b'u' | b'U' => {
            let (value, rest) = digits(rest, if kind == b'u' { 4 } else { 8 }, 16)?;
            return Some((Unit::Rune(char::from_u32(value)?), rest));
        }
        _ => return None,
    };
    Some((Unit::Byte(byte), rest))
}

fn digits(text: &[u8], count: usize, base: u32) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    let mut value = 0u32;
    for &c in digits {
        value = value.checked_mul(base)? + (c as char).to_digit(base)?;
    }
    Some((value, rest))
}

/// The first character of a non-empty `text` and its length; U+FFFD and 1 for
/// a byte that does not belong to a valid sequence.
pub(super) fn decode_utf8(text: &[u8]) -> (char, usize) {
    let len = match text[0] {
        0..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return ('\u{fffd}', 1),
    };
    let decoded = text.get(..len).and_then(|s| std::str::from_utf8(s).ok());
    match decoded.and_then(|s| s.chars().next()) {
        Some(c) => (c, len),
        None => ('\u{fffd}', 1),
    }
}
