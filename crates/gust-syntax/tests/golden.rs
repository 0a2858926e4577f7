//! Golden files: every `golden/NAME.go` is parsed, and its tree and errors are compared with
//! `golden/NAME.txt`. `GUST_BLESS=1 cargo test` writes the latter anew.

#[path = "support/dump.rs"]
mod dump;
#[path = "support/positions.rs"]
mod positions;

use gust_syntax::SourceMap;
use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use std::fmt::Write;
use std::path::Path;

fn parse_to_text(name: &str, text: &[u8]) -> String {
    let map = SourceMap::new();
    let source = map.add(name, text).expect("small enough");
    let mut ast = Ast::new();
    let mode = Mode {
        comments: true,
        imports_only: false,
        check_branches: true,
    };
    let (_, errors) = parse_file(&mut ast, &source, mode);
    positions::check(&ast, &source);
    let mut out = dump::dump(&ast, &source);
    for e in errors {
        let _ = writeln!(out, "error {}: {}", source.position(e.pos), e.message);
    }
    out
}

#[test]
fn golden_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bless = std::env::var_os("GUST_BLESS").is_some_and(|v| v == "1");
    let mut count = 0;
    let mut wrong = Vec::new();
    let entries = std::fs::read_dir(&folder).expect("folder of golden files");
    for entry in entries {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|e| e != "go") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read(&path).expect("golden input");
        let found = parse_to_text(&name, &text);
        let expected_path = path.with_extension("txt");
        if bless {
            std::fs::write(&expected_path, &found).expect("golden output");
            continue;
        }
        let expected = std::fs::read_to_string(&expected_path).unwrap_or_default();
        if found != expected {
            let at = found.lines().zip(expected.lines()).find(|(f, e)| f != e);
            wrong.push(format!("{name}: first difference {at:?}"));
        }
    }
    assert!(count > 0, "no golden files in {}", folder.display());
    assert!(
        wrong.is_empty(),
        "{}\nGUST_BLESS=1 writes the files anew",
        wrong.join("\n")
    );
}
