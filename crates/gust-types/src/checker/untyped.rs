//! Untyped operands: conversion to the type their context asks for.
//!
//! The type of an untyped expression is not known when it is checked. It waits in
//! `Checker::untyped` until its context decides; the decision then goes down the expression tree,
//! so that for instance the left operand of a non-constant shift gets the type it would have
//! without the shift (spec: Operators).

use super::operand::{Mode, Operand};
use super::{Checker, UntypedInfo};
use crate::constant::Value;
use crate::ids::TypeId;
use crate::types::{BasicKind, Type};
use gust_syntax::ast::{ExprId, ExprKind};

impl Checker<'_> {
    /// Converts untyped `x` to `target`; reports an error if it cannot be.
    pub(crate) fn convert_untyped(&self, x: &mut Operand, target: TypeId) {
        let (ty, value) = match self.implicit_type_and_value(x, target) {
            Ok(found) => found,
            Err(code) => {
                let shown = if self.is_type_param(target) {
                    target
                } else {
                    self.under(target)
                };
                self.invalid_conversion(code, x, shown);
                return;
            }
        };
        if let Some(value) = value {
            if let Some(info) = x.expr.and_then(|e| self.untyped_info(e)) {
                let value = Some(value.clone());
                self.remember_untyped(x.expr, UntypedInfo { value, ..info });
            }
            x.value = Some(value);
        }
        if let Some(ty) = ty
            && ty != x.ty
        {
            x.ty = ty;
            if let Some(e) = x.expr {
                self.update_expr_type(e, ty, false);
            }
        }
    }

    /// What is known of `e` if its type is still to be decided.
    pub(crate) fn untyped_info(&self, e: ExprId) -> Option<UntypedInfo> {
        self.untyped.borrow().get(&e).cloned()
    }

    pub(crate) fn remember_untyped(&self, e: Option<ExprId>, info: UntypedInfo) {
        if let Some(e) = e {
            self.untyped.borrow_mut().insert(e, info);
        }
    }

    /// The type and value untyped `x` takes on in a context of type `target`: `Err` is the error
    /// code's name. The value is there if `x` is a constant that is rounded.
    pub(crate) fn implicit_type_and_value(
        &self,
        x: &Operand,
        target: TypeId,
    ) -> Result<(Option<TypeId>, Option<Value>), &'static str> {
        const REFUSED: &str = "InvalidUntypedConversion";
        if !x.is_valid() || self.is_typed(x.ty) || !self.is_valid(target) {
            return Ok((Some(x.ty), None));
        }
        if self.is_untyped(target) {
            return match self.max_type(x.ty, target) {
                Some(max) => Ok((Some(max), None)),
                None => Err(REFUSED),
            };
        }
        if self.operand_is_nil(x) {
            return match self.has_nil(target) {
                true => Ok((Some(target), None)),
                false => Err(REFUSED),
            };
        }
        let under = self.under(target);
        match self.ty(under) {
            Type::Basic(_) => {
                if x.mode == Mode::Constant {
                    let value = self.representation(x, under)?;
                    return Ok((Some(target), Some(value)));
                }
                // Not a constant: a comparison, or a shift whose check is delayed.
                let fits = match self.basic_kind(x.ty) {
                    Some(BasicKind::UntypedBool) => self.is_boolean(target),
                    Some(
                        BasicKind::UntypedInt
                        | BasicKind::UntypedRune
                        | BasicKind::UntypedFloat
                        | BasicKind::UntypedComplex,
                    ) => self.is_numeric(target),
                    Some(BasicKind::UntypedString) => self.is_string(target),
                    _ => false,
                };
                match fits {
                    true => Ok((Some(target), None)),
                    false => Err(REFUSED),
                }
            }
            Type::Interface(_) if self.is_type_param(target) => {
                let fits = self.typeset(target).into_iter().all(|pair| {
                    pair.is_some_and(|(_, u)| self.implicit_type_and_value(x, u).is_ok())
                });
                match fits {
                    true => Ok((Some(target), None)),
                    false => Err(REFUSED),
                }
            }
            // A value in an interface has a dynamic type: the default one.
            Type::Interface(_) if self.is_empty_interface(under) => {
                Ok((Some(self.default_type(x.ty)), None))
            }
            _ => Err(REFUSED),
        }
    }

    /// Updates the type of an untyped expression and its parts. Once it is typed or `is_final`,
    /// type and value are recorded.
    pub(crate) fn update_expr_type(&self, e: ExprId, t: TypeId, is_final: bool) {
        let Some(old) = self.untyped_info(e) else {
            return;
        };
        // The operands of a constant stay untyped: they never become values.
        match self.ast[e].kind {
            ExprKind::Paren { x, .. } => self.update_expr_type(x, t, is_final),
            ExprKind::Unary { x, .. } if old.value.is_none() => {
                self.update_expr_type(x, t, is_final);
            }
            ExprKind::Binary { op, x, y, .. } if old.value.is_none() && !op.is_comparison() => {
                self.update_expr_type(x, t, is_final);
                if !op.is_shift() {
                    self.update_expr_type(y, t, is_final);
                }
            }
            _ => {}
        }
        if !is_final && self.is_untyped(t) {
            let ty = self.under(t);
            self.remember_untyped(Some(e), UntypedInfo { ty, ..old });
            return;
        }
        self.untyped.borrow_mut().remove(&e);
        if old.is_lhs && !self.all_integer(t) {
            let (shown, t) = (self.expr_str(e), self.type_str(t));
            let text =
                format!("invalid operation: shifted operand {shown} (type {t}) must be integer");
            self.error(e, "InvalidShiftOperand", text);
            return;
        }
        if old.value.is_some() {
            let mut constant = Operand {
                mode: old.mode,
                ty: old.ty,
                value: old.value.clone(),
                expr: Some(e),
            };
            self.convert_untyped(&mut constant, t);
            if !constant.is_valid() {
                return;
            }
        }
        self.record_type_and_value(e, old.mode, t, old.value.as_ref());
    }

    /// Reports that `x` cannot be converted to `target`, and makes it invalid.
    pub(crate) fn invalid_conversion(&self, code: &'static str, x: &mut Operand, target: TypeId) {
        let (shown, target) = (self.operand_str(x), self.type_str(target));
        let text = match code {
            "TruncatedFloat" => format!("{shown} truncated to {target}"),
            "NumericOverflow" => format!("{shown} overflows {target}"),
            _ => format!("cannot convert {shown} to type {target}"),
        };
        self.error(&*x, code, text);
        x.invalidate();
    }
}
