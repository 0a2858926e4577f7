//! The order in which a program's packages are initialised (spec: Program initialization).
//!
//! The official linker's order, which programs observe: among the packages whose imports are all initialised, the one whose
//! name comes first. Only packages with something to do take part, and those that import one that does. The runtime and
//! what it needs come first, on their own.

use gust_load::package::{LoadResult, PackageId};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// What the official linker compares: `path..inittask`.
const SUFFIX: &str = "..inittask";

/// The packages of program `main` that have something to do, in order. `works` tells which have.
#[must_use]
pub fn order(
    load: &LoadResult,
    main: PackageId,
    works: &dyn Fn(PackageId) -> bool,
) -> Vec<PackageId> {
    let all = closure(load, main);
    // Dependencies come before importers in a load.
    let mut nodes = HashSet::new();
    for &id in &all {
        let package = &load[id];
        let always = package.import_path == "runtime" || id == main;
        if always || works(id) || imports(load, id).any(|i| nodes.contains(&i)) {
            nodes.insert(id);
        }
    }
    let runtime = all.iter().find(|&&id| load[id].import_path == "runtime");
    let mut done = Vec::new();
    for root in runtime.copied().into_iter().chain([main]) {
        let inside: HashSet<PackageId> = closure(load, root)
            .into_iter()
            .filter(|id| nodes.contains(id))
            .collect();
        extend(load, &inside, main, &mut done);
    }
    done.retain(|&id| works(id));
    done
}

fn imports(load: &LoadResult, id: PackageId) -> impl Iterator<Item = PackageId> {
    load[id].imports.iter().map(|i| i.package)
}

/// All packages that `root` needs, itself included, in the order of the load.
#[must_use]
pub fn closure(load: &LoadResult, root: PackageId) -> Vec<PackageId> {
    let mut seen = vec![false; load.packages.len()];
    let mut next = vec![root];
    while let Some(id) = next.pop() {
        if !seen[id.index()] {
            seen[id.index()] = true;
            next.extend(imports(load, id));
            next.extend(&load[id].dependencies);
        }
    }
    let ids = (0..).map(PackageId).zip(&seen);
    ids.filter(|(_, seen)| **seen).map(|(id, _)| id).collect()
}

/// Appends the packages of `inside` that are not in `done` yet.
fn extend(
    load: &LoadResult,
    inside: &HashSet<PackageId>,
    main: PackageId,
    done: &mut Vec<PackageId>,
) {
    let before: HashSet<PackageId> = done.iter().copied().collect();
    let mut importers: HashMap<PackageId, Vec<PackageId>> = HashMap::new();
    let mut waiting: HashMap<PackageId, usize> = HashMap::new();
    let name = |id: PackageId| {
        let path = match id == main {
            true => "main",
            false => load[id].import_path.as_str(),
        };
        Reverse((format!("{path}{SUFFIX}"), id))
    };
    let mut ready = BinaryHeap::new();
    for &id in inside.iter().filter(|id| !before.contains(id)) {
        let needed: HashSet<PackageId> = imports(load, id)
            .filter(|i| inside.contains(i) && !before.contains(i))
            .collect();
        if needed.is_empty() {
            ready.push(name(id));
        }
        waiting.insert(id, needed.len());
        for import in needed {
            importers.entry(import).or_default().push(id);
        }
    }
    while let Some(Reverse((_, id))) = ready.pop() {
        done.push(id);
        for &importer in importers.get(&id).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(&importer) {
                *count -= 1;
                if *count == 0 {
                    ready.push(name(importer));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gust_load::package::{Import, Package};

    /// Packages by path with what they import, dependencies first.
    fn load(list: &[(&str, &[&str])]) -> LoadResult {
        let at = |path: &str| list.iter().position(|(p, _)| *p == path).unwrap() as u32;
        let import = |path: &&str| Import {
            source_path: (*path).to_owned(),
            package: PackageId(at(path)),
            positions: Vec::new(),
        };
        let package = |(path, imports): &(&str, &[&str])| Package {
            import_path: (*path).to_owned(),
            imports: imports.iter().map(import).collect(),
            ..Package::default()
        };
        LoadResult {
            packages: list.iter().map(package).collect(),
            ..LoadResult::default()
        }
    }

    fn paths(list: &[(&str, &[&str])], idle: &[&str]) -> String {
        let load = load(list);
        let main = PackageId(load.packages.len() as u32 - 1);
        let works = |id: PackageId| !idle.contains(&load[id].import_path.as_str());
        let order = order(&load, main, &works);
        let paths: Vec<_> = order
            .iter()
            .map(|&id| load[id].import_path.as_str())
            .collect();
        paths.join(" ")
    }

    #[test]
    fn ready_packages_go_by_name() {
        let list: &[(&str, &[&str])] =
            &[("z", &[]), ("c", &[]), ("b", &["z"]), ("prog", &["b", "c"])];
        assert_eq!(paths(list, &[]), "c z b prog");
    }

    #[test]
    fn idle_packages_hold_up_nobody() {
        let list: &[(&str, &[&str])] =
            &[("z", &[]), ("m", &[]), ("a", &["z"]), ("prog", &["a", "m"])];
        assert_eq!(paths(list, &["z"]), "a m prog");
        assert_eq!(paths(list, &[]), "m z a prog");
    }

    #[test]
    fn the_runtime_comes_first() {
        let list: &[(&str, &[&str])] = &[
            ("internal/x", &[]),
            ("runtime", &["internal/x"]),
            ("a", &[]),
            ("prog", &["a", "runtime"]),
        ];
        assert_eq!(paths(list, &[]), "internal/x runtime a prog");
    }
}
