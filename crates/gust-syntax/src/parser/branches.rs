//! Labels and branch statements (spec: Labeled statements to Fallthrough statements).

use super::Parser;
use crate::ast::BlockId;

impl Parser<'_> {
    /// Checks the labels and branch statements of a function body.
    pub(super) fn check_branches(&mut self, body: BlockId) {
        let _ = body;
    }
}
