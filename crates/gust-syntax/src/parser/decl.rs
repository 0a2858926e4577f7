//! Declarations (spec: Declarations and scope, Packages).

use super::Parser;
use crate::ast::{
    Decl, DeclId, DeclKind, ExprId, ExprKind, FieldListId, FuncType, FuncTypeId, Spec, SpecId,
    SpecKind,
};
use crate::scanner::Tok;
use crate::source::Pos;
use crate::token::{DeclKeyword, Op};

const DECLARATION_START: [Tok; 5] = [Tok::Import, Tok::Const, Tok::Type, Tok::Var, Tok::Func];

impl Parser<'_> {
    /// All declarations of the file, onto the declaration stack.
    pub(super) fn top_level(&mut self) {
        let mut before = Tok::Import;
        while self.tok() != Tok::Eof {
            let tok = self.tok();
            if self.mode.imports_only && tok != Tok::Import {
                return;
            }
            if tok == Tok::Import && before != Tok::Import {
                self.syntax_error("imports must appear before other declarations");
            }
            before = tok;
            let decl = match tok {
                Tok::Import => self.gen_decl(DeclKeyword::Import),
                Tok::Const => self.gen_decl(DeclKeyword::Const),
                Tok::Type => self.gen_decl(DeclKeyword::Type),
                Tok::Var => self.gen_decl(DeclKeyword::Var),
                Tok::Func => self.func_decl(),
                _ => {
                    let headless = tok == Tok::Lbrace
                        && self.decls.last().is_some_and(|&d| self.lacks_body(d));
                    self.syntax_error(if headless {
                        "unexpected semicolon or newline before {"
                    } else {
                        "non-declaration statement outside function body"
                    });
                    self.skip_to(&DECLARATION_START);
                    continue;
                }
            };
            self.decls.push(decl);
            // Directives above the semicolon would be the next declaration's.
            self.drop_pragmas();
            let at_end = self.tok() == Tok::Eof;
            let (semi, comment) = self.got_semi();
            if let Some(spec) = self.open_spec.take() {
                self.ast[spec].comment = comment;
            }
            if !semi && !at_end {
                self.syntax_error("after top level declaration");
                self.skip_to(&DECLARATION_START);
            }
        }
        self.drop_pragmas();
    }

    fn push_decl(&mut self, decl: Decl) -> DeclId {
        self.ast.decls.push(decl);
        DeclId(self.ast.decls.len() as u32 - 1)
    }

    /// An `import`, `const`, `type` or `var` declaration; its keyword comes next.
    pub(super) fn gen_decl(&mut self, keyword: DeclKeyword) -> DeclId {
        let doc = self.lead_comment;
        let pos = self.pos();
        self.next();
        let mark = self.specs.len();
        let (mut lparen, mut rparen) = (Pos::NONE, Pos::NONE);
        if self.tok() == Tok::Lparen {
            lparen = self.pos();
            self.drop_pragmas();
            self.next();
            rparen = self.spec_list(keyword);
        } else {
            let spec = self.spec(keyword, 0);
            self.specs.push(spec);
            self.open_spec = Some(spec);
        }
        let specs = self.ast.push_specs(&self.specs[mark..]);
        self.specs.truncate(mark);
        let kind = DeclKind::Gen {
            keyword,
            lparen,
            specs,
            rparen,
        };
        self.push_decl(Decl { pos, kind, doc })
    }

    fn spec_list(&mut self, keyword: DeclKeyword) -> Pos {
        let close = Tok::Rparen;
        let mut iota = 0;
        while self.tok() != Tok::Eof && self.tok() != close {
            let doc = self.lead_comment;
            let spec = self.spec(keyword, iota);
            iota += 1;
            self.ast[spec].doc = doc;
            self.specs.push(spec);
            let (semi, comment) = self.got_semi();
            self.ast[spec].comment = comment;
            if !semi && self.tok() != close {
                self.missing_separator("grouped declaration", Tok::Semi, close);
                if self.tok() != close {
                    return self.missing_pos();
                }
            }
        }
        self.want_at(close)
    }

    fn spec(&mut self, keyword: DeclKeyword, iota: u32) -> SpecId {
        let pos = self.pos();
        self.use_pragmas();
        let kind = match keyword {
            DeclKeyword::Import => self.import_spec(),
            DeclKeyword::Const => self.const_spec(iota),
            DeclKeyword::Var => self.var_spec(),
            DeclKeyword::Type => self.type_spec(),
        };
        self.ast.specs.push(Spec {
            pos,
            kind,
            doc: None,
            comment: None,
        });
        SpecId(self.ast.specs.len() as u32 - 1)
    }

    fn import_spec(&mut self) -> SpecKind {
        let pos = self.pos();
        let name = match self.tok() {
            Tok::Name => Some(self.name()),
            Tok::Dot => {
                self.next();
                let dot = self.names.intern(b".");
                Some(self.ast.expr(pos, ExprKind::Name(dot)))
            }
            _ => None,
        };
        let path = self.import_path();
        SpecKind::Import { name, path }
    }

    /// Parses the rest of a list of names onto the expression stack.
    pub(super) fn name_list(&mut self, first: ExprId) {
        self.exprs.push(first);
        while self.got(Tok::Comma) {
            let name = self.name();
            self.exprs.push(name);
        }
    }

    fn const_spec(&mut self, iota: u32) -> SpecKind {
        let mark = self.exprs.len();
        let first = self.name();
        self.name_list(first);
        let names = self.finish_exprs(mark);
        let mut ty = None;
        let mut eq = Pos::NONE;
        if !matches!(self.tok(), Tok::Eof | Tok::Semi | Tok::Rparen) {
            ty = self.type_or_nil();
            if let Some(pos) = self.got_assign() {
                eq = pos;
                self.expr_list();
            }
        }
        let values = self.finish_exprs(mark);
        SpecKind::Value {
            names,
            ty,
            eq,
            values,
            iota,
        }
    }

    fn var_spec(&mut self) -> SpecKind {
        let mark = self.exprs.len();
        let first = self.name();
        self.name_list(first);
        let names = self.finish_exprs(mark);
        let mut ty = None;
        let mut eq = self.got_assign();
        if eq.is_none() {
            ty = Some(self.type_());
            eq = self.got_assign();
        }
        if eq.is_some() {
            self.expr_list();
        }
        let values = self.finish_exprs(mark);
        SpecKind::Value {
            names,
            ty,
            eq: eq.unwrap_or(Pos::NONE),
            values,
            iota: 0,
        }
    }

    fn type_spec(&mut self) -> SpecKind {
        let name = self.name();
        let mut type_params = None;
        let mut eq = None;
        let ty = if self.tok() == Tok::Lbrack {
            let lbrack = self.pos();
            self.next();
            let rbrack = self.pos();
            match self.tok() {
                Tok::Name => match self.length_or_type_param(lbrack) {
                    Ok(array) => Some(array),
                    Err(list) => {
                        type_params = Some(list);
                        eq = self.got_assign();
                        self.type_or_nil()
                    }
                },
                Tok::Rbrack => {
                    self.next();
                    Some(self.slice_type(lbrack, rbrack))
                }
                _ => Some(self.array_type(lbrack, None)),
            }
        } else {
            eq = self.got_assign();
            self.type_or_nil()
        };
        let ty = ty.unwrap_or_else(|| {
            let bad = self.bad_expr();
            self.syntax_error("in type declaration");
            self.skip_to(&[Tok::Semi, Tok::Rparen]);
            bad
        });
        SpecKind::Type {
            name,
            type_params,
            eq: eq.unwrap_or(Pos::NONE),
            ty,
        }
    }

    /// Tells `type T [P any] ...` from `type T [N]E`: the bracket is behind and a name comes.
    /// Returns the array type, or the type parameters.
    ///
    /// What may be an array length is parsed as an expression. `P *C`, `P (C)` and unions that
    /// start so are expressions too; they are taken for a type parameter and its constraint if
    /// the constraint cannot be a value, or if a comma follows. A name with `[` behind can
    /// only be a type parameter: no array length has an index in it.
    fn length_or_type_param(&mut self, lbrack: Pos) -> Result<ExprId, FieldListId> {
        let mut x = self.name();
        if self.tok() != Tok::Lbrack {
            self.bracket_depth += 1;
            x = self.primary_rest(x);
            x = self.binary_expr(x, 0);
            self.bracket_depth -= 1;
        }
        let comma = self.tok() == Tok::Comma;
        match self.split_type_param(x, comma) {
            Some((_, None)) if self.tok() == Tok::Rbrack => {}
            Some(first) => {
                return Err(self.param_list(lbrack, Some(first), Tok::Rbrack, true, false));
            }
            None => {}
        }
        Ok(self.array_type(lbrack, Some(x)))
    }

    /// Takes `P *C`, `P (C)` or a union starting with one of them, parsed as a value, apart
    /// into a type parameter's name and its constraint. Unless `force`d, only if the constraint
    /// cannot be a value. A lone name is a name without constraint.
    fn split_type_param(&mut self, x: ExprId, force: bool) -> Option<(ExprId, Option<ExprId>)> {
        if self.ast.name(x).is_some() {
            return Some((x, None));
        }
        // Go down the left side of the union.
        let mut force = force;
        let mut union = Vec::new();
        let mut first = x;
        while let ExprKind::Binary {
            op: Op::Or, x, y, ..
        } = self.ast[first].kind
        {
            force |= self.is_type_elem(y);
            union.push(first);
            first = x;
        }
        let (name, constraint, pos, kind) = match self.ast[first].kind {
            ExprKind::Binary {
                op: Op::Mul,
                op_pos,
                x: name,
                y,
            } => (name, y, op_pos, ExprKind::Star { x: y }),
            ExprKind::Call {
                fun: name,
                lparen,
                args,
                ellipsis,
                rparen,
            } if args.len() == 1 && !ellipsis.is_known() => {
                let x = self.ast[args][0];
                let kind = ExprKind::Paren {
                    x,
                    dropped: true,
                    rparen,
                };
                (name, x, lparen, kind)
            }
            _ => return None,
        };
        self.ast.name(name)?;
        if !force && !self.is_type_elem(constraint) {
            return None;
        }
        if let ExprKind::Paren { x, .. } = kind {
            self.drop_parens(x);
        }
        self.ast[first].kind = kind;
        self.ast[first].pos = pos;
        for node in union {
            self.ast[node].pos = pos;
        }
        Some((name, Some(x)))
    }

    /// Whether `x` can only be a type or a type set, not a value.
    fn is_type_elem(&self, x: ExprId) -> bool {
        let mut rest = vec![x];
        while let Some(x) = rest.pop() {
            match self.ast[x].kind {
                ExprKind::ArrayType { .. }
                | ExprKind::StructType { .. }
                | ExprKind::FuncType(_)
                | ExprKind::InterfaceType { .. }
                | ExprKind::MapType { .. }
                | ExprKind::ChanType { .. }
                | ExprKind::Unary { op: Op::Tilde, .. } => return true,
                ExprKind::Binary { x, y, .. } => rest.extend([x, y]),
                ExprKind::Unary { x, .. } | ExprKind::Star { x } | ExprKind::Paren { x, .. } => {
                    rest.push(x);
                }
                _ => {}
            }
        }
        false
    }

    fn func_decl(&mut self) -> DeclId {
        let doc = self.lead_comment;
        let pos = self.pos();
        self.next();
        self.use_pragmas();
        let mut recv = None;
        let mut context = None;
        let lparen = self.pos();
        if self.got(Tok::Lparen) {
            context = Some("method");
            let lenient = !self.mode.check_branches;
            let list = self.param_list(lparen, None, Tok::Rparen, false, lenient);
            recv = if lenient {
                Some(list)
            } else {
                self.one_receiver(list)
            };
        }
        let name_pos = self.pos();
        let (name, ty) = if self.tok() == Tok::Name {
            let name = self.name();
            (name, self.func_type(pos, context))
        } else {
            let name = self.blank(self.pos());
            self.syntax_error(if context.is_some() {
                "expected name"
            } else {
                "expected name or ("
            });
            self.skip_to(&[Tok::Lbrace, Tok::Semi]);
            let close = self.missing_pos();
            let params = self.field_list(name_pos, &[], close);
            self.ast.func_types.push(FuncType {
                func: pos,
                type_params: None,
                params,
                results: None,
            });
            (name, FuncTypeId(self.ast.func_types.len() as u32 - 1))
        };
        let body = (self.tok() == Tok::Lbrace).then(|| self.func_body());
        let kind = DeclKind::Func {
            recv,
            name,
            ty,
            body,
        };
        self.push_decl(Decl { pos, kind, doc })
    }

    /// The receiver list without any but the first receiver; nothing if there is none.
    fn one_receiver(&mut self, list: FieldListId) -> Option<FieldListId> {
        let fields = self.ast[list].fields;
        let Some(&first) = self.ast[fields].first() else {
            self.error("method has no receiver");
            return None;
        };
        let names = self.ast[first].names;
        if fields.len() > 1 || names.len() > 1 {
            self.error("method has multiple receivers");
            if names.len() > 1 {
                let name = self.ast[names][0];
                self.ast[first].names = self.ast.push_exprs(&[name]);
            }
            let only = self.ast.push_fields(&[first]);
            self.ast[list].fields = only;
        }
        Some(list)
    }
}
