//! The error of everything that concerns one module.

use super::path::{InvalidVersion, ModVersion};
use std::fmt;

/// What callers do with an error depends on this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The module, version or file does not exist there; another proxy may have it.
    NotExist,
    /// `go.sum` has no entry for it and must not be changed.
    SumMissing,
    /// The module needs a newer Go release than ours.
    TooNew,
    /// A checksum does not match, or a setting cannot be used: all work must stop, and the text is printed
    /// alone.
    Fatal,
    /// An invalid version, printed in a form of its own.
    InvalidVersion(Box<InvalidVersion>),
    /// `go.mod` would have to change but must not.
    Dirty,
    /// Anything else.
    Other,
}

/// An error, usually about one module. Its `Display` is the official text without the leading `go: `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModError {
    /// What kind of error this is.
    pub kind: ErrorKind,
    /// The module it is about, which is printed before the message.
    pub module: Option<ModVersion>,
    /// What is wrong.
    pub message: String,
}

impl ModError {
    /// An error about no particular module.
    pub fn new(message: impl Into<String>) -> ModError {
        ModError::with_kind(ErrorKind::Other, message)
    }

    /// An error of a kind, about no particular module.
    pub fn with_kind(kind: ErrorKind, message: impl Into<String>) -> ModError {
        ModError {
            kind,
            module: None,
            message: message.into(),
        }
    }

    /// Something is not there.
    pub fn not_exist(message: impl Into<String>) -> ModError {
        ModError::with_kind(ErrorKind::NotExist, message)
    }

    /// This error as one about `module`. An error that already is about it stays as it is, and so does a
    /// fatal error.
    #[must_use]
    pub fn about(self, module: &ModVersion) -> ModError {
        if self.kind == ErrorKind::Fatal || self.module.as_ref() == Some(module) {
            return self;
        }
        let message = match (&self.module, &self.kind) {
            (None, _) => self.message.clone(),
            _ => self.to_string(),
        };
        ModError {
            kind: self.kind,
            module: Some(module.clone()),
            message,
        }
    }

    /// The line or lines that a command prints when it stops for this error.
    pub fn command_text(&self) -> String {
        match self.kind {
            ErrorKind::Fatal => self.message.clone(),
            _ => format!("go: {self}"),
        }
    }

    /// Whether the thing asked for does not exist, as opposed to an error in asking.
    pub fn is_not_exist(&self) -> bool {
        self.kind == ErrorKind::NotExist
    }
}

impl fmt::Display for ModError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.module, &self.kind) {
            (Some(m), ErrorKind::InvalidVersion(v)) => f.write_str(&v.about(&m.path)),
            (Some(m), _) if m.version.is_empty() => {
                write!(f, "module {}: {}", m.path, self.message)
            }
            (Some(m), _) => write!(f, "{m}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ModError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let m = ModVersion::new("x.y/z", "v1.0.0");
        let e = ModError::new("broken").about(&m);
        assert_eq!(e.to_string(), "x.y/z@v1.0.0: broken");
        assert_eq!(e.clone().about(&m), e);
        let other = ModVersion::new("x.y/w", "");
        assert_eq!(
            e.about(&other).to_string(),
            "module x.y/w: x.y/z@v1.0.0: broken"
        );
        let s = ModError::with_kind(ErrorKind::Fatal, "verifying").about(&m);
        assert_eq!(s.to_string(), "verifying");
        let v = InvalidVersion::new("v2.0.0", "should be v0 or v1, not v2");
        let e = ModError::with_kind(
            ErrorKind::InvalidVersion(Box::new(v.clone())),
            v.to_string(),
        )
        .about(&m);
        assert_eq!(
            e.to_string(),
            "x.y/z@v2.0.0: invalid version: should be v0 or v1, not v2"
        );
    }
}
