//! Substituting type arguments for type parameters.

use super::Checker;
use crate::ids::TypeId;
use gust_syntax::Pos;

#[allow(unused_variables)]
impl Checker<'_> {
    /// `t` with `tparams[i]` replaced by `targs[i]`. `expanding` is the instance whose expansion asked for it.
    pub(crate) fn subst(
        &self,
        pos: Pos,
        t: TypeId,
        tparams: &[TypeId],
        targs: &[TypeId],
        expanding: Option<TypeId>,
    ) -> TypeId {
        unimplemented!()
    }
}
