//! Running a test program, and what is said about it.

use rustix::process::{Pid, Signal, kill_process};
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How test programs are run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// All arguments, in the form `-test.name=value` where they are the test program's own.
    pub args: Vec<String>,
    /// How long a program may run; it ends itself then, and is killed only if it does not.
    pub timeout: Option<Duration>,
    /// The output is looked through for warnings, and told only if something is wrong.
    pub captured: bool,
    /// The output becomes events.
    pub json: bool,
    /// Variables of the environment besides those that gust has.
    pub env: Vec<(&'static str, std::ffi::OsString)>,
    /// The last line tells what was covered.
    pub cover: bool,
}

/// One run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The test program.
    pub program: &'a Path,
    /// The package under test, for the last line.
    pub package: &'a str,
    /// The folder to run in.
    pub dir: &'a Path,
    /// Where the program logs what it reads, if its result may be kept.
    pub log: Option<&'a Path>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Whether all tests passed.
    pub ok: bool,
    /// What the program wrote.
    pub output: Vec<u8>,
    /// The lines about it.
    pub verdict: String,
}

enum News {
    Output(Vec<u8>),
    End,
    Exit(std::io::Result<ExitStatus>),
}

impl Run<'_> {
    /// Runs the program; `live` gets its output as it comes.
    pub fn run(&self, options: &RunOptions, live: &mut dyn FnMut(&[u8])) -> Outcome {
        let start = Instant::now();
        let mut output = Vec::new();
        let mut keep = |bytes: &[u8]| {
            output.extend_from_slice(bytes);
            live(bytes);
        };
        let mut notes = String::new();
        let status = self.wait(options, &mut keep, &mut notes);
        let time = format!("{:.3}s", start.elapsed().as_secs_f64());
        let package = self.package;
        let seen: &[u8] = if options.captured { &output } else { &[] };
        let mut verdict = String::new();
        if !seen.is_empty() && !seen.ends_with(b"\n") {
            verdict.push('\n');
        }
        let ok = matches!(&status, Ok(status) if status.success()) && notes.is_empty();
        if ok {
            let covered = options.cover.then(|| coverage(seen)).flatten();
            let covered = covered.unwrap_or_default();
            verdict += &format!("ok  \t{package}\t{time}{covered}{}\n", remark(seen));
        } else {
            verdict += &notes;
            let exited = matches!(&status, Ok(status) if status.code().is_some());
            if !exited || seen.is_empty() {
                verdict += &describe(&status);
                verdict.push('\n');
            }
            // Told apart from what tests print.
            let mark = if options.json { "\x16" } else { "" };
            verdict += &format!("{mark}FAIL\t{package}\t{time}\n");
        }
        Outcome {
            ok,
            output,
            verdict,
        }
    }

    fn wait(
        &self,
        options: &RunOptions,
        output: &mut dyn FnMut(&[u8]),
        notes: &mut String,
    ) -> std::io::Result<ExitStatus> {
        let (mut reader, writer) = std::io::pipe()?;
        let mut command = Command::new(self.program);
        if let Some(log) = self.log {
            let mut arg = std::ffi::OsString::from("-test.testlogfile=");
            arg.push(log);
            command.arg(arg);
        }
        command
            .arg("-test.paniconexit0")
            .args(&options.args)
            .current_dir(self.dir)
            .env("PWD", self.dir)
            .envs(options.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(writer.try_clone()?)
            .stderr(writer);
        let mut child = command.spawn()?;
        // It holds the ends of the pipe that are for writing.
        drop(command);
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let kill = |signal| {
            if let Some(pid) = pid {
                let _ = kill_process(pid, signal);
            }
        };
        let (sender, news) = channel();
        let from_pipe = sender.clone();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if from_pipe.send(News::Output(buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
            let _ = from_pipe.send(News::End);
        });
        std::thread::spawn(move || {
            let _ = sender.send(News::Exit(child.wait()));
        });

        // The program gets a minute more to end on its own, then some time to write traces.
        let delay = options
            .timeout
            .map(|t| (t / 10).max(Duration::from_secs(5)));
        let limit = options
            .timeout
            .zip(delay)
            .map(|(t, delay)| t + delay.max(Duration::from_secs(60)));
        let mut deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let (mut status, mut ended, mut signalled) = (None, false, false);
        loop {
            if ended && let Some(status) = status {
                return status;
            }
            let message = match deadline {
                Some(at) => news.recv_timeout(at.saturating_duration_since(Instant::now())),
                None => news.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(News::Output(bytes)) => output(&bytes),
                Ok(News::End) => ended = true,
                Ok(News::Exit(result)) => {
                    status = Some(result);
                    // What else holds the pipe gets no longer than that.
                    deadline = delay.and_then(|d| Instant::now().checked_add(d));
                }
                Err(RecvTimeoutError::Timeout) if status.is_some() => {
                    let delay = duration(delay.unwrap_or_default());
                    *notes += &format!("*** Test I/O incomplete {delay} after exiting.\n");
                    ended = true;
                }
                Err(RecvTimeoutError::Timeout) if !signalled => {
                    signalled = true;
                    let limit = duration(limit.unwrap_or_default());
                    *notes += &format!("*** Test killed with quit: ran too long ({limit}).\n");
                    kill(Signal::QUIT);
                    deadline = delay.and_then(|d| Instant::now().checked_add(d));
                }
                Err(RecvTimeoutError::Timeout) => {
                    kill(Signal::KILL);
                    deadline = None;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return status
                        .unwrap_or_else(|| Err(std::io::Error::other("test program lost")));
                }
            }
        }
    }
}

/// What a program says that its tests cover.
fn coverage(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    let (_, rest) = text.split_once("coverage: ")?;
    let (said, _) = rest.split_once('\n')?;
    Some(format!("\tcoverage: {said}"))
}

/// What stands behind the time of a test that passed.
fn remark(output: &[u8]) -> &'static str {
    let says = |text: &str| {
        let line = format!("testing: warning: {text}\n");
        let line = line.as_bytes();
        output.split_inclusive(|&b| b == b'\n').any(|l| l == line)
    };
    if says("no tests to run") {
        " [no tests to run]"
    } else if says("no fuzz tests to fuzz") {
        " [no fuzz tests to fuzz]"
    } else {
        ""
    }
}

fn describe(status: &std::io::Result<ExitStatus>) -> String {
    match status {
        Err(error) => error.to_string(),
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit status {code}"),
            (None, signal) => {
                let signal = signal.unwrap_or_default();
                format!(
                    "signal: {}",
                    crate::execute::describe(signal, status.core_dumped())
                )
            }
        },
    }
}

/// A duration as Go shows it, to the second.
pub(super) fn duration(d: Duration) -> String {
    let seconds = d.as_secs();
    let fraction = d.subsec_millis();
    let mut out = String::new();
    if seconds >= 3600 {
        out += &format!("{}h", seconds / 3600);
    }
    if seconds >= 60 {
        out += &format!("{}m", seconds / 60 % 60);
    }
    let rest = f64::from(fraction) / 1000.0 + (seconds % 60) as f64;
    out + &format!("{rest}s")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn run(script: &str, timeout: Option<Duration>) -> Outcome {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("p.test");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let run = Run {
            program: &program,
            package: "p",
            dir: dir.path(),
            log: None,
        };
        let options = RunOptions {
            timeout,
            captured: true,
            ..RunOptions::default()
        };
        run.run(&options, &mut |_| ())
    }

    #[test]
    fn verdicts() {
        let good = run("echo PASS; pwd >&2", None);
        assert!(
            good.ok && good.verdict.starts_with("ok  \tp\t0."),
            "{good:?}"
        );
        assert!(good.output.starts_with(b"PASS\n/"));
        let none = run(
            "echo 'testing: warning: no tests to run'; printf PASS",
            None,
        );
        assert!(none.verdict.starts_with("\nok  \tp\t"));
        assert!(none.verdict.ends_with("s [no tests to run]\n"));
        let bad = run("echo FAIL; exit 1", None);
        assert!(!bad.ok && bad.verdict.starts_with("FAIL\tp\t"), "{bad:?}");
        assert!(
            run("exit 3", None)
                .verdict
                .starts_with("exit status 3\nFAIL\tp\t")
        );
        let killed = run("echo x; kill -9 $$", None);
        assert!(
            killed.verdict.starts_with("signal: killed\nFAIL\tp\t"),
            "{killed:?}"
        );
    }

    #[test]
    fn durations() {
        let shown = |s| duration(Duration::from_millis(s));
        assert_eq!(shown(600_000), "10m0s");
        assert_eq!(shown(3_600_000), "1h0m0s");
        assert_eq!(shown(1500), "1.5s");
    }
}
