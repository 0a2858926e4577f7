//! Ranges of bits in arrays of 64-bit words.

/// Mask of the bits of word `word` that belong to the range `from..to`.
#[inline]
fn mask(word: usize, from: usize, to: usize) -> u64 {
    let low = from.saturating_sub(word * 64).min(64);
    let high = to.saturating_sub(word * 64).min(64);
    if low >= high {
        return 0;
    }
    (u64::MAX >> (64 - (high - low))) << low
}

/// Sets `n` bits from `start`.
///
/// # Safety
/// The words are there, and nobody else touches them.
#[inline]
pub unsafe fn set_range(words: *mut u64, start: usize, n: usize) {
    let end = start + n;
    for word in start / 64..end.div_ceil(64) {
        // SAFETY: the caller's.
        unsafe { *words.add(word) |= mask(word, start, end) };
    }
}

/// Clears `n` bits from `start`.
///
/// # Safety
/// As for [`set_range`].
#[inline]
pub unsafe fn clear_range(words: *mut u64, start: usize, n: usize) {
    let end = start + n;
    for word in start / 64..end.div_ceil(64) {
        // SAFETY: the caller's.
        unsafe { *words.add(word) &= !mask(word, start, end) };
    }
}

/// Number of bits set among `n` from `start`.
///
/// # Safety
/// The words are there.
#[inline]
pub unsafe fn count_range(words: *const u64, start: usize, n: usize) -> usize {
    let end = start + n;
    (start / 64..end.div_ceil(64))
        // SAFETY: the caller's.
        .map(|word| unsafe { (*words.add(word) & mask(word, start, end)).count_ones() as usize })
        .sum()
}

/// First bit set at or behind `from`, or `end`.
///
/// # Safety
/// The words of `from..end` are there.
#[inline]
pub unsafe fn next_set(words: *const u64, from: usize, end: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { next(words, from, end, 0) }
}

/// First clear bit at or behind `from`, or `end`.
///
/// # Safety
/// As for [`next_set`].
#[inline]
pub unsafe fn next_clear(words: *const u64, from: usize, end: usize) -> usize {
    // SAFETY: the caller's.
    unsafe { next(words, from, end, u64::MAX) }
}

/// First bit that differs from those of `flip`, or `end`.
#[inline]
unsafe fn next(words: *const u64, from: usize, end: usize, flip: u64) -> usize {
    if from >= end {
        return end;
    }
    let mut word = from / 64;
    // SAFETY: the caller's.
    let mut value = (unsafe { *words.add(word) } ^ flip) & (u64::MAX << (from % 64));
    loop {
        if value != 0 {
            return (word * 64 + value.trailing_zeros() as usize).min(end);
        }
        word += 1;
        if word * 64 >= end {
            return end;
        }
        // SAFETY: the caller's.
        value = unsafe { *words.add(word) } ^ flip;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn against_a_model() {
        let mut random = Random::new(3);
        let mut words = [0u64; 5];
        let mut model = [false; 320];
        for _ in 0..20_000 {
            let start = random.below(320);
            let n = random.below(320 - start + 1);
            let p = words.as_mut_ptr();
            // SAFETY: the range is within the array.
            unsafe {
                match random.below(5) {
                    0 => {
                        set_range(p, start, n);
                        model[start..start + n].fill(true);
                    }
                    1 => {
                        clear_range(p, start, n);
                        model[start..start + n].fill(false);
                    }
                    2 => {
                        let count = model[start..start + n].iter().filter(|&&b| b).count();
                        assert_eq!(count_range(p, start, n), count);
                    }
                    3 => {
                        let expected = (start..start + n).find(|&i| model[i]).unwrap_or(start + n);
                        assert_eq!(next_set(p, start, start + n), expected);
                    }
                    _ => {
                        let expected = (start..start + n).find(|&i| !model[i]).unwrap_or(start + n);
                        assert_eq!(next_clear(p, start, start + n), expected);
                    }
                }
            }
        }
    }
}
