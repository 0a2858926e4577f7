//! The printer's state and the operations that node printing is made of.
//!
//! Tokens are written at once; white space is held back until the next token, because comments
//! that stand before that token in the source have to be woven in (see [`super::weave`]).

use rustc_hash::FxHashMap;

use super::layout::{Control, Cursor, Layout};
use super::position::{Lines, Place};
use crate::ast::{Ast, CommentGroupId, ExprId, SpecId, StmtId};
use crate::source::Pos;

/// At most this many line breaks follow each other: one blank line.
pub(super) const MAX_LINE_BREAKS: isize = 2;

/// Nodes nested deeper than this are not printed; see [`Printer::too_deep`].
const MAX_NESTING: usize = 100_000;

/// A file as the printer sees it.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub ast: &'a Ast,
    pub lines: &'a Lines,
    /// The ends of import specifications that sorting moved.
    pub import_ends: &'a FxHashMap<SpecId, Pos>,
}

/// White space that waits for the next token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Nothing; takes the place of what was dropped.
    Ignored,
    Blank,
    /// Alignment.
    Tab,
    Newline,
    /// A line break that ends alignment with the lines before.
    SectionBreak,
    Indent,
    Unindent,
}

impl Space {
    pub fn is_line_break(self) -> bool {
        matches!(self, Space::Newline | Space::SectionBreak)
    }
}

/// What was printed last, or comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    Space,
    Name,
    Int,
    /// Any other literal.
    Literal,
    Token(&'static str),
    EndOfFile,
}

/// Where printed text goes.
#[derive(Debug)]
pub(super) enum Sink {
    Layout(Layout),
    /// Nothing is kept, only measured.
    Measure(Measure),
}

/// The size of a node that is printed on one line.
#[derive(Debug)]
pub(super) struct Measure {
    /// Bytes, without blanks at the end.
    pub size: usize,
    blanks: usize,
    max: usize,
    empty: bool,
    /// The node needs several lines or more than `max` bytes.
    pub exceeded: bool,
}

impl Measure {
    fn new(max: usize) -> Measure {
        Measure {
            size: 0,
            blanks: 0,
            max,
            empty: true,
            exceeded: false,
        }
    }

    fn text(&mut self, text: &str) {
        self.size += self.blanks + text.len();
        self.blanks = 0;
        self.empty = false;
        self.exceeded |= self.size > self.max || text.contains(['\n', '\x0c']);
    }
}

/// Sizes of nodes that were measured before; `None` if the node did not fit.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    pub exprs: FxHashMap<ExprId, Option<usize>>,
    pub stmts: FxHashMap<StmtId, Option<usize>>,
}

/// The comments that are still to be printed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Queue<'a> {
    /// All comments of the file.
    File(&'a [CommentGroupId]),
    /// The comments attached to the nodes that are printed, at most one at a time.
    Node(Option<CommentGroupId>),
}

/// The next comment group.
#[derive(Clone, Copy, Debug)]
pub(super) struct NextComment<'a> {
    pub queue: Queue<'a>,
    pub group: Option<CommentGroupId>,
    /// Where it starts; behind everything if there is none.
    pub offset: isize,
    /// It ends a line or spans several.
    pub breaks_line: bool,
}

/// The state of printing.
pub(super) struct Printer<'a> {
    pub src: &'a Source<'a>,
    pub sink: Sink,
    pub sizes: Sizes,
    /// Indentation that all lines have, -1 for one level less.
    base_indent: isize,
    pub indent: usize,
    /// How many composite literals enclose the current node.
    pub literal_level: usize,
    /// No blank after a general comment.
    pub no_extra_blank: bool,
    /// No line break after a general comment.
    pub no_extra_line_break: bool,
    /// Alignment ends with the current line, and tabs in it are blanks.
    end_alignment: bool,
    /// A line break here would insert a semicolon.
    pub implied_semicolon: bool,
    pub last_lexeme: Lexeme,
    /// The opening parenthesis or bracket if it was the last token.
    pub last_open: Option<&'static str>,
    pub spaces: Vec<Space>,
    pub comments: NextComment<'a>,
    /// Places of `//go:build` comments in the output.
    pub go_build: Vec<Cursor>,
    /// Places of `// +build` comments in the output.
    pub plus_build: Vec<Cursor>,
    /// Where the next item stands in the source, as far as known.
    pub pos: Place,
    /// `pos` after the last token or comment.
    pub last: Place,
    /// Line and column in the output.
    pub out_line: isize,
    pub out_column: isize,
    /// Output lines that callers asked for, see [`Printer::line_slot`].
    line_slots: Vec<isize>,
    pending_slot: Option<usize>,
    nesting: usize,
}

impl<'a> Printer<'a> {
    /// A printer for the text of a file, with the file's comments.
    pub fn new(src: &'a Source<'a>, comments: &'a [CommentGroupId], base_indent: isize) -> Self {
        let queue = if comments.is_empty() {
            Queue::Node(None)
        } else {
            Queue::File(comments)
        };
        let sink = Sink::Layout(Layout::default());
        let mut printer = Printer::with_sink(src, queue, sink, base_indent);
        printer.advance_comment();
        printer
    }

    /// A printer that measures nodes.
    pub fn measuring(src: &'a Source<'a>, max: usize, sizes: Sizes, nesting: usize) -> Self {
        let sink = Sink::Measure(Measure::new(max));
        let mut printer = Printer::with_sink(src, Queue::Node(None), sink, 0);
        printer.sizes = sizes;
        printer.nesting = nesting;
        printer
    }

    fn with_sink(src: &'a Source<'a>, queue: Queue<'a>, sink: Sink, base_indent: isize) -> Self {
        Printer {
            src,
            sink,
            sizes: Sizes::default(),
            base_indent,
            indent: 0,
            literal_level: 0,
            no_extra_blank: false,
            no_extra_line_break: false,
            end_alignment: false,
            implied_semicolon: false,
            last_lexeme: Lexeme::Space,
            last_open: None,
            spaces: Vec::with_capacity(Self::MAX_SPACES),
            comments: NextComment {
                queue,
                group: None,
                offset: Place::END.offset,
                breaks_line: false,
            },
            go_build: Vec::new(),
            plus_build: Vec::new(),
            pos: Place::START,
            last: Place::UNKNOWN,
            out_line: 1,
            out_column: 1,
            line_slots: Vec::new(),
            pending_slot: None,
            nesting: 0,
        }
    }

    /// White space beyond this count is written without waiting for the next token.
    const MAX_SPACES: usize = 16;

    /// Runs `print` one level deeper, unless it is no use: the nesting would overflow the stack, or
    /// the node that is measured is too large already.
    pub fn nested(&mut self, print: impl FnOnce(&mut Self)) {
        let useless = match &self.sink {
            Sink::Layout(_) => self.too_deep(),
            Sink::Measure(measure) => measure.exceeded || self.too_deep(),
        };
        if !useless {
            self.nesting += 1;
            print(self);
            if !self.too_deep() {
                self.nesting -= 1;
            }
        }
    }

    /// Reports whether nodes were left out because they are nested too deeply. The output is of no
    /// use then.
    pub fn too_deep(&self) -> bool {
        self.nesting > MAX_NESTING
    }

    pub fn nesting(&self) -> usize {
        self.nesting
    }

    /// Takes over that nodes are nested too deeply from a printer that measured a part.
    pub fn set_nesting_exceeded(&mut self) {
        self.nesting = MAX_NESTING + 1;
    }

    // Positions.

    pub fn line(&self, pos: Pos) -> isize {
        self.src.lines.line(pos) as isize
    }

    pub fn place(&self, pos: Pos) -> Place {
        self.src.lines.place(pos)
    }

    /// Says where the next item stands in the source.
    pub fn at(&mut self, pos: Pos) {
        if pos.is_known() {
            self.pos = self.place(pos);
        }
    }

    /// One past the last byte of an expression.
    pub fn end(&self, e: ExprId) -> Pos {
        self.src.ast.end(e)
    }

    /// A slot for the output line of tokens; see [`Printer::record_line`].
    pub fn line_slot(&mut self) -> usize {
        self.line_slots.push(0);
        self.line_slots.len() - 1
    }

    /// Stores the output line of the next token in the slot.
    pub fn record_line(&mut self, slot: usize) {
        self.pending_slot = Some(slot);
    }

    /// Moves the recorded line by one.
    pub fn bump_recorded_line(&mut self, slot: usize) {
        self.line_slots[slot] += 1;
    }

    /// Reports whether the output goes on at a line after the recorded one.
    pub fn spans_lines(&self, slot: usize) -> bool {
        self.out_line > self.line_slots[slot]
    }

    /// Gives the slot, which must be the last one, back.
    pub fn free_line_slot(&mut self, slot: usize) {
        self.line_slots.truncate(slot);
        self.pending_slot = self.pending_slot.filter(|&pending| pending < slot);
    }

    // Items.

    /// Holds white space back until the next item.
    pub fn space(&mut self, space: Space) {
        self.note_open();
        if space == Space::Ignored {
            return;
        }
        if self.spaces.len() == Self::MAX_SPACES {
            self.write_spaces(self.spaces.len());
        }
        self.spaces.push(space);
        if space.is_line_break() {
            self.implied_semicolon = false;
        }
        self.last_lexeme = Lexeme::Space;
    }

    pub fn spaces(&mut self, spaces: &[Space]) {
        for &space in spaces {
            self.space(space);
        }
    }

    pub fn blank(&mut self) {
        self.space(Space::Blank);
    }

    /// Prints an operator, a delimiter or a keyword.
    pub fn token(&mut self, token: &'static str) {
        self.note_open();
        if self.would_combine(token) {
            self.spaces.clear();
            self.spaces.push(Space::Blank);
        }
        let semicolon = matches!(
            token,
            "break" | "continue" | "fallthrough" | "return" | "++" | "--" | ")" | "]" | "}"
        );
        self.item(token, Lexeme::Token(token), semicolon);
    }

    pub fn name(&mut self, name: &str) {
        self.note_open();
        self.item(name, Lexeme::Name, true);
    }

    pub fn literal(&mut self, text: &str, lexeme: Lexeme) {
        self.note_open();
        self.item(text, lexeme, true);
    }

    pub fn toggle_extra_line_break(&mut self) {
        self.note_open();
        self.no_extra_line_break ^= true;
    }

    /// Brackets matter to comments that follow them directly.
    pub fn note_open(&mut self) {
        match self.last_lexeme {
            Lexeme::Space => {}
            Lexeme::Token(open @ ("(" | "[")) => self.last_open = Some(open),
            _ => self.last_open = None,
        }
    }

    /// Reports whether the last lexeme and the token would read as one token.
    fn would_combine(&self, token: &str) -> bool {
        let next = token.as_bytes()[0];
        match self.last_lexeme {
            Lexeme::Int => next == b'.',
            Lexeme::Token("+") => next == b'+',
            Lexeme::Token("-") => next == b'-',
            Lexeme::Token("/") => next == b'*',
            Lexeme::Token("<") => matches!(next, b'-' | b'<'),
            Lexeme::Token("&") => matches!(next, b'&' | b'^'),
            _ => false,
        }
    }

    fn item(&mut self, text: &str, lexeme: Lexeme, semicolon: bool) {
        self.last_lexeme = lexeme;
        let next = self.pos;
        let woven = self.flush(next, lexeme);

        // Line breaks of the source are kept where they do not insert semicolons.
        let mut implied_semicolon = semicolon;
        if !self.implied_semicolon {
            let mut n = limit_line_breaks(next.line - self.pos.line);
            if woven.wrote_line_break && n == MAX_LINE_BREAKS {
                n -= 1;
            }
            if n > 0 {
                self.write_line_breaks(woven.dropped_section_break, n);
                implied_semicolon = false;
            }
        }
        if let Some(slot) = self.pending_slot.take() {
            self.line_slots[slot] = self.out_line;
        }
        self.write_text(next, text);
        self.implied_semicolon = implied_semicolon;
    }

    /// Breaks the line as often as the source does up to `line`, at least `min` times. `before`
    /// precedes the first break. Reports how many breaks there are; a section break counts twice.
    pub fn line_break(&mut self, line: isize, min: isize, before: Space, section: bool) -> usize {
        let n = limit_line_breaks(line - self.pos.line).max(min);
        if n <= 0 {
            return 0;
        }
        self.space(before);
        for i in 0..n {
            let first = i == 0 && section;
            self.space(if first {
                Space::SectionBreak
            } else {
                Space::Newline
            });
        }
        n as usize + usize::from(section)
    }

    // Output.

    /// Reports whether nothing was written yet.
    pub fn is_empty(&self) -> bool {
        match &self.sink {
            Sink::Layout(layout) => layout.is_empty(),
            Sink::Measure(measure) => measure.empty,
        }
    }

    fn write_indent(&mut self) {
        let n = self.base_indent + self.indent as isize;
        for _ in 0..n {
            self.push_control(Control::HardTab);
        }
        self.pos.offset += n;
        self.pos.column += n;
        self.out_column += n;
    }

    fn push_control(&mut self, control: Control) {
        match &mut self.sink {
            Sink::Layout(layout) => layout.push(control),
            Sink::Measure(measure) => {
                measure.empty = false;
                if control.ends_line() {
                    measure.exceeded = true;
                } else {
                    measure.blanks += 1;
                }
            }
        }
    }

    fn push_blank(&mut self) {
        match &mut self.sink {
            Sink::Layout(layout) => layout.push_str(" "),
            Sink::Measure(measure) => {
                measure.empty = false;
                measure.blanks += 1;
            }
        }
    }

    /// Writes `n` line breaks.
    pub fn write_line_breaks(&mut self, section: bool, n: isize) {
        let control = if section || self.end_alignment {
            Control::SectionEnd
        } else {
            Control::Newline
        };
        self.end_alignment = false;
        if self.out_column == 1 {
            self.write_indent();
        }
        for _ in 0..n {
            self.push_control(control);
        }
        self.pos.offset += n;
        self.pos.line += n;
        self.out_line += n;
        self.pos.column = 1;
        self.out_column = 1;
    }

    /// Writes a blank, or a tab of one of the two kinds.
    pub fn write_separator(&mut self, tab: Option<Control>) {
        if self.out_column == 1 {
            self.write_indent();
        }
        match tab {
            Some(control) if !self.end_alignment => self.push_control(control),
            _ => self.push_blank(),
        }
        self.pos.offset += 1;
        self.pos.column += 1;
        self.out_column += 1;
    }

    /// Writes a token or comment that stands at `place` in the source, if that is known.
    pub fn write_text(&mut self, place: Place, text: &str) {
        if self.out_column == 1 {
            self.write_indent();
        }
        if place.is_known() {
            self.pos = place;
        }
        match &mut self.sink {
            Sink::Layout(layout) => layout.push_str(text),
            Sink::Measure(measure) => measure.text(text),
        }

        let len = text.len() as isize;
        self.pos.offset += len;
        if let Some(last) = text.rfind(['\n', '\x0c']) {
            // Raw strings span lines, which upsets alignment up to the end of the line.
            self.end_alignment = true;
            let lines = text
                .bytes()
                .filter(|b| matches!(b, b'\n' | b'\x0c'))
                .count() as isize;
            self.pos.line += lines;
            self.out_line += lines;
            let column = len - last as isize;
            self.pos.column = column;
            self.out_column = column;
        } else {
            self.pos.column += len;
            self.out_column += len;
        }
        self.last = self.pos;
    }

    /// Writes the first `n` items of the white space held back.
    pub fn write_spaces(&mut self, n: usize) {
        let mut i = 0;
        while i < n {
            match self.spaces[i] {
                Space::Ignored => {}
                Space::Indent => self.indent += 1,
                Space::Unindent => self.indent = self.indent.saturating_sub(1),
                Space::Blank => self.write_separator(None),
                Space::Tab => self.write_separator(Some(Control::SoftTab)),
                Space::Newline | Space::SectionBreak => {
                    if i + 1 < n && self.spaces[i + 1] == Space::Unindent {
                        // The unindentation is a label's and holds for its line already. The
                        // section ends so that a long label does not widen the indentation
                        // column of the lines above.
                        self.spaces[i] = Space::Unindent;
                        self.spaces[i + 1] = Space::SectionBreak;
                        continue;
                    }
                    self.write_line_breaks(self.spaces[i] == Space::SectionBreak, 1);
                }
            }
            i += 1;
        }
        self.spaces.drain(..n);
    }
}

/// No more line breaks than make one blank line.
pub(super) fn limit_line_breaks(n: isize) -> isize {
    n.min(MAX_LINE_BREAKS)
}
