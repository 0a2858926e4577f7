//! What the linker keeps: sections, groups, tables of types and itabs.

use crate::harness::module;
use gust_codegen_llvm::{Options, compile};
use std::path::Path;
use std::process::Command;

/// A program without C library whose exit status says how many entries the two tables have: types + 16 * itabs.
const START: &str = "
extern void *__start_gust_typelinks[] __attribute__((weak)), *__stop_gust_typelinks[] __attribute__((weak));
extern void *__start_gust_itablinks[] __attribute__((weak)), *__stop_gust_itablinks[] __attribute__((weak));
extern void *use(void);
void _start(void) {
  long n = 0;
  for (void **p = __start_gust_typelinks; p != __stop_gust_typelinks; p++) n += *p == use() ? 1 : 100;
  n += 16 * (__stop_gust_itablinks - __start_gust_itablinks);
  __asm__ volatile(\"syscall\" :: \"a\"(231), \"D\"(n));
}
void __morestack(void) {}
";

/// Links modules and `START`; gives the exit status.
fn exit_status(dir: &Path, modules: &[&str]) -> i32 {
    let mut objects = vec!["start.o".to_string()];
    for (i, ir) in modules.iter().enumerate() {
        let object = compile(&module(ir), "main", &Options::default()).unwrap();
        objects.push(format!("{i}.o"));
        std::fs::write(dir.join(&objects[i + 1]), object).unwrap();
    }
    std::fs::write(dir.join("start.c"), START).unwrap();
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .current_dir(dir)
            .args(args)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
    };
    run(
        "cc",
        &[
            "-O1",
            "-fno-pic",
            "-fno-stack-protector",
            "-ffreestanding",
            "-mno-red-zone",
            "-c",
            "start.c",
        ],
    );
    let mut args = vec![
        "-static",
        "--gc-sections",
        "-z",
        "start-stop-gc",
        "-o",
        "program",
    ];
    args.extend(objects.iter().map(String::as_str));
    run("ld.lld-19", &args);
    let status = Command::new(dir.join("program")).status().unwrap();
    status.code().unwrap()
}

const TYPES: &str = "global @type:used linkonce relro align 8 {
    addr @name
}
global @type:unused linkonce relro align 8 {
    addr @name
}
global @link:used local typelink align 8 {
    addr @type:used
}
global @link:unused local typelink align 8 {
    addr @type:unused
}
global @itab:unused local relro align 8 {
    addr @type:unused
}
global @itablink:unused local itablink align 8 {
    addr @itab:unused
}
global @itab:used linkonce relro align 8 {
    addr @type:used
}
global @itablink:used linkonce itablink align 8 {
    addr @itab:used
}
";

#[test]
fn tables_have_what_is_linked_once() {
    let dir = tempfile::tempdir().unwrap();
    let first = format!(
        "{TYPES}
global @name export rodata align 1 {{
    bytes \"n\"
}}
func @use export () -> (ptr) nosplit {{
b0():
    v0: ptr = symbol @itab:used
    v1: ptr = load notrap v0
    v2: ptr = call @more() () -> (ptr)
    ret v1
}}"
    );
    let second = format!(
        "{TYPES}
func @more export () -> (ptr) nosplit {{
b0():
    v0: ptr = symbol @itab:used
    ret v0
}}"
    );
    assert_eq!(exit_status(dir.path(), &[&first, &second]), 1 + 16);
}

#[test]
fn tables_may_be_empty() {
    let dir = tempfile::tempdir().unwrap();
    let ir = format!(
        "{TYPES}
global @name export rodata align 1 {{
    bytes \"n\"
}}
func @use export () -> (ptr) nosplit {{
b0():
    v0: ptr = symbol @name
    ret v0
}}"
    );
    assert_eq!(exit_status(dir.path(), &[&ir]), 0);
}

/// Functions and globals are dropped one by one, and zeroed variables take no room in the file.
#[test]
fn each_has_its_section() {
    let dir = tempfile::tempdir().unwrap();
    let ir = "global @kept export noptr align 8 {
    zero 1000000
}
global @dropped export data align 8 {
    addr @missing.1
}
func @dropped.too export (i64) -> (i64) nosplit {
b0(v0: i64):
    switch v0, 1: b1(), 2: b2(), 3: b3(), 4: b1(), 5: b3(), b4()
b1():
    v1: i64 = call @missing.2() () -> (i64)
    ret v1
b2():
    v2: i64 = call @missing.3() () -> (i64)
    ret v2
b3():
    v3: i64 = call @missing.4() () -> (i64)
    ret v3
b4():
    ret v0
}
func @table export (i64) -> (i64) nosplit {
b0(v0: i64):
    switch v0, 1: b1(), 2: b2(), 3: b3(), 4: b1(), 5: b3(), b4()
b1():
    v1: i64 = call @some() () -> (i64)
    ret v1
b2():
    v2: i64 = iconst 77
    ret v2
b3():
    v3: i64 = iconst -9
    ret v3
b4():
    ret v0
}
func @some export () -> (i64) noinline {
b0():
    v0: i64 = iconst 3
    ret v0
}
func @use export () -> (ptr) nosplit {
b0():
    v0: ptr = symbol @kept
    v1: i64 = load notrap v0
    v2: i64 = call @table(v1) (i64) -> (i64)
    store notrap v2, v0
    ret v0
}";
    assert_eq!(exit_status(dir.path(), &[ir]), 0);
    let size = std::fs::metadata(dir.path().join("program")).unwrap().len();
    assert!(size < 100_000, "{size} bytes");
}
