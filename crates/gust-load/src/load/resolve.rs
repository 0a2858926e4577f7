//! From an import path to the folder of a package.

use super::patterns::is_standard_import_path;
use super::rules::has_path_prefix;
use crate::folder::has_go_files;
use crate::package::ModuleInfo;
use crate::source::{ModuleSource, ResolveError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where an import path leads.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The package's own path, which differs from the one imported for vendored packages of std.
    pub path: String,
    /// Its folder.
    pub dir: Option<PathBuf>,
    /// Its module.
    pub module: Option<Arc<ModuleInfo>>,
    /// Whether it was found in GOROOT.
    pub goroot: bool,
    /// Why there is no folder.
    pub error: Option<ResolveError>,
}

impl Resolved {
    fn failed(path: &str, error: ResolveError) -> Self {
        Self {
            path: path.to_owned(),
            dir: None,
            module: None,
            goroot: false,
            error: Some(error),
        }
    }
}

/// In whose name a path is looked up. Equal importers and paths give equal results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Realm {
    /// Packages of std, which see `vendor/`.
    Std,
    /// Packages of `cmd`, which see `cmd/vendor/`.
    Cmd,
    /// All others.
    Modules,
}

impl Realm {
    /// The realm of a package's imports.
    pub fn of(path: &str, standard: bool) -> Self {
        match standard {
            false => Self::Modules,
            true if has_path_prefix(path, "cmd") => Self::Cmd,
            true => Self::Std,
        }
    }
}

/// Resolves import paths.
pub struct Resolver<'a> {
    goroot_src: PathBuf,
    modules: &'a dyn ModuleSource,
}

impl<'a> Resolver<'a> {
    /// A resolver for the standard library in `goroot` and the packages of `modules`.
    pub fn new(goroot: &Path, modules: &'a dyn ModuleSource) -> Self {
        Self {
            goroot_src: goroot.join("src"),
            modules,
        }
    }

    /// The folder `src` of GOROOT.
    pub fn goroot_src(&self) -> &Path {
        &self.goroot_src
    }

    /// Looks up `path` as imported in `realm`. `importer` is for the text of errors.
    pub fn resolve(
        &self,
        realm: Realm,
        path: &str,
        importer: Option<(&str, Option<&ModuleInfo>)>,
    ) -> Resolved {
        let vendored = self.vendored(realm, path);
        let path = vendored.as_deref().unwrap_or(path);
        if let Err(message) = check(path) {
            return Resolved::failed(path, ResolveError::Other(message));
        }
        if is_standard_import_path(path) {
            let dir = self.goroot_src.join(path);
            if has_go_files(&dir) {
                return self.standard(path, dir);
            }
        }
        match self.modules.resolve(path, importer) {
            Ok(found) => Resolved {
                path: path.to_owned(),
                goroot: found.dir.starts_with(&self.goroot_src),
                dir: Some(found.dir),
                module: found.module,
                error: None,
            },
            Err(ResolveError::Missing(_)) if self.unreadable(path).is_some() => Resolved {
                path: path.to_owned(),
                dir: self.unreadable(path),
                module: None,
                goroot: false,
                error: None,
            },
            // A path without a dot in its first element can only have been meant as one of std.
            Err(ResolveError::Missing(_)) if is_standard_import_path(path) => {
                let dir = self.goroot_src.join(path);
                let mut message = format!("package {path} is not in std ({})", dir.display());
                let version = importer.and_then(|(_, module)| Some(&module?.go_version));
                if let Some(version) = version
                    && is_newer_than_us(version)
                {
                    message += &format!("\nnote: imported by a module that requires go {version}");
                }
                Resolved::failed(path, ResolveError::Missing(message))
            }
            Err(error) => Resolved::failed(path, error),
        }
    }

    /// The folder of a main module that `path` means although none of its `.go` files is one that
    /// can be read (a pipe, a link to nothing), or the folder itself cannot: reading it says what is
    /// wrong, better than "not found".
    fn unreadable(&self, path: &str) -> Option<PathBuf> {
        let folder = |main: &crate::source::MainModule| {
            let below = path.strip_prefix(main.prefix.as_str())?;
            let dir = main.root.join(below.strip_prefix('/').unwrap_or(below));
            // What lies in a module of its own is none of the main module's.
            let mut between = dir.ancestors().take_while(|d| *d != main.root);
            let nested = between.any(|d| d.join("go.mod").is_file());
            (has_path_prefix(path, &main.prefix) && !nested).then_some(dir)
        };
        let mut folders = self.modules.main_modules().iter().filter_map(folder);
        folders.find(|dir| has_go_files(dir) || (dir.is_dir() && std::fs::read_dir(dir).is_err()))
    }

    fn standard(&self, path: &str, dir: PathBuf) -> Resolved {
        // While somebody works on std itself, its packages belong to a main module.
        let realm = match has_path_prefix(path, "cmd") {
            true => self.goroot_src.join("cmd"),
            false => self.goroot_src.clone(),
        };
        let main = self.modules.main_modules().iter().find(|m| m.root == realm);
        let module = main.and_then(|m| self.modules.module(&m.path));
        Resolved {
            path: path.to_owned(),
            dir: Some(dir),
            module,
            goroot: true,
            error: None,
        }
    }

    /// What `path` means inside GOROOT, when that is a vendored package.
    fn vendored(&self, realm: Realm, path: &str) -> Option<String> {
        if realm == Realm::Modules || is_standard_import_path(path) {
            return None;
        }
        let vendored = match realm {
            Realm::Cmd => format!("cmd/vendor/{path}"),
            _ => format!("vendor/{path}"),
        };
        self.goroot_src.join(&vendored).is_dir().then_some(vendored)
    }
}

fn is_newer_than_us(version: &str) -> bool {
    let mut parts = version.split('.').skip(1);
    let minor = parts.next().and_then(|m| m.parse::<u32>().ok());
    minor.is_some_and(|m| m > crate::context::GO_MINOR)
}

/// Refuses what is no import path.
fn check(path: &str) -> Result<(), String> {
    if path.contains('@') {
        return Err(format!("import path {path:?} should not have @version"));
    }
    if super::patterns::is_local_import(path) {
        return Err(format!(
            "{path:?} is relative, but relative import paths are not supported in module mode"
        ));
    }
    if path.starts_with('/') {
        return Err(format!(
            "{path:?} is not a package path; see 'go help packages'"
        ));
    }
    if super::patterns::is_meta_package(path) {
        return Err(format!(
            "{path:?} is not an importable package; see 'go help packages'"
        ));
    }
    crate::modules::path::check_import_path(path).map_err(|e| e.to_string())
}
