//! Constant strings: byte strings with cheap concatenation.
//!
//! `a + b + c + …` is a left-deep tree whose every prefix is a constant of its
//! own, so joining bytes at each `+` would be quadratic. Concatenation only
//! notes the two halves; the bytes are joined when somebody looks at them.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Longest constant string, in bytes. Doubling a string by `s + s` grows
/// exponentially with the length of the source; no program needs more than this.
const MAX_LEN: usize = 1 << 28;

/// An immutable byte string; cloning is cheap.
#[derive(Clone, Debug)]
pub(super) struct Text(Arc<Node>);

#[derive(Debug)]
struct Node {
    len: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Flat(Arc<[u8]>),
    Pair(Text, Text),
}

impl Node {
    fn state(&self) -> MutexGuard<'_, State> {
        // A state is replaced in one assignment, so poisoning tells nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Text {
    pub(super) fn new(bytes: impl Into<Arc<[u8]>>) -> Text {
        let bytes = bytes.into();
        Text(Arc::new(Node {
            len: bytes.len(),
            state: Mutex::new(State::Flat(bytes)),
        }))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len
    }

    /// `None` if the result would be excessively long.
    pub(super) fn concat(&self, y: &Text) -> Option<Text> {
        // Leaves are never empty: flattening is linear in the number of bytes.
        if self.len() == 0 {
            return Some(y.clone());
        }
        if y.len() == 0 {
            return Some(self.clone());
        }
        let len = self.len() + y.len();
        (len <= MAX_LEN).then(|| {
            Text(Arc::new(Node {
                len,
                state: Mutex::new(State::Pair(self.clone(), y.clone())),
            }))
        })
    }

    /// The bytes; joined by the first call, kept for the next ones.
    pub(super) fn bytes(&self) -> Arc<[u8]> {
        if let State::Flat(bytes) = &*self.0.state() {
            return bytes.clone();
        }
        let mut joined = Vec::with_capacity(self.len());
        let mut pending = vec![self.clone()];
        while let Some(text) = pending.pop() {
            match &*text.0.state() {
                State::Flat(bytes) => joined.extend_from_slice(bytes),
                State::Pair(left, right) => {
                    pending.push(right.clone());
                    pending.push(left.clone());
                }
            }
        }
        let bytes: Arc<[u8]> = joined.into();
        let previous = mem::replace(&mut *self.0.state(), State::Flat(bytes.clone()));
        drop(previous);
        bytes
    }
}

impl Drop for Node {
    /// Unlinks long chains in a loop; the derived drop would recurse.
    fn drop(&mut self) {
        let mut pending = Vec::new();
        unlink(self, &mut pending);
        while let Some(Text(node)) = pending.pop() {
            if let Some(mut node) = Arc::into_inner(node) {
                unlink(&mut node, &mut pending);
            }
        }
    }
}

/// Moves the node's halves, if it has any, to `pending`.
fn unlink(node: &mut Node, pending: &mut Vec<Text>) {
    let state = node.state.get_mut().unwrap_or_else(PoisonError::into_inner);
    if matches!(state, State::Pair(..))
        && let State::Pair(left, right) = mem::replace(state, State::Flat(Arc::default()))
    {
        pending.push(left);
        pending.push(right);
    }
}
