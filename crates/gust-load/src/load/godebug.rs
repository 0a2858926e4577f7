//! The `GODEBUG` settings that a program starts with.
//!
//! They come from the language version of the main module (settings whose default has changed
//! since keep the old one), its `godebug` lines and the program's `//go:debug` lines. The table of
//! changes is data of the standard library and is read from there.

use super::discover::Loader;
use crate::package::Listing;
use std::collections::BTreeMap;

/// One setting of `internal/godebugs` whose default has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    name: String,
    /// The Go 1.N that changed it.
    minor: u32,
    /// Its value before.
    old: String,
}

/// The value of `DefaultGODEBUG` for a program; `test_directives` are those of a test program's files.
pub fn default_setting(
    loader: &Loader<'_>,
    listing: &Listing,
    test_directives: &[&[String]],
) -> String {
    let mut version = loader.modules.go_version();
    let mut own: BTreeMap<String, String> = loader.modules.godebugs().into_iter().collect();
    let lists = [listing.directives.as_slice()];
    for text in lists.iter().chain(test_directives).copied().flatten() {
        let setting = text
            .strip_prefix("//go:debug")
            .filter(|t| t.starts_with([' ', '\t']));
        if let Some((key, value)) = setting.and_then(|s| s.trim().split_once('=')) {
            own.insert(key.to_owned(), value.to_owned());
        }
    }
    if let Some(default) = own.remove("default") {
        version = default.trim_start_matches("go").to_owned();
    }
    let mut all = BTreeMap::new();
    let minor = version
        .split('.')
        .nth(1)
        .and_then(|m| m.parse::<u32>().ok());
    if let Some(minor) = minor.filter(|_| version.starts_with("1.")) {
        for change in loader.godebug_changes() {
            if minor < change.minor {
                all.insert(change.name.clone(), change.old.clone());
            }
        }
    }
    all.extend(own);
    let settings: Vec<String> = all.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
    settings.join(",")
}

/// Reads the entries `{Name: "x", Package: "y", Changed: 23, Old: "1"}` of the table.
pub fn parse_table(text: &str) -> Vec<Change> {
    let mut out = Vec::new();
    for line in text
        .lines()
        .map(str::trim)
        .filter(|l| l.starts_with("{Name:"))
    {
        let field = |name: &str| {
            let (_, rest) = line.split_once(&format!("{name}: "))?;
            Some(
                rest.split([',', '}'])
                    .next()?
                    .trim()
                    .trim_matches('"')
                    .to_owned(),
            )
        };
        let minor = field("Changed").and_then(|n| n.parse().ok());
        if let (Some(name), Some(minor), Some(old)) = (field("Name"), minor, field("Old")) {
            out.push(Change { name, minor, old });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        let text = "var All = []Info{\n\
            \t{Name: \"a\", Package: \"p\"},\n\
            \t{Name: \"b\", Package: \"p\", Changed: 23, Old: \"1\"},\n\
            \t{Name: \"c\", Package: \"p\", Changed: 24, Old: \"x\", Opaque: true},\n}";
        let changes = parse_table(text);
        let seen: Vec<_> = changes
            .iter()
            .map(|c| (c.name.as_str(), c.minor, c.old.as_str()))
            .collect();
        assert_eq!(seen, [("b", 23, "1"), ("c", 24, "x")]);
    }
}
