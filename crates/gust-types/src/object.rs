//! Declared entities.

use crate::constant::Value;
use crate::ids::{Flag, Number, ObjId, PkgId, TypeCell};
use gust_syntax::{Pos, Symbol};
use std::sync::OnceLock;

/// An object: what an identifier can denote.
#[derive(Debug)]
pub struct Object {
    /// Where it is declared; none for predeclared objects.
    pub pos: Pos,
    /// The package it belongs to; none for predeclared objects and labels of no package.
    pub pkg: Option<PkgId>,
    /// Its name.
    pub name: Symbol,
    /// Its type, once known.
    pub ty: TypeCell,
    /// What kind of object.
    pub kind: ObjKind,
    /// Order of declaration in the package, from 1; 0 for objects not declared at package level.
    pub order: Number,
    /// Progress of type-checking a package-level or local type declaration; see `Color`.
    pub color: Number,
    /// Where its scope starts; none if it is visible in its whole scope.
    pub scope_pos: Number,
    /// The scope it was declared in, if in the package being checked.
    pub parent: crate::types::ScopeCell,
}

/// The kinds of objects.
#[derive(Debug)]
pub enum ObjKind {
    /// An imported package's local name.
    PkgName {
        /// The package.
        imported: PkgId,
        /// Whether the name was used.
        used: Flag,
    },
    /// A constant.
    Const {
        /// The value, once known.
        value: OnceLock<Value>,
    },
    /// A defined type, alias or type parameter.
    TypeName,
    /// A variable, parameter, result, receiver or field.
    Var(Var),
    /// A function, method or interface method.
    Func(Func),
    /// A label.
    Label,
    /// A predeclared function.
    Builtin(BuiltinId),
    /// `nil`
    Nil,
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum VarKind {
    Package,
    Local,
    Recv,
    Param,
    Result,
    Field,
}

/// A variable.
#[derive(Debug)]
pub struct Var {
    /// What it is.
    pub kind: VarKind,
    /// For fields: embedded.
    pub embedded: bool,
    /// Whether it was used.
    pub used: Flag,
    /// For fields of instantiated structs and parameters of instantiated signatures: the
    /// variable of the generic declaration.
    pub origin: Option<ObjId>,
}

/// A function or method.
#[derive(Debug)]
pub struct Func {
    /// For methods: whether the receiver is a pointer; known before the signature is.
    pub has_ptr_recv: Flag,
    /// For methods of instantiated types: the method of the generic declaration.
    pub origin: Option<ObjId>,
    /// The declaration with the body, if it is in the package's tree.
    pub decl: OnceLock<gust_syntax::ast::DeclId>,
}

/// Predeclared functions (spec: Built-in functions; package unsafe).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BuiltinId {
    Append,
    Cap,
    Clear,
    Close,
    Complex,
    Copy,
    Delete,
    Imag,
    Len,
    Make,
    Max,
    Min,
    New,
    Panic,
    Print,
    Println,
    Real,
    Recover,
    UnsafeAdd,
    UnsafeAlignof,
    UnsafeOffsetof,
    UnsafeSizeof,
    UnsafeSlice,
    UnsafeSliceData,
    UnsafeString,
    UnsafeStringData,
}

impl Object {
    /// An object without type and position of declaration.
    #[must_use]
    pub fn new(kind: ObjKind, pos: Pos, pkg: Option<PkgId>, name: Symbol) -> Self {
        Self {
            pos,
            pkg,
            name,
            ty: TypeCell::default(),
            kind,
            order: Number::default(),
            color: Number::default(),
            scope_pos: Number::default(),
            parent: Default::default(),
        }
    }

    /// The variable, if it is one.
    #[must_use]
    pub fn as_var(&self) -> Option<&Var> {
        match &self.kind {
            ObjKind::Var(v) => Some(v),
            _ => None,
        }
    }

    /// The function, if it is one.
    #[must_use]
    pub fn as_func(&self) -> Option<&Func> {
        match &self.kind {
            ObjKind::Func(f) => Some(f),
            _ => None,
        }
    }

    /// Whether it is a type name.
    #[must_use]
    pub fn is_type_name(&self) -> bool {
        matches!(self.kind, ObjKind::TypeName)
    }

    /// Whether the name is exported.
    #[must_use]
    pub fn is_exported(&self) -> bool {
        self.name.is_exported()
    }

    /// Whether the object is called `name` for a selector in package `pkg` (spec: Uniqueness of
    /// identifiers): unexported names are different in different packages. `fold_case` compares
    /// without regard to case (for "did you mean" texts).
    #[must_use]
    pub fn same_id(&self, pkg: Option<PkgId>, name: Symbol, fold_case: bool) -> bool {
        if fold_case && self.name.to_lowercase() == name.to_lowercase() {
            return true;
        }
        self.name == name && (self.is_exported() || self.pkg == pkg)
    }
}
