//! Whole builds: main modules, requirements and import paths, against a proxy that is a folder.

use super::error::ErrorKind;
use super::fetch::testing::Fixture;
use super::list::ListOptions;
use super::loader::ModuleLoader;
use super::mains::{ModFlags, ModMode};
use crate::package::ModuleInfo;
use crate::source::{ModuleSource, ResolveError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A fixture with some modules published and files written.
struct Build {
    fx: Fixture,
}

const GO: &str = "package p\n";

impl Build {
    fn new(files: &[(&str, &str)]) -> Build {
        let fx = Fixture::new();
        let b = "module x.test/b\n\ngo 1.20\n";
        let a2 = "module x.test/a\n\ngo 1.20\n\nrequire x.test/b v1.1.0\n";
        fx.publish(
            "x.test/a",
            "v1.0.0",
            "module x.test/a\n\ngo 1.20\n",
            &[("a.go", GO)],
        );
        fx.publish("x.test/a", "v1.1.0", a2, &[("a.go", GO), ("sub/s.go", GO)]);
        fx.publish("x.test/b", "v1.0.0", b, &[("b.go", GO), ("n/n.go", GO)]);
        fx.publish("x.test/b", "v1.1.0", b, &[("b.go", GO)]);
        fx.publish(
            "x.test/b/n",
            "v1.0.0",
            "module x.test/b/n\n",
            &[("n.go", GO)],
        );
        fx.publish(
            "x.test/odd",
            "v1.0.0",
            "module y.test/odd\n",
            &[("o.go", GO)],
        );
        fx.publish(
            "x.test/old",
            "v1.0.0",
            "module x.test/old\n\nrequire x.test/gone v1.0.0\n",
            &[("o.go", GO)],
        );
        let build = Build { fx };
        for (name, text) in files {
            build.write(name, text);
        }
        build
    }

    fn dir(&self, rel: &str) -> PathBuf {
        // Temporary folders may be reached by links; the loader shows the folder it was given.
        fs::canonicalize(self.fx.path("")).unwrap().join(rel)
    }

    fn write(&self, name: &str, text: &str) {
        let f = self.dir(name);
        fs::create_dir_all(f.parent().unwrap()).unwrap();
        fs::write(f, text).unwrap();
    }

    fn open_with(&self, cwd: &str, vars: &[(&str, &str)]) -> Result<ModuleLoader, String> {
        let env = Arc::new(self.fx.env(vars));
        ModuleLoader::open(env, &self.dir(cwd), &ModFlags::default()).map_err(|e| e.command_text())
    }

    fn open(&self, cwd: &str) -> ModuleLoader {
        self.open_with(cwd, &[]).unwrap()
    }

    /// Writes the `go.sum` that a build of these packages needs.
    fn tidy(&self, cwd: &str, packages: &[&str]) {
        let l = self.open_with(cwd, &[("GOFLAGS", "-mod=mod")]).unwrap();
        for p in packages {
            l.resolve(p, None).unwrap();
        }
        l.build_list().unwrap();
        l.commit().unwrap();
    }
}

fn failure(l: &ModuleLoader, path: &str) -> String {
    l.resolve(path, None).unwrap_err().to_string()
}

fn found(l: &ModuleLoader, path: &str) -> (PathBuf, String) {
    let f = l.resolve(path, None).unwrap();
    let m = f.module.unwrap();
    (f.dir, format!("{}@{}", m.path, m.version))
}

fn list(l: &ModuleLoader, args: &[&str]) -> Vec<String> {
    let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
    let show = |m: &ModuleInfo| match m.version.as_str() {
        "" => m.path.clone(),
        v => format!("{} {v}", m.path),
    };
    l.list_modules(&args, ListOptions::default())
        .unwrap()
        .iter()
        .map(|m| match (&m.replace, &m.error) {
            (_, Some(e)) => format!("error: {e}"),
            (Some(r), _) => format!("{} => {}", show(m), show(r)),
            _ => show(m),
        })
        .collect()
}

#[test]
fn packages_of_main_and_dependencies() {
    let b = Build::new(&[
        (
            "m/go.mod",
            "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.1.0\n\nrequire x.test/b v1.1.0 // indirect\n",
        ),
        ("m/p/p.go", GO),
        ("m/nested/go.mod", "module m.test/m/nested\n"),
        ("m/nested/n.go", GO),
    ]);
    b.tidy("m", &["x.test/a/sub", "x.test/b"]);
    let l = b.open("m/p");
    assert_eq!(
        found(&l, "m.test/m/p"),
        (b.dir("m/p"), "m.test/m@".to_owned())
    );
    // A folder without Go files and a nested module are no packages of the main module.
    for p in ["m.test/m", "m.test/m/nested"] {
        assert_eq!(
            failure(&l, p),
            format!("no required module provides package {p}; to add it:\n\tgo get {p}")
        );
    }
    let (dir, module) = found(&l, "x.test/a/sub");
    assert_eq!(dir, b.fx.path("cache/x.test/a@v1.1.0/sub"));
    assert_eq!(module, "x.test/a@v1.1.0");
    let info = l.module("x.test/b").unwrap();
    assert!(info.indirect && info.go_version == "1.20" && info.sum.starts_with("h1:"));
    assert_eq!(info.time.as_deref(), Some("2024-01-02T03:04:05Z"));
    assert_eq!(
        list(&l, &["all"]),
        ["m.test/m", "x.test/a v1.1.0", "x.test/b v1.1.0"]
    );
    assert_eq!(list(&l, &[]), ["m.test/m"]);
    assert_eq!(
        list(&l, &["x.test/zzz", "x.test/a@v1.0.0"]),
        [
            "error: module x.test/zzz: not a known dependency",
            "x.test/a v1.0.0"
        ]
    );
    assert_eq!(l.path_of_dir(&dir).as_deref(), Some("x.test/a/sub"));
    assert_eq!(l.path_of_dir(Path::new("/nowhere")), None);
    assert_eq!(
        failure(&l, "nope/x"),
        "package nope/x is not in std (src/nope/x)"
    );
    assert!(failure(&l, "x.test/a@v1").contains("should not have @version"));
}

#[test]
fn explicit_mode_is_named() {
    let b = Build::new(&[("m/go.mod", "module m.test/m\n\ngo 1.24\n")]);
    let l = b.open_with("m", &[("GOFLAGS", "-mod=readonly")]).unwrap();
    assert_eq!(
        failure(&l, "x.test/none"),
        "cannot find module providing package x.test/none: import lookup disabled by -mod=readonly"
    );
    assert_eq!(
        b.open_with("m", &[("GOFLAGS", "-mod=x")]).err().unwrap(),
        "-mod=x not supported (can be '', 'mod', 'readonly', or 'vendor')"
    );
    assert_eq!(
        b.open_with("m", &[("GO111MODULE", "x")]).err().unwrap(),
        "go: unknown environment setting GO111MODULE=x"
    );
}

#[test]
fn outside_any_module() {
    let b = Build::new(&[("d/x.go", GO)]);
    let l = b.open("d");
    assert!(l.main_modules().is_empty() && !l.has_root());
    assert_eq!(
        failure(&l, "x.test/a"),
        "no required module provides package x.test/a: go.mod file not found in current directory or any parent directory; see 'go help modules'"
    );
}

#[test]
fn missing_sums() {
    let b = Build::new(&[(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.0.0\n",
    )]);
    let l = b.open("m");
    assert_eq!(
        failure(&l, "x.test/a"),
        "missing go.sum entry for module providing package x.test/a; to add:\n\tgo mod download x.test/a"
    );
    let main = ModuleInfo {
        main: true,
        ..ModuleInfo::default()
    };
    assert_eq!(
        l.resolve("x.test/a", Some(("m.test/m", Some(&main))))
            .unwrap_err()
            .to_string(),
        "missing go.sum entry for module providing package x.test/a (imported by m.test/m); to add:\n\tgo get m.test/m"
    );
    let e = l.graph().unwrap_err();
    assert_eq!(e.kind, ErrorKind::SumMissing);
    // Nothing was fetched behind the user's back.
    assert!(!b.fx.path("cache").exists());
}

#[test]
fn ambiguous_import() {
    let b = Build::new(&[(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire (\n\tx.test/b v1.0.0\n\tx.test/b/n v1.0.0\n)\n",
    )]);
    b.tidy("m", &["x.test/b"]);
    let cache = b.fx.path("cache").display().to_string();
    let l = b.open_with("m", &[("GOFLAGS", "-mod=mod")]).unwrap();
    assert_eq!(
        failure(&l, "x.test/b/n"),
        format!(
            "ambiguous import: found package x.test/b/n in multiple modules:\n\tx.test/b v1.0.0 ({cache}/x.test/b@v1.0.0/n)\n\tx.test/b/n v1.0.0 ({cache}/x.test/b/n@v1.0.0)"
        )
    );
}

#[test]
fn replacements() {
    let b = Build::new(&[
        (
            "m/go.mod",
            "module m.test/m\n\ngo 1.24\n\nrequire (\n\tx.test/a v1.0.0\n\tx.test/b v1.1.0\n\tx.test/c v1.0.0\n)\n\nreplace (\n\tx.test/a v1.0.0 => x.test/a v1.1.0\n\tx.test/b => ../b\n\tx.test/c => ./nodir\n\tx.test/d => ../d\n)\n",
        ),
        ("b/go.mod", "module x.test/b\n\ngo 1.22\n"),
        ("b/local/l.go", GO),
        ("d/go.mod", "module x.test/d\n"),
        ("d/d.go", GO),
    ]);
    b.write("m/nodir/go.mod", "module x.test/c\n");
    b.tidy("m", &["x.test/a/sub"]);
    let l = b.open("m");
    assert_eq!(
        found(&l, "x.test/b/local"),
        (b.dir("b/local"), "x.test/b@v1.1.0".to_owned())
    );
    let info = l.module("x.test/b").unwrap();
    assert_eq!(info.go_version, "1.22");
    assert_eq!(info.replace.as_ref().unwrap().path, "../b");
    assert_eq!(
        found(&l, "x.test/a/sub").0,
        b.fx.path("cache/x.test/a@v1.1.0/sub")
    );
    assert_eq!(
        failure(&l, "x.test/d"),
        "module x.test/d provides package x.test/d and is replaced but not required; to add it:\n\tgo get x.test/d"
    );
    fs::remove_dir_all(b.dir("m/nodir")).unwrap();
    let l = b.open("m");
    assert_eq!(
        failure(&l, "x.test/c"),
        "x.test/c@v1.0.0: replacement directory ./nodir does not exist"
    );
}

#[test]
fn requirements_out_of_date() {
    let b = Build::new(&[(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire (\n\tx.test/a v1.1.0\n\tx.test/b v1.0.0\n)\n",
    )]);
    b.tidy("m", &["x.test/a", "x.test/b"]);
    let l = b.open("m");
    let text = "go: updates to go.mod needed; to update it:\n\tgo mod tidy";
    assert_eq!(
        l.resolve("x.test/a", None).unwrap_err(),
        ResolveError::Fatal(text.to_owned())
    );
    // Found by the graph only: go.mod has to name it.
    b.write(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.1.0\n",
    );
    b.tidy("m", &["x.test/a"]);
    let l = b.open_with("m", &[("GOFLAGS", "-mod=mod")]).unwrap();
    l.resolve("x.test/b", None).unwrap();
    l.commit().unwrap();
    assert_eq!(failure(&b.open("m"), "x.test/b"), text);
}

#[test]
fn a_non_canonical_version_has_to_be_written() {
    let b = Build::new(&[(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.0\n",
    )]);
    assert_eq!(
        b.open_with("m", &[]).err().unwrap(),
        "go: updates to go.mod needed; to update it:\n\tgo mod tidy"
    );
    b.write("m/go.mod", "module m.test/m\nrequire x.test/a v9\n");
    assert_eq!(
        b.open_with("m", &[]).err().unwrap(),
        "go: errors parsing go.mod:\ngo.mod:2: no matching versions for query \"v9\""
    );
}

#[test]
fn errors_show_the_way_to_them() {
    let b = Build::new(&[("m/go.mod", "module m.test/m\n\nrequire x.test/old v1.0.0\n")]);
    let l = b.open_with("m", &[("GOFLAGS", "-mod=mod")]).unwrap();
    let text = failure(&l, "x.test/old");
    assert!(
        text.starts_with("go: x.test/old@v1.0.0 requires\n\tx.test/gone@v1.0.0: reading file://"),
        "{text}"
    );
    b.write(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/odd v1.0.0\n",
    );
    let l = b.open_with("m", &[("GOFLAGS", "-mod=mod")]).unwrap();
    assert_eq!(
        failure(&l, "x.test/odd"),
        "x.test/odd@v1.0.0: parsing go.mod:\n\tmodule declares its path as: y.test/odd\n\t        but was required as: x.test/odd"
    );
}

#[test]
fn one_module_required_twice() {
    let b = Build::new(&[(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.0.0\nrequire x.test/a v1.1.0\n",
    )]);
    assert_eq!(
        b.open_with("m", &[]).err().unwrap(),
        "go: updates to go.mod needed; to update it:\n\tgo mod tidy"
    );
}

#[test]
fn latest_is_not_retracted() {
    let b = Build::new(&[("m/go.mod", "module m.test/m\n\ngo 1.24\n")]);
    let text = "module x.test/r\n\nretract v1.2.0 // Broken.\n";
    for v in ["v1.0.0", "v1.1.0", "v1.2.0"] {
        b.fx.publish("x.test/r", v, text, &[]);
    }
    let l = b.open("m");
    assert_eq!(list(&l, &["x.test/r@latest"]), ["x.test/r v1.1.0"]);
    assert_eq!(list(&l, &["x.test/r@v1.0"]), ["x.test/r v1.0.0"]);
    assert_eq!(list(&l, &["x.test/r@<v1.1.0"]), ["x.test/r v1.0.0"]);
    assert_eq!(
        list(&l, &["x.test/r@v3"]),
        ["error: module x.test/r: no matching versions for query \"v3\""]
    );
    let options = ListOptions {
        retracted: true,
        versions: true,
        updates: false,
    };
    let info = l.describe_query("x.test/r", "v1.2.0", options);
    assert_eq!(info.retracted, ["Broken."]);
    assert_eq!(info.versions, ["v1.0.0", "v1.1.0", "v1.2.0"]);
}

#[test]
fn exclusions() {
    let b = Build::new(&[(
        "m/go.mod",
        "module m.test/m\n\ngo 1.16\n\nrequire (\n\tx.test/a v1.1.0\n\tx.test/b v1.0.0\n)\n\nexclude x.test/b v1.1.0\n",
    )]);
    b.tidy("m", &["x.test/a"]);
    let l = b.open("m");
    assert_eq!(
        list(&l, &["all"]),
        ["m.test/m", "x.test/a v1.1.0", "x.test/b v1.0.0"]
    );
}

#[test]
fn broken_main_modules() {
    let b = Build::new(&[]);
    for (text, want) in [
        (
            "module m.test/m\nfoo bar\nrequire x\n",
            "go: errors parsing go.mod:\ngo.mod:2: unknown directive: foo\ngo.mod:3: usage: require module/path v1.2.3",
        ),
        (
            "go 1.24\n",
            "go: error reading go.mod: missing module declaration. To specify the module path:\n\tgo mod edit -module=example.com/mod",
        ),
        (
            "module go\n",
            "go: error reading go.mod: invalid module path: \"go\"",
        ),
        (
            "module \"a b\"\n",
            "go: malformed module path \"a b\": invalid char ' '",
        ),
        (
            "module m.test/m\nreplace x.test/a => ./a\nreplace x.test/a => ./b\n",
            "go: conflicting replacements for x.test/a:\n\t./a\n\t./b",
        ),
    ] {
        b.write("m/go.mod", text);
        assert_eq!(b.open_with("m", &[]).err().unwrap(), want);
    }
    b.write("m/go.mod", "module m.test/m\n\ngo 1.999\n");
    let e = b.open_with("m", &[]).err().unwrap();
    assert!(
        e.starts_with("go: go.mod requires go >= 1.999 (running go "),
        "{e}"
    );
    b.write(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.0.0\n",
    );
    b.write("m/go.sum", "x y\n");
    let file = b.dir("m/go.sum").display().to_string();
    assert_eq!(
        failure(&b.open("m"), "x.test/a"),
        format!("malformed go.sum:\n{file}:1: wrong number of fields 2")
    );
}

fn workspace() -> Build {
    Build::new(&[
        ("w/go.work", "go 1.24\n\nuse ./one\nuse ./two\n"),
        (
            "w/one/go.mod",
            "module m.test/one\n\ngo 1.24\n\nrequire x.test/a v1.0.0\n",
        ),
        ("w/one/o.go", GO),
        (
            "w/two/go.mod",
            "module m.test/two\n\ngo 1.24\n\nrequire x.test/a v1.1.0\n",
        ),
        ("w/two/t.go", GO),
    ])
}

#[test]
fn workspaces() {
    let b = workspace();
    let l = b.open("w/one");
    assert!(l.is_workspace());
    assert_eq!(
        list(&l, &["all"]),
        [
            "m.test/one",
            "m.test/two",
            "x.test/a v1.1.0",
            "x.test/b v1.1.0"
        ]
    );
    assert_eq!(found(&l, "m.test/two").0, b.dir("w/two"));
    assert_eq!(found(&l, "x.test/a/sub").1, "x.test/a@v1.1.0");
    assert_eq!(l.gowork(), b.dir("w/go.work").display().to_string());
    assert_eq!(l.gomod(), b.dir("w/one/go.mod").display().to_string());
    l.commit().unwrap();
    assert!(b.dir("w/go.work.sum").exists() && !b.dir("w/one/go.sum").exists());
    // Switched off.
    let l = b.open_with("w/one", &[("GOWORK", "off")]).unwrap();
    assert!(failure(&l, "m.test/two").contains("missing go.sum entry"));
}

#[test]
fn broken_workspaces() {
    let b = workspace();
    b.write("w/two/go.mod", "module m.test/two\n\ngo 1.26\n");
    assert_eq!(
        b.open_with("w/one", &[]).err().unwrap(),
        "go: module ../two listed in go.work file requires go >= 1.26, but go.work lists go 1.24; to update it:\n\tgo work use"
    );
    b.write("w/two/go.mod", "module m.test/one\n");
    assert_eq!(
        b.open_with("w/one", &[]).err().unwrap(),
        "go: module m.test/one appears multiple times in workspace"
    );
    fs::remove_file(b.dir("w/two/go.mod")).unwrap();
    assert_eq!(
        b.open_with("w", &[]).err().unwrap(),
        "go: cannot load module two listed in go.work file: open two/go.mod: no such file or directory"
    );
    b.write("w/go.work", "go 1.24\n\nuse ./one\nuse one\n");
    let dir = b.dir("w/one").display().to_string();
    assert_eq!(
        b.open_with("w", &[]).err().unwrap(),
        format!(
            "go: error loading go.work:\ngo.work:4: path {dir} appears multiple times in workspace"
        )
    );
    b.write("w/go.work", "go 1.24\nfoo\n");
    assert_eq!(
        b.open_with("w", &[]).err().unwrap(),
        "go: errors parsing go.work:\ngo.work:2: unknown directive: foo"
    );
    assert_eq!(
        b.open_with("w", &[("GOWORK", "rel")]).err().unwrap(),
        "go: invalid GOWORK: not an absolute path"
    );
}

fn vendored() -> Build {
    Build::new(&[
        (
            "m/go.mod",
            "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.1.0\n\nrequire x.test/b v1.1.0 // indirect\n",
        ),
        (
            "m/vendor/modules.txt",
            "# x.test/a v1.1.0\n## explicit; go 1.20\nx.test/a/sub\n# x.test/b v1.1.0\n## explicit; go 1.20\nx.test/b\n",
        ),
        ("m/vendor/x.test/a/sub/s.go", GO),
        ("m/vendor/x.test/b/b.go", GO),
        ("m/vendor/x.test/c/c.go", GO),
    ])
}

#[test]
fn vendor_folder() {
    let b = vendored();
    let l = b.open("m");
    assert_eq!(l.setting().mode, ModMode::Vendor);
    let (dir, module) = found(&l, "x.test/a/sub");
    assert_eq!(
        (dir, module.as_str()),
        (b.dir("m/vendor/x.test/a/sub"), "x.test/a@v1.1.0")
    );
    assert_eq!(l.module("x.test/b").unwrap().go_version, "1.20");
    assert_eq!(
        failure(&l, "x.test/none"),
        "cannot find module providing package x.test/none: import lookup disabled by -mod=vendor\n\t(Go version in go.mod is at least 1.14 and vendor directory exists.)"
    );
    // Put there by hand.
    assert!(l.resolve("x.test/c", None).is_err());
    assert!(l.take_warnings()[0].starts_with("ignoring package x.test/c which exists"));
    let all = ["all".to_owned()];
    let e = l.list_modules(&all, ListOptions::default()).unwrap_err();
    assert!(
        e.message
            .starts_with("can't compute 'all' using the vendor")
    );
    assert!(!b.fx.path("cache").exists());
}

#[test]
fn inconsistent_vendor_folder() {
    let b = vendored();
    b.write(
        "m/go.mod",
        "module m.test/m\n\ngo 1.24\n\nrequire x.test/a v1.0.0\n\nreplace x.test/b => ../b\n",
    );
    let dir = b.dir("m").display().to_string();
    assert_eq!(
        b.open_with("m", &[]).err().unwrap(),
        format!(
            "go: inconsistent vendoring in {dir}:\n\tx.test/a@v1.0.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt\n\tx.test/b: is replaced in go.mod, but not marked as replaced in vendor/modules.txt\n\tx.test/a@v1.1.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod\n\tx.test/b@v1.1.0: is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo mod vendor"
        )
    );
    // Older main modules do not use the folder by default.
    b.write("m/go.mod", "module m.test/m\n\ngo 1.13\n");
    assert_eq!(b.open("m").setting().mode, ModMode::Readonly);
}
