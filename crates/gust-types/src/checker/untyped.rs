//! Untyped operands: conversion to the type their context asks for.

use super::Checker;
use super::operand::Operand;
use crate::constant::Value;
use crate::ids::TypeId;
use gust_syntax::ast::ExprId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Converts untyped `x` to `target`; reports an error if it cannot be.
    pub(crate) fn convert_untyped(&self, x: &mut Operand, target: TypeId) {
        unimplemented!()
    }
    /// The type and value untyped `x` takes on in a context of type `target`: `Err` is the error code's name.
    pub(crate) fn implicit_type_and_value(
        &self,
        x: &Operand,
        target: TypeId,
    ) -> Result<(Option<TypeId>, Option<Value>), &'static str> {
        unimplemented!()
    }
    /// Updates the type of an untyped expression and its parts.
    pub(crate) fn update_expr_type(&self, e: ExprId, t: TypeId, is_final: bool) {
        unimplemented!()
    }
    /// Reports that `x` cannot be converted to `target`.
    pub(crate) fn invalid_conversion(&self, code: &'static str, x: &mut Operand, target: TypeId) {
        unimplemented!()
    }
}
