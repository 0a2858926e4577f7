//! The page heap: which pages of the reserved address space are in use.
//!
//! Two bits for each page: in use, and dirty (may hold data; a clean page reads as zero and has no memory behind it).
//! Over the chunks of 512 pages stands a binary tree of run lengths: free pages at the start, the longest free run, free
//! pages at the end. Finding the lowest run of n pages and changing a run cost a walk through the tree's height, whatever
//! the size of the heap. Pages beyond the mapped end count as in use.

use core::ptr;

use super::bits;
use super::classes::PAGE;
use super::os;

/// Pages in a chunk.
pub const CHUNK_PAGES: usize = 512;
/// Bytes in a chunk.
pub const CHUNK: usize = CHUNK_PAGES * PAGE;
const WORDS: usize = CHUNK_PAGES / 64;
const MAX_LEVELS: usize = 24;

type Bitmap = [u64; WORDS];

/// Free runs of a stretch of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Summary {
    start: u32,
    max: u32,
    end: u32,
}

/// The page heap. The caller has a lock around it.
#[derive(Debug)]
pub struct PageHeap {
    max_chunks: usize,
    chunks: usize,
    used: *mut Bitmap,
    dirty: *mut Bitmap,
    levels: [*mut Summary; MAX_LEVELS],
    /// Levels that the tree has at the heap's present size.
    height: usize,
    /// Pages in use.
    pub used_pages: usize,
    /// Free pages that have memory behind them.
    pub idle_pages: usize,
    /// Where the search for pages to give back goes on, in chunks.
    scavenge_at: usize,
}

/// Pages that were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Index of the first page.
    pub start: usize,
    /// Whether any of them may hold data.
    pub dirty: bool,
}

impl PageHeap {
    /// Without any pages.
    #[must_use]
    pub const fn new() -> Self {
        PageHeap {
            max_chunks: 0,
            chunks: 0,
            used: ptr::null_mut(),
            dirty: ptr::null_mut(),
            levels: [ptr::null_mut(); MAX_LEVELS],
            height: 0,
            used_pages: 0,
            idle_pages: 0,
            scavenge_at: 0,
        }
    }

    /// Makes room for the bookkeeping of that many chunks; false if the system has none.
    pub fn init(&mut self, max_chunks: usize) -> bool {
        self.max_chunks = max_chunks;
        let maps = max_chunks * size_of::<Bitmap>();
        // All levels together have less than twice the leaves, and one more node each.
        let nodes = (max_chunks * 2 + MAX_LEVELS) * size_of::<Summary>();
        let at = os::map_sparse(maps * 2 + nodes);
        if at.is_null() {
            return false;
        }
        self.used = at.cast();
        // SAFETY: the mapping holds both bitmaps and the nodes.
        let mut level_at: *mut Summary = unsafe {
            self.dirty = at.add(maps).cast();
            at.add(maps * 2).cast()
        };
        let mut nodes = max_chunks;
        for level in &mut self.levels {
            *level = level_at;
            if nodes <= 1 {
                break;
            }
            // SAFETY: as above.
            level_at = unsafe { level_at.add(nodes) };
            nodes = nodes.div_ceil(2);
        }
        true
    }

    /// Pages that have been mapped.
    #[must_use]
    pub fn mapped_pages(&self) -> usize {
        self.chunks * CHUNK_PAGES
    }

    /// Free pages without memory behind them.
    #[must_use]
    pub fn released_pages(&self) -> usize {
        self.mapped_pages() - self.used_pages - self.idle_pages
    }

    /// Adds chunks of clean pages at the end. The caller has mapped them; there is room for them.
    pub fn grow(&mut self, chunks: usize) {
        debug_assert!(self.chunks + chunks <= self.max_chunks);
        let first = self.chunks;
        self.chunks += chunks;
        while 1 << self.height < self.chunks {
            self.height += 1;
            // The new root's left half is what the tree was so far.
            self.combine(self.height, 0);
        }
        self.refresh(first * CHUNK_PAGES, chunks * CHUNK_PAGES);
    }

    /// Takes the lowest run of `n` free pages.
    pub fn alloc(&mut self, n: usize) -> Option<Run> {
        let start = self.find(n)?;
        // SAFETY: the run lies within the mapped chunks, whose bitmaps exist.
        let dirty = unsafe {
            bits::set_range(self.used.cast(), start, n);
            bits::count_range(self.dirty.cast(), start, n)
        };
        self.used_pages += n;
        self.idle_pages -= dirty;
        self.refresh(start, n);
        Some(Run {
            start,
            dirty: dirty > 0,
        })
    }

    /// Gives pages back; they count as dirty.
    pub fn free(&mut self, start: usize, n: usize) {
        // SAFETY: as in `alloc`.
        unsafe {
            bits::clear_range(self.used.cast(), start, n);
            bits::set_range(self.dirty.cast(), start, n);
        }
        self.used_pages -= n;
        self.idle_pages += n;
        self.scavenge_at = self.scavenge_at.max((start + n - 1) / CHUNK_PAGES + 1);
        self.refresh(start, n);
    }

    /// Calls `f` with the stretches of the run that may hold data: index of the first page, count.
    pub fn dirty_stretches(&self, run: Run, n: usize, mut f: impl FnMut(usize, usize)) {
        let end = run.start + n;
        let mut at = run.start;
        // SAFETY: as in `alloc`.
        unsafe {
            while at < end {
                let from = bits::next_set(self.dirty.cast(), at, end);
                let to = bits::next_clear(self.dirty.cast(), from, end);
                if from < to {
                    f(from, to - from);
                }
                at = to;
            }
        }
    }

    /// Takes free dirty pages, from the top of the heap down, until about `want` are clean: `give` gets the first page
    /// and the count and gives their memory back. How many pages were given back.
    pub fn scavenge(&mut self, want: usize, mut give: impl FnMut(usize, usize)) -> usize {
        let mut given = 0;
        while given < want && self.scavenge_at > 0 {
            let chunk = self.scavenge_at - 1;
            let (mut at, end) = (chunk * CHUNK_PAGES, (chunk + 1) * CHUNK_PAGES);
            // SAFETY: the chunk is mapped; its bitmaps exist.
            unsafe {
                while at < end && given < want {
                    let from = bits::next_clear(self.used.cast(), at, end);
                    let to = bits::next_set(self.used.cast(), from, end);
                    let mut part = from;
                    while part < to {
                        let a = bits::next_set(self.dirty.cast(), part, to);
                        let b = bits::next_clear(self.dirty.cast(), a, to);
                        if a < b {
                            give(a, b - a);
                            bits::clear_range(self.dirty.cast(), a, b - a);
                            given += b - a;
                        }
                        part = b;
                    }
                    at = to;
                }
            }
            if at >= end {
                self.scavenge_at = chunk;
            }
        }
        self.idle_pages -= given;
        given
    }

    /// Lets the next search for pages to give back begin at the top.
    pub fn restart_scavenging(&mut self) {
        self.scavenge_at = self.chunks;
    }

    fn node(&self, level: usize, index: usize) -> Summary {
        if index > (self.max_chunks - 1) >> level {
            return Summary::default();
        }
        // SAFETY: the index is within the level, whose table starts as zeroes: nothing free.
        unsafe { *self.levels[level].add(index) }
    }

    fn set_node(&mut self, level: usize, index: usize, summary: Summary) {
        // SAFETY: as in `node`.
        unsafe { *self.levels[level].add(index) = summary };
    }

    fn combine(&mut self, level: usize, index: usize) {
        let half = (CHUNK_PAGES << (level - 1)) as u32;
        let (a, b) = (
            self.node(level - 1, index * 2),
            self.node(level - 1, index * 2 + 1),
        );
        let summary = Summary {
            start: if a.start == half {
                half + b.start
            } else {
                a.start
            },
            max: a.max.max(b.max).max(a.end + b.start),
            end: if b.end == half { half + a.end } else { b.end },
        };
        self.set_node(level, index, summary);
    }

    /// Brings the tree up to date after pages changed.
    fn refresh(&mut self, start: usize, n: usize) {
        let (mut first, mut last) = (start / CHUNK_PAGES, (start + n - 1) / CHUNK_PAGES);
        for chunk in first..=last {
            // SAFETY: the chunk is mapped.
            let summary = summarize(unsafe { &*self.used.add(chunk) });
            self.set_node(0, chunk, summary);
        }
        for level in 1..=self.height {
            first /= 2;
            last /= 2;
            for index in first..=last {
                self.combine(level, index);
            }
        }
    }

    /// The lowest run of `n` free pages.
    fn find(&self, n: usize) -> Option<usize> {
        if self.chunks == 0 || (self.node(self.height, 0).max as usize) < n {
            return None;
        }
        let (mut level, mut index) = (self.height, 0);
        while level > 0 {
            level -= 1;
            let (a, b) = (self.node(level, index * 2), self.node(level, index * 2 + 1));
            if a.max as usize >= n {
                index *= 2;
            } else if (a.end + b.start) as usize >= n {
                return Some((index * 2 + 1) * (CHUNK_PAGES << level) - a.end as usize);
            } else {
                index = index * 2 + 1;
            }
        }
        let (base, end) = (index * CHUNK_PAGES, (index + 1) * CHUNK_PAGES);
        let mut at = base;
        // SAFETY: a chunk with free pages is mapped.
        unsafe {
            while at < end {
                let from = bits::next_clear(self.used.cast(), at, end);
                at = bits::next_set(self.used.cast(), from, end);
                if at - from >= n {
                    return Some(from);
                }
            }
        }
        unreachable!("the tree of free runs is wrong")
    }
}

fn summarize(used: &Bitmap) -> Summary {
    let (mut start, mut max, mut run) = (None, 0, 0);
    for &word in used {
        if word == 0 {
            run += 64;
            continue;
        }
        let low = word.trailing_zeros();
        run += low;
        start = start.or(Some(run));
        max = max.max(run);
        run = word.leading_zeros();
        // Runs inside the word, between used bits.
        let mut inner = !word & (u64::MAX >> run) & (u64::MAX << low);
        let mut len = 0;
        while inner != 0 {
            inner &= inner >> 1;
            len += 1;
        }
        max = max.max(len);
    }
    Summary {
        start: start.unwrap_or(run),
        max: max.max(run),
        end: run,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Random;
    use super::*;

    #[test]
    fn summaries() {
        let mut random = Random::new(1);
        for _ in 0..20_000 {
            let mut map: Bitmap = [0; WORDS];
            for word in &mut map {
                *word = match random.below(5) {
                    0 => 0,
                    1 => u64::MAX,
                    2 => random.next() & random.next() & random.next(),
                    3 => 1 << random.below(64),
                    _ => random.next(),
                };
            }
            let bit = |i: usize| map[i / 64] >> (i % 64) & 1 == 1;
            let start = (0..CHUNK_PAGES).take_while(|&i| !bit(i)).count() as u32;
            let end = (0..CHUNK_PAGES).rev().take_while(|&i| !bit(i)).count() as u32;
            let (mut max, mut run) = (0, 0);
            for i in 0..CHUNK_PAGES {
                run = if bit(i) { 0 } else { run + 1 };
                max = max.max(run);
            }
            assert_eq!(summarize(&map), Summary { start, max, end });
        }
    }

    #[test]
    fn against_a_model() {
        let mut random = Random::new(7);
        for round in 0..6 {
            let mut heap = PageHeap::new();
            assert!(heap.init(37));
            let mut model: Vec<bool> = Vec::new();
            let mut dirty: Vec<bool> = Vec::new();
            let mut live: Vec<(usize, usize)> = Vec::new();
            for _ in 0..6000 {
                match random.below(20) {
                    0 if heap.chunks < 37 => {
                        let n = (1 + random.below(3)).min(37 - heap.chunks);
                        heap.grow(n);
                        model.resize(model.len() + n * CHUNK_PAGES, false);
                        dirty.resize(model.len(), false);
                    }
                    1 => {
                        let want = random.below(300);
                        heap.restart_scavenging();
                        let given = heap.scavenge(want, |from, n| {
                            for i in from..from + n {
                                assert!(!model[i] && dirty[i]);
                                dirty[i] = false;
                            }
                        });
                        let left = (0..model.len()).any(|i| !model[i] && dirty[i]);
                        assert!(given >= want || !left);
                    }
                    2..=11 => {
                        let n = match random.below(6) {
                            0 => 1 + random.below(2000),
                            1 => 1 + random.below(200),
                            _ => 1 + random.below(8),
                        };
                        let mut expected = None;
                        let mut run = 0;
                        for (i, &used) in model.iter().enumerate() {
                            run = if used { 0 } else { run + 1 };
                            if run == n {
                                expected = Some(i + 1 - n);
                                break;
                            }
                        }
                        let got = heap.alloc(n);
                        assert_eq!(got.map(|r| r.start), expected, "round {round}");
                        if let Some(run) = got {
                            let stretch = run.start..run.start + n;
                            assert_eq!(run.dirty, stretch.clone().any(|i| dirty[i]));
                            let mut seen = vec![false; n];
                            heap.dirty_stretches(run, n, |from, k| {
                                seen[from - run.start..from - run.start + k].fill(true);
                            });
                            assert!(stretch.clone().all(|i| seen[i - run.start] == dirty[i]));
                            model[stretch].fill(true);
                            live.push((run.start, n));
                        }
                    }
                    _ if !live.is_empty() => {
                        let (start, n) = live.swap_remove(random.below(live.len()));
                        heap.free(start, n);
                        model[start..start + n].fill(false);
                        dirty[start..start + n].fill(true);
                    }
                    _ => {}
                }
                assert_eq!(heap.used_pages, model.iter().filter(|&&u| u).count());
                assert_eq!(
                    heap.idle_pages,
                    (0..model.len()).filter(|&i| !model[i] && dirty[i]).count()
                );
            }
        }
    }
}
