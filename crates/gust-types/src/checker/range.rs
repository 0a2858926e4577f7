//! Range clauses.

use super::Checker;
use gust_syntax::ast::StmtId;

#[allow(unused_variables)]
impl Checker<'_> {
    /// Checks a `for ... range` statement with its body. `flags` are the statement context's bits as `stmt.rs` defines them.
    pub(crate) fn range_stmt(&self, flags: u32, s: StmtId) {
        unimplemented!()
    }
}
