//! Type sets of interfaces (spec: Interface types, "the type set").

use crate::ids::ObjId;
use crate::types::Term;

/// The set of types an interface describes: all types that have all `methods`, are in `terms`,
/// and are comparable if `comparable`.
#[derive(Debug, Clone, Default)]
pub struct TypeSet {
    /// All methods, of embedded interfaces too, sorted by unique name.
    pub methods: Box<[ObjId]>,
    /// Normalised terms; `None` is the set of all types, an empty list the empty set.
    pub terms: Option<Box<[Term]>>,
    /// Whether only (strictly) comparable types are in it. Only set if `terms` is `None`.
    pub comparable: bool,
}
