//! What loading gives: packages as plain data.
//!
//! A [`LoadResult`] holds every package of a build, dependencies before importers. The
//! checker walks it in order, skips packages that have an error, and needs nothing else from
//! the file system: all texts to compile are in [`GoFile::text`].

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Names a package of a [`LoadResult`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId(pub u32);

impl PackageId {
    /// The index into [`LoadResult::packages`] and into dense side tables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All packages that the patterns matched, with their dependencies.
#[derive(Clone, Debug, Default)]
pub struct LoadResult {
    /// Dependencies stand before their importers (in an import cycle, which is an error of one
    /// of the cycle's packages, that cannot be so).
    pub packages: Vec<Package>,
    /// The packages that patterns matched, in the order of the patterns, without repetition;
    /// test variants follow when tests were asked for.
    pub roots: Vec<PackageId>,
    /// Lines for standard error that are no errors: `go: warning: "./..." matched no packages`.
    pub warnings: Vec<String>,
}

impl std::ops::Index<PackageId> for LoadResult {
    type Output = Package;

    fn index(&self, id: PackageId) -> &Package {
        &self.packages[id.index()]
    }
}

impl std::ops::IndexMut<PackageId> for LoadResult {
    fn index_mut(&mut self, id: PackageId) -> &mut Package {
        &mut self.packages[id.index()]
    }
}

impl LoadResult {
    /// The errors of all packages, in dependency order.
    pub fn errors(&self) -> impl Iterator<Item = &PackageError> {
        self.packages.iter().filter_map(|p| p.error.as_ref())
    }

    /// Id and package, in dependency order.
    pub fn iter(&self) -> impl Iterator<Item = (PackageId, &Package)> {
        let ids = (0..).map(PackageId);
        ids.zip(&self.packages)
    }
}

/// Which of the packages that one folder gives rise to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PackageKind {
    /// The folder's package, without tests.
    #[default]
    Plain,
    /// Made of the `.go` files named on the command line.
    CommandLine,
    /// `p [p.test]`: the package with its `_test.go` files of the same package.
    InPackageTest,
    /// `p_test [p.test]`: the `_test.go` files of package `p_test`.
    ExternalTest,
    /// `q [p.test]`: a package that depends on `p` and on which a test of `p` depends; it has to be
    /// checked against `p [p.test]`.
    Recompiled,
    /// `p.test`: the program that runs the tests.
    TestMain,
}

/// One package.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// Path that the package is imported by, such as `net/http`; `command-line-arguments` for
    /// files, with the suffix `_test` or `.test` for external tests and test programs.
    pub import_path: String,
    /// Name in the package clause; empty when no file could be read.
    pub name: String,
    /// Which package of its folder it is.
    pub kind: PackageKind,
    /// Import path of the package under test when this is a variant for its test
    /// (every kind but [`Plain`](PackageKind::Plain), [`CommandLine`](PackageKind::CommandLine)
    /// and [`TestMain`](PackageKind::TestMain)).
    pub for_test: Option<String>,
    /// The folder, absolute; empty when there is none.
    pub dir: PathBuf,
    /// GOROOT, or the folder of the package's module.
    pub root: Option<PathBuf>,
    /// Whether the package was found in GOROOT.
    pub goroot: bool,
    /// Whether the package belongs to the standard library (`cmd` included).
    pub standard: bool,
    /// Whether the package is `unsafe`, which the checker knows without files.
    pub is_unsafe: bool,
    /// The module that holds the package; none for std and for packages outside any module.
    pub module: Option<Arc<ModuleInfo>>,
    /// Language version such as `go1.21`, which a file's `//go:build` line may change.
    pub language: String,
    /// The files to compile, in the order that the compiler gets them.
    pub files: Vec<GoFile>,
    /// What each import path in the source means, sorted by source path. `C` is not among them.
    pub imports: Vec<Import>,
    /// Whether functions without body are allowed: assembly or the runtime provides them.
    pub allows_bodyless: bool,
    /// Whether a pattern or the command line named the package: its errors matter to the user.
    /// Test variants of such packages count as named.
    pub named: bool,
    /// Whether one of those patterns was a plain path or file: a package without Go files is then
    /// an error instead of being passed over.
    pub named_literally: bool,
    /// Packages that have to be there before this one: the targets of its imports, and for a program
    /// what the linker needs.
    pub dependencies: Vec<PackageId>,
    /// Whether tests count which of its statements run.
    pub covered: bool,
    /// The patterns that matched.
    pub patterns: Vec<String>,
    /// The error that kept the package from being loaded, if any.
    pub error: Option<PackageError>,
    /// Whether the package or one that it needs has an error.
    pub incomplete: bool,
    /// First import of `"C"` in a selected file of a package outside std: `file:line:col` as
    /// messages show it. gust does not support cgo yet.
    pub cgo_import: Option<String>,
    /// All file names of the folder by class, and what else `list` shows.
    pub listing: Arc<Listing>,
    /// Files matched by the `//go:embed` patterns of [`files`](Self::files): pattern to names relative to
    /// [`dir`](Self::dir), with `/`.
    pub embeds: BTreeMap<String, Vec<String>>,
}

impl Package {
    /// The path with the test it is for: `p`, `p [p.test]`, `p_test [p.test]`, `q [p.test]`.
    #[must_use]
    pub fn display_path(&self) -> String {
        match &self.for_test {
            Some(p) => format!("{} [{p}.test]", self.import_path),
            None => self.import_path.clone(),
        }
    }

    /// Whether a program is linked of it. A package `main` under test is not: its tests' program is.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        let kinds = [
            PackageKind::Plain,
            PackageKind::CommandLine,
            PackageKind::TestMain,
        ];
        self.name == "main" && kinds.contains(&self.kind)
    }

    /// The path that programs see: `main` for what is linked, else the import path.
    #[must_use]
    pub fn program_path(&self) -> &str {
        match self.is_linked() {
            true => "main",
            false => &self.import_path,
        }
    }

    /// What the source path `path` means in this package.
    #[must_use]
    pub fn import(&self, path: &str) -> Option<&Import> {
        let at = self
            .imports
            .binary_search_by(|i| i.source_path.as_str().cmp(path));
        at.ok().map(|i| &self.imports[i])
    }
}

/// One import path of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// As it stands in the source.
    pub source_path: String,
    /// The package meant, such as `vendor/golang.org/x/net/idna` for std's `golang.org/x/net/idna`.
    pub package: PackageId,
    /// Where it stands, one entry per file.
    pub positions: Vec<FilePosition>,
}

/// A Go source file with its text.
#[derive(Clone, Debug)]
pub struct GoFile {
    /// Name without folder.
    pub name: String,
    /// Absolute path; for a generated file (the main function of a test program) the path it would have.
    pub path: PathBuf,
    /// Name as the official tool shows it in compiler messages: relative to the current folder
    /// where that is shorter, with `./` before a file of that folder itself.
    pub display: Arc<str>,
    /// The bytes as read. Empty when the load options asked for no text.
    pub text: Arc<[u8]>,
}

/// A place in a file, for messages of the loader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePosition {
    /// File name as messages show it: relative to the current folder where that is shorter.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in bytes.
    pub column: u32,
}

impl std::fmt::Display for FilePosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The file names of a folder by class, as the official tool sorts them, with what stands in the
/// files' headers. All names are without folder and in the order of the folder (sorted).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// First sentence of the package comment.
    pub doc: String,
    /// `.go` files without those of tests and cgo.
    pub go_files: Vec<String>,
    /// `.go` files that import `"C"`.
    pub cgo_files: Vec<String>,
    /// `.go` files that build constraints exclude.
    pub ignored_go_files: Vec<String>,
    /// `.go` files with an error in their header.
    pub invalid_go_files: Vec<String>,
    /// Other source files that build constraints exclude.
    pub ignored_other_files: Vec<String>,
    /// `.c` files.
    pub c_files: Vec<String>,
    /// `.cc`, `.cpp` and `.cxx` files.
    pub cxx_files: Vec<String>,
    /// `.m` files.
    pub m_files: Vec<String>,
    /// `.h`, `.hh`, `.hpp` and `.hxx` files.
    pub h_files: Vec<String>,
    /// `.f`, `.F`, `.for` and `.f90` files.
    pub f_files: Vec<String>,
    /// `.s` files.
    pub s_files: Vec<String>,
    /// `.swig` files.
    pub swig_files: Vec<String>,
    /// `.swigcxx` files.
    pub swigcxx_files: Vec<String>,
    /// `.syso` files.
    pub syso_files: Vec<String>,
    /// `_test.go` files of the package itself.
    pub test_go_files: Vec<String>,
    /// `_test.go` files of package `p_test`.
    pub xtest_go_files: Vec<String>,
    /// `//go:embed` patterns, sorted.
    pub embed_patterns: Vec<String>,
    /// What they match.
    pub embed_files: Vec<String>,
    /// The same of the in-package test files.
    pub test_embed_patterns: Vec<String>,
    /// What they match.
    pub test_embed_files: Vec<String>,
    /// The same of the external test files.
    pub xtest_embed_patterns: Vec<String>,
    /// What they match.
    pub xtest_embed_files: Vec<String>,
    /// Import paths as they stand in the test files of the package, sorted.
    pub test_imports: Vec<String>,
    /// Import paths as they stand in the external test files, sorted.
    pub xtest_imports: Vec<String>,
    /// Flags from `#cgo` lines by verb (`CFLAGS`, `LDFLAGS`, `pkg-config`, ...).
    pub cgo_flags: BTreeMap<String, Vec<String>>,
    /// The package has a `//go:binary-only-package` comment.
    pub binary_only: bool,
    /// `//go:debug` and other `//go:` lines above the package clauses.
    pub directives: Vec<String>,
    /// The same of the in-package test files.
    pub test_directives: Vec<String>,
    /// The same of the external test files.
    pub xtest_directives: Vec<String>,
    /// Setting of `GODEBUG` that a program starts with; empty for other packages.
    pub default_godebug: String,
}

/// A module, with the fields that `go list -m -json` has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleInfo {
    /// Module path.
    pub path: String,
    /// Version; empty for main modules.
    pub version: String,
    /// The version that was asked for.
    pub query: String,
    /// All known versions, when asked for.
    pub versions: Vec<String>,
    /// What replaces it.
    pub replace: Option<Arc<ModuleInfo>>,
    /// When the version was made, RFC 3339.
    pub time: Option<String>,
    /// The latest version, when upgrades were asked for.
    pub update: Option<Arc<ModuleInfo>>,
    /// Whether it is a main module.
    pub main: bool,
    /// Whether only other modules need it.
    pub indirect: bool,
    /// Folder of its files; empty when it is not in the module cache.
    pub dir: String,
    /// Its `go.mod`.
    pub go_mod: String,
    /// The `go` line of its `go.mod`; empty without one.
    pub go_version: String,
    /// Why the version is retracted.
    pub retracted: Vec<String>,
    /// Deprecation message.
    pub deprecated: String,
    /// What went wrong.
    pub error: Option<String>,
    /// Where it was fetched from (`Origin`), raw JSON.
    pub origin: Option<String>,
    /// Hash of its files, as in `go.sum`.
    pub sum: String,
    /// Hash of its `go.mod`.
    pub go_mod_sum: String,
}

/// One step of the way from the command line to a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportStep {
    /// The package.
    pub package: String,
    /// Where the step before imports it.
    pub position: Option<FilePosition>,
}

/// An error about a package as a whole. Its `Display` is the official text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageError {
    /// The way from the command line to the package with the error.
    pub import_stack: Vec<ImportStep>,
    /// `file:line:col`, or empty.
    pub position: String,
    /// The text.
    pub message: String,
    /// Whether packages import each other in a circle.
    pub is_import_cycle: bool,
    /// Whether the way is shown even when there is a position.
    pub always_print_stack: bool,
}

impl PackageError {
    /// An error without place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            import_stack: Vec::new(),
            position: String::new(),
            message: message.into(),
            is_import_cycle: false,
            always_print_stack: false,
        }
    }
}

impl std::fmt::Display for PackageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let has_position = !self.position.is_empty();
        if has_position && (self.import_stack.is_empty() || !self.always_print_stack) {
            return write!(f, "{}: {}", self.position, self.message);
        }
        if self.import_stack.is_empty() {
            return f.write_str(&self.message);
        }
        f.write_str("package ")?;
        for (i, step) in self.import_stack.iter().enumerate() {
            if i > 0 {
                f.write_str("\n\timports ")?;
            }
            f.write_str(&step.package)?;
            if let (true, Some(at)) = (self.is_import_cycle, &step.position) {
                let base = at.file.rsplit('/').next().unwrap_or_default();
                write!(f, " from {base}")?;
            }
        }
        if has_position {
            write!(f, "\n\t{}", self.position)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for PackageError {}
