//! The header of a source file: package clause, imports, constraints, `//go:` lines.
//!
//! Loading needs this much of every file of a build before anything else can start, so it is
//! read with a scanner of its own that stops at the first other declaration: no tree is made
//! and most bytes are never looked at. Messages are those of the official loader, which differ
//! from the compiler's (`expected 'package', found 'EOF'`).

use crate::constraint::{go_build_text, plus_build_text};
use crate::lex::{LexError, Lexer, Token, TokenKind, comment_text, line_comments, unquote};
use std::borrow::Cow;
use std::ops::Range;

/// What stands at the top of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Name in the package clause; empty when that is broken.
    pub package: String,
    /// The imports in source order.
    pub imports: Vec<HeaderImport>,
    /// Expression of the `//go:build` line.
    pub go_build: Option<String>,
    /// Expressions of the `// +build` lines, when there is no `//go:build`.
    pub plus_build: Vec<String>,
    /// The file has `//go:binary-only-package`.
    pub binary_only: bool,
    /// The comment right above the package clause, without comment markers.
    pub doc: String,
    /// `//go:name ...` lines above the package clause.
    pub directives: Vec<String>,
    /// `//go:embed` patterns anywhere in the file, when it imports `embed`.
    pub embeds: Vec<HeaderEmbed>,
    /// The first mistake.
    pub error: Option<HeaderError>,
}

/// An import declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderImport {
    /// The path, unquoted.
    pub path: String,
    /// Where the specification starts (name or path).
    pub at: LineColumn,
    /// The comment above `import "C"`, without comment markers; empty for other imports.
    pub c_preamble: String,
}

/// One pattern of a `//go:embed` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderEmbed {
    /// The pattern, unquoted.
    pub pattern: String,
    /// Where it stands.
    pub at: LineColumn,
}

/// 1-based line and column (in bytes) of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// Why a header cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// The file cannot be read as text: `unexpected NUL in input`.
    Text(String),
    /// Contradictory constraints: `multiple //go:build comments`.
    Constraint(String),
    /// A syntax error.
    Syntax(LineColumn, String),
}

/// Byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads the header of a `.go` file.
///
/// `None` when `text` is only the beginning of the file (`complete` is false) and more is needed.
#[must_use]
pub fn go_header(text: &[u8], complete: bool) -> Option<Header> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let mut reader = Reader {
        text,
        lexer: Lexer::new(text),
        lines: LineCursor::new(text),
        header: Header::default(),
    };
    let syntax = reader.file().err();
    let end = reader.lexer.offset();
    let mut header = reader.header;
    let has_embed = header.imports.iter().any(|i| i.path == "embed");
    // What ran into the end of a prefix says nothing, and `embed` needs the whole text.
    if !complete && (has_embed || syntax.is_some() || end + 1 >= text.len()) {
        return None;
    }
    // After a mistake the official loader reads the whole file, in the hope of a better message.
    let seen = &text[..if syntax.is_some() { text.len() } else { end }];
    let comes_first = |at: usize| syntax.as_ref().is_none_or(|&(error, _)| at <= error);
    header.error = if memchr::memchr(0, &text[..text.len().min(end + 1)]).is_some_and(comes_first) {
        Some(HeaderError::Text("unexpected NUL in input".to_owned()))
    } else {
        let bad_byte = bad_encoding(seen).filter(|&(at, _)| comes_first(at));
        let bad_byte = bad_byte.map(|(at, message)| (at, message.to_owned()));
        let error = bad_byte.or(syntax);
        error.map(|(at, message)| HeaderError::Syntax(Lines(text).at(at), message))
    };
    if let Err(message) = header.constraints(seen) {
        header.error = Some(HeaderError::Constraint(message.to_owned()));
    }
    if has_embed && header.error.is_none() {
        header.embeds = embeds(text);
    }
    Some(header)
}

/// Reads the constraints at the top of another source file (`.s`, `.h`, `.c`, ...): its leading
/// comments.
///
/// `None` when more of the file is needed.
#[must_use]
pub fn other_header(text: &[u8], complete: bool) -> Option<Header> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let mut lexer = Lexer::new(text);
    let broken = lexer.skip_separators().is_err();
    let end = lexer.offset();
    if !complete && (broken || end + 1 >= text.len()) {
        return None;
    }
    let seen = &text[..end];
    let mut header = Header::default();
    header.error = if memchr::memchr(0, seen).is_some() {
        Some(HeaderError::Text("unexpected NUL in input".to_owned()))
    } else if broken {
        Some(HeaderError::Text("syntax error".to_owned()))
    } else {
        let message = header.constraints(seen).err();
        message.map(|m| HeaderError::Constraint(m.to_owned()))
    };
    Some(header)
}

/// Offsets of a text to lines and columns.
struct Lines<'a>(&'a [u8]);

impl Lines<'_> {
    fn at(&self, offset: usize) -> LineColumn {
        let mut before = &self.0[..offset.min(self.0.len())];
        // A line break at the end of the text starts no line: the end belongs to the last one.
        let at_end = before.len() == self.0.len() && before.ends_with(b"\n");
        if at_end {
            before = &before[..before.len() - 1];
        }
        let start = memchr::memrchr(b'\n', before).map_or(0, |i| i + 1);
        LineColumn {
            line: memchr::memchr_iter(b'\n', before).count() as u32 + 1,
            column: (before.len() - start) as u32 + 1 + u32::from(at_end),
        }
    }
}

/// The first byte that is not UTF-8, or a byte order mark that is not first.
fn bad_encoding(text: &[u8]) -> Option<(usize, &'static str)> {
    let valid = match std::str::from_utf8(text) {
        Ok(_) => text.len(),
        Err(e) => e.valid_up_to(),
    };
    if let Some(at) = memchr::memmem::find(&text[..valid], BOM) {
        return Some((at, "illegal byte order mark"));
    }
    if valid == text.len() {
        return None;
    }
    let utf16 = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    Some(match utf16 {
        true => (0, "illegal UTF-8 encoding (got UTF-16)"),
        false => (valid, "illegal UTF-8 encoding"),
    })
}

/// Offsets to lines and columns when they come in order: passes over the text once.
struct LineCursor<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
    line_start: usize,
}

impl<'a> LineCursor<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// The place of `offset`, which is not before the last one asked for.
    fn advance(&mut self, offset: usize) -> LineColumn {
        for newline in memchr::memchr_iter(b'\n', &self.text[self.at..offset]) {
            self.line += 1;
            self.line_start = self.at + newline + 1;
        }
        self.at = offset;
        LineColumn {
            line: self.line,
            column: (offset - self.line_start) as u32 + 1,
        }
    }
}

impl Header {
    /// Finds the constraints in the comments of `seen`. `// +build` lines count only above the
    /// last blank line before the first code, and only without a `//go:build` line.
    fn constraints(&mut self, seen: &[u8]) -> Result<(), &'static str> {
        let has = |word: &[u8]| memchr::memmem::find(seen, word).is_some();
        if !has(b"//go:b") && !has(b"+build") {
            return Ok(());
        }
        let mut in_comment = false;
        let mut only_comments = true;
        let mut plus_end = 0;
        let mut at = 0;
        'lines: for raw in seen.split_inclusive(|&b| b == b'\n') {
            at += raw.len();
            let raw: Cow<'_, str> = String::from_utf8_lossy(raw);
            let mut line = raw.trim();
            if line.is_empty() && only_comments {
                plus_end = at;
                continue;
            }
            only_comments &= line.starts_with("//");
            if !in_comment {
                if let Some(text) = go_build_text(line)
                    && self.go_build.replace(text.to_owned()).is_some()
                {
                    return Err("multiple //go:build comments");
                }
                self.binary_only |= line == "//go:binary-only-package";
            }
            while !line.is_empty() {
                if in_comment {
                    let Some((_, rest)) = line.split_once("*/") else {
                        continue 'lines;
                    };
                    in_comment = false;
                    line = rest.trim_start();
                } else if line.starts_with("//") {
                    continue 'lines;
                } else if let Some(rest) = line.strip_prefix("/*") {
                    in_comment = true;
                    line = rest.trim_start();
                } else {
                    break 'lines;
                }
            }
        }
        if self.go_build.is_none() {
            let text = String::from_utf8_lossy(&seen[..plus_end]);
            let lines = text.lines().filter_map(|l| plus_build_text(l.trim()));
            self.plus_build = lines.map(str::to_owned).collect();
        }
        Ok(())
    }
}

struct Reader<'a> {
    text: &'a [u8],
    lexer: Lexer<'a>,
    lines: LineCursor<'a>,
    header: Header,
}

impl Reader<'_> {
    /// Reads up to the first declaration that is no import.
    fn file(&mut self) -> Result<(), LexError> {
        let token = self.lexer.next()?;
        if !token.is("package") {
            return Err(expected("'package'", &token));
        }
        self.header.doc = self.comments(self.lexer.doc.clone());
        for comment in self.lexer.comments.drain(..) {
            if self.text[comment.clone()].starts_with(b"//go:") {
                self.header.directives.push(lossy(&self.text[comment]));
            }
        }
        let name = self.lexer.next()?;
        if name.kind != TokenKind::Name {
            return Err(expected("'IDENT'", &name));
        }
        self.header.package = lossy(name.text);
        loop {
            let separated = self.lexer.skip_separators()?;
            // The rest of the file is none of our business unless it may start with `import`.
            if self.lexer.peek() != Some(b'i') {
                return Ok(());
            }
            let doc = self.lexer.doc.clone();
            let token = self.lexer.next()?;
            if !separated {
                return Err(expected("';'", &token));
            }
            if !token.is("import") {
                return Ok(());
            }
            self.import(doc)?;
        }
    }

    /// An import declaration, after its keyword.
    fn import(&mut self, decl_doc: Range<usize>) -> Result<(), LexError> {
        let token = self.lexer.next()?;
        if !token.is("(") {
            return self.spec(&token, decl_doc);
        }
        let first = self.header.imports.len();
        let mut token = self.lexer.next()?;
        while !token.is(")") {
            if token.kind == TokenKind::End {
                return Err(expected("')'", &token));
            }
            let doc = self.lexer.doc.clone();
            self.spec(&token, doc)?;
            token = self.lexer.next()?;
            if token.kind == TokenKind::Newline || token.is(";") {
                token = self.lexer.next()?;
            } else if !token.is(")") {
                return Err(expected("';'", &token));
            }
        }
        // The comment above a group of one is the comment of that one.
        let group_doc = self.comments(decl_doc);
        if let [only] = &mut self.header.imports[first..]
            && only.path == "C"
            && only.c_preamble.is_empty()
        {
            only.c_preamble = group_doc;
        }
        Ok(())
    }

    /// One import specification that starts with `token`.
    fn spec(&mut self, token: &Token<'_>, doc: Range<usize>) -> Result<(), LexError> {
        let is_name = token.kind == TokenKind::Name || token.is(".");
        let path = if is_name { self.lexer.next()? } else { *token };
        match path.kind {
            TokenKind::String => {}
            TokenKind::Name | TokenKind::Literal => {
                return Err((path.at, "import path must be a string".to_owned()));
            }
            _ => return Err((path.at, "missing import path".to_owned())),
        }
        let Some(text) = unquote(&lossy(path.text)) else {
            let escape = memchr::memchr(b'\\', path.text).map_or(0, |i| i + 1);
            return Err((path.at + escape, "unknown escape sequence".to_owned()));
        };
        if !is_valid_import(&text) {
            return Err((token.at, format!("invalid import path: {text}")));
        }
        let c_preamble = match text.as_str() {
            "C" => self.comments(doc),
            _ => String::new(),
        };
        self.header.imports.push(HeaderImport {
            path: text,
            at: self.lines.advance(token.at),
            c_preamble,
        });
        Ok(())
    }

    fn comments(&self, range: Range<usize>) -> String {
        let list = self.lexer.comments.get(range).unwrap_or_default();
        comment_text(self.text, list)
    }
}

fn expected(what: &str, found: &Token<'_>) -> LexError {
    (
        found.at,
        format!("expected {what}, found {}", found.describe()),
    )
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// Whether the spec lets a path be imported at all: printable, no white space, none of
/// ``!"#$%&'()*,:;<=>?[\]^`{|}`` (spec: Import declarations).
fn is_valid_import(path: &str) -> bool {
    const ILLEGAL: &str = "!\"#$%&'()*,:;<=>?[\\]^{|}`\u{fffd}";
    let fine = |c: char| !c.is_control() && !c.is_whitespace() && !ILLEGAL.contains(c);
    !path.is_empty() && path.chars().all(fine)
}

/// The patterns of the `//go:embed` lines of a file. Lines with broken quotes are left to the compiler.
fn embeds(text: &[u8]) -> Vec<HeaderEmbed> {
    const NAME: &[u8] = b"//go:embed";
    let mut out = Vec::new();
    let mut lines = LineCursor::new(text);
    for range in line_comments(text, NAME) {
        let line = String::from_utf8_lossy(&text[range.clone()]).into_owned();
        let args = &line[NAME.len()..];
        if !args.is_empty() && !args.starts_with(char::is_whitespace) {
            continue;
        }
        let Some(patterns) = split_patterns(args) else {
            continue;
        };
        out.extend(patterns.into_iter().map(|(offset, pattern)| HeaderEmbed {
            pattern,
            at: lines.advance(range.start + NAME.len() + offset),
        }));
    }
    out
}

/// Words with their offsets; a word may be a string literal.
fn split_patterns(args: &str) -> Option<Vec<(usize, String)>> {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let rest = &args[at..];
        let word = rest.trim_start();
        at += rest.len() - word.len();
        let Some(first) = word.chars().next() else {
            return Some(out);
        };
        let len = if first == '"' || first == '`' {
            let mut lexer = Lexer::new(word.as_bytes());
            let token = lexer.next().ok()?;
            out.push((at, unquote(&lossy(token.text))?));
            let after = word[token.text.len()..].chars().next();
            if after.is_some_and(|c| !c.is_whitespace()) {
                return None;
            }
            token.text.len()
        } else {
            let len = word.find(char::is_whitespace).unwrap_or(word.len());
            out.push((at, word[..len].to_owned()));
            len
        };
        at += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Header {
        go_header(text.as_bytes(), true).unwrap()
    }

    fn paths(text: &str) -> Vec<String> {
        let header = header(text);
        assert_eq!(header.error, None, "{text}");
        header.imports.into_iter().map(|i| i.path).collect()
    }

    fn error(text: &[u8]) -> String {
        match go_header(text, true).unwrap().error {
            Some(HeaderError::Syntax(at, message)) => {
                format!("{}:{}: {message}", at.line, at.column)
            }
            Some(HeaderError::Text(message) | HeaderError::Constraint(message)) => message,
            None => String::new(),
        }
    }

    #[test]
    fn imports() {
        assert_eq!(paths("package a; import \"b\"\nimport c \"d\""), ["b", "d"]);
        assert_eq!(
            paths("package a\nimport (\n. \"b\"; _ `c`\n\t\"d\" // x\n)\nfunc f() { @ }"),
            ["b", "c", "d"]
        );
        assert_eq!(paths("package a\nimport\n(\n)\nif x"), [""; 0]);
        assert_eq!(
            paths("\u{feff}package a // x\n/* y */ import \"b\" @"),
            ["b"]
        );
        let at = header("package a\nimport (\n\tx \"b\"\n)").imports[0].at;
        assert_eq!((at.line, at.column), (3, 2));
    }

    #[test]
    fn errors() {
        for (text, want) in [
            ("", "1:1: expected 'package', found 'EOF'"),
            ("foo", "1:1: expected 'package', found foo"),
            ("func f()", "1:1: expected 'package', found 'func'"),
            ("package", "1:8: expected 'IDENT', found 'EOF'"),
            ("package \"a\"", "1:9: expected 'IDENT', found \"a\""),
            (
                "package a import \"b\"",
                "1:11: expected ';', found 'import'",
            ),
            ("package a\nimport b", "2:9: missing import path"),
            ("package a\nimport 5", "2:8: import path must be a string"),
            ("package a\nimport \"\"", "2:8: invalid import path: "),
            (
                "package a\nimport x \"a b\"",
                "2:8: invalid import path: a b",
            ),
            (
                "package a\nimport (\"b\" \"c\")",
                "2:13: expected ';', found \"c\"",
            ),
            (
                "package a\nimport (\"b\", \"c\")",
                "2:12: expected ';', found ','",
            ),
            (
                "package a\nimport (\"b\"\n",
                "2:13: expected ')', found 'EOF'",
            ),
            (
                "package a\nimport \"b",
                "2:8: string literal not terminated",
            ),
            ("package a /*", "1:11: comment not terminated"),
            ("package \0a", "unexpected NUL in input"),
            ("// \u{feff}\npackage a", "1:4: illegal byte order mark"),
            (
                "//go:build a\n//go:build b\npackage a",
                "multiple //go:build comments",
            ),
        ] {
            assert_eq!(error(text.as_bytes()), want, "{text:?}");
        }
        assert_eq!(error(b"// \xff\npackage a"), "1:4: illegal UTF-8 encoding");
        assert_eq!(error(b"package a\nvar x = \"\xff\""), "");
        assert_eq!(
            error(b"\xff\xfep\0a\0"),
            "1:1: illegal UTF-8 encoding (got UTF-16)"
        );
    }

    #[test]
    fn constraints() {
        let h = header("// c\n//go:build x && y\n// +build z\n\npackage a");
        assert_eq!(h.go_build.as_deref(), Some("x && y"));
        assert!(h.plus_build.is_empty());
        let h = header("// +build a b\n// +build c\n\n// +build late\npackage a");
        assert_eq!(h.plus_build, ["a b", "c"]);
        let h = header("/*\n//go:build x\n*/\npackage a\n//go:build y");
        assert_eq!(h.go_build, None);
        let h = other_header(b"// x\n//go:build s\n\nTEXT @", true).unwrap();
        assert_eq!(h.go_build.as_deref(), Some("s"));
    }

    #[test]
    fn parts() {
        let text = "// Package a.\n//go:debug x=1\npackage a\nimport \"b\"\nvar c";
        assert_eq!(go_header(&text.as_bytes()[..30], false), None);
        let h = go_header(text.as_bytes(), false).unwrap();
        assert_eq!((h.doc.as_str(), h.imports.len()), ("Package a.\n", 1));
        assert_eq!(h.directives, ["//go:debug x=1"]);
        assert_eq!(
            go_header(b"package a\nimport \"embed\"\nvar c", false),
            None
        );
    }

    #[test]
    fn embed_patterns() {
        let text = "package a\nimport _ \"embed\"\n\n//go:embed x \"y z\" `w`\nvar a string\n//go:embedded q\n//go:embed \"bad\n";
        let h = header(text);
        let found: Vec<_> = h
            .embeds
            .iter()
            .map(|e| (e.pattern.as_str(), e.at.line, e.at.column))
            .collect();
        assert_eq!(found, [("x", 4, 12), ("y z", 4, 14), ("w", 4, 20)]);
    }

    #[test]
    fn cgo_preamble() {
        let h = header("package a\n\n// #cgo LDFLAGS: -lm\nimport \"C\"\n");
        assert_eq!(h.imports[0].c_preamble, "#cgo LDFLAGS: -lm\n");
        let h = header("package a\n\n// #x\nimport (\n\t\"C\"\n)\n");
        assert_eq!(h.imports[0].c_preamble, "#x\n");
    }

    #[test]
    fn many_imports() {
        // Quadratic work would take minutes.
        let text = format!(
            "package p\nimport (\n{})\n",
            "\"a\";\n\"b\";".repeat(200_000)
        );
        let h = header(&text);
        assert_eq!(h.imports.len(), 400_000);
        let last = h.imports[399_999].at;
        assert_eq!((last.line, last.column), (200_003, 1));
        let text = format!(
            "package p\nimport \"embed\"\n{}",
            "//go:embed a b\n".repeat(200_000)
        );
        assert_eq!(header(&text).embeds[399_999].at.line, 200_002);
    }

    #[test]
    fn hostile_text() {
        let seed = "\u{feff}//go:build a && (b || !c)\n// +build x,!y\n\n/* é */\npackage p // \"\n\
                    import (\n\t. \"embed\"; x `y`\n)\n//go:embed \"a\\x41\" `b` c\nvar s = '\"'\n";
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |n: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 16) as usize % n
        };
        let odd = *b"\0\xff\\\"`'/*\n({;:\xe2\x80";
        for _ in 0..20_000 {
            let mut text = seed.as_bytes().to_vec();
            for _ in 0..1 + random(4) {
                let at = random(text.len());
                match random(3) {
                    0 => text[at] = odd[random(odd.len())],
                    1 => text.truncate(at.max(1)),
                    _ => text.insert(at, odd[random(odd.len())]),
                }
            }
            let whole = go_header(&text, true);
            assert!(whole.is_some() && other_header(&text, true).is_some());
            // A part says the same as the whole, or asks for more.
            let part = go_header(&text[..random(text.len()) + 1], false);
            if let Some(part) = part.filter(|p| p.error.is_none()) {
                assert_eq!(Some(part.imports), whole.map(|w| w.imports));
            }
        }
    }
}
