//! Types (spec: Types).

use super::Parser;
use crate::ast::{ExprId, ExprKind, Field, FieldId, FieldList, FieldListId, FuncType, FuncTypeId};
use crate::scanner::Tok;
use crate::source::Pos;
use crate::token::{ChanDir, Op};

impl Parser<'_> {
    /// A type; complains if there is none.
    pub(super) fn type_(&mut self) -> ExprId {
        if let Some(ty) = self.type_or_nil() {
            return ty;
        }
        let bad = self.bad_expr();
        self.syntax_error("expected type");
        self.skip_to(&[
            Tok::Comma,
            Tok::Colon,
            Tok::Semi,
            Tok::Rparen,
            Tok::Rbrack,
            Tok::Rbrace,
        ]);
        bad
    }

    /// A type, if one starts here.
    pub(super) fn type_or_nil(&mut self) -> Option<ExprId> {
        match self.tok() {
            Tok::Name => Some(self.qualified_name(None)),
            Tok::Star
            | Tok::Arrow
            | Tok::Func
            | Tok::Lbrack
            | Tok::Chan
            | Tok::Map
            | Tok::Struct
            | Tok::Interface
            | Tok::Lparen => Some(self.nested(Self::type_literal, Self::bad_expr)),
            _ => None,
        }
    }

    fn type_literal(&mut self) -> ExprId {
        let pos = self.pos();
        match self.tok() {
            Tok::Star => {
                self.next();
                let x = self.type_();
                self.ast.expr(pos, ExprKind::Star { x })
            }
            Tok::Arrow => {
                self.next();
                self.want(Tok::Chan);
                let elem = self.chan_elem();
                self.chan_type(pos, ChanDir::Recv, pos, elem)
            }
            Tok::Chan => {
                self.next();
                let arrow = self.pos();
                if self.got(Tok::Arrow) {
                    let elem = self.chan_elem();
                    self.chan_type(pos, ChanDir::Send, arrow, elem)
                } else {
                    let elem = self.chan_elem();
                    self.chan_type(pos, ChanDir::Both, Pos::NONE, elem)
                }
            }
            Tok::Func => {
                self.next();
                let ty = self.func_type(pos, Some("function type"));
                self.ast.expr(pos, ExprKind::FuncType(ty))
            }
            Tok::Lbrack => {
                self.next();
                let rbrack = self.pos();
                if self.got(Tok::Rbrack) {
                    self.slice_type(pos, rbrack)
                } else {
                    self.array_type(pos, None)
                }
            }
            Tok::Map => {
                self.next();
                self.want(Tok::Lbrack);
                let key = self.type_();
                let rbrack = self.want_at(Tok::Rbrack);
                let value = self.type_();
                self.ast.expr(pos, ExprKind::MapType { key, rbrack, value })
            }
            Tok::Struct => self.struct_type(),
            Tok::Interface => self.interface_type(),
            _ => {
                self.next();
                let x = self.type_();
                let rparen = self.want_at(Tok::Rparen);
                let kind = ExprKind::Paren {
                    x,
                    dropped: true,
                    rparen,
                };
                self.ast.expr(pos, kind)
            }
        }
    }

    fn chan_type(&mut self, pos: Pos, dir: ChanDir, arrow: Pos, elem: ExprId) -> ExprId {
        self.ast.expr(pos, ExprKind::ChanType { dir, arrow, elem })
    }

    fn chan_elem(&mut self) -> ExprId {
        if let Some(ty) = self.type_or_nil() {
            return ty;
        }
        let bad = self.bad_expr();
        self.syntax_error("missing channel element type");
        bad
    }

    /// `[` at `pos` is behind, and the length if it is given.
    pub(super) fn array_type(&mut self, pos: Pos, len: Option<ExprId>) -> ExprId {
        let len = len.unwrap_or_else(|| {
            let dots = self.pos();
            if self.got(Tok::DotDotDot) {
                return self.ast.expr(dots, ExprKind::Ellipsis { elem: None });
            }
            self.bracket_depth += 1;
            let len = self.expr();
            self.bracket_depth -= 1;
            len
        });
        if self.tok() == Tok::Comma {
            self.syntax_error("unexpected comma; expected ]");
            self.next();
        }
        let rbrack = self.want_at(Tok::Rbrack);
        let elem = self.type_();
        let len = Some(len);
        self.ast
            .expr(pos, ExprKind::ArrayType { len, rbrack, elem })
    }

    /// `[` at `pos` and `]` are behind.
    pub(super) fn slice_type(&mut self, pos: Pos, rbrack: Pos) -> ExprId {
        let elem = self.type_();
        let len = None;
        self.ast
            .expr(pos, ExprKind::ArrayType { len, rbrack, elem })
    }

    /// A type name, qualified or not, with type arguments or not. Its first part may have
    /// been read already.
    pub(super) fn qualified_name(&mut self, first: Option<ExprId>) -> ExprId {
        let mut x = match first {
            Some(name) => name,
            None if self.tok() == Tok::Name => self.name(),
            None => {
                let name = self.blank(self.pos());
                self.syntax_error("expected name");
                self.skip_to(&[Tok::Dot, Tok::Semi, Tok::Rbrace]);
                name
            }
        };
        let pos = self.ast[x].pos;
        let dot = self.pos();
        if self.got(Tok::Dot) {
            let sel = self.name();
            x = self.ast.expr(pos, ExprKind::Selector { x, dot, sel });
        }
        if self.tok() == Tok::Lbrack {
            return self.nested(|p| p.type_instance(x), |_| x);
        }
        x
    }

    fn type_instance(&mut self, x: ExprId) -> ExprId {
        let lbrack = self.pos();
        self.next();
        let mark = self.exprs.len();
        if self.tok() == Tok::Rbrack {
            self.syntax_error("expected type argument list");
            let bad = self.bad_expr();
            self.exprs.push(bad);
        } else {
            self.type_list(true);
        }
        let indices = self.finish_exprs(mark);
        let rbrack = self.want_at(Tok::Rbrack);
        self.index(x, lbrack, indices, rbrack)
    }

    /// Parses type arguments onto the expression stack; unless `strict` the first may be any
    /// expression. Returns whether there was a comma.
    pub(super) fn type_list(&mut self, strict: bool) -> bool {
        self.bracket_depth += 1;
        let first = if strict { self.type_() } else { self.expr() };
        self.exprs.push(first);
        let mut comma = false;
        while self.got(Tok::Comma) {
            comma = true;
            let Some(ty) = self.type_or_nil() else { break };
            self.exprs.push(ty);
        }
        self.bracket_depth -= 1;
        comma
    }

    /// A signature. `func` is the position of the keyword if it was written; with a `context`
    /// type parameters are refused.
    pub(super) fn func_type(&mut self, func: Pos, context: Option<&str>) -> FuncTypeId {
        let lbrack = self.pos();
        let mut type_params = None;
        if self.got(Tok::Lbrack) {
            if let Some(context) = context {
                let message = format!("{context} must have no type parameters");
                self.syntax_error_at(lbrack, &message);
            }
            if self.tok() == Tok::Rbrack {
                self.syntax_error("empty type parameter list");
                self.next();
            } else {
                type_params = Some(self.param_list(lbrack, None, Tok::Rbrack, true, false));
            }
        }
        let lparen = self.want_at(Tok::Lparen);
        let params = self.param_list(lparen, None, Tok::Rparen, false, true);
        let results = self.func_result();
        self.ast.func_types.push(FuncType {
            func,
            type_params,
            params,
            results,
        });
        FuncTypeId(self.ast.func_types.len() as u32 - 1)
    }

    fn func_result(&mut self) -> Option<FieldListId> {
        let pos = self.pos();
        if self.got(Tok::Lparen) {
            return Some(self.param_list(pos, None, Tok::Rparen, false, false));
        }
        let ty = self.type_or_nil()?;
        let field = self.field(&[], Some(ty));
        Some(self.field_list(Pos::NONE, &[field], Pos::NONE))
    }

    pub(super) fn field(&mut self, names: &[ExprId], ty: Option<ExprId>) -> FieldId {
        let names = self.ast.push_exprs(names);
        self.push_field(Field {
            names,
            ty,
            tag: None,
            doc: None,
            comment: None,
        })
    }

    fn push_field(&mut self, field: Field) -> FieldId {
        self.ast.fields.push(field);
        FieldId(self.ast.fields.len() as u32 - 1)
    }

    pub(super) fn field_list(&mut self, open: Pos, fields: &[FieldId], close: Pos) -> FieldListId {
        let fields = self.ast.push_fields(fields);
        self.ast.field_lists.push(FieldList {
            open,
            fields,
            close,
        });
        FieldListId(self.ast.field_lists.len() as u32 - 1)
    }

    /// Takes the fields above `mark` off the stack into a list.
    fn finish_fields(&mut self, open: Pos, mark: usize, close: Pos) -> FieldListId {
        let fields = self.ast.push_fields(&self.fields[mark..]);
        self.fields.truncate(mark);
        self.ast.field_lists.push(FieldList {
            open,
            fields,
            close,
        });
        FieldListId(self.ast.field_lists.len() as u32 - 1)
    }

    fn struct_type(&mut self) -> ExprId {
        let pos = self.pos();
        self.next();
        let open = self.want_at(Tok::Lbrace);
        let mark = self.fields.len();
        let close = self.element_list("struct type", Self::field_decl);
        let fields = self.finish_fields(open, mark, close);
        self.ast.expr(pos, ExprKind::StructType { fields })
    }

    fn interface_type(&mut self) -> ExprId {
        let pos = self.pos();
        self.next();
        let open = self.want_at(Tok::Lbrace);
        let mark = self.fields.len();
        let close = self.element_list("interface type", Self::interface_elem);
        let elems = self.finish_fields(open, mark, close);
        self.ast.expr(pos, ExprKind::InterfaceType { elems })
    }

    /// The fields or elements between braces. The comment behind an element is put into the
    /// field that `element` made last.
    fn element_list(&mut self, context: &str, mut element: impl FnMut(&mut Self)) -> Pos {
        let close = Tok::Rbrace;
        while self.tok() != Tok::Eof && self.tok() != close {
            let before = self.fields.len();
            element(self);
            let (semi, comment) = self.got_semi();
            if comment.is_some()
                && let Some(&field) = self.fields[before..].last()
            {
                self.ast[field].comment = comment;
            }
            if !semi && self.tok() != close {
                self.missing_separator(context, Tok::Semi, close);
                if self.tok() != close {
                    return self.missing_pos();
                }
            }
        }
        self.want_at(close)
    }

    fn field_decl(&mut self) {
        let doc = self.lead_comment;
        let pos = self.pos();
        let mark = self.exprs.len();
        let ty = match self.tok() {
            Tok::Name => {
                let name = self.name();
                if matches!(
                    self.tok(),
                    Tok::Dot | Tok::Literal | Tok::Semi | Tok::Rbrace
                ) {
                    self.qualified_name(Some(name))
                } else {
                    self.name_list(name);
                    if self.exprs.len() == mark + 1 && self.tok() == Tok::Lbrack {
                        // `T[P]` is an embedded instance, `f [n]T` a field.
                        let (ty, embedded) = self.array_or_type_args(name);
                        if embedded {
                            self.exprs.truncate(mark);
                        }
                        ty
                    } else {
                        self.type_()
                    }
                }
            }
            Tok::Star => {
                self.next();
                let x = if self.tok() == Tok::Lparen {
                    self.syntax_error("cannot parenthesize embedded type");
                    self.next();
                    let x = self.qualified_name(None);
                    self.got(Tok::Rparen);
                    x
                } else {
                    self.qualified_name(None)
                };
                self.ast.expr(pos, ExprKind::Star { x })
            }
            Tok::Lparen => {
                self.syntax_error("cannot parenthesize embedded type");
                self.next();
                let star = self.pos();
                let ty = if self.got(Tok::Star) {
                    let x = self.qualified_name(None);
                    self.ast.expr(star, ExprKind::Star { x })
                } else {
                    self.qualified_name(None)
                };
                self.got(Tok::Rparen);
                ty
            }
            _ => {
                self.syntax_error("expected field name or embedded type");
                self.skip_to(&[Tok::Semi, Tok::Rbrace]);
                return;
            }
        };
        let names = self.finish_exprs(mark);
        let tag = self.literal();
        let field = self.push_field(Field {
            names,
            ty: Some(ty),
            tag,
            doc,
            comment: None,
        });
        self.fields.push(field);
    }

    /// What follows `name` at `[`: an array or slice type, or type arguments of `name`. Returns
    /// the type, and whether it is an instance.
    pub(super) fn array_or_type_args(&mut self, name: ExprId) -> (ExprId, bool) {
        let lbrack = self.pos();
        self.next();
        let rbrack = self.pos();
        if self.got(Tok::Rbrack) {
            return (self.slice_type(lbrack, rbrack), false);
        }
        let mark = self.exprs.len();
        let comma = self.type_list(false);
        let rbrack = self.want_at(Tok::Rbrack);
        if !comma && let Some(elem) = self.type_or_nil() {
            let len = self.exprs.pop();
            let kind = ExprKind::ArrayType { len, rbrack, elem };
            return (self.ast.expr(lbrack, kind), false);
        }
        let indices = self.finish_exprs(mark);
        (self.index(name, lbrack, indices, rbrack), true)
    }

    fn interface_elem(&mut self) {
        let doc = self.lead_comment;
        let field = if self.tok() == Tok::Name {
            let field = self.method_or_embedded();
            self.ast[field].doc = doc;
            field
        } else {
            let ty = self.embedded_elem(None);
            self.field(&[], Some(ty))
        };
        self.fields.push(field);
    }

    fn method_or_embedded(&mut self) -> FieldId {
        const CONTEXT: Option<&str> = Some("interface method");
        let name = self.name();
        let embedded = match self.tok() {
            Tok::Lparen => return self.method(name, CONTEXT),
            Tok::Lbrack => {
                // Type parameters of a method, which are refused, or arguments of an instance.
                let lbrack = self.pos();
                self.next();
                let rbrack = self.pos();
                if self.got(Tok::Rbrack) {
                    if self.tok() == Tok::Lparen {
                        self.s.error_at(rbrack, "empty type parameter list");
                        return self.method(name, CONTEXT);
                    }
                    self.s.error_at(rbrack, "empty type argument list");
                    name
                } else {
                    let list = self.param_list(lbrack, None, Tok::Rbrack, false, false);
                    let close = self.ast[list].close;
                    let fields = self.ast[list].fields;
                    match self.ast[fields].first() {
                        None if self.tok() == Tok::Lparen => return self.method(name, CONTEXT),
                        None => name,
                        Some(&first) if !self.ast[first].names.is_empty() => {
                            let method = self.method(name, CONTEXT);
                            let message = "interface method must have no type parameters";
                            self.s.error_at(lbrack, message);
                            return method;
                        }
                        Some(_) => {
                            let mark = self.exprs.len();
                            for i in 0..fields.len() {
                                let field = self.ast[fields][i];
                                self.exprs.extend(self.ast[field].ty);
                            }
                            let indices = self.finish_exprs(mark);
                            self.index(name, lbrack, indices, close)
                        }
                    }
                }
            }
            _ => self.qualified_name(Some(name)),
        };
        let ty = self.embedded_elem(Some(embedded));
        self.field(&[], Some(ty))
    }

    fn method(&mut self, name: ExprId, context: Option<&str>) -> FieldId {
        let pos = self.pos();
        let ty = self.func_type(Pos::NONE, context);
        let ty = self.ast.expr(pos, ExprKind::FuncType(ty));
        self.field(&[name], Some(ty))
    }

    /// A union, or a single term of one. The first term may have been read already.
    pub(super) fn embedded_elem(&mut self, first: Option<ExprId>) -> ExprId {
        let mut x = first.unwrap_or_else(|| self.embedded_term());
        let mut len = 0;
        while self.tok() == Tok::Operator && self.s.op == Op::Or {
            len += 1;
            if self.too_long(len) {
                break;
            }
            let op_pos = self.pos();
            self.next();
            let y = self.embedded_term();
            let pos = self.ast[x].pos;
            let op = Op::Or;
            x = self.ast.expr(pos, ExprKind::Binary { op, op_pos, x, y });
        }
        x
    }

    fn embedded_term(&mut self) -> ExprId {
        let pos = self.pos();
        if self.tok() == Tok::Operator && self.s.op == Op::Tilde {
            self.next();
            let x = self.type_();
            let op = Op::Tilde;
            return self.ast.expr(pos, ExprKind::Unary { op, x });
        }
        if let Some(ty) = self.type_or_nil() {
            return ty;
        }
        let bad = self.bad_expr();
        self.syntax_error("expected ~ term or type");
        self.skip_to(&[
            Tok::Operator,
            Tok::Semi,
            Tok::Rparen,
            Tok::Rbrack,
            Tok::Rbrace,
        ]);
        bad
    }
}
