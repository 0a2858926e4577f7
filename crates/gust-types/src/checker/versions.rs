//! Language version of the code being checked.

use super::Checker;
use super::errors::At;
use crate::version::GoVersion;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Whether the file's language version is at least `want`.
    pub(crate) fn allow_version(&self, want: GoVersion) -> bool {
        unimplemented!()
    }
    /// Reports "`what` requires go1.N or later" at `at` if it is not; gives whether it is.
    pub(crate) fn verify_version(&self, at: At, want: GoVersion, what: &str) -> bool {
        unimplemented!()
    }
}
