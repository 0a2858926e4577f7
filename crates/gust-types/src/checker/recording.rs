//! Recording results in the side tables.

use super::operand::{Mode, Operand};
use super::{Checker, UntypedInfo};
use crate::constant::Value;
use crate::ids::{ObjId, TypeId};
use crate::info::{ExprMode, Instance, Selection, SelectionKind, TypeAndMode};
use gust_syntax::ast::{ExprId, ExprKind, StmtId};

/// The entry of a dense table for `index`; tables grow to the size of the tree when first used.
fn entry<T: Default + Clone>(table: &mut Vec<T>, index: usize, size: usize) -> &mut T {
    if table.len() <= index {
        table.resize(size.max(index + 1), T::default());
    }
    &mut table[index]
}

impl From<Mode> for ExprMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Invalid => ExprMode::None,
            Mode::NoValue => ExprMode::NoValue,
            Mode::Builtin(_) => ExprMode::Builtin,
            Mode::TypeExpr => ExprMode::TypeExpr,
            Mode::Constant => ExprMode::Constant,
            Mode::Variable => ExprMode::Variable,
            Mode::MapIndex => ExprMode::MapIndex,
            Mode::Value => ExprMode::Value,
            Mode::Nil => ExprMode::Nil,
            Mode::CommaOk => ExprMode::CommaOk,
        }
    }
}

impl Checker<'_> {
    /// Records what `x` is for its expression (delayed if untyped).
    pub(crate) fn record(&self, x: &Operand) {
        let Some(e) = x.expr else {
            return;
        };
        if !x.is_valid() {
            return;
        }
        if x.mode != Mode::NoValue && self.is_untyped(x.ty) {
            let info = UntypedInfo {
                is_lhs: false,
                mode: x.mode,
                ty: x.ty,
                value: x.constant().cloned(),
            };
            self.remember_untyped(Some(e), info);
            return;
        }
        self.record_type_and_value(e, x.mode, x.ty, x.constant());
    }

    /// Records the types of what stayed untyped, at the end.
    pub(crate) fn record_untyped(&self) {
        let untyped = self.untyped.take();
        for (e, info) in untyped {
            self.record_type_and_value(e, info.mode, info.ty, info.value.as_ref());
        }
    }

    /// Records mode, type and constant value of an expression; nothing if it is in error.
    pub(crate) fn record_type_and_value(
        &self,
        e: ExprId,
        mode: Mode,
        t: TypeId,
        value: Option<&Value>,
    ) {
        if mode == Mode::Invalid {
            return;
        }
        let mut info = self.info.borrow_mut();
        *entry(&mut info.types, e.index(), self.ast.exprs.len()) = TypeAndMode {
            mode: mode.into(),
            ty: (mode != Mode::NoValue).then_some(t),
        };
        if let (Mode::Constant, Some(value)) = (mode, value) {
            info.values.insert(e, value.clone());
        }
    }

    /// `e` is used in a comma-ok context: its type becomes the tuple of the two operands' types.
    pub(crate) fn record_comma_ok_types(&self, e: ExprId, operands: &[Operand]) {
        let [first, second] = operands else {
            return;
        };
        if !first.is_valid() {
            return;
        }
        let tuple = self.new_tuple(&[first.ty, second.ty]);
        let mut e = e;
        loop {
            let mut info = self.info.borrow_mut();
            entry(&mut info.types, e.index(), self.ast.exprs.len()).ty = Some(tuple);
            match self.ast[e].kind {
                ExprKind::Paren { x, .. } => e = x,
                _ => return,
            }
        }
    }

    /// Records an instantiation at the identifier that `e` (a name, a qualified name, or an index
    /// expression of such) instantiates.
    pub(crate) fn record_instance(&self, e: ExprId, targs: &[TypeId], t: TypeId) {
        let mut e = e;
        loop {
            e = match self.ast[e].kind {
                ExprKind::Index { x, .. } | ExprKind::Paren { x, .. } => x,
                ExprKind::Selector { sel, .. } => sel,
                _ => break,
            };
        }
        let instance = Instance {
            type_args: targs.into(),
            ty: t,
        };
        self.info.borrow_mut().instances.insert(e, instance);
    }

    /// Records the object that identifier `name` declares; none for the blank-like names that
    /// declare nothing.
    pub(crate) fn record_def(&self, name: ExprId, obj: Option<ObjId>) {
        let mut info = self.info.borrow_mut();
        *entry(&mut info.objects, name.index(), self.ast.exprs.len()) = obj;
    }

    /// Records the object that identifier `name` denotes.
    pub(crate) fn record_use(&self, name: ExprId, obj: ObjId) {
        self.record_def(name, Some(obj));
    }

    /// Records the variable of a type switch clause.
    pub(crate) fn record_implicit_clause(&self, clause: StmtId, obj: ObjId) {
        let mut info = self.info.borrow_mut();
        info.implicit_clauses.insert(clause, obj);
    }

    /// Records the package name of an import without local name.
    pub(crate) fn record_implicit_import(&self, path: ExprId, obj: ObjId) {
        self.info.borrow_mut().implicit_imports.insert(path, obj);
    }

    /// Records what selector expression `e` selects.
    pub(crate) fn record_selection(
        &self,
        e: ExprId,
        kind: SelectionKind,
        recv: TypeId,
        obj: ObjId,
        index: &[u32],
        indirect: bool,
    ) {
        if let ExprKind::Selector { sel, .. } = self.ast[e].kind {
            self.record_use(sel, obj);
        }
        let selection = Selection {
            kind,
            recv,
            obj,
            index: index.into(),
            indirect,
        };
        self.info.borrow_mut().selections.insert(e, selection);
    }
}
