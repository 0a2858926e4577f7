//! Numbers and sizes as text.

/// Text built in place, without memory of the heap.
#[derive(Debug)]
pub struct Text {
    bytes: [u8; 400],
    len: usize,
}

impl Text {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        Text {
            bytes: [0; 400],
            len: 0,
        }
    }

    /// What was written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Adds text, as far as there is room.
    pub fn add(&mut self, text: &str) -> &mut Self {
        for &b in text.as_bytes() {
            if self.len < self.bytes.len() {
                self.bytes[self.len] = b;
                self.len += 1;
            }
        }
        self
    }

    /// Adds a number with that many decimals: 1234 with 3 is `1.234`.
    pub fn fixed(&mut self, value: u64, decimals: u32) -> &mut Self {
        let unit = 10u64.pow(decimals);
        self.number(value / unit);
        if decimals > 0 {
            self.add(".");
            let mut rest = value % unit;
            let mut place = unit / 10;
            while place > 0 {
                self.number(rest / place);
                rest %= place;
                place /= 10;
            }
        }
        self
    }

    /// Adds a number.
    pub fn number(&mut self, value: u64) -> &mut Self {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = value;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        for &d in &digits[at..] {
            if self.len < self.bytes.len() {
                self.bytes[self.len] = d;
                self.len += 1;
            }
        }
        self
    }

    /// Adds a time in milliseconds with two significant digits, or whole from 10 ms on.
    pub fn millis(&mut self, ns: u64) -> &mut Self {
        if ns >= 10_000_000 {
            return self.number(ns / 1_000_000);
        }
        let (mut value, mut decimals) = (ns / 1000, 3);
        if value == 0 {
            return self.number(0);
        }
        while value >= 100 {
            value /= 10;
            decimals -= 1;
        }
        self.fixed(value, decimals)
    }
}

/// A decimal number.
#[must_use]
pub fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0i64;
    for &d in digits {
        if !d.is_ascii_digit() {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(i64::from(d - b'0'))?;
    }
    Some(if negative { -value } else { value })
}

/// A number of bytes: digits, then nothing, `B` or `KiB` to `TiB`.
#[must_use]
pub fn parse_bytes(text: &[u8]) -> Option<i64> {
    let split = text
        .iter()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let unit: i64 = match &text[split..] {
        b"" | b"B" => 1,
        b"KiB" => 1 << 10,
        b"MiB" => 1 << 20,
        b"GiB" => 1 << 30,
        b"TiB" => 1 << 40,
        _ => return None,
    };
    parse_int(&text[..split])?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(f: impl FnOnce(&mut Text) -> &mut Text) -> String {
        let mut t = Text::new();
        f(&mut t);
        String::from_utf8(t.bytes().to_vec()).unwrap()
    }

    #[test]
    fn times() {
        for (ns, expected) in [
            (0, "0"),
            (999, "0"),
            (1_000, "0.001"),
            (12_345, "0.012"),
            (123_456, "0.12"),
            (1_234_567, "1.2"),
            (9_999_999, "9.9"),
            (10_000_000, "10"),
            (1_234_567_890, "1234"),
        ] {
            assert_eq!(text(|t| t.millis(ns)), expected);
        }
        assert_eq!(text(|t| t.fixed(12_005, 3)), "12.005");
        assert_eq!(
            text(|t| t.add("x").number(u64::MAX)),
            "x18446744073709551615"
        );
    }

    #[test]
    fn sizes() {
        assert_eq!(parse_bytes(b"12"), Some(12));
        assert_eq!(parse_bytes(b"12B"), Some(12));
        assert_eq!(parse_bytes(b"3MiB"), Some(3 << 20));
        assert_eq!(parse_bytes(b"1TiB"), Some(1 << 40));
        for bad in [&b""[..], b"MiB", b"3MB", b"-3", b"99999999999TiB", b"3 MiB"] {
            assert_eq!(parse_bytes(bad), None);
        }
        assert_eq!(parse_int(b"-12"), Some(-12));
        assert_eq!(parse_int(b"1x"), None);
    }
}
