//! The build: from what a command line asks for to what it gets. The only crate that knows the
//! whole chain of stages.

pub mod build;
pub mod check;
pub mod cover;
pub mod execute;
pub mod flags;
pub mod fmt;
pub mod link;
pub mod list;
pub mod report;
pub mod template;
pub mod test;
pub mod workers;
pub mod workspace;
