//! Instances of generic types and functions; satisfying constraints.

use super::Checker;
use crate::ids::TypeId;
use gust_syntax::Pos;

#[allow(unused_variables)]
impl Checker<'_> {
    /// The instance of generic `orig` (named, alias or signature), without checking constraints. Identical instances of a package share a handle.
    pub(crate) fn instance(
        &self,
        pos: Pos,
        orig: TypeId,
        targs: &[TypeId],
        expanding: Option<TypeId>,
    ) -> TypeId {
        unimplemented!()
    }
    /// Checks the number of type arguments and reports an error if it is wrong ("not enough type arguments for type %s: have %d, want %d").
    pub(crate) fn validate_targ_len(&self, pos: Pos, name: &str, want: usize, got: usize) -> bool {
        unimplemented!()
    }
    /// Whether the type arguments satisfy their constraints: else the index of the first that does not, and why.
    pub(crate) fn verify(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[TypeId],
    ) -> Result<(), (usize, String)> {
        unimplemented!()
    }
    /// Whether `v` implements (or, for constraints, satisfies) interface `t`.
    pub(crate) fn implements(
        &self,
        v: TypeId,
        t: TypeId,
        constraint: bool,
        cause: Option<&mut String>,
    ) -> bool {
        unimplemented!()
    }
}
