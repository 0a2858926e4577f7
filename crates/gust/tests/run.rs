//! Programs in `run/`: each is built and run; what it writes (standard output, then standard error, then its exit
//! status if that is not 0) is to be what stands in the `.out` file beside it.
//!
//! `GUST_BLESS=1` writes the `.out` files anew with the official `go` command, which is the reference. `GUST_RUN=text`
//! picks the programs whose names contain the text.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let pick = std::env::var("GUST_RUN").unwrap_or_default();
    let mut list: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of programs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "go"))
        .filter(|path| path.to_string_lossy().contains(&pick))
        .collect();
    list.sort();
    list
}

/// What a program wrote, as one text.
fn text(output: &Output) -> String {
    let mut out = String::from_utf8_lossy(&output.stdout).into_owned();
    out += &String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        out += &format!("{}\n", output.status);
    }
    out
}

fn build_and_run(go: &Path, program: &Path, folder: &Path) -> Result<String, String> {
    let name = program.file_stem().expect("a name");
    let binary = folder.join(name);
    let built = Command::new(go)
        .arg("build")
        .arg("-o")
        .arg(&binary)
        .arg(program)
        .current_dir(folder)
        .env("GO111MODULE", "off")
        .output()
        .map_err(|e| e.to_string())?;
    if !built.status.success() {
        return Err(format!("does not build:\n{}", text(&built)));
    }
    let run = Command::new(&binary)
        .current_dir(folder)
        .output()
        .map_err(|e| e.to_string())?;
    Ok(text(&run))
}

#[test]
fn programs_print_what_is_expected() {
    let bless = std::env::var_os("GUST_BLESS").is_some();
    let go = if bless {
        PathBuf::from("go")
    } else {
        PathBuf::from(env!("CARGO_BIN_EXE_gust"))
    };
    let list = programs();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(program) = list.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = build_and_run(&go, program, folder.path());
            let expected = program.with_extension("out");
            let problem = match result {
                Ok(text) if bless => std::fs::write(&expected, text).err().map(|e| e.to_string()),
                Ok(text) => {
                    let want = std::fs::read_to_string(&expected).unwrap_or_default();
                    difference(&want, &text)
                }
                Err(problem) => Some(problem),
            };
            if let Some(problem) = problem {
                let name = program.file_name().unwrap_or_default().to_string_lossy();
                let mut failures = failures.lock().expect("no panics");
                failures.push(format!("{name}: {problem}"));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let failures = failures.into_inner().expect("no panics");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The first line that differs.
fn difference(want: &str, have: &str) -> Option<String> {
    if want == have {
        return None;
    }
    let (mut w, mut h) = (want.lines(), have.lines());
    let mut line = 1;
    loop {
        match (w.next(), h.next()) {
            (Some(a), Some(b)) if a == b => line += 1,
            (a, b) => {
                let show = |l: Option<&str>| l.map_or("nothing".into(), |l| format!("{l:?}"));
                return Some(format!("line {line}: wanted {}, got {}", show(a), show(b)));
            }
        }
    }
}
