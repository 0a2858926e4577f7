//! Showing diagnostics: plain lines for pipes, source lines with a caret for people, JSON for
//! tools.

use crate::check::{PackageErrors, shown_column};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use gust_syntax::diagnostic::Diagnostic;
use gust_syntax::source::{Position, SourceFile};
use gust_syntax::{Pos, SourceMap};
use serde::Serialize;
use std::fmt::Write as _;

/// How to show diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `file:line:col: text`, as the official tools print it.
    Plain,
    /// The same with the source line, in colour if `color`.
    Rich {
        /// Use terminal colours.
        color: bool,
    },
    /// One JSON object per line.
    Json,
}

impl Style {
    /// The style for what standard error is connected to.
    #[must_use]
    pub fn detect(json: bool) -> Self {
        use std::io::IsTerminal;
        if json {
            Style::Json
        } else if std::io::stderr().is_terminal() {
            let plain_terminal = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
            let color = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            Style::Rich {
                color: color && !plain_terminal,
            }
        } else {
            Style::Plain
        }
    }
}

/// The text that shows a package's errors, line breaks included.
#[must_use]
pub fn package_errors(errors: &PackageErrors, sources: &SourceMap, style: Style) -> String {
    let mut out = String::new();
    if style != Style::Json {
        let _ = writeln!(out, "# {}", errors.name);
    }
    for diagnostic in &errors.diagnostics {
        match style {
            Style::Plain => plain(&mut out, diagnostic, sources),
            Style::Rich { color } => rich(&mut out, diagnostic, sources, color),
            Style::Json => json(&mut out, &errors.name, diagnostic, sources),
        }
    }
    out
}

/// `file:line:col`, without what is not known.
#[must_use]
pub fn position(position: &Position) -> String {
    match shown_column(position.column) {
        0 => format!("{}:{}", position.file, position.line),
        column => format!("{}:{}:{column}", position.file, position.line),
    }
}

/// A position inside a message: where `//line` directives change it, the place in the file
/// itself stands behind it in brackets.
fn full_position(pos: Pos, sources: &SourceMap) -> Option<String> {
    let file = sources.file(pos)?;
    let said = file.position(pos);
    let raw = file.raw_position(pos);
    let show = |p: &Position| match p.column {
        0 => format!("{}:{}", p.file, p.line),
        column => format!("{}:{}:{column}", p.file, p.line),
    };
    if said == raw {
        Some(show(&said))
    } else {
        Some(format!("{}[{}]", show(&said), show(&raw)))
    }
}

fn plain(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap) {
    match sources.position(diagnostic.pos) {
        Some(at) => {
            let _ = writeln!(out, "{}: {}", position(&at), diagnostic.message);
        }
        None => {
            let _ = writeln!(out, "{}", diagnostic.message);
        }
    }
    for (pos, text) in &diagnostic.related {
        let _ = match full_position(*pos, sources) {
            Some(at) => writeln!(out, "\t{at}: {text}"),
            None => writeln!(out, "\t{text}"),
        };
    }
}

/// Source lines longer than this are not worth showing on a terminal.
const LONGEST_SHOWN_LINE: usize = 400;

/// The line of `pos` as text, with the byte range of the diagnostic in it.
fn source_line(file: &SourceFile, pos: Pos, end: Pos) -> Option<(String, std::ops::Range<usize>)> {
    let line = file.line(pos);
    let bytes = file.line_text(line);
    if bytes.len() > LONGEST_SHOWN_LINE {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let start = file.column(pos) as usize - 1;
    let stop = if end > pos && file.contains(end) && file.line(end) == line {
        file.column(end) as usize - 1
    } else {
        let rest = text.get(start..)?;
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        start + word.max(rest.chars().next().map_or(1, char::len_utf8))
    };
    Some((text.to_string(), start..stop))
}

fn rich(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap, color: bool) {
    plain(out, diagnostic, sources);
    let Some(file) = sources.file(diagnostic.pos) else {
        return;
    };
    let Some((text, range)) = source_line(&file, diagnostic.pos, diagnostic.end) else {
        return;
    };
    let snippet = Snippet::source(text.as_str())
        .line_start(file.line(diagnostic.pos) as usize)
        .annotation(AnnotationKind::Primary.span(range));
    let group = Group::with_level(Level::ERROR).element(snippet);
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let _ = writeln!(out, "{}", renderer.render(&[group]));
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JsonDiagnostic<'a> {
    import_path: &'a str,
    pos: Option<JsonPosition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<JsonPosition>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    severity: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<JsonRelated<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JsonPosition {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JsonRelated<'a> {
    pos: Option<JsonPosition>,
    message: &'a str,
}

fn json_position(pos: Pos, sources: &SourceMap) -> Option<JsonPosition> {
    let at = sources.position(pos)?;
    Some(JsonPosition {
        file: at.file.to_string(),
        line: at.line,
        column: at.column,
    })
}

fn json(out: &mut String, package: &str, diagnostic: &Diagnostic, sources: &SourceMap) {
    let related = diagnostic.related.iter();
    let value = JsonDiagnostic {
        import_path: package,
        pos: json_position(diagnostic.pos, sources),
        end: json_position(diagnostic.end, sources),
        message: &diagnostic.message,
        code: diagnostic.code,
        severity: "error",
        related: related
            .map(|(pos, text)| JsonRelated {
                pos: json_position(*pos, sources),
                message: text,
            })
            .collect(),
    };
    if let Ok(line) = serde_json::to_string(&value) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// A load error in the chosen style.
#[must_use]
pub fn load_error(text: &str, import_path: &str, style: Style) -> String {
    if style != Style::Json {
        return format!("{text}\n");
    }
    let value = JsonDiagnostic {
        import_path,
        pos: None,
        end: None,
        message: text,
        code: None,
        severity: "error",
        related: Vec::new(),
    };
    serde_json::to_string(&value).map_or_else(|_| String::new(), |line| line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(sources: &SourceMap) -> PackageErrors {
        let file = sources
            .add("./x.go", b"package p\n\nvar x int = \"a\"\n".to_vec())
            .unwrap();
        let mut diagnostic = Diagnostic::syntax(file.pos(23), "cannot use \"a\"");
        diagnostic
            .related
            .push((file.pos(15), "declared here".into()));
        PackageErrors {
            name: "p".into(),
            diagnostics: vec![diagnostic],
        }
    }

    #[test]
    fn plain_lines() {
        let sources = SourceMap::new();
        let text = package_errors(&errors(&sources), &sources, Style::Plain);
        let want = "# p\n./x.go:3:13: cannot use \"a\"\n\t./x.go:3:5: declared here\n";
        assert_eq!(text, want);
    }

    #[test]
    fn source_line_with_caret() {
        let sources = SourceMap::new();
        let text = package_errors(&errors(&sources), &sources, Style::Rich { color: false });
        assert!(text.contains("3 | var x int = \"a\""), "{text}");
        assert!(text.lines().last().unwrap().ends_with('^'), "{text}");
    }

    #[test]
    fn json_lines() {
        let sources = SourceMap::new();
        let text = package_errors(&errors(&sources), &sources, Style::Json);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["Pos"]["Line"], 3);
        assert_eq!(value["Pos"]["Column"], 13);
        assert_eq!(value["Related"][0]["Message"], "declared here");
    }

    #[test]
    fn far_columns_are_not_shown() {
        let at = |column| Position {
            file: "a.go".into(),
            line: 1,
            column,
        };
        assert_eq!(position(&at(254)), "a.go:1:254");
        assert_eq!(position(&at(255)), "a.go:1");
    }
}
