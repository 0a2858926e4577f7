//! Package patterns as text: `./...`, `net/...`, `std`.

/// Whether a path is relative to the current folder: `.`, `..`, `./x`, `../x`.
#[must_use]
pub fn is_local_import(path: &str) -> bool {
    path == "." || path == ".." || path.starts_with("./") || path.starts_with("../")
}

/// Whether a name stands for a set of packages.
#[must_use]
pub fn is_meta_package(name: &str) -> bool {
    matches!(name, "std" | "cmd" | "tool" | "work" | "all")
}

/// Whether a path can be one of the standard library: its first element has no dot.
#[must_use]
pub fn is_standard_import_path(path: &str) -> bool {
    !path.split('/').next().unwrap_or_default().contains('.')
}

/// The patterns in their canonical form; `.` when there is none.
#[must_use]
pub fn clean_patterns(patterns: &[String]) -> Vec<String> {
    if patterns.is_empty() {
        return vec![".".to_owned()];
    }
    patterns.iter().map(|p| clean_pattern(p)).collect()
}

fn clean_pattern(pattern: &str) -> String {
    if pattern.starts_with('/') {
        return clean_path(pattern);
    }
    let (path, version) = match pattern.find('@') {
        Some(at) if !is_local_import(pattern) => pattern.split_at(at),
        _ => (pattern, ""),
    };
    let path = path.replace('\\', "/");
    let cleaned = clean_path(&path);
    let cleaned = match path.starts_with("./") && cleaned != "." {
        true => format!("./{cleaned}"),
        false => cleaned,
    };
    cleaned + version
}

/// The shortest equal path with `/`; `.` for an empty one.
#[must_use]
pub fn clean_path(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A pattern in which `...` stands for any text.
///
/// `x/...` also matches `x`, and no `...` matches a path element `vendor` (but for the last one):
/// vendored copies are not meant when somebody says "everything".
#[derive(Clone, Debug)]
pub struct Wildcard {
    /// The literal texts between the `...`, `vendor` elements replaced.
    parts: Vec<String>,
    /// The pattern ends in `/...`, which may match nothing at all.
    optional_tail: Tail,
    /// What stands before the first `...`, as written; the whole pattern without one.
    prefix: String,
    has_wildcard: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    None,
    /// `x/...`: `x` matches too.
    Slash,
    /// `x/vendor/...`: `x/vendor` matches too.
    Vendor,
}

/// Stands for a path element `vendor`, so that wildcards can be kept from matching it.
const VENDOR: &str = "\0";

impl Wildcard {
    /// Takes a pattern apart.
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let marked = mark_vendor(pattern);
        let mut text = marked.as_str();
        let mut optional_tail = Tail::None;
        if let Some(rest) = text.strip_suffix("\0/...")
            && (rest.is_empty() || rest.ends_with('/'))
        {
            optional_tail = Tail::Vendor;
            text = rest.strip_suffix('/').unwrap_or(rest);
        } else if let Some(rest) = text.strip_suffix("/...") {
            optional_tail = Tail::Slash;
            text = rest;
        }
        let at = pattern.find("...");
        Self {
            parts: text.split("...").map(str::to_owned).collect(),
            optional_tail,
            prefix: pattern[..at.unwrap_or(pattern.len())].to_owned(),
            has_wildcard: at.is_some(),
        }
    }

    /// Whether `name` matches.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        if name.contains(VENDOR) {
            return false;
        }
        let name = mark_vendor(name);
        match self.optional_tail {
            Tail::None => self.matches_parts(&name),
            // Either nothing follows, or a slash and anything without vendored elements.
            Tail::Slash => self.matches_parts(&name) || self.matches_with_tail(&name, "/"),
            Tail::Vendor => {
                let bare = name.strip_suffix("/vendor");
                bare.is_some_and(|n| self.matches_parts(n)) || self.matches_with_tail(&name, "/\0/")
            }
        }
    }

    /// Whether some split of `name` at `separator` has a head that matches and a tail that a wildcard
    /// may stand for.
    fn matches_with_tail(&self, name: &str, separator: &str) -> bool {
        let mut splits = name.match_indices(separator);
        splits.any(|(at, _)| {
            !name[at + separator.len()..].contains(VENDOR) && self.matches_parts(&name[..at])
        })
    }

    fn matches_parts(&self, name: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == name);
        };
        let Some(mut rest) = name.strip_prefix(first.as_str()) else {
            return false;
        };
        // Taking the leftmost place of each part leaves the most room for those after it.
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else {
                return false;
            };
            if rest[..at].contains(VENDOR) {
                return false;
            }
            rest = &rest[at + part.len()..];
        }
        match rest.strip_suffix(last.as_str()) {
            Some(wild) => !wild.contains(VENDOR),
            None => false,
        }
    }

    /// Whether something below the folder `name` could match.
    #[must_use]
    pub fn tree_can_match(&self, name: &str) -> bool {
        super::rules::has_path_prefix(&self.prefix, name)
            || (self.has_wildcard && name.starts_with(&self.prefix))
    }
}

/// Replaces path elements `vendor` but for the last.
fn mark_vendor(path: &str) -> String {
    if !path.contains("vendor") {
        return path.to_owned();
    }
    let mut elements: Vec<&str> = path.split('/').collect();
    if let Some((_, parents)) = elements.split_last_mut() {
        for element in parents.iter_mut().filter(|e| **e == "vendor") {
            *element = VENDOR;
        }
    }
    elements.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning() {
        let clean = |p: &str| clean_patterns(&[p.to_owned()]).remove(0);
        for (pattern, want) in [
            ("./", "."),
            (".", "."),
            ("./a/../b/", "./b"),
            ("a//b/.", "a/b"),
            ("../x/", "../x"),
            ("/a/./b", "/a/b"),
            ("a/b/@v1.0.0", "a/b@v1.0.0"),
            ("./...", "./..."),
            ("", "."),
        ] {
            assert_eq!(clean(pattern), want, "{pattern}");
        }
        assert_eq!(clean_patterns(&[]), ["."]);
    }

    #[test]
    fn wildcards() {
        for (pattern, yes, no) in [
            (
                "net/...",
                &["net", "net/http", "net/http/x"][..],
                &["netx", "ne"][..],
            ),
            ("net...", &["net", "netchan", "net/http"], &["xnet"]),
            ("...", &["a", "a/b"], &["vendor/a", "a/vendor/b"]),
            ("./...", &[".", "./a", "./a/b"], &["a", "./vendor/x"]),
            ("a/.../c", &["a/b/c", "a/x/y/c"], &["a/c", "a/b/d"]),
            ("...b...", &["abc", "b"], &["ac"]),
            (
                "x/vendor/...",
                &["x/vendor", "x/vendor/a"],
                &["x", "x/vendored"],
            ),
            ("vendor/...", &["/vendor"], &["a", "vendor/a"]),
            ("a", &["a"], &["a/b"]),
        ] {
            let w = Wildcard::new(pattern);
            for name in yes {
                assert!(w.matches(name), "{pattern} {name}");
            }
            for name in no {
                assert!(!w.matches(name), "{pattern} {name}");
            }
        }
    }

    #[test]
    fn trees() {
        let w = Wildcard::new("net/ht...");
        for (name, want) in [
            ("net", true),
            ("net/http", true),
            ("net/http/x", true),
            ("fmt", false),
            ("net/url", false),
        ] {
            assert_eq!(w.tree_can_match(name), want, "{name}");
        }
        assert!(!Wildcard::new("net").tree_can_match("net/http"));
    }
}
