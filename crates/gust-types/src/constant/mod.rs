//! Exact constants (spec: Constants).

/// A constant value.
#[derive(Clone, Debug)]
pub enum Value {
    /// Not known because of an error.
    Unknown,
    /// A boolean.
    Bool(bool),
}
