//! Statements.

use super::engine::{Lexeme, Printer, Space};
use super::list::{ListEnd, ListLayout};
use super::visit::{Node, visit};
use crate::ast::{AssignOp, BlockId, ExprId, ExprKind, ExprList, StmtId, StmtKind, StmtList};
use crate::source::Pos;
use crate::token::Op;

/// The parts between `for`, `if` or `switch` and the block.
struct Header {
    init: Option<StmtId>,
    cond: Option<ExprId>,
    post: Option<StmtId>,
    is_for: bool,
}

impl Printer<'_> {
    /// Prints statements on lines of their own, with up to one blank line between them where the
    /// source has some.
    pub fn stmt_list(&mut self, list: StmtList, indent: bool, before_brace: bool) {
        let ast = self.src.ast;
        let stmts = &ast[list];
        if indent {
            self.space(Space::Indent);
        }
        let slot = self.line_slot();
        let mut printed = 0;
        for &s in stmts {
            let stmt = &ast[s];
            if matches!(stmt.kind, StmtKind::Empty { .. }) {
                continue;
            }
            if !self.is_empty() {
                // Clauses are not indented, and each is a section.
                let section = printed == 0 || !indent || self.spans_lines(slot);
                self.line_break(self.line(stmt.pos), 1, Space::Ignored, section);
            }
            self.record_line(slot);
            printed += 1;
            self.stmt(s, before_brace && printed == stmts.len());
            // What counts is how many lines the statement takes without its labels.
            let mut inner = stmt;
            while let StmtKind::Labeled { stmt, .. } = inner.kind {
                self.bump_recorded_line(slot);
                inner = &ast[stmt];
            }
        }
        self.free_line_slot(slot);
        if indent {
            self.space(Space::Unindent);
        }
    }

    /// Prints a block on several lines.
    pub fn block(&mut self, block: BlockId, indent: bool) {
        let block = &self.src.ast[block];
        self.at(block.lbrace);
        self.token("{");
        self.stmt_list(block.stmts, indent, true);
        self.line_break(self.line(block.rbrace), 1, Space::Ignored, true);
        self.at(block.rbrace);
        self.token("}");
    }

    /// Prints a statement; `before_brace` says that a closing brace follows.
    pub fn stmt(&mut self, s: StmtId, before_brace: bool) {
        self.nested(|p| p.stmt_node(s, before_brace));
    }

    fn stmt_node(&mut self, s: StmtId, before_brace: bool) {
        let ast = self.src.ast;
        let stmt = &ast[s];
        self.at(stmt.pos);
        match stmt.kind {
            StmtKind::Bad { .. } => self.literal("BadStmt", Lexeme::Literal),
            StmtKind::Decl(decl) => self.decl(decl),
            StmtKind::Empty { .. } => {}
            StmtKind::Labeled { label, colon, stmt } => {
                self.labeled(label, colon, stmt, before_brace);
            }
            StmtKind::Expr(x) => self.expr(x),
            StmtKind::Send { chan, arrow, value } => {
                self.expr(chan);
                self.blank();
                self.at(arrow);
                self.token("<-");
                self.blank();
                self.expr(value);
            }
            StmtKind::IncDec { x, op_pos, inc } => {
                self.expr_at_depth(x, 2);
                self.at(op_pos);
                self.token(if inc { "++" } else { "--" });
            }
            StmtKind::Assign {
                lhs,
                op_pos,
                op,
                rhs,
            } => {
                self.assign(stmt.pos, &ast[lhs], op_pos, op, &ast[rhs]);
            }
            StmtKind::Go { call } => self.keyword_expr("go", call),
            StmtKind::Defer { call } => self.keyword_expr("defer", call),
            StmtKind::Return { results } => self.return_stmt(results),
            StmtKind::Branch { keyword, label } => {
                self.token(keyword.as_str());
                if let Some(label) = label {
                    self.blank();
                    self.expr(label);
                }
            }
            StmtKind::Block(block) => self.block(block, true),
            StmtKind::If {
                init,
                cond,
                then,
                els,
            } => {
                self.token("if");
                self.header(Header {
                    init,
                    cond: Some(cond),
                    post: None,
                    is_for: false,
                });
                self.block(then, true);
                if let Some(els) = els {
                    self.blank();
                    self.token("else");
                    self.blank();
                    self.stmt(els, before_brace);
                }
            }
            StmtKind::Switch { init, tag, body } => {
                self.token("switch");
                self.header(Header {
                    init,
                    cond: tag,
                    post: None,
                    is_for: false,
                });
                self.block(body, false);
            }
            StmtKind::TypeSwitch {
                init,
                bind,
                define,
                guard,
                body,
            } => {
                self.token("switch");
                if let Some(init) = init {
                    self.blank();
                    self.stmt(init, false);
                    self.token(";");
                }
                self.blank();
                match bind {
                    Some(bind) => {
                        let pos = ast[bind].pos;
                        self.at(pos);
                        self.assign(pos, &[bind], define, AssignOp::Define, &[guard]);
                    }
                    None => self.expr(guard),
                }
                self.blank();
                self.block(body, false);
            }
            StmtKind::Case { list, colon, body } => {
                match list {
                    Some(list) => {
                        self.token("case");
                        self.blank();
                        let end = ListEnd::Plain(colon);
                        self.expr_list(stmt.pos, &ast[list], ListLayout::DEFAULT, end);
                    }
                    None => self.token("default"),
                }
                self.clause_body(colon, body, before_brace);
            }
            StmtKind::Comm { comm, colon, body } => {
                match comm {
                    Some(comm) => {
                        self.token("case");
                        self.blank();
                        self.stmt(comm, false);
                    }
                    None => self.token("default"),
                }
                self.clause_body(colon, body, before_brace);
            }
            StmtKind::Select { body } => self.select(body),
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                self.token("for");
                self.header(Header {
                    init,
                    cond,
                    post,
                    is_for: true,
                });
                self.block(body, true);
            }
            StmtKind::Range {
                key,
                value,
                op_pos,
                define,
                x,
                body,
                ..
            } => {
                self.token("for");
                self.blank();
                if let Some(key) = key {
                    self.expr(key);
                    if let Some(value) = value {
                        self.at(ast[value].pos);
                        self.token(",");
                        self.blank();
                        self.expr(value);
                    }
                    self.blank();
                    self.at(op_pos);
                    self.token(if define { ":=" } else { "=" });
                    self.blank();
                }
                self.token("range");
                self.blank();
                self.expr(self.without_parens(x));
                self.blank();
                self.block(body, true);
            }
        }
    }

    fn keyword_expr(&mut self, keyword: &'static str, x: ExprId) {
        self.token(keyword);
        self.blank();
        self.expr(x);
    }

    fn labeled(&mut self, label: ExprId, colon: Pos, stmt: StmtId, before_brace: bool) {
        let ast = self.src.ast;
        self.space(Space::Unindent);
        self.expr(label);
        self.at(colon);
        self.token(":");
        self.space(Space::Indent);
        if !matches!(ast[stmt].kind, StmtKind::Empty { .. }) {
            self.line_break(self.line(ast[stmt].pos), 1, Space::Ignored, true);
        } else if !before_brace {
            self.space(Space::Newline);
            self.at(ast[stmt].pos);
            self.token(";");
            return;
        }
        self.stmt(stmt, before_brace);
    }

    fn assign(&mut self, pos: Pos, lhs: &[ExprId], op_pos: Pos, op: AssignOp, rhs: &[ExprId]) {
        let depth = if lhs.len() > 1 && rhs.len() > 1 { 2 } else { 1 };
        let layout = ListLayout {
            depth,
            ..ListLayout::DEFAULT
        };
        self.expr_list(pos, lhs, layout, ListEnd::Plain(op_pos));
        self.blank();
        self.at(op_pos);
        self.token(assign_token(op));
        self.blank();
        self.expr_list(op_pos, rhs, layout, ListEnd::Unknown);
    }

    fn return_stmt(&mut self, results: ExprList) {
        let results = &self.src.ast[results];
        self.token("return");
        if results.is_empty() {
            return;
        }
        self.blank();
        // No position precedes the list: a line break there would end the statement.
        if self.looks_better_indented(results) {
            self.space(Space::Indent);
            let layout = ListLayout {
                indent: false,
                ..ListLayout::DEFAULT
            };
            self.expr_list(Pos::NONE, results, layout, ListEnd::Unknown);
            self.space(Space::Unindent);
        } else {
            self.expr_list(Pos::NONE, results, ListLayout::DEFAULT, ListEnd::Unknown);
        }
    }

    /// Reports whether a list is indented as a whole: if an element starts on a new line, or
    /// several elements have more than one line.
    fn looks_better_indented(&self, list: &[ExprId]) -> bool {
        let [first, .., _] = list else { return false };
        let mut line = self.line(self.src.ast[*first].pos);
        let mut multi_line = 0;
        for &x in list {
            let start = self.line(self.src.ast[x].pos);
            let end = self.line(self.end(x));
            if line < start {
                return true;
            }
            multi_line += usize::from(start < end);
            line = end;
        }
        multi_line > 1
    }

    fn clause_body(&mut self, colon: Pos, body: StmtList, before_brace: bool) {
        self.at(colon);
        self.token(":");
        self.stmt_list(body, true, before_brace);
    }

    fn select(&mut self, body: BlockId) {
        let block = &self.src.ast[body];
        self.token("select");
        self.blank();
        if block.stmts.is_empty() && !self.comment_before(self.place(block.rbrace)) {
            self.at(block.lbrace);
            self.token("{");
            self.at(block.rbrace);
            self.token("}");
        } else {
            self.block(body, false);
        }
    }

    fn header(&mut self, header: Header) {
        let Header {
            init,
            cond,
            post,
            is_for,
        } = header;
        self.blank();
        let mut ends_with_blank = true;
        let semicolons = init.is_some() || post.is_some();
        if let Some(init) = init {
            self.stmt(init, false);
        }
        if semicolons {
            self.token(";");
            self.blank();
        }
        match cond {
            Some(cond) => self.expr(self.without_parens(cond)),
            None => ends_with_blank = false,
        }
        if semicolons && is_for {
            self.token(";");
            self.blank();
            if let Some(post) = post {
                self.stmt(post, false);
            }
            ends_with_blank = post.is_some();
        }
        if ends_with_blank {
            self.blank();
        }
    }

    /// The expression without parentheses around it, as far as the grammar does not need them: a
    /// composite literal that starts with a type name would look like the block.
    fn without_parens(&self, e: ExprId) -> ExprId {
        let mut e = e;
        while let ExprKind::Paren { x, .. } = self.src.ast[e].kind {
            if self.has_bare_literal(x) {
                break;
            }
            e = x;
        }
        e
    }

    /// Reports whether a composite literal that starts with a type name is in the expression, not
    /// enclosed in parentheses or another literal.
    fn has_bare_literal(&self, x: ExprId) -> bool {
        let ast = self.src.ast;
        let mut found = false;
        visit(ast, Node::Expr(x), |node| {
            let Node::Expr(e) = node else { return !found };
            match ast[e].kind {
                ExprKind::Paren { .. } => false,
                ExprKind::CompositeLit { ty, .. } => {
                    found |= ty.is_some_and(|ty| self.is_type_name(ty));
                    false
                }
                _ => !found,
            }
        });
        found
    }

    fn is_type_name(&self, e: ExprId) -> bool {
        let mut e = e;
        loop {
            match self.src.ast[e].kind {
                ExprKind::Name(_) => return true,
                ExprKind::Selector { x, .. } => e = x,
                _ => return false,
            }
        }
    }
}

fn assign_token(op: AssignOp) -> &'static str {
    match op {
        AssignOp::Assign => "=",
        AssignOp::Define => ":=",
        AssignOp::Op(op) => match op {
            Op::Add => "+=",
            Op::Sub => "-=",
            Op::Or => "|=",
            Op::Xor => "^=",
            Op::Mul => "*=",
            Op::Div => "/=",
            Op::Rem => "%=",
            Op::And => "&=",
            Op::AndNot => "&^=",
            Op::Shl => "<<=",
            Op::Shr => ">>=",
            // The grammar has no assignment with these.
            Op::OrOr
            | Op::AndAnd
            | Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::Not
            | Op::Recv
            | Op::Tilde => "=",
        },
    }
}
