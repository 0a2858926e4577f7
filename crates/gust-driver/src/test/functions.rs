//! What the test files of a package offer to be run.
//!
//! The rules are those of the package `testing` and of `go/doc` for examples: a name is a test's if the rest behind the
//! prefix does not start with a lower-case letter; an example counts if its last comment tells the output.

use gust_load::package::GoFile;
use gust_syntax::ast::{Ast, CommentGroup, DeclKind, ExprKind, FileId, FuncType};
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{Pos, SourceMap};

/// An example with the output that it has to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The function.
    pub name: String,
    /// What it is to print.
    pub output: String,
    /// Whether its lines may come in any order.
    pub unordered: bool,
}

/// The functions to run in the test files of one package, in the order of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Functions {
    /// `TestX(*testing.T)`
    pub tests: Vec<String>,
    /// `BenchmarkX(*testing.B)`
    pub benchmarks: Vec<String>,
    /// `FuzzX(*testing.F)`
    pub fuzz_targets: Vec<String>,
    /// `ExampleX()` with an output comment.
    pub examples: Vec<Example>,
    /// How many functions `TestMain(*testing.M)` there are.
    pub mains: usize,
}

impl Functions {
    /// Whether the program that runs the tests names one of them.
    #[must_use]
    pub fn any(&self) -> bool {
        self.mains > 0
            || !(self.tests.is_empty()
                && self.benchmarks.is_empty()
                && self.fuzz_targets.is_empty()
                && self.examples.is_empty())
    }
}

/// Finds the functions of some files. Files that cannot be parsed offer what could be made of them; the build tells of
/// their errors.
///
/// # Errors
/// The official text about a function with the name of a test and another signature.
pub fn find(files: &[GoFile]) -> Result<Functions, String> {
    let mut found = Functions::default();
    for file in files {
        let sources = SourceMap::new();
        let path = file.path.to_string_lossy().into_owned();
        let Ok(source) = sources.add(path, file.text.clone()) else {
            continue;
        };
        let mut ast = Ast::new();
        let mode = Mode {
            comments: true,
            ..Mode::default()
        };
        let (id, _) = parse_file(&mut ast, &source, mode);
        of_file(&ast, id, &sources, &mut found)?;
    }
    Ok(found)
}

fn of_file(
    ast: &Ast,
    id: FileId,
    sources: &SourceMap,
    found: &mut Functions,
) -> Result<(), String> {
    let file = &ast[id];
    for &decl in &ast[file.decls] {
        let DeclKind::Func {
            recv: None,
            name,
            ty,
            body,
        } = ast[decl].kind
        else {
            continue;
        };
        let Some(name) = ast.name(name).map(|n| n.to_string()) else {
            continue;
        };
        let ty = &ast[ty];
        let check = |kind: &str| {
            let why = if ty.type_params.is_some() {
                "test functions cannot have type parameters".to_owned()
            } else if !takes(ast, ty, kind) {
                let parameter = kind.to_lowercase();
                format!("must be: func {name}({parameter} *testing.{kind})")
            } else {
                return Ok(());
            };
            let at = sources.position(ast[decl].pos);
            let at = at.map(|p| format!("{}:{}:{}", p.file, p.line, p.column));
            Err(format!(
                "{}: wrong signature for {name}, {why}",
                at.unwrap_or_default()
            ))
        };
        if name == "TestMain" && !takes(ast, ty, "T") {
            check("M")?;
            found.mains += 1;
            if found.mains > 1 {
                return Err("multiple definitions of TestMain".into());
            }
        } else if is_named(&name, "Test") {
            check("T")?;
            found.tests.push(name);
        } else if is_named(&name, "Benchmark") {
            check("B")?;
            found.benchmarks.push(name);
        } else if is_named(&name, "Fuzz") {
            check("F")?;
            found.fuzz_targets.push(name);
        } else if is_named(&name, "Example")
            && ast[ast[ty.params].fields].is_empty()
            && ty.results.is_none_or(|r| ast[ast[r].fields].is_empty())
            && let Some(body) = body
        {
            let body = ast[body];
            let comments =
                &ast.comment_groups[file.comments.start as usize..file.comments.end as usize];
            if let Some((output, unordered)) = output(comments, body.lbrace, body.rbrace) {
                found.examples.push(Example {
                    name,
                    output,
                    unordered,
                });
            }
        }
    }
    Ok(())
}

/// Whether a name is `prefix`, or that with something behind it that does not start with a lower-case letter.
fn is_named(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix)
        .is_some_and(|rest| !rest.chars().next().is_some_and(char::is_lowercase))
}

/// Whether a function takes one `*kind` or `*x.kind` and gives nothing.
fn takes(ast: &Ast, ty: &FuncType, kind: &str) -> bool {
    if ty.results.is_some_and(|r| !ast[ast[r].fields].is_empty()) {
        return false;
    }
    let [field] = ast[ast[ty.params].fields] else {
        return false;
    };
    if ast[ast[field].names].len() > 1 {
        return false;
    }
    let Some(ty) = ast[field].ty else {
        return false;
    };
    let ExprKind::Star { x, .. } = ast[ty].kind else {
        return false;
    };
    let name = match ast[x].kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Selector { sel, .. } => ast.name(sel),
        _ => None,
    };
    name.is_some_and(|name| name.as_str() == kind)
}

/// The output that the last comment between two braces tells, and whether its order matters not.
fn output(comments: &[CommentGroup], open: Pos, close: Pos) -> Option<(String, bool)> {
    let inside = |g: &&CommentGroup| {
        g.list.first().is_some_and(|c| c.pos >= open)
            && g.list.last().is_some_and(|c| c.end <= close)
    };
    let text = plain_text(comments.iter().rfind(inside)?);
    let rest = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}', '\u{b}']);
    let (rest, unordered) = match strip_word(rest, "unordered ") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let rest = strip_word(rest, "output:")?.trim_start_matches(' ');
    Some((
        rest.strip_prefix('\n').unwrap_or(rest).to_owned(),
        unordered,
    ))
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    start
        .eq_ignore_ascii_case(word)
        .then(|| &text[word.len()..])
}

/// A comment's text without its markers: no directives, no blanks at the ends of lines, no more than one empty line in a
/// row and none at either end.
fn plain_text(group: &CommentGroup) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for comment in &group.list {
        let text = comment.text.as_str();
        if let Some(line) = text.strip_prefix("//") {
            match line.strip_prefix(' ') {
                Some(line) => lines.push(line),
                None if is_directive(line) => {}
                None => lines.push(line),
            }
        } else {
            let inner = text.strip_prefix("/*").unwrap_or(text);
            lines.extend(inner.strip_suffix("*/").unwrap_or(inner).split('\n'));
        }
    }
    let mut out = String::new();
    let mut gap = false;
    for line in lines {
        let line = line.trim_end_matches([' ', '\t', '\n', '\r']);
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Whether the text behind `//` is a directive: `line `, `extern `, `export `, or `word:word`.
fn is_directive(text: &str) -> bool {
    if ["line ", "extern ", "export "]
        .iter()
        .any(|d| text.starts_with(d))
    {
        return true;
    }
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.split_once(':').is_some_and(|(word, rest)| {
        !word.is_empty() && word.chars().all(lower) && rest.starts_with(lower)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Functions, String> {
        let file = GoFile {
            name: "x_test.go".into(),
            path: "x_test.go".into(),
            display: "x_test.go".into(),
            text: text.as_bytes().into(),
        };
        find(&[file])
    }

    #[test]
    fn functions_by_name_and_signature() {
        let f = found(
            "package p\nfunc TestA(t *testing.T) {}\nfunc Test(*T) {}\nfunc Testify() {}\n\
             func Test_b(t *x.T) {}\nfunc (r R) TestC(t *testing.T) {}\n\
             func BenchmarkX(b *testing.B) {}\nfunc FuzzX(f *testing.F) {}\nfunc TestMain(m *testing.M) {}\n",
        );
        let f = f.unwrap();
        assert_eq!(f.tests, ["TestA", "Test", "Test_b"]);
        assert_eq!(
            (f.benchmarks.len(), f.fuzz_targets.len(), f.mains),
            (1, 1, 1)
        );
    }

    #[test]
    fn wrong_signatures_are_told() {
        let text = |t: &str| found(&format!("package p\n{t} {{}}\n")).unwrap_err();
        assert_eq!(
            text("func TestA()"),
            "x_test.go:2:1: wrong signature for TestA, must be: func TestA(t *testing.T)"
        );
        assert_eq!(
            text("func BenchmarkA[X any](b *testing.B)"),
            "x_test.go:2:1: wrong signature for BenchmarkA, test functions cannot have type parameters"
        );
        assert!(text("func TestA(t *testing.T) int").contains("wrong signature"));
        assert!(text("func TestMain()").contains("must be: func TestMain(m *testing.M)"));
    }

    #[test]
    fn examples_have_output() {
        let f = found(
            "package p\nfunc ExampleA() {\n\t// Output: a\n\t//\n\t//\n\t// b  \n}\n\
             func ExampleB() {\n\t// x\n\n\t/* Unordered output:\n1\n2 */\n}\nfunc ExampleC() {\n\t// nothing\n}\n\
             func ExampleD() {\n\t// output:\n}\nfunc ExampleE(x int) {\n\t// Output: a\n}\n",
        );
        let f = f.unwrap();
        let list: Vec<_> = f
            .examples
            .iter()
            .map(|e| (e.name.as_str(), e.output.as_str(), e.unordered))
            .collect();
        assert_eq!(
            list,
            [
                ("ExampleA", "a\n\nb\n", false),
                ("ExampleB", "1\n2\n", true),
                ("ExampleD", "", false)
            ]
        );
    }
}
