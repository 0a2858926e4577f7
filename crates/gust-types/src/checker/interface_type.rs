//! Interface types.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Fills in interface `ityp` from syntax `e`; `def` is the type name being declared with it.
    pub(crate) fn interface_type(&self, ityp: TypeId, e: ExprId, def: Option<ObjId>) {
        unimplemented!()
    }
}
