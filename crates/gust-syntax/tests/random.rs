//! Random changes to Go text: parsing never panics, ends, and gives positions in the file.

#[path = "support/positions.rs"]
mod positions;

use gust_syntax::SourceMap;
use gust_syntax::ast::{Ast, ExprId};
use gust_syntax::parser::{Mode, parse_file};
use std::path::Path;

/// A xorshift generator: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Pieces of text that get inserted, between spaces.
const PIECES: &str = "( ) [ ] { } , ; : . ... := = <- * & ~ | + ++ += ! func type var const if \
    else for range switch case default select go defer goto break continue fallthrough return \
    map chan struct interface import package x T L: 1 0x 1e \"s\" \" ' ` 'c' \\ /* */ // \n \r \
    \0 \u{feff} é “ \n//go:build\ta\n \n//line\ta:1\n /*line\tb:2:3*/ [P\t*T,] x.(type) \
    \n//go:embed\tx\n";

fn parse(text: &[u8]) {
    for (comments, imports_only) in [(true, false), (false, false), (false, true)] {
        let map = SourceMap::new();
        let source = map.add("x.go", text).expect("small enough");
        let mut ast = Ast::new();
        let mode = Mode {
            comments,
            imports_only,
            check_branches: !comments,
        };
        let (_, errors) = parse_file(&mut ast, &source, mode);
        for e in &errors {
            assert!(source.contains(e.pos), "error at {:?}", e.pos);
            assert!(!source.position(e.pos).to_string().is_empty());
        }
        positions::check(&ast, &source);
        // The texts of all expressions would be quadratic in a deep one: a sample will do.
        for i in (0..ast.exprs.len()).step_by(17) {
            let _ = ast.expr_string(ExprId(i as u32));
        }
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("golden files")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "go"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("golden file"))
        .collect()
}

#[test]
fn random_bytes() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..5_000 {
        let len = random.below(200);
        let mut text = if round % 2 == 0 {
            b"package p\n".to_vec()
        } else {
            Vec::new()
        };
        text.extend((0..len).map(|_| random.below(256) as u8));
        parse(&text);
    }
}

#[test]
fn random_pieces() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let pieces: Vec<&str> = PIECES.split(' ').collect();
    for _ in 0..5_000 {
        let mut text = String::from("package p\nfunc f() {\n");
        for _ in 0..random.below(60) {
            text += pieces[random.below(pieces.len())];
            text += if random.below(3) == 0 { "" } else { " " };
        }
        parse(text.as_bytes());
    }
}

#[test]
fn mutated_files() {
    let mut random = Random(0xda94_2042_e4dd_58b5);
    let pieces: Vec<&str> = PIECES.split(' ').collect();
    let seeds = seeds();
    for _ in 0..5_000 {
        let mut text = seeds[random.below(seeds.len())].clone();
        for _ in 0..=random.below(4) {
            let at = random.below(text.len() + 1);
            match random.below(4) {
                0 => {
                    let end = (at + random.below(12)).min(text.len());
                    text.drain(at..end);
                }
                1 => {
                    let piece = pieces[random.below(pieces.len())];
                    text.splice(at..at, piece.bytes());
                }
                2 => {
                    let from = random.below(text.len() + 1);
                    let end = (from + random.below(40)).min(text.len());
                    let copy = text[from..end].to_vec();
                    text.splice(at..at, copy);
                }
                _ => text.truncate(at.max(12)),
            }
        }
        parse(&text);
    }
}
