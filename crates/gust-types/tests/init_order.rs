//! Order of package initialisation: what `Info::init_order` has for whole packages.

use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceMap, Symbol};
use gust_types::{Config, GoVersion, Input, PkgId, World, check};

/// The variables of each step, in order.
fn order(files: &[&str]) -> Vec<String> {
    let sources = SourceMap::new();
    let mut ast = Ast::new();
    for (i, text) in files.iter().enumerate() {
        let source = sources.add(format!("{i}.go"), text.as_bytes());
        let (_, errors) = parse_file(&mut ast, &source.expect("small"), Mode::default());
        assert_eq!(errors, []);
    }
    let world = World::new(1);
    let checked = check(&Input {
        id: PkgId(2),
        path: Symbol::new("test"),
        ast: &ast,
        parse_errors: false,
        sources: &sources,
        imports: &Default::default(),
        world: &world,
        config: &Config {
            go_version: GoVersion::LATEST,
            ignore_func_bodies: false,
            allow_missing_bodies: false,
            pointer_size: 8,
        },
    });
    assert_eq!(checked.diagnostics, []);
    let name = |obj: &gust_types::ObjId| checked.package.objects[obj.index()].name.to_string();
    let steps = checked.info.init_order.iter();
    steps
        .map(|step| step.lhs.iter().map(name).collect::<Vec<_>>().join(","))
        .collect()
}

#[test]
fn dependencies_come_first_else_source_order_counts() {
    let text = "package test
        var a = c + b
        var b = f()
        var c = f()
        var d = 3
        var e = 4
        func f() int { d++; return d }";
    assert_eq!(order(&[text]), ["d", "b", "c", "a", "e"]);
}

#[test]
fn functions_that_call_each_other_are_no_cycle() {
    let text = "package test
        var x = even(4)
        func even(n int) bool { return n == limit || odd(n - 1) }
        func odd(n int) bool { return n != other && even(n - 1) }
        var limit, other = 0, 1";
    assert_eq!(order(&[text]), ["limit", "other", "x"]);
}

#[test]
fn methods_count_where_they_are_mentioned() {
    let text = "package test
        type T struct{}
        var a = T.m
        var b = T{}.n()
        func (T) m() int { return c }
        func (*T) p() int { return b }
        func (T) n() int { return d }
        var c = 1
        var d = 2";
    assert_eq!(order(&[text]), ["c", "a", "d", "b"]);
}

#[test]
fn one_initialiser_is_one_step() {
    let text = "package test
        var a, _, b = f()
        var _ = a
        var e int
        var c = *new(int)
        func f() (int, int, int) { return c, e, 2 }";
    assert_eq!(order(&[text]), ["c", "a,_,b", "_"]);
}

#[test]
fn files_count_in_the_order_given() {
    let one = "package test; var x = y; var z = 1";
    let two = "package test; var y = w; var w = 2";
    assert_eq!(order(&[one, two]), ["z", "w", "y", "x"]);
    assert_eq!(order(&[two, one]), ["w", "y", "x", "z"]);
}
