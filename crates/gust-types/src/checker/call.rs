//! Calls, instantiation of functions, selectors.

use super::Checker;
use super::expr::ExprForm;
use super::operand::{Operand, Target};
use crate::ids::{ObjId, TypeId};
use gust_syntax::ast::ExprId;
use gust_syntax::{Pos, Symbol};

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks a call or conversion.
    pub(crate) fn call_expr(&self, x: &mut Operand, call: ExprId) -> ExprForm {
        unimplemented!()
    }
    /// Instantiates generic function `x` with the index expression's type arguments (`inst`), with `target` to infer from; `infer` allows missing arguments. Without inference the (partial) type arguments are returned.
    pub(crate) fn func_inst(
        &self,
        target: Option<&Target>,
        pos: Pos,
        x: &mut Operand,
        inst: Option<ExprId>,
        infer: bool,
    ) -> Option<Vec<Option<TypeId>>> {
        unimplemented!()
    }
    /// Checks selector `e`.
    pub(crate) fn selector(&self, x: &mut Operand, e: ExprId, want_type: bool) {
        unimplemented!()
    }
    /// Why there is no field or method `sel` in `t`, given what there is instead (`alt`, found
    /// without regard to case); `struct_lit` for keys of composite literals.
    pub(crate) fn lookup_error(
        &self,
        t: TypeId,
        sel: Symbol,
        alt: Option<ObjId>,
        struct_lit: bool,
    ) -> String {
        unimplemented!()
    }
    /// Checks a list of expressions that are values; a single call may give several.
    pub(crate) fn expr_list(&self, list: &[ExprId]) -> Vec<Operand> {
        unimplemented!()
    }
    /// Evaluates expressions that would go unchecked after an error, so that what they use counts as used. False if any was invalid.
    pub(crate) fn use_exprs(&self, list: &[ExprId]) -> bool {
        unimplemented!()
    }
    /// Same for left sides, where a variable does not count as used.
    pub(crate) fn use_lhs(&self, list: &[ExprId]) -> bool {
        unimplemented!()
    }
    /// The instantiated signature; constraints are verified later.
    pub(crate) fn instantiate_signature(
        &self,
        pos: Pos,
        expr: ExprId,
        sig: TypeId,
        targs: &[TypeId],
        xlist: &[ExprId],
    ) -> TypeId {
        unimplemented!()
    }
    /// Checks evaluated arguments against a signature without type parameters, as for a call
    /// `call` of it; for builtins (the official `arguments` without type arguments).
    pub(crate) fn plain_arguments(&self, call: ExprId, sig: TypeId, args: Vec<Operand>) {
        unimplemented!()
    }
}
