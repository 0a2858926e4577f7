//! `gust fmt`: formats Go source.
//!
//! It is two official commands in one. With files, with folders and a flag that says what to do,
//! or with text on standard input it is `gofmt`; with packages it is `go fmt`, which rewrites
//! their files and lists those that changed.

mod diff;
mod files;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use gust_syntax::printer::{FormatError, Options, format_source};

use crate::flags::{Flag, Parsed, switch};
use crate::workers;
use files::PathError;

/// The flags of `gust fmt`.
pub const FLAGS: &[Flag] = &[
    switch("l", "list files whose formatting differs"),
    switch("d", "display differences instead of rewriting files"),
    switch("w", "write results to the files instead of standard output"),
    switch("s", "simplify code"),
    switch("e", "report all errors of a file, not only the first ten"),
    switch(
        "n",
        "print the files of the packages instead of formatting them",
    ),
    switch("x", "print the files of the packages while formatting them"),
];

/// Standard input under its name in messages.
const STDIN: &str = "<standard input>";

/// Errors reported for one file without `-e`.
const MAX_ERRORS: usize = 10;

/// Exit status when `-d` showed differences.
const DIFFERS: i32 = 1;
/// Exit status when a file could not be read, parsed or written.
const FAILED: i32 = 2;

/// What to do with each file.
#[derive(Clone, Copy, Debug, Default)]
struct Actions {
    list: bool,
    write: bool,
    diff: bool,
    simplify: bool,
    all_errors: bool,
}

/// What came of one file.
#[derive(Debug, Default)]
struct Outcome {
    stdout: Vec<u8>,
    stderr: String,
    status: i32,
}

impl Outcome {
    fn fail(&mut self, message: impl std::fmt::Display) {
        self.stderr.push_str(&format!("{message}\n"));
        self.status = FAILED;
    }
}

/// Runs the command and returns its exit status. `stdin` is where text comes from if there are no
/// arguments; without it, the package in the current folder is formatted. So it is if there is no
/// text.
pub fn run(
    flags: &Parsed,
    stdin: Option<&mut dyn Read>,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> i32 {
    let actions = Actions {
        list: flags.is_set("l"),
        write: flags.is_set("w"),
        diff: flags.is_set("d"),
        simplify: flags.is_set("s"),
        all_errors: flags.is_set("e"),
    };
    let reads_stdin = match flags.args.as_slice() {
        [] => !actions.write,
        [arg] => arg == "-",
        _ => false,
    };
    if reads_stdin && let Some(stdin) = stdin {
        if actions.write {
            let _ = writeln!(stderr, "error: cannot use -w with standard input");
            return FAILED;
        }
        let mut text = Vec::new();
        let mut outcome = Outcome::default();
        match stdin.read_to_end(&mut text) {
            Err(err) => outcome.fail(PathError::new("read", STDIN, &err)),
            Ok(0) if flags.args.is_empty() => {
                return run_on_arguments(flags, actions, stdout, stderr);
            }
            Ok(_) => format_text(STDIN, &text, actions, true, &mut outcome),
        }
        return emit(outcome, stdout, stderr);
    }
    run_on_arguments(flags, actions, stdout, stderr)
}

fn run_on_arguments(
    flags: &Parsed,
    actions: Actions,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> i32 {
    let has_mode = actions.list || actions.write || actions.diff;
    let current = [".".to_owned()];
    let args = if flags.args.is_empty() {
        &current[..]
    } else {
        &flags.args
    };
    // Packages are rewritten unless a flag says what to do.
    let package_actions = match has_mode {
        true => actions,
        false => Actions {
            list: true,
            write: true,
            ..actions
        },
    };

    let mut jobs = Vec::new();
    let mut shown = Vec::new();
    for arg in args {
        let as_package = flags.args.is_empty() || !has_mode && Path::new(arg).is_dir();
        let (found, error) = if let Some(folder) = subtree(arg) {
            files::packages_below(folder)
        } else if as_package {
            files::package(arg)
        } else {
            let (found, error) = files::walk(arg);
            jobs.extend(found.into_iter().map(|file| Job::File(file, actions)));
            jobs.extend(error.map(Job::Failed));
            continue;
        };
        shown.extend(found.iter().cloned());
        jobs.extend(
            found
                .into_iter()
                .map(|file| Job::File(file, package_actions)),
        );
        jobs.extend(error.map(Job::Failed));
    }
    if (flags.is_set("n") || flags.is_set("x")) && !shown.is_empty() {
        let _ = writeln!(stderr, "gust fmt -l -w {}", shown.join(" "));
    }
    if flags.is_set("n") {
        return 0;
    }
    run_jobs(&jobs, stdout, stderr)
}

/// The folder of a pattern `folder/...`.
fn subtree(pattern: &str) -> Option<&str> {
    match pattern.strip_suffix("...")? {
        "" => Some("."),
        "/" => Some("/"),
        folder => folder.strip_suffix('/'),
    }
}

/// A file to work on, or an error to report in its place.
#[derive(Debug)]
enum Job {
    File(String, Actions),
    Failed(PathError),
}

impl Job {
    fn run(&self) -> Outcome {
        let mut outcome = Outcome::default();
        match self {
            Job::File(path, actions) => format_file(path, *actions, &mut outcome),
            Job::Failed(error) => outcome.fail(error),
        }
        outcome
    }
}

/// Works on all files at once, and prints what comes of them in their order.
fn run_jobs(jobs: &[Job], stdout: &mut dyn Write, stderr: &mut dyn Write) -> i32 {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut status = 0;
    std::thread::scope(|scope| {
        let mut handles = Vec::new();
        for _ in 0..workers::count().min(jobs.len()) {
            let sender = sender.clone();
            let next = &next;
            let work = move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(i) else { break };
                    if sender.send((i, job.run())).is_err() {
                        break;
                    }
                }
            };
            match workers::spawn(scope, "fmt", work) {
                Ok(handle) => handles.push(handle),
                Err(_) if !handles.is_empty() => break,
                Err(err) => {
                    let _ = writeln!(stderr, "gust fmt: cannot start a thread: {err}");
                    status = FAILED;
                    break;
                }
            }
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut printed = 0;
        for (i, outcome) in receiver {
            waiting.insert(i, outcome);
            while let Some(outcome) = waiting.remove(&printed) {
                printed += 1;
                status = status.max(emit(outcome, stdout, stderr));
            }
        }
        for handle in handles {
            if let Err(panic) = handle.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    status
}

fn emit(outcome: Outcome, stdout: &mut dyn Write, stderr: &mut dyn Write) -> i32 {
    let written = stdout
        .write_all(&outcome.stdout)
        .and_then(|()| stdout.flush());
    let _ = stderr.write_all(outcome.stderr.as_bytes());
    match written {
        Ok(()) => outcome.status,
        Err(_) => FAILED,
    }
}

fn format_file(path: &str, actions: Actions, outcome: &mut Outcome) {
    let text = std::fs::File::open(path)
        .map_err(|err| PathError::new("open", path, &err))
        .and_then(|mut file| {
            let mut text = Vec::new();
            file.read_to_end(&mut text)
                .map_err(|err| PathError::new("read", path, &err))?;
            Ok(text)
        });
    match text {
        Ok(text) => format_text(path, &text, actions, false, outcome),
        Err(error) => outcome.fail(error),
    }
}

fn format_text(name: &str, text: &[u8], actions: Actions, fragments: bool, outcome: &mut Outcome) {
    let options = Options {
        simplify: actions.simplify,
        fragments,
    };
    let result = match format_source(name, text, options) {
        Ok(result) => result,
        Err(error) => {
            outcome.fail(error_text(name, &error, actions.all_errors));
            return;
        }
    };
    if result != text {
        if actions.list {
            outcome
                .stdout
                .extend_from_slice(format!("{name}\n").as_bytes());
        }
        if actions.write
            && let Err(error) = files::replace(name, &result)
        {
            outcome.fail(error);
            return;
        }
        if actions.diff {
            let old = String::from_utf8_lossy(text);
            let new = String::from_utf8_lossy(&result);
            let diff = diff::unified(&format!("{name}.orig"), &old, name, &new);
            outcome.stdout.extend_from_slice(diff.as_bytes());
            outcome.status = DIFFERS;
        }
    }
    if !(actions.list || actions.write || actions.diff) {
        outcome.stdout.extend_from_slice(&result);
    }
}

/// One line for each error, up to a limit unless all are wanted.
fn error_text(name: &str, error: &FormatError, all: bool) -> String {
    let Some(source) = &error.source else {
        return format!("{name}: file is too large");
    };
    let limit = if all { usize::MAX } else { MAX_ERRORS };
    let lines: Vec<String> = error
        .errors
        .iter()
        .take(limit)
        .map(|error| {
            let place = source.position(error.pos);
            let column = match place.column {
                0 => String::new(),
                column => format!(":{column}"),
            };
            let file = if place.file == source.name {
                name.to_owned()
            } else {
                files::beside(name, &place.file)
            };
            format!("{file}:{}{column}: {}", place.line, error.message)
        })
        .collect();
    lines.join("\n")
}
