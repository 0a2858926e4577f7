//! Checks: what fails calls the runtime, what does not goes on.

use crate::harness::{module, run};
use gust_codegen_llvm::{Options, llvm_text};

/// C: panics are jumps back, with what they were told.
const PANICS: &str = "#include <setjmp.h>
static jmp_buf back; static int64_t told[3];
void panicmem(void) __asm__(\"runtime.panicmem\"); void panicmem(void) { longjmp(back, 1); }
void panicbounds(int64_t, int64_t, int64_t) __asm__(\"runtime.panicBounds\");
void panicbounds(int64_t k, int64_t i, int64_t n) { told[0] = k; told[1] = i; told[2] = n; longjmp(back, 2); }
#define PANICS(want, call) do { told[0] = -1; int how_ = setjmp(back); if (how_ == 0) { call; } EQ(how_, want); } while (0)
";

#[test]
fn nil() {
    let ir = "func @load export (ptr) -> (i64) {
b0(v0: ptr):
    v1: i64 = load v0+8
    v2: i64 = load v0
    v3: i64 = add v1, v2
    ret v3
}
func @store export (ptr, ptr) -> () {
b0(v0: ptr, v1: ptr):
    storeptr v1, v0
    ret
}
func @check export (ptr) -> () {
b0(v0: ptr):
    nilcheck v0
    ret
}
func @atomic export (ptr) -> (i32) {
b0(v0: ptr):
    v1: i32 = atomicload seqcst v0
    ret v1
}
func @closure export (ptr) -> () {
b0(v0: ptr):
    call closure v0() () -> ()
    ret
}
func @method export (ptr) -> () {
b0(v0: ptr):
    call interface v0.0(v0) (ptr) -> ()
    ret
}
func @late export (ptr, i8) -> (i64) {
b0(v0: ptr, v1: i8):
    brif v1, b1(), b2()
b1():
    v2: i64 = load v0
    jump b3(v2)
b2():
    v3: i64 = iconst 7
    jump b3(v3)
b3(v4: i64):
    v5: i64 = load v0+8
    v6: i64 = add v4, v5
    ret v6
}";
    let c = format!(
        "{PANICS}
extern int64_t load_(int64_t *) __asm__(\"load\"), late(int64_t *, int); extern void store_(void *, void *) __asm__(\"store\");
extern void check(void *), closure(void *), method(void *); extern int atomic_(void *) __asm__(\"atomic\");
void test(void) {{
  int64_t x[2] = {{3, 4}}; EQ(load_(x), 7); PANICS(1, load_(0)); PANICS(1, store_(0, x)); PANICS(0, store_(x, 0)); EQ(x[0], 0);
  PANICS(1, check(0)); PANICS(0, check(x)); PANICS(1, atomic_(0)); PANICS(1, closure(0)); PANICS(1, method(0));
  EQ(late(x, 1), 4); PANICS(1, late(0, 1)); PANICS(1, late(0, 0)); EQ(late(x, 0), 11);
}}"
    );
    run(ir, &c);
}

#[test]
fn bounds() {
    let kinds = [
        "index",
        "slicealen",
        "sliceacap",
        "sliceb",
        "slice3alen",
        "slice3acap",
        "slice3b",
        "slice3c",
        "convert",
    ];
    let mut ir = String::new();
    let mut c = String::from(PANICS);
    let mut body = String::new();
    for (number, kind) in kinds.iter().enumerate() {
        ir.push_str(&format!(
            "func @b.{kind} export (i64, i64) -> () {{\nb0(v0: i64, v1: i64):\n bounds {kind} v0, v1\n ret\n}}\n"
        ));
        c.push_str(&format!(
            "extern void b_{kind}(int64_t, int64_t) __asm__(\"b.{kind}\");\n"
        ));
        let at_end = if number == 0 { 2 } else { 0 };
        body.push_str(&format!(
            "  PANICS(0, b_{kind}(4, 5)); PANICS({at_end}, b_{kind}(5, 5)); PANICS(2, b_{kind}(-1, 5)); EQ(told[0], {number});
  EQ(told[1], -1); EQ(told[2], 5); PANICS(2, b_{kind}(6, 5)); EQ(told[1], 6);\n"
        ));
    }
    c.push_str(&format!("void test(void) {{\n{body}}}"));
    run(&ir, &c);
}

/// A pointer that was checked, or cannot be nil, is not checked again where that is certain.
#[test]
fn checks_are_made_once() {
    let ir = "func @f export (ptr, i8) -> (i64) {
    s0: size 8 align 8
b0(v0: ptr, v1: i8):
    v2: i64 = load v0
    v3: ptr = slot s0
    store v2, v3
    v4: ptr = symbol @g
    v5: i64 = load v4
    v6: ptr = new @t size 8 align 8
    store v5, v6
    brif v1, b1(), b2()
b1():
    v7: i64 = load v0+8
    jump b3(v7)
b2():
    v8: i64 = iconst 8
    v9: ptr = ptradd v0, v8
    v10: i64 = load v9
    jump b3(v10)
b3(v11: i64):
    store v11, v0
    ret v11
}";
    let options = Options {
        opt_level: 0,
        debug_info: false,
        ..Options::default()
    };
    let text = llvm_text(&module(ir), "main", &options).unwrap();
    assert_eq!(text.matches("icmp eq ptr").count(), 1, "{text}");
}
