//! Templates for `list -f`: the language of the standard package `text/template`.
//!
//! Parsing and executing follow that package's documentation; messages are its own, since people
//! debug their templates by them.

mod exec;
mod funcs;
mod parse;
pub mod value;

pub use exec::{Environment, execute};
pub use parse::{Template, parse};

/// Names of the functions that every template has.
pub const BUILTINS: [&str; 20] = [
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
    "print", "printf", "println", "slice", "urlquery", "join",
];
