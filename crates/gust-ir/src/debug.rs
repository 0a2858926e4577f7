//! What a debugger is told of variables and their types. It has no part in what a program does: passes may drop it.

use crate::{DebugType, Loc};

/// A variable of the source, as the table of its function has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugVarData {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: DebugType,
    /// 1-based number of a parameter; 0 for other variables.
    pub arg: u32,
    /// Where it is declared.
    pub loc: Option<Loc>,
}

/// Where a variable is, as a [`crate::InstData::DebugValue`] says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DebugPlace {
    /// The operand is the bytes from this offset on.
    Part(u32),
    /// The variable lies at the address that the operand is, from here to wherever it is said to be next.
    At,
    /// The variable lies at the address that is stored where the operand points to, likewise.
    Via,
}

/// How the bits of a basic type are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DebugEncoding {
    /// `false` and `true`.
    Bool,
    /// Two's complement.
    Signed,
    /// Unsigned.
    Unsigned,
    /// IEEE 754.
    Float,
    /// Two floats.
    Complex,
}

impl DebugEncoding {
    /// All, in order of declaration.
    pub const ALL: [DebugEncoding; 5] = [
        DebugEncoding::Bool,
        DebugEncoding::Signed,
        DebugEncoding::Unsigned,
        DebugEncoding::Float,
        DebugEncoding::Complex,
    ];

    /// Its name in text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DebugEncoding::Bool => "bool",
            DebugEncoding::Signed => "signed",
            DebugEncoding::Unsigned => "unsigned",
            DebugEncoding::Float => "float",
            DebugEncoding::Complex => "complex",
        }
    }
}

/// A field of a [`DebugTypeData::Struct`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugField {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: DebugType,
    /// Offset in bytes.
    pub offset: u64,
}

/// A type of variables. Types may refer to later ones of the table, and to themselves through pointers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DebugTypeData {
    /// A number.
    Basic {
        /// Name.
        name: String,
        /// Meaning of the bits.
        encoding: DebugEncoding,
        /// Size in bytes.
        size: u64,
    },
    /// A pointer.
    Pointer {
        /// Name.
        name: String,
        /// What it points to; `None` if that is not told.
        to: Option<DebugType>,
    },
    /// Fields at offsets.
    Struct {
        /// Name.
        name: String,
        /// Size in bytes.
        size: u64,
        /// Fields.
        fields: Vec<DebugField>,
    },
    /// Elements in a row.
    Array {
        /// Size in bytes.
        size: u64,
        /// Their type.
        elem: DebugType,
        /// How many.
        count: u64,
    },
    /// Another type under a name.
    Named {
        /// Name.
        name: String,
        /// The type.
        of: DebugType,
    },
}

impl DebugTypeData {
    /// Calls `f` with each type that this one mentions.
    pub fn for_each_type(&self, mut f: impl FnMut(DebugType)) {
        match self {
            DebugTypeData::Basic { .. } => {}
            DebugTypeData::Pointer { to, .. } => to.iter().for_each(|&t| f(t)),
            DebugTypeData::Struct { fields, .. } => fields.iter().for_each(|field| f(field.ty)),
            DebugTypeData::Array { elem: t, .. } | DebugTypeData::Named { of: t, .. } => f(*t),
        }
    }
}
