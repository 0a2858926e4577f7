//! In which order packages are compiled, and what they offer to the optimiser of their importers.
//!
//! A package is started when all it imports has been optimised, not when that has become objects.

use super::cache::{Cache, Key, KeyMaker};
use super::plan::Plan;
use gust_load::package::{LoadResult, PackageId};
use gust_opt::Summaries;
use std::collections::BinaryHeap;
use std::io;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

/// The packages to be compiled.
pub(super) struct Fronts<'a> {
    load: &'a LoadResult,
    cache: &'a Cache,
    /// By package, of those that are compiled here or that such import.
    summaries: Vec<OnceLock<Summaries>>,
    /// By package, its place among the missing ones.
    places: Vec<Option<usize>>,
    /// By place, the places of those that import it.
    importers: Vec<Vec<usize>>,
    /// By place, the length of the text.
    sizes: Vec<usize>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// How many imports each is waiting for.
    waiting: Vec<usize>,
    /// Those that wait for none: the largest first, so that none of them is left over at the end.
    ready: BinaryHeap<(usize, usize)>,
    /// Not handed out yet.
    left: usize,
    stopped: bool,
}

impl<'a> Fronts<'a> {
    /// Of all packages without object in the plan. Packages whose summaries are not to be had lose their object too, and are
    /// made again.
    pub fn new(load: &'a LoadResult, plan: &mut Plan, cache: &'a Cache) -> Self {
        let summaries = summaries(load, plan, cache);
        let missing: Vec<PackageId> = plan.missing().collect();
        let mut places = vec![None; load.packages.len()];
        for (i, id) in missing.iter().enumerate() {
            places[id.index()] = Some(i);
        }
        let mut importers = vec![Vec::new(); missing.len()];
        let mut waiting = vec![0; missing.len()];
        for (i, &id) in missing.iter().enumerate() {
            let mut needed: Vec<usize> = closure(load, &[id])
                .into_iter()
                .filter(|&p| p != id)
                .filter_map(|p| places[p.index()])
                .collect();
            needed.sort_unstable();
            waiting[i] = needed.len();
            for import in needed {
                importers[import].push(i);
            }
        }
        let sizes: Vec<usize> = missing
            .iter()
            .map(|&id| load[id].files.iter().map(|f| f.text.len()).sum())
            .collect();
        let ready = (0..missing.len())
            .filter(|&i| waiting[i] == 0)
            .map(|i| (sizes[i], i))
            .collect();
        let state = State {
            waiting,
            ready,
            left: missing.len(),
            stopped: false,
        };
        Self {
            load,
            cache,
            summaries,
            places,
            importers,
            sizes,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Waits for a package to compile; its place among the missing ones. `None` if there are no more.
    pub fn next(&self) -> Option<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if state.stopped || state.left == 0 {
                return None;
            }
            if let Some((_, i)) = state.ready.pop() {
                state.left -= 1;
                if state.left == 0 {
                    self.changed.notify_all();
                }
                return Some(i);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Hands out no more packages.
    pub fn stop(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.stopped = true;
        self.changed.notify_all();
    }

    /// What a package and its importers may use: all it imports, directly or not, in the order of the load.
    pub fn imported(&self, id: PackageId) -> Vec<&Summaries> {
        closure(self.load, &[id])
            .into_iter()
            .filter(|&p| p != id)
            .filter_map(|p| self.summaries[p.index()].get())
            .collect()
    }

    /// A package has been optimised.
    pub fn publish(&self, id: PackageId, summaries: Summaries) {
        // There is only one compiler of each package.
        let _ = self.summaries[id.index()].set(summaries);
        let Some(place) = self.places[id.index()] else {
            return;
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for &i in &self.importers[place] {
            state.waiting[i] -= 1;
            if state.waiting[i] == 0 {
                state.ready.push((self.sizes[i], i));
            }
        }
        self.changed.notify_all();
    }

    /// Keeps summaries for later builds.
    pub fn keep(&self, package: &Key, summaries: &Summaries) -> io::Result<()> {
        self.cache
            .put(&summary_key(package), &summaries.to_bytes(), "")
            .map(|_| ())
    }
}

/// The key of a package's summaries, from that of its object.
fn summary_key(package: &Key) -> Key {
    let mut key = KeyMaker::new("summaries");
    key.hash(&package.0);
    key.key()
}

/// The summaries of compiled packages that those without object import.
fn summaries(load: &LoadResult, plan: &mut Plan, cache: &Cache) -> Vec<OnceLock<Summaries>> {
    let all: Vec<OnceLock<Summaries>> = load.packages.iter().map(|_| OnceLock::new()).collect();
    let missing: Vec<PackageId> = plan.missing().collect();
    // Imports come first: what is found missing is missing for its importers, whose own imports are in here too.
    for id in closure(load, &missing) {
        let Some(unit) = &mut plan.units[id.index()] else {
            continue;
        };
        if unit.object.is_none() {
            continue;
        }
        let found = cache
            .get(&summary_key(&unit.key))
            .and_then(|entry| cache.content(&entry))
            .and_then(|bytes| Summaries::from_bytes(&bytes));
        match found {
            Some(found) => {
                let _ = all[id.index()].set(found);
            }
            None => unit.object = None,
        }
    }
    all
}

/// Packages and all they import, in the order of the load.
fn closure(load: &LoadResult, roots: &[PackageId]) -> Vec<PackageId> {
    let mut seen = vec![false; load.packages.len()];
    let mut next = roots.to_vec();
    while let Some(id) = next.pop() {
        if !std::mem::replace(&mut seen[id.index()], true) {
            next.extend(load[id].imports.iter().map(|i| i.package));
        }
    }
    let ids = (0..).map(PackageId).zip(&seen);
    ids.filter(|(_, seen)| **seen).map(|(id, _)| id).collect()
}
