//! Go source text: source map, lexer, parser, syntax tree and the official formatter's layout.
//!
//! This crate knows the grammar and nothing else: no types, no packages, no file system.
//! Text goes in, an [`ast::Ast`] and [`diagnostic::Diagnostic`]s come out; a tree is made of
//! every text, however broken.

pub mod ast;
pub mod diagnostic;
pub mod parser;
pub mod printer;
mod scanner;
pub mod source;
pub mod symbol;
pub mod token;
pub mod unicode;

pub use source::{Pos, SourceFile, SourceMap};
pub use symbol::Symbol;
