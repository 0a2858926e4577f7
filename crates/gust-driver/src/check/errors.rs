//! Which errors of a package are shown, in which order: as the official compiler's error list
//! does it.

use gust_syntax::diagnostic::Diagnostic;
use gust_syntax::{Pos, SourceMap};
use rustc_hash::FxHashMap;

/// How many errors of a package are shown unless all are asked for.
const LIMIT: usize = 10;

/// Columns from here on are not known to the official compiler, neither for sorting nor shown.
const COLUMN_LIMIT: u32 = 255;

/// The errors to show of one package.
#[derive(Debug)]
pub struct PackageErrors {
    /// The package as the `# name` line says it.
    pub name: String,
    /// The errors in the order to show them.
    pub diagnostics: Vec<Diagnostic>,
}

/// The column to show for a position, 0 for none.
#[must_use]
pub fn shown_column(column: u32) -> u32 {
    if column < COLUMN_LIMIT { column } else { 0 }
}

/// Sorts errors (given in the order they were found), drops repeated ones and, unless `all`, those
/// after the tenth.
pub(super) fn limit(found: Vec<Diagnostic>, sources: &SourceMap, all: bool) -> Vec<Diagnostic> {
    // Files order by their first error, then errors by place, and stay in order on the same.
    let mut files = FxHashMap::default();
    let mut kept: Vec<(Key, Diagnostic)> = Vec::new();
    let mut last_syntax = None;
    let mut last_other = None;
    let mut too_many = None;
    for diagnostic in found {
        let key = key(diagnostic.pos, sources, &mut files);
        let line = (key.file, key.line);
        if diagnostic.message.starts_with("syntax error") {
            if last_syntax == Some(line) {
                continue;
            }
            last_syntax = Some(line);
        } else {
            if last_other
                .as_ref()
                .is_some_and(|(l, m)| *l == line && *m == diagnostic.message)
            {
                continue;
            }
            last_other = Some((line, diagnostic.message.clone()));
        }
        let pos = diagnostic.pos;
        kept.push((key, diagnostic));
        if !all && kept.len() == LIMIT {
            too_many = Some(Diagnostic::syntax(pos, "too many errors"));
            break;
        }
    }
    kept.sort_by_key(|(key, _)| *key);
    let mut shown: Vec<Diagnostic> = Vec::with_capacity(kept.len() + 1);
    let mut last_key = None;
    for (key, diagnostic) in kept {
        let repeated = shown.last().is_some_and(|last| {
            last_key == Some(key)
                && last.message == diagnostic.message
                && last.related == diagnostic.related
        });
        if !repeated {
            last_key = Some(key);
            shown.push(diagnostic);
        }
    }
    shown.extend(too_many);
    shown
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: usize,
    line: u32,
    column: u32,
}

fn key(pos: Pos, sources: &SourceMap, files: &mut FxHashMap<Pos, usize>) -> Key {
    let Some(file) = sources.file(pos) else {
        return Key {
            file: 0,
            line: 0,
            column: 0,
        };
    };
    let next = files.len() + 1;
    let index = *files.entry(file.base).or_insert(next);
    let column = file.column(pos).min(COLUMN_LIMIT);
    Key {
        file: index,
        line: file.line(pos),
        column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(errors: &[(usize, &str)], all: bool) -> Vec<String> {
        let sources = SourceMap::new();
        let file = sources.add("x.go", "\n".repeat(100).into_bytes()).unwrap();
        let at = |line: usize| file.pos(line - 1);
        let found = errors
            .iter()
            .map(|&(l, text)| Diagnostic::syntax(at(l), text))
            .collect();
        let kept = limit(found, &sources, all);
        kept.iter()
            .map(|d| format!("{}: {}", file.line(d.pos), d.message))
            .collect()
    }

    #[test]
    fn errors_are_sorted_and_repeated_ones_dropped() {
        let errors = [(3, "b"), (3, "b"), (1, "a"), (3, "c"), (3, "b")];
        assert_eq!(shown(&errors, false), ["1: a", "3: b", "3: c", "3: b"]);
    }

    #[test]
    fn one_syntax_error_a_line() {
        let errors = [(2, "syntax error: a"), (2, "syntax error: b"), (2, "other")];
        assert_eq!(shown(&errors, false), ["2: syntax error: a", "2: other"]);
    }

    #[test]
    fn the_first_ten_found_are_shown() {
        let errors: Vec<_> = (1..=12).rev().map(|line| (line, "e")).collect();
        let some = shown(&errors, false);
        assert_eq!(some.len(), 11);
        assert_eq!(some[0], "3: e");
        assert_eq!(some[10], "3: too many errors");
        assert_eq!(shown(&errors, true).len(), 12);
    }
}
