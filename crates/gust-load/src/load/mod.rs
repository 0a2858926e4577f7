//! From patterns to packages.
//!
//! Loading has two phases. **Discovery** ([`discover`]) follows imports from the roots with all
//! processors: it resolves paths, reads folders and scans headers, in whatever order threads come to it.
//! **Assembly** ([`assemble`]) then walks the graph once, depth first and in a fixed order, as
//! the official tool does; errors, import stacks and the order of packages come from there and
//! depend on nothing that the threads did. Test variants ([`variants`]) are made last.

mod assemble;
mod closure;
mod cover;
mod discover;
mod embed;
mod files;
mod godebug;
mod matching;
mod patterns;
mod resolve;
mod rules;
mod variants;

pub use assemble::no_go_message;
pub use patterns::{clean_patterns, is_meta_package, is_standard_import_path};

use crate::context::BuildContext;
use crate::goroot::Goroot;
use crate::overlay::Overlay;
use crate::package::LoadResult;
use crate::place::WorkingDir;
use crate::source::ModuleSource;

/// What to load, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that patterns and names in messages are relative to.
    pub cwd: WorkingDir,
    /// The standard library.
    pub goroot: Goroot,
    /// What the build targets.
    pub context: BuildContext,
    /// Replacements in the standard library.
    pub overlay: Overlay,
    /// Make test variants of the packages that patterns matched.
    pub tests: bool,
    /// Make tests count what they cover.
    pub cover: Option<Cover>,
    /// Keep the texts of files to compile.
    pub texts: bool,
    /// Look into `_test.go` files of dependencies too, so that their lists are complete.
    pub scan_all_tests: bool,
    /// Follow imports.
    pub follow_imports: bool,
    /// Resolve `//go:embed` patterns.
    pub resolve_embeds: bool,
    /// `import "C"` in a package outside std is an error.
    pub refuse_cgo: bool,
}

impl Options {
    /// Options to compile or check packages, without tests.
    #[must_use]
    pub fn for_compiling(cwd: WorkingDir, goroot: Goroot, context: BuildContext) -> Self {
        Self {
            cwd,
            goroot,
            context,
            overlay: Overlay::in_use().unwrap_or_else(|error| {
                eprintln!("gust: {error}");
                Overlay::default()
            }),
            tests: false,
            cover: None,
            texts: true,
            scan_all_tests: false,
            follow_imports: true,
            resolve_embeds: true,
            refuse_cgo: true,
        }
    }

    /// Options to list packages: nothing is going to be compiled.
    #[must_use]
    pub fn for_listing(cwd: WorkingDir, goroot: Goroot, context: BuildContext) -> Self {
        Self {
            texts: false,
            scan_all_tests: true,
            refuse_cgo: false,
            ..Self::for_compiling(cwd, goroot, context)
        }
    }
}

/// What tests cover: packages are marked by [`Package::covered`](crate::package::Package::covered).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Patterns of the packages to cover, as given; empty means that each test covers its own package.
    pub patterns: Vec<String>,
    /// Counters need `sync/atomic`.
    pub atomic: bool,
}

/// Why nothing could be loaded at all: the command line names files that cannot be one package,
/// or the module graph is broken. Its `Display` is the official text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError(pub String);

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LoadError {}

/// Loads the packages that `patterns` match (`.` when there is none) and all they need.
///
/// # Errors
/// When there is nothing to speak of. What is wrong with one package is an error of that
/// [`Package`](crate::package::Package).
pub fn load(
    options: &Options,
    modules: &dyn ModuleSource,
    patterns: &[String],
) -> Result<LoadResult, LoadError> {
    let loader = discover::Loader::new(options, modules);
    if files::names_files(&options.cwd, patterns) {
        return files::load(&loader, patterns);
    }
    let matches = matching::match_patterns(&loader, patterns)?;
    let roots: Vec<&str> = matches
        .iter()
        .flat_map(|m| m.packages.iter())
        .map(String::as_str)
        .collect();
    loader.discover(&roots);
    Ok(assemble::assemble(&loader, &matches))
}
