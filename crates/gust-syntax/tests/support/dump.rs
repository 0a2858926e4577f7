//! Syntax trees as text: one line per declaration and statement with its place in front,
//! expressions as S-expressions.

use gust_syntax::SourceFile;
use gust_syntax::ast::*;
use gust_syntax::source::Pos;
use gust_syntax::token::{ChanDir, DeclKeyword};
use std::fmt::Write;

/// The text of the tree's only file.
pub fn dump(ast: &Ast, source: &SourceFile) -> String {
    let mut d = Dumper {
        ast,
        source,
        out: String::new(),
        indent: 0,
    };
    d.file(&ast.files[0]);
    d.out
}

struct Dumper<'a> {
    ast: &'a Ast,
    source: &'a SourceFile,
    out: String,
    indent: usize,
}

impl Dumper<'_> {
    fn line(&mut self, pos: Pos, text: &str) {
        let place = format!("{}:{}", self.source.line(pos), self.source.column(pos));
        let indent = "  ".repeat(self.indent);
        let _ = writeln!(self.out, "{place:<7} {indent}{text}");
    }

    fn nested(&mut self, f: impl FnOnce(&mut Self)) {
        self.indent += 1;
        f(self);
        self.indent -= 1;
    }

    fn file(&mut self, file: &File) {
        for d in &file.directives {
            let own = if d.starts_line { "" } else { " (not alone)" };
            self.line(d.pos, &format!("directive {:?}{own}", d.text));
        }
        for d in self.source.directives() {
            let pos = self.source.pos(d.offset as usize);
            self.line(
                pos,
                &format!("from here {}:{}:{}", d.file, d.line, d.column),
            );
        }
        if let Some(text) = &file.build_constraint {
            let _ = writeln!(self.out, "build {text:?}");
        }
        if let Some(version) = file.go_version {
            let _ = writeln!(self.out, "version {version}");
        }
        let mut name = file.name.map_or("?".into(), |n| self.expr(n));
        name += &self.comments(file.doc, None);
        self.line(file.package, &format!("package {name}"));
        for &d in &self.ast[file.decls] {
            self.decl(d);
        }
    }

    /// The first lines of the comments that belong to a node.
    fn comments(&self, doc: Option<CommentGroupId>, comment: Option<CommentGroupId>) -> String {
        let mut out = String::new();
        for (what, group) in [("doc", doc), ("comment", comment)] {
            if let Some(group) = group {
                let texts: Vec<&str> = self.ast[group]
                    .list
                    .iter()
                    .map(|c| c.text.as_str())
                    .collect();
                let _ = write!(out, " {what}={texts:?}");
            }
        }
        out
    }

    fn decl(&mut self, d: DeclId) {
        let decl = self.ast[d];
        let docs = self.comments(decl.doc, None);
        match decl.kind {
            DeclKind::Bad { .. } => self.line(decl.pos, &format!("bad{docs}")),
            DeclKind::Gen {
                keyword,
                lparen,
                specs,
                ..
            } => {
                let group = if lparen.is_known() { " group" } else { "" };
                let word = keyword.as_str();
                self.line(decl.pos, &format!("{word}{group}{docs}"));
                self.nested(|d| {
                    for &s in &d.ast[specs] {
                        d.spec(s, keyword);
                    }
                });
            }
            DeclKind::Func {
                recv,
                name,
                ty,
                body,
            } => {
                let recv = recv.map_or(String::new(), |r| format!(" recv{}", self.fields(r)));
                let name = self.expr(name);
                let ty = self.func_type(ty);
                self.line(decl.pos, &format!("func {name}{recv}{ty}{docs}"));
                if let Some(body) = body {
                    self.block(body);
                }
            }
        }
    }

    fn spec(&mut self, s: SpecId, keyword: DeclKeyword) {
        let spec = self.ast[s];
        let docs = self.comments(spec.doc, spec.comment);
        let text = match spec.kind {
            SpecKind::Import { name, path } => {
                let name = name.map_or(String::new(), |n| self.expr(n) + " ");
                format!("{name}{}", self.expr(path))
            }
            SpecKind::Value {
                names,
                ty,
                values,
                iota,
                ..
            } => {
                let mut text = self.exprs(names);
                if let Some(ty) = ty {
                    text += &format!(" : {}", self.expr(ty));
                }
                if !values.is_empty() {
                    text += &format!(" = {}", self.exprs(values));
                }
                if keyword == DeclKeyword::Const {
                    text += &format!(" iota={iota}");
                }
                text
            }
            SpecKind::Type {
                name,
                type_params,
                eq,
                ty,
            } => {
                let name = self.expr(name);
                let params = type_params.map_or(String::new(), |p| self.fields(p));
                let eq = if eq.is_known() { " =" } else { "" };
                format!("{name}{params}{eq} {}", self.expr(ty))
            }
        };
        self.line(spec.pos, &(text + &docs));
    }

    fn block(&mut self, b: BlockId) {
        self.stmts(self.ast[b].stmts);
    }

    fn stmts(&mut self, list: StmtList) {
        self.nested(|d| {
            for &s in &d.ast[list] {
                d.stmt(s);
            }
        });
    }

    fn opt_stmt(&mut self, what: &str, s: Option<StmtId>) {
        if let Some(s) = s {
            self.nested(|d| {
                d.line(d.ast[s].pos, what);
                d.nested(|d| d.stmt(s));
            });
        }
    }

    fn opt_expr(&self, e: Option<ExprId>) -> String {
        e.map_or(String::new(), |e| format!(" {}", self.expr(e)))
    }

    fn stmt(&mut self, s: StmtId) {
        let stmt = self.ast[s];
        let pos = stmt.pos;
        match stmt.kind {
            StmtKind::Bad { .. } => self.line(pos, "bad"),
            StmtKind::Decl(d) => self.decl(d),
            StmtKind::Empty { implicit } => {
                self.line(pos, if implicit { "empty implicit" } else { "empty" });
            }
            StmtKind::Labeled { label, stmt, .. } => {
                let label = self.expr(label);
                self.line(pos, &format!("{label}:"));
                self.nested(|d| d.stmt(stmt));
            }
            StmtKind::Expr(e) => {
                let text = self.expr(e);
                self.line(pos, &text);
            }
            StmtKind::Send { chan, value, .. } => {
                let text = format!("send {} {}", self.expr(chan), self.expr(value));
                self.line(pos, &text);
            }
            StmtKind::IncDec { x, inc, .. } => {
                let op = if inc { "++" } else { "--" };
                let text = format!("{}{op}", self.expr(x));
                self.line(pos, &text);
            }
            StmtKind::Assign { lhs, op, rhs, .. } => {
                let op = match op {
                    AssignOp::Assign => "=".to_string(),
                    AssignOp::Define => ":=".to_string(),
                    AssignOp::Op(op) => format!("{op}="),
                };
                let text = format!("{} {op} {}", self.exprs(lhs), self.exprs(rhs));
                self.line(pos, &text);
            }
            StmtKind::Go { call } => {
                let text = format!("go {}", self.expr(call));
                self.line(pos, &text);
            }
            StmtKind::Defer { call } => {
                let text = format!("defer {}", self.expr(call));
                self.line(pos, &text);
            }
            StmtKind::Return { results } => {
                let text = format!("return {}", self.exprs(results));
                self.line(pos, text.trim_end());
            }
            StmtKind::Branch { keyword, label } => {
                let text = format!("{}{}", keyword.as_str(), self.opt_expr(label));
                self.line(pos, &text);
            }
            StmtKind::Block(b) => {
                self.line(pos, "block");
                self.block(b);
            }
            StmtKind::If {
                init,
                cond,
                then,
                els,
            } => {
                let text = format!("if {}", self.expr(cond));
                self.line(pos, &text);
                self.opt_stmt("init", init);
                self.block(then);
                self.opt_stmt("else", els);
            }
            StmtKind::Switch { init, tag, body } => {
                let text = format!("switch{}", self.opt_expr(tag));
                self.line(pos, &text);
                self.opt_stmt("init", init);
                self.block(body);
            }
            StmtKind::TypeSwitch {
                init,
                bind,
                guard,
                body,
                ..
            } => {
                let text = format!("type switch{} {}", self.opt_expr(bind), self.expr(guard));
                self.line(pos, &text);
                self.opt_stmt("init", init);
                self.block(body);
            }
            StmtKind::Case { list, body, .. } => {
                let text = match list {
                    Some(list) => format!("case {}", self.exprs(list)),
                    None => "default".to_string(),
                };
                self.line(pos, &text);
                self.stmts(body);
            }
            StmtKind::Select { body } => {
                self.line(pos, "select");
                self.block(body);
            }
            StmtKind::Comm { comm, body, .. } => {
                self.line(pos, "comm");
                self.opt_stmt("on", comm);
                self.stmts(body);
            }
            StmtKind::For {
                init,
                cond,
                post,
                body,
            } => {
                let text = format!("for{}", self.opt_expr(cond));
                self.line(pos, &text);
                self.opt_stmt("init", init);
                self.opt_stmt("post", post);
                self.block(body);
            }
            StmtKind::Range {
                key,
                value,
                extra,
                define,
                x,
                body,
                ..
            } => {
                let mut text = "range".to_string();
                text += &self.opt_expr(key);
                text += &self.opt_expr(value);
                if !extra.is_empty() {
                    text += &format!(" extra {}", self.exprs(extra));
                }
                text += if define { " :=" } else { " =" };
                text += &format!(" {}", self.expr(x));
                self.line(pos, &text);
                self.block(body);
            }
        }
    }

    fn exprs(&self, list: ExprList) -> String {
        let texts: Vec<String> = self.ast[list].iter().map(|&e| self.expr(e)).collect();
        texts.join(", ")
    }

    fn func_type(&self, ty: FuncTypeId) -> String {
        let ty = self.ast[ty];
        let mut text = ty.type_params.map_or(String::new(), |p| self.fields(p));
        text += &self.fields(ty.params);
        if let Some(results) = ty.results {
            text += " -> ";
            text += &self.fields(results);
        }
        text
    }

    fn fields(&self, list: FieldListId) -> String {
        let fields = self.ast[list].fields;
        let texts: Vec<String> = self.ast[fields].iter().map(|&f| self.field(f)).collect();
        format!("({})", texts.join("; "))
    }

    fn field(&self, f: FieldId) -> String {
        let field = self.ast[f];
        let mut text = self.exprs(field.names);
        if let Some(ty) = field.ty {
            text += if text.is_empty() { "" } else { " " };
            text += &self.expr(ty);
        }
        text += &self.opt_expr(field.tag);
        text + &self.comments(field.doc, field.comment)
    }

    fn expr(&self, e: ExprId) -> String {
        let opt = |e: Option<ExprId>| e.map_or("_".to_string(), |e| self.expr(e));
        match self.ast[e].kind {
            ExprKind::Bad { .. } => "BAD".into(),
            ExprKind::Name(name) => name.to_string(),
            ExprKind::BasicLit { value, bad, .. } => {
                format!("{}{value}", if bad { "BAD:" } else { "" })
            }
            ExprKind::CompositeLit { ty, elems, .. } => {
                format!("(lit {} {{{}}})", opt(ty), self.exprs(elems))
            }
            ExprKind::KeyValue { key, value, .. } => {
                format!("{}: {}", self.expr(key), self.expr(value))
            }
            ExprKind::FuncLit { ty, body } => {
                let mut inner = Dumper {
                    ast: self.ast,
                    source: self.source,
                    out: String::new(),
                    indent: 1,
                };
                inner.block(body);
                let body: Vec<&str> = inner
                    .out
                    .lines()
                    .map(|l| l.split_once(' ').map_or(l, |(_, l)| l.trim()))
                    .collect();
                format!("(func{} {{{}}})", self.func_type(ty), body.join(" | "))
            }
            ExprKind::Paren { x, dropped, .. } => {
                format!("(paren{} {})", if dropped { "-" } else { "" }, self.expr(x))
            }
            ExprKind::Selector { x, sel, .. } => {
                format!("{}.{}", self.expr(x), self.expr(sel))
            }
            ExprKind::Index { x, indices, .. } => {
                format!("(index {} {})", self.expr(x), self.exprs(indices))
            }
            ExprKind::Slice { x, index, .. } => {
                let [lo, hi, max] = index.at.map(opt);
                let full = if index.full {
                    format!(":{max}")
                } else {
                    String::new()
                };
                format!("(slice {} {lo}:{hi}{full})", self.expr(x))
            }
            ExprKind::TypeAssert { x, ty, .. } => {
                format!(
                    "(assert {} {})",
                    self.expr(x),
                    ty.map_or("type".into(), |t| self.expr(t))
                )
            }
            ExprKind::Call {
                fun,
                args,
                ellipsis,
                ..
            } => {
                let dots = if ellipsis.is_known() { "..." } else { "" };
                let args = self.exprs(args);
                format!("(call {} ({args}{dots}))", self.expr(fun))
            }
            ExprKind::Star { x } => format!("(* {})", self.expr(x)),
            ExprKind::Unary { op, x } => format!("({op} {})", self.expr(x)),
            ExprKind::Binary { op, x, y, .. } => {
                format!("({op} {} {})", self.expr(x), self.expr(y))
            }
            ExprKind::Ellipsis { elem: None } => "...".into(),
            ExprKind::Ellipsis { elem } => format!("(... {})", opt(elem)),
            ExprKind::ArrayType { len, elem, .. } => {
                format!("(array {} {})", opt(len), self.expr(elem))
            }
            ExprKind::StructType { fields } => format!("(struct {})", self.fields(fields)),
            ExprKind::FuncType(ty) => format!("(func{})", self.func_type(ty)),
            ExprKind::InterfaceType { elems } => format!("(interface {})", self.fields(elems)),
            ExprKind::MapType { key, value, .. } => {
                format!("(map {} {})", self.expr(key), self.expr(value))
            }
            ExprKind::ChanType { dir, elem, .. } => {
                let word = match dir {
                    ChanDir::Both => "chan",
                    ChanDir::Send => "chan<-",
                    ChanDir::Recv => "<-chan",
                };
                format!("({word} {})", self.expr(elem))
            }
        }
    }
}
