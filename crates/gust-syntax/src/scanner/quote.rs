//! Characters as error messages show them: Go's `%#U` and `%q` forms.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether Go prints `c` as it is: letters, marks, numbers, punctuation, symbols and the
/// ordinary space.
fn is_print(c: char) -> bool {
    use GeneralCategoryGroup as G;
    match c {
        ' '..='~' => true,
        _ => matches!(
            c.general_category_group(),
            G::Letter | G::Mark | G::Number | G::Punctuation | G::Symbol
        ),
    }
}

/// `U+0040 '@'`, or without the character if it does not print.
pub(crate) fn code_point(c: char) -> String {
    let code = u32::from(c);
    if is_print(c) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}

/// `'x'` with Go's escapes.
pub(crate) fn quoted(c: char) -> String {
    match c {
        '\'' | '\\' => format!("'\\{c}'"),
        '\x07' => "'\\a'".into(),
        '\x08' => "'\\b'".into(),
        '\x0c' => "'\\f'".into(),
        '\n' => "'\\n'".into(),
        '\r' => "'\\r'".into(),
        '\t' => "'\\t'".into(),
        '\x0b' => "'\\v'".into(),
        c if is_print(c) => format!("'{c}'"),
        '\0'..' ' | '\x7f' => format!("'\\x{:02x}'", u32::from(c)),
        '\0'..='\u{ffff}' => format!("'\\u{:04x}'", u32::from(c)),
        _ => format!("'\\U{:08x}'", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points() {
        assert_eq!(code_point('@'), "U+0040 '@'");
        assert_eq!(code_point('\u{a0}'), "U+00A0");
        assert_eq!(code_point('“'), "U+201C '“'");
        assert_eq!(code_point('😀'), "U+1F600 '😀'");
        assert_eq!(code_point('\x07'), "U+0007");
        assert_eq!(code_point('\u{2028}'), "U+2028");
    }

    #[test]
    fn quoted_characters() {
        assert_eq!(quoted('x'), "'x'");
        assert_eq!(quoted('\''), r"'\''");
        assert_eq!(quoted('"'), "'\"'");
        assert_eq!(quoted('\n'), r"'\n'");
        assert_eq!(quoted('\x01'), r"'\x01'");
        assert_eq!(quoted('\u{a0}'), r"'\u00a0'");
        assert_eq!(quoted('é'), "'é'");
        assert_eq!(quoted('\u{e0001}'), r"'\U000e0001'");
    }
}
