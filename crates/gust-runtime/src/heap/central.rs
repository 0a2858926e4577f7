//! Spans that no cache holds, and sweeping.
//!
//! After marking all spans are unswept. Whoever needs a span of a class sweeps some of that class; the rest is swept in
//! the background, and at the latest before the next marking.

use core::sync::atomic::Ordering::Relaxed;

use super::Heap;
use super::cache::{CELLS, cell_index};
use super::classes::{Layout, PAGES};
use super::span::{Span, SpanList};

/// Spans of one class and layout. Those that caches hold are in none of the lists.
#[derive(Debug)]
pub struct Central {
    /// Swept, with free slots.
    pub partial: SpanList,
    /// Swept, without.
    pub full: SpanList,
    /// Not swept since marking.
    pub unswept: SpanList,
}

impl Central {
    /// Empty.
    #[must_use]
    pub const fn new() -> Self {
        Central {
            partial: SpanList::new(),
            full: SpanList::new(),
            unswept: SpanList::new(),
        }
    }

    /// All spans become unswept.
    fn flip(&mut self) {
        self.unswept.append(&mut self.partial);
        self.unswept.append(&mut self.full);
    }
}

/// Number of spans without a free slot that an allocation sweeps before it asks for new pages.
const PATIENCE: usize = 100;

impl Heap {
    /// A swept span with free slots; null if there is no memory.
    pub fn acquire_span(&self, class: usize, layout: Layout) -> *mut Span {
        let index = cell_index(class, layout);
        for _ in 0..PATIENCE {
            let (span, swept) = self.centrals[index].with(|c| {
                let span = c.partial.pop();
                if span.is_null() {
                    (c.unswept.pop(), false)
                } else {
                    (span, true)
                }
            });
            if span.is_null() {
                break;
            }
            // SAFETY: popped, so ours.
            unsafe {
                if swept {
                    return span;
                }
                self.sweep_span(span);
                if (*span).used < (*span).slots {
                    return span;
                }
                self.centrals[index].with(|c| c.full.push(span));
            }
        }
        let pages = usize::from(PAGES[class]);
        match self.take_pages(pages) {
            Some((at, dirty)) => self.space.make_span(at, pages, class, layout, dirty),
            None => core::ptr::null_mut(),
        }
    }

    /// Pages for a span: free ones, else those of spans that turn out to be empty, else new ones.
    pub fn take_pages(&self, pages: usize) -> Option<(usize, bool)> {
        if let Some(found) = self.space.take_free(pages) {
            return Some(found);
        }
        // About as many pages as wanted should come free by sweeping, at a bounded cost.
        let mut freed = 0;
        for _ in 0..(pages * 4).clamp(16, 4096) {
            match self.sweep_one() {
                Some(n) => freed += n,
                None => break,
            }
            if freed >= pages {
                freed = 0;
                if let Some(found) = self.space.take_free(pages) {
                    return Some(found);
                }
            }
        }
        if let Some(found) = self.space.take_grown(pages) {
            return Some(found);
        }
        while self.sweep_one().is_some() {}
        self.space.take_grown(pages)
    }

    /// Sweeps a span that the caller took out of an unswept list.
    unsafe fn sweep_span(&self, span: *mut Span) {
        // SAFETY: the caller's.
        unsafe {
            let freed = Span::sweep(span, self.stress.load(Relaxed) != 0);
            self.stats
                .count_frees((*span).class.into(), freed, freed * (*span).size);
        }
        self.unswept.fetch_sub(1, Relaxed);
    }

    /// Sweeps a span of any class; pages that came free by it, or nothing if all are swept.
    pub fn sweep_one(&self) -> Option<usize> {
        loop {
            if self.unswept.load(Relaxed) == 0 {
                return None;
            }
            let index = self.sweep_at.load(Relaxed);
            let span = self.centrals[index % CELLS].with(|c| c.unswept.pop());
            if span.is_null() {
                if self
                    .sweep_at
                    .compare_exchange(index, index + 1, Relaxed, Relaxed)
                    .is_ok()
                    && index + 1 >= 2 * CELLS
                {
                    // All lists were found empty: what is counted still is being swept by others.
                    return None;
                }
                continue;
            }
            // SAFETY: popped, so ours.
            unsafe {
                self.sweep_span(span);
                let class = usize::from((*span).class);
                if (*span).used == 0 {
                    let pages = (*span).pages as usize;
                    self.space.free_span(span);
                    return Some(pages);
                }
                self.centrals[if class == 0 {
                    0
                } else {
                    cell_index(class, (*span).layout)
                }]
                .with(|c| {
                    if (*span).used < (*span).slots {
                        c.partial.push(span);
                    } else {
                        c.full.push(span);
                    }
                });
            }
            return Some(0);
        }
    }

    /// Sweeps as large a part of what is left as `bytes` is of what may be allocated before the next cycle begins.
    pub fn sweep_share(&self, bytes: usize) {
        let unswept = self.unswept.load(Relaxed);
        if unswept == 0 {
            return;
        }
        let pace = &self.pace;
        let room = pace
            .trigger
            .load(Relaxed)
            .saturating_sub(pace.live.load(Relaxed))
            .max(bytes);
        for _ in 0..(unswept as u128 * bytes as u128 / room as u128) as usize + 1 {
            if self.sweep_one().is_none() {
                return;
            }
        }
    }

    /// Sweeps all that is left.
    pub fn finish_sweeping(&self) {
        while self.sweep_one().is_some() {}
        while self.unswept.load(Relaxed) != 0 {
            // Another thread is at its last span.
            core::hint::spin_loop();
        }
    }

    /// Makes all spans unswept. While the world is stopped, all caches flushed, after marking.
    pub fn flip(&self) {
        for central in &self.centrals {
            central.with(Central::flip);
        }
        self.unswept.store(self.space.span_count(), Relaxed);
        self.sweep_at.store(0, Relaxed);
    }
}
