//! Range clauses (spec: For statements with range clause).

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::Value;
use crate::ids::TypeId;
use crate::object::VarKind;
use crate::types::{BasicInfo, Type};
use crate::version::GoVersion;
use gust_syntax::Symbol;
use gust_syntax::ast::{BlockId, ExprId, ExprKind, StmtId, StmtKind};

/// Types of the iteration values of a range clause, as far as there are any.
struct Values {
    key: Option<TypeId>,
    value: Option<TypeId>,
}

impl Values {
    fn new(key: Option<TypeId>, value: Option<TypeId>) -> Self {
        Self { key, value }
    }
}

impl Checker<'_> {
    /// Checks a `for ... range` statement with its body.
    pub(crate) fn range_stmt(&self, s: StmtId) {
        let StmtKind::Range {
            key,
            value,
            extra,
            define,
            x: range,
            body,
            ..
        } = self.ast[s].kind
        else {
            return;
        };
        self.env.borrow_mut().has_call_or_recv = false;
        let mut x = Operand::invalid();
        self.expr(None, &mut x, range);
        if x.is_valid() && value.is_none() && !self.env.borrow().has_call_or_recv {
            self.record_constant_range(&x, range);
        }

        let mut types = Values::new(None, None);
        if x.is_valid() {
            let what = || self.operand_str(&x);
            let iteration = |at: ExprId, text: String| {
                self.soft_error(at, "InvalidIterVar", text);
            };
            match self.range_values(x.ty) {
                Err(cause) => {
                    let mut text = format!("cannot range over {}", what());
                    if !cause.is_empty() {
                        text.push_str(": ");
                        text.push_str(&cause);
                    }
                    self.soft_error(&x, "InvalidRangeExpr", text);
                    types = Values::new(Some(TypeId::INVALID), Some(TypeId::INVALID));
                }
                Ok(found) => {
                    match (key, value, self.ast[extra].first()) {
                        (Some(key), _, _) if found.key.is_none() => iteration(
                            key,
                            format!("range over {} permits no iteration variables", what()),
                        ),
                        (_, Some(value), _) if found.value.is_none() => iteration(
                            value,
                            format!("range over {} permits only one iteration variable", what()),
                        ),
                        (_, _, Some(&extra)) => iteration(
                            extra,
                            "range clause permits at most two iteration variables".into(),
                        ),
                        _ => {}
                    }
                    types = found;
                }
            }
        }

        // The variables belong to the scope of the loop, which the range expression does not see.
        self.open_stmt_scope(s);
        let places = [(key, types.key), (value, types.value)];
        let over_int = self.is_integer(x.ty);
        if define {
            self.declare_iteration_vars(s, body, places, over_int.then_some(&mut x));
        } else if key.is_some() {
            self.assign_iteration_vars(places, over_int.then_some(&mut x));
        } else if over_int {
            // As if assigned to the blank identifier, which gives an untyped integer its type.
            self.assignment(&mut x, None, "range clause");
        }
        self.block(body);
        self.close_scope();
    }

    /// An array whose elements are not asked for need not be evaluated: only its length counts.
    /// The range expression is recorded as that constant.
    fn record_constant_range(&self, x: &Operand, range: ExprId) {
        let under = self.under(x.ty);
        let Some(len) = self.array_len(under) else {
            return;
        };
        let mut e = range;
        loop {
            let len = Value::from_i64(len);
            self.record_type_and_value(e, Mode::Constant, TypeId::INT, Some(&len));
            match self.ast[e].kind {
                ExprKind::Paren { x, .. } => e = x,
                _ => break,
            }
        }
    }

    /// Length of an array type or pointer to one; `t` is an underlying type.
    fn array_len(&self, t: TypeId) -> Option<i64> {
        match self.ty(self.array_ptr_deref(t)) {
            Type::Array { len, .. } => Some(len.get()),
            _ => None,
        }
    }

    /// The array that underlying type `t` points to, if it does, else `t`.
    fn array_ptr_deref(&self, t: TypeId) -> TypeId {
        if let Type::Pointer { base } = self.ty(self.unalias(t))
            && let Some(base) = base.get()
        {
            let under = self.under(base);
            if let Type::Array { .. } = self.ty(under) {
                return under;
            }
        }
        t
    }

    /// Declares the iteration variables. `int` is the operand of a range over an integer.
    fn declare_iteration_vars(
        &self,
        s: StmtId,
        body: BlockId,
        places: [(Option<ExprId>, Option<TypeId>); 2],
        mut int: Option<&mut Operand>,
    ) {
        let mut vars = Vec::new();
        for (lhs, ty) in places {
            let Some(lhs) = lhs else { continue };
            let pos = self.ast[lhs].pos;
            let var = if let Some(name) = self.ast.name(lhs) {
                let var = self.new_variable(VarKind::Local, pos, name, None);
                self.record_def(lhs, Some(var));
                if !name.is_blank() {
                    vars.push(var);
                }
                var
            } else {
                let text = format!("cannot declare {}", self.expr_str(lhs));
                self.error(lhs, "InvalidSyntaxTree", text);
                self.new_variable(VarKind::Local, pos, Symbol::new("_"), None)
            };
            let ty = match ty {
                Some(ty) if ty.is_valid() => ty,
                _ => {
                    let obj = self.obj(var);
                    obj.ty.set(TypeId::INVALID);
                    if let Some(var) = obj.as_var() {
                        var.used.set(true);
                    }
                    continue;
                }
            };
            match &mut int {
                Some(x) => self.init_var(var, x, "range clause"),
                // There is no better expression for the value than the variable.
                None => self.init_var(var, &mut iteration_value(lhs, ty), "assignment"),
            }
        }
        if vars.is_empty() {
            let text = "no new variables on left side of :=";
            return self.error(s, "NoNewVar", text);
        }
        let scope = self.env.borrow().scope;
        for var in vars {
            self.declare(scope, None, var, self.ast[body].lbrace);
        }
    }

    fn assign_iteration_vars(
        &self,
        places: [(Option<ExprId>, Option<TypeId>); 2],
        mut int: Option<&mut Operand>,
    ) {
        for (lhs, ty) in places {
            let (Some(lhs), Some(ty)) = (lhs, ty) else {
                continue;
            };
            if !ty.is_valid() {
                continue;
            }
            let Some(x) = &mut int else {
                let mut x = iteration_value(lhs, ty);
                self.assign_var(lhs, None, Some(&mut x), "assignment");
                continue;
            };
            self.assign_var(lhs, None, Some(x), "range clause");
            // An untyped range expression takes on the variable's type.
            if x.is_valid() && !self.is_integer(x.ty) {
                let t = self.type_str(x.ty);
                let text = format!("cannot use iteration variable of type {t}");
                self.soft_error(lhs, "InvalidRangeExpr", text);
            }
        }
    }

    /// The types of the iteration values of a range over type `t`, or why there can be none,
    /// which may be empty.
    fn range_values(&self, t: TypeId) -> Result<Values, String> {
        let receivable = |t: Option<TypeId>, u: Option<TypeId>| match (t, self.ty(u?)) {
            (Some(t), Type::Chan { dir, .. }) if *dir == gust_syntax::token::ChanDir::Send => {
                let t = self.type_str(t);
                Some(format!("receive from send-only channel {t}"))
            }
            _ => None,
        };
        let under = self.common_under(t, Some(&receivable))?;
        let int = Some(TypeId::INT);
        match self.ty(self.array_ptr_deref(under)) {
            Type::Basic(basic) if basic.info.contains(BasicInfo::STRING) => {
                Ok(Values::new(int, Some(TypeId::RUNE)))
            }
            Type::Basic(basic) if basic.info.contains(BasicInfo::INTEGER) => {
                self.range_version(22)?;
                Ok(Values::new(Some(t), None))
            }
            Type::Array { elem, .. } | Type::Slice { elem } => Ok(Values::new(int, elem.get())),
            Type::Map { key, elem } => Ok(Values::new(key.get(), elem.get())),
            Type::Chan { elem, .. } => Ok(Values::new(elem.get(), None)),
            Type::Signature(sig) => {
                self.range_version(23)?;
                self.iterator_values(sig)
                    .map_err(|why| format!("func must be func(yield func(...) bool): {why}"))
            }
            _ => Err(String::new()),
        }
    }

    fn range_version(&self, minor: u32) -> Result<(), String> {
        let version = GoVersion(minor);
        if self.allow_version(version) {
            Ok(())
        } else {
            Err(format!("requires {version} or later"))
        }
    }

    /// What a function to range over passes to its yield function.
    fn iterator_values(&self, sig: &crate::types::Signature) -> Result<Values, String> {
        let ty = |v| self.obj(v).ty.get().unwrap_or(TypeId::INVALID);
        let &[param] = sig.params() else {
            return Err("wrong argument count".into());
        };
        if !sig.results().is_empty() {
            return Err("unexpected results".into());
        }
        let under = self
            .common_under(ty(param), None)
            .map_err(|cause| format!("in yield type, {cause}"))?;
        let Type::Signature(callback) = self.ty(under) else {
            return Err("argument is not func".into());
        };
        let params = callback.params();
        if params.len() > 2 {
            return Err("yield func has too many parameters".into());
        }
        match *callback.results() {
            [result] if self.identical(ty(result), TypeId::BOOL) => {}
            [result] if self.is_boolean(ty(result)) => {
                return Err("yield func returns user-defined boolean, not bool".into());
            }
            _ => return Err("yield func does not return bool".into()),
        }
        let nth = |i: usize| params.get(i).map(|&p| ty(p));
        Ok(Values::new(nth(0), nth(1)))
    }
}

/// The value that an iteration assigns to `lhs`.
fn iteration_value(lhs: ExprId, ty: TypeId) -> Operand {
    Operand {
        mode: Mode::Value,
        ty,
        value: None,
        expr: Some(lhs),
    }
}
