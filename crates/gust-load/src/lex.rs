//! A scanner for the tokens that may stand above a file's first declaration.
//!
//! It knows comments, names, literals and operators well enough to find the end of the imports
//! and to say, in the official words, what stands where something else was expected.

use gust_syntax::unicode::{is_digit, is_letter};
use std::ops::Range;

/// Offset and text of a mistake.
pub type LexError = (usize, String);

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// End of text.
    End,
    /// A line break that ends a statement.
    Newline,
    /// An identifier.
    Name,
    /// A reserved word.
    Keyword,
    /// A string literal.
    String,
    /// Any other literal.
    Literal,
    /// An operator or delimiter, `;` included.
    Operator,
}

/// A token of a text that lives as long as `'a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Offset of its first byte.
    pub at: usize,
    /// Its bytes.
    pub text: &'a [u8],
}

impl Token<'_> {
    /// Whether it is this operator or reserved word.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, TokenKind::Operator | TokenKind::Keyword)
            && self.text == text.as_bytes()
    }

    /// How messages name it.
    pub fn describe(&self) -> String {
        let text = String::from_utf8_lossy(self.text);
        match self.kind {
            TokenKind::End => "'EOF'".to_owned(),
            TokenKind::Newline => "newline".to_owned(),
            TokenKind::Name | TokenKind::String | TokenKind::Literal => text.into_owned(),
            TokenKind::Keyword | TokenKind::Operator => format!("'{text}'"),
        }
    }
}

const KEYWORDS: [&str; 25] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// Longest first, so that the first that fits is the right one.
const OPERATORS: [&str; 48] = [
    "<<=", ">>=", "&^=", "...", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "&^", "+", "-", "*", "/", "%", "&", "|",
    "^", "<", ">", "=", "!", "(", ")", "[", "]", "{", "}", ",", ";", ".", ":", "~",
];

/// The scanner.
pub struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    /// Line of the token before.
    last_line: u32,
    /// Whether a line break here ends a statement.
    ends_statement: bool,
    /// All comments so far.
    pub comments: Vec<Range<usize>>,
    /// The comments that stand directly above the current token: indices of
    /// [`comments`](Self::comments).
    pub doc: Range<usize>,
}

impl<'a> Lexer<'a> {
    /// A scanner at the start of `text`.
    pub fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            last_line: 0,
            ends_statement: false,
            comments: Vec::new(),
            doc: 0..0,
        }
    }

    /// How far it has read.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// The byte it stands at.
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Skips blanks and comments; stops at a line break that ends a statement.
    ///
    /// # Errors
    /// When a comment has no end.
    fn skip_blank(&mut self) -> Result<(), LexError> {
        let mut group = self.comments.len()..self.comments.len();
        let mut group_end_line = 0;
        let mut trailing = false;
        loop {
            match self.peek() {
                Some(b'\n') if self.ends_statement => break,
                Some(b'\n') => {
                    self.line += 1;
                    self.at += 1;
                }
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') => {
                    let start_line = self.line;
                    let Some(comment) = self.comment()? else {
                        break;
                    };
                    // A comment after a token on its line is no doc of the next one.
                    let follows_token = start_line == self.last_line;
                    if group.is_empty()
                        || start_line > group_end_line + 1
                        || (trailing && !follows_token)
                    {
                        group.start = self.comments.len();
                        trailing = follows_token;
                    }
                    self.comments.push(comment);
                    group.end = self.comments.len();
                    group_end_line = self.line;
                }
                _ => break,
            }
        }
        self.doc = match !trailing && group_end_line + 1 == self.line {
            true => group,
            false => 0..0,
        };
        Ok(())
    }

    /// Reads a comment, if there is one and no statement ends before it.
    fn comment(&mut self) -> Result<Option<Range<usize>>, LexError> {
        let rest = &self.text[self.at..];
        let start = self.at;
        match rest.get(1) {
            Some(b'/') if !self.ends_statement => {
                let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                self.at += len;
                let text = &rest[..len];
                let len = text.strip_suffix(b"\r").unwrap_or(text).len();
                Ok(Some(start..start + len))
            }
            Some(b'*') => {
                let Some(len) = memchr::memmem::find(&rest[2..], b"*/") else {
                    self.at = self.text.len();
                    return Err((start, "comment not terminated".to_owned()));
                };
                let len = len + 4;
                let breaks = memchr::memchr_iter(b'\n', &rest[..len]).count() as u32;
                if breaks > 0 && self.ends_statement {
                    return Ok(None);
                }
                self.line += breaks;
                self.at += len;
                Ok(Some(start..start + len))
            }
            _ => Ok(None),
        }
    }

    /// Skips what may stand between two declarations, `;` included, and tells whether the one
    /// before has ended.
    ///
    /// # Errors
    /// When a comment has no end.
    pub fn skip_separators(&mut self) -> Result<bool, LexError> {
        let mut separated = false;
        loop {
            self.skip_blank()?;
            match self.peek() {
                None => return Ok(true),
                Some(b';') => self.at += 1,
                // Only a comment or line break that ends the statement stopped us.
                Some(b'\n') => {}
                Some(b'/') if self.ends_statement && self.comment_follows() => {}
                _ => return Ok(separated),
            }
            self.ends_statement = false;
            separated = true;
        }
    }

    fn comment_follows(&self) -> bool {
        matches!(self.text.get(self.at + 1), Some(b'/' | b'*'))
    }

    /// The next token.
    ///
    /// # Errors
    /// When the text there is no token.
    pub fn next(&mut self) -> Result<Token<'a>, LexError> {
        self.skip_blank()?;
        let at = self.at;
        let Some(first) = self.peek() else {
            let kind = match self.ends_statement {
                true => TokenKind::Newline,
                false => TokenKind::End,
            };
            return Ok(self.token(kind, at));
        };
        if self.ends_statement && (first == b'\n' || first == b'/' && self.comment_follows()) {
            return Ok(self.token(TokenKind::Newline, at));
        }
        let rest = &self.text[at..];
        let kind = match first {
            b'"' | b'\'' => {
                self.at += quoted(rest, first).map_err(|message| (at, message.to_owned()))?;
                match first {
                    b'"' => TokenKind::String,
                    _ => TokenKind::Literal,
                }
            }
            b'`' => {
                let Some(len) = memchr::memchr(b'`', &rest[1..]) else {
                    self.at = self.text.len();
                    return Err((at, "raw string literal not terminated".to_owned()));
                };
                let len = len + 2;
                self.line += memchr::memchr_iter(b'\n', &rest[..len]).count() as u32;
                self.at += len;
                TokenKind::String
            }
            b'0'..=b'9' => {
                self.at += number(rest);
                TokenKind::Literal
            }
            b'.' if rest.get(1).is_some_and(u8::is_ascii_digit) => {
                self.at += number(rest);
                TokenKind::Literal
            }
            _ => match name(rest) {
                0 => {
                    let fits = |o: &&&str| rest.starts_with(o.as_bytes());
                    let Some(operator) = OPERATORS.iter().find(fits) else {
                        return Err((at, illegal(rest)));
                    };
                    self.at += operator.len();
                    TokenKind::Operator
                }
                len => {
                    self.at += len;
                    match KEYWORDS.iter().any(|k| k.as_bytes() == &rest[..len]) {
                        true => TokenKind::Keyword,
                        false => TokenKind::Name,
                    }
                }
            },
        };
        Ok(self.token(kind, at))
    }

    /// The token from `at` to where the scanner stands.
    fn token(&mut self, kind: TokenKind, at: usize) -> Token<'a> {
        let text = &self.text[at..self.at];
        self.last_line = self.line;
        self.ends_statement = match kind {
            TokenKind::Name | TokenKind::String | TokenKind::Literal => true,
            TokenKind::Operator => matches!(text, b")" | b"]" | b"}" | b"++" | b"--"),
            TokenKind::Keyword => {
                matches!(text, b"break" | b"continue" | b"fallthrough" | b"return")
            }
            TokenKind::End | TokenKind::Newline => false,
        };
        Token { kind, at, text }
    }
}

/// Length of the quoted literal at the start of `text`.
fn quoted(text: &[u8], quote: u8) -> Result<usize, &'static str> {
    let mut at = 1;
    loop {
        match text.get(at) {
            Some(b'\\') => at += 2,
            Some(b'\n') | None => {
                return Err(match quote {
                    b'"' => "string literal not terminated",
                    _ => "rune literal not terminated",
                });
            }
            Some(&c) => {
                at += 1;
                if c == quote {
                    return Ok(at);
                }
            }
        }
    }
}

/// Length of the number at the start of `text`, roughly: enough to name it in a message.
fn number(text: &[u8]) -> usize {
    let is_part = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_');
    text.iter().position(|c| !is_part(c)).unwrap_or(text.len())
}

/// Length of the name at the start of `text`.
fn name(text: &[u8]) -> usize {
    let ascii = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
    let len = text.iter().position(|c| !ascii(c)).unwrap_or(text.len());
    if text.get(len).is_none_or(u8::is_ascii) {
        return len;
    }
    // The longest name that anybody needs here is short; the rest need not be decoded.
    let text = &text[..text.len().min(4096)];
    let valid = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(e) => std::str::from_utf8(&text[..e.valid_up_to()]).unwrap_or_default(),
    };
    let part = |c: char| c == '_' || is_letter(c) || is_digit(c);
    valid.find(|c| !part(c)).unwrap_or(valid.len())
}

fn illegal(text: &[u8]) -> String {
    let head = String::from_utf8_lossy(&text[..text.len().min(4)]);
    match head.chars().next().unwrap_or('\u{fffd}') {
        '\0' => "illegal character NUL".to_owned(),
        '\u{fffd}' => "illegal UTF-8 encoding".to_owned(),
        c @ ('“' | '”') => {
            format!("curly quotation mark '{c}' (use neutral '\"')")
        }
        c if c.is_control() => format!("illegal character U+{:04X}", c as u32),
        c => format!("illegal character U+{:04X} '{c}'", c as u32),
    }
}

/// The value of a string literal, quotes included in `text`; `None` when it is malformed or not
/// UTF-8 (spec: String literals).
pub fn unquote(text: &str) -> Option<String> {
    let quote = text.chars().next()?;
    let inner = text.get(1..)?.strip_suffix(quote)?;
    if quote == '`' {
        return Some(inner.replace('\r', ""));
    }
    if quote != '"' {
        return None;
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find(['\\', '"', '\n']) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = rest[at..].strip_prefix('\\')?;
        let kind = escape.chars().next()?;
        let mut used = 1;
        let code = |digits: &str, radix| match digits.starts_with('+') {
            true => None,
            false => u32::from_str_radix(digits, radix).ok(),
        };
        match kind {
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'n' => out.push(b'\n'),
            'r' => out.push(b'\r'),
            't' => out.push(b'\t'),
            'v' => out.push(11),
            '\\' | '"' => out.push(kind as u8),
            '0'..='7' => {
                used = 3;
                out.push(u8::try_from(code(escape.get(..3)?, 8)?).ok()?);
            }
            'x' => {
                used = 3;
                out.push(u8::try_from(code(escape.get(1..3)?, 16)?).ok()?);
            }
            'u' | 'U' => {
                used = if kind == 'u' { 5 } else { 9 };
                let c = char::from_u32(code(escape.get(1..used)?, 16)?)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => return None,
        }
        rest = &escape[used..];
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8(out).ok()
}

/// Offsets of the line comments of a whole file that start with `prefix`, strings and other comments
/// skipped.
pub fn line_comments<'a>(text: &'a [u8], prefix: &'a [u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Most files have none: one fast search saves scanning them.
    if memchr::memmem::find(text, prefix).is_none() {
        return found;
    }
    let mut at = 0;
    while let Some(&c) = text.get(at) {
        let rest = &text[at..];
        at += match c {
            b'"' | b'\'' => quoted(rest, c).unwrap_or(1),
            b'`' => memchr::memchr(b'`', &rest[1..]).map_or(rest.len(), |n| n + 2),
            b'/' if rest.starts_with(b"//") => {
                let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                if rest.starts_with(prefix) {
                    found.push(at..at + len);
                }
                len
            }
            b'/' if rest.starts_with(b"/*") => {
                memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |n| n + 4)
            }
            _ => 1,
        };
    }
    found
}

/// The text of a group of comments without markers: directives dropped, white space at line ends
/// dropped, runs of blank lines made one.
pub fn comment_text(text: &[u8], comments: &[Range<usize>]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for range in comments {
        let comment = String::from_utf8_lossy(&text[range.clone()]);
        if let Some(line) = comment.strip_prefix("//") {
            match line.strip_prefix(' ') {
                Some(line) => lines.push(line.trim_end().to_owned()),
                None if is_directive(line) => {}
                None => lines.push(line.trim_end().to_owned()),
            }
        } else {
            let inner = comment
                .strip_prefix("/*")
                .and_then(|c| c.strip_suffix("*/"));
            let inner = inner.unwrap_or_default();
            lines.extend(inner.split('\n').map(|l| l.trim_end().to_owned()));
        }
    }
    let mut out = String::new();
    let mut blank = false;
    for line in lines {
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push('\n');
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Whether the text after `//` is a directive: `line `, `extern `, `export ` or `[a-z0-9]+:[a-z0-9]`.
fn is_directive(text: &str) -> bool {
    if ["line ", "extern ", "export "]
        .iter()
        .any(|p| text.starts_with(p))
    {
        return true;
    }
    let word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    match text.split_once(':') {
        Some((tool, rest)) => {
            !tool.is_empty() && tool.bytes().all(word) && rest.bytes().next().is_some_and(word)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text.as_bytes());
        let mut out = Vec::new();
        loop {
            match lexer.next() {
                Ok(t) if t.kind == TokenKind::End => return out,
                Ok(t) => out.push(t.describe()),
                Err((at, message)) => {
                    out.push(format!("{at}: {message}"));
                    return out;
                }
            }
        }
    }

    #[test]
    fn statements_end_at_line_breaks() {
        assert_eq!(
            tokens("package a // x\nimport (\n\"b\"/*\n*/)"),
            [
                "'package'",
                "a",
                "newline",
                "'import'",
                "'('",
                "\"b\"",
                "newline",
                "')'",
                "newline"
            ]
        );
        assert_eq!(tokens("a /* x */ ;b"), ["a", "';'", "b", "newline"]);
    }

    #[test]
    fn odd_tokens() {
        assert_eq!(
            tokens("1.5e3 'x' <<= ... ünï"),
            ["1.5e3", "'x'", "'<<='", "'...'", "ünï", "newline"]
        );
        assert_eq!(tokens("@"), ["0: illegal character U+0040 '@'"]);
        assert_eq!(tokens("\0"), ["0: illegal character NUL"]);
        assert_eq!(tokens("\"a\nb\""), ["0: string literal not terminated"]);
        assert_eq!(tokens("  /* x"), ["2: comment not terminated"]);
        assert_eq!(tokens("`x"), ["0: raw string literal not terminated"]);
    }

    #[test]
    fn docs() {
        let doc = |text: &str| {
            let mut lexer = Lexer::new(text.as_bytes());
            lexer.next().unwrap();
            comment_text(text.as_bytes(), &lexer.comments[lexer.doc.clone()])
        };
        assert_eq!(doc("// a\n\n// b\n// c\npackage"), "b\nc\n");
        assert_eq!(doc("// a\n\npackage"), "");
        assert_eq!(doc("/* a */ package"), "");
        assert_eq!(doc("/*\na\n\n\n b \n*/\npackage"), "a\n\n b\n");
        assert_eq!(doc("// a\n//go:build x\n//\n// b\npackage"), "a\n\nb\n");
    }

    #[test]
    fn unquoting() {
        assert_eq!(
            unquote(r#""a\x41\u00e9\101\n\"""#).as_deref(),
            Some("aAéA\n\"")
        );
        assert_eq!(unquote("`a\r\\n`").as_deref(), Some("a\\n"));
        for bad in [
            "",
            "\"",
            "\"a",
            "'a'",
            r#""\q""#,
            r#""\xff""#,
            r#""\u+041""#,
            "\"a\"b\"",
        ] {
            assert_eq!(unquote(bad), None, "{bad}");
        }
    }

    #[test]
    fn comments_with_prefix() {
        let text = b"//go:embed a\nx := \"//go:embed b\" //go:embed c\n`//go:embed d`/*\n//go:embed e\n*/'\"'//go:embed f";
        let found = line_comments(text, b"//go:embed");
        let texts: Vec<_> = found.iter().map(|r| text[r.end - 1]).collect();
        assert_eq!(texts, b"acf");
    }
}
