//! Struct types.

use super::Checker;
use crate::ids::TypeId;
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Fills in struct `styp` from syntax `e`.
    pub(crate) fn struct_type(&self, styp: TypeId, e: ExprId) {
        unimplemented!()
    }
}
