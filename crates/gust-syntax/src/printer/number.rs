//! The canonical spelling of numbers.

use std::borrow::Cow;

/// Writes base prefixes and exponents in lower case, and drops the leading zeros of imaginary
/// literals, which look octal but are not. Hexadecimal digits are left alone.
pub(super) fn normalized(number: &str) -> Cow<'_, str> {
    match number.get(..2) {
        None | Some("0b" | "0o") => Cow::Borrowed(number),
        Some("0B") => Cow::Owned(format!("0b{}", &number[2..])),
        Some("0O") => Cow::Owned(format!("0o{}", &number[2..])),
        Some("0x" | "0X") => {
            let digits = with_lower_exponent(&number[2..], 'P');
            if number.starts_with("0x") && matches!(digits, Cow::Borrowed(_)) {
                Cow::Borrowed(number)
            } else {
                Cow::Owned(format!("0x{digits}"))
            }
        }
        Some(_) => match with_lower_exponent(number, 'E') {
            Cow::Borrowed(_) if number.ends_with('i') && !number.contains(['.', 'e']) => {
                let digits = number.trim_start_matches(['0', '_']);
                Cow::Borrowed(if digits == "i" { "0i" } else { digits })
            }
            number => number,
        },
    }
}

fn with_lower_exponent(number: &str, letter: char) -> Cow<'_, str> {
    if number.contains(letter) {
        Cow::Owned(number.replace(letter, &letter.to_ascii_lowercase().to_string()))
    } else {
        Cow::Borrowed(number)
    }
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn spellings() {
        for (number, want) in [
            ("7", "7"),
            ("0XAbC", "0xAbC"),
            ("0xE", "0xE"),
            ("0X1P-2", "0x1p-2"),
            ("0x1P-2", "0x1p-2"),
            ("0B01", "0b01"),
            ("0O17", "0o17"),
            ("017", "017"),
            ("1E3", "1e3"),
            ("0765i", "765i"),
            ("0_0i", "0i"),
            ("00.5i", "00.5i"),
            ("01E2i", "01e2i"),
            ("0x1i", "0x1i"),
        ] {
            assert_eq!(normalized(number), want);
        }
    }
}
