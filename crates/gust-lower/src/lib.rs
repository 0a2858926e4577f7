//! From the typed AST to SSA.
//!
//! [`lower`] takes one checked package of a [`Program`] and gives its IR module. It sees the whole program, since
//! bodies of imported generic functions are instantiated where they are used; it checks nothing again and never
//! panics on what the checker accepted. What cannot be lowered yet is a diagnostic.
//!
//! # How values are held
//!
//! Types are canonical ([`types`]): fully substituted and hash-consed. A value whose type has at most
//! [`MAX_SCALARS`](gust_abi::convention::MAX_SCALARS) scalars, and no array of more than one element, is held as
//! scalars in SSA values; any other lives in memory, in a stack slot or on the heap ([`layout`]). SSA form is built on
//! the fly ([`ssa`]).
//!
//! A variable whose address is taken, or that a closure shares, is a heap object (`New`), which a later
//! pass may move to the frame; what a closure only reads is copied into it ([`facts`]).
//!
//! # How calls are made
//!
//! Signatures are flattened: the receiver first, then the arguments' scalars; a value in memory is passed as the
//! address of a copy that belongs to the callee; results in memory are written where further arguments at the end
//! say. Code reached through a function value takes its closure object as context (`attrs.closure`); a plain function
//! used as value goes through an adapter. Methods in itabs and descriptors (`Ifn`) take the interface's data word: where the
//! word is not the value itself, a `·i` wrapper loads it.
//!
//! # What modules share
//!
//! Instances, wrappers, descriptors of unnamed types and itabs are made by every module that needs them, under canonical
//! names, and kept once by the linker (`LinkOnce`). Descriptors of package-level defined types and of pointers to them are
//! made by their package, those of predeclared types by package `runtime`.
//!
//! This crate knows no target, no files, and nothing of the runtime but `gust-abi`.

mod algs;
mod arith;
mod body;
mod builtins;
mod calls;
mod convert;
mod data;
mod debug;
mod descriptors;
mod equality;
mod expr;
pub mod facts;
mod func;
mod in_place;
mod index;
mod intrinsics;
pub mod layout;
mod literals;
mod maps;
pub mod methods;
mod module;
mod names;
mod order;
mod package;
mod place;
mod program;
mod range;
mod select;
pub mod ssa;
mod statics;
mod stmt;
mod switch;
mod targets;
pub mod types;
mod wrappers;

pub use debug::Variables;
pub use names::escape_path;
pub use program::{EmbedFile, PackageSource, Program};

use gust_syntax::diagnostic::Diagnostic;
use gust_types::PkgId;

/// The outcome of lowering a package.
#[derive(Debug)]
pub struct Lowered {
    /// Its functions and data.
    pub module: gust_ir::Module,
    /// The symbol of the function (without arguments and results) that initialises the package: variables
    /// in order of their dependencies, then its `init` functions. `None` if there is nothing to do.
    pub init: Option<String>,
    /// What is not supported yet. The module is not to be used if there is any.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lowers a checked package without errors. Recurses as deep as the source nests, so it is to be called where
/// the stack is large.
///
/// What it gives depends on the package and those it imports only, not on what has been lowered before or is being
/// lowered by other threads, and is the same each time.
#[must_use]
pub fn lower(program: &Program<'_>, pkg: PkgId) -> Lowered {
    lower_with(program, pkg, Variables::Nothing)
}

/// [`lower`], with what debuggers are to find of the package's variables.
#[must_use]
pub fn lower_with(program: &Program<'_>, pkg: PkgId, variables: Variables) -> Lowered {
    let mut cx = module::Cx::new(program, pkg);
    cx.variables = variables;
    let init = package::package(&mut cx);
    Lowered {
        module: cx.module,
        init,
        diagnostics: cx.diagnostics,
    }
}

// Packages are lowered by several threads from one program.
const _: fn() = || {
    fn shared<T: Sync>() {}
    shared::<Program<'static>>();
};
