//! Index and slice expressions.

use super::Checker;
use super::operand::Operand;
use crate::ids::TypeId;
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks `x[...]`; true if it is a function instantiation, which the caller goes on with.
    pub(crate) fn index_expr(&self, x: &mut Operand, e: ExprId) -> bool {
        unimplemented!()
    }
    pub(crate) fn slice_expr(&self, x: &mut Operand, e: ExprId) {
        unimplemented!()
    }
    /// Checks an index; `max` negative means no limit. The type, and the constant value or a negative number.
    pub(crate) fn index_value(&self, e: ExprId, max: i64) -> (TypeId, i64) {
        unimplemented!()
    }
}
