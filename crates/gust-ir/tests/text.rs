//! The text form reads back as what it prints, and the verifier tells what is wrong.

use gust_ir::{parse, verify};

const ALL: &str = include_str!("golden/all.ir");

#[test]
fn text_reads_back() {
    let module = parse::module(ALL).unwrap();
    verify::module(&module).unwrap();
    assert_eq!(module.to_string(), ALL);
}

/// Checks a function body after `func @f local (ptr, i64) -> (i64)`.
fn verified(body: &str) -> Result<(), String> {
    let text = format!("func @f local (ptr, i64) -> (i64) {{\n{body}\n}}\n");
    let module = parse::module(&text).map_err(|e| e.to_string())?;
    verify::module(&module).map_err(|errors| errors[0].message.clone())
}

#[test]
fn verifier_finds_what_is_wrong() {
    let cases = [
        ("b0(v0: ptr):\n ret v0", "entry block and signature differ"),
        (
            "b0(v0: ptr, v1: i64):\n v2: i64 = add v1, v1",
            "has no terminator",
        ),
        (
            "b0(v0: ptr, v1: i64):\n ret v1\n ret v1",
            "terminator before its end",
        ),
        ("b0(v0: ptr, v1: i64):\n ret v0", "v0 is ptr, not i64"),
        (
            "d0: \"x\" t0 arg 0\nb0(v0: ptr, v1: i64):\n ret v1",
            "a variable's type does not exist",
        ),
        (
            "b0(v0: ptr, v1: i64):\n debug d0 part 0 v1\n ret v1",
            "d0 does not exist",
        ),
        (
            "b0(v0: ptr, v1: i64):\n v2: i64 = add v0, v1\n ret v2",
            "add of ptr, i64",
        ),
        (
            "b0(v0: ptr, v1: i64):\n v2: i8 = sext v1\n ret v1",
            "sext from i64 to i8",
        ),
        (
            "b0(v0: ptr, v1: i64):\n jump b1(v0)\nb1(v2: i64):\n ret v2",
            "v0 is ptr, not i64",
        ),
        (
            "b0(v0: ptr, v1: i64):\n jump b1()\nb1(v2: i64):\n ret v2",
            "takes 1 arguments",
        ),
        (
            "b0(v0: ptr, v1: i64):\n jump b0(v0, v1)",
            "jump to the entry block",
        ),
        (
            "b0(v0: ptr, v1: i64):\n v3: i64 = add v2, v1\n v2: i64 = iconst 1\n ret v3",
            "not defined",
        ),
        (
            "b0(v0: ptr, v1: i64):\n v2: i8 = icmp eq v1, v1\n brif v2, b1(), b2()\n\
             b1():\n v3: i64 = iconst 1\n ret v3\nb2():\n ret v3",
            "not defined",
        ),
        (
            "b0(v0: ptr, v1: i64):\n switch v1, 1: b1(), 1: b1(), b1()\nb1():\n ret v1",
            "case given twice",
        ),
    ];
    for (body, want) in cases {
        let found = verified(body).unwrap_err();
        assert!(
            found.contains(want),
            "{body}\nfound {found:?}, want {want:?}"
        );
    }
}

#[test]
fn values_flow_through_loops() {
    let body = "b0(v0: ptr, v1: i64):\n jump b1(v1)\nb1(v2: i64):\n v3: i8 = icmp eq v2, v1\n\
                brif v3, b2(), b1(v4)\nb2():\n ret v2";
    assert!(verified(&body.replace("b1(v4)", "b1(v2)")).is_ok());
    assert_eq!(verified(body).unwrap_err(), "line 6: v4 is not defined");
}

#[test]
fn broken_text_is_told_with_its_line() {
    let cases = [
        ("func @f local (ptr", 1),
        ("\n\nglobal @x nowhere", 3),
        ("func @f local () -> () {\nb0():\n frob v1\n}", 3),
        ("func @f local () -> () {\nb0():\n jump b7()\n}", 3),
        ("loc l0 \"a", 1),
        (
            "func @f local () -> () {\nb0():\n v0: i64 = iconst 1\n v0: i64 = iconst 2\n ret\n}",
            4,
        ),
    ];
    for (text, line) in cases {
        let error = parse::module(text).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error}");
    }
}
