//! Where nodes end, and visiting the parts of an expression.

use super::{Ast, ExprId, ExprKind, FieldListId, FuncTypeId, StmtId, StmtKind};
use crate::source::Pos;

/// What a node ends with: a known place, or another expression. Nodes nest at their ends as
/// deep as anywhere, so ends are found in loops.
enum Last {
    At(Pos),
    Expr(ExprId),
}

impl Ast {
    /// Where `e` starts: its leftmost byte.
    #[must_use]
    pub fn start(&self, e: ExprId) -> Pos {
        self[e].pos
    }

    /// One past the last byte of `e`.
    #[must_use]
    pub fn end(&self, mut e: ExprId) -> Pos {
        loop {
            let expr = &self[e];
            let last = match expr.kind {
                ExprKind::Bad { end } | ExprKind::BasicLit { end, .. } => Last::At(end),
                ExprKind::Name(name) => Last::At(expr.pos + name.len() as u32),
                ExprKind::CompositeLit { rbrace, .. } => Last::At(rbrace + 1),
                ExprKind::KeyValue { value, .. } => Last::Expr(value),
                ExprKind::FuncLit { body, .. } => Last::At(self[body].rbrace + 1),
                ExprKind::Paren { rparen, .. }
                | ExprKind::TypeAssert { rparen, .. }
                | ExprKind::Call { rparen, .. } => Last::At(rparen + 1),
                ExprKind::Selector { sel, .. } => Last::Expr(sel),
                ExprKind::Index { rbrack, .. } | ExprKind::Slice { rbrack, .. } => {
                    Last::At(rbrack + 1)
                }
                ExprKind::Star { x } | ExprKind::Unary { x, .. } => Last::Expr(x),
                ExprKind::Binary { y, .. } => Last::Expr(y),
                ExprKind::Ellipsis { elem: Some(elem) } => Last::Expr(elem),
                ExprKind::Ellipsis { elem: None } => Last::At(expr.pos + 3),
                ExprKind::ArrayType { elem, .. } | ExprKind::ChanType { elem, .. } => {
                    Last::Expr(elem)
                }
                ExprKind::StructType { fields } => Last::At(self[fields].close + 1),
                ExprKind::FuncType(ty) => self.func_type_last(ty),
                ExprKind::InterfaceType { elems } => Last::At(self[elems].close + 1),
                ExprKind::MapType { value, .. } => Last::Expr(value),
            };
            e = match last {
                Last::At(pos) => return pos,
                Last::Expr(x) => x,
            };
        }
    }

    fn end_of(&self, last: Last) -> Pos {
        match last {
            Last::At(pos) => pos,
            Last::Expr(e) => self.end(e),
        }
    }

    fn func_type_last(&self, ty: FuncTypeId) -> Last {
        self.field_list_last(self[ty].results.unwrap_or(self[ty].params))
    }

    fn field_list_last(&self, list: FieldListId) -> Last {
        let list = &self[list];
        if list.close.is_known() {
            return Last::At(list.close + 1);
        }
        let Some(&field) = self[list.fields].last() else {
            return Last::At(list.open);
        };
        let field = &self[field];
        let last = field.tag.or(field.ty);
        last.or_else(|| self[field.names].last().copied())
            .map_or(Last::At(list.open), Last::Expr)
    }

    /// One past the last byte of a signature.
    #[must_use]
    pub fn func_type_end(&self, ty: FuncTypeId) -> Pos {
        self.end_of(self.func_type_last(ty))
    }

    /// One past the last byte of a field list.
    #[must_use]
    pub fn field_list_end(&self, list: FieldListId) -> Pos {
        self.end_of(self.field_list_last(list))
    }

    /// One past the last byte of a statement.
    #[must_use]
    pub fn stmt_end(&self, mut s: StmtId) -> Pos {
        loop {
            let stmt = &self[s];
            s = match stmt.kind {
                StmtKind::Bad { end } => return end,
                StmtKind::Decl(d) => return self.decl_end(d),
                StmtKind::Empty { implicit } => return stmt.pos + u32::from(!implicit),
                StmtKind::Labeled { stmt, .. } => stmt,
                StmtKind::Expr(x) => return self.end(x),
                StmtKind::Send { value, .. } => return self.end(value),
                StmtKind::IncDec { op_pos, .. } => return op_pos + 2,
                StmtKind::Assign { lhs, rhs, .. } => {
                    let last = self[rhs].last().or_else(|| self[lhs].last());
                    return last.map_or(stmt.pos, |&e| self.end(e));
                }
                StmtKind::Go { call } | StmtKind::Defer { call } => return self.end(call),
                StmtKind::Return { results } => {
                    let last = self[results].last();
                    return last.map_or(stmt.pos + 6, |&e| self.end(e));
                }
                StmtKind::Branch { keyword, label } => {
                    let bare = stmt.pos + keyword.as_str().len() as u32;
                    return label.map_or(bare, |label| self.end(label));
                }
                StmtKind::Block(b) => return self[b].rbrace + 1,
                StmtKind::If { then, els, .. } => match els {
                    Some(els) => els,
                    None => return self[then].rbrace + 1,
                },
                StmtKind::Case { colon, body, .. } | StmtKind::Comm { colon, body, .. } => {
                    match self[body].last() {
                        Some(&last) => last,
                        None => return colon + 1,
                    }
                }
                StmtKind::Switch { body, .. }
                | StmtKind::TypeSwitch { body, .. }
                | StmtKind::Select { body }
                | StmtKind::For { body, .. }
                | StmtKind::Range { body, .. } => return self[body].rbrace + 1,
            };
        }
    }

    /// One past the last byte of a declaration.
    #[must_use]
    pub fn decl_end(&self, d: super::DeclId) -> Pos {
        use super::{DeclKind, SpecKind};
        let decl = &self[d];
        match decl.kind {
            DeclKind::Bad { end } => end,
            DeclKind::Gen { rparen, .. } if rparen.is_known() => rparen + 1,
            DeclKind::Gen { specs, .. } => {
                let Some(&spec) = self[specs].last() else {
                    return decl.pos;
                };
                match self[spec].kind {
                    SpecKind::Import { path, .. } => self.end(path),
                    SpecKind::Type { ty, .. } => self.end(ty),
                    SpecKind::Value {
                        names, ty, values, ..
                    } => {
                        let last = self[values].last().copied().or(ty);
                        let last = last.or_else(|| self[names].last().copied());
                        last.map_or(decl.pos, |e| self.end(e))
                    }
                }
            }
            DeclKind::Func { ty, body, .. } => match body {
                Some(body) => self[body].rbrace + 1,
                None => self.func_type_end(ty),
            },
        }
    }

    /// `e` without the parentheses that the official compiler's tree does not have.
    #[must_use]
    pub fn without_dropped(&self, mut e: ExprId) -> ExprId {
        while let ExprKind::Paren {
            x, dropped: true, ..
        } = self[e].kind
        {
            e = x;
        }
        e
    }

    /// The position that the official compiler gives the node `e` (`e.Pos()` of its tree), at
    /// which it reports many errors: the operator of a binary operation, the dot of a selector
    /// or type assertion, the bracket of an index or slice expression, the parenthesis of a
    /// call, the brace of a composite literal, the colon of a key-value pair, the parenthesis
    /// or bracket behind `func` of a function type; the start of everything else.
    #[must_use]
    pub fn op_pos(&self, e: ExprId) -> Pos {
        let e = self.without_dropped(e);
        let expr = &self[e];
        match expr.kind {
            ExprKind::Binary { op_pos, .. } => op_pos,
            ExprKind::Selector { dot, .. } | ExprKind::TypeAssert { dot, .. } => dot,
            ExprKind::Index { lbrack, .. } | ExprKind::Slice { lbrack, .. } => lbrack,
            ExprKind::Call { lparen, .. } => lparen,
            ExprKind::CompositeLit { lbrace, .. } => lbrace,
            ExprKind::KeyValue { colon, .. } => colon,
            ExprKind::FuncType(ty) => {
                let ty = &self[ty];
                self[ty.type_params.unwrap_or(ty.params)].open
            }
            _ => expr.pos,
        }
    }

    /// Where the official compiler says that `e` starts (`StartPos`): the start of its leftmost
    /// operand, except that slice expressions, function types and parenthesised types start
    /// at their [`Ast::op_pos`].
    #[must_use]
    pub fn official_start(&self, mut e: ExprId) -> Pos {
        loop {
            e = match self[e].kind {
                ExprKind::Paren {
                    x, dropped: true, ..
                }
                | ExprKind::Selector { x, .. }
                | ExprKind::Index { x, .. }
                | ExprKind::TypeAssert { x, .. }
                | ExprKind::Binary { x, .. } => x,
                ExprKind::Call { fun, .. } => fun,
                ExprKind::KeyValue { key, .. } => key,
                ExprKind::CompositeLit { ty: Some(ty), .. } => ty,
                _ => return self.op_pos(e),
            };
        }
    }

    /// The position that the official compiler gives the statement `s`: the operator of an
    /// assignment, send, `++` or `--`, the position of its expression for an expression
    /// statement, the colon of a labelled statement, the keyword or brace of all others.
    #[must_use]
    pub fn stmt_op_pos(&self, s: StmtId) -> Pos {
        let stmt = &self[s];
        match stmt.kind {
            StmtKind::Expr(x) => self.op_pos(x),
            StmtKind::Send { arrow, .. } => arrow,
            StmtKind::IncDec { op_pos, .. } | StmtKind::Assign { op_pos, .. } => op_pos,
            StmtKind::Labeled { colon, .. } => colon,
            _ => stmt.pos,
        }
    }
}
