//! What the official compiler checks after its type checker, if that found no error.

use super::Checker;

impl Checker<'_> {
    /// Checks what needs a package without errors.
    pub(super) fn post_check(&self) {}
}
