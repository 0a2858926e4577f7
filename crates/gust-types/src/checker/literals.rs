//! Basic, composite and function literals.

use super::Checker;
use super::operand::Operand;
use crate::ids::TypeId;
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    pub(crate) fn basic_lit(&self, x: &mut Operand, e: ExprId) {
        unimplemented!()
    }
    pub(crate) fn func_lit(&self, x: &mut Operand, e: ExprId) {
        unimplemented!()
    }
    pub(crate) fn composite_lit(&self, x: &mut Operand, e: ExprId, hint: Option<TypeId>) {
        unimplemented!()
    }
}
