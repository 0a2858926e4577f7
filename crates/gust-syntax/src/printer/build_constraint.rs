//! Build constraint lines, `//go:build` and the older `// +build`, as expressions over tags.

use crate::unicode::{is_digit, is_letter};

/// A constraint. Conjunctions and disjunctions are flat: no operand has the kind of its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Constraint {
    Tag(String),
    Not(Box<Constraint>),
    And(Vec<Constraint>),
    Or(Vec<Constraint>),
}

impl Constraint {
    /// Parses one comment. `None` means that it is no constraint or a malformed one.
    pub fn parse(line: &str) -> Option<Constraint> {
        if let Some(text) = split_go_build(line) {
            Parser::parse(text)
        } else {
            parse_plus_build(split_plus_build(line)?)
        }
    }

    /// The conjunction of all operands; at least one.
    pub fn and(operands: Vec<Constraint>) -> Constraint {
        let mut flat = Vec::with_capacity(operands.len());
        for x in operands {
            match x {
                Constraint::And(list) => flat.extend(list),
                x => flat.push(x),
            }
        }
        if flat.len() == 1 {
            flat.remove(0)
        } else {
            Constraint::And(flat)
        }
    }

    /// The disjunction of all operands; at least one.
    fn or(operands: Vec<Constraint>) -> Constraint {
        let mut flat = Vec::with_capacity(operands.len());
        for x in operands {
            match x {
                Constraint::Or(list) => flat.extend(list),
                x => flat.push(x),
            }
        }
        if flat.len() == 1 {
            flat.remove(0)
        } else {
            Constraint::Or(flat)
        }
    }

    /// The expression in the syntax of `//go:build` lines.
    pub fn to_go_build(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let (operands, operator) = match self {
            Constraint::Tag(tag) => return out.push_str(tag),
            Constraint::Not(x) => {
                out.push('!');
                return x.write_operand(out);
            }
            Constraint::And(list) => (list, " && "),
            Constraint::Or(list) => (list, " || "),
        };
        for (i, x) in operands.iter().enumerate() {
            if i > 0 {
                out.push_str(operator);
            }
            x.write_operand(out);
        }
    }

    fn write_operand(&self, out: &mut String) {
        if matches!(self, Constraint::And(_) | Constraint::Or(_)) {
            out.push('(');
            self.write(out);
            out.push(')');
        } else {
            self.write(out);
        }
    }

    /// The equivalent `// +build` lines, whose conjunction each is a disjunction of conjunctions of
    /// tags. `None` means that the expression is too complex for that form.
    pub fn to_plus_build(&self) -> Option<Vec<String>> {
        let normal = self.with_negation_inside(false);
        let mut lines = normal
            .conjuncts()
            .iter()
            .map(|line| {
                let words = line.disjuncts().iter();
                words
                    .map(|word| word.conjuncts().iter().map(literal).collect())
                    .collect()
            })
            .collect::<Option<Vec<Vec<Vec<String>>>>>()?;
        if lines.iter().all(|words| words.len() == 1) {
            // Only conjunctions: one line suffices.
            let tags = lines.into_iter().flatten().flatten().collect();
            lines = vec![vec![tags]];
        }
        let as_line = |words: Vec<Vec<String>>| {
            words.iter().fold("// +build".to_owned(), |line, tags| {
                line + " " + &tags.join(",")
            })
        };
        Some(lines.into_iter().map(as_line).collect())
    }

    fn conjuncts(&self) -> &[Constraint] {
        match self {
            Constraint::And(list) => list,
            x => std::slice::from_ref(x),
        }
    }

    fn disjuncts(&self) -> &[Constraint] {
        match self {
            Constraint::Or(list) => list,
            x => std::slice::from_ref(x),
        }
    }

    /// The expression, or its negation, with only tags negated.
    fn with_negation_inside(&self, negate: bool) -> Constraint {
        let all = |list: &[Constraint]| {
            list.iter()
                .map(|x| x.with_negation_inside(negate))
                .collect::<Vec<_>>()
        };
        match self {
            Constraint::Tag(_) if negate => Constraint::Not(Box::new(self.clone())),
            Constraint::Tag(_) => self.clone(),
            Constraint::Not(x) => x.with_negation_inside(!negate),
            Constraint::And(list) if negate => Constraint::or(all(list)),
            Constraint::Or(list) if negate => Constraint::and(all(list)),
            Constraint::And(list) => Constraint::and(all(list)),
            Constraint::Or(list) => Constraint::or(all(list)),
        }
    }
}

/// A tag or negated tag.
fn literal(x: &Constraint) -> Option<String> {
    matches!(x, Constraint::Tag(_) | Constraint::Not(_)).then(|| x.to_go_build())
}

/// Reports whether the comment is a `//go:build` line, well-formed or not.
pub(crate) fn is_go_build(line: &str) -> bool {
    split_go_build(line).is_some()
}

/// Reports whether the comment is a `// +build` line, well-formed or not.
pub(crate) fn is_plus_build(line: &str) -> bool {
    split_plus_build(line).is_some()
}

fn split_go_build(line: &str) -> Option<&str> {
    keyword_argument(line.strip_prefix("//go:build")?)
}

fn split_plus_build(line: &str) -> Option<&str> {
    keyword_argument(
        line.strip_prefix("//")?
            .trim_start()
            .strip_prefix("+build")?,
    )
}

/// The text after a keyword, which must end at white space or at the end of the line.
fn keyword_argument(rest: &str) -> Option<&str> {
    if rest.contains('\n') {
        return None;
    }
    let rest = rest.trim_end();
    let text = rest.trim_start();
    (rest.is_empty() || text.len() < rest.len()).then_some(text)
}

fn is_tag_char(c: char) -> bool {
    is_letter(c) || is_digit(c) || matches!(c, '_' | '.')
}

/// Parses `!a,b c`: words are alternatives, commas join.
fn parse_plus_build(text: &str) -> Option<Constraint> {
    /// More operators than in any sensible line.
    const MAX_OPERATORS: usize = 100;
    /// Stands for whatever cannot be a tag; it is never set.
    const INVALID: &str = "ignore";

    let mut operators: usize = 0;
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        let terms: Vec<_> = word
            .split(',')
            .map(|term| {
                let (name, negated) = match term.strip_prefix('!') {
                    Some("") => (INVALID, false),
                    Some(rest) if rest.starts_with('!') => (INVALID, false),
                    Some(rest) => (rest, true),
                    None => (term, false),
                };
                let valid = !name.is_empty() && name.chars().all(is_tag_char);
                let tag = Constraint::Tag(if valid { name } else { INVALID }.to_owned());
                if negated {
                    Constraint::Not(Box::new(tag))
                } else {
                    tag
                }
            })
            .collect();
        operators += terms.len();
        words.push(Constraint::and(terms));
    }
    if operators.saturating_sub(1) > MAX_OPERATORS {
        return None;
    }
    Some(if words.is_empty() {
        Constraint::Tag(INVALID.to_owned())
    } else {
        Constraint::or(words)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Tag(&'a str),
    Op(&'static str),
    End,
}

/// A recursive descent parser; `None` is a syntax error.
struct Parser<'a> {
    rest: &'a str,
    token: Token<'a>,
    operands: usize,
}

impl<'a> Parser<'a> {
    /// Bounds the depth of the recursion.
    const MAX_OPERANDS: usize = 1000;

    fn parse(text: &'a str) -> Option<Constraint> {
        let mut parser = Parser {
            rest: text,
            token: Token::End,
            operands: 0,
        };
        // Text behind the expression is dropped, as the official formatter does.
        parser.or()
    }

    fn or(&mut self) -> Option<Constraint> {
        let mut operands = vec![self.and()?];
        while self.token == Token::Op("||") {
            operands.push(self.and()?);
        }
        Some(Constraint::or(operands))
    }

    fn and(&mut self) -> Option<Constraint> {
        let mut operands = vec![self.not()?];
        while self.token == Token::Op("&&") {
            operands.push(self.not()?);
        }
        Some(Constraint::and(operands))
    }

    fn not(&mut self) -> Option<Constraint> {
        self.operands += 1;
        if self.operands > Self::MAX_OPERANDS {
            return None;
        }
        self.advance()?;
        if self.token != Token::Op("!") {
            return self.atom();
        }
        self.advance()?;
        // A second negation is not an atom, so it is an error, as it should be.
        Some(Constraint::Not(Box::new(self.atom()?)))
    }

    fn atom(&mut self) -> Option<Constraint> {
        let x = match self.token {
            Token::Tag(tag) => Constraint::Tag(tag.to_owned()),
            Token::Op("(") => {
                let x = self.or()?;
                if self.token != Token::Op(")") {
                    return None;
                }
                x
            }
            _ => return None,
        };
        self.advance()?;
        Some(x)
    }

    fn advance(&mut self) -> Option<()> {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        let op = ["(", ")", "!", "&&", "||"]
            .into_iter()
            .find(|op| self.rest.starts_with(op));
        let (token, len) = if let Some(op) = op {
            (Token::Op(op), op.len())
        } else if self.rest.is_empty() {
            (Token::End, 0)
        } else {
            let len = self
                .rest
                .find(|c| !is_tag_char(c))
                .unwrap_or(self.rest.len());
            if len == 0 {
                return None;
            }
            (Token::Tag(&self.rest[..len]), len)
        };
        self.token = token;
        self.rest = &self.rest[len..];
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn go_build(text: &str) -> Option<String> {
        Constraint::parse(text).map(|x| x.to_go_build())
    }

    #[test]
    fn normal_form() {
        for (line, want) in [
            ("//go:build a&&b ||  !c", "(a && b) || !c"),
            ("//go:build (a || (b)) && ((c))", "(a || b) && c"),
            ("//go:build !(a && b)", "!(a && b)"),
            ("//go:build a && (b && c)", "a && b && c"),
            ("// +build a,!b c", "(a && !b) || c"),
            ("//go:build a b", "a"),
            ("//go:build (a) )", "a"),
            ("//+build linux", "linux"),
            ("// +build !!a", "ignore"),
            ("// +build", "ignore"),
        ] {
            assert_eq!(go_build(line).as_deref(), Some(want), "{line}");
        }
    }

    #[test]
    fn errors() {
        for line in [
            "//go:build",
            "//go:build !!a",
            "//go:build (a",
            "//go:build a & b",
            "//go:build a-b",
            "//go:buildx a",
            "// +buildx",
            "// go:build a",
        ] {
            assert_eq!(go_build(line), None, "{line}");
        }
        let deep = format!("//go:build {}a", "(".repeat(100_000));
        assert_eq!(go_build(&deep), None);
        assert!(!is_go_build("//go:buildx"));
        assert!(is_go_build("//go:build"));
        assert!(is_plus_build("//   +build"));
    }

    #[test]
    fn plus_build_lines() {
        let lines = |text| {
            Constraint::parse(text)
                .unwrap()
                .to_plus_build()
                .map(|l| l.join("\n"))
        };
        assert_eq!(lines("//go:build a && !b").unwrap(), "// +build a,!b");
        assert_eq!(
            lines("//go:build (a && b) || c").unwrap(),
            "// +build a,b c"
        );
        assert_eq!(
            lines("//go:build (a || b) && c").unwrap(),
            "// +build a b\n// +build c"
        );
        assert_eq!(lines("//go:build !(a && b)").unwrap(), "// +build !a !b");
        assert_eq!(lines("//go:build a && ((b && (c || d)) || e)"), None);
    }
}
