//! The tests of packages: the programs that run them, running these, and telling how it went.

mod args;
mod cover;
mod events;
mod functions;
mod interrupts;
mod program;
mod results;
mod run;

pub use args::{Arguments, FLAGS, read};
pub use cover::{CoverFlags, CoverRun, CoverText, Coverage};
pub use events::{Events, build_events};
pub use functions::{Example, Functions, find};
pub use interrupts::Interrupts;
pub use program::TestProgram;
pub use results::{Cached, Results};
pub use run::{Outcome, Run, RunOptions};
