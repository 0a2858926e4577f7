//! The programs that the repository gives to users: those of `examples/` and `bench/` build, and some are run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn folders(of: &str) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = std::fs::read_dir(root().join(of))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    list.sort();
    assert!(!list.is_empty());
    list
}

fn gust(folder: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_gust"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("gust starts");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {err}", folder.display());
    output
}

#[test]
fn examples_build() {
    let to = tempfile::tempdir().expect("a temporary folder");
    for folder in folders("examples") {
        let binary = to.path().join(folder.file_name().expect("a name"));
        gust(&folder, &["build", "-o", &binary.to_string_lossy(), "."]);
        assert!(binary.metadata().is_ok_and(|m| m.len() > 0), "{binary:?}");
    }
}

#[test]
fn word_counts_are_right() {
    let to = tempfile::tempdir().expect("a temporary folder");
    let text = to.path().join("text");
    std::fs::write(&text, "one two two\nthree three Three\n").expect("a file");
    let example = root().join("examples/wordfreq");
    let output = gust(&example, &["run", ".", &text.to_string_lossy()]);
    let out = String::from_utf8_lossy(&output.stdout);
    let first = out.lines().find(|line| line.contains("three"));
    assert!(first.is_some_and(|line| line.contains('3')), "{out}");
}

#[test]
fn benchmarks_compare_tools() {
    let bench = root().join("bench");
    let tool = env!("CARGO_BIN_EXE_gust");
    let arguments = ["run", ".", "-gust", tool, "-go", tool, "-rounds", "1"];
    let output = gust(&bench, &arguments);
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        out.lines().count(),
        folders("bench/programs").len() + 2,
        "{out}"
    );
    // The same program has the same size.
    let mean = out.lines().last().unwrap_or_default();
    assert!(
        mean.contains("geometric mean") && mean.trim_end().ends_with("1.00"),
        "{out}"
    );
}
