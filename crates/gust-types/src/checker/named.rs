//! Defined types and their instances; type parameters; aliases.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use gust_syntax::Pos;

#[allow(unused_variables)]
impl Checker<'_> {
    /// A declared type for type name `obj` (whose type it becomes if it has none).
    pub(crate) fn new_named(&self, obj: ObjId) -> TypeId {
        unimplemented!()
    }
    /// A declared alias for `obj`.
    pub(crate) fn new_alias(&self, obj: ObjId, rhs: Option<TypeId>) -> TypeId {
        unimplemented!()
    }
    /// A type parameter for `obj` with a constraint that may be set later.
    pub(crate) fn new_type_param(&self, obj: ObjId, bound: Option<TypeId>) -> TypeId {
        unimplemented!()
    }
    /// The generic type behind an instance, else `t` itself (`t` is a `Named` handle).
    pub(crate) fn origin(&self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// Type arguments of an instance (named or alias), else none.
    pub(crate) fn type_args(&self, t: TypeId) -> &[TypeId] {
        unimplemented!()
    }
    /// Type parameters of a named type (those of its origin) or alias.
    pub(crate) fn type_params(&self, t: TypeId) -> &[TypeId] {
        unimplemented!()
    }
    /// Number of methods of a named type or its origin.
    pub(crate) fn num_methods(&self, named: TypeId) -> usize {
        unimplemented!()
    }
    /// Method `i`, for instances with substituted signature (made when first asked for).
    pub(crate) fn named_method(&self, named: TypeId, i: usize) -> ObjId {
        unimplemented!()
    }
    /// Method of a named type by name.
    pub(crate) fn named_lookup_method(
        &self,
        named: TypeId,
        pkg: Option<crate::ids::PkgId>,
        name: gust_syntax::Symbol,
        fold_case: bool,
    ) -> Option<(usize, ObjId)> {
        unimplemented!()
    }
    /// Resolves the underlying types of all types of this package, at the end of checking.
    pub(crate) fn complete_types(&self) {
        unimplemented!()
    }
}
