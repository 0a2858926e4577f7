//! Calls and conversions, and lists of expressions.

use super::Checker;
use super::expr::ExprForm;
use super::operand::{Mode, Operand};
use crate::ids::{ObjId, PkgId, TypeId};
use crate::object::BuiltinId;
use crate::types::Type;
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// What is kept between calls and selectors. Types are kept by the signature they belong to: the
/// same few functions are called all over a package.
#[derive(Default)]
pub(crate) struct CallState {
    /// Signatures of methods without receiver.
    pub(super) method_values: RefCell<FxHashMap<TypeId, TypeId>>,
    /// Tuples of the results of functions that have several.
    results: RefCell<FxHashMap<TypeId, TypeId>>,
    /// Type names in the export data of imported packages; see `exports.rs`.
    pub(super) exports: RefCell<FxHashMap<PkgId, FxHashSet<ObjId>>>,
}

/// A call expression taken apart.
#[derive(Clone, Copy)]
pub(super) struct Call<'t> {
    /// The whole expression.
    pub e: ExprId,
    /// What is called.
    pub fun: ExprId,
    /// `(`, which is where the official compiler says that a call is.
    pub lparen: Pos,
    /// The arguments as written.
    pub args: &'t [ExprId],
    /// Whether the last argument is followed by `...`.
    pub dots: bool,
}

impl<'a> Checker<'a> {
    fn call_parts(&self, e: ExprId) -> Option<Call<'a>> {
        match self.ast[e].kind {
            ExprKind::Call {
                fun,
                lparen,
                args,
                ellipsis,
                ..
            } => Some(Call {
                e,
                fun,
                lparen,
                args: &self.ast[args],
                dots: ellipsis.is_known(),
            }),
            _ => None,
        }
    }

    /// Checks a call or conversion.
    pub(crate) fn call_expr(&self, x: &mut Operand, e: ExprId) -> ExprForm {
        let Some(call) = self.call_parts(e) else {
            x.invalidate();
            x.expr = Some(e);
            return ExprForm::Statement;
        };
        let fun = call.fun;

        // A partial instantiation waits for the arguments, from which the rest is inferred.
        let mut instantiated = false;
        if matches!(self.ast[fun].kind, ExprKind::Index { .. }) {
            instantiated = self.index_expr(x, fun);
            x.expr = Some(fun);
            self.record(x);
        } else {
            self.expr_or_type(x, fun, true);
        }

        let form = match x.mode {
            Mode::Invalid => {
                self.use_exprs(call.args);
                ExprForm::Statement
            }
            Mode::TypeExpr => {
                self.conversion_call(x, call);
                ExprForm::Conversion
            }
            Mode::Builtin(id) => {
                if !self.builtin(x, e, id) {
                    x.invalidate();
                }
                if x.is_valid() && x.mode != Mode::Constant {
                    self.env.borrow_mut().has_call_or_recv = true;
                }
                builtin_form(id)
            }
            _ => {
                self.function_call(x, call, instantiated);
                ExprForm::Statement
            }
        };
        x.expr = Some(e);
        form
    }

    /// `T(v)`, where `x` is the type.
    fn conversion_call(&self, x: &mut Operand, call: Call<'_>) {
        self.non_generic(None, x);
        if !x.is_valid() {
            return;
        }
        let t = x.ty;
        x.invalidate();
        let arg = match *call.args {
            [] => {
                let text = format!("missing argument in conversion to {}", self.type_str(t));
                return self.error(call.e, "WrongArgCount", text);
            }
            [arg] => arg,
            [.., last] => {
                self.use_exprs(call.args);
                let text = format!("too many arguments in conversion to {}", self.type_str(t));
                return self.error(last, "WrongArgCount", text);
            }
        };
        self.expr(None, x, arg);
        if !x.is_valid() {
            return;
        }
        let under = self.under(t);
        if matches!(self.ty(under), Type::Interface(_))
            && !self.is_type_param(t)
            && !self.is_method_set(under)
        {
            let text = format!(
                "cannot use interface {} in conversion (contains specific type constraints or is comparable)",
                self.type_str(t)
            );
            self.error(call.e, "MisplacedConstraintIface", text);
            return;
        }
        if call.dots {
            let text = format!("invalid use of ... in conversion to {}", self.type_str(t));
            self.error(arg, "BadDotDotDotSyntax", text);
            return x.invalidate();
        }
        self.conversion(x, t);
    }

    /// The signature that a value of type `t` is called by; the cause if there is none.
    fn callee_signature(&self, t: TypeId) -> Result<TypeId, String> {
        if !self.is_type_param(t) {
            let under = self.under(t);
            return match self.ty(under) {
                Type::Signature(_) => Ok(under),
                _ => Err(format!("{} is not a function", self.type_str(t))),
            };
        }
        let is_function = |t: Option<TypeId>, u: Option<TypeId>| match (t, u.map(|u| self.ty(u))) {
            (_, None | Some(Type::Signature(_))) | (None, _) => None,
            (Some(t), _) => Some(format!("{} is not a function", self.type_str(t))),
        };
        self.common_under(t, Some(&is_function))
    }

    /// A call of function or method `x`.
    fn function_call(&self, x: &mut Operand, call: Call<'_>, instantiated: bool) {
        let sig = match self.callee_signature(x.ty) {
            Ok(sig) => sig,
            Err(cause) => {
                let what = self.operand_str(x);
                let text = format!("invalid operation: cannot call {what}: {cause}");
                self.error(&*x, "InvalidCall", text);
                // The arguments are left alone, as the official compiler does.
                return x.invalidate();
            }
        };
        let Some((sig, generic)) = self.checked_call(sig, call, instantiated) else {
            return x.invalidate();
        };
        let Type::Signature(signature) = self.ty(sig) else {
            return x.invalidate();
        };
        let still_generic = !signature.type_params().is_empty();
        if generic && !still_generic {
            self.record_type_and_value(call.fun, Mode::Value, sig, None);
        }
        self.env.borrow_mut().has_call_or_recv = true;
        x.value = None;
        x.mode = Mode::Value;
        match *signature.results() {
            [] => x.mode = Mode::NoValue,
            [result] => x.ty = self.obj(result).ty.get().unwrap_or(TypeId::INVALID),
            _ => x.ty = self.results_tuple(sig),
        }
        // A result that inference left open is no proper type.
        if still_generic
            && x.mode == Mode::Value
            && self.is_parameterized(signature.type_params(), x.ty)
        {
            x.invalidate();
        }
    }

    /// Checks type arguments and arguments of a call of `sig`: the signature as instantiated,
    /// and whether `sig` is generic.
    fn checked_call(
        &self,
        mut sig: TypeId,
        call: Call<'_>,
        instantiated: bool,
    ) -> Option<(TypeId, bool)> {
        let Type::Signature(signature) = self.ty(sig) else {
            return None;
        };
        let want = signature.type_params().len();
        let mut xlist: &[ExprId] = &[];
        let mut targs = Vec::new();
        if instantiated
            && let ExprKind::Index {
                indices, lbrack, ..
            } = self.ast[call.fun].kind
        {
            xlist = &self.ast[indices];
            let Some(list) = self.type_list(xlist) else {
                self.use_exprs(call.args);
                return None;
            };
            targs = list;
            let got = targs.len();
            if got > want {
                let text = format!("got {got} type arguments but want {want}");
                self.error(xlist[want], "WrongTypeArgCount", text);
                self.use_exprs(call.args);
                return None;
            }
            if got == want && want > 0 {
                // Nothing to infer: what is called is known whatever is wrong with the arguments.
                self.verify_instantiation_version(call.fun);
                sig = self.instantiate_signature(lbrack, call.fun, sig, &targs, xlist);
                targs = Vec::new();
                xlist = &[];
            }
        }
        let (mut args, partial) = self.generic_expr_list(call.args);
        let sig = self.arguments(call, sig, targs, xlist, &mut args, partial);
        Some((sig, want > 0))
    }

    /// Checks evaluated arguments against a signature without type parameters, as if `call` were
    /// a call of it; for predeclared functions.
    pub(crate) fn plain_arguments(&self, call: ExprId, sig: TypeId, mut args: Vec<Operand>) {
        if let Some(call) = self.call_parts(call) {
            self.arguments(call, sig, Vec::new(), &[], &mut args, Vec::new());
        }
    }

    /// The results of `sig` as a tuple.
    fn results_tuple(&self, sig: TypeId) -> TypeId {
        if let Some(&tuple) = self.calls.results.borrow().get(&sig) {
            return tuple;
        }
        let results = match self.ty(sig) {
            Type::Signature(signature) => signature.results(),
            _ => &[],
        };
        let tuple = self.new_type(Type::Tuple(results.into()));
        self.calls.results.borrow_mut().insert(sig, tuple);
        tuple
    }

    /// Checks a list of expressions that are values; a single call may give several.
    pub(crate) fn expr_list(&self, list: &[ExprId]) -> Vec<Operand> {
        if let &[e] = list {
            return self.multi_expr(e, false).0;
        }
        let operand = |&e| {
            let mut x = Operand::invalid();
            self.expr(None, &mut x, e);
            x
        };
        list.iter().map(operand).collect()
    }

    /// Evaluates expressions that would go unchecked after an error, so that what they use counts
    /// as used. False if any was invalid.
    pub(crate) fn use_exprs(&self, list: &[ExprId]) -> bool {
        self.use_all(list, false)
    }

    /// Same for left sides, where a variable does not count as used.
    pub(crate) fn use_lhs(&self, list: &[ExprId]) -> bool {
        self.use_all(list, true)
    }

    fn use_all(&self, list: &[ExprId], lhs: bool) -> bool {
        let mut ok = true;
        for &e in list {
            ok &= self.use_expr(e, lhs);
        }
        ok
    }

    fn use_expr(&self, e: ExprId, lhs: bool) -> bool {
        let mut x = Operand::invalid();
        let inner = self.ast.unparen(e);
        match self.ast[inner].kind {
            ExprKind::Name(name) if name.is_blank() => return true,
            ExprKind::Name(_) if lhs => {
                self.without_use(inner, || self.expr_or_type(&mut x, inner, true));
            }
            ExprKind::Name(_) => self.expr_or_type(&mut x, inner, true),
            _ => {
                self.raw_expr(None, &mut x, e, None, true);
            }
        }
        x.is_valid()
    }

    /// Where the official compiler says that an expression is, as opposed to where it starts: at
    /// the operator, bracket or dot of the infix and postfix forms.
    pub(super) fn node_pos(&self, e: ExprId) -> Pos {
        match self.ast[e].kind {
            ExprKind::CompositeLit { lbrace, .. } => lbrace,
            ExprKind::KeyValue { colon, .. } => colon,
            ExprKind::Selector { dot, .. } | ExprKind::TypeAssert { dot, .. } => dot,
            ExprKind::Index { lbrack, .. } | ExprKind::Slice { lbrack, .. } => lbrack,
            ExprKind::Call { lparen, .. } => lparen,
            ExprKind::Binary { op_pos, .. } => op_pos,
            ExprKind::FuncType(ty) => self.ast[self.ast[ty].params].open,
            _ => self.ast[e].pos,
        }
    }
}

/// Whether a call of a predeclared function may stand as a statement.
fn builtin_form(id: BuiltinId) -> ExprForm {
    use BuiltinId::{Clear, Close, Copy, Delete, Panic, Print, Println, Recover};
    match id {
        Clear | Close | Copy | Delete | Panic | Print | Println | Recover => ExprForm::Statement,
        _ => ExprForm::Expression,
    }
}
