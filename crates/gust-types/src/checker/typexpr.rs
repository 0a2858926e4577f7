//! Type expressions.

use super::Checker;
use super::operand::Operand;
use crate::ids::{ObjId, TypeId};
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks identifier `e` and sets `x` to what it denotes.
    pub(crate) fn ident(&self, x: &mut Operand, e: ExprId, want_type: bool) {
        unimplemented!()
    }
    /// The type that `e` denotes; an error gives `TypeId::INVALID`.
    pub(crate) fn typ(&self, e: ExprId) -> TypeId {
        unimplemented!()
    }
    /// Like `typ` for the type of a variable: constraint interfaces are reported.
    pub(crate) fn var_type(&self, e: ExprId) -> TypeId {
        unimplemented!()
    }
    /// Like `typ`; `def` is the type name being declared with it.
    pub(crate) fn declared_type(&self, e: ExprId, def: Option<ObjId>) -> TypeId {
        unimplemented!()
    }
    /// Like `typ` but the type must be generic; `cause` gets why it is not.
    pub(crate) fn generic_type(&self, e: ExprId, cause: Option<&mut String>) -> TypeId {
        unimplemented!()
    }
    /// The types of a list; `None` if any is invalid.
    pub(crate) fn type_list(&self, list: &[ExprId]) -> Option<Vec<TypeId>> {
        unimplemented!()
    }
    /// The constant array length `e`; negative after an error.
    pub(crate) fn array_length(&self, e: ExprId) -> i64 {
        unimplemented!()
    }
    /// Reports a constraint interface used as the type of a variable (delayed; the official
    /// validVarType). `e` is the type expression.
    pub(crate) fn valid_var_type(&self, e: ExprId, t: TypeId) {
        unimplemented!()
    }
}
