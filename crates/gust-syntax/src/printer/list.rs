//! Lists of expressions: arguments, elements of literals, sides of assignments.

use super::engine::{Printer, Space};
use super::geomean::Geomean;
use crate::ast::{ExprId, ExprKind};
use crate::source::Pos;

/// How a list is printed.
#[derive(Clone, Copy)]
pub(super) struct ListLayout {
    /// The depth of the elements, see [`Printer::expr_at_depth`].
    pub depth: usize,
    /// Indent lines after the first.
    pub indent: bool,
}

impl ListLayout {
    pub const DEFAULT: ListLayout = ListLayout {
        depth: 1,
        indent: true,
    };
}

/// What follows a list.
#[derive(Clone, Copy)]
pub(super) enum ListEnd {
    Unknown,
    /// The token at this position.
    Plain(Pos),
    /// A closing bracket, before which the list ends with a comma if it is on a new line.
    Comma(Pos),
}

impl ListEnd {
    fn pos(self) -> Pos {
        match self {
            ListEnd::Unknown => Pos::NONE,
            ListEnd::Plain(pos) | ListEnd::Comma(pos) => pos,
        }
    }
}

/// Decides which elements align with the element before.
#[derive(Default)]
struct Alignment {
    /// Sizes of the elements, or of their keys, since alignment began.
    sizes: Geomean,
    /// The size of the previous element; 0 if it has none.
    previous: usize,
}

impl Alignment {
    /// Takes the size of the next element into account, 0 if it needs several lines. Reports
    /// whether alignment with the previous element ends: if one of both is not on a single line, or
    /// if the sizes differ a lot and are not small.
    fn ends_before(&mut self, size: usize) -> bool {
        const SMALL: usize = 40;
        const RATIO: f64 = 2.5;
        let previous = std::mem::replace(&mut self.previous, size);
        if previous == 0 || size == 0 {
            return true;
        }
        if self.sizes.is_empty() || previous <= SMALL && size <= SMALL {
            return false;
        }
        let ratio = size as f64 / self.sizes.get();
        RATIO * ratio <= 1.0 || RATIO <= ratio
    }
}

impl Printer<'_> {
    /// Prints names separated by commas; `indent` indents lines after the first.
    pub fn names(&mut self, names: &[ExprId], indent: bool) {
        let layout = ListLayout {
            indent,
            ..ListLayout::DEFAULT
        };
        self.expr_list(Pos::NONE, names, layout, ListEnd::Unknown);
    }

    /// Prints expressions separated by commas, with the line breaks between them that the source
    /// has. `before` is where the list begins, usually an opening bracket.
    pub fn expr_list(&mut self, before: Pos, list: &[ExprId], layout: ListLayout, end: ListEnd) {
        let (Some(&first), Some(&last)) = (list.first(), list.last()) else {
            return;
        };
        let before_line = self.line(before);
        let first_line = self.line(self.src.ast[first].pos);
        if before_line == first_line && first_line == self.line(self.end(last)) {
            for (i, &x) in list.iter().enumerate() {
                if i > 0 {
                    // The comma counts as being where the element is, for the comments between.
                    self.at(self.src.ast[x].pos);
                    self.token(",");
                    self.blank();
                }
                self.expr_at_depth(x, layout.depth);
            }
        } else {
            self.multi_line_list(before_line, list, layout, end);
        }
    }

    fn multi_line_list(
        &mut self,
        before_line: isize,
        list: &[ExprId],
        layout: ListLayout,
        end: ListEnd,
    ) {
        let ast = self.src.ast;
        let end_line = self.line(end.pos());
        let has_sizes = list.len() > 1 && before_line > 0 && end_line > 0;
        let mut indent = if layout.indent {
            Space::Indent
        } else {
            Space::Ignored
        };
        let mut alignment = Alignment::default();
        // Index of the element on the current line that comes first.
        let mut line_leader = None;

        let first_line = self.line(ast[list[0]].pos);
        if 0 < before_line
            && before_line < first_line
            && self.line_break(first_line, 0, indent, true) > 0
        {
            indent = Space::Ignored;
            line_leader = Some(0);
        }

        let mut previous_line = before_line;
        for (i, &x) in list.iter().enumerate() {
            let line = self.line(ast[x].pos);
            let size = if has_sizes { self.alignment_size(x) } else { 0 };
            let section = alignment.ends_before(size);
            let on_new_line = 0 < previous_line && previous_line < line;
            if i > 0 {
                if !on_new_line {
                    self.at(ast[x].pos);
                }
                self.token(",");
                let mut breaks = 0;
                if on_new_line {
                    let several_on_line = line_leader != Some(i - 1);
                    breaks = self.line_break(line, 0, indent, section || several_on_line);
                }
                if breaks > 0 {
                    indent = Space::Ignored;
                    line_leader = Some(i);
                } else {
                    self.blank();
                }
                if breaks > 1 {
                    alignment.sizes = Geomean::default();
                }
            }

            match ast[x].kind {
                ExprKind::KeyValue { key, colon, value } if size > 0 && on_new_line => {
                    self.expr(key);
                    self.at(colon);
                    self.token(":");
                    self.space(Space::Tab);
                    self.expr(value);
                }
                _ => self.expr_at_depth(x, layout.depth),
            }
            if size > 0 {
                alignment.sizes.add(size);
            }
            previous_line = line;
        }

        let unindent = layout.indent && indent == Space::Ignored;
        let ends_with_comma = matches!(end, ListEnd::Comma(_)) && self.pos.line < end_line;
        if ends_with_comma {
            self.token(",");
        }
        if unindent {
            self.space(Space::Unindent);
        }
        if ends_with_comma {
            self.space(Space::SectionBreak);
        }
    }

    /// The size that decides about the alignment of an element: the key's if it has one. 0 if the
    /// element needs several lines.
    fn alignment_size(&mut self, x: ExprId) -> usize {
        let size = self.expr_size(x);
        if size.is_none() {
            self.give_up_measuring();
        }
        match (size, self.src.ast[x].kind) {
            (Some(_), ExprKind::KeyValue { key, .. }) => self.expr_size(key).unwrap_or(0),
            (size, _) => size.unwrap_or(0),
        }
    }
}
