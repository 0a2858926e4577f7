//! Locks and one-shot events between threads. They block the thread, never a goroutine.

pub mod atomic;
mod lock;
#[cfg(loom)]
pub mod model;
#[cfg(all(loom, test))]
mod model_tests;
mod note;

pub use lock::{Guard, Lock};
pub use note::Note;
