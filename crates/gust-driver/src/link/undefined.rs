//! What the linker says of symbols that nothing defines.

use std::fmt;

/// A function or variable that is used and defined nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undefined {
    /// Its symbol.
    pub symbol: String,
    /// The function or variable that uses it first.
    pub user: Option<String>,
    /// Where, as `file:line`.
    pub place: Option<String>,
    /// What more there is to say.
    pub note: Option<String>,
    /// Where it is declared without a body, as `file:line:column`.
    pub declared: Option<String>,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.symbol == "main.main" {
            let text = "function main is undeclared in the main package";
            return write!(f, "runtime.main_main·f: {text}");
        }
        if let Some(declared) = &self.declared {
            let (_, name) = self.symbol.rsplit_once('.').unwrap_or(("", &self.symbol));
            write!(f, "{declared}: function {name} is declared without a body")?;
            if let Some(note) = &self.note {
                write!(f, ": {note}")?;
            }
            if let Some(user) = &self.user {
                write!(f, "\n\tused by {user}")?;
                if let Some(place) = &self.place {
                    write!(f, " at {place}")?;
                }
            }
            return Ok(());
        }
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        if let Some(user) = &self.user {
            write!(f, "{user}: ")?;
        }
        write!(f, "relocation target {} not defined", self.symbol)?;
        if let Some(note) = &self.note {
            write!(f, ": {note}")?;
        }
        Ok(())
    }
}

/// Reads the linker's messages; empty if they speak of other things too.
#[must_use]
pub fn parse(text: &str) -> Vec<Undefined> {
    let mut out: Vec<Undefined> = Vec::new();
    for line in text.lines() {
        if let Some((_, error)) = line.split_once("error: ") {
            // `undefined symbol: f`, `undefined hidden symbol: f`
            let symbol = error
                .split_once("symbol: ")
                .filter(|(kind, _)| kind.starts_with("undefined "));
            let Some((_, symbol)) = symbol else {
                return Vec::new();
            };
            out.push(Undefined {
                symbol: symbol.to_owned(),
                user: None,
                place: None,
                note: None,
                declared: None,
            });
        } else if let (Some(rest), Some(last)) = (line.strip_prefix(">>>"), out.last_mut()) {
            let rest = rest.trim_start();
            if let Some(by) = rest.strip_prefix("referenced by ") {
                // `x.go:5 (/folder/x.go:5)`, or the object's name where lines are not known.
                let place = by.rsplit_once(" (").and_then(|(_, p)| p.strip_suffix(')'));
                if last.place.is_none() {
                    last.place = place.map(str::to_owned);
                }
            }
            // `object:(.text.main.main+0x5)` or `object:(main.main)`
            if last.user.is_none()
                && let Some((_, user)) = rest.rsplit_once(":(")
                && let Some(user) = user.strip_suffix(')')
            {
                let user = user.rsplit_once("+0x").map_or(user, |(u, _)| u);
                let user = user.strip_prefix(".text.").unwrap_or(user);
                last.user = Some(user.to_owned());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_symbols_are_read() {
        let text = "ld.lld: error: undefined symbol: main.f\n\
            >>> referenced by x.go:5 (/w/x.go:5)\n\
            >>>               /cache/0a/0abc-d:(main.main)\n\
            >>> referenced by x.go:9 (/w/x.go:9)\n\
            >>>               /cache/0a/0abc-d:(main.other)\n\n\
            ld.lld: error: undefined hidden symbol: a/b.(*T).M\n\
            >>> referenced by /cache/0a/0abc-d:(.data.x+0x8)\n";
        let shown: Vec<_> = parse(text).iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "/w/x.go:5: main.main: relocation target main.f not defined",
                ".data.x: relocation target a/b.(*T).M not defined"
            ]
        );
    }

    #[test]
    fn other_errors_are_not_ours() {
        let text = "ld.lld: error: undefined symbol: f\nld.lld: error: duplicate symbol: g\n";
        assert!(parse(text).is_empty());
    }
}
