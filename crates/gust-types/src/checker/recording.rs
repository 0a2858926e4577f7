//! Recording results in the side tables.

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::Value;
use crate::ids::{ObjId, TypeId};
use crate::info::SelectionKind;
use gust_syntax::ast::{ExprId, StmtId};

#[allow(unused_variables)]
impl Checker<'_> {
    /// Records what `x` is for its expression (delayed if untyped).
    pub(crate) fn record(&self, x: &Operand) {
        unimplemented!()
    }
    /// Records the types of what stayed untyped, at the end.
    pub(crate) fn record_untyped(&self) {
        unimplemented!()
    }
    pub(crate) fn record_type_and_value(
        &self,
        e: ExprId,
        mode: Mode,
        t: TypeId,
        value: Option<&Value>,
    ) {
        unimplemented!()
    }
    pub(crate) fn record_builtin_type(&self, f: ExprId, sig: TypeId) {
        unimplemented!()
    }
    /// `e` is used in a comma-ok context: its type becomes the tuple of the two operands' types.
    pub(crate) fn record_comma_ok_types(&self, e: ExprId, operands: &[Operand]) {
        unimplemented!()
    }
    pub(crate) fn record_instance(&self, e: ExprId, targs: &[TypeId], t: TypeId) {
        unimplemented!()
    }
    pub(crate) fn record_def(&self, name: ExprId, obj: Option<ObjId>) {
        unimplemented!()
    }
    pub(crate) fn record_use(&self, name: ExprId, obj: ObjId) {
        unimplemented!()
    }
    pub(crate) fn record_implicit_clause(&self, clause: StmtId, obj: ObjId) {
        unimplemented!()
    }
    pub(crate) fn record_implicit_import(&self, path: ExprId, obj: ObjId) {
        unimplemented!()
    }
    pub(crate) fn record_selection(
        &self,
        e: ExprId,
        kind: SelectionKind,
        recv: TypeId,
        obj: ObjId,
        index: &[u32],
        indirect: bool,
    ) {
        unimplemented!()
    }
}
