//! Where nodes end, and visiting the parts of an expression.

use super::{Ast, ExprId, ExprKind, FieldListId, FuncTypeId, StmtId, StmtKind};
use crate::source::Pos;

impl Ast {
    /// Where `e` starts: its leftmost byte.
    #[must_use]
    pub fn start(&self, e: ExprId) -> Pos {
        self[e].pos
    }

    /// One past the last byte of `e`.
    #[must_use]
    pub fn end(&self, e: ExprId) -> Pos {
        let Self { exprs, .. } = self;
        let mut e = e;
        loop {
            let expr = &exprs[e.index()];
            e = match expr.kind {
                ExprKind::Bad { end } => return end,
                ExprKind::Name(name) => return expr.pos + name.len() as u32,
                ExprKind::BasicLit { end, .. } => return end,
                ExprKind::CompositeLit { rbrace, .. } => return rbrace + 1,
                ExprKind::KeyValue { value, .. } => value,
                ExprKind::FuncLit { body, .. } => return self[body].rbrace + 1,
                ExprKind::Paren { rparen, .. }
                | ExprKind::TypeAssert { rparen, .. }
                | ExprKind::Call { rparen, .. } => return rparen + 1,
                ExprKind::Selector { sel, .. } => sel,
                ExprKind::Index { rbrack, .. } | ExprKind::Slice { rbrack, .. } => {
                    return rbrack + 1;
                }
                ExprKind::Star { x } | ExprKind::Unary { x, .. } => x,
                ExprKind::Binary { y, .. } => y,
                ExprKind::Ellipsis { elem: Some(elem) } => elem,
                ExprKind::Ellipsis { elem: None } => return expr.pos + 3,
                ExprKind::ArrayType { elem, .. } | ExprKind::ChanType { elem, .. } => elem,
                ExprKind::StructType { fields } => return self[fields].close + 1,
                ExprKind::FuncType(ty) => return self.func_type_end(ty),
                ExprKind::InterfaceType { elems } => return self[elems].close + 1,
                ExprKind::MapType { value, .. } => value,
            };
        }
    }

    /// One past the last byte of a signature.
    #[must_use]
    pub fn func_type_end(&self, ty: FuncTypeId) -> Pos {
        match self[ty].results {
            Some(results) => self.field_list_end(results),
            None => self.field_list_end(self[ty].params),
        }
    }

    /// One past the last byte of a field list.
    #[must_use]
    pub fn field_list_end(&self, list: FieldListId) -> Pos {
        let list = &self[list];
        if list.close.is_known() {
            return list.close + 1;
        }
        self[list.fields]
            .last()
            .and_then(|&f| {
                let field = &self[f];
                field
                    .tag
                    .or(field.ty)
                    .or_else(|| self[field.names].last().copied())
            })
            .map_or(list.open, |e| self.end(e))
    }

    /// One past the last byte of a statement.
    #[must_use]
    pub fn stmt_end(&self, s: StmtId) -> Pos {
        let stmt = &self[s];
        match stmt.kind {
            StmtKind::Bad { end } => end,
            StmtKind::Decl(d) => self.decl_end(d),
            StmtKind::Empty { implicit } => stmt.pos + u32::from(!implicit),
            StmtKind::Labeled { stmt, .. } => self.stmt_end(stmt),
            StmtKind::Expr(x) => self.end(x),
            StmtKind::Send { value, .. } => self.end(value),
            StmtKind::IncDec { op_pos, .. } => op_pos + 2,
            StmtKind::Assign { lhs, rhs, .. } => {
                let last = self[rhs].last().or_else(|| self[lhs].last());
                last.map_or(stmt.pos, |&e| self.end(e))
            }
            StmtKind::Go { call } | StmtKind::Defer { call } => self.end(call),
            StmtKind::Return { results } => {
                self[results].last().map_or(stmt.pos + 6, |&e| self.end(e))
            }
            StmtKind::Branch { keyword, label } => match label {
                Some(label) => self.end(label),
                None => stmt.pos + keyword.as_str().len() as u32,
            },
            StmtKind::Block(b) => self[b].rbrace + 1,
            StmtKind::If { then, els, .. } => match els {
                Some(els) => self.stmt_end(els),
                None => self[then].rbrace + 1,
            },
            StmtKind::Case { colon, body, .. } | StmtKind::Comm { colon, body, .. } => {
                self[body].last().map_or(colon + 1, |&s| self.stmt_end(s))
            }
            StmtKind::Switch { body, .. }
            | StmtKind::TypeSwitch { body, .. }
            | StmtKind::Select { body }
            | StmtKind::For { body, .. }
            | StmtKind::Range { body, .. } => self[body].rbrace + 1,
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
