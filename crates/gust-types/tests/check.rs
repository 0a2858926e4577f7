//! Golden tests of the type checker: Go files that carry the expected errors.
//!
//! Each `check/*.go` file is one test. An error is expected at a line by a comment behind it:
//!
//! ```text
//! var x int = "a" // ERROR "cannot use \"a\" (untyped string constant) as int value in variable declaration"
//! ```
//!
//! Several errors of a line follow each other: `// ERROR "one" "two"`. The text is the whole
//! message; a message's further lines stand behind it as ` | LINE: text`, where `LINE` is left out
//! for lines without position and has `file:` before it for another file than the message's.
//! Positions inside a message have no file name, just `:line:col`. An error must be announced,
//! and what is announced must come.
//!
//! A file is one package `test`, unless it is split by lines `-- path/name.go --`: then each folder is a
//! package whose import path is the folder's name (`test` if there is none), and packages come
//! before those that import them. `// lang: go1.17` as first line sets the language version.
//!
//! `GUST_BLESS=1 cargo test -p gust-types --test check` writes the errors found into the files; look
//! at the difference. `CHECK=name` runs the tests whose file name has that in it.

use gust_syntax::ast::Ast;
use gust_syntax::diagnostic::Diagnostic;
use gust_syntax::parser::{Mode, parse_file};
use gust_syntax::{Pos, SourceMap, Symbol};
use gust_types::{Config, GoVersion, Import, Input, PkgId, World, check};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The checker follows the nesting of its input.
const STACK: usize = 256 << 20;

#[test]
fn golden() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
    let filter = std::env::var("CHECK").unwrap_or_default();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&dir)
        .expect("test folder")
        .map(|entry| entry.expect("test folder").path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "go"))
        .filter(|path| path.to_string_lossy().contains(&filter))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no test is called {filter}");
    let mut failures = String::new();
    for path in &paths {
        let test = path.clone();
        let run = move || run_test(&test);
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
        let result = thread.expect("thread").join();
        let name = path.file_name().expect("name").to_string_lossy();
        match result {
            Ok(differences) if differences.is_empty() => {}
            Ok(differences) => writeln!(failures, "{name}:\n{differences}").expect("text"),
            Err(_) => writeln!(failures, "{name}: panic").expect("text"),
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// One Go file of a test.
struct File {
    /// `folder/name.go`, or `name.go`.
    name: String,
    /// Line of the test's file before its first line.
    offset: usize,
    text: String,
}

fn split(text: &str) -> Vec<File> {
    let mut files = vec![File {
        name: "test.go".into(),
        offset: 0,
        text: String::new(),
    }];
    for (i, line) in text.lines().enumerate() {
        let name = line
            .strip_prefix("-- ")
            .and_then(|line| line.strip_suffix(" --"));
        if let Some(name) = name {
            files.push(File {
                name: name.into(),
                offset: i + 1,
                text: String::new(),
            });
        } else if let Some(file) = files.last_mut() {
            // Comments may mean something: directives would see the announcement.
            let code = line.split_once(MARK).map_or(line, |(code, _)| code);
            file.text.push_str(code.trim_end());
            file.text.push('\n');
        }
    }
    if files.len() > 1 {
        // What stands before the first file is a comment.
        files.remove(0);
    }
    files
}

/// Errors by line of the test's file.
type Errors = BTreeMap<usize, Vec<String>>;

fn run_test(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("test file");
    let mut found = Errors::new();
    let first_line = text.lines().next();
    let lang = first_line.and_then(|line| line.strip_prefix("// lang: "));
    let version = lang.map_or(GoVersion::LATEST, |v| GoVersion::parse(v).expect("version"));
    let files = split(&text);
    let sources = SourceMap::new();

    let mut folders: Vec<&str> = Vec::new();
    for file in &files {
        let folder = folder(&file.name);
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let world = World::new(folders.len());
    let mut imports = rustc_hash::FxHashMap::default();
    imports.insert(Symbol::new("unsafe"), Import::Package(PkgId::UNSAFE));
    let config = Config {
        go_version: version,
        ignore_func_bodies: false,
        allow_missing_bodies: false,
        pointer_size: 8,
    };
    for (i, folder_name) in folders.iter().enumerate() {
        let mut ast = Ast::new();
        let mut diagnostics = Vec::new();
        for file in files.iter().filter(|f| folder(&f.name) == *folder_name) {
            let source = sources.add(file.name.as_str(), file.text.as_bytes());
            let mode = Mode {
                check_branches: true,
                ..Mode::default()
            };
            let (_, errors) = parse_file(&mut ast, &source.expect("small"), mode);
            diagnostics.extend(errors);
        }
        let id = PkgId(i as u32 + 2);
        let import_path = Symbol::new(if folder_name.is_empty() {
            "test"
        } else {
            folder_name
        });
        let checked = check(&Input {
            id,
            path: import_path,
            ast: &ast,
            parse_errors: !diagnostics.is_empty(),
            sources: &sources,
            imports: &imports,
            world: &world,
            config: &config,
        });
        diagnostics.extend(checked.diagnostics);
        world.set(Arc::clone(&checked.package));
        imports.insert(import_path, Import::Package(id));
        for diagnostic in &diagnostics {
            let (line, text) = describe(&sources, &files, diagnostic);
            found.entry(line).or_default().push(text);
        }
    }
    for errors in found.values_mut() {
        errors.sort();
        errors.dedup();
    }

    if std::env::var_os("GUST_BLESS").is_some() {
        std::fs::write(path, bless(&text, &found)).expect("test file");
        return String::new();
    }
    compare(&text, &found)
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Line in the test's file, and text.
fn describe(sources: &SourceMap, files: &[File], diagnostic: &Diagnostic) -> (usize, String) {
    let place = |pos: Pos| {
        let file = sources.file(pos)?;
        let line = file.line(pos) as usize;
        Some((file.name.to_string(), line))
    };
    let line_of = |name: &str, line: usize| {
        let file = files.iter().find(|f| f.name == name);
        line + file.map_or(0, |f| f.offset)
    };
    let (name, line) = place(diagnostic.pos).unwrap_or(("no position".into(), 0));
    let mut text = diagnostic.message.clone();
    for file in files {
        text = text.replace(&format!("{}:", file.name), ":");
    }
    for (pos, line) in &diagnostic.related {
        match place(*pos) {
            Some((file, at)) if file == name => write!(text, " | {at}: {line}"),
            Some((file, at)) => write!(text, " | {file}:{at}: {line}"),
            None => write!(text, " | {line}"),
        }
        .expect("text");
    }
    (line_of(&name, line), text)
}

const MARK: &str = "// ERROR ";

/// The errors that a line announces.
fn announced(line: &str) -> Vec<String> {
    let Some((_, list)) = line.split_once(MARK) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    let mut rest = list.trim();
    while let Some(text) = rest.strip_prefix('"') {
        let mut value = String::new();
        let mut chars = text.char_indices();
        let mut end = text.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, c)) => value.push(c),
                    None => {}
                },
                c => value.push(c),
            }
        }
        texts.push(value);
        rest = text[end..].trim_start();
    }
    assert!(rest.is_empty(), "{rest} is no quoted text");
    texts.sort();
    texts
}

fn compare(text: &str, found: &Errors) -> String {
    let mut differences = String::new();
    let mut note = |line: usize, what: &str, text: &str| {
        writeln!(differences, "  line {line}: {what}: {text}").expect("text");
    };
    for (i, line) in text.lines().enumerate() {
        let wanted = announced(line);
        let got = found.get(&(i + 1)).map_or(&[][..], |list| list);
        for text in wanted.iter().filter(|text| !got.contains(text)) {
            note(i + 1, "missing", text);
        }
        for text in got.iter().filter(|text| !wanted.contains(text)) {
            note(i + 1, "unexpected", text);
        }
    }
    let lines = text.lines().count();
    for (&line, texts) in found.iter().filter(|&(&line, _)| line == 0 || line > lines) {
        for text in texts {
            note(line, "unexpected", text);
        }
    }
    differences
}

fn bless(text: &str, found: &Errors) -> String {
    let mut out = String::new();
    for (i, line) in text.lines().enumerate() {
        let code = match line.split_once(MARK) {
            Some((code, _)) => code.trim_end(),
            None => line,
        };
        out.push_str(code);
        if let Some(texts) = found.get(&(i + 1)) {
            out.push_str(if code.is_empty() { MARK } else { " // ERROR " });
            let quote = |text: &String| {
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                let text = text.replace('\n', "\\n").replace('\t', "\\t");
                format!("\"{text}\"")
            };
            let texts: Vec<String> = texts.iter().map(quote).collect();
            out.push_str(&texts.join(" "));
        }
        out.push('\n');
    }
    out
}
