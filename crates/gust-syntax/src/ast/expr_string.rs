//! Expressions as the official compiler's messages show them.
//!
//! One line, without what makes an expression long: bodies of function literals and the
//! elements of composite literals are `…`. Parentheses around types are left out, as the
//! official compiler's parser does not keep them.

use super::{AssignOp, Ast, ExprId, ExprKind, FieldId, FieldIds, FuncTypeId, StmtId, StmtKind};
use crate::token::{ChanDir, Op};

impl Ast {
    /// The text of `e` in error messages.
    #[must_use]
    pub fn expr_string(&self, e: ExprId) -> String {
        let mut out = String::new();
        self.write_expr(&mut out, e);
        out
    }

    /// Appends the text of `e` in error messages to `out`.
    pub fn write_expr(&self, out: &mut String, e: ExprId) {
        let mut printer = Printer { ast: self, out };
        printer.expr(e);
    }

    /// The text of a list of expressions: separated by commas.
    #[must_use]
    pub fn exprs_string(&self, list: &[ExprId]) -> String {
        let mut out = String::new();
        let mut printer = Printer {
            ast: self,
            out: &mut out,
        };
        printer.exprs(list);
        out
    }

    /// The text of a simple statement where a value was wanted.
    pub(crate) fn stmt_string(&self, s: StmtId) -> String {
        let mut out = String::new();
        let mut printer = Printer {
            ast: self,
            out: &mut out,
        };
        printer.simple_stmt(s);
        out
    }
}

struct Printer<'a> {
    ast: &'a Ast,
    out: &'a mut String,
}

/// What is still to be written, for the chains that nest to the left.
enum Rest {
    Text(&'static str),
    Expr(ExprId),
    Binary(Op, ExprId),
    Index(super::ExprList),
    Slice(super::SliceIndices),
    Args(super::ExprList, bool),
    Assert(Option<ExprId>),
    Elems(bool),
}

impl Printer<'_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes `e`. Its left operands are gone down to in a loop, since chains may be long.
    fn expr(&mut self, e: ExprId) {
        let ast = self.ast;
        let mut rest = Vec::new();
        let mut e = e;
        loop {
            e = match ast[e].kind {
                ExprKind::Binary { op, x, y, .. } => {
                    rest.push(Rest::Binary(op, y));
                    x
                }
                ExprKind::Selector { x, sel, .. } => {
                    rest.push(Rest::Expr(sel));
                    rest.push(Rest::Text("."));
                    x
                }
                ExprKind::Index { x, indices, .. } => {
                    rest.push(Rest::Index(indices));
                    x
                }
                ExprKind::Slice { x, index, .. } => {
                    rest.push(Rest::Slice(index));
                    x
                }
                ExprKind::TypeAssert { x, ty, .. } => {
                    rest.push(Rest::Assert(ty));
                    x
                }
                ExprKind::Call {
                    fun,
                    args,
                    ellipsis,
                    ..
                } => {
                    rest.push(Rest::Args(args, ellipsis.is_known()));
                    fun
                }
                ExprKind::CompositeLit { ty, elems, .. } => {
                    rest.push(Rest::Elems(elems.is_empty()));
                    match ty {
                        Some(ty) => ty,
                        None => break,
                    }
                }
                ExprKind::KeyValue { key, value, .. } => {
                    rest.push(Rest::Expr(value));
                    rest.push(Rest::Text(": "));
                    key
                }
                ExprKind::Paren {
                    x, dropped: true, ..
                } => x,
                ExprKind::Paren { x, .. } => {
                    self.text("(");
                    rest.push(Rest::Text(")"));
                    x
                }
                ExprKind::Star { x } => {
                    self.text("*");
                    x
                }
                ExprKind::Unary { op, x } => {
                    self.text(op.as_str());
                    // The official parser drops parentheses behind &.
                    if op == Op::And { ast.unparen(x) } else { x }
                }
                _ => {
                    self.leaf(e);
                    break;
                }
            };
        }
        while let Some(part) = rest.pop() {
            match part {
                Rest::Text(text) => self.text(text),
                Rest::Expr(x) => self.expr(x),
                Rest::Binary(op, y) => {
                    self.text(" ");
                    self.text(op.as_str());
                    self.text(" ");
                    self.expr(y);
                }
                Rest::Index(indices) => {
                    self.text("[");
                    self.exprs(&ast[indices]);
                    self.text("]");
                }
                Rest::Slice(index) => self.slice(index),
                Rest::Args(args, dots) => {
                    self.text("(");
                    self.exprs(&ast[args]);
                    self.text(if dots { "...)" } else { ")" });
                }
                Rest::Assert(ty) => {
                    self.text(".(");
                    match ty {
                        Some(ty) => self.expr(ty),
                        None => self.text("type"),
                    }
                    self.text(")");
                }
                Rest::Elems(empty) => self.text(if empty { "{}" } else { "{…}" }),
            }
        }
    }

    /// Writes an expression that does not nest to the left.
    fn leaf(&mut self, e: ExprId) {
        let ast = self.ast;
        match ast[e].kind {
            ExprKind::Bad { .. } => self.text("<bad expr>"),
            ExprKind::Name(name) => self.text(name.as_str()),
            ExprKind::BasicLit { value, .. } => self.text(value.as_str()),
            ExprKind::FuncLit { ty, body } => {
                self.text("func");
                self.signature(ty);
                let empty = ast[body].stmts.is_empty();
                self.text(if empty { " {}" } else { " {…}" });
            }
            ExprKind::Ellipsis { elem } => {
                self.text("...");
                if let Some(elem) = elem {
                    self.expr(elem);
                }
            }
            ExprKind::ArrayType { len, elem, .. } => {
                self.text("[");
                if let Some(len) = len {
                    self.expr(len);
                }
                self.text("]");
                self.expr(elem);
            }
            ExprKind::StructType { fields } => {
                self.text("struct{");
                self.fields(ast[fields].fields);
                self.text("}");
            }
            ExprKind::FuncType(ty) => {
                self.text("func");
                self.signature(ty);
            }
            ExprKind::InterfaceType { elems } => {
                self.text("interface{");
                self.methods(ast[elems].fields);
                self.text("}");
            }
            ExprKind::MapType { key, value, .. } => {
                self.text("map[");
                self.expr(key);
                self.text("]");
                self.expr(value);
            }
            ExprKind::ChanType { dir, elem, .. } => {
                self.text(match dir {
                    ChanDir::Both => "chan ",
                    ChanDir::Send => "chan<- ",
                    ChanDir::Recv => "<-chan ",
                });
                let inner = self.ast.without_dropped(elem);
                let receives = matches!(
                    ast[inner].kind,
                    ExprKind::ChanType {
                        dir: ChanDir::Recv,
                        ..
                    }
                );
                let parens = dir == ChanDir::Both && receives;
                self.text(if parens { "(" } else { "" });
                self.expr(elem);
                self.text(if parens { ")" } else { "" });
            }
            _ => self.expr(e),
        }
    }

    fn exprs(&mut self, list: &[ExprId]) {
        for (i, &x) in list.iter().enumerate() {
            self.text(if i > 0 { ", " } else { "" });
            self.expr(x);
        }
    }

    fn slice(&mut self, index: super::SliceIndices) {
        let [lo, hi, max] = index.at;
        self.text("[");
        if let Some(lo) = lo {
            self.expr(lo);
        }
        self.text(":");
        if let Some(hi) = hi {
            self.expr(hi);
        }
        if let Some(max) = max {
            self.text(":");
            self.expr(max);
        }
        self.text("]");
    }

    fn signature(&mut self, ty: FuncTypeId) {
        let ty = self.ast[ty];
        self.params(self.ast[ty.params].fields);
        let Some(results) = ty.results else { return };
        let results = self.ast[results].fields;
        match self.ast[results] {
            [] => {}
            [only] if self.ast[self.ast[only].names].is_empty() => {
                self.text(" ");
                self.field_type(only);
            }
            _ => {
                self.text(" ");
                self.params(results);
            }
        }
    }

    fn params(&mut self, fields: FieldIds) {
        self.text("(");
        for (i, &field) in self.ast[fields].iter().enumerate() {
            self.text(if i > 0 { ", " } else { "" });
            self.named(field);
        }
        self.text(")");
    }

    fn named(&mut self, field: FieldId) {
        let names = &self.ast[self.ast[field].names];
        if !names.is_empty() {
            self.exprs(names);
            self.text(" ");
        }
        self.field_type(field);
    }

    fn field_type(&mut self, field: FieldId) {
        if let Some(ty) = self.ast[field].ty {
            self.expr(ty);
        }
    }

    fn fields(&mut self, fields: FieldIds) {
        for (i, &field) in self.ast[fields].iter().enumerate() {
            self.text(if i > 0 { "; " } else { "" });
            self.named(field);
            if let Some(tag) = self.ast[field].tag {
                self.text(" ");
                self.expr(tag);
            }
        }
    }

    fn methods(&mut self, fields: FieldIds) {
        for (i, &field) in self.ast[fields].iter().enumerate() {
            self.text(if i > 0 { "; " } else { "" });
            let field = self.ast[field];
            match (self.ast[field.names].first(), field.ty) {
                (Some(&name), Some(ty)) => {
                    self.expr(name);
                    if let ExprKind::FuncType(ty) = self.ast[ty].kind {
                        self.signature(ty);
                    }
                }
                (None, Some(ty)) => self.expr(ty),
                (_, None) => {}
            }
        }
    }

    fn simple_stmt(&mut self, s: StmtId) {
        let ast = self.ast;
        match ast[s].kind {
            StmtKind::Expr(x) => self.expr(x),
            StmtKind::Send { chan, value, .. } => {
                self.expr(chan);
                self.text(" <- ");
                self.expr(value);
            }
            StmtKind::IncDec { x, inc, .. } => {
                self.expr(x);
                self.text(if inc { "++" } else { "--" });
            }
            StmtKind::Assign { lhs, op, rhs, .. } => {
                // Parentheses make the `=` stand out.
                let plain = op == AssignOp::Assign;
                self.text(if plain { "assignment " } else { "" });
                self.side(&ast[lhs], plain);
                match op {
                    AssignOp::Assign => self.text(" = "),
                    AssignOp::Define => self.text(" := "),
                    AssignOp::Op(op) => {
                        self.text(" ");
                        self.text(op.as_str());
                        self.text("= ");
                    }
                }
                self.side(&ast[rhs], plain);
            }
            _ => {}
        }
    }

    fn side(&mut self, list: &[ExprId], emphasize: bool) {
        let binary = match list {
            &[x] => emphasize && matches!(self.ast[x].kind, ExprKind::Binary { .. }),
            _ => false,
        };
        self.text(if binary { "(" } else { "" });
        self.exprs(list);
        self.text(if binary { ")" } else { "" });
    }
}
