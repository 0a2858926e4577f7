//! What goroutines wait in: records in queues, and the steps into and out of a wait.
//!
//! A goroutine that must wait puts a [`Waiter`] into a queue under that queue's lock and then parks. Whoever takes the
//! record out of the queue finishes the operation on the sleeper's behalf, sets its results and readies it: the sleeper
//! returns to Go code at once. Only a select leaves records behind in other queues (see [`crate::select`]).

mod queue;
#[cfg(test)]
pub mod thread;
mod wake;

pub use queue::{Queue, Waiter, WaiterPool};
pub use wake::wake;
