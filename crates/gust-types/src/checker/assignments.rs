//! Assignments and initialisations.

use super::Checker;
use super::errors::{At, ErrorBuilder};
use super::operand::{Mode, Operand, Target};
use crate::ids::{Flag, ObjId, TypeId};
use crate::object::{ObjKind, Object, Var, VarKind};
use crate::types::Type;
use gust_syntax::ast::{ExprId, ExprKind, StmtId};
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashSet;

/// The left side of an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The blank identifier, which takes any type.
    Blank,
    /// A variable or map element of this type.
    Typed(TypeId),
    /// In error, which has been reported.
    Invalid,
}

impl Checker<'_> {
    /// Assigns `x` to a variable of type `t` (none: the blank identifier, which gives an untyped
    /// value its default type); reports errors in terms of `context`. `x` is invalid afterwards
    /// if it failed.
    pub(crate) fn assignment(&self, x: &mut Operand, t: Option<TypeId>, context: &str) {
        self.assignment_in(x, t, &|| context.to_owned());
    }

    /// Same with a context that is only made up for an error.
    pub(super) fn assignment_in(
        &self,
        x: &mut Operand,
        t: Option<TypeId>,
        context: &dyn Fn() -> String,
    ) {
        self.single_value(x);
        match x.mode {
            Mode::Invalid => return,
            Mode::NoValue | Mode::Builtin(_) | Mode::TypeExpr => {
                let to = t.map_or_else(|| "nil".to_owned(), |t| self.type_str(t));
                let text = format!(
                    "cannot assign {} to {to} in {}",
                    self.operand_str(x),
                    context()
                );
                self.error(&*x, "IncompatibleAssign", text);
                return x.invalidate();
            }
            _ => {}
        }

        if self.is_untyped(x.ty) && !self.give_type(x, t, context) {
            return x.invalidate();
        }

        if let Type::Signature(sig) = self.ty(self.under(x.ty))
            && !sig.type_params().is_empty()
        {
            let text = format!(
                "cannot use generic function {} without instantiation in {}",
                self.operand_str(x),
                context()
            );
            self.error(&*x, "WrongTypeArgCount", text);
            return x.invalidate();
        }

        let Some(t) = t else { return };
        if let Err((code, cause)) = self.assignable_to(x, t) {
            let mut text = format!(
                "cannot use {} as {} value in {}",
                self.operand_str(x),
                self.type_str(t),
                context()
            );
            if !cause.is_empty() {
                text.push_str(": ");
                text.push_str(&cause);
            }
            self.error(&*x, code, text);
            x.invalidate();
        }
    }

    /// Gives untyped `x` the type it takes on when assigned to `t`; false after an error.
    fn give_type(&self, x: &mut Operand, t: Option<TypeId>, context: &dyn Fn() -> String) -> bool {
        // An untyped constant goes through its default type on its way to an interface or the
        // blank identifier; nil has none.
        let target = match t {
            None if x.mode == Mode::Nil => {
                let text = format!("use of untyped nil in {}", context());
                self.error(&*x, "UntypedNilUse", text);
                return false;
            }
            Some(t) if x.mode == Mode::Nil || !self.is_non_type_param_interface(t) => t,
            _ => self.default_type(x.ty),
        };
        match self.implicit_type_and_value(x, target) {
            Ok((ty, value)) => {
                if let Some(value) = value {
                    if let Some(e) = x.expr
                        && let Some(info) = self.untyped.borrow_mut().get_mut(&e)
                    {
                        info.value = Some(value.clone());
                    }
                    x.value = Some(value);
                }
                let ty = ty.unwrap_or(x.ty);
                if ty != x.ty {
                    x.ty = ty;
                    if let Some(e) = x.expr {
                        self.update_expr_type(e, ty, false);
                    }
                }
                true
            }
            Err(code) => {
                let mut text = format!(
                    "cannot use {} as {} value in {}",
                    self.operand_str(x),
                    self.type_str(target),
                    context()
                );
                let code = match code {
                    "TruncatedFloat" => {
                        text.push_str(" (truncated)");
                        code
                    }
                    "NumericOverflow" => {
                        text.push_str(" (overflows)");
                        code
                    }
                    _ => "IncompatibleAssign",
                };
                self.error(&*x, code, text);
                false
            }
        }
    }

    /// Initialises constant `lhs`, which takes on the type of `x` if it has none.
    pub(crate) fn init_const(&self, lhs: ObjId, x: &mut Operand) {
        let obj = self.obj(lhs);
        if !self.can_init(lhs, x) {
            return;
        }
        if x.mode != Mode::Constant {
            let text = format!("{} is not constant", self.operand_str(x));
            self.error(&*x, "InvalidConstInit", text);
            return self.ensure_type(lhs);
        }
        let ty = obj.ty.get().unwrap_or_else(|| {
            obj.ty.set(x.ty);
            x.ty
        });
        self.assignment(x, Some(ty), "constant declaration");
        if x.is_valid()
            && let (ObjKind::Const { value }, Some(v)) = (&obj.kind, &x.value)
        {
            // Set once: a constant has one declaration.
            let _ = value.set(v.clone());
        }
    }

    /// Whether neither side of an initialisation is in error; else `lhs` has some type afterwards.
    fn can_init(&self, lhs: ObjId, x: &Operand) -> bool {
        let lhs_ok = self.obj(lhs).ty.get().is_none_or(|t| self.is_valid(t));
        let ok = x.is_valid() && self.is_valid(x.ty) && lhs_ok;
        if !ok {
            self.ensure_type(lhs);
        }
        ok
    }

    fn ensure_type(&self, lhs: ObjId) {
        let cell = &self.obj(lhs).ty;
        if cell.get().is_none() {
            cell.set(TypeId::INVALID);
        }
    }

    /// Initialises variable `lhs`, which takes on the (default) type of `x` if it has none.
    pub(crate) fn init_var(&self, lhs: ObjId, x: &mut Operand, context: &str) {
        if !self.can_init(lhs, x) {
            return x.invalidate();
        }
        let cell = &self.obj(lhs).ty;
        let ty = match cell.get() {
            Some(ty) => ty,
            None if x.ty == TypeId::UNTYPED_NIL => {
                self.error(
                    &*x,
                    "UntypedNilUse",
                    format!("use of untyped nil in {context}"),
                );
                cell.set(TypeId::INVALID);
                return x.invalidate();
            }
            None => {
                let ty = self.default_type(x.ty);
                cell.set(ty);
                ty
            }
        };
        self.assignment(x, Some(ty), context);
    }

    /// Evaluates `e`, a left side, where a variable by itself does not count as used.
    pub(super) fn without_use<R>(&self, e: ExprId, evaluate: impl FnOnce() -> R) -> R {
        // Package-level variables of other packages may not be changed.
        let name = self.ast.name(self.ast.unparen(e));
        let var = name
            .and_then(|name| self.lookup(name))
            .filter(|obj| obj.pkg == self.id)
            .and_then(|obj| self.obj(obj).as_var());
        let used = var.map(|v| v.used.get());
        let result = evaluate();
        if let (Some(var), Some(used)) = (var, used) {
            var.used.set(used);
        }
        result
    }

    /// Checks the left side of an assignment.
    fn place(&self, lhs: ExprId) -> Place {
        let inner = self.ast.unparen(lhs);
        if self.ast.name(inner).is_some_and(Symbol::is_blank) {
            self.record_def(inner, None);
            return Place::Blank;
        }
        let mut x = Operand::invalid();
        self.without_use(lhs, || self.expr(None, &mut x, lhs));
        if !x.is_valid() || !self.is_valid(x.ty) {
            return Place::Invalid;
        }
        if matches!(x.mode, Mode::Variable | Mode::MapIndex) {
            return Place::Typed(x.ty);
        }
        let e = x.expr.unwrap_or(lhs);
        if let ExprKind::Selector { x: base, .. } = self.ast[e].kind {
            let mut base_x = Operand::invalid();
            self.expr(None, &mut base_x, base);
            if base_x.mode == Mode::MapIndex {
                let text = format!("cannot assign to struct field {} in map", self.expr_str(e));
                self.error(&x, "UnaddressableFieldAssign", text);
                return Place::Invalid;
            }
        }
        let text = format!(
            "cannot assign to {} (neither addressable nor a map index expression)",
            self.expr_str(e)
        );
        self.error(&x, "UnassignableOperand", text);
        Place::Invalid
    }

    /// Assigns expression `rhs`, or the operand `x` if given, to place `lhs`. `x` is invalid
    /// afterwards if that failed.
    pub(crate) fn assign_var(
        &self,
        lhs: ExprId,
        rhs: Option<ExprId>,
        x: Option<&mut Operand>,
        context: &str,
    ) {
        let place = self.place(lhs);
        let ty = match place {
            Place::Blank => None,
            Place::Typed(ty) => Some(ty),
            Place::Invalid => {
                match x {
                    Some(x) => x.invalidate(),
                    None => {
                        self.use_exprs(rhs.as_slice());
                    }
                }
                return;
            }
        };
        let context = if ty.is_none() && context == "assignment" {
            "assignment to _ identifier"
        } else {
            context
        };
        match x {
            Some(x) => self.assignment(x, ty, context),
            None => {
                let Some(rhs) = rhs else { return };
                let target = ty.and_then(|ty| self.target_for(ty, || self.expr_str(lhs)));
                let mut x = Operand::invalid();
                self.expr(target.as_ref(), &mut x, rhs);
                self.assignment(&mut x, ty, context);
            }
        }
    }

    /// The target of an assignment to something of type `t`, if that is a function type.
    fn target_for(&self, t: TypeId, desc: impl FnOnce() -> String) -> Option<Target> {
        match self.ty(self.under(t)) {
            Type::Signature(_) => self.new_target(Some(t), &desc()),
            _ => None,
        }
    }

    fn is_call(&self, e: ExprId) -> bool {
        matches!(self.ast[self.ast.unparen(e)].kind, ExprKind::Call { .. })
    }

    /// Initialises variables from expressions; for a return statement the variables are the
    /// results.
    pub(crate) fn init_vars(&self, lhs: &[ObjId], rhs: &[ExprId], return_stmt: Option<StmtId>) {
        let context = match return_stmt {
            Some(_) => "return statement",
            None => "assignment",
        };
        // A single call gets the better message about the number of its results even if one
        // value is asked for.
        let is_call = matches!(rhs, [e] if self.is_call(*e));
        if lhs.len() == rhs.len() && !is_call {
            for (&lhs, &rhs) in lhs.iter().zip(rhs) {
                let obj = self.obj(lhs);
                let target = obj.ty.get().and_then(|t| {
                    self.target_for(t, || match return_stmt {
                        Some(_) if obj.name.is_empty() => "result variable".to_owned(),
                        _ => obj.name.as_str().to_owned(),
                    })
                });
                let mut x = Operand::invalid();
                self.expr(target.as_ref(), &mut x, rhs);
                self.init_var(lhs, &mut x, context);
            }
            return;
        }

        if let &[e] = rhs {
            let comma_ok = lhs.len() == 2 && return_stmt.is_none();
            let (mut values, comma_ok) = self.multi_expr(e, comma_ok);
            if values.len() == lhs.len() {
                for (&lhs, x) in lhs.iter().zip(&mut values) {
                    self.init_var(lhs, x, context);
                }
                if comma_ok && values.iter().all(Operand::is_valid) {
                    self.record_comma_ok_types(e, &values);
                }
                return;
            }
            if values.first().is_some_and(Operand::is_valid) {
                match return_stmt {
                    Some(s) => self.return_error(s, lhs, &values),
                    None => self.assign_error(rhs, lhs.len(), values.len()),
                }
            }
        } else if self.use_exprs(rhs) {
            // Nothing else is wrong on the right side.
            match return_stmt {
                Some(s) => {
                    let values = self.expr_list(rhs);
                    self.return_error(s, lhs, &values);
                }
                None => self.assign_error(rhs, lhs.len(), rhs.len()),
            }
        }
        for &v in lhs {
            self.ensure_type(v);
        }
    }

    /// Assigns expressions to places.
    pub(crate) fn assign_vars(&self, lhs: &[ExprId], rhs: &[ExprId]) {
        let is_call = matches!(rhs, [e] if self.is_call(*e));
        if lhs.len() == rhs.len() && !is_call {
            for (&lhs, &rhs) in lhs.iter().zip(rhs) {
                self.assign_var(lhs, Some(rhs), None, "assignment");
            }
            return;
        }
        let &[e] = rhs else {
            let lhs_ok = self.use_lhs(lhs);
            if self.use_exprs(rhs) && lhs_ok {
                self.assign_error(rhs, lhs.len(), rhs.len());
            }
            return;
        };
        let (mut values, comma_ok) = self.multi_expr(e, lhs.len() == 2);
        if values.len() == lhs.len() {
            for (&lhs, x) in lhs.iter().zip(&mut values) {
                self.assign_var(lhs, None, Some(x), "assignment");
            }
            if comma_ok && values.iter().all(Operand::is_valid) {
                self.record_comma_ok_types(e, &values);
            }
            return;
        }
        if values.first().is_some_and(Operand::is_valid) {
            self.assign_error(rhs, lhs.len(), values.len());
        }
        self.use_lhs(lhs);
    }

    /// Checks a short variable declaration; `pos` is that of `:=`.
    pub(crate) fn short_var_decl(&self, pos: Pos, lhs: &[ExprId], rhs: &[ExprId]) {
        let top = self.delayed();
        let scope = self.env.borrow().scope;
        let mut seen = FxHashSet::default();
        let mut vars = Vec::with_capacity(lhs.len());
        let mut new_vars = Vec::new();
        let mut bad = false;
        for &e in lhs {
            let start = self.ast[e].pos;
            let mut dummy = || {
                bad = true;
                self.new_variable(VarKind::Local, start, Symbol::new("_"), None)
            };
            let Some(name) = self.ast.name(e) else {
                self.use_lhs(&[e]);
                let text = format!("non-name {} on left side of :=", self.expr_str(e));
                self.error(e, "BadDecl", text);
                vars.push(dummy());
                continue;
            };
            if lhs.len() > 1 && !name.is_blank() && !seen.insert(name) {
                let text = format!("{name} repeated on left side of :=");
                self.error(e, "RepeatedDecl", text);
                vars.push(dummy());
                continue;
            }
            // What is declared in this very scope is assigned to.
            if let Some(old) = self.scope(scope).lookup(name) {
                self.record_use(e, old);
                if self.obj(old).as_var().is_some() {
                    vars.push(old);
                } else {
                    self.error(e, "UnassignableOperand", format!("cannot assign to {name}"));
                    vars.push(dummy());
                }
                continue;
            }
            let var = self.new_variable(VarKind::Local, start, name, None);
            self.record_def(e, Some(var));
            vars.push(var);
            if !name.is_blank() {
                new_vars.push(var);
            }
        }

        self.init_vars(&vars, rhs, None);
        // Function literals on the right do not see the new variables.
        self.process_delayed(top);

        if new_vars.is_empty() && !bad {
            let text = "no new variables on left side of :=";
            return self.soft_error(pos, "NoNewVar", text);
        }
        let scope_pos = rhs.last().map_or(pos, |&e| self.ast.end(e));
        for var in new_vars {
            self.declare(scope, None, var, scope_pos);
        }
    }

    /// A variable of this package.
    pub(crate) fn new_variable(
        &self,
        kind: VarKind,
        pos: Pos,
        name: Symbol,
        ty: Option<TypeId>,
    ) -> ObjId {
        let var = Var {
            kind,
            embedded: false,
            used: Flag::default(),
            origin: None,
        };
        let obj = Object::new(ObjKind::Var(var), pos, Some(self.id), name);
        if let Some(ty) = ty {
            obj.ty.set(ty);
        }
        self.new_obj(obj)
    }

    fn assign_error(&self, rhs: &[ExprId], vars: usize, values: usize) {
        let Some(&first) = rhs.first() else { return };
        let vars = measure(vars, "variable");
        let values = measure(values, "value");
        let text = match (rhs.len(), self.ast[self.ast.unparen(first)].kind) {
            (1, ExprKind::Call { fun, .. }) => format!(
                "assignment mismatch: {vars} but {} returns {values}",
                self.expr_str(fun)
            ),
            _ => format!("assignment mismatch: {vars} but {values}"),
        };
        self.error(first, "WrongAssignCount", text);
    }

    fn return_error(&self, at: StmtId, lhs: &[ObjId], rhs: &[Operand]) {
        let (at, qualifier) = match (rhs.get(lhs.len()), rhs.last()) {
            (Some(extra), _) => (At::from(extra), "too many"),
            (None, Some(last)) => (At::from(last), "not enough"),
            (None, None) => (At::Stmt(at), "not enough"),
        };
        let have = self.types_summary(rhs.iter().map(|x| x.ty), false, false);
        let want = self.types_summary(self.var_types(lhs), false, false);
        let mut err = ErrorBuilder::new("WrongResultCount");
        self.add(&mut err, at, format!("{qualifier} return values"));
        self.add(&mut err, Pos::NONE, format!("have {have}"));
        self.add(&mut err, Pos::NONE, format!("want {want}"));
        self.report(err);
    }

    /// The types of variables; invalid for those that have none.
    pub(super) fn var_types<'s>(&'s self, vars: &'s [ObjId]) -> impl Iterator<Item = TypeId> + 's {
        vars.iter()
            .map(|&v| self.obj(v).ty.get().unwrap_or(TypeId::INVALID))
    }

    /// Types as a list in parentheses for "have" and "want" lines: `(number, ...string)`.
    /// `variadic` if the last is the slice type of a variadic parameter, `dots` if the last is an
    /// argument followed by `...`.
    pub(super) fn types_summary(
        &self,
        types: impl IntoIterator<Item = TypeId>,
        variadic: bool,
        dots: bool,
    ) -> String {
        let mut types = types.into_iter().peekable();
        let mut text = String::from("(");
        while let Some(t) = types.next() {
            let last = types.peek().is_none();
            if last && variadic {
                text.push_str("...");
                match self.ty(t) {
                    Type::Slice { elem } => {
                        let elem = elem.get().unwrap_or(TypeId::INVALID);
                        text.push_str(&self.type_str(elem));
                    }
                    _ => text.push_str(&self.summary_of(t)),
                }
            } else {
                text.push_str(&self.summary_of(t));
            }
            if last && dots {
                text.push_str("...");
            }
            if !last {
                text.push_str(", ");
            }
        }
        text.push(')');
        text
    }

    fn summary_of(&self, t: TypeId) -> String {
        if !self.is_valid(t) {
            "unknown type".to_owned()
        } else if !self.is_untyped(t) {
            self.type_str(t)
        } else if self.is_numeric(t) {
            // No particular type is asked for.
            "number".to_owned()
        } else {
            self.type_str(t).replace("untyped ", "")
        }
    }
}

fn measure(n: usize, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}
