//! Loading: from patterns, files and settings to packages as plain data.
//!
//! This crate knows folders, build constraints, modules and import paths. It does not know
//! the language below the import declarations and never type-checks.

pub mod goenv;
pub mod modules;
pub mod package;
pub mod source;
