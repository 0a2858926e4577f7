//! Calls, results, blocks.

use crate::harness::run;

#[test]
fn results_in_registers_and_in_memory() {
    run(
        "func @two export (i64, f64) -> (f64, i64) {
b0(v0: i64, v1: f64):
    ret v1, v0
}
func @floats export (f64, f32) -> (f64, f32) {
b0(v0: f64, v1: f32):
    ret v0, v1
}
func @bytes export (i8, i8) -> (i8, i8) {
b0(v0: i8, v1: i8):
    ret v1, v0
}
func @four export (i8, f32, ptr) -> (ptr, i8, f32, i64, i8) {
b0(v0: i8, v1: f32, v2: ptr):
    v3: i64 = iconst 9
    ret v2, v0, v1, v3, v0
}
func @mixed local (i64) -> (i8, f64, i64, f32, ptr) {
b0(v0: i64):
    v1: i8 = wrap v0
    v2: f64 = fromsigned v0
    v3: f32 = fromsigned v0
    v4: ptr = inttoptr v0
    ret v1, v2, v0, v3, v4
}
func @registers export (i64) -> (i64) {
b0(v0: i64):
    v1: i8, v2: f64, v3: i64, v4: f32, v5: ptr = call @mixed(v0) (i64) -> (i8, f64, i64, f32, ptr)
    v6: i64 = zext v1
    v7: i64 = tosigned v2
    v8: i64 = tosigned v4
    v9: i64 = ptrtoint v5
    v10: i64 = add v6, v7
    v11: i64 = mul v8, v9
    v12: i64 = add v10, v11
    v13: i64 = mul v12, v3
    ret v13
}
func @through export (i64) -> (i64) {
b0(v0: i64):
    v1: f64 = fromsigned v0
    v2: f64, v3: i64 = call @two(v0, v1) (i64, f64) -> (f64, i64)
    v4: i64 = tosigned v2
    v5: i64 = mul v4, v3
    v6: i64, v7: i64, v8: f64, v9: i64, v14: i64 = call @c_five(v5) (i64) -> (i64, i64, f64, i64, i64)
    v10: i64 = tosigned v8
    v11: i64 = add v6, v7
    v12: i64 = add v11, v10
    v13: i64 = add v12, v9
    v15: i64 = add v13, v14
    ret v15
}",
        "struct fi { double f; int64_t i; }; extern struct fi two(int64_t, double);
struct ff { union { double d; int64_t pad; } a; union { float f; int64_t pad; } b; };
struct bb { int64_t a, b; }; extern struct bb bytes(int8_t, int8_t);
struct dd { double a; double b; }; extern struct dd floats(double, float);
struct four { void *p; union { uint8_t b; int64_t pad; } b; union { float f; int64_t pad; } f; int64_t n;
  union { uint8_t b; int64_t pad; } c; };
extern struct four four(uint8_t, float, void *);
extern int64_t through(int64_t);
extern int64_t registers(int64_t);
struct five { int64_t a, b; double c; int64_t d, e; };
struct five c_five(int64_t x) { return (struct five){x, x + 1, 2.5, -4, 100}; }
void test(void) {
  struct fi r = two(7, 2.25); CHECK(r.f == 2.25); EQ(r.i, 7);
  struct bb b = bytes(3, -1); EQ((int8_t)b.a, -1); EQ((int8_t)b.b, 3);
  struct dd d = floats(1.5, 0.25f); CHECK(d.a == 1.5); float f; memcpy(&f, &d.b, 4); CHECK(f == 0.25f);
  struct four t = four(200, 1.5f, &r); CHECK(t.p == &r); EQ(t.b.b, 200); CHECK(t.f.f == 1.5f); EQ(t.n, 9); EQ(t.c.b, 200);
  EQ(through(5), 25 + 26 + 2 - 4 + 100);
  EQ(registers(7), (7 + 7 + 49) * 7);
}",
    );
}

#[test]
fn closures_and_interfaces() {
    run(
        "global @plain.closure export relro align 8 {
    addr @adapter
}
global @itab export relro align 8 {
    zero 24
    addr @unused
    addr @method
}
func @adapter local (i64) -> (i64, i64, i64) closure {
b0(v0: i64):
    v1: ptr = context
    v2: i64 = load notrap v1+8
    ret v0, v2, v0
}
func @method local (ptr, i64) -> (i64) {
b0(v0: ptr, v1: i64):
    v2: i64 = load v0
    v3: i64 = sub v2, v1
    ret v3
}
func @unused local () -> () {
b0():
    unreachable
}
func @call_closure export (ptr, i64) -> (i64) {
b0(v0: ptr, v1: i64):
    v2: i64, v3: i64, v4: i64 = call closure v0(v1) (i64) -> (i64, i64, i64)
    v5: i64 = mul v2, v3
    v6: i64 = add v5, v4
    ret v6
}
func @call_method export (ptr, ptr, i64) -> (i64) {
b0(v0: ptr, v1: ptr, v2: i64):
    v3: i64 = call interface v0.1(v1, v2) (ptr, i64) -> (i64)
    ret v3
}
func @go export (ptr) -> () {
b0(v0: ptr):
    call closure v0() () -> ()
    ret
}",
        "extern int64_t call_closure(void *, int64_t), call_method(void *, void *, int64_t);
extern void go(void *);
extern void *plain_closure[] __asm__(\"plain.closure\"), *itab[];
static int64_t seen;
static void code(int64_t *context) { seen = context[1]; }
void runtime_panicmem(void) __asm__(\"runtime.panicmem\"); void runtime_panicmem(void) { exit(99); }
void test(void) {
  int64_t object[2] = {(int64_t)plain_closure[0], 30};
  EQ(call_closure(object, 4), 124);
  int64_t receiver = 50; EQ(call_method(itab, &receiver, 8), 42);
  int64_t other[2] = {(int64_t)code, 77}; go(other); EQ(seen, 77);
}",
    );
}

#[test]
fn blocks_with_parameters() {
    run(
        "func @sum export (ptr, i64) -> (i64) {
b0(v0: ptr, v1: i64):
    v2: i64 = iconst 0
    jump b1(v2, v2)
b1(v3: i64, v4: i64):
    v5: i8 = icmp slt v3, v1
    brif v5, b2(), b3()
b2():
    bounds index v3, v1
    v6: i64 = iconst 8
    v7: i64 = mul v3, v6
    v8: ptr = ptradd v0, v7
    v9: i64 = load v8
    v10: i64 = add v4, v9
    v11: i64 = iconst 1
    v12: i64 = add v3, v11
    jump b1(v12, v10)
b3():
    ret v4
}
func @pick export (i8, i64, i64) -> (i64) {
b0(v0: i8, v1: i64, v2: i64):
    brif v0, b1(v1), b1(v2)
b1(v3: i64):
    ret v3
}
func @table export (i32, i64) -> (i64) {
b0(v0: i32, v1: i64):
    v2: i64 = iconst 100
    v3: i64 = iconst 200
    switch v0, -1: b1(v2), 0: b1(v3), 1: b2(), 2: b1(v1), 7: b2(), b1(v1)
b1(v4: i64):
    ret v4
b2():
    v5: i64 = iconst 300
    ret v5
}
func @wide export (i64) -> (i64) {
b0(v0: i64):
    switch v0, -9223372036854775808: b1(), 9223372036854775807: b2(), b3()
b1():
    v1: i64 = iconst 1
    ret v1
b2():
    v2: i64 = iconst 2
    ret v2
b3():
    v3: i64 = iconst 3
    ret v3
}",
        "extern int64_t sum(void *, int64_t), pick(int8_t, int64_t, int64_t), table(int32_t, int64_t), wide(int64_t);
void runtime_panicmem(void) __asm__(\"runtime.panicmem\"); void runtime_panicmem(void) { exit(99); }
void bounds(void) __asm__(\"runtime.panicBounds\"); void bounds(void) { exit(98); }
void test(void) {
  int64_t list[] = {1, 2, 3, 40}; EQ(sum(list, 4), 46); EQ(sum(0, 0), 0);
  EQ(pick(1, 5, 6), 5); EQ(pick(0, 5, 6), 6); EQ(pick(-2, 5, 6), 5);
  EQ(table(-1, 9), 100); EQ(table(0, 9), 200); EQ(table(1, 9), 300); EQ(table(2, 9), 9); EQ(table(7, 9), 300);
  EQ(table(8, 9), 9); EQ(wide(INT64_MIN), 1); EQ(wide(INT64_MAX), 2); EQ(wide(0), 3);
}",
    );
}

#[test]
fn own_frame() {
    run(
        "func @frame export () -> (ptr) {
b0():
    v0: ptr = frame
    ret v0
}
func @inner local () -> (i64) {
b0():
    v0: i64 = callerpc
    ret v0
}
func @outer export () -> (i64, ptr) {
b0():
    v0: i64 = call @inner() () -> (i64)
    v1: ptr = symbol @outer
    ret v0, v1
}",
        "extern char *frame(void); struct r { int64_t pc; char *code; }; extern struct r outer(void);
void test(void) {
  char here; CHECK(frame() < &here && &here - frame() < 4096);
  struct r r = outer(); CHECK((char *)r.pc > r.code && (char *)r.pc < r.code + 200);
}",
    );
}

/// What is written after the mark is seen where the function goes on after a recovered panic.
#[test]
fn recovery() {
    run(
        "func @guarded export (i64) -> (i64) {
    s0: size 128 align 16
    s1: size 8 align 8
b0(v0: i64):
    v1: ptr = slot s1
    v2: i64 = iconst 1
    store notrap v2, v1
    setrecover s0, b1(), b2()
b1():
    v3: i64 = add v0, v2
    store notrap v3, v1
    v4: ptr = slot s0
    v5: i64 = call @may_resume(v4, v0) (ptr, i64) -> (i64)
    store notrap v5, v1
    ret v5
b2():
    v6: ptr = slot s1
    v7: i64 = load notrap v6
    v8: i64 = neg v7
    ret v8
}",
        "// Keeps what the C convention asks a callee to keep, and where to go on.
__asm__(\".text\\n.globl runtime.setrecover\\nruntime.setrecover:\\n mov %rbx,(%rdi)\\n mov %rbp,8(%rdi)\\n mov %r12,16(%rdi)\\n\"
\" mov %r13,24(%rdi)\\n mov %r14,32(%rdi)\\n mov %r15,40(%rdi)\\n lea 8(%rsp),%rax\\n mov %rax,48(%rdi)\\n mov (%rsp),%rax\\n\"
\" mov %rax,56(%rdi)\\n xor %eax,%eax\\n ret\\n\"
\"resume:\\n mov (%rdi),%rbx\\n mov 8(%rdi),%rbp\\n mov 16(%rdi),%r12\\n mov 24(%rdi),%r13\\n mov 32(%rdi),%r14\\n\"
\" mov 40(%rdi),%r15\\n mov 48(%rdi),%rsp\\n mov $1,%eax\\n jmp *56(%rdi)\\n\");
extern void resume(void *) __attribute__((noreturn)); extern int64_t guarded(int64_t);
int64_t may_resume(void *buffer, int64_t x) { if (x > 10) resume(buffer); return x * 2; }
void test(void) { EQ(guarded(3), 6); EQ(guarded(11), -12); EQ(guarded(30), -31); EQ(guarded(4), 8); }",
    );
}
