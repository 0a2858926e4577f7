//! `gust test`: builds and runs the tests of packages.

use crate::help;
use crate::loading::{Loaded, load_packages};
use gust_driver::build::{Build, Problem, default_name, output};
use gust_driver::flags::{Flag, FlagError};
use gust_driver::report::{self, Style};
use gust_driver::test::{self as driver, Arguments, Events, Results, TestProgram};
use gust_driver::test::{CoverFlags, Coverage, Interrupts, Run, RunOptions};
use gust_load::goenv::GoEnv;
use gust_load::load::{Options, no_go_message};
use gust_load::package::{Package, PackageId};
use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

pub static FLAGS: &[Flag] = driver::FLAGS;

pub fn run(args: &[String]) -> i32 {
    let arguments = match driver::read(args, &GoEnv::from_process()) {
        Ok(arguments) => arguments,
        Err(FlagError::Help) => return help::run(&["test".to_owned()]),
        Err(error) => {
            eprintln!("{error}\nRun 'gust help test' for details.");
            return 2;
        }
    };
    if let Some(text) = unsupported(&arguments) {
        eprintln!("gust test: {text}");
        return 2;
    }
    let flags = &arguments.flags;
    let adjust = |options: &mut Options| {
        options.tests = true;
        options.cover = arguments.cover.as_ref().map(CoverFlags::request);
    };
    let Some(mut loaded) = load_packages("test", flags, &arguments.packages, adjust) else {
        return 1;
    };
    let plain = |id: &PackageId| {
        let kind = loaded.packages[*id].kind;
        use gust_load::package::PackageKind::{CommandLine, Plain};
        matches!(kind, Plain | CommandLine)
    };
    let roots: Vec<PackageId> = loaded
        .packages
        .roots
        .iter()
        .copied()
        .filter(plain)
        .collect();
    if let Err(text) = refuse(&arguments, &loaded, &roots) {
        eprintln!("{text}");
        return 1;
    }
    let cover = match arguments.cover.as_ref() {
        None => None,
        Some(wanted) => {
            let dir = work_path(&loaded).join(format!("cover-{}", std::process::id()));
            let runs = !flags.is_set("c") && !loaded.options.dry;
            match Coverage::prepare(wanted, &mut loaded.packages, dir, runs) {
                Ok(cover) => Some(cover),
                Err(text) => {
                    eprintln!("{text}");
                    return 1;
                }
            }
        }
    };
    let mut problems = Problems::new(flags.is_set("json"));
    let jobs: Vec<Job> = roots
        .iter()
        .map(|&id| Job::new(&mut loaded, id, cover.as_ref(), &mut problems))
        .collect();
    let command = TestCommand {
        arguments: &arguments,
        loaded: &loaded,
        cover: cover.as_ref(),
        failed: AtomicBool::new(jobs.iter().any(|j| j.state == State::SetupFailed)),
        stop: AtomicBool::new(false),
        stream: arguments.packages.is_empty() || arguments.bench || arguments.fuzz,
        single: jobs.len() == 1 || loaded.options.jobs == 1,
    };
    command.all(jobs, &mut problems);
    let failed = command.failed.load(Ordering::Relaxed);
    if failed && !flags.is_set("json") && !arguments.packages.is_empty() {
        println!("FAIL");
    }
    i32::from(failed)
}

/// What is asked for and not there.
fn unsupported(arguments: &Arguments) -> Option<String> {
    let flags = &arguments.flags;
    for name in ["race", "exec"] {
        if flags.value(name).is_some_and(|v| v != "false") {
            return Some(format!("-{name} is not supported yet"));
        }
    }
    None
}

/// Mistakes about several packages at once.
fn refuse(arguments: &Arguments, loaded: &Loaded, roots: &[PackageId]) -> Result<(), String> {
    if roots.is_empty() {
        return Err("no packages to test".into());
    }
    if arguments.fuzz {
        refuse_fuzzing(arguments, loaded, roots)?;
    }
    if roots.len() == 1 {
        return Ok(());
    }
    if let Some(profile) = arguments.profile {
        return Err(format!("cannot use -{profile} flag with multiple packages"));
    }
    let target = arguments.flags.value("o").unwrap_or_default();
    if target == "/dev/null" || (target.is_empty() && !arguments.flags.is_set("c")) {
        return Ok(());
    }
    if !target.is_empty() && !is_folder(target) {
        return Err("with multiple packages, -o must refer to a directory or /dev/null".into());
    }
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for &id in roots {
        let package = &loaded.packages[id];
        let paths = by_name.entry(program_name(package)).or_default();
        paths.push(&package.import_path);
    }
    match by_name.iter().find(|(_, paths)| paths.len() > 1) {
        Some((name, paths)) => Err(format!(
            "cannot write test binary {name} for multiple packages:\n{}",
            paths.join("\n")
        )),
        None => Ok(()),
    }
}

/// What does not go with `-fuzz`.
fn refuse_fuzzing(
    arguments: &Arguments,
    loaded: &Loaded,
    roots: &[PackageId],
) -> Result<(), String> {
    if roots.len() != 1 {
        return Err("cannot use -fuzz flag with multiple packages".into());
    }
    let cover = arguments.cover.as_ref();
    if cover.is_some_and(|c| c.profile.is_some()) {
        return Err("cannot use -coverprofile flag with -fuzz flag".into());
    }
    if let Some(profile) = arguments.profile {
        return Err(format!("cannot use -{profile} flag with -fuzz flag"));
    }
    // Failing inputs are written into the package's folder, and the module cache is not to be changed.
    let package = &loaded.packages[roots[0]];
    if package.module.as_ref().is_some_and(|m| !m.main) {
        return Err("cannot use -fuzz flag on package outside the main module".into());
    }
    Ok(())
}

fn is_folder(path: &str) -> bool {
    path.ends_with('/') || Path::new(path).is_dir()
}

fn program_name(package: &Package) -> String {
    match package.import_path == "command-line-arguments" {
        true => format!("{}.test", package.name),
        false => format!("{}.test", default_name(package)),
    }
}

/// Where commands keep files while they run.
fn work_path(loaded: &Loaded) -> PathBuf {
    loaded.cache.root().join("work")
}

/// How far a package has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// It could not be loaded; the text is the package at fault.
    SetupFailed,
    /// The package at fault.
    BuildFailed(String),
    /// There is nothing to run.
    NoTests,
    /// Not linked yet.
    Loaded(PackageId),
    /// The test program.
    Linked(PathBuf),
}

/// A package to be tested.
struct Job {
    package: PackageId,
    state: State,
}

impl Job {
    /// Makes the test program's source. What is wrong is reported.
    fn new(
        loaded: &mut Loaded,
        package: PackageId,
        cover: Option<&Coverage>,
        problems: &mut Problems,
    ) -> Self {
        let load = &mut loaded.packages;
        let test = TestProgram::of(load, &load[package]);
        let root = test.map_or(package, |t| t.program);
        let path = load[package].import_path.clone();
        let mut errors = Vec::new();
        for id in needed(load, root) {
            let package = &load[id];
            let name = package.import_path.clone();
            errors.extend(package.error.as_ref().map(|e| (name, e.to_string())));
        }
        let tests_only = test.is_none() && load[package].files.is_empty();
        if errors.is_empty()
            && tests_only
            && load[package].named_literally
            && !load[package].is_unsafe
        {
            errors.push((path.clone(), no_go_message(&load[package])));
        }
        if errors.is_empty()
            && let Some(test) = test
            && let Err(text) = test.write(load, package, cover.map(Coverage::text))
        {
            errors.push((format!("{path}.test"), text));
        }
        let state = match (errors.first(), test) {
            (Some((at_fault, _)), _) => {
                for (name, text) in &errors {
                    problems.tell(name, &format!("# {path}\n"), &format!("{text}\n"));
                }
                problems.verdict(&path, "[setup failed]", at_fault);
                State::SetupFailed
            }
            (None, Some(test)) => State::Loaded(test.program),
            (None, None) => State::NoTests,
        };
        Self { package, state }
    }
}

/// A package and all it needs.
fn needed(load: &gust_load::package::LoadResult, root: PackageId) -> Vec<PackageId> {
    let mut seen = HashSet::from([root]);
    let mut next = vec![root];
    while let Some(id) = next.pop() {
        let imports = load[id].imports.iter().map(|i| i.package);
        next.extend(
            imports
                .chain(load[id].dependencies.iter().copied())
                .filter(|&i| seen.insert(i)),
        );
    }
    let mut all: Vec<PackageId> = seen.into_iter().collect();
    all.sort();
    all
}

/// Tells what is wrong with packages, each thing once.
struct Problems {
    json: bool,
    seen: HashSet<String>,
}

impl Problems {
    fn new(json: bool) -> Self {
        Self {
            json,
            seen: HashSet::new(),
        }
    }

    fn tell(&mut self, package: &str, head: &str, text: &str) {
        if !self.seen.insert([head, text].concat()) {
            return;
        }
        if !self.json {
            eprint!("{head}{text}");
            return;
        }
        let events = driver::build_events(package, &[head, text].concat());
        write_out(events.as_bytes());
    }

    fn report(&mut self, problem: &Problem<'_>) -> String {
        let style = if self.json {
            Style::Plain
        } else {
            Style::detect(false)
        };
        match problem {
            Problem::Source(errors, sources) => {
                let text = report::package_errors(errors, sources, style);
                let (head, rest) = text.split_once('\n').unwrap_or(("", &text));
                self.tell(&errors.name, &format!("{head}\n"), rest);
                errors.name.clone()
            }
            Problem::Package(package, text) => {
                let name = package.display_path();
                self.tell(&name, &format!("# {name}\n"), &format!("{text}\n"));
                name
            }
            Problem::General(text) => {
                self.tell("", "", &format!("gust: {text}\n"));
                String::new()
            }
        }
    }

    /// The last line about a package that is not run.
    fn verdict(&self, path: &str, why: &str, at_fault: &str) {
        let line = format!("FAIL\t{path} {why}\n");
        if self.json {
            let mut events = Events::new(path, true, |line: &str| write_out(line.as_bytes()));
            events.write(line.as_bytes());
            events.set_failed_build(at_fault);
            events.finish(false);
        } else {
            write_out(line.as_bytes());
        }
    }
}

/// A reader that has gone is no error of ours.
fn write_out(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

struct TestCommand<'a> {
    arguments: &'a Arguments,
    loaded: &'a Loaded,
    cover: Option<&'a Coverage>,
    failed: AtomicBool,
    /// `-failfast` has come true.
    stop: AtomicBool,
    /// Output is shown as it comes and not looked through.
    stream: bool,
    single: bool,
}

/// Shows outputs in the order of the packages.
#[derive(Default)]
struct Printer {
    next: usize,
    waiting: BTreeMap<usize, Vec<u8>>,
}

impl Printer {
    fn put(&mut self, at: usize, output: Vec<u8>) {
        self.waiting.insert(at, output);
        while let Some(output) = self.waiting.remove(&self.next) {
            write_out(&output);
            self.next += 1;
        }
    }
}

/// Packages that are ready to be run.
#[derive(Default)]
struct Queue {
    jobs: Mutex<(std::collections::VecDeque<(usize, Job)>, bool)>,
    changed: Condvar,
}

impl Queue {
    fn put(&self, at: usize, job: Job) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.0.push_back((at, job));
        self.changed.notify_one();
    }

    fn close(&self) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.1 = true;
        self.changed.notify_all();
    }

    fn take(&self) -> Option<(usize, Job)> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(job) = jobs.0.pop_front() {
                return Some(job);
            }
            if jobs.1 {
                return None;
            }
            jobs = self
                .changed
                .wait(jobs)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl TestCommand<'_> {
    /// Builds and runs all packages that could be loaded.
    fn all(&self, jobs: Vec<Job>, problems: &mut Problems) {
        let jobs: Vec<Job> = jobs
            .into_iter()
            .filter(|j| j.state != State::SetupFailed)
            .collect();
        let (queue, printer) = (Queue::default(), Mutex::new(Printer::default()));
        let interrupts = Interrupts::watch();
        let work = || {
            while let Some((at, job)) = queue.take() {
                if !interrupts.begin() {
                    break;
                }
                let output = self.run(&job);
                let mut printer = printer.lock().unwrap_or_else(PoisonError::into_inner);
                printer.put(at, output);
                if interrupts.ended() {
                    std::process::exit(1);
                }
            }
        };
        let threads = match self.arguments.bench {
            true => 1,
            false => self.loaded.options.jobs.min(jobs.len()).max(1),
        };
        std::thread::scope(|scope| {
            let serial = self.arguments.bench || threads == 1;
            if !serial {
                for _ in 0..threads {
                    scope.spawn(work);
                }
            }
            self.build(jobs, problems, &queue);
            queue.close();
            if serial {
                work();
            }
        });
    }

    /// Builds test programs and hands them over in order.
    fn build(&self, jobs: Vec<Job>, problems: &mut Problems, queue: &Queue) {
        let Loaded {
            packages,
            goroot,
            options,
            cache,
        } = self.loaded;
        let root = |job: &Job| match job.state {
            State::Loaded(program) => program,
            _ => job.package,
        };
        let roots: Vec<PackageId> = jobs.iter().map(root).collect();
        // If something is wrong, it is found out for each package on its own.
        let quiet = &mut |_: Problem<'_>| ();
        let mut whole = match roots.len() {
            0 | 1 => Err(()),
            _ => Build::compile_some(packages, Some(&roots), goroot, options, cache, quiet),
        };
        for (at, mut job) in jobs.into_iter().enumerate() {
            let mut at_fault = None;
            let mut report = |problem: Problem<'_>| {
                at_fault.get_or_insert(problems.report(&problem));
            };
            let mut own;
            let build = match &mut whole {
                Ok(build) => Ok(build),
                Err(()) => {
                    let root = [root(&job)];
                    own = Build::compile_some(
                        packages,
                        Some(&root),
                        goroot,
                        options,
                        cache,
                        &mut report,
                    );
                    own.as_mut().map_err(|_| ())
                }
            };
            let package = &packages[job.package];
            let linked = match (build, &job.state) {
                (Ok(_), State::Loaded(_)) if options.dry => {
                    eprintln!("gust link {}.test", package.import_path);
                    continue;
                }
                (Ok(build), State::Loaded(program)) => build
                    .program(*program, &program_name(package), &mut report)
                    .and_then(|path| match self.write(package, &path) {
                        Ok(()) => Ok(Some(path)),
                        Err(text) => {
                            report(Problem::General(text));
                            Err(())
                        }
                    }),
                (Ok(_), _) => Ok(None),
                (Err(()), _) => Err(()),
            };
            match linked {
                Ok(Some(path)) => job.state = State::Linked(path),
                Ok(None) => {}
                Err(()) => job.state = State::BuildFailed(at_fault.unwrap_or_default()),
            }
            if !options.dry {
                queue.put(at, job);
            }
        }
    }

    /// Writes the test program for the user, if that is asked for.
    fn write(&self, package: &Package, program: &Path) -> Result<(), String> {
        let flags = &self.arguments.flags;
        let target = flags.value("o").unwrap_or_default();
        let wanted = flags.is_set("c") || !target.is_empty() || self.arguments.profile.is_some();
        if !wanted || target == "/dev/null" {
            return Ok(());
        }
        let name = program_name(package);
        let path = match target {
            "" => PathBuf::from(name),
            folder if is_folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|e| format!("{folder}: {e}"))?;
                Path::new(folder).join(name)
            }
            file => file.into(),
        };
        output::write_program(program, &path)
    }

    /// Runs one package's tests, and gives what is to be shown when its turn comes.
    fn run(&self, job: &Job) -> Vec<u8> {
        let flags = &self.arguments.flags;
        let package = &self.loaded.packages[job.package];
        let path = package.import_path.as_str();
        if self.stop.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let build_only = flags.is_set("c");
        let json = flags.is_set("json");
        let program = match &job.state {
            State::BuildFailed(at_fault) => {
                self.failed.store(true, Ordering::Relaxed);
                if build_only {
                    return Vec::new();
                }
                return self.line(
                    path,
                    &format!("FAIL\t{path} [build failed]\n"),
                    Some(at_fault),
                );
            }
            State::Linked(program) if !build_only => program,
            State::NoTests => {
                let line = match self.cover.map(|cover| cover.untested(job.package, package)) {
                    Some(Ok(line)) => line,
                    Some(Err(text)) => return self.complain(&text),
                    None => None,
                };
                if let Some(line) = line {
                    return self.line(path, &line, None);
                }
                return self.line(path, &format!("?   \t{path}\t[no test files]\n"), None);
            }
            _ => return Vec::new(),
        };
        let cacheable = !self.arguments.packages.is_empty()
            && !self.arguments.fuzz
            && self.cover.is_none_or(Coverage::may_be_kept);
        let results = package
            .root
            .as_deref()
            .filter(|_| cacheable)
            .and_then(|root| {
                let args = &self.arguments.passed;
                Results::new(&self.loaded.cache, program, args, &package.dir, root)
            });
        let mut events =
            json.then(|| Events::new(path, true, |line: &str| write_out(line.as_bytes())));
        if let Some(found) = results.as_ref().and_then(Results::find) {
            return match events {
                Some(mut events) => {
                    events.write(&found.output);
                    events.finish(true);
                    Vec::new()
                }
                None => found.output,
            };
        }
        let log = results.as_ref().map(|_| self.log_path(job.package));
        let mut options = RunOptions {
            args: self.arguments.passed.clone(),
            timeout: self.arguments.timeout,
            captured: !self.stream,
            json,
            cover: self.cover.is_some(),
            ..RunOptions::default()
        };
        if self.arguments.fuzz {
            let dir = self.loaded.cache.root().join("fuzz").join(path);
            let flag = format!("-test.fuzzcachedir={}", dir.display());
            options.args.insert(0, flag);
        }
        let counters = match self.cover.map(|cover| cover.begin(job.package)) {
            Some(Ok(run)) => {
                let flag = format!("-test.gocoverdir={}", run.dir.display());
                options.args.insert(0, flag);
                let profile = run.profile.as_ref();
                let profile = profile.map(|p| format!("-test.coverprofile={}", p.display()));
                options.args.splice(0..0, profile);
                options.env.push(("GOCOVERDIR", run.dir.clone().into()));
                Some(run)
            }
            Some(Err(text)) => return self.complain(&text),
            None => None,
        };
        if self.loaded.options.explain {
            eprintln!("{} {}", program.display(), options.args.join(" "));
        }
        let show = self.arguments.show_passed;
        let live = self.stream || (show && self.single);
        let run = Run {
            program,
            package: path,
            dir: &package.dir,
            log: log.as_deref(),
        };
        let outcome = run.run(&options, &mut |bytes| match &mut events {
            Some(events) => events.write(bytes),
            None if live => write_out(bytes),
            None => {}
        });
        if let (Some(cover), Some(counters)) = (self.cover, &counters)
            && let Err(text) = cover.end(counters)
        {
            self.complain(&text);
        }
        let mut whole = match outcome.ok && !show && !json {
            // Nothing of it is shown, so that no line has to be ended.
            true => Vec::new(),
            false => outcome.output,
        };
        let verdict = match whole.is_empty() && !live {
            true => outcome.verdict.trim_start_matches('\n'),
            false => &outcome.verdict,
        };
        whole.extend_from_slice(verdict.as_bytes());
        if let (Some(results), Some(log)) = (&results, &log) {
            if outcome.ok {
                results.keep(log, &whole);
            }
            let _ = std::fs::remove_file(log);
        }
        if !outcome.ok {
            self.failed.store(true, Ordering::Relaxed);
            self.stop
                .fetch_or(self.arguments.fail_fast, Ordering::Relaxed);
        }
        match events {
            Some(mut events) => {
                events.write(verdict.as_bytes());
                events.finish(outcome.ok);
                Vec::new()
            }
            None if live => verdict.as_bytes().to_vec(),
            None => whole,
        }
    }

    /// Tells of trouble that is not the tests'.
    fn complain(&self, text: &str) -> Vec<u8> {
        self.failed.store(true, Ordering::Relaxed);
        eprintln!("gust: {text}");
        Vec::new()
    }

    /// All there is to say about a package that is not run.
    fn line(&self, path: &str, text: &str, at_fault: Option<&str>) -> Vec<u8> {
        if !self.arguments.flags.is_set("json") {
            return text.as_bytes().to_vec();
        }
        let mut events = Events::new(path, true, |line: &str| write_out(line.as_bytes()));
        events.write(text.as_bytes());
        events.set_failed_build(at_fault.unwrap_or_default());
        events.finish(at_fault.is_none());
        Vec::new()
    }

    /// Where a test program logs what it reads.
    fn log_path(&self, package: PackageId) -> PathBuf {
        let work = work_path(self.loaded);
        let _ = std::fs::create_dir_all(&work);
        work.join(format!("{}-{}.log", std::process::id(), package.index()))
    }
}
