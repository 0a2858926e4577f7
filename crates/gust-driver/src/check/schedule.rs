//! Which step runs when: a package is parsed at any time, and checked when it is parsed and its
//! imports are checked.
//!
//! Workers take checks before parses, since what can be checked holds up its importers, and
//! parse in dependency order.

use super::{Job, Parsed, guarded};
use crate::workers;
use gust_load::package::PackageId;
use gust_syntax::diagnostic::Diagnostic;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Errors of each package (`None`: not checked), and the number of lines parsed.
pub(super) type Outcomes = (Vec<Option<Vec<Diagnostic>>>, usize);

struct State {
    /// Next package to parse.
    next_parse: usize,
    /// Packages parsed and not yet taken for checking.
    parsed: Vec<Option<Box<Parsed>>>,
    /// Per package: its own parse and the imports that are not checked yet.
    waiting: Vec<usize>,
    /// Packages ready to be checked.
    ready: Vec<usize>,
    /// Packages neither checked nor skipped.
    left: usize,
    outcomes: Vec<Option<Vec<Diagnostic>>>,
    lines: usize,
    /// A worker panicked: the others stop.
    broken: bool,
}

enum Step {
    Parse(usize),
    Check(usize, Box<Parsed>),
}

pub(super) fn run(job: &Job<'_>) -> Outcomes {
    let packages = &job.load.packages;
    let mut importers = vec![Vec::new(); packages.len()];
    let mut waiting = vec![1; packages.len()];
    let mut left = 0;
    let skipped = |i: usize| job.is_skipped(PackageId(i as u32));
    for (i, package) in packages.iter().enumerate() {
        if skipped(i) {
            continue;
        }
        left += 1;
        let mut imports: Vec<_> = package.imports.iter().map(|i| i.package.index()).collect();
        imports.sort_unstable();
        imports.dedup();
        for import in imports {
            if !skipped(import) {
                importers[import].push(i);
                waiting[i] += 1;
            }
        }
    }
    let state = Mutex::new(State {
        next_parse: 0,
        parsed: packages.iter().map(|_| None).collect(),
        waiting,
        ready: Vec::new(),
        left,
        outcomes: packages.iter().map(|_| None).collect(),
        lines: 0,
        broken: false,
    });
    let changed = Condvar::new();
    let threads = job.threads.min(left).max(1);
    std::thread::scope(|scope| {
        let work = || {
            Worker {
                job,
                state: &state,
                changed: &changed,
                importers: &importers,
            }
            .run()
        };
        let handles: Vec<_> = (0..threads)
            .filter_map(|_| workers::spawn(scope, "checker", work).ok())
            .collect();
        if handles.is_empty() {
            work();
        }
        for handle in handles {
            if let Err(panic) = handle.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    (state.outcomes, state.lines)
}

#[derive(Clone, Copy)]
struct Worker<'a> {
    job: &'a Job<'a>,
    state: &'a Mutex<State>,
    changed: &'a Condvar,
    importers: &'a [Vec<usize>],
}

impl Worker<'_> {
    fn run(self) {
        let stop = StopOnPanic(self);
        while let Some(step) = self.next() {
            match step {
                Step::Parse(i) => self.parse(i),
                Step::Check(i, parsed) => self.check(i, *parsed),
            }
        }
        std::mem::forget(stop);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Step> {
        let packages = &self.job.load.packages;
        let mut state = self.lock();
        loop {
            if state.left == 0 || state.broken {
                return None;
            }
            if let Some(i) = state.ready.pop()
                && let Some(parsed) = state.parsed[i].take()
            {
                return Some(Step::Check(i, parsed));
            }
            while state.next_parse < packages.len() {
                let i = state.next_parse;
                state.next_parse += 1;
                if !self.job.is_skipped(PackageId(i as u32)) {
                    return Some(Step::Parse(i));
                }
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn parse(&self, i: usize) {
        let package = &self.job.load.packages[i];
        let parsed = guarded("parsing", package, || self.job.parse(package));
        let mut state = self.lock();
        state.lines += parsed.lines;
        state.parsed[i] = Some(Box::new(parsed));
        self.one_less(&mut state, i);
    }

    fn check(&self, i: usize, parsed: Parsed) {
        let package = &self.job.load.packages[i];
        let id = PackageId(i as u32);
        let diagnostics = guarded("checking", package, || self.job.check(id, parsed));
        let mut state = self.lock();
        state.outcomes[i] = Some(diagnostics);
        state.left -= 1;
        for &importer in &self.importers[i] {
            self.one_less(&mut state, importer);
        }
        if state.left == 0 {
            self.changed.notify_all();
        }
    }

    fn one_less(&self, state: &mut State, i: usize) {
        state.waiting[i] -= 1;
        if state.waiting[i] == 0 {
            state.ready.push(i);
            self.changed.notify_one();
        }
    }
}

/// Lets the other workers end when this one panics.
struct StopOnPanic<'a>(Worker<'a>);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        self.0.lock().broken = true;
        self.0.changed.notify_all();
    }
}
