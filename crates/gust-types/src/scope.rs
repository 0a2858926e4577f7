//! Scopes of the package being checked (spec: Declarations and scope).

use crate::ids::{Flag, ObjId};
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cell::RefCell;

/// Names a scope of the package being checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u32);

impl ScopeId {
    /// The index into the checker's scopes.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Most scopes hold a few names; above this many a hash map pays.
const LINEAR_MAX: usize = 8;

/// One scope. The chain is universe <- package <- file <- function <- blocks; the universe is
/// not a `Scope` but the package [`crate::PkgId::UNIVERSE`], which ends every lookup.
#[derive(Debug, Default)]
pub struct Scope {
    /// The enclosing scope; none for the package scope.
    pub parent: Option<ScopeId>,
    /// First position of the scope's source, if it has any.
    pub pos: Pos,
    /// One past its last position.
    pub end: Pos,
    /// Whether it is a function's outermost scope.
    pub is_func: Flag,
    names: RefCell<Names>,
    children: RefCell<Vec<ScopeId>>,
}

#[derive(Debug, Default)]
struct Names {
    order: SmallVec<[(Symbol, ObjId); 4]>,
    by_name: FxHashMap<Symbol, ObjId>,
}

impl Scope {
    /// A scope without names.
    #[must_use]
    pub fn new(parent: Option<ScopeId>, pos: Pos, end: Pos) -> Self {
        Self {
            parent,
            pos,
            end,
            ..Self::default()
        }
    }

    /// The object called `name` in this scope itself.
    #[must_use]
    pub fn lookup(&self, name: Symbol) -> Option<ObjId> {
        let names = self.names.borrow();
        if names.order.len() > LINEAR_MAX {
            return names.by_name.get(&name).copied();
        }
        names
            .order
            .iter()
            .find(|(n, _)| *n == name)
            .map(|&(_, o)| o)
    }

    /// Adds `obj` unless the name is taken, in which case the object that has it is returned.
    pub fn insert(&self, name: Symbol, obj: ObjId) -> Option<ObjId> {
        if let Some(other) = self.lookup(name) {
            return Some(other);
        }
        let names = &mut *self.names.borrow_mut();
        names.order.push((name, obj));
        if names.order.len() == LINEAR_MAX + 1 {
            names.by_name = names.order.iter().copied().collect();
        } else if names.order.len() > LINEAR_MAX {
            names.by_name.insert(name, obj);
        }
        None
    }

    /// Number of names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.borrow().order.len()
    }

    /// Whether there are no names.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All names with their objects in order of declaration.
    #[must_use]
    pub fn entries(&self) -> Vec<(Symbol, ObjId)> {
        self.names.borrow().order.to_vec()
    }

    /// Calls `f` with every object in order of declaration; `f` must not declare others.
    pub fn for_each(&self, mut f: impl FnMut(ObjId)) {
        let names = self.names.borrow();
        names.order.iter().for_each(|&(_, obj)| f(obj));
    }

    /// Scopes directly inside.
    #[must_use]
    pub fn children(&self) -> Vec<ScopeId> {
        self.children.borrow().clone()
    }

    /// Notes a scope directly inside.
    pub fn add_child(&self, child: ScopeId) {
        self.children.borrow_mut().push(child);
    }
}
