//! The memory profile: who allocated what, by samples.
//!
//! Which bytes are sampled is a Poisson process with one byte in `runtime.MemProfileRate` on average. Such a process has no
//! memory: a cell of a cache draws, for each run of slots that it takes, where in it the next sample lies, and cuts the run
//! there. So allocation pays nothing for the profile unless a sample is due.
//!
//! Records are by stack and size. What is shown is the state as of the last collection: objects allocated since might be dead.

use core::ptr;

use super::locked::Locked;
use super::{Heap, persistent_alloc};
use crate::sys;

/// Longest stack that is kept.
pub const DEPTH: usize = 128;

/// Number of lists of records.
const LISTS: usize = 1 << 12;

/// What a record has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Counts {
    /// Objects allocated.
    pub allocs: u64,
    /// Objects freed.
    pub frees: u64,
}

/// Objects of one size allocated with one stack. Never freed; the stack lies behind it.
#[derive(Debug)]
pub struct Record {
    /// Next with that hash.
    same: *mut Record,
    /// The one made after it.
    newer: *mut Record,
    hash: usize,
    size: usize,
    depth: usize,
    now: Counts,
    /// Objects allocated when marking began: those of which marking tells whether they are dead.
    known: u64,
    shown: Counts,
}

impl Record {
    /// Return addresses, innermost first.
    fn stack(this: *const Record) -> *mut usize {
        this.wrapping_add(1).cast::<usize>().cast_mut()
    }
}

/// A sampled object.
#[derive(Clone, Copy, Debug)]
struct Sampled {
    object: usize,
    record: *mut Record,
}

/// The profile of a heap.
#[derive(Debug)]
pub struct Profile {
    lists: *mut *mut Record,
    oldest: *mut Record,
    newest: *mut Record,
    /// Living sampled objects: an array with room for so many.
    objects: *mut Sampled,
    count: usize,
    room: usize,
    /// Bytes that records take.
    bytes: usize,
    /// Marking has ended once.
    settled: bool,
}

/// The profile behind its lock, which is the innermost one but that of [`persistent_alloc`].
pub type MemProfile = Locked<Profile>;

impl Profile {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        Profile {
            lists: ptr::null_mut(),
            oldest: ptr::null_mut(),
            newest: ptr::null_mut(),
            objects: ptr::null_mut(),
            count: 0,
            room: 0,
            bytes: 0,
            settled: false,
        }
    }

    /// Bytes of memory that the profile takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The record of a stack and a size.
    fn record(&mut self, size: usize, stack: &[usize]) -> *mut Record {
        let hash = stack.iter().fold(size, |h, &pc| {
            (h.rotate_left(5) ^ pc).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        // SAFETY: zeroed memory is a table of empty lists; records are whole.
        unsafe {
            if self.lists.is_null() {
                self.lists = persistent_alloc(LISTS * size_of::<*mut Record>(), 64).cast();
                self.bytes += LISTS * size_of::<*mut Record>();
            }
            let list = self.lists.add(hash >> 20 & (LISTS - 1));
            let mut at = *list;
            while !at.is_null() {
                let r = &*at;
                if r.hash == hash
                    && r.size == size
                    && core::slice::from_raw_parts(Record::stack(at), r.depth) == stack
                {
                    return at;
                }
                at = r.same;
            }
            let bytes = size_of::<Record>() + size_of_val(stack);
            let at = persistent_alloc(bytes, align_of::<Record>()).cast::<Record>();
            self.bytes += bytes;
            at.write(Record {
                same: *list,
                newer: ptr::null_mut(),
                hash,
                size,
                depth: stack.len(),
                now: Counts::default(),
                known: 0,
                shown: Counts::default(),
            });
            Record::stack(at).copy_from_nonoverlapping(stack.as_ptr(), stack.len());
            *list = at;
            if self.newest.is_null() {
                self.oldest = at;
            } else {
                (*self.newest).newer = at;
            }
            self.newest = at;
            at
        }
    }

    /// Counts an object that has just been allocated with this stack.
    pub fn add(&mut self, object: usize, size: usize, stack: &[usize]) {
        if self.count == self.room && !self.grow() {
            return;
        }
        let record = self.record(size, stack);
        // SAFETY: there is room.
        unsafe {
            (*record).now.allocs += 1;
            *self.objects.add(self.count) = Sampled { object, record };
        }
        self.count += 1;
    }

    fn grow(&mut self) -> bool {
        let room = (self.room * 2).max(4096 / size_of::<Sampled>());
        let bytes = room * size_of::<Sampled>();
        let objects = sys::mmap(bytes, false).cast::<Sampled>();
        if objects.is_null() {
            return false;
        }
        let old = self.room * size_of::<Sampled>();
        if old != 0 {
            // SAFETY: the old array moves to the new one.
            unsafe {
                objects.copy_from_nonoverlapping(self.objects, self.count);
                sys::munmap(self.objects.cast(), old);
            }
        }
        self.bytes += bytes - old;
        self.objects = objects;
        self.room = room;
        true
    }

    fn for_each(&self, mut f: impl FnMut(&mut Record)) {
        let mut at = self.oldest;
        while !at.is_null() {
            // SAFETY: records are whole, and the lock is held.
            unsafe {
                f(&mut *at);
                at = (*at).newer;
            }
        }
    }

    /// Marking begins.
    pub fn begin(&mut self) {
        self.for_each(|r| r.known = r.now.allocs);
    }

    /// Marking is over: counts the objects that are dead, and shows what is known now.
    pub fn settle(&mut self, is_dead: impl Fn(usize) -> bool) {
        let mut i = 0;
        while i < self.count {
            // SAFETY: below the count.
            unsafe {
                let at = self.objects.add(i);
                if is_dead((*at).object) {
                    (*(*at).record).now.frees += 1;
                    self.count -= 1;
                    *at = *self.objects.add(self.count);
                } else {
                    i += 1;
                }
            }
        }
        self.for_each(|r| {
            r.shown = Counts {
                allocs: r.known,
                frees: r.now.frees,
            }
        });
        self.settled = true;
    }

    /// The record made after this one, or the oldest if that is null; null if there is none.
    ///
    /// # Safety
    /// A record of this profile, or null.
    #[must_use]
    pub unsafe fn after(&self, record: *mut Record) -> *mut Record {
        if record.is_null() {
            self.oldest
        } else {
            // SAFETY: the caller's.
            unsafe { (*record).newer }
        }
    }

    /// What a record has counted, as of the last collection if there was one; size and stack.
    ///
    /// # Safety
    /// A record of this profile.
    #[must_use]
    pub unsafe fn show(&self, record: *mut Record) -> (Counts, usize, &[usize]) {
        // SAFETY: the caller's.
        unsafe {
            let r = &*record;
            let counts = if self.settled { r.shown } else { r.now };
            let stack = core::slice::from_raw_parts(Record::stack(record), r.depth);
            (counts, r.size, stack)
        }
    }
}

impl Heap {
    /// Which of the next `bytes` bytes the next sample has, if one of them, with one byte in `rate` on average.
    #[inline]
    pub fn draw(rate: usize, bytes: usize) -> Option<usize> {
        match rate {
            0 => None,
            1 => Some(0),
            _ => {
                // Half-open, so that there is a logarithm.
                let u = (1.0 - (crate::rand::next() >> 11) as f64 / (1u64 << 53) as f64).max(1e-18);
                distance(u, rate, bytes)
            }
        }
    }
}

/// How far away a sample is if `u` was drawn from (0, 1]; nothing if `bytes` or more.
fn distance(u: f64, rate: usize, bytes: usize) -> Option<usize> {
    // No logarithm is below this; most draws end here.
    if (1.0 - u) * rate as f64 >= bytes as f64 {
        return None;
    }
    let at = -ln(u) * rate as f64;
    (at < bytes as f64).then_some(at as usize)
}

/// Natural logarithm of a normal positive number.
fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i64 - 1023;
    let mut m = f64::from_bits(bits & !(0x7ff << 52) | 1023 << 52);
    if m > core::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    // The series of the area tangent.
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for k in (0..8).rev() {
        sum = sum * square + 1.0 / f64::from(2 * k + 1);
    }
    2.0 * s * sum + exponent as f64 * core::f64::consts::LN_2
}

/// `runtime.MemProfileRate`; 0 if there is to be no profile.
#[inline]
pub fn rate() -> usize {
    #[cfg(all(feature = "program", not(test)))]
    {
        unsafe extern "C" {
            #[link_name = "runtime.MemProfileRate"]
            static RATE: core::sync::atomic::AtomicIsize;
        }
        // SAFETY: a word that the program may write at any time.
        unsafe { RATE.load(core::sync::atomic::Ordering::Relaxed).max(0) as usize }
    }
    #[cfg(not(all(feature = "program", not(test))))]
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms() {
        for i in 1..2000 {
            let x = f64::from(i) / 1000.0;
            assert!((ln(x) - x.ln()).abs() < 1e-9, "{x}");
        }
        assert!((ln(1e-18) - 1e-18f64.ln()).abs() < 1e-9);
    }

    #[test]
    fn distances_have_the_mean() {
        let (rate, n) = (1000, 100_000);
        let draws: Vec<Option<usize>> = (0..n)
            .map(|i| distance((f64::from(i) + 0.5) / f64::from(n), rate, 1 << 40))
            .collect();
        let sum: usize = draws.iter().map(|d| d.unwrap()).sum();
        assert!((990..1010).contains(&(sum / n as usize)));
        for (i, far) in draws.iter().enumerate() {
            let near = distance((i as f64 + 0.5) / f64::from(n), rate, 700);
            assert_eq!(near, far.filter(|&d| d < 700));
        }
    }

    #[test]
    fn what_is_shown_is_as_of_the_last_collection() {
        let mut profile = Profile::new();
        let show = |p: &Profile| {
            let mut all = Vec::new();
            // SAFETY: records of this profile.
            unsafe {
                let mut at = p.after(ptr::null_mut());
                while !at.is_null() {
                    let (counts, size, stack) = p.show(at);
                    all.push((counts.allocs, counts.frees, size, stack.to_vec()));
                    at = p.after(at);
                }
            }
            all
        };
        for object in 1..=1000 {
            profile.add(object, 16, &[1, 2]);
        }
        profile.add(2000, 32, &[1, 2]);
        profile.add(3000, 16, &[1]);
        assert_eq!(
            show(&profile),
            [
                (1000, 0, 16, vec![1, 2]),
                (1, 0, 32, vec![1, 2]),
                (1, 0, 16, vec![1])
            ]
        );
        profile.begin();
        profile.add(3001, 16, &[1]);
        profile.settle(|object| object % 2 == 0);
        assert_eq!(
            show(&profile),
            [
                (1000, 500, 16, vec![1, 2]),
                (1, 1, 32, vec![1, 2]),
                (1, 1, 16, vec![1])
            ]
        );
        profile.add(3002, 16, &[1]);
        assert_eq!(show(&profile)[2].0, 1);
        profile.begin();
        profile.settle(|_| true);
        assert_eq!(
            show(&profile),
            [
                (1000, 1000, 16, vec![1, 2]),
                (1, 1, 32, vec![1, 2]),
                (3, 3, 16, vec![1])
            ]
        );
    }
}
