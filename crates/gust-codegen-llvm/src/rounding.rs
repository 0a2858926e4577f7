//! Rounding to integral numbers, and multiplication with addition.
//!
//! Where the instruction set has no instruction for these, LLVM would call a C library that is not there, so they are
//! made of others.

use crate::function::Body;
use crate::{FMA_SYMBOL, Result};
use gust_ir::{Signature, Type, UnaryOp};
use inkwell::FloatPredicate;
use inkwell::IntPredicate;
use inkwell::values::FloatValue;

impl<'ctx> Body<'_, 'ctx> {
    /// Floor, ceiling, truncation or rounding to nearest even.
    pub fn round(&self, op: UnaryOp, x: FloatValue<'ctx>, ty: Type) -> Result<FloatValue<'ctx>> {
        // SSE4.1 comes with the second level.
        if self.cx.options.goamd64 >= 2 {
            let name = match op {
                UnaryOp::Floor => "llvm.floor",
                UnaryOp::Ceil => "llvm.ceil",
                UnaryOp::Trunc => "llvm.trunc",
                _ => "llvm.roundeven",
            };
            let function = self.cx.intrinsic(name, Some(x.get_type().into()))?;
            return Ok(self.pure(function, &[x.into()])?.into_float_value());
        }
        let b = &self.b;
        let float = x.get_type();
        // From here on all numbers are integral; below, they fit in 64 bits.
        let integral = float.const_float(if ty == Type::F32 {
            8_388_608.0
        } else {
            4_503_599_627_370_496.0
        });
        let magnitude = self.fabs(x)?;
        // False for NaN, which stays.
        let small = b.build_float_compare(FloatPredicate::OLT, magnitude, integral, "")?;
        let rounded = if op == UnaryOp::Nearest {
            // The sum has no room for a fraction and is rounded to nearest even.
            let sum = b.build_float_add(magnitude, integral, "")?;
            b.build_float_sub(sum, integral, "")?
        } else {
            let number = self.convert(x, ty, true)?;
            let cut = b.build_signed_int_to_float(number, float, "")?;
            let one = float.const_float(1.0);
            match op {
                UnaryOp::Floor => {
                    let above = b.build_float_compare(FloatPredicate::OGT, cut, x, "")?;
                    let less = b.build_float_sub(cut, one, "")?;
                    b.build_select(above, less, cut, "")?.into_float_value()
                }
                UnaryOp::Ceil => {
                    let below = b.build_float_compare(FloatPredicate::OLT, cut, x, "")?;
                    let more = b.build_float_add(cut, one, "")?;
                    b.build_select(below, more, cut, "")?.into_float_value()
                }
                _ => cut,
            }
        };
        // Zeros keep their sign.
        let rounded = self.copysign(rounded, x)?;
        Ok(b.build_select(small, rounded, x, "")?.into_float_value())
    }

    /// `x * y + z`, rounded once.
    pub fn fma(
        &self,
        x: FloatValue<'ctx>,
        y: FloatValue<'ctx>,
        z: FloatValue<'ctx>,
    ) -> Result<FloatValue<'ctx>> {
        let types = self.cx.types;
        let args = [x.into(), y.into(), z.into()];
        // FMA comes with the third level.
        if self.cx.options.goamd64 >= 3 {
            let function = self.cx.intrinsic("llvm.fma", Some(x.get_type().into()))?;
            return Ok(self.pure(function, &args)?.into_float_value());
        }
        if x.get_type() == types.f64 {
            let sig = Signature {
                params: vec![Type::F64; 3],
                results: vec![Type::F64],
            };
            let (callee, legal) = self.cx.runtime(FMA_SYMBOL, &sig);
            let call = self.raw_call(callee, legal, &args)?;
            return Ok(crate::calls::result(call)?.into_float_value());
        }
        self.fma_single(x, y, z)
    }

    /// `x * y + z` for singles by way of doubles. The product is exact there. The sum is rounded to odd (Boldo and
    /// Melquiond: When double rounding is odd), so that rounding it once more to a single gives what rounding the
    /// exact sum would.
    fn fma_single(
        &self,
        x: FloatValue<'ctx>,
        y: FloatValue<'ctx>,
        z: FloatValue<'ctx>,
    ) -> Result<FloatValue<'ctx>> {
        let types = self.cx.types;
        let b = &self.b;
        let wide = |v| b.build_float_ext(v, types.f64, "");
        let product = b.build_float_mul(wide(x)?, wide(y)?, "")?;
        let z = wide(z)?;
        let sum = b.build_float_add(product, z, "")?;
        // What the sum lost (Knuth's exact addition).
        let part = b.build_float_sub(sum, product, "")?;
        let product_back = b.build_float_sub(sum, part, "")?;
        let lost_product = b.build_float_sub(product, product_back, "")?;
        let lost_z = b.build_float_sub(z, part, "")?;
        let lost = b.build_float_add(lost_product, lost_z, "")?;
        // Infinities and NaN lose NaN, which is not ordered.
        let zero = types.f64.const_zero();
        let inexact = b.build_float_compare(FloatPredicate::ONE, lost, zero, "")?;
        let bits = b.build_bit_cast(sum, types.i64, "")?.into_int_value();
        let one = types.i64.const_int(1, false);
        let last = b.build_and(bits, one, "")?;
        let even = b.build_int_compare(IntPredicate::EQ, last, types.i64.const_zero(), "")?;
        let adjust = b.build_and(inexact, even, "")?;
        // One step away from zero if what was lost has the sum's sign, else towards it. The sum is not zero: then it
        // would be exact.
        let lost_bits = b.build_bit_cast(lost, types.i64, "")?.into_int_value();
        let differ = b.build_xor(bits, lost_bits, "")?;
        let against = b.build_int_compare(IntPredicate::SLT, differ, types.i64.const_zero(), "")?;
        let down = b.build_int_sub(bits, one, "")?;
        let up = b.build_int_add(bits, one, "")?;
        let step = b.build_select(against, down, up, "")?.into_int_value();
        let odd = b.build_select(adjust, step, bits, "")?.into_int_value();
        let odd = b.build_bit_cast(odd, types.f64, "")?.into_float_value();
        Ok(b.build_float_trunc(odd, types.f32, "")?)
    }
}
