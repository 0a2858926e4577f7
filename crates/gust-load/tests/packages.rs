//! Loading whole trees: a small standard library and modules made for each test.

use gust_load::context::BuildContext;
use gust_load::goenv::GoEnv;
use gust_load::goroot::{self, Goroot};
use gust_load::load::{self, Options};
use gust_load::modules::loader::ModuleLoader;
use gust_load::modules::mains::ModFlags;
use gust_load::overlay::Overlay;
use gust_load::package::{LoadResult, PackageKind};
use gust_load::place::WorkingDir;
use std::path::PathBuf;
use std::sync::Arc;

/// A standard library of a few packages.
const STD: &[(&str, &str)] = &[
    ("VERSION", "go1.26.3\n"),
    (
        "src/runtime/runtime.go",
        "package runtime\nimport _ \"unsafe\"\n",
    ),
    ("src/runtime/asm.s", "// nothing\n"),
    ("src/unsafe/unsafe.go", "package unsafe\n"),
    (
        "src/fmt/print.go",
        "// Package fmt prints. Much.\npackage fmt\nimport _ \"golang.org/x/text\"\n",
    ),
    ("src/vendor/golang.org/x/text/t.go", "package text\n"),
    ("src/internal/abi/abi.go", "package abi\n"),
    ("src/os/os.go", "package os\nimport _ \"internal/abi\"\n"),
    ("src/reflect/r.go", "package reflect\n"),
    ("src/testing/t.go", "package testing\nimport _ \"fmt\"\n"),
    ("src/testing/internal/testdeps/d.go", "package testdeps\n"),
    ("src/math/exp_amd64.go", "package math\n"),
    ("src/math/exp_noasm.go", "//go:build !amd64\npackage math\n"),
    ("src/math/exp_amd64.s", ""),
    (
        "src/crypto/purego.go",
        "//go:build purego\npackage crypto\n",
    ),
    ("src/crypto/asm.go", "//go:build !purego\npackage crypto\n"),
    (
        "src/internal/godebugs/table.go",
        "package godebugs\nvar All = []Info{\n\t{Name: \"panicnil\", Package: \"runtime\", Changed: 21, Old: \"1\"},\n}\n",
    ),
];

struct Tree {
    dir: tempfile::TempDir,
    tests: bool,
}

const OVERLAY: &str = "[[package]]\npath = \"math\"\nreason = \"assembly\"\nview = \"portable\"\n";

impl Tree {
    /// A module with these files, in folder `m` beside the standard library.
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let of_std = STD.iter().map(|(name, text)| (format!("go/{name}"), *text));
        let own = files
            .iter()
            .map(|(name, text)| (format!("m/{name}"), *text));
        std::fs::create_dir_all(dir.path().join("m")).unwrap();
        for (name, text) in of_std.chain(own) {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self { dir, tests: false }
    }

    fn module(files: &[(&str, &str)]) -> Self {
        let go_mod = ("go.mod", "module example.com/m\n\ngo 1.24\n");
        let files: Vec<_> = [go_mod].iter().chain(files).copied().collect();
        Self::new(&files)
    }

    fn path(&self, name: &str) -> PathBuf {
        std::fs::canonicalize(self.dir.path()).unwrap().join(name)
    }

    fn try_load(&self, patterns: &[&str]) -> Result<LoadResult, String> {
        let cwd = WorkingDir::new(self.path("m"));
        let go = self.path("go");
        let env = GoEnv::from_vars([
            ("GOROOT", go.to_str().unwrap()),
            ("GOENV", "off"),
            ("GOPROXY", "off"),
            ("GOOS", "linux"),
            ("GOARCH", "amd64"),
            ("GOMODCACHE", self.path("cache").to_str().unwrap()),
        ]);
        let goroot: Goroot = goroot::find(&env).unwrap();
        let context = BuildContext::new(&env, &[]);
        let modules = ModuleLoader::open(Arc::new(env), cwd.path(), &ModFlags::default())
            .map_err(|e| e.to_string())?;
        let mut options = Options::for_compiling(cwd, goroot, context);
        // The standard library of these tests is made up, and so is its overlay.
        let golib = self.path("golib");
        std::fs::create_dir_all(&golib).unwrap();
        std::fs::write(golib.join("overlay.toml"), OVERLAY).unwrap();
        options.overlay = Overlay::read(&golib).unwrap();
        options.tests = self.tests;
        let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        load::load(&options, &modules, &patterns).map_err(|e| e.to_string())
    }

    fn load(&self, patterns: &[&str]) -> LoadResult {
        self.try_load(patterns).unwrap()
    }

    /// The errors, with the tree's folder written as `$`.
    fn errors(&self, patterns: &[&str]) -> Vec<String> {
        let result = match self.try_load(patterns) {
            Ok(result) => result,
            Err(message) => return vec![message],
        };
        let root = self.path("");
        let root = root.to_str().unwrap();
        result
            .errors()
            .map(|e| e.to_string().replace(root, "$/"))
            .collect()
    }
}

fn paths(result: &LoadResult) -> Vec<String> {
    result.packages.iter().map(|p| p.display_path()).collect()
}

#[test]
fn dependencies_come_first() {
    let tree = Tree::module(&[
        (
            "main.go",
            "package main\nimport \"example.com/m/b\"\nimport \"fmt\"\n",
        ),
        ("b/b.go", "package b\nimport \"os\"\n"),
    ]);
    let result = tree.load(&["."]);
    assert_eq!(
        paths(&result),
        [
            "internal/abi",
            "os",
            "example.com/m/b",
            "vendor/golang.org/x/text",
            "fmt",
            "unsafe",
            "runtime",
            "example.com/m",
        ]
    );
    assert_eq!(result.errors().count(), 0);
    let main = &result[result.roots[0]];
    assert_eq!(
        (main.name.as_str(), main.language.as_str()),
        ("main", "go1.24")
    );
    assert_eq!(&*main.files[0].display, "./main.go");
    assert_eq!(&main.files[0].text[..12], b"package main");
    let fmt = main.import("fmt").unwrap();
    assert_eq!(fmt.positions[0].to_string(), "main.go:3:8");
    let fmt = &result[fmt.package];
    assert!(fmt.standard && fmt.allows_bodyless && !fmt.named);
    let text = fmt.import("golang.org/x/text").unwrap();
    assert_eq!(result[text.package].import_path, "vendor/golang.org/x/text");
    assert_eq!(fmt.listing.doc, "Package fmt prints.");
    assert!(result.packages.iter().any(|p| p.is_unsafe));
}

#[test]
fn portable_files_of_std() {
    let tree = Tree::new(&[]);
    let result = tree.load(&["math", "crypto"]);
    let files = |path: &str| {
        let package = result
            .packages
            .iter()
            .find(|p| p.import_path == path)
            .unwrap();
        package.listing.go_files.clone()
    };
    assert_eq!(files("math"), ["exp_noasm.go"]);
    assert_eq!(files("crypto"), ["purego.go"]);
}

#[test]
fn patterns() {
    let tree = Tree::module(&[
        ("a/a.go", "package a\n"),
        ("a/b/b.go", "package b\n"),
        ("a/testdata/t.go", "package t\n"),
        ("_x/x.go", "package x\n"),
        (".h/h.go", "package h\n"),
        ("w/w_windows.go", "package w\n"),
        ("n/go.mod", "module n\n"),
        ("n/n.go", "package n\n"),
        ("vendor/v/v.go", "package v\n"),
        ("none/x.txt", ""),
    ]);
    let named = |patterns: &[&str]| -> Vec<String> {
        let result = tree.load(patterns);
        result
            .roots
            .iter()
            .map(|&id| result[id].import_path.clone())
            .collect()
    };
    assert_eq!(named(&["./..."]), ["example.com/m/a", "example.com/m/a/b"]);
    assert_eq!(named(&["./a"]), ["example.com/m/a"]);
    assert_eq!(
        named(&["./a/..."]),
        ["example.com/m/a", "example.com/m/a/b"]
    );
    assert_eq!(
        named(&["example.com/m/a/..."]),
        ["example.com/m/a", "example.com/m/a/b"]
    );
    assert_eq!(named(&["./a", "example.com/m/a"]), ["example.com/m/a"]);
    assert_eq!(
        named(&["internal/..."]),
        ["internal/abi", "internal/godebugs"]
    );
    assert!(named(&["std"]).contains(&"vendor/golang.org/x/text".to_owned()));
    assert_eq!(named(&["all"]), ["example.com/m/a", "example.com/m/a/b"]);
    let result = tree.load(&["./none/..."]);
    assert_eq!(
        result.warnings,
        ["go: warning: \"./none/...\" matched no packages"]
    );
    assert_eq!(tree.errors(&["./none"]), ["no Go files in $/m/none"]);
    assert_eq!(
        tree.errors(&["./zzz"]),
        ["stat $/m/zzz: directory not found"]
    );
    assert_eq!(
        tree.errors(&["./w"]),
        ["package example.com/m/w: build constraints exclude all Go files in $/m/w"]
    );
}

#[test]
fn import_errors() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (
            &[("a.go", "package a\n\nimport \"nostd/x\"\n")],
            "a.go:3:8: package nostd/x is not in std ($/go/src/nostd/x)",
        ),
        (
            &[("a.go", "package a\nimport \"example.org/x\"\n")],
            "a.go:2:8: no required module provides package example.org/x; to add it:\n\tgo get example.org/x",
        ),
        (
            &[
                ("a.go", "package a\nimport \"example.com/m/n/s\"\n"),
                ("n/go.mod", "module n\n"),
                ("n/s/s.go", "package s\n"),
            ],
            "a.go:2:8: no required module provides package example.com/m/n/s; to add it:\n\tgo get example.com/m/n/s",
        ),
        (
            &[("a.go", "package a\nimport \"internal/abi\"\n")],
            "package example.com/m\n\ta.go:2:8: use of internal package internal/abi not allowed",
        ),
        (
            &[
                ("a.go", "package a\nimport \"example.com/m/p\"\n"),
                ("p/p.go", "package main\n"),
            ],
            "a.go:2:8: import \"example.com/m/p\" is a program, not an importable package",
        ),
        (
            &[("a.go", "package a\nimport \"vendor/golang.org/x/text\"\n")],
            "a.go:2:8: use of vendored package not allowed",
        ),
        (
            &[("a.go", "package a\nimport \"a//b\"\n")],
            "a.go:2:8: malformed import path \"a//b\": double slash",
        ),
        (
            &[("a.go", "package a\nimport \"x@y\"\n")],
            "package example.com/m\n\timports x@y: can only use path@version syntax with 'go get' and 'go install' in module-aware mode",
        ),
        (
            &[("a.go", "package a\nimport \"C\"\n")],
            "a.go:2:8: import \"C\": cgo is not supported yet",
        ),
        (
            &[("a.go", "package a\nimport fmt\n")],
            "a.go:2:11: missing import path",
        ),
        (
            &[("a.go", "package a\n"), ("b.go", "package b\n")],
            "found packages a (a.go) and b (b.go) in $/m",
        ),
        (
            &[(
                "a.go",
                "package a\nimport _ \"embed\"\n//go:embed x\nvar s string\n",
            )],
            "a.go:2:8: package embed is not in std ($/go/src/embed)",
        ),
        (
            &[("a.go", "package a\0\n")],
            "read $/m/a.go: unexpected NUL in input",
        ),
    ];
    for (files, want) in cases {
        let found = Tree::module(files).errors(&["."]);
        assert!(
            found.iter().any(|e| e == want),
            "want {want}\nfound {found:#?}"
        );
    }
}

#[test]
fn cycles() {
    let tree = Tree::module(&[
        ("a/a.go", "package a\nimport \"example.com/m/b\"\n"),
        ("b/b.go", "package b\nimport \"example.com/m/a\"\n"),
    ]);
    assert_eq!(
        tree.errors(&["./a"]),
        [
            "package example.com/m/a\n\timports example.com/m/b from a.go\n\timports example.com/m/a from b.go: import cycle not allowed"
        ]
    );
}

#[test]
fn long_chains_need_no_stack() {
    let count = 3000;
    let mut files: Vec<(String, String)> = Vec::new();
    for i in 0..count {
        let text = match i + 1 {
            next if next < count => format!("package p\nimport _ \"example.com/m/p{next}\"\n"),
            _ => "package p\n".to_owned(),
        };
        files.push((format!("p{i}/p.go"), text));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let tree = Tree::module(&files);
    let worker = std::thread::Builder::new().stack_size(512 << 10);
    let loaded = worker
        .spawn(move || tree.load(&["./p0"]).packages.len())
        .unwrap();
    assert_eq!(loaded.join().unwrap(), count);
}

#[test]
fn files_on_the_command_line() {
    let tree = Tree::new(&[
        (
            "x.go",
            "//go:build ignore\n\npackage main\nimport \"fmt\"\n",
        ),
        ("sub/y.go", "package main\n"),
    ]);
    let result = tree.load(&["x.go"]);
    let package = &result[result.roots[0]];
    assert_eq!(package.kind, PackageKind::CommandLine);
    assert_eq!(package.import_path, "command-line-arguments");
    assert_eq!(
        (package.files.len(), package.language.as_str()),
        (1, "go1.26")
    );
    assert_eq!(result.errors().count(), 0);
    assert_eq!(
        tree.errors(&["x.go", "sub/y.go"]),
        ["named files must all be in one directory; have . and sub"]
    );
    assert_eq!(
        tree.errors(&["x.go", "y.c"]),
        ["named files must be .go files: y.c"]
    );
    assert_eq!(
        tree.errors(&["x.go", "z.go"]),
        ["stat z.go: no such file or directory"]
    );
}

#[test]
fn test_variants() {
    let mut tree = Tree::module(&[
        ("p/p.go", "package p\n"),
        ("p/p_test.go", "package p\nimport \"testing\"\n"),
        (
            "p/x_test.go",
            "package p_test\nimport \"example.com/m/p\"\nimport \"example.com/m/q\"\n",
        ),
        ("q/q.go", "package q\nimport \"example.com/m/p\"\n"),
    ]);
    tree.tests = true;
    let result = tree.load(&["./p"]);
    assert_eq!(result.errors().count(), 0);
    let roots: Vec<_> = result
        .roots
        .iter()
        .map(|&id| result[id].display_path())
        .collect();
    let p = "example.com/m/p";
    let tested = format!("{p} [{p}.test]");
    assert_eq!(
        roots,
        [
            p,
            &format!("{p}.test"),
            &tested,
            &format!("{p}_test [{p}.test]")
        ]
    );
    let find = |path: &str| {
        result
            .packages
            .iter()
            .find(|x| x.display_path() == path)
            .unwrap()
    };
    let files =
        |path: &str| -> Vec<_> { find(path).files.iter().map(|f| f.name.clone()).collect() };
    assert_eq!(files(&tested), ["p.go", "p_test.go"]);
    let q = find(&format!("example.com/m/q [{p}.test]"));
    assert_eq!(q.kind, PackageKind::Recompiled);
    assert_eq!(result[q.import(p).unwrap().package].display_path(), tested);
    let external = find(&format!("{p}_test [{p}.test]"));
    assert_eq!(
        result[external.import(p).unwrap().package].display_path(),
        tested
    );
    for (id, package) in result.iter() {
        assert!(
            package.dependencies.iter().all(|&d| d < id),
            "{}",
            package.display_path()
        );
    }
}

#[test]
fn test_cycle() {
    let mut tree = Tree::module(&[
        ("p/p.go", "package p\n"),
        ("p/p_test.go", "package p\nimport \"example.com/m/q\"\n"),
        ("q/q.go", "package q\nimport \"example.com/m/p\"\n"),
    ]);
    tree.tests = true;
    assert_eq!(
        tree.errors(&["./p"]),
        [
            "package example.com/m/p\n\timports example.com/m/q from p_test.go\n\timports example.com/m/p from q.go: import cycle not allowed in test"
        ]
    );
}

#[test]
fn assembly_gives_way_to_portable_files() {
    let tree = Tree::module(&[
        ("a/f_amd64.s", ""),
        ("a/f_asm.go", "//go:build !noasm\npackage a\nfunc f()\n"),
        ("a/f_go.go", "//go:build noasm\npackage a\nfunc f() {}\n"),
        ("b/g_amd64.s", "TEXT ·g(SB), 4, $0-0\n\tRET\n"),
        ("b/g.go", "package b\nfunc g()\n"),
    ]);
    // The assembly of a is only left out when its constraint says so.
    let text = "//go:build !noasm\nTEXT ·f(SB), 4, $0-0\n\tRET\n";
    std::fs::write(tree.path("m/a/f_amd64.s"), text).unwrap();
    let result = tree.load(&["./..."]);
    let [a, b] = [0, 1].map(|i| &result[result.roots[i]]);
    assert_eq!(a.listing.go_files, ["f_go.go"]);
    assert!(!a.allows_bodyless);
    assert_eq!((b.listing.s_files.len(), b.allows_bodyless), (1, true));
}

#[test]
fn broken_go_mod() {
    let tree = Tree::new(&[("go.mod", "module\n"), ("a.go", "package a\n")]);
    let error = tree.errors(&["."]).remove(0);
    assert!(error.contains("go.mod:1"), "{error}");
}

#[test]
fn default_settings_of_programs() {
    let tree = Tree::new(&[
        ("go.mod", "module example.com/m\n\ngo 1.20\n"),
        ("a.go", "//go:debug http2client=0\npackage main\n"),
    ]);
    let result = tree.load(&["."]);
    let listing = &result[result.roots[0]].listing;
    assert_eq!(listing.default_godebug, "http2client=0,panicnil=1");
}

#[cfg(unix)]
#[test]
fn links_and_devices() {
    let tree = Tree::module(&[("a/a.go", "package a\n"), ("b/b.go", "package b\n")]);
    std::os::unix::fs::symlink("../a", tree.path("m/a/loop")).unwrap();
    std::os::unix::fs::symlink("/dev/null", tree.path("m/b/x.go")).unwrap();
    std::fs::create_dir(tree.path("m/c")).unwrap();
    std::os::unix::fs::symlink("self.go", tree.path("m/c/self.go")).unwrap();
    let result = tree.load(&["./a", "./b"]);
    assert_eq!(result.roots.len(), 2);
    let looped = tree.errors(&["./c"]);
    assert_eq!(
        looped,
        ["open $/m/c/self.go: too many levels of symbolic links"]
    );
    std::fs::remove_dir_all(tree.path("m/c")).unwrap();
    assert_eq!(
        tree.errors(&["./..."]),
        [
            format!("{}/x.go: not a regular file", tree.path("m/b").display())
                .replace(tree.path("").to_str().unwrap(), "$/")
        ]
    );
}
