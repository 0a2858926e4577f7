//! Parameters, fields and function bodies.

use super::engine::{Printer, Space};
use crate::ast::{BlockId, ExprId, ExprKind, Field, FieldId, FieldListId, FuncTypeId};
use crate::source::Pos;
use crate::token::Op;

/// What a list of parameters belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameters {
    /// Value parameters, results and receivers.
    Values,
    /// Type parameters of a function.
    FuncTypes,
    /// Type parameters of a type declaration.
    DeclTypes,
}

impl Printer<'_> {
    fn field_start(&self, field: &Field) -> Pos {
        let ast = self.src.ast;
        let first = ast[field.names].first().copied().or(field.ty);
        let Some(e) = first else { return Pos::NONE };
        match ast[e].kind {
            // The signature of an interface method starts with its parameters.
            ExprKind::FuncType(ty) if !ast[ty].func.is_known() => ast[ast[ty].params].open,
            _ => ast[e].pos,
        }
    }

    fn field_end(&self, field: &Field) -> Pos {
        let last = field
            .tag
            .or(field.ty)
            .or_else(|| self.src.ast[field.names].last().copied());
        last.map_or(Pos::NONE, |e| self.end(e))
    }

    /// The number of parameters: one for each name, or one without name.
    fn count_parameters(&self, fields: &[FieldId]) -> usize {
        fields
            .iter()
            .map(|&f| self.src.ast[f].names.len().max(1))
            .sum()
    }

    pub fn parameters(&mut self, list: FieldListId, kind: Parameters) {
        let ast = self.src.ast;
        let (open, close) = if kind == Parameters::Values {
            ("(", ")")
        } else {
            ("[", "]")
        };
        let list = &ast[list];
        let fields = &ast[list.fields];
        self.at(list.open);
        self.token(open);
        let mut previous_line = self.line(list.open);
        let mut indent = Space::Indent;
        for (i, &f) in fields.iter().enumerate() {
            let field = &ast[f];
            let start = self.field_start(field);
            let start_line = self.line(start);
            let on_new_line = 0 < previous_line && previous_line < start_line;
            if i > 0 {
                if !on_new_line {
                    self.at(start);
                }
                self.token(",");
            }
            if on_new_line && self.line_break(start_line, 0, indent, true) > 0 {
                indent = Space::Ignored;
            } else if i > 0 {
                self.blank();
            }
            if !field.names.is_empty() {
                // Names on several lines are indented, unless the parameters are already.
                self.names(&ast[field.names], indent == Space::Indent);
                self.blank();
            }
            if let Some(ty) = field.ty {
                self.expr(ast.unparen(ty));
            }
            previous_line = self.line(self.field_end(field));
        }
        if !fields.is_empty() {
            let close_line = self.line(list.close);
            if 0 < previous_line && previous_line < close_line {
                self.token(",");
                self.line_break(close_line, 0, Space::Ignored, true);
            } else if kind == Parameters::DeclTypes && self.reads_as_array_length(fields) {
                self.token(",");
            }
            if indent == Space::Ignored {
                self.space(Space::Unindent);
            }
        }
        self.at(list.close);
        self.token(close);
    }

    /// Reports whether type parameters look like the length of an array: `[P *T]`.
    fn reads_as_array_length(&self, fields: &[FieldId]) -> bool {
        self.count_parameters(fields) == 1
            && self.src.ast[fields[0]].ty.is_some_and(|ty| {
                let ty = self.src.ast.unparen(ty);
                self.reads_as_operand(ty)
            })
    }

    /// Reports whether a name followed by the constraint reads as a value.
    fn reads_as_operand(&self, constraint: ExprId) -> bool {
        let ast = self.src.ast;
        // The leftmost operand decides, unless a right one can only be a type.
        let mut e = constraint;
        loop {
            match ast[e].kind {
                ExprKind::Star { x } | ExprKind::Paren { x, .. } => {
                    return !self.is_type_element(x);
                }
                ExprKind::Binary { x, y, .. } => {
                    if self.is_type_element(y) {
                        return false;
                    }
                    e = x;
                }
                _ => return false,
            }
        }
    }

    /// Reports whether the expression can only be a type or a constraint element.
    fn is_type_element(&self, e: ExprId) -> bool {
        let ast = self.src.ast;
        let mut e = e;
        loop {
            match ast[e].kind {
                ExprKind::ArrayType { .. }
                | ExprKind::StructType { .. }
                | ExprKind::FuncType(_)
                | ExprKind::InterfaceType { .. }
                | ExprKind::MapType { .. }
                | ExprKind::ChanType { .. } => return true,
                ExprKind::Unary { op, .. } => return op == Op::Tilde,
                ExprKind::Binary { x, y, .. } => {
                    if self.is_type_element(y) {
                        return true;
                    }
                    e = x;
                }
                ExprKind::Paren { x, .. } => e = x,
                _ => return false,
            }
        }
    }

    /// Prints parameters and results.
    pub fn signature(&mut self, ty: FuncTypeId) {
        let ast = self.src.ast;
        let ty = &ast[ty];
        if let Some(params) = ty.type_params {
            self.parameters(params, Parameters::FuncTypes);
        }
        self.parameters(ty.params, Parameters::Values);
        let Some(results) = ty.results else { return };
        match &ast[ast[results].fields] {
            [] => {}
            [single] if ast[*single].names.is_empty() => {
                self.blank();
                if let Some(ty) = ast[*single].ty {
                    self.expr(ast.unparen(ty));
                }
            }
            _ => {
                self.blank();
                self.parameters(results, Parameters::Values);
            }
        }
    }

    pub fn struct_fields(&mut self, list: FieldListId) {
        if self.short_fields(list, true) {
            return;
        }
        let ast = self.src.ast;
        let fields = &ast[ast[list].fields];
        self.open_fields(list);
        let separator = if fields.len() == 1 {
            Space::Blank
        } else {
            Space::Tab
        };
        let slot = self.line_slot();
        for (i, &f) in fields.iter().enumerate() {
            let field = &ast[f];
            if i > 0 {
                let line = self.line(self.field_start(field));
                self.line_break(line, 1, Space::Ignored, self.spans_lines(slot));
            }
            self.node_comment(field.doc);
            self.record_line(slot);
            let names = &ast[field.names];
            let named = !names.is_empty();
            if named {
                self.names(names, false);
                self.space(separator);
            }
            if let Some(ty) = field.ty {
                self.expr(ty);
            }
            // An embedded field takes the place of name and type.
            let mut columns_left = if named { 1 } else { 2 };
            if let Some(tag) = field.tag {
                if named && separator == Space::Tab {
                    self.space(separator);
                }
                self.space(separator);
                self.expr(tag);
                columns_left = 0;
            }
            if field.comment.is_some() {
                for _ in 0..columns_left {
                    self.space(separator);
                }
                self.node_comment(field.comment);
            }
        }
        self.free_line_slot(slot);
        self.close_fields(list);
    }

    pub fn interface_elems(&mut self, list: FieldListId) {
        if self.short_fields(list, false) {
            return;
        }
        let ast = self.src.ast;
        self.open_fields(list);
        let slot = self.line_slot();
        for (i, &f) in ast[ast[list].fields].iter().enumerate() {
            let field = &ast[f];
            if i > 0 {
                let line = self.line(self.field_start(field));
                self.line_break(line, 1, Space::Ignored, self.spans_lines(slot));
            }
            self.node_comment(field.doc);
            self.record_line(slot);
            self.interface_elem(field);
            self.node_comment(field.comment);
        }
        self.free_line_slot(slot);
        self.close_fields(list);
    }

    fn interface_elem(&mut self, field: &Field) {
        let ast = self.src.ast;
        let Some(ty) = field.ty else { return };
        match (ast[field.names].first(), ast[ty].kind) {
            (Some(&name), ExprKind::FuncType(signature)) => {
                self.expr(name);
                self.signature(signature);
            }
            _ => self.expr(ty),
        }
    }

    /// Prints the braces and what is in them on one line, if they are on one line in the source
    /// and there is little in them. Reports whether it did.
    fn short_fields(&mut self, list: FieldListId, is_struct: bool) -> bool {
        let ast = self.src.ast;
        let list = &ast[list];
        let has_comments = self.comment_before(self.place(list.close));
        if has_comments || self.line(list.open) != self.line(list.close) {
            return false;
        }
        match &ast[list.fields] {
            [] => {
                self.at(list.open);
                self.token("{");
            }
            [single] if self.is_short_field(&ast[*single]) => {
                let field = &ast[*single];
                self.at(list.open);
                self.token("{");
                self.blank();
                if is_struct {
                    self.short_struct_field(field);
                } else {
                    self.interface_elem(field);
                }
                self.blank();
            }
            _ => return false,
        }
        self.at(list.close);
        self.token("}");
        true
    }

    fn short_struct_field(&mut self, field: &Field) {
        let names = &self.src.ast[field.names];
        for (i, &name) in names.iter().enumerate() {
            if i > 0 {
                self.token(",");
                self.blank();
            }
            self.expr(name);
        }
        if !names.is_empty() {
            self.blank();
        }
        if let Some(ty) = field.ty {
            self.expr(ty);
        }
    }

    fn is_short_field(&mut self, field: &Field) -> bool {
        const MAX_SIZE: usize = 30;
        if field.tag.is_some() || field.comment.is_some() {
            return false;
        }
        // Names hardly count: the blank behind them does.
        let names_size = usize::from(!field.names.is_empty());
        let Some(ty) = field.ty else { return false };
        self.expr_size_up_to(ty, MAX_SIZE)
            .is_some_and(|size| names_size + size <= MAX_SIZE)
    }

    fn open_fields(&mut self, list: FieldListId) {
        let list = &self.src.ast[list];
        let has_comments = self.comment_before(self.place(list.close));
        self.blank();
        self.at(list.open);
        self.token("{");
        self.space(Space::Indent);
        if has_comments || !list.fields.is_empty() {
            self.space(Space::SectionBreak);
        }
    }

    fn close_fields(&mut self, list: FieldListId) {
        self.spaces(&[Space::Unindent, Space::SectionBreak]);
        self.at(self.src.ast[list].close);
        self.token("}");
    }

    /// Prints a function body behind a header of the given size, on the same line if it is on one
    /// line in the source and both together are short. `separator` precedes it then.
    pub fn func_body(&mut self, header: isize, separator: Space, body: Option<BlockId>) {
        const MAX_SIZE: usize = 100;
        let Some(body) = body else { return };
        let ast = self.src.ast;
        let literal_level = std::mem::take(&mut self.literal_level);
        let size = header + self.body_size(body, MAX_SIZE) as isize;
        if size > MAX_SIZE as isize {
            self.blank();
            self.block(body, true);
        } else {
            let block = &ast[body];
            let stmts = &ast[block.stmts];
            self.space(separator);
            self.at(block.lbrace);
            self.token("{");
            if !stmts.is_empty() {
                self.blank();
                for (i, &stmt) in stmts.iter().enumerate() {
                    if i > 0 {
                        self.token(";");
                        self.blank();
                    }
                    self.stmt(stmt, i + 1 == stmts.len());
                }
                self.blank();
            }
            self.toggle_extra_line_break();
            self.at(block.rbrace);
            self.token("}");
            self.toggle_extra_line_break();
        }
        self.literal_level = literal_level;
    }
}
