//! Expressions as messages show them: on one line, with bodies and elements of literals left out.

use super::Checker;
use gust_syntax::ast::{Ast, ExprId, ExprKind, FieldListId, FuncTypeId};
use gust_syntax::token::ChanDir;

impl Checker<'_> {
    /// An expression as messages show it.
    pub(crate) fn expr_str(&self, e: ExprId) -> String {
        let mut printer = Printer {
            ast: self.ast,
            out: String::new(),
        };
        printer.expr(e);
        printer.out
    }

    /// A list of expressions as messages show it, in brackets.
    pub(crate) fn expr_list_str(&self, list: &[ExprId]) -> String {
        let mut printer = Printer {
            ast: self.ast,
            out: String::from("["),
        };
        printer.list(list);
        printer.out.push(']');
        printer.out
    }
}

struct Printer<'a> {
    ast: &'a Ast,
    out: String,
}

impl Printer<'_> {
    fn text(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn list(&mut self, list: &[ExprId]) {
        for (i, &e) in list.iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            self.expr(e);
        }
    }

    fn optional(&mut self, e: Option<ExprId>) {
        if let Some(e) = e {
            self.expr(e);
        }
    }

    /// A type where only a type can stand: the official tree has no parentheses there.
    fn ty(&mut self, e: ExprId) {
        self.expr(self.ast.unparen(e));
    }

    fn expr(&mut self, e: ExprId) {
        match self.ast[e].kind {
            ExprKind::Bad { .. } => self.text("<bad expr>"),
            ExprKind::Name(name) => self.text(&name),
            ExprKind::BasicLit { value, .. } => self.text(&value),
            ExprKind::CompositeLit { ty, elems, .. } => {
                self.optional(ty);
                self.text(if elems.is_empty() { "{}" } else { "{…}" });
            }
            ExprKind::KeyValue { key, value, .. } => {
                self.expr(key);
                self.text(": ");
                self.expr(value);
            }
            ExprKind::FuncLit { ty, body } => {
                self.text("func");
                self.signature(ty);
                let empty = self.ast[body].stmts.is_empty();
                self.text(if empty { " {}" } else { " {…}" });
            }
            ExprKind::Paren { x, .. } => {
                self.text("(");
                self.expr(x);
                self.text(")");
            }
            ExprKind::Selector { x, sel, .. } => {
                self.expr(x);
                self.text(".");
                self.expr(sel);
            }
            ExprKind::Index { x, indices, .. } => {
                self.expr(x);
                self.text("[");
                self.list(&self.ast[indices]);
                self.text("]");
            }
            ExprKind::Slice { x, index, .. } => {
                self.expr(x);
                self.text("[");
                self.optional(index.at[0]);
                self.text(":");
                self.optional(index.at[1]);
                if index.at[2].is_some() {
                    self.text(":");
                    self.optional(index.at[2]);
                }
                self.text("]");
            }
            ExprKind::TypeAssert { x, ty, .. } => {
                self.expr(x);
                self.text(".(");
                match ty {
                    Some(ty) => self.ty(ty),
                    None => self.text("type"),
                }
                self.text(")");
            }
            ExprKind::Call {
                fun,
                args,
                ellipsis,
                ..
            } => {
                self.expr(fun);
                self.text("(");
                self.list(&self.ast[args]);
                if ellipsis.is_known() {
                    self.text("...");
                }
                self.text(")");
            }
            ExprKind::Star { x } => {
                self.text("*");
                self.expr(x);
            }
            ExprKind::Unary { op, x } => {
                self.text(op.as_str());
                self.expr(x);
            }
            ExprKind::Binary { op, x, y, .. } => {
                self.expr(x);
                self.text(" ");
                self.text(op.as_str());
                self.text(" ");
                self.expr(y);
            }
            ExprKind::Ellipsis { elem } => {
                self.text("...");
                if let Some(elem) = elem {
                    self.ty(elem);
                }
            }
            ExprKind::ArrayType { len, elem, .. } => {
                self.text("[");
                self.optional(len);
                self.text("]");
                self.ty(elem);
            }
            ExprKind::StructType { fields } => {
                self.text("struct{");
                self.struct_fields(fields);
                self.text("}");
            }
            ExprKind::FuncType(ty) => {
                self.text("func");
                self.signature(ty);
            }
            ExprKind::InterfaceType { elems } => {
                self.text("interface{");
                self.interface_elems(elems);
                self.text("}");
            }
            ExprKind::MapType { key, value, .. } => {
                self.text("map[");
                self.ty(key);
                self.text("]");
                self.ty(value);
            }
            ExprKind::ChanType { dir, elem, .. } => self.chan(dir, elem),
        }
    }

    fn chan(&mut self, dir: ChanDir, elem: ExprId) {
        self.text(match dir {
            ChanDir::Both => "chan ",
            ChanDir::Send => "chan<- ",
            ChanDir::Recv => "<-chan ",
        });
        let elem = self.ast.unparen(elem);
        // "chan <-chan T" would read as a send-only channel of channels.
        let receives = matches!(
            self.ast[elem].kind,
            ExprKind::ChanType {
                dir: ChanDir::Recv,
                ..
            }
        );
        if dir == ChanDir::Both && receives {
            self.text("(");
            self.expr(elem);
            self.text(")");
        } else {
            self.expr(elem);
        }
    }

    fn struct_fields(&mut self, list: FieldListId) {
        let ast = self.ast;
        for (i, &f) in ast[ast[list].fields].iter().enumerate() {
            if i > 0 {
                self.text("; ");
            }
            let field = &ast[f];
            if !field.names.is_empty() {
                self.list(&ast[field.names]);
                self.text(" ");
            }
            if let Some(ty) = field.ty {
                self.ty(ty);
            }
            if let Some(tag) = field.tag {
                self.text(" ");
                self.expr(tag);
            }
        }
    }

    fn interface_elems(&mut self, list: FieldListId) {
        let ast = self.ast;
        for (i, &f) in ast[ast[list].fields].iter().enumerate() {
            if i > 0 {
                self.text("; ");
            }
            let field = &ast[f];
            let method = field.ty.map(|ty| ast[ty].kind);
            match (ast[field.names].first(), method) {
                (Some(&name), Some(ExprKind::FuncType(ty))) => {
                    self.expr(name);
                    self.signature(ty);
                }
                _ => self.optional(field.ty),
            }
        }
    }

    fn signature(&mut self, ty: FuncTypeId) {
        let ast = self.ast;
        self.params(ast[ty].params);
        let Some(results) = ast[ty].results else {
            return;
        };
        self.text(" ");
        match ast[ast[results].fields] {
            [only] if ast[only].names.is_empty() => {
                if let Some(ty) = ast[only].ty {
                    self.ty(ty);
                }
            }
            _ => self.params(results),
        }
    }

    fn params(&mut self, list: FieldListId) {
        let ast = self.ast;
        self.text("(");
        for (i, &f) in ast[ast[list].fields].iter().enumerate() {
            if i > 0 {
                self.text(", ");
            }
            let field = &ast[f];
            if !field.names.is_empty() {
                self.list(&ast[field.names]);
                self.text(" ");
            }
            if let Some(ty) = field.ty {
                self.ty(ty);
            }
        }
        self.text(")");
    }
}
