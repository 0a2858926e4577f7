//! Source locations: what a debugger tells of an address in compiled code.

use crate::harness::{compile_c, link, module};
use gust_codegen_llvm::{Options, compile};
use std::process::Command;

/// The frames at addresses that the program prints, as `function file:line:column`, innermost first.
fn frames(ir: &str, c: &str) -> Vec<Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    let object = compile(&module(ir), "main", &Options::default()).unwrap();
    std::fs::write(dir.path().join("ir.o"), object).unwrap();
    compile_c(dir.path(), c);
    link(dir.path());
    let program = dir.path().join("program");
    let output = Command::new(&program).output().unwrap();
    let addresses = String::from_utf8(output.stdout).unwrap();
    addresses
        .lines()
        .map(|address| {
            let output = Command::new("llvm-symbolizer-19")
                .arg("--obj")
                .args([program.as_os_str(), address.as_ref()])
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let lines: Vec<_> = text.lines().filter(|l| !l.is_empty()).collect();
            lines.chunks(2).map(|pair| pair.join(" ")).collect()
        })
        .collect()
}

/// C: panics print the address they were called from, and the program ends when it has three.
const TELL: &str = "
static int calls;
static void tell(void *pc) { printf(\"%p\\n\", (char *)pc - 1); }
void where(void) { tell(__builtin_return_address(0)); }
";

#[test]
fn lines_and_inlined_calls() {
    let frames = frames(
        "loc l0 \"/src/a.go\":10:5
loc l1 \"/src/a.go\":20:7
loc l2 \"/src/b.go\":30:9 in @main.inlined at l1
loc l3 \"/src/b.go\":31:2 in @main.inlined at l1
loc l4 \"/src/c.go\":5:1
func @main.small local () -> () {
b0():
    call @where() () -> () @l4
    ret @l4
}
func @main.f export () -> () noinline {
b0():
    call @where() () -> () @l0
    call @where() () -> () @l2
    call @main.small() () -> () @l3
    ret @l1
}",
        &format!("{TELL}extern void f(void) __asm__(\"main.f\"); void test(void) {{ f(); }}"),
    );
    assert_eq!(
        frames,
        [
            vec!["main.f /src/a.go:10:5"],
            vec!["main.inlined /src/b.go:30:9", "main.f /src/a.go:20:7"],
            vec![
                "main.small /src/c.go:5:1",
                "main.inlined /src/b.go:31:2",
                "main.f /src/a.go:20:7"
            ],
        ]
    );
}

/// Panics of two lines with the same arguments do not share their call.
#[test]
fn each_check_keeps_its_line() {
    let frames = frames(
        "loc l0 \"/src/a.go\":10:0
loc l1 \"/src/a.go\":11:0
func @main.f export (i64, i64, i64) -> (i64) {
b0(v0: i64, v1: i64, v2: i64):
    bounds index v0, v2 @l0
    bounds index v1, v2 @l1
    v3: i64 = add v0, v1 @l1
    ret v3 @l1
}
func @main.g export (ptr, ptr) -> (i64) {
b0(v0: ptr, v1: ptr):
    v2: i64 = load v0 @l0
    v3: i64 = load v1 @l1
    v4: i64 = add v2, v3 @l1
    ret v4 @l1
}",
        &format!(
            "{TELL}#include <setjmp.h>
static jmp_buf back;
void bounds(void) __asm__(\"runtime.panicBounds\"); void bounds(void) {{ tell(__builtin_return_address(0)); longjmp(back, 1); }}
void nil(void) __asm__(\"runtime.panicmem\"); void nil(void) {{ tell(__builtin_return_address(0)); longjmp(back, 1); }}
extern void f(int64_t, int64_t, int64_t) __asm__(\"main.f\"), g(void *, void *) __asm__(\"main.g\");
void test(void) {{
  if (!setjmp(back)) f(9, 0, 5);
  if (!setjmp(back)) f(0, 9, 5);
  if (!setjmp(back)) g(0, &back);
  if (!setjmp(back)) g(&back, 0);
}}"
        ),
    );
    assert_eq!(
        frames,
        [
            vec!["main.f /src/a.go:10:0"],
            vec!["main.f /src/a.go:11:0"],
            vec!["main.g /src/a.go:10:0"],
            vec!["main.g /src/a.go:11:0"],
        ]
    );
}

#[test]
fn wrappers_are_artificial() {
    let dir = tempfile::tempdir().unwrap();
    let ir = "loc l0 \"/src/a.go\":10:0
func @main.wrapper export () -> () wrapper {
b0():
    ret @l0
}
func @main.plain export () -> () {
b0():
    ret @l0
}";
    let object = compile(&module(ir), "main", &Options::default()).unwrap();
    let path = dir.path().join("ir.o");
    std::fs::write(&path, object).unwrap();
    let output = Command::new("llvm-dwarfdump-19")
        .arg(&path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let subprograms: Vec<&str> = text.split("DW_TAG_subprogram").skip(1).collect();
    assert_eq!(subprograms.len(), 2, "{text}");
    for subprogram in subprograms {
        let wrapper = subprogram.contains("main.wrapper");
        assert_eq!(subprogram.contains("DW_AT_artificial"), wrapper, "{text}");
    }
}

/// Passes drop values that only debuggers were told of.
#[test]
fn parts_of_variables_without_value() {
    let ir = "loc l0 \"/src/a.go\":10:0
type t0 basic \"int\" signed size 8
type t1 struct \"main.pair\" size 16 (\"a\": t0 0, \"b\": t0 8)
func @main.f export (i64) -> (i64) @l0 {
    d0: \"p\" t1 arg 0 @l0
b0(v0: i64):
    debug d0 part 0 v0 @l0
    debug d0 part 8 none @l0
    ret v0 @l0
}";
    assert!(compile(&module(ir), "main", &Options::default()).is_ok());
}
