//! Expressions.

use smallvec::SmallVec;

use super::engine::{Lexeme, Printer, Space};
use super::list::{ListEnd, ListLayout};
use super::number;
use crate::ast::{BlockId, ExprId, ExprKind, ExprList, FuncTypeId, SliceIndices};
use crate::source::Pos;
use crate::token::{ChanDir, LitKind, Op};

/// What the operators of an expression have in common. Operands count only as far as they are
/// binary expressions themselves, not in parentheses.
#[derive(Clone, Copy, Default)]
struct Operators {
    has_additive: bool,
    has_multiplicative: bool,
    /// Operators of this precedence need blanks, lest an operator and the sign of its right
    /// operand read as a different operator; 0 if none does.
    clash: u8,
}

impl Operators {
    fn merge(&mut self, other: Operators) {
        self.has_additive |= other.has_additive;
        self.has_multiplicative |= other.has_multiplicative;
        self.clash = self.clash.max(other.clash);
    }

    /// Operators of lower precedence than this have blanks around them. Comparisons and logical
    /// operators always do.
    fn cutoff(self, depth: usize) -> u8 {
        const COMPARISON: u8 = 3;
        if self.clash > 0 {
            return self.clash + 1;
        }
        match (depth, self.has_additive && self.has_multiplicative) {
            // Blanks show the precedence, or there is only one anyway.
            (1, true) => 5,
            (1, false) => 6,
            _ => COMPARISON + 1,
        }
    }
}

/// A binary expression whose left operand is being printed.
struct Pending {
    op: Op,
    op_pos: Pos,
    right: ExprId,
    blanks: bool,
    depth: usize,
}

impl Printer<'_> {
    /// Prints an expression outside any other.
    pub fn expr(&mut self, e: ExprId) {
        self.expr_at_depth(e, 1);
    }

    /// Prints an expression. At greater depth than 1 blanks around operators are left out where
    /// that is possible.
    pub fn expr_at_depth(&mut self, e: ExprId, depth: usize) {
        self.nested(|p| p.expr_node(e, depth));
    }

    fn expr_node(&mut self, e: ExprId, depth: usize) {
        let ast = self.src.ast;
        let expr = &ast[e];
        self.at(expr.pos);
        match expr.kind {
            ExprKind::Bad { .. } => self.literal("BadExpr", Lexeme::Literal),
            ExprKind::Name(name) => self.name(&name),
            ExprKind::BasicLit { kind, value, .. } => self.basic_lit(kind, &value),
            ExprKind::CompositeLit {
                ty,
                lbrace,
                elems,
                rbrace,
            } => {
                if let Some(ty) = ty {
                    self.expr_at_depth(ty, depth);
                }
                self.literal_body(lbrace, elems, rbrace);
            }
            ExprKind::KeyValue { key, colon, value } => {
                self.expr(key);
                self.at(colon);
                self.token(":");
                self.blank();
                self.expr(value);
            }
            ExprKind::FuncLit { ty, body } => self.func_lit(ty, body),
            ExprKind::Paren { x, rparen, .. } => {
                if matches!(ast[x].kind, ExprKind::Paren { .. }) {
                    // Doubled parentheses are dropped.
                    self.expr_at_depth(x, depth);
                } else {
                    self.token("(");
                    self.expr_at_depth(x, depth.saturating_sub(1).max(1));
                    self.at(rparen);
                    self.token(")");
                }
            }
            ExprKind::Selector { x, sel, .. } => {
                if self.selector(x, sel, depth) {
                    self.space(Space::Unindent);
                }
            }
            ExprKind::Index {
                x,
                lbrack,
                indices,
                rbrack,
            } => {
                self.index(x, lbrack, indices, rbrack, depth);
            }
            ExprKind::Slice {
                x,
                lbrack,
                index,
                rbrack,
            } => {
                self.expr_at_depth(x, 1);
                self.at(lbrack);
                self.token("[");
                self.slice_indices(index, depth);
                self.at(rbrack);
                self.token("]");
            }
            ExprKind::TypeAssert {
                x,
                lparen,
                ty,
                rparen,
                ..
            } => {
                self.expr_at_depth(x, depth);
                self.token(".");
                self.at(lparen);
                self.token("(");
                match ty {
                    Some(ty) => self.expr(ty),
                    None => self.token("type"),
                }
                self.at(rparen);
                self.token(")");
            }
            ExprKind::Call {
                fun,
                lparen,
                args,
                ellipsis,
                rparen,
            } => {
                self.call(fun, lparen, args, ellipsis, rparen, depth);
            }
            ExprKind::Star { x } => {
                self.token("*");
                self.expr(x);
            }
            ExprKind::Unary { op, x } => {
                self.token(op.as_str());
                self.expr_at_depth(x, depth);
            }
            ExprKind::Binary { .. } => self.binary(e, depth),
            ExprKind::Ellipsis { elem } => {
                self.token("...");
                if let Some(elem) = elem {
                    self.expr(elem);
                }
            }
            ExprKind::ArrayType { len, elem, .. } => {
                self.token("[");
                if let Some(len) = len {
                    self.expr(len);
                }
                self.token("]");
                self.expr(elem);
            }
            ExprKind::StructType { fields } => {
                self.token("struct");
                self.struct_fields(fields);
            }
            ExprKind::FuncType(ty) => {
                self.token("func");
                self.signature(ty);
            }
            ExprKind::InterfaceType { elems } => {
                self.token("interface");
                self.interface_elems(elems);
            }
            ExprKind::MapType { key, value, .. } => {
                self.token("map");
                self.token("[");
                self.expr(key);
                self.token("]");
                self.expr(value);
            }
            ExprKind::ChanType { dir, arrow, elem } => {
                match dir {
                    ChanDir::Both => self.token("chan"),
                    ChanDir::Recv => {
                        self.token("<-");
                        self.token("chan");
                    }
                    ChanDir::Send => {
                        self.token("chan");
                        self.at(arrow);
                        self.token("<-");
                    }
                }
                self.blank();
                self.expr(elem);
            }
        }
    }

    fn basic_lit(&mut self, kind: LitKind, value: &str) {
        match kind {
            LitKind::Int | LitKind::Float | LitKind::Imag => {
                let lexeme = if kind == LitKind::Int {
                    Lexeme::Int
                } else {
                    Lexeme::Literal
                };
                // What a number measures does not depend on its spelling: layout decisions stay
                // the same when formatting is repeated.
                if self.is_measuring() {
                    self.literal(value, lexeme);
                } else {
                    self.literal(&number::normalized(value), lexeme);
                }
            }
            LitKind::Char | LitKind::String => self.literal(value, Lexeme::Literal),
        }
    }

    fn literal_body(&mut self, lbrace: Pos, elems: ExprList, rbrace: Pos) {
        let ast = self.src.ast;
        let elems = &ast[elems];
        self.literal_level += 1;
        self.at(lbrace);
        self.token("{");
        self.expr_list(lbrace, elems, ListLayout::DEFAULT, ListEnd::Comma(rbrace));
        // Comments that stand alone in the literal are indented. No line break may follow the
        // last one without a comma before it, and no blank unless the literal is empty.
        let in_list = !elems.is_empty();
        self.spaces(&[Space::Indent, Space::Unindent]);
        self.toggle_extra_line_break();
        self.no_extra_blank ^= in_list;
        self.at(rbrace);
        self.token("}");
        self.toggle_extra_line_break();
        self.no_extra_blank ^= in_list;
        self.literal_level -= 1;
    }

    fn func_lit(&mut self, ty: FuncTypeId, body: BlockId) {
        const FUNC: &str = "func";
        let func = self.src.ast[ty].func;
        self.at(func);
        self.token(FUNC);
        let start_column = self.out_column - FUNC.len() as isize;
        self.signature(ty);
        let header = self.distance_from(func, start_column);
        self.func_body(header, Space::Blank, Some(body));
    }

    /// Prints `x.sel`. Reports whether the selector went to a line of its own; the lines are
    /// indented then.
    fn selector(&mut self, x: ExprId, sel: ExprId, depth: usize) -> bool {
        self.expr_at_depth(x, depth);
        self.token(".");
        let sel_pos = self.src.ast[sel].pos;
        let breaks = self.pos.is_known() && self.pos.line < self.line(sel_pos);
        if breaks {
            self.spaces(&[Space::Indent, Space::Newline]);
        }
        self.at(sel_pos);
        if let Some(name) = self.src.ast.name(sel) {
            self.name(&name);
        }
        breaks
    }

    fn index(&mut self, x: ExprId, lbrack: Pos, indices: ExprList, rbrack: Pos, depth: usize) {
        let ast = self.src.ast;
        self.expr_at_depth(x, 1);
        self.at(lbrack);
        self.token("[");
        match &ast[indices] {
            [index] => self.expr_at_depth(*index, depth + 1),
            list => {
                let layout = ListLayout {
                    depth: depth + 1,
                    ..ListLayout::DEFAULT
                };
                self.expr_list(lbrack, list, layout, ListEnd::Comma(rbrack));
            }
        }
        self.at(rbrack);
        self.token("]");
    }

    fn slice_indices(&mut self, index: SliceIndices, depth: usize) {
        let ast = self.src.ast;
        let places = &index.at[..if index.full { 3 } else { 2 }];
        let written = || places.iter().flatten();
        let blanks = depth <= 1
            && written().count() > 1
            && written().any(|&x| matches!(ast[x].kind, ExprKind::Binary { .. }));
        for (i, place) in places.iter().enumerate() {
            if i > 0 {
                if blanks && places[i - 1].is_some() {
                    self.blank();
                }
                self.token(":");
                if blanks && place.is_some() {
                    self.blank();
                }
            }
            if let Some(x) = *place {
                self.expr_at_depth(x, depth + 1);
            }
        }
    }

    fn call(
        &mut self,
        fun: ExprId,
        lparen: Pos,
        args: ExprList,
        ellipsis: Pos,
        rparen: Pos,
        depth: usize,
    ) {
        let ast = self.src.ast;
        let args = &ast[args];
        let depth = depth + usize::from(args.len() > 1);
        let layout = ListLayout {
            depth,
            ..ListLayout::DEFAULT
        };

        // A conversion to these types cannot do without parentheses.
        let parens = matches!(
            ast[fun].kind,
            ExprKind::FuncType(_)
                | ExprKind::ChanType {
                    dir: ChanDir::Recv,
                    ..
                }
        );
        if parens {
            self.token("(");
        }
        let mut indented = false;
        if let ExprKind::Selector { x, sel, .. } = ast[fun].kind {
            // The arguments belong to the line that the selector went to.
            indented = self.selector(x, sel, depth);
        } else {
            self.expr_at_depth(fun, depth);
        }
        if parens {
            self.token(")");
        }

        self.at(lparen);
        self.token("(");
        if ellipsis.is_known() {
            self.expr_list(lparen, args, layout, ListEnd::Plain(ellipsis));
            self.at(ellipsis);
            self.token("...");
            if rparen.is_known() && self.line(ellipsis) < self.line(rparen) {
                self.token(",");
                self.space(Space::SectionBreak);
            }
        } else {
            self.expr_list(lparen, args, layout, ListEnd::Comma(rparen));
        }
        self.at(rparen);
        self.token(")");
        if indented {
            self.space(Space::Unindent);
        }
    }

    /// Prints a binary expression: first the leftmost operand, then the operators and right
    /// operands one after the other.
    ///
    /// Blanks depend on the whole expression: they are left out around operators of high
    /// precedence if there are others of lower precedence to tell apart, or if the expression is
    /// an operand or argument itself.
    fn binary(&mut self, e: ExprId, depth: usize) {
        let ast = self.src.ast;
        let chain = self.operator_chain(e);
        let mut pending: SmallVec<[Pending; 4]> = SmallVec::new();
        let mut depth = depth;
        let mut left = e;
        for &(node, operators) in chain.iter().rev() {
            let ExprKind::Binary { op, op_pos, x, y } = ast[node].kind else {
                break;
            };
            let blanks = op.precedence() < operators.cutoff(depth);
            pending.push(Pending {
                op,
                op_pos,
                right: y,
                blanks,
                depth,
            });
            let same_precedence = matches!(
                ast[x].kind,
                ExprKind::Binary { op: inner, .. } if inner.precedence() == op.precedence()
            );
            depth += usize::from(!same_precedence);
            left = x;
        }
        self.expr_at_depth(left, depth);
        while let Some(operation) = pending.pop() {
            self.operation(operation);
        }
    }

    fn operation(&mut self, operation: Pending) {
        let Pending {
            op,
            op_pos,
            right,
            mut blanks,
            depth,
        } = operation;
        if blanks {
            self.blank();
        }
        let left_line = self.pos.line;
        let right_line = self.line(self.src.ast[right].pos);
        self.at(op_pos);
        self.token(op.as_str());
        let breaks = left_line != right_line
            && left_line > 0
            && right_line > 0
            && self.line_break(right_line, 1, Space::Indent, true) > 0;
        blanks &= !breaks;
        if blanks {
            self.blank();
        }
        self.expr_at_depth(right, depth + 1);
        if breaks {
            self.space(Space::Unindent);
        }
    }

    /// The binary expression, its left operand if that is one too, and so on, the innermost
    /// first; each with what is known of the operators from there on inwards.
    fn operator_chain(&self, e: ExprId) -> SmallVec<[(ExprId, Operators); 4]> {
        let ast = self.src.ast;
        let mut chain: SmallVec<[(ExprId, Operators); 4]> = SmallVec::new();
        let mut node = e;
        while let ExprKind::Binary { x, .. } = ast[node].kind {
            chain.push((node, Operators::default()));
            node = x;
        }
        chain.reverse();
        let mut left: Option<(Op, Operators)> = None;
        for (node, operators) in &mut chain {
            let ExprKind::Binary { op, y, .. } = ast[*node].kind else {
                break;
            };
            match op.precedence() {
                4 => operators.has_additive = true,
                5 => operators.has_multiplicative = true,
                _ => {}
            }
            if let Some((left_op, inner)) = left
                && left_op.precedence() >= op.precedence()
            {
                operators.merge(inner);
            }
            operators.merge(self.right_operators(op, y));
            left = Some((op, *operators));
        }
        chain
    }

    /// What the right operand contributes to the operators of an expression.
    fn right_operators(&self, op: Op, y: ExprId) -> Operators {
        let clash = |clash| Operators {
            clash,
            ..Operators::default()
        };
        match self.src.ast[y].kind {
            ExprKind::Binary { op: inner, .. } if inner.precedence() > op.precedence() => {
                // Each step inwards has a higher precedence, so this does not go deep.
                self.operator_chain(y)
                    .last()
                    .map(|&(_, operators)| operators)
                    .unwrap_or_default()
            }
            ExprKind::Star { .. } if op == Op::Div => clash(5),
            ExprKind::Unary { op: sign, .. } => match (op, sign) {
                (Op::And, Op::And | Op::Xor) => clash(5),
                (Op::Add, Op::Add) | (Op::Sub, Op::Sub) => clash(4),
                _ => Operators::default(),
            },
            _ => Operators::default(),
        }
    }
}
