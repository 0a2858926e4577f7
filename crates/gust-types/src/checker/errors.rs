//! Reporting errors.

use super::Checker;
use super::operand::Operand;
use crate::ids::ObjId;
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, StmtId};

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
    /// The official error code's name, e.g. `"UnusedVar"`.
    pub code: &'static str,
    /// Soft errors do not make the package unusable.
    pub soft: bool,
    /// Positions and texts; the first is the error itself.
    pub parts: Vec<(Pos, String)>,
}

impl ErrorBuilder {
    /// An error without text yet.
    pub fn new(code: &'static str) -> Self {
        Self {
            code,
            soft: false,
            parts: Vec::new(),
        }
    }

    /// Whether it has no text yet.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

#[allow(unused_variables)]
impl Checker<'_> {
    /// Adds a line to an error.
    pub(crate) fn add(&self, err: &mut ErrorBuilder, at: impl Into<At>, text: impl Into<String>) {
        let pos = self.at_pos(at.into());
        err.parts.push((pos, text.into()));
    }

    /// Adds "other declaration of" for `obj`.
    pub(crate) fn add_alt_decl(&self, err: &mut ErrorBuilder, obj: ObjId) {
        unimplemented!()
    }

    /// Reports a finished error, unless it only follows from an earlier one.
    pub(crate) fn report(&self, err: ErrorBuilder) {
        unimplemented!()
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
        unimplemented!()
    }

    /// An expression as messages show it.
    pub(crate) fn expr_str(&self, e: ExprId) -> String {
        unimplemented!()
    }
}
