//! What gdb shows of a program's variables, where there is a gdb.

use std::fs;
use std::path::Path;
use std::process::Command;

const SOURCE: &str = r#"package main

type point struct {
	x, y int
	name string
	next *point
}

type celsius float64

var sink []any

//go:noinline
func use(values ...any) {
	sink = values
}

//go:noinline
func area(p *point, scale int, label string, list []int) (total int) {
	sum := 0
	for _, v := range list {
		sum += v * scale
	}
	warm := celsius(36.5)
	q := point{sum, 7, label, p}
	cells := [3]int{1, 2, sum}
	total = sum + p.x
	use(sum, warm, q, cells, label, list, p, scale) // stop
	use(sum, warm, q, cells, label, list, p, scale)
	return total + len(label)
}

func main() {
	n := 5
	add := func(k int) int {
		n += k
		return n
	}
	p := &point{x: 3, y: 4, name: "origin"}
	println(area(p, 2, "hello", []int{1, 2, 3}), add(10), n)
}
"#;

/// The output of gdb's commands, each behind its text; `None` without gdb.
fn session(flags: &[&str], commands: &[&str]) -> Option<String> {
    if Command::new("gdb").arg("--version").output().is_err() {
        eprintln!("skipped: there is no gdb");
        return None;
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("a file");
    write("go.mod", "module example.com/m\n\ngo 1.26\n");
    write("vars.go", SOURCE);
    let built = Command::new(env!("CARGO_BIN_EXE_gust"))
        .args(["build", "-o", "program"])
        .args(flags)
        .current_dir(dir.path())
        .env("GOFLAGS", "")
        .env(
            "GUSTCACHE",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-cache"),
        )
        .output()
        .expect("gust runs");
    assert!(built.status.success(), "{built:?}");
    let mut gdb = Command::new("gdb");
    gdb.args(["-nx", "-batch"]).current_dir(dir.path());
    for command in ["set pagination off", "set language go"]
        .iter()
        .chain(commands)
    {
        gdb.args(["-ex", &format!("echo \\n> {command}\\n"), "-ex", command]);
    }
    let output = gdb.arg("program").output().expect("gdb runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if errors.contains("ptrace") {
        eprintln!("skipped: gdb may not trace here");
        return None;
    }
    Some(text + &errors)
}

#[track_caller]
fn shows(text: &str, lines: &[&str]) {
    for line in lines {
        let found = text.lines().any(|l| l.trim_end().ends_with(line));
        assert!(found, "no line ends in {line:?}:\n{text}");
    }
}

/// Number of the line of `SOURCE` with this comment.
fn line(comment: &str) -> usize {
    let at = SOURCE.lines().position(|l| l.ends_with(comment));
    at.expect("the comment") + 1
}

#[test]
fn variables_are_all_there_without_optimisation() {
    let stop = format!("break vars.go:{}", line("// stop"));
    let commands = [
        "break main.area",
        "run",
        "info args",
        "delete",
        &stop,
        "continue",
        "info locals",
        "print scale + 40",
        "print label",
        "print list",
        "print list.array[2]",
        "print p.x",
        "print *p",
        "print q.name",
        "print q.next.y",
        "print cells",
        "whatis warm",
        "whatis q",
        "whatis list",
        "up",
        "info locals",
    ];
    let Some(text) = session(&["-gcflags=-N -l"], &commands) else {
        return;
    };
    // In front of the first statement all parameters are there.
    let (before, behind) = text.split_once("> delete").expect("the command");
    shows(before, &["scale = 2", "\"hello\"", "len = 3, cap = 3}"]);
    shows(
        behind,
        &[
            "total = 15",
            "sum = 12",
            "warm = 36.5",
            "cells = {1, 2, 12}",
            " = 42",
            " = 3",
            "\"hello\"",
            "len = 3, cap = 3}",
            "\"origin\", next = 0x0}",
            " = 4",
            "type = main.celsius",
            "type = main.point",
            "type = []int",
            "n = 5",
        ],
    );
}

#[test]
fn optimised_code_shows_what_it_has() {
    let stop = format!("break vars.go:{}", line("// stop"));
    let commands = [
        "break main.area",
        "run",
        "info args",
        "delete",
        &stop,
        "continue",
        "info args",
        "print scale",
        "print label",
        "print *p",
    ];
    let Some(text) = session(&[], &commands) else {
        return;
    };
    let (before, behind) = text.split_once("> delete").expect("the command");
    shows(before, &["scale = 2", "\"hello\"", "len = 3, cap = 3}"]);
    shows(behind, &[" = 2", "\"hello\"", "\"origin\", next = 0x0}"]);
}
