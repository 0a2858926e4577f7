//! Memory: loads and stores, copies, globals, allocation, atomics.

use crate::harness::run;
use std::fmt::Write;

const PANIC: &str =
    "void panicmem(void) __asm__(\"runtime.panicmem\"); void panicmem(void) { exit(99); }\n";

#[test]
fn loads_and_stores_of_all_types() {
    let mut ir = String::new();
    let mut c = String::from(PANIC);
    let types = [
        ("i8", "uint8_t"),
        ("i16", "uint16_t"),
        ("i32", "uint32_t"),
        ("i64", "uint64_t"),
        ("f32", "float"),
        ("f64", "double"),
        ("ptr", "void *"),
    ];
    let mut body = String::new();
    for (ty, name) in types {
        // To an address that is not aligned, and back.
        let _ = writeln!(
            ir,
            "func @copy_{ty} export (ptr, ptr) -> ({ty}) {{
b0(v0: ptr, v1: ptr):
    v2: {ty} = load v0-3
    store v2, v1+5
    v3: {ty} = load v1+5
    ret v3
}}"
        );
        let _ = writeln!(c, "extern {name} copy_{ty}(void *, void *);");
        let _ = writeln!(
            body,
            "  {{ char from[32], to[32] = {{0}}; for (int i = 0; i < 32; i++) from[i] = 65 + i;
    {name} v = copy_{ty}(from + 6, to); CHECK(memcmp(&v, from + 3, sizeof v) == 0); CHECK(memcmp(to + 5, from + 3, sizeof v) == 0);
    CHECK(to[4] == 0 && to[5 + sizeof v] == 0); }}"
        );
    }
    let _ = writeln!(c, "void test(void) {{\n{body}}}");
    run(&ir, &c);
}

#[test]
fn copies_and_zeroing() {
    let mut ir = String::from(
        "func @move export (ptr, ptr, i64) -> () {
b0(v0: ptr, v1: ptr, v2: i64):
    memmove v0, v1, v2
    ret
}
func @zero export (ptr, i64) -> () {
b0(v0: ptr, v1: i64):
    memzero v0, v1
    ret
}
func @through_slot export (ptr, ptr) -> () {
    s0: size 24 align 8
b0(v0: ptr, v1: ptr):
    v2: ptr = slot s0
    v3: i64 = iconst 24
    memmove v2, v0, v3 @some.type
    memmove v1, v2, v3 @some.type
    ret
}\n",
    );
    let sizes = [0, 1, 3, 8, 17, 40, 200, 5000];
    for n in sizes {
        let _ = writeln!(
            ir,
            "func @move{n} export (ptr, ptr) -> () {{
b0(v0: ptr, v1: ptr):
    v2: i64 = iconst {n}
    memmove v0, v1, v2
    ret
}}
func @zero{n} export (ptr) -> () {{
b0(v0: ptr):
    v1: i64 = iconst {n}
    memzero v0, v1
    ret
}}"
        );
    }
    let mut c = String::from(
        "extern void move(void *, void *, int64_t), zero(void *, int64_t), through_slot(void *, void *);
static unsigned char a[6000], want[6000];
static void fill(void) { for (int i = 0; i < 6000; i++) a[i] = want[i] = i * 7; }\n",
    );
    let mut body = String::from(
        "  fill(); move(a + 5, a, 100); memmove(want + 5, want, 100); CHECK(!memcmp(a, want, 6000));
  zero(a + 9, 33); memset(want + 9, 0, 33); CHECK(!memcmp(a, want, 6000));
  int64_t x[3] = {1, 2, 3}, y[3]; through_slot(x, y); CHECK(!memcmp(x, y, 24));\n",
    );
    for n in sizes {
        let _ = writeln!(c, "extern void move{n}(void *, void *), zero{n}(void *);");
        let _ = writeln!(
            body,
            "  fill(); move{n}(a + 3, a); memmove(want + 3, want, {n}); move{n}(a + 11, a + 20); memmove(want + 11, want + 20, {n});
  CHECK(!memcmp(a, want, 6000)); zero{n}(a + 1); memset(want + 1, 0, {n}); CHECK(!memcmp(a, want, 6000));"
        );
    }
    let _ = writeln!(c, "void test(void) {{\n{body}}}");
    run(&ir, &c);
}

#[test]
fn globals() {
    run(
        r#"global @"odd name·[int] \"x\"/y" local rodata align 1 {
    bytes "abc\x00\xff"
}
global @table export relro align 8 {
    addr @"odd name·[int] \"x\"/y" +2
    addr @get
    addr32 @counter
    addr32 @get
    bytes "z"
    zero 7
}
global @counter export noptr align 4 {
    bytes "\x05\x00\x00\x00"
}
global @big export noptr align 64 {
    zero 100000
}
global @pointers export data align 8 {
    zero 8
    addr @counter
}
global @empty export noptr align 1 {
}
func @get export () -> (i32) {
b0():
    v0: ptr = symbol @counter
    v1: i32 = load notrap v0
    v2: i32 = iconst 1
    v3: i32 = add v1, v2
    store notrap v3, v0
    ret v3
}
func @address export () -> (ptr, ptr) {
b0():
    v0: ptr = symbol @"odd name·[int] \"x\"/y" +1
    v1: ptr = symbol @elsewhere +4
    ret v0, v1
}"#,
        r#"struct { char *s; int (*get)(void); uint32_t counter, get32; char z, rest[7]; } extern table;
extern int counter, get(void); extern char big[]; extern struct { void *p, *q; } pointers;
int elsewhere[2] = {1, 2};
struct two { char *s; int *p; }; extern struct two address(void);
void test(void) {
  CHECK(table.s[0] == 'c' && table.s[1] == 0 && table.s[2] == (char)0xff); CHECK(table.get == get);
  EQ(table.counter, (intptr_t)&counter); EQ(table.get32, (intptr_t)get); EQ(table.z, 'z'); EQ(table.rest[6], 0);
  EQ(counter, 5); EQ(table.get(), 6); EQ(counter, 6); EQ((intptr_t)big % 64, 0); EQ(big[99999], 0);
  CHECK(pointers.p == 0 && pointers.q == &counter);
  struct two t = address(); CHECK(*t.s == 'b'); CHECK(t.p == elsewhere + 1);
}"#,
    );
}

#[test]
fn comparisons_of_memory() {
    let mut ir = String::from(
        "func @any export (ptr, ptr, i64) -> (i8) {
b0(v0: ptr, v1: ptr, v2: i64):
    v3: i8 = call @runtime.memequal(v0, v1, v2) (ptr, ptr, i64) -> (i8)
    ret v3
}\n",
    );
    let mut c = String::from(
        "int8_t equal(void *, void *, int64_t) __asm__(\"runtime.memequal\"); static int calls;
int8_t equal(void *x, void *y, int64_t n) { calls++; return memcmp(x, y, n) == 0; }
extern int8_t any(void *, void *, int64_t);\n",
    );
    let mut body = String::new();
    for n in [0, 1, 3, 4, 7, 8, 15, 16, 31, 64] {
        let _ = writeln!(
            ir,
            "func @equal{n} export (ptr, ptr) -> (i8) {{
b0(v0: ptr, v1: ptr):
    v2: i64 = iconst {n}
    v3: i8 = call @runtime.memequal(v0, v1, v2) (ptr, ptr, i64) -> (i8)
    ret v3
}}"
        );
        let _ = writeln!(c, "extern int8_t equal{n}(void *, void *);");
        let _ = writeln!(
            body,
            "  x[{n}]++; EQ(equal{n}(x, y), 1); x[{n}]--; if ({n}) {{ x[{n} - 1]++; EQ(equal{n}(x, y), 0); x[{n} - 1]--; }}"
        );
    }
    let _ = writeln!(
        c,
        "void test(void) {{\n  char x[65], y[65]; for (int i = 0; i < 65; i++) x[i] = y[i] = i * 3;\n{body}
  EQ(calls, 0); EQ(any(x, y, 65), 1); x[64]++; EQ(any(x, y, 65), 0); EQ(calls, 2);\n}}"
    );
    run(&ir, &c);
}

#[test]
fn new_objects() {
    run(
        "func @make export (i64) -> (ptr) {
b0(v0: i64):
    v1: ptr = new @some.type size 16 align 8
    store v0, v1+8
    keepalive v1
    v2: f64 = fromsigned v0
    keepalive v2
    ret v1
}",
        "char some_type __asm__(\"some.type\");
void *newobject(void *) __asm__(\"runtime.newobject\");
void *newobject(void *type) { CHECK(type == &some_type); return calloc(1, 16); }
extern int64_t *make(int64_t);
void test(void) { int64_t *p = make(9); EQ(p[0], 0); EQ(p[1], 9); }",
    );
}

#[test]
fn atomics() {
    let mut ir = String::new();
    let mut c = String::from(PANIC);
    let mut body = String::new();
    for bits in [8, 32, 64] {
        for op in ["add", "and", "or", "xchg"] {
            let _ = writeln!(
                ir,
                "func @{op}{bits} export (ptr, i{bits}) -> (i{bits}) {{
b0(v0: ptr, v1: i{bits}):
    v2: i{bits} = atomicrmw {op} v0, v1
    ret v2
}}"
            );
            let _ = writeln!(c, "extern int{bits}_t {op}{bits}(void *, int{bits}_t);");
        }
        let _ = writeln!(
            ir,
            "func @cas{bits} export (ptr, i{bits}, i{bits}) -> (i8) {{
b0(v0: ptr, v1: i{bits}, v2: i{bits}):
    v3: i8 = atomiccas v0, v1, v2
    ret v3
}}"
        );
        let _ = writeln!(
            c,
            "extern uint8_t cas{bits}(void *, int{bits}_t, int{bits}_t);"
        );
        let _ = writeln!(
            body,
            "  {{ int{bits}_t x[2] = {{12, 1}}; EQ(add{bits}(x, 5), 12); EQ(*x, 17); EQ(and{bits}(x, 16), 17); EQ(or{bits}(x, 3), 16);
    EQ(xchg{bits}(x, -1), 19); EQ(*x, -1); EQ(cas{bits}(x, 0, 7), 0); EQ(*x, -1); EQ(cas{bits}(x, -1, 7), 1); EQ(*x, 7); EQ(x[1], 1); }}"
        );
    }
    for order in ["relaxed", "acquire", "seqcst"] {
        let _ = writeln!(
            ir,
            "func @load_{order} export (ptr) -> (ptr) {{\nb0(v0: ptr):\n v1: ptr = atomicload {order} v0\n ret v1\n}}"
        );
        let _ = writeln!(c, "extern void *load_{order}(void *);");
        let _ = writeln!(body, "  CHECK(load_{order}(&p) == &p);");
    }
    for order in ["relaxed", "release", "seqcst"] {
        let _ = writeln!(
            ir,
            "func @store_{order} export (ptr, i32) -> () {{\nb0(v0: ptr, v1: i32):\n atomicstore {order} v1, v0\n ret\n}}"
        );
        let _ = writeln!(c, "extern void store_{order}(void *, int);");
        let _ = writeln!(
            body,
            "  {{ int x[2] = {{0, 8}}; store_{order}(x, 6); EQ(x[0], 6); EQ(x[1], 8); }}"
        );
    }
    ir.push_str(
        "func @swap export (ptr, ptr) -> (ptr) {
b0(v0: ptr, v1: ptr):
    v2: ptr = atomicrmw xchg v0, v1
    ret v2
}
func @casptr export (ptr, ptr, ptr) -> (i8) {
b0(v0: ptr, v1: ptr, v2: ptr):
    v3: i8 = atomiccas v0, v1, v2
    ret v3
}\n",
    );
    let _ = writeln!(
        c,
        "extern void *swap(void *, void *); extern uint8_t casptr(void *, void *, void *);
void test(void) {{\n  void *p = &p;\n{body}  CHECK(swap(&p, 0) == &p); CHECK(p == 0);
  EQ(casptr(&p, &c, 0), 0); EQ(casptr(&p, 0, &c), 1); CHECK(p == &c);\n}}"
    );
    let c = c.replace("void *p = &p;", "void *p = &p; char c;");
    run(&ir, &c);
}

/// With barriers on, overwritten pointers are told to the runtime while it marks; but not those of frames and globals, nor the
/// nil of a new object.
#[test]
fn write_barriers() {
    use crate::harness::{link_and_run, module};
    use gust_codegen_llvm::Options;
    let module = module(
        "func @write.it export (ptr, ptr) -> () {
b0(v0: ptr, v1: ptr):
    storeptr v1, v0+8
    v2: i64 = iconst 48
    memmove v0, v1, v2 @two.words
    memzero v0, v2 @two.words
    memzero v0, v2
    ret
}
func @make.it export (ptr, ptr) -> (ptr) {
b0(v0: ptr, v1: ptr):
    v2: ptr = new @two.words size 16 align 8
    storeptr v0, v2
    storeptr v1, v2+8
    storeptr v1, v2
    v3: ptr = symbol @one.word
    storeptr v2, v3
    storeptr v0, v2+8
    ret v2
}
func @exchange.it export (ptr, ptr) -> (ptr) {
b0(v0: ptr, v1: ptr):
    v2: ptr = atomicrmw xchg v0, v1
    v3: i8 = atomiccas v0, v0, v2
    v4: i8 = atomiccas v0, v1, v0
    atomicstore seqcst v1, v0
    ret v2
}",
    );
    let c = format!(
        "{PANIC}int64_t two_words[] __asm__(\"two.words\") = {{16, 16}}; void *one_word __asm__(\"one.word\");
int marking __asm__(\"runtime.gcmarking\"); static int moves, clears; char *dst, *src;
int64_t shades, shaded;
__asm__(\".text; .globl runtime.gcshade; runtime.gcshade: incq shades(%rip); movq %rdi, shaded(%rip); ret\");
void m(void *d, void *s, int64_t n) __asm__(\"runtime.memmovePointers\");
void m(void *d, void *s, int64_t n) {{ moves++; EQ(n, 48); CHECK(d == dst && s == src); }}
void z(void *d, int64_t n) __asm__(\"runtime.memclrHasPointers\"); void z(void *d, int64_t n) {{ clears++; EQ(n, 48); }}
void *n(void *t) __asm__(\"runtime.newobject\"); void *n(void *t) {{ return calloc(1, 16); }}
extern void write_(void *, void *) __asm__(\"write.it\"); extern void **make(void *, void *) __asm__(\"make.it\");
extern void *exchange(void **, void *) __asm__(\"exchange.it\");
void test(void) {{
  dst = calloc(1, 48); src = malloc(48); *(void **)(dst + 8) = &marking;
  write_(dst, src); EQ(shades, 0); EQ(moves, 1); EQ(clears, 1);
  make(src, dst); EQ(shades, 0);
  marking = 1;
  *(void **)(dst + 8) = &marking;
  write_(dst, src); EQ(shades, 1); EQ(shaded, &marking);
  void **made = make(src, dst); CHECK(made[0] == dst && made[1] == src && one_word == made);
  EQ(shades, 3); EQ(shaded, dst);
  void *place = dst;
  CHECK(exchange(&place, src) == dst); CHECK(place == src); EQ(shades, 6); EQ(shaded, &place);
}}"
    );
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        write_barriers: true,
        ..Options::default()
    };
    assert_eq!(link_and_run(dir.path(), &module, &c, &options), "");
}
