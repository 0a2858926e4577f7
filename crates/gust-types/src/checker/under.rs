//! Underlying types of all types in a type set.

use super::Checker;
use crate::ids::TypeId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// The `(type, underlying type)` pairs of `t`'s type set: `t` itself unless it is a type parameter;
    /// `None` stands for "no specific types".
    pub(crate) fn typeset(&self, t: TypeId) -> Vec<Option<(TypeId, TypeId)>> {
        unimplemented!()
    }
    /// The one underlying type shared by all of `t`'s type set (channels of compatible direction count as one), or the cause why there is none (may be empty). `cond` may refuse a pair with a cause.
    pub(crate) fn common_under(
        &self,
        t: TypeId,
        cond: Option<&dyn Fn(Option<TypeId>, Option<TypeId>) -> Option<String>>,
    ) -> Result<TypeId, String> {
        unimplemented!()
    }
}
