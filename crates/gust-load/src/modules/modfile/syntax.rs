//! The syntax shared by `go.mod` and `go.work`: lines of tokens, factored blocks of lines, and `//`
//! comments, which the tree keeps so that the file can be written back.

use crate::modules::path::{is_print, quote_char};
use std::fmt;

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1; 0 for no position.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Offset in bytes, from 0.
    pub byte: usize,
}

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The file's name as given to the parser.
    pub file: String,
    /// Where.
    pub pos: Position,
    /// The directive's verb, or empty.
    pub verb: String,
    /// The module the directive is about, or empty.
    pub mod_path: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only lexical errors have a column of interest; all others stand at the start of a line.
        match self.pos {
            Position { line: 0, .. } if self.file.is_empty() => {}
            Position { line: 0, .. } => write!(f, "{}: ", self.file)?,
            Position {
                line,
                column: 0..=1,
                ..
            } => write!(f, "{}:{line}: ", self.file)?,
            Position { line, column, .. } => write!(f, "{}:{line}:{column}: ", self.file)?,
        }
        if !self.mod_path.is_empty() {
            write!(f, "{} {}: ", self.verb, self.mod_path)?;
        } else if !self.verb.is_empty() {
            write!(f, "{}: ", self.verb)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything wrong with a file, one line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorList(pub Vec<Error>);

impl fmt::Display for ErrorList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, e) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            e.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ErrorList {}

/// A comment without its line end. The empty text stands for a blank line to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    /// Where it starts.
    pub start: Position,
    /// The text with its `//`.
    pub text: String,
}

/// The comments of a piece of syntax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Whole lines before it.
    pub before: Vec<Comment>,
    /// At the end of its line.
    pub suffix: Vec<Comment>,
    /// Whole lines after it (top level only).
    pub after: Vec<Comment>,
}

/// One line of tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its comments.
    pub comments: Comments,
    /// Where the first token starts.
    pub start: Position,
    /// Where the last token ends.
    pub end: Position,
    /// The tokens as written, quotes included. Inside a block the verb is the block's.
    pub tokens: Vec<String>,
    /// Whether it stands in a block.
    pub in_block: bool,
}

/// A parenthesis and the comments at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paren {
    /// Its comments.
    pub comments: Comments,
    /// Where it stands.
    pub pos: Position,
}

/// A factored block, `verb ( … )`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its comments.
    pub comments: Comments,
    /// Where its first token starts.
    pub start: Position,
    /// The tokens before the parenthesis.
    pub tokens: Vec<String>,
    /// The opening parenthesis.
    pub lparen: Paren,
    /// The lines inside.
    pub lines: Vec<Line>,
    /// The closing parenthesis.
    pub rparen: Paren,
}

/// A top-level piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stmt {
    /// Comments that belong to no directive.
    Comments {
        /// The comments, as `before`.
        comments: Comments,
        /// Where the first starts.
        start: Position,
    },
    /// A line.
    Line(Line),
    /// A block.
    Block(Block),
}

impl Stmt {
    /// The comments of the statement.
    pub fn comments(&self) -> &Comments {
        match self {
            Stmt::Comments { comments, .. } => comments,
            Stmt::Line(l) => &l.comments,
            Stmt::Block(b) => &b.comments,
        }
    }

    fn comments_mut(&mut self) -> &mut Comments {
        match self {
            Stmt::Comments { comments, .. } => comments,
            Stmt::Line(l) => &mut l.comments,
            Stmt::Block(b) => &mut b.comments,
        }
    }
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSyntax {
    /// The file's name for messages.
    pub name: String,
    /// Comments before everything.
    pub before: Vec<Comment>,
    /// The statements.
    pub stmts: Vec<Stmt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Eof,
    /// A comment after something on its line; ends the line.
    LineComment,
    /// A comment alone on its line.
    Comment,
    Newline,
    Open,
    Close,
    /// Identifier, string, or other punctuation.
    Word,
}

impl Kind {
    fn ends_line(self) -> bool {
        matches!(self, Kind::Eof | Kind::LineComment | Kind::Newline)
    }
}

struct Token {
    kind: Kind,
    start: Position,
    end: Position,
    text: String,
}

struct Lexer<'a> {
    src: &'a str,
    pos: Position,
    /// Whether something other than white space has been seen on this line.
    line_used: bool,
    suffixes: Vec<Comment>,
}

type Lexed<T> = Result<T, (Position, String)>;

fn is_word_char(c: char) -> bool {
    !matches!(c, ' ' | '(' | ')' | '[' | ']' | '{' | '}' | ',') && !c.is_whitespace() && is_print(c)
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.src[self.pos.byte..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos.byte += c.len_utf8();
        if c == '\n' {
            self.pos.line += 1;
            self.pos.column = 1;
            self.line_used = false;
        } else {
            self.pos.column += 1;
        }
        Some(c)
    }

    fn token(&self, kind: Kind, start: Position) -> Token {
        Token {
            kind,
            start,
            end: self.pos,
            text: self.src[start.byte..self.pos.byte].to_owned(),
        }
    }

    fn next(&mut self) -> Lexed<Token> {
        while matches!(self.peek(), Some(' ' | '\t' | '\r')) {
            self.bump();
        }
        let start = self.pos;
        if self.rest().starts_with("//") {
            let suffix = self.line_used;
            while let Some(c) = self.bump() {
                if c == '\n' {
                    break;
                }
            }
            let mut t = self.token(Kind::Comment, start);
            if let Some(s) = t.text.strip_suffix('\n') {
                t.text = s.strip_suffix('\r').unwrap_or(s).to_owned();
            }
            if suffix {
                t.kind = Kind::LineComment;
                self.suffixes.push(Comment {
                    start,
                    text: t.text.clone(),
                });
            }
            return Ok(t);
        }
        self.reject_block_comment()?;
        let Some(c) = self.peek() else {
            return Ok(self.token(Kind::Eof, start));
        };
        let punctuation = match c {
            '\n' => Some(Kind::Newline),
            '(' => Some(Kind::Open),
            ')' => Some(Kind::Close),
            '[' | ']' | '{' | '}' | ',' => Some(Kind::Word),
            _ => None,
        };
        if let Some(kind) = punctuation {
            self.line_used = true;
            self.bump();
            return Ok(self.token(kind, start));
        }
        self.line_used = true;
        if c == '"' || c == '`' {
            self.string(c)?;
            return Ok(self.token(Kind::Word, start));
        }
        if !is_word_char(c) {
            let q = quote_char(c);
            return Err((self.pos, format!("unexpected input character {q}")));
        }
        while self.peek().is_some_and(is_word_char) && !self.rest().starts_with("//") {
            self.reject_block_comment()?;
            self.bump();
        }
        Ok(self.token(Kind::Word, start))
    }

    fn reject_block_comment(&self) -> Lexed<()> {
        if self.rest().starts_with("/*") {
            return Err((
                self.pos,
                "mod files must use // comments (not /* */ comments)".to_owned(),
            ));
        }
        Ok(())
    }

    fn string(&mut self, quote: char) -> Lexed<()> {
        let start = self.pos;
        let eof = || (start, "unexpected EOF in string".to_owned());
        self.bump();
        loop {
            match self.peek() {
                None => return Err(eof()),
                Some('\n') => return Err((self.pos, "unexpected newline in string".to_owned())),
                Some(c) => {
                    self.bump();
                    if c == quote {
                        return Ok(());
                    }
                    if c == '\\' && quote != '`' {
                        self.bump().ok_or_else(eof)?;
                    }
                }
            }
        }
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    ahead: Token,
}

impl Parser<'_> {
    fn take(&mut self) -> Lexed<Token> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.ahead, next))
    }

    fn fail<T>(&self, message: impl Into<String>) -> Lexed<T> {
        Err((self.lexer.pos, message.into()))
    }

    fn file(&mut self, name: &str) -> Lexed<Vec<Stmt>> {
        let mut stmts = Vec::new();
        let mut pending: Option<(Position, Vec<Comment>)> = None;
        let lone = |(start, before): (Position, Vec<Comment>)| Stmt::Comments {
            comments: Comments {
                before,
                ..Comments::default()
            },
            start,
        };
        loop {
            match self.ahead.kind {
                Kind::Newline => {
                    self.take()?;
                    stmts.extend(pending.take().map(lone));
                }
                Kind::Comment => {
                    let t = self.take()?;
                    pending
                        .get_or_insert_with(|| (t.start, Vec::new()))
                        .1
                        .push(Comment {
                            start: t.start,
                            text: t.text,
                        });
                }
                Kind::Eof => {
                    stmts.extend(pending.take().map(lone));
                    return Ok(stmts);
                }
                _ => {
                    let mut stmt = self.stmt(name)?;
                    if let Some((_, before)) = pending.take() {
                        stmt.comments_mut().before = before;
                    }
                    stmts.push(stmt);
                }
            }
        }
    }

    fn stmt(&mut self, name: &str) -> Lexed<Stmt> {
        let first = self.take()?;
        let (start, mut end) = (first.start, first.end);
        let mut tokens = vec![first.text];
        loop {
            let t = self.take()?;
            match t.kind {
                k if k.ends_line() => {
                    return Ok(Stmt::Line(Line {
                        start,
                        end,
                        tokens,
                        ..Line::default()
                    }));
                }
                // A parenthesis opens a block only at the end of its line.
                Kind::Open if self.ahead.kind.ends_line() => {
                    return Ok(Stmt::Block(self.block(name, start, tokens, t.start)?));
                }
                Kind::Open if self.ahead.kind == Kind::Close => {
                    let close = self.take()?;
                    if self.ahead.kind.ends_line() {
                        self.take()?;
                        return Ok(Stmt::Block(Block {
                            start,
                            tokens,
                            lparen: Paren {
                                pos: t.start,
                                ..Paren::default()
                            },
                            rparen: Paren {
                                pos: close.start,
                                ..Paren::default()
                            },
                            ..Block::default()
                        }));
                    }
                    tokens.push(t.text);
                    tokens.push(close.text);
                }
                Kind::Open => tokens.push(t.text),
                _ => {
                    tokens.push(t.text);
                    end = t.end;
                }
            }
        }
    }

    fn block(
        &mut self,
        name: &str,
        start: Position,
        tokens: Vec<String>,
        lparen: Position,
    ) -> Lexed<Block> {
        let mut block = Block {
            start,
            tokens,
            lparen: Paren {
                pos: lparen,
                ..Paren::default()
            },
            ..Block::default()
        };
        let mut comments: Vec<Comment> = Vec::new();
        loop {
            match self.ahead.kind {
                Kind::LineComment => {
                    self.take()?;
                }
                Kind::Newline => {
                    self.take()?;
                    // Runs of blank lines shrink to one, and go at the start of the block.
                    let keep = match comments.last() {
                        None => !block.lines.is_empty(),
                        Some(c) => !c.text.is_empty(),
                    };
                    if keep {
                        comments.push(Comment::default());
                    }
                }
                Kind::Comment => {
                    let t = self.take()?;
                    comments.push(Comment {
                        start: t.start,
                        text: t.text,
                    });
                }
                Kind::Eof => {
                    return self.fail(format!(
                        "syntax error (unterminated block started at {name}:{}:{})",
                        start.line, start.column
                    ));
                }
                Kind::Close => {
                    let close = self.take()?;
                    if comments == [Comment::default()] {
                        comments.clear();
                    }
                    block.rparen.comments.before = comments;
                    block.rparen.pos = close.start;
                    if !self.ahead.kind.ends_line() {
                        return self.fail("syntax error (expected newline after closing paren)");
                    }
                    self.take()?;
                    return Ok(block);
                }
                _ => {
                    let mut line = self.block_line()?;
                    line.comments.before = std::mem::take(&mut comments);
                    block.lines.push(line);
                }
            }
        }
    }

    fn block_line(&mut self) -> Lexed<Line> {
        let first = self.take()?;
        let mut line = Line {
            start: first.start,
            end: first.end,
            tokens: vec![first.text],
            in_block: true,
            ..Line::default()
        };
        loop {
            let t = self.take()?;
            if t.kind.ends_line() {
                return Ok(line);
            }
            line.tokens.push(t.text);
            line.end = t.end;
        }
    }
}

/// Parses `data`. The first syntax error ends the work. Bytes that are not UTF-8 are read as U+FFFD.
pub fn parse(name: &str, data: &[u8]) -> Result<FileSyntax, Error> {
    let text = String::from_utf8_lossy(data);
    let fail = |(pos, message): (Position, String)| Error {
        file: name.to_owned(),
        pos,
        verb: String::new(),
        mod_path: String::new(),
        message,
    };
    let mut lexer = Lexer {
        src: &text,
        pos: Position {
            line: 1,
            column: 1,
            byte: 0,
        },
        line_used: false,
        suffixes: Vec::new(),
    };
    let ahead = lexer.next().map_err(fail)?;
    let mut parser = Parser { lexer, ahead };
    let stmts = parser.file(name).map_err(fail)?;
    let mut file = FileSyntax {
        name: name.to_owned(),
        before: Vec::new(),
        stmts,
    };
    attach_suffixes(&mut file, parser.lexer.suffixes);
    Ok(file)
}

/// Gives each end-of-line comment to the last piece of syntax that ends before it, innermost first.
fn attach_suffixes(file: &mut FileSyntax, mut pending: Vec<Comment>) {
    fn give(c: &mut Comments, start: Position, end: Position, pending: &mut Vec<Comment>) {
        // What spans lines leaves the comment to the last thing inside.
        if start.line != end.line {
            return;
        }
        while pending.last().is_some_and(|s| end.byte <= s.start.byte) {
            c.suffix.extend(pending.pop());
        }
        c.suffix.reverse();
    }
    fn after(p: Position) -> Position {
        Position {
            byte: p.byte + 1,
            column: p.column + 1,
            ..p
        }
    }
    for stmt in file.stmts.iter_mut().rev() {
        match stmt {
            Stmt::Comments { comments, start } => give(comments, *start, *start, &mut pending),
            Stmt::Line(l) => give(&mut l.comments, l.start, l.end, &mut pending),
            Stmt::Block(b) => {
                let close = b.rparen.pos;
                give(&mut b.comments, b.start, after(close), &mut pending);
                give(&mut b.rparen.comments, close, after(close), &mut pending);
                for l in b.lines.iter_mut().rev() {
                    give(&mut l.comments, l.start, l.end, &mut pending);
                }
                let open = b.lparen.pos;
                give(&mut b.lparen.comments, open, after(open), &mut pending);
            }
        }
    }
    file.before.extend(pending);
}
