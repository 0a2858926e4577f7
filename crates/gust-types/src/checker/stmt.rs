//! Statements and function bodies.

use super::Checker;
use super::decls::DeclKey;
use crate::constant::Value;
use crate::ids::{ObjId, TypeId};
use gust_syntax::ast::BlockId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks a function body in its signature's scope. `name` is for messages.
    pub(crate) fn func_body(
        &self,
        decl: Option<DeclKey>,
        name: &str,
        sig: TypeId,
        body: BlockId,
        iota: Option<Value>,
    ) {
        unimplemented!()
    }
    /// Opens a block scope inside the current one.
    pub(crate) fn open_scope(&self, pos: gust_syntax::Pos, end: gust_syntax::Pos) {
        unimplemented!()
    }
    /// Closes it.
    pub(crate) fn close_scope(&self) {
        unimplemented!()
    }
}
