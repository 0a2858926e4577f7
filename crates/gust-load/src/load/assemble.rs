//! Assembly: the package graph with its errors, in the official order.
//!
//! The graph is walked depth first, each package's imports sorted, exactly as the official tool does,
//! because the texts of errors (import stacks, cycles) and the order of packages come from that walk.
//! It keeps its own stack, so that a chain of imports may be as long as it likes.

use super::discover::{Loader, Node};
use super::matching::PatternMatch;
use super::patterns::is_local_import;
use super::resolve::Realm;
use super::rules::{Imported, find_vendor, may_use_internal, may_use_vendored};
use super::{cover, files::FilesPackage, godebug, variants};
use crate::context::GO_MINOR;
use crate::folder::{Folder, FolderError};
use crate::modules::gover;
use crate::package::{
    FilePosition, Import, ImportStep, LoadResult, Package, PackageError, PackageId, PackageKind,
};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// What a package with neither Go files nor errors of its own is told.
const CGO_MESSAGE: &str = "import \"C\": cgo is not supported yet";

/// How a package came to be loaded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Its imports are being loaded: who imports it now closes a circle.
    Open,
    Done,
}

/// The graph while it grows.
pub struct Assembler<'a> {
    /// The state of the load.
    pub loader: &'a Loader<'a>,
    /// Packages in the order they were met.
    pub packages: Vec<Package>,
    /// What each package needs: its imports, then what the linker adds.
    pub edges: Vec<Vec<PackageId>>,
    /// The folder of each package; variants share it.
    pub nodes: Vec<Option<Arc<Node>>>,
    /// The way to the package being loaded.
    pub stack: Vec<ImportStep>,
    states: Vec<State>,
    by_path: HashMap<String, PackageId>,
    /// Import paths without regard to case.
    folded: HashMap<String, String>,
}

/// A package whose imports are being loaded.
struct Frame {
    id: PackageId,
    /// Paths to import, with their places; those the linker adds have none.
    wanted: Vec<(String, Vec<FilePosition>)>,
    /// How many of them stand in the source.
    in_source: usize,
    /// The import now being loaded.
    current: Option<PackageId>,
    targets: Vec<PackageId>,
}

/// Makes the graph of what the patterns matched.
pub fn assemble(loader: &Loader<'_>, matches: &[PatternMatch]) -> LoadResult {
    let mut assembler = Assembler::new(loader);
    let mut roots = Vec::new();
    let mut seen = HashSet::new();
    let mut warnings = Vec::new();
    for m in matches {
        for path in &m.packages {
            let id = assembler.load_root(path);
            let package = &mut assembler.packages[id.index()];
            package.named = true;
            package.named_literally |= m.is_literal;
            package.patterns.push(m.pattern.clone());
            if seen.insert(id) {
                roots.push(id);
            }
        }
        if let Some(error) = &m.error {
            roots.push(assembler.error_package(m, error));
        }
        warnings.extend(m.warnings.iter().cloned());
    }
    assembler.finish(roots, warnings)
}

impl<'a> Assembler<'a> {
    /// An empty graph.
    pub fn new(loader: &'a Loader<'a>) -> Self {
        Self {
            loader,
            packages: Vec::new(),
            edges: Vec::new(),
            nodes: Vec::new(),
            stack: Vec::new(),
            states: Vec::new(),
            by_path: HashMap::new(),
            folded: HashMap::new(),
        }
    }

    /// Adds a package to the graph.
    pub fn add(
        &mut self,
        package: Package,
        edges: Vec<PackageId>,
        node: Option<Arc<Node>>,
    ) -> PackageId {
        let id = PackageId(self.packages.len() as u32);
        self.packages.push(package);
        self.edges.push(edges);
        self.nodes.push(node);
        self.states.push(State::Done);
        id
    }

    /// A package that only says what is wrong with a pattern.
    fn error_package(&mut self, m: &PatternMatch, error: &str) -> PackageId {
        let package = Package {
            import_path: m.pattern.clone(),
            named: true,
            named_literally: m.is_literal,
            patterns: vec![m.pattern.clone()],
            error: Some(PackageError::new(error)),
            incomplete: true,
            ..Package::default()
        };
        self.add(package, Vec::new(), None)
    }

    /// Loads what a pattern named.
    fn load_root(&mut self, path: &str) -> PackageId {
        self.load_import(path, &[], None).0
    }

    /// Loads a package and all it needs. The error is the importer's: it may not import it.
    pub fn load_import(
        &mut self,
        path: &str,
        positions: &[FilePosition],
        parent: Option<PackageId>,
    ) -> (PackageId, Option<PackageError>) {
        let (id, frame) = self.enter(path, positions, parent);
        if let Some(frame) = frame {
            self.run(frame);
        }
        let error = parent.and_then(|p| self.refuse_import(p, id, path, positions));
        (id, error)
    }

    /// Loads the package made of files named on the command line.
    pub fn load_files(&mut self, files: FilesPackage) -> PackageId {
        let path = "command-line-arguments";
        let package = Package {
            import_path: path.to_owned(),
            kind: PackageKind::CommandLine,
            dir: files.dir.clone(),
            language: default_language(),
            named: true,
            named_literally: true,
            patterns: files.names,
            ..Package::default()
        };
        let node = Node {
            resolved: Arc::new(files.resolved),
            folder: files.folder,
            embedded: files.embedded,
            test_embedded: Default::default(),
            xtest_embedded: Default::default(),
        };
        let id = self.add(package, Vec::new(), None);
        if let Some(frame) = self.fill(id, path, &[], Arc::new(node)) {
            self.run(frame);
        }
        id
    }

    fn run(&mut self, first: Frame) {
        let mut frames = vec![first];
        while let Some(mut frame) = frames.pop() {
            if let Some(id) = frame.current.take() {
                self.after_import(&mut frame, id);
            }
            let Some((path, positions)) = frame.wanted.get(frame.targets.len()) else {
                self.leave(frame);
                continue;
            };
            let (id, child) = self.enter(path, positions, Some(frame.id));
            frame.current = Some(id);
            frames.push(frame);
            frames.extend(child);
        }
    }

    /// Meets a package: as a new one, whose imports are then to be loaded, or again.
    fn enter(
        &mut self,
        path: &str,
        positions: &[FilePosition],
        parent: Option<PackageId>,
    ) -> (PackageId, Option<Frame>) {
        if path.contains('@') || path.starts_with("mod/") {
            let id = self.not_a_path(path, positions);
            return (id, None);
        }
        let realm = match parent.map(|p| &self.packages[p.index()]) {
            Some(p) => Realm::of(&p.import_path, p.standard),
            None => Realm::Modules,
        };
        let resolved = self.loader.resolve(realm, path);
        if let Some(&id) = self.by_path.get(&resolved.path) {
            self.meet_again(id, path, positions);
            return (id, None);
        }
        let node = self.loader.node(&resolved);
        let standard = resolved.goroot && super::is_standard_import_path(&resolved.path);
        let package = Package {
            import_path: resolved.path.clone(),
            dir: resolved.dir.clone().unwrap_or_default(),
            goroot: resolved.goroot,
            standard,
            is_unsafe: standard && resolved.path == "unsafe",
            root: match &resolved.module {
                Some(module) if !module.dir.is_empty() => Some(module.dir.clone().into()),
                _ => resolved
                    .goroot
                    .then(|| self.loader.options.goroot.dir.clone()),
            },
            module: resolved.module.clone(),
            language: language_of(resolved.module.as_deref().map(|m| m.go_version.as_str())),
            ..Package::default()
        };
        let id = self.add(package, Vec::new(), None);
        self.by_path.insert(resolved.path.clone(), id);
        if resolved.error.is_some() {
            let importer = parent.map(|p| &self.packages[p.index()]);
            let message = importer
                .and_then(|p| {
                    let importer = (p.import_path.as_str(), p.module.as_deref());
                    self.loader.resolve_error(realm, path, importer)
                })
                .or_else(|| resolved.error.as_ref().map(ToString::to_string))
                .unwrap_or_default();
            self.set_error(id, message, path, positions);
        }
        let frame = self.fill(id, path, positions, node);
        (id, frame)
    }

    /// A package for what is no import path at all; each such import is told apart.
    fn not_a_path(&mut self, path: &str, positions: &[FilePosition]) -> PackageId {
        let message = match path.contains('@') {
            true => "can only use path@version syntax with 'go get' and 'go install' in module-aware mode"
                .to_owned(),
            false => format!("disallowed import path {path:?}"),
        };
        let mut import_stack = self.stack.clone();
        import_stack.push(ImportStep {
            package: path.to_owned(),
            position: positions.first().cloned(),
        });
        let package = Package {
            import_path: path.to_owned(),
            incomplete: true,
            error: Some(PackageError {
                import_stack,
                ..PackageError::new(message)
            }),
            ..Package::default()
        };
        self.add(package, Vec::new(), None)
    }

    /// Fills in what the folder says; gives the frame to load its imports with.
    fn fill(
        &mut self,
        id: PackageId,
        path: &str,
        positions: &[FilePosition],
        node: Arc<Node>,
    ) -> Option<Frame> {
        let folder = &node.folder;
        let step = ImportStep {
            package: path.to_owned(),
            position: positions.first().cloned(),
        };
        let package = &mut self.packages[id.index()];
        package.name.clone_from(&folder.name);
        package.files.clone_from(&folder.files);
        package.allows_bodyless = package.goroot || !folder.listing.s_files.is_empty();
        package.cgo_import = match package.goroot {
            true => None,
            false => folder.cgo_import.as_ref().map(ToString::to_string),
        };
        package.embeds.clone_from(&node.embedded.by_pattern);
        let mut listing = folder.listing.clone();
        listing.embed_files.clone_from(&node.embedded.files);
        if folder.name == "main" && package.error.is_none() {
            listing.default_godebug = godebug::default_setting(self.loader, &listing, &[]);
        }
        package.listing = Arc::new(listing);
        self.nodes[id.index()] = Some(node.clone());
        self.refuse_cgo(id, folder);
        self.folder_error(id, folder, &step, path, positions);
        if self.refuse_folded(id, path, positions) {
            return None;
        }
        self.states[id.index()] = State::Open;
        self.stack.push(step);
        self.refuse_contents(id, &node);

        let mut wanted: Vec<(String, Vec<FilePosition>)> = Vec::new();
        if self.loader.options.follow_imports {
            let source = folder.imports.iter().filter(|(path, _)| *path != "C");
            wanted.extend(source.map(|(path, at)| (path.clone(), at.clone())));
        }
        let in_source = wanted.len();
        if folder.name == "main" {
            for &linked in self.loader.linker_imports() {
                if !folder.imports.contains_key(linked) {
                    wanted.push((linked.to_owned(), Vec::new()));
                }
            }
        }
        Some(Frame {
            id,
            wanted,
            in_source,
            current: None,
            targets: Vec::new(),
        })
    }

    fn leave(&mut self, frame: Frame) {
        self.stack.pop();
        let package = &mut self.packages[frame.id.index()];
        let source = frame.wanted.into_iter().zip(&frame.targets);
        let source = source.take(frame.in_source);
        package.imports = source
            .map(|((source_path, positions), &package)| Import {
                source_path,
                package,
                positions,
            })
            .collect();
        self.edges[frame.id.index()] = frame.targets;
        self.states[frame.id.index()] = State::Done;
    }

    fn after_import(&mut self, frame: &mut Frame, id: PackageId) {
        let (path, positions) = &frame.wanted[frame.targets.len()];
        let error = self.refuse_import(frame.id, id, path, positions);
        frame.targets.push(id);
        let child_incomplete = self.packages[id.index()].incomplete;
        let package = &mut self.packages[frame.id.index()];
        package.incomplete |= child_incomplete;
        if let (None, Some(error)) = (&package.error, error) {
            package.error = Some(error);
            package.incomplete = true;
        }
    }

    /// Somebody imports a package that is there already.
    fn meet_again(&mut self, id: PackageId, path: &str, positions: &[FilePosition]) {
        let step = ImportStep {
            package: path.to_owned(),
            position: positions.first().cloned(),
        };
        let package = &mut self.packages[id.index()];
        if self.states[id.index()] == State::Open {
            package.incomplete = true;
            match &mut package.error {
                Some(error) => error.is_import_cycle = true,
                None => {
                    let mut stack = self.stack.clone();
                    stack.push(step);
                    package.error = Some(PackageError {
                        import_stack: stack,
                        is_import_cycle: true,
                        ..PackageError::new("import cycle not allowed")
                    });
                }
            }
            return;
        }
        // The shortest way to an error is the one worth showing.
        if let Some(error) = &mut package.error
            && !error.import_stack.is_empty()
            && !error.is_import_cycle
        {
            let mut new = self.stack.clone();
            new.push(step);
            let old = &error.import_stack;
            let names =
                |stack: &[ImportStep]| stack.iter().map(|s| s.package.clone()).collect::<Vec<_>>();
            if (new.len(), names(&new)) < (old.len(), names(old)) {
                error.import_stack = new;
            }
        }
    }

    /// Gives a package an error at the place where it is imported, unless it has one.
    fn set_error(
        &mut self,
        id: PackageId,
        message: String,
        path: &str,
        positions: &[FilePosition],
    ) {
        let package = &mut self.packages[id.index()];
        package.incomplete = true;
        if package.error.is_some() {
            return;
        }
        let below_other = self.stack.last().is_some_and(|top| top.package != path);
        let position = positions.first().filter(|_| below_other);
        package.error = Some(PackageError {
            import_stack: self.stack.clone(),
            position: position.map(ToString::to_string).unwrap_or_default(),
            ..PackageError::new(message)
        });
    }

    /// Makes `import "C"` an error, except in a dependency that can do without.
    fn refuse_cgo(&mut self, id: PackageId, folder: &Folder) {
        let package = &mut self.packages[id.index()];
        let Some(at) = package.cgo_import.clone() else {
            return;
        };
        let is_ours = package.module.as_ref().is_none_or(|m| m.main);
        let needs_cgo = folder.files.is_empty() || self.loader.options.context.cgo_enabled;
        if self.loader.options.refuse_cgo && package.error.is_none() && (is_ours || needs_cgo) {
            package.incomplete = true;
            package.error = Some(PackageError {
                position: at,
                ..PackageError::new(CGO_MESSAGE)
            });
        }
    }

    fn folder_error(
        &mut self,
        id: PackageId,
        folder: &Folder,
        step: &ImportStep,
        path: &str,
        positions: &[FilePosition],
    ) {
        let with_self = || {
            let mut stack = self.stack.clone();
            stack.push(step.clone());
            stack
        };
        let error = match &folder.error {
            None => return,
            Some(FolderError::NoGo) => PackageError {
                import_stack: with_self(),
                ..PackageError::new(no_go_message(&self.packages[id.index()]))
            },
            Some(FolderError::Syntax(at, message)) => PackageError {
                import_stack: with_self(),
                position: at.to_string(),
                ..PackageError::new(message.clone())
            },
            Some(FolderError::MultiplePackages(message) | FolderError::Other(message)) => {
                return self.set_error(id, message.clone(), path, positions);
            }
        };
        let package = &mut self.packages[id.index()];
        package.incomplete = true;
        package.error.get_or_insert(error);
    }

    /// Two paths that differ in case only cannot both be on every file system.
    fn refuse_folded(&mut self, id: PackageId, path: &str, positions: &[FilePosition]) -> bool {
        let own = self.packages[id.index()].import_path.clone();
        let other = self
            .folded
            .entry(own.to_lowercase())
            .or_insert_with(|| own.clone());
        if *other == own {
            return false;
        }
        let message = format!("case-insensitive import collision: {own:?} and {other:?}");
        self.set_error(id, message, path, positions);
        true
    }

    /// Errors about the folder's files that are found after its package is on the stack.
    fn refuse_contents(&mut self, id: PackageId, node: &Node) {
        let package = &self.packages[id.index()];
        let path = self
            .stack
            .last()
            .map(|s| s.package.clone())
            .unwrap_or_default();
        if let Some((pattern, message)) = &node.embedded.error {
            let at = node.folder.embeds.get(pattern).and_then(|at| at.first());
            let position = at.map(ToString::to_string).unwrap_or_default();
            if package.error.is_none() {
                self.set_error(id, message.clone(), &path, &[]);
            }
            if let Some(error) = &mut self.packages[id.index()].error {
                error.position = position;
            }
        }
        let listing = self.packages[id.index()].listing.clone();
        let lists = [
            &listing.go_files,
            &listing.cgo_files,
            &listing.ignored_go_files,
            &listing.ignored_other_files,
            &listing.h_files,
            &listing.s_files,
            &listing.test_go_files,
            &listing.xtest_go_files,
        ];
        let mut seen: HashMap<String, &str> = HashMap::new();
        for name in lists.into_iter().flatten() {
            if let Some(other) = seen.insert(name.to_lowercase(), name) {
                let message =
                    format!("case-insensitive file name collision: {other:?} and {name:?}");
                return self.set_error(id, message, &path, &[]);
            }
            if name.starts_with("_cgo_") || !is_safe_argument(name) {
                let message = format!("invalid input file name {name:?}");
                return self.set_error(id, message, &path, &[]);
            }
        }
        let dir = self.packages[id.index()].dir.to_string_lossy().into_owned();
        if dir.contains(['\r', '\n']) {
            self.set_error(id, format!("invalid package directory {dir:?}"), &path, &[]);
        }
    }

    /// Why `parent` may not import `id` by `path`.
    fn refuse_import(
        &self,
        parent: PackageId,
        id: PackageId,
        path: &str,
        positions: &[FilePosition],
    ) -> Option<PackageError> {
        let importer = &self.packages[parent.index()];
        let package = &self.packages[id.index()];
        let error = |message: String| PackageError {
            import_stack: self.stack.clone(),
            position: positions
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
            ..PackageError::new(message)
        };
        let imported = Imported {
            path: &package.import_path,
            dir: &package.dir,
            in_module: package.module.is_some(),
        };
        if package.error.is_none() {
            let own_path = match importer.kind {
                PackageKind::CommandLine if package.module.is_some() => {
                    path_in_main_modules(self.loader, &importer.dir)
                }
                _ => importer.import_path.clone(),
            };
            if !may_use_internal(&imported, &own_path, &importer.dir) {
                let message = format!("use of internal package {} not allowed", imported.path);
                return Some(PackageError {
                    always_print_stack: true,
                    ..error(message)
                });
            }
        }
        if !may_use_vendored(&imported, &importer.dir) {
            return Some(error("use of vendored package not allowed".to_owned()));
        }
        if let Some(at) = find_vendor(path) {
            let short = &path[at + "vendor/".len()..];
            return Some(error(format!("{path} must be imported as {short}")));
        }
        if package.name == "main" && importer.dir != package.dir {
            let message = format!("import {path:?} is a program, not an importable package");
            return Some(error(message));
        }
        if is_local_import(path) && importer.kind != PackageKind::CommandLine {
            let message = match path {
                "." => format!("{path}: cannot import current directory"),
                path => format!("local import {path:?} in non-local package"),
            };
            return Some(error(message));
        }
        None
    }

    /// Orders the packages and makes the result.
    pub fn finish(mut self, mut roots: Vec<PackageId>, mut warnings: Vec<String>) -> LoadResult {
        if self.loader.options.tests {
            let plain = roots.clone();
            warnings.extend(cover::mark(&mut self, &plain));
            for id in plain {
                let variants = variants::make(&mut self, id);
                roots.extend(variants);
            }
        }
        let order = self.dependency_order(&roots);
        let mut position = vec![PackageId(u32::MAX); self.packages.len()];
        for (new, old) in order.iter().enumerate() {
            position[old.index()] = PackageId(new as u32);
        }
        let renumber = |id: &mut PackageId| *id = position[id.index()];
        let mut packages: Vec<Option<Package>> = self.packages.into_iter().map(Some).collect();
        let mut sorted = Vec::with_capacity(order.len());
        for old in order {
            let Some(mut package) = packages[old.index()].take() else {
                continue;
            };
            package
                .imports
                .iter_mut()
                .for_each(|i| renumber(&mut i.package));
            package.dependencies = std::mem::take(&mut self.edges[old.index()]);
            package.dependencies.iter_mut().for_each(renumber);
            sorted.push(package);
        }
        roots.iter_mut().for_each(renumber);
        LoadResult {
            packages: sorted,
            roots,
            warnings,
        }
    }

    /// All packages that `roots` need, each after those it needs itself.
    pub fn dependency_order(&self, roots: &[PackageId]) -> Vec<PackageId> {
        let mut order = Vec::with_capacity(self.packages.len());
        let mut seen = vec![false; self.packages.len()];
        let mut pending: Vec<(PackageId, usize)> = Vec::new();
        for &root in roots {
            if !std::mem::replace(&mut seen[root.index()], true) {
                pending.push((root, 0));
            }
            while let Some((id, next)) = pending.last_mut() {
                match self.edges[id.index()].get(*next) {
                    Some(&child) => {
                        *next += 1;
                        if !std::mem::replace(&mut seen[child.index()], true) {
                            pending.push((child, 0));
                        }
                    }
                    None => {
                        order.push(*id);
                        pending.pop();
                    }
                }
            }
        }
        order
    }
}

/// What is said of a folder without Go files that take part.
pub fn no_go_message(package: &Package) -> String {
    let listing = &package.listing;
    let dir = package.dir.display();
    if !listing.ignored_go_files.is_empty() {
        format!("build constraints exclude all Go files in {dir}")
    } else if !listing.test_go_files.is_empty() || !listing.xtest_go_files.is_empty() {
        format!("no non-test Go files in {dir}")
    } else {
        format!("no Go files in {dir}")
    }
}

/// The language version where nothing names one.
pub fn default_language() -> String {
    format!("go1.{GO_MINOR}")
}

/// The language version of a module whose `go.mod` names `version`; of std without one.
fn language_of(version: Option<&str>) -> String {
    match version {
        None => default_language(),
        // A module without `go` line predates the line's meaning.
        Some("") => "go1.16".to_owned(),
        Some(version) => {
            let ours = format!("1.{GO_MINOR}");
            match gover::compare(&gover::lang(version), &ours) {
                std::cmp::Ordering::Greater => default_language(),
                _ => format!("go{}", gover::lang(version)),
            }
        }
    }
}

/// The import path that a folder has in the main modules; empty outside.
fn path_in_main_modules(loader: &Loader<'_>, dir: &Path) -> String {
    for main in loader.modules.main_modules() {
        if let Ok(relative) = dir.strip_prefix(&main.root) {
            let relative = relative.to_string_lossy();
            return match (relative.is_empty(), main.prefix.is_empty()) {
                (true, _) => main.prefix.clone(),
                (false, true) => relative.into_owned(),
                (false, false) => format!("{}/{relative}", main.prefix),
            };
        }
    }
    String::new()
}

/// Whether a name can be given to a program without being taken for a flag or worse.
fn is_safe_argument(name: &str) -> bool {
    let first = name.chars().next();
    first
        .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/') || !c.is_ascii())
}
