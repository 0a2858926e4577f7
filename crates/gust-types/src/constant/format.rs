//! Text forms of constants: the short one of messages, and the exact one.

use std::fmt;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::float::Float;
use super::literal::decode_utf8;
use super::{Repr, Value};

/// Longest short form of a string, in characters, quotes included.
const MAX_SHORT: usize = 72;

/// The form used in messages: numbers may be rounded, strings shortened.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Unknown => f.write_str("unknown"),
            Repr::Bool(b) => b.fmt(f),
            Repr::Text(text) => f.write_str(&short_quote(&text.bytes())),
            Repr::Int(n) => n.fmt(f),
            Repr::Big(n) => n.fmt(f),
            Repr::Rat(r) => f.write_str(&short_float(&r.to_float())),
            Repr::Float(x) => f.write_str(&short_float(x)),
            Repr::Complex(z) => write!(f, "({} + {}i)", z.0, z.1),
        }
    }
}

impl Value {
    /// A form that determines the value: integers and fractions in decimal,
    /// strings quoted in full, other numbers as `0x.mantissap±exponent`.
    pub fn exact_string(&self) -> String {
        match &self.0 {
            Repr::Text(text) => quote(&text.bytes()),
            Repr::Rat(r) => r.exact_string(),
            Repr::Float(x) => x.exact_string(),
            Repr::Complex(z) => format!("({} + {}i)", z.0.exact_string(), z.1.exact_string()),
            _ => self.to_string(),
        }
    }
}

/// `text` as an interpreted string literal; bytes that are not UTF-8 and
/// characters that do not print are escaped.
pub fn quote(text: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut rest = text;
    while !rest.is_empty() {
        rest = quote_next(&mut quoted, rest);
    }
    quoted.push('"');
    quoted
}

/// Appends the quoted form of the first character and returns the rest.
fn quote_next<'a>(quoted: &mut String, text: &'a [u8]) -> &'a [u8] {
    let (c, len) = decode_utf8(text);
    let (_, rest) = text.split_at(len);
    match c {
        '\u{fffd}' if len == 1 => *quoted += &format!("\\x{:02x}", text[0]),
        '"' | '\\' => {
            quoted.push('\\');
            quoted.push(c);
        }
        '\x07' => *quoted += "\\a",
        '\x08' => *quoted += "\\b",
        '\x0c' => *quoted += "\\f",
        '\n' => *quoted += "\\n",
        '\r' => *quoted += "\\r",
        '\t' => *quoted += "\\t",
        '\x0b' => *quoted += "\\v",
        _ if is_printable(c) => quoted.push(c),
        _ => {
            *quoted += &match u32::from(c) {
                n @ (..0x20 | 0x7f) => format!("\\x{n:02x}"),
                n @ ..0x10000 => format!("\\u{n:04x}"),
                n => format!("\\U{n:08x}"),
            }
        }
    }
    rest
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII space.
fn is_printable(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\0'..='\u{7f}' => false,
        _ => !matches!(
            c.general_category_group(),
            GeneralCategoryGroup::Separator | GeneralCategoryGroup::Other
        ),
    }
}

/// The quoted form, cut to [`MAX_SHORT`] characters.
fn short_quote(text: &[u8]) -> String {
    // An escaped character has at most 10 characters, an unescaped one at most
    // 4 bytes: whatever follows this prefix is cut off.
    if let Some(prefix) = text.get(..4 * MAX_SHORT)
        && text.len() > prefix.len()
    {
        return shortened(&quote(prefix));
    }
    let quoted = quote(text);
    if quoted.chars().count() > MAX_SHORT {
        return shortened(&quoted);
    }
    quoted
}

fn shortened(quoted: &str) -> String {
    let mut short: String = quoted.chars().take(MAX_SHORT - 3).collect();
    short += "...";
    short
}

fn short_float(x: &Float) -> String {
    let (nearest, _) = x.to_f64();
    if nearest.is_finite() && (nearest == 0.0) == (x.sign() == 0) {
        let short = general(nearest, Some(6));
        if x.is_int() || short.contains('.') {
            return short;
        }
        return general(nearest, None);
    }
    // Beyond the range of machine numbers: scale mantissa and exponent to
    // powers of ten, precisely enough for six digits.
    let (mut mantissa, exponent) = x.split();
    let decimal = exponent as f64 * std::f64::consts::LOG10_2;
    let mut e = decimal.trunc() as i64;
    mantissa *= 10f64.powf(decimal - e as f64);
    let magnitude = mantissa.abs();
    // A mantissa that six digits round up to 1 must not become 10 here.
    if magnitude < 1.0 - 0.5e-6 {
        mantissa *= 10.0;
        e -= 1;
    } else if magnitude >= 10.0 {
        mantissa /= 10.0;
        e += 1;
    }
    format!("{}e{e:+}", general(mantissa, Some(6)))
}

/// The `%g` form: `digits` significant digits, or as many as identify `x`.
fn general(x: f64, digits: Option<usize>) -> String {
    let scientific = match digits {
        Some(n) => format!("{x:.*e}", n - 1),
        None => format!("{x:e}"),
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let all: String = mantissa.chars().filter(|&c| c != '.').collect();
    let all = match all.trim_end_matches('0') {
        "" => "0",
        significant => significant,
    };
    let (first, rest) = all.split_at(1);
    // Shortest forms choose by six digits, too.
    if exponent < -4 || exponent >= digits.unwrap_or(6) as i32 {
        let point = if rest.is_empty() { "" } else { "." };
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        let exponent = exponent.unsigned_abs();
        return format!("{sign}{first}{point}{rest}e{exponent_sign}{exponent:02}");
    }
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{all}");
    }
    let whole = exponent as usize + 1;
    if all.len() <= whole {
        return format!("{sign}{all:0<whole$}");
    }
    let (whole, fraction) = all.split_at(whole);
    format!("{sign}{whole}.{fraction}")
}
