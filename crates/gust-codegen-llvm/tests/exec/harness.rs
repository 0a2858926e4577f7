//! Compiles IR text and runs it.

use gust_codegen_llvm::{Options, compile};
use gust_ir::{Module, parse, verify};
use std::path::Path;
use std::process::Command;

/// What every C program starts with: `CHECK`, and what compiled code asks of the runtime.
const PRELUDE: &str = r#"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define CHECK(c) do { if (!(c)) { printf("line %d: %s\n", __LINE__, #c); failed = 1; } } while (0)
#define EQ(a, b) do { long long x_ = (long long)(a), y_ = (long long)(b); if (x_ != y_) { \
    printf("line %d: %s is %lld, not %s = %lld\n", __LINE__, #a, x_, #b, y_); failed = 1; } } while (0)
static int failed;
void __morestack(void) { abort(); }
int bcmp(const void *x, const void *y, size_t n) { return memcmp(x, y, n); }
"#;

/// A module from text, valid.
pub fn module(ir: &str) -> Module {
    let module = parse::module(ir).unwrap_or_else(|e| panic!("{e}"));
    if let Err(errors) = verify::module(&module) {
        panic!("{}", errors[0]);
    }
    module
}

/// The instruction set levels to try: the lowest, and one with all instructions that matter if this machine has them.
pub fn levels() -> Vec<u8> {
    let third = ["avx2", "bmi2", "fma"].iter().all(|f| {
        let flags = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        flags.split_whitespace().any(|flag| flag == *f)
    });
    if third { vec![1, 3] } else { vec![1] }
}

/// Compiles a module at several levels; each time links it with C code whose `test` checks it.
pub fn run(ir: &str, c: &str) {
    let module = module(ir);
    for goamd64 in levels() {
        for opt_level in [0, 2] {
            let options = Options {
                opt_level,
                goamd64,
                verify: true,
                ..Options::default()
            };
            let dir = tempfile::tempdir().unwrap();
            let output = link_and_run(dir.path(), &module, c, &options);
            assert!(
                output.is_empty(),
                "O{opt_level}, GOAMD64=v{goamd64}:\n{output}"
            );
        }
    }
}

/// What the program prints and how it ends, if it is not well.
pub fn link_and_run(dir: &Path, module: &Module, c: &str, options: &Options) -> String {
    let object = compile(module, "main", options).unwrap_or_else(|e| panic!("{e}"));
    std::fs::write(dir.join("ir.o"), object).unwrap();
    compile_c(dir, c);
    link(dir);
    let output = Command::new(dir.join("program")).output().unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        text.push_str(&output.status.to_string());
    }
    text
}

/// Compiles a C program around `test` to `main.o`.
pub fn compile_c(dir: &Path, c: &str) {
    let program =
        format!("{PRELUDE}\n#line 1 \"test\"\n{c}\nint main(void) {{ test(); return failed; }}\n");
    std::fs::write(dir.join("main.c"), program).unwrap();
    cc(
        dir,
        &["-O1", "-w", "-fno-builtin", "-fno-pie", "-c", "main.c"],
    );
}

/// Links `main.o` and `ir.o` to `program`.
pub fn link(dir: &Path) {
    let args = ["-no-pie", "-Wl,--gc-sections", "-o", "program"];
    cc(dir, &[&args[..], &["main.o", "ir.o", "-lm"]].concat());
}

fn cc(dir: &Path, args: &[&str]) {
    let output = Command::new("cc")
        .current_dir(dir)
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
