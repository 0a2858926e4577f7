//! Finding fields and methods (spec: Selectors), and missing methods.

use super::Checker;
use crate::ids::{ObjId, PkgId, TypeId};
use gust_syntax::Symbol;

/// What a lookup found.
#[derive(Clone, Debug, Default)]
pub(crate) struct LookupResult {
    /// The field or method.
    pub obj: Option<ObjId>,
    /// The path to it; not empty without `obj` when the selector is ambiguous.
    pub index: Vec<u32>,
    /// Whether a pointer was followed.
    pub indirect: bool,
}

#[allow(unused_variables)]
impl Checker<'_> {
    /// Looks `name` up in `t` as a selector would. `obj` is none if there is none, or if `index` is not empty: ambiguous; or if `indirect`: pointer receiver method not in the method set.
    pub(crate) fn lookup_field_or_method(
        &self,
        t: TypeId,
        addressable: bool,
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> LookupResult {
        unimplemented!()
    }
    /// A method of `v` that `t` (interface) asks for and `v` lacks: `(method, wrong_type)`. `cause` receives the official explanation.
    pub(crate) fn missing_method(
        &self,
        v: TypeId,
        t: TypeId,
        static_: bool,
        equivalent: &dyn Fn(TypeId, TypeId) -> bool,
        cause: Option<&mut String>,
    ) -> Option<(ObjId, bool)> {
        unimplemented!()
    }
    /// No method is missing.
    pub(crate) fn has_all_methods(
        &self,
        v: TypeId,
        t: TypeId,
        static_: bool,
        equivalent: &dyn Fn(TypeId, TypeId) -> bool,
        cause: Option<&mut String>,
    ) -> bool {
        unimplemented!()
    }
    /// Whether a value of interface type `v` can be asserted to have type `t`.
    pub(crate) fn assertable_to(&self, v: TypeId, t: TypeId, cause: Option<&mut String>) -> bool {
        unimplemented!()
    }
    /// Same with type sets taken into account (type switch on generics), as the official `newAssertableTo`.
    pub(crate) fn new_assertable_to(
        &self,
        v: TypeId,
        t: TypeId,
        cause: Option<&mut String>,
    ) -> bool {
        unimplemented!()
    }
    /// "type P is pointer to interface, not interface" and the like.
    pub(crate) fn interface_ptr_error(&self, t: TypeId) -> String {
        unimplemented!()
    }
    /// Whether `t` has, at any depth, embedded fields of invalid type.
    pub(crate) fn has_invalid_embedded_fields(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// The struct that `t` is or points to, else `t`.
    pub(crate) fn deref_struct_ptr(&self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// Index of a field in a struct's fields.
    pub(crate) fn field_index(
        &self,
        fields: &[ObjId],
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> Option<usize> {
        unimplemented!()
    }
    /// Index and object of a method in a list of methods.
    pub(crate) fn method_index(
        &self,
        methods: &[ObjId],
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> Option<(usize, ObjId)> {
        unimplemented!()
    }
}
