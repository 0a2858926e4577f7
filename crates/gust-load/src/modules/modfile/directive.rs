//! One directive: its arguments, its comments and the errors about it.

use super::syntax::{Comments, Error, FileSyntax, Position, Stmt};
use super::{FixError, LineRef, Replace, VersionFixer, auto_quote, is_directory_path};
use crate::goenv::quote;
use crate::modules::path::{
    InvalidVersion, ModVersion, canonical_version, check_path_major, split_path_version,
};

/// A line with its verb, wherever that stands.
pub(super) struct Directive<'a> {
    pub file: &'a str,
    pub verb: &'a str,
    /// The arguments; reading one replaces it by its canonical spelling.
    pub args: &'a mut [String],
    pub at: LineRef,
    pub start: Position,
    comments: &'a Comments,
    block: Option<&'a Comments>,
}

/// Calls `f` for each directive of `syntax` in order and collects what is wrong. Only the verbs in
/// `blocks` can be factored; when not `strict` other blocks are skipped without complaint.
pub(super) fn each_directive(
    syntax: &mut FileSyntax,
    blocks: &[&str],
    strict: bool,
    errors: &mut Vec<Error>,
    f: &mut dyn FnMut(Directive<'_>) -> Result<(), Error>,
) {
    let file = syntax.name.as_str();
    for (i, stmt) in syntax.stmts.iter_mut().enumerate() {
        match stmt {
            Stmt::Comments { .. } => {}
            Stmt::Line(l) => {
                let Some((verb, args)) = l.tokens.split_first_mut() else {
                    continue;
                };
                let d = Directive {
                    file,
                    verb,
                    args,
                    at: LineRef {
                        stmt: i,
                        line: None,
                    },
                    start: l.start,
                    comments: &l.comments,
                    block: None,
                };
                errors.extend(f(d).err());
            }
            Stmt::Block(b) => {
                if b.tokens.len() != 1 || !blocks.contains(&b.tokens[0].as_str()) {
                    if strict {
                        errors.push(Error {
                            file: file.to_owned(),
                            pos: b.start,
                            verb: String::new(),
                            mod_path: String::new(),
                            message: format!("unknown block type: {}", b.tokens.join(" ")),
                        });
                    }
                    continue;
                }
                for (j, l) in b.lines.iter_mut().enumerate() {
                    let d = Directive {
                        file,
                        verb: &b.tokens[0],
                        args: &mut l.tokens,
                        at: LineRef {
                            stmt: i,
                            line: Some(j),
                        },
                        start: l.start,
                        comments: &l.comments,
                        block: Some(&b.comments),
                    };
                    errors.extend(f(d).err());
                }
            }
        }
    }
}

impl Directive<'_> {
    /// An error at this directive.
    pub fn error(&self, message: impl Into<String>) -> Error {
        Error {
            file: self.file.to_owned(),
            pos: self.start,
            verb: String::new(),
            mod_path: String::new(),
            message: message.into(),
        }
    }

    /// An error about the module that this directive names.
    pub fn error_about(&self, path: &str, message: impl Into<String>) -> Error {
        Error {
            verb: self.verb.to_owned(),
            mod_path: path.to_owned(),
            ..self.error(message)
        }
    }

    pub fn fail<T>(&self, message: impl Into<String>) -> Result<T, Error> {
        Err(self.error(message))
    }

    /// An error of [`parse_interval`] at this directive.
    pub fn placed(&self, message: String) -> Error {
        self.error(message)
    }

    /// Argument `i` without quotes.
    pub fn string(&mut self, i: usize) -> Result<String, Error> {
        match parse_string(&mut self.args[i]) {
            Ok(s) => Ok(s),
            Err(m) => self.fail(format!("invalid quoted string: {m}")),
        }
    }

    /// Argument `i` as a version of module `path`.
    pub fn version(
        &mut self,
        path: &str,
        i: usize,
        fix: &mut Option<&mut VersionFixer<'_>>,
    ) -> Result<String, Error> {
        let verb = self.verb;
        match parse_version(verb, path, &mut self.args[i], fix) {
            Ok(v) => Ok(v),
            Err(m) => self.fail(m),
        }
    }

    /// The text of the comments at this line, or else at its block.
    pub fn comment(&self) -> String {
        let own = self.comments;
        let c = match self.block {
            Some(b) if own.before.is_empty() && own.suffix.is_empty() => b,
            _ => own,
        };
        let lines: Vec<&str> = c
            .before
            .iter()
            .chain(&c.suffix)
            .filter_map(|c| c.text.strip_prefix("//"))
            .map(str::trim)
            .collect();
        lines.join("\n")
    }

    /// Whether the line has an `// indirect` comment, possibly followed by `;` and more.
    pub fn is_indirect(&self) -> bool {
        let Some(c) = self.comments.suffix.first() else {
            return false;
        };
        let mut words = c.text.trim_start_matches("//").split_whitespace();
        let first = (words.next(), words.next());
        matches!(
            first,
            (Some("indirect"), None) | (Some("indirect;"), Some(_))
        )
    }

    pub fn toolchain(&mut self, slot: &mut Option<String>) -> Result<(), Error> {
        if slot.is_some() {
            return self.fail("repeated toolchain statement");
        }
        let [name] = &*self.args else {
            return self.fail("toolchain directive expects exactly one argument");
        };
        if !toolchain_ok(name) {
            return self.fail(format!(
                "invalid toolchain version '{name}': must match format go1.23.0 or default"
            ));
        }
        *slot = Some(name.clone());
        Ok(())
    }

    pub fn godebug(&mut self) -> Result<(String, String), Error> {
        if let [arg] = &*self.args
            && !arg.contains(['"', '`', '\'', ','])
            && let Some((k, v)) = arg.split_once('=')
        {
            return Ok((k.to_owned(), v.to_owned()));
        }
        self.fail("usage: godebug key=value")
    }

    pub fn replace(&mut self, fix: &mut Option<&mut VersionFixer<'_>>) -> Result<Replace, Error> {
        let n = self.args.len();
        let arrow = if n >= 2 && self.args[1] == "=>" { 1 } else { 2 };
        if n < arrow + 2 || n > arrow + 3 || self.args[arrow] != "=>" {
            let verb = self.verb;
            return self.fail(format!(
                "usage: {verb} module/path [v1.2.3] => other/module v1.4\n\t or {verb} module/path [v1.2.3] => ../local/directory"
            ));
        }
        let path = self.string(0)?;
        let major = path_major(&path).map_err(|m| self.error_about(&path, m))?;
        let mut version = String::new();
        if arrow == 2 {
            version = self.version(&path, 1, fix)?;
            check_path_major(&version, major)
                .map_err(|e| self.error_about(&path, e.to_string()))?;
        }
        let new_path = self.string(arrow + 1)?;
        let mut new_version = String::new();
        if n == arrow + 2 {
            if !is_directory_path(&new_path) {
                return self.fail(if new_path.contains('@') {
                    "replacement module must match format 'path version', not 'path@version'"
                } else {
                    "replacement module without version must be directory path (rooted or starting with . or ..)"
                });
            }
            if !cfg!(windows) && new_path.contains('\\') {
                return self.fail(
                    "replacement directory appears to be Windows path (on a non-windows system)",
                );
            }
        } else {
            new_version = self.version(&new_path, arrow + 2, fix)?;
            if is_directory_path(&new_path) {
                return self.fail(format!(
                    "replacement module directory path {} cannot have version",
                    quote(&new_path)
                ));
            }
        }
        Ok(Replace {
            old: ModVersion::new(path, version),
            new: ModVersion::new(new_path, new_version),
            at: self.at,
        })
    }
}

/// The major version suffix of a path.
pub(super) fn path_major(path: &str) -> Result<&str, &'static str> {
    split_path_version(path)
        .map(|(_, major)| major)
        .ok_or("invalid module path")
}

fn parse_string(token: &mut String) -> Result<String, &'static str> {
    let s = if token.starts_with('"') {
        unquote(token).ok_or("invalid syntax")?
    } else if token.contains(['"', '\'', '`']) {
        return Err("unquoted string cannot contain quote");
    } else {
        token.clone()
    };
    *token = auto_quote(&s);
    Ok(s)
}

fn parse_version(
    verb: &str,
    path: &str,
    token: &mut String,
    fix: &mut Option<&mut VersionFixer<'_>>,
) -> Result<String, String> {
    let about = |message: String| match path {
        "" => format!("{verb}: {message}"),
        path => format!("{verb} {path}: {message}"),
    };
    let raw = token.clone();
    let v = parse_string(token).map_err(|m| about(InvalidVersion::new(&raw, m).to_string()))?;
    let fixed = match fix {
        Some(fix) => fix(path, &v).map_err(|e: FixError| match e.about_module {
            true => about(e.message),
            false => e.message,
        })?,
        None => match canonical_version(&v) {
            c if c.is_empty() => {
                let e = InvalidVersion::new(&v, "must be of the form v1.2.3");
                return Err(about(e.to_string()));
            }
            c => c,
        },
    };
    *token = fixed.clone();
    Ok(fixed)
}

/// A version, or `[low, high]`; returns the bounds and how many tokens they took.
pub(super) fn parse_interval(
    path: &str,
    args: &mut [String],
    fix: &mut Option<&mut VersionFixer<'_>>,
) -> Result<(String, String, usize), String> {
    let verb = "retract";
    match args.first().map(String::as_str) {
        None | Some("(") => return Err("expected '[' or version".into()),
        Some("[") => {}
        Some(_) => {
            let v = parse_version(verb, path, &mut args[0], fix)?;
            return Ok((v.clone(), v, 1));
        }
    }
    let mut bound = |i: usize, after: &str| match args.get_mut(i) {
        None => Err(format!("expected version after '{after}'")),
        Some(token) => parse_version(verb, path, token, fix),
    };
    let low = bound(1, "[")?;
    if args.get(2).is_none_or(|t| t != ",") {
        return Err("expected ',' after version".into());
    }
    let mut bound = |i: usize, after: &str| match args.get_mut(i) {
        None => Err(format!("expected version after '{after}'")),
        Some(token) => parse_version(verb, path, token, fix),
    };
    let high = bound(3, ",")?;
    if args.get(4).is_none_or(|t| t != "]") {
        return Err("expected ']' after version".into());
    }
    Ok((low, high, 5))
}

/// The message of the first paragraph of `text` that starts with `Deprecated:`.
pub(super) fn deprecation(text: &str) -> String {
    text.split("\n\n")
        .find_map(|p| p.strip_prefix("Deprecated:"))
        .map_or(String::new(), |m| m.trim_start_matches(' ').to_owned())
}

/// A decimal number without superfluous zeros, and what follows.
fn number(s: &str) -> Option<(&str, &str)> {
    let end = s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let (n, rest) = s.split_at(end);
    (n == "0" || !n.is_empty() && !n.starts_with('0')).then_some((n, rest))
}

/// Whether `v` has the form that a `go` line takes: `1.N`, `1.N.M`, either with `rcN` or the like.
pub(super) fn go_version_ok(v: &str) -> bool {
    let tail = || {
        let (major, rest) = number(v)?;
        let (_, mut rest) = number(rest.strip_prefix('.')?)?;
        if let Some(r) = rest.strip_prefix('.') {
            rest = number(r)?.1;
        }
        (major != "0").then_some(rest)
    };
    let Some(tail) = tail() else {
        return false;
    };
    let digits = tail.trim_start_matches(|c: char| c.is_ascii_lowercase());
    tail.is_empty()
        || digits.len() < tail.len()
            && !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The `1.N` at the start of a `go` line of some other form, for dependencies.
pub(super) fn lax_go_version(v: &str) -> Option<&str> {
    let v = v.strip_prefix('v').unwrap_or(v);
    let (major, rest) = number(v)?;
    let (_, tail) = number(rest.strip_prefix('.')?)?;
    (major != "0" && !tail.is_empty()).then(|| &v[..v.len() - tail.len()])
}

pub(super) fn toolchain_ok(name: &str) -> bool {
    name == "default" || name == "go1" || name.starts_with("go1.")
}

/// The value of a double-quoted Go string literal.
pub(super) fn unquote(s: &str) -> Option<String> {
    let body = s.strip_prefix('"')?.strip_suffix('"')?;
    let mut out: Vec<u8> = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '"' | '\n' => return None,
            '\\' => {}
            c => {
                out.extend(c.encode_utf8(&mut [0; 4]).bytes());
                continue;
            }
        }
        let e = rest.chars().next()?;
        let digits = |from: usize, n: usize, radix: u32| {
            let d = rest.get(from..from + n)?;
            if !d.bytes().all(|b| (b as char).is_digit(radix)) {
                return None;
            }
            u32::from_str_radix(d, radix).ok()
        };
        let used = match e {
            'x' => {
                out.push(u8::try_from(digits(1, 2, 16)?).ok()?);
                3
            }
            '0'..='7' => {
                out.push(u8::try_from(digits(0, 3, 8)?).ok()?);
                3
            }
            'u' | 'U' => {
                let n = if e == 'u' { 4 } else { 8 };
                let c = char::from_u32(digits(1, n, 16)?)?;
                out.extend(c.encode_utf8(&mut [0; 4]).bytes());
                1 + n
            }
            simple => {
                out.push(match simple {
                    'a' => 7,
                    'b' => 8,
                    'f' => 12,
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    'v' => 11,
                    '\\' => b'\\',
                    '"' => b'"',
                    _ => return None,
                });
                1
            }
        };
        rest = &rest[used..];
    }
    String::from_utf8(out).ok()
}
