//! Constants: representability, rounding and overflow.

use super::Checker;
use super::operand::Operand;
use crate::constant::{Kind, Value};
use crate::ids::TypeId;
use crate::types::{BasicInfo, BasicKind, Type};
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;

/// Untyped integers may have this many bits, the precision of floating-point constants.
const MAX_UNTYPED_BITS: usize = 512;

impl Checker<'_> {
    /// Whether `v` is representable in the basic type `t`, and the value rounded to it.
    /// An unknown value always is: the error has been reported.
    pub(crate) fn representable_const(&self, v: &Value, t: TypeId) -> Option<Value> {
        if v.is_unknown() {
            return Some(v.clone());
        }
        let Type::Basic(basic) = self.ty(self.under(t)) else {
            return None;
        };
        let (kind, info) = (basic.kind, basic.info);
        if info.intersects(BasicInfo::INTEGER) {
            let n = v.to_int();
            return (n.kind() == Kind::Int && self.fits_integer(&n, kind)).then_some(n);
        }
        if info.intersects(BasicInfo::FLOAT) {
            let x = v.to_float();
            return match kind {
                _ if x.is_unknown() => None,
                BasicKind::Float32 => x.round_to_f32(),
                BasicKind::Float64 => x.round_to_f64(),
                _ => Some(v.clone()),
            };
        }
        if info.intersects(BasicInfo::COMPLEX) {
            let z = v.to_complex();
            let (re, im) = (z.real(), z.imag());
            let rounded = match kind {
                _ if z.is_unknown() => return None,
                BasicKind::Complex64 => (re.round_to_f32()?, im.round_to_f32()?),
                BasicKind::Complex128 => (re.round_to_f64()?, im.round_to_f64()?),
                _ => return Some(v.clone()),
            };
            return Some(Value::make_complex(&rounded.0, &rounded.1));
        }
        let fits = (info.intersects(BasicInfo::STRING) && v.kind() == Kind::String)
            || (info.intersects(BasicInfo::BOOLEAN) && v.kind() == Kind::Bool);
        fits.then(|| v.clone())
    }

    fn fits_integer(&self, n: &Value, kind: BasicKind) -> bool {
        let word = usize::from(self.config.pointer_size) * 8;
        let signed = |bits: usize| match n.as_i64() {
            Some(n) => bits == 64 || (-(1 << (bits - 1)) <= n && n < 1 << (bits - 1)),
            None => false,
        };
        let unsigned = |bits: usize| n.sign() >= 0 && n.bit_len() <= bits;
        match kind {
            BasicKind::Int => signed(word),
            BasicKind::Int8 => signed(8),
            BasicKind::Int16 => signed(16),
            BasicKind::Int32 => signed(32),
            BasicKind::Int64 => signed(64),
            BasicKind::Uint | BasicKind::Uintptr => unsigned(word),
            BasicKind::Uint8 => unsigned(8),
            BasicKind::Uint16 => unsigned(16),
            BasicKind::Uint32 => unsigned(32),
            BasicKind::Uint64 => unsigned(64),
            _ => true,
        }
    }

    /// Constant `x` as a value of the basic type `t`, or the code of the error that it does not
    /// fit.
    pub(crate) fn representation(&self, x: &Operand, t: TypeId) -> Result<Value, &'static str> {
        let value = x.value.as_ref().unwrap_or(&Value::UNKNOWN);
        self.representable_const(value, t).ok_or_else(|| {
            if !self.is_numeric(x.ty) || !self.is_numeric(t) {
                "InvalidConstVal"
            } else if !self.is_integer(x.ty) && self.is_integer(t) {
                "TruncatedFloat"
            } else {
                "NumericOverflow"
            }
        })
    }

    /// Makes constant `x` of basic type `t`, with an error if it does not fit.
    pub(crate) fn representable(&self, x: &mut Operand, t: TypeId) {
        match self.representation(x, t) {
            Ok(value) => x.value = Some(value),
            Err(code) => self.invalid_conversion(code, x, t),
        }
    }

    /// Reports overflow of a constant operation at `op_pos`.
    pub(crate) fn overflow(&self, x: &mut Operand, op_pos: Pos) {
        let value = x.value.as_ref().unwrap_or(&Value::UNKNOWN);
        if value.is_unknown() {
            let text = "constant result is not representable";
            self.error(op_pos, "InvalidConstVal", text);
            return;
        }
        if self.is_typed(x.ty) {
            self.representable(x, self.under(x.ty));
            return;
        }
        if value.kind() == Kind::Int && value.bit_len() > MAX_UNTYPED_BITS {
            let op = x.expr.map_or("", |e| self.overflowing_op(e));
            self.error(op_pos, "InvalidConstVal", format!("constant {op}overflow"));
            x.value = Some(Value::UNKNOWN);
        }
    }

    /// The name of the operation `e` for overflow messages, with a space behind; empty if it is
    /// not one that overflows.
    fn overflowing_op(&self, e: ExprId) -> &'static str {
        match self.ast[e].kind {
            ExprKind::Unary { op: Op::Xor, .. } => "bitwise complement ",
            ExprKind::Binary { op: Op::Add, .. } => "addition ",
            ExprKind::Binary { op: Op::Sub, .. } => "subtraction ",
            ExprKind::Binary { op: Op::Xor, .. } => "bitwise XOR ",
            ExprKind::Binary { op: Op::Mul, .. } => "multiplication ",
            ExprKind::Binary { op: Op::Shl, .. } => "shift ",
            _ => "",
        }
    }

    /// Where an overflow of `e` is reported: at its operator, else at its start.
    pub(crate) fn op_pos(&self, e: ExprId) -> Pos {
        match self.ast[e].kind {
            ExprKind::Binary { op_pos, .. } => op_pos,
            _ => self.start_pos(e),
        }
    }
}
