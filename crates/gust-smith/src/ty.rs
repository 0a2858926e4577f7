//! The types that generated programs use.

/// A type of a generated program. Named types are indices into the program's lists.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// `bool`
    Bool,
    /// An integer type by name.
    Int(&'static str),
    /// `float64` or `float32`.
    Float(&'static str),
    /// `complex128`
    Complex,
    /// `string`
    Str,
    /// `[n]T`
    Array(u32, Box<Ty>),
    /// `[]T`
    Slice(Box<Ty>),
    /// `map[K]V`
    Map(Box<Ty>, Box<Ty>),
    /// `*T`
    Pointer(Box<Ty>),
    /// A defined struct type.
    Struct(usize),
    /// The interface all struct types and some others implement.
    Iface,
    /// `any`
    Any,
    /// `func(A) R`
    Func(Box<Ty>, Box<Ty>),
}

/// Integer types.
pub const INTS: [&str; 11] = [
    "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
    "uintptr",
];

impl Ty {
    /// Its spelling, with the program's prefix for defined types.
    #[must_use]
    pub fn show(&self, prefix: &str) -> String {
        match self {
            Ty::Bool => "bool".into(),
            Ty::Int(name) | Ty::Float(name) => (*name).into(),
            Ty::Complex => "complex128".into(),
            Ty::Str => "string".into(),
            Ty::Array(n, e) => format!("[{n}]{}", e.show(prefix)),
            Ty::Slice(e) => format!("[]{}", e.show(prefix)),
            Ty::Map(k, v) => format!("map[{}]{}", k.show(prefix), v.show(prefix)),
            Ty::Pointer(e) => format!("*{}", e.show(prefix)),
            Ty::Struct(i) => format!("{prefix}S{i}"),
            Ty::Iface => format!("{prefix}I"),
            Ty::Any => "any".into(),
            Ty::Func(a, r) => format!("func({}) {}", a.show(prefix), r.show(prefix)),
        }
    }

    /// Whether it is an integer type without sign.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        matches!(self, Ty::Int(name) if name.starts_with('u'))
    }

    /// Width of an integer type in bits.
    #[must_use]
    pub fn bits(&self) -> u32 {
        match self {
            Ty::Int(name) => match name.trim_start_matches(|c: char| c.is_ascii_alphabetic()) {
                "" => 64,
                digits => digits.parse().unwrap_or(64),
            },
            _ => 0,
        }
    }

    /// Whether it can be a map's key here: comparable without a panic, and equal to itself.
    #[must_use]
    pub fn is_key(&self) -> bool {
        match self {
            Ty::Bool | Ty::Int(_) | Ty::Str => true,
            Ty::Array(_, e) => e.is_key(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        assert_eq!(Ty::Int("uint8").bits(), 8);
        assert_eq!(Ty::Int("int64").bits(), 64);
        assert_eq!(Ty::Int("uintptr").bits(), 64);
    }
}
