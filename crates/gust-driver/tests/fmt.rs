//! `gust fmt` on files, folders, packages and standard input.

use gust_driver::flags::parse;
use gust_driver::fmt::{FLAGS, run};
use std::fs;
use std::io::Read;
use std::path::Path;

const UGLY: &str = "package  p\n\nvar x=1\n";
const PRETTY: &str = "package p\n\nvar x = 1\n";
const BROKEN: &str = "package p\n\nvar x = )\n";

struct Output {
    status: i32,
    stdout: String,
    stderr: String,
}

fn fmt(args: &[&str], stdin: Option<&str>) -> Output {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let flags = parse(FLAGS, &args).expect("valid flags");
    let mut text = stdin.unwrap_or_default().as_bytes();
    let stdin = stdin.map(|_| &mut text as &mut dyn Read);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = run(&flags, stdin, &mut stdout, &mut stderr);
    Output {
        status,
        stdout: String::from_utf8(stdout).expect("UTF-8"),
        stderr: String::from_utf8(stderr).expect("UTF-8"),
    }
}

/// A folder with the given files; its path ends without a slash.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("temporary folder");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folder");
        fs::write(path, text).expect("file");
    }
    let path = dir.path().to_str().expect("UTF-8").to_owned();
    (dir, path)
}

fn read(folder: &str, name: &str) -> String {
    fs::read_to_string(Path::new(folder).join(name)).expect("file")
}

#[test]
fn a_file_is_printed_and_left_alone() {
    let (_dir, path) = folder(&[("a.go", UGLY)]);
    let out = fmt(&[&format!("{path}/a.go")], None);
    assert_eq!((out.status, out.stdout.as_str()), (0, PRETTY));
    assert_eq!(read(&path, "a.go"), UGLY);
}

#[test]
fn listing_a_folder_visits_all_go_files_below() {
    let (_dir, path) = folder(&[
        ("b.go", PRETTY),
        ("sub/c.go", UGLY),
        ("testdata/_d.go", UGLY),
        ("a.go", UGLY),
        (".hidden.go", UGLY),
        ("e.txt", UGLY),
    ]);
    let out = fmt(&["-l", &path], None);
    let want = format!("{path}/a.go\n{path}/sub/c.go\n{path}/testdata/_d.go\n");
    assert_eq!((out.status, out.stdout), (0, want));
    assert_eq!(read(&path, "a.go"), UGLY);
}

#[test]
fn packages_are_rewritten_and_listed() {
    let files = [
        ("a.go", UGLY),
        ("_b.go", UGLY),
        ("sub/c.go", UGLY),
        ("testdata/d.go", UGLY),
        ("other/go.mod", "module other\n"),
        ("other/e.go", UGLY),
    ];
    let (_dir, path) = folder(&files);
    let out = fmt(&[&path], None);
    assert_eq!((out.status, out.stdout), (0, format!("{path}/a.go\n")));
    let out = fmt(&[&format!("{path}/...")], None);
    assert_eq!((out.status, out.stdout), (0, format!("{path}/sub/c.go\n")));
    assert_eq!(read(&path, "a.go"), PRETTY);
    for name in ["_b.go", "testdata/d.go", "other/e.go"] {
        assert_eq!(read(&path, name), UGLY, "{name}");
    }
}

#[test]
fn differences_change_the_exit_status() {
    let (_dir, path) = folder(&[("a.go", UGLY), ("b.go", PRETTY)]);
    let out = fmt(&["-d", &path], None);
    assert_eq!(out.status, 1);
    let file = format!("{path}/a.go");
    let want = format!(
        "diff {file}.orig {file}\n--- {file}.orig\n+++ {file}\n@@ -1,3 +1,3 @@\n\
         -package  p\n+package p\n \n-var x=1\n+var x = 1\n"
    );
    assert_eq!(out.stdout, want);
    assert_eq!(fmt(&["-d", &format!("{path}/b.go")], None).status, 0);
}

#[test]
fn syntax_errors_leave_the_file_alone_and_do_not_stop_others() {
    let (_dir, path) = folder(&[("a.go", BROKEN), ("b.go", UGLY)]);
    let out = fmt(&["-w", "-l", &path], None);
    assert_eq!(out.status, 2);
    assert_eq!(out.stdout, format!("{path}/b.go\n"));
    assert!(
        out.stderr
            .starts_with(&format!("{path}/a.go:3:9: syntax error: "))
    );
    assert_eq!(read(&path, "a.go"), BROKEN);
    assert_eq!(read(&path, "b.go"), PRETTY);
    assert_eq!(fs::read_dir(&path).expect("folder").count(), 2);
}

#[test]
fn missing_files_are_reported() {
    let (_dir, path) = folder(&[]);
    let out = fmt(&["-l", &format!("{path}/x.go")], None);
    assert_eq!(out.status, 2);
    assert_eq!(
        out.stderr,
        format!("lstat {path}/x.go: no such file or directory\n")
    );
}

#[cfg(unix)]
#[test]
fn writing_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (_dir, path) = folder(&[("a.go", UGLY)]);
    let file = Path::new(&path).join("a.go");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
    let link = Path::new(&path).join("link.go");
    symlink("a.go", &link).expect("link");
    let out = fmt(&["-w", link.to_str().expect("UTF-8")], None);
    assert_eq!((out.status, out.stdout.as_str()), (0, ""));
    assert_eq!(read(&path, "a.go"), PRETTY);
    assert_eq!(
        fs::metadata(&file).expect("file").permissions().mode() & 0o777,
        0o640
    );
    assert!(fs::symlink_metadata(&link).expect("link").is_symlink());
}

#[test]
fn standard_input() {
    assert_eq!(fmt(&[], Some(UGLY)).stdout, PRETTY);
    assert_eq!(fmt(&["-"], Some("  x:=1\n")).stdout, "\tx := 1\n");
    assert_eq!(fmt(&["-l"], Some(UGLY)).stdout, "<standard input>\n");
    assert_eq!(fmt(&["-s"], Some("_ = []T{T{}}")).stdout, "_ = []T{{}}");
    let out = fmt(&[], Some(BROKEN));
    assert_eq!(out.status, 2);
    assert!(out.stderr.starts_with("<standard input>:3:9: "));
    assert_eq!(fmt(&["-w", "-"], Some(UGLY)).status, 2);
}

#[test]
fn errors_are_limited() {
    let text = format!("package p\n{}", "var x = )\n".repeat(30));
    assert_eq!(fmt(&[], Some(&text)).stderr.lines().count(), 10);
    assert_eq!(fmt(&["-e"], Some(&text)).stderr.lines().count(), 30);
}
