//! The scanner: bytes to tokens (spec: Lexical elements).
//!
//! The scanner holds the current token in its fields and moves on with [`Scanner::next`]. It
//! inserts semicolons, and reports lexical errors with the official compiler's texts while it
//! goes on as if the offending text were something sensible.
//!
//! Bytes that cannot be source text (NUL, a byte order mark inside the file, broken UTF-8) are
//! reported and then invisible: `a<NUL>b` is one identifier. All reading therefore goes through
//! [`Scanner::peek`], which is one comparison for ordinary ASCII; whole-file validation up
//! front lets comments and strings be skipped by `memchr` in the files that have none of that,
//! which are practically all.

mod literal;
mod quote;
mod token;

pub(crate) use token::{NO_OP, SemiKind, Tok, TokSet};

use crate::diagnostic::Diagnostic;
use crate::source::Pos;
use crate::token::{LitKind, Op};
use crate::unicode;
use quote::code_point;

/// What [`Scanner::peek`] returns at the end of the text.
const EOF: u8 = 0;
/// What [`Scanner::peek`] returns before a character that is not ASCII.
const WIDE: u8 = 0x80;

/// After this many errors the rest of the file is not read: it is not Go.
const MAX_ERRORS: usize = 10_000;

/// A comment that somebody wants to see, as offsets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawComment {
    /// Of the slash.
    pub(crate) start: u32,
    /// One past its last byte, the line break of a `//` comment not included.
    pub(crate) end: u32,
    /// It may hold a `//go:`, `//line` or `//export` directive.
    pub(crate) directive: bool,
}

/// The scanner and its current token.
pub(crate) struct Scanner<'s> {
    src: &'s [u8],
    base: Pos,
    /// No NUL, no broken UTF-8, no stray byte order mark anywhere.
    clean: bool,
    keep_comments: bool,
    /// Offset of the next byte to read.
    at: usize,
    /// The next token is the end of the text, whatever comes.
    stopped: bool,
    /// Whether a line break here ends a statement.
    nlsemi: bool,

    /// Class of the current token.
    pub(crate) tok: Tok,
    /// Offset of its first byte.
    start: usize,
    /// One past its last byte.
    end: usize,
    /// Which operator, for the operator classes.
    pub(crate) op: Op,
    /// Binary precedence of `op`, for the operator classes.
    pub(crate) prec: u8,
    /// For literals.
    pub(crate) lit_kind: LitKind,
    /// For literals: an error was reported inside.
    pub(crate) bad: bool,
    /// For semicolons.
    pub(crate) semi: SemiKind,

    /// Comments skipped on the way to the current token that are directives or, if comments
    /// are kept, any. The reader empties the list.
    pub(crate) comments: Vec<RawComment>,
    /// All errors so far, the parser's too, in the order they were found.
    pub(crate) errors: Vec<Diagnostic>,
    /// How many of them are lexical or grammatical, not of the checks made on the side.
    pub(crate) error_count: usize,
}

impl<'s> Scanner<'s> {
    /// A scanner at the start of `src`, which lies at `base`; before the first token.
    pub(crate) fn new(src: &'s [u8], base: Pos, keep_comments: bool) -> Self {
        const BOM: &[u8] = "\u{feff}".as_bytes();
        let at = if src.starts_with(BOM) { BOM.len() } else { 0 };
        let clean = memchr::memchr(0, src).is_none()
            && std::str::from_utf8(src).is_ok()
            && memchr::memmem::find(&src[at..], BOM).is_none();
        let mut scanner = Self {
            src,
            base,
            clean,
            keep_comments,
            at,
            stopped: false,
            nlsemi: false,
            tok: Tok::Eof,
            start: at,
            end: at,
            op: NO_OP,
            prec: 0,
            lit_kind: LitKind::Int,
            bad: false,
            semi: SemiKind::Eof,
            comments: Vec::new(),
            errors: Vec::new(),
            error_count: 0,
        };
        if src.first() == Some(&0) {
            // At the very start the official scanner takes it for a character.
            scanner.error_here("invalid character U+0000");
            scanner.at = 1;
        }
        scanner
    }

    /// Position of the current token.
    pub(crate) fn pos(&self) -> Pos {
        self.pos_of(self.start)
    }

    /// Position just behind the current token.
    pub(crate) fn end_pos(&self) -> Pos {
        self.pos_of(self.end)
    }

    /// The bytes of the current token.
    pub(crate) fn text(&self) -> &'s [u8] {
        &self.src[self.start..self.end]
    }

    /// The text of the whole file.
    pub(crate) fn src(&self) -> &'s [u8] {
        self.src
    }

    /// Offset of the current token.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Position of an offset.
    pub(crate) fn pos_of(&self, offset: usize) -> Pos {
        self.base + offset as u32
    }

    /// Reports an error.
    pub(crate) fn error_at(&mut self, pos: Pos, message: impl Into<String>) {
        self.error_count += 1;
        let mut error = Diagnostic::syntax(pos, message);
        // A token that is still being scanned has no end yet.
        if pos == self.pos() && self.end > self.start && self.tok != Tok::Semi {
            error.end = self.end_pos();
        }
        self.report(error);
    }

    /// Adds a diagnostic that does not count as a mistake in the grammar.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(diagnostic);
        } else {
            self.skip_to_eof();
        }
    }

    /// Makes the end of the text the next token.
    pub(crate) fn skip_to_eof(&mut self) {
        self.stopped = true;
    }

    /// Reports an error at the next byte to read.
    fn error_here(&mut self, message: impl Into<String>) {
        self.error_at(self.pos_of(self.at), message);
    }

    /// The next byte if it is ASCII, [`WIDE`] before any other character, [`EOF`] at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        match self.src.get(self.at) {
            Some(&b) if b.wrapping_sub(1) < 0x7f => b,
            _ => self.peek_rare(),
        }
    }

    #[cold]
    fn peek_rare(&mut self) -> u8 {
        loop {
            let rest = &self.src[self.at..];
            match rest.first() {
                None => return EOF,
                Some(0) => {
                    self.error_here("invalid NUL character");
                    self.at += 1;
                }
                Some(&b) if b < 0x80 => return b,
                Some(_) => match decode(rest) {
                    None => {
                        self.error_here("invalid UTF-8 encoding");
                        self.at += 1;
                    }
                    Some('\u{feff}') => {
                        if self.at > 0 {
                            self.error_here("invalid BOM in the middle of the file");
                        }
                        self.at += 3;
                    }
                    Some(_) => return WIDE,
                },
            }
        }
    }

    /// The character that [`Scanner::peek`] answered [`WIDE`] or an ASCII byte for.
    fn wide(&self) -> char {
        decode(&self.src[self.at..]).unwrap_or('\u{fffd}')
    }

    /// Steps over the character that `peek` has just answered `c` for.
    #[inline]
    fn bump(&mut self, c: u8) {
        self.at += if c == WIDE { self.wide().len_utf8() } else { 1 };
    }

    /// Steps over `c` if it comes next.
    #[inline]
    fn accept(&mut self, c: u8) -> bool {
        let found = self.peek() == c;
        self.at += usize::from(found);
        found
    }

    /// Moves to the next token.
    pub(crate) fn next(&mut self) {
        let mut nlsemi = std::mem::take(&mut self.nlsemi);
        if self.stopped {
            self.at = self.src.len();
            nlsemi = false;
        }
        loop {
            let c = loop {
                match self.peek() {
                    b' ' | b'\t' | b'\r' => self.at += 1,
                    b'\n' if !nlsemi => self.at += 1,
                    c => break c,
                }
            };
            self.start = self.at;
            if IDENT[c as usize] & LETTER != 0 {
                self.identifier();
                return;
            }
            if c == b'/' {
                self.at += 1;
                let line_break = match self.peek() {
                    b'/' => {
                        self.line_comment();
                        false
                    }
                    b'*' => self.full_comment(),
                    _ => {
                        self.assign_op(Op::Div);
                        self.end = self.at;
                        return;
                    }
                };
                if line_break && nlsemi {
                    self.tok = Tok::Semi;
                    self.semi = SemiKind::Newline;
                    self.end = self.start;
                    return;
                }
                continue;
            }
            if self.punctuation(c, nlsemi) {
                self.end = self.at;
                return;
            }
        }
    }

    /// Reads a token that starts with `c`, which is no letter and no slash. Returns whether
    /// there is one: a character that cannot start a token is reported and skipped.
    fn punctuation(&mut self, c: u8, nlsemi: bool) -> bool {
        match c {
            EOF => {
                self.tok = if nlsemi { Tok::Semi } else { Tok::Eof };
                self.semi = SemiKind::Eof;
                return true;
            }
            b'0'..=b'9' => {
                self.number(false);
                return true;
            }
            b'"' => {
                self.string();
                return true;
            }
            b'`' => {
                self.raw_string();
                return true;
            }
            b'\'' => {
                self.rune();
                return true;
            }
            _ => {}
        }
        if c == WIDE || !is_punctuation(c) {
            let text = code_point(if c == WIDE { self.wide() } else { c as char });
            self.error_here(format!("invalid character {text}"));
            self.bump(c);
            return false;
        }
        self.at += 1;
        match c {
            b'\n' => {
                self.tok = Tok::Semi;
                self.semi = SemiKind::Newline;
            }
            b';' => {
                self.tok = Tok::Semi;
                self.semi = SemiKind::Semicolon;
            }
            b'(' => self.tok = Tok::Lparen,
            b'[' => self.tok = Tok::Lbrack,
            b'{' => self.tok = Tok::Lbrace,
            b',' => self.tok = Tok::Comma,
            b')' => self.closing(Tok::Rparen),
            b']' => self.closing(Tok::Rbrack),
            b'}' => self.closing(Tok::Rbrace),
            b':' => {
                self.tok = if self.accept(b'=') {
                    Tok::Define
                } else {
                    Tok::Colon
                }
            }
            b'.' => self.dot(),
            b'+' => self.assign_op_or_inc(Op::Add, b'+'),
            b'-' => self.assign_op_or_inc(Op::Sub, b'-'),
            b'*' => {
                self.assign_op(Op::Mul);
                if self.tok == Tok::Operator {
                    self.tok = Tok::Star;
                }
            }
            b'%' => self.assign_op(Op::Rem),
            b'&' => {
                if self.accept(b'&') {
                    self.operator(Op::AndAnd);
                } else if self.accept(b'^') {
                    self.assign_op(Op::AndNot);
                } else {
                    self.assign_op(Op::And);
                }
            }
            b'|' => {
                if self.accept(b'|') {
                    self.operator(Op::OrOr);
                } else {
                    self.assign_op(Op::Or);
                }
            }
            b'^' => self.assign_op(Op::Xor),
            b'<' => {
                if self.accept(b'=') {
                    self.operator(Op::Le);
                } else if self.accept(b'<') {
                    self.assign_op(Op::Shl);
                } else if self.accept(b'-') {
                    self.tok = Tok::Arrow;
                } else {
                    self.operator(Op::Lt);
                }
            }
            b'>' => {
                if self.accept(b'=') {
                    self.operator(Op::Ge);
                } else if self.accept(b'>') {
                    self.assign_op(Op::Shr);
                } else {
                    self.operator(Op::Gt);
                }
            }
            b'=' => {
                if self.accept(b'=') {
                    self.operator(Op::Eq);
                } else {
                    self.tok = Tok::Assign;
                }
            }
            b'!' => {
                let op = if self.accept(b'=') { Op::Ne } else { Op::Not };
                self.operator(op);
            }
            _ => self.operator(Op::Tilde),
        }
        true
    }

    fn closing(&mut self, tok: Tok) {
        self.nlsemi = true;
        self.tok = tok;
    }

    fn operator(&mut self, op: Op) {
        self.tok = Tok::Operator;
        self.op = op;
        self.prec = op.precedence();
    }

    fn assign_op(&mut self, op: Op) {
        self.operator(op);
        if self.accept(b'=') {
            self.tok = Tok::AssignOp;
        }
    }

    fn assign_op_or_inc(&mut self, op: Op, again: u8) {
        if self.accept(again) {
            self.operator(op);
            self.tok = Tok::IncOp;
            self.nlsemi = true;
        } else {
            self.assign_op(op);
        }
    }

    fn dot(&mut self) {
        let c = self.peek();
        if c.is_ascii_digit() {
            self.number(true);
            return;
        }
        self.tok = Tok::Dot;
        if c == b'.' {
            let second = self.at;
            self.at += 1;
            if self.accept(b'.') {
                self.tok = Tok::DotDotDot;
            } else {
                // Two dots are two tokens.
                self.at = second;
            }
        }
    }

    fn identifier(&mut self) {
        let rest = &self.src[self.at..];
        let len = rest
            .iter()
            .position(|&b| IDENT[b as usize] & ASCII == 0)
            .unwrap_or(rest.len());
        self.at += len;
        match self.src.get(self.at) {
            Some(0 | 0x80..) => self.identifier_rest(),
            _ => self.end = self.at,
        }
        if let Some(tok) = Tok::keyword(self.text()) {
            self.nlsemi = matches!(
                tok,
                Tok::Break | Tok::Continue | Tok::Fallthrough | Tok::Return
            );
            self.tok = tok;
        } else {
            self.nlsemi = true;
            self.tok = Tok::Name;
        }
    }

    /// Goes on with an identifier at a byte that is not ASCII, or at its start if that is not.
    #[cold]
    fn identifier_rest(&mut self) {
        loop {
            let c = self.peek();
            if c != WIDE {
                if IDENT[c as usize] & ASCII == 0 {
                    break;
                }
                self.at += 1;
                continue;
            }
            let ch = self.wide();
            if unicode::is_letter(ch) {
            } else if unicode::is_digit(ch) {
                if self.at == self.start {
                    let text = code_point(ch);
                    self.error_here(format!("identifier cannot begin with digit {text}"));
                }
            } else {
                let text = code_point(ch);
                self.error_here(format!("invalid character {text} in identifier"));
            }
            self.at += ch.len_utf8();
        }
        self.end = self.at;
    }

    /// Skips a `//` comment; the second slash comes next.
    fn line_comment(&mut self) {
        self.at += 1;
        if self.clean {
            let rest = &self.src[self.at..];
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        } else {
            loop {
                match self.peek() {
                    b'\n' | EOF => break,
                    c => self.bump(c),
                }
            }
        }
        let text = &self.src[self.start..self.at];
        let directive = match text.get(2) {
            Some(b'g') => text[2..].starts_with(b"go:"),
            Some(b'l') => text[2..].starts_with(b"line "),
            Some(b'e') => text[2..].starts_with(b"export "),
            _ => false,
        };
        self.keep_comment(directive);
    }

    /// Skips a `/*` comment; the star comes next. Returns whether it spans lines.
    fn full_comment(&mut self) -> bool {
        self.at += 1;
        let body = self.at;
        let closed = if self.clean {
            let found = memchr::memmem::find(&self.src[body..], b"*/");
            self.at = found.map_or(self.src.len(), |i| body + i + 2);
            found.is_some()
        } else {
            loop {
                match self.peek() {
                    EOF => break false,
                    b'*' => {
                        self.at += 1;
                        if self.accept(b'/') {
                            break true;
                        }
                    }
                    c => self.bump(c),
                }
            }
        };
        if closed {
            let directive = self.src[body..].starts_with(b"line ");
            self.keep_comment(directive);
        } else {
            self.error_at(self.pos(), "comment not terminated");
        }
        memchr::memchr(b'\n', &self.src[body..self.at]).is_some()
    }

    fn keep_comment(&mut self, directive: bool) {
        if directive || self.keep_comments {
            self.comments.push(RawComment {
                start: self.start as u32,
                end: self.at as u32,
                directive,
            });
        }
    }
}

/// The first character of `bytes`, which is not ASCII; `None` if it is not UTF-8.
fn decode(bytes: &[u8]) -> Option<char> {
    let len = match bytes.first()? {
        0x00..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    };
    std::str::from_utf8(bytes.get(..len)?).ok()?.chars().next()
}

/// May start an identifier.
const LETTER: u8 = 1;
/// ASCII that may go on an identifier.
const ASCII: u8 = 2;

/// Flags of bytes for identifiers. [`WIDE`] starts one: what is no letter is reported there.
static IDENT: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 0x80 {
        if (b as u8).is_ascii_alphabetic() || b as u8 == b'_' {
            table[b] = LETTER | ASCII;
        } else if (b as u8).is_ascii_digit() {
            table[b] = ASCII;
        }
        b += 1;
    }
    table[WIDE as usize] = LETTER;
    table
};

fn is_punctuation(c: u8) -> bool {
    matches!(
        c,
        b'\n' | b'!' | b'%' | b'&' | b'('..=b'.' | b':'..=b'>' | b'[' | b']' | b'^' | b'{'..=b'~'
    )
}
