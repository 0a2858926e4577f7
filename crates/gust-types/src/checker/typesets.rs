//! Computing type sets; unions and terms.

use super::Checker;
use crate::ids::TypeId;
use crate::typeset::TypeSet;
use gust_syntax::Pos;
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// The type set of an interface type (handle of a `Type::Interface`), computed when first needed. `pos` is where errors are reported, if known.
    pub(crate) fn type_set(&self, iface: TypeId, pos: Pos) -> &TypeSet {
        unimplemented!()
    }
    /// Whether the set is all types, methods aside.
    pub(crate) fn is_method_set(&self, iface: TypeId) -> bool {
        unimplemented!()
    }
    /// Whether the interface is `any`-like: no methods, all types.
    pub(crate) fn is_empty_interface(&self, iface: TypeId) -> bool {
        unimplemented!()
    }
    /// The constraint interface of a type parameter.
    pub(crate) fn type_param_iface(&self, tpar: TypeId) -> TypeId {
        unimplemented!()
    }
    /// Checks a union or tilde expression `e` in a constraint and gives its type.
    pub(crate) fn parse_union(&self, e: ExprId) -> TypeId {
        unimplemented!()
    }
    /// A new union-embedding implicit interface etc. is made by `interface_type.rs`; this tells whether `sub`'s type set lies in `sup`'s.
    pub(crate) fn type_set_subset_of(&self, sub: TypeId, sup: TypeId) -> bool {
        unimplemented!()
    }
}
