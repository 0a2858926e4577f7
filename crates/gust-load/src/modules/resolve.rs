//! From an import path to the folder of a package.

use super::error::{ErrorKind, ModError};
use super::gover;
use super::graph::{Graph, NONE, Pruning, Summaries};
use super::loader::ModuleLoader;
use super::mains::{ModMode, in_dir};
use super::par::{NETWORK_THREADS, OnceMap, map};
use super::path::{ModVersion, check_import_path, split_path_version};
use super::pseudo;
use crate::package::ModuleInfo;
use crate::source::{FoundPackage, MainModule, ModuleDir, ModuleSource, ResolveError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was seen on disk.
#[derive(Default)]
pub(super) struct DirCache {
    has_go_mod: OnceMap<PathBuf, bool>,
    has_go_files: OnceMap<PathBuf, bool>,
}

impl DirCache {
    fn has_go_mod(&self, dir: &Path) -> bool {
        self.has_go_mod
            .get_or_init(&dir.to_path_buf(), || dir.join("go.mod").is_file())
    }

    fn has_go_files(&self, dir: &Path) -> bool {
        self.has_go_files.get_or_init(&dir.to_path_buf(), || {
            fs::read_dir(dir).is_ok_and(|entries| {
                entries.flatten().any(|e| {
                    e.file_name().to_string_lossy().ends_with(".go")
                        && e.file_type()
                            .is_ok_and(|t| t.is_file() || t.is_symlink() && e.path().is_file())
                })
            })
        })
    }
}

/// Whether `path` is `prefix` or below it; the rest without leading slash.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(prefix)?;
    match rest.is_empty() {
        true => Some(rest),
        false => rest.strip_prefix('/'),
    }
}

/// A package that was found.
struct Found {
    module: ModVersion,
    dir: PathBuf,
}

/// The module that fetched files belong to.
struct Place {
    dir: PathBuf,
    /// Whether the folder is the user's.
    local: bool,
}

impl ModuleLoader {
    /// The folder of package `path` in the module with path prefix `prefix` and folder `root`, if there
    /// are Go files in it. In a local folder, nested modules are left out.
    fn dir_in_module(&self, path: &str, prefix: &str, root: &Path, local: bool) -> Option<PathBuf> {
        let rest = below(path, prefix)?;
        let dir = match rest {
            "" => root.to_path_buf(),
            r => root.join(r),
        };
        if local {
            let mut d = dir.as_path();
            while d != root {
                if self.dirs.has_go_mod(d) {
                    return None;
                }
                d = d.parent()?;
            }
        }
        self.dirs.has_go_files(&dir).then_some(dir)
    }

    /// The folder of module `m`, replaced or fetched if need be.
    fn fetch(&self, m: &ModVersion) -> Result<Place, ModError> {
        if m.version.is_empty()
            && let Some(main) = self.mains.get(&m.path)
        {
            return Ok(Place {
                dir: main.root.clone(),
                local: true,
            });
        }
        let mut actual = m.clone();
        if let Some(r) = self.mains.replacement(m) {
            if r.version.is_empty() {
                let dir = self.mains.replacement_dir(&r);
                return match fs::metadata(&dir) {
                    Ok(_) => Ok(Place { dir, local: true }),
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(ModError::new(
                        format!("replacement directory {} does not exist", r.path),
                    )
                    .about(m)),
                    Err(e) => Err(ModError::new(format!(
                        "replacement directory {}: {}",
                        r.path,
                        super::fetch::cache::io_text(&e)
                    ))
                    .about(m)),
                };
            }
            actual = r;
        }
        if self.must_have_sums() && !self.fetcher.has_sum(&actual) {
            self.fetcher.sums()?;
            return Err(
                ModError::with_kind(ErrorKind::SumMissing, "missing go.sum entry").about(&actual),
            );
        }
        Ok(Place {
            dir: self.fetcher.download(&actual)?,
            local: false,
        })
    }

    /// The folder of module `m` as far as it is on disk already; nothing is fetched.
    pub(super) fn dir_on_disk(&self, m: &ModVersion) -> Option<PathBuf> {
        use super::fetch::cache::DirState;
        let actual = self.mains.replacement(m).unwrap_or_else(|| m.clone());
        if actual.version.is_empty() {
            return Some(self.mains.replacement_dir(&actual));
        }
        match self.fetcher.cache().ok()?.dir_state(&actual) {
            Ok(DirState::Ready(dir)) => Some(dir),
            _ => None,
        }
    }

    fn find(&self, path: &str, importer: Option<(&str, &str)>) -> Result<Found, ResolveError> {
        let other = |e: ModError| match e.kind {
            ErrorKind::Fatal | ErrorKind::Dirty => self.stop(e),
            _ => ResolveError::Other(e.to_string()),
        };
        if path.contains('@') {
            return Err(ResolveError::Other(format!(
                "import path {} should not have @version",
                crate::goenv::quote(path)
            )));
        }
        check_import_path(path).map_err(|e| ResolveError::Other(e.to_string()))?;
        if self.vendor.is_some() {
            return self.find_vendored(path);
        }
        let mut graph: Option<Arc<Graph>> = match self.reqs.pruning {
            Pruning::Unpruned => Some(self.graph().map_err(|e| self.stop(e))?),
            _ => None,
        };
        loop {
            let mut found: Vec<Found> = Vec::new();
            let mut without_sum: Vec<ModVersion> = Vec::new();
            for m in self.candidates(path, graph.as_deref()) {
                let place = match self.fetch(&m) {
                    Ok(p) => p,
                    Err(e) if e.kind == ErrorKind::SumMissing => {
                        without_sum.push(m);
                        continue;
                    }
                    Err(e) => return Err(other(e)),
                };
                let prefix = self.mains.get(&m.path).map_or(m.path.as_str(), |main| {
                    if m.version.is_empty() {
                        &main.prefix
                    } else {
                        &m.path
                    }
                });
                if let Some(dir) = self.dir_in_module(path, prefix, &place.dir, place.local) {
                    found.push(Found { module: m, dir });
                }
            }
            // Candidates come longest first; messages name the shortest first.
            if found.len() > 1 {
                let mut text =
                    format!("ambiguous import: found package {path} in multiple modules:");
                for f in found.iter().rev() {
                    text.push_str(&format!("\n\t{}", f.module.path));
                    if !f.module.version.is_empty() {
                        text.push_str(&format!(" {}", f.module.version));
                    }
                    text.push_str(&format!(" ({})", f.dir.display()));
                }
                return Err(ResolveError::Other(text));
            }
            if !without_sum.is_empty() {
                without_sum.reverse();
                let text = missing_sum(path, !found.is_empty(), &without_sum, importer);
                return Err(ResolveError::Other(text));
            }
            if let Some(f) = found.pop() {
                if !f.module.version.is_empty() {
                    self.summary(&f.module).map_err(other)?;
                }
                return Ok(f);
            }
            if graph.is_some() {
                return Err(self.missing(path));
            }
            graph = Some(self.graph().map_err(|e| self.stop(e))?);
        }
    }

    /// The modules that `path` may belong to by their paths, longest first.
    fn candidates(&self, path: &str, graph: Option<&Graph>) -> Vec<ModVersion> {
        let ends = path.rmatch_indices('/').map(|(i, _)| i);
        let mut list: Vec<ModVersion> = std::iter::once(path.len())
            .chain(ends)
            .map(|end| &path[..end])
            .filter(|prefix| !gover::is_toolchain(prefix))
            .filter_map(|prefix| {
                let version = match graph {
                    Some(g) => Some(g.selected(prefix)).filter(|v| *v != NONE),
                    None => self.root_selected(prefix),
                }?;
                Some(ModVersion::new(prefix, version))
            })
            .collect();
        // Module std in GOROOT holds packages whose paths do not start with its own.
        for main in self.mains.list.iter().filter(|m| m.prefix.is_empty()) {
            list.push(main.node());
        }
        list
    }

    fn find_vendored(&self, path: &str) -> Result<Found, ResolveError> {
        let mut found: Vec<Found> = Vec::new();
        for main in &self.mains.list {
            if let Some(dir) = self.dir_in_module(path, &main.prefix, &main.root, true) {
                found.push(Found {
                    module: main.node(),
                    dir,
                });
            }
        }
        if let (Some(vendor), Some(root)) = (&self.vendor, self.mains.vendor_dir())
            && let Some(dir) = self.dir_in_module(path, "", &root, false)
        {
            let listed = vendor.packages.get(path);
            let go = self.mains.go_version(&self.env);
            // Older releases also used packages that somebody put there by hand.
            if listed.is_some() || gover::compare(&go, gover::EXPLICIT_MODULES_TXT).is_lt() {
                found.push(Found {
                    module: listed.cloned().unwrap_or_default(),
                    dir,
                });
            } else {
                let command = match self.mains.work {
                    Some(_) => "work",
                    None => "mod",
                };
                self.warn(format!(
                    "ignoring package {path} which exists in the vendor directory but is missing from vendor/modules.txt. To sync the vendor directory run go {command} vendor."
                ));
            }
        }
        if found.len() > 1 {
            let dirs: Vec<String> = found
                .iter()
                .map(|f| format!("\n\t{}", f.dir.display()))
                .collect();
            return Err(ResolveError::Other(format!(
                "ambiguous import: found package {path} in multiple directories:{}",
                dirs.concat()
            )));
        }
        found.pop().ok_or_else(|| self.missing(path))
    }

    /// The error of a package that no module of the build has.
    fn missing(&self, path: &str) -> ResolveError {
        let standard = !path.split('/').next().unwrap_or("").contains('.');
        if !self.has_root() {
            return ResolveError::Missing(format!(
                "no required module provides package {path}: {}",
                self.mains.absence
            ));
        }
        if let Some(text) = self.replaced_but_not_required(path) {
            return ResolveError::Missing(text);
        }
        if standard {
            let src = match self.env.goroot() {
                Some(r) => r.join("src").join(path).display().to_string(),
                None => format!("src/{path}"),
            };
            return ResolveError::Missing(format!("package {path} is not in std ({src})"));
        }
        let s = &self.setting;
        let mode = s.mode.as_str();
        ResolveError::Missing(if s.mode == ModMode::Mod {
            format!("cannot find module providing package {path}")
        } else if s.explicit {
            format!(
                "cannot find module providing package {path}: import lookup disabled by -mod={mode}"
            )
        } else if !s.reason.is_empty() {
            format!(
                "cannot find module providing package {path}: import lookup disabled by -mod={mode}\n\t({})",
                s.reason
            )
        } else {
            format!("no required module provides package {path}; to add it:\n\tgo get {path}")
        })
    }

    /// A replacement that would provide `path` if its module were required.
    fn replaced_but_not_required(&self, path: &str) -> Option<String> {
        if self.setting.mode != ModMode::Readonly {
            return None;
        }
        let work = self.mains.work.iter().flat_map(|w| &w.file.replace);
        let all = self
            .mains
            .list
            .iter()
            .flat_map(|m| &m.file.replace)
            .chain(work);
        let mut mods: Vec<ModVersion> = Vec::new();
        for r in all.filter(|r| below(path, &r.old.path).is_some()) {
            match mods.iter_mut().find(|m| m.path == r.old.path) {
                Some(m) => {
                    if gover::mod_compare(&m.path, &m.version, &r.old.version).is_lt() {
                        m.version.clone_from(&r.old.version);
                    }
                }
                None => mods.push(r.old.clone()),
            }
        }
        mods.sort_by_key(|m| std::cmp::Reverse(m.path.len()));
        let graph = self.graph().ok()?;
        for mut m in mods {
            if m.version.is_empty() {
                let major = split_path_version(&m.path).map_or("", |(_, major)| major);
                m.version = pseudo::zero(super::path::path_major_prefix(major));
            }
            let selected = graph.selected(&m.path);
            if selected != NONE
                && super::graph::compare_versions(&m.path, selected, &m.version).is_ge()
            {
                continue;
            }
            let Ok(place) = self.fetch(&m) else { continue };
            if self
                .dir_in_module(path, &m.path, &place.dir, place.local)
                .is_some()
            {
                let zero = pseudo::zero(super::semver::major(&m.version)) == m.version;
                let argument = if zero { m.path.clone() } else { m.to_string() };
                return Some(format!(
                    "module {} provides package {path} and is replaced but not required; to add it:\n\tgo get {argument}",
                    m.path
                ));
            }
        }
        None
    }

    /// Finds package `path` and checks that importing it from `importer` needs no change of `go.mod`.
    fn resolve_import(
        &self,
        path: &str,
        importer: Option<(&str, Option<&ModuleInfo>)>,
    ) -> Result<FoundPackage, ResolveError> {
        let version = |i: Option<&ModuleInfo>| i.map_or(String::new(), |i| i.version.clone());
        let importer_version = importer.map(|(p, m)| (p, version(m)));
        let found = self.find(
            path,
            importer_version.as_ref().map(|(p, v)| (*p, v.as_str())),
        )?;
        let m = &found.module;
        if m.path.is_empty() {
            return Ok(FoundPackage {
                dir: found.dir,
                module: None,
            });
        }
        let external = !(m.version.is_empty() && self.mains.contains(&m.path));
        if external {
            self.spot_check(m).map_err(|e| self.stop(e))?;
            self.check_explicit(m, path, importer)?;
        }
        Ok(FoundPackage {
            dir: found.dir,
            module: Some(self.package_module(m)),
        })
    }

    /// Checks that `go.mod` names module `m`, in which a package for a main module was found. What
    /// dependencies import is not checked: tests of dependencies may need more than `go.mod` lists.
    fn check_explicit(
        &self,
        m: &ModVersion,
        path: &str,
        importer: Option<(&str, Option<&ModuleInfo>)>,
    ) -> Result<(), ResolveError> {
        let from = match importer {
            Some((_, Some(module))) if !module.main => return Ok(()),
            Some((p, _)) => Some(p),
            None => None,
        };
        let explicit = match (&self.mains.work, self.setting.mode) {
            (Some(_), ModMode::Vendor) | (None, ModMode::Mod) => true,
            (Some(_), _) => {
                let (graph, _) = self.read_graph();
                graph.required_by(m).is_some()
            }
            (None, _) => self.root_selected(&m.path) == Some(&m.version),
        };
        if explicit || !self.has_root() {
            return Ok(());
        }
        if self.reqs.pruning == Pruning::Pruned {
            return Err(self.stop(self.dirty()));
        }
        match from {
            Some(from) => Err(ResolveError::Other(format!(
                "package {from} imports {path} from implicitly required module; to add missing requirements, run:\n\tgo get {}@{}",
                m.path, m.version
            ))),
            None => Ok(()),
        }
    }

    /// An error that is not about one package: the command stops.
    fn stop(&self, e: ModError) -> ResolveError {
        ResolveError::Fatal(e.command_text())
    }

    /// Packages of a module in the cache or of a replacement: the import path of folder `dir`.
    fn path_of_dependency_dir(&self, dir: &Path) -> Option<String> {
        let try_module = |m: &ModVersion| {
            if gover::is_toolchain(&m.path) || m.version.is_empty() {
                return None;
            }
            let root = self.dir_on_disk(m)?;
            let sub = in_dir(dir, &root)?;
            if sub.contains("/vendor/") || sub.starts_with("vendor/") || sub.contains('@') {
                return None;
            }
            Some(match sub.as_str() {
                "." => m.path.clone(),
                s => format!("{}/{s}", m.path),
            })
        };
        let confirmed = |m: &ModVersion| {
            let path = try_module(m)?;
            let found = self.find(&path, None).ok()?;
            (found.module == *m).then_some(path)
        };
        if self.reqs.pruning == Pruning::Pruned
            && let Some(p) = self.reqs.roots.iter().find_map(confirmed)
        {
            return Some(p);
        }
        let (graph, _) = self.read_graph();
        graph.build_list().iter().find_map(confirmed)
    }
}

fn missing_sum(
    path: &str,
    found: bool,
    modules: &[ModVersion],
    importer: Option<(&str, &str)>,
) -> String {
    let by = importer.map_or(String::new(), |(p, _)| format!(" (imported by {p})"));
    let hint = match importer {
        None => {
            let names: Vec<&str> = modules.iter().map(|m| m.path.as_str()).collect();
            format!("; to add:\n\tgo mod download {}", names.join(" "))
        }
        Some((p, "")) => format!("; to add:\n\tgo get {p}"),
        Some((p, v)) => format!("; to add:\n\tgo get {p}@{v}"),
    };
    if found {
        format!(
            "missing go.sum entry needed to verify package {path}{by} is provided by exactly one module{hint}"
        )
    } else {
        format!("missing go.sum entry for module providing package {path}{by}{hint}")
    }
}

impl ModuleSource for ModuleLoader {
    fn main_modules(&self) -> &[MainModule] {
        &self.main_list
    }

    fn vendor_dir(&self) -> Option<&Path> {
        self.vendor_root.as_deref()
    }

    fn is_workspace(&self) -> bool {
        self.mains.work.is_some()
    }

    fn go_version(&self) -> String {
        self.mains.go_version(&self.env)
    }

    fn godebugs(&self) -> Vec<(String, String)> {
        match (&self.mains.work, &self.mains.list[..]) {
            (Some(w), _) => w.file.godebug.clone(),
            (None, [m]) => m.file.godebug.clone(),
            _ => Vec::new(),
        }
    }

    fn tools(&self) -> Vec<String> {
        let mut tools: Vec<String> = self
            .mains
            .list
            .iter()
            .flat_map(|m| m.file.tool.iter().cloned())
            .collect();
        tools.sort();
        tools.dedup();
        tools
    }

    fn resolve(
        &self,
        path: &str,
        importer: Option<(&str, Option<&ModuleInfo>)>,
    ) -> Result<FoundPackage, ResolveError> {
        self.resolve_import(path, importer)
    }

    fn build_list(&self) -> Result<Vec<Result<ModuleDir, String>>, String> {
        let list = ModuleLoader::build_list(self).map_err(|e| e.to_string())?;
        let list: Vec<ModVersion> = list.into_iter().filter(|m| !m.version.is_empty()).collect();
        Ok(map(&list, NETWORK_THREADS, |m| {
            let place = self.fetch(m).map_err(|e| e.to_string())?;
            let ignore = self.summary(m).map(|s| s.ignore.clone());
            Ok(ModuleDir {
                path: m.path.clone(),
                root: place.dir,
                is_local: place.local,
                ignore: ignore.unwrap_or_default(),
            })
        }))
    }

    fn path_of_dir(&self, dir: &Path) -> Option<String> {
        self.path_of_dependency_dir(dir)
    }

    fn module(&self, path: &str) -> Option<Arc<ModuleInfo>> {
        self.module_by_path(path)
    }

    fn no_main_module_message(&self) -> String {
        match self.mains.absence.as_str() {
            "" => "go.mod file not found in current directory or any parent directory; see 'go help modules'".to_owned(),
            text => text.to_owned(),
        }
    }
}
