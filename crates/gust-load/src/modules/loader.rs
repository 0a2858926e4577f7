//! The modules of a build: requirements, the module graph, and the folders of modules.
//!
//! [`ModuleLoader::open`] reads the main modules only. The graph is read when something outside them is
//! asked for, modules are fetched when one of their packages may be meant.

use super::error::{ErrorKind, ModError};
use super::fetch::{Fetcher, too_new};
use super::gover;
use super::graph::{Graph, Pruning, Summaries, Summary, is_pruned_version, read_graph};
use super::mains::{Mains, ModFlags, ModMode, ModSetting, short_path};
use super::modfile::ModFile;
use super::par::{NETWORK_THREADS, OnceMap, lock};
use super::path::{ModVersion, compare_mod_versions};
use super::vendor::VendorList;
use crate::goenv::GoEnv;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// What the main modules require.
#[derive(Debug)]
pub(super) struct Requirements {
    pub pruning: Pruning,
    /// Sorted. In a workspace the main modules are among them.
    pub roots: Vec<ModVersion>,
    /// The greatest root version of each path.
    pub max: HashMap<String, String>,
    /// Paths of modules that main modules require without `// indirect`.
    pub direct: HashSet<String>,
}

impl Requirements {
    fn new(pruning: Pruning, roots: Vec<ModVersion>, direct: HashSet<String>) -> Requirements {
        let mut max: HashMap<String, String> = HashMap::with_capacity(roots.len());
        for r in &roots {
            match max.get(&r.path) {
                Some(v) if gover::mod_compare(&r.path, v, &r.version).is_ge() => {}
                _ => {
                    max.insert(r.path.clone(), r.version.clone());
                }
            }
        }
        Requirements {
            pruning,
            roots,
            max,
            direct,
        }
    }
}

/// The modules of a build. Shared between threads.
pub struct ModuleLoader {
    pub(super) env: Arc<GoEnv>,
    pub(super) cwd: PathBuf,
    pub(super) mains: Mains,
    pub(super) setting: ModSetting,
    pub(super) fetcher: Fetcher,
    pub(super) reqs: Requirements,
    pub(super) vendor: Option<VendorList>,
    warnings: Mutex<Vec<String>>,
    summaries: OnceMap<ModVersion, Result<Arc<Summary>, ModError>>,
    graph: OnceLock<(Arc<Graph>, Option<ModError>)>,
    roots_checked: OnceMap<ModVersion, Result<(), ModError>>,
    pub(super) dirs: super::resolve::DirCache,
    pub(super) infos: OnceMap<ModVersion, Arc<crate::package::ModuleInfo>>,
    pub(super) main_list: Vec<crate::source::MainModule>,
    pub(super) vendor_root: Option<PathBuf>,
}

impl ModuleLoader {
    /// Finds and reads the main modules for folder `cwd` (absolute). Without any, a loader results that
    /// knows no modules.
    ///
    /// # Errors
    /// A broken `go.mod` or `go.work`, contradicting settings, an inconsistent vendor folder.
    pub fn open(env: Arc<GoEnv>, cwd: &Path, flags: &ModFlags) -> Result<ModuleLoader, ModError> {
        let mut fetcher = Fetcher::new(Arc::clone(&env));
        fetcher.set_read_write(flags.mod_cache_rw || env.goflag("modcacherw").is_some());
        fetcher.set_progress(flags.progress.clone());
        let mains = {
            let mut resolve = |path: &str, version: &str| {
                super::query::query(&fetcher, path, version).map(|i| i.version)
            };
            Mains::find(&env, cwd, flags, &mut resolve)?
        };
        let setting = mains.mod_setting(&env, flags)?;
        let mut warnings = mains.warnings.clone();
        match (&mains.work, &mains.list[..]) {
            (Some(w), list) => {
                let sum = |p: &Path| p.with_extension("sum");
                let mut own = w.path.clone().into_os_string();
                own.push(".sum");
                let others = list.iter().map(|m| sum(&m.go_mod)).collect();
                fetcher.set_sum_files(PathBuf::from(own), others);
            }
            (None, [m]) => fetcher.set_sum_files(m.go_mod.with_extension("sum"), Vec::new()),
            _ => {}
        }
        let reqs = requirements(&env, &mains, &mut warnings);
        let vendor = match (setting.mode, mains.vendor_dir()) {
            (ModMode::Vendor, Some(dir)) => Some(read_vendor(&env, cwd, &dir)?),
            _ => None,
        };
        if setting.mode == ModMode::Vendor {
            let reason = match setting.reason.as_str() {
                "" => "module lookup disabled by -mod=vendor".to_owned(),
                r => format!("module lookup disabled by -mod=vendor\n\t({r})"),
            };
            fetcher.disable(reason);
        }
        let vendor_root = vendor.as_ref().and_then(|_| mains.vendor_dir());
        let main_list = mains
            .list
            .iter()
            .map(|m| crate::source::MainModule {
                path: m.path.clone(),
                prefix: m.prefix.clone(),
                root: m.root.clone(),
                ignore: m.file.ignore.clone(),
            })
            .collect();
        let loader = ModuleLoader {
            env,
            cwd: cwd.to_path_buf(),
            mains,
            setting,
            fetcher,
            reqs,
            vendor,
            warnings: Mutex::new(warnings),
            summaries: OnceMap::default(),
            graph: OnceLock::new(),
            roots_checked: OnceMap::default(),
            dirs: super::resolve::DirCache::default(),
            infos: OnceMap::default(),
            main_list,
            vendor_root,
        };
        loader.check_vendor()?;
        loader.check_fixed()?;
        Ok(loader)
    }

    /// The main modules as read.
    pub fn mains(&self) -> &Mains {
        &self.mains
    }

    /// The `-mod` mode.
    pub fn setting(&self) -> &ModSetting {
        &self.setting
    }

    /// What fetches modules.
    pub fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// Whether there is a main module.
    pub fn has_root(&self) -> bool {
        !self.mains.list.is_empty()
    }

    /// What `go env GOMOD` prints.
    pub fn gomod(&self) -> String {
        if self.mains.disabled {
            return String::new();
        }
        let current = self.mains.current.or(match self.mains.list.len() {
            1 => Some(0),
            _ => None,
        });
        match current.and_then(|i| self.mains.list.get(i)) {
            Some(m) => m.go_mod.to_string_lossy().into_owned(),
            None if cfg!(windows) => "NUL".to_owned(),
            None => "/dev/null".to_owned(),
        }
    }

    /// What `go env GOWORK` prints.
    pub fn gowork(&self) -> String {
        match &self.mains.work {
            Some(w) => w.path.to_string_lossy().into_owned(),
            None if self.env.get("GOWORK") == "off" => "off".to_owned(),
            None => String::new(),
        }
    }

    /// What the user should know; each text is given once.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.warnings))
    }

    pub(super) fn warn(&self, text: String) {
        let mut list = lock(&self.warnings);
        if !list.contains(&text) {
            list.push(text);
        }
    }

    /// Whether every module needed must have its hash in `go.sum`.
    pub(super) fn must_have_sums(&self) -> bool {
        self.has_root() && self.setting.mode == ModMode::Readonly && self.mains.work.is_none()
    }

    /// The error of a `go.mod` that would have to change.
    pub(super) fn dirty(&self) -> ModError {
        let s = &self.setting;
        let mode = s.mode.as_str();
        let text = if s.explicit {
            format!(
                "updates to go.mod needed, disabled by -mod={mode}; to update it:\n\tgo mod tidy"
            )
        } else if !s.reason.is_empty() {
            format!(
                "updates to go.mod needed, disabled by -mod={mode}\n\t({})\n\tto update it:\n\tgo mod tidy",
                s.reason
            )
        } else {
            "updates to go.mod needed; to update it:\n\tgo mod tidy".to_owned()
        };
        ModError::with_kind(ErrorKind::Dirty, text)
    }

    /// Reports a `go.mod` with requirements that would have to be rewritten.
    fn check_fixed(&self) -> Result<(), ModError> {
        let fix = self.mains.list.iter().any(|m| m.needs_fix);
        // Two versions of one module, or a version of the main module itself.
        let twice = self
            .reqs
            .roots
            .windows(2)
            .any(|w| w[0].path == w[1].path && w[0].version != w[1].version);
        let own = self.reqs.pruning == Pruning::Unpruned
            && self.reqs.roots.iter().any(|r| self.mains.contains(&r.path));
        if (fix || twice || own) && self.setting.mode != ModMode::Mod && self.mains.work.is_none() {
            return Err(self.dirty());
        }
        Ok(())
    }

    // ---- requirements and graph ----

    /// The version of `path` among the requirements of the main modules; empty for a main module.
    pub(super) fn root_selected(&self, path: &str) -> Option<&str> {
        if self.mains.contains(path) {
            return Some("");
        }
        self.reqs.max.get(path).map(String::as_str)
    }

    /// The module graph as far as it can be read, and what went wrong.
    pub(super) fn read_graph(&self) -> (Arc<Graph>, Option<ModError>) {
        self.graph
            .get_or_init(|| {
                if let Some(v) = &self.vendor {
                    return (Arc::new(self.vendor_graph(v)), None);
                }
                let mains: Vec<ModVersion> = match self.mains.list.is_empty() {
                    true => vec![ModVersion::new("command-line-arguments", "")],
                    false => self.mains.list.iter().map(|m| m.node()).collect(),
                };
                let (g, e) = read_graph(
                    self,
                    self.reqs.pruning,
                    &mains,
                    &self.reqs.roots,
                    NETWORK_THREADS,
                );
                (Arc::new(g), e)
            })
            .clone()
    }

    /// The module graph.
    ///
    /// # Errors
    /// A `go.mod` that cannot be had, and requirements of the main module that are not the selected
    /// versions.
    pub fn graph(&self) -> Result<Arc<Graph>, ModError> {
        let (graph, error) = self.read_graph();
        match error {
            Some(e) => Err(e),
            None if self.all_roots_selected(&graph) => Ok(graph),
            None => Err(self.dirty()),
        }
    }

    fn all_roots_selected(&self, graph: &Graph) -> bool {
        if self.mains.work.is_some() || self.vendor.is_some() || self.setting.mode == ModMode::Mod {
            return true;
        }
        self.reqs.roots.iter().all(|r| {
            // What requires the main module itself is dropped without complaint when pruned.
            graph.selected(&r.path) == r.version
                || self.reqs.pruning == Pruning::Pruned && self.mains.contains(&r.path)
        })
    }

    fn vendor_graph(&self, vendor: &VendorList) -> Graph {
        let list = &vendor.modules;
        if self.mains.work.is_none() && self.reqs.pruning == Pruning::Pruned {
            let main: Vec<ModVersion> = self.mains.list.iter().map(|m| m.node()).collect();
            let mut g = Graph::new(&main);
            for m in &main {
                g.require(m, &self.reqs.roots);
            }
            return g;
        }
        let file = ModVersion::new("vendor/modules.txt", "");
        let mut g = Graph::new(&self.reqs.roots);
        if self.mains.work.is_none() {
            let main: Vec<ModVersion> = self.mains.list.iter().map(|m| m.node()).collect();
            g = Graph::new(&main);
            for m in &main {
                let mut all = self.reqs.roots.clone();
                all.push(file.clone());
                g.require(m, &all);
            }
        } else {
            for m in &self.mains.list {
                let (mut all, _) = m.roots(false, &mut Vec::new());
                all.push(file.clone());
                g.require(&m.node(), &all);
            }
        }
        g.require(&file, list);
        g
    }

    /// Every module of the build at its selected version: main modules first, the rest by path. The Go
    /// release is not among them.
    pub fn build_list(&self) -> Result<Vec<ModVersion>, ModError> {
        let mut list = self.graph()?.build_list();
        list.retain(|m| !gover::is_toolchain(&m.path) && m.path != "vendor/modules.txt");
        Ok(list)
    }

    /// The version of module `path` in the build, read from the requirements if those suffice.
    pub fn selected(&self, path: &str) -> Result<Option<String>, ModError> {
        if self.reqs.pruning != Pruning::Unpruned
            && let Some(v) = self.root_selected(path)
        {
            return Ok(Some(v.to_owned()));
        }
        let graph = self.graph()?;
        match graph.selected(path) {
            super::graph::NONE => Ok(None),
            v => Ok(Some(v.to_owned())),
        }
    }

    /// Whether a main module requires `path` without `// indirect`.
    pub fn is_direct(&self, path: &str) -> bool {
        self.reqs.direct.contains(path)
    }

    /// Checks, for a requirement that a package was found by, that the requirements it brings along do
    /// not ask for newer versions of other requirements. This finds a `go.mod` that was edited by hand
    /// without reading the whole graph.
    pub(super) fn spot_check(&self, m: &ModVersion) -> Result<(), ModError> {
        if self.reqs.pruning != Pruning::Pruned || self.vendor.is_some() || m.version.is_empty() {
            return Ok(());
        }
        self.roots_checked.get_or_init(m, || {
            let summary = self.summary(m)?;
            let newer = |r: &ModVersion| {
                self.root_selected(&r.path).is_some_and(|v| {
                    !v.is_empty() && gover::mod_compare(&r.path, v, &r.version).is_lt()
                })
            };
            match summary.require.iter().any(newer) {
                true => self.graph().map(|_| ()),
                false => Ok(()),
            }
        })
    }

    // ---- go.mod files of dependencies ----

    /// The summary of `m` itself: replacements and exclusions are not applied.
    pub(super) fn raw_summary(&self, m: &ModVersion) -> Result<Arc<Summary>, ModError> {
        self.summaries.get_or_init(m, || {
            if gover::is_toolchain(&m.path) {
                let strict = gover::compare(&m.version, gover::GO_STRICT).is_ge();
                let require = match m.path == "go" && strict {
                    true => vec![ModVersion::new("toolchain", format!("go{}", m.version))],
                    false => Vec::new(),
                };
                return Ok(Arc::new(Summary {
                    path: m.path.clone(),
                    require,
                    ..Summary::default()
                }));
            }
            if let (true, Some(main)) = (m.version.is_empty(), self.mains.get(&m.path)) {
                return summarize(&self.env, m, &main.file).map(Arc::new);
            }
            let (name, data): (String, Arc<[u8]>) = if m.version.is_empty() {
                let file = self.mains.replacement_dir(m).join("go.mod");
                let shown = short_path(&file, &self.cwd);
                let data = fs::read(&file).map_err(|e| {
                    let text = format!(
                        "reading {shown}: open {}: {}",
                        file.display(),
                        super::fetch::cache::io_text(&e)
                    );
                    ModError::new(text).about(m)
                })?;
                (shown, data.into())
            } else {
                ("go.mod".to_owned(), self.fetcher.go_mod(m)?)
            };
            let file = ModFile::parse_lax(&name, &data, None)
                .map_err(|e| ModError::new(format!("parsing {name}: {e}")).about(m))?;
            summarize(&self.env, m, &file).map(Arc::new)
        })
    }

    /// Commits what was learned: writes `go.sum` if that is allowed.
    pub fn commit(&self) -> Result<(), ModError> {
        let Some(sums) = self.fetcher.sums()? else {
            return Ok(());
        };
        // What is not in the build was asked for on the command line and leaves no trace. While sums must
        // be there beforehand, nothing else can have been added.
        if !sums.is_dirty() || self.must_have_sums() {
            return Ok(());
        }
        let (graph, _) = self.read_graph();
        let mut build: HashSet<ModVersion> = graph.nodes().cloned().collect();
        let replaced = |m: &ModVersion| self.mains.replacement(m);
        build.extend(graph.nodes().filter_map(replaced));
        sums.write(&|m| build.contains(m))
    }
}

impl Summaries for ModuleLoader {
    fn summary(&self, m: &ModVersion) -> Result<Arc<Summary>, ModError> {
        if gover::is_toolchain(&m.path) {
            return self.raw_summary(m);
        }
        if let Some(v) = &self.vendor {
            // Which versions the vendored modules rely on is not known: assume all.
            let vendored = v.versions.get(&m.path) == Some(&m.version);
            return Ok(Arc::new(Summary {
                path: m.path.clone(),
                require: match vendored {
                    true => v.modules.clone(),
                    false => Vec::new(),
                },
                ..Summary::default()
            }));
        }
        let actual = self.mains.replacement(m).unwrap_or_else(|| m.clone());
        if self.must_have_sums() && !actual.version.is_empty() {
            let key = ModVersion::new(&actual.path, format!("{}/go.mod", actual.version));
            if !self.fetcher.has_sum(&key) {
                // A file that cannot be read is the reason rather than an entry that is missing.
                self.fetcher.sums()?;
                let text = format!(
                    "missing go.sum entry for go.mod file; to add it:\n\tgo mod download {}",
                    m.path
                );
                return Err(ModError::with_kind(ErrorKind::SumMissing, text).about(&actual));
            }
        }
        let summary = self.raw_summary(&actual)?;
        if !actual.version.is_empty() {
            if summary.path.is_empty() {
                return Err(ModError::new("parsing go.mod: missing module line").about(&actual));
            }
            if summary.path != m.path && summary.path != actual.path {
                let text = format!(
                    "parsing go.mod:\n\tmodule declares its path as: {}\n\t        but was required as: {}",
                    summary.path, m.path
                );
                return Err(ModError::new(text).about(&actual));
            }
        }
        let excluded = |r: &ModVersion| self.mains.list.iter().any(|m| m.exclude.contains(r));
        if summary.require.iter().any(excluded) {
            let mut s = Summary::clone(&summary);
            s.require.retain(|r| !excluded(r));
            return Ok(Arc::new(s));
        }
        Ok(summary)
    }
}

/// The summary of a parsed file, or the error of one that needs a newer Go release.
fn summarize(env: &GoEnv, m: &ModVersion, file: &ModFile) -> Result<Summary, ModError> {
    let go = file.go.clone().unwrap_or_default();
    let mut require: Vec<ModVersion> = file.require.iter().map(|r| r.module.clone()).collect();
    if !go.is_empty() && gover::compare(&go, gover::GO_STRICT).is_ge() {
        require.push(ModVersion::new("go", &go));
        if let Some(e) = too_new(env, &format!("module {m}"), &go) {
            return Err(e);
        }
    }
    Ok(Summary {
        path: file.path().to_owned(),
        pruned: is_pruned_version(&go),
        go_version: go,
        ignore: file.ignore.clone(),
        require,
        retract: file
            .retract
            .iter()
            .map(|r| (r.low.clone(), r.high.clone(), r.rationale.clone()))
            .collect(),
        deprecated: file
            .module
            .as_ref()
            .map_or(String::new(), |m| m.deprecated.clone()),
    })
}

fn requirements(env: &GoEnv, mains: &Mains, warnings: &mut Vec<String>) -> Requirements {
    if let Some(w) = &mains.work {
        let mut roots: Vec<ModVersion> = mains.list.iter().map(|m| m.node()).collect();
        roots.push(ModVersion::new("go", w.file.go_version()));
        if let Some(t) = &w.file.toolchain {
            roots.push(ModVersion::new("toolchain", t));
        }
        roots.sort_by(compare_mod_versions);
        let direct = mains
            .list
            .iter()
            .flat_map(|m| &m.file.require)
            .filter(|r| !r.indirect)
            .map(|r| r.module.path.clone())
            .collect();
        return Requirements::new(Pruning::Workspace, roots, direct);
    }
    match mains.list.first() {
        Some(m) => {
            let (roots, direct) = m.roots(true, warnings);
            let pruning = match is_pruned_version(m.file.go_version()) {
                true => Pruning::Pruned,
                false => Pruning::Unpruned,
            };
            Requirements::new(pruning, roots, direct)
        }
        None => {
            let go = ModVersion::new("go", env.local_version());
            let direct = HashSet::from(["go".to_owned()]);
            Requirements::new(Pruning::Pruned, vec![go], direct)
        }
    }
}

fn read_vendor(env: &GoEnv, cwd: &Path, dir: &Path) -> Result<VendorList, ModError> {
    let file = dir.join("modules.txt");
    let text = match fs::read(&file) {
        Ok(d) => String::from_utf8_lossy(&d).into_owned(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => {
            return Err(ModError::new(format!(
                "open {}: {}",
                file.display(),
                super::fetch::cache::io_text(&e)
            )));
        }
    };
    let list = VendorList::parse(&text);
    for (m, meta) in &list.meta {
        let what = format!("{} in {}", m.path, short_path(&file, cwd));
        if let Some(e) = too_new(env, &what, &meta.go_version) {
            return Err(e);
        }
    }
    Ok(list)
}

impl ModuleLoader {
    /// Checks `vendor/modules.txt` against what the main modules require and replace.
    fn check_vendor(&self) -> Result<(), ModError> {
        let (Some(vendor), Some(dir)) = (&self.vendor, self.mains.vendor_dir()) else {
            return Ok(());
        };
        let mains = &self.mains;
        let workspace = mains.work.is_some();
        // Releases before 1.14 wrote less into the file.
        let old = !workspace
            && mains.list.first().is_some_and(|m| {
                gover::compare(m.file.go.as_deref().unwrap_or(""), "1.14").is_lt()
            });
        let mut problems = String::new();
        let mut problem = |m: &ModVersion, text: String| {
            problems.push_str(&format!("\n\t{m}: {text}"));
        };
        for r in mains.list.iter().flat_map(|m| &m.file.require) {
            if vendor.meta_of(&r.module).explicit {
                continue;
            }
            let path = &r.module.path;
            match vendor.versions.get(path) {
                _ if !old => problem(
                    &r.module,
                    "is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt".to_owned(),
                ),
                Some(v) if *v != r.module.version => problem(
                    &r.module,
                    format!("is explicitly required in go.mod, but vendor/modules.txt indicates {path}@{v}"),
                ),
                _ => {}
            }
        }
        let mut seen: HashSet<&ModVersion> = HashSet::new();
        let in_modules = mains.list.iter().flat_map(|m| &m.file.replace);
        let in_work = mains.work.iter().flat_map(|w| &w.file.replace);
        for r in in_modules.chain(in_work) {
            if !seen.insert(&r.old) {
                continue;
            }
            let marked = vendor.meta_of(&r.old).replacement;
            let actual = mains.replacement(&r.old);
            let source = || {
                let file = match (mains.replacement_from(&r.old), &mains.work) {
                    (Some((_, Some(m))), _) => m.go_mod.as_path(),
                    (_, Some(w)) => w.path.as_path(),
                    _ => Path::new("go.mod"),
                };
                short_path(file, &self.cwd)
            };
            if marked == ModVersion::default() {
                let unlisted = old
                    && (r.old.version.is_empty()
                        || vendor.versions.get(&r.old.path) != Some(&r.old.version));
                if actual.is_some() && !unlisted {
                    problem(
                        &r.old,
                        format!(
                            "is replaced in {}, but not marked as replaced in vendor/modules.txt",
                            source()
                        ),
                    );
                }
            } else if actual.as_ref() != Some(&marked) {
                let new = mains
                    .replacement_from(&r.old)
                    .map_or(String::new(), |(n, _)| n.to_string());
                problem(
                    &r.old,
                    format!(
                        "is replaced by {new} in {}, but marked as replaced by {marked} in vendor/modules.txt",
                        source()
                    ),
                );
            }
        }
        for m in &vendor.modules {
            let required = mains
                .list
                .iter()
                .any(|main| main.file.require.iter().any(|r| r.module == *m));
            if vendor.meta_of(m).explicit && !required {
                let article = if workspace { "a " } else { "" };
                problem(
                    m,
                    format!(
                        "is marked as explicit in vendor/modules.txt, but not explicitly required in {article}go.mod"
                    ),
                );
            }
        }
        for m in &vendor.replaced {
            if mains.replacement(m).is_none() {
                let place = if workspace { "the workspace" } else { "go.mod" };
                problem(
                    m,
                    format!(
                        "is marked as replaced in vendor/modules.txt, but not replaced in {place}"
                    ),
                );
            }
        }
        if !problems.is_empty() {
            let command = if workspace { "work" } else { "mod" };
            let parent = dir.parent().unwrap_or(&dir).display();
            return Err(ModError::new(format!(
                "inconsistent vendoring in {parent}:{problems}\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo {command} vendor"
            )));
        }
        if self.reqs.pruning == Pruning::Pruned {
            let unlisted: Vec<String> = vendor
                .modules
                .iter()
                .filter(|m| self.root_selected(&m.path) != Some(&m.version))
                .map(|m| format!("vendored module {m} should be required explicitly in go.mod\n"))
                .collect();
            if !unlisted.is_empty() {
                let text = format!("{}{}", unlisted.concat(), self.dirty());
                return Err(ModError::with_kind(
                    ErrorKind::Dirty,
                    text.replace("\nvendored", "\ngo: vendored")
                        .replace("\nupdates", "\ngo: updates"),
                ));
            }
        }
        Ok(())
    }
}
