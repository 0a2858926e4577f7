//! Assignments and initialisations.

use super::Checker;
use super::operand::Operand;
use crate::ids::{ObjId, TypeId};
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, StmtId};

#[allow(unused_variables)]
impl Checker<'_> {
    /// Whether `x` may be assigned to `t` (spec: Assignability); `Err` has the error code's name and the cause, maybe empty.
    pub(crate) fn assignable_to(
        &self,
        x: &Operand,
        t: TypeId,
    ) -> Result<(), (&'static str, String)> {
        unimplemented!()
    }
    /// Assigns `x` to a variable of type `t` (none: its default type); reports errors in terms of `context`. `x` is invalid afterwards if it failed.
    pub(crate) fn assignment(&self, x: &mut Operand, t: Option<TypeId>, context: &str) {
        unimplemented!()
    }
    pub(crate) fn init_const(&self, lhs: ObjId, x: &mut Operand) {
        unimplemented!()
    }
    pub(crate) fn init_var(&self, lhs: ObjId, x: &mut Operand, context: &str) {
        unimplemented!()
    }
    /// Initialises variables from expressions; `return_stmt` for results.
    pub(crate) fn init_vars(&self, lhs: &[ObjId], rhs: &[ExprId], return_stmt: Option<StmtId>) {
        unimplemented!()
    }
    /// Assigns expression `rhs` (or the given operand) to place `lhs`.
    pub(crate) fn assign_var(
        &self,
        lhs: ExprId,
        rhs: Option<ExprId>,
        x: Option<&mut Operand>,
        context: &str,
    ) {
        unimplemented!()
    }
    pub(crate) fn assign_vars(&self, lhs: &[ExprId], rhs: &[ExprId]) {
        unimplemented!()
    }
    pub(crate) fn short_var_decl(&self, pos: Pos, lhs: &[ExprId], rhs: &[ExprId]) {
        unimplemented!()
    }
}
