//! Directives in comments: `//line` (cmd/compile documentation: Line Directives), `//go:build`
//! and the `//go:` directives for the compiler.

use super::Parser;
use super::version::implied_version;
use crate::ast::Directive;
use crate::diagnostic::Diagnostic;
use crate::scanner::RawComment;
use crate::source::{LineDirective, Pos};
use std::sync::Arc;

/// The largest line and column a directive may name.
const MAX_LINE: u64 = 1 << 30;

/// Directives that must stand before a declaration.
const DECLARATION_DIRECTIVES: &[&str] = &[
    "go:build",
    "go:cgo_unsafe_args",
    "go:nocheckptr",
    "go:noescape",
    "go:noinline",
    "go:norace",
    "go:nosplit",
    "go:nowritebarrier",
    "go:nowritebarrierrec",
    "go:registerparams",
    "go:systemstack",
    "go:uintptrescapes",
    "go:uintptrkeepalive",
    "go:yeswritebarrierrec",
];

/// A directive that waits for its declaration.
#[derive(Clone, Copy)]
pub(super) struct Pragma {
    pos: Pos,
    embed: bool,
}

impl Parser<'_> {
    /// Takes note of the directive in `comment`, if it is one.
    pub(super) fn directive(&mut self, comment: RawComment) {
        let (start, end) = (comment.start as usize, comment.end as usize);
        let src = self.s.src();
        let full = src[start + 1] == b'*';
        let body = if full {
            &src[start + 2..end - 2]
        } else {
            let body = &src[start + 2..end];
            body.strip_suffix(b"\r").unwrap_or(body)
        };
        if let Some(place) = body.strip_prefix(b"line ") {
            let starts_line = start == 0 || src[start - 1] == b'\n';
            if full || starts_line {
                let after = if full { end } else { end + 1 };
                self.line_directive(place, start + "//line ".len(), after.min(src.len()));
            }
            return;
        }
        if full {
            return;
        }
        let text = String::from_utf8_lossy(body).into_owned();
        let before = src[..start].iter().rev();
        let starts_line = before
            .copied()
            .find(|b| !matches!(b, b' ' | b'\t' | b'\r'))
            .is_none_or(|b| b == b'\n');
        if text.starts_with("go:") {
            self.go_directive(self.s.pos_of(start), &text, starts_line);
        }
        self.directives.push(Directive {
            pos: self.s.pos_of(start),
            text,
            starts_line,
        });
    }

    /// Reads `file:line` or `file:line:column`, which stands at offset `at` and speaks of what
    /// begins at `after`. Text without a colon is no directive.
    fn line_directive(&mut self, text: &[u8], at: usize, after: usize) {
        let Some((name, first, number)) = last_number(text) else {
            return;
        };
        let Some(number) = number else {
            self.bad_number("line", text, first, at);
            return;
        };
        let (file, line, column) = match last_number(name) {
            Some((file, second, Some(line))) => {
                if number == 0 || number > MAX_LINE {
                    self.bad_number("column", text, first, at);
                    return;
                }
                if line == 0 || line > MAX_LINE {
                    self.bad_number("line", name, second, at);
                    return;
                }
                (file, line, number)
            }
            _ => {
                if number == 0 || number > MAX_LINE {
                    self.bad_number("line", text, first, at);
                    return;
                }
                (name, number, 0)
            }
        };
        let file: Arc<str> = if file.is_empty() && column > 0 {
            // The file stays the same.
            let last = self.lines.last();
            last.map_or_else(|| self.source.name.clone(), |d| d.file.clone())
        } else {
            String::from_utf8_lossy(file).into()
        };
        self.lines.push(LineDirective {
            offset: after as u32,
            file,
            line: line as u32,
            column: column as u32,
        });
    }

    fn bad_number(&mut self, what: &str, text: &[u8], number: usize, at: usize) {
        let digits = String::from_utf8_lossy(&text[number..]);
        let message = format!("invalid {what} number: {digits}");
        self.s.error_at(self.s.pos_of(at + number), message);
    }

    fn go_directive(&mut self, pos: Pos, text: &str, starts_line: bool) {
        if self.top
            && let Some(rest) = text.strip_prefix("go:build")
        {
            let expr = rest.trim();
            if (rest.is_empty() || expr.len() < rest.len())
                && let Some(version) = implied_version(expr)
            {
                self.go_version = version.map(|v| v.as_str().into());
            }
            if starts_line && self.build_constraint.is_none() {
                self.build_constraint = Some(expr.to_string());
            }
        }
        if !self.mode.check_branches {
            return;
        }
        // Messages point behind the slashes.
        let pos = pos + 2;
        if !starts_line {
            self.s
                .report(Diagnostic::syntax(pos, "misplaced compiler directive"));
            return;
        }
        let verb = text.split(' ').next().unwrap_or(text);
        if verb == "go:linkname" && text.len() > verb.len() {
            if !(2..=3).contains(&text.split_whitespace().count()) {
                let message = "usage: //go:linkname localname [linkname]";
                self.s.report(Diagnostic::syntax(pos, message));
            }
            return;
        }
        if verb == "go:embed" {
            if text[verb.len()..].trim().is_empty() {
                let message = "usage: //go:embed pattern...";
                self.s.report(Diagnostic::syntax(pos, message));
                return;
            }
            self.pragmas.push(Pragma { pos, embed: true });
        } else if DECLARATION_DIRECTIVES.contains(&verb) {
            self.pragmas.push(Pragma { pos, embed: false });
        }
    }

    /// The directives read so far belong to what is parsed now.
    pub(super) fn use_pragmas(&mut self) {
        self.pragmas.clear();
    }

    /// The directives read so far belong to nothing.
    pub(super) fn drop_pragmas(&mut self) {
        if self.pragmas.is_empty() {
            return;
        }
        let pragmas = std::mem::take(&mut self.pragmas);
        for embed in [false, true] {
            for pragma in pragmas.iter().filter(|p| p.embed == embed) {
                let message = if embed {
                    "misplaced go:embed directive"
                } else {
                    "misplaced compiler directive"
                };
                self.s.report(Diagnostic::syntax(pragma.pos, message));
            }
        }
    }
}

/// Splits text at its last colon: what is before, where the number starts, and the number if
/// it is one. `None` without a colon.
fn last_number(text: &[u8]) -> Option<(&[u8], usize, Option<u64>)> {
    let colon = memchr::memrchr(b':', text)?;
    let digits = &text[colon + 1..];
    let number = std::str::from_utf8(digits)
        .ok()
        .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|d| d.parse().ok());
    Some((&text[..colon], colon + 1, number))
}
