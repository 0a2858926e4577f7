//! Expression and type switches.

use super::Checker;
use super::errors::ErrorBuilder;
use super::operand::{Mode, Operand};
use crate::constant::{Kind, Value};
use crate::ids::{ObjId, TypeId};
use crate::object::VarKind;
use gust_syntax::Pos;
use gust_syntax::ast::{BlockId, ExprId, ExprKind, StmtKind};
use gust_syntax::token::Op;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A case value in a form that can be looked up. The official compiler compares integers,
/// floating-point numbers and strings only.
#[derive(PartialEq, Eq, Hash)]
enum CaseValue {
    Int(i64),
    Uint(u64),
    Float(u64),
    String(Arc<[u8]>),
}

impl CaseValue {
    fn of(value: &Value) -> Option<Self> {
        match value.kind() {
            Kind::Int => match value.as_i64() {
                Some(n) => Some(Self::Int(n)),
                None => value.as_u64().map(Self::Uint),
            },
            Kind::Float => {
                let (x, exact) = value.to_f64();
                exact.then(|| Self::Float(x.to_bits()))
            }
            Kind::String => value.as_bytes().map(Self::String),
            Kind::Unknown | Kind::Bool | Kind::Complex => None,
        }
    }
}

/// Case values seen so far, with their types and positions: equal values of different types are
/// different cases if the tag is an interface.
type SeenValues = FxHashMap<CaseValue, Vec<(TypeId, Pos)>>;

/// Case types seen so far, by a hash that identical types share; and nil.
#[derive(Default)]
struct SeenTypes {
    types: FxHashMap<u64, Vec<(TypeId, ExprId)>>,
    nil: Option<ExprId>,
}

impl Checker<'_> {
    /// Checks an expression switch, its initialisation aside.
    pub(super) fn switch_stmt(&self, tag: Option<ExprId>, body: BlockId) {
        let mut x = Operand::invalid();
        if let Some(tag) = tag {
            self.expr(None, &mut x, tag);
            // As a variable that holds the tag would be initialised.
            self.assignment(&mut x, None, "switch expression");
            if x.is_valid() && !self.comparable(x.ty) && !self.has_nil(x.ty) {
                let (what, t) = (self.operand_str(&x), self.type_str(x.ty));
                let text = format!("cannot switch on {what} ({t} is not comparable)");
                self.error(&x, "InvalidExprSwitch", text);
                x.invalidate();
            }
        } else {
            // Messages show an operand without expression as its value.
            x.mode = Mode::Constant;
            x.ty = TypeId::BOOL;
            x.value = Some(Value::from_bool(true));
        }
        let clauses = &self.ast[self.ast[body].stmts];
        self.multiple_defaults(clauses);
        let mut seen = SeenValues::default();
        for &clause in clauses {
            let StmtKind::Case { list, body, .. } = self.ast[clause].kind else {
                continue;
            };
            if let Some(list) = list {
                self.case_values(&mut x, &self.ast[list], &mut seen);
            }
            self.open_stmt_scope(clause);
            self.stmts(body);
            self.close_scope();
        }
    }

    fn case_values(&self, x: &mut Operand, values: &[ExprId], seen: &mut SeenValues) {
        for &e in values {
            let mut v = Operand::invalid();
            self.expr(None, &mut v, e);
            if !x.is_valid() || !v.is_valid() {
                continue;
            }
            self.convert_untyped(&mut v, x.ty);
            if !v.is_valid() {
                continue;
            }
            // In this order, so that errors are at the case's value.
            let mut result = v.clone();
            self.comparison(&mut result, x, Op::Eq, true);
            if !result.is_valid() {
                continue;
            }
            let Some(value) = v.constant().and_then(CaseValue::of) else {
                continue;
            };
            let same = seen.entry(value).or_default();
            if let Some(&(_, first)) = same.iter().find(|&&(t, _)| self.identical(v.ty, t)) {
                let mut err = ErrorBuilder::new("DuplicateCase");
                let what = self.operand_str(&v);
                let text = format!("duplicate case {what} in expression switch");
                self.add(&mut err, &v, text);
                self.add(&mut err, first, "previous case");
                self.report(err);
                continue;
            }
            same.push((v.ty, self.node_pos(e)));
        }
    }

    /// Checks a type switch, its initialisation aside. `bind` is the declared name.
    pub(super) fn type_switch_stmt(&self, bind: Option<ExprId>, guard: ExprId, body: BlockId) {
        let mut bind = bind.and_then(|e| Some((e, self.ast.name(e)?)));
        if let Some((e, name)) = bind {
            if name.is_blank() {
                self.soft_error(e, "NoNewVar", "no new variable on left side of :=");
                bind = None;
            } else {
                // Each clause declares a variable of its own.
                self.record_def(e, None);
            }
        }

        let subject = self.type_switch_subject(guard);
        let clauses = &self.ast[self.ast[body].stmts];
        self.multiple_defaults(clauses);
        let mut vars: Vec<ObjId> = Vec::new();
        let mut seen = SeenTypes::default();
        for &clause in clauses {
            let StmtKind::Case { list, colon, body } = self.ast[clause].kind else {
                continue;
            };
            let list = list.map_or(&[][..], |list| &self.ast[list]);
            let t = self.case_types(subject.as_ref(), list, &mut seen);
            self.open_stmt_scope(clause);
            if let Some((e, name)) = bind {
                let var = self.new_variable(VarKind::Local, self.ast[e].pos, name, Some(t));
                let scope = self.env.borrow().scope;
                self.declare(scope, None, var, colon);
                self.record_implicit_clause(clause, var);
                vars.push(var);
            }
            self.stmts(body);
            self.close_scope();
        }

        // The variables of the clauses count as one: it is used if any of them is.
        if let Some((e, name)) = bind {
            let mut used = false;
            for var in vars.iter().filter_map(|&v| self.obj(v).as_var()) {
                used |= var.used.get();
                var.used.set(true);
            }
            if !used {
                self.soft_error(e, "UnusedVar", format!("{name} declared and not used"));
            }
        }
    }

    /// The operand whose type a type switch is about; none after an error.
    fn type_switch_subject(&self, guard: ExprId) -> Option<Operand> {
        let ExprKind::TypeAssert { x: e, .. } = self.ast[guard].kind else {
            return None;
        };
        let mut x = Operand::invalid();
        self.expr(None, &mut x, e);
        if !x.is_valid() {
            return None;
        }
        let what = || self.operand_str(&x);
        let text = if self.is_type_param(x.ty) {
            format!("cannot use type switch on type parameter value {}", what())
        } else if self.is_interface(x.ty) {
            return Some(x);
        } else {
            format!("{} is not an interface", what())
        };
        self.error(&x, "InvalidTypeSwitch", text);
        None
    }

    fn is_nil_expr(&self, e: ExprId) -> bool {
        let name = self.ast.name(self.ast.unparen(e));
        let obj = name.and_then(|name| self.lookup(name));
        obj.is_some_and(|obj| matches!(self.obj(obj).kind, crate::object::ObjKind::Nil))
    }

    /// Checks the types of a clause, and gives the type that the variable has in it.
    fn case_types(&self, x: Option<&Operand>, list: &[ExprId], seen: &mut SeenTypes) -> TypeId {
        let mut last = None;
        for &e in list {
            let previous = if self.is_nil_expr(e) {
                last = None;
                let mut nil = Operand::invalid();
                self.expr(None, &mut nil, e);
                let previous = seen.nil;
                seen.nil.get_or_insert(e);
                previous
            } else {
                let t = self.var_type(e);
                last = Some(t);
                if !self.is_valid(t) {
                    continue;
                }
                let same = seen.types.entry(self.type_hash(t)).or_default();
                let previous = same.iter().find(|&&(other, _)| self.identical(t, other));
                let previous = previous.map(|&(_, e)| e);
                if previous.is_none() {
                    same.push((t, e));
                }
                previous
            };
            if let Some(previous) = previous {
                let t = last.map_or_else(|| "nil".to_owned(), |t| self.type_str(t));
                let mut err = ErrorBuilder::new("DuplicateCase");
                let text = format!("duplicate case {t} in type switch");
                self.add(&mut err, e, text);
                self.add(&mut err, previous, "previous case");
                self.report(err);
                continue;
            }
            if let (Some(x), Some(t)) = (x, last) {
                self.type_assertion(e, x, t, true);
            }
        }
        match (last, list.len()) {
            (Some(t), 1) => t,
            _ => x.map_or(TypeId::INVALID, |x| x.ty),
        }
    }
}
