//! Expressions.

use super::Checker;
use super::operand::{Operand, Target};
use crate::ids::TypeId;
use gust_syntax::Pos;
use gust_syntax::ast::ExprId;
use gust_syntax::token::Op;

/// What form of expression it was, for expression statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExprForm {
    /// A conversion.
    Conversion,
    /// Any other expression.
    Expression,
    /// A call or receive, which may stand as a statement.
    Statement,
}

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks `e` as a single value (a type, no value, or a generic function without instantiation is an error). `target` is the assignment's left side, for inferring type arguments of a function.
    pub(crate) fn expr(&self, target: Option<&Target>, x: &mut Operand, e: ExprId) {
        unimplemented!()
    }
    /// Like `expr`, but a generic function is allowed.
    pub(crate) fn generic_expr(&self, x: &mut Operand, e: ExprId) {
        unimplemented!()
    }
    /// Like `expr`, but a call may have several results: the values as operands, and whether they come from a comma-ok expression (then two operands).
    pub(crate) fn multi_expr(&self, e: ExprId, allow_comma_ok: bool) -> (Vec<Operand>, bool) {
        unimplemented!()
    }
    /// Like `expr` with the type of an enclosing composite literal's elements.
    pub(crate) fn expr_with_hint(&self, x: &mut Operand, e: ExprId, hint: TypeId) {
        unimplemented!()
    }
    /// An expression or a type.
    pub(crate) fn expr_or_type(&self, x: &mut Operand, e: ExprId, allow_generic: bool) {
        unimplemented!()
    }
    /// The most general form; gives the kind (for statement checks).
    pub(crate) fn raw_expr(
        &self,
        target: Option<&Target>,
        x: &mut Operand,
        e: ExprId,
        hint: Option<TypeId>,
        allow_generic: bool,
    ) -> ExprForm {
        unimplemented!()
    }
    /// Makes `x` invalid, with an error, if it is a call without value, a predeclared function
    /// (if `builtin`) or a type (if `type_expr`): the official `exclude`.
    pub(crate) fn exclude(&self, x: &mut Operand, builtin: bool, type_expr: bool) {
        unimplemented!()
    }
    /// Makes `x` invalid, with an error, if it is not exactly one value.
    pub(crate) fn single_value(&self, x: &mut Operand) {
        unimplemented!()
    }
    /// `x op y` where `e` is the whole expression if there is one (none for `x op= y`); `op_pos` is the operator.
    pub(crate) fn binary(
        &self,
        x: &mut Operand,
        e: Option<ExprId>,
        lhs: ExprId,
        rhs: ExprId,
        op: Op,
        op_pos: Pos,
    ) {
        unimplemented!()
    }
    /// A comparison of two operands (also of switch cases).
    pub(crate) fn comparison(&self, x: &mut Operand, y: &mut Operand, op: Op, switch_case: bool) {
        unimplemented!()
    }
    /// Makes untyped operand(s) of a binary operation agree.
    pub(crate) fn match_types(&self, x: &mut Operand, y: &mut Operand) {
        unimplemented!()
    }
    /// The element type of channel operand `x` for a receive or send; reports errors.
    pub(crate) fn chan_elem(
        &self,
        at: super::errors::At,
        x: &Operand,
        recv: bool,
    ) -> Option<TypeId> {
        unimplemented!()
    }
    /// Reports generic function values without instantiation.
    pub(crate) fn non_generic(&self, target: Option<&Target>, x: &mut Operand) {
        unimplemented!()
    }
    /// Checks that `x.(t)` is possible.
    pub(crate) fn type_assertion(&self, e: ExprId, x: &Operand, t: TypeId, type_switch: bool) {
        unimplemented!()
    }
}
