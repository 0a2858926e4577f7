//! The language version that a `//go:build` expression asks for.
//!
//! `go1.N` alone or in a conjunction asks for version N, a disjunction for the least that one
//! of its sides asks for. Every subexpression is read with what it and its negation imply.

use crate::unicode;

/// As many operands as the official tool takes.
const MAX_OPERANDS: usize = 1000;

/// The minor version that an expression implies, and the one that its negation implies; `None`
/// is less than any.
type Implied = (Option<u32>, Option<u32>);

struct Reader<'t> {
    rest: &'t str,
    operands: usize,
}

/// The version (`go1.21`) implied by the expression `text` behind `//go:build`; `None` as well
/// if it is not an expression. The outer `None` says that it is not an expression.
pub(super) fn implied_version(text: &str) -> Option<Option<String>> {
    let mut reader = Reader {
        rest: text,
        operands: 0,
    };
    let (version, _) = reader.or()?;
    if !reader.peek().is_empty() {
        return None;
    }
    Some(version.map(|minor| match minor {
        0 => "go1".to_string(),
        minor => format!("go1.{minor}"),
    }))
}

impl<'t> Reader<'t> {
    fn peek(&mut self) -> &'t str {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        self.rest
    }

    fn got(&mut self, token: &str) -> bool {
        match self.peek().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> Option<Implied> {
        let (mut yes, mut no) = self.and()?;
        while self.got("||") {
            let y = self.and()?;
            (yes, no) = (yes.min(y.0), no.max(y.1));
        }
        Some((yes, no))
    }

    fn and(&mut self) -> Option<Implied> {
        let (mut yes, mut no) = self.not()?;
        while self.got("&&") {
            let y = self.not()?;
            (yes, no) = (yes.max(y.0), no.min(y.1));
        }
        Some((yes, no))
    }

    fn not(&mut self) -> Option<Implied> {
        self.operands += 1;
        if self.operands > MAX_OPERANDS {
            return None;
        }
        if self.got("!") {
            let (yes, no) = self.atom()?;
            return Some((no, yes));
        }
        self.atom()
    }

    fn atom(&mut self) -> Option<Implied> {
        if self.got("(") {
            let x = self.or()?;
            return self.got(")").then_some(x);
        }
        let text = self.peek();
        let in_tag =
            |c: char| unicode::is_letter(c) || unicode::is_digit(c) || c == '_' || c == '.';
        let len = text.find(|c| !in_tag(c)).unwrap_or(text.len());
        let (tag, rest) = text.split_at(len);
        self.rest = rest;
        if tag.is_empty() {
            return None;
        }
        let version = match tag.split_once("go1.") {
            _ if tag == "go1" => Some(0),
            Some((_, minor)) => minor.parse().ok(),
            None => None,
        };
        Some((version, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> String {
        match implied_version(text) {
            None => "no expression".into(),
            Some(None) => "none".into(),
            Some(Some(version)) => version,
        }
    }

    #[test]
    fn versions() {
        let cases = [
            ("go1.21", "go1.21"),
            ("go1", "go1"),
            ("linux", "none"),
            ("linux && go1.22", "go1.22"),
            ("(linux && go1.22) || (windows && go1.20)", "go1.20"),
            ("linux || (windows && go1.22)", "none"),
            ("!go1.22", "none"),
            ("!(!go1.22)", "go1.22"),
            ("!(!go1.22 || linux)", "go1.22"),
            ("go1.18 && go1.20", "go1.20"),
            ("go1.x", "none"),
            ("go1.21.3", "none"),
        ];
        for (text, expected) in cases {
            assert_eq!(version(text), expected, "{text}");
        }
    }

    #[test]
    fn not_expressions() {
        let large = vec!["a"; 1001].join(" && ");
        let deep = "(".repeat(100_000);
        for text in [
            "", "a b", "a &&", "&& a", "!!a", "(a", "a)", "a & b", "a,b", &large, &deep,
        ] {
            let start: String = text.chars().take(20).collect();
            assert_eq!(version(text), "no expression", "{start}");
        }
    }
}
