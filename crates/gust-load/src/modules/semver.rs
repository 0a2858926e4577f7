//! Semantic versions in the form modules use: a leading `v`, and `v1`, `v1.2` as shorthands.

use super::gover::compare_numbers;
use std::cmp::Ordering;

/// The pieces of a version. `short` is what a shorthand lacks: `.0.0` or `.0`.
#[derive(Clone, Copy)]
struct Parts<'a> {
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    short: &'static str,
    /// With its `-`, or empty.
    prerelease: &'a str,
    /// With its `+`, or empty.
    build: &'a str,
}

fn number(s: &str) -> Option<(&str, &str)> {
    let end = s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let (n, rest) = s.split_at(end);
    (!n.is_empty() && (n.len() == 1 || !n.starts_with('0'))).then_some((n, rest))
}

fn is_num(s: &str) -> bool {
    !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit())
}

/// Dot-separated non-empty identifiers; in a prerelease numbers have no leading zero.
fn identifiers_ok(s: &str, prerelease: bool) -> bool {
    s.split('.').all(|id| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !(prerelease && id.len() > 1 && id.starts_with('0') && is_num(id))
    })
}

fn parse(v: &str) -> Option<Parts<'_>> {
    let (major, rest) = number(v.strip_prefix('v')?)?;
    let mut p = Parts {
        major,
        minor: "0",
        patch: "0",
        short: "",
        prerelease: "",
        build: "",
    };
    if rest.is_empty() {
        p.short = ".0.0";
        return Some(p);
    }
    let (minor, rest) = number(rest.strip_prefix('.')?)?;
    p.minor = minor;
    if rest.is_empty() {
        p.short = ".0";
        return Some(p);
    }
    let (patch, rest) = number(rest.strip_prefix('.')?)?;
    p.patch = patch;
    let (pre, build) = rest.split_at(rest.find('+').unwrap_or(rest.len()));
    if !pre.is_empty() && !identifiers_ok(pre.strip_prefix('-')?, true) {
        return None;
    }
    if !build.is_empty() && !identifiers_ok(&build[1..], false) {
        return None;
    }
    p.prerelease = pre;
    p.build = build;
    Some(p)
}

/// Whether `v` is a semantic version (shorthands included).
pub fn is_valid(v: &str) -> bool {
    parse(v).is_some()
}

/// `v` in full and without build metadata: `v1.2` gives `v1.2.0`. Empty for malformed input.
pub fn canonical(v: &str) -> String {
    match parse(v) {
        None => String::new(),
        Some(p) => {
            let body = &v[..v.len() - p.build.len()];
            format!("{body}{}", p.short)
        }
    }
}

/// The `v1` of `v1.2.3`; empty for malformed input.
pub fn major(v: &str) -> &str {
    parse(v).map_or("", |p| &v[..1 + p.major.len()])
}

/// The `v1.2` of `v1.2.3`; empty for malformed input.
pub fn major_minor(v: &str) -> String {
    parse(v).map_or(String::new(), |p| format!("v{}.{}", p.major, p.minor))
}

/// The prerelease with its `-`, or empty.
pub fn prerelease(v: &str) -> &str {
    parse(v).map_or("", |p| p.prerelease)
}

/// The build metadata with its `+`, or empty.
pub fn build(v: &str) -> &str {
    parse(v).map_or("", |p| p.build)
}

/// The order by precedence: malformed versions are smallest and equal, build metadata does not count.
pub fn compare(a: &str, b: &str) -> Ordering {
    match (parse(a), parse(b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => compare_numbers(a.major, b.major)
            .then_with(|| compare_numbers(a.minor, b.minor))
            .then_with(|| compare_numbers(a.patch, b.patch))
            .then_with(|| compare_prerelease(a.prerelease, b.prerelease)),
    }
}

fn compare_prerelease(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        // A release is newer than its prereleases.
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut left = a[1..].split('.');
    let mut right = b[1..].split('.');
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(x), Some(y)) => match (is_num(x), is_num(y)) {
                (true, true) => compare_numbers(x, y),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => x.cmp(y),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validity_and_canonical_form() {
        for (v, want) in [
            ("v1", "v1.0.0"),
            ("v1.2", "v1.2.0"),
            ("v1.2.3", "v1.2.3"),
            ("v1.2.3-pre", "v1.2.3-pre"),
            ("v1.2.3+meta", "v1.2.3"),
            ("v1.2.3-a.0.b-1+m.01", "v1.2.3-a.0.b-1"),
            ("v1-pre", ""),
            ("v1.2-pre", ""),
            ("v1.2+meta", ""),
            ("v01.2.3", ""),
            ("v1.2.3-01", ""),
            ("v1.2.3-", ""),
            ("v1.2.3-a..b", ""),
            ("v1.2.3+", ""),
            ("1.2.3", ""),
            ("v1.2.3.4", ""),
            ("v1.2.3-é", ""),
            ("", ""),
        ] {
            assert_eq!(canonical(v), want, "{v}");
            assert_eq!(is_valid(v), !want.is_empty(), "{v}");
        }
        assert_eq!(major("v12.3.4"), "v12");
        assert_eq!(major_minor("v1"), "v1.0");
        assert_eq!(prerelease("v1.2.3-a+b"), "-a");
        assert_eq!(build("v1.2.3-a+b"), "+b");
    }

    #[test]
    fn precedence() {
        let ascending = [
            "bad",
            "v0.0.0-2018",
            "v0.0.0",
            "v1.0.0-1",
            "v1.0.0-2",
            "v1.0.0-10",
            "v1.0.0-alpha",
            "v1.0.0-alpha.1",
            "v1.0.0-alpha.beta",
            "v1.0.0-beta",
            "v1.0.0-rc.1",
            "v1.0.0",
            "v1.0.1",
            "v1.2",
            "v1.10.0",
            "v2.0.0",
            "v99999999999999999999.0.0",
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a} {b}");
            }
        }
        assert!(compare("v1.0.0+a", "v1.0.0+b").is_eq());
    }
}
