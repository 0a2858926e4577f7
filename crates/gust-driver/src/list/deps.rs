//! What packages need, transitively.

use gust_load::package::{LoadResult, PackageError, PackageId};

/// For each package the set of all that it needs.
pub struct Closure {
    /// One bit per package.
    sets: Vec<Vec<u64>>,
    words: usize,
}

impl Closure {
    /// Computes all sets, in one pass over the packages in dependency order.
    pub fn new(result: &LoadResult) -> Self {
        let words = result.packages.len().div_ceil(64);
        let mut sets: Vec<Vec<u64>> = Vec::with_capacity(result.packages.len());
        for package in &result.packages {
            let mut set = vec![0; words];
            for dependency in &package.dependencies {
                let at = dependency.index();
                set[at / 64] |= 1 << (at % 64);
                // In an import cycle the dependency's own set is not there yet.
                if let Some(theirs) = sets.get(at) {
                    for (word, theirs) in set.iter_mut().zip(theirs) {
                        *word |= theirs;
                    }
                }
            }
            sets.push(set);
        }
        Self { sets, words }
    }

    /// What a package needs.
    pub fn of(&self, id: PackageId) -> impl Iterator<Item = PackageId> {
        let set = &self.sets[id.index()];
        (0..self.words * 64)
            .filter(|i| set[i / 64] >> (i % 64) & 1 == 1)
            .map(|i| PackageId(i as u32))
    }
}

/// The error of the first package, in dependency order, that `id` needs and that has one.
pub fn first_error(result: &LoadResult, id: PackageId) -> Option<&PackageError> {
    let mut needed = vec![false; result.packages.len()];
    let mut pending = vec![id];
    while let Some(id) = pending.pop() {
        if !std::mem::replace(&mut needed[id.index()], true) {
            pending.extend(&result[id].dependencies);
        }
    }
    let mut packages = result.iter().filter(|(id, _)| needed[id.index()]);
    packages.find_map(|(_, p)| p.error.as_ref())
}
