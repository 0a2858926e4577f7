//! Sorting of imports.
//!
//! Within a parenthesised import declaration, every run of specifications on successive lines is
//! sorted by path; specifications that occur twice are merged. Specifications take over each
//! other's positions, and comments follow the specification they stand beside.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::FileState;
use super::doc_comment::is_directive;
use super::position::Lines;
use super::strings::unquote;
use crate::ast::{Ast, CommentGroup, CommentGroupId, DeclId, DeclKind, ExprKind, FileId};
use crate::ast::{SpecId, SpecKind};
use crate::source::Pos;
use crate::token::DeclKeyword;

/// Sorts the imports of a file.
pub(super) fn sort_imports(ast: &mut Ast, file: FileId, state: &mut FileState) {
    let mut joined = JoinedLines::default();
    let decls = ast[ast[file].decls].to_vec();
    for d in decls {
        let DeclKind::Gen {
            keyword: DeclKeyword::Import,
            lparen,
            ..
        } = ast[d].kind
        else {
            break;
        };
        if lparen.is_known() {
            sort_decl(ast, d, state, &mut joined);
        }
    }
    joined.apply(&mut state.lines);
}

fn sort_decl(ast: &mut Ast, d: DeclId, state: &mut FileState, joined: &mut JoinedLines) {
    let DeclKind::Gen {
        keyword,
        lparen,
        specs,
        rparen,
    } = ast[d].kind
    else {
        return;
    };
    let specs = ast[specs].to_vec();
    let starts_run = |prev: &SpecId, next: &SpecId| {
        let prev_line = state.lines.line(spec_end(ast, *prev));
        state.lines.line(ast[*next].pos) > prev_line + 1
    };
    let mut runs: Vec<Vec<SpecId>> = specs
        .chunk_by(|prev, next| !starts_run(prev, next))
        .map(<[SpecId]>::to_vec)
        .collect();
    for run in &mut runs {
        if run.len() > 1 {
            sort_run(ast, run, rparen, state, joined);
        }
    }
    let sorted = runs.concat();
    // Merging can leave blank lines before the parenthesis.
    if let Some(&last) = sorted.last() {
        joined.join_lines_between(&state.lines, ast[last].pos, rparen);
    }
    let specs = ast.push_specs(&sorted);
    ast[d].kind = DeclKind::Gen {
        keyword,
        lparen,
        specs,
        rparen,
    };
}

fn spec_end(ast: &Ast, s: SpecId) -> Pos {
    let SpecKind::Import { path, .. } = ast[s].kind else {
        return ast[s].pos;
    };
    ast.end(path)
}

/// A comment and the specification it belongs to, as an index into the run.
struct Attached {
    group: CommentGroupId,
    /// The comment stands before the specification.
    before: bool,
}

fn sort_run(
    ast: &mut Ast,
    run: &mut Vec<SpecId>,
    rparen: Pos,
    state: &mut FileState,
    joined: &mut JoinedLines,
) {
    let spans: Vec<(Pos, Pos)> = run
        .iter()
        .map(|&s| (ast[s].pos, spec_end(ast, s)))
        .collect();
    let (first, last) = comments_of_run(ast, state, &spans);
    let mut attached = attach_comments(ast, state, run, &spans, &state.comments[first..last]);

    let mut keyed: Vec<(SortKey, SpecId)> = run.iter().map(|&s| (sort_key(ast, s), s)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut kept = Vec::with_capacity(run.len());
    for (i, (key, s)) in keyed.iter().enumerate() {
        let is_duplicate = keyed
            .get(i + 1)
            .is_some_and(|(next, _)| (&next.path, next.name) == (&key.path, key.name));
        if is_duplicate && ast[*s].comment.is_none() {
            joined.join_next(&state.lines, ast[*s].pos, rparen);
        } else {
            kept.push(*s);
        }
    }
    *run = kept;

    for (&s, &(start, end)) in run.iter().zip(&spans) {
        if let SpecKind::Import { name, path } = ast[s].kind {
            if let Some(name) = name {
                ast[name].pos = start;
            }
            let len = ast.end(path).0 - ast[path].pos.0;
            ast[path].pos = start;
            if let ExprKind::BasicLit { end, .. } = &mut ast[path].kind {
                *end = start + len;
            }
        }
        ast[s].pos = start;
        state.import_ends.insert(s, end);
        for comment in attached.remove(&s).unwrap_or_default() {
            let pos = if comment.before {
                Pos(start.0 - 1)
            } else {
                end
            };
            for c in &mut ast[comment.group].list {
                c.pos = pos;
            }
        }
    }
    state.comments[first..last].sort_by_key(|&group| ast[group].list[0].pos);
}

/// The range of the comments on the lines of the run.
fn comments_of_run(ast: &Ast, state: &FileState, spans: &[(Pos, Pos)]) -> (usize, usize) {
    let (first_start, last_end) = (spans[0].0, spans[spans.len() - 1].1);
    let start = state
        .lines
        .start(state.lines.line(first_start))
        .unwrap_or(first_start);
    let end = state
        .lines
        .start(state.lines.line(last_end) + 1)
        .unwrap_or(last_end);
    let group_end = |group: &CommentGroup| {
        let last = &group.list[group.list.len() - 1];
        last.pos + last.text.len() as u32
    };
    let first = state
        .comments
        .partition_point(|&g| ast[g].list[0].pos < start);
    let last = state
        .comments
        .partition_point(|&g| group_end(&ast[g]) < end);
    (first, last.max(first))
}

/// Attaches each comment to the specification on its line, or on the next line.
fn attach_comments(
    ast: &Ast,
    state: &FileState,
    run: &[SpecId],
    spans: &[(Pos, Pos)],
    comments: &[CommentGroupId],
) -> FxHashMap<SpecId, Vec<Attached>> {
    let mut attached: FxHashMap<SpecId, Vec<Attached>> = FxHashMap::default();
    let mut at = 0;
    for &group in comments {
        let pos = ast[group].list[0].pos;
        while spans.get(at + 1).is_some_and(|&(start, _)| start <= pos) {
            at += 1;
        }
        let mut before = false;
        if at == 0 && pos < spans[0].0 {
            before = true;
        } else if at + 1 < spans.len() && state.lines.line(spans[at].0) + 1 == state.lines.line(pos)
        {
            at += 1;
            before = true;
        }
        attached
            .entry(run[at])
            .or_default()
            .push(Attached { group, before });
    }
    attached
}

/// What specifications are sorted by, in this order.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct SortKey {
    path: Cow<'static, [u8]>,
    name: &'static str,
    comment: String,
}

fn sort_key(ast: &Ast, s: SpecId) -> SortKey {
    let spec = &ast[s];
    let SpecKind::Import { name, path } = spec.kind else {
        return SortKey::default();
    };
    let path = match ast[path].kind {
        ExprKind::BasicLit { value, .. } => unquote(value.as_str()).unwrap_or_default(),
        _ => Cow::default(),
    };
    let name = name.and_then(|name| ast.name(name));
    SortKey {
        path,
        name: name.map_or("", |name| name.as_str()),
        comment: spec
            .comment
            .map_or_else(String::new, |group| comment_text(&ast[group])),
    }
}

/// The text of comments without markers, directives and repeated blank lines.
fn comment_text(group: &CommentGroup) -> String {
    let mut out = String::new();
    for comment in &group.list {
        let text = if let Some(line) = comment.text.strip_prefix("//") {
            if is_directive(line) {
                continue;
            }
            line.strip_prefix(' ').unwrap_or(line)
        } else {
            let inner = comment.text.strip_prefix("/*").unwrap_or(&comment.text);
            inner.strip_suffix("*/").unwrap_or(inner)
        };
        for line in text.split('\n') {
            let line = line.trim_end_matches([' ', '\t', '\n', '\r']);
            if !line.is_empty() || !out.is_empty() && !out.ends_with("\n\n") {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

/// Line starts that are to vanish, as indices into the line table.
///
/// They are removed all at once in the end. Until then a removed start names the one that comes
/// after it, which may have been removed as well.
#[derive(Default)]
struct JoinedLines {
    next: FxHashMap<usize, usize>,
}

impl JoinedLines {
    /// The index of the first start at or after `index` that remains.
    fn remaining(&mut self, index: usize) -> usize {
        let mut found = index;
        while let Some(&next) = self.next.get(&found) {
            found = next;
        }
        let mut at = index;
        while at != found {
            match self.next.insert(at, found) {
                Some(next) => at = next,
                None => break,
            }
        }
        found
    }

    /// Joins the line of `pos` with the next one, unless it is the last one before `end`.
    fn join_next(&mut self, lines: &Lines, pos: Pos, end: Pos) {
        let index = self.remaining(lines.line(pos));
        if index < lines.line(end) {
            self.next.insert(index, index + 1);
        }
    }

    /// Joins the lines between those of `pos` and `end`, so that one follows the other.
    fn join_lines_between(&mut self, lines: &Lines, pos: Pos, end: Pos) {
        let mut index = self.remaining(lines.line(pos));
        loop {
            index = self.remaining(index + 1);
            if index >= lines.line(end) {
                break;
            }
            self.next.insert(index, index + 1);
        }
    }

    fn apply(self, lines: &mut Lines) {
        if !self.next.is_empty() {
            lines.remove_starts(|index| self.next.contains_key(&index));
        }
    }
}
