//! Builds each program with two commands, runs both, and compares what they print and how they end.

use crate::generate;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A program that runs longer than this has hung.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What a program did.
#[derive(PartialEq, Eq)]
struct Outcome {
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Compares `commands` (`go`-like, each with `build`) on the programs of these seeds, in `dir`. Prints each
/// difference; gives the number of programs that differ.
pub(crate) fn compare(
    commands: &[String; 2],
    seeds: std::ops::Range<u64>,
    jobs: usize,
    dir: &Path,
) -> std::io::Result<u64> {
    std::fs::create_dir_all(dir)?;
    std::fs::write(dir.join("go.mod"), "module smith\n\ngo 1.26\n")?;
    let next = AtomicU64::new(seeds.start);
    let different = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.max(1))
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= seeds.end {
                            return std::io::Result::Ok(());
                        }
                        if let Some(what) = one(commands, seed, dir)? {
                            different.fetch_add(1, Ordering::Relaxed);
                            println!("seed {seed}: {what}");
                        }
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|w| w.join().unwrap_or(Ok(())))
    })?;
    Ok(different.into_inner())
}

/// What differs for a seed. Programs that agree are removed.
fn one(commands: &[String; 2], seed: u64, dir: &Path) -> std::io::Result<Option<String>> {
    let folder = dir.join(format!("p{seed}"));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("main.go"), generate::program(seed))?;
    let mut outcomes = Vec::new();
    for (i, command) in commands.iter().enumerate() {
        let name = format!("program{i}");
        let build = Command::new(command)
            .args(["build", "-o", &name, "."])
            .current_dir(&folder)
            .output()?;
        if !build.status.success() {
            let text = String::from_utf8_lossy(&build.stderr).into_owned();
            return Ok(Some(format!("{command} does not build it\n{text}")));
        }
        match run(&folder, &name)? {
            Some(outcome) => outcomes.push(outcome),
            None => return Ok(Some(format!("built by {command} it does not end"))),
        }
    }
    let (a, b) = (&outcomes[0], &outcomes[1]);
    let what = if a.status != b.status {
        format!("exit status {:?} and {:?}", a.status, b.status)
    } else if a.stdout != b.stdout || a.stderr != b.stderr {
        let (x, y) = (
            String::from_utf8_lossy(&a.stderr),
            String::from_utf8_lossy(&b.stderr),
        );
        let at = x.lines().zip(y.lines()).position(|(p, q)| p != q);
        let at = at.unwrap_or(x.lines().count().min(y.lines().count()));
        format!(
            "line {}: {:?} and {:?}",
            at + 1,
            x.lines().nth(at).unwrap_or(""),
            y.lines().nth(at).unwrap_or("")
        )
    } else {
        std::fs::remove_dir_all(&folder)?;
        return Ok(None);
    };
    Ok(Some(what))
}

/// Runs a program; `None` if it does not end in time.
fn run(folder: &Path, name: &str) -> std::io::Result<Option<Outcome>> {
    let (out, err) = (
        folder.join(format!("{name}.out")),
        folder.join(format!("{name}.err")),
    );
    let mut child = Command::new(folder.join(name))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out)?)
        .stderr(std::fs::File::create(&err)?)
        .spawn()?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > TIME_LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let mut stderr = std::fs::read(&err)?;
    // Traces name addresses and files.
    if let Some(at) = stderr.windows(12).position(|w| w == b"\n\ngoroutine ") {
        stderr.truncate(at);
    }
    Ok(Some(Outcome {
        status: status.code(),
        stdout: std::fs::read(&out)?,
        stderr,
    }))
}
