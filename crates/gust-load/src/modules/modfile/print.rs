//! Writing a tree back in the standard format: tabs inside blocks, single blanks between tokens, at most
//! one blank line in a row.

use super::syntax::{Block, Comment, Comments, FileSyntax, Line, Stmt};

/// The text of `file` in the standard format.
pub fn format(file: &FileSyntax) -> String {
    let mut p = Printer::default();
    for c in &file.before {
        p.out.push_str(c.text.trim());
        p.newline();
    }
    for (i, stmt) in file.stmts.iter().enumerate() {
        match stmt {
            Stmt::Comments { comments, .. } => {
                p.before(&comments.before);
                p.pending.extend(comments.suffix.iter().cloned());
            }
            Stmt::Line(l) => {
                p.line(l);
                p.newline();
            }
            Stmt::Block(b) => {
                p.block(b);
                p.newline();
            }
        }
        for c in &stmt.comments().after {
            p.out.push_str(c.text.trim());
            p.newline();
        }
        if i + 1 < file.stmts.len() {
            p.newline();
        }
    }
    while p.out.ends_with("\n\n") || p.out == "\n" {
        p.out.pop();
    }
    p.out
}

#[derive(Default)]
struct Printer {
    out: String,
    /// End-of-line comments of the current line.
    pending: Vec<Comment>,
    /// Tabs at the start of a line.
    margin: usize,
}

impl Printer {
    fn indent(&mut self) {
        for _ in 0..self.margin {
            self.out.push('\t');
        }
    }

    fn trim(&mut self) {
        let len = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(len);
    }

    fn newline(&mut self) {
        for (i, c) in std::mem::take(&mut self.pending).iter().enumerate() {
            if i == 0 {
                self.out.push(' ');
            } else {
                self.trim();
                self.out.push('\n');
                self.indent();
            }
            self.out.push_str(c.text.trim());
        }
        self.trim();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.indent();
    }

    fn before(&mut self, comments: &[Comment]) {
        if comments.is_empty() {
            return;
        }
        self.trim();
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.indent();
        for c in comments {
            self.out.push_str(c.text.trim());
            self.newline();
        }
    }

    fn with_comments(&mut self, c: &Comments, body: impl FnOnce(&mut Self)) {
        self.before(&c.before);
        body(self);
        self.pending.extend(c.suffix.iter().cloned());
    }

    fn line(&mut self, l: &Line) {
        self.with_comments(&l.comments, |p| p.tokens(&l.tokens));
    }

    fn block(&mut self, b: &Block) {
        self.with_comments(&b.comments, |p| {
            p.tokens(&b.tokens);
            p.out.push(' ');
            p.with_comments(&b.lparen.comments, |p| p.out.push('('));
            p.margin += 1;
            for l in &b.lines {
                p.newline();
                p.line(l);
            }
            p.margin -= 1;
            p.newline();
            p.with_comments(&b.rparen.comments, |p| p.out.push(')'));
        });
    }

    fn tokens(&mut self, tokens: &[String]) {
        let mut space = false;
        for t in tokens {
            if space && !matches!(t.as_str(), "," | ")" | "]" | "}") {
                self.out.push(' ');
            }
            self.out.push_str(t);
            space = !matches!(t.as_str(), "(" | "[" | "{");
        }
    }
}
