//! Operators (spec: Operators): unary, binary, comparisons, channel receives.

use super::Checker;
use super::errors::At;
use super::operand::{Mode, Operand};
use crate::constant::{BinaryOp, CompareOp, UnaryOp, Value};
use crate::ids::TypeId;
use crate::types::{BasicInfo, Type};
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::{ChanDir, Op};

/// The constant operation of a unary operator.
fn unary_op(op: Op) -> Option<UnaryOp> {
    Some(match op {
        Op::Add => UnaryOp::Plus,
        Op::Sub => UnaryOp::Neg,
        Op::Xor => UnaryOp::Complement,
        Op::Not => UnaryOp::Not,
        _ => return None,
    })
}

/// The constant operation of a binary operator that is neither comparison nor shift.
fn binary_op(op: Op, integers: bool) -> Option<BinaryOp> {
    Some(match op {
        Op::Add => BinaryOp::Add,
        Op::Sub => BinaryOp::Sub,
        Op::Mul => BinaryOp::Mul,
        Op::Div if integers => BinaryOp::IntQuo,
        Op::Div => BinaryOp::Quo,
        Op::Rem => BinaryOp::Rem,
        Op::And => BinaryOp::And,
        Op::Or => BinaryOp::Or,
        Op::Xor => BinaryOp::Xor,
        Op::AndNot => BinaryOp::AndNot,
        Op::AndAnd => BinaryOp::LogicalAnd,
        Op::OrOr => BinaryOp::LogicalOr,
        _ => return None,
    })
}

fn compare_op(op: Op) -> Option<CompareOp> {
    Some(match op {
        Op::Eq => CompareOp::Eq,
        Op::Ne => CompareOp::Ne,
        Op::Lt => CompareOp::Lt,
        Op::Le => CompareOp::Le,
        Op::Gt => CompareOp::Gt,
        Op::Ge => CompareOp::Ge,
        _ => return None,
    })
}

/// The types a unary operator is for.
fn unary_operands(op: Op) -> Option<BasicInfo> {
    Some(match op {
        Op::Add | Op::Sub => BasicInfo::NUMERIC,
        Op::Xor => BasicInfo::INTEGER,
        Op::Not => BasicInfo::BOOLEAN,
        _ => return None,
    })
}

/// The types a binary operator that is neither comparison nor shift is for.
fn binary_operands(op: Op) -> Option<BasicInfo> {
    Some(match op {
        Op::Add => BasicInfo::NUMERIC.union(BasicInfo::STRING),
        Op::Sub | Op::Mul | Op::Div => BasicInfo::NUMERIC,
        Op::Rem | Op::And | Op::Or | Op::Xor | Op::AndNot => BasicInfo::INTEGER,
        Op::AndAnd | Op::OrOr => BasicInfo::BOOLEAN,
        _ => return None,
    })
}

impl Checker<'_> {
    /// Checks that `op`, which is for types of the classes `operands`, is defined for `x`.
    fn op_defined(&self, x: &mut Operand, op: Op, operands: Option<BasicInfo>) -> bool {
        let Some(operands) = operands else {
            self.error(&*x, "InvalidSyntaxTree", format!("unknown operator {op}"));
            x.invalidate();
            return false;
        };
        if !self.all_basic(x.ty, operands) {
            let shown = self.operand_str(x);
            let text = format!("invalid operation: operator {op} not defined on {shown}");
            self.error(&*x, "UndefinedOp", text);
            x.invalidate();
            return false;
        }
        true
    }

    /// `op operand`, the expression `e`.
    pub(super) fn unary(&self, x: &mut Operand, e: ExprId, op: Op, operand: ExprId) {
        // The official compiler's parser drops parentheses behind &.
        let inner = match op {
            Op::And => self.ast.unparen(operand),
            _ => operand,
        };
        self.expr(None, x, inner);
        if !x.is_valid() {
            return;
        }
        let mut op = op;
        match op {
            Op::And => {
                self.record_parens(operand, x);
                let literal = matches!(self.ast[inner].kind, ExprKind::CompositeLit { .. });
                if !literal && x.mode != Mode::Variable {
                    let shown = self.operand_str(x);
                    let text = format!("invalid operation: cannot take address of {shown}");
                    self.error(&*x, "UnaddressableOperand", text);
                    x.invalidate();
                    return;
                }
                x.set_value(self.new_type(Type::Pointer { base: x.ty.into() }));
                return;
            }
            Op::Recv => {
                match self.chan_elem(At::from(&*x), x, true) {
                    Some(elem) => {
                        x.set_value(elem);
                        x.mode = Mode::CommaOk;
                        self.env.borrow_mut().has_call_or_recv = true;
                    }
                    None => x.invalidate(),
                }
                return;
            }
            Op::Tilde => {
                let text = "cannot use ~ outside of interface or type constraint";
                if !self.all_integer(x.ty) {
                    self.error(e, "UndefinedOp", text);
                    x.invalidate();
                    return;
                }
                let text = format!("{text} (use ^ for bitwise complement)");
                self.error(e, "UndefinedOp", text);
                op = Op::Xor;
            }
            _ => {}
        }
        if !self.op_defined(x, op, unary_operands(op)) {
            return;
        }
        if x.mode != Mode::Constant {
            x.mode = Mode::Value;
            return;
        }
        let value = x.value.as_ref().unwrap_or(&Value::UNKNOWN);
        if value.is_unknown() {
            return;
        }
        let bits = if self.is_unsigned(x.ty) {
            usize::try_from(self.size_of(x.ty)).unwrap_or(0) * 8
        } else {
            0
        };
        x.value = unary_op(op).map(|op| Value::unary_op(op, value, bits));
        x.expr = Some(e);
        self.overflow(x, self.op_pos(e));
    }

    /// Records `x` for the parentheses of `e` that were skipped to check it.
    fn record_parens(&self, e: ExprId, x: &Operand) {
        let mut e = e;
        while let ExprKind::Paren { x: inner, .. } = self.ast[e].kind {
            self.record_type_and_value(e, x.mode, x.ty, x.constant());
            e = inner;
        }
    }

    /// The element type of channel operand `x` for a receive or send; reports errors at `at`.
    pub(crate) fn chan_elem(&self, at: At, x: &Operand, recv: bool) -> Option<TypeId> {
        let usable = |t: Option<TypeId>, u: Option<TypeId>| {
            let (Some(t), Some(u)) = (t, u) else {
                return Some("no specific channel type".to_string());
            };
            match self.ty(u) {
                Type::Chan { dir, .. } => match dir {
                    ChanDir::Send if recv => {
                        Some(format!("send-only channel {}", self.type_str(t)))
                    }
                    ChanDir::Recv if !recv => {
                        Some(format!("receive-only channel {}", self.type_str(t)))
                    }
                    _ => None,
                },
                _ => Some(format!("non-channel {}", self.type_str(t))),
            }
        };
        let cause = match self.common_under(x.ty, Some(&usable)) {
            Ok(u) => match self.ty(u) {
                Type::Chan { elem, .. } => return elem.get(),
                _ => String::new(),
            },
            Err(cause) => cause,
        };
        let (code, action) = if recv {
            ("InvalidReceive", "receive from")
        } else {
            ("InvalidSend", "send to")
        };
        let shown = self.operand_str(x);
        let text = if self.is_type_param(x.ty) {
            format!("invalid operation: cannot {action} {shown}: {cause}")
        } else {
            format!("invalid operation: cannot {action} {cause} {shown}")
        };
        self.error(at, code, text);
        None
    }

    /// `lhs op rhs` where `e` is the whole expression if there is one (none for `x op= y`);
    /// `op_pos` is the operator.
    pub(crate) fn binary(
        &self,
        x: &mut Operand,
        e: Option<ExprId>,
        lhs: ExprId,
        rhs: ExprId,
        op: Op,
        op_pos: Pos,
    ) {
        let mut y = Operand::invalid();
        self.expr(None, x, lhs);
        self.expr(None, &mut y, rhs);
        if !x.is_valid() {
            return;
        }
        if !y.is_valid() {
            x.invalidate();
            x.expr = y.expr;
            return;
        }
        if op.is_shift() {
            self.shift(x, &mut y, e, op, op_pos);
            return;
        }
        self.match_types(x, &mut y);
        if !x.is_valid() {
            return;
        }
        if op.is_comparison() {
            self.comparison(x, &mut y, op, false);
            return;
        }
        if !self.identical(x.ty, y.ty) {
            if self.is_valid(x.ty) && self.is_valid(y.ty) {
                let shown = match e {
                    Some(e) => self.expr_str(e),
                    None => format!("{} {op}= {}", self.expr_str(lhs), self.expr_str(rhs)),
                };
                let (xt, yt) = (self.type_str(x.ty), self.type_str(y.ty));
                let text = format!("invalid operation: {shown} (mismatched types {xt} and {yt})");
                self.error(&*x, "MismatchedTypes", text);
            }
            x.invalidate();
            return;
        }
        if !self.op_defined(x, op, binary_operands(op)) {
            return;
        }
        if matches!(op, Op::Div | Op::Rem) && self.divides_by_zero(x, &y) {
            let text = "invalid operation: division by zero";
            self.error(&y, "DivByZero", text);
            x.invalidate();
            return;
        }
        let (Some(a), Some(b)) = (x.constant(), y.constant()) else {
            x.set_value(x.ty);
            return;
        };
        if a.is_unknown() || b.is_unknown() {
            x.value = Some(Value::UNKNOWN);
            return;
        }
        let op = binary_op(op, self.is_integer(x.ty));
        x.value = op.map(|op| Value::binary_op(a, op, b));
        // An assignment operation has no expression of its own: its left side, which is no
        // constant, would have ended this before.
        x.expr = e.or(x.expr);
        self.overflow(x, op_pos);
    }

    fn divides_by_zero(&self, x: &Operand, y: &Operand) -> bool {
        let Some(divisor) = y.constant() else {
            return false;
        };
        let constant = x.mode == Mode::Constant;
        if (constant || self.all_integer(x.ty)) && divisor.sign() == 0 {
            return true;
        }
        // The squares of the divisor's parts may underflow.
        let square = |v: Value| Value::binary_op(&v, BinaryOp::Mul, &v);
        constant
            && self.is_complex(x.ty)
            && square(divisor.real()).sign() == 0
            && square(divisor.imag()).sign() == 0
    }

    /// Makes untyped operand(s) of a binary operation agree; `x` is invalid after an error.
    pub(crate) fn match_types(&self, x: &mut Operand, y: &mut Operand) {
        if !self.may_convert(x, y) {
            return;
        }
        self.convert_untyped(x, y.ty);
        if !x.is_valid() {
            return;
        }
        self.convert_untyped(y, x.ty);
        if !y.is_valid() {
            x.invalidate();
        }
    }

    /// Whether conversion of an untyped operand to the other's type is worth an attempt. If not,
    /// a mismatch of the types is what gets reported.
    fn may_convert(&self, x: &Operand, y: &Operand) -> bool {
        if self.is_typed(x.ty) && self.is_typed(y.ty) {
            return false;
        }
        let differ = |info| self.all_basic(x.ty, info) != self.all_basic(y.ty, info);
        if differ(BasicInfo::NUMERIC) {
            return false;
        }
        if self.is_non_type_param_interface(x.ty) || self.is_non_type_param_interface(y.ty) {
            return true;
        }
        if differ(BasicInfo::BOOLEAN) || differ(BasicInfo::STRING) {
            return false;
        }
        if self.operand_is_nil(x) {
            return self.has_nil(y.ty);
        }
        if self.operand_is_nil(y) {
            return self.has_nil(x.ty);
        }
        !self.is_pointer(x.ty) && !self.is_pointer(y.ty)
    }

    /// A comparison of two operands. For a switch case `x` against tag `y`, `op` is ignored.
    pub(crate) fn comparison(&self, x: &mut Operand, y: &mut Operand, op: Op, switch_case: bool) {
        if !self.is_valid(x.ty) || !self.is_valid(y.ty) {
            x.invalidate();
            return;
        }
        let op = if switch_case { Op::Eq } else { op };
        if let Err((at_y, code, cause)) = self.comparable_operands(x, y, op) {
            self.comparison_error(x, y, op, switch_case, (at_y, code, cause));
            x.invalidate();
            return;
        }
        match (x.constant(), y.constant(), compare_op(op)) {
            (Some(a), Some(b), Some(op)) => {
                // The operands never become values: their types do not matter.
                x.value = Some(Value::from_bool(Value::compare(a, op, b)));
            }
            _ => {
                for operand in [&*x, &*y] {
                    if let Some(e) = operand.expr {
                        self.update_expr_type(e, self.default_type(operand.ty), true);
                    }
                }
                x.mode = Mode::Value;
                x.value = None;
            }
        }
        x.ty = TypeId::UNTYPED_BOOL;
    }

    /// Whether `x op y` is defined. If not: whether the second operand is to blame, the error's
    /// code, and the cause (empty if only the general one is known).
    fn comparable_operands(
        &self,
        x: &Operand,
        y: &Operand,
        op: Op,
    ) -> Result<(), (bool, &'static str, String)> {
        if self.assignable_to(x, y.ty).is_err() && self.assignable_to(y, x.ty).is_err() {
            let (xt, yt) = (self.type_str(x.ty), self.type_str(y.ty));
            let cause = format!("mismatched types {xt} and {yt}");
            return Err((true, "MismatchedTypes", cause));
        }
        const CODE: &str = "UndefinedOp";
        if !matches!(op, Op::Eq | Op::Ne) {
            return match (x.ty, y.ty) {
                (t, _) if !self.all_ordered(t) => Err((false, CODE, String::new())),
                (_, t) if !self.all_ordered(t) => Err((true, CODE, String::new())),
                _ => Ok(()),
            };
        }
        if self.operand_is_nil(x) || self.operand_is_nil(y) {
            let other = if self.operand_is_nil(x) { y } else { x };
            return match self.has_nil(other.ty) {
                true => Ok(()),
                // nil == nil
                false => Err((true, CODE, String::new())),
            };
        }
        for (at_y, t) in [(false, x.ty), (true, y.ty)] {
            if !self.comparable(t) {
                return Err((at_y, CODE, self.incomparable_cause(t)));
            }
        }
        Ok(())
    }

    fn comparison_error(
        &self,
        x: &Operand,
        y: &Operand,
        op: Op,
        switch_case: bool,
        (at_y, code, cause): (bool, &'static str, String),
    ) {
        let mut blamed = if at_y { y } else { x };
        let mut cause = cause;
        if cause.is_empty() {
            if self.is_type_param(x.ty) || self.is_type_param(y.ty) {
                if !self.is_type_param(x.ty) {
                    blamed = y;
                }
                let t = self.type_str(blamed.ty);
                cause = format!("type parameter {t} cannot use operator {op}");
            } else {
                let what = match self.composite_kind(blamed.ty) {
                    "" => self.type_str(blamed.ty),
                    kind => kind.into(),
                };
                cause = format!("operator {op} not defined on {what}");
            }
        }
        // Only the tag that a switch goes without has no expression: it stands for `true`.
        let shown = |x: &Operand| {
            x.expr
                .map_or_else(|| "true".to_owned(), |e| self.expr_str(e))
        };
        let (xs, ys) = (shown(x), shown(y));
        if switch_case {
            let text = format!("invalid case {xs} in switch on {ys} ({cause})");
            self.error(x, code, text);
        } else {
            let text = format!("invalid operation: {xs} {op} {ys} ({cause})");
            self.error(blamed, code, text);
        }
    }

    /// Why values of type `t` do not compare; empty if there is no more to say.
    pub(crate) fn incomparable_cause(&self, t: TypeId) -> String {
        match self.ty(self.under(t)) {
            Type::Slice { .. } | Type::Signature(_) | Type::Map { .. } => {
                format!("{} can only be compared to nil", self.composite_kind(t))
            }
            _ => self.comparable_cause(t, true).unwrap_or_default(),
        }
    }
}
