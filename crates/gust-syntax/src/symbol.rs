//! Interned names.
//!
//! A [`Symbol`] is a pointer-sized handle to a string that lives as long as the process.
//! Equal strings have equal symbols, so comparing and hashing cost one word. Identifiers and
//! import paths are symbols; literal text that occurs once is not worth interning.

use std::fmt;

/// An interned string: `Copy`, compared by address, ordered by text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(ustr::Ustr);

impl Symbol {
    /// Interns `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(ustr::ustr(text))
    }

    /// The text of the symbol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.as_str()
    }

    /// Whether this is the blank identifier `_`.
    #[must_use]
    pub fn is_blank(self) -> bool {
        self.as_str() == "_"
    }

    /// Whether the name is exported: it starts with a Unicode upper case letter
    /// (spec: Exported identifiers).
    #[must_use]
    pub fn is_exported(self) -> bool {
        let text = self.as_str();
        match text.as_bytes().first() {
            Some(b) if b.is_ascii() => b.is_ascii_uppercase(),
            Some(_) => text.chars().next().is_some_and(crate::unicode::is_upper),
            None => false,
        }
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self == other {
            std::cmp::Ordering::Equal
        } else {
            self.as_str().cmp(other.as_str())
        }
    }
}

impl std::ops::Deref for Symbol {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}
