//! Go release numbers such as `1.21`, `1.21rc2` and `1.21.3`, which are not semantic versions.
//!
//! The order is `1.21 < 1.21rc1 < 1.21.0`: since Go 1.21 a bare `1.N` names the language, older than any
//! release of it. Before, `1.N` and `1.N.0` are the same.

use std::cmp::Ordering;

/// The language version of a `go.mod` without a `go` line.
pub const DEFAULT_GO_MOD: &str = "1.16";
/// The language version of a `go.work` without a `go` line.
pub const DEFAULT_GO_WORK: &str = "1.18";
/// From this version on a `go.mod` lists all it needs, so that the graph can be pruned.
pub const EXPLICIT_INDIRECT: &str = "1.17";
/// From this version on indirect requirements stand in a block of their own.
pub const SEPARATE_INDIRECT: &str = "1.17";
/// From this version on `all` does not follow the tests of dependencies.
pub const NARROW_ALL: &str = "1.16";
/// From this version on a too new `go` line is an error.
pub const GO_STRICT: &str = "1.21";
/// From this version on a vendored package must be listed in `modules.txt` to be imported.
pub const EXPLICIT_MODULES_TXT: &str = "1.23";

#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Parts<'a> {
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    kind: &'a str,
    pre: &'a str,
}

/// A decimal number without superfluous zeros at the start of `s`, and what follows it.
fn number(s: &str) -> Option<(&str, &str)> {
    let end = s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let (n, rest) = s.split_at(end);
    (!n.is_empty() && (n.len() == 1 || !n.starts_with('0'))).then_some((n, rest))
}

fn parse(v: &str) -> Option<Parts<'_>> {
    let (major, rest) = number(v)?;
    let mut p = Parts {
        major,
        ..Parts::default()
    };
    if rest.is_empty() {
        p.minor = "0";
        p.patch = "0";
        return Some(p);
    }
    let (minor, rest) = number(rest.strip_prefix('.')?)?;
    p.minor = minor;
    if rest.is_empty() {
        if compare_numbers(minor, "21").is_lt() {
            p.patch = "0";
        }
        return Some(p);
    }
    if let Some(rest) = rest.strip_prefix('.') {
        let (patch, rest) = number(rest)?;
        p.patch = patch;
        return rest.is_empty().then_some(p);
    }
    let end = rest
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (kind, rest) = rest.split_at(end);
    if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    p.kind = kind;
    if rest.is_empty() {
        return Some(p);
    }
    let (pre, rest) = number(rest)?;
    p.pre = pre;
    rest.is_empty().then_some(p)
}

/// Compares decimal numbers of any length; the empty string is smallest.
pub(crate) fn compare_numbers(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The order of two versions without `go` prefix. Malformed ones are equal to each other and smaller
/// than every well-formed one.
pub fn compare(a: &str, b: &str) -> Ordering {
    let a = parse(a).unwrap_or_default();
    let b = parse(b).unwrap_or_default();
    compare_numbers(a.major, b.major)
        .then_with(|| compare_numbers(a.minor, b.minor))
        .then_with(|| compare_numbers(a.patch, b.patch))
        .then_with(|| a.kind.cmp(b.kind))
        .then_with(|| compare_numbers(a.pre, b.pre))
}

/// Whether `v` is `a`, `a.b`, `a.b.c` or `a.bkindN`.
pub fn is_valid(v: &str) -> bool {
    parse(v).is_some()
}

/// Whether `v` names a language version and not one release of it.
pub fn is_lang(v: &str) -> bool {
    parse(v).is_some_and(|p| p.patch.is_empty() && p.kind.is_empty() && p.pre.is_empty())
}

/// The language version of `v`: `1.2` of `1.2.3` and of `1.2rc3`; empty for malformed input.
pub fn lang(v: &str) -> String {
    match parse(v) {
        None => String::new(),
        Some(p) if p.minor.is_empty() || p.major == "1" && p.minor == "0" => p.major.to_owned(),
        Some(p) => format!("{}.{}", p.major, p.minor),
    }
}

/// Whether `v` is an alpha, beta or release candidate.
pub fn is_prerelease(v: &str) -> bool {
    parse(v).is_some_and(|p| !p.kind.is_empty())
}

/// The version a toolchain name such as `go1.21.3` or `go1.21.3-custom` stands for.
pub fn from_toolchain(name: &str) -> Option<&str> {
    if name.contains(['/', '\\']) {
        return None;
    }
    let v = name.strip_prefix("go")?;
    let v = v.split([' ', '\t', '-']).next()?;
    is_valid(v).then_some(v)
}

/// Whether a requirement with this path stands for the Go release itself.
pub fn is_toolchain(path: &str) -> bool {
    path == "go" || path == "toolchain"
}

/// The order of versions `a` and `b` of module `path`: Go releases for `go` and `toolchain`, semantic
/// versions for the rest.
pub fn mod_compare(path: &str, a: &str, b: &str) -> Ordering {
    fn toolchain(v: &str) -> &str {
        if is_valid(v) {
            v
        } else {
            from_toolchain(v).unwrap_or("")
        }
    }
    match path {
        "go" => compare(a, b),
        "toolchain" => compare(toolchain(a), toolchain(b)),
        _ => super::semver::compare(a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        // Ascending; entries of one row are equal.
        let rows: &[&[&str]] = &[
            &[
                "", "x", "1.01", "v1.2", "1.2.3rc1", "1.2.", "1.21rc1x", "1.2RC1",
            ],
            &["1", "1.0", "1.0.0"],
            &["1.1"],
            &["1.5"],
            &["1.19alpha3"],
            &["1.19beta2"],
            &["1.19rc1"],
            &["1.19rc2"],
            &["1.19rc10"],
            // 1.19 has an implied patch 0.
            &["1.19", "1.19.0"],
            &["1.19.1"],
            &["1.21"],
            &["1.21rc1"],
            &["1.21.0"],
            &["1.99999999999999998"],
            &["1.99999999999999999"],
        ];
        // The pre-1.21 release candidates sort below the release: patch "" < "0".
        for (i, row) in rows.iter().enumerate() {
            for (j, other) in rows.iter().enumerate() {
                for a in *row {
                    for b in *other {
                        assert_eq!(compare(a, b), i.cmp(&j), "{a} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn language() {
        for (v, want) in [
            ("1.2rc3", "1.2"),
            ("1.2.3", "1.2"),
            ("1", "1"),
            ("1.999testmod", "1.999"),
            ("nope", ""),
        ] {
            assert_eq!(lang(v), want);
        }
        assert!(is_lang("1.22") && is_lang("1.21"));
        for v in ["1.2rc3", "1.2.3", "1.20", "1", "", "1.21.0"] {
            assert!(!is_lang(v), "{v}");
        }
        assert!(is_prerelease("1.22rc1") && !is_prerelease("1.22"));
        assert!(!is_valid("1.600+auto"));
    }

    #[test]
    fn toolchains() {
        assert_eq!(from_toolchain("go1.2.3"), Some("1.2.3"));
        assert_eq!(from_toolchain("go1.2.3-bigcorp more"), Some("1.2.3"));
        for bad in ["1.2.3", "go1.2.3+x", "gccgo-go1.23rc4", "go1.2/x", "local"] {
            assert_eq!(from_toolchain(bad), None, "{bad}");
        }
        assert!(mod_compare("toolchain", "go1.2", "1.3").is_lt());
        assert!(mod_compare("go", "1.21rc1", "1.21.0").is_lt());
        assert!(mod_compare("m.test", "v1.2.0", "v1.10.0").is_lt());
    }
}
