//! The values of string literals that are import paths.

use std::borrow::Cow;

use crate::unicode::is_graphic;

/// The value of a string literal, if it is a valid import path (spec: Import declarations).
pub(super) fn import_path(literal: &str) -> Option<String> {
    const ILLEGAL: &str = "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{FFFD}";
    let path = String::from_utf8(unquote(literal)?.into_owned()).ok()?;
    let is_valid = |c| is_graphic(c) && !c.is_whitespace() && !ILLEGAL.contains(c);
    (!path.is_empty() && path.chars().all(is_valid)).then_some(path)
}

/// The value of a string literal without carriage returns; `None` if it is malformed.
pub(super) fn unquote(literal: &str) -> Option<Cow<'_, [u8]>> {
    if let Some(raw) = literal.strip_prefix('`') {
        return Some(Cow::Borrowed(raw.strip_suffix('`')?.as_bytes()));
    }
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner.as_bytes()));
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        let kind = escape.chars().next()?;
        let number = |from: usize, len: usize, radix: u32| {
            let digits = escape.get(from..from + len)?;
            let digits_only = digits.chars().all(|c| c.is_digit(radix));
            u32::from_str_radix(digits, radix)
                .ok()
                .filter(|_| digits_only)
        };
        let mut push_char = |code: u32| {
            let c = char::from_u32(code)?;
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            Some(())
        };
        let len = match kind {
            'a' => push_char(7).map(|()| 1)?,
            'b' => push_char(8).map(|()| 1)?,
            't' => push_char(9).map(|()| 1)?,
            'n' => push_char(10).map(|()| 1)?,
            'v' => push_char(11).map(|()| 1)?,
            'f' => push_char(12).map(|()| 1)?,
            'r' => push_char(13).map(|()| 1)?,
            '\\' | '"' => push_char(kind as u32).map(|()| 1)?,
            'u' => push_char(number(1, 4, 16)?).map(|()| 5)?,
            'U' => push_char(number(1, 8, 16)?).map(|()| 9)?,
            'x' => {
                bytes.push(u8::try_from(number(1, 2, 16)?).ok()?);
                3
            }
            '0'..='7' => {
                bytes.push(u8::try_from(number(0, 3, 8)?).ok()?);
                3
            }
            _ => return None,
        };
        rest = &escape[len..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(Cow::Owned(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        for (literal, want) in [
            (r#""a/b""#, Some("a/b")),
            ("`a.b/c`", Some("a.b/c")),
            (r#""\x61\142\u0063\U00000064""#, Some("abcd")),
            (r#""é""#, Some("é")),
            (r#""a b""#, None),
            (r#""a\tb""#, None),
            (r#""""#, None),
            (r#""\xff""#, None),
            (r#""a:b""#, None),
            (r#""\u+061""#, None),
        ] {
            assert_eq!(import_path(literal).as_deref(), want, "{literal}");
        }
    }
}
