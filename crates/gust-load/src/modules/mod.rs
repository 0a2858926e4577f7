//! Modules: versions, `go.mod` and `go.work`, version selection, the module cache and the proxy.
//!
//! From the bottom up:
//!
//! - [`semver`], [`gover`], [`path`], [`pseudo`]: versions and module paths;
//! - [`modfile`], [`vendor`], [`godebug`]: the files people write;
//! - [`fetch`], [`sumdb`]: the module cache, proxies, `go.sum` and the checksum database;
//! - [`graph`]: minimal version selection over anything that gives requirements;
//! - [`mains`]: which modules are worked on; [`loader`]: a build's modules, which implements
//!   [`ModuleSource`](crate::source::ModuleSource) for the package half; [`list`], [`query`]: what
//!   `list -m` shows.
//!
//! Nothing here imports a Go file. Nothing is fetched before a package, a graph or a description is asked
//! for, and in read-only mode nothing whose hash is not in `go.sum`. Version control repositories are not
//! accessed: modules come from proxies.

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
