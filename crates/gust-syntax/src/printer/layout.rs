//! Printed text with alignment marks, and its rendering with aligned columns.
//!
//! The printer does not know how wide a column gets while it prints a line. It therefore writes
//! text interspersed with marks, and [`Layout::render`] turns tabs into padding in the end. Text
//! that a tab ends is a cell; cells at the same index of consecutive lines form a column, which
//! gets as wide as its widest cell ("elastic tab stops").

use std::ops::Range;

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// Indentation: its column is kept even if all its cells are empty.
    HardTab,
    /// Alignment: its column vanishes if all its cells are empty.
    SoftTab,
    /// The end of a line; columns go on.
    Newline,
    /// The end of a line and of all columns.
    SectionEnd,
}

impl Control {
    /// Reports whether a line ends here.
    pub fn ends_line(self) -> bool {
        matches!(self, Control::Newline | Control::SectionEnd)
    }
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Offset in the text.
    at: usize,
    control: Control,
    /// How many of them. Only hard tabs are counted, which come in large numbers when the source
    /// is deeply nested.
    count: u32,
}

/// A place in a [`Layout`], before a mark or a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cursor {
    text: usize,
    mark: usize,
}

/// What follows a [`Cursor`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// The text up to the next mark.
    Text(&'a str),
    Control(Control),
}

/// Text with marks.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    text: String,
    marks: Vec<Mark>,
}

impl Layout {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.marks.is_empty()
    }

    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn push(&mut self, control: Control) {
        let at = self.text.len();
        match self.marks.last_mut() {
            Some(last)
                if control == Control::HardTab && last.control == control && last.at == at =>
            {
                last.count += 1;
            }
            _ => self.marks.push(Mark {
                at,
                control,
                count: 1,
            }),
        }
    }

    /// The place where the next item goes.
    pub fn end(&self) -> Cursor {
        Cursor {
            text: self.text.len(),
            mark: self.marks.len(),
        }
    }

    /// The item at `at` and the place after it.
    pub fn item(&self, at: Cursor) -> Option<(Item<'_>, Cursor)> {
        let mark = self.marks.get(at.mark);
        let text_end = mark.map_or(self.text.len(), |m| m.at);
        if text_end > at.text {
            let text = &self.text[at.text..text_end];
            return Some((
                Item::Text(text),
                Cursor {
                    text: text_end,
                    ..at
                },
            ));
        }
        mark.map(|m| {
            (
                Item::Control(m.control),
                Cursor {
                    mark: at.mark + 1,
                    ..at
                },
            )
        })
    }

    /// The place after the line break that follows `at`.
    pub fn next_line(&self, at: Cursor) -> Cursor {
        match self.marks[at.mark..]
            .iter()
            .position(|m| m.control.ends_line())
        {
            Some(i) => Cursor {
                text: self.marks[at.mark + i].at,
                mark: at.mark + i + 1,
            },
            None => self.end(),
        }
    }

    /// Appends a part of another layout.
    pub fn append(&mut self, other: &Layout, range: Range<Cursor>) {
        let shift = self.text.len();
        self.text
            .push_str(&other.text[range.start.text..range.end.text]);
        let marks = &other.marks[range.start.mark..range.end.mark];
        self.marks.extend(marks.iter().map(|m| Mark {
            at: m.at - range.start.text + shift,
            ..*m
        }));
    }

    /// Removes a line break at the end.
    pub fn pop_line_break(&mut self) {
        if self.trailing_line_breaks() > 0 {
            self.marks.pop();
        }
    }

    /// The number of line breaks at the end.
    pub fn trailing_line_breaks(&self) -> usize {
        let at_end = |m: &&Mark| m.at == self.text.len() && m.control.ends_line();
        self.marks.iter().rev().take_while(at_end).count()
    }

    /// The final text: tabs become padding, and trailing blanks vanish.
    ///
    /// Empty cells at the beginning of a line are indentation and padded with tabs; all others are
    /// padded with blanks. Every character counts as one column wide.
    pub fn render(&self) -> String {
        let mut out = String::with_capacity(self.text.len() + 2 * self.marks.len());
        let mut section = Section::default();
        let mut text = 0;
        let mut start = 0;
        while start < self.marks.len() {
            let len = self.marks[start..]
                .iter()
                .position(|m| m.control == Control::SectionEnd)
                .map_or(self.marks.len() - start, |i| i + 1);
            let marks = &self.marks[start..start + len];
            section.measure(&self.text, text, marks);
            section.render(&self.text, text, marks, &mut out);
            text = marks[len - 1].at;
            start += len;
        }
        out.push_str(&self.text[text..]);
        out.truncate(out.trim_end_matches([' ', '\t']).len());
        out
    }
}

/// A column: cells at the same index of consecutive lines.
#[derive(Clone, Copy, Debug)]
struct Column {
    width: usize,
    /// All cells are empty and alignment only.
    vanishes: bool,
}

/// The lines between two section ends. Reused from section to section.
#[derive(Default)]
struct Section {
    columns: Vec<Column>,
    /// For each tab: its column, and the width of the text before it.
    cells: Vec<(u32, u32)>,
}

/// A blank at least separates a cell from the next one.
const PADDING: usize = 1;
const TAB_WIDTH: usize = 8;

impl Section {
    /// Finds the columns and their widths.
    fn measure(&mut self, text: &str, mut at: usize, marks: &[Mark]) {
        self.columns.clear();
        self.cells.clear();
        // The columns that the current line may continue.
        let mut open: Vec<usize> = Vec::new();
        for line in marks.split_inclusive(|m| m.control.ends_line()) {
            let tabs = &line[..line.len() - usize::from(line[line.len() - 1].control.ends_line())];
            open.truncate(tabs.iter().map(|m| m.count as usize).sum());
            let mut i = 0;
            for mark in tabs {
                for _ in 0..mark.count {
                    if i == open.len() {
                        open.push(self.columns.len());
                        self.columns.push(Column {
                            width: 0,
                            vanishes: true,
                        });
                    }
                    let width = text[at..mark.at].chars().count();
                    let column = &mut self.columns[open[i]];
                    column.width = column.width.max(width + PADDING);
                    column.vanishes &= width == 0 && mark.control == Control::SoftTab;
                    self.cells.push((open[i] as u32, width as u32));
                    at = mark.at;
                    i += 1;
                }
            }
            at = line[line.len() - 1].at;
        }
        for column in &mut self.columns {
            if column.vanishes {
                column.width = 0;
            }
        }
    }

    fn render(&self, text: &str, mut at: usize, marks: &[Mark], out: &mut String) {
        let mut cells = self.cells.iter();
        let mut line_start = out.len();
        let mut indenting = true;
        for mark in marks {
            out.push_str(&text[at..mark.at]);
            at = mark.at;
            if mark.control.ends_line() {
                let line = out[line_start..].trim_end_matches([' ', '\t']).len();
                out.truncate(line_start + line);
                out.push('\n');
                line_start = out.len();
                indenting = true;
            } else {
                for &(column, width) in cells.by_ref().take(mark.count as usize) {
                    let column_width = self.columns[column as usize].width;
                    indenting &= width == 0;
                    let (fill, n) = if indenting {
                        ('\t', column_width.div_ceil(TAB_WIDTH))
                    } else {
                        (' ', column_width.saturating_sub(width as usize))
                    };
                    out.extend(std::iter::repeat_n(fill, n));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a layout from text: `>` hard tab, `|` soft tab, `\n`, `^` section end.
    fn layout(text: &str) -> Layout {
        let mut layout = Layout::default();
        for c in text.chars() {
            match c {
                '>' => layout.push(Control::HardTab),
                '|' => layout.push(Control::SoftTab),
                '\n' => layout.push(Control::Newline),
                '^' => layout.push(Control::SectionEnd),
                c => layout.push_str(c.encode_utf8(&mut [0; 4])),
            }
        }
        layout
    }

    fn render(text: &str) -> String {
        layout(text).render()
    }

    #[test]
    fn cells_of_consecutive_lines_align() {
        assert_eq!(render("a|b|c\naaa|bb|c\n"), "a   b  c\naaa bb c\n");
        // A line without the cell ends the column.
        assert_eq!(render("a|b\n-\naaa|b\n"), "a b\n-\naaa b\n");
        assert_eq!(render("a|b^aaa|b\n"), "a b\naaa b\n");
        // Characters count, not bytes.
        assert_eq!(render("é|b\naa|b\n"), "é  b\naa b\n");
    }

    #[test]
    fn text_behind_the_last_tab_is_no_cell() {
        assert_eq!(render("a|bbb\na|b|c\n"), "a bbb\na b c\n");
    }

    #[test]
    fn empty_columns() {
        assert_eq!(render("a||c\nb||d\n"), "a c\nb d\n");
        assert_eq!(render(">a\n>>b\n"), "\ta\n\t\tb\n");
        // An empty cell before wider ones is padded with tabs at the beginning of a line only.
        assert_eq!(render("aaaaaaaaa|b\n|c\n"), "aaaaaaaaa b\n\t\tc\n");
        assert_eq!(render("x|aa|b\nx||c\n"), "x aa b\nx    c\n");
    }

    #[test]
    fn trailing_blanks_vanish() {
        assert_eq!(render("a|\n>>\nb  \n  "), "a\n\nb\n");
    }

    #[test]
    fn parts_can_be_moved() {
        let source = layout("a>b\nc>d\n");
        let second = source.next_line(Cursor::default());
        assert_eq!(source.item(second).unwrap().0, Item::Text("c"));
        let mut out = layout("x\n");
        out.append(&source, second..source.end());
        out.append(&source, Cursor::default()..second);
        assert_eq!(out.render(), "x\nc d\na b\n");
        out.push(Control::SectionEnd);
        assert_eq!(out.trailing_line_breaks(), 2);
        out.pop_line_break();
        assert_eq!(out.trailing_line_breaks(), 1);
    }
}
