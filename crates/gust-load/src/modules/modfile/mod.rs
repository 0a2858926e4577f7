//! `go.mod` and `go.work`: what their directives mean.
//!
//! [`ModFile::parse`] is strict and meant for the main module. [`ModFile::parse_lax`] is for
//! dependencies: it skips what only matters in a main module, and directives of future releases, so that
//! old tools can use new modules.

mod directive;
pub mod print;
pub mod syntax;
mod work;

pub use print::format;
pub use syntax::{Error, ErrorList, FileSyntax, Position};
pub use work::{Use, WorkFile};

use super::path::{ModVersion, check_path_major};
use directive::{
    Directive, deprecation, each_directive, go_version_ok, lax_go_version, parse_interval,
    path_major,
};

/// Turns the version of a module, as written, into its canonical form.
pub type VersionFixer<'a> = dyn FnMut(&str, &str) -> Result<String, FixError> + 'a;

/// Why a version could not be made canonical.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixError {
    /// Whether the message is about the module that the directive names: then the directive and the
    /// module are printed before it.
    pub about_module: bool,
    /// What is wrong.
    pub message: String,
}

/// The line a directive stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRef {
    /// Index of the statement.
    pub stmt: usize,
    /// Index of the line when the statement is a block.
    pub line: Option<usize>,
}

/// A `go.mod` file.
#[derive(Clone, Debug, Default)]
pub struct ModFile {
    /// The `module` directive.
    pub module: Option<Module>,
    /// The version of the `go` directive.
    pub go: Option<String>,
    /// The name of the `toolchain` directive.
    pub toolchain: Option<String>,
    /// The `godebug` settings, key and value.
    pub godebug: Vec<(String, String)>,
    /// Where each of them stands.
    pub godebug_at: Vec<LineRef>,
    /// The `require` directives.
    pub require: Vec<Require>,
    /// The `exclude` directives.
    pub exclude: Vec<ModVersion>,
    /// The `replace` directives.
    pub replace: Vec<Replace>,
    /// The `retract` directives.
    pub retract: Vec<Retract>,
    /// The package paths of the `tool` directives.
    pub tool: Vec<String>,
    /// The folders of the `ignore` directives.
    pub ignore: Vec<String>,
    /// The file's text as a tree, for writing it back.
    pub syntax: FileSyntax,
}

/// A `module` directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The module path.
    pub path: String,
    /// The text of a `Deprecated:` paragraph in its comments, or empty.
    pub deprecated: String,
    /// Where it stands.
    pub at: LineRef,
}

/// A `require` directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Require {
    /// Module and minimum version.
    pub module: ModVersion,
    /// Whether it has an `// indirect` comment.
    pub indirect: bool,
    /// Where it stands.
    pub at: LineRef,
}

/// A `replace` directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace {
    /// What is replaced; without a version all versions are.
    pub old: ModVersion,
    /// What it is replaced with; without a version the path is a folder.
    pub new: ModVersion,
    /// Where it stands.
    pub at: LineRef,
}

/// A closed interval of versions that should not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retract {
    /// The first version.
    pub low: String,
    /// The last version.
    pub high: String,
    /// The comment that says why, or empty.
    pub rationale: String,
    /// Where it stands.
    pub at: LineRef,
}

const BLOCKS: [&str; 8] = [
    "module", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore",
];

impl ModFile {
    /// Parses the main module's file. `fix` canonicalises versions; without it they must be canonical.
    pub fn parse(
        name: &str,
        data: &[u8],
        fix: Option<&mut VersionFixer<'_>>,
    ) -> Result<ModFile, ErrorList> {
        ModFile::build(name, data, fix, true)
    }

    /// Parses the file of a dependency: unknown directives are skipped.
    pub fn parse_lax(
        name: &str,
        data: &[u8],
        fix: Option<&mut VersionFixer<'_>>,
    ) -> Result<ModFile, ErrorList> {
        ModFile::build(name, data, fix, false)
    }

    fn build(
        name: &str,
        data: &[u8],
        fix: Option<&mut VersionFixer<'_>>,
        strict: bool,
    ) -> Result<ModFile, ErrorList> {
        let mut syntax = syntax::parse(name, data).map_err(|e| ErrorList(vec![e]))?;
        let mut reader = Reader {
            file: ModFile::default(),
            fix,
            strict,
            retractions: Vec::new(),
        };
        let mut errors = Vec::new();
        each_directive(&mut syntax, &BLOCKS, strict, &mut errors, &mut |mut d| {
            reader.directive(&mut d)
        });
        errors.extend(reader.fix_retractions());
        if !errors.is_empty() {
            return Err(ErrorList(errors));
        }
        reader.file.syntax = syntax;
        Ok(reader.file)
    }
}

struct Reader<'f, 'a> {
    file: ModFile,
    fix: Option<&'f mut VersionFixer<'a>>,
    strict: bool,
    /// The arguments of each retraction and the error that stands for its line: the module path, which
    /// canonical versions need, may follow later in the file.
    retractions: Vec<(Vec<String>, Error)>,
}

impl Reader<'_, '_> {
    fn directive(&mut self, d: &mut Directive<'_>) -> Result<(), Error> {
        let relevant = matches!(d.verb, "go" | "module" | "retract" | "require" | "ignore");
        if !self.strict && !relevant {
            return Ok(());
        }
        let f = &mut self.file;
        match d.verb {
            "go" => {
                if f.go.is_some() {
                    return d.fail("repeated go statement");
                }
                let [version] = d.args else {
                    return d.fail("go directive expects exactly one argument");
                };
                if !go_version_ok(version) {
                    match lax_go_version(version) {
                        Some(v) if !self.strict => *version = v.to_owned(),
                        _ => {
                            let m =
                                format!("invalid go version '{version}': must match format 1.23.0");
                            return d.fail(m);
                        }
                    }
                }
                f.go = Some(version.clone());
            }
            "toolchain" => d.toolchain(&mut f.toolchain)?,
            "godebug" => {
                f.godebug.push(d.godebug()?);
                f.godebug_at.push(d.at);
            }
            "module" => {
                if f.module.is_some() {
                    return d.fail("repeated module statement");
                }
                // Recorded before its argument is looked at: a second statement is a repetition even
                // when the first was no good.
                f.module = Some(Module {
                    path: String::new(),
                    deprecated: deprecation(&d.comment()),
                    at: d.at,
                });
                if d.args.len() != 1 {
                    return d.fail("usage: module module/path");
                }
                let path = d.string(0)?;
                if let Some(m) = &mut f.module {
                    m.path = path;
                }
            }
            "require" | "exclude" => {
                if d.args.len() != 2 {
                    return d.fail(format!("usage: {} module/path v1.2.3", d.verb));
                }
                let path = d.string(0)?;
                let version = d.version(&path, 1, &mut self.fix)?;
                let major = path_major(&path).or_else(|m| d.fail(m))?;
                check_path_major(&version, major)
                    .map_err(|e| d.error_about(&path, e.to_string()))?;
                let module = ModVersion { path, version };
                if d.verb == "exclude" {
                    f.exclude.push(module);
                } else {
                    let indirect = d.is_indirect();
                    f.require.push(Require {
                        module,
                        indirect,
                        at: d.at,
                    });
                }
            }
            "replace" => f.replace.push(d.replace(&mut self.fix)?),
            "retract" => self.retract(d)?,
            "tool" => {
                if d.args.len() != 1 {
                    return d.fail("tool directive expects exactly one argument");
                }
                f.tool.push(d.string(0)?);
            }
            "ignore" => {
                if d.args.len() != 1 {
                    return d.fail("ignore directive expects exactly one argument");
                }
                f.ignore.push(d.string(0)?);
            }
            verb => return d.fail(format!("unknown directive: {verb}")),
        }
        Ok(())
    }

    fn retract(&mut self, d: &mut Directive<'_>) -> Result<(), Error> {
        let mut keep = |_: &str, v: &str| Ok(v.to_owned());
        let parsed = parse_interval("", d.args, &mut Some(&mut keep));
        let (low, high, used) = match parsed {
            Ok(x) => x,
            // Intervals of a future form must not break dependents.
            Err(_) if !self.strict => return Ok(()),
            Err(e) => return Err(d.placed(e)),
        };
        if self.strict && used < d.args.len() {
            let m = format!(
                "unexpected token after version: {}",
                crate::goenv::quote(&d.args[used])
            );
            return d.fail(m);
        }
        self.retractions.push((d.args.to_vec(), d.error("")));
        self.file.retract.push(Retract {
            low,
            high,
            rationale: d.comment(),
            at: d.at,
        });
        Ok(())
    }

    fn fix_retractions(&mut self) -> Vec<Error> {
        let mut errors = Vec::new();
        if self.fix.is_none() {
            return errors;
        }
        let path = self
            .file
            .module
            .as_ref()
            .map_or(String::new(), |m| m.path.clone());
        for (i, (args, place)) in self.retractions.iter().enumerate() {
            let placed = |message: String| Error {
                message,
                ..place.clone()
            };
            if path.is_empty() {
                let m = "no module directive found, so retract cannot be used";
                errors.push(placed(m.to_owned()));
                break;
            }
            match parse_interval(&path, &mut args.clone(), &mut self.fix) {
                Ok((low, high, _)) => {
                    self.file.retract[i].low = low;
                    self.file.retract[i].high = high;
                }
                Err(m) => errors.push(placed(m)),
            }
        }
        errors
    }
}

impl ModFile {
    /// The language version: that of the `go` directive, or 1.16 without one.
    pub fn go_version(&self) -> &str {
        self.go.as_deref().unwrap_or(super::gover::DEFAULT_GO_MOD)
    }

    /// The module path, or empty.
    pub fn path(&self) -> &str {
        self.module.as_ref().map_or("", |m| &m.path)
    }
}

/// Whether the target of a replacement, or an argument, is a folder and not a module: rooted, or starting
/// with `.` or `..`, by the rules of Unix and of Windows because files move between systems.
pub fn is_directory_path(p: &str) -> bool {
    let b = p.as_bytes();
    matches!(p, "." | "..")
        || ["./", ".\\", "../", "..\\", "/", "\\"]
            .iter()
            .any(|s| p.starts_with(s))
        || b.len() >= 2 && b[0].is_ascii_alphabetic() && b[1] == b':'
}

/// `s`, quoted where a bare token would not be read back as `s`.
pub fn auto_quote(s: &str) -> String {
    let odd = |c: char| match c {
        ' ' | '"' | '\'' | '`' => true,
        '(' | ')' | '[' | ']' | '{' | '}' | ',' => s.len() > 1,
        c => !super::path::is_print(c),
    };
    if s.is_empty() || s.contains("//") || s.contains("/*") || s.chars().any(odd) {
        crate::goenv::quote(s)
    } else {
        s.to_owned()
    }
}

/// The module path in the text of a `go.mod`, whatever else may be wrong with it; empty if there is none.
pub fn module_path(data: &[u8]) -> String {
    for line in String::from_utf8_lossy(data).lines() {
        let line = line.split("//").next().unwrap_or("").trim();
        let Some(arg) = line.strip_prefix("module") else {
            continue;
        };
        let path = arg.trim_start();
        if path.is_empty() || path.len() == arg.len() {
            continue;
        }
        if path.starts_with('`') {
            let inner = path.strip_prefix('`').and_then(|p| p.strip_suffix('`'));
            return inner.unwrap_or("").to_owned();
        }
        if path.starts_with('"') {
            return directive::unquote(path).unwrap_or_default();
        }
        return path.to_owned();
    }
    String::new()
}

#[cfg(test)]
mod tests;
