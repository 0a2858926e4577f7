//! Unification of types (spec: Type unification).
