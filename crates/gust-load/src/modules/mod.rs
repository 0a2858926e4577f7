//! Modules: versions, `go.mod` and `go.work`, version selection, the module cache and the proxy.

pub mod gover;
pub mod modfile;
pub mod path;
pub mod pseudo;
pub mod semver;
