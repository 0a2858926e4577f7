//! Data in memory that cannot be written.

const fn count() -> [u64; 256] {
    let mut numbers = [0; 256];
    let mut i = 0;
    while i < numbers.len() {
        numbers[i] = i as u64;
        i += 1;
    }
    numbers
}

/// Each number at its own index.
static SMALL_INTEGERS: [u64; 256] = count();

/// `getStaticuint64s() *[256]uint64`: the numbers from 0 to 255.
extern "C" fn small_integers() -> *const [u64; 256] {
    &raw const SMALL_INTEGERS
}
entry!("runtime.getStaticuint64s", small_integers);
