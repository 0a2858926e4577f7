//! Random numbers for hash seeds, scheduling and `math/rand`: not for secrets.

use core::sync::atomic::{AtomicU64, Ordering};

use crate::sched::current_m;

/// Odd constants with as many ones as zeros (from wyhash, by Wang Yi).
const STEP: u64 = 0xa076_1d64_78bd_642f;
const MIX: u64 = 0xe703_7ed1_a0b4_28db;

static SEED: AtomicU64 = AtomicU64::new(0);

/// Sets what the first thread's numbers depend on.
///
/// # Safety
/// On the first thread.
pub unsafe fn seed(bytes: &[u8; 16]) {
    let word = |i: usize| u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|k| bytes[i + k]));
    let seed = word(0) ^ word(8).rotate_left(32);
    SEED.store(seed, Ordering::Relaxed);
    // SAFETY: own thread.
    unsafe { (*current_m()).random = seed };
}

const fn step(state: u64) -> (u64, u64) {
    let state = state.wrapping_add(STEP);
    let product = (state as u128).wrapping_mul((state ^ MIX) as u128);
    (state, (product >> 64) as u64 ^ product as u64)
}

/// A number from this thread's sequence.
#[must_use]
pub fn next() -> u64 {
    // SAFETY: own thread.
    unsafe {
        let m = current_m();
        let (state, value) = step((*m).random);
        (*m).random = state;
        value
    }
}

/// `rand() uint64`
pub extern "C" fn rand() -> u64 {
    next()
}
entry!("runtime.rand", crate::rand::rand);

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn numbers_differ() {
        let mut state = 1;
        let mut seen = std::collections::HashSet::new();
        for _ in 0..10_000 {
            let (next, value) = step(state);
            state = next;
            assert!(seen.insert(value));
        }
    }
}
