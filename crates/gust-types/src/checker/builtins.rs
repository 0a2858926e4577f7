//! Calls of predeclared functions.

use super::Checker;
use super::operand::Operand;
use crate::object::BuiltinId;
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks call `call` of builtin `id`; false (and `x` invalid) after an error.
    pub(crate) fn builtin(&self, x: &mut Operand, call: ExprId, id: BuiltinId) -> bool {
        unimplemented!()
    }
}
