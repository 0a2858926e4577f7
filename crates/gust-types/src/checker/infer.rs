//! Type inference (spec: Type inference).

use super::Checker;
use super::errors::ErrorBuilder;
use super::operand::Operand;
use crate::ids::TypeId;
use gust_syntax::Pos;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Infers missing type arguments. `params` are the types of the parameters (after adjusting for variadic calls), `args` the operands. `reverse` describes the only operand, which has no expression, in reverse inference from an assignment. On failure `err` has got the reason. `targs` may be shorter than `tparams` or have none entries.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn infer(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[Option<TypeId>],
        params: &[TypeId],
        args: &[Operand],
        reverse: Option<(Pos, &str)>,
        err: &mut ErrorBuilder,
    ) -> Option<Vec<TypeId>> {
        unimplemented!()
    }
    /// Fresh type parameters in place of `tparams`, and `types` with them.
    pub(crate) fn rename_type_params(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        types: &[TypeId],
    ) -> (Vec<TypeId>, Vec<TypeId>) {
        unimplemented!()
    }
    /// Whether `t` mentions any of `tparams`.
    pub(crate) fn is_parameterized(&self, tparams: &[TypeId], t: TypeId) -> bool {
        unimplemented!()
    }
}
