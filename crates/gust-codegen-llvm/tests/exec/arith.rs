//! Arithmetic, at its corners.

use crate::harness::run;
use std::fmt::Write;

/// Functions `name` that apply an operation to their parameters.
fn binary(text: &mut String, name: &str, op: &str, x: &str, y: &str, result: &str) {
    let _ = writeln!(
        text,
        "func @{name} export ({x}, {y}) -> ({result}) {{\nb0(v0: {x}, v1: {y}):\n v2: {result} = {op} v0, v1\n ret v2\n}}"
    );
}

fn unary(text: &mut String, name: &str, op: &str, x: &str, result: &str) {
    let _ = writeln!(
        text,
        "func @{name} export ({x}) -> ({result}) {{\nb0(v0: {x}):\n v1: {result} = {op} v0\n ret v1\n}}"
    );
}

#[test]
fn shifts_by_the_width_or_more() {
    let mut ir = String::new();
    let mut c = String::from(
        "volatile uint64_t counts[] = {0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 128, 255};\n",
    );
    let mut body = String::new();
    for bits in [8u32, 16, 32, 64] {
        for count in [8u32, 64] {
            for op in ["shl", "lshr", "ashr", "rotl"] {
                let name = format!("{op}_{bits}_{count}");
                let (x, y) = (format!("i{bits}"), format!("i{count}"));
                binary(&mut ir, &name, op, &x, &y, &x);
                let _ = writeln!(
                    c,
                    "extern uint{bits}_t {name}(uint{bits}_t, uint{count}_t);"
                );
                let want = match op {
                    "shl" => format!("k < {bits} ? (uint{bits}_t)(x << k) : 0"),
                    "lshr" => format!("k < {bits} ? (uint{bits}_t)(x >> k) : 0"),
                    "ashr" => {
                        format!("(uint{bits}_t)((int{bits}_t)x >> (k < {bits} ? k : {bits} - 1))")
                    }
                    _ => format!(
                        "(uint{bits}_t)(x << k % {bits} | x >> ({bits} - k % {bits}) % {bits})"
                    ),
                };
                let _ = writeln!(
                    body,
                    "  for (int i = 0; i < 14; i++) {{ uint{count}_t k = counts[i]; uint{bits}_t x = 0x8123456789abcdefu; EQ({name}(x, k), {want}); x = ~x; EQ({name}(x, k), {want}); }}"
                );
            }
        }
    }
    let _ = writeln!(c, "void test(void) {{\n{body}}}");
    run(&ir, &c);
}

#[test]
fn shifts_by_constants() {
    run(
        "func @f export (i64) -> (i64) {
b0(v0: i64):
    v1: i8 = iconst 3
    v2: i64 = shl v0, v1
    v3: i32 = iconst 64
    v4: i64 = lshr v2, v3
    v5: i64 = iconst 200
    v6: i64 = ashr v2, v5
    v7: i64 = add v4, v6
    v8: i64 = add v7, v2
    ret v8
}",
        "extern int64_t f(int64_t);
void test(void) { EQ(f(1), 8); EQ(f(-1), -9); }",
    );
}

#[test]
fn division() {
    let mut ir = String::new();
    let mut c = String::new();
    let mut body = String::new();
    for bits in [8u32, 16, 32, 64] {
        for op in ["sdiv", "srem", "udiv", "urem"] {
            let name = format!("{op}_{bits}");
            let ty = format!("i{bits}");
            binary(&mut ir, &name, op, &ty, &ty, &ty);
            let sign = if op.starts_with('s') { "" } else { "u" };
            let _ = writeln!(
                c,
                "extern {sign}int{bits}_t {name}({sign}int{bits}_t, {sign}int{bits}_t);"
            );
        }
        let min = format!("INT{bits}_MIN");
        let _ = writeln!(
            body,
            "  EQ(sdiv_{bits}({min}, -1), {min}); EQ(srem_{bits}({min}, -1), 0); EQ(sdiv_{bits}({min}, 1), {min});
  EQ(sdiv_{bits}(-7, 2), -3); EQ(srem_{bits}(-7, 2), -1); EQ(srem_{bits}(7, -2), 1); EQ(sdiv_{bits}(7, -1), -7);
  EQ(sdiv_{bits}({min}, 3), {min} / 3); EQ(srem_{bits}({min}, 3), {min} % 3);
  EQ(udiv_{bits}(-1, 2), UINT{bits}_MAX / 2); EQ(urem_{bits}(-1, 10), UINT{bits}_MAX % 10);"
        );
    }
    ir.push_str(
        "func @by_minus_one export (i64) -> (i64, i64) {
b0(v0: i64):
    v1: i64 = iconst -1
    v2: i64 = sdiv v0, v1
    v3: i64 = srem v0, v1
    ret v2, v3
}
func @by_ten export (i64) -> (i64, i64) {
b0(v0: i64):
    v1: i64 = iconst 10
    v2: i64 = sdiv v0, v1
    v3: i64 = srem v0, v1
    ret v2, v3
}\n",
    );
    c.push_str(
        "struct two { int64_t q, r; }; extern struct two by_minus_one(int64_t), by_ten(int64_t);\n",
    );
    let _ = writeln!(
        c,
        "void test(void) {{\n{body}
  struct two t = by_minus_one(INT64_MIN); EQ(t.q, INT64_MIN); EQ(t.r, 0);
  t = by_minus_one(5); EQ(t.q, -5); EQ(t.r, 0);
  t = by_ten(-123); EQ(t.q, -12); EQ(t.r, -3);
}}"
    );
    run(&ir, &c);
}

#[test]
fn bits_and_halves() {
    let mut ir = String::new();
    let mut c = String::new();
    for bits in [8u32, 16, 32, 64] {
        let ty = format!("i{bits}");
        for op in ["clz", "ctz", "popcnt", "bswap", "neg", "not"] {
            unary(&mut ir, &format!("{op}_{bits}"), op, &ty, &ty);
            let _ = writeln!(c, "extern uint{bits}_t {op}_{bits}(uint{bits}_t);");
        }
        for op in ["umulh", "smulh", "andnot"] {
            binary(&mut ir, &format!("{op}_{bits}"), op, &ty, &ty, &ty);
            let _ = writeln!(
                c,
                "extern uint{bits}_t {op}_{bits}(uint{bits}_t, uint{bits}_t);"
            );
        }
    }
    c.push_str(
        "void test(void) {
  EQ(clz_8(0), 8); EQ(clz_16(0), 16); EQ(clz_32(0), 32); EQ(clz_64(0), 64); EQ(clz_16(1), 15); EQ(clz_64(-1), 0);
  EQ(ctz_8(0), 8); EQ(ctz_16(0), 16); EQ(ctz_32(0), 32); EQ(ctz_64(0), 64); EQ(ctz_32(8), 3);
  EQ(popcnt_8(0xff), 8); EQ(popcnt_64(-1), 64); EQ(popcnt_16(0x101), 2);
  EQ(bswap_8(0x12), 0x12); EQ(bswap_16(0x1234), 0x3412); EQ(bswap_32(0x12345678), 0x78563412);
  EQ(bswap_64(0x0102030405060708), 0x0807060504030201);
  EQ(neg_8(128), 128); EQ(not_16(1), 0xfffe);
  EQ(umulh_64(-1, -1), -2); EQ(smulh_64(-1, -1), 0); EQ(smulh_64(INT64_MIN, 2), -1); EQ(umulh_8(255, 255), 254);
  EQ(smulh_32(INT32_MIN, INT32_MIN), 0x40000000); EQ(umulh_16(0xffff, 2), 1);
  EQ(andnot_32(0xff, 0x0f), 0xf0);
}",
    );
    run(&ir, &c);
}

#[test]
fn carries() {
    run(
        "func @add export (i64, i64, i64, i64) -> (i64, i64, i64, i64) {
b0(v0: i64, v1: i64, v2: i64, v3: i64):
    v4: i64 = iconst 0
    v5: i64, v6: i64 = addc v0, v2, v4
    v7: i64, v8: i64 = addc v1, v3, v6
    ret v5, v7, v8, v8
}
func @sub export (i64, i64, i64, i64) -> (i64, i64, i64, i64) {
b0(v0: i64, v1: i64, v2: i64, v3: i64):
    v4: i64 = iconst 0
    v5: i64, v6: i64 = subb v0, v2, v4
    v7: i64, v8: i64 = subb v1, v3, v6
    ret v5, v7, v8, v8
}",
        "struct sum { uint64_t lo, hi, c, again; };
extern struct sum add(uint64_t, uint64_t, uint64_t, uint64_t), sub(uint64_t, uint64_t, uint64_t, uint64_t);
void test(void) {
  struct sum t = add(-1, -1, 1, 0); EQ(t.lo, 0); EQ(t.hi, 0); EQ(t.c, 1);
  t = add(-1, -1, 1, -1); EQ(t.lo, 0); EQ(t.hi, -1); EQ(t.c, 1);
  t = add(5, 1, 6, 2); EQ(t.lo, 11); EQ(t.hi, 3); EQ(t.c, 0);
  t = sub(0, 0, 1, 0); EQ(t.lo, -1); EQ(t.hi, -1); EQ(t.c, 1);
  t = sub(0, 0, 1, -1); EQ(t.lo, -1); EQ(t.hi, 0); EQ(t.c, 1);
  t = sub(7, 3, 8, 1); EQ(t.lo, -1); EQ(t.hi, 1); EQ(t.c, 0);
}",
    );
}

#[test]
fn floats_to_integers() {
    let mut ir = String::new();
    let mut c = String::new();
    for from in [32, 64] {
        let f = if from == 32 { "float" } else { "double" };
        for to in [8, 16, 32, 64] {
            unary(
                &mut ir,
                &format!("s{from}_{to}"),
                "tosigned",
                &format!("f{from}"),
                &format!("i{to}"),
            );
            unary(
                &mut ir,
                &format!("u{from}_{to}"),
                "tounsigned",
                &format!("f{from}"),
                &format!("i{to}"),
            );
            let _ = writeln!(
                c,
                "extern int{to}_t s{from}_{to}({f}); extern uint{to}_t u{from}_{to}({f});"
            );
        }
    }
    let mut body = String::new();
    for from in [32, 64] {
        for to in [8, 16, 32, 64] {
            let _ = writeln!(
                body,
                "  EQ(s{from}_{to}(-3.99), -3); EQ(s{from}_{to}(100.5), 100); EQ(u{from}_{to}(200.75), 200);
  EQ(s{from}_{to}(NAN), INT{to}_MIN); EQ(s{from}_{to}(INFINITY), INT{to}_MIN); EQ(s{from}_{to}(-1e30), INT{to}_MIN);
  EQ(s{from}_{to}(9223372036854775808.0), INT{to}_MIN);"
            );
        }
        let f = if from == 32 { "(float)" } else { "" };
        let _ = writeln!(
            body,
            "  EQ(u{from}_64(9223372036854775808.0), INT64_MIN); EQ(u{from}_64(1.5e19), (uint64_t){f}1.5e19);"
        );
        let _ = writeln!(
            body,
            "  u{from}_64(NAN); u{from}_8(-1e30); u{from}_32(INFINITY);"
        );
    }
    let _ = writeln!(c, "void test(void) {{\n{body}}}");
    run(&ir, &c);
}

#[test]
fn integers_to_floats() {
    let mut ir = String::new();
    for (name, op, from, to) in [
        ("s8", "fromsigned", "i8", "f64"),
        ("u8", "fromunsigned", "i8", "f64"),
        ("s64", "fromsigned", "i64", "f64"),
        ("u64", "fromunsigned", "i64", "f64"),
        ("u64f", "fromunsigned", "i64", "f32"),
        ("s64f", "fromsigned", "i64", "f32"),
        ("demote", "demote", "f64", "f32"),
        ("promote", "promote", "f32", "f64"),
        ("bits", "bitcast", "f64", "i64"),
        ("float", "bitcast", "i32", "f32"),
    ] {
        unary(&mut ir, &format!("c.{name}"), op, from, to);
    }
    run(
        &ir,
        r#"#define F(type, name, ...) extern type name(__VA_ARGS__) __asm__("c." #name)
F(double, s8, int8_t); F(double, u8, uint8_t); F(double, s64, int64_t); F(double, u64, uint64_t);
F(float, u64f, uint64_t); F(float, s64f, int64_t); F(float, demote, double); F(double, promote, float);
F(uint64_t, bits, double); extern float float_(uint32_t) __asm__("c.float");
void test(void) {
  CHECK(s8(-5) == -5); CHECK(u8(251) == 251); CHECK(s64(INT64_MIN) == -9223372036854775808.0);
  CHECK(u64(UINT64_MAX) == 18446744073709551616.0); CHECK(u64(9007199254740993u) == 9007199254740992.0);
  CHECK(u64(0x8000000000000401u) == 9223372036854777856.0);
  CHECK(u64f(0x8000008000000001u) == (float)0x8000008000000001u); CHECK(s64f(16777217) == 16777216.0f);
  CHECK(demote(1e300) == INFINITY); CHECK(demote(0.1) == 0.1f); CHECK(promote(0.1f) == (double)0.1f);
  EQ(bits(-0.0), INT64_MIN); CHECK(float_(0x3f800000) == 1.0f);
}"#,
    );
}

#[test]
fn rounding() {
    let mut ir = String::new();
    for op in ["floor", "ceil", "ftrunc", "nearest", "sqrt", "fabs", "fneg"] {
        unary(&mut ir, &format!("g.{op}"), op, "f64", "f64");
        unary(&mut ir, &format!("g.{op}f"), op, "f32", "f32");
    }
    run(
        &ir,
        r#"#define F(name, want) extern double g_##name(double) __asm__("g." #name); \
  extern float g_##name##f(float) __asm__("g." #name "f");
#define ALL F(floor, floor) F(ceil, ceil) F(ftrunc, trunc) F(nearest, rint) F(sqrt, sqrt) F(fabs, fabs)
ALL
static int same(double x, double y) { return memcmp(&x, &y, 8) == 0 || (isnan(x) && isnan(y)); }
static double neg(double x) { return -x; }
void test(void) {
  double list[] = {0, 0.3, 0.5, 0.7, 1, 1.5, 2.5, 1e-310, 4503599627370495.5, 4503599627370496, 4503599627370497,
    8388607.5, 8388608, 2251799813685248.25, 9.3e18, 1e300, INFINITY, NAN};
#undef F
#define F(name, want) CHECK(same(g_##name(x), want(x))); CHECK(same(g_##name##f((float)x), want##f((float)x)));
  for (int i = 0; i < 36; i++) { double x = i < 18 ? list[i] : -list[i - 18]; ALL }
}"#,
    );
}

#[test]
fn fused_multiplication() {
    let mut ir = String::new();
    for (name, ty) in [("fma64", "f64"), ("fma32", "f32")] {
        let _ = writeln!(
            ir,
            "func @{name} export ({ty}, {ty}, {ty}) -> ({ty}) {{\nb0(v0: {ty}, v1: {ty}, v2: {ty}):\n v3: {ty} = fma v0, v1, v2\n ret v3\n}}
func @un{name} export ({ty}, {ty}, {ty}) -> ({ty}) {{\nb0(v0: {ty}, v1: {ty}, v2: {ty}):\n v3: {ty} = fmul v0, v1\n v4: {ty} = fadd v3, v2\n ret v4\n}}"
        );
    }
    run(
        &ir,
        r#"double runtime_fma(double x, double y, double z) __asm__("runtime.fma");
double runtime_fma(double x, double y, double z) { return fma(x, y, z); }
extern double fma64(double, double, double), unfma64(double, double, double);
extern float fma32(float, float, float), unfma32(float, float, float);
static uint64_t state = 1;
static uint32_t next(void) { state = state * 6364136223846793005u + 1442695040888963407u; return state >> 32; }
static float any(void) {
  // Numbers of near magnitude, so that sums cancel and round.
  uint32_t bits = (next() & 0x807fffff) | (127 - 20 + next() % 40) << 23; float f; memcpy(&f, &bits, 4); return f;
}
void test(void) {
  volatile double x = 1 + 0x1p-30, y = 1 - 0x1p-30;
  CHECK(fma64(x, y, -1) == -0x1p-60); CHECK(unfma64(x, y, -1) == 0);
  CHECK(fma32(1 + 0x1p-12f, 1 + 0x1p-12f, 0x1p-60f) == fmaf(1 + 0x1p-12f, 1 + 0x1p-12f, 0x1p-60f));
  for (int i = 0; i < 100000; i++) {
    float a = any(), b = any(), c = next() & 1 ? any() : a * b * -(1 + (next() % 3) * 0x1p-23f);
    if (fma32(a, b, c) != fmaf(a, b, c)) { printf("%a %a %a\n", a, b, c); failed = 1; break; }
  }
  CHECK(isnan(fma32(INFINITY, 0, 1))); CHECK(fma32(INFINITY, 1, 1) == INFINITY); CHECK(fma32(3e38f, 10, 1) == INFINITY);
  CHECK(isnan(fma32(1, 1, NAN))); CHECK(fma32(1, 0, 0) == 0);
}"#,
    );
}

#[test]
fn comparisons() {
    let mut ir = String::new();
    let mut c = String::new();
    for (op, _) in FLOAT {
        let _ = writeln!(
            ir,
            "func @{op} export (f64, f64) -> (i8) {{\nb0(v0: f64, v1: f64):\n v2: i8 = fcmp {op} v0, v1\n ret v2\n}}"
        );
        let _ = writeln!(c, "extern uint8_t {op}(double, double);");
    }
    for (op, _) in INT {
        let _ = writeln!(
            ir,
            "func @i{op} export (i64, i64) -> (i64) {{\nb0(v0: i64, v1: i64):\n v2: i8 = icmp {op} v0, v1\n v3: i64 = zext v2\n v4: i64 = iconst 10\n v5: i64 = select v2, v4, v3\n ret v5\n}}"
        );
        let _ = writeln!(c, "extern int64_t i{op}(int64_t, int64_t);");
    }
    c.push_str("void test(void) {\n  double f[] = {-INFINITY, -1, -0.0, 0.0, 2, INFINITY, NAN};\n");
    c.push_str("  int64_t n[] = {INT64_MIN, -1, 0, 1, INT64_MAX};\n");
    for (op, want) in FLOAT {
        let _ = writeln!(
            c,
            "  for (int i = 0; i < 49; i++) EQ({op}(f[i / 7], f[i % 7]), f[i / 7] {want} f[i % 7]);"
        );
    }
    for (op, want) in INT {
        let cast = if op.starts_with('u') {
            "(uint64_t)"
        } else {
            ""
        };
        let _ = writeln!(
            c,
            "  for (int i = 0; i < 25; i++) EQ(i{op}(n[i / 5], n[i % 5]), ({cast}n[i / 5] {want} {cast}n[i % 5]) ? 10 : 0);"
        );
    }
    c.push('}');
    run(&ir, &c);
}

const FLOAT: [(&str, &str); 6] = [
    ("feq", "=="),
    ("fne", "!="),
    ("flt", "<"),
    ("fle", "<="),
    ("fgt", ">"),
    ("fge", ">="),
];

const INT: [(&str, &str); 10] = [
    ("eq", "=="),
    ("ne", "!="),
    ("slt", "<"),
    ("sle", "<="),
    ("sgt", ">"),
    ("sge", ">="),
    ("ult", "<"),
    ("ule", "<="),
    ("ugt", ">"),
    ("uge", ">="),
];
