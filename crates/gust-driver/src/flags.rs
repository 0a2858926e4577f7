//! Command-line flags as the `go` command has them: `-name`, `--name`, `-name=value`,
//! `-name value`; flags end at the first argument that is none, or at `--`.
//!
//! No argument-parsing crate reads long names behind a single dash without taking `-json` for
//! `-j -s -o -n`, so this small one is our own.

use std::fmt;

/// One flag that a command takes.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Name without dash.
    pub name: &'static str,
    /// Whether it takes a value. One that does not may still be given `=true` or `=false`.
    pub takes_value: bool,
    /// One line for the help text.
    pub help: &'static str,
}

/// A flag without value.
#[must_use]
pub const fn switch(name: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        takes_value: false,
        help,
    }
}

/// A flag with a value.
#[must_use]
pub const fn value(name: &'static str, help: &'static str) -> Flag {
    Flag {
        name,
        takes_value: true,
        help,
    }
}

/// The flags and arguments found on a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    values: Vec<(&'static str, String)>,
    /// What followed the flags.
    pub args: Vec<String>,
}

impl Parsed {
    /// The last value given for a flag.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .rev()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
    }

    /// All values given for a flag, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values
            .iter()
            .filter(move |(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.value(name) == Some("true")
    }
}

/// What is wrong with a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlagError {
    /// Not a flag of the command; the nearest one that is, if any is near.
    Unknown(String, Option<&'static str>),
    /// A flag that needs a value came last.
    MissingValue(String),
    /// A switch was given a value that is no boolean.
    NotBoolean(String, String),
    /// A value that cannot be read: flag and value.
    BadValue(String, String),
    /// `-`, `---x` or `-=x`.
    BadSyntax(String),
    /// `-h`, `-help`.
    Help,
}

impl fmt::Display for FlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlagError::Unknown(name, near) => {
                write!(f, "flag provided but not defined: -{name}")?;
                near.map_or(Ok(()), |near| write!(f, " (did you mean -{near}?)"))
            }
            FlagError::MissingValue(name) => write!(f, "flag needs an argument: -{name}"),
            FlagError::BadValue(name, value) => {
                write!(f, "invalid value {value:?} for flag -{name}: parse error")
            }
            FlagError::NotBoolean(name, value) => {
                write!(
                    f,
                    "invalid boolean value {value:?} for -{name}: parse error"
                )
            }
            FlagError::BadSyntax(arg) => write!(f, "bad flag syntax: {arg}"),
            FlagError::Help => f.write_str("help requested"),
        }
    }
}

impl std::error::Error for FlagError {}

/// Splits `args` into flags and arguments.
///
/// # Errors
/// The first thing that is no flag of the command.
pub fn parse(flags: &[Flag], args: &[String]) -> Result<Parsed, FlagError> {
    let mut parsed = Parsed::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.as_slice().first() {
        let Some(text) = arg.strip_prefix('-').filter(|t| !t.is_empty()) else {
            break;
        };
        rest.next();
        if text == "-" {
            break;
        }
        let text = text.strip_prefix('-').unwrap_or(text);
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_string())),
            None => (text, None),
        };
        if name.is_empty() || name.starts_with('-') {
            return Err(FlagError::BadSyntax(arg.clone()));
        }
        let Some(flag) = flags.iter().find(|f| f.name == name) else {
            if name == "h" || name == "help" {
                return Err(FlagError::Help);
            }
            return Err(FlagError::Unknown(name.to_string(), nearest(flags, name)));
        };
        let value = match (flag.takes_value, inline) {
            (true, Some(value)) => value,
            (true, None) => match rest.next() {
                Some(value) => value.clone(),
                None => return Err(FlagError::MissingValue(name.to_string())),
            },
            (false, None) => "true".to_string(),
            (false, Some(value)) => match value.as_str() {
                "1" | "t" | "T" | "true" | "TRUE" | "True" => "true".to_string(),
                "0" | "f" | "F" | "false" | "FALSE" | "False" => "false".to_string(),
                _ => return Err(FlagError::NotBoolean(name.to_string(), value)),
            },
        };
        parsed.values.push((flag.name, value));
    }
    parsed.args = rest.cloned().collect();
    Ok(parsed)
}

/// The flag whose name is nearest to `name`, if a slip of the fingers could explain it.
fn nearest(flags: &[Flag], name: &str) -> Option<&'static str> {
    nearest_of(flags.iter().map(|f| f.name), name)
}

/// The candidate nearest to `name` by edit distance, if near enough to be meant.
pub fn nearest_of(
    candidates: impl Iterator<Item = &'static str>,
    name: &str,
) -> Option<&'static str> {
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(candidate, name), candidate))
        .min()
        .filter(|&(distance, candidate)| distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[switch("json", ""), value("tags", ""), switch("e", "")];

    fn parsed(args: &[&str]) -> Result<Parsed, FlagError> {
        parse(
            FLAGS,
            &args.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn flags_end_at_the_first_argument() {
        let p = parsed(&["-json", "--tags=a,b", "-e=false", "x.go", "-json=false"]).unwrap();
        assert!(p.is_set("json"));
        assert!(!p.is_set("e"));
        assert_eq!(p.value("tags"), Some("a,b"));
        assert_eq!(p.args, ["x.go", "-json=false"]);
    }

    #[test]
    fn values_may_stand_apart() {
        let p = parsed(&["-tags", "-x", "--", "-json"]).unwrap();
        assert_eq!(p.value("tags"), Some("-x"));
        assert_eq!(p.args, ["-json"]);
    }

    #[test]
    fn a_lone_dash_is_an_argument() {
        assert_eq!(parsed(&["-", "-e"]).unwrap().args, ["-", "-e"]);
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            parsed(&["-jsno"]),
            Err(FlagError::Unknown("jsno".into(), Some("json")))
        );
        assert_eq!(
            parsed(&["-verbose"]),
            Err(FlagError::Unknown("verbose".into(), None))
        );
        assert_eq!(
            parsed(&["-tags"]),
            Err(FlagError::MissingValue("tags".into()))
        );
        assert_eq!(
            parsed(&["-e=2"]),
            Err(FlagError::NotBoolean("e".into(), "2".into()))
        );
        assert_eq!(parsed(&["---e"]), Err(FlagError::BadSyntax("---e".into())));
        assert_eq!(parsed(&["-h"]), Err(FlagError::Help));
    }
}
