//! The module graph and minimal version selection.
//!
//! Every module's `go.mod` names minimum versions; the build uses the greatest minimum of each module.
//! Modules at Go 1.17 or later list all they need, so the graph below them can be *pruned*: what a pruned
//! module's requirements require in turn is not looked at.

use super::error::{ErrorKind, ModError};
use super::gover;
use super::par::{OnceMap, lock, run};
use super::path::{ModVersion, compare_mod_versions};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

/// What of a dependency's `go.mod` matters to its dependents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The path it declares, or empty.
    pub path: String,
    /// The version of its `go` line, or empty.
    pub go_version: String,
    /// Its `ignore` lines.
    pub ignore: Vec<String>,
    /// Whether the graph below it may be pruned.
    pub pruned: bool,
    /// Its requirements; from Go 1.21 on the `go` line is one.
    pub require: Vec<ModVersion>,
    /// Retracted versions: first, last, and why.
    pub retract: Vec<(String, String, String)>,
    /// Its deprecation message, or empty.
    pub deprecated: String,
}

/// Where summaries come from. Called from several threads.
pub trait Summaries: Sync {
    /// The summary of `m`, replacements and exclusions applied.
    fn summary(&self, m: &ModVersion) -> Result<Arc<Summary>, ModError>;
}

/// How much of the graph is read below the roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pruning {
    /// What modules at Go 1.17 or later require indirectly is left out.
    Pruned,
    /// Everything is read.
    Unpruned,
    /// What the modules of a workspace need together.
    Workspace,
}

/// Whether a module at this Go version lists all it needs.
pub fn is_pruned_version(go: &str) -> bool {
    gover::compare(go, gover::EXPLICIT_INDIRECT).is_ge()
}

/// The order of versions, where the empty version of a main module is above all.
pub fn compare_versions(path: &str, a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => gover::mod_compare(path, a, b),
    }
}

/// The version that stands for not being in the build.
pub const NONE: &str = "none";

/// A module graph with the selected versions.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    roots: Vec<ModVersion>,
    required: HashMap<ModVersion, Vec<ModVersion>>,
    selected: HashMap<String, String>,
}

impl Graph {
    /// A graph of `roots` that nothing is required in yet.
    pub fn new(roots: &[ModVersion]) -> Graph {
        let mut g = Graph {
            roots: roots.to_vec(),
            ..Graph::default()
        };
        for r in roots {
            g.select(r);
        }
        g
    }

    fn select(&mut self, m: &ModVersion) {
        match self.selected.get_mut(&m.path) {
            None => {
                self.selected.insert(m.path.clone(), m.version.clone());
            }
            Some(v) => {
                if compare_versions(&m.path, v, &m.version).is_lt() {
                    v.clone_from(&m.version);
                }
            }
        }
    }

    /// Adds the requirements of `m`.
    pub fn require(&mut self, m: &ModVersion, requirements: &[ModVersion]) {
        for r in requirements {
            self.select(r);
        }
        self.required.insert(m.clone(), requirements.to_vec());
    }

    /// The selected version of module `path`; [`NONE`] when it is not in the build.
    pub fn selected(&self, path: &str) -> &str {
        self.selected.get(path).map_or(NONE, String::as_str)
    }

    /// The requirements of `m`, if its `go.mod` was read.
    pub fn required_by(&self, m: &ModVersion) -> Option<&[ModVersion]> {
        self.required.get(m).map(Vec::as_slice)
    }

    /// All modules whose `go.mod` was read, and those in the build.
    pub fn nodes(&self) -> impl Iterator<Item = &ModVersion> {
        self.required.keys().chain(self.required.values().flatten())
    }

    /// The selected version of every module: the roots first, the rest by path.
    pub fn build_list(&self) -> Vec<ModVersion> {
        let mut list: Vec<ModVersion> = Vec::with_capacity(self.selected.len());
        let mut seen = HashSet::new();
        for r in &self.roots {
            if seen.insert(r.path.as_str()) {
                list.push(ModVersion::new(&r.path, self.selected(&r.path)));
            }
        }
        let rest = list.len();
        list.extend(
            self.selected
                .iter()
                .filter(|(p, v)| !seen.contains(p.as_str()) && *v != NONE)
                .map(|(p, v)| ModVersion::new(p, v)),
        );
        list[rest..].sort_by(compare_mod_versions);
        list
    }

    /// A shortest way from a root to a module that satisfies `found`.
    pub fn find_path(&self, found: impl Fn(&ModVersion) -> bool) -> Option<Vec<ModVersion>> {
        let mut came_from: HashMap<&ModVersion, Option<&ModVersion>> = HashMap::new();
        let mut queue: VecDeque<&ModVersion> = VecDeque::new();
        for r in &self.roots {
            if came_from.insert(r, None).is_none() {
                queue.push_back(r);
            }
        }
        while let Some(m) = queue.pop_front() {
            if found(m) {
                let mut path = vec![m.clone()];
                let mut at = m;
                while let Some(Some(previous)) = came_from.get(at) {
                    path.push((*previous).clone());
                    at = previous;
                }
                path.reverse();
                return Some(path);
            }
            for r in self.required.get(m).into_iter().flatten() {
                if !came_from.contains_key(r) {
                    came_from.insert(r, Some(m));
                    queue.push_back(r);
                }
            }
        }
        None
    }
}

struct Reader<'a> {
    source: &'a dyn Summaries,
    threads: usize,
    graph: Mutex<Graph>,
    loaded: OnceMap<ModVersion, Result<Arc<Summary>, ModError>>,
    failed: Mutex<HashMap<ModVersion, ModError>>,
    queued: Mutex<HashSet<(ModVersion, Pruning)>>,
}

impl Reader<'_> {
    fn load(&self, m: &ModVersion) -> Result<Arc<Summary>, ModError> {
        self.loaded.get_or_init(m, || {
            let summary = self.source.summary(m);
            match &summary {
                Ok(s) => lock(&self.graph).require(m, &s.require),
                Err(e) => {
                    lock(&self.failed).insert(m.clone(), e.clone());
                }
            }
            summary
        })
    }

    fn read(&self, start: Vec<(ModVersion, Pruning)>) {
        let new = |item: &(ModVersion, Pruning)| {
            item.0.version != NONE && lock(&self.queued).insert(item.clone())
        };
        let start: Vec<_> = start.into_iter().filter(new).collect();
        // Nothing is fetched for the Go release itself.
        let trivial = start.iter().all(|(m, _)| gover::is_toolchain(&m.path));
        let threads = if trivial { 1 } else { self.threads };
        run(start, threads, |(m, pruning), add| {
            let Ok(summary) = self.load(&m) else {
                return;
            };
            if pruning == Pruning::Pruned && summary.pruned {
                return;
            }
            let below = match (pruning, summary.pruned) {
                (Pruning::Unpruned, _) | (_, false) => Pruning::Unpruned,
                (_, true) => Pruning::Pruned,
            };
            for r in &summary.require {
                let item = (r.clone(), below);
                if new(&item) {
                    add(item);
                }
            }
        });
    }
}

/// Reads the graph below `roots`.
///
/// `mains` are the main modules; outside workspaces there is one, and `roots` are its requirements. The
/// graph is returned also with an error, as far as it could be read.
pub fn read_graph(
    source: &dyn Summaries,
    pruning: Pruning,
    mains: &[ModVersion],
    roots: &[ModVersion],
    threads: usize,
) -> (Graph, Option<ModError>) {
    let graph = if pruning == Pruning::Workspace {
        Graph::new(roots)
    } else {
        let mut g = Graph::new(mains);
        if let Some(main) = mains.first() {
            g.require(main, roots);
        }
        g
    };
    let reader = Reader {
        source,
        threads,
        graph: Mutex::new(graph),
        loaded: OnceMap::default(),
        failed: Mutex::default(),
        queued: Mutex::default(),
    };
    reader.read(roots.iter().map(|m| (m.clone(), pruning)).collect());
    if pruning == Pruning::Workspace {
        read_workspace(&reader, roots);
    }
    let failed = std::mem::take(&mut *lock(&reader.failed));
    let graph = std::mem::take(&mut *lock(&reader.graph));
    let error = if failed.is_empty() {
        None
    } else {
        graph
            .find_path(|m| failed.contains_key(m))
            .and_then(|path| {
                let last = path.last()?;
                Some(build_list_error(&failed[last], &path))
            })
    };
    (graph, error)
}

/// Reads on until every module that a workspace module depends on was read at its selected version.
fn read_workspace(reader: &Reader<'_>, roots: &[ModVersion]) {
    let mut needed: HashSet<String> = roots.iter().map(|m| m.path.clone()).collect();
    let mut seen: HashSet<ModVersion> = HashSet::new();
    loop {
        let mut next: HashSet<ModVersion> = HashSet::new();
        {
            let graph = lock(&reader.graph);
            for path in &needed {
                let m = ModVersion::new(path, graph.selected(path));
                if !seen.contains(&m) {
                    next.insert(m);
                    continue;
                }
                for r in graph.required_by(&m).unwrap_or_default() {
                    let s = ModVersion::new(&r.path, graph.selected(&r.path));
                    if compare_versions(&r.path, &s.version, &r.version).is_gt()
                        && !seen.contains(&s)
                    {
                        next.insert(s);
                    }
                }
            }
        }
        if next.is_empty() {
            return;
        }
        seen.extend(next.iter().cloned());
        needed.extend(next.iter().map(|m| m.path.clone()));
        reader.read(next.into_iter().map(|m| (m, Pruning::Workspace)).collect());
    }
}

/// The error of a module with the way that leads to it.
pub fn build_list_error(e: &ModError, path: &[ModVersion]) -> ModError {
    if e.kind == ErrorKind::Fatal {
        return e.clone();
    }
    // The main module goes without saying.
    let skip = path.iter().take_while(|m| m.version.is_empty()).count();
    let Some((last, before)) = path[skip..].split_last() else {
        return e.clone();
    };
    let mut text = String::new();
    for m in before {
        text.push_str(&format!("{m} requires\n\t"));
    }
    let mut actual = e.module.clone();
    if let (Some(a), ErrorKind::InvalidVersion(v)) = (&mut actual, &e.kind) {
        a.version.clone_from(&v.version);
    }
    text.push_str(&match actual {
        None => e.clone().about(last).to_string(),
        Some(a) if a == *last => e.to_string(),
        Some(a) => format!("{last} (replaced by {a}): {}", e.message),
    });
    ModError {
        kind: match &e.kind {
            ErrorKind::InvalidVersion(_) => ErrorKind::Other,
            k => k.clone(),
        },
        module: None,
        message: text,
    }
}

#[cfg(test)]
mod tests;
