//! What the checker found out about the nodes of a package's tree: the typed AST.

use crate::constant::Value;
use crate::ids::{ObjId, TypeId};
use gust_syntax::ast::{ExprId, StmtId};
use rustc_hash::FxHashMap;

/// How an expression may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ExprMode {
    /// Not an expression of its own (a declared name, a field key, erroneous), or not recorded.
    #[default]
    None,
    /// A call without result.
    NoValue,
    /// A predeclared function.
    Builtin,
    /// A type.
    TypeExpr,
    /// A constant; its value is in [`Info::values`].
    Constant,
    /// An addressable variable.
    Variable,
    /// A map index expression: not addressable, but assignable; may be used with comma-ok.
    MapIndex,
    /// A computed value.
    Value,
    /// The predeclared nil.
    Nil,
    /// Like `Value`, but may be used with comma-ok. When it is, its type is a tuple.
    CommaOk,
}

/// Mode and type of an expression.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypeAndMode {
    /// How it may be used.
    pub mode: ExprMode,
    /// Its type; for untyped constants the type they were converted to by their context, the
    /// default type included.
    pub ty: Option<TypeId>,
}

/// What a selector expression `x.f` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionKind {
    /// `x.f` is a struct field.
    FieldVal,
    /// `x.f` is a method value or a called method.
    MethodVal,
    /// `T.f` is a method expression.
    MethodExpr,
}

/// A resolved selector that is not a qualified identifier.
#[derive(Clone, Debug)]
pub struct Selection {
    /// What it is.
    pub kind: SelectionKind,
    /// The type of `x` in `x.f`.
    pub recv: TypeId,
    /// The field or method.
    pub obj: ObjId,
    /// The path through embedded fields: all but the last are field indices; the last is a field
    /// or method index.
    pub index: Box<[u32]>,
    /// Whether a pointer was followed on the way to the field or method.
    pub indirect: bool,
}

/// An instantiation of a generic function or type at an identifier.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Type arguments, written or inferred.
    pub type_args: Box<[TypeId]>,
    /// The instantiated signature, named type or alias.
    pub ty: TypeId,
}

/// One step of package initialisation: `lhs = rhs` (spec: Package initialization).
#[derive(Clone, Debug)]
pub struct Initializer {
    /// Variables; may be blank or several.
    pub lhs: Box<[ObjId]>,
    /// The expression.
    pub rhs: ExprId,
}

/// The side tables of a package's tree. The dense ones are indexed by [`ExprId`].
#[derive(Debug, Default)]
pub struct Info {
    /// Mode and type of every expression.
    pub types: Vec<TypeAndMode>,
    /// Constant values of the expressions of mode `Constant`.
    pub values: FxHashMap<ExprId, Value>,
    /// The object each identifier declares or denotes.
    pub objects: Vec<Option<ObjId>>,
    /// Objects declared without an identifier: an import without name (key: its path
    /// expression's id is in `implicit_imports`), the variable of each type switch clause (key:
    /// the clause).
    pub implicit_clauses: FxHashMap<StmtId, ObjId>,
    /// Package objects of imports without local name, by the path literal.
    pub implicit_imports: FxHashMap<ExprId, ObjId>,
    /// Selector expressions that select fields or methods.
    pub selections: FxHashMap<ExprId, Selection>,
    /// Instantiations, by the identifier instantiated.
    pub instances: FxHashMap<ExprId, Instance>,
    /// Package-level variable initialisation in execution order.
    pub init_order: Vec<Initializer>,
    /// Language version by file (index of `Ast::files`), as minor version: 22 for go1.22.
    pub file_versions: Vec<u32>,
}
