//! Assignments of a slice's own parts to it: `s = append(s, x)`, `s = s[:n]`. What stays as it is is not written again, so
//! most of these need no write barrier. The slice is changed before the new elements are written, as the official compiler
//! does it: a program can tell if an element lies over the slice.

use crate::func::{FuncLower, Place};
use crate::order::{Operand, Use};
use crate::types::{Kind, Ty};
use gust_ir::Value;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_types::info::{ExprMode, SelectionKind};
use gust_types::object::BuiltinId;

/// Where the words of a slice in memory are.
const LEN: i64 = 8;
const CAP: i64 = 16;

impl FuncLower<'_, '_> {
    /// Assigns to a variable in memory what is made of itself; false if this is no such assignment.
    pub(crate) fn assigned_in_place(&mut self, to: ExprId, value: ExprId, ty: Ty) -> bool {
        let ast = self.ast();
        match ast[ast.unparen(value)].kind {
            ExprKind::Call {
                fun,
                args,
                ellipsis,
                ..
            } => {
                let fun = ast.unparen(fun);
                let args = &ast[args];
                if self.mode(fun) != ExprMode::Builtin
                    || self.builtin_id(fun) != Some(BuiltinId::Append)
                    || args.len() < 2
                    || !self.is_same_place(to, args[0])
                {
                    return false;
                }
                let operands = self.builtin_operands(fun, args, ellipsis.is_known());
                self.in_order(&operands, |l| match l.place(to) {
                    Some(place @ Place::Mem { .. }) => {
                        let old = l.load(&place, ty);
                        l.append_to(old, args, ty, ellipsis.is_known(), Some(&place));
                        true
                    }
                    _ => false,
                })
            }
            ExprKind::Slice { x, index, .. } => {
                let of_slice = match self.cx.types.under_kind(ty) {
                    Kind::Slice(_) => true,
                    Kind::Basic(_) => false,
                    _ => return false,
                };
                if index.at[0].is_some() || !self.is_same_place(to, x) {
                    return false;
                }
                let operands = [
                    Operand::new(to, Use::Target),
                    Operand::new(value, Use::Assigned(ty)),
                ];
                let (val, place) = self.in_order(&operands, |l| {
                    let val = l.expr_to(value, ty);
                    (val, l.place(to))
                });
                match place {
                    Some(place @ Place::Mem { .. }) => {
                        self.store_word(&place, LEN, val.parts()[1]);
                        if of_slice && index.full {
                            self.store_word(&place, CAP, val.parts()[2]);
                        }
                    }
                    Some(place) => self.store(&place, ty, &val),
                    None => self.unsupported("this assignment"),
                }
                true
            }
            _ => false,
        }
    }

    /// Writes what a grown slice has got.
    pub(crate) fn store_grown(&mut self, place: &Place, p: Value, cap: Value) {
        self.store_word(place, 0, p);
        self.store_word(place, CAP, cap);
    }

    /// Writes a slice's new length.
    pub(crate) fn store_len(&mut self, place: &Place, len: Value) {
        self.store_word(place, LEN, len);
    }

    /// Writes a word of what has been read before.
    fn store_word(&mut self, place: &Place, at: i64, word: Value) {
        if let &Place::Mem {
            addr,
            offset,
            stack,
        } = place
        {
            self.b.store(word, addr, offset + at, true, stack);
        }
    }

    /// Whether two expressions are the same variable, found without effects.
    fn is_same_place(&self, a: ExprId, b: ExprId) -> bool {
        let ast = self.ast();
        let (a, b) = (ast.unparen(a), ast.unparen(b));
        match (ast[a].kind, ast[b].kind) {
            (ExprKind::Name(n), ExprKind::Name(_)) => {
                !n.is_blank() && self.obj_of(a).is_some() && self.obj_of(a) == self.obj_of(b)
            }
            (ExprKind::Star { x }, ExprKind::Star { x: y }) => self.is_same_place(x, y),
            (
                ExprKind::Selector { x, sel, .. },
                ExprKind::Selector {
                    x: y, sel: other, ..
                },
            ) => {
                let selections = &self.info().selections;
                match (selections.get(&a), selections.get(&b)) {
                    (None, None) => {
                        self.obj_of(sel).is_some() && self.obj_of(sel) == self.obj_of(other)
                    }
                    (Some(s), Some(t)) => {
                        s.kind == SelectionKind::FieldVal
                            && t.kind == SelectionKind::FieldVal
                            && s.index[..] == t.index[..]
                            && self.is_same_place(x, y)
                    }
                    _ => false,
                }
            }
            (
                ExprKind::Index { x, indices, .. },
                ExprKind::Index {
                    x: y,
                    indices: others,
                    ..
                },
            ) => {
                let (i, j) = (ast[indices][0], ast[others][0]);
                !matches!(self.cx.types.under_kind(self.ty(x)), Kind::Map(..))
                    && self.is_same_place(x, y)
                    && match (self.const_value(i), self.const_value(j)) {
                        (Some(i), Some(j)) => i.as_i64().is_some() && i.as_i64() == j.as_i64(),
                        (None, None) => self.is_same_place(i, j),
                        _ => false,
                    }
            }
            _ => false,
        }
    }
}
