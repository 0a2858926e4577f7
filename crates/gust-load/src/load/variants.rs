//! Test variants.

use super::assemble::Assembler;
use crate::package::PackageId;

/// Makes the test variants of a package.
pub fn make(_assembler: &mut Assembler<'_>, _id: PackageId) -> Vec<PackageId> {
    Vec::new()
}
