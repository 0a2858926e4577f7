//! The SSA intermediate representation, between the typed AST and machine code.
//!
//! Scalar SSA with block parameters. Every value is an integer, a float or a pointer; strings,
//! slices, interfaces and small structs are several values, larger aggregates live in stack slots.
//! Operations that carry Go's meaning and that passes reason about (allocation, nil and bounds
//! checks, pointer stores with write barrier, calls through interfaces) are instructions of their own until
//! a backend lowers them.
//!
//! The representation prints ([`print`]) and parses ([`parse`]) as text, so that each pass has
//! golden tests; [`verify`] holds between passes.
//!
//! This crate knows neither Go's syntax nor its types, and no target.

mod builder;
mod debug;
mod entities;
mod function;
mod inst;
mod module;
pub mod parse;
pub mod print;
pub mod verify;

pub use builder::Builder;
pub use debug::{DebugEncoding, DebugField, DebugPlace, DebugTypeData, DebugVarData};
pub use entities::{Block, DebugType, DebugVar, Inst, Loc, Slot, SymbolRef, Value};
pub use function::{BlockData, FuncAttrs, Function, Signature, SlotData, ValueDef};
pub use inst::{
    AtomicOp, BinaryOp, BlockCall, BoundsKind, CallTarget, FloatCond, InstData, IntCond, MemFlags,
    Ordering, UnaryOp,
};
pub use module::{DataItem, Global, Linkage, LocData, Module, Need, Section};

use std::fmt;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// 8-bit integer; booleans are 0 or 1 of this type.
    I8,
    /// 16-bit integer.
    I16,
    /// 32-bit integer.
    I32,
    /// 64-bit integer; `uintptr` too: the collector does not follow it.
    I64,
    /// IEEE 754 single.
    F32,
    /// IEEE 754 double.
    F64,
    /// A pointer that the collector follows: nil, or into an object, a stack or static data.
    Ptr,
}

impl Type {
    /// All types, in order of declaration.
    pub const ALL: [Type; 7] = [
        Type::I8,
        Type::I16,
        Type::I32,
        Type::I64,
        Type::F32,
        Type::F64,
        Type::Ptr,
    ];

    /// Size in bytes on a 64-bit target, which is its alignment too.
    #[must_use]
    pub fn bytes(self) -> u32 {
        match self {
            Type::I8 => 1,
            Type::I16 => 2,
            Type::I32 | Type::F32 => 4,
            Type::I64 | Type::F64 | Type::Ptr => 8,
        }
    }

    /// Whether it is one of the integer types.
    #[must_use]
    pub fn is_int(self) -> bool {
        matches!(self, Type::I8 | Type::I16 | Type::I32 | Type::I64)
    }

    /// Whether it is a float type.
    #[must_use]
    pub fn is_float(self) -> bool {
        matches!(self, Type::F32 | Type::F64)
    }

    /// Its name in text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Type::I8 => "i8",
            Type::I16 => "i16",
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::F32 => "f32",
            Type::F64 => "f64",
            Type::Ptr => "ptr",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
