//! The `godebug` lines of `go.mod` and `go.work`: whether a setting exists.

use super::gover;
use crate::goenv::{GoEnv, quote};

/// The settings that the standard library in GOROOT knows, read from its table.
#[derive(Clone, Debug, Default)]
pub struct Godebugs {
    known: Vec<String>,
    /// Settings that are gone, and the minor release that dropped them.
    removed: Vec<(String, String)>,
}

impl Godebugs {
    /// Reads the table of the distribution; `None` when it has none.
    pub fn read(env: &GoEnv) -> Option<Godebugs> {
        let file = env.goroot()?.join("src/internal/godebugs/table.go");
        let table = Godebugs::parse(&std::fs::read_to_string(file).ok()?);
        (!table.known.is_empty()).then_some(table)
    }

    fn parse(text: &str) -> Godebugs {
        let mut table = Godebugs::default();
        for line in text.lines().map(str::trim) {
            let Some((name, rest)) = line
                .strip_prefix("{Name: \"")
                .and_then(|r| r.split_once('"'))
            else {
                continue;
            };
            match rest.split_once("Removed: ") {
                Some((_, r)) => {
                    let digits: String = r.chars().take_while(char::is_ascii_digit).collect();
                    table.removed.push((name.to_owned(), digits));
                }
                None => table.known.push(name.to_owned()),
            }
        }
        table
    }

    /// Checks one setting. `local` is our Go release.
    pub fn check(&self, key: &str, value: &str, local: &str) -> Result<(), String> {
        for (what, text) in [("key", key), ("value", value)] {
            if text.contains([' ', '\t']) {
                return Err(format!("{what} contains space"));
            }
            if text.contains(',') {
                return Err(format!("{what} contains comma"));
            }
        }
        if key == "default" {
            let version = value.strip_prefix("go").filter(|v| gover::is_valid(v));
            return match version {
                None => Err("value for default= must be goVERSION".to_owned()),
                Some(v) if gover::compare(v, local).is_gt() => {
                    Err(format!("default={value} too new (toolchain is go{local})"))
                }
                Some(_) => Ok(()),
            };
        }
        if self.known.iter().any(|k| k == key) {
            return Ok(());
        }
        match self.removed.iter().find(|(k, _)| k == key) {
            Some((_, minor)) => Err(format!(
                "use of removed godebug {}, see https://go.dev/doc/godebug#go-1{minor}",
                quote(key)
            )),
            None => Err(format!("unknown godebug {}", quote(key))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings() {
        let t = Godebugs::parse(
            "var All = []Info{\n\t{Name: \"alpha\", Package: \"x\"},\n}\nvar Removed = []R{\n\t{Name: \"beta\", Removed: 26},\n}\n",
        );
        let check = |k: &str, v: &str| t.check(k, v, "1.26.8").err().unwrap_or_default();
        assert_eq!(check("alpha", "1"), "");
        assert_eq!(check("gamma", "1"), "unknown godebug \"gamma\"");
        assert_eq!(
            check("beta", "1"),
            "use of removed godebug \"beta\", see https://go.dev/doc/godebug#go-126"
        );
        assert_eq!(check("default", "go1.21"), "");
        assert_eq!(
            check("default", "1.21"),
            "value for default= must be goVERSION"
        );
        assert_eq!(
            check("default", "go1.99"),
            "default=go1.99 too new (toolchain is go1.26.8)"
        );
        assert_eq!(check("a b", "1"), "key contains space");
        assert_eq!(check("alpha", "1,2"), "value contains comma");
    }
}
