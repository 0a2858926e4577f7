//! Build constraints: `//go:build` expressions and the older `// +build` lines.
//!
//! The grammar is that of the Go documentation (`go help buildconstraint`):
//! `||` binds least, then `&&`, then `!`; operands are tags or parenthesised.

use gust_syntax::unicode::{is_digit, is_letter};

/// A parsed constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// A tag, satisfied when the build has it.
    Tag(String),
    /// `!x`.
    Not(Box<Constraint>),
    /// `x && y && ...`.
    All(Vec<Constraint>),
    /// `x || y || ...`.
    Any(Vec<Constraint>),
}

/// How many operands an expression may have before it counts as hostile.
const MAX_OPERANDS: usize = 1000;
/// How many operators a `+build` line may have.
const MAX_PLUS_BUILD_OPERATORS: usize = 100;

impl Constraint {
    /// Whether the constraint holds when `has` tells which tags do.
    pub fn eval(&self, has: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Constraint::Tag(tag) => has(tag),
            Constraint::Not(x) => !x.eval(has),
            Constraint::All(list) => list.iter().all(|x| x.eval(has)),
            Constraint::Any(list) => list.iter().any(|x| x.eval(has)),
        }
    }

    /// Parses the expression of a `//go:build` line (what follows `//go:build`).
    ///
    /// # Errors
    /// The official text, such as `unexpected token )`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser {
            text,
            at: 0,
            token: "",
            is_tag: false,
            operands: 0,
        };
        let expr = parser.any()?;
        if !parser.token.is_empty() {
            return Err(format!("unexpected token {}", parser.token));
        }
        Ok(expr)
    }

    /// Parses what follows `+build` on its line: blanks mean or, commas mean and. Malformed tags become
    /// `ignore`, as the form promises never to fail. `None` when there is too much of it.
    #[must_use]
    pub fn parse_plus_build(text: &str) -> Option<Self> {
        let mut operators = 0;
        let mut any = Vec::new();
        for clause in text.split_whitespace() {
            let mut all = Vec::new();
            for literal in clause.split(',') {
                let (negated, tag) = match literal.strip_prefix('!') {
                    Some(tag) if tag.is_empty() || tag.starts_with('!') => (false, "ignore"),
                    Some(tag) => (true, tag),
                    None => (false, literal),
                };
                let valid = !tag.is_empty() && tag.chars().all(is_tag_char);
                let tag = Constraint::Tag(if valid { tag } else { "ignore" }.to_owned());
                all.push(if negated {
                    Constraint::Not(Box::new(tag))
                } else {
                    tag
                });
            }
            operators += all.len();
            any.push(Self::joined(all, Constraint::All));
        }
        if operators > MAX_PLUS_BUILD_OPERATORS + 1 {
            return None;
        }
        if any.is_empty() {
            any.push(Constraint::Tag("ignore".to_owned()));
        }
        Some(Self::joined(any, Constraint::Any))
    }

    fn joined(mut list: Vec<Self>, join: fn(Vec<Self>) -> Self) -> Self {
        match list.pop() {
            Some(only) if list.is_empty() => only,
            Some(last) => {
                list.push(last);
                join(list)
            }
            None => join(list),
        }
    }
}

/// The expression of a `//go:build` comment line; `None` when `line` is not one.
#[must_use]
pub fn go_build_text(line: &str) -> Option<&str> {
    directive_text(line.trim().strip_prefix("//go:build")?)
}

/// What follows `+build` in a comment line of that form.
#[must_use]
pub fn plus_build_text(line: &str) -> Option<&str> {
    directive_text(line.strip_prefix("//")?.trim().strip_prefix("+build")?)
}

/// `rest` trimmed if the directive's name ended where it starts.
fn directive_text(rest: &str) -> Option<&str> {
    let trimmed = rest.trim();
    (rest.is_empty() || trimmed.len() < rest.len()).then_some(trimmed)
}

fn is_tag_char(c: char) -> bool {
    c == '_' || c == '.' || is_letter(c) || is_digit(c)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    token: &'a str,
    is_tag: bool,
    operands: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Constraint, String> {
        let mut list = vec![self.all()?];
        while self.token == "||" {
            list.push(self.all()?);
        }
        Ok(Constraint::joined(list, Constraint::Any))
    }

    fn all(&mut self) -> Result<Constraint, String> {
        let mut list = vec![self.operand()?];
        while self.token == "&&" {
            list.push(self.operand()?);
        }
        Ok(Constraint::joined(list, Constraint::All))
    }

    fn operand(&mut self) -> Result<Constraint, String> {
        self.operands += 1;
        if self.operands > MAX_OPERANDS {
            return Err("build expression too large".to_owned());
        }
        self.advance()?;
        if self.token != "!" {
            return self.atom();
        }
        self.advance()?;
        if self.token == "!" {
            return Err("double negation not allowed".to_owned());
        }
        Ok(Constraint::Not(Box::new(self.atom()?)))
    }

    fn atom(&mut self) -> Result<Constraint, String> {
        const END: &str = "unexpected end of expression";
        const UNCLOSED: &str = "missing close paren";
        if self.token == "(" {
            let inner = self.any().map_err(|e| match e.as_str() {
                END => UNCLOSED.to_owned(),
                _ => e,
            })?;
            if self.token != ")" {
                return Err(UNCLOSED.to_owned());
            }
            self.advance()?;
            return Ok(inner);
        }
        if !self.is_tag {
            return Err(match self.token {
                "" => END.to_owned(),
                token => format!("unexpected token {token}"),
            });
        }
        let tag = Constraint::Tag(self.token.to_owned());
        self.advance()?;
        Ok(tag)
    }

    /// Reads the next token; an empty one stands for the end.
    fn advance(&mut self) -> Result<(), String> {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t']);
        let start = self.text.len() - rest.len();
        let mut chars = rest.chars();
        self.is_tag = false;
        let len = match chars.next() {
            None => 0,
            Some('(' | ')' | '!') => 1,
            Some(c @ ('&' | '|')) => {
                if chars.next() != Some(c) {
                    return Err(format!("invalid syntax at {c}"));
                }
                2
            }
            Some(c) => {
                let len = rest.find(|c| !is_tag_char(c)).unwrap_or(rest.len());
                if len == 0 {
                    return Err(format!("invalid syntax at {c}"));
                }
                self.is_tag = true;
                len
            }
        };
        self.at = start + len;
        self.token = &self.text[start..self.at];
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, tags: &[&str]) -> bool {
        Constraint::parse(text)
            .unwrap()
            .eval(&mut |t| tags.contains(&t))
    }

    #[test]
    fn precedence() {
        assert!(holds("a || b && c", &["a"]));
        assert!(!holds("(a || b) && c", &["a"]));
        assert!(holds("!a && !(b || c)", &["d"]));
        assert!(!holds("!a && !(b || c)", &["c"]));
        assert!(holds("go1.21&&ünïx", &["go1.21", "ünïx"]));
    }

    #[test]
    fn errors() {
        for (text, want) in [
            ("", "unexpected end of expression"),
            ("a &&", "unexpected end of expression"),
            ("(a", "missing close paren"),
            ("(a &&", "missing close paren"),
            ("a)", "unexpected token )"),
            ("a b", "unexpected token b"),
            ("!!a", "double negation not allowed"),
            ("a & b", "invalid syntax at &"),
            ("a && -b", "invalid syntax at -"),
            ("&& a", "unexpected token &&"),
        ] {
            assert_eq!(Constraint::parse(text).unwrap_err(), want, "{text}");
        }
        let long = vec!["a"; 1001].join(" || ");
        assert_eq!(
            Constraint::parse(&long).unwrap_err(),
            "build expression too large"
        );
        assert!(Constraint::parse(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn plus_build() {
        let holds = |text: &str, tags: &[&str]| {
            Constraint::parse_plus_build(text)
                .unwrap()
                .eval(&mut |t| tags.contains(&t))
        };
        assert!(holds("linux,386 darwin,!cgo", &["darwin"]));
        assert!(!holds("linux,386 darwin,!cgo", &["linux", "darwin", "cgo"]));
        assert!(!holds("", &["linux"]));
        assert!(!holds("!!linux", &["linux"]));
        assert!(holds("a-b !c", &["ignore"]));
        assert_eq!(Constraint::parse_plus_build(&"a ".repeat(200)), None);
    }

    #[test]
    fn lines() {
        assert_eq!(go_build_text("//go:build  a && b \r"), Some("a && b"));
        assert_eq!(go_build_text("//go:buildx a"), None);
        assert_eq!(go_build_text("// go:build a"), None);
        assert_eq!(plus_build_text("// +build a b"), Some("a b"));
        assert_eq!(plus_build_text("//+build a"), Some("a"));
        assert_eq!(plus_build_text("// +builda"), None);
    }
}
