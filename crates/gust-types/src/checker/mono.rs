//! Infinite instantiation through recursion.

use super::Checker;
use crate::ids::TypeId;
use gust_syntax::Pos;
use gust_syntax::ast::ExprId;

/// The graph of flows between type parameters.
#[derive(Default)]
pub(crate) struct MonoState {}

#[allow(unused_variables)]
impl Checker<'_> {
    /// Reports instantiation cycles, at the end of checking.
    pub(crate) fn monomorph(&self) {
        unimplemented!()
    }
    /// Notes an instantiation.
    pub(crate) fn mono_record_instance(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[TypeId],
        xlist: &[ExprId],
    ) {
        unimplemented!()
    }
    /// Notes that `mpar`, a receiver's type parameter, stands for `tpar` of its generic type.
    pub(crate) fn mono_record_canon(&self, mpar: TypeId, tpar: TypeId) {
        unimplemented!()
    }
}
