//! Text that no person writes: nesting and chains without end, huge tokens, rubbish. Each makes
//! one clear error or none, on the small stack of a test thread.

use gust_syntax::SourceMap;
use gust_syntax::ast::{Ast, MAX_CHAIN, MAX_DEPTH};
use gust_syntax::parser::{Mode, parse_file};

const MODE: Mode = Mode {
    comments: true,
    imports_only: false,
    check_branches: true,
};

const DEEP: &str = "syntax error: exceeded max nesting depth";

/// The messages for a file with `text` behind its package clause.
fn errors(text: &str) -> Vec<String> {
    let map = SourceMap::new();
    let source = map
        .add("x.go", format!("package p\n{text}").into_bytes())
        .expect("small enough");
    let mut ast = Ast::new();
    let (_, errors) = parse_file(&mut ast, &source, MODE);
    errors.into_iter().map(|e| e.message).collect()
}

fn nest(before: &str, open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!(
        "{before}{}{inner}{}",
        open.repeat(depth),
        close.repeat(depth)
    )
}

/// All ways to nest: what stands before, what opens a level, what is inside, what closes.
const NESTS: &[(&str, &str, &str, &str)] = &[
    ("var x = ", "(", "1", ")"),
    ("var x = ", "-(", "1", ")"),
    ("var x = ", "! ", "true", ""),
    ("var x = ", "<-", "c", ""),
    ("var x = ", "<-chan ", "int(nil)", ""),
    ("var x = ", "1 + (", "1", ")"),
    ("var x = ", "f(", "1", ")"),
    ("var x = ", "a[", "1", "]"),
    ("var x = ", "a[:", "1", "]"),
    ("var x = ", "T{", "", "}"),
    ("var x = T", "{", "", "}"),
    ("var x = ", "T{a: ", "1", "}"),
    ("var x = ", "func() { _ = ", "1", "}"),
    ("var x = ", "x.([", "1", "]int)"),
    ("type T ", "[]", "int", ""),
    ("type T ", "[1]", "int", ""),
    ("type T ", "[(", "1", ")]int"),
    ("type T ", "*", "int", ""),
    ("type T ", "(", "int", ")"),
    ("type T ", "chan ", "int", ""),
    ("type T ", "map[", "int", "]int"),
    ("type T ", "map[int]", "int", ""),
    ("type T ", "func(", "", ")"),
    ("type T ", "func(a ", "int", ")"),
    ("type T ", "func() ", "int", ""),
    ("type T ", "A[", "int", "]"),
    ("type T ", "struct{ f ", "int", "}"),
    ("type T ", "interface{ m(", "int", ") }"),
    ("type T ", "interface{ ~", "int", "}"),
    ("type T[P ", "interface{ *", "int", "}"),
    ("func f(a ", "b[", "c", "]"),
    ("func f() ", "{", "", "}"),
    ("func f() {", "if x {", "", "}"),
    ("func f() {", "if x {} else {", "", "}"),
    ("func f() {", "for {", "", "}"),
    ("func f() {", "switch { case x: ", "", "}"),
    ("func f() {", "select { default: ", "", "}"),
    ("func f() {", "L: ", "", ""),
    ("func f() {", "go func() {", "", "}()"),
];

#[test]
fn deep_nesting_is_one_error() {
    for &(before, open, inner, close) in NESTS {
        for text in [
            nest(before, open, inner, close, 100_000),
            nest(before, open, "", "", 100_000),
        ] {
            assert_eq!(errors(&text), [DEEP], "{before}{open}...");
        }
    }
}

#[test]
fn allowed_nesting_parses() {
    // Some forms take several levels each, and not all are complete.
    for &(before, open, inner, close) in NESTS {
        let text = nest(before, open, inner, close, MAX_DEPTH / 4);
        assert!(
            !errors(&text).iter().any(|e| e == DEEP),
            "{before}{open}..."
        );
    }
    let parens = nest("var x = ", "(", "1", ")", MAX_DEPTH - 10);
    assert_eq!(errors(&parens), [""; 0]);
}

#[test]
fn messages_about_deep_expressions() {
    // Well below the limit, but too deep for a small stack.
    let deep = nest("", "a[f(", "1", ")]", MAX_DEPTH / 4);
    let found = errors(&format!("func f() {{ if x = {deep} {{}} }}\n"));
    let message = format!("syntax error: cannot use assignment x = {deep} as value");
    assert_eq!(found, [message]);
    let types = "[]".repeat(MAX_DEPTH / 2);
    let found = errors(&format!("var x = <-chan<- {types}int\n"));
    let message = format!("syntax error: unexpected {types}int, expected chan");
    assert_eq!(found, [message]);
    for text in [
        format!(
            "type T[P *{}] int\n",
            nest("", "a*(b+", "c", ")", MAX_DEPTH / 2)
        ),
        format!("var x = {}{{}}\n", nest("", "a[", "b", "]", MAX_DEPTH / 2)),
    ] {
        assert_eq!(errors(&text), [""; 0], "{}...", &text[..20]);
    }
}

#[test]
fn chains_are_bounded() {
    let chains = [
        ("var x = 1", " + 1"),
        ("var x = a", ".b"),
        ("var x = a", "[0]"),
        ("var x = a", "()"),
        ("var x = a", ".(int)"),
        ("type T interface { int", " | int"),
        ("func f() { if x {}", " else if x {}"),
    ];
    for (before, link) in chains {
        let close = if before.contains('{') { "}\n" } else { "\n" };
        let fits = format!("{before}{}{close}", link.repeat(MAX_CHAIN));
        assert_eq!(errors(&fits), [""; 0], "{before}{link}...");
        let more = format!("{before}{}{close}", link.repeat(MAX_CHAIN + 1));
        assert_eq!(errors(&more), [DEEP], "{before}{link}...");
    }
}

#[test]
fn huge_tokens_and_lines() {
    const N: usize = 2_000_000;
    let fine = [
        format!("var {} int\n", "a".repeat(N)),
        format!("var x = {}\n", "1".repeat(N)),
        format!("var x = \"{}\"\n", "a".repeat(N)),
        format!("var x = `{}`\n", "\n".repeat(N)),
        format!("/*{}*/\n", "*".repeat(N)),
        format!("//{}\n", "/".repeat(N)),
        " ".repeat(N),
        "\n".repeat(N),
        format!("var x = f({})\n", "1,".repeat(N / 4)),
        format!("func f() {{{}}}\n", ";".repeat(N / 4)),
    ];
    for text in fine {
        assert_eq!(errors(&text), [""; 0], "{}...", &text[..20]);
    }
}

#[test]
fn rubbish_has_few_errors() {
    let rubbish = [
        ".".repeat(1_000_000),
        "'".repeat(1_000_000),
        "@".repeat(1_000_000),
        "\0".repeat(1_000_000),
        "é“".repeat(200_000),
        "\u{feff}".repeat(300_000),
        ")(".repeat(500_000),
        format!("func f() {{\n{}", ")\n".repeat(500_000)),
    ];
    for text in rubbish {
        let count = errors(&text).len();
        assert!((1..=2).contains(&count), "{count} errors");
    }
}

#[test]
fn errors_are_limited() {
    assert_eq!(errors(&"var x = \"\n".repeat(50_000)).len(), 10_000);
}

#[test]
fn many_labels_and_gotos() {
    let labels: String = (0..50_000).map(|i| format!("L{i}: x()\n")).collect();
    let gotos: String = (0..50_000).map(|i| format!("goto L{i}\n")).collect();
    assert_eq!(
        errors(&format!("func f() {{\n{labels}{gotos}}}\n")),
        [""; 0]
    );
    assert_eq!(
        errors(&format!("func f() {{\n{gotos}{labels}}}\n")),
        [""; 0]
    );
}
