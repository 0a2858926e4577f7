//! Terminating statements (spec).

use super::Checker;
use gust_syntax::ast::{BlockId, StmtId};

#[allow(unused_variables)]
impl Checker<'_> {
    /// Whether the block ends in a terminating statement.
    pub(crate) fn is_terminating_block(&self, block: BlockId) -> bool {
        unimplemented!()
    }
}
