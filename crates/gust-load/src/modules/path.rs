//! Module paths and versions: which ones are valid, how a path's major version suffix and a version
//! belong together, how both are escaped for file systems that ignore case.

use super::semver;
use crate::goenv::quote;
use std::cmp::Ordering;
use std::fmt;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// A module at a version. An empty version stands for the main module, or for a folder when the path is
/// one (in replacements).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModVersion {
    /// The module path.
    pub path: String,
    /// The version in canonical form, or empty.
    pub version: String,
}

impl ModVersion {
    /// The pair of `path` and `version`.
    pub fn new(path: impl Into<String>, version: impl Into<String>) -> ModVersion {
        ModVersion {
            path: path.into(),
            version: version.into(),
        }
    }
}

impl fmt::Display for ModVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.version.is_empty() {
            f.write_str(&self.path)
        } else {
            write!(f, "{}@{}", self.path, self.version)
        }
    }
}

/// The order of `go.sum` and of module listings: by path, then by version, where a version may carry a
/// suffix such as `/go.mod`.
pub fn compare_mod_versions(a: &ModVersion, b: &ModVersion) -> Ordering {
    fn cut(v: &str) -> (&str, &str) {
        v.split_at(v.find('/').unwrap_or(v.len()))
    }
    a.path.cmp(&b.path).then_with(|| {
        let (va, fa) = cut(&a.version);
        let (vb, fb) = cut(&b.version);
        if va == vb {
            fa.cmp(fb)
        } else {
            super::gover::mod_compare(&a.path, va, vb)
        }
    })
}

/// What a path names; each kind has its own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A module path.
    Module,
    /// The import path of a package.
    Import,
    /// The slash-separated name of a file inside a module.
    File,
}

/// A path that violates the rules of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPath {
    /// What the path was to name.
    pub kind: PathKind,
    /// The path.
    pub path: String,
    /// The rule violated.
    pub reason: String,
}

impl fmt::Display for InvalidPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            PathKind::Module => "module",
            PathKind::Import => "import",
            PathKind::File => "file",
        };
        write!(
            f,
            "malformed {kind} path {}: {}",
            quote(&self.path),
            self.reason
        )
    }
}

impl std::error::Error for InvalidPath {}

/// A version that cannot be used with some module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidVersion {
    /// The version.
    pub version: String,
    /// Whether it has the form of a pseudo-version.
    pub pseudo: bool,
    /// What is wrong with it.
    pub reason: String,
}

impl InvalidVersion {
    /// An ordinary version that is wrong for `reason`.
    pub fn new(version: &str, reason: impl Into<String>) -> InvalidVersion {
        InvalidVersion {
            version: version.to_owned(),
            pseudo: false,
            reason: reason.into(),
        }
    }

    fn noun(&self) -> &'static str {
        if self.pseudo {
            "pseudo-version"
        } else {
            "version"
        }
    }

    /// The text of this error about module `path`.
    pub fn about(&self, path: &str) -> String {
        format!(
            "{path}@{}: invalid {}: {}",
            self.version,
            self.noun(),
            self.reason
        )
    }
}

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} invalid: {}",
            self.noun(),
            quote(&self.version),
            self.reason
        )
    }
}

impl std::error::Error for InvalidVersion {}

/// `c` as a Go rune literal (what `%q` prints).
pub(crate) fn quote_char(c: char) -> String {
    match c {
        '\'' => "'\\''".to_owned(),
        '"' => "'\"'".to_owned(),
        c => {
            let s = quote(c.encode_utf8(&mut [0; 4]));
            format!("'{}'", &s[1..s.len() - 1])
        }
    }
}

/// Letters in Unicode's sense: general categories L*.
fn is_letter(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Letter
}

/// What Go calls printable: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter
            | GeneralCategoryGroup::Mark
            | GeneralCategoryGroup::Number
            | GeneralCategoryGroup::Punctuation
            | GeneralCategoryGroup::Symbol
    )
}

fn char_ok(kind: PathKind, c: char) -> bool {
    if c.is_ascii_alphanumeric() {
        return true;
    }
    match kind {
        PathKind::Module => "-._~".contains(c),
        PathKind::Import => "-._~+".contains(c),
        PathKind::File if c.is_ascii() => "!#$%&()+,-.=@[]^_{}~ ".contains(c),
        PathKind::File => is_letter(c),
    }
}

const RESERVED_ON_WINDOWS: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

fn check_element(elem: &str, kind: PathKind) -> Result<(), String> {
    if elem.is_empty() {
        return Err("empty path element".into());
    }
    if elem.bytes().all(|b| b == b'.') {
        return Err(format!("invalid path element {}", quote(elem)));
    }
    if kind == PathKind::Module && elem.starts_with('.') {
        return Err("leading dot in path element".into());
    }
    if elem.ends_with('.') {
        return Err("trailing dot in path element".into());
    }
    if let Some(c) = elem.chars().find(|&c| !char_ok(kind, c)) {
        return Err(format!("invalid char {}", quote_char(c)));
    }
    let short = elem.split('.').next().unwrap_or("");
    if RESERVED_ON_WINDOWS
        .iter()
        .any(|bad| bad.eq_ignore_ascii_case(short))
    {
        return Err(format!(
            "{} disallowed as path element component on Windows",
            quote(short)
        ));
    }
    if kind != PathKind::File
        && let Some((_, digits)) = short.rsplit_once('~')
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
    {
        return Err("trailing tilde and digits in path element".into());
    }
    Ok(())
}

fn check_elements(path: &str, kind: PathKind) -> Result<(), String> {
    if path.is_empty() {
        return Err("empty string".into());
    }
    if kind != PathKind::File && path.starts_with('-') {
        return Err("leading dash".into());
    }
    if path.contains("//") {
        return Err("double slash".into());
    }
    if path.ends_with('/') {
        return Err("trailing slash".into());
    }
    path.split('/').try_for_each(|e| check_element(e, kind))
}

fn invalid(kind: PathKind, path: &str) -> impl FnOnce(String) -> InvalidPath + '_ {
    move |reason| InvalidPath {
        kind,
        path: path.to_owned(),
        reason,
    }
}

/// Whether `path` may be fetched as a module: an import path whose first element looks like a domain
/// name and whose major version suffix is well-formed.
pub fn check_module_path(path: &str) -> Result<(), InvalidPath> {
    let check = || {
        check_elements(path, PathKind::Module)?;
        let first = path.split('/').next().unwrap_or("");
        if first.is_empty() {
            return Err("leading slash".to_owned());
        }
        if !first.contains('.') {
            return Err("missing dot in first path element".into());
        }
        let domain = |c: char| c == '-' || c == '.' || c.is_ascii_digit() || c.is_ascii_lowercase();
        if let Some(c) = first.chars().find(|&c| !domain(c)) {
            return Err(format!(
                "invalid char {} in first path element",
                quote_char(c)
            ));
        }
        match split_path_version(path) {
            Some(_) => Ok(()),
            None => Err("invalid version".into()),
        }
    };
    check().map_err(invalid(PathKind::Module, path))
}

/// Whether `path` may be imported.
pub fn check_import_path(path: &str) -> Result<(), InvalidPath> {
    check_elements(path, PathKind::Import).map_err(invalid(PathKind::Import, path))
}

/// Whether a file of this slash-separated name may stand in a module.
pub fn check_file_path(path: &str) -> Result<(), InvalidPath> {
    check_elements(path, PathKind::File).map_err(invalid(PathKind::File, path))
}

/// Whether `path` and `version` are valid and belong together.
pub fn check(path: &str, version: &str) -> Result<(), String> {
    check_module_path(path).map_err(|e| e.to_string())?;
    if !semver::is_valid(version) {
        return Err(InvalidVersion::new(version, "not a semantic version").about(path));
    }
    let (_, major) = split_path_version(path).unwrap_or((path, ""));
    check_path_major(version, major).map_err(|e| e.about(path))
}

/// Splits `path` before its major version suffix (`/v2`, `.v2` on gopkg.in), which is empty when there
/// is none. `None` when the suffix breaks the rules, as `/v1` and `/v02` do.
pub fn split_path_version(path: &str) -> Option<(&str, &str)> {
    if path.starts_with("gopkg.in/") {
        return split_gopkg_in(path);
    }
    let stem = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if stem.len() == path.len() || !stem.ends_with("/v") {
        return Some((path, ""));
    }
    let (prefix, major) = path.split_at(stem.len() - 2);
    let digits = &major[2..];
    if digits.contains('.') || digits.is_empty() || digits.starts_with('0') || digits == "1" {
        return None;
    }
    Some((prefix, major))
}

fn split_gopkg_in(path: &str) -> Option<(&str, &str)> {
    let body = path.strip_suffix("-unstable").unwrap_or(path);
    let stem = body.trim_end_matches(|c: char| c.is_ascii_digit());
    if !stem.ends_with(".v") {
        return None;
    }
    let digits = &body[stem.len()..];
    if digits.is_empty() || digits.starts_with('0') && (digits != "0" || body != path) {
        return None;
    }
    Some(path.split_at(stem.len() - 2))
}

/// Whether version `v` may be used with a path of major version suffix `major`.
pub fn check_path_major(v: &str, major: &str) -> Result<(), InvalidVersion> {
    let major = match major.strip_suffix("-unstable") {
        Some(m) if m.starts_with(".v") => m,
        _ => major,
    };
    // Old releases made such pseudo-versions for gopkg.in paths, and published go.mod files have them.
    if v.starts_with("v0.0.0-") && major == ".v1" {
        return Ok(());
    }
    let m = semver::major(v);
    let wanted = if major.is_empty() {
        if m == "v0" || m == "v1" || semver::build(v) == "+incompatible" {
            return Ok(());
        }
        "v0 or v1"
    } else {
        let wanted = major.strip_prefix(['/', '.']).unwrap_or(major);
        if m == wanted {
            return Ok(());
        }
        wanted
    };
    Err(InvalidVersion::new(
        v,
        format!("should be {wanted}, not {m}"),
    ))
}

/// The tag prefix that a major version suffix stands for: `v2` for `/v2`, empty for none.
pub fn path_major_prefix(major: &str) -> &str {
    let m = major.strip_prefix(['/', '.']).unwrap_or("");
    m.strip_suffix("-unstable").unwrap_or(m)
}

/// `v` in canonical form with `+incompatible` kept; empty for malformed input.
pub fn canonical_version(v: &str) -> String {
    let mut c = semver::canonical(v);
    if semver::build(v) == "+incompatible" {
        c.push_str("+incompatible");
    }
    c
}

/// `path` as it stands in proxy URLs and in the module cache: `!a` for `A`.
pub fn escape_path(path: &str) -> Result<String, InvalidPath> {
    check_module_path(path)?;
    Ok(escape(path))
}

/// `version` as it stands in proxy URLs and in the module cache. It need not be a semantic version.
pub fn escape_version(version: &str) -> Result<String, InvalidVersion> {
    if check_element(version, PathKind::File).is_err()
        || version.contains('!')
        || !version.is_ascii()
    {
        return Err(InvalidVersion::new(version, "disallowed version string"));
    }
    Ok(escape(version))
}

fn escape(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 4);
    for c in s.chars() {
        if c.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// The module path of an escaped one; `None` when nothing valid escapes to it.
pub fn unescape_path(escaped: &str) -> Option<String> {
    unescape(escaped).filter(|p| check_module_path(p).is_ok())
}

/// The version of an escaped one; `None` when nothing valid escapes to it.
pub fn unescape_version(escaped: &str) -> Option<String> {
    unescape(escaped).filter(|v| check_element(v, PathKind::File).is_ok())
}

fn unescape(escaped: &str) -> Option<String> {
    let mut out = String::with_capacity(escaped.len());
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => {
                let c = chars.next().filter(char::is_ascii_lowercase)?;
                out.push(c.to_ascii_uppercase());
            }
            c if !c.is_ascii() || c.is_ascii_uppercase() => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

/// Whether a leading part of `target` matches one of the comma-separated glob patterns, as `GOPRIVATE`
/// and its relatives match module paths. Empty and malformed patterns match nothing.
pub fn match_prefix_patterns(globs: &str, target: &str) -> bool {
    globs.split(',').any(|glob| {
        let glob = glob.strip_suffix('/').unwrap_or(glob);
        if glob.is_empty() {
            return false;
        }
        let slashes = glob.matches('/').count();
        // A pattern of N elements is held against the first N elements of the target.
        let mut ends = target
            .match_indices('/')
            .map(|(i, _)| i)
            .chain([target.len()]);
        match ends.nth(slashes) {
            Some(end) => glob_match(glob, &target[..end]),
            None => false,
        }
    })
}

/// Shell-like matching as Go's `path.Match`: `*` and `?` stop at `/`, `[a-z]` and `[^a-z]` are classes,
/// `\` quotes. A malformed pattern matches nothing.
pub fn glob_match(pattern: &str, name: &str) -> bool {
    let pat: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = name.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to resume when a match fails: after the last star, one character further in the text.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() || p < pat.len() {
        if p < pat.len() {
            if pat[p] == '*' {
                p += 1;
                retry = Some((p, t));
                continue;
            }
            match match_one(&pat[p..], text.get(t).copied()) {
                None => return false,
                Some((len, true)) => {
                    p += len;
                    t += 1;
                    continue;
                }
                Some((_, false)) => {}
            }
        }
        match retry {
            Some((rp, rt)) if rt < text.len() && text[rt] != '/' => {
                p = rp;
                t = rt + 1;
                retry = Some((rp, rt + 1));
            }
            _ => return false,
        }
    }
    true
}

/// Matches one pattern element (not a star) against `c`; its length and whether it matched, or `None`
/// when it is malformed.
fn match_one(pat: &[char], c: Option<char>) -> Option<(usize, bool)> {
    match pat[0] {
        '?' => Some((1, c.is_some_and(|c| c != '/'))),
        '\\' => {
            let quoted = *pat.get(1)?;
            Some((2, c == Some(quoted)))
        }
        '[' => {
            let mut i = 1;
            let negated = pat.get(i) == Some(&'^');
            if negated {
                i += 1;
            }
            let mut hit = false;
            let mut first = true;
            loop {
                if !first && *pat.get(i)? == ']' {
                    i += 1;
                    break;
                }
                first = false;
                let lo = class_char(pat, &mut i)?;
                let hi = if *pat.get(i)? == '-' {
                    i += 1;
                    class_char(pat, &mut i)?
                } else {
                    lo
                };
                hit |= c.is_some_and(|c| lo <= c && c <= hi);
            }
            Some((i, c.is_some() && hit != negated))
        }
        literal => Some((1, c == Some(literal))),
    }
}

fn class_char(pat: &[char], i: &mut usize) -> Option<char> {
    let mut c = *pat.get(*i)?;
    if c == '-' || c == ']' {
        return None;
    }
    if c == '\\' {
        *i += 1;
        c = *pat.get(*i)?;
    }
    *i += 1;
    Some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_paths() {
        for ok in [
            "x.y/z",
            "example.com/A/b_c~d",
            "x.y/z/v2",
            "gopkg.in/yaml.v0",
            "gopkg.in/yaml.v2-unstable",
            "x.y/v9.x",
        ] {
            assert_eq!(check_module_path(ok), Ok(()), "{ok}");
        }
        for (bad, reason) in [
            ("", "empty string"),
            ("-x.y", "leading dash"),
            ("x.y//z", "double slash"),
            ("x.y/", "trailing slash"),
            ("/x.y", "empty path element"),
            ("x/y", "missing dot in first path element"),
            ("X.y/z", "invalid char 'X' in first path element"),
            ("x.y/..", "invalid path element \"..\""),
            ("x.y/.z", "leading dot in path element"),
            ("x.y/z.", "trailing dot in path element"),
            ("x.y/z+", "invalid char '+'"),
            ("x.y/é", "invalid char 'é'"),
            ("x.y/\0", "invalid char '\\x00'"),
            (
                "x.y/Con.go",
                "\"Con\" disallowed as path element component on Windows",
            ),
            ("x.y/a~12", "trailing tilde and digits in path element"),
            ("x.y/v1", "invalid version"),
            ("x.y/v02", "invalid version"),
            ("x.y/v2.1", "invalid version"),
            ("gopkg.in/yaml", "invalid version"),
        ] {
            let e = check_module_path(bad).unwrap_err();
            assert_eq!(e.reason, reason, "{bad}");
        }
        assert_eq!(
            check_module_path("x").unwrap_err().to_string(),
            "malformed module path \"x\": missing dot in first path element"
        );
        assert!(check_import_path("fmt/c++").is_ok());
        assert!(check_import_path("a/../b").is_err());
        assert!(check_file_path("a b/ü.go").is_ok());
        assert!(check_file_path("a:b").is_err());
    }

    #[test]
    fn majors() {
        for (path, want) in [
            ("x.y/z", Some(("x.y/z", ""))),
            ("x.y/z/v2", Some(("x.y/z", "/v2"))),
            ("x.y/v", Some(("x.y/v", ""))),
            ("x.y/zv2", Some(("x.y/zv2", ""))),
            ("v2", Some(("v2", ""))),
            ("x.y/v1", None),
            ("gopkg.in/a.v1", Some(("gopkg.in/a", ".v1"))),
            (
                "gopkg.in/a.v2-unstable",
                Some(("gopkg.in/a", ".v2-unstable")),
            ),
            ("gopkg.in/a.v01", None),
        ] {
            assert_eq!(split_path_version(path), want, "{path}");
        }
        for (v, major, ok) in [
            ("v1.2.3", "", true),
            ("v2.0.0", "", false),
            ("v2.0.0+incompatible", "", true),
            ("v2.1.0", "/v2", true),
            ("v1.1.0", "/v2", false),
            ("v0.0.0-2016", ".v1", true),
            ("v3.0.0", ".v3-unstable", true),
        ] {
            assert_eq!(check_path_major(v, major).is_ok(), ok, "{v} {major}");
        }
        assert_eq!(
            check("x.y/z", "v2.0.0").unwrap_err(),
            "x.y/z@v2.0.0: invalid version: should be v0 or v1, not v2"
        );
        assert_eq!(
            check_path_major("v2.0.0", "").unwrap_err().to_string(),
            "version \"v2.0.0\" invalid: should be v0 or v1, not v2"
        );
    }

    #[test]
    fn escaping() {
        for p in ["github.com/BurntSushi/toml", "x.y/z"] {
            assert_eq!(unescape_path(&escape_path(p).unwrap()).as_deref(), Some(p));
        }
        assert_eq!(
            escape_path("github.com/BurntSushi/toml").unwrap(),
            "github.com/!burnt!sushi/toml"
        );
        assert_eq!(escape_version("v1.0.0-RC1").unwrap(), "v1.0.0-!r!c1");
        for bad in ["v1!", "a/b", "é", ""] {
            assert!(escape_version(bad).is_err(), "{bad}");
        }
        for bad in ["github.com/A", "github.com/a!", "github.com/!!a", "nodot/a"] {
            assert_eq!(unescape_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn globs() {
        for (globs, target, want) in [
            ("*.corp.test,rsc.test/private", "git.corp.test/xyzzy", true),
            (
                "*.corp.test,rsc.test/private",
                "rsc.test/private/quux",
                true,
            ),
            ("*.corp.test,rsc.test/private", "rsc.test/other", false),
            ("*/foo/", "a.test/foo/bar", true),
            ("a/b/c", "a/b", false),
            ("", "a", false),
            (",", "a", false),
            ("[a", "a", false),
            ("[^a-c]x", "dx", true),
            ("[^a-c]x", "bx", false),
            ("a\\*", "a*", true),
            ("?b*d", "abccd", true),
        ] {
            assert_eq!(
                match_prefix_patterns(globs, target),
                want,
                "{globs} {target}"
            );
        }
        // Many stars must not take exponential time.
        let stars = "a*".repeat(50);
        assert!(!glob_match(&format!("{stars}b"), &"a".repeat(2000)));
    }

    #[test]
    fn ordering_with_file_suffix() {
        let mv = ModVersion::new;
        let mut list = [
            mv("b", "v1.0.0"),
            mv("a", "v1.10.0"),
            mv("a", "v1.2.0/go.mod"),
            mv("a", "v1.2.0"),
        ];
        list.sort_by(compare_mod_versions);
        let text: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(
            text,
            ["a@v1.2.0", "a@v1.2.0/go.mod", "a@v1.10.0", "b@v1.0.0"]
        );
    }
}
