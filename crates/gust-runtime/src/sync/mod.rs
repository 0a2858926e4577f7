//! Locks and one-shot events between threads. They block the thread, never a goroutine.

mod lock;
mod note;

pub use lock::{Guard, Lock};
pub use note::Note;
