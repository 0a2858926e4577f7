//! Conversions (spec).

use super::Checker;
use super::operand::Operand;
use crate::ids::TypeId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Converts `x` to `t`, with an error if it cannot be.
    pub(crate) fn conversion(&self, x: &mut Operand, t: TypeId) {
        unimplemented!()
    }
    /// Whether `x` can be converted to `t`.
    pub(crate) fn convertible_to(
        &self,
        x: &Operand,
        t: TypeId,
        cause: Option<&mut String>,
    ) -> bool {
        unimplemented!()
    }
}
