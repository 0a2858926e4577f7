//! The order in which operands are evaluated (spec: Order of evaluation).
//!
//! The language orders calls, receptions and the binary logical operators among each other, and leaves open when
//! variables are read in between. Programs have come to depend on what the official compiler does: what has effects is
//! evaluated first, in the order of the source, and with it what that compiler keeps in temporaries (slices, lengths,
//! conversions to slices, assertions). What is left, mostly reads of variables and memory, comes after the last call.
//! So `x + f()` adds what `x` is after the call.
//!
//! An expression is put in order at its root: its calls are evaluated, and their values kept until lowering the rest
//! comes to them.

use crate::func::{FuncLower, Val};
use crate::types::Kind;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;
use gust_types::info::ExprMode;
use gust_types::object::BuiltinId;
use smallvec::SmallVec;

/// Expressions that are evaluated for another one.
pub(crate) type Operands = SmallVec<[ExprId; 8]>;

/// When an expression is evaluated, among operands that are put in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It does not matter: a constant, a type, a variable.
    Any,
    /// When its turn comes; the value is kept.
    Early,
    /// As `Early`, and it may change variables.
    Effect,
    /// With what is left at the end, but its operands have turns.
    Late,
}

impl FuncLower<'_, '_> {
    /// Puts operands in order that are about to be evaluated together. Gives what has to be set `ordered` to behind
    /// them.
    pub(crate) fn order(&mut self, operands: &[ExprId]) -> bool {
        if !self.ordered && operands.iter().any(|&e| self.has_effect(e)) {
            for &e in operands {
                self.evaluate_early(e);
            }
        }
        std::mem::replace(&mut self.ordered, true)
    }

    /// Evaluates with the operands put in order.
    pub(crate) fn in_order<R>(
        &mut self,
        operands: &[ExprId],
        evaluate: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = self.order(operands);
        let result = evaluate(self);
        self.ordered = outer;
        result
    }

    /// The values of an expression that has been evaluated early.
    pub(crate) fn take_early(&mut self, e: ExprId) -> Option<Vec<Val>> {
        if self.early.is_empty() {
            return None;
        }
        self.early.remove(&self.ast().unparen(e))
    }

    /// Whether evaluating an expression changes nothing, or what does has been evaluated.
    pub(crate) fn is_settled(&self, e: ExprId) -> bool {
        self.early.contains_key(&self.ast().unparen(e))
            || match self.turn(e) {
                Turn::Any => true,
                Turn::Effect => false,
                Turn::Early | Turn::Late => self.parts_of(e).iter().all(|&o| self.is_settled(o)),
            }
    }

    /// Whether the value of an expression is kept from before.
    pub(crate) fn is_early(&self, e: ExprId) -> bool {
        self.early.contains_key(&self.ast().unparen(e))
    }

    /// Whether evaluating an expression may change a variable, or wait for somebody who does.
    fn has_effect(&self, e: ExprId) -> bool {
        match self.turn(e) {
            Turn::Any => false,
            Turn::Effect => true,
            Turn::Early | Turn::Late => self.parts_of(e).iter().any(|&o| self.has_effect(o)),
        }
    }

    fn evaluate_early(&mut self, e: ExprId) {
        match self.turn(e) {
            Turn::Any => {}
            Turn::Late => {
                for o in self.parts_of(e) {
                    self.evaluate_early(o);
                }
            }
            Turn::Early | Turn::Effect => {
                let inner = self.ast().unparen(e);
                let (pos, outer) = (self.pos, std::mem::replace(&mut self.ordered, false));
                let vals = match self.ast()[inner].kind {
                    ExprKind::Call { .. } => {
                        let vals = self.call(inner);
                        let ty = self.ty(inner);
                        match self.cx.types.kind(ty) {
                            Kind::Tuple(_) => vals,
                            _ => vals.into_iter().map(|v| self.fresh(ty, v)).collect(),
                        }
                    }
                    _ => {
                        let ty = self.ty(inner);
                        let ty = self.first_of(ty);
                        let val = self.expr(inner);
                        vec![self.fresh(ty, val)]
                    }
                };
                self.at(pos);
                self.ordered = outer;
                self.early.insert(inner, vals);
            }
        }
    }

    /// The operands of an operation that are put in order together; none if it does that itself.
    pub(crate) fn operands(&self, e: ExprId) -> Option<Operands> {
        match self.ast()[e].kind {
            ExprKind::Call { .. }
            | ExprKind::FuncLit { .. }
            | ExprKind::Binary {
                op: Op::AndAnd | Op::OrOr,
                ..
            } => None,
            ExprKind::CompositeLit { .. } if self.turn(e) == Turn::Early => None,
            _ => Some(self.parts_of(e)),
        }
    }

    /// The expressions that are evaluated for one, from left to right.
    pub(crate) fn parts_of(&self, e: ExprId) -> Operands {
        let ast = self.ast();
        let e = ast.unparen(e);
        let mut list = Operands::new();
        match ast[e].kind {
            ExprKind::CompositeLit { elems, .. } => {
                let is_map = self.turn(e) == Turn::Early;
                for &elem in &ast[elems] {
                    match ast[elem].kind {
                        ExprKind::KeyValue { key, value, .. } => {
                            if is_map {
                                list.push(key);
                            }
                            list.push(value);
                        }
                        _ => list.push(elem),
                    }
                }
            }
            ExprKind::Selector { x, .. } if self.info().selections.contains_key(&e) => list.push(x),
            ExprKind::TypeAssert { x, .. } | ExprKind::Star { x } | ExprKind::Unary { x, .. } => {
                list.push(x);
            }
            ExprKind::Index { x, indices, .. } => list.extend([x, ast[indices][0]]),
            ExprKind::Slice { x, index, .. } => {
                list.push(x);
                list.extend(index.at.into_iter().flatten());
            }
            ExprKind::Binary { x, y, .. } => list.extend([x, y]),
            ExprKind::Call { args, .. } => list.extend_from_slice(&ast[args]),
            _ => {}
        }
        list
    }

    fn turn(&self, e: ExprId) -> Turn {
        let ast = self.ast();
        let e = ast.unparen(e);
        match self.mode(e) {
            ExprMode::TypeExpr | ExprMode::Builtin | ExprMode::Nil => return Turn::Any,
            ExprMode::Constant if self.info().values.contains_key(&e) => return Turn::Any,
            _ => {}
        }
        match ast[e].kind {
            // Has no effect, but keeps its place in the numbering of closures.
            ExprKind::FuncLit { .. } => Turn::Early,
            ExprKind::CompositeLit { .. } => {
                let ty = self.ty(e);
                let kind = match self.cx.types.under_kind(ty) {
                    Kind::Pointer(base) => self.cx.types.under_kind(base),
                    kind => kind,
                };
                match kind {
                    Kind::Map(..) => Turn::Early,
                    _ => Turn::Late,
                }
            }
            ExprKind::Index { x, indices, .. } => {
                let of_map = matches!(self.cx.types.under_kind(self.ty(x)), Kind::Map(..));
                if of_map && self.is_string_of_bytes(ast[indices][0]) {
                    Turn::Early
                } else {
                    Turn::Late
                }
            }
            ExprKind::TypeAssert { .. } => {
                let ty = self.first_of(self.ty(e));
                if self.cx.types.is_direct(ty) {
                    Turn::Late
                } else {
                    Turn::Early
                }
            }
            ExprKind::Unary { op: Op::Recv, .. } => Turn::Effect,
            ExprKind::Slice { .. }
            | ExprKind::Binary {
                op: Op::AndAnd | Op::OrOr,
                ..
            } => Turn::Early,
            ExprKind::Selector { .. }
            | ExprKind::Star { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. } => Turn::Late,
            ExprKind::Call { fun, args, .. } => self.turn_of_call(ast.unparen(fun), &ast[args]),
            _ => Turn::Any,
        }
    }

    fn turn_of_call(&self, callee: ExprId, args: &[ExprId]) -> Turn {
        match self.mode(callee) {
            ExprMode::TypeExpr => {
                let (to, from) = (self.ty(callee), self.ty(args[0]));
                let to_slice = matches!(self.cx.types.under_kind(to), Kind::Slice(_));
                if to_slice && self.cx.types.is_string(from) {
                    Turn::Early
                } else {
                    Turn::Late
                }
            }
            ExprMode::Builtin => {
                use BuiltinId as B;
                match self.builtin_id(callee) {
                    Some(
                        B::Len
                        | B::Cap
                        | B::Real
                        | B::Imag
                        | B::Complex
                        | B::Make
                        | B::New
                        | B::Max
                        | B::Min,
                    ) => Turn::Early,
                    Some(
                        B::UnsafeAdd
                        | B::UnsafeSlice
                        | B::UnsafeSliceData
                        | B::UnsafeString
                        | B::UnsafeStringData,
                    ) => Turn::Late,
                    Some(B::UnsafeSizeof | B::UnsafeAlignof | B::UnsafeOffsetof) => Turn::Any,
                    _ => Turn::Effect,
                }
            }
            _ => Turn::Effect,
        }
    }

    /// Whether an expression is a conversion of a slice to a string.
    pub(crate) fn is_string_of_bytes(&self, e: ExprId) -> bool {
        let ast = self.ast();
        match ast[ast.unparen(e)].kind {
            ExprKind::Call { fun, args, .. } if self.mode(fun) == ExprMode::TypeExpr => {
                self.cx.types.is_string(self.ty(fun))
                    && matches!(
                        self.cx.types.under_kind(self.ty(ast[args][0])),
                        Kind::Slice(_)
                    )
            }
            _ => false,
        }
    }
}
