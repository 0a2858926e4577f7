//! Declarations and files.

use super::engine::{Lexeme, Printer, Space};
use super::list::{ListEnd, ListLayout};
use super::signature::Parameters;
use super::strings::import_path;
use crate::ast::{DeclId, DeclKind, ExprId, ExprKind, FileId, Spec, SpecId, SpecKind};
use crate::source::Pos;
use crate::token::DeclKeyword;

impl Printer<'_> {
    /// Prints a whole file.
    pub fn file(&mut self, file: FileId) {
        let ast = self.src.ast;
        let file = &ast[file];
        self.node_comment(file.doc);
        self.at(file.package);
        self.token("package");
        self.blank();
        if let Some(name) = file.name {
            self.expr(name);
        }
        let mut previous = None;
        for &d in &ast[file.decls] {
            let decl = &ast[d];
            let keyword = keyword(&decl.kind);
            // A blank line comes before documentation and between different kinds.
            let min = if previous == Some(keyword) && decl.doc.is_none() {
                1
            } else {
                2
            };
            let section = matches!(decl.kind, DeclKind::Func { .. })
                && self.line(ast.decl_end(d)) > self.line(decl.pos);
            self.line_break(self.line(decl.pos), min, Space::Ignored, section);
            self.decl(d);
            previous = Some(keyword);
        }
        self.space(Space::Newline);
    }

    pub fn decl(&mut self, d: DeclId) {
        let decl = &self.src.ast[d];
        match decl.kind {
            DeclKind::Bad { .. } => {
                self.at(decl.pos);
                self.literal("BadDecl", Lexeme::Literal);
            }
            DeclKind::Gen { .. } => self.gen_decl(d),
            DeclKind::Func {
                recv,
                name,
                ty,
                body,
            } => {
                const FUNC: &str = "func ";
                self.node_comment(decl.doc);
                self.at(decl.pos);
                self.token("func");
                self.blank();
                let start_column = self.out_column - FUNC.len() as isize;
                if let Some(recv) = recv {
                    self.parameters(recv, Parameters::Values);
                    self.blank();
                }
                self.expr(name);
                self.signature(ty);
                let header = self.distance_from(decl.pos, start_column);
                self.func_body(header, Space::Tab, body);
            }
        }
    }

    fn gen_decl(&mut self, d: DeclId) {
        let ast = self.src.ast;
        let decl = &ast[d];
        let DeclKind::Gen {
            keyword,
            lparen,
            specs,
            rparen,
        } = decl.kind
        else {
            return;
        };
        let specs = &ast[specs];
        self.node_comment(decl.doc);
        self.at(decl.pos);
        self.token(keyword.as_str());
        self.blank();
        if let [single] = specs
            && !lparen.is_known()
        {
            self.spec(*single, false, true);
            return;
        }
        self.at(lparen);
        self.token("(");
        if !specs.is_empty() {
            self.spaces(&[Space::Indent, Space::SectionBreak]);
            self.specs(keyword, specs);
            self.spaces(&[Space::Unindent, Space::SectionBreak]);
        }
        self.at(rparen);
        self.token(")");
    }

    fn specs(&mut self, keyword: DeclKeyword, specs: &[SpecId]) {
        let ast = self.src.ast;
        let has_columns =
            specs.len() > 1 && matches!(keyword, DeclKeyword::Const | DeclKeyword::Var);
        let type_columns = if has_columns {
            self.type_columns(specs)
        } else {
            Vec::new()
        };
        let slot = self.line_slot();
        for (i, &s) in specs.iter().enumerate() {
            if i > 0 {
                let line = self.line(ast[s].pos);
                self.line_break(line, 1, Space::Ignored, self.spans_lines(slot));
            }
            self.record_line(slot);
            if has_columns {
                self.value_spec_in_columns(&ast[s], type_columns[i]);
            } else {
                self.spec(s, specs.len() > 1, false);
            }
        }
        self.free_line_slot(slot);
    }

    /// For each specification: whether the column of types is kept although the specification may
    /// have no type. In a run of specifications with values it is not if none has a type.
    fn type_columns(&self, specs: &[SpecId]) -> Vec<bool> {
        let ast = self.src.ast;
        let parts = |s: SpecId| match ast[s].kind {
            SpecKind::Value { ty, values, .. } => (ty.is_some(), !values.is_empty()),
            _ => (false, false),
        };
        let mut keep = vec![false; specs.len()];
        let mut run_start = None;
        let mut run_has_type = false;
        for (i, &s) in specs.iter().enumerate() {
            let (has_type, has_values) = parts(s);
            if has_values && run_start.is_none() {
                run_start = Some(i);
                run_has_type = false;
            } else if !has_values && let Some(start) = run_start.take() {
                keep[start..i].fill(run_has_type);
            }
            run_has_type |= has_type;
        }
        if let Some(start) = run_start {
            keep[start..].fill(run_has_type);
        }
        keep
    }

    /// Prints one of several constants or variables, with columns for types and values.
    fn value_spec_in_columns(&mut self, spec: &Spec, keep_type: bool) {
        let ast = self.src.ast;
        let SpecKind::Value {
            names, ty, values, ..
        } = spec.kind
        else {
            return;
        };
        self.node_comment(spec.doc);
        self.names(&ast[names], false);
        let mut columns_left = 3;
        if ty.is_some() || keep_type {
            self.space(Space::Tab);
            columns_left -= 1;
        }
        if let Some(ty) = ty {
            self.expr(ty);
        }
        if !values.is_empty() {
            self.space(Space::Tab);
            self.token("=");
            self.blank();
            self.expr_list(
                Pos::NONE,
                &ast[values],
                ListLayout::DEFAULT,
                ListEnd::Unknown,
            );
            columns_left -= 1;
        }
        if spec.comment.is_some() {
            for _ in 0..columns_left {
                self.space(Space::Tab);
            }
            self.node_comment(spec.comment);
        }
    }

    /// Prints a specification; `in_columns` aligns types with those of the other specifications.
    /// Names on several lines are indented if `indent` is set.
    fn spec(&mut self, s: SpecId, in_columns: bool, indent: bool) {
        let ast = self.src.ast;
        let spec = &ast[s];
        self.node_comment(spec.doc);
        match spec.kind {
            SpecKind::Import { name, path } => {
                if let Some(name) = name {
                    self.expr(name);
                    self.blank();
                }
                self.import_path(path);
                self.node_comment(spec.comment);
                if let Some(&end) = self.src.import_ends.get(&s) {
                    self.at(end);
                }
            }
            SpecKind::Value {
                names, ty, values, ..
            } => {
                self.names(&ast[names], indent);
                if let Some(ty) = ty {
                    self.blank();
                    self.expr(ty);
                }
                if !values.is_empty() {
                    self.blank();
                    self.token("=");
                    self.blank();
                    self.expr_list(
                        Pos::NONE,
                        &ast[values],
                        ListLayout::DEFAULT,
                        ListEnd::Unknown,
                    );
                }
                self.node_comment(spec.comment);
            }
            SpecKind::Type {
                name,
                type_params,
                eq,
                ty,
            } => {
                self.expr(name);
                if let Some(params) = type_params {
                    self.parameters(params, Parameters::DeclTypes);
                }
                self.space(if in_columns { Space::Tab } else { Space::Blank });
                if eq.is_known() {
                    self.token("=");
                    self.blank();
                }
                self.expr(ty);
                self.node_comment(spec.comment);
            }
        }
    }

    /// Prints the path of an import in double quotes.
    fn import_path(&mut self, e: ExprId) {
        let path = match self.src.ast[e].kind {
            ExprKind::BasicLit { value, .. } => import_path(&value),
            _ => None,
        };
        match path {
            Some(path) => {
                self.at(self.src.ast[e].pos);
                self.literal(&format!("\"{path}\""), Lexeme::Literal);
            }
            None => self.expr(e),
        }
    }
}

fn keyword(decl: &DeclKind) -> Option<&'static str> {
    match decl {
        DeclKind::Bad { .. } => None,
        DeclKind::Gen { keyword, .. } => Some(keyword.as_str()),
        DeclKind::Func { .. } => Some("func"),
    }
}
