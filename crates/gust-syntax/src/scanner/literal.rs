//! Numbers, strings and runes (spec: Integer literals to String literals).

use super::quote::{code_point, quoted};
use super::{EOF, Scanner, Tok, WIDE};
use crate::token::LitKind;

/// What a run of digits and underscores held.
#[derive(Clone, Copy, Default)]
struct Digits {
    any: bool,
    separator: bool,
    /// Offset of the first digit that the base does not have.
    invalid: Option<usize>,
}

impl Digits {
    fn join(self, next: Digits) -> Digits {
        Digits {
            any: self.any || next.any,
            separator: self.separator || next.separator,
            invalid: self.invalid.or(next.invalid),
        }
    }
}

impl Scanner<'_> {
    fn literal(&mut self, kind: LitKind, ok: bool) {
        self.nlsemi = true;
        self.tok = Tok::Literal;
        self.end = self.at;
        self.lit_kind = kind;
        self.bad = !ok;
    }

    fn digits(&mut self, base: u8) -> Digits {
        let mut digits = Digits::default();
        loop {
            match self.peek() {
                b'_' => digits.separator = true,
                c @ b'0'..=b'9' => {
                    digits.any = true;
                    if c - b'0' >= base && digits.invalid.is_none() {
                        digits.invalid = Some(self.at);
                    }
                }
                b'a'..=b'f' | b'A'..=b'F' if base == 16 => digits.any = true,
                _ => return digits,
            }
            self.at += 1;
        }
    }

    /// Scans a number; with `fraction` its decimal point is already behind.
    pub(super) fn number(&mut self, fraction: bool) {
        let mut ok = true;
        let mut kind = LitKind::Int;
        let mut base = 10;
        // `x`, `o`, `b`, `0` for a plain leading zero, or 0.
        let mut prefix = 0;
        let mut digits = Digits::default();
        let mut fraction = fraction;

        if !fraction {
            if self.accept(b'0') {
                prefix = self.peek() | 0x20;
                base = match prefix {
                    b'x' => 16,
                    b'o' => 8,
                    b'b' => 2,
                    _ => {
                        prefix = b'0';
                        digits.any = true;
                        8
                    }
                };
                if prefix != b'0' {
                    self.at += 1;
                }
            }
            digits = digits.join(self.digits(base));
            if self.peek() == b'.' {
                if matches!(prefix, b'o' | b'b') {
                    self.error_here(format!("invalid radix point in {} literal", name(base)));
                    ok = false;
                }
                self.at += 1;
                fraction = true;
            }
        }
        if fraction {
            kind = LitKind::Float;
            digits = digits.join(self.digits(base));
        }
        if !digits.any && ok {
            self.error_here(format!("{} literal has no digits", name(base)));
            ok = false;
        }

        let c = self.peek();
        let exponent = c | 0x20;
        if matches!(exponent, b'e' | b'p') {
            let wrong = match exponent {
                b'e' if !matches!(prefix, 0 | b'0') => Some("decimal"),
                b'p' if prefix != b'x' => Some("hexadecimal"),
                _ => None,
            };
            if let (true, Some(mantissa)) = (ok, wrong) {
                let text = quoted(c as char);
                self.error_here(format!("{text} exponent requires {mantissa} mantissa"));
                ok = false;
            }
            self.at += 1;
            kind = LitKind::Float;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            let power = self.digits(10);
            digits.separator |= power.separator;
            if !power.any && ok {
                self.error_here("exponent has no digits");
                ok = false;
            }
        } else if prefix == b'x' && kind == LitKind::Float && ok {
            self.error_here("hexadecimal mantissa requires a 'p' exponent");
            ok = false;
        }
        if self.accept(b'i') {
            kind = LitKind::Imag;
        }

        self.literal(kind, ok);
        if let (LitKind::Int, Some(at), true) = (kind, digits.invalid, ok) {
            let digit = quoted(self.src[at] as char);
            let message = format!("invalid digit {digit} in {} literal", name(base));
            self.error_at(self.pos_of(at), message);
            ok = false;
        }
        if digits.separator
            && ok
            && let Some(i) = misplaced_separator(self.text())
        {
            let pos = self.pos_of(self.start + i);
            self.error_at(pos, "'_' must separate successive digits");
            ok = false;
        }
        self.bad = !ok;
    }

    /// Scans an interpreted string; the quote comes next.
    pub(super) fn string(&mut self) {
        let mut ok = true;
        self.at += 1;
        loop {
            if self.clean {
                let rest = &self.src[self.at..];
                self.at += memchr::memchr3(b'"', b'\\', b'\n', rest).unwrap_or(rest.len());
            }
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.at += 1;
                    ok &= self.escape(b'"');
                }
                b'\n' => {
                    self.error_here("newline in string");
                    ok = false;
                    break;
                }
                EOF => {
                    self.error_at(self.pos(), "string not terminated");
                    ok = false;
                    break;
                }
                c => self.bump(c),
            }
        }
        self.literal(LitKind::String, ok);
    }

    /// Scans a raw string; the back quote comes next.
    pub(super) fn raw_string(&mut self) {
        let mut ok = true;
        self.at += 1;
        loop {
            if self.clean {
                let rest = &self.src[self.at..];
                self.at += memchr::memchr(b'`', rest).unwrap_or(rest.len());
            }
            match self.peek() {
                b'`' => {
                    self.at += 1;
                    break;
                }
                EOF => {
                    self.error_at(self.pos(), "string not terminated");
                    ok = false;
                    break;
                }
                c => self.bump(c),
            }
        }
        self.literal(LitKind::String, ok);
    }

    /// Scans a rune literal; the quote comes next.
    pub(super) fn rune(&mut self) {
        let mut ok = true;
        let mut count = 0;
        self.at += 1;
        loop {
            match self.peek() {
                b'\'' => {
                    if ok && count == 0 {
                        self.error_here("empty rune literal or unescaped '");
                        ok = false;
                    } else if ok && count > 1 {
                        self.error_at(self.pos(), "more than one character in rune literal");
                        ok = false;
                    }
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.at += 1;
                    ok &= self.escape(b'\'');
                }
                b'\n' => {
                    if ok {
                        self.error_here("newline in rune literal");
                        ok = false;
                    }
                    break;
                }
                EOF => {
                    if ok {
                        self.error_at(self.pos(), "rune literal not terminated");
                        ok = false;
                    }
                    break;
                }
                c => self.bump(c),
            }
            count += 1;
        }
        self.literal(LitKind::Char, ok);
    }

    /// Scans what follows a backslash. Returns whether it is an escape; at the end of the text
    /// it is taken for one, since the missing quote is reported anyway.
    fn escape(&mut self, quote: u8) -> bool {
        let c = self.peek();
        let (count, base, max) = match c {
            b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\' => {
                self.at += 1;
                return true;
            }
            c if c == quote => {
                self.at += 1;
                return true;
            }
            b'0'..=b'7' => (3, 8, 255),
            b'x' => (2, 16, 255),
            b'u' => (4, 16, u32::from(char::MAX)),
            b'U' => (8, 16, u32::from(char::MAX)),
            EOF => return true,
            _ => {
                self.error_here("unknown escape");
                return false;
            }
        };
        if base == 16 {
            self.at += 1;
        }
        let mut value: u32 = 0;
        for _ in 0..count {
            let c = self.peek();
            if c == EOF {
                return true;
            }
            let ch = if c == WIDE { self.wide() } else { c as char };
            let Some(digit) = ch.to_digit(base) else {
                let text = quoted(ch);
                let kind = name(base as u8);
                self.error_here(format!("invalid character {text} in {kind} escape"));
                return false;
            };
            value = value.wrapping_mul(base).wrapping_add(digit);
            self.at += 1;
        }
        if value > max && base == 8 {
            self.error_here(format!("octal escape value {value} > 255"));
            return false;
        }
        if value > max || (0xd800..0xe000).contains(&value) {
            let text = match char::from_u32(value) {
                Some(ch) => code_point(ch),
                None => format!("U+{value:04X}"),
            };
            self.error_here(format!("escape is invalid Unicode code point {text}"));
            return false;
        }
        true
    }
}

fn name(base: u8) -> &'static str {
    match base {
        2 => "binary",
        8 => "octal",
        10 => "decimal",
        _ => "hexadecimal",
    }
}

/// Index of the first underscore in a number that does not stand between two digits (or a base
/// prefix and a digit). Of several in a row the second is the first wrong one.
fn misplaced_separator(text: &[u8]) -> Option<usize> {
    let prefixed = matches!(text, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    let hex = prefixed && text[1] | 0x20 == b'x';
    let is_digit = |i: usize| {
        let b = text[i];
        // The prefix counts as a digit.
        b.is_ascii_digit() || hex && b.is_ascii_hexdigit() || prefixed && i == 1
    };
    (0..text.len()).find(|&i| {
        let before = i > 0 && is_digit(i - 1);
        let after = i + 1 < text.len() && (is_digit(i + 1) || text[i + 1] == b'_');
        text[i] == b'_' && !(before && after)
    })
}
