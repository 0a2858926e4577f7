//! Cycles through types: direct ones and those of infinite size.

use super::Checker;
use crate::ids::TypeId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Reports a named type that contains itself (the official validType).
    pub(crate) fn valid_type(&self, named: TypeId) {
        unimplemented!()
    }
    /// Reports direct cycles among package-level type names.
    pub(crate) fn direct_cycles(&self) {
        unimplemented!()
    }
    /// Whether the size of `t` is finite as far as known (cycle-safe).
    pub(crate) fn finite_size(&self, t: TypeId) -> bool {
        unimplemented!()
    }
}
