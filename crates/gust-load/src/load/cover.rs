//! Which packages tests cover.

use super::assemble::Assembler;
use super::patterns::{Wildcard, clean_path, is_local_import};
use crate::package::{Import, Package, PackageId};
use std::path::{Path, PathBuf};

/// What the programs of such tests import besides.
pub const PROGRAM_IMPORT: &str = "internal/coverage/cfile";

/// Marks the packages that patterns select among those that tests need. Gives warnings.
pub fn mark(assembler: &mut Assembler<'_>, tested: &[PackageId]) -> Vec<String> {
    let loader = assembler.loader;
    let Some(cover) = loader.options.cover.as_ref() else {
        return Vec::new();
    };
    let mut roots = tested.to_vec();
    for &id in tested {
        let Some(node) = assembler.nodes[id.index()].clone() else {
            continue;
        };
        let (own, external) = (&node.folder.test_imports, &node.folder.xtest_imports);
        // What is wrong with them is told when the tests are made.
        for (path, at) in own.iter().chain(external).filter(|(path, _)| *path != "C") {
            roots.push(assembler.load_import(path, at, Some(id)).0);
        }
    }
    let unfit = unfit(assembler);
    let order = assembler.dependency_order(&roots);
    let mut warnings = Vec::new();
    for pattern in &cover.patterns {
        let selector = Selector::new(pattern, loader.options.cwd.path());
        let mut any = false;
        for &id in &order {
            let package = &assembler.packages[id.index()];
            if !selector.selects(package) {
                continue;
            }
            any = true;
            if !package.is_unsafe && !package.files.is_empty() && !unfit.contains(&id) {
                mark_package(assembler, id);
            }
        }
        if !any {
            warnings.push(format!(
                "warning: no packages being tested depend on matches for pattern {pattern}"
            ));
        }
    }
    warnings
}

/// Whether the tests of a package cover just this package.
pub fn is_own(assembler: &mut Assembler<'_>, id: PackageId) -> bool {
    let cover = assembler.loader.options.cover.as_ref();
    let package = &assembler.packages[id.index()];
    cover.is_some_and(|c| c.patterns.is_empty())
        && !package.files.is_empty()
        && (!package.standard || !unfit(assembler).contains(&id))
}

/// The packages that take note of counters, or are counters, and cannot have some themselves.
fn unfit(assembler: &mut Assembler<'_>) -> Vec<PackageId> {
    let paths = ["runtime", "internal/coverage/rtcov", "sync/atomic"];
    let roots = paths.map(|path| assembler.load_import(path, &[], None).0);
    assembler.dependency_order(&roots)
}

/// Marks a package and has it import what counters need.
pub fn mark_package(assembler: &mut Assembler<'_>, id: PackageId) {
    if std::mem::replace(&mut assembler.packages[id.index()].covered, true) {
        return;
    }
    let cover = assembler.loader.options.cover.as_ref();
    let atomic = cover.is_some_and(|c| c.atomic).then_some("sync/atomic");
    for path in ["unsafe"].into_iter().chain(atomic) {
        let (package, _) = assembler.load_import(path, &[], None);
        assembler.edges[id.index()].push(package);
        let imports = &mut assembler.packages[id.index()].imports;
        if let Err(at) = imports.binary_search_by(|i| i.source_path.as_str().cmp(path)) {
            imports.insert(
                at,
                Import {
                    source_path: path.to_owned(),
                    package,
                    positions: Vec::new(),
                },
            );
        }
    }
}

/// A pattern that selects among packages that are loaded already.
enum Selector {
    All,
    Standard,
    Commands,
    MainModules,
    Folder(PathBuf),
    Below(PathBuf, Wildcard),
    Path(Wildcard),
}

impl Selector {
    fn new(pattern: &str, cwd: &Path) -> Self {
        match pattern {
            "all" => Self::All,
            "std" => Self::Standard,
            "cmd" => Self::Commands,
            "work" => Self::MainModules,
            _ if is_local_import(pattern) => {
                let join = |dir: &str| {
                    let path = cwd.join(dir);
                    PathBuf::from(clean_path(&path.to_string_lossy()))
                };
                match pattern.find("...") {
                    None => Self::Folder(join(pattern)),
                    Some(at) => {
                        let slash = pattern[..at].rfind('/').unwrap_or(0);
                        let rest = Wildcard::new(&pattern[slash + 1..]);
                        Self::Below(join(&pattern[..slash]), rest)
                    }
                }
            }
            _ => Self::Path(Wildcard::new(pattern)),
        }
    }

    fn selects(&self, package: &Package) -> bool {
        match self {
            Self::All => true,
            Self::Standard => package.standard,
            Self::Commands => package.standard && package.import_path.starts_with("cmd/"),
            Self::MainModules => {
                let main = |m: &crate::package::ModuleInfo| m.main;
                package.module.as_deref().is_some_and(main)
            }
            Self::Folder(dir) => package.dir == *dir,
            Self::Below(dir, rest) => match package.dir.strip_prefix(dir) {
                Ok(below) if below.as_os_str().is_empty() => rest.matches("."),
                Ok(below) => rest.matches(&below.to_string_lossy()),
                Err(_) => false,
            },
            Self::Path(pattern) => pattern.matches(&package.import_path),
        }
    }
}
