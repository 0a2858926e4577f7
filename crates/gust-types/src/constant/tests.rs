use proptest::prelude::*;

use super::*;

fn int(s: &str) -> Value {
    match s.strip_prefix('-') {
        Some(s) => Value::unary_op(UnaryOp::Neg, &int(s), 0),
        None => Value::from_literal(LiteralKind::Int, s),
    }
}

fn float(s: &str) -> Value {
    match s.strip_prefix('-') {
        Some(s) => Value::unary_op(UnaryOp::Neg, &float(s), 0),
        None => Value::from_literal(LiteralKind::Float, s),
    }
}

fn imag(s: &str) -> Value {
    Value::from_literal(LiteralKind::Imag, s)
}

fn rune(s: &[u8]) -> Option<i64> {
    Value::from_literal(LiteralKind::Rune, s).as_i64()
}

fn string(s: &[u8]) -> Option<Vec<u8>> {
    let value = Value::from_literal(LiteralKind::String, s);
    value.as_bytes().map(|b| b.to_vec())
}

fn op(x: &Value, op: BinaryOp, y: &Value) -> Value {
    Value::binary_op(x, op, y)
}

fn same(x: &Value, y: &Value) -> bool {
    Value::compare(x, CompareOp::Eq, y)
}

#[test]
fn values_can_be_shared_between_threads() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Value>();
    assert_eq!(size_of::<Value>(), 16);
}

#[test]
fn integer_literals() {
    for (text, want) in [
        ("0", "0"),
        ("00", "0"),
        ("0755", "493"),
        ("0_7", "7"),
        ("0b1_01", "5"),
        ("0B11", "3"),
        ("0o17", "15"),
        ("0O17", "15"),
        ("0xDead_Beef", "3735928559"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808"),
        ("0x1_0000_0000_0000_0000", "18446744073709551616"),
        ("01777777777777777777777", "18446744073709551615"),
        ("1_000_000", "1000000"),
        ("089", "unknown"),
        ("0x", "unknown"),
        ("", "unknown"),
    ] {
        assert_eq!(int(text).exact_string(), want, "{text}");
    }
    assert_eq!(int("9223372036854775807").as_i64(), Some(i64::MAX));
    assert_eq!(int("9223372036854775808").as_i64(), None);
    assert_eq!(int("18446744073709551615").as_u64(), Some(u64::MAX));
    assert_eq!(int("18446744073709551616").as_u64(), None);
    assert_eq!(Value::from_i64(-1).as_u64(), None);
}

#[test]
fn float_literals() {
    for (text, short, exact) in [
        ("0.", "0", "0"),
        (".5", "0.5", "1/2"),
        ("0123.5", "123.5", "247/2"),
        ("1_0.2_5e1_0", "1.025e+11", "102500000000"),
        ("0x1p-2", "0.25", "1/4"),
        ("0x_1F.8p1", "63", "63"),
        ("0X.8P0", "0.5", "1/2"),
        ("1e-7", "1e-07", "1/10000000"),
        ("1234567.75", "1.23457e+06", "4938271/4"),
        ("123456.7", "123456.7", "1234567/10"),
        ("1e-1000000000", "0", "0"),
        ("0e9999999999", "0", "0"),
        ("0x1p2147483646", "4.40403e+646456992", "0x.8p+2147483647"),
        // Beyond fractions: 512 bits, the last of them as official.
        (
            "1e5000",
            "1e+5000",
            "0x.c78820040d9443cf1647f794d877186661e259c03d11478721738640a451aba2\
             200ffeaefaac52e8fcf82b4d9d0d238a8cf9db72407cfb4f87703844a2663acp+16610",
        ),
        (
            "1e-5000",
            "1e-5000",
            "0x.a43978d593b68f3f4485e2694f9f29eef41ea50773490ef5ac03cff6c6119ded\
             f2ed54c69b87c3c8c6d5bad7346db47a5775f81ca189fb11fea6418033cf435bp-16609",
        ),
        (
            "3.7e-200000",
            "3.7e-200000",
            "0x.9a30289c200e90b530b4da31a3e71e8fa2996b41987f536aebfacbd7cdc808bd\
             449893e03da10878b5d27a8afc381a50047db31d10a256501ba4c125820fbf46p-664383",
        ),
        (
            "1e600000000",
            "1e+600000000",
            "0x.f448c8b33d18d07a2cbcc3db2fbae82e065197b2d833ae76ae41ef85a6aae05b\
             d3d89ce27d83a687a37b1ec4f2708490103656f8e55e2dd3e1bfcb53f82c859p+1993156857",
        ),
    ] {
        assert_eq!(float(text).to_string(), short, "{text}");
        assert_eq!(float(text).exact_string(), exact, "{text}");
        assert_eq!(float(text).kind(), Kind::Float, "{text}");
    }
    for text in [
        "1e646456994",
        "1e1000000000",
        "1e99999999999999999999",
        "0e99999999999999999999",
        "0x1p2147483647",
        "0x1p-2147483650",
        "1e",
        "1.5x",
    ] {
        assert!(float(text).is_unknown(), "{text}");
    }
}

#[test]
fn imaginary_literals() {
    for (text, want) in [
        ("08i", "(0 + 8i)"),
        ("0123i", "(0 + 123i)"),
        ("0x10i", "(0 + 16i)"),
        ("0b11i", "(0 + 3i)"),
        ("1e3i", "(0 + 1000i)"),
        (".5i", "(0 + 0.5i)"),
        ("5", "unknown"),
    ] {
        assert_eq!(imag(text).to_string(), want, "{text}");
    }
}

#[test]
fn rune_literals() {
    for (text, want) in [
        (&b"'a'"[..], Some(97)),
        ("'本'".as_bytes(), Some(0x672c)),
        (br"'\''", Some(39)),
        (br"'\\'", Some(92)),
        (br"'\v'", Some(11)),
        (br"'\377'", Some(255)),
        (br"'\400'", None),
        (br"'\xfF'", Some(255)),
        (br"'\u12e4'", Some(0x12e4)),
        (br"'\U0010ffff'", Some(0x10ffff)),
        (br"'\U00110000'", None),
        (br"'\ud800'", None),
        (br#"'\"'"#, None),
        (b"'\xff'", Some(0xfffd)),
        (b"''", None),
    ] {
        assert_eq!(rune(text), want, "{}", text.escape_ascii());
    }
}

#[test]
fn string_literals() {
    for (text, want) in [
        (&br#""""#[..], Some(&b""[..])),
        (br#""a\tb\"c\\""#, Some(b"a\tb\"c\\")),
        (br#""\a\b\f\n\r\v""#, Some(b"\x07\x08\x0c\n\r\x0b")),
        (
            br#""\xff\303\u00e9\U0001f600""#,
            Some(b"\xff\xc3\xc3\xa9\xf0\x9f\x98\x80"),
        ),
        ("\"日本\"".as_bytes(), Some("日本".as_bytes())),
        // A byte that is not UTF-8 is replaced, but kept in a raw string.
        (b"\"a\xffb\"", Some("a\u{fffd}b".as_bytes())),
        (b"`a\xffb\\n`", Some(b"a\xffb\\n")),
        (b"`a\r\nb`", Some(b"a\nb")),
        (br#""\'""#, None),
        (br#""\x1""#, None),
        (b"\"a\nb\"", None),
        (br#""abc"#, None),
    ] {
        assert_eq!(string(text).as_deref(), want, "{}", text.escape_ascii());
    }
}

#[test]
fn short_and_quoted_strings() {
    let quoted = |s: &str| Value::from_bytes(s.as_bytes()).to_string();
    assert_eq!(quoted("a\"b\\\n\x01\u{7f}é\u{ad}\u{200b}\u{e0001}"), {
        r#""a\"b\\\n\x01\x7fé\u00ad\u200b\U000e0001""#
    });
    assert_eq!(
        Value::from_bytes(&b"\xff\xe6\x97"[..]).to_string(),
        r#""\xff\xe6\x97""#
    );
    assert_eq!(quoted(&"x".repeat(70)), format!("\"{}\"", "x".repeat(70)));
    for n in [71, 72, 300, 100_000] {
        assert_eq!(quoted(&"日".repeat(n)), format!("\"{}...", "日".repeat(68)));
        assert_eq!(
            quoted(&"\n".repeat(n)),
            format!("\"{}...", "\\n".repeat(34))
        );
    }
    let long = Value::from_bytes("x".repeat(100).into_bytes());
    assert_eq!(long.exact_string().len(), 102);
}

#[test]
fn long_concatenations_are_linear_and_drop_without_recursion() {
    let piece = Value::from_bytes(&b"ab"[..]);
    let mut sum = Value::from_bytes(&b""[..]);
    for _ in 0..200_000 {
        sum = op(&sum, BinaryOp::Add, &piece);
    }
    assert_eq!(sum.string_len(), Some(400_000));
    let never_joined = sum.clone();
    assert_eq!(sum.as_bytes().map(|b| b[399_999]), Some(b'b'));
    drop(sum);
    drop(never_joined);
    let mut sum = piece.clone();
    for _ in 0..200_000 {
        sum = op(&piece, BinaryOp::Add, &sum);
    }
    drop(sum);
}

#[test]
fn doubling_strings_is_bounded() {
    let mut text = Value::from_bytes(&b"x"[..]);
    let mut empty = Value::from_bytes(&b""[..]);
    for _ in 0..100 {
        text = op(&text, BinaryOp::Add, &text);
        empty = op(&empty, BinaryOp::Add, &empty);
    }
    assert!(text.is_unknown());
    assert_eq!(empty.as_bytes().map(|b| b.len()), Some(0));
}

#[test]
fn quotients() {
    let (seven, two) = (Value::from_i64(-7), Value::from_i64(2));
    assert_eq!(op(&seven, BinaryOp::Quo, &two).exact_string(), "-7/2");
    assert_eq!(op(&seven, BinaryOp::IntQuo, &two).exact_string(), "-3");
    assert_eq!(op(&seven, BinaryOp::Rem, &two).exact_string(), "-1");
    let big = int("100000000000000000000000000000");
    let minus = int("-30000000000000000000000000000");
    assert_eq!(op(&big, BinaryOp::IntQuo, &minus).exact_string(), "-3");
    assert_eq!(
        op(&minus, BinaryOp::Rem, &big).exact_string(),
        minus.exact_string()
    );
    for zero in [Value::from_i64(0), float("0"), imag("0i")] {
        for x in [&seven, &big, &float("1e10000"), &imag("1i")] {
            assert!(op(x, BinaryOp::Quo, &zero).is_unknown());
            assert!(op(x, BinaryOp::Rem, &zero).is_unknown());
        }
    }
}

#[test]
fn complement_of_unsigned() {
    let complement = |n: i64, bits| {
        Value::unary_op(UnaryOp::Complement, &Value::from_i64(n), bits).exact_string()
    };
    assert_eq!(complement(0, 0), "-1");
    assert_eq!(complement(1, 8), "254");
    assert_eq!(complement(0, 64), "18446744073709551615");
}

#[test]
fn shifts() {
    let shift = |x: &str, op, s| Value::shift(&int(x), op, s).exact_string();
    assert_eq!(
        shift("1", ShiftOp::Left, 100),
        "1267650600228229401496703205376"
    );
    assert_eq!(shift("-1", ShiftOp::Right, 1000), "-1");
    assert_eq!(shift("-100000000000000000000", ShiftOp::Right, 66), "-2");
    assert_eq!(shift("0", ShiftOp::Left, u64::MAX), "0");
    assert_eq!(shift("1", ShiftOp::Left, u64::MAX), "unknown");
    assert_eq!(
        shift("100000000000000000000", ShiftOp::Right, u64::MAX),
        "0"
    );
}

#[test]
fn fractions_turn_into_floats_when_they_grow() {
    let mut x = float("1.5");
    for _ in 0..11 {
        x = op(&x, BinaryOp::Mul, &x);
    }
    assert!(x.exact_string().contains('/'));
    x = op(&x, BinaryOp::Mul, &x);
    x = op(&x, BinaryOp::Mul, &x);
    assert!(x.exact_string().starts_with("0x."));
    // and stay floats
    let back = op(&x, BinaryOp::Quo, &x);
    assert_eq!(back.exact_string(), "0x.8p+1");
    assert_eq!(back.to_int().exact_string(), "1");
}

#[test]
fn rounding_errors_do_not_hide_integers() {
    let third = op(&float("1e5000"), BinaryOp::Quo, &float("3e5000"));
    let one = op(&third, BinaryOp::Mul, &Value::from_i64(3));
    assert!(same(&one.to_int(), &Value::from_i64(1)));
    assert!(third.to_int().is_unknown());
    assert!(float("1e5000").to_int().is_unknown());
    assert_eq!(float("1e3").to_int().as_i64(), Some(1000));
    assert_eq!(
        Value::make_complex(&float("2"), &float("0"))
            .to_int()
            .as_i64(),
        Some(2)
    );
    assert!(imag("1i").to_float().is_unknown());
}

#[test]
fn far_apart_exponents_cost_nothing() {
    let (huge, tiny) = (float("0x1p2147483600"), float("0x1p-2147483600"));
    for o in [BinaryOp::Add, BinaryOp::Sub] {
        assert!(same(&op(&huge, o, &tiny), &huge));
    }
    assert!(op(&huge, BinaryOp::Mul, &huge).is_unknown());
    assert_eq!(op(&tiny, BinaryOp::Mul, &tiny).sign(), 0);
    assert!(Value::compare(&tiny, CompareOp::Lt, &huge));
}

#[test]
fn complex_arithmetic() {
    let z = op(&Value::from_i64(1), BinaryOp::Add, &imag("2i"));
    let w = op(&Value::from_i64(3), BinaryOp::Sub, &imag("4i"));
    assert_eq!(op(&z, BinaryOp::Mul, &w).to_string(), "(11 + 2i)");
    assert_eq!(op(&z, BinaryOp::Quo, &w).to_string(), "(-0.2 + 0.4i)");
    assert_eq!(op(&z, BinaryOp::Quo, &w).exact_string(), "(-1/5 + 2/5i)");
    assert!(same(&op(&z, BinaryOp::Sub, &z), &Value::from_i64(0)));
    assert!(!Value::compare(&z, CompareOp::Lt, &w));
}

#[test]
fn machine_floats_at_the_edges() {
    for (text, f64, f32) in [
        ("1.7976931348623157e308", f64::MAX, f32::INFINITY),
        ("1.7976931348623158e308", f64::MAX, f32::INFINITY),
        ("1.7976931348623159e308", f64::INFINITY, f32::INFINITY),
        ("3.4028234663852886e38", f64::from(f32::MAX), f32::MAX),
        (
            "3.4028235677973367e38",
            3.4028235677973367e38,
            f32::INFINITY,
        ),
        ("5e-324", 5e-324, 0.0),
        ("2.4703282292062328e-324", 5e-324, 0.0),
        ("2.4703282292062327e-324", 0.0, 0.0),
        ("2.2250738585072011e-308", 2.225073858507201e-308, 0.0),
        ("2.2250738585072013e-308", f64::MIN_POSITIVE, 0.0),
        ("1e-45", 1e-45, 1e-45),
        ("7.006492321624085e-46", 7.006492321624085e-46, 0.0),
        ("7.006492321624086e-46", 7.006492321624086e-46, 1e-45),
        ("1.17549431e-38", 1.17549431e-38, 1.1754943e-38),
        ("16777217", 16777217.0, 16777216.0),
        ("16777219", 16777219.0, 16777220.0),
        ("1e5000", f64::INFINITY, f32::INFINITY),
        ("1e-5000", 0.0, 0.0),
    ] {
        let exact = float(text);
        // The same number as a 512-bit float.
        let scaled = op(
            &op(&exact, BinaryOp::Mul, &float("0x1p9999")),
            BinaryOp::Quo,
            &float("0x1p9999"),
        );
        for x in [&exact, &scaled] {
            assert_eq!(x.to_f64().0, f64, "{text}");
            assert_eq!(x.to_f32().0, f32, "{text}");
        }
        assert_eq!(exact.round_to_f32().is_some(), f32.is_finite(), "{text}");
        assert_eq!(exact.round_to_f64().is_some(), f64.is_finite(), "{text}");
    }
    assert_eq!(float("-1e400").to_f64().0, f64::NEG_INFINITY);
    assert_eq!(float("0.5").to_f64(), (0.5, true));
    assert!(!float("0.1").to_f64().1);
    assert!(Value::from_f64(f64::NAN).is_unknown());
}

#[test]
fn undefined_operations_are_unknown() {
    let (b, s, n) = (
        Value::from_bool(true),
        Value::from_bytes(&b"x"[..]),
        Value::from_i64(1),
    );
    for x in [&b, &s, &n, &Value::UNKNOWN] {
        assert!(op(x, BinaryOp::Add, &b).is_unknown());
        assert!(op(x, BinaryOp::LogicalAnd, &n).is_unknown());
        assert!(op(x, BinaryOp::And, &float("1.5")).is_unknown());
        assert!(!Value::compare(x, CompareOp::Eq, &Value::UNKNOWN));
    }
    assert!(Value::unary_op(UnaryOp::Neg, &s, 0).is_unknown());
    assert!(Value::unary_op(UnaryOp::Not, &n, 0).is_unknown());
    assert!(Value::shift(&s, ShiftOp::Left, 1).is_unknown());
    assert!(s.real().is_unknown() && b.to_complex().is_unknown());
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>()
        .prop_map(f64::from_bits)
        .prop_filter("finite", |x| x.is_finite())
}

/// A number as a 512-bit float, whatever its size.
fn as_float(x: f64) -> Value {
    let scale = float("0x1p9999");
    op(
        &op(&Value::from_f64(x), BinaryOp::Mul, &scale),
        BinaryOp::Quo,
        &scale,
    )
}

proptest! {
    #[test]
    fn integers_as_i128(a: i64, b: i64, s in 0u64..60) {
        let (x, y) = (Value::from_i64(a), Value::from_i64(b));
        let (a, b) = (i128::from(a), i128::from(b));
        let exact = |o| op(&x, o, &y).exact_string();
        prop_assert_eq!(exact(BinaryOp::Add), (a + b).to_string());
        prop_assert_eq!(exact(BinaryOp::Sub), (a - b).to_string());
        prop_assert_eq!(exact(BinaryOp::Mul), (a * b).to_string());
        prop_assert_eq!(exact(BinaryOp::AndNot), (a & !b).to_string());
        if b != 0 {
            // through a representation beyond 64 bits, too
            let big = Value::shift(&x, ShiftOp::Left, s);
            let a = a << s;
            prop_assert_eq!(big.exact_string(), a.to_string());
            prop_assert_eq!(op(&big, BinaryOp::IntQuo, &y).exact_string(), (a / b).to_string());
            prop_assert_eq!(op(&big, BinaryOp::Rem, &y).exact_string(), (a % b).to_string());
            prop_assert_eq!(op(&big, BinaryOp::Or, &y).exact_string(), (a | b).to_string());
            prop_assert_eq!(op(&big, BinaryOp::Xor, &y).exact_string(), (a ^ b).to_string());
            prop_assert_eq!(Value::shift(&big, ShiftOp::Right, 7).exact_string(), (a >> 7).to_string());
            prop_assert_eq!(Value::compare(&big, CompareOp::Lt, &y), a < b);
        }
    }

    #[test]
    fn machine_floats_round_trip(x in finite()) {
        for value in [Value::from_f64(x), as_float(x)] {
            prop_assert_eq!(value.to_f64(), (x, true));
            prop_assert_eq!(value.to_f32().0, x as f32);
            prop_assert_eq!(value.sign(), if x == 0.0 { 0 } else { x.signum() as i32 });
        }
        prop_assert_eq!(float(&format!("{x:e}")).to_f64().0, x);
    }

    #[test]
    fn operations_round_like_the_machine(x in finite(), y in finite()) {
        for make in [Value::from_f64, as_float] {
            let (a, b) = (make(x), make(y));
            let rounded = |o| op(&a, o, &b).to_f64().0;
            prop_assert_eq!(rounded(BinaryOp::Add), x + y);
            prop_assert_eq!(rounded(BinaryOp::Sub), x - y);
            prop_assert_eq!(rounded(BinaryOp::Mul), x * y);
            if y != 0.0 {
                prop_assert_eq!(rounded(BinaryOp::Quo), x / y);
            }
            prop_assert_eq!(Value::compare(&a, CompareOp::Le, &b), x <= y);
        }
    }

    #[test]
    fn short_form_has_six_digits(x in finite()) {
        let short: f64 = Value::from_f64(x).to_string().parse().unwrap();
        prop_assert!((short - x).abs() <= x.abs() * 0.5e-5 + 5e-324);
    }

    #[test]
    fn quoting_and_unquoting_cancel(bytes: Vec<u8>) {
        let quoted = Value::from_bytes(bytes.clone()).exact_string();
        prop_assert_eq!(string(quoted.as_bytes()), Some(bytes));
    }

    #[test]
    fn no_literal_panics(text in "[0-9a-fA-FxXoObB_.eEpP+i'\"\\\\`ux-]{0,20}") {
        for kind in [
            LiteralKind::Int,
            LiteralKind::Float,
            LiteralKind::Imag,
            LiteralKind::Rune,
            LiteralKind::String,
        ] {
            let value = Value::from_literal(kind, &text);
            prop_assert!(value.to_string().len() < 4 * 80);
        }
    }
}
