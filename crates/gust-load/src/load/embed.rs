//! `//go:embed` patterns to files.

use crate::folder::{os_error, os_error_text};
use crate::modules::path::check_file_path;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

/// The files that the patterns of a package match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Embedded {
    /// All files, sorted, relative to the package with `/`.
    pub files: Vec<String>,
    /// The files of each pattern.
    pub by_pattern: BTreeMap<String, Vec<String>>,
    /// The pattern that cannot be satisfied, and why.
    pub error: Option<(String, String)>,
}

/// Resolves the patterns of the package in `dir`.
pub fn resolve(dir: &Path, patterns: &[String]) -> Embedded {
    let mut out = Embedded::default();
    let mut files = BTreeSet::new();
    let mut fine_dirs = HashSet::new();
    for pattern in patterns {
        match matches(dir, pattern, &mut fine_dirs) {
            Ok(list) => {
                files.extend(list.iter().cloned());
                out.by_pattern
                    .insert(pattern.clone(), list.into_iter().collect());
            }
            Err(message) => {
                let message = format!("pattern {pattern}: {message}");
                return Embedded {
                    error: Some((pattern.clone(), message)),
                    ..Embedded::default()
                };
            }
        }
    }
    out.files = files.into_iter().collect();
    out
}

/// The files of one pattern.
fn matches(
    dir: &Path,
    pattern: &str,
    fine_dirs: &mut HashSet<String>,
) -> Result<BTreeSet<String>, String> {
    let (glob, all) = match pattern.strip_prefix("all:") {
        Some(glob) => (glob, true),
        None => (pattern, false),
    };
    if !is_valid_glob(glob) || !is_valid_pattern(glob) {
        return Err("invalid pattern syntax".to_owned());
    }
    let mut list = BTreeSet::new();
    for name in expand(dir, glob) {
        let path = dir.join(&name);
        let metadata =
            std::fs::symlink_metadata(&path).map_err(|e| os_error("lstat", &path, &e))?;
        let what = if metadata.is_dir() {
            "directory"
        } else {
            "file"
        };
        check_parents(dir, &name, what, fine_dirs)?;
        if metadata.is_dir() {
            let before = list.len();
            let mut count = 0;
            walk(dir, &name, all, &mut list, &mut count)?;
            if count == 0 && list.len() == before {
                return Err(format!(
                    "cannot embed directory {name}: contains no embeddable files"
                ));
            }
        } else if metadata.is_file() {
            list.insert(name);
        } else {
            return Err(format!("cannot embed irregular file {name}"));
        }
    }
    if list.is_empty() {
        return Err("no matching files found".to_owned());
    }
    Ok(list)
}

/// Whether every folder from the package to the match may be embedded from: no other module, no
/// link, no name that a module zip cannot hold.
fn check_parents(
    dir: &Path,
    name: &str,
    what: &str,
    fine_dirs: &mut HashSet<String>,
) -> Result<(), String> {
    let mut at = name;
    while !fine_dirs.contains(at) {
        let path = dir.join(at);
        if path.join("go.mod").exists() {
            return Err(format!("cannot embed {what} {name}: in different module"));
        }
        let is_match = at == name;
        if !is_match && std::fs::symlink_metadata(&path).is_ok_and(|m| !m.is_dir()) {
            return Err(format!("cannot embed {what} {name}: in non-directory {at}"));
        }
        let (parent, element) = at.rsplit_once('/').unwrap_or(("", at));
        if is_bad_name(element) {
            return Err(match is_match {
                true => format!("cannot embed {what} {name}: invalid name {element}"),
                false => format!("cannot embed {what} {name}: in invalid directory {element}"),
            });
        }
        fine_dirs.insert(at.to_owned());
        if parent.is_empty() {
            break;
        }
        at = parent;
    }
    Ok(())
}

/// Adds the files below folder `name`; hidden ones only when `all` is asked for.
fn walk(
    dir: &Path,
    name: &str,
    all: bool,
    list: &mut BTreeSet<String>,
    count: &mut usize,
) -> Result<(), String> {
    // A list instead of recursion: folders may nest deeply.
    let mut pending = vec![name.to_owned()];
    while let Some(folder) = pending.pop() {
        let path = dir.join(&folder);
        let entries = std::fs::read_dir(&path).map_err(|e| os_error("open", &path, &e))?;
        for entry in entries {
            let entry = entry.map_err(|e| os_error_text(&e))?;
            let base = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().map_err(|e| os_error_text(&e))?;
            let relative = format!("{folder}/{base}");
            let hidden = base.starts_with(['.', '_']);
            let bad = is_bad_name(&base);
            if bad || (hidden && !all) {
                if bad && !hidden && !kind.is_dir() {
                    return Err(format!("cannot embed file {relative}: invalid name {base}"));
                }
            } else if kind.is_dir() {
                if !entry.path().join("go.mod").exists() {
                    pending.push(relative);
                }
            } else if kind.is_file() {
                *count += 1;
                list.insert(relative);
            }
        }
    }
    Ok(())
}

/// Whether a name cannot be part of a module, or belongs to version control.
fn is_bad_name(name: &str) -> bool {
    matches!(name, "" | ".bzr" | ".hg" | ".git" | ".svn") || check_file_path(name).is_err()
}

/// Whether a pattern is a relative path without `.`, `..` and empty elements.
fn is_valid_pattern(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.split('/').all(|e| !matches!(e, "" | "." | ".."))
}

/// Whether brackets and escapes are closed.
fn is_valid_glob(glob: &str) -> bool {
    glob.split('/').all(|element| Glob(element).is_valid())
}

/// The existing files and folders that a pattern matches, relative to `dir`.
fn expand(dir: &Path, glob: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for element in glob.split('/') {
        let mut next = Vec::new();
        let literal = !element.contains(['*', '?', '[', '\\']);
        for parent in found {
            let join = |name: &str| match parent.as_str() {
                "" => name.to_owned(),
                parent => format!("{parent}/{name}"),
            };
            if literal {
                let name = join(element);
                if std::fs::symlink_metadata(dir.join(&name)).is_ok() {
                    next.push(name);
                }
                continue;
            }
            let Ok(entries) = std::fs::read_dir(dir.join(&parent)) else {
                continue;
            };
            let names = entries
                .flatten()
                .filter_map(|e| e.file_name().into_string().ok());
            let mut names: Vec<String> = names.filter(|n| Glob(element).matches(n)).collect();
            names.sort_unstable();
            next.extend(names.iter().map(|n| join(n)));
        }
        found = next;
    }
    found
}

/// One element of a pattern: `*`, `?`, `[a-z]`, `[^a]`, `\x`.
struct Glob<'a>(&'a str);

impl Glob<'_> {
    fn is_valid(&self) -> bool {
        let mut rest = self.0;
        while !rest.is_empty() {
            match Self::unit(rest) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        true
    }

    /// The first unit of a pattern (its text) and what follows.
    fn unit(pattern: &str) -> Option<(&str, &str)> {
        let first = pattern.chars().next()?;
        let len = match first {
            '\\' => 1 + pattern[1..].chars().next()?.len_utf8(),
            '[' => {
                let mut at = 1 + usize::from(pattern[1..].starts_with('^'));
                let mut members = 0;
                loop {
                    let c = pattern[at..].chars().next()?;
                    match c {
                        ']' if members > 0 => break at + 1,
                        '\\' => at += 1 + pattern[at + 1..].chars().next()?.len_utf8(),
                        '-' | ']' => return None,
                        c => at += c.len_utf8(),
                    }
                    members += 1;
                    if pattern[at..].starts_with('-') {
                        let high = pattern[at + 1..].chars().next()?;
                        match high {
                            ']' | '-' => return None,
                            '\\' => at += 2 + pattern[at + 2..].chars().next()?.len_utf8(),
                            c => at += 1 + c.len_utf8(),
                        }
                    }
                }
            }
            c => c.len_utf8(),
        };
        Some(pattern.split_at(len))
    }

    /// Whether a unit other than `*` matches one character.
    fn unit_matches(unit: &str, c: char) -> bool {
        let mut chars = unit.chars();
        match chars.next() {
            Some('?') => true,
            Some('\\') => chars.next() == Some(c),
            Some('[') => {
                let inner = &unit[1..unit.len() - 1];
                let (inner, negated) = match inner.strip_prefix('^') {
                    Some(inner) => (inner, true),
                    None => (inner, false),
                };
                let mut chars = inner.chars().peekable();
                let take = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| match chars.next()
                {
                    Some('\\') => chars.next(),
                    other => other,
                };
                let mut inside = false;
                while let Some(low) = take(&mut chars) {
                    let mut high = low;
                    if chars.next_if_eq(&'-').is_some() {
                        high = take(&mut chars).unwrap_or(low);
                    }
                    inside |= (low..=high).contains(&c);
                }
                inside != negated
            }
            first => first == Some(c),
        }
    }

    /// Whether the pattern matches all of `name`. Linear but for the way back to the last `*`.
    fn matches(&self, name: &str) -> bool {
        let (mut pattern, mut rest) = (self.0, name);
        let mut retry: Option<(&str, &str)> = None;
        loop {
            if let Some(after) = pattern.strip_prefix('*') {
                pattern = after;
                retry = Some((after, rest));
                continue;
            }
            let unit = Self::unit(pattern);
            match (unit, rest.chars().next()) {
                (None, None) => return true,
                (Some((unit, after)), Some(c)) if Self::unit_matches(unit, c) => {
                    pattern = after;
                    rest = &rest[c.len_utf8()..];
                }
                _ => match retry {
                    Some((after, from)) if !from.is_empty() => {
                        let skip = from.chars().next().map_or(0, char::len_utf8);
                        rest = &from[skip..];
                        pattern = after;
                        retry = Some((after, rest));
                    }
                    _ => return false,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for name in names {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        dir
    }

    fn found(dir: &tempfile::TempDir, pattern: &str) -> Result<Vec<String>, String> {
        let embedded = resolve(dir.path(), &[pattern.to_owned()]);
        match embedded.error {
            Some((_, message)) => Err(message),
            None => Ok(embedded.files),
        }
    }

    #[test]
    fn files_and_folders() {
        let dir = tree(&[
            "a.txt",
            "b.txt",
            "d/x",
            "d/.h",
            "d/_u",
            "d/e/y",
            "d/m/go.mod",
            "d/m/z",
            ".hid",
        ]);
        assert_eq!(found(&dir, "*.txt").unwrap(), ["a.txt", "b.txt"]);
        assert_eq!(found(&dir, "d").unwrap(), ["d/e/y", "d/x"]);
        assert_eq!(
            found(&dir, "all:d").unwrap(),
            ["d/.h", "d/_u", "d/e/y", "d/x"]
        );
        assert_eq!(found(&dir, ".hid").unwrap(), [".hid"]);
        assert_eq!(found(&dir, "d/*/y").unwrap(), ["d/e/y"]);
        let all = resolve(dir.path(), &["a.txt".to_owned(), "*.txt".to_owned()]);
        assert_eq!(all.files, ["a.txt", "b.txt"]);
        assert_eq!(all.by_pattern["a.txt"], ["a.txt"]);
    }

    #[test]
    fn errors() {
        let dir = tree(&["d/.h", "m/go.mod", "m/x", "a b", "q'", ".git/x"]);
        for (pattern, want) in [
            ("zz", "no matching files found"),
            ("../x", "invalid pattern syntax"),
            (".", "invalid pattern syntax"),
            ("[", "invalid pattern syntax"),
            ("a//b", "invalid pattern syntax"),
            (
                "d",
                "cannot embed directory d: contains no embeddable files",
            ),
            ("m/x", "cannot embed file m/x: in different module"),
            ("m", "cannot embed directory m: in different module"),
            ("q'", "cannot embed file q': invalid name q'"),
            (".git", "cannot embed directory .git: invalid name .git"),
        ] {
            let message = found(&dir, pattern).unwrap_err();
            assert_eq!(message, format!("pattern {pattern}: {want}"));
        }
        assert_eq!(found(&dir, "a b").unwrap(), ["a b"]);
    }

    #[cfg(unix)]
    #[test]
    fn links() {
        let dir = tree(&["real/x"]);
        std::os::unix::fs::symlink("real/x", dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("dir")).unwrap();
        let error = |pattern| found(&dir, pattern).unwrap_err();
        assert_eq!(
            error("link"),
            "pattern link: cannot embed irregular file link"
        );
        assert_eq!(
            error("dir/x"),
            "pattern dir/x: cannot embed file dir/x: in non-directory dir"
        );
    }

    #[test]
    fn globs() {
        for (glob, yes, no) in [
            ("*", "abc", ""),
            ("a*c", "abbc", "ab"),
            ("[a-c]?", "bx", "dx"),
            ("[^a]", "b", "a"),
            (r"\*", "*", "a"),
            ("*a*b*", "xaxbx", "xbxa"),
        ] {
            assert!(Glob(glob).is_valid() && Glob(glob).matches(yes), "{glob}");
            assert!(no.is_empty() || !Glob(glob).matches(no), "{glob}");
        }
        for bad in ["[", "[]", "[a", "[a-]", "\\", "[-a]"] {
            assert!(!Glob(bad).is_valid(), "{bad}");
        }
        let stars = "*a".repeat(40);
        assert!(!Glob(&stars).matches(&"a".repeat(39)));
    }
}
