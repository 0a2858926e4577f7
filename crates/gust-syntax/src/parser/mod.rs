//! The parser: text of one file into the arenas of an [`Ast`].
//!
//! A recursive-descent parser with one token of look-ahead. It reports what the official
//! compiler reports, in the same words, and recovers at the same tokens so that the errors
//! after the first are the same too. A tree is made in any case.
//!
//! Recursion is bounded: what nests deeper than [`MAX_DEPTH`] is an error, and deep nesting is
//! parsed on a thread with a stack made for it, so that any thread may call the parser. What
//! the parser loops over (operator chains, `x.y.z`, `else if`) is bounded by [`MAX_CHAIN`].

mod branches;
mod comments;
mod decl;
mod directive;
mod expr;
mod names;
mod params;
mod stmt;
mod types;
mod version;

use crate::ast::{
    Ast, CommentGroupId, DeclId, ExprId, ExprKind, FieldId, File, FileId, MAX_CHAIN, MAX_DEPTH,
    SpecId, StmtId,
};
use crate::diagnostic::Diagnostic;
use crate::scanner::{Scanner, Tok, TokSet};
use crate::source::{LineDirective, Pos, SourceFile};
use crate::symbol::Symbol;
use names::Names;
use std::panic::resume_unwind;
use std::sync::Arc;

/// How much to parse and to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Mode {
    /// Keep all comments and attach doc and line comments to declarations, specifications and
    /// fields. Directives are kept in any case.
    pub comments: bool,
    /// Stop after the import declarations.
    pub imports_only: bool,
    /// Check `break`, `continue`, `goto` and labels too, as the official compiler does while
    /// parsing. Without it the parser accepts what the official formatter does and only the
    /// compiler refuses: any number of receivers, `...T` among them, `a, b += c, d`, declarations
    /// in a post statement, and any expression as the variable of a type switch.
    pub check_branches: bool,
}

/// Parses one file into `ast`. A tree is made of every text.
///
/// The errors are those the official compiler prints, in the order in which it finds them: of
/// several syntax errors in a line the first found, and no message twice in a line. Not all of
/// them are of the kind that keeps the official compiler from type-checking: only those whose
/// text starts with `syntax error` do.
pub fn parse_file(
    ast: &mut Ast,
    source: &Arc<SourceFile>,
    mode: Mode,
) -> (FileId, Vec<Diagnostic>) {
    let mut parser = Parser::new(ast, source, mode);
    let file = parser.file();
    let errors = parser.finish();
    let id = FileId(ast.files.len() as u32);
    ast.files.push(file);
    (id, errors)
}

/// Keywords that start a statement: error recovery inside functions stops at them.
const STATEMENT_START: TokSet = TokSet::new(&[
    Tok::Break,
    Tok::Const,
    Tok::Continue,
    Tok::Defer,
    Tok::Fallthrough,
    Tok::For,
    Tok::Go,
    Tok::Goto,
    Tok::If,
    Tok::Return,
    Tok::Select,
    Tok::Switch,
    Tok::Type,
    Tok::Var,
]);

/// Nesting depth at which parsing moves to a thread with a large stack.
const HOP_DEPTH: usize = 100;

/// Stack of that thread, reserved but not used unless the nesting needs it.
const HOP_STACK: usize = 256 << 20;

/// State of parsing one file.
struct Parser<'a> {
    s: Scanner<'a>,
    ast: &'a mut Ast,
    source: &'a Arc<SourceFile>,
    mode: Mode,
    names: Names,

    /// Before the package clause.
    top: bool,
    /// No token has been read yet.
    fresh: bool,
    /// How many function bodies the parser is in.
    function_depth: usize,
    /// Above or at zero where `{` behind a type name starts a composite literal; -1 in the
    /// header of a control statement outside of any brackets.
    bracket_depth: i32,
    /// Recursion depth.
    depth: usize,

    /// The comment group that ends on the line above the current token.
    lead_comment: Option<CommentGroupId>,
    /// The comment group behind the token before, on its line.
    line_comment: Option<CommentGroupId>,
    /// The last specification of a declaration without parentheses: the line comment behind
    /// the declaration is its.
    open_spec: Option<SpecId>,

    directives: Vec<crate::ast::Directive>,
    pragmas: Vec<directive::Pragma>,
    lines: Vec<LineDirective>,
    go_version: Option<Symbol>,
    build_constraint: Option<String>,

    // Lists under construction; a list is what stands above the mark its maker took.
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
    fields: Vec<FieldId>,
    specs: Vec<SpecId>,
    decls: Vec<DeclId>,
    params: Vec<params::Param>,
}

impl<'a> Parser<'a> {
    fn new(ast: &'a mut Ast, source: &'a Arc<SourceFile>, mode: Mode) -> Self {
        Self {
            s: Scanner::new(&source.text, source.base, mode.comments),
            ast,
            source,
            mode,
            names: Names::take(),
            top: true,
            fresh: true,
            function_depth: 0,
            bracket_depth: 0,
            depth: 0,
            lead_comment: None,
            line_comment: None,
            open_spec: None,
            directives: Vec::new(),
            pragmas: Vec::new(),
            lines: Vec::new(),
            go_version: None,
            build_constraint: None,
            exprs: Vec::new(),
            stmts: Vec::new(),
            fields: Vec::new(),
            specs: Vec::new(),
            decls: Vec::new(),
            params: Vec::new(),
        }
    }

    /// Hands the line directives to the source file and returns the errors.
    fn finish(self) -> Vec<Diagnostic> {
        // An aborted scan does not know all directives, but its errors need those it saw.
        if !self.mode.imports_only || !self.s.errors.is_empty() {
            self.source.set_directives(self.lines);
        }
        self.names.give_back();
        one_per_line(self.source, self.s.errors)
    }

    fn file(&mut self) -> File {
        let first_comment = self.ast.comment_groups.len() as u32;
        self.next();
        let package = self.pos();
        let doc = self.lead_comment;
        let name = self.package_clause();
        if name.is_some() {
            self.top_level();
        }
        let decls = self.ast.push_decls(&self.decls);
        File {
            source: self.source.clone(),
            package,
            name,
            decls,
            eof: self.source.pos(self.source.text.len()),
            doc,
            comments: first_comment..self.ast.comment_groups.len() as u32,
            directives: std::mem::take(&mut self.directives),
            go_version: self.go_version,
            build_constraint: self.build_constraint.take(),
        }
    }

    /// The package's name, or nothing if there was any error so far.
    fn package_clause(&mut self) -> Option<ExprId> {
        self.top = false;
        if self.tok() == Tok::Package {
            self.use_pragmas();
        }
        if !self.got(Tok::Package) {
            self.syntax_error("package statement must be first");
            return None;
        }
        let name = self.name();
        self.want(Tok::Semi);
        (self.s.error_count == 0).then_some(name)
    }

    // Tokens.

    fn next(&mut self) {
        let before = self.s.start();
        let fresh = std::mem::take(&mut self.fresh);
        self.s.next();
        self.lead_comment = None;
        self.line_comment = None;
        if !self.s.comments.is_empty() {
            self.take_comments((!fresh).then_some(before));
        }
    }

    fn tok(&self) -> Tok {
        self.s.tok
    }

    fn pos(&self) -> Pos {
        self.s.pos()
    }

    fn got(&mut self, tok: Tok) -> bool {
        let found = self.s.tok == tok;
        if found {
            self.next();
        }
        found
    }

    fn want(&mut self, tok: Tok) {
        if !self.got(tok) {
            self.syntax_error(&format!("expected {}", tok.describe()));
            self.skip_one();
        }
    }

    /// Like `want`; returns the token's position.
    fn want_at(&mut self, tok: Tok) -> Pos {
        let pos = if self.tok() == tok {
            self.pos()
        } else {
            self.missing_pos()
        };
        self.want(tok);
        pos
    }

    /// The position of a one-byte token that is missing here: inside the file in any case.
    fn missing_pos(&self) -> Pos {
        self.pos().min(self.last_byte())
    }

    fn last_byte(&self) -> Pos {
        self.s.pos_of(self.s.src().len().saturating_sub(1))
    }

    /// Steps over `=`; `:=` will do after a complaint. Returns its position if it is there.
    fn got_assign(&mut self) -> Option<Pos> {
        let pos = self.pos();
        match self.tok() {
            Tok::Define => self.syntax_error("expected ="),
            Tok::Assign => {}
            _ => return None,
        }
        self.next();
        Some(pos)
    }

    /// Steps over a semicolon. Returns whether there was one, and the comment that belongs to
    /// what it ends.
    fn got_semi(&mut self) -> (bool, Option<CommentGroupId>) {
        use crate::scanner::SemiKind;
        if self.tok() != Tok::Semi {
            return (false, None);
        }
        let before = self.line_comment;
        let written = self.s.semi == SemiKind::Semicolon;
        self.next();
        (true, if written { self.line_comment } else { before })
    }

    // Errors.

    fn error(&mut self, message: &str) {
        let pos = self.pos();
        self.s.error_at(pos, message);
    }

    fn syntax_error(&mut self, message: &str) {
        self.syntax_error_at(self.pos(), message);
    }

    /// Reports a syntax error. A message that starts with `in`, `at`, `after` or `expected` is
    /// about the current token, which is put before it.
    fn syntax_error_at(&mut self, pos: Pos, message: &str) {
        if self.tok() == Tok::Eof && self.s.error_count > 0 {
            return;
        }
        let link = if ["in ", "at ", "after "]
            .iter()
            .any(|w| message.starts_with(w))
        {
            " "
        } else if message.starts_with("expected ") {
            ", "
        } else {
            self.s.error_at(pos, format!("syntax error: {message}"));
            return;
        };
        let text = || String::from_utf8_lossy(self.s.text());
        let found = match self.tok() {
            Tok::Name => format!("name {}", text()),
            Tok::Literal => format!("literal {}", text()),
            Tok::Semi => self.s.semi.describe().to_string(),
            Tok::Operator => self.s.op.to_string(),
            Tok::AssignOp => format!("{}=", self.s.op),
            Tok::IncOp => format!("{0}{0}", self.s.op),
            tok => tok.describe().to_string(),
        };
        let message = format!("syntax error: unexpected {found}{link}{message}");
        self.s.error_at(pos, message);
    }

    /// Skips one token, so that there is progress.
    fn skip_one(&mut self) {
        if self.tok() != Tok::Eof {
            self.next();
        }
    }

    /// Skips to a token of `follow` or, inside functions, one that starts a statement.
    fn skip_to(&mut self, follow: &[Tok]) {
        let mut stop = TokSet::new(follow).with(Tok::Eof);
        if self.function_depth > 0 {
            stop = stop.union(STATEMENT_START);
        }
        while !stop.contains(self.tok()) {
            self.next();
        }
    }

    // Bounds.

    /// Runs `parse` one level deeper, or makes `instead` if that is too deep.
    #[inline]
    fn nested<R: Send>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> R + Send,
        instead: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.depth += 1;
        let result = if self.depth == HOP_DEPTH {
            match self.hop(parse) {
                Some(result) => result,
                None => instead(self),
            }
        } else if self.depth > MAX_DEPTH {
            self.too_deep();
            instead(self)
        } else {
            parse(self)
        };
        self.depth -= 1;
        result
    }

    /// Runs `work` on a large stack; `None`, after an error, if there is none to be had.
    #[cold]
    #[inline(never)]
    fn hop<R: Send>(&mut self, work: impl FnOnce(&mut Self) -> R + Send) -> Option<R> {
        let parser = &mut *self;
        let result = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .stack_size(HOP_STACK)
                .spawn_scoped(scope, move || work(parser))
                .ok()?;
            // A panic goes on where it would have without the thread.
            Some(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        if result.is_none() {
            self.too_deep();
        }
        result
    }

    /// Reports that something nests too deep, and gives up on the file.
    #[cold]
    fn too_deep(&mut self) {
        if self.tok() != Tok::Eof {
            self.syntax_error("exceeded max nesting depth");
            self.s.skip_to_eof();
            self.next();
        }
    }

    /// Whether a chain of `len` links is too long; then reports it.
    fn too_long(&mut self, len: usize) -> bool {
        let too_long = len > MAX_CHAIN;
        if too_long {
            self.too_deep();
        }
        too_long
    }

    // Common productions.

    /// An identifier; `_` after a complaint if there is none.
    fn name(&mut self) -> ExprId {
        let pos = self.pos();
        if self.tok() == Tok::Name {
            let name = self.names.intern(self.s.text());
            self.next();
            return self.ast.expr(pos, ExprKind::Name(name));
        }
        let name = self.blank(pos);
        self.syntax_error("expected name");
        self.skip_one();
        name
    }

    /// A blank identifier that stands for what is missing.
    fn blank(&mut self, pos: Pos) -> ExprId {
        let pos = pos.min(self.last_byte());
        let name = self.names.intern(b"_");
        self.ast.expr(pos, ExprKind::Name(name))
    }

    /// What stands for an expression that is missing here.
    fn bad_expr(&mut self) -> ExprId {
        let pos = self.pos();
        self.ast.expr(pos, ExprKind::Bad { end: pos })
    }

    /// Parses the elements of a list up to `close`, which it steps over. Elements are parsed by
    /// `element`, which returns whether it has to be the last, and separated by `sep`;
    /// `context` is the list's name in messages. Returns the position of `close`.
    fn list(
        &mut self,
        context: &str,
        sep: Tok,
        close: Tok,
        mut element: impl FnMut(&mut Self) -> bool,
    ) -> Pos {
        let mut done = false;
        while self.tok() != Tok::Eof && self.tok() != close && !done {
            done = element(self);
            if !self.got(sep) && self.tok() != close {
                self.missing_separator(context, sep, close);
                if self.tok() != close {
                    return self.missing_pos();
                }
            }
        }
        self.want_at(close)
    }

    #[cold]
    fn missing_separator(&mut self, context: &str, sep: Tok, close: Tok) {
        self.syntax_error(&format!(
            "in {context}; possibly missing {} or {}",
            sep.describe(),
            close.describe()
        ));
        self.skip_to(&[Tok::Rparen, Tok::Rbrack, Tok::Rbrace]);
    }

    /// Takes the expressions above `mark` off the stack into a list.
    fn finish_exprs(&mut self, mark: usize) -> crate::ast::ExprList {
        let list = self.ast.push_exprs(&self.exprs[mark..]);
        self.exprs.truncate(mark);
        list
    }
}

/// The errors that the official compiler prints: only the first syntax error of a line, and
/// the same message not twice in a row for a line.
fn one_per_line(source: &SourceFile, errors: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // Lines are those of the file, but a line directive in mid-line starts another line.
    let line = |pos: Pos| {
        let offset = source.offset(pos) as u32;
        let part = source.directives().partition_point(|d| d.offset <= offset);
        (part, source.line(pos))
    };
    let mut last_syntax = None;
    let mut last_other: Option<((usize, u32), String)> = None;
    let mut kept = Vec::with_capacity(errors.len());
    for error in errors {
        let at = line(error.pos);
        if error.message.starts_with("syntax error") {
            if last_syntax == Some(at) {
                continue;
            }
            last_syntax = Some(at);
        } else {
            if last_other
                .as_ref()
                .is_some_and(|o| o.0 == at && o.1 == error.message)
            {
                continue;
            }
            last_other = Some((at, error.message.clone()));
        }
        kept.push(error);
    }
    kept
}
