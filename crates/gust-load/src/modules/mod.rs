//! Modules: versions, `go.mod` and `go.work`, version selection, the module cache and the proxy.

pub mod error;
pub mod fetch;
pub mod godebug;
pub mod gover;
pub mod graph;
pub mod list;
pub mod loader;
pub mod mains;
pub mod modfile;
mod par;
pub mod path;
pub mod pseudo;
pub mod query;
mod resolve;
pub mod semver;
pub mod sumdb;
pub mod vendor;

#[cfg(test)]
mod tests;
