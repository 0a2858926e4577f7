//! State of the type relations: caches that belong to no single type.

/// Caches of type relations: instances by identity, expansions of imported instances, ...
#[derive(Default)]
pub(crate) struct RelationState {}
