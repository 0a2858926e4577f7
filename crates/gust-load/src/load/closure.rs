//! The pattern `all`.

use super::discover::Loader;
use super::resolve::Realm;
use std::collections::{BTreeSet, HashSet};

/// The packages `roots`, those of main modules, and everything that they and their tests need; tests
/// of packages outside the main modules do not count (since Go 1.16).
pub fn of_packages(loader: &Loader<'_>, roots: &[String]) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut seen: HashSet<(Realm, String)> = HashSet::new();
    let mut pending: Vec<(Realm, String)> =
        roots.iter().map(|r| (Realm::Modules, r.clone())).collect();
    let names: Vec<&str> = roots.iter().map(String::as_str).collect();
    loader.discover(&names);
    while let Some((realm, path)) = pending.pop() {
        if path == "C" || !seen.insert((realm, path.clone())) {
            continue;
        }
        let resolved = loader.resolve(realm, &path);
        if crate::modules::path::check_import_path(&resolved.path).is_err()
            || !found.insert(resolved.path.clone())
        {
            continue;
        }
        let node = loader.node(&resolved);
        let realm = Realm::of(&resolved.path, resolved.goroot);
        let is_main = resolved.module.as_ref().is_some_and(|m| m.main);
        let folder = &node.folder;
        let tests = folder
            .test_imports
            .keys()
            .chain(folder.xtest_imports.keys());
        let imports = folder.imports.keys().chain(tests.filter(|_| is_main));
        pending.extend(imports.map(|path| (realm, path.clone())));
    }
    found.into_iter().collect()
}
