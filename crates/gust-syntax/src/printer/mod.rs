//! The formatter: Go source in the official layout.
//!
//! Formatting keeps the line breaks of the source as far as the layout allows them, so the printer
//! looks at positions all the time. What it prints is text with alignment marks ([`layout`]), into
//! which comments are woven ([`weave`]).
//!
//! Invariant: the printer changes white space, comments, the order of imports and the spelling of
//! numbers, and nothing else.

mod block_comment;
mod build_constraint;
mod build_lines;
mod decl;
mod doc_comment;
mod engine;
mod equal;
mod expr;
mod fragment;
mod geomean;
mod imports;
mod layout;
mod list;
mod number;
mod position;
mod refuse;
mod signature;
mod simplify;
mod size;
mod stmt;
mod strings;
mod visit;
mod weave;

use rustc_hash::FxHashMap;

use crate::ast::{Ast, CommentGroupId, FileId, SpecId};
use crate::diagnostic::Diagnostic;
use crate::source::Pos;
use engine::{Lexeme, Printer, Sink, Source};
use position::{Lines, Place};

pub use fragment::{FormatError, Options, format_source};

/// What formatting a file needs besides the tree.
#[derive(Debug)]
struct FileState {
    lines: Lines,
    /// The comments of the file in the order of their positions.
    comments: Vec<CommentGroupId>,
    /// Where specifications end in the source that sorting moved.
    import_ends: FxHashMap<SpecId, Pos>,
}

impl FileState {
    fn new(ast: &Ast, file: FileId) -> FileState {
        let file = &ast[file];
        FileState {
            lines: Lines::new(&file.source),
            comments: file.comments.clone().map(CommentGroupId).collect(),
            import_ends: FxHashMap::default(),
        }
    }
}

/// Prints a file of the tree, which must have been parsed without errors and with comments.
/// Imports are sorted, and the tree changes accordingly.
///
/// # Errors
/// When nodes are nested too deeply to be printed.
pub fn print_file(ast: &mut Ast, file: FileId) -> Result<String, Diagnostic> {
    let mut state = FileState::new(ast, file);
    imports::sort_imports(ast, file, &mut state);
    print_sorted(ast, file, &state, 0)
}

/// Prints a file. `indent` tabs precede each line.
fn print_sorted(
    ast: &Ast,
    file: FileId,
    state: &FileState,
    indent: isize,
) -> Result<String, Diagnostic> {
    let source = Source {
        ast,
        lines: &state.lines,
        import_ends: &state.import_ends,
    };
    let mut printer = Printer::new(&source, &state.comments, indent);
    printer.file(file);
    printer.implied_semicolon = false;
    printer.flush(Place::END, Lexeme::EndOfFile);
    if printer.too_deep() {
        return Err(Diagnostic::syntax(
            ast[file].package,
            "exceeded max nesting depth",
        ));
    }
    let Printer {
        sink,
        go_build,
        plus_build,
        ..
    } = printer;
    match sink {
        Sink::Layout(text) => {
            Ok(build_lines::fix_build_lines(text, &go_build, &plus_build).render())
        }
        Sink::Measure(_) => Ok(String::new()),
    }
}
