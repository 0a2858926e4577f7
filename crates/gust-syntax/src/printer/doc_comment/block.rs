//! The block structure of a doc comment: which lines form paragraphs, headings, lists and code.

use rustc_hash::FxHashMap;

use super::inline;
use crate::unicode::{is_digit, is_letter, is_upper};

/// A parsed doc comment.
pub(super) struct Document<'a> {
    /// The blocks in source order, without the link definitions.
    pub blocks: Vec<Block<'a>>,
    /// The link definitions in source order.
    pub links: Vec<LinkDef<'a>>,
}

/// One block; texts are in their final form, lines separated by `\n`.
pub(super) enum Block<'a> {
    Paragraph(String),
    Heading(&'a str),
    Code(Vec<&'a str>),
    List(List<'a>),
}

/// A bullet list, or a numbered list if its items have numbers.
pub(super) struct List<'a> {
    pub items: Vec<Item<'a>>,
    /// A blank line precedes the list in the source.
    pub blank_before: bool,
    /// Some items are separated by blank lines in the source.
    pub blank_between: bool,
}

impl List<'_> {
    /// Reports whether blank lines separate the items.
    pub fn is_loose(&self) -> bool {
        self.blank_between || self.items.iter().any(|item| item.paragraphs.len() != 1)
    }
}

pub(super) struct Item<'a> {
    /// Decimal digits, or empty in a bullet list.
    pub number: &'a str,
    pub paragraphs: Vec<String>,
}

/// A line `[text]: url`.
pub(super) struct LinkDef<'a> {
    pub text: String,
    pub url: &'a str,
    /// The text of the comment refers to the definition.
    pub used: bool,
}

/// Link definitions by their text; where several have the same text the first one counts.
pub(super) type LinkIndex = FxHashMap<String, usize>;

impl<'a> Document<'a> {
    /// Parses the text between the comment markers.
    pub fn parse(text: &'a str) -> Self {
        let lines = unindent(text.split('\n').collect());
        let mut links = Links::default();
        let mut blocks = Vec::new();
        let mut prev_end = 0;
        for span in split_spans(&lines) {
            let body = &lines[span.start..span.end];
            match span.kind {
                SpanKind::Paragraph => blocks.extend(links.paragraph(body).map(Block::Paragraph)),
                SpanKind::Heading => blocks.push(Block::Heading(body[0][1..].trim())),
                SpanKind::OldHeading => blocks.push(Block::Heading(body[0].trim())),
                SpanKind::Code => blocks.push(Block::Code(unindent(body.to_vec()))),
                SpanKind::List => {
                    blocks.push(Block::List(links.list(body, prev_end < span.start)));
                }
            }
            prev_end = span.end;
        }

        // Links may be defined after their use, so the texts wait until all blocks are known.
        let Links { mut defs, index } = links;
        for block in &mut blocks {
            match block {
                Block::Paragraph(text) => *text = inline::canonical(text, &index, &mut defs),
                Block::List(list) => {
                    for text in list.items.iter_mut().flat_map(|item| &mut item.paragraphs) {
                        *text = inline::canonical(text, &index, &mut defs);
                    }
                }
                Block::Heading(_) | Block::Code(_) => {}
            }
        }
        Document {
            blocks,
            links: defs,
        }
    }
}

#[derive(Default)]
struct Links<'a> {
    defs: Vec<LinkDef<'a>>,
    index: LinkIndex,
}

impl<'a> Links<'a> {
    /// The text of a paragraph, or nothing if all its lines define links.
    fn paragraph(&mut self, lines: &[&'a str]) -> Option<String> {
        let Some(defs) = lines
            .iter()
            .map(|line| parse_link_def(line))
            .collect::<Option<Vec<_>>>()
        else {
            return Some(lines.join("\n"));
        };
        for def in defs {
            self.index
                .entry(def.text.clone())
                .or_insert(self.defs.len());
            self.defs.push(def);
        }
        None
    }

    fn list(&mut self, lines: &[&'a str], blank_before: bool) -> List<'a> {
        let numbered = list_marker(lines[0]).is_some_and(|(number, _)| !number.is_empty());
        let mut list = List {
            items: Vec::new(),
            blank_before,
            blank_between: false,
        };
        let mut pending = Vec::new();
        for &line in lines {
            let mut line = line;
            if let Some((number, rest)) = list_marker(line)
                && numbered != number.is_empty()
            {
                self.end_item_paragraph(&mut list, &mut pending);
                list.items.push(Item {
                    number,
                    paragraphs: Vec::new(),
                });
                line = rest;
            }
            let line = line.trim();
            if line.is_empty() {
                list.blank_between = true;
                self.end_item_paragraph(&mut list, &mut pending);
            } else {
                pending.push(line);
            }
        }
        self.end_item_paragraph(&mut list, &mut pending);
        list
    }

    fn end_item_paragraph(&mut self, list: &mut List<'a>, pending: &mut Vec<&'a str>) {
        if let Some(item) = list.items.last_mut() {
            item.paragraphs.extend(self.paragraph(pending));
        }
        pending.clear();
    }
}

/// Parses `[text]: scheme://rest`.
fn parse_link_def(line: &str) -> Option<LinkDef<'_>> {
    let (text, rest) = line.strip_prefix('[')?.split_once("]:")?;
    if !is_indented(rest) {
        return None;
    }
    let url = rest.trim();
    let (scheme, _) = url.split_once("://")?;
    inline::is_scheme(scheme).then(|| LinkDef {
        text: text.to_owned(),
        url,
        used: false,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SpanKind {
    Paragraph,
    Heading,
    OldHeading,
    Code,
    List,
}

/// The lines `start..end` of one block.
struct Span {
    start: usize,
    end: usize,
    kind: SpanKind,
}

/// Divides the lines into blocks.
fn split_spans(lines: &[&str]) -> Vec<Span> {
    let mut spans = Vec::new();
    // Lines before `forced` count as indented: they start code or a list whose first lines the
    // author forgot to indent.
    let mut forced = 0;
    let mut at = 0;
    while at < lines.len() {
        if lines[at].is_empty() {
            at += 1;
        } else if at < forced || is_indented(lines[at]) {
            let (span, next) = indented_span(lines, at, forced);
            spans.push(span);
            at = next;
        } else {
            let (end, next, misindented) = flush_lines(lines, at);
            if misindented {
                forced = next;
            }
            if end > at {
                spans.push(Span {
                    start: at,
                    end,
                    kind: flush_kind(lines, at, end),
                });
            }
            at = end;
        }
    }
    spans
}

/// The list or code block that begins at `start`, and the first line not examined yet.
fn indented_span(lines: &[&str], start: usize, forced: usize) -> (Span, usize) {
    // Within a list whose items stand in the first column, further such items are accepted up to
    // the first blank line.
    let mut accept_flush_items = start < forced && is_list_item(lines[start]);
    let mut next = start + 1;
    while let Some(&line) = lines.get(next) {
        let belongs = line.is_empty()
            || next < forced
            || is_indented(line)
            || accept_flush_items && is_list_item(line);
        if !belongs {
            break;
        }
        accept_flush_items &= !line.is_empty();
        next += 1;
    }
    let mut end = next;
    while end > start && lines[end - 1].is_empty() {
        end -= 1;
    }
    // The closing brace of pasted code, likewise not indented.
    if lines.get(end).is_some_and(|line| line.starts_with('}')) {
        end += 1;
    }
    let kind = if is_list_item(lines[start]) {
        SpanKind::List
    } else {
        SpanKind::Code
    };
    (Span { start, end, kind }, end)
}

/// The end of the unindented lines from `start` on that form a block by themselves; the end of all
/// of them; and whether the lines in between belong to the indented block that follows.
fn flush_lines(lines: &[&str], start: usize) -> (usize, usize, bool) {
    let is_flush = |line: &&str| !line.is_empty() && !is_indented(line);
    let next = start
        + lines[start..]
            .iter()
            .take_while(|line| is_flush(line))
            .count();
    let mut end = next;
    let followed_by_code = lines
        .get(next)
        .is_some_and(|line| !line.is_empty() && !is_list_item(line));
    if followed_by_code {
        let last = lines[next - 1];
        if is_list_item(last) {
            while end > start && is_list_item(lines[end - 1]) {
                end -= 1;
            }
        } else if last.ends_with(['{', '\\']) {
            end -= 1;
        }
    }
    (end, next, end < next)
}

fn flush_kind(lines: &[&str], start: usize, end: usize) -> SpanKind {
    if end - start > 1 {
        SpanKind::Paragraph
    } else if is_heading(lines[start]) {
        SpanKind::Heading
    } else if is_old_heading(lines, start) {
        SpanKind::OldHeading
    } else {
        SpanKind::Paragraph
    }
}

fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

fn leading_space(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Removes the indentation common to all lines, and blank lines at both ends; lines of spaces only
/// become empty.
fn unindent(mut lines: Vec<&str>) -> Vec<&str> {
    trim_empty(&mut lines);
    let common = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| leading_space(line))
        .reduce(common_prefix)
        .unwrap_or("");
    for line in &mut lines {
        *line = line.strip_prefix(common).unwrap_or(line);
        if line.trim().is_empty() {
            *line = "";
        }
    }
    trim_empty(&mut lines);
    lines
}

fn trim_empty(lines: &mut Vec<&str>) {
    let kept = lines
        .iter()
        .rposition(|line| !line.is_empty())
        .map_or(0, |i| i + 1);
    lines.truncate(kept);
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
}

fn common_prefix<'a>(a: &'a str, b: &'a str) -> &'a str {
    let n = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    &a[..n]
}

/// Reports whether the line is a heading of the form `# text`.
fn is_heading(line: &str) -> bool {
    line.strip_prefix('#')
        .is_some_and(|rest| is_indented(rest) && !rest.trim().is_empty())
}

/// Reports whether line `at` is a heading by the older convention: a lone line between blank
/// lines, capitalised, without punctuation, and followed by a paragraph.
fn is_old_heading(lines: &[&str], at: usize) -> bool {
    const NOT_IN_HEADINGS: &str = ";:!?+*/=[]{}_^°&§~%#@<\">\\";
    let stands_alone = at > 0
        && lines[at - 1].is_empty()
        && lines.get(at + 1).is_some_and(|line| line.is_empty())
        && lines.get(at + 2).is_some_and(|line| !is_indented(line));
    if !stands_alone {
        return false;
    }
    let line = lines[at].trim();
    let starts = line
        .chars()
        .next()
        .is_some_and(|c| is_letter(c) && is_upper(c));
    let ends = line
        .chars()
        .next_back()
        .is_some_and(|c| is_letter(c) || is_digit(c));
    starts
        && ends
        && !line.contains(|c| NOT_IN_HEADINGS.contains(c))
        && texts_after(line, '\'').all(|rest| rest == "s" || rest.starts_with("s "))
        && texts_after(line, '.').all(|rest| !rest.is_empty() && !rest.starts_with(' '))
}

/// The rest of the line after each occurrence of `mark`.
fn texts_after(line: &str, mark: char) -> impl Iterator<Item = &str> {
    line.match_indices(mark)
        .map(|(i, found)| &line[i + found.len()..])
}

/// Splits a list item into its number (empty for a bullet) and its text.
fn list_marker(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = if digits > 0 {
        (&line[..digits], line[digits..].strip_prefix(['.', ')'])?)
    } else {
        ("", line.strip_prefix(['•', '*', '+', '-'])?)
    };
    (is_indented(rest) && !rest.trim().is_empty()).then_some((number, rest))
}

fn is_list_item(line: &str) -> bool {
    list_marker(line).is_some()
}
