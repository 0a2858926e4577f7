//! The type checker: syntax trees of one package in, typed AST and diagnostics out.
//!
//! It knows nothing of files, modules or code generation. [`check`] checks one package whose
//! imports have been checked already; packages that do not depend on each other can be checked
//! in parallel. The result holds all that later stages need: they check nothing again.

mod checker;
pub mod constant;
pub mod ids;
pub mod info;
pub mod object;
pub mod package;
pub mod scope;
pub mod types;
pub mod typeset;
pub mod universe;
pub mod version;

pub use ids::{ObjId, PkgId, TypeId};
pub use package::{Package, World};
pub use version::GoVersion;

use gust_syntax::ast::Ast;
use gust_syntax::diagnostic::Diagnostic;
use gust_syntax::{SourceMap, Symbol};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What an import path of the package stands for.
#[derive(Clone, Debug)]
pub enum Import {
    /// A package that has been checked.
    Package(PkgId),
    /// A package that could not be loaded; the text says why.
    Failed(String),
}

/// The package to check.
#[derive(Debug)]
pub struct Input<'a> {
    /// The handle it gets; its slot of the world is empty.
    pub id: PkgId,
    /// Import path; `main` for what is linked to a program.
    pub path: Symbol,
    /// Its files.
    pub ast: &'a Ast,
    /// Whether the parser found errors in them: then checks are left out that the official
    /// compiler makes only when all is well so far.
    pub parse_errors: bool,
    /// Where positions come from.
    pub sources: &'a SourceMap,
    /// Import paths as written in the files.
    pub imports: &'a FxHashMap<Symbol, Import>,
    /// All packages it may reach.
    pub world: &'a World,
    /// Settings.
    pub config: &'a Config,
}

/// Settings of a check.
#[derive(Debug, Clone)]
pub struct Config {
    /// Language version of the module; files may set their own with `//go:build`.
    pub go_version: GoVersion,
    /// Leave function bodies out: for dependencies whose declarations alone matter.
    pub ignore_func_bodies: bool,
    /// Functions may lack a body without `//go:linkname` (the package has assembly, or is of
    /// the standard library).
    pub allow_missing_bodies: bool,
    /// Size of a pointer in bytes: 4 or 8.
    pub pointer_size: u8,
}

/// The outcome of a check.
#[derive(Debug)]
pub struct Checked {
    /// The package's objects and types.
    pub package: Arc<Package>,
    /// What each node of the tree is.
    pub info: info::Info,
    /// The errors in the order found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks one package. Always gives a package, however many errors there are.
#[must_use]
pub fn check(input: &Input<'_>) -> Checked {
    checker::Checker::new(input).check()
}
