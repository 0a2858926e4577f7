//! A small cache in front of the process-wide table of names.
//!
//! A file uses few names often. Looking them up here costs no lock and mostly one cache line.

use crate::symbol::Symbol;
use std::cell::RefCell;

/// Number of slots, a power of two.
const SLOTS: usize = 4096;

/// A direct-mapped cache of names.
pub(super) struct Names {
    slots: Vec<Option<Symbol>>,
}

thread_local! {
    /// The cache that the last parser on this thread left: files of a package share names.
    static KEPT: RefCell<Option<Names>> = const { RefCell::new(None) };
}

impl Names {
    /// The thread's cache, or a new one.
    pub(super) fn take() -> Self {
        let kept = KEPT.with_borrow_mut(Option::take);
        kept.unwrap_or_else(|| Self {
            slots: vec![None; SLOTS],
        })
    }

    /// Leaves the cache to the thread's next parser.
    pub(super) fn give_back(self) {
        KEPT.with_borrow_mut(|kept| *kept = Some(self));
    }

    /// The symbol for `text`; bytes that are not UTF-8 are left out.
    #[inline]
    pub(super) fn intern(&mut self, text: &[u8]) -> Symbol {
        let slot = &mut self.slots[hash(text) % SLOTS];
        if let Some(name) = *slot
            && name.as_str().as_bytes() == text
        {
            return name;
        }
        let name = match std::str::from_utf8(text) {
            Ok(text) => Symbol::new(text),
            Err(_) => Symbol::new(&valid_part(text)),
        };
        *slot = Some(name);
        name
    }
}

/// Mixes the length and the outer bytes: enough to spread what a program calls things.
#[inline]
fn hash(text: &[u8]) -> usize {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let word = |bytes: &[u8]| bytes.iter().fold(0u64, |w, &b| w << 8 | u64::from(b));
    let len = text.len();
    let (head, tail) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => (word(text), 0),
    };
    let mixed = (head ^ tail.rotate_left(23) ^ len as u64).wrapping_mul(K);
    (mixed >> 40) as usize
}

fn valid_part(text: &[u8]) -> String {
    text.utf8_chunks().map(|chunk| chunk.valid()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_text_same_symbol() {
        let mut names = Names::take();
        // More names than slots, so that names push each other out.
        for round in 0..2 {
            for i in 0..3 * SLOTS {
                let text = format!("name{i}");
                let name = names.intern(text.as_bytes());
                assert_eq!(name, Symbol::new(&text), "round {round}");
            }
        }
        assert_eq!(names.intern(b"a\xffb"), Symbol::new("ab"));
        assert_eq!(names.intern(b""), Symbol::new(""));
    }
}
