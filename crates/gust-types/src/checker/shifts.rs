//! Shifts (spec: Operators, "The right operand in a shift expression ...").

use super::operand::{Mode, Operand};
use super::{Checker, UntypedInfo};
use crate::constant::{Kind, ShiftOp, Value};
use crate::ids::TypeId;
use crate::version::GoVersion;
use gust_syntax::Pos;
use gust_syntax::ast::ExprId;
use gust_syntax::token::Op;

/// Largest count of a constant shift: enough to express the smallest `float64`.
const MAX_COUNT: u64 = 1023 - 1 + 52;

impl Checker<'_> {
    /// `x op y`, the expression `e` if it has one.
    pub(super) fn shift(
        &self,
        x: &mut Operand,
        y: &mut Operand,
        e: Option<ExprId>,
        op: Op,
        op_pos: Pos,
    ) {
        let value = x.constant().map(Value::to_int);
        let constant_int = value.as_ref().is_some_and(|v| v.kind() == Kind::Int);
        let shiftable = self.all_integer(x.ty) || (self.is_untyped(x.ty) && constant_int);
        if !shiftable {
            self.shifted_operand_error(x);
            return;
        }
        if !self.check_count(y) {
            x.invalidate();
            return;
        }
        if let (Some(value), Some(count)) = (value, y.constant()) {
            if value.is_unknown() || count.is_unknown() {
                x.value = Some(Value::UNKNOWN);
                self.make_integer(x);
                return;
            }
            let Some(count) = count.to_int().as_u64().filter(|&n| n <= MAX_COUNT) else {
                let text = format!(
                    "invalid operation: invalid shift count {}",
                    self.operand_str(y)
                );
                self.error(&*y, "InvalidShiftCount", text);
                x.invalidate();
                return;
            };
            self.make_integer(x);
            let direction = if op == Op::Shl {
                ShiftOp::Left
            } else {
                ShiftOp::Right
            };
            x.value = Some(Value::shift(&value, direction, count));
            x.expr = e.or(x.expr);
            self.overflow(x, op_pos);
            return;
        }
        if x.mode == Mode::Constant && self.is_untyped(x.ty) {
            // The type of the shift is the one its left operand would have without the shift:
            // its context decides, and the check is delayed until then. The entry may be gone if
            // a cyclic declaration evaluates an expression twice.
            if let Some(info) = x.expr.and_then(|e| self.untyped_info(e)) {
                let is_lhs = true;
                self.remember_untyped(x.expr, UntypedInfo { is_lhs, ..info });
            }
            x.set_value(x.ty);
            return;
        }
        if !self.all_integer(x.ty) {
            self.shifted_operand_error(x);
            return;
        }
        x.set_value(x.ty);
    }

    fn shifted_operand_error(&self, x: &mut Operand) {
        let shown = self.operand_str(x);
        let text = format!("invalid operation: shifted operand {shown} must be integer");
        self.error(&*x, "InvalidShiftOperand", text);
        x.invalidate();
    }

    /// An untyped constant like 2.0 that is shifted becomes an integer.
    fn make_integer(&self, x: &mut Operand) {
        if !self.is_integer(x.ty) {
            x.ty = TypeId::UNTYPED_INT;
        }
    }

    /// Checks the right operand of a shift.
    fn check_count(&self, y: &mut Operand) -> bool {
        let refuse = |y: &Operand, before: &str, after: &str| {
            let shown = self.operand_str(y);
            let text = format!("invalid operation: {before}shift count {shown}{after}");
            self.error(y, "InvalidShiftCount", text);
            false
        };
        if let Some(count) = y.constant() {
            let count = count.to_int();
            if count.kind() == Kind::Int && count.sign() < 0 {
                return refuse(y, "negative ", "");
            }
            if self.is_untyped(y.ty) {
                // The count must fit uint but does not become one.
                self.representable(y, TypeId::UINT);
            }
            return y.is_valid();
        }
        if self.all_integer(y.ty) {
            if self.all_unsigned(y.ty) {
                return true;
            }
            let what = format!(
                "invalid operation: signed shift count {}",
                self.operand_str(y)
            );
            return self.verify_version((&*y).into(), GoVersion(13), &what);
        }
        if self.is_untyped(y.ty) {
            self.convert_untyped(y, TypeId::UINT);
            return y.is_valid();
        }
        refuse(y, "", " must be integer")
    }
}
