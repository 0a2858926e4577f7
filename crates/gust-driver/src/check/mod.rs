//! From loaded packages to checked ones: parses all files and checks the packages in dependency
//! order, as many at a time as the machine has cores.

mod errors;
mod schedule;

pub use errors::{PackageErrors, shown_column};

use crate::workers;
use gust_load::package::{LoadResult, Package, PackageId, PackageKind};
use gust_lower::PackageSource;
use gust_syntax::ast::Ast;
use gust_syntax::diagnostic::Diagnostic;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use gust_types::{Config, GoVersion, Import, Input, PkgId, World};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// What to check how far.
#[derive(Clone, Copy, Debug, Default)]
pub struct CheckOptions {
    /// Check function bodies of the standard library too when it is only a dependency.
    pub all_bodies: bool,
    /// Report all errors of a package, not only the first ten.
    pub all_errors: bool,
}

/// The outcome of checking a load.
#[derive(Debug)]
pub struct CheckResult {
    /// Packages with errors in dependency order.
    pub errors: Vec<PackageErrors>,
    /// Lines of source text parsed.
    pub lines: usize,
    /// Packages checked.
    pub packages: usize,
}

/// Parses and checks all packages of `load` that have no load error and need none that has.
///
/// `report` is called for each package with errors, in dependency order, as soon as it and all
/// before it are done.
pub fn check(load: &LoadResult, sources: &SourceMap, options: CheckOptions) -> CheckResult {
    let world = World::new(load.packages.len());
    let depth = |package: &Package| {
        let standard_dependency = package.standard && !package.named;
        match standard_dependency && !options.all_bodies {
            true => Depth::Declarations,
            false => Depth::Everything,
        }
    };
    let job = Job {
        load,
        sources,
        depths: load.packages.iter().map(depth).collect(),
        world: &world,
        threads: workers::count(),
        kept: None,
    };
    outcome(&job, options.all_errors)
}

/// Checks packages for compiling: each as far as `depths` says, by [`PackageId`]. What was checked is left in `world`, and its
/// trees are given too.
pub(crate) fn check_for_lowering(
    load: &LoadResult,
    sources: &SourceMap,
    world: &World,
    depths: Vec<Depth>,
    threads: usize,
    all_errors: bool,
) -> (CheckResult, Vec<PackageSource>) {
    let job = Job {
        load,
        sources,
        depths,
        world,
        threads,
        kept: Some(Mutex::default()),
    };
    let result = outcome(&job, all_errors);
    let kept = job.kept.map(Mutex::into_inner);
    let mut kept = kept.map_or_else(Vec::new, |k| k.unwrap_or_else(PoisonError::into_inner));
    kept.sort_by_key(|source| source.package.id.index());
    (result, kept)
}

fn outcome(job: &Job<'_>, all_errors: bool) -> CheckResult {
    let (load, sources) = (job.load, job.sources);
    let (outcomes, lines) = schedule::run(job);
    let mut errors = Vec::new();
    let mut packages = 0;
    for (package, outcome) in load.packages.iter().zip(outcomes) {
        let Some(diagnostics) = outcome else { continue };
        packages += 1;
        let kept = errors::limit(diagnostics, sources, all_errors);
        if !kept.is_empty() {
            errors.push(PackageErrors {
                name: package.display_path(),
                diagnostics: kept,
            });
        }
    }
    CheckResult {
        errors,
        lines,
        packages,
    }
}

/// All that the parallel steps share.
struct Job<'a> {
    load: &'a LoadResult,
    sources: &'a SourceMap,
    depths: Vec<Depth>,
    world: &'a World,
    threads: usize,
    /// Where to keep what was checked, if anybody wants it.
    kept: Option<Mutex<Vec<PackageSource>>>,
}

/// How far a package is parsed and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Not at all: nobody needs it.
    Nothing,
    /// Declarations without the bodies of functions.
    Declarations,
    /// All of it.
    Everything,
}

/// A package's trees and what was wrong with them.
struct Parsed {
    ast: Ast,
    diagnostics: Vec<Diagnostic>,
    lines: usize,
}

impl Job<'_> {
    /// The checker's handle of a package: after the universe and `unsafe`.
    fn handle(&self, id: PackageId) -> PkgId {
        if self.load[id].is_unsafe {
            PkgId::UNSAFE
        } else {
            PkgId(id.0 + 2)
        }
    }

    /// Whether there is nothing to parse or check for a package.
    fn is_skipped(&self, id: PackageId) -> bool {
        let package = &self.load[id];
        // The program that runs tests has no text unless `gust test` has written it.
        let has_no_text = package.kind == PackageKind::TestMain && package.files.is_empty();
        let depth = self.depths[id.index()];
        package.is_unsafe || has_no_text || package.error.is_some() || depth == Depth::Nothing
    }

    fn parse(&self, package: &Package) -> Parsed {
        let mut parsed = Parsed {
            ast: Ast::new(),
            diagnostics: Vec::new(),
            lines: 0,
        };
        let mode = Mode {
            check_branches: true,
            ..Mode::default()
        };
        for file in &package.files {
            match self.sources.add(file.display.clone(), file.text.clone()) {
                Ok(source) => {
                    let (_, diagnostics) = parse_file(&mut parsed.ast, &source, mode);
                    parsed.lines += source.line_starts().len();
                    parsed.diagnostics.extend(diagnostics);
                }
                Err(full) => {
                    let pos = gust_syntax::Pos::NONE;
                    let message = format!("{}: {full}", file.display);
                    parsed.diagnostics.push(Diagnostic::syntax(pos, message));
                }
            }
        }
        parsed
    }

    /// Checks a parsed package whose imports are in the world, and adds it there.
    fn check(&self, id: PackageId, parsed: Parsed) -> Vec<Diagnostic> {
        let package = &self.load[id];
        let imports = self.imports(package);
        let config = Config {
            go_version: GoVersion::parse(&package.language).unwrap_or(GoVersion::LATEST),
            ignore_func_bodies: self.depths[id.index()] == Depth::Declarations,
            allow_missing_bodies: package.allows_bodyless,
            pointer_size: 8,
        };
        let input = Input {
            id: self.handle(id),
            path: Symbol::new(package.program_path()),
            ast: &parsed.ast,
            parse_errors: !parsed.diagnostics.is_empty(),
            sources: self.sources,
            imports: &imports,
            world: self.world,
            config: &config,
        };
        let checked = gust_types::check(&input);
        let mut diagnostics = parsed.diagnostics;
        // After syntax errors the official compiler does not go on to types; the package is
        // checked all the same, for what imports it.
        if !diagnostics
            .iter()
            .any(|d| d.message.starts_with("syntax error"))
        {
            diagnostics.extend(checked.diagnostics);
        }
        self.world.set(checked.package.clone());
        if let Some(kept) = &self.kept {
            let source = PackageSource {
                package: checked.package,
                ast: parsed.ast,
                info: checked.info,
                embeds: BTreeMap::new(),
            };
            kept.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(source);
        }
        diagnostics
    }

    fn imports(&self, package: &Package) -> FxHashMap<Symbol, Import> {
        let mut imports = FxHashMap::default();
        for import in &package.imports {
            let imported = &self.load[import.package];
            let what = match &imported.error {
                Some(error) => Import::Failed(error.to_string()),
                None => Import::Package(self.handle(import.package)),
            };
            imports.insert(Symbol::new(&import.source_path), what);
        }
        imports
    }
}

/// Runs one step of a package; a panic in it, which is a mistake of gust's own, is told with
/// stage and package.
pub(crate) fn guarded<T>(stage: &str, package: &Package, step: impl FnOnce() -> T) -> T {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(value) => value,
        Err(panic) => {
            static TOLD: Mutex<()> = Mutex::new(());
            let _one_at_a_time = TOLD.lock();
            eprintln!(
                "gust: internal error while {stage} {}",
                package.display_path()
            );
            eprintln!("This is a bug in gust. Please report it with the source that causes it.");
            std::panic::resume_unwind(panic)
        }
    }
}
