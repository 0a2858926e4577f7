//! Loading: from patterns, files and settings to packages as plain data.
//!
//! This crate knows folders, build constraints, modules and import paths. It does not know
//! the language below the import declarations (but for `assembly`, which
//! compares what files declare) and never type-checks.

mod assembly;
pub mod constraint;
pub mod context;
pub mod folder;
pub mod goenv;
pub mod goroot;
pub mod header;
mod lex;
pub mod load;
pub mod modules;
pub mod overlay;
pub mod package;
pub mod place;
pub mod source;
mod synopsis;
