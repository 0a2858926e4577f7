//! Checked packages, and the world of all that are known.

use crate::ids::{ObjId, PkgId, TypeId};
use crate::object::Object;
use crate::types::Type;
use gust_syntax::Symbol;
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// A checked package: its objects and types. Immutable, shared between threads.
#[derive(Debug)]
pub struct Package {
    /// Its handle.
    pub id: PkgId,
    /// Import path.
    pub path: Symbol,
    /// Package name.
    pub name: Symbol,
    /// Package-level objects by name.
    pub scope: FxHashMap<Symbol, ObjId>,
    /// All objects made while checking it, indexed by [`ObjId`].
    pub objects: Vec<Box<Object>>,
    /// All types made while checking it, indexed by [`TypeId`].
    pub types: Vec<Box<Type>>,
    /// Packages it imports directly.
    pub imports: Vec<PkgId>,
    /// Whether it is a stand-in for a package that could not be loaded: selectors into it are
    /// not reported.
    pub fake: bool,
    /// Unexported objects that functions likely to be inlined mention: the official compiler's
    /// export data hold them, which messages tell.
    pub inlined: Vec<ObjId>,
    /// Whether it had errors.
    pub has_errors: bool,
}

/// All packages of a run. A slot is set once its package is checked; a package is checked only
/// after all it imports.
#[derive(Debug)]
pub struct World {
    slots: Vec<OnceLock<Arc<Package>>>,
}

impl World {
    /// A world with room for `packages` packages besides the universe and `unsafe`, which are
    /// there from the start.
    #[must_use]
    pub fn new(packages: usize) -> Self {
        let world = Self {
            slots: (0..packages + 2).map(|_| OnceLock::new()).collect(),
        };
        world.set(Arc::new(crate::universe::universe()));
        world.set(Arc::new(crate::universe::unsafe_package()));
        world
    }

    /// Adds a checked package.
    ///
    /// # Panics
    /// If its slot is taken or does not exist: an error of the caller.
    pub fn set(&self, package: Arc<Package>) {
        let slot = &self.slots[package.id.index()];
        assert!(slot.set(package).is_ok(), "package checked twice");
    }

    /// A package that has been checked.
    ///
    /// # Panics
    /// If it has not: an error of the caller, who must go in dependency order.
    #[must_use]
    pub fn package(&self, id: PkgId) -> &Package {
        self.slots[id.index()]
            .get()
            .expect("package used before it was checked")
    }

    /// A type of a checked package.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.package(id.pkg).types[id.index()]
    }

    /// An object of a checked package.
    #[must_use]
    pub fn obj(&self, id: ObjId) -> &Object {
        &self.package(id.pkg).objects[id.index()]
    }
}
