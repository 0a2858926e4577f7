//! Golden files of the formatter: every `fmt/NAME.input` is formatted and compared with
//! `fmt/NAME.golden`. `GUST_BLESS=1 cargo test` writes the latter anew.
//!
//! Names that begin with `fragment` are formatted as fragments, those that begin with `simplify`
//! are simplified.

use gust_syntax::printer::{Options, format_source};
use std::path::Path;

/// Inputs for which formatting the result changes it again, as with the official formatter: doc
/// comments in files with carriage returns are left alone, what belongs to a list item depends on
/// the items around it, and a comment that breaks a function header upsets its size.
const UNSTABLE: &[&str] = &[
    "carriage_returns.input",
    "doc_comments.input",
    "header_comment.input",
];

fn format(name: &str, text: &[u8]) -> Vec<u8> {
    let options = Options {
        simplify: name.starts_with("simplify"),
        fragments: name.starts_with("fragment"),
    };
    match format_source(name, text, options) {
        Ok(text) => text,
        Err(error) => panic!("{name}: {:?}", error.errors),
    }
}

#[test]
fn golden_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fmt");
    let bless = std::env::var_os("GUST_BLESS").is_some_and(|v| v == "1");
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("folder of golden files") {
        let path = entry.expect("entry").path();
        if path.extension().is_none_or(|e| e != "input") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let input = std::fs::read(&path).expect("golden input");
        let found = format(&name, &input);
        let again = format(&name, &found);
        let golden = path.with_extension("golden");
        if bless {
            std::fs::write(&golden, &found).expect("golden output");
        } else if std::fs::read(&golden).unwrap_or_default() != found {
            let found = String::from_utf8_lossy(&found);
            wrong.push(format!("{name} is formatted as:\n{found}"));
        }
        if again != found && !UNSTABLE.contains(&&*name) {
            wrong.push(format!("{name}: formatting again changes the result"));
        }
    }
    assert!(count > 0, "no golden files in {}", folder.display());
    assert!(
        wrong.is_empty(),
        "{}\nGUST_BLESS=1 writes the files anew",
        wrong.join("\n")
    );
}
