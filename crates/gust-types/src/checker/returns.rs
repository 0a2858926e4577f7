//! Terminating statements (spec).

use super::Checker;
use gust_syntax::Symbol;
use gust_syntax::ast::{BlockId, StmtId, StmtKind, StmtList};
use gust_syntax::token::BranchKeyword;

/// Which `break` statements are looked for: those with the label, and those without label if
/// `implicit`.
#[derive(Clone, Copy)]
struct Target {
    label: Option<Symbol>,
    implicit: bool,
}

impl Checker<'_> {
    /// Whether the block ends in a terminating statement.
    pub(crate) fn is_terminating_block(&self, block: BlockId) -> bool {
        self.is_terminating_list(self.ast[block].stmts)
    }

    fn is_terminating_list(&self, list: StmtList) -> bool {
        let is_empty = |s: &&StmtId| matches!(self.ast[**s].kind, StmtKind::Empty { .. });
        let last = self.ast[list].iter().rev().find(|s| !is_empty(s));
        last.is_some_and(|&s| self.is_terminating(s, None))
    }

    /// `label` is the statement's label.
    fn is_terminating(&self, s: StmtId, label: Option<Symbol>) -> bool {
        let here = Target {
            label,
            implicit: true,
        };
        match self.ast[s].kind {
            StmtKind::Labeled { label, stmt, .. } => {
                self.is_terminating(stmt, Some(self.name_of(label)))
            }
            StmtKind::Expr(x) => {
                let call = self.ast.unparen(x);
                self.env.borrow().panics.contains(&call)
            }
            StmtKind::Return { .. } => true,
            StmtKind::Branch { keyword, .. } => {
                matches!(keyword, BranchKeyword::Goto | BranchKeyword::Fallthrough)
            }
            StmtKind::Block(block) => self.is_terminating_block(block),
            StmtKind::If { then, els, .. } => els.is_some_and(|els| {
                self.is_terminating_block(then) && self.is_terminating(els, None)
            }),
            StmtKind::Switch { body, .. } | StmtKind::TypeSwitch { body, .. } => {
                let mut has_default = false;
                let clauses = &self.ast[self.ast[body].stmts];
                let ends = clauses.iter().all(|&clause| {
                    let StmtKind::Case { list, body, .. } = self.ast[clause].kind else {
                        return true;
                    };
                    has_default |= list.is_none();
                    self.is_terminating_list(body) && !self.list_has_break(body, here)
                });
                ends && has_default
            }
            StmtKind::Select { body } => {
                let clauses = &self.ast[self.ast[body].stmts];
                clauses.iter().all(|&clause| {
                    let StmtKind::Comm { body, .. } = self.ast[clause].kind else {
                        return true;
                    };
                    self.is_terminating_list(body) && !self.list_has_break(body, here)
                })
            }
            // Loops over ranges end.
            StmtKind::For { cond, body, .. } => {
                cond.is_none() && !self.list_has_break(self.ast[body].stmts, here)
            }
            _ => false,
        }
    }

    fn list_has_break(&self, list: StmtList, target: Target) -> bool {
        self.ast[list].iter().any(|&s| self.has_break(s, target))
    }

    /// Whether `s` is or contains a `break` that ends the statement that `target` tells.
    fn has_break(&self, s: StmtId, target: Target) -> bool {
        // A `break` without label inside of these is theirs.
        let inner = Target {
            implicit: false,
            ..target
        };
        let labelled = target.label.is_some();
        match self.ast[s].kind {
            StmtKind::Labeled { stmt, .. } => self.has_break(stmt, target),
            StmtKind::Branch {
                keyword: BranchKeyword::Break,
                label,
            } => match label {
                None => target.implicit,
                Some(label) => target.label == Some(self.name_of(label)),
            },
            StmtKind::Block(block) => self.list_has_break(self.ast[block].stmts, target),
            StmtKind::If { then, els, .. } => {
                self.list_has_break(self.ast[then].stmts, target)
                    || els.is_some_and(|els| self.has_break(els, target))
            }
            StmtKind::Case { body, .. } | StmtKind::Comm { body, .. } => {
                self.list_has_break(body, target)
            }
            StmtKind::Switch { body, .. }
            | StmtKind::TypeSwitch { body, .. }
            | StmtKind::Select { body }
            | StmtKind::For { body, .. }
            | StmtKind::Range { body, .. } => {
                labelled && self.list_has_break(self.ast[body].stmts, inner)
            }
            _ => false,
        }
    }
}
