//! Tokens of the text form.

use super::ParseError;
use crate::print::is_plain;
use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or handle.
    Word(String),
    /// An unsigned number, decimal or `0x`.
    Number(i64),
    /// A number with a sign before it.
    Signed(i64),
    /// `@name` or `@"name"`.
    Symbol(String),
    /// `@l7`
    Location(u32),
    /// A quoted string.
    String(Vec<u8>),
    /// `->` is `>`.
    Punct(char),
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(word) => write!(f, "{word}"),
            Token::Number(n) | Token::Signed(n) => write!(f, "{n}"),
            Token::Symbol(name) => write!(f, "@{name}"),
            Token::Location(n) => write!(f, "@l{n}"),
            Token::String(_) => f.write_str("a string"),
            Token::Punct(c) => write!(f, "{c:?}"),
            Token::End => f.write_str("the end"),
        }
    }
}

/// Reads tokens one ahead.
pub(super) struct Lexer<'a> {
    chars: Peekable<Chars<'a>>,
    line: u32,
    /// Line of the last token given out.
    token_line: u32,
    ahead: Token,
    /// Line the token ahead starts on.
    ahead_line: u32,
    error: Option<ParseError>,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Result<Self, ParseError> {
        let mut lexer = Lexer {
            chars: text.chars().peekable(),
            line: 1,
            token_line: 1,
            ahead: Token::End,
            ahead_line: 1,
            error: None,
        };
        lexer.ahead = lexer.scan();
        match lexer.error.take() {
            Some(error) => Err(error),
            None => Ok(lexer),
        }
    }

    pub fn token_line(&self) -> u32 {
        self.token_line
    }

    /// Line of the token ahead.
    pub fn peek_line(&self) -> u32 {
        self.ahead_line
    }

    pub fn peek(&self) -> &Token {
        &self.ahead
    }

    pub fn next(&mut self) -> Token {
        self.token_line = self.ahead_line;
        let token = self.scan();
        std::mem::replace(&mut self.ahead, token)
    }

    /// A number with or without sign.
    pub fn signed_number(&mut self) -> Result<i64, ParseError> {
        match self.next() {
            Token::Number(n) | Token::Signed(n) => Ok(n),
            other => {
                let message = format!("expected a number, found {other}");
                Err(ParseError {
                    line: self.token_line,
                    message,
                })
            }
        }
    }

    fn take(&mut self, mut wanted: impl FnMut(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(&c) = self.chars.peek() {
            if !wanted(c) {
                break;
            }
            text.push(c);
            self.chars.next();
        }
        text
    }

    fn digits(&mut self, sign: i64) -> Option<i64> {
        let text = self.take(|c| c.is_ascii_alphanumeric());
        if let Some(hex) = text.strip_prefix("0x") {
            return u64::from_str_radix(hex, 16).ok().map(|n| n as i64);
        }
        let n: i128 = text.parse().ok()?;
        i64::try_from(n * i128::from(sign)).ok()
    }

    fn fail(&mut self, message: &str) -> Token {
        // A token that nothing accepts: the parser stops there.
        self.error.get_or_insert(ParseError {
            line: self.line,
            message: message.into(),
        });
        Token::Punct('\u{fffd}')
    }

    fn scan(&mut self) -> Token {
        loop {
            match self.chars.peek() {
                None => return Token::End,
                Some('\n') => self.line += 1,
                Some(';') => {
                    self.take(|c| c != '\n');
                    continue;
                }
                Some(c) if c.is_whitespace() => {}
                Some(_) => break,
            }
            self.chars.next();
        }
        self.ahead_line = self.line;
        let Some(&c) = self.chars.peek() else {
            return Token::End;
        };
        match c {
            'a'..='z' | 'A'..='Z' | '_' => {
                Token::Word(self.take(|c| c.is_ascii_alphanumeric() || c == '_'))
            }
            '0'..='9' => match self.digits(1) {
                Some(n) => Token::Number(n),
                None => self.fail("bad number"),
            },
            '+' => {
                self.chars.next();
                self.digits(1)
                    .map_or_else(|| self.fail("bad number"), Token::Signed)
            }
            '-' => {
                self.chars.next();
                if self.chars.next_if_eq(&'>').is_some() {
                    return Token::Punct('>');
                }
                self.digits(-1)
                    .map_or_else(|| self.fail("bad number"), Token::Signed)
            }
            '"' => self
                .string()
                .map_or_else(|| self.fail("bad string"), Token::String),
            '@' => {
                self.chars.next();
                if self.chars.peek() == Some(&'"') {
                    let name = self
                        .string()
                        .and_then(|bytes| String::from_utf8(bytes).ok());
                    return name.map_or_else(|| self.fail("bad symbol"), Token::Symbol);
                }
                let name = self.take(is_plain);
                match name.strip_prefix('l').and_then(|n| n.parse().ok()) {
                    Some(number) => Token::Location(number),
                    None => Token::Symbol(name),
                }
            }
            _ => {
                self.chars.next();
                Token::Punct(c)
            }
        }
    }

    fn string(&mut self) -> Option<Vec<u8>> {
        self.chars.next();
        let mut bytes = Vec::new();
        loop {
            match self.chars.next()? {
                '"' => return Some(bytes),
                '\n' => return None,
                '\\' => match self.chars.next()? {
                    'x' => {
                        let hex: String = [self.chars.next()?, self.chars.next()?].iter().collect();
                        bytes.push(u8::from_str_radix(&hex, 16).ok()?);
                    }
                    'n' => bytes.push(b'\n'),
                    't' => bytes.push(b'\t'),
                    'r' => bytes.push(b'\r'),
                    c @ ('"' | '\\' | '\'') => bytes.push(c as u8),
                    'u' => {
                        let hex: String = self.take(|c| c != '}').chars().skip(1).collect();
                        self.chars.next();
                        let c = char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?;
                        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    _ => return None,
                },
                c => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
}
