//! State of the type relations: caches that belong to no single type.

use super::Checker;
use crate::ids::{ObjId, TypeCell, TypeId};
use crate::types::Term;
use crate::typeset::TypeSet;
use elsa::FrozenMap;
use gust_syntax::Symbol;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};

/// A generic type with type arguments.
pub(super) type InstanceKey = (TypeId, SmallVec<[TypeId; 2]>);

/// Caches of type relations.
#[derive(Default)]
pub(crate) struct RelationState {
    /// Instances by the hash of origin and type arguments.
    pub(super) instances: RefCell<FxHashMap<u64, SmallVec<[TypeId; 1]>>>,
    /// Instantiated signatures by generic signature and type arguments.
    pub(super) signatures: RefCell<FxHashMap<InstanceKey, TypeId>>,
    /// Hashes of instances, which would cost their whole depth each time.
    pub(super) hashes: RefCell<FxHashMap<TypeId, u64>>,
    /// What the cells of instances of other packages would hold, had they been expanded there.
    pub(super) foreign_rhs: RefCell<FxHashMap<TypeId, TypeId>>,
    pub(super) foreign_underlying: RefCell<FxHashMap<TypeId, TypeId>>,
    /// Methods of instances that were asked for, by index.
    pub(super) methods: RefCell<FxHashMap<(TypeId, u32), ObjId>>,
    /// Type sets of interfaces whose own cell cannot be set.
    pub(super) foreign_type_sets: FrozenMap<TypeId, Box<TypeSet>, FxBuildHasher>,
    /// Interfaces and unions whose type sets are being computed.
    pub(super) computing: RefCell<FxHashSet<TypeId>>,
    /// Normalised terms of unions; none for a union with too many terms.
    pub(super) union_terms: RefCell<FxHashMap<TypeId, UnionTerms>>,
    /// Fields and methods of types with many, by name.
    pub(super) members: FrozenMap<TypeId, Box<MemberTable>, FxBuildHasher>,
    /// Number of type parameters declared so far.
    pub(super) type_params: Cell<u32>,
}

/// The type set of a union.
#[derive(Clone, Debug)]
pub(super) enum UnionTerms {
    /// Too many terms: an error was reported.
    Overflow,
    /// All types.
    All,
    /// These terms.
    Terms(Box<[Term]>),
}

/// Indices into a list of fields or methods by name: more than one for names that are not
/// exported and come from different packages.
pub(super) type MemberTable = FxHashMap<Symbol, SmallVec<[u32; 1]>>;

impl Checker<'_> {
    /// Whether cells of the type may be set: it is of the package being checked.
    pub(super) fn is_own_type(&self, t: TypeId) -> bool {
        t.pkg == self.id
    }

    /// What a cell holds, or the invalid type while it is empty.
    pub(crate) fn cell_type(&self, cell: &TypeCell) -> TypeId {
        cell.get().unwrap_or(TypeId::INVALID)
    }

    /// The type of an object, or the invalid type while it has none.
    pub(crate) fn obj_type(&self, obj: ObjId) -> TypeId {
        self.cell_type(&self.obj(obj).ty)
    }
}
