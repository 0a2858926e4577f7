//! Function types: receivers, type parameters, parameters, results.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use gust_syntax::ast::{FieldListId, FuncTypeId};

#[allow(unused_variables)]
impl Checker<'_> {
    /// Fills in signature `sig` (a fresh `Type::Signature`) from its syntax; opens and closes its scope, which is recorded in it.
    pub(crate) fn func_type(&self, sig: TypeId, recv: Option<FieldListId>, ty: FuncTypeId) {
        unimplemented!()
    }
    /// A synthesised signature.
    pub(crate) fn make_signature(
        &self,
        params: &[TypeId],
        results: &[TypeId],
        variadic: bool,
    ) -> TypeId {
        unimplemented!()
    }
    /// A parameter variable without name.
    pub(crate) fn new_param(&self, ty: TypeId) -> ObjId {
        unimplemented!()
    }
    /// A tuple type of variables with these types.
    pub(crate) fn new_tuple(&self, types: &[TypeId]) -> TypeId {
        unimplemented!()
    }
}
