//! The representation of types.
//!
//! A type is made once and never moves; what the checker learns about it later (element types of
//! recursive declarations, underlying types, type sets) goes into cells. Structure is compared
//! with `identical`, never by handle alone: equal handles mean identical types, not the reverse.

use crate::ids::{Flag, Length, Number, ObjCell, ObjId, PkgId, TypeCell, TypeId};
use crate::typeset::TypeSet;
use gust_syntax::Pos;
use gust_syntax::token::ChanDir;
use std::sync::{Arc, OnceLock};

/// The predeclared basic types and the types of untyped constants, in the order of the universe's
/// arena: `TypeId::basic(kind)` needs no lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
#[allow(missing_docs)]
pub enum BasicKind {
    /// The type of what is in error.
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    String,
    UnsafePointer,
    UntypedBool,
    UntypedInt,
    UntypedRune,
    UntypedFloat,
    UntypedComplex,
    UntypedString,
    UntypedNil,
    /// `byte`, an alias of `uint8` that keeps its name in messages.
    Byte,
    /// `rune`, an alias of `int32` that keeps its name in messages.
    Rune,
}

impl TypeId {
    /// The handle of a basic type.
    #[must_use]
    pub const fn basic(kind: BasicKind) -> TypeId {
        TypeId::new(PkgId::UNIVERSE, kind as u32)
    }

    /// The type of what is in error.
    pub const INVALID: TypeId = TypeId::basic(BasicKind::Invalid);
    /// `bool`
    pub const BOOL: TypeId = TypeId::basic(BasicKind::Bool);
    /// `int`
    pub const INT: TypeId = TypeId::basic(BasicKind::Int);
    /// `uint`
    pub const UINT: TypeId = TypeId::basic(BasicKind::Uint);
    /// `uintptr`
    pub const UINTPTR: TypeId = TypeId::basic(BasicKind::Uintptr);
    /// `float64`
    pub const FLOAT64: TypeId = TypeId::basic(BasicKind::Float64);
    /// `complex128`
    pub const COMPLEX128: TypeId = TypeId::basic(BasicKind::Complex128);
    /// `string`
    pub const STRING: TypeId = TypeId::basic(BasicKind::String);
    /// `unsafe.Pointer`
    pub const UNSAFE_POINTER: TypeId = TypeId::basic(BasicKind::UnsafePointer);
    /// `byte`
    pub const BYTE: TypeId = TypeId::basic(BasicKind::Byte);
    /// `rune`
    pub const RUNE: TypeId = TypeId::basic(BasicKind::Rune);
    /// untyped bool
    pub const UNTYPED_BOOL: TypeId = TypeId::basic(BasicKind::UntypedBool);
    /// untyped int
    pub const UNTYPED_INT: TypeId = TypeId::basic(BasicKind::UntypedInt);
    /// untyped rune
    pub const UNTYPED_RUNE: TypeId = TypeId::basic(BasicKind::UntypedRune);
    /// untyped float
    pub const UNTYPED_FLOAT: TypeId = TypeId::basic(BasicKind::UntypedFloat);
    /// untyped complex
    pub const UNTYPED_COMPLEX: TypeId = TypeId::basic(BasicKind::UntypedComplex);
    /// untyped string
    pub const UNTYPED_STRING: TypeId = TypeId::basic(BasicKind::UntypedString);
    /// untyped nil
    pub const UNTYPED_NIL: TypeId = TypeId::basic(BasicKind::UntypedNil);
    // Index in the universe's arena: see `universe.rs`, which puts them there in this order.
    /// `interface{}` as the underlying type of `any` and of nothing else.
    pub const EMPTY_INTERFACE: TypeId = TypeId::new(PkgId::UNIVERSE, BasicKind::Rune as u32 + 1);
    /// The alias `any`.
    pub const ANY: TypeId = TypeId::new(PkgId::UNIVERSE, BasicKind::Rune as u32 + 2);
    /// The named type `error`.
    pub const ERROR: TypeId = TypeId::new(PkgId::UNIVERSE, BasicKind::Rune as u32 + 3);
    /// The named type `comparable`.
    pub const COMPARABLE: TypeId = TypeId::new(PkgId::UNIVERSE, BasicKind::Rune as u32 + 4);

    /// Whether this is not [`TypeId::INVALID`] itself (an alias of it is not looked through).
    #[must_use]
    pub fn is_valid(self) -> bool {
        self != TypeId::INVALID
    }
}

bitflags::bitflags! {
    /// Classes of basic types.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct BasicInfo: u16 {
        /// `bool`
        const BOOLEAN = 1;
        /// All integer types, signed or not.
        const INTEGER = 2;
        /// Unsigned integer types.
        const UNSIGNED = 4;
        /// Floating point types.
        const FLOAT = 8;
        /// Complex types.
        const COMPLEX = 16;
        /// `string`
        const STRING = 32;
        /// The types of untyped constants and nil.
        const UNTYPED = 64;
        /// Types with `<`.
        const ORDERED = 2 | 8 | 32;
        /// Integers, floats and complex numbers.
        const NUMERIC = 2 | 8 | 16;
        /// What a constant can be.
        const CONST_TYPE = 1 | 2 | 8 | 16 | 32;
    }
}

/// A type.
#[derive(Debug)]
pub enum Type {
    /// A predeclared type or the type of an untyped constant.
    Basic(Basic),
    /// `[len]elem`
    Array {
        /// Length; negative while unknown.
        len: Length,
        /// Element type.
        elem: TypeCell,
    },
    /// `[]elem`
    Slice {
        /// Element type.
        elem: TypeCell,
    },
    /// `struct{...}`
    Struct(Struct),
    /// `*base`
    Pointer {
        /// What it points to.
        base: TypeCell,
    },
    /// The types of a list of values: results of a call. Never the type of a variable.
    Tuple(Box<[ObjId]>),
    /// A function or method signature.
    Signature(Signature),
    /// `~A | B`, in constraints only.
    Union(Union),
    /// `interface{...}`
    Interface(Interface),
    /// `map[key]elem`
    Map {
        /// Key type.
        key: TypeCell,
        /// Element type.
        elem: TypeCell,
    },
    /// A channel type.
    Chan {
        /// Direction.
        dir: ChanDir,
        /// Element type.
        elem: TypeCell,
    },
    /// A defined type, or an instance of a generic one.
    Named(Box<Named>),
    /// A type parameter.
    TypeParam(TypeParam),
    /// An alias declaration's type, or an instance of a generic one.
    Alias(Box<Alias>),
}

/// A basic type.
#[derive(Debug)]
pub struct Basic {
    /// Which. For `byte` and `rune` the kind of the type they stand for (`Uint8`, `Int32`).
    pub kind: BasicKind,
    /// Its classes.
    pub info: BasicInfo,
    /// Its name in messages.
    pub name: &'static str,
}

/// A struct type.
#[derive(Debug, Default)]
pub struct Struct {
    /// The fields (objects of kind `Var`), set once.
    pub fields: OnceLock<Box<[ObjId]>>,
    /// The tags, by field; empty if no field has one.
    pub tags: OnceLock<Box<[Option<Arc<str>>]>>,
}

impl Struct {
    /// The fields; empty while not known.
    #[must_use]
    pub fn fields(&self) -> &[ObjId] {
        self.fields.get().map_or(&[], |f| f)
    }

    /// The tag of a field, "" if it has none.
    #[must_use]
    pub fn tag(&self, field: usize) -> &str {
        self.tags
            .get()
            .and_then(|t| t.get(field))
            .and_then(|t| t.as_deref())
            .unwrap_or("")
    }
}

/// A signature. Parts are filled in once, while the function's header is checked.
#[derive(Debug, Default)]
pub struct Signature {
    /// Type parameters of a generic function (handles of [`Type::TypeParam`]).
    pub type_params: OnceLock<Box<[TypeId]>>,
    /// Type parameters that the receiver of a generic type's method declares.
    pub recv_type_params: OnceLock<Box<[TypeId]>>,
    /// Receiver variable of a method.
    pub recv: ObjCell,
    /// Parameters.
    pub params: OnceLock<Box<[ObjId]>>,
    /// Results.
    pub results: OnceLock<Box<[ObjId]>>,
    /// Whether the last parameter is `...T`; its type is then `[]T` (or, for `append` only,
    /// `string` or bytes-like).
    pub variadic: Flag,
    /// The function's outermost scope; none for signatures without source.
    pub scope: ScopeCell,
}

impl Signature {
    /// Type parameters.
    #[must_use]
    pub fn type_params(&self) -> &[TypeId] {
        self.type_params.get().map_or(&[], |l| l)
    }

    /// Type parameters of the receiver.
    #[must_use]
    pub fn recv_type_params(&self) -> &[TypeId] {
        self.recv_type_params.get().map_or(&[], |l| l)
    }

    /// Parameters.
    #[must_use]
    pub fn params(&self) -> &[ObjId] {
        self.params.get().map_or(&[], |l| l)
    }

    /// Results.
    #[must_use]
    pub fn results(&self) -> &[ObjId] {
        self.results.get().map_or(&[], |l| l)
    }
}

/// An index of a scope of the package being checked, filled in later.
#[derive(Debug, Default)]
pub struct ScopeCell(Number);

impl ScopeCell {
    /// The scope, if set.
    #[must_use]
    pub fn get(&self) -> Option<crate::scope::ScopeId> {
        self.0.get().checked_sub(1).map(crate::scope::ScopeId)
    }

    /// Sets it.
    pub fn set(&self, scope: crate::scope::ScopeId) {
        self.0.set(scope.0 + 1);
    }
}

/// A term `T` or `~T` of a union.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether all types with that underlying type are meant.
    pub tilde: bool,
    /// The type.
    pub ty: TypeId,
}

/// A union of terms.
#[derive(Debug)]
pub struct Union {
    /// The terms as written.
    pub terms: Box<[Term]>,
}

/// An interface type.
#[derive(Debug, Default)]
pub struct Interface {
    /// Explicitly declared methods (objects of kind `Func`), set once.
    pub methods: OnceLock<Box<[ObjId]>>,
    /// Embedded elements with their positions (none for synthesised ones), set once.
    pub embeddeds: OnceLock<Box<[(TypeId, Pos)]>>,
    /// Whether it stands for a type set literal such as `~T` or `A|B` in a constraint position.
    pub implicit: Flag,
    /// Whether methods and embedded elements are known.
    pub complete: Flag,
    /// The type set, computed when first asked for.
    pub type_set: OnceLock<Box<TypeSet>>,
}

impl Interface {
    /// Explicit methods.
    #[must_use]
    pub fn methods(&self) -> &[ObjId] {
        self.methods.get().map_or(&[], |m| m)
    }

    /// Embedded elements.
    #[must_use]
    pub fn embeddeds(&self) -> &[(TypeId, Pos)] {
        self.embeddeds.get().map_or(&[], |e| e)
    }
}

/// A defined type: declared, or instantiated from a generic declared one.
#[derive(Debug, Default)]
pub struct Named {
    /// The type name; for instances a `TypeName` object of their own package and position with
    /// this type.
    pub obj: ObjCell,
    /// The generic type that this is an instance of; none for declared types.
    pub origin: Option<TypeId>,
    /// Type arguments of an instance.
    pub type_args: Box<[TypeId]>,
    /// Type parameters of a declared generic type, set once.
    pub type_params: OnceLock<Box<[TypeId]>>,
    /// The type on the right side of the declaration, before looking through names; for
    /// instances after substitution.
    pub rhs: TypeCell,
    /// The underlying type (never `Named`, `Alias` or `TypeParam` once set).
    pub underlying: TypeCell,
    /// Methods of a declared type in source order, set once when its methods are collected.
    /// Instances have theirs through `Checker::named_method`.
    pub methods: OnceLock<Box<[ObjId]>>,
}

impl Named {
    /// Type parameters of a generic type.
    #[must_use]
    pub fn type_params(&self) -> &[TypeId] {
        self.type_params.get().map_or(&[], |l| l)
    }

    /// Methods of a declared type.
    #[must_use]
    pub fn methods(&self) -> &[ObjId] {
        self.methods.get().map_or(&[], |m| m)
    }
}

/// A type parameter.
#[derive(Debug)]
pub struct TypeParam {
    /// Its type name.
    pub obj: ObjId,
    /// Position in its list.
    pub index: Number,
    /// A number that grows with each declared type parameter of the package, for stable ordering
    /// and subscripts in messages.
    pub id: u32,
    /// The constraint as written; any type. See `Checker::type_param_iface`.
    pub bound: TypeCell,
}

/// An alias: `type A[P C] = T`.
#[derive(Debug, Default)]
pub struct Alias {
    /// The type name.
    pub obj: ObjCell,
    /// The generic alias that this is an instance of.
    pub origin: Option<TypeId>,
    /// Type arguments of an instance.
    pub type_args: Box<[TypeId]>,
    /// Type parameters of a generic alias, set once.
    pub type_params: OnceLock<Box<[TypeId]>>,
    /// The right side as written.
    pub rhs: TypeCell,
    /// The first type on the way that is no alias, once known.
    pub actual: TypeCell,
}

impl Alias {
    /// Type parameters of a generic alias.
    #[must_use]
    pub fn type_params(&self) -> &[TypeId] {
        self.type_params.get().map_or(&[], |l| l)
    }
}
