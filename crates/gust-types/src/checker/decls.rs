//! Package-level declarations as collected, and their checking.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use crate::scope::ScopeId;
use gust_syntax::Pos;
use gust_syntax::ast::{DeclId, ExprId};

/// Key of a package-level declaration: its first object.
pub(crate) type DeclKey = ObjId;

/// The declarations of the package and how far their checking has come.
#[derive(Default)]
pub(crate) struct DeclState {}

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks the declaration of an object if that has not been done (the official objDecl): afterwards it has a type.
    pub(crate) fn obj_decl(&self, obj: ObjId) {
        unimplemented!()
    }
    /// Checks a declaration statement.
    pub(crate) fn decl_stmt(&self, d: DeclId) {
        unimplemented!()
    }
    /// Declares `obj` in `scope` under the identifier `id` (recorded as its definition); reports redeclarations. `pos` is where its scope starts.
    pub(crate) fn declare(&self, scope: ScopeId, id: Option<ExprId>, obj: ObjId, pos: Pos) {
        unimplemented!()
    }
    /// Notes that the declaration being checked depends on `obj`.
    pub(crate) fn add_decl_dep(&self, obj: ObjId) {
        unimplemented!()
    }
    /// Reports a type or constant cycle.
    pub(crate) fn cycle_error(&self, cycle: &[ObjId], start: usize) {
        unimplemented!()
    }
    /// Whether `obj` was found on the object path at a valid cycle.
    pub(crate) fn valid_cycle(&self, obj: ObjId) -> bool {
        unimplemented!()
    }
}
