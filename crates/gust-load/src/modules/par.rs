//! Small tools for doing work once and side by side.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// Locks `m`; a panic of another holder does not matter because no state is left half-changed.
pub(crate) fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A map whose values are computed once each, also when several threads ask at the same time.
pub(crate) struct OnceMap<K, V> {
    cells: Mutex<HashMap<K, Arc<OnceLock<V>>>>,
}

impl<K, V> Default for OnceMap<K, V> {
    fn default() -> Self {
        OnceMap {
            cells: Mutex::new(HashMap::new()),
        }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> OnceMap<K, V> {
    /// The value of `key`, computed by `f` unless it already is. `f` must not ask for the same key.
    pub fn get_or_init(&self, key: &K, f: impl FnOnce() -> V) -> V {
        let cell = {
            let mut cells = lock(&self.cells);
            match cells.get(key) {
                Some(c) => Arc::clone(c),
                None => Arc::clone(cells.entry(key.clone()).or_default()),
            }
        };
        cell.get_or_init(f).clone()
    }
}

struct Queue<T> {
    items: VecDeque<T>,
    active: usize,
}

/// Runs `work` on each of `items` and on what it adds, on up to `threads` threads.
pub(crate) fn run<T: Send>(
    items: Vec<T>,
    threads: usize,
    work: impl Fn(T, &mut dyn FnMut(T)) + Sync,
) {
    let queue = Mutex::new(Queue {
        items: items.into(),
        active: 0,
    });
    let changed = Condvar::new();
    let worker = || {
        let mut q = lock(&queue);
        loop {
            match q.items.pop_front() {
                Some(item) => {
                    q.active += 1;
                    drop(q);
                    let mut added = Vec::new();
                    work(item, &mut |t| added.push(t));
                    q = lock(&queue);
                    q.active -= 1;
                    q.items.extend(added);
                    changed.notify_all();
                }
                None if q.active == 0 => return,
                None => q = changed.wait(q).unwrap_or_else(PoisonError::into_inner),
            }
        }
    };
    if threads <= 1 {
        return worker();
    }
    std::thread::scope(|s| {
        for _ in 1..threads {
            s.spawn(worker);
        }
        worker();
    });
}

/// `f` of each item, in order, computed on up to `threads` threads.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    f: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    run(
        (0..items.len()).collect(),
        threads.min(items.len()),
        |i, _| *lock(&slots[i]) = Some(f(&items[i])),
    );
    slots
        .into_iter()
        .filter_map(|s| s.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

/// How many requests to a proxy, or files in flight, make sense at a time.
pub(crate) const NETWORK_THREADS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn work_adds_work() {
        let sum = AtomicUsize::new(0);
        run(vec![10usize], 4, |n, add| {
            sum.fetch_add(n, Ordering::Relaxed);
            if n > 1 {
                add(n / 2);
                add(n / 2);
            }
        });
        // 10 + 2*5 + 4*2 + 8*1
        assert_eq!(sum.into_inner(), 36);
        assert_eq!(map(&[1, 2, 3], 2, |x| x * 2), [2, 4, 6]);
        assert!(map(&[] as &[i32], 2, |x| x * 2).is_empty());
    }

    #[test]
    fn computed_once() {
        let map: OnceMap<String, usize> = OnceMap::default();
        let calls = AtomicUsize::new(0);
        run((0..20).collect(), 4, |_: i32, _| {
            let v = map.get_or_init(&"k".to_owned(), || {
                calls.fetch_add(1, Ordering::Relaxed) + 7
            });
            assert_eq!(v, 7);
        });
        assert_eq!(calls.into_inner(), 1);
    }
}
