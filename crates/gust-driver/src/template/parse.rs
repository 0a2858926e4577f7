//! Template text to a tree.

use std::collections::HashMap;
use std::fmt;

/// A parsed template with those it defines.
#[derive(Debug, Default)]
pub struct Template {
    /// What is executed.
    pub body: Vec<Node>,
    /// Named templates.
    pub defined: HashMap<String, Vec<Node>>,
    /// The text, for the places of errors.
    pub text: String,
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub enum Node {
    /// Text to copy.
    Text(String),
    /// `{{pipeline}}`.
    Action(Pipe),
    /// `{{if}}`, `{{with}}`.
    Branch {
        with: bool,
        pipe: Pipe,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// `{{range}}`.
    Range {
        pipe: Pipe,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// `{{template "name" pipeline}}`.
    Call {
        at: usize,
        name: String,
        pipe: Option<Pipe>,
    },
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
}

/// `$x, $y := command | command`.
#[derive(Debug, Clone)]
pub struct Pipe {
    /// Variables that are set.
    pub variables: Vec<String>,
    /// Whether they are declared rather than assigned.
    pub declares: bool,
    /// The commands; the value of each is the last argument of the next.
    pub commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Debug, Clone)]
pub struct Operand {
    /// Offset in the text.
    pub at: usize,
    /// What it is.
    pub kind: OperandKind,
    /// Field names that follow.
    pub fields: Vec<String>,
}

/// What a word starts with.
#[derive(Debug, Clone)]
pub enum OperandKind {
    /// `.`, or `.X` with the names in the fields.
    Dot,
    /// `$x`; `$` is named `$`.
    Variable(String),
    /// A function.
    Function(String),
    /// `"x"`.
    Str(String, String),
    /// A number or character, with its spelling.
    Int(i64, String),
    /// A floating-point number.
    Float(f64, String),
    /// `true`, `false`.
    Bool(bool),
    /// `nil`.
    Nil,
    /// A pipeline in parentheses.
    Pipe(Box<Pipe>),
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            let sign = if self.declares { ":=" } else { "=" };
            write!(f, "{} {sign} ", self.variables.join(", "))?;
        }
        for (i, command) in self.commands.iter().enumerate() {
            f.write_str(if i > 0 { " | " } else { "" })?;
            write_command(f, command)?;
        }
        Ok(())
    }
}

fn write_command(f: &mut fmt::Formatter<'_>, command: &[Operand]) -> fmt::Result {
    for (i, operand) in command.iter().enumerate() {
        write!(f, "{}{operand}", if i > 0 { " " } else { "" })?;
    }
    Ok(())
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::Dot if !self.fields.is_empty() => {}
            OperandKind::Dot => f.write_str(".")?,
            OperandKind::Variable(name) | OperandKind::Function(name) => f.write_str(name)?,
            OperandKind::Str(_, text) | OperandKind::Int(_, text) | OperandKind::Float(_, text) => {
                f.write_str(text)?
            }
            OperandKind::Bool(b) => write!(f, "{b}")?,
            OperandKind::Nil => f.write_str("nil")?,
            OperandKind::Pipe(pipe) => write!(f, "({pipe})")?,
        }
        self.fields.iter().try_for_each(|name| write!(f, ".{name}"))
    }
}

/// Parses a template named `main`.
///
/// # Errors
/// The official text.
pub fn parse(text: &str, functions: &[&str]) -> Result<Template, String> {
    let mut parser = Parser {
        text,
        at: 0,
        functions,
        variables: vec!["$".to_owned()],
        range_depth: 0,
        depth: 0,
        defined: HashMap::new(),
    };
    let (body, end) = parser.list(true)?;
    if let Some((at, word)) = end {
        return Err(parser.error(at, &format!("unexpected {{{{{word}}}}}")));
    }
    Ok(Template {
        body,
        defined: parser.defined,
        text: text.to_owned(),
    })
}

const KEYWORDS: [&str; 10] = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
];

/// How deep actions and parentheses may nest.
const MAX_DEPTH: usize = 1000;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    functions: &'a [&'a str],
    variables: Vec<String>,
    range_depth: usize,
    depth: usize,
    defined: HashMap<String, Vec<Node>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// `}}`, with or without trimming.
    Close,
    Word(String),
    Field(String),
    Dot,
    Variable(String),
    Str(String, String),
    Number(String),
    Char(char, String),
    Op(&'static str),
    End,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Close => f.write_str("\"}}\""),
            Token::Word(w) if KEYWORDS.contains(&w.as_str()) => write!(f, "<{w}>"),
            Token::Field(w) => write!(f, "<.{w}>"),
            Token::Word(w) | Token::Variable(w) | Token::Number(w) => write!(f, "{w:?}"),
            Token::Str(_, raw) | Token::Char(_, raw) => write!(f, "{raw:?}"),
            Token::Dot => f.write_str("<.>"),
            Token::Op(op) => write!(f, "{op:?}"),
            Token::End => f.write_str("EOF"),
        }
    }
}

/// A list ended with `end` or `else`, and where.
type ListEnd = Option<(usize, String)>;

impl Parser<'_> {
    fn error(&self, at: usize, message: &str) -> String {
        let line = 1 + self.text[..at.min(self.text.len())].matches('\n').count();
        format!("template: main:{line}: {message}")
    }

    fn unexpected<T>(&self, at: usize, token: &Token, context: &str) -> Result<T, String> {
        if *token == Token::End {
            return Err(self.error(at, "unclosed action"));
        }
        Err(self.error(at, &format!("unexpected {token} in {context}")))
    }

    /// Nodes up to `{{end}}`, `{{else}}` or the end of the text.
    fn list(&mut self, top: bool) -> Result<(Vec<Node>, ListEnd), String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(self.at, "max expression depth exceeded"));
        }
        let mut nodes = Vec::new();
        let end = loop {
            let rest = &self.text[self.at..];
            let Some(open) = rest.find("{{") else {
                if !rest.is_empty() {
                    nodes.push(Node::Text(rest.to_owned()));
                }
                self.at = self.text.len();
                if !top {
                    return Err(self.error(self.at, "unexpected EOF"));
                }
                break None;
            };
            let inside = &rest[open + 2..];
            let trims = inside.starts_with('-') && inside[1..].starts_with([' ', '\t', '\r', '\n']);
            let text = &rest[..open];
            let text = if trims {
                text.trim_end_matches(is_space)
            } else {
                text
            };
            if !text.is_empty() {
                nodes.push(Node::Text(text.to_owned()));
            }
            self.at += open + 2 + if trims { 2 } else { 0 };
            if self.text[self.at..].starts_with("/*") {
                self.comment()?;
                continue;
            }
            let start = self.at;
            match self.peek()?.1 {
                Token::Word(word) if word == "end" || word == "else" => {
                    self.next()?;
                    break Some((start, word));
                }
                Token::Word(word) if KEYWORDS.contains(&word.as_str()) => {
                    self.next()?;
                    let node = self.control(&word, start)?;
                    nodes.extend(node);
                }
                _ => {
                    let pipe = self.pipeline("command", Token::Close)?;
                    nodes.push(Node::Action(pipe));
                }
            }
        };
        self.depth -= 1;
        Ok((nodes, end))
    }

    fn comment(&mut self) -> Result<(), String> {
        let Some(len) = self.text[self.at..].find("*/") else {
            return Err(self.error(self.at, "unclosed comment"));
        };
        self.at += len + 2;
        let rest = &self.text[self.at..];
        if rest.starts_with("}}") {
            self.at += 2;
            return Ok(());
        }
        let trimmed = rest
            .strip_prefix(is_space)
            .and_then(|r| r.strip_prefix("-}}"));
        match trimmed {
            Some(_) => {
                self.at += 4;
                self.skip_space();
                Ok(())
            }
            None => Err(self.error(self.at, "comment ends before closing delimiter")),
        }
    }

    fn control(&mut self, word: &str, start: usize) -> Result<Option<Node>, String> {
        Ok(Some(match word {
            "break" | "continue" => {
                self.expect_close(&format!("{{{{{word}}}}}"))?;
                if self.range_depth == 0 {
                    let message = format!("{{{{{word}}}}} outside {{{{range}}}}");
                    return Err(self.error(start, &message));
                }
                match word {
                    "break" => Node::Break,
                    _ => Node::Continue,
                }
            }
            "if" | "with" | "range" => self.branch(word)?,
            "template" => {
                let at = self.peek()?.0;
                let name = self.template_name("template clause")?;
                let pipe = match self.peek()?.1 {
                    Token::Close => {
                        self.next()?;
                        None
                    }
                    _ => Some(self.pipeline("template clause", Token::Close)?),
                };
                Node::Call { at, name, pipe }
            }
            _ => {
                let context = match word {
                    "define" => "define clause",
                    _ => "block clause",
                };
                let name = self.template_name(context)?;
                let pipe = match word {
                    "define" => {
                        self.expect_close(context)?;
                        None
                    }
                    _ => Some(self.pipeline(context, Token::Close)?),
                };
                let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
                let (body, end) = self.list(false)?;
                self.variables = outer;
                match end {
                    Some((_, end)) if end == "end" => self.expect_close("end")?,
                    _ => {
                        return Err(
                            self.error(self.at, &format!("unexpected {{{{else}}}} in {context}"))
                        );
                    }
                }
                self.defined.insert(name.clone(), body);
                match pipe {
                    None => return Ok(None),
                    pipe => Node::Call {
                        at: start,
                        name,
                        pipe,
                    },
                }
            }
        }))
    }

    fn template_name(&mut self, context: &str) -> Result<String, String> {
        match self.next()? {
            (_, Token::Str(name, _)) => Ok(name),
            (at, other) => self.unexpected(at, &other, context),
        }
    }

    fn branch(&mut self, word: &str) -> Result<Node, String> {
        let scope = self.variables.len();
        let pipe = self.pipeline(word, Token::Close)?;
        self.range_depth += usize::from(word == "range");
        let (then, end) = self.list(false)?;
        self.range_depth -= usize::from(word == "range");
        let mut otherwise = Vec::new();
        if end.is_some_and(|(_, end)| end == "else") {
            let chained =
                matches!(self.peek()?.1, Token::Word(next) if next == word) && word != "range";
            if chained {
                self.next()?;
                otherwise.push(self.branch(word)?);
                self.variables.truncate(scope);
                return Ok(Self::made(word, pipe, then, otherwise));
            }
            self.expect_close("else")?;
            let (list, end) = self.list(false)?;
            if end.is_none_or(|(_, end)| end != "end") {
                return Err(self.error(self.at, "expected end; found {{else}}"));
            }
            otherwise = list;
        }
        self.expect_close("end")?;
        self.variables.truncate(scope);
        Ok(Self::made(word, pipe, then, otherwise))
    }

    fn made(word: &str, pipe: Pipe, then: Vec<Node>, otherwise: Vec<Node>) -> Node {
        match word {
            "range" => Node::Range {
                pipe,
                body: then,
                otherwise,
            },
            word => Node::Branch {
                with: word == "with",
                pipe,
                then,
                otherwise,
            },
        }
    }

    fn expect_close(&mut self, context: &str) -> Result<(), String> {
        match self.next()? {
            (_, Token::Close) => Ok(()),
            (at, token) => self.unexpected(at, &token, context),
        }
    }

    fn pipeline(&mut self, context: &str, end: Token) -> Result<Pipe, String> {
        let mut pipe = Pipe {
            variables: Vec::new(),
            declares: true,
            commands: Vec::new(),
        };
        let start = self.at;
        self.declarations(&mut pipe, context)?;
        loop {
            let (at, token) = self.peek()?;
            if token == end {
                self.next()?;
                break;
            }
            if matches!(
                token,
                Token::Close | Token::End | Token::Op(")" | "|" | "," | ":=" | "=")
            ) {
                return self.unexpected(at, &token, context);
            }
            let command = self.command()?;
            if !pipe.commands.is_empty()
                && let Some(first) = command.first()
                && matches!(
                    first.kind,
                    OperandKind::Bool(_)
                        | OperandKind::Nil
                        | OperandKind::Int(..)
                        | OperandKind::Float(..)
                        | OperandKind::Str(..)
                )
            {
                let stage = pipe.commands.len() + 1;
                let message = format!("non executable command in pipeline stage {stage}");
                return Err(self.error(at, &message));
            }
            pipe.commands.push(command);
            if self.peek()?.1 == Token::Op("|") {
                self.next()?;
                let (at, token) = self.peek()?;
                if token == end {
                    return Err(self.error(at, &format!("missing value for {context}")));
                }
            }
        }
        if pipe.commands.is_empty() {
            return Err(self.error(start, &format!("missing value for {context}")));
        }
        Ok(pipe)
    }

    /// `$x :=`, `$x, $y :=`, `$x =`.
    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Result<(), String> {
        let start = self.at;
        let mut names = Vec::new();
        loop {
            let (_, token) = self.next()?;
            let Token::Variable(name) = token else {
                break;
            };
            names.push(name);
            match self.next()?.1 {
                Token::Op(",") if context == "range" && names.len() == 1 => {}
                Token::Op(sign @ (":=" | "=")) => {
                    pipe.declares = sign == ":=";
                    if pipe.declares {
                        self.variables.extend(names.iter().cloned());
                    }
                    pipe.variables = names;
                    return Ok(());
                }
                Token::Op(",") => {
                    let message = format!("too many declarations in {context}");
                    return Err(self.error(start, &message));
                }
                _ => break,
            }
        }
        self.at = start;
        Ok(())
    }

    fn command(&mut self) -> Result<Vec<Operand>, String> {
        let mut words = Vec::new();
        loop {
            let (_, token) = self.peek()?;
            if matches!(
                token,
                Token::Close | Token::End | Token::Op(")" | "|" | "," | ":=" | "=")
            ) {
                return Ok(words);
            }
            words.push(self.operand()?);
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let (at, token) = self.next()?;
        let mut fields = Vec::new();
        let kind = match token {
            Token::Dot => OperandKind::Dot,
            Token::Field(name) => {
                fields.push(name);
                OperandKind::Dot
            }
            Token::Variable(name) => {
                if !self.variables.contains(&name) {
                    return Err(self.error(at, &format!("undefined variable {name:?}")));
                }
                OperandKind::Variable(name)
            }
            Token::Word(word) => match word.as_str() {
                "true" | "false" => OperandKind::Bool(word == "true"),
                "nil" => OperandKind::Nil,
                name if KEYWORDS.contains(&name) => {
                    return self.unexpected(at, &Token::Word(word), "operand");
                }
                name if self.functions.contains(&name) => OperandKind::Function(word),
                name => return Err(self.error(at, &format!("function {name:?} not defined"))),
            },
            Token::Str(value, raw) => OperandKind::Str(value, raw),
            Token::Char(c, raw) => OperandKind::Int(i64::from(c as u32), raw),
            Token::Number(text) => match parse_int(&text) {
                Some(n) => OperandKind::Int(n, text),
                None => match text.replace('_', "").parse() {
                    Ok(x) => OperandKind::Float(x, text),
                    Err(_) => return Err(self.error(at, &format!("bad number syntax: {text:?}"))),
                },
            },
            Token::Op("(") => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.error(at, "max expression depth exceeded"));
                }
                let pipe = self.pipeline("parenthesized pipeline", Token::Op(")"))?;
                self.depth -= 1;
                OperandKind::Pipe(Box::new(pipe))
            }
            token => return self.unexpected(at, &token, "operand"),
        };
        // A field chain follows without blank.
        while self.text[self.at..].starts_with('.') {
            match self.next()? {
                (_, Token::Field(name)) => fields.push(name),
                (at, _) => {
                    let operand = Operand { at, kind, fields };
                    let message = format!("unexpected . after term {:?}", operand.to_string());
                    return Err(self.error(at, &message));
                }
            }
        }
        Ok(Operand { at, kind, fields })
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    fn peek(&mut self) -> Result<(usize, Token), String> {
        let start = self.at;
        let token = self.next();
        self.at = start;
        token
    }

    fn next(&mut self) -> Result<(usize, Token), String> {
        let spaced = self.text[self.at..].starts_with(is_space);
        let before = self.at;
        self.skip_space();
        let at = self.at;
        let rest = &self.text[at..];
        if rest.starts_with("}}") {
            self.at += 2;
            return Ok((at, Token::Close));
        }
        if spaced && rest.starts_with("-}}") {
            self.at += 3;
            self.skip_space();
            return Ok((before, Token::Close));
        }
        let Some(first) = rest.chars().next() else {
            return Ok((at, Token::End));
        };
        let word_len = |text: &str| text.find(|c: char| !is_word(c)).unwrap_or(text.len());
        let token = match first {
            '"' | '\'' | '`' => return self.quoted(at, first),
            '.' if rest[1..].starts_with(|c: char| is_word(c) && !c.is_ascii_digit()) => {
                let len = word_len(&rest[1..]);
                self.at += 1 + len;
                Token::Field(rest[1..1 + len].to_owned())
            }
            '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.at += 1;
                Token::Dot
            }
            '$' => {
                let len = 1 + word_len(&rest[1..]);
                self.at += len;
                Token::Variable(rest[..len].to_owned())
            }
            '+' | '-' | '.' | '0'..='9' => {
                let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
                let len = 1 + rest[1..].find(|c| !part(c)).unwrap_or(rest.len() - 1);
                self.at += len;
                Token::Number(rest[..len].to_owned())
            }
            c if is_word(c) => {
                let len = word_len(rest);
                self.at += len;
                Token::Word(rest[..len].to_owned())
            }
            c => {
                let Some(op) = [":=", "=", "|", "(", ")", ","]
                    .into_iter()
                    .find(|o| rest.starts_with(o))
                else {
                    if c == ':' {
                        return Err(self.error(at, "expected :="));
                    }
                    let message =
                        format!("unrecognized character in action: U+{:04X} '{c}'", c as u32);
                    return Err(self.error(at, &message));
                };
                self.at += op.len();
                Token::Op(op)
            }
        };
        Ok((at, token))
    }

    fn quoted(&mut self, at: usize, quote: char) -> Result<(usize, Token), String> {
        let rest = &self.text[at..];
        let mut chars = rest.char_indices().skip(1);
        let mut end = None;
        while let Some((i, c)) = chars.next() {
            match c {
                '\\' if quote != '`' => {
                    chars.next();
                }
                '\n' if quote != '`' => break,
                c if c == quote => {
                    end = Some(i + 1);
                    break;
                }
                _ => {}
            }
        }
        let what = match quote {
            '"' => "unterminated quoted string",
            '`' => "unterminated raw quoted string",
            _ => "unterminated character constant",
        };
        let Some(end) = end else {
            return Err(self.error(at, what));
        };
        let raw = rest[..end].to_owned();
        self.at = at + end;
        let value = match quote {
            '\'' => unescape(&raw[1..end - 1]),
            '"' => unescape(&raw[1..end - 1]),
            _ => Some(raw[1..end - 1].to_owned()),
        };
        let Some(value) = value else {
            return Err(self.error(at, "invalid syntax"));
        };
        let token = match quote {
            '\'' => {
                let mut chars = value.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => Token::Char(c, raw),
                    _ => {
                        return Err(self.error(at, &format!("malformed character constant: {raw}")));
                    }
                }
            }
            _ => Token::Str(value, raw),
        };
        Ok((at, token))
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.replace('_', "").to_lowercase();
    let prefixed = |prefix: &str| digits.strip_prefix(prefix);
    let n = if let Some(hex) = prefixed("0x") {
        i64::from_str_radix(hex, 16).ok()?
    } else if let Some(octal) = prefixed("0o") {
        i64::from_str_radix(octal, 8).ok()?
    } else if let Some(binary) = prefixed("0b") {
        i64::from_str_radix(binary, 2).ok()?
    } else {
        digits.parse().ok()?
    };
    Some(if negative { -n } else { n })
}

/// The value of the inside of a string or character literal.
fn unescape(inner: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let digits = match chars.next()? {
            'a' => Err('\x07'),
            'b' => Err('\x08'),
            'f' => Err('\x0c'),
            'n' => Err('\n'),
            'r' => Err('\r'),
            't' => Err('\t'),
            'v' => Err('\x0b'),
            c @ ('\\' | '"' | '\'') => Err(c),
            'x' => Ok(2),
            'u' => Ok(4),
            'U' => Ok(8),
            _ => return None,
        };
        out.push(match digits {
            Err(c) => c,
            Ok(n) => {
                let digits: String = chars.by_ref().take(n).collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
            }
        });
    }
    Some(out)
}
