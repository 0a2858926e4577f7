//! Predicates on types.

use super::Checker;
use crate::ids::TypeId;
use crate::types::{BasicInfo, BasicKind};

#[allow(unused_variables)]
impl Checker<'_> {
    /// The first type on the alias chain of `t` that is no alias.
    pub(crate) fn unalias(&self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// The underlying type; that of a type parameter is its constraint interface.
    pub(crate) fn under(&self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// `unalias(t)` if it is a `Named`.
    pub(crate) fn as_named(&self, t: TypeId) -> Option<TypeId> {
        unimplemented!()
    }
    /// Whether `t` is not invalid, aliases looked through.
    pub(crate) fn is_valid(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Kind of the basic type that underlies `t`; none for type parameters and all else.
    pub(crate) fn basic_kind(&self, t: TypeId) -> Option<BasicKind> {
        unimplemented!()
    }
    /// Whether `t`'s underlying type is basic with one of `info`'s classes; false for type parameters.
    pub(crate) fn is_basic(&self, t: TypeId, info: BasicInfo) -> bool {
        unimplemented!()
    }
    /// Like `is_basic`; for a type parameter whether it holds for all types of its type set.
    pub(crate) fn all_basic(&self, t: TypeId, info: BasicInfo) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_boolean(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_numeric(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_string(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_integer(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_unsigned(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_float(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_complex(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_const_type(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_integer_or_float(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_integer(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_unsigned(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_numeric(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_string(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_boolean(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_ordered(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn all_numeric_or_string(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether `t` has a name: basic, named, alias of such, type parameter.
    pub(crate) fn has_name(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether `t` is a type literal.
    pub(crate) fn is_type_lit(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether `t` is typed (safe on types still being set up).
    pub(crate) fn is_typed(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_untyped(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_untyped_numeric(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether `t`'s underlying type is an interface (true for type parameters).
    pub(crate) fn is_interface(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_non_type_param_interface(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_type_param(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn has_empty_type_set(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether `t` is a generic type that is not instantiated.
    pub(crate) fn is_generic(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether values of `t` compare with `==` (interfaces included, which may panic).
    pub(crate) fn comparable(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// None if `t` is comparable (`dynamic`: interfaces count); else the cause, maybe empty.
    pub(crate) fn comparable_cause(&self, t: TypeId, dynamic: bool) -> Option<String> {
        unimplemented!()
    }
    pub(crate) fn has_nil(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// Spec: Type identity.
    pub(crate) fn identical(&self, x: TypeId, y: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn identical_ignore_tags(&self, x: TypeId, y: TypeId) -> bool {
        unimplemented!()
    }
    /// Identity of instances.
    pub(crate) fn identical_instance(
        &self,
        xorig: TypeId,
        xargs: &[TypeId],
        yorig: TypeId,
        yargs: &[TypeId],
    ) -> bool {
        unimplemented!()
    }
    /// The default type of an untyped type, else `t`.
    pub(crate) fn default_type(&self, t: TypeId) -> TypeId {
        unimplemented!()
    }
    /// The larger of two untyped numeric types (int < rune < float < complex); none if there is no such order.
    pub(crate) fn max_type(&self, x: TypeId, y: TypeId) -> Option<TypeId> {
        unimplemented!()
    }
    pub(crate) fn is_bytes_or_runes(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_pointer(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_unsafe_pointer(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    pub(crate) fn is_uintptr(&self, t: TypeId) -> bool {
        unimplemented!()
    }
    /// `(elem, true)` for a pointer type (aliases looked through, names not), else `(t, false)`.
    pub(crate) fn deref(&self, t: TypeId) -> (TypeId, bool) {
        unimplemented!()
    }
}
