//! The command `test` as a user sees it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
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
        place.write("go.mod", "module example.com/m\n\ngo 1.26\n");
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

    /// Runs `gust test`; gives its status, what it wrote with times as `TIME`, and its complaints.
    fn test(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gust"));
        command.arg("test").args(args).current_dir(self.dir.path());
        command.env("GUSTCACHE", &self.cache).env("GOFLAGS", "");
        let output = command.output().expect("gust runs");
        let out = String::from_utf8_lossy(&output.stdout);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), without_times(&out), err)
    }
}

/// The text with every `0.012s` and `0.01s` as `TIME`.
fn without_times(text: &str) -> String {
    let is_time = |word: &str| {
        let number = word.strip_suffix('s').and_then(|n| n.split_once('.'));
        number.is_some_and(|(a, b)| {
            let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
            digits(a) && digits(b)
        })
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || c == '.' {
            word.push(c);
            continue;
        }
        out += if is_time(&word) { "TIME" } else { &word };
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

const SUM: (&str, &str) = (
    "sum/sum.go",
    "package sum\n\nfunc Sum(a, b int) int { return a + b }\n\nfunc half(a int) int { return a / 2 }\n",
);
const INTERNAL: (&str, &str) = (
    "sum/sum_test.go",
    "package sum\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\n\
     func TestMain(m *testing.M) {\n\tprintln(\"main\")\n\tos.Exit(m.Run())\n}\n\n\
     func TestHalf(t *testing.T) {\n\tif half(4) != 2 {\n\t\tt.Fatal()\n\t}\n\
     \tt.Run(\"sub\", func(t *testing.T) { t.Skip(\"later\") })\n}\n\n\
     func BenchmarkSum(b *testing.B) {\n\tfor b.Loop() {\n\t\tSum(1, 2)\n\t}\n}\n\n\
     func FuzzSum(f *testing.F) {\n\tf.Add(1, 2)\n\
     \tf.Fuzz(func(t *testing.T, a, b int) {\n\t\tif Sum(a, b) != a+b {\n\t\t\tt.Fatal()\n\t\t}\n\t})\n}\n",
);
const EXTERNAL: (&str, &str) = (
    "sum/x_test.go",
    "package sum_test\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/m/sum\"\n)\n\n\
     func ExampleSum() {\n\tfmt.Println(sum.Sum(1, 2))\n\t// Output: 3\n}\n",
);

#[test]
fn tests_examples_and_seeds_run_and_their_result_is_kept() {
    let place = Place::new(&[SUM, INTERNAL, EXTERNAL]);
    let (status, out, err) = place.test(&["-v", "./sum"]);
    assert_eq!(
        (status, out.as_str()),
        (
            Some(0),
            "main\n\
             === RUN   TestHalf\n\
             === RUN   TestHalf/sub\n    sum_test.go:17: later\n\
             --- PASS: TestHalf (TIME)\n    --- SKIP: TestHalf/sub (TIME)\n\
             === RUN   FuzzSum\n=== RUN   FuzzSum/seed#0\n\
             --- PASS: FuzzSum (TIME)\n    --- PASS: FuzzSum/seed#0 (TIME)\n\
             === RUN   ExampleSum\n--- PASS: ExampleSum (TIME)\n\
             PASS\nok  \texample.com/m/sum\tTIME\n"
        ),
        "{err}"
    );
    let (_, out, _) = place.test(&["-v", "./sum"]);
    assert!(
        out.ends_with("ok  \texample.com/m/sum\t(cached)\n"),
        "{out}"
    );
    let (_, out, _) = place.test(&["-count=1", "./sum"]);
    assert_eq!(out, "ok  \texample.com/m/sum\tTIME\n");
    let (_, out, _) = place.test(&["-run=Half", "-skip=/sub", "-v", "./sum"]);
    assert_eq!(
        out,
        "main\n=== RUN   TestHalf\n--- PASS: TestHalf (TIME)\n\
         testing: warning: no tests to run\nPASS\nok  \texample.com/m/sum\tTIME [no tests to run]\n"
    );
    let (_, out, _) = place.test(&["-run=Nothing", "./sum"]);
    assert_eq!(out, "ok  \texample.com/m/sum\tTIME [no tests to run]\n");
    let (_, out, _) = place.test(&["-run=^$", "-bench=.", "-benchtime=3x", "-benchmem", "./sum"]);
    assert!(
        out.contains("\nBenchmarkSum") && out.contains("allocs/op\n"),
        "{out}"
    );

    // As events.
    let (status, out, _) = place.test(&["-json", "-run=Half", "./sum"]);
    assert_eq!(status, Some(0));
    let event = "\"Action\":\"skip\",\"Package\":\"example.com/m/sum\",\"Test\":\"TestHalf/sub\"";
    assert!(out.contains(event), "{out}");
    assert!(out.contains("\"Action\":\"pass\",\"Package\":\"example.com/m/sum\",\"Elapsed\""));

    // Not run at all.
    let (status, out, _) = place.test(&["-c", "-o", "tests", "./sum"]);
    assert_eq!((status, out.as_str()), (Some(0), ""));
    let own = Command::new(place.path("tests")).output().expect("it runs");
    assert_eq!(String::from_utf8_lossy(&own.stdout), "PASS\n");
}

#[test]
fn failures_have_the_official_words_and_status() {
    let place = Place::new(&[
        ("none/none.go", "package none\n"),
        ("broken/b_test.go", "package broken\n\nvar x int = \"\"\n"),
        (
            "prog/main.go",
            "package main\n\ntype T int\n\nfunc main() {}\n",
        ),
        (
            "prog/main_test.go",
            "package main\n\nimport (\n\t\"fmt\"\n\t\"reflect\"\n\t\"testing\"\n)\n\n\
             func TestT(t *testing.T) {\n\tt.Errorf(\"%T %s\", T(1), reflect.TypeFor[T]().PkgPath())\n}\n\n\
             func Example() {\n\tfmt.Println(1)\n\t// Output: 2\n}\n",
        ),
        ("wrong/w_test.go", "package wrong\n\nfunc TestX(x int) {}\n"),
    ]);
    let (status, out, err) = place.test(&["./..."]);
    assert_eq!(status, Some(1), "{err}");
    assert_eq!(
        out,
        "FAIL\texample.com/m/wrong [setup failed]\n\
         FAIL\texample.com/m/broken [build failed]\n\
         ?   \texample.com/m/none\t[no test files]\n\
         --- FAIL: TestT (TIME)\n    main_test.go:10: main.T example.com/m/prog\n\
         --- FAIL: Example (TIME)\ngot:\n1\nwant:\n2\n\
         FAIL\nFAIL\texample.com/m/prog\tTIME\nFAIL\n"
    );
    assert!(
        err.contains("wrong signature for TestX, must be: func TestX(t *testing.T)")
            && err.contains("broken/b_test.go:3:13: cannot use \"\""),
        "{err}"
    );
}

#[test]
fn what_is_not_there_is_refused() {
    let place = Place::new(&[SUM]);
    for flag in ["-race", "-exec=x"] {
        let (status, _, err) = place.test(&[flag, "./sum"]);
        assert_eq!(status, Some(2));
        assert!(err.contains("is not supported yet"), "{err}");
    }
}

#[test]
fn coverage_is_told_and_written() {
    let place = Place::new(&[
        SUM,
        (
            "sum/a_test.go",
            "package sum\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) { Sum(1, 2); t.Log(testing.CoverMode()) }\n",
        ),
        (
            "other/other.go",
            "package other\n\nfunc F(x bool) {\n\tif x {\n\t\tprintln()\n\t}\n}\n",
        ),
    ]);
    let (status, out, err) = place.test(&["-coverprofile=c.out", "-covermode=count", "./..."]);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    assert_eq!(
        out,
        "\texample.com/m/other\t\tcoverage: 0.0% of statements\n\
         ok  \texample.com/m/sum\tTIME\tcoverage: 50.0% of statements\n"
    );
    let profile = fs::read_to_string(place.path("c.out")).expect("a profile");
    assert_eq!(
        profile,
        "mode: count\n\
         example.com/m/other/other.go:3.16,4.7 1 0\n\
         example.com/m/other/other.go:4.7,6.3 1 0\n\
         example.com/m/sum/sum.go:3.24,3.40 1 1\n\
         example.com/m/sum/sum.go:5.22,5.38 1 0\n"
    );
    let (status, out, _) = place.test(&["-coverpkg=./...", "-covermode=atomic", "-v", "./sum"]);
    assert_eq!(status, Some(0));
    assert!(out.contains("a_test.go:5: atomic\n"), "{out}");
    assert!(
        out.contains("PASS\ncoverage: 50.0% of statements in ./...\n"),
        "{out}"
    );
}

#[test]
fn fuzzing_finds_and_keeps_inputs() {
    let place = Place::new(&[(
        "p_test.go",
        "package p\n\nimport \"testing\"\n\nfunc FuzzX(f *testing.F) {\n\tf.Add(\"abc\")\n\
         \tf.Fuzz(func(t *testing.T, s string) {\n\t\tif s != \"abc\" && s != \"\" {\n\t\t\tt.Fatal(\"found\")\n\t\t}\n\t})\n}\n",
    )]);
    let (status, out, _) = place.test(&["-fuzz=FuzzX", "-fuzztime=100000x", "."]);
    assert_eq!(status, Some(1), "{out}");
    assert!(
        out.contains("not built with coverage instrumentation"),
        "{out}"
    );
    assert!(
        out.contains("Failing input written to testdata/fuzz/FuzzX/"),
        "{out}"
    );
    let kept = fs::read_dir(place.path("testdata/fuzz/FuzzX")).expect("a folder");
    assert_eq!(kept.count(), 1);
    let (status, out, _) = place.test(&["."]);
    assert_eq!(status, Some(1));
    assert!(out.contains("--- FAIL: FuzzX/"), "{out}");
    let (status, _, err) = place.test(&["-fuzz=X", "-coverprofile=x", "."]);
    assert_eq!(
        (status, err.as_str()),
        (Some(1), "cannot use -coverprofile flag with -fuzz flag\n")
    );
}

#[test]
fn programs_get_interrupts_that_gust_was_started_without() {
    let source = "package m\n\nimport (\n\t\"os\"\n\t\"os/signal\"\n\t\"testing\"\n)\n\n\
        func TestIgnored(t *testing.T) {\n\tif signal.Ignored(os.Interrupt) {\n\t\tt.Error(\"ignored\")\n\t}\n}\n";
    let place = Place::new(&[("m_test.go", source)]);
    let script = "trap '' INT; exec \"$0\" test .";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_gust")]);
    command.current_dir(place.dir.path());
    command.env("GUSTCACHE", &place.cache).env("GOFLAGS", "");
    let output = command.output().expect("gust runs");
    assert!(output.status.success(), "{output:?}");
}
