//! Comments woven into the output.
//!
//! Comments are not part of the tree. Before a token is written, all comments that stand before it
//! in the source are, each surrounded with as much of the pending white space as suits it: a
//! comment behind code stays on its line, a comment on lines of its own gets their indentation,
//! which around `}` and `case` depends on what the comment is aligned with.

use std::borrow::Cow;

use super::block_comment;
use super::build_constraint::{is_go_build, is_plus_build};
use super::doc_comment;
use super::engine::limit_line_breaks;
use super::engine::{Lexeme, Printer, Queue, Sink, Space};
use super::layout::Control;
use super::position::Place;
use crate::ast::CommentGroupId;
use crate::source::Pos;

/// What weaving did to the pending white space.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Woven {
    /// A line break was written.
    pub wrote_line_break: bool,
    /// A section break was dropped.
    pub dropped_section_break: bool,
}

/// What matters about the previous comment of a group.
#[derive(Clone, Copy)]
struct Previous {
    pos: Pos,
    is_line_comment: bool,
}

fn is_line_comment(text: &str) -> bool {
    text.starts_with("//")
}

impl Printer<'_> {
    /// Takes the next comment group from the queue.
    pub fn advance_comment(&mut self) {
        let next = match &mut self.comments.queue {
            Queue::File(groups) => groups.split_first().map(|(&first, rest)| {
                *groups = rest;
                first
            }),
            Queue::Node(group) => group.take(),
        };
        let Some(group) = next else {
            // The group itself remains known, as the one printed last.
            self.comments.offset = Place::END.offset;
            return;
        };
        let list = &self.src.ast[group].list;
        let first_line = self.line(list[0].pos);
        self.comments.group = Some(group);
        self.comments.offset = self.place(list[0].pos).offset;
        self.comments.breaks_line = list.iter().any(|c| {
            is_line_comment(&c.text) || c.text.contains('\n') || self.line(c.pos) != first_line
        });
    }

    /// Makes the comment of a node the next one, if the file's comments are not printed anyway.
    pub fn node_comment(&mut self, group: Option<CommentGroupId>) {
        let (Some(group), Queue::Node(waiting)) = (group, self.comments.queue) else {
            return;
        };
        if waiting.is_some() {
            let first = self.src.ast[group].list[0].pos;
            self.flush(self.place(first), Lexeme::Space);
        }
        self.comments.queue = Queue::Node(Some(group));
        // A line comment may still wait when a lead comment follows with no token in between.
        if self.comments.offset == Place::END.offset {
            self.advance_comment();
        }
    }

    /// Reports whether a comment stands before `next` and can be printed without a semicolon being
    /// inserted.
    pub fn comment_before(&self, next: Place) -> bool {
        self.comments.offset < next.offset && !(self.implied_semicolon && self.comments.breaks_line)
    }

    /// The size of the comments before `next`, in bytes.
    pub fn comment_size_before(&mut self, next: Place) -> usize {
        let saved = self.comments;
        let mut size = 0;
        while self.comment_before(next) {
            if let Some(group) = self.comments.group {
                size += self.src.ast[group]
                    .list
                    .iter()
                    .map(|c| c.text.len())
                    .sum::<usize>();
            }
            self.advance_comment();
        }
        self.comments = saved;
        size
    }

    /// Writes what has to come before the lexeme at `next`: comments and pending white space.
    pub fn flush(&mut self, next: Place, lexeme: Lexeme) -> Woven {
        if self.comment_before(next) {
            self.weave_comments(next, lexeme)
        } else {
            self.write_spaces(self.spaces.len());
            Woven::default()
        }
    }

    fn weave_comments(&mut self, next: Place, lexeme: Lexeme) -> Woven {
        let ast = self.src.ast;
        let mut previous: Option<Previous> = None;
        while self.comment_before(next) {
            let Some(group) = self.comments.group else {
                break;
            };
            let list = &ast[group].list;
            let first = list[0].pos;
            let last = &list[list.len() - 1];
            let last_end = last.pos + last.text.len() as u32;

            // A comment in the first column that is directly followed by the next token documents
            // it, unless it is C code for cgo.
            let is_doc = self.last_lexeme != Lexeme::Token("import")
                && self.place(first).column == 1
                && self.place(last_end + 1) == next;
            let reformatted = if is_doc {
                let texts: Vec<&str> = list.iter().map(|c| c.text.as_str()).collect();
                doc_comment::reformat(&texts)
            } else {
                None
            };
            match reformatted {
                Some(lines) if lines.is_empty() => {
                    self.write_comment_prefix(first, next, previous, lexeme);
                    self.pos = next;
                    self.last = next;
                    self.advance_comment();
                    return self.write_comment_suffix(false);
                }
                Some(lines) => {
                    for text in lines {
                        self.write_comment_prefix(first, next, previous, lexeme);
                        self.write_comment(first, &text);
                        let is_line_comment = is_line_comment(&text);
                        previous = Some(Previous {
                            pos: first,
                            is_line_comment,
                        });
                    }
                }
                None => {
                    for comment in list {
                        self.write_comment_prefix(comment.pos, next, previous, lexeme);
                        self.write_comment(comment.pos, &comment.text);
                        let is_line_comment = is_line_comment(&comment.text);
                        previous = Some(Previous {
                            pos: comment.pos,
                            is_line_comment,
                        });
                    }
                }
            }
            if is_doc {
                // Go on where the comment ended in the source, however long it is now.
                let is_line_comment = is_line_comment(&last.text);
                previous = Some(Previous {
                    pos: last.pos,
                    is_line_comment,
                });
                self.pos = self.place(last_end);
                self.last = self.pos;
            }
            self.advance_comment();
        }

        let Some(last) = previous else {
            return Woven::default();
        };
        let mut needs_line_break = false;
        if !self.no_extra_blank
            && !last.is_line_comment
            && self.line(last.pos) == next.line
            && self.wants_separator(lexeme)
        {
            if self.spaces.iter().any(|s| s.is_line_break())
                && !self.no_extra_line_break
                && self.literal_level == 0
            {
                needs_line_break = true;
            } else {
                self.write_separator(None);
            }
        }
        needs_line_break |= last.is_line_comment
            || lexeme == Lexeme::EndOfFile
            || lexeme == Lexeme::Token("}") && !self.no_extra_line_break;
        self.write_comment_suffix(needs_line_break)
    }

    /// Reports whether the lexeme is set apart from a general comment before it on its line. A
    /// comma is not, and a closing bracket only if the comment fills the brackets alone.
    fn wants_separator(&self, lexeme: Lexeme) -> bool {
        match lexeme {
            Lexeme::Token(",") => false,
            Lexeme::Token(")") => self.last_open == Some("("),
            Lexeme::Token("]") => self.last_open == Some("["),
            _ => true,
        }
    }

    /// Writes the white space before a comment: as much of the pending white space as helps to
    /// position the comment nicely.
    fn write_comment_prefix(
        &mut self,
        pos: Pos,
        next: Place,
        previous: Option<Previous>,
        lexeme: Lexeme,
    ) {
        if self.is_empty() {
            return;
        }
        let place = self.place(pos);
        let after_line_comment = previous.is_some_and(|p| p.is_line_comment);
        if place.line == self.last.line && !after_line_comment {
            self.write_prefix_on_line(place, next, previous.is_none());
        } else {
            self.write_prefix_on_new_line(place, next, previous, lexeme);
        }
    }

    /// The white space before a comment on the line of the last token.
    fn write_prefix_on_line(&mut self, place: Place, next: Place, first: bool) {
        let mut has_separator = false;
        if first {
            let mut used = 0;
            for (i, space) in self.spaces.iter_mut().enumerate() {
                match space {
                    Space::Blank => *space = Space::Ignored,
                    // Comments behind struct fields align.
                    Space::Tab => has_separator = true,
                    Space::Indent => {}
                    _ => {
                        used = i;
                        break;
                    }
                }
            }
            self.write_spaces(used);
        }
        if !has_separator {
            let on_line_of_next = place.line == next.line;
            self.write_separator(if on_line_of_next {
                None
            } else {
                Some(Control::HardTab)
            });
        }
    }

    /// The white space before a comment on a line of its own.
    fn write_prefix_on_new_line(
        &mut self,
        place: Place,
        next: Place,
        previous: Option<Previous>,
        lexeme: Lexeme,
    ) {
        let mut dropped_line_break = false;
        let mut used = 0;
        for i in 0..self.spaces.len() {
            match self.spaces[i] {
                Space::Blank | Space::Tab => {
                    self.spaces[i] = Space::Ignored;
                    continue;
                }
                Space::Indent => continue,
                Space::Unindent => {
                    // All but the last belong to constructs that are complete. The last one ends
                    // a block, and whether the comment belongs to the block or to what follows
                    // shows in its alignment with that (think of comments before `case`).
                    if self.spaces.get(i + 1) == Some(&Space::Unindent) {
                        continue;
                    }
                    if lexeme != Lexeme::Token("}") && place.column == next.column {
                        continue;
                    }
                }
                Space::Newline | Space::SectionBreak => {
                    self.spaces[i] = Space::Ignored;
                    dropped_line_break = previous.is_none();
                }
                Space::Ignored => {}
            }
            used = i;
            break;
        }
        self.write_spaces(used);

        let mut n = 0;
        if place.is_known() && self.last.is_known() {
            n = (place.line - self.last.line).max(0);
        }
        // Keeps the blank line before the documentation of top-level declarations.
        if self.indent == 0 && dropped_line_break {
            n += 1;
        }
        if n == 0 && previous.is_some_and(|p| p.is_line_comment) {
            n = 1;
        }
        if n > 0 {
            self.write_line_breaks(true, limit_line_breaks(n));
        }
    }

    fn write_comment(&mut self, pos: Pos, text: &str) {
        let place = self.place(pos);
        let saved_indent = self.indent;
        if text.starts_with("//line ") && (!place.is_known() || place.column == 1) {
            // A line directive works in the first column only.
            self.indent = 0;
        }
        if is_line_comment(text) {
            self.note_build_constraint(text);
            self.write_text(place, text.trim_end());
        } else {
            self.write_general_comment(place, text);
        }
        self.indent = saved_indent;
    }

    fn note_build_constraint(&mut self, text: &str) {
        let Sink::Layout(layout) = &self.sink else {
            return;
        };
        if is_go_build(text) {
            self.go_build.push(layout.end());
        } else if is_plus_build(text) {
            self.plus_build.push(layout.end());
        }
    }

    fn write_general_comment(&mut self, place: Place, text: &str) {
        let mut lines: Vec<Cow<'_, str>> = text.split('\n').map(Cow::Borrowed).collect();
        if place.is_known() && place.column == 1 && self.indent > 0 {
            // The comment moves to the right; its lines look the same afterwards if they move
            // with it, and formatting again changes nothing.
            for line in &mut lines[1..] {
                *line = Cow::Owned(format!("   {line}"));
            }
        }
        block_comment::strip_common_prefix(&mut lines);
        let mut place = place;
        for (i, line) in lines.iter().enumerate() {
            if i > 0 {
                self.write_line_breaks(true, 1);
                place = self.pos;
            }
            if !line.is_empty() {
                self.write_text(place, line.trim_end());
            }
        }
    }

    /// Writes the white space after a comment; a line break is written if needed, and at most one.
    fn write_comment_suffix(&mut self, mut needs_line_break: bool) -> Woven {
        let mut woven = Woven::default();
        for space in &mut self.spaces {
            match space {
                Space::Blank | Space::Tab => *space = Space::Ignored,
                Space::Newline | Space::SectionBreak => {
                    if needs_line_break {
                        needs_line_break = false;
                        woven.wrote_line_break = true;
                    } else {
                        woven.dropped_section_break |= *space == Space::SectionBreak;
                        *space = Space::Ignored;
                    }
                }
                Space::Ignored | Space::Indent | Space::Unindent => {}
            }
        }
        self.write_spaces(self.spaces.len());
        if needs_line_break {
            self.write_line_breaks(false, 1);
            woven.wrote_line_break = true;
        }
        woven
    }
}
