//! Names and paths of packages, stand-ins for those that failed to load, and how messages
//! qualify names.

use super::Checker;
use crate::ids::PkgId;
use crate::package::Package;
use gust_syntax::Symbol;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// Handles from here on name stand-ins; the world has none that high.
const FIRST_STAND_IN: u32 = 1 << 31;

/// Packages as messages name them.
#[derive(Default)]
pub(crate) struct PackageState {
    stand_ins: elsa::FrozenVec<Box<Package>>,
    direct: RefCell<Vec<PkgId>>,
    seen: RefCell<FxHashSet<PkgId>>,
    /// Paths by name, over the whole import graph; made for the first message that needs it.
    paths: RefCell<Option<PathsByName>>,
}

#[derive(Default)]
struct PathsByName {
    seen: FxHashSet<PkgId>,
    paths: FxHashMap<Symbol, FxHashSet<Symbol>>,
}

impl Checker<'_> {
    /// A package this one imports, directly or not, or a stand-in for one that failed to load.
    pub(crate) fn imported_package(&self, id: PkgId) -> &Package {
        match id.0.checked_sub(FIRST_STAND_IN) {
            Some(index) => &self.packages.stand_ins[index as usize],
            None => self.world.package(id),
        }
    }

    /// The name of any package, this one included.
    pub(crate) fn pkg_name(&self, id: PkgId) -> Symbol {
        if id == self.id {
            self.name.get().unwrap_or_else(|| Symbol::new(""))
        } else {
            self.imported_package(id).name
        }
    }

    /// The import path of any package as messages show it; a main package's is `main`.
    pub(crate) fn pkg_path(&self, id: PkgId) -> Symbol {
        if id == self.id {
            self.name
                .get()
                .filter(|_| self.is_main())
                .unwrap_or(self.path)
        } else {
            self.imported_package(id).path
        }
    }

    /// Makes a stand-in for a package that could not be loaded.
    pub(super) fn stand_in(&self, path: Symbol, name: Symbol) -> PkgId {
        let id = PkgId(FIRST_STAND_IN + self.packages.stand_ins.len() as u32);
        self.packages.stand_ins.push(Box::new(Package {
            id,
            path,
            name,
            scope: FxHashMap::default(),
            objects: Vec::new(),
            types: Vec::new(),
            imports: Vec::new(),
            fake: true,
            inlined: Vec::new(),
            has_errors: true,
        }));
        id
    }

    /// Notes that this package imports `id`.
    pub(super) fn add_import(&self, id: PkgId) {
        if self.packages.seen.borrow_mut().insert(id) {
            self.packages.direct.borrow_mut().push(id);
            *self.packages.paths.borrow_mut() = None;
        }
    }

    /// The packages imported directly that were loaded.
    pub(super) fn loaded_imports(&self) -> Vec<PkgId> {
        let direct = self.packages.direct.borrow();
        let loaded = direct.iter().filter(|id| id.0 < FIRST_STAND_IN);
        loaded.copied().collect()
    }

    /// What stands before the dot of a qualified name in messages: nothing for this package, the
    /// quoted path where packages of equal name are around, else the name.
    pub(crate) fn qualifier(&self, id: PkgId) -> String {
        if id == self.id {
            return String::new();
        }
        let mut slot = self.packages.paths.borrow_mut();
        let known = slot.get_or_insert_with(|| {
            let mut known = PathsByName::default();
            self.note_paths(&mut known);
            known
        });
        let name = self.pkg_name(id);
        if known.paths.get(&name).is_some_and(|paths| paths.len() > 1) {
            return crate::constant::quote(self.pkg_path(id).as_bytes());
        }
        name.to_string()
    }

    /// `qualifier` with its dot, or nothing.
    pub(crate) fn qualifier_dot(&self, id: Option<PkgId>) -> String {
        let mut text = id.map_or_else(String::new, |id| self.qualifier(id));
        if !text.is_empty() {
            text.push('.');
        }
        text
    }

    fn note_paths(&self, known: &mut PathsByName) {
        let own = known.paths.entry(self.pkg_name(self.id)).or_default();
        own.insert(self.path);
        let mut todo = self.packages.direct.borrow().clone();
        while let Some(id) = todo.pop() {
            if known.seen.insert(id) {
                let package = self.imported_package(id);
                let paths = known.paths.entry(package.name).or_default();
                paths.insert(package.path);
                todo.extend_from_slice(&package.imports);
            }
        }
    }
}
