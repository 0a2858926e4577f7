//! Worker threads with stacks for deep syntax.
//!
//! Parsing and checking recurse as deep as the source nests. Address space is cheap, so every
//! thread that does either gets a stack for the worst that the parser lets through.

use std::io;
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// Stack sizes to try, in bytes: less where the system limits address space.
const STACKS: [usize; 4] = [1 << 30, 256 << 20, 64 << 20, 16 << 20];

/// Starts a thread in `scope` with as large a stack as can be had.
///
/// # Errors
/// When the system gives no thread at all.
pub fn spawn<'scope, F, T>(
    scope: &'scope Scope<'scope, '_>,
    name: &str,
    work: F,
) -> io::Result<ScopedJoinHandle<'scope, T>>
where
    F: FnOnce() -> T + Send + Clone + 'scope,
    T: Send + 'scope,
{
    let mut last = None;
    for stack in STACKS {
        let builder = Builder::new().name(name.to_string()).stack_size(stack);
        match builder.spawn_scoped(scope, work.clone()) {
            Ok(handle) => return Ok(handle),
            Err(err) => last = Some(err),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no thread")))
}

/// Runs `work` on one such thread and gives its result; here if there is no thread to be had.
pub fn with_large_stack<T: Send>(work: impl FnOnce() -> T + Send + Clone) -> T {
    std::thread::scope(|scope| match spawn(scope, "main", work.clone()) {
        Ok(handle) => match handle.join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        },
        Err(_) => work(),
    })
}

/// How many threads to use: as many as the machine lets us run at once.
#[must_use]
pub fn count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
