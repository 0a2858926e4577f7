//! Expressions.
//!
//! Expressions are checked top down. Each function sets an [`Operand`] to what its expression
//! evaluates to; after an error, which has been reported then, the operand is invalid. Types of
//! untyped expressions are decided later: see `untyped.rs`. Operators are in `operators.rs`.

use super::Checker;
use super::operand::{Mode, Operand, Target};
use crate::ids::TypeId;
use crate::types::Type;
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;

/// What form of expression it was, for expression statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExprForm {
    /// A conversion.
    Conversion,
    /// Any other expression.
    Expression,
    /// A call or receive, which may stand as a statement. Also what is in error, to avoid
    /// follow-up errors.
    Statement,
}

impl Checker<'_> {
    /// Checks `e` as a single value (a type, no value, or a generic function without
    /// instantiation is an error). `target` is the assignment's left side, for inferring type
    /// arguments of a function.
    pub(crate) fn expr(&self, target: Option<&Target>, x: &mut Operand, e: ExprId) {
        self.raw_expr(target, x, e, None, false);
        self.exclude(x, true, true);
        self.single_value(x);
    }

    /// Like `expr`, but a generic function is allowed.
    pub(crate) fn generic_expr(&self, x: &mut Operand, e: ExprId) {
        self.raw_expr(None, x, e, None, true);
        self.exclude(x, true, true);
        self.single_value(x);
    }

    /// Like `expr`, but a call may have several results: the values as operands, and whether
    /// they come from a comma-ok expression (then two operands).
    pub(crate) fn multi_expr(&self, e: ExprId, allow_comma_ok: bool) -> (Vec<Operand>, bool) {
        let mut x = Operand::invalid();
        self.raw_expr(None, &mut x, e, None, false);
        self.exclude(&mut x, true, true);
        if x.is_valid()
            && let Type::Tuple(vars) = self.ty(x.ty)
        {
            let ty = |&v| self.obj(v).ty.get().unwrap_or(TypeId::INVALID);
            let values = vars.iter().map(|v| Operand::value(Some(e), ty(v)));
            return (values.collect(), false);
        }
        if allow_comma_ok && matches!(x.mode, Mode::MapIndex | Mode::CommaOk) {
            let ok = Operand::value(Some(e), TypeId::UNTYPED_BOOL);
            return (vec![x, ok], true);
        }
        (vec![x], false)
    }

    /// Like `expr` with the type of an enclosing composite literal's elements.
    pub(crate) fn expr_with_hint(&self, x: &mut Operand, e: ExprId, hint: TypeId) {
        self.raw_expr(None, x, e, Some(hint), false);
        self.exclude(x, true, true);
        self.single_value(x);
    }

    /// An expression or a type.
    pub(crate) fn expr_or_type(&self, x: &mut Operand, e: ExprId, allow_generic: bool) {
        self.raw_expr(None, x, e, None, allow_generic);
        self.exclude(x, false, false);
        self.single_value(x);
    }

    /// The most general form; gives the kind (for statement checks).
    pub(crate) fn raw_expr(
        &self,
        target: Option<&Target>,
        x: &mut Operand,
        e: ExprId,
        hint: Option<TypeId>,
        allow_generic: bool,
    ) -> ExprForm {
        *x = Operand::invalid();
        let form = self.dispatch(target, x, e, hint);
        if !allow_generic {
            self.non_generic(target, x);
        }
        // A value of a type that is still being declared may make the type infinitely large,
        // as in `type T [unsafe.Sizeof(T{})]int`.
        if x.is_valid() && x.mode != Mode::NoValue && !self.finite_size(x.ty) {
            x.invalidate();
            x.ty = TypeId::INVALID;
        }
        self.record(x);
        form
    }

    /// Checks `e` by its kind and makes it the operand's expression.
    fn dispatch(
        &self,
        target: Option<&Target>,
        x: &mut Operand,
        e: ExprId,
        hint: Option<TypeId>,
    ) -> ExprForm {
        let mut form = ExprForm::Expression;
        let misplaced = |what: &str| self.error(e, "InvalidSyntaxTree", what);
        match self.ast[e].kind {
            ExprKind::Bad { .. } => {}
            ExprKind::Paren { x: inner, .. } => {
                // Type inference does not go into parentheses.
                form = self.raw_expr(None, x, inner, None, false);
                x.expr = Some(e);
                return form;
            }
            ExprKind::Call { .. } => return self.call_expr(x, e),
            ExprKind::Name(_) => {
                self.ident(x, e, false);
                x.expr = Some(e);
                return form;
            }
            ExprKind::Selector { .. } => {
                self.selector(x, e, false);
                x.expr = Some(e);
                return form;
            }
            ExprKind::BasicLit { bad, .. } => {
                if !bad {
                    self.basic_lit(x, e);
                }
            }
            ExprKind::FuncLit { .. } => self.func_lit(x, e),
            ExprKind::CompositeLit { .. } => self.composite_lit(x, e, hint),
            ExprKind::Index { .. } => {
                if self.index_expr(x, e) {
                    self.func_inst(target, self.node_pos(e), x, Some(e), true);
                }
            }
            ExprKind::Slice { .. } => self.slice_expr(x, e),
            ExprKind::TypeAssert {
                x: value,
                ty: Some(ty),
                ..
            } => self.type_assert_expr(x, e, value, ty),
            ExprKind::TypeAssert {
                x: value, ty: None, ..
            } => {
                misplaced("use of .(type) outside type switch");
                self.use_exprs(&[value]);
            }
            ExprKind::Star { x: base } => self.star(x, base),
            ExprKind::Unary { op, x: operand } => {
                self.unary(x, e, op, operand);
                if op == Op::Recv {
                    form = ExprForm::Statement;
                }
            }
            ExprKind::Binary {
                op,
                op_pos,
                x: lhs,
                y: rhs,
            } => self.binary(x, Some(e), lhs, rhs, op, op_pos),
            ExprKind::KeyValue { .. } => misplaced("no key:value expected"),
            ExprKind::Ellipsis { .. } => misplaced("invalid use of ..."),
            ExprKind::ArrayType { .. }
            | ExprKind::StructType { .. }
            | ExprKind::FuncType(_)
            | ExprKind::InterfaceType { .. }
            | ExprKind::MapType { .. }
            | ExprKind::ChanType { .. } => {
                x.mode = Mode::TypeExpr;
                x.ty = self.typ(e);
            }
        }
        x.expr = Some(e);
        if x.is_valid() {
            form
        } else {
            ExprForm::Statement
        }
    }

    /// `*x`: a pointer indirection, or a pointer type.
    fn star(&self, x: &mut Operand, base: ExprId) {
        self.expr_or_type(x, base, false);
        match x.mode {
            Mode::Invalid => {}
            Mode::TypeExpr => {
                self.valid_var_type(base, x.ty);
                x.ty = self.new_type(Type::Pointer { base: x.ty.into() });
            }
            _ => {
                let mut elem = None;
                for pair in self.typeset(x.ty) {
                    let Some(base) = pair.and_then(|(_, u)| self.pointer_base(u)) else {
                        let text =
                            format!("invalid operation: cannot indirect {}", self.operand_str(x));
                        self.error(&*x, "InvalidIndirection", text);
                        x.invalidate();
                        return;
                    };
                    if elem.is_some_and(|elem| !self.identical(elem, base)) {
                        let text = format!(
                            "invalid operation: pointers of {} must have identical base types",
                            self.operand_str(x)
                        );
                        self.error(&*x, "InvalidIndirection", text);
                        x.invalidate();
                        return;
                    }
                    elem = Some(base);
                }
                x.mode = Mode::Variable;
                x.value = None;
                x.ty = elem.unwrap_or(TypeId::INVALID);
            }
        }
    }

    /// What a pointer type points to; none for other types.
    pub(crate) fn pointer_base(&self, t: TypeId) -> Option<TypeId> {
        match self.ty(t) {
            Type::Pointer { base } => Some(base.get().unwrap_or(TypeId::INVALID)),
            _ => None,
        }
    }

    fn type_assert_expr(&self, x: &mut Operand, e: ExprId, value: ExprId, ty: ExprId) {
        self.expr(None, x, value);
        if !x.is_valid() {
            return;
        }
        let refusal = if self.is_type_param(x.ty) {
            let shown = self.operand_str(x);
            format!("cannot use type assertion on type parameter value {shown}")
        } else if !self.is_interface(x.ty) {
            format!("{} is not an interface", self.operand_str(x))
        } else {
            String::new()
        };
        if !refusal.is_empty() {
            let text = format!("invalid operation: {refusal}");
            self.error(&*x, "InvalidAssert", text);
            x.invalidate();
            return;
        }
        let t = self.var_type(ty);
        if !self.is_valid(t) {
            x.invalidate();
            return;
        }
        self.type_assertion(e, x, t, false);
        x.mode = Mode::CommaOk;
        x.ty = t;
    }

    /// Checks that `x.(t)` is possible; `e` is the assertion, or the type in a type switch's
    /// case.
    pub(crate) fn type_assertion(&self, e: ExprId, x: &Operand, t: TypeId, type_switch: bool) {
        let mut cause = String::new();
        if self.assertable_to(x.ty, t, Some(&mut cause)) {
            return;
        }
        let (shown, target) = (self.expr_str(e), self.type_str(t));
        let text = if type_switch {
            let x = self.operand_str(x);
            format!(
                "impossible type switch case: {shown}\n\t{x} cannot have dynamic type {target} {cause}"
            )
        } else {
            let dynamic = self.type_str(x.ty);
            format!(
                "impossible type assertion: {shown}\n\t{target} does not implement {dynamic} {cause}"
            )
        };
        self.error(e, "ImpossibleAssert", text);
    }

    /// Reports a generic type, or a generic function whose type arguments `target` does not
    /// determine, and makes `x` invalid then.
    pub(crate) fn non_generic(&self, target: Option<&Target>, x: &mut Operand) {
        if !x.is_valid() || x.mode == Mode::NoValue {
            return;
        }
        let what = match self.ty(x.ty) {
            Type::Alias(_) | Type::Named(_) if self.is_generic(x.ty) => "type",
            Type::Signature(sig) if !sig.type_params().is_empty() => {
                if target.is_some() {
                    let pos = x.expr.map_or(gust_syntax::Pos::NONE, |e| self.node_pos(e));
                    self.func_inst(target, pos, x, None, true);
                    return;
                }
                "function"
            }
            _ => return,
        };
        if let Some(e) = x.expr {
            let shown = self.expr_str(e);
            let text = format!("cannot use generic {what} {shown} without instantiation");
            self.error(e, "WrongTypeArgCount", text);
        }
        x.invalidate();
        x.ty = TypeId::INVALID;
    }

    /// Makes `x` invalid, with an error, if it is a call without value, a predeclared function
    /// (if `builtin`) or a type (if `type_expr`): the official `exclude`.
    pub(crate) fn exclude(&self, x: &mut Operand, builtin: bool, type_expr: bool) {
        let (code, what) = match x.mode {
            Mode::NoValue if type_expr => ("TooManyValues", "used as value"),
            Mode::NoValue => ("TooManyValues", "used as value or type"),
            Mode::Builtin(_) if builtin => ("UncalledBuiltin", "must be called"),
            Mode::TypeExpr if type_expr => ("NotAnExpr", "is not an expression"),
            _ => return,
        };
        let text = format!("{} {what}", self.operand_str(x));
        self.error(&*x, code, text);
        x.invalidate();
    }

    /// Makes `x` invalid, with an error, if it is not exactly one value.
    pub(crate) fn single_value(&self, x: &mut Operand) {
        if x.mode == Mode::Value && matches!(self.ty(x.ty), Type::Tuple(_)) {
            let shown = self.operand_str(x);
            let text = format!("multiple-value {shown} in single-value context");
            self.error(&*x, "TooManyValues", text);
            x.invalidate();
        }
    }
}
