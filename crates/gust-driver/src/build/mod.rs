//! From loaded packages to programs.
//!
//! Objects and programs are kept in the [cache]: a package is parsed and checked only if its object, or that of
//! a package that imports it, has to be made anew.

mod bodiless;
pub mod cache;
mod compile;
mod fronts;
mod info;
mod order;
pub mod output;
mod plan;
mod runtime;
pub mod settings;

pub use info::build_info;
pub use runtime::identity;

use crate::check::PackageErrors;
use crate::link::{self, Linker, Program, Strip};
use blake3::Hash;
use cache::{Cache, Entry, Key, KeyMaker, file_identity};
use gust_load::goroot::Goroot;
use gust_load::package::{LoadResult, Package, PackageId, PackageKind};
use gust_lower::escape_path;
use gust_syntax::SourceMap;
use plan::Plan;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How to build.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Build what is up to date too (`-a`).
    pub force: bool,
    /// How many packages to compile at once (`-p`).
    pub jobs: usize,
    /// Print the names of packages as they are compiled (`-v`).
    pub verbose: bool,
    /// Print the steps (`-x`).
    pub explain: bool,
    /// Print the steps without taking them (`-n`).
    pub dry: bool,
    /// Keep the folder that programs are linked in, and print its name (`-work`).
    pub keep_work: bool,
    /// Leave the machine's own paths out of programs (`-trimpath`).
    pub trimpath: bool,
    /// Optimise (not `-gcflags=-N`).
    pub optimize: bool,
    /// Level of the IR optimiser (with `optimize`), 0 for none.
    pub ir_level: u8,
    /// Compile with write barriers.
    pub write_barriers: bool,
    /// Report decisions of the optimiser about the packages named (`-gcflags=-m`).
    pub decisions: bool,
    /// Report all errors of a package (`-gcflags=-e`).
    pub all_errors: bool,
    /// Level of the x86-64 instruction set, 1 to 4.
    pub goamd64: u8,
    /// What to leave out of programs (`-ldflags`).
    pub strip: Strip,
    /// Values of string variables by symbol (`-ldflags -X`).
    pub values: Vec<(String, String)>,
    /// `-ldflags` as given, for the build information.
    pub ldflags: String,
    /// `-tags` as given, likewise.
    pub tags: String,
}

/// Something to tell the user.
pub enum Problem<'a> {
    /// Errors in the source of a package.
    Source(&'a PackageErrors, &'a SourceMap),
    /// Something else about a package.
    Package(&'a Package, String),
    /// About no package in particular.
    General(String),
}

/// A build that has been started: all objects are there.
pub struct Build<'a> {
    load: &'a LoadResult,
    goroot: &'a Goroot,
    options: &'a BuildOptions,
    cache: &'a Cache,
    tool: Hash,
    plan: Plan,
}

impl<'a> Build<'a> {
    /// Compiles all packages. Problems are reported; there is no build then.
    ///
    /// # Errors
    /// After at least one report.
    #[allow(clippy::result_unit_err)]
    pub fn compile(
        load: &'a LoadResult,
        goroot: &'a Goroot,
        options: &'a BuildOptions,
        cache: &'a Cache,
        report: &mut dyn FnMut(Problem<'_>),
    ) -> Result<Self, ()> {
        Self::compile_some(load, None, goroot, options, cache, report)
    }

    /// Compiles what `roots` need, or everything.
    ///
    /// # Errors
    /// After at least one report.
    #[allow(clippy::result_unit_err)]
    pub fn compile_some(
        load: &'a LoadResult,
        roots: Option<&[PackageId]>,
        goroot: &'a Goroot,
        options: &'a BuildOptions,
        cache: &'a Cache,
        report: &mut dyn FnMut(Problem<'_>),
    ) -> Result<Self, ()> {
        let tool = identity(cache).map_err(|text| report(Problem::General(text)))?;
        let mut plan = Plan::new(load, options, &tool, cache)
            .map_err(|text| report(Problem::General(text)))?;
        if let Some(roots) = roots {
            plan.restrict(load, roots);
        }
        if options.dry {
            for id in plan.missing() {
                eprintln!("gust compile {}", load[id].display_path());
            }
        } else {
            compile::compile(load, &mut plan, options, cache, report)?;
        }
        Ok(Self {
            load,
            goroot,
            options,
            cache,
            tool,
            plan,
        })
    }

    /// Links the program of package `main`, and keeps it in the cache under `name`; gives its file there.
    ///
    /// # Errors
    /// After at least one report.
    #[allow(clippy::result_unit_err)]
    pub fn program(
        &mut self,
        main: PackageId,
        name: &str,
        report: &mut dyn FnMut(Problem<'_>),
    ) -> Result<PathBuf, ()> {
        let package = &self.load[main];
        let mut fail = |text: String| report(Problem::Package(package, text));
        let linker = Linker::find().map_err(&mut fail)?;
        let program = self.describe(main);
        let key = self
            .program_key(main, &linker, &program)
            .map_err(&mut fail)?;
        if !self.options.force
            && let Some(entry) = self.cache.get(&key)
            && let Some(path) = self.cache.program_file(&entry, name)
        {
            return Ok(path);
        }
        let (objects, references) = self.objects(main, report)?;
        let mut fail = |text: String| report(Problem::Package(package, text));
        let runtime = runtime::library(self.cache).map_err(&mut fail)?;
        let work = Work::new(self.cache, self.options.keep_work).map_err(&mut fail)?;
        if self.options.explain {
            let script = work.path.join("layout.ld");
            eprintln!(
                "{}",
                linker.shown(&script, &objects, &work.path.join("program"))
            );
        }
        let input = link::Input {
            objects: &objects,
            references: &references,
            runtime: Some(&runtime),
            program: &program,
            strip: self.options.strip,
            work: &work.path,
        };
        let data = link::link(&linker, &input).map_err(|error| match error {
            link::LinkError::Undefined(list) => fail(self.explain_undefined(list)),
            other => fail(other.to_string()),
        })?;
        let entry = self.cache.put_program(&key, &data, "", name);
        let entry = entry.map_err(|e| fail(self.cache_error(&e)))?;
        let path = self.cache.program_file(&entry, name);
        path.ok_or_else(|| fail("the program vanished from the build cache".into()))
    }

    fn cache_error(&self, error: &std::io::Error) -> String {
        let root = self.cache.root().display();
        format!("cannot write to the build cache at {root}: {error}")
    }

    fn entry(&self, id: PackageId) -> Option<&Entry> {
        self.plan.units[id.index()].as_ref()?.object.as_ref()
    }

    /// What the program as a whole is.
    fn describe(&self, main: PackageId) -> Program {
        let init = |id: PackageId| self.entry(id).map_or("", |e| compile::init_of(&e.note));
        let works = |id: PackageId| !init(id).is_empty();
        let inits = order::order(self.load, main, &works);
        let build_info = build_info(self.load, main, self.options);
        let package = &self.load[main];
        let version = self.goroot.version.clone();
        let goroot = match self.options.trimpath {
            true => Vec::new(),
            false => self.goroot.dir.as_os_str().as_encoded_bytes().to_vec(),
        };
        let mut strings = vec![
            (
                "runtime.buildVersion".to_owned(),
                version.clone().into_bytes(),
            ),
            ("runtime.defaultGOROOT".to_owned(), goroot),
            (
                "runtime.modinfo".to_owned(),
                link::program::wrap_build_info(&build_info),
            ),
            (
                "runtime.godebugDefault".to_owned(),
                package.listing.default_godebug.clone().into_bytes(),
            ),
        ];
        if package.kind == PackageKind::TestMain {
            // What `testing.Testing` asks for.
            strings.push(("testing.testBinary".to_owned(), b"1".to_vec()));
        }
        for (symbol, value) in &self.options.values {
            // Package main goes by that name, whatever its path.
            let symbol = match symbol.strip_prefix(&format!("{}.", package.import_path)) {
                Some(name) if !name.contains('/') => format!("main.{name}"),
                _ => symbol.clone(),
            };
            strings.retain(|(s, _)| *s != symbol);
            strings.push((symbol, value.clone().into_bytes()));
        }
        Program {
            inits: inits.into_iter().map(|id| init(id).to_owned()).collect(),
            go_version: version,
            build_info,
            strings,
            write_barriers: self.options.write_barriers,
        }
    }

    fn program_key(
        &self,
        main: PackageId,
        linker: &Linker,
        program: &Program,
    ) -> Result<Key, String> {
        let mut key = KeyMaker::new("program");
        key.hash(&self.tool);
        let linker_hash = file_identity(self.cache, &linker.path);
        key.hash(&linker_hash.map_err(|e| format!("{}: {e}", linker.path.display()))?);
        if let Some(path) = runtime::replacement() {
            let hash = file_identity(self.cache, &path);
            key.hash(&hash.map_err(|e| format!("{}: {e}", path.display()))?);
        }
        key.number(u64::from(self.options.strip.symbols))
            .number(u64::from(self.options.strip.debug));
        for id in order::closure(self.load, main) {
            if let Some(entry) = self.entry(id) {
                key.hash(&entry.content).part(entry.note.as_bytes());
            }
        }
        for symbol in &program.inits {
            key.part(symbol.as_bytes());
        }
        key.part(program.go_version.as_bytes())
            .part(program.build_info.as_bytes());
        for (symbol, value) in &program.strings {
            key.part(symbol.as_bytes()).part(value);
        }
        Ok(key.key())
    }

    /// The object files of a program, and what they refer to. What is damaged in the cache is made again.
    fn objects(
        &mut self,
        main: PackageId,
        report: &mut dyn FnMut(Problem<'_>),
    ) -> Result<(Vec<PathBuf>, Vec<Vec<u8>>), ()> {
        let needed = order::closure(self.load, main);
        for attempt in 0..2 {
            let (mut files, mut references) = (Vec::new(), Vec::new());
            for &id in &needed {
                if self.plan.units[id.index()].is_none() {
                    continue;
                }
                let file = self.entry(id).and_then(|e| self.cache.content_file(e));
                match file.zip(self.references(id)) {
                    Some((file, bytes)) => {
                        files.push(file);
                        references.push(bytes);
                    }
                    None => {
                        if let Some(unit) = &mut self.plan.units[id.index()] {
                            unit.object = None;
                        }
                    }
                }
            }
            if self.plan.missing().next().is_none() {
                return Ok((files, references));
            }
            if attempt == 0 {
                compile::compile(self.load, &mut self.plan, self.options, self.cache, report)?;
            }
        }
        let text = "objects vanish from the build cache while they are being linked";
        report(Problem::General(text.into()));
        Err(())
    }

    /// What the object of a package refers to, unless it is missing or damaged.
    fn references(&self, id: PackageId) -> Option<Vec<u8>> {
        let key = compile::references_key(&self.plan.key(id)?);
        self.cache.content(&self.cache.get(&key)?)
    }

    /// Adds to undefined symbols why that may be.
    fn explain_undefined(&self, mut list: Vec<link::Undefined>) -> String {
        for undefined in &mut list {
            let found = self.load.packages.iter().find_map(|p| {
                let path = match p.name.as_str() {
                    "main" => "main".into(),
                    _ => escape_path(&p.import_path),
                };
                let rest = undefined.symbol.strip_prefix(&path)?;
                Some((p, rest.strip_prefix('.')?))
            });
            if let Some((package, name)) = found
                && !package.listing.s_files.is_empty()
            {
                undefined.declared = bodiless::declaration(package, name);
                undefined.note = Some(format!(
                    "package {} implements functions in assembly ({}), which gust does not support",
                    package.import_path,
                    package.listing.s_files.join(", ")
                ));
            }
        }
        link::LinkError::Undefined(list).to_string()
    }
}

/// A folder to link in, removed when it is done with. It lies in the cache, where what a killed build leaves behind is
/// removed in time.
struct Work {
    path: PathBuf,
    keep: bool,
}

impl Work {
    fn new(cache: &Cache, keep: bool) -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = cache
            .root()
            .join("work")
            .join(format!("{}-{n}", std::process::id()));
        fs::create_dir_all(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        if keep {
            eprintln!("WORK={}", path.display());
        }
        Ok(Self { path, keep })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// The name of a program when none is given: the last element of the package's path that is no version; for files
/// that of the first.
#[must_use]
pub fn default_name(package: &Package) -> String {
    if package.import_path == "command-line-arguments" {
        let first = package.files.first().map_or("main.go", |f| f.name.as_str());
        return first.strip_suffix(".go").unwrap_or(first).to_owned();
    }
    let path = package.import_path.as_str();
    let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
    let is_version = last
        .strip_prefix('v')
        .is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n >= 2) && !n.starts_with('0'));
    if is_version && !before.is_empty() {
        return Path::new(before)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
    }
    last.to_owned()
}
