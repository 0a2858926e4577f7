//! Build constraints in their place and form.
//!
//! All `//go:build` and `// +build` comments of a file are brought together near its top, where
//! they have to be in order to count. A single `//go:build` line is put in canonical form and
//! decides what `// +build` lines say, if there are any; without one, it is made from those.

use super::build_constraint::Constraint;
use super::layout::{Control, Cursor, Item, Layout};

/// Moves and reformats the build constraints of printed text. The places are those of the
/// comments, in ascending order.
pub(super) fn fix_build_lines(text: Layout, go_build: &[Cursor], plus_build: &[Cursor]) -> Layout {
    if go_build.is_empty() && plus_build.is_empty() {
        return text;
    }
    let header = header_end(&text);
    // Earlier than necessary is fine, if there is a constraint already.
    let is_earlier = |place: &&Cursor| **place < header;
    let first = go_build
        .first()
        .filter(is_earlier)
        .or(plus_build.first().filter(is_earlier));
    let insert = first.copied().unwrap_or(header);

    let mut out = Layout::default();
    out.append(&text, Cursor::default()..insert);
    write_constraints(&mut out, &text, go_build, plus_build);

    let mut moved: Vec<Cursor> = go_build.iter().chain(plus_build).copied().collect();
    moved.sort_unstable();
    let mut rest = Layout::default();
    let mut start = insert;
    for place in moved {
        if place >= start {
            append_lines(&mut rest, &text, start, place);
            start = text.next_line(place);
        }
    }
    append_lines(&mut rest, &text, start, text.end());
    if rest.trailing_line_breaks() >= 2 {
        rest.pop_line_break();
    }
    out.append(&rest, Cursor::default()..rest.end());
    out
}

/// The place behind the last blank line of those that only line comments precede.
fn header_end(text: &Layout) -> Cursor {
    let mut end = Cursor::default();
    let mut at = Cursor::default();
    'lines: loop {
        let mut is_blank = true;
        loop {
            let Some((item, next)) = text.item(at) else {
                break 'lines;
            };
            match item {
                Item::Text(words) => {
                    let words = words.trim_start_matches(' ');
                    if words.starts_with("//") {
                        is_blank = false;
                        let line = text.next_line(at);
                        if line == text.end() && text.trailing_line_breaks() == 0 {
                            break 'lines;
                        }
                        at = line;
                        break;
                    }
                    if !words.is_empty() {
                        break 'lines;
                    }
                }
                Item::Control(Control::SoftTab) => break 'lines,
                Item::Control(Control::HardTab) => {}
                Item::Control(Control::Newline | Control::SectionEnd) => {
                    at = next;
                    break;
                }
            }
            at = next;
        }
        if is_blank {
            end = at;
        }
    }
    end
}

fn write_constraints(out: &mut Layout, text: &Layout, go_build: &[Cursor], plus_build: &[Cursor]) {
    let parse = |&place: &Cursor| match text.item(place)? {
        (Item::Text(comment), _) => Constraint::parse(comment),
        (Item::Control(_), _) => None,
    };
    let constraint = match go_build {
        [] => plus_build
            .iter()
            .map(parse)
            .collect::<Option<Vec<_>>>()
            .map(Constraint::and),
        [single] => parse(single),
        _ => None,
    };
    match constraint {
        None => {
            // There is no telling what is meant; the lines stay as they are.
            for &place in go_build.iter().chain(plus_build) {
                out.append(text, place..text.next_line(place));
            }
        }
        Some(constraint) => {
            let mut line = |text: &str| {
                out.push_str(text);
                out.push(Control::Newline);
            };
            line(&format!("//go:build {}", constraint.to_go_build()));
            if !plus_build.is_empty() {
                match constraint.to_plus_build() {
                    Some(lines) => lines.iter().for_each(|text| line(text)),
                    None => {
                        line("// +build error: expression too complex for // +build lines");
                    }
                }
            }
        }
    }
    out.push(Control::Newline);
}

/// Appends lines without doubling blank lines, and without a blank line at the beginning.
fn append_lines(out: &mut Layout, text: &Layout, start: Cursor, end: Cursor) {
    let mut start = start;
    if start < end
        && let Some((Item::Control(control), next)) = text.item(start)
        && control.ends_line()
        && (out.is_empty() || out.trailing_line_breaks() >= 2)
    {
        start = next;
    }
    out.append(text, start..end);
}
