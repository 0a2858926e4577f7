//! Type sets of interfaces (spec: Interface types, "the type set").

use crate::ids::ObjId;
use crate::types::Term;

/// The set of types an interface describes: all types that have all `methods`, are in `terms`,
/// and are comparable if `comparable`.
#[derive(Debug, Clone, Default)]
pub struct TypeSet {
    /// All methods, of embedded interfaces too: exported ones first, then by name, then by path
    /// of the package.
    pub methods: Box<[ObjId]>,
    /// Normalised terms; `None` is the set of all types, an empty list the empty set.
    pub terms: Option<Box<[Term]>>,
    /// Whether only (strictly) comparable types are in it. Only set if `terms` is `None`.
    pub comparable: bool,
}

impl TypeSet {
    /// Whether no type is in it, methods aside.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.as_ref().is_some_and(|t| t.is_empty())
    }

    /// The terms if they say something: there are some, and not all types are meant.
    #[must_use]
    pub fn specific_terms(&self) -> Option<&[Term]> {
        self.terms.as_deref().filter(|t| !t.is_empty())
    }

    /// Whether methods alone describe it.
    #[must_use]
    pub fn is_method_set(&self) -> bool {
        !self.comparable && self.terms.is_none()
    }

    /// Whether it is the set of all types.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.is_method_set() && self.methods.is_empty()
    }
}
