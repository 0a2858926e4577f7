//! Type inference (spec: Type inference).

use super::Checker;
use super::errors::ErrorBuilder;
use super::operand::Operand;
use crate::ids::{ObjId, TypeId};
use gust_syntax::Pos;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Infers missing type arguments. `params` are the parameters (after adjusting for variadic calls), `args` the operands. On failure `err` has got the reason. `targs` may be shorter than `tparams` or have none entries.
    pub(crate) fn infer(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[Option<TypeId>],
        params: &[ObjId],
        args: &[Operand],
        reverse: bool,
        err: &mut ErrorBuilder,
    ) -> Option<Vec<TypeId>> {
        unimplemented!()
    }
    /// Fresh type parameters in place of `tparams`, and `t` with them (a signature's or any type).
    pub(crate) fn rename_type_params(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        t: TypeId,
    ) -> (Vec<TypeId>, TypeId) {
        unimplemented!()
    }
    /// Whether `t` mentions any of `tparams`.
    pub(crate) fn is_parameterized(&self, tparams: &[TypeId], t: TypeId) -> bool {
        unimplemented!()
    }
}
