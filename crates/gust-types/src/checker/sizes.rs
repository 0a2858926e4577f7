//! Sizes and alignments as the official compiler lays types out.

use super::Checker;
use crate::ids::{ObjId, TypeId};

#[allow(unused_variables)]
impl Checker<'_> {
    /// Size in bytes; negative if too large.
    pub(crate) fn size_of(&self, t: TypeId) -> i64 {
        unimplemented!()
    }
    pub(crate) fn align_of(&self, t: TypeId) -> i64 {
        unimplemented!()
    }
    /// Offsets of fields; negative if too large.
    pub(crate) fn offsets_of(&self, fields: &[ObjId]) -> Vec<i64> {
        unimplemented!()
    }
    /// Offset of the field found by `index` in struct type `t`, through embedded structs without pointers.
    pub(crate) fn offset_of(&self, t: TypeId, index: &[u32]) -> i64 {
        unimplemented!()
    }
}
