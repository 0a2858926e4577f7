//! Parses files and folders and prints their errors, or with `-s` how fast it was.
//!
//! `cargo run --release --example parse -- [-s] [-c] FILE|FOLDER...`; `-c` keeps comments.

use gust_syntax::SourceMap;
use gust_syntax::ast::Ast;
use gust_syntax::parser::{Mode, parse_file};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect();
        entries.sort();
        for entry in entries {
            if entry.is_dir() || entry.extension().is_some_and(|e| e == "go") {
                collect(&entry, files);
            }
        }
    } else {
        files.push(path.to_path_buf());
    }
}

fn main() {
    let mut mode = Mode {
        comments: false,
        imports_only: false,
        check_branches: true,
    };
    let mut show_speed = false;
    let mut files = Vec::new();
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "-s" => show_speed = true,
            "-c" => mode.comments = true,
            "-i" => mode.imports_only = true,
            path => collect(Path::new(path), &mut files),
        }
    }
    let map = SourceMap::new();
    let mut elapsed = Duration::ZERO;
    let (mut lines, mut bytes) = (0, 0);
    for path in &files {
        let Ok(text) = std::fs::read(path) else {
            eprintln!("{}: cannot be read", path.display());
            continue;
        };
        let Ok(source) = map.add(path.display().to_string(), text) else {
            eprintln!("too much text");
            return;
        };
        let start = Instant::now();
        let mut ast = Ast::new();
        let (_, errors) = parse_file(&mut ast, &source, mode);
        drop(ast);
        elapsed += start.elapsed();
        bytes += source.text.len();
        lines += source.line_starts().len();
        if !show_speed {
            for e in errors {
                let p = source.position(e.pos);
                println!("{}:{}:{}: {}", p.file, p.line, p.column, e.message);
            }
        }
    }
    if show_speed {
        let secs = elapsed.as_secs_f64();
        println!(
            "{} files, {lines} lines, {bytes} bytes in {secs:.3} s: {:.0} lines/s, {:.0} MB/s",
            files.len(),
            lines as f64 / secs,
            bytes as f64 / secs / 1e6
        );
    }
}
