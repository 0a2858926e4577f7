//! The commands `build`, `run` and `clean` as a user sees them. The programs need the runtime alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with files, and a cache that the tests share.
struct Place {
    dir: TempDir,
    cache: PathBuf,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
            cache: Path::new(env!("CARGO_TARGET_TMPDIR")).join("build-cache"),
        };
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path()).expect("the folder");
        let names = entries.map(|e| e.expect("an entry").file_name());
        let mut names: Vec<_> = names.map(|n| n.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn gust(&self, args: &[&str]) -> Outcome {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gust"));
        command.args(args).current_dir(self.dir.path());
        command.env("GUSTCACHE", &self.cache).env("GOFLAGS", "");
        Outcome::of(&command.output().expect("gust runs"))
    }

    fn execute(&self, name: &str) -> Outcome {
        Outcome::of(&Command::new(self.path(name)).output().expect("it runs"))
    }
}

/// What a command wrote and how it ended.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    out: String,
    err: String,
    status: Option<i32>,
}

impl Outcome {
    fn of(output: &Output) -> Self {
        Self {
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
            status: output.status.code(),
        }
    }

    #[track_caller]
    fn good(&self) {
        assert_eq!(self.status, Some(0), "{self:?}");
    }
}

const GO_MOD: (&str, &str) = ("go.mod", "module example.com/m\n\ngo 1.26\n");
const HELLO: (&str, &str) = (
    "main.go",
    "package main\n\nvar word = \"hello\"\n\nfunc main() { println(word) }\n",
);

#[test]
fn a_program_is_named_after_its_package() {
    let place = Place::new(&[GO_MOD, HELLO, ("cmd/tool/v2/tool.go", HELLO.1)]);
    place.gust(&["build"]).good();
    place.gust(&["build", "./cmd/tool/v2"]).good();
    place.gust(&["build", "main.go"]).good();
    place.gust(&["build", "-o", "other", "."]).good();
    place.gust(&["build", "-o", "bin/", "./..."]).good();
    let names = place.names();
    assert_eq!(
        names,
        [
            "bin", "cmd", "go.mod", "m", "main", "main.go", "other", "tool"
        ]
    );
    assert!(place.path("bin/m").exists() && place.path("bin/tool").exists());
    for name in ["m", "main", "other", "tool", "bin/tool"] {
        let ran = place.execute(name);
        assert_eq!(
            (ran.err.as_str(), ran.status),
            ("hello\n", Some(0)),
            "{name}"
        );
    }
}

#[test]
fn several_packages_go_to_a_folder_or_nowhere() {
    let place = Place::new(&[GO_MOD, HELLO, ("lib/lib.go", "package lib\n")]);
    place.gust(&["build", "./..."]).good();
    place.gust(&["build", "./lib"]).good();
    place.gust(&["build", "-o", "/dev/null", "."]).good();
    assert_eq!(place.names(), ["go.mod", "lib", "main.go"]);
    let failed = place.gust(&["build", "-o", "x", "./..."]);
    assert_eq!(
        failed.err,
        "go: cannot write multiple packages to non-directory x\n"
    );
    assert_eq!(failed.status, Some(1));
    let failed = place.gust(&["build", "-o", ".", "./lib"]);
    assert_eq!(failed.err, "go: no main packages to build\n");
}

#[test]
fn errors_are_those_of_check_and_nothing_is_built() {
    let place = Place::new(&[
        GO_MOD,
        ("main.go", "package main\n\nfunc main() { x := 1 }\n"),
    ]);
    let built = place.gust(&["build", "-o", "out", "."]);
    assert_eq!(built.status, Some(1));
    assert_eq!(built.err, place.gust(&["check", "."]).err);
    assert_eq!(
        built.err,
        "# example.com/m\n./main.go:3:15: declared and not used: x\n"
    );
    assert_eq!(place.gust(&["run", "."]).err, built.err);
    assert_eq!(place.names(), ["go.mod", "main.go"]);
}

#[test]
fn frames_that_are_too_large_are_errors() {
    let source = "package main\n\ntype large struct{ b [1500000000]byte }\n\n\
        func (x large) method() int { return 5 }\n\n\
        func result() (x large, i int) { return }\n\n\
        func copied(x *[1<<30 + 1<<20]byte) byte {\n\tfor _, b := range *x {\n\t\treturn b\n\t}\n\treturn 0\n}\n\n\
        func variable() { var x [1 << 30]byte; x[len(x)-1]++ }\n\n\
        func main() {}\n";
    let place = Place::new(&[("go.mod", "module m\n\ngo 1.26\n"), ("main.go", source)]);
    let built = place.gust(&["build"]);
    assert_ne!(built.status, Some(0));
    let text = "stack frame too large (>1GB):";
    assert_eq!(
        built.err,
        format!(
            "# m\n./main.go:5:6: {text} 0 MB locals + 1430 MB args\n\
             ./main.go:7:6: {text} 0 MB locals + 1430 MB args\n\
             ./main.go:9:6: {text} 1025 MB locals + 0 MB args\n"
        )
    );
}

#[test]
fn what_is_no_program_is_not_linked() {
    let place = Place::new(&[
        GO_MOD,
        ("main.go", "package main\n"),
        ("lib/lib.go", "package lib\n"),
    ]);
    let failed = place.gust(&["build", "."]);
    let text = "function main is undeclared in the main package";
    let report = format!("# example.com/m\nruntime.main_main·f: {text}\n");
    assert_eq!(failed.err, report);
    assert_eq!(failed.status, Some(1));
    // Its object is in the cache now.
    let failed = place.gust(&["build", "."]);
    assert_eq!((failed.err, failed.status), (report, Some(1)));
    let failed = place.gust(&["run", "./lib"]);
    assert_eq!(
        failed.err,
        "package example.com/m/lib is not a main package\n"
    );
    assert_eq!(failed.status, Some(1));
}

#[test]
fn what_is_not_defined_is_named() {
    let place = Place::new(&[
        GO_MOD,
        (
            "main.go",
            "package main\n\nimport _ \"unsafe\"\n\n//go:linkname f example.com/n.f\nfunc f()\n\nfunc main() { f() }\n",
        ),
    ]);
    let failed = place.gust(&["build", "."]);
    assert_eq!(failed.status, Some(1));
    let line = failed.err.lines().nth(1).unwrap_or_default();
    let place_and_text = line.split_once("main.go:8: ").map(|(_, text)| text);
    let text = "main.main: relocation target example.com/n.f not defined";
    assert_eq!(place_and_text, Some(text), "{}", failed.err);
    assert_eq!(failed.err.lines().count(), 2);
}

#[test]
fn functions_in_assembly_are_refused() {
    let place = Place::new(&[
        GO_MOD,
        (
            "main.go",
            "package main\n\nfunc f()\n\nfunc main() { f() }\n",
        ),
        ("f_amd64.s", "TEXT ·f(SB),7,$0-0\n\tRET\n"),
    ]);
    let failed = place.gust(&["build", "."]);
    assert_eq!(failed.status, Some(1));
    let text = "\n./main.go:3:6: function f is declared without a body: package example.com/m implements functions in \
                assembly (f_amd64.s), which gust does not support\n\tused by main.main at ";
    assert!(failed.err.contains(text), "{}", failed.err);
    assert_eq!(failed.err.lines().count(), 3);
}

#[test]
fn run_passes_arguments_and_status_on() {
    let place = Place::new(&[
        GO_MOD,
        (
            "main.go",
            "package main\n\nfunc main() {\n\tvar p *int\n\tprintln(\"before\")\n\tprintln(*p)\n}\n",
        ),
        HELLO_FILE,
    ]);
    let ran = place.gust(&["run", "hello/hello.go"]);
    assert_eq!((ran.err.as_str(), ran.status), ("hello\n", Some(0)));
    let ran = place.gust(&["run", "."]);
    assert!(
        ran.err
            .starts_with("before\npanic: runtime error: invalid memory address"),
        "{ran:?}"
    );
    assert!(ran.err.ends_with("exit status 2\n"), "{ran:?}");
    assert_eq!(ran.status, Some(2));
    assert_eq!(place.names(), ["go.mod", "hello", "main.go"]);
}

const HELLO_FILE: (&str, &str) = ("hello/hello.go", HELLO.1);

#[test]
fn variables_are_set_by_the_linker() {
    let place = Place::new(&[
        GO_MOD,
        (
            "main.go",
            "package main\n\nimport \"example.com/m/a.b\"\n\nvar word string\n\nfunc main() { println(word, b.Word) }\n",
        ),
        ("a.b/b.go", "package b\n\nvar Word = \"old\"\n"),
    ]);
    let flags = "-X main.word=one -X 'example.com/m/a.b.Word=new word'";
    place
        .gust(&["build", "-ldflags", flags, "-o", "set", "."])
        .good();
    assert_eq!(place.execute("set").err, "one new word\n");
    place.gust(&["build", "-o", "plain", "."]).good();
    assert_eq!(place.execute("plain").err, " old\n");
}

#[test]
fn stripped_programs_are_smaller_and_still_tell_lines() {
    let place = Place::new(&[
        GO_MOD,
        (
            "main.go",
            "package main\n\nfunc fail() { panic(\"oh\") }\n\nfunc main() { fail() }\n",
        ),
    ]);
    place.gust(&["build", "-o", "full", "."]).good();
    place
        .gust(&["build", "-ldflags=-s -w", "-o", "stripped", "."])
        .good();
    let size = |name| fs::metadata(place.path(name)).expect("a program").len();
    assert!(size("stripped") < size("full") / 2);
    let ran = place.execute("stripped");
    assert!(
        ran.err.contains("main.fail(...)") || ran.err.contains("main.fail()"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("main.go:3"), "{}", ran.err);
    let full = place.execute("full");
    assert_eq!(full.status, Some(2));
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let files = [
        GO_MOD,
        HELLO,
        (
            "lib/lib.go",
            "package lib\n\nfunc F(x []int) int { return x[1] }\n",
        ),
    ];
    let (one, mut two) = (Place::new(&files), Place::new(&files));
    // Nothing is taken from the other's cache.
    two.cache = two.path("cache");
    one.gust(&["build", "-trimpath", "-o", "out", "."]).good();
    two.gust(&["build", "-trimpath", "-p", "1", "-o", "out", "."])
        .good();
    let bytes = |place: &Place| fs::read(place.path("out")).expect("a program");
    assert!(bytes(&one) == bytes(&two));
    let text = one.dir.path().to_string_lossy().into_owned();
    let bytes = bytes(&one);
    assert!(!bytes.windows(text.len()).any(|w| w == text.as_bytes()));
}

#[test]
fn importers_are_compiled_again_only_if_that_makes_a_difference() {
    let leaf = |result: &str, line: &str| {
        format!("package leaf\n\n{line}\nfunc F(n int) int {{ return {result} }}\n")
    };
    let main =
        "package main\n\nimport \"example.com/m/leaf\"\n\nfunc main() { println(leaf.F(20)) }\n";
    let place = Place::new(&[GO_MOD, ("main.go", main)]);
    let build = |result: &str, line: &str| {
        place.write("leaf/leaf.go", &leaf(result, line));
        let built = place.gust(&["build", "-x", "-o", "m", "."]);
        built.good();
        let compiled = ["leaf", "m"].map(|name| {
            let line = format!(
                "gust compile example.com/{}",
                name.replace("leaf", "m/leaf")
            );
            built.err.lines().any(|l| l == line)
        });
        (compiled, place.execute("m").err)
    };
    // A number that no build before had.
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let new = time.expect("a time after 1970").as_nanos() % (1 << 60);
    let result = |n: u128| format!("n + {}", new + n);
    let shown = |n: u128| format!("{}\n", new + n + 20);
    assert_eq!(build(&result(0), "//go:noinline"), ([true, true], shown(0)));
    // Its callers call it as before.
    assert_eq!(
        build(&result(1), "//go:noinline"),
        ([true, false], shown(1))
    );
    // Now they have it in them.
    assert_eq!(build(&result(1), ""), ([true, true], shown(1)));
    assert_eq!(build(&result(2), ""), ([true, true], shown(2)));
    // What was built before is there.
    assert_eq!(
        build(&result(0), "//go:noinline"),
        ([false, false], shown(0))
    );
}

#[test]
fn a_damaged_cache_is_made_whole() {
    let mut place = Place::new(&[GO_MOD, HELLO]);
    place.gust(&["build", "."]).good();
    let private = place.path("cache");
    copy(&place.cache, &private);
    place.cache = private.clone();
    let mut damaged = 0;
    for folder in fs::read_dir(private.join("v1")).expect("a cache").flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let path = file.path();
            if path.is_file() {
                let data = fs::read(&path).expect("a file");
                fs::write(&path, &data[..data.len() / 2]).expect("a file");
                damaged += 1;
            }
        }
    }
    assert!(damaged > 0);
    place.write("main.go", &HELLO.1.replace("hello", "again"));
    place.gust(&["build", "-o", "out", "."]).good();
    assert_eq!(place.execute("out").err, "again\n");
    place.gust(&["clean", "-cache"]).good();
    assert!(!private.join("v1").exists());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            // Other tests write temporary files there, which come and go.
            let _ = fs::copy(entry.path(), target);
        }
    }
}

#[test]
fn the_version_of_a_program_is_read_from_it() {
    let place = Place::new(&[GO_MOD, HELLO]);
    place.gust(&["build", "-o", "out", "."]).good();
    let told = place.gust(&["version", "-m", "out"]);
    assert!(told.out.starts_with("out: go1.26"), "{told:?}");
    assert!(told.out.contains("\n\tpath\texample.com/m\n"), "{told:?}");
    let told = place.gust(&["version", "main.go"]);
    assert_eq!(told.err, "main.go: unrecognized file format\n");
    assert_eq!(told.status, Some(1));
}

#[test]
fn what_is_not_supported_is_refused() {
    let place = Place::new(&[GO_MOD, HELLO]);
    let failed = place.gust(&["build", "-race", "."]);
    assert_eq!(
        (failed.err.as_str(), failed.status),
        ("gust build: -race is not supported\n", Some(1))
    );
    place.write("m", "notes");
    let failed = place.gust(&["build", "."]);
    assert_eq!(
        failed.err,
        "gust: build output \"m\" already exists and is not an object file\n"
    );
    assert_eq!(
        fs::read_to_string(place.path("m")).expect("a file"),
        "notes"
    );
}
