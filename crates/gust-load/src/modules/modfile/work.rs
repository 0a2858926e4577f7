//! `go.work`: which modules are worked on together.

use super::directive::{Directive, each_directive, go_version_ok};
use super::syntax::{self, Error, ErrorList, FileSyntax};
use super::{LineRef, Replace, VersionFixer};

/// A `go.work` file.
#[derive(Clone, Debug, Default)]
pub struct WorkFile {
    /// The version of the `go` directive.
    pub go: Option<String>,
    /// The name of the `toolchain` directive.
    pub toolchain: Option<String>,
    /// The `godebug` settings, key and value.
    pub godebug: Vec<(String, String)>,
    /// Where each of them stands.
    pub godebug_at: Vec<LineRef>,
    /// The `use` directives.
    pub uses: Vec<Use>,
    /// The `replace` directives.
    pub replace: Vec<Replace>,
    /// The file's text as a tree.
    pub syntax: FileSyntax,
}

/// A `use` directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Folder of the module, relative to the file's unless rooted.
    pub path: String,
    /// Where it stands.
    pub at: LineRef,
}

impl WorkFile {
    /// Parses a `go.work`. `fix` canonicalises versions; without it they must be canonical.
    pub fn parse(
        name: &str,
        data: &[u8],
        mut fix: Option<&mut VersionFixer<'_>>,
    ) -> Result<WorkFile, ErrorList> {
        let mut syntax = syntax::parse(name, data).map_err(|e| ErrorList(vec![e]))?;
        let mut file = WorkFile::default();
        let mut errors = Vec::new();
        let blocks = ["godebug", "use", "replace"];
        each_directive(&mut syntax, &blocks, true, &mut errors, &mut |mut d| {
            file.directive(&mut d, &mut fix)
        });
        if !errors.is_empty() {
            return Err(ErrorList(errors));
        }
        file.syntax = syntax;
        Ok(file)
    }

    fn directive(
        &mut self,
        d: &mut Directive<'_>,
        fix: &mut Option<&mut VersionFixer<'_>>,
    ) -> Result<(), Error> {
        match d.verb {
            "go" => {
                if self.go.is_some() {
                    return d.fail("repeated go statement");
                }
                let [version] = &*d.args else {
                    return d.fail("go directive expects exactly one argument");
                };
                if !go_version_ok(version) {
                    return d.fail(format!(
                        "invalid go version '{version}': must match format 1.23.0"
                    ));
                }
                self.go = Some(version.clone());
            }
            "toolchain" => d.toolchain(&mut self.toolchain)?,
            "godebug" => {
                self.godebug.push(d.godebug()?);
                self.godebug_at.push(d.at);
            }
            "use" => {
                if d.args.len() != 1 {
                    return d.fail("usage: use local/dir");
                }
                self.uses.push(Use {
                    path: d.string(0)?,
                    at: d.at,
                });
            }
            "replace" => self.replace.push(d.replace(fix)?),
            verb => return d.fail(format!("unknown directive: {verb}")),
        }
        Ok(())
    }

    /// The language version: that of the `go` directive, or 1.18 without one.
    pub fn go_version(&self) -> &str {
        self.go
            .as_deref()
            .unwrap_or(crate::modules::gover::DEFAULT_GO_WORK)
    }
}
