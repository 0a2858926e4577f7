//! Integer and float operations.
//!
//! What LLVM leaves undefined and the IR defines (shifts by the width or more, the most negative number divided by -1,
//! floats out of an integer's range) is spelled out.

use crate::Result;
use crate::function::Body;
use gust_ir::{BinaryOp, Inst, InstData, Type, UnaryOp, Value, ValueDef};
use inkwell::values::{BasicValueEnum, FloatValue, IntValue};
use inkwell::{FloatPredicate, IntPredicate};

impl<'ctx> Body<'_, 'ctx> {
    /// An operation on one value.
    pub fn unary(&self, op: UnaryOp, x: Value, to: Type) -> Result<BasicValueEnum<'ctx>> {
        let types = self.cx.types;
        let from = self.func.ty(x);
        let b = &self.b;
        Ok(match op {
            UnaryOp::Neg => b.build_int_neg(self.int(x)?, "")?.into(),
            UnaryOp::Not => b.build_not(self.int(x)?, "")?.into(),
            // Zero has as many zeros as the type has bits: it is not poison.
            UnaryOp::Clz => self.bits("llvm.ctlz", self.int(x)?, true)?,
            UnaryOp::Ctz => self.bits("llvm.cttz", self.int(x)?, true)?,
            UnaryOp::Popcnt => self.bits("llvm.ctpop", self.int(x)?, false)?,
            UnaryOp::Bswap if from == Type::I8 => self.get(x)?,
            UnaryOp::Bswap => self.bits("llvm.bswap", self.int(x)?, false)?,
            UnaryOp::FNeg => b.build_float_neg(self.float(x)?, "")?.into(),
            UnaryOp::FAbs => self.fabs(self.float(x)?)?.into(),
            UnaryOp::Sqrt => {
                let function = self
                    .cx
                    .intrinsic("llvm.sqrt", Some(types.float(from).into()))?;
                self.pure(function, &[self.float(x)?.into()])?
            }
            UnaryOp::Floor | UnaryOp::Ceil | UnaryOp::Trunc | UnaryOp::Nearest => {
                self.round(op, self.float(x)?, from)?.into()
            }
            UnaryOp::Sext => b
                .build_int_s_extend(self.int(x)?, types.int(to.bytes()), "")?
                .into(),
            UnaryOp::Zext => b
                .build_int_z_extend(self.int(x)?, types.int(to.bytes()), "")?
                .into(),
            UnaryOp::Wrap => b
                .build_int_truncate(self.int(x)?, types.int(to.bytes()), "")?
                .into(),
            UnaryOp::Promote => b.build_float_ext(self.float(x)?, types.f64, "")?.into(),
            UnaryOp::Demote => b.build_float_trunc(self.float(x)?, types.f32, "")?.into(),
            UnaryOp::FromSigned => b
                .build_signed_int_to_float(self.int(x)?, types.float(to), "")?
                .into(),
            UnaryOp::FromUnsigned => b
                .build_unsigned_int_to_float(self.int(x)?, types.float(to), "")?
                .into(),
            UnaryOp::ToSigned => self.to_signed(self.float(x)?, from, to)?.into(),
            UnaryOp::ToUnsigned => self.to_unsigned(self.float(x)?, from, to)?.into(),
            UnaryOp::Bitcast => b.build_bit_cast(self.get(x)?, types.scalar(to), "")?,
            UnaryOp::PtrToInt => b.build_ptr_to_int(self.ptr(x)?, types.i64, "")?.into(),
            UnaryOp::IntToPtr => b.build_int_to_ptr(self.int(x)?, types.ptr, "")?.into(),
            UnaryOp::Hide => self.get(x)?,
        })
    }

    /// An intrinsic on the bits of an integer; `zero` if it wants to know whether 0 is poison.
    fn bits(
        &self,
        name: &'static str,
        x: IntValue<'ctx>,
        zero: bool,
    ) -> Result<BasicValueEnum<'ctx>> {
        let function = self.cx.intrinsic(name, Some(x.get_type().into()))?;
        if zero {
            self.pure(function, &[x.into(), self.cx.types.i1.const_zero().into()])
        } else {
            self.pure(function, &[x.into()])
        }
    }

    pub fn fabs(&self, x: FloatValue<'ctx>) -> Result<FloatValue<'ctx>> {
        let function = self.cx.intrinsic("llvm.fabs", Some(x.get_type().into()))?;
        Ok(self.pure(function, &[x.into()])?.into_float_value())
    }

    pub fn copysign(
        &self,
        x: FloatValue<'ctx>,
        sign: FloatValue<'ctx>,
    ) -> Result<FloatValue<'ctx>> {
        let function = self
            .cx
            .intrinsic("llvm.copysign", Some(x.get_type().into()))?;
        let value = self.pure(function, &[x.into(), sign.into()])?;
        Ok(value.into_float_value())
    }

    /// An operation on two values.
    pub fn binary(&self, op: BinaryOp, x: Value, y: Value) -> Result<BasicValueEnum<'ctx>> {
        use BinaryOp as B;
        let b = &self.b;
        Ok(match op {
            B::Add => b.build_int_add(self.int(x)?, self.int(y)?, "")?.into(),
            B::Sub => b.build_int_sub(self.int(x)?, self.int(y)?, "")?.into(),
            B::Mul => b.build_int_mul(self.int(x)?, self.int(y)?, "")?.into(),
            B::MulHighSigned => self.mul_high(self.int(x)?, self.int(y)?, true)?.into(),
            B::MulHighUnsigned => self.mul_high(self.int(x)?, self.int(y)?, false)?.into(),
            B::SDiv => self.signed_div(x, y, false)?.into(),
            B::SRem => self.signed_div(x, y, true)?.into(),
            B::UDiv => b
                .build_int_unsigned_div(self.int(x)?, self.int(y)?, "")?
                .into(),
            B::URem => b
                .build_int_unsigned_rem(self.int(x)?, self.int(y)?, "")?
                .into(),
            B::And => b.build_and(self.int(x)?, self.int(y)?, "")?.into(),
            B::Or => b.build_or(self.int(x)?, self.int(y)?, "")?.into(),
            B::Xor => b.build_xor(self.int(x)?, self.int(y)?, "")?.into(),
            B::AndNot => {
                let not = b.build_not(self.int(y)?, "")?;
                b.build_and(self.int(x)?, not, "")?.into()
            }
            B::Shl | B::LShr | B::AShr => self.shift(op, x, y)?.into(),
            B::Rotl => {
                let x = self.int(x)?;
                let count = self.resize(self.int(y)?, x)?;
                let function = self.cx.intrinsic("llvm.fshl", Some(x.get_type().into()))?;
                self.pure(function, &[x.into(), x.into(), count.into()])?
            }
            B::FAdd => b
                .build_float_add(self.float(x)?, self.float(y)?, "")?
                .into(),
            B::FSub => b
                .build_float_sub(self.float(x)?, self.float(y)?, "")?
                .into(),
            B::FMul => b
                .build_float_mul(self.float(x)?, self.float(y)?, "")?
                .into(),
            B::FDiv => b
                .build_float_div(self.float(x)?, self.float(y)?, "")?
                .into(),
            B::CopySign => self.copysign(self.float(x)?, self.float(y)?)?.into(),
            B::PtrAdd => self.ptr_add(self.ptr(x)?, self.int(y)?)?.into(),
            B::PtrSub => {
                let i64 = self.cx.types.i64;
                let x = b.build_ptr_to_int(self.ptr(x)?, i64, "")?;
                let y = b.build_ptr_to_int(self.ptr(y)?, i64, "")?;
                b.build_int_sub(x, y, "")?.into()
            }
        })
    }

    /// The number of an integer constant.
    pub fn constant(&self, value: Value) -> Option<i64> {
        let ValueDef::Result(inst, _) = self.func.def(value) else {
            return None;
        };
        match self.func.insts[inst] {
            InstData::IConst { value } => Some(value),
            _ => None,
        }
    }

    /// An integer zero-extended or cut to another's type.
    fn resize(&self, x: IntValue<'ctx>, like: IntValue<'ctx>) -> Result<IntValue<'ctx>> {
        let to = like.get_type();
        let (from, width) = (x.get_type().get_bit_width(), to.get_bit_width());
        Ok(if from < width {
            self.b.build_int_z_extend(x, to, "")?
        } else if from > width {
            self.b.build_int_truncate(x, to, "")?
        } else {
            x
        })
    }

    fn shift(&self, op: BinaryOp, x: Value, y: Value) -> Result<IntValue<'ctx>> {
        let b = &self.b;
        let (x, count) = (self.int(x)?, self.int(y)?);
        let ty = x.get_type();
        let width = u64::from(ty.get_bit_width());
        let limit = count.get_type().const_int(width, false);
        let fits = b.build_int_compare(IntPredicate::ULT, count, limit, "")?;
        let amount = self.resize(count, x)?;
        if op == BinaryOp::AShr {
            // All bits are the sign from one less than the width on.
            let last = ty.const_int(width - 1, false);
            let amount = b.build_select(fits, amount, last, "")?.into_int_value();
            return Ok(b.build_right_shift(x, amount, true, "")?);
        }
        let shifted = if op == BinaryOp::Shl {
            b.build_left_shift(x, amount, "")?
        } else {
            b.build_right_shift(x, amount, false, "")?
        };
        if fits.get_zero_extended_constant() == Some(1) {
            return Ok(shifted);
        }
        // Where the shift is poison, it is not chosen.
        let value = b.build_select(fits, shifted, ty.const_zero(), "")?;
        Ok(value.into_int_value())
    }

    /// Signed quotient or remainder.
    fn signed_div(&self, x: Value, y: Value, rem: bool) -> Result<IntValue<'ctx>> {
        let b = &self.b;
        let constant = self.constant(y);
        let (x, y) = (self.int(x)?, self.int(y)?);
        let ty = x.get_type();
        let divide = |x, y| {
            if rem {
                b.build_int_signed_rem(x, y, "")
            } else {
                b.build_int_signed_div(x, y, "")
            }
        };
        if constant.is_some_and(|n| n != -1 && n != 0) {
            return Ok(divide(x, y)?);
        }
        if ty.get_bit_width() < 32 {
            // Wide enough that nothing overflows.
            let wide = self.cx.types.i32;
            let x = b.build_int_s_extend(x, wide, "")?;
            let y = b.build_int_s_extend(y, wide, "")?;
            return Ok(b.build_int_truncate(divide(x, y)?, ty, "")?);
        }
        // By -1 the quotient is the negated number, wrapping, and the remainder 0.
        let minus = ty.const_all_ones();
        let is_minus = b.build_int_compare(IntPredicate::EQ, y, minus, "")?;
        let one = ty.const_int(1, false);
        let safe = b.build_select(is_minus, one, y, "")?.into_int_value();
        let value = divide(x, safe)?;
        if rem {
            // By 1 it is 0 as well.
            return Ok(value);
        }
        let negated = b.build_int_neg(x, "")?;
        let value = b.build_select(is_minus, negated, value, "")?;
        Ok(value.into_int_value())
    }

    fn mul_high(
        &self,
        x: IntValue<'ctx>,
        y: IntValue<'ctx>,
        signed: bool,
    ) -> Result<IntValue<'ctx>> {
        let b = &self.b;
        let ty = x.get_type();
        let width = ty.get_bit_width();
        let double = self.cx.types.int(width / 4);
        let widen = |v| {
            if signed {
                b.build_int_s_extend(v, double, "")
            } else {
                b.build_int_z_extend(v, double, "")
            }
        };
        let product = b.build_int_mul(widen(x)?, widen(y)?, "")?;
        let shift = double.const_int(u64::from(width), false);
        let high = b.build_right_shift(product, shift, false, "")?;
        Ok(b.build_int_truncate(high, ty, "")?)
    }

    /// `x ± y ± carry` and the carry out.
    pub fn carry(
        &mut self,
        inst: Inst,
        intrinsic: &'static str,
        [x, y, carry]: [Value; 3],
    ) -> Result<()> {
        let (x, y, carry) = (self.int(x)?, self.int(y)?, self.int(carry)?);
        let ty = x.get_type();
        let function = self.cx.intrinsic(intrinsic, Some(ty.into()))?;
        let step = |x: IntValue<'ctx>, y: IntValue<'ctx>| -> Result<_> {
            let pair = self
                .pure(function, &[x.into(), y.into()])?
                .into_struct_value();
            let value = self.b.build_extract_value(pair, 0, "")?.into_int_value();
            let over = self.b.build_extract_value(pair, 1, "")?.into_int_value();
            Ok((value, over))
        };
        let (first, over) = step(x, y)?;
        let (value, over_again) = step(first, carry)?;
        let over = self.b.build_or(over, over_again, "")?;
        let over = self.b.build_int_z_extend(over, ty, "")?;
        self.set(inst, 0, value);
        self.set(inst, 1, over);
        Ok(())
    }

    /// The machine's conversion to 32 or 64 bits: the most negative number where the float does not fit.
    pub fn convert(&self, x: FloatValue<'ctx>, from: Type, wide: bool) -> Result<IntValue<'ctx>> {
        let types = self.cx.types;
        let (name, lanes) = match (from, wide) {
            (Type::F32, false) => ("llvm.x86.sse.cvttss2si", types.f32.vec_type(4)),
            (Type::F32, true) => ("llvm.x86.sse.cvttss2si64", types.f32.vec_type(4)),
            (_, false) => ("llvm.x86.sse2.cvttsd2si", types.f64.vec_type(2)),
            (_, true) => ("llvm.x86.sse2.cvttsd2si64", types.f64.vec_type(2)),
        };
        let zero = types.i32.const_zero();
        let vector = self
            .b
            .build_insert_element(lanes.get_poison(), x, zero, "")?;
        let function = self.cx.intrinsic(name, None)?;
        Ok(self.pure(function, &[vector.into()])?.into_int_value())
    }

    fn to_signed(&self, x: FloatValue<'ctx>, from: Type, to: Type) -> Result<IntValue<'ctx>> {
        let wide = self.convert(x, from, to == Type::I64)?;
        if matches!(to, Type::I32 | Type::I64) {
            return Ok(wide);
        }
        // What does not fit in the narrow type does not come back from it.
        let b = &self.b;
        let narrow = self.cx.types.int(to.bytes());
        let value = b.build_int_truncate(wide, narrow, "")?;
        let back = b.build_int_s_extend(value, wide.get_type(), "")?;
        let fits = b.build_int_compare(IntPredicate::EQ, back, wide, "")?;
        let least = narrow.const_int(1 << (to.bytes() * 8 - 1), false);
        Ok(b.build_select(fits, value, least, "")?.into_int_value())
    }

    fn to_unsigned(&self, x: FloatValue<'ctx>, from: Type, to: Type) -> Result<IntValue<'ctx>> {
        let b = &self.b;
        if to != Type::I64 {
            let wide = self.convert(x, from, true)?;
            return Ok(b.build_int_truncate(wide, self.cx.types.int(to.bytes()), "")?);
        }
        // Numbers from 2^63 on are converted less that, which is then put back.
        let half = x.get_type().const_float(9_223_372_036_854_775_808.0);
        let low = self.convert(x, from, true)?;
        let rest = self.convert(b.build_float_sub(x, half, "")?, from, true)?;
        let top = low.get_type().const_int(1 << 63, false);
        let high = b.build_xor(rest, top, "")?;
        let small = b.build_float_compare(FloatPredicate::OLT, x, half, "")?;
        Ok(b.build_select(small, low, high, "")?.into_int_value())
    }
}
