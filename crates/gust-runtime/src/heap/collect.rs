//! One cycle of collection: all of it while the world is stopped, or its first and last step.

use core::sync::atomic::Ordering::Relaxed;

use super::Heap;
use super::mark::Worker;

/// What a cycle found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Bytes in live objects.
    pub marked: usize,
    /// Finalizers or cleanups were queued.
    pub queued: bool,
}

impl Heap {
    /// Marks everything that can be reached from what `roots` gives the worker, as `drain` does it, and lets sweeping begin.
    /// The world is stopped, and the goal is the caller's to set.
    pub fn collect(
        &self,
        roots: impl FnOnce(&mut Worker<'_>),
        drain: impl FnOnce(&mut Worker<'_>),
    ) -> Outcome {
        self.prepare();
        let mut worker = Worker::new(self, false);
        roots(&mut worker);
        self.mark_specials(&mut worker);
        drain(&mut worker);
        self.finish(&mut worker, 0)
    }

    /// Makes allocation bits exact and marks clear.
    fn prepare(&self) {
        self.flush_all();
        self.finish_sweeping();
        self.profile.with(|p| p.begin());
        self.pool.bytes.store(0, Relaxed);
    }

    /// Begins to mark with the program running: the first of two stops. What `roots` gives the worker is left to the pool.
    /// From the end of this on, overwritten pointers are to be remembered.
    pub fn begin(&self, roots: impl FnOnce(&mut Worker<'_>)) {
        self.prepare();
        let mut worker = Worker::new(self, true);
        roots(&mut worker);
        self.mark_specials(&mut worker);
        worker.release();
        self.live_at_begin
            .store(self.pace.live.load(Relaxed), Relaxed);
        self.marking.store(true, Relaxed);
    }

    /// Ends what [`Heap::begin`] began, with the world stopped again, if there are at most so many objects left to be scanned.
    pub fn end(&self, worker: &mut Worker<'_>, most: usize) -> Option<Outcome> {
        self.take_all_shades(worker);
        if !worker.drain_some(most) {
            worker.release();
            return None;
        }
        let black = self.pace.live.load(Relaxed) - self.live_at_begin.load(Relaxed);
        self.marking.store(false, Relaxed);
        self.flush_all();
        Some(self.finish(worker, black))
    }

    /// All is marked. `black` bytes were allocated meanwhile.
    fn finish(&self, worker: &mut Worker<'_>, black: usize) -> Outcome {
        let queued = self.finish_specials(worker);
        worker.count();
        self.profile
            .with(|p| p.settle(|object| self.is_unmarked(object)));
        if self.verify.load(Relaxed) {
            // SAFETY: the world is stopped.
            if let Some((from, to)) = unsafe { self.find_unmarked() } {
                crate::fatal::print(b"object ");
                crate::fatal::print_hex(from as u64);
                crate::fatal::print(b" points to ");
                crate::fatal::print_hex(to as u64);
                crate::fatal::print(b"\n");
                crate::fatal::throw("marked object points to unmarked object");
            }
        }
        let marked = self.pool.bytes.load(Relaxed) + black;
        self.pace.marked.store(marked, Relaxed);
        self.pace.live.store(marked, Relaxed);
        self.flip();
        if self.stress.load(Relaxed) != 0 {
            self.finish_sweeping();
        }
        Outcome { marked, queued }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::atomic::AtomicUsize;

    use super::super::cache::Cache;
    use super::super::classes::{MAX_SMALL, PAGE};
    use super::super::testing::{Random, TestType};
    use super::*;

    fn heap() -> (&'static Heap, *mut Cache) {
        let heap: &'static Heap = Box::leak(Box::new(Heap::new()));
        assert!(heap.space.init(1 << 30));
        (heap, heap.new_cache())
    }

    fn alloc(heap: &Heap, cache: *mut Cache, size: usize, ty: Option<&TestType>) -> usize {
        let ty = ty.map_or(core::ptr::null(), TestType::ty);
        // SAFETY: the cache is the test's.
        let at = unsafe { heap.alloc(cache, size, ty, true) } as usize;
        assert!(at != 0);
        // SAFETY: the object is ours.
        unsafe {
            assert!(
                (0..size).all(|i| *((at + i) as *const u8) == 0),
                "not zeroed"
            )
        };
        at
    }

    fn set(object: usize, word: usize, value: usize) {
        // SAFETY: an object of the test.
        unsafe { *((object + word * 8) as *mut usize) = value };
    }

    fn get(object: usize, word: usize) -> usize {
        // SAFETY: an object of the test.
        unsafe { *((object + word * 8) as *const usize) }
    }

    fn collect(heap: &Heap, roots: &[usize]) -> Outcome {
        heap.collect(
            |w| roots.iter().for_each(|&r| w.conservative(r)),
            |w| w.drain(),
        )
    }

    /// An object of the model: its words, with the number of the object that a pointer word points to.
    struct Model {
        size: usize,
        pointers: Vec<usize>,
        words: HashMap<usize, (usize, usize)>,
    }

    #[test]
    fn random_graphs_against_a_model() {
        for seed in 0..4 {
            let (heap, cache) = heap();
            heap.stress.store(usize::from(seed == 3), Relaxed);
            let mut random = Random::new(seed);
            let types: Vec<(TestType, usize, Vec<usize>)> = (0..40)
                .map(|i| {
                    let words = match i % 5 {
                        0 => 1 + random.below(4),
                        1 => 1 + random.below(64),
                        2 => 1 + random.below(300),
                        3 => 2,
                        _ => 1 + random.below(10),
                    };
                    let mut pointers: Vec<usize> = match i % 4 {
                        0 => vec![0],
                        1 => (0..words).collect(),
                        2 => vec![],
                        _ => (0..words).filter(|_| random.below(2) == 0).collect(),
                    };
                    if i == 7 {
                        pointers = vec![words - 1];
                    }
                    (TestType::new(words * 8, &pointers), words, pointers)
                })
                .collect();
            let mut objects: HashMap<usize, Model> = HashMap::new();
            let mut roots: Vec<usize> = Vec::new();
            for step in 0..20_000 {
                let (ty, words, pointers) = &types[random.below(types.len())];
                let count = match random.below(100) {
                    0 => 1 + random.below(3000),
                    1..=10 => 1 + random.below(40),
                    _ => 1,
                };
                let size = words * 8 * count;
                if size > 1 << 20 {
                    continue;
                }
                let all: Vec<usize> = (0..count.min(50))
                    .flat_map(|i| pointers.iter().map(move |p| i * words + p))
                    .collect();
                let at = alloc(heap, cache, size, (!pointers.is_empty()).then_some(ty));
                assert!(!objects.contains_key(&at), "given out twice");
                let mut words_of = HashMap::new();
                for _ in 0..3 {
                    if all.is_empty() || roots.is_empty() {
                        break;
                    }
                    // To some object reachable from a root, sometimes into its middle.
                    let mut target = roots[random.below(roots.len())];
                    for _ in 0..random.below(3) {
                        let next: Vec<usize> =
                            objects[&target].words.values().map(|&(t, _)| t).collect();
                        if !next.is_empty() {
                            target = next[random.below(next.len())];
                        }
                    }
                    let inside = random.below(objects[&target].size);
                    let word = all[random.below(all.len())];
                    set(at, word, target + inside);
                    words_of.insert(word, (target, target + inside));
                }
                // Words that are no pointers hold what looks like one.
                if !pointers.contains(&(words - 1)) && size >= 16 {
                    set(at, size / 8 - 1, at);
                }
                objects.insert(
                    at,
                    Model {
                        size,
                        pointers: all,
                        words: words_of,
                    },
                );
                if roots.len() < 60 {
                    roots.push(at);
                } else {
                    let i = random.below(60);
                    if random.below(2) == 0 {
                        roots[i] = at;
                    } else {
                        // The old root is now behind the new one, if that can hold it.
                        let m = objects.get_mut(&at).unwrap();
                        if let Some(&word) = m.pointers.first() {
                            let old = roots[i];
                            set(at, word, old);
                            m.words.insert(word, (old, old));
                        }
                        roots[i] = at;
                    }
                }
                if random.below(400) == 0 || step == 19_999 {
                    let mut live: Vec<usize> = Vec::new();
                    let mut seen: std::collections::HashSet<usize> =
                        std::collections::HashSet::new();
                    let mut todo = roots.clone();
                    while let Some(o) = todo.pop() {
                        if seen.insert(o) {
                            live.push(o);
                            todo.extend(objects[&o].words.values().map(|&(t, _)| t));
                        }
                    }
                    collect(heap, &roots);
                    if random.below(2) == 0 {
                        heap.finish_sweeping();
                        let totals = heap.stats.totals();
                        // Tiny objects share blocks: there are at most as many live blocks as objects.
                        assert!((totals.mallocs - totals.frees) as usize <= live.len());
                    }
                    objects.retain(|o, _| seen.contains(o));
                    for (&o, m) in &objects {
                        for (&word, &(_, value)) in &m.words {
                            assert_eq!(get(o, word), value);
                        }
                        let (base, room) = heap.find_object(o + m.size - 1).unwrap();
                        assert!(base <= o && base + room >= o + m.size);
                    }
                }
            }
        }
    }

    #[test]
    fn everything_dead_goes_back() {
        let (heap, cache) = heap();
        let node = TestType::new(16, &[0, 1]);
        let mut random = Random::new(2);
        for _ in 0..5 {
            let mut list = 0;
            for _ in 0..20_000 {
                let at = alloc(heap, cache, 16, Some(&node));
                set(at, 0, list);
                list = at;
                alloc(heap, cache, 1 + random.below(20_000), None);
            }
            let kept = collect(heap, &[list]);
            assert_eq!(kept.marked, 20_000 * 16);
            heap.finish_sweeping();
            let mut n = 0;
            while list != 0 {
                n += 1;
                list = get(list, 0);
            }
            assert_eq!(n, 20_000);
            collect(heap, &[]);
            heap.finish_sweeping();
            let totals = heap.stats.totals();
            assert_eq!(totals.mallocs, totals.frees);
            assert_eq!(totals.allocated, totals.freed);
            heap.space.pages.with(|p| assert_eq!(p.used_pages, 0));
            assert_eq!(heap.space.span_count(), 0);
            heap.space.pages.with(|p| p.restart_scavenging());
            heap.space.scavenge(usize::MAX);
            heap.space.pages.with(|p| assert_eq!(p.idle_pages, 0));
        }
    }

    #[test]
    fn tiny_objects_share_and_live_together() {
        let (heap, cache) = heap();
        let first = alloc(heap, cache, 1, None);
        let second = alloc(heap, cache, 1, None);
        let third = alloc(heap, cache, 8, None);
        assert_eq!((first / 16, first + 1), (second / 16, second));
        assert_eq!(third, first + 8);
        collect(heap, &[third]);
        heap.finish_sweeping();
        assert_eq!(heap.find_object(first).unwrap().0, first);
        assert_eq!(heap.stats.totals().mallocs, 3);
        assert_eq!(heap.stats.totals().frees, 2);
        collect(heap, &[]);
        heap.finish_sweeping();
        assert!(heap.find_object(first).is_none());
    }

    #[test]
    fn large_objects_are_zeroed_again() {
        let (heap, cache) = heap();
        for size in [MAX_SMALL + 1, 5 * PAGE, 300 * PAGE + 77] {
            for _ in 0..3 {
                let at = alloc(heap, cache, size, None);
                // SAFETY: the object is ours.
                unsafe { (at as *mut u8).write_bytes(0xff, size) };
                collect(heap, &[]);
                heap.finish_sweeping();
            }
        }
        // SAFETY: the cache is the test's.
        unsafe {
            assert!(
                heap.alloc(cache, 1 << 40, core::ptr::null(), true)
                    .is_null()
            )
        };
        // SAFETY: the cache is the test's.
        unsafe {
            assert!(
                heap.alloc(cache, usize::MAX - 5, core::ptr::null(), true)
                    .is_null()
            )
        };
    }

    #[test]
    fn finalizers_in_order_of_reference() {
        let (heap, cache) = heap();
        let node = TestType::new(16, &[0, 1]);
        let outer = alloc(heap, cache, 16, Some(&node));
        let inner = alloc(heap, cache, 16, Some(&node));
        set(outer, 0, inner);
        let records: Vec<usize> = (0..3).map(|_| alloc(heap, cache, 32, None)).collect();
        assert!(heap.add_finalizer(outer, records[0]));
        assert!(!heap.add_finalizer(outer, records[0]));
        assert!(heap.add_finalizer(inner, records[1]));
        let id = heap.add_cleanup(inner, records[2]);
        let stopped = heap.add_cleanup(inner, records[2]);
        assert!(id != stopped);
        heap.stop_cleanup(inner, stopped);
        let weak = heap.weak_handle(inner, || alloc(heap, cache, 8, None));
        let weak_outer = heap.weak_handle(outer, || alloc(heap, cache, 8, None));
        assert_eq!(heap.weak_handle(inner, || 0), weak);
        let handles = [weak, weak_outer];
        // SAFETY: handles from above, kept as roots.
        let values = || unsafe { (heap.weak_get(weak), heap.weak_get(weak_outer)) };

        assert!(!collect(heap, &[outer, handles[0], handles[1]]).queued);
        assert_eq!(values(), (inner, outer));
        // The outer one goes first; what it refers to stays.
        assert!(collect(heap, &handles).queued);
        assert_eq!(values(), (inner, 0));
        collect(heap, &handles);
        let ready = heap.next_ready().unwrap();
        assert_eq!((ready.record, ready.object), (records[0], outer));
        assert_eq!(get(outer, 0), inner);
        assert!(heap.next_ready().is_none());
        assert!(collect(heap, &handles).queued);
        assert_eq!(values(), (0, 0));
        let ready = heap.next_ready().unwrap();
        assert_eq!((ready.record, ready.object), (records[1], inner));
        // The finalizer has run: now the cleanup.
        assert!(collect(heap, &handles).queued);
        let ready = heap.next_ready().unwrap();
        assert_eq!((ready.record, ready.object), (records[2], 0));
        assert!(!collect(heap, &handles).queued);
        assert!(!heap.has_ready());
        heap.finish_sweeping();
        assert!(heap.find_object(inner).is_none() && heap.find_object(outer).is_none());
    }

    #[test]
    fn removed_finalizers_do_not_run() {
        let (heap, cache) = heap();
        let mut objects = Vec::new();
        for i in 0..3000 {
            let at = alloc(heap, cache, 24, None);
            assert!(heap.add_finalizer(at, 1));
            heap.add_cleanup(at, 2);
            if i % 3 == 0 {
                heap.remove_finalizer(at);
            }
            objects.push(at);
        }
        collect(heap, &[]);
        let mut count = 0;
        while let Some(ready) = heap.next_ready() {
            count += usize::from(ready.object != 0);
        }
        assert_eq!(count, 2000);
    }

    #[test]
    fn handles_of_addresses_outside_the_heap_stay() {
        let (heap, cache) = heap();
        static OUTSIDE: AtomicUsize = AtomicUsize::new(0);
        let address = OUTSIDE.as_ptr() as usize;
        let handle = heap.weak_handle(address, || alloc(heap, cache, 8, None));
        collect(heap, &[]);
        heap.finish_sweeping();
        // SAFETY: a handle.
        unsafe { assert_eq!(heap.weak_get(handle), address) };
        assert_eq!(heap.weak_handle(address, || 0), handle);
    }

    #[test]
    fn several_threads_and_workers() {
        let (heap, _) = heap();
        let node = TestType::new(32, &[0, 1]);
        for round in 0..3 {
            let lists: Vec<usize> = std::thread::scope(|s| {
                let threads: Vec<_> = (0..3)
                    .map(|t| {
                        s.spawn(move || {
                            let cache = heap.new_cache();
                            let mut random = Random::new(t + round);
                            let (mut list, mut tree) = (0, 0);
                            for _ in 0..30_000 {
                                let at = alloc(heap, cache, 32, Some(&node));
                                set(at, random.below(2), list);
                                set(at, 2, 0x1234);
                                list = at;
                                if random.below(10) == 0 {
                                    tree = alloc(heap, cache, 8 * (1 + random.below(2000)), None);
                                }
                            }
                            assert!(tree != 0);
                            list
                        })
                    })
                    .collect();
                threads.into_iter().map(|t| t.join().unwrap()).collect()
            });
            // Mark with several workers, and check against one.
            heap.flush_all();
            heap.finish_sweeping();
            let bytes = std::thread::scope(|s| {
                let mut first = Worker::new(heap, false);
                lists.iter().for_each(|&list| first.conservative(list));
                first.drain_together(|| {
                    for _ in 0..2 {
                        s.spawn(|| Worker::new(heap, true).join());
                    }
                });
                heap.pool.bytes.swap(0, Relaxed)
            });
            // An object that two workers find at a time counts twice.
            assert!((90_000 * 32..91_000 * 32).contains(&bytes));
            heap.flip();
            heap.finish_sweeping();
            assert_eq!(collect(heap, &lists).marked, 90_000 * 32);
            collect(heap, &[]);
        }
    }

    /// Threads change a graph while it is marked, over and over; what they can reach must stay as it was.
    fn mark_while_others_write(stress: usize) {
        use std::sync::RwLock;
        use std::sync::atomic::AtomicBool;
        const ROOTS: usize = 48;
        const CHECK: usize = 0x5a5a_0000_1234_0001;
        let (heap, cache) = heap();
        heap.verify.store(true, Relaxed);
        heap.stress.store(stress, Relaxed);
        let node = TestType::new(32, &[0, 1]);
        let table = TestType::new(512, &(0..64).collect::<Vec<_>>());
        let shared = alloc(heap, cache, 512, Some(&table));
        // Held by all while they write: the world is stopped for who holds it alone.
        let world = RwLock::new(());
        let over = AtomicBool::new(false);
        let roots: Vec<Vec<AtomicUsize>> = (0..3)
            .map(|_| (0..ROOTS).map(|_| AtomicUsize::new(0)).collect())
            .collect();
        std::thread::scope(|s| {
            for (seed, roots) in roots.iter().enumerate() {
                let (world, over) = (&world, &over);
                s.spawn(move || {
                    let cache = heap.new_cache();
                    let mut random = Random::new(seed as u64);
                    let forget = |old: usize| {
                        if heap.marking.load(Relaxed) && old != 0 {
                            // SAFETY: the cache is this thread's.
                            unsafe { heap.remember(cache, old) };
                        }
                    };
                    while !over.load(Relaxed) {
                        let _running = world.read().unwrap();
                        for _ in 0..30 {
                            let (i, j) = (random.below(ROOTS), random.below(ROOTS));
                            let (a, b) = (roots[i].load(Relaxed), roots[j].load(Relaxed));
                            let word = random.below(2);
                            match random.below(6) {
                                _ if a == 0 => {
                                    let new = alloc(heap, cache, 32, Some(&node));
                                    set(new, word, b);
                                    set(new, 2, new ^ CHECK);
                                    roots[i].store(new, Relaxed);
                                }
                                0 => roots[i].store(0, Relaxed),
                                1 => roots[j].store(get(a, word), Relaxed),
                                2 | 3 => {
                                    let old = get(a, word);
                                    set(a, word, b);
                                    forget(old);
                                }
                                4 => {
                                    let at = (shared + 8 * random.below(64)) as *mut usize;
                                    // SAFETY: a word of the shared object.
                                    let at = unsafe { AtomicUsize::from_ptr(at) };
                                    let old = at.swap(a, Relaxed);
                                    forget(old);
                                    roots[i].store(old, Relaxed);
                                }
                                _ => assert_eq!(get(a, 2), a ^ CHECK, "freed"),
                            }
                        }
                    }
                });
            }
            for _ in 0..if stress == 0 { 12 } else { 6 } {
                {
                    let _stopped = world.write().unwrap();
                    heap.finish_sweeping();
                    heap.begin(|w| {
                        w.conservative(shared);
                        for root in roots.iter().flatten() {
                            w.conservative(root.load(Relaxed));
                        }
                    });
                }
                let mut worker = Worker::new(heap, true);
                loop {
                    while !worker.drain_some(20) {
                        std::thread::yield_now();
                    }
                    let _stopped = world.write().unwrap();
                    if heap.end(&mut worker, 5).is_some() {
                        break;
                    }
                }
                drop(worker);
                std::thread::yield_now();
            }
            over.store(true, Relaxed);
        });
        collect(heap, &[]);
        heap.finish_sweeping();
        let totals = heap.stats.totals();
        assert_eq!(totals.mallocs, totals.frees);
    }

    #[test]
    fn marking_while_others_write() {
        mark_while_others_write(0);
    }

    #[test]
    fn marking_while_others_write_with_poison() {
        mark_while_others_write(1);
    }
}
