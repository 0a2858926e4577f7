//! Parameter lists, of values and of types (spec: Function types, Type parameter declarations).

use super::Parser;
use crate::ast::{ExprId, ExprKind, FieldListId};
use crate::scanner::Tok;
use crate::source::Pos;
use crate::token::Op;

/// An entry of a parameter list: until the list's end nobody knows whether a lone name is a
/// parameter's or a type's.
#[derive(Clone, Copy)]
pub(super) struct Param {
    name: Option<ExprId>,
    ty: Option<ExprId>,
    /// The type was not written behind this name but behind a later one.
    shared: bool,
}

impl Param {
    fn typed(ty: ExprId) -> Self {
        Self {
            name: None,
            ty: Some(ty),
            shared: false,
        }
    }
}

impl Parser<'_> {
    /// A parameter list up to `close`; `open`'s bracket is behind, and so is the first name and
    /// perhaps its type if `first` is given. With `require_names` (type parameters) no entry
    /// may be a lone type; with `dots` the last type may be `...T`. In the result all
    /// parameters have names, or none has.
    pub(super) fn param_list(
        &mut self,
        open: Pos,
        first: Option<(ExprId, Option<ExprId>)>,
        close: Tok,
        require_names: bool,
        dots: bool,
    ) -> FieldListId {
        let mark = self.params.len();
        let mut first = first;
        let end = if let (Some((name, Some(ty))), true) = (first, self.tok() == close) {
            self.params.push(Param {
                name: Some(name),
                ty: Some(ty),
                shared: false,
            });
            let end = self.pos();
            self.next();
            end
        } else {
            self.list("parameter list", Tok::Comma, close, |p| {
                let param = match first.take() {
                    Some((name, Some(ty))) => Some(Param {
                        name: Some(name),
                        ty: Some(ty),
                        shared: false,
                    }),
                    Some((name, None)) => p.param(Some(name), close),
                    None => p.param(None, close),
                };
                p.params.extend(param);
                false
            })
        };
        self.settle_names(mark, end, require_names);
        let whole = self.settle_dots(mark, dots);
        let fields = self.group_params(mark, whole);
        let list = self.ast.push_fields(&self.fields[fields..]);
        self.fields.truncate(fields);
        self.params.truncate(mark);
        self.ast.field_lists.push(crate::ast::FieldList {
            open,
            fields: list,
            close: end,
        });
        FieldListId(self.ast.field_lists.len() as u32 - 1)
    }

    /// Decides for the parameters above `mark` which lone names are types, and gives types to
    /// the names before a typed one.
    fn settle_names(&mut self, mark: usize, end: Pos, require_names: bool) {
        let params = &self.params[mark..];
        let count = params.len();
        let typed = params.iter().filter(|p| p.ty.is_some()).count();
        let named = params
            .iter()
            .filter(|p| p.ty.is_some() && p.name.is_some())
            .count();
        if count == 0 || named == count {
            return;
        }
        if named == 0 && !require_names {
            for param in &mut self.params[mark..] {
                if param.name.is_some() {
                    *param = Param {
                        name: None,
                        ty: param.name,
                        shared: false,
                    };
                }
            }
            return;
        }
        let mut error = None;
        let mut ty = None;
        for i in (mark..self.params.len()).rev() {
            let param = self.params[i];
            if let Some(own) = param.ty {
                ty = Some(own);
                if param.name.is_none() {
                    let pos = self.ast.official_start(own);
                    error = Some(pos);
                    self.params[i].name = Some(self.blank(pos));
                }
            } else if let (Some(_), Some(name)) = (ty, param.name) {
                let _ = name;
                self.params[i].ty = ty;
                self.params[i].shared = true;
            } else if let Some(name) = param.name {
                let pos = self.ast[name].pos;
                error = Some(pos);
                let bad = self.ast.expr(pos, ExprKind::Bad { end: pos });
                self.params[i].ty = Some(bad);
            }
        }
        let Some(pos) = error else { return };
        let (pos, message) = match (named == typed, require_names) {
            (true, true) => (end, "missing type constraint"),
            (true, false) => (end, "missing parameter type"),
            (false, true) if count == 1 => {
                (pos, "missing type parameter name or invalid array length")
            }
            (false, true) => (pos, "missing type parameter name"),
            (false, false) => (pos, "missing parameter name"),
        };
        self.syntax_error_at(pos, message);
    }

    /// Refuses `...T` but for the last parameter, and there unless `allowed`. Returns whether
    /// all was well.
    fn settle_dots(&mut self, mark: usize, allowed: bool) -> bool {
        let mut well = true;
        for i in mark..self.params.len() {
            let Some(ty) = self.params[i].ty else {
                continue;
            };
            let expr = self.ast[ty];
            let ExprKind::Ellipsis { elem } = expr.kind else {
                continue;
            };
            if allowed && i + 1 == self.params.len() {
                continue;
            }
            if well {
                well = false;
                let message = if allowed {
                    "can only use ... with final parameter"
                } else {
                    "invalid use of ..."
                };
                self.s.error_at(expr.pos, message);
            }
            self.params[i].ty = elem;
        }
        well
    }

    /// Makes fields of the parameters above `mark` onto the field stack; names that share a
    /// type share a field unless errors have torn the list apart. Returns the stack's mark.
    fn group_params(&mut self, mark: usize, whole: bool) -> usize {
        let fields = self.fields.len();
        let names = self.exprs.len();
        for i in mark..self.params.len() {
            let param = self.params[i];
            self.exprs.extend(param.name);
            if param.shared && whole {
                continue;
            }
            let list = self.finish_exprs(names);
            let field = self.field(&[], param.ty);
            self.ast[field].names = list;
            self.fields.push(field);
        }
        fields
    }

    /// One entry of a parameter list that is closed by `close`. Its name may have been read.
    fn param(&mut self, name: Option<ExprId>, close: Tok) -> Option<Param> {
        // Type parameter lists may have type sets as constraints.
        let sets = close == Tok::Rbrack;
        if name.is_none() && sets && self.at_op(Op::Tilde) {
            return Some(Param::typed(self.embedded_elem(None)));
        }
        let mut given = name;
        if given.is_none() && self.tok() == Tok::Name {
            given = Some(self.name());
        }
        if let Some(name) = given {
            match self.tok() {
                Tok::Lbrack => {
                    let (mut ty, instance) = self.array_or_type_args(name);
                    if sets && self.at_op(Op::Or) {
                        ty = self.embedded_elem(Some(ty));
                    }
                    return Some(Param {
                        name: (!instance).then_some(name),
                        ty: Some(ty),
                        shared: false,
                    });
                }
                Tok::Dot => {
                    let mut ty = self.qualified_name(Some(name));
                    if sets && self.at_op(Op::Or) {
                        ty = self.embedded_elem(Some(ty));
                    }
                    return Some(Param::typed(ty));
                }
                Tok::Operator if sets && self.at_op(Op::Or) => {
                    return Some(Param::typed(self.embedded_elem(given)));
                }
                _ => {}
            }
        }
        let ty = if self.tok() == Tok::DotDotDot {
            Some(self.dots_type())
        } else if sets && self.at_op(Op::Tilde) {
            Some(self.embedded_elem(None))
        } else {
            let ty = self.type_or_nil();
            match ty {
                Some(ty) if sets && self.at_op(Op::Or) => Some(self.embedded_elem(Some(ty))),
                _ => ty,
            }
        };
        if given.is_none() && ty.is_none() {
            self.syntax_error(&format!("expected {}", close.describe()));
            self.skip_to(&[Tok::Comma, close]);
            return None;
        }
        Some(Param {
            name: given,
            ty,
            shared: false,
        })
    }

    fn dots_type(&mut self) -> ExprId {
        let pos = self.pos();
        self.next();
        match self.type_or_nil() {
            Some(elem) => {
                let elem = Some(elem);
                self.ast.expr(pos, ExprKind::Ellipsis { elem })
            }
            None => {
                let bad = self.bad_expr();
                self.syntax_error("... is missing type");
                bad
            }
        }
    }

    fn at_op(&self, op: Op) -> bool {
        self.tok() == Tok::Operator && self.s.op == op
    }
}
