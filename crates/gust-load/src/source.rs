//! What the package loader asks about modules.
//!
//! The package half of this crate knows folders and files, the module half versions and
//! caches; [`ModuleSource`] is all that the first needs from the second. Paths of the standard
//! library never come here: they are looked up in GOROOT first.

use crate::package::ModuleInfo;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A main module: one whose packages the user works on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MainModule {
    /// Module path.
    pub path: String,
    /// What the import paths of its packages start with: the module path, but empty for
    /// module `std` in GOROOT.
    pub prefix: String,
    /// The folder with its `go.mod`, absolute.
    pub root: PathBuf,
    /// The `ignore` lines of its `go.mod`.
    pub ignore: Vec<String>,
}

/// Where a package's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPackage {
    /// The package's folder.
    pub dir: PathBuf,
    /// The module that has it.
    pub module: Option<Arc<ModuleInfo>>,
}

/// Why no folder could be found for an import path. Texts are the official ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// No module in the build has such a package:
    /// `no required module provides package x; to add it:\n\tgo get x`.
    Missing(String),
    /// Anything else: ambiguous import, missing go.sum entry, unreachable proxy, ...
    Other(String),
    /// Nothing to do with this package: `go.mod` has to be updated, a checksum does not match. The
    /// command prints the text, which is complete, and stops.
    Fatal(String),
}

impl std::fmt::Display for ResolveError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Self::Missing(text) | Self::Other(text) | Self::Fatal(text)) = self;
        f.write_str(text)
    }
}

impl std::error::Error for ResolveError {}

/// A module of the build with its files present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleDir {
    /// Module path, which the import paths of its packages start with.
    pub path: String,
    /// The folder of its files.
    pub root: PathBuf,
    /// Whether the folder is the user's (main module, replacement by path): modules nested in it have
    /// to be left out. A copy in the module cache has none.
    pub is_local: bool,
    /// The `ignore` lines of its `go.mod`.
    pub ignore: Vec<String>,
}

/// The modules of a build. Asked from several threads at once.
pub trait ModuleSource: Send + Sync {
    /// The main modules; empty outside any module.
    fn main_modules(&self) -> &[MainModule];

    /// The folder with the vendored packages, when they are used instead of the module cache.
    fn vendor_dir(&self) -> Option<&Path>;

    /// Whether several modules are worked on through a `go.work`.
    fn is_workspace(&self) -> bool;

    /// The language version of the main module such as `1.24` (of the workspace where there is one).
    fn go_version(&self) -> String;

    /// `godebug` lines of the main module or workspace.
    fn godebugs(&self) -> Vec<(String, String)>;

    /// `tool` lines of the main modules: package paths.
    fn tools(&self) -> Vec<String>;

    /// The folder of the package that `path` means (not one of std). Fetches the module if need be.
    ///
    /// `importer` is the path of the importing package and its module, for texts.
    ///
    /// # Errors
    /// When there is none, or more than one, or it cannot be had.
    fn resolve(
        &self,
        path: &str,
        importer: Option<(&str, Option<&ModuleInfo>)>,
    ) -> Result<FoundPackage, ResolveError>;

    /// All modules of the build but the main ones, sorted by path, with their files fetched.
    ///
    /// # Errors
    /// Those of reading the module graph; modules that cannot be fetched give an error each.
    fn build_list(&self) -> Result<Vec<Result<ModuleDir, String>>, String>;

    /// The import path of a folder inside a dependency (the module cache, a replacement by path).
    fn path_of_dir(&self, dir: &Path) -> Option<String>;

    /// The module with path `path` in the build, as `list -m` and the template function `module` show it.
    fn module(&self, path: &str) -> Option<Arc<ModuleInfo>>;

    /// What is said to somebody who names a folder while there is no main module.
    fn no_main_module_message(&self) -> String {
        "go.mod file not found in current directory or any parent directory; see 'go help modules'"
            .to_owned()
    }
}

/// No modules at all: std and files named on the command line can be loaded.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoModules;

impl ModuleSource for NoModules {
    fn main_modules(&self) -> &[MainModule] {
        &[]
    }

    fn vendor_dir(&self) -> Option<&Path> {
        None
    }

    fn is_workspace(&self) -> bool {
        false
    }

    fn go_version(&self) -> String {
        String::new()
    }

    fn godebugs(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn tools(&self) -> Vec<String> {
        Vec::new()
    }

    fn resolve(
        &self,
        path: &str,
        _: Option<(&str, Option<&ModuleInfo>)>,
    ) -> Result<FoundPackage, ResolveError> {
        Err(ResolveError::Missing(format!(
            "no required module provides package {path}: {}",
            self.no_main_module_message()
        )))
    }

    fn build_list(&self) -> Result<Vec<Result<ModuleDir, String>>, String> {
        Ok(Vec::new())
    }

    fn path_of_dir(&self, _: &Path) -> Option<String> {
        None
    }

    fn module(&self, _: &str) -> Option<Arc<ModuleInfo>> {
        None
    }
}
