//! From sources to objects: parses and checks what the missing objects need, lowers, optimises and compiles them.

use super::cache::{Cache, Entry, Key, KeyMaker};
use super::fronts::Fronts;
use super::plan::{Plan, read_embedded, shown_path};
use super::{BuildOptions, Problem};
use crate::check::{Depth, PackageErrors, check_for_lowering, guarded};
use crate::link;
use crate::workers;
use gust_codegen_llvm::Options as CodeOptions;
use gust_load::package::{LoadResult, PackageId};
use gust_lower::{EmbedFile, Program, Variables, lower_with};
use gust_syntax::SourceMap;
use gust_types::{PkgId, World};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// Makes the objects that are missing and notes them in the plan.
pub(super) fn compile(
    load: &LoadResult,
    plan: &mut Plan,
    options: &BuildOptions,
    cache: &Cache,
    report: &mut dyn FnMut(Problem<'_>),
) -> Result<(), ()> {
    if plan.missing().next().is_none() {
        return Ok(());
    }
    let fronts = Fronts::new(load, plan, cache);
    let missing: Vec<PackageId> = plan.missing().collect();
    let sources = SourceMap::new();
    let world = World::new(load.packages.len());
    let (result, mut kept) = check_for_lowering(
        load,
        &sources,
        &world,
        depths(load, &missing),
        options.jobs,
        options.all_errors,
    );
    if !result.errors.is_empty() {
        for errors in &result.errors {
            report(Problem::Source(errors, &sources));
        }
        return Err(());
    }
    for source in &mut kept {
        let package = &load.packages[source.package.id.index() - 2];
        for (pattern, names) in &package.embeds {
            let mut files = Vec::new();
            for name in names {
                let data = read_embedded(&package.dir, name)
                    .map_err(|text| report(Problem::Package(package, text)))?;
                files.push(EmbedFile {
                    name: name.clone(),
                    data: data.into(),
                });
            }
            source.embeds.insert(pattern.clone(), files);
        }
    }
    let program = Program::new(&world, &sources, kept);
    let job = Job {
        load,
        plan,
        options,
        cache,
        program: &program,
        fronts,
    };
    let outcomes = job.run(&missing);
    let mut failed = false;
    for (id, outcome) in missing.into_iter().zip(outcomes) {
        match outcome {
            Some(Ok(entry)) => {
                if let Some(unit) = &mut plan.units[id.index()] {
                    unit.object = Some(entry);
                }
            }
            Some(Err(Failure::Unsupported(errors))) => {
                report(Problem::Source(&errors, &sources));
                failed = true;
            }
            Some(Err(Failure::Text(text))) => {
                report(Problem::Package(&load[id], text));
                failed = true;
            }
            // Left out after another failed.
            None => {}
        }
    }
    if failed { Err(()) } else { Ok(()) }
}

/// The packages without object and all they need are checked; bodies of generic functions are needed wherever they are.
fn depths(load: &LoadResult, missing: &[PackageId]) -> Vec<Depth> {
    let mut depths = vec![Depth::Nothing; load.packages.len()];
    let mut next = missing.to_vec();
    while let Some(id) = next.pop() {
        if depths[id.index()] == Depth::Nothing {
            depths[id.index()] = Depth::Everything;
            next.extend(load[id].imports.iter().map(|i| i.package));
        }
    }
    depths
}

/// The key of what a package refers to, from that of its object.
pub(super) fn references_key(package: &Key) -> Key {
    let mut key = KeyMaker::new("references");
    key.hash(&package.0);
    key.key()
}

/// What the cache notes of an object: the hash of what it refers to, and the function that initialises the package.
fn object_note(init: &str, references: &blake3::Hash) -> String {
    format!("{} {init}", &references.to_hex()[..32])
}

/// The function that initialises the package, of the note of an object; "" if there is nothing to do.
pub(super) fn init_of(note: &str) -> &str {
    note.split_once(' ').map_or("", |(_, init)| init)
}

/// Why a package has no object.
enum Failure {
    Unsupported(PackageErrors),
    Text(String),
}

struct Job<'a> {
    load: &'a LoadResult,
    plan: &'a Plan,
    options: &'a BuildOptions,
    cache: &'a Cache,
    program: &'a Program<'a>,
    fronts: Fronts<'a>,
}

type Outcome = Option<Result<Entry, Failure>>;

struct StopOnPanic<'a>(&'a Fronts<'a>);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Job<'_> {
    /// Compiles packages side by side; the outcomes are in the order of `missing`.
    fn run(&self, missing: &[PackageId]) -> Vec<Outcome> {
        let outcomes: Mutex<Vec<Outcome>> = Mutex::new(missing.iter().map(|_| None).collect());
        std::thread::scope(|scope| {
            let work = || {
                // Others do not wait for what a panic ends.
                let stop = StopOnPanic(&self.fronts);
                while let Some(i) = self.fronts.next() {
                    let outcome = self.package(missing[i]);
                    if outcome.is_err() {
                        self.fronts.stop();
                    }
                    let mut outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
                    outcomes[i] = Some(outcome);
                }
                std::mem::forget(stop);
            };
            let threads = self.options.jobs.clamp(1, missing.len());
            let handles: Vec<_> = (0..threads)
                .filter_map(|_| workers::spawn(scope, "compiler", work).ok())
                .collect();
            if handles.is_empty() {
                work();
            }
            for handle in handles {
                if let Err(panic) = handle.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        });
        outcomes
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn package(&self, id: PackageId) -> Result<Entry, Failure> {
        let package = &self.load[id];
        let variables = match (package.goroot, self.options.optimize) {
            // They would take more time and space than they are worth.
            (true, _) => Variables::Nothing,
            (false, true) => Variables::Values,
            (false, false) => Variables::Memory,
        };
        let mut lowered = guarded("lowering", package, || {
            lower_with(self.program, PkgId(id.0 + 2), variables)
        });
        if !lowered.diagnostics.is_empty() {
            let errors = PackageErrors {
                name: package.display_path(),
                diagnostics: lowered.diagnostics,
            };
            return Err(Failure::Unsupported(errors));
        }
        if cfg!(debug_assertions)
            && let Err(errors) = gust_ir::verify::module(&lowered.module)
        {
            let list: Vec<_> = errors.iter().take(3).map(ToString::to_string).collect();
            let text = list.join("\n");
            return Err(Failure::Text(format!("internal error: broken IR: {text}")));
        }
        self.final_paths(id, &mut lowered.module);
        self.optimise(id, &mut lowered.module)?;
        let options = CodeOptions {
            opt_level: if self.options.optimize { 2 } else { 0 },
            debug_info: true,
            goamd64: self.options.goamd64,
            write_barriers: self.options.write_barriers,
            ..CodeOptions::default()
        };
        let name = &package.import_path;
        let init = lowered.init.unwrap_or_default();
        let unit = self.plan.key(id);
        let unit = unit.ok_or_else(|| Failure::Text("package without key".into()))?;
        let references = link::references::references(&lowered.module);
        let kept = self.cache.put(&references_key(&unit), &references, "");
        kept.map_err(|e| self.cache_error(&e))?;
        let note = object_note(&init, &blake3::hash(&references));
        let code = self.code_key(&lowered.module, name, &options);
        if !self.options.force
            && let Some(entry) = self.cache.put_again(&unit, &code, &note)
        {
            return entry.map_err(|e| self.cache_error(&e));
        }
        if self.options.verbose {
            eprintln!("{}", package.import_path);
        }
        if self.options.explain {
            eprintln!("gust compile {}", package.display_path());
        }
        let object = guarded("compiling", package, || {
            gust_codegen_llvm::compile(&lowered.module, name, &options)
        });
        let object = object.map_err(|e| {
            let at = e.symbol.map(|s| format!(" {s}")).unwrap_or_default();
            Failure::Text(format!(
                "internal error while compiling{at}: {}\nThis is a bug in gust. Please report it.",
                e.message
            ))
        })?;
        let entry = self.cache.put(&unit, &object, &note);
        let entry = entry.and_then(|entry| self.cache.put_entry(&code, &entry).map(|()| entry));
        entry.map_err(|e| self.cache_error(&e))
    }

    /// The key of the object that optimised IR becomes. A package whose sources or imports have changed often has the IR
    /// it had before: then nothing is compiled.
    fn code_key(&self, module: &gust_ir::Module, name: &str, options: &CodeOptions) -> Key {
        let mut key = KeyMaker::new("code");
        key.part(gust_codegen_llvm::IDENTITY.as_bytes())
            .part(name.as_bytes())
            .part(format!("{options:?}").as_bytes())
            .text(module);
        key.key()
    }

    fn cache_error(&self, error: &std::io::Error) -> Failure {
        let root = self.cache.root().display();
        Failure::Text(format!(
            "cannot write to the build cache at {root}: {error}"
        ))
    }

    /// Optimises the IR and tells the importers what they may use of it.
    fn optimise(&self, id: PackageId, module: &mut gust_ir::Module) -> Result<(), Failure> {
        let package = &self.load[id];
        let report = self.options.decisions && !package.patterns.is_empty();
        let options = gust_opt::Options {
            level: u8::from(self.options.optimize) * self.options.ir_level,
            report,
        };
        let outcome = guarded("optimising", package, || {
            let imports = self.fronts.imported(id);
            gust_opt::optimise(module, &imports, &options)
        });
        if report {
            super::output::decisions(module, &outcome.notes);
        }
        if let Some(key) = self.plan.key(id) {
            self.fronts
                .keep(&key, &outcome.summaries)
                .map_err(|e| self.cache_error(&e))?;
        }
        self.fronts.publish(id, outcome.summaries);
        Ok(())
    }

    /// Has locations name files as programs see them, where messages show them as seen from the current folder.
    fn final_paths(&self, id: PackageId, module: &mut gust_ir::Module) {
        let mut known: FxHashMap<String, String> = FxHashMap::default();
        let mut folders: FxHashMap<PackageId, ()> = FxHashMap::default();
        self.add_paths(id, &mut known);
        folders.insert(id, ());
        let mut next: Vec<PackageId> = self.imports(id).collect();
        for loc in module.locs.values_mut() {
            // Instances of generic functions stand in files of other packages.
            while !known.contains_key(&loc.file) {
                let Some(import) = next.pop() else { break };
                if folders.insert(import, ()).is_none() {
                    self.add_paths(import, &mut known);
                    next.extend(self.imports(import));
                }
            }
            let file = &loc.file;
            // Names in `//line` directives are taken as they are.
            let path = known
                .entry(file.clone())
                .or_insert_with(|| match file.as_str() {
                    "" => "??".to_owned(),
                    name => name.to_owned(),
                });
            loc.file.clone_from(path);
        }
    }

    fn imports(&self, id: PackageId) -> impl Iterator<Item = PackageId> {
        self.load[id].imports.iter().map(|i| i.package)
    }

    fn add_paths(&self, id: PackageId, known: &mut FxHashMap<String, String>) {
        let package = &self.load[id];
        for file in &package.files {
            let path = shown_path(package, file, self.options.trimpath);
            known.insert(file.display.to_string(), path);
        }
    }
}
