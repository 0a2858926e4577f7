//! Statements (spec: Statements).

use super::Parser;
use crate::ast::{
    AssignOp, Block, BlockId, DeclKind, ExprId, ExprKind, ExprList, StmtId, StmtKind, StmtList,
};
use crate::scanner::{SemiKind, Tok};
use crate::source::Pos;
use crate::token::{BranchKeyword, DeclKeyword, Op};

/// A simple statement, or what stands in its place in the header of a control statement.
#[derive(Clone, Copy)]
enum Simple {
    Stmt(StmtId),
    /// `x.(type)` or `bind := x.(type)`.
    Guard {
        bind: Option<ExprId>,
        define: Pos,
        guard: ExprId,
    },
    Range(RangeClause),
}

#[derive(Clone, Copy)]
struct RangeClause {
    lhs: ExprList,
    op_pos: Pos,
    define: bool,
    range_pos: Pos,
    x: ExprId,
}

/// What a header stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Control {
    If,
    Switch,
    For,
    /// No header.
    None,
}

impl Control {
    fn as_str(self) -> &'static str {
        match self {
            Control::If => "if",
            Control::Switch => "switch",
            Control::For => "for",
            Control::None => "",
        }
    }
}

/// The part of a control statement between its keyword and its block.
#[derive(Default)]
struct Header {
    init: Option<Simple>,
    cond: Option<Simple>,
    post: Option<StmtId>,
}

/// An `if` without its `else`.
struct IfPart {
    pos: Pos,
    init: Option<StmtId>,
    cond: ExprId,
    then: BlockId,
}

impl Parser<'_> {
    /// The body of a function; `{` comes next.
    pub(super) fn func_body(&mut self) -> BlockId {
        self.function_depth += 1;
        let errors = self.s.error_count;
        let body = self.block("");
        self.function_depth -= 1;
        if self.mode.check_branches && errors == self.s.error_count {
            self.check_branches(body);
        }
        body
    }

    /// A block; `context` is what it comes after in messages.
    fn block(&mut self, context: &str) -> BlockId {
        let lbrace = self.pos();
        if !self.got(Tok::Lbrace) {
            self.syntax_error(&format!("expected {{ after {context}"));
            self.skip_to(&[Tok::Name, Tok::Rbrace]);
            let rbrace = self.pos();
            if self.got(Tok::Rbrace) {
                return self.push_block(lbrace, StmtList::default(), rbrace);
            }
        }
        let stmts = self.stmt_list();
        let rbrace = self.want_at(Tok::Rbrace);
        self.push_block(lbrace, stmts, rbrace)
    }

    fn push_block(&mut self, lbrace: Pos, stmts: StmtList, rbrace: Pos) -> BlockId {
        self.ast.blocks.push(Block {
            lbrace,
            stmts,
            rbrace,
        });
        BlockId(self.ast.blocks.len() as u32 - 1)
    }

    fn stmt_list(&mut self) -> StmtList {
        let mark = self.stmts.len();
        while !matches!(
            self.tok(),
            Tok::Eof | Tok::Rbrace | Tok::Case | Tok::Default
        ) {
            let stmt = self.nested(Self::stmt_or_nil, |_| None);
            self.drop_pragmas();
            let Some(stmt) = stmt else { break };
            self.stmts.push(stmt);
            let (semi, comment) = self.got_semi();
            if let Some(spec) = self.open_spec.take() {
                self.ast[spec].comment = comment;
            }
            if !semi && self.tok() != Tok::Rbrace {
                self.syntax_error("at end of statement");
                self.skip_to(&[Tok::Semi, Tok::Rbrace, Tok::Case, Tok::Default]);
                self.got(Tok::Semi);
            }
        }
        let list = self.ast.push_stmts(&self.stmts[mark..]);
        self.stmts.truncate(mark);
        list
    }

    /// A statement, if one starts here.
    fn stmt_or_nil(&mut self) -> Option<StmtId> {
        let pos = self.pos();
        let tok = self.tok();
        let declares = match tok {
            Tok::Var => Some(DeclKeyword::Var),
            Tok::Const => Some(DeclKeyword::Const),
            Tok::Type => Some(DeclKeyword::Type),
            _ => None,
        };
        if let Some(keyword) = declares {
            let decl = self.gen_decl(keyword);
            return Some(self.ast.stmt(pos, StmtKind::Decl(decl)));
        }
        self.drop_pragmas();
        let kind = match tok {
            Tok::Name => {
                let mark = self.exprs.len();
                self.expr_list();
                if let &[name] = &self.exprs[mark..]
                    && self.tok() == Tok::Colon
                    && self.ast.name(name).is_some()
                {
                    self.exprs.truncate(mark);
                    return self.labeled(name);
                }
                return Some(self.simple_rest_stmt(mark));
            }
            Tok::Lbrace => StmtKind::Block(self.block("")),
            Tok::Operator
                if !matches!(self.s.op, Op::Add | Op::Sub | Op::And | Op::Xor | Op::Not) =>
            {
                return None;
            }
            Tok::Operator
            | Tok::Star
            | Tok::Literal
            | Tok::Func
            | Tok::Lparen
            | Tok::Lbrack
            | Tok::Struct
            | Tok::Map
            | Tok::Chan
            | Tok::Interface
            | Tok::Arrow => {
                let mark = self.exprs.len();
                self.expr_list();
                return Some(self.simple_rest_stmt(mark));
            }
            Tok::For => return Some(self.for_stmt()),
            Tok::Switch => return Some(self.switch_stmt()),
            Tok::Select => return Some(self.select_stmt()),
            Tok::If => return Some(self.if_stmt()),
            Tok::Fallthrough => {
                self.next();
                StmtKind::Branch {
                    keyword: BranchKeyword::Fallthrough,
                    label: None,
                }
            }
            Tok::Break | Tok::Continue => {
                self.next();
                let keyword = if tok == Tok::Break {
                    BranchKeyword::Break
                } else {
                    BranchKeyword::Continue
                };
                let label = (self.tok() == Tok::Name).then(|| self.name());
                StmtKind::Branch { keyword, label }
            }
            Tok::Go | Tok::Defer => self.call_stmt(),
            Tok::Goto => {
                self.next();
                StmtKind::Branch {
                    keyword: BranchKeyword::Goto,
                    label: Some(self.name()),
                }
            }
            Tok::Return => {
                self.next();
                let mark = self.exprs.len();
                if !matches!(self.tok(), Tok::Semi | Tok::Rbrace) {
                    self.expr_list();
                }
                StmtKind::Return {
                    results: self.finish_exprs(mark),
                }
            }
            Tok::Semi => StmtKind::Empty {
                implicit: self.s.semi != SemiKind::Semicolon,
            },
            _ => return None,
        };
        Some(self.ast.stmt(pos, kind))
    }

    fn labeled(&mut self, label: ExprId) -> Option<StmtId> {
        let pos = self.ast[label].pos;
        let colon = self.pos();
        self.next();
        let stmt = if self.tok() == Tok::Rbrace {
            let here = self.pos();
            self.ast.stmt(here, StmtKind::Empty { implicit: true })
        } else {
            let Some(stmt) = self.nested(Self::stmt_or_nil, |_| None) else {
                self.syntax_error_at(colon, "missing statement after label");
                return None;
            };
            stmt
        };
        let kind = StmtKind::Labeled { label, colon, stmt };
        Some(self.ast.stmt(pos, kind))
    }

    fn call_stmt(&mut self) -> StmtKind {
        let go = self.tok() == Tok::Go;
        self.next();
        let x = self.primary_expr(self.tok() == Tok::Lparen);
        let call = self.ast.unparen(x);
        if call != x {
            let keyword = if go { "go" } else { "defer" };
            let message = format!("expression in {keyword} must not be parenthesized");
            self.s.error_at(self.ast[x].pos, message);
        }
        if go {
            StmtKind::Go { call }
        } else {
            StmtKind::Defer { call }
        }
    }

    /// A simple statement in a header or select case.
    fn simple(&mut self, control: Control) -> Simple {
        if control == Control::For && self.tok() == Tok::Range {
            return self.range_clause(ExprList::default(), Pos::NONE, false);
        }
        let mark = self.exprs.len();
        self.expr_list();
        self.simple_rest(mark, control)
    }

    fn simple_rest_stmt(&mut self, mark: usize) -> StmtId {
        let simple = self.simple_rest(mark, Control::None);
        self.as_stmt(simple)
    }

    /// Goes on behind the expressions on the stack above `mark`.
    fn simple_rest(&mut self, mark: usize, control: Control) -> Simple {
        let first = self.exprs[mark];
        let pos = self.ast[first].pos;
        let single = self.exprs.len() == mark + 1;
        let op_pos = self.pos();
        let op = match self.tok() {
            Tok::Assign => AssignOp::Assign,
            Tok::Define => AssignOp::Define,
            Tok::AssignOp if !self.mode.check_branches => AssignOp::Op(self.s.op),
            tok if single => {
                let kind = match tok {
                    Tok::AssignOp => {
                        let op = AssignOp::Op(self.s.op);
                        self.next();
                        let lhs = self.finish_exprs(mark);
                        let rhs = self.expr();
                        let rhs = self.ast.push_exprs(&[rhs]);
                        StmtKind::Assign {
                            lhs,
                            op_pos,
                            op,
                            rhs,
                        }
                    }
                    Tok::IncOp => {
                        let inc = self.s.op == Op::Add;
                        self.next();
                        StmtKind::IncDec {
                            x: first,
                            op_pos,
                            inc,
                        }
                    }
                    Tok::Arrow => {
                        self.next();
                        StmtKind::Send {
                            chan: first,
                            arrow: op_pos,
                            value: self.expr(),
                        }
                    }
                    _ => {
                        self.exprs.truncate(mark);
                        return self.expr_stmt(first);
                    }
                };
                self.exprs.truncate(mark);
                return Simple::Stmt(self.ast.stmt(pos, kind));
            }
            _ => {
                self.syntax_error("expected := or = or comma");
                self.skip_to(&[Tok::Semi, Tok::Rbrace]);
                self.exprs.truncate(mark);
                return self.expr_stmt(first);
            }
        };
        self.next();
        let lhs = self.finish_exprs(mark);
        if control == Control::For && self.tok() == Tok::Range {
            return self.range_clause(lhs, op_pos, op == AssignOp::Define);
        }
        self.expr_list();
        if let &[guard] = &self.exprs[mark..]
            && op == AssignOp::Define
            && control == Control::Switch
            && single
            && (self.ast.name(first).is_some() || !self.mode.check_branches)
            && matches!(self.ast[guard].kind, ExprKind::TypeAssert { ty: None, .. })
        {
            self.exprs.truncate(mark);
            return Simple::Guard {
                bind: Some(first),
                define: op_pos,
                guard,
            };
        }
        let rhs = self.finish_exprs(mark);
        let kind = StmtKind::Assign {
            lhs,
            op_pos,
            op,
            rhs,
        };
        Simple::Stmt(self.ast.stmt(pos, kind))
    }

    fn expr_stmt(&mut self, x: ExprId) -> Simple {
        if let ExprKind::TypeAssert { ty: None, .. } = self.ast[x].kind {
            return Simple::Guard {
                bind: None,
                define: Pos::NONE,
                guard: x,
            };
        }
        let pos = self.ast[x].pos;
        Simple::Stmt(self.ast.stmt(pos, StmtKind::Expr(x)))
    }

    fn range_clause(&mut self, lhs: ExprList, op_pos: Pos, define: bool) -> Simple {
        let range_pos = self.pos();
        self.next();
        let x = self.expr();
        Simple::Range(RangeClause {
            lhs,
            op_pos,
            define,
            range_pos,
            x,
        })
    }

    /// The statement that `simple` is where only statements can be; a type switch guard or
    /// range clause becomes the nearest thing.
    fn as_stmt(&mut self, simple: Simple) -> StmtId {
        match simple {
            Simple::Stmt(stmt) => stmt,
            Simple::Guard {
                bind: Some(bind),
                define,
                guard,
            } => {
                let pos = self.ast[bind].pos;
                let kind = StmtKind::Assign {
                    lhs: self.ast.push_exprs(&[bind]),
                    op_pos: define,
                    op: AssignOp::Define,
                    rhs: self.ast.push_exprs(&[guard]),
                };
                self.ast.stmt(pos, kind)
            }
            Simple::Guard { guard: x, .. } | Simple::Range(RangeClause { x, .. }) => {
                let pos = self.ast[x].pos;
                self.ast.stmt(pos, StmtKind::Expr(x))
            }
        }
    }

    /// What stands between the keyword `control`, which comes next, and the block.
    fn header(&mut self, control: Control) -> Header {
        let mut header = Header::default();
        self.next();
        if self.tok() == Tok::Lbrace {
            if control == Control::If {
                self.syntax_error("missing condition in if statement");
            }
            return header;
        }
        let outer = std::mem::replace(&mut self.bracket_depth, -1);
        self.header_parts(control, &mut header);
        self.bracket_depth = outer;
        header
    }

    fn header_parts(&mut self, control: Control, header: &mut Header) {
        if self.tok() != Tok::Semi {
            if self.got(Tok::Var) {
                let keyword = control.as_str();
                self.syntax_error(&format!(
                    "var declaration not allowed in {keyword} initializer"
                ));
            }
            let init = self.simple(control);
            header.init = Some(init);
            if matches!(init, Simple::Range(_)) {
                return;
            }
        }
        let mut semi = None;
        if self.tok() == Tok::Lbrace {
            header.cond = header.init.take();
        } else {
            if self.tok() == Tok::Semi {
                semi = Some((self.pos(), self.s.semi));
                self.next();
            } else {
                // Asking for a brace makes the better message.
                self.want(Tok::Lbrace);
                if self.tok() != Tok::Lbrace {
                    self.skip_to(&[Tok::Lbrace, Tok::Rbrace]);
                }
            }
            if control == Control::For {
                self.for_clauses(header);
            } else if self.tok() != Tok::Lbrace {
                header.cond = Some(self.simple(control));
            }
        }
        match header.cond {
            None => {
                if let (Control::If, Some((pos, kind))) = (control, semi) {
                    if kind == SemiKind::Semicolon {
                        self.syntax_error_at(pos, "missing condition in if statement");
                    } else {
                        let found = kind.describe();
                        let message = format!("unexpected {found}, expected {{ after if clause");
                        self.syntax_error_at(pos, &message);
                    }
                }
            }
            Some(Simple::Stmt(stmt)) => {
                if !matches!(self.ast[stmt].kind, StmtKind::Expr(_)) {
                    header.cond = None;
                    self.not_a_value(stmt);
                }
            }
            Some(_) => {}
        }
    }

    /// Condition and post statement of a `for` header; the first semicolon is behind.
    fn for_clauses(&mut self, header: &mut Header) {
        if self.tok() != Tok::Semi {
            if self.tok() == Tok::Lbrace {
                self.syntax_error("expected for loop condition");
                return;
            }
            header.cond = Some(self.simple(Control::None));
        }
        self.want(Tok::Semi);
        if self.tok() != Tok::Lbrace {
            let post = self.simple(Control::None);
            let post = self.as_stmt(post);
            header.post = Some(post);
            if self.mode.check_branches
                && let StmtKind::Assign {
                    op: AssignOp::Define,
                    op_pos,
                    ..
                } = self.ast[post].kind
            {
                self.syntax_error_at(op_pos, "cannot declare in post statement of for loop");
            }
        }
    }

    /// Complains about a statement where a condition is wanted: often `=` is meant to be `==`.
    fn not_a_value(&mut self, stmt: StmtId) {
        // The text may nest deep where the parser does not, yet.
        let text = self.hop(|p| p.ast.stmt_string(stmt)).unwrap_or_default();
        let pos = self.ast.stmt_op_pos(stmt);
        self.syntax_error_at(pos, &format!("cannot use {text} as value"));
    }

    fn cond_expr(&mut self, cond: Option<Simple>) -> Option<ExprId> {
        match cond? {
            Simple::Stmt(stmt) => match self.ast[stmt].kind {
                StmtKind::Expr(x) => Some(x),
                _ => None,
            },
            Simple::Guard { guard: x, .. } | Simple::Range(RangeClause { x, .. }) => Some(x),
        }
    }

    fn init_stmt(&mut self, init: Option<Simple>) -> Option<StmtId> {
        init.map(|init| self.as_stmt(init))
    }

    fn for_stmt(&mut self) -> StmtId {
        let pos = self.pos();
        let header = self.header(Control::For);
        let body = self.block("for clause");
        let kind = if let Some(Simple::Range(range)) = header.init {
            let lhs = &self.ast[range.lhs];
            let (key, value) = (lhs.first().copied(), lhs.get(1).copied());
            let extra = lhs.get(2..).unwrap_or_default().to_vec();
            StmtKind::Range {
                key,
                value,
                extra: self.ast.push_exprs(&extra),
                op_pos: range.op_pos,
                define: range.define,
                range_pos: range.range_pos,
                x: range.x,
                body,
            }
        } else {
            StmtKind::For {
                init: self.init_stmt(header.init),
                cond: self.cond_expr(header.cond),
                post: header.post,
                body,
            }
        };
        self.ast.stmt(pos, kind)
    }

    fn if_part(&mut self) -> IfPart {
        let pos = self.pos();
        let header = self.header(Control::If);
        let cond = match self.cond_expr(header.cond) {
            Some(cond) => cond,
            None => self.bad_expr(),
        };
        let init = self.init_stmt(header.init);
        let then = self.block("if clause");
        IfPart {
            pos,
            init,
            cond,
            then,
        }
    }

    fn if_stmt(&mut self) -> StmtId {
        let first = self.if_part();
        // The usual `if` needs no list.
        let mut chain = Vec::new();
        let mut els = None;
        while self.got(Tok::Else) {
            match self.tok() {
                Tok::If => {
                    if self.too_long(chain.len() + 1) {
                        break;
                    }
                    let part = self.if_part();
                    chain.push(part);
                    continue;
                }
                Tok::Lbrace => {
                    let pos = self.pos();
                    let block = self.block("");
                    els = Some(self.ast.stmt(pos, StmtKind::Block(block)));
                }
                _ => {
                    self.syntax_error("else must be followed by if or statement block");
                    self.skip_to(&[Tok::Name, Tok::Rbrace]);
                }
            }
            break;
        }
        for part in chain.into_iter().rev() {
            els = Some(self.join_if(part, els));
        }
        self.join_if(first, els)
    }

    fn join_if(&mut self, part: IfPart, els: Option<StmtId>) -> StmtId {
        let IfPart {
            pos,
            init,
            cond,
            then,
        } = part;
        let kind = StmtKind::If {
            init,
            cond,
            then,
            els,
        };
        self.ast.stmt(pos, kind)
    }

    fn switch_stmt(&mut self) -> StmtId {
        let pos = self.pos();
        let header = self.header(Control::Switch);
        let body = self.clauses("switch", Self::case_clause);
        let init = self.init_stmt(header.init);
        let kind = if let Some(Simple::Guard {
            bind,
            define,
            guard,
        }) = header.cond
        {
            StmtKind::TypeSwitch {
                init,
                bind,
                define,
                guard,
                body,
            }
        } else {
            let tag = self.cond_expr(header.cond);
            StmtKind::Switch { init, tag, body }
        };
        self.ast.stmt(pos, kind)
    }

    fn select_stmt(&mut self) -> StmtId {
        let pos = self.pos();
        self.next();
        let body = self.clauses("select", Self::comm_clause);
        self.ast.stmt(pos, StmtKind::Select { body })
    }

    fn clauses(&mut self, keyword: &str, clause: fn(&mut Self) -> StmtId) -> BlockId {
        let lbrace = self.pos();
        if !self.got(Tok::Lbrace) {
            self.syntax_error(&format!("missing {{ after {keyword} clause"));
            self.skip_to(&[Tok::Case, Tok::Default, Tok::Rbrace]);
        }
        let mark = self.stmts.len();
        while !matches!(self.tok(), Tok::Eof | Tok::Rbrace) {
            let clause = clause(self);
            self.stmts.push(clause);
        }
        let stmts = self.ast.push_stmts(&self.stmts[mark..]);
        self.stmts.truncate(mark);
        let rbrace = self.want_at(Tok::Rbrace);
        self.push_block(lbrace, stmts, rbrace)
    }

    fn no_clause(&mut self) {
        self.syntax_error("expected case or default or }");
        self.skip_to(&[Tok::Colon, Tok::Case, Tok::Default, Tok::Rbrace]);
    }

    fn case_clause(&mut self) -> StmtId {
        let pos = self.pos();
        let mut list = None;
        match self.tok() {
            Tok::Case => {
                self.next();
                let mark = self.exprs.len();
                self.expr_list();
                list = Some(self.finish_exprs(mark));
            }
            Tok::Default => self.next(),
            _ => self.no_clause(),
        }
        let colon = self.want_at(Tok::Colon);
        let body = self.stmt_list();
        self.ast.stmt(pos, StmtKind::Case { list, colon, body })
    }

    fn comm_clause(&mut self) -> StmtId {
        let pos = self.pos();
        let mut comm = None;
        match self.tok() {
            Tok::Case => {
                self.next();
                let simple = self.simple(Control::None);
                comm = Some(self.as_stmt(simple));
            }
            Tok::Default => self.next(),
            _ => self.no_clause(),
        }
        let colon = self.want_at(Tok::Colon);
        let body = self.stmt_list();
        self.ast.stmt(pos, StmtKind::Comm { comm, colon, body })
    }

    /// Whether `decl` is a function without body.
    pub(super) fn lacks_body(&self, decl: crate::ast::DeclId) -> bool {
        matches!(self.ast[decl].kind, DeclKind::Func { body: None, .. })
    }
}
