//! IR text in, IR text, summaries and notes out. `GUST_BLESS=1` writes the expected files anew.
//!
//! A line `---` in a file separates the modules of packages, each importing those before.

use gust_ir::{parse, verify};
use gust_opt::{Options, Summaries, optimise};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn run(text: &str) -> String {
    let mut summaries: Vec<Summaries> = Vec::new();
    let mut out = String::new();
    for part in text.split("---\n") {
        let mut module = parse::module(part).unwrap();
        let imports: Vec<&Summaries> = summaries.iter().collect();
        let options = Options {
            level: 1,
            report: true,
        };
        let outcome = optimise(&mut module, &imports, &options);
        verify::module(&module).unwrap_or_else(|e| panic!("{}\n{module}", e[0]));
        let _ = writeln!(out, "{module}");
        for note in &outcome.notes {
            let _ = writeln!(out, "note: {}", note.text);
        }
        let bytes = outcome.summaries.to_bytes();
        let read = Summaries::from_bytes(&bytes).expect("summaries read back");
        assert_eq!(read.to_bytes(), bytes);
        // Flows only: the bodies are those above.
        let flows = String::from_utf8(bytes).unwrap();
        for line in flows
            .lines()
            .take_while(|l| !l.starts_with("func ") && !l.starts_with("loc "))
        {
            let _ = writeln!(out, "flow: {line}");
        }
        summaries.push(read);
    }
    out
}

#[test]
fn golden() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = fs::read_dir(&dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "ir"));
    files.sort();
    assert!(!files.is_empty());
    let mut bad = Vec::new();
    for file in files {
        let got = run(&fs::read_to_string(&file).unwrap());
        let expected = file.with_extension("out");
        if std::env::var_os("GUST_BLESS").is_some() {
            fs::write(&expected, got).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != got {
            eprintln!("{}:\n{got}", file.display());
            bad.push(file);
        }
    }
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn other_bytes_are_no_summaries() {
    assert!(Summaries::from_bytes(b"").is_none());
    assert!(Summaries::from_bytes(b"gust summaries 0\n0\n").is_none());
    assert!(Summaries::from_bytes(b"gust summaries 4\n3\n").is_none());
    assert!(Summaries::from_bytes(b"gust summaries 4\n0\n1\n9\tf\nshort").is_none());
    assert!(Summaries::from_bytes(b"gust summaries 4\n0\n0\n1\n2\tt\nm\n").is_none());
    assert!(Summaries::from_bytes(b"gust summaries 4\n0\n0\n0\n").is_some());
}
