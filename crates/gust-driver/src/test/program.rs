//! The program that runs the tests of a package: its Go text, from the functions in the test files.

use super::cover::CoverText;
use super::functions::{Functions, find};
use gust_load::package::{GoFile, LoadResult, Package, PackageId, PackageKind};
use std::fmt::Write as _;

/// What it takes to test one package.
#[derive(Clone, Copy, Debug)]
pub struct TestProgram {
    /// `p.test`
    pub program: PackageId,
    /// `p [p.test]`, if there are in-package tests or `p` is a program.
    pub internal: Option<PackageId>,
    /// `p_test [p.test]`, if there are external tests.
    pub external: Option<PackageId>,
}

impl TestProgram {
    /// The variants that were loaded for a package; none if it has no test files.
    #[must_use]
    pub fn of(load: &LoadResult, package: &Package) -> Option<Self> {
        let variant = |kind: PackageKind| {
            let of_package = |p: &Package| {
                p.kind == kind && p.for_test.as_deref() == Some(package.import_path.as_str())
            };
            let found = load.iter().find(|(_, p)| of_package(p));
            found.map(|(id, _)| id)
        };
        let path = format!("{}.test", package.import_path);
        let is_program = |p: &Package| p.kind == PackageKind::TestMain && p.import_path == path;
        let program = load.iter().find(|(_, p)| is_program(p))?.0;
        Some(Self {
            program,
            internal: variant(PackageKind::InPackageTest),
            external: variant(PackageKind::ExternalTest),
        })
    }

    /// Gives the program its source.
    ///
    /// # Errors
    /// The official text about a test function with a wrong signature.
    pub fn write(
        &self,
        load: &mut LoadResult,
        tested: PackageId,
        cover: Option<&CoverText>,
    ) -> Result<(), String> {
        let own = match self.internal {
            Some(id) => {
                let names = &load[tested].listing.test_go_files;
                let files = load[id].files.iter().filter(|f| names.contains(&f.name));
                find(&files.cloned().collect::<Vec<_>>())?
            }
            None => Functions::default(),
        };
        let external = match self.external {
            Some(id) => find(&load[id].files)?,
            None => Functions::default(),
        };
        if own.mains + external.mains > 1 {
            return Err("multiple definitions of TestMain".into());
        }
        let text = source(
            &load[tested],
            &own,
            &external,
            self.external.is_some(),
            cover,
        );
        let program = &mut load[self.program];
        let name = "_testmain.go".to_owned();
        program.files = vec![GoFile {
            path: program.dir.join(&name),
            display: name.as_str().into(),
            name,
            text: text.into_bytes().into(),
        }];
        Ok(())
    }
}

/// The text of the program.
fn source(
    package: &Package,
    own: &Functions,
    external: &Functions,
    has_external: bool,
    cover: Option<&CoverText>,
) -> String {
    let path = package.import_path.as_str();
    let module = package.module.as_ref().map_or("", |m| m.path.as_str());
    let has_main = own.mains + external.mains > 0;
    let mut out = String::from("package main\n\nimport (\n\t\"os\"\n");
    if has_main {
        out.push_str("\t\"reflect\"\n");
    }
    out.push_str("\t\"testing\"\n\t\"testing/internal/testdeps\"\n\n");
    if cover.is_some() {
        out.push_str("\t\"internal/coverage/cfile\"\n\n");
    }
    // Imported for their initialisation if they have nothing to call.
    let alias =
        |functions: &Functions, name: &'static str| if functions.any() { name } else { "_" };
    if !package.listing.test_go_files.is_empty() || !package.files.is_empty() {
        let _ = writeln!(out, "\t{} {path:?}", alias(own, "own"));
    }
    if has_external {
        let path = format!("{path}_test");
        let _ = writeln!(out, "\t{} {path:?}", alias(external, "external"));
    }
    out.push_str(")\n\n");
    let sides = [("own", own), ("external", external)];
    let mut table = |name: &str, ty: &str, list: fn(&Functions) -> &Vec<String>| {
        let _ = writeln!(out, "var {name} = []testing.{ty}{{");
        for (side, functions) in sides {
            for function in list(functions) {
                let _ = writeln!(out, "\t{{Name: {function:?}, F: {side}.{function}}},");
            }
        }
        out.push_str("}\n\n");
    };
    table("tests", "InternalTest", |f| &f.tests);
    table("benchmarks", "InternalBenchmark", |f| &f.benchmarks);
    let _ = table;
    out.push_str("var fuzzTargets = []testing.InternalFuzzTarget{\n");
    for (side, functions) in sides {
        for function in &functions.fuzz_targets {
            let _ = writeln!(out, "\t{{Name: {function:?}, Fn: {side}.{function}}},");
        }
    }
    out.push_str("}\n\nvar examples = []testing.InternalExample{\n");
    for (side, functions) in sides {
        for example in &functions.examples {
            let name = &example.name;
            let _ = writeln!(
                out,
                "\t{{Name: {name:?}, F: {side}.{name}, Output: {}, Unordered: {}}},",
                quoted(&example.output),
                example.unordered
            );
        }
    }
    out.push_str("}\n\nfunc init() {\n");
    let _ = writeln!(out, "\ttestdeps.ModulePath = {}", quoted(module));
    let _ = writeln!(out, "\ttestdeps.ImportPath = {}", quoted(path));
    if let Some(cover) = cover {
        let selected = match &cover.selected {
            Some(paths) => paths.iter().map(|p| quoted(p)).collect(),
            None => vec![quoted(path)],
        };
        let _ = write!(
            out,
            "\ttestdeps.CoverMode = {}\n\ttestdeps.Covered = {}\n\
             \ttestdeps.CoverSelectedPackages = []string{{{}}}\n\
             \ttestdeps.CoverSnapshotFunc = cfile.Snapshot\n\
             \ttestdeps.CoverProcessTestDirFunc = cfile.ProcessCoverTestDir\n\
             \ttestdeps.CoverMarkProfileEmittedFunc = cfile.MarkProfileEmitted\n\
             \tcfile.InitHook(true)\n",
            quoted(cover.mode),
            quoted(&cover.covered),
            selected.join(", ")
        );
    }
    out.push_str("}\n\nfunc main() {\n");
    out.push_str(
        "\trun := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)\n",
    );
    if has_main {
        // TestMain need not end the program; its status is then what Run left behind.
        let side = if own.mains > 0 { "own" } else { "external" };
        let _ = writeln!(out, "\t{side}.TestMain(run)");
        out.push_str(
            "\tstatus := reflect.ValueOf(run).Elem().FieldByName(\"exitCode\")\n\tos.Exit(int(status.Int()))\n",
        );
    } else {
        out.push_str("\tos.Exit(run.Run())\n");
    }
    out.push_str("}\n");
    out
}

/// A Go string literal.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(c),
            _ => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::functions::Example;
    use super::*;

    #[test]
    fn tables_and_imports() {
        let mut package = Package {
            import_path: "example.com/p".into(),
            ..Package::default()
        };
        std::sync::Arc::make_mut(&mut package.listing)
            .test_go_files
            .push("a_test.go".into());
        let own = Functions {
            tests: vec!["TestA".into()],
            ..Functions::default()
        };
        let external = Functions {
            examples: vec![Example {
                name: "ExampleB".into(),
                output: "x \"é\"\n".into(),
                unordered: true,
            }],
            mains: 1,
            ..Functions::default()
        };
        let text = source(&package, &own, &external, true, None);
        for part in [
            "\town \"example.com/p\"\n",
            "\texternal \"example.com/p_test\"\n",
            "{Name: \"TestA\", F: own.TestA},",
            "F: external.ExampleB, Output: \"x \\\"\\U000000e9\\\"\\n\", Unordered: true},",
            "external.TestMain(run)",
            "testdeps.ImportPath = \"example.com/p\"",
        ] {
            assert!(text.contains(part), "{part} not in {text}");
        }
        let text = source(
            &package,
            &Functions::default(),
            &Functions::default(),
            false,
            None,
        );
        assert!(text.contains("\t_ \"example.com/p\"\n") && !text.contains("reflect"));
    }
}
