//! Parses files and folders and prints their errors, or with `-s` how fast it was.
//!
//! `cargo run --release --example parse -- [-s] [-c] [-i] [-x] [-] FILE|FOLDER...`; `-c` keeps
//! comments, `-i` reads imports only, `-x` lists all expressions, `-g` all comments, `-` reads names from standard
//! input, `-h` prints a heading for each file.

use gust_syntax::ast::{Ast, CommentGroupId, ExprId};
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{SourceFile, SourceMap};
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

/// Prints every expression with the position the official compiler has for it.
fn list_exprs(ast: &Ast, source: &SourceFile, path: &Path) {
    let place = |pos| (source.line(pos), source.column(pos));
    let mut lines: Vec<String> = (0..ast.exprs.len() as u32)
        .map(ExprId)
        .map(|e| {
            let (line, column) = place(ast.op_pos(e));
            let (start_line, start_column) = place(ast.official_start(e));
            let text = ast.expr_string(e);
            format!(
                "{}:{line}:{column}: {start_line}:{start_column} {text}",
                path.display()
            )
        })
        .collect();
    lines.sort();
    lines.dedup();
    for line in lines {
        println!("{line}");
    }
}

/// Prints the comment groups and what they belong to, by offset.
fn list_comments(ast: &Ast, source: &SourceFile, path: &Path) {
    let at = |pos| source.offset(pos);
    let group = |g: Option<CommentGroupId>| g.map_or(-1, |g| at(ast[g].list[0].pos) as i64);
    let version = ast.files[0].go_version.map_or("", |v| v.as_str());
    println!("##{} {version}", path.display());
    for g in &ast.comment_groups {
        print!("G {}", at(g.list[0].pos));
        for c in &g.list {
            print!(" {} {}", at(c.pos), c.text.len());
        }
        println!();
    }
    if let Some(doc) = ast.files[0].doc {
        println!("P {}", group(Some(doc)));
    }
    for f in &ast.fields {
        if let Some(e) = ast[f.names].first().copied().or(f.ty)
            && (f.doc.is_some() || f.comment.is_some())
        {
            println!("F {} {} {}", at(ast[e].pos), group(f.doc), group(f.comment));
        }
    }
    for s in &ast.specs {
        if s.doc.is_some() || s.comment.is_some() {
            println!("S {} {} {}", at(s.pos), group(s.doc), group(s.comment));
        }
    }
    for d in ast.decls.iter().filter(|d| d.doc.is_some()) {
        println!("D {} {}", at(d.pos), group(d.doc));
    }
}

fn main() {
    let mut mode = Mode {
        comments: false,
        imports_only: false,
        check_branches: true,
    };
    let (mut show_speed, mut show_exprs, mut headings, mut show_comments) =
        (false, false, false, false);
    let mut files = Vec::new();
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "-s" => show_speed = true,
            "-c" => mode.comments = true,
            "-g" => (mode.comments, show_comments) = (true, true),
            "-h" => headings = true,
            "-x" => show_exprs = true,
            "-" => files.extend(
                std::io::stdin()
                    .lines()
                    .map_while(Result::ok)
                    .map(PathBuf::from),
            ),
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
        if show_comments {
            if errors.is_empty() {
                list_comments(&ast, &source, path);
            }
            continue;
        }
        if show_exprs {
            list_exprs(&ast, &source, path);
            continue;
        }
        drop(ast);
        elapsed += start.elapsed();
        bytes += source.text.len();
        lines += source.line_starts().len();
        if headings {
            println!("##{}", path.display());
        }
        if !show_speed {
            for e in errors {
                println!("{}: {}", source.position(e.pos), e.message);
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
