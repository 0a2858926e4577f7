//! Constants: representability, rounding and overflow.

use super::Checker;
use super::operand::Operand;
use crate::constant::Value;
use crate::ids::TypeId;
use gust_syntax::Pos;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Whether `v` is representable in the basic type `t`, and the value rounded to it.
    pub(crate) fn representable_const(&self, v: &Value, t: TypeId) -> Option<Value> {
        unimplemented!()
    }
    /// Makes constant `x` of basic type `t`, with an error if it does not fit.
    pub(crate) fn representable(&self, x: &mut Operand, t: TypeId) {
        unimplemented!()
    }
    /// Reports overflow of a constant operation.
    pub(crate) fn overflow(&self, x: &mut Operand, op_pos: Pos) {
        unimplemented!()
    }
}
