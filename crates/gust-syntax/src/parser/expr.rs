//! Expressions (spec: Expressions).

use super::Parser;
use crate::ast::{ExprId, ExprKind, ExprList, SliceIndices};
use crate::scanner::Tok;
use crate::source::Pos;
use crate::token::{ChanDir, LitKind, Op};

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expr(&mut self) -> ExprId {
        let x = self.unary_expr();
        self.binary_expr(x, 0)
    }

    /// Parses a comma-separated list of expressions onto the expression stack.
    pub(super) fn expr_list(&mut self) {
        let x = self.expr();
        self.exprs.push(x);
        while self.got(Tok::Comma) {
            let x = self.expr();
            self.exprs.push(x);
        }
    }

    /// Goes on behind the operand `x` with operators that bind tighter than `prec`.
    pub(super) fn binary_expr(&mut self, x: ExprId, prec: u8) -> ExprId {
        let mut x = x;
        let mut len = 0;
        while matches!(self.tok(), Tok::Operator | Tok::Star) && self.s.prec > prec {
            len += 1;
            if self.too_long(len) {
                break;
            }
            let op_pos = self.pos();
            let (op, tighter) = (self.s.op, self.s.prec);
            self.next();
            let y = self.unary_expr();
            let y = self.binary_expr(y, tighter);
            let pos = self.ast[x].pos;
            x = self.ast.expr(pos, ExprKind::Binary { op, op_pos, x, y });
        }
        x
    }

    fn unary_expr(&mut self) -> ExprId {
        // What starts with a name or literal needs no level of its own.
        match self.tok() {
            Tok::Name => {
                let name = self.name();
                self.primary_rest(name)
            }
            _ => self.nested(Self::unary_operand, Self::bad_expr),
        }
    }

    fn unary_operand(&mut self) -> ExprId {
        let pos = self.pos();
        match self.tok() {
            Tok::Star => {
                self.next();
                let x = self.unary_expr();
                self.ast.expr(pos, ExprKind::Star { x })
            }
            Tok::Operator => match self.s.op {
                op @ (Op::Add | Op::Sub | Op::Not | Op::Xor | Op::Tilde) => {
                    self.next();
                    let x = self.unary_expr();
                    self.ast.expr(pos, ExprKind::Unary { op, x })
                }
                Op::And => {
                    self.next();
                    let x = self.unary_expr();
                    self.drop_parens(x);
                    let op = Op::And;
                    self.ast.expr(pos, ExprKind::Unary { op, x })
                }
                _ => self.primary_expr(true),
            },
            Tok::Arrow => {
                self.next();
                let x = self.unary_expr();
                if matches!(self.ast[x].kind, ExprKind::ChanType { .. }) {
                    self.receive_chan_type(pos, x);
                    return x;
                }
                let op = Op::Recv;
                self.ast.expr(pos, ExprKind::Unary { op, x })
            }
            _ => self.primary_expr(true),
        }
    }

    pub(super) fn drop_parens(&mut self, mut e: ExprId) {
        while let ExprKind::Paren { x, dropped, .. } = &mut self.ast[e].kind {
            *dropped = true;
            e = *x;
        }
    }

    /// Makes of the arrow at `arrow` and the channel type `x` behind it a receive-only channel
    /// type: `<-(chan T)` is `(<-chan T)`, and in `<-(chan<- (chan T))` the second arrow goes to
    /// the inner type.
    fn receive_chan_type(&mut self, arrow: Pos, x: ExprId) {
        let mut free = arrow;
        let mut t = x;
        loop {
            let ExprKind::ChanType { dir, arrow, elem } = self.ast[t].kind else {
                // The text may nest deep where the parser does not, yet.
                let text = self.hop(|p| p.ast.expr_string(t)).unwrap_or_default();
                self.syntax_error(&format!("unexpected {text}, expected chan"));
                return;
            };
            if dir == ChanDir::Recv {
                self.syntax_error("unexpected <-, expected chan");
            }
            self.ast[t].pos = free;
            self.ast[t].kind = ExprKind::ChanType {
                dir: ChanDir::Recv,
                arrow: free,
                elem,
            };
            if dir != ChanDir::Send {
                return;
            }
            free = arrow;
            t = elem;
            while let ExprKind::Paren {
                x, dropped: true, ..
            } = self.ast[t].kind
            {
                t = x;
            }
        }
    }

    /// A basic literal, if one is here.
    pub(super) fn literal(&mut self) -> Option<ExprId> {
        if self.tok() != Tok::Literal {
            return None;
        }
        let pos = self.pos();
        let text = self.s.text();
        let raw = text.first() == Some(&b'`');
        let value = if raw && memchr::memchr(b'\r', text).is_some() {
            let stripped: Vec<u8> = text.iter().copied().filter(|&b| b != b'\r').collect();
            self.names.intern(&stripped)
        } else {
            self.names.intern(text)
        };
        let kind = ExprKind::BasicLit {
            kind: self.s.lit_kind,
            value,
            end: self.s.end_pos(),
            bad: self.s.bad,
        };
        self.next();
        Some(self.ast.expr(pos, kind))
    }

    /// The path of an import: a string literal, or none after a complaint.
    pub(super) fn import_path(&mut self) -> ExprId {
        let Some(path) = self.literal() else {
            let bad = self.bad_expr();
            self.syntax_error("missing import path");
            self.skip_to(&[Tok::Semi, Tok::Rparen]);
            return bad;
        };
        let pos = self.ast[path].pos;
        if let ExprKind::BasicLit { kind, bad, .. } = &mut self.ast[path].kind
            && !*bad
            && *kind != LitKind::String
        {
            *bad = true;
            self.syntax_error_at(pos, "import path must be a string");
        }
        path
    }

    fn operand(&mut self, keep_parens: bool) -> ExprId {
        let pos = self.pos();
        match self.tok() {
            Tok::Name => self.name(),
            Tok::Literal => match self.literal() {
                Some(x) => x,
                None => self.bad_expr(),
            },
            Tok::Lparen => {
                self.next();
                self.bracket_depth += 1;
                let x = self.expr();
                self.bracket_depth -= 1;
                let rparen = self.want_at(Tok::Rparen);
                let kind = ExprKind::Paren {
                    x,
                    dropped: !keep_parens && self.tok() != Tok::Lbrace,
                    rparen,
                };
                self.ast.expr(pos, kind)
            }
            Tok::Func => {
                self.next();
                let ty = self.func_type(pos, Some("function type"));
                if self.tok() == Tok::Lbrace {
                    self.bracket_depth += 1;
                    let body = self.func_body();
                    self.bracket_depth -= 1;
                    return self.ast.expr(pos, ExprKind::FuncLit { ty, body });
                }
                self.ast.expr(pos, ExprKind::FuncType(ty))
            }
            Tok::Lbrack | Tok::Chan | Tok::Map | Tok::Struct | Tok::Interface => self.type_(),
            _ => {
                let bad = self.bad_expr();
                self.syntax_error("expected expression");
                self.skip_to(&[Tok::Rparen, Tok::Rbrack, Tok::Rbrace]);
                bad
            }
        }
    }

    /// An operand with all its selectors, indices, calls and literal values.
    pub(super) fn primary_expr(&mut self, keep_parens: bool) -> ExprId {
        let x = self.operand(keep_parens);
        self.primary_rest(x)
    }

    /// What follows the operand `x` and belongs to it.
    pub(super) fn primary_rest(&mut self, x: ExprId) -> ExprId {
        let mut x = x;
        let mut len = 0;
        loop {
            if self.too_long(len) {
                return x;
            }
            len += 1;
            x = match self.tok() {
                Tok::Dot => self.dot(x),
                Tok::Lbrack => self.nested(|p| p.index_or_slice(x), |_| x),
                Tok::Lparen => self.nested(|p| p.call(x), |_| x),
                Tok::Lbrace if self.may_be_literal_type(x) => {
                    if matches!(self.ast[x].kind, ExprKind::Paren { .. }) {
                        self.syntax_error("cannot parenthesize type in composite literal");
                    }
                    self.nested(|p| p.composite_lit(Some(x)), |_| x)
                }
                _ => return x,
            };
        }
    }

    fn dot(&mut self, x: ExprId) -> ExprId {
        let pos = self.ast[x].pos;
        let dot = self.pos();
        self.next();
        match self.tok() {
            Tok::Name => {
                let sel = self.name();
                self.ast.expr(pos, ExprKind::Selector { x, dot, sel })
            }
            Tok::Lparen => {
                let lparen = self.pos();
                self.next();
                let ty = if self.got(Tok::Type) {
                    None
                } else {
                    Some(self.type_())
                };
                let rparen = self.want_at(Tok::Rparen);
                let kind = ExprKind::TypeAssert {
                    x,
                    dot,
                    lparen,
                    ty,
                    rparen,
                };
                self.ast.expr(pos, kind)
            }
            _ => {
                self.syntax_error("expected name or (");
                self.skip_to(&[Tok::Semi, Tok::Rparen]);
                x
            }
        }
    }

    pub(super) fn index(
        &mut self,
        x: ExprId,
        lbrack: Pos,
        indices: ExprList,
        rbrack: Pos,
    ) -> ExprId {
        let pos = self.ast[x].pos;
        let kind = ExprKind::Index {
            x,
            lbrack,
            indices,
            rbrack,
        };
        self.ast.expr(pos, kind)
    }

    fn index_or_slice(&mut self, x: ExprId) -> ExprId {
        let lbrack = self.pos();
        self.next();
        let mark = self.exprs.len();
        if self.tok() != Tok::Colon {
            let mut comma = false;
            if self.tok() == Tok::Rbrack {
                self.syntax_error("expected operand");
                let bad = self.bad_expr();
                self.exprs.push(bad);
            } else {
                comma = self.type_list(false);
            }
            if comma || self.tok() == Tok::Rbrack {
                let rbrack = self.want_at(Tok::Rbrack);
                let indices = self.finish_exprs(mark);
                return self.index(x, lbrack, indices, rbrack);
            }
        }
        let mut at = [self.exprs.get(mark).copied(), None, None];
        self.exprs.truncate(mark);
        if self.tok() != Tok::Colon {
            self.syntax_error("expected comma, : or ]");
            self.skip_to(&[Tok::Comma, Tok::Colon, Tok::Rbrack]);
        } else {
            self.next();
        }
        self.bracket_depth += 1;
        let mut full = false;
        if !matches!(self.tok(), Tok::Colon | Tok::Rbrack) {
            at[1] = Some(self.expr());
        }
        if self.tok() == Tok::Colon {
            full = true;
            if at[1].is_none() {
                self.error("middle index required in 3-index slice");
                at[1] = Some(self.bad_expr());
            }
            self.next();
            at[2] = Some(if self.tok() == Tok::Rbrack {
                self.error("final index required in 3-index slice");
                self.bad_expr()
            } else {
                self.expr()
            });
        }
        self.bracket_depth -= 1;
        let rbrack = self.want_at(Tok::Rbrack);
        let pos = self.ast[x].pos;
        let index = SliceIndices { at, full };
        let kind = ExprKind::Slice {
            x,
            lbrack,
            index,
            rbrack,
        };
        self.ast.expr(pos, kind)
    }

    fn call(&mut self, fun: ExprId) -> ExprId {
        let lparen = self.pos();
        self.next();
        let mark = self.exprs.len();
        let mut ellipsis = Pos::NONE;
        self.bracket_depth += 1;
        let rparen = self.list("argument list", Tok::Comma, Tok::Rparen, |p| {
            let x = p.expr();
            p.exprs.push(x);
            let dots = p.pos();
            let last = p.got(Tok::DotDotDot);
            if last {
                ellipsis = dots;
            }
            last
        });
        self.bracket_depth -= 1;
        let args = self.finish_exprs(mark);
        let pos = self.ast[fun].pos;
        let kind = ExprKind::Call {
            fun,
            lparen,
            args,
            ellipsis,
            rparen,
        };
        self.ast.expr(pos, kind)
    }

    /// Whether `{` behind `x` belongs to a composite literal rather than a block.
    fn may_be_literal_type(&self, x: ExprId) -> bool {
        let x = self.ast.unparen(x);
        match self.ast[x].kind {
            ExprKind::Name(_) | ExprKind::Selector { .. } => self.bracket_depth >= 0,
            ExprKind::Index { .. } => self.bracket_depth >= 0 && !self.must_be_value(x),
            ExprKind::ArrayType { .. } | ExprKind::StructType { .. } | ExprKind::MapType { .. } => {
                true
            }
            _ => false,
        }
    }

    /// Whether `x` cannot be a type by its form.
    fn must_be_value(&self, x: ExprId) -> bool {
        let mut rest = vec![x];
        while let Some(x) = rest.pop() {
            match self.ast[x].kind {
                ExprKind::BasicLit { .. }
                | ExprKind::CompositeLit { .. }
                | ExprKind::FuncLit { .. }
                | ExprKind::Slice { .. }
                | ExprKind::TypeAssert { .. }
                | ExprKind::Call { .. }
                | ExprKind::Unary { .. }
                | ExprKind::Binary { .. } => return true,
                ExprKind::Paren { x, .. } => rest.push(x),
                ExprKind::Index { x, indices, .. } => {
                    rest.push(x);
                    if let &[index] = &self.ast[indices] {
                        rest.push(index);
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// `{...}` of a composite literal of type `ty`, which may be left out in a literal.
    fn composite_lit(&mut self, ty: Option<ExprId>) -> ExprId {
        let lbrace = self.pos();
        let mark = self.exprs.len();
        self.bracket_depth += 1;
        self.want(Tok::Lbrace);
        let rbrace = self.list("composite literal", Tok::Comma, Tok::Rbrace, |p| {
            let mut x = p.element();
            if p.tok() == Tok::Colon {
                let colon = p.pos();
                p.next();
                let value = p.element();
                let pos = p.ast[x].pos;
                let key = x;
                x = p.ast.expr(pos, ExprKind::KeyValue { key, colon, value });
            }
            p.exprs.push(x);
            false
        });
        self.bracket_depth -= 1;
        let elems = self.finish_exprs(mark);
        let pos = ty.map_or(lbrace, |ty| self.ast[ty].pos);
        let kind = ExprKind::CompositeLit {
            ty,
            lbrace,
            elems,
            rbrace,
        };
        self.ast.expr(pos, kind)
    }

    fn element(&mut self) -> ExprId {
        if self.tok() == Tok::Lbrace {
            return self.nested(|p| p.composite_lit(None), Self::bad_expr);
        }
        self.expr()
    }
}
