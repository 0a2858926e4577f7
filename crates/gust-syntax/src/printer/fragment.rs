//! Formatting of source text: whole files, and fragments of files.

use std::sync::Arc;

use super::{FileState, imports, print_sorted, refuse, simplify};
use crate::ast::{Ast, FileId};
use crate::diagnostic::Diagnostic;
use crate::parser::{Mode, parse_file};
use crate::source::{SourceFile, SourceMap};

/// What to do besides formatting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Simplify the code: leave out element types in composite literals and the like.
    pub simplify: bool,
    /// Accept a list of declarations or statements in place of a file.
    pub fragments: bool,
}

/// Why source text was not formatted.
#[derive(Debug)]
pub struct FormatError {
    /// The text as it was parsed, to which the positions belong: a fragment is wrapped in a file.
    /// `None` if the text is too long to have positions.
    pub source: Option<Arc<SourceFile>>,
    /// The errors, at least one unless `source` is `None`.
    pub errors: Vec<Diagnostic>,
}

/// Formats source text; `name` is the file's, for error positions.
///
/// A fragment keeps the white space around it, and is indented as far as its first line.
///
/// # Errors
/// When the text has syntax errors, or is too long.
///
/// # Panics
/// Never; but deeply nested source needs a large stack.
pub fn format_source(name: &str, text: &[u8], options: Options) -> Result<Vec<u8>, FormatError> {
    let whole = match Parsed::parse(name, text.to_vec()) {
        Err(error) if options.fragments && error.begins_with("package statement must be first") => {
            return format_fragment(name, text, options);
        }
        parsed => parsed?,
    };
    whole.format(options, 0).map(String::into_bytes)
}

impl FormatError {
    /// Reports whether the first error is the syntax error with this text.
    fn begins_with(&self, text: &str) -> bool {
        self.errors
            .first()
            .is_some_and(|error| error.message.contains(text))
    }
}

/// A file without errors.
struct Parsed {
    ast: Ast,
    file: FileId,
}

impl Parsed {
    fn parse(name: &str, text: Vec<u8>) -> Result<Parsed, FormatError> {
        let source = SourceMap::new().add(name, text).map_err(|_| FormatError {
            source: None,
            errors: Vec::new(),
        })?;
        let mut ast = Ast::new();
        let mode = Mode {
            comments: true,
            ..Mode::default()
        };
        let (file, mut errors) = parse_file(&mut ast, &source, mode);
        if errors.is_empty() {
            errors = refuse::mistakes(&ast, file);
        }
        if errors.is_empty() {
            Ok(Parsed { ast, file })
        } else {
            Err(FormatError {
                source: Some(source),
                errors,
            })
        }
    }

    /// Prints the file, every line indented by `indent` tabs more than usual.
    fn format(mut self, options: Options, indent: isize) -> Result<String, FormatError> {
        let mut state = FileState::new(&self.ast, self.file);
        imports::sort_imports(&mut self.ast, self.file, &mut state);
        if options.simplify {
            simplify::simplify(&mut self.ast, self.file);
        }
        print_sorted(&self.ast, self.file, &state, indent).map_err(|error| FormatError {
            source: Some(self.ast[self.file].source.clone()),
            errors: vec![error],
        })
    }
}

fn format_fragment(name: &str, text: &[u8], options: Options) -> Result<Vec<u8>, FormatError> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    let code_start = text.iter().take_while(|b| blank(b)).count();
    let space = &text[..code_start];
    let first_line = space.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    // Blanks do not count as indentation unless there are no tabs; then they count as one.
    let margin = &space[first_line..];
    let tabs = margin.iter().filter(|&&b| b == b'\t').count();
    let indent = if tabs == 0 {
        usize::from(margin.contains(&b' '))
    } else {
        tabs
    };

    let code = format_wrapped(name, text, options, indent)?;
    if code.is_empty() {
        return Ok(text.to_vec());
    }
    let mut out = space[..first_line].to_vec();
    out.resize(out.len() + indent, b'\t');
    out.extend_from_slice(&code);
    let code_end = text.iter().rposition(|b| !blank(b)).map_or(0, |i| i + 1);
    out.extend_from_slice(&text[code_end..]);
    Ok(out)
}

/// Formats a fragment as part of a file. Neither line breaks nor, in the case of declarations,
/// indentation change by that.
fn format_wrapped(
    name: &str,
    text: &[u8],
    options: Options,
    indent: usize,
) -> Result<Vec<u8>, FormatError> {
    let decls = Parsed::parse(name, [b"package p;", text].concat());
    match decls {
        Err(error) if error.begins_with("non-declaration statement outside function body") => {}
        decls => {
            let out = decls?.format(options, indent as isize)?;
            return Ok(cut(&out, indent + "package p\n".len(), 0));
        }
    }
    // Two line breaks keep a comment at the end apart from the brace.
    let body = Parsed::parse(name, [b"package p; func _() {", text, b"\n\n}"].concat())?;
    let body_indent = indent as isize - 1;
    let out = body.format(options, body_indent)?;
    let lines_indent = 2 * body_indent.max(0) as usize;
    Ok(cut(
        &out,
        lines_indent + "package p\n\nfunc _() {".len(),
        "}\n".len(),
    ))
}

/// The text without so many bytes at both ends, and without white space around.
fn cut(text: &str, start: usize, end: usize) -> Vec<u8> {
    let end = text.len().saturating_sub(end);
    let inner = text.as_bytes().get(start..end).unwrap_or_default();
    match std::str::from_utf8(inner) {
        Ok(inner) => inner.trim().as_bytes().to_vec(),
        Err(_) => inner.trim_ascii().to_vec(),
    }
}
