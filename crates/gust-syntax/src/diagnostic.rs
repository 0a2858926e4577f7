//! Errors found in source text, as plain data.

use crate::source::Pos;

/// What kind of mistake a diagnostic speaks of; decides sorting, limits and exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiagnosticKind {
    /// Lexical or syntax error. The text starts with `syntax error: ` where the official
    /// compiler's does.
    Syntax,
    /// A mistake the type checker found.
    Type,
    /// A type error that does not keep the rest from being understood (unused variable,
    /// unused import, ...); the official checker calls these soft.
    SoftType,
}

/// One error: a position, the official compiler's text, and further lines about other places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where.
    pub pos: Pos,
    /// One past the last byte meant, for underlining; [`Pos::NONE`] when only a point is known.
    pub end: Pos,
    /// The text, without position. May have several lines.
    pub message: String,
    /// Lines about other places, printed below (`\tfile:line:col: text`) in this order.
    pub related: Vec<(Pos, String)>,
    /// The kind.
    pub kind: DiagnosticKind,
    /// The official error code's name (`internal/types/errors`), where there is one:
    /// `UnusedVar`, `MissingReturn`, ...
    pub code: Option<&'static str>,
}

impl Diagnostic {
    /// A syntax error at a point.
    #[must_use]
    pub fn syntax(pos: Pos, message: impl Into<String>) -> Self {
        Self {
            pos,
            end: Pos::NONE,
            message: message.into(),
            related: Vec::new(),
            kind: DiagnosticKind::Syntax,
            code: None,
        }
    }
}
