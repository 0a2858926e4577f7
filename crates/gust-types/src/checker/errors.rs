//! Reporting errors.

use super::Checker;
use super::operand::Operand;
use crate::ids::ObjId;
use crate::version::GoVersion;
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind, StmtId};
use gust_syntax::diagnostic::{Diagnostic, DiagnosticKind};

/// Where an error is: an expression or operand is reported at its start, as the official
/// compiler does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Pos(Pos),
    Expr(ExprId),
    Stmt(StmtId),
    Obj(ObjId),
}

impl From<Pos> for At {
    fn from(pos: Pos) -> Self {
        At::Pos(pos)
    }
}

impl From<ExprId> for At {
    fn from(e: ExprId) -> Self {
        At::Expr(e)
    }
}

impl From<StmtId> for At {
    fn from(s: StmtId) -> Self {
        At::Stmt(s)
    }
}

impl From<ObjId> for At {
    fn from(o: ObjId) -> Self {
        At::Obj(o)
    }
}

impl From<&Operand> for At {
    fn from(x: &Operand) -> Self {
        x.expr.map_or(At::Pos(Pos::NONE), At::Expr)
    }
}

impl From<&mut Operand> for At {
    fn from(x: &mut Operand) -> Self {
        At::from(&*x)
    }
}

/// An error under construction: a first line with position and further lines about others.
#[derive(Clone, Debug)]
pub(crate) struct ErrorBuilder {
    /// The official error code's name, e.g. `"UnusedVar"`; empty if it has none.
    pub code: &'static str,
    /// Soft errors do not make the package unusable.
    pub soft: bool,
    /// Positions and texts; the first is the error itself.
    pub parts: Vec<(Pos, String)>,
    /// End of what the first part is about, if known.
    pub end: Pos,
}

impl ErrorBuilder {
    /// An error without text yet.
    pub fn new(code: &'static str) -> Self {
        Self {
            code,
            soft: false,
            parts: Vec::new(),
            end: Pos::NONE,
        }
    }

    /// Whether it has no text yet.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

impl Checker<'_> {
    /// Adds a line to an error.
    pub(crate) fn add(&self, err: &mut ErrorBuilder, at: impl Into<At>, text: impl Into<String>) {
        let at = at.into();
        let pos = self.at_pos(at);
        if err.parts.is_empty() {
            err.end = match at {
                At::Pos(_) => Pos::NONE,
                At::Expr(e) => self.ast.end(e),
                At::Stmt(s) => self.ast.stmt_end(s),
                At::Obj(o) if pos.is_known() => pos + self.obj(o).name.len() as u32,
                At::Obj(_) => Pos::NONE,
            };
        }
        err.parts.push((pos, text.into()));
    }

    /// Adds "other declaration of" for `obj`, if it is declared somewhere.
    pub(crate) fn add_alt_decl(&self, err: &mut ErrorBuilder, obj: ObjId) {
        let name = self.obj(obj).name;
        if self.obj(obj).pos.is_known() {
            self.add(err, obj, format!("other declaration of {name}"));
        }
    }

    /// Whether any error was reported.
    pub(crate) fn has_errors(&self) -> bool {
        !self.diagnostics.borrow().is_empty()
    }

    /// Reports a finished error, unless it only follows from an earlier one.
    pub(crate) fn report(&self, err: ErrorBuilder) {
        let mut parts = err.parts.into_iter();
        let Some((mut pos, mut message)) = parts.next() else {
            return;
        };
        // An error about what is already in error says nothing new.
        let follows = |text: &str| message.find(text).is_some_and(|at| at > 0);
        if self.has_errors() && (follows("invalid operand") || follows("invalid type")) {
            return;
        }
        let mut end = err.end;
        // The initialiser of a constant may stand in an earlier specification; what is wrong is
        // the constant that repeats it.
        let err_pos = self.env.borrow().err_pos;
        if err_pos.is_known() {
            pos = err_pos;
            end = Pos::NONE;
        }
        if err.code == "InvalidSyntaxTree" {
            message.insert_str(0, "invalid syntax tree: ");
        }
        strip_subscripts(&mut message);
        let mut related: Vec<_> = parts.collect();
        for (_, text) in &mut related {
            strip_subscripts(text);
        }
        if mentions_version(&message) {
            message.push_str(&self.version_hint(pos));
        }
        self.diagnostics.borrow_mut().push(Diagnostic {
            pos,
            end,
            message,
            related,
            kind: if err.soft {
                DiagnosticKind::SoftType
            } else {
                DiagnosticKind::Type
            },
            code: Some(err.code).filter(|code| !code.is_empty()),
        });
    }

    /// Reports an error of one line.
    pub(crate) fn error(&self, at: impl Into<At>, code: &'static str, text: impl Into<String>) {
        let mut err = ErrorBuilder::new(code);
        self.add(&mut err, at, text);
        self.report(err);
    }

    /// Reports a soft error.
    pub(crate) fn soft_error(
        &self,
        at: impl Into<At>,
        code: &'static str,
        text: impl Into<String>,
    ) {
        let mut err = ErrorBuilder::new(code);
        err.soft = true;
        self.add(&mut err, at, text);
        self.report(err);
    }

    /// The position that an error at `at` is reported at.
    pub(crate) fn at_pos(&self, at: At) -> Pos {
        match at {
            At::Pos(pos) => pos,
            At::Expr(e) => self.start_pos(e),
            At::Stmt(s) => self.ast[s].pos,
            At::Obj(o) => self.obj(o).pos,
        }
    }

    /// An expression as messages show it.
    pub(crate) fn expr_str(&self, e: ExprId) -> String {
        self.ast.expr_string(e)
    }

    /// A list of expressions as messages show it, in brackets.
    pub(crate) fn expr_list_str(&self, list: &[ExprId]) -> String {
        format!("[{}]", self.ast.exprs_string(list))
    }

    /// Where the official compiler says that an expression starts: at its leftmost byte, but a
    /// slice expression at its bracket, a function type at its parameters, and what is in
    /// parentheses around types inside them; and so all that has one of these at its left end.
    pub(crate) fn start_pos(&self, e: ExprId) -> Pos {
        let mut left = e;
        loop {
            left = match self.ast[left].kind {
                ExprKind::Slice { lbrack, .. } => return lbrack,
                ExprKind::FuncType(ty) => return self.ast[self.ast[ty].params].open,
                ExprKind::Selector { x, .. }
                | ExprKind::Index { x, .. }
                | ExprKind::TypeAssert { x, .. }
                | ExprKind::Binary { x, .. }
                | ExprKind::Call { fun: x, .. }
                | ExprKind::KeyValue { key: x, .. }
                | ExprKind::CompositeLit { ty: Some(x), .. }
                | ExprKind::Paren {
                    x, dropped: true, ..
                } => x,
                _ => return self.ast.start(left),
            };
        }
    }

    /// A position in the text of a message: `file:line:col`.
    pub(crate) fn pos_str(&self, pos: Pos) -> String {
        match self.sources.position(pos) {
            None => String::from("<unknown position>"),
            Some(at) if at.column == 0 => format!("{}:{}", at.file, at.line),
            Some(at) => format!("{}:{}:{}", at.file, at.line, at.column),
        }
    }

    /// Where the language version came from that made an error at `pos`.
    fn version_hint(&self, pos: Pos) -> String {
        let file = self.ast.file_of(pos).map(|f| &self.ast[f]);
        let declared = file.and_then(|f| f.go_version);
        match declared {
            // Versions before 1.21 in build constraints count as 1.21.
            Some(text) if GoVersion::parse(&text).is_some_and(|v| v >= GoVersion(21)) => {
                format!(" (file declares //go:build {text})")
            }
            _ => format!(
                " (-lang was set to {}; check go.mod)",
                self.config.go_version
            ),
        }
    }
}

/// Whether the text has `requires go1.N or later`.
fn mentions_version(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("requires go") {
        rest = &rest[at + "requires go".len()..];
        let number = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
        let major = number(rest);
        let Some(minor) = rest[major..].strip_prefix('.') else {
            continue;
        };
        let digits = number(minor);
        if major > 0 && digits > 0 && minor[digits..].starts_with(" or later") {
            return true;
        }
    }
    false
}

/// Removes the subscripts that tell type parameters of equal name apart.
fn strip_subscripts(text: &mut String) {
    text.retain(|c| !('\u{2080}'..='\u{2089}').contains(&c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_errors_are_recognised() {
        assert!(mentions_version("min requires go1.21 or later"));
        assert!(mentions_version("requires go, requires go1.9 or later"));
        assert!(!mentions_version("requires go1.21"));
        assert!(!mentions_version("requires go1 or later"));
    }

    #[test]
    fn subscripts_go() {
        let mut text = String::from("P₁₀ (x₂)");
        strip_subscripts(&mut text);
        assert_eq!(text, "P (x)");
    }
}
