//! Collecting the package-level objects of all files; imports.

use super::Checker;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Collects package-level objects, imports and methods into scopes.
    pub(crate) fn collect_objects(&self) {
        unimplemented!()
    }
    /// Checks all package-level objects.
    pub(crate) fn package_objects(&self) {
        unimplemented!()
    }
    /// Reports unused imports.
    pub(crate) fn unused_imports(&self) {
        unimplemented!()
    }
}
