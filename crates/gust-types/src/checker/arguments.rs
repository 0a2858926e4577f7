//! Arguments of calls, and instantiation of generic functions by calls and assignments.

use super::Checker;
use super::call::Call;
use super::errors::{At, ErrorBuilder};
use super::operand::{Mode, Operand, Target};
use crate::ids::TypeId;
use crate::types::{Signature, Type};
use crate::version::GoVersion;
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};

/// Type arguments of arguments that are functions instantiated in part, with the argument's
/// index.
type PartialArgs = Vec<(usize, Vec<TypeId>)>;

/// Types of the parameters that a call's arguments go to.
struct Params {
    /// Those with a parameter of their own.
    fixed: Vec<TypeId>,
    /// That of the arguments that make up a variadic parameter.
    rest: Option<TypeId>,
}

impl<'a> Checker<'a> {
    /// Instantiates generic function `x` with the type arguments of index expression `inst`, and
    /// what can be inferred from `target`, the place it is assigned to. If some are missing and
    /// `infer` is false, `x` is left alone and the type arguments are the result. After an error
    /// `x` is invalid. What cannot be inferred is reported at `pos`.
    pub(crate) fn func_inst(
        &self,
        target: Option<&Target>,
        pos: Pos,
        x: &mut Operand,
        inst: Option<ExprId>,
        infer: bool,
    ) -> Option<Vec<TypeId>> {
        let mut xlist: &[ExprId] = &[];
        let mut targs = Vec::new();
        if inst.is_some() {
            x.expr = inst;
        }
        let here = inst.map_or(pos, |e| self.node_pos(e));
        let version_ok =
            self.verify_version(At::Pos(here), GoVersion(18), "function instantiation");
        if let Some(e) = inst
            && let ExprKind::Index { indices, .. } = self.ast[e].kind
        {
            xlist = &self.ast[indices];
            match self.type_list(xlist) {
                Some(list) => targs = list,
                None => {
                    x.invalidate();
                    return None;
                }
            }
        }

        let sig = x.ty;
        let Type::Signature(signature) = self.ty(sig) else {
            x.invalidate();
            return None;
        };
        let tparams = signature.type_params();
        let (got, want) = (targs.len(), tparams.len());
        if got > want {
            let text = format!("got {got} type arguments but want {want}");
            self.error(xlist[got - 1], "WrongTypeArgCount", text);
            x.invalidate();
            return None;
        }
        if got < want {
            if !infer {
                return Some(targs);
            }
            // Assigning to the target is like passing it to a generic function with these type
            // parameters whose only parameter has the function's type.
            let mut params = Vec::new();
            let mut args = Vec::new();
            if let Some(target) = target {
                if version_ok && !self.allow_version(GoVersion(21)) {
                    let what = match inst {
                        Some(_) => "partially instantiated function in assignment",
                        None => "implicitly instantiated function in assignment",
                    };
                    self.verify_version(At::Pos(here), GoVersion(21), what);
                }
                params.push(self.signature_with(signature, Vec::new()));
                args.push(Operand {
                    mode: Mode::Value,
                    ty: target.sig,
                    value: None,
                    expr: None,
                });
            }
            // The function may be used in its own body: see `rename_type_params`.
            let (tparams, params) = self.rename_type_params(pos, tparams, &params);
            let mut err = ErrorBuilder::new("CannotInferTypeArgs");
            let given: Vec<_> = targs.iter().copied().map(Some).collect();
            let x_pos = x.expr.map_or(pos, |e| self.node_pos(e));
            let reverse = target.map(|t| (x_pos, t.desc.as_str()));
            let found = self.infer(pos, &tparams, &given, &params, &args, reverse, &mut err);
            let Some(found) = found else {
                if !err.is_empty() {
                    self.report(err);
                }
                x.invalidate();
                return None;
            };
            targs = found;
        }

        if let Some(e) = x.expr {
            x.ty = self.instantiate_signature(self.node_pos(e), e, sig, &targs, xlist);
        }
        x.mode = Mode::Value;
        None
    }

    /// `sig` instantiated, which is recorded for expression `e`. Constraints are verified later;
    /// errors are reported at the expressions of `xlist`, as far as there are any, else at `pos`.
    pub(crate) fn instantiate_signature(
        &self,
        pos: Pos,
        e: ExprId,
        sig: TypeId,
        targs: &[TypeId],
        xlist: &[ExprId],
    ) -> TypeId {
        let inst = self.instance(pos, sig, targs, None);
        self.record_instance(e, targs, inst);
        let targs = targs.to_vec();
        let xlist = xlist.to_vec();
        self.later(move |c| {
            let Type::Signature(signature) = c.ty(sig) else {
                return;
            };
            let tparams = signature.type_params();
            match c.verify(pos, tparams, &targs) {
                Ok(()) => c.mono_record_instance(pos, tparams, &targs, &xlist),
                Err((i, text)) => {
                    let at = xlist.get(i).map_or(pos, |&e| c.start_pos(e));
                    c.soft_error(at, "InvalidTypeArg", text);
                }
            }
        });
        inst
    }

    /// Reports that the language version has no instantiated functions.
    pub(super) fn verify_instantiation_version(&self, inst: ExprId) {
        self.verify_version(At::Expr(inst), GoVersion(18), "function instantiation");
    }

    /// A signature without receiver, with the same parameters and results and other type
    /// parameters.
    pub(super) fn signature_with(&self, sig: &Signature, type_params: Vec<TypeId>) -> TypeId {
        let copy = Signature::default();
        if !type_params.is_empty() {
            let _ = copy.type_params.set(type_params.into());
        }
        let _ = copy.params.set(sig.params().into());
        let _ = copy.results.set(sig.results().into());
        copy.variadic.set(sig.variadic.get());
        self.new_type(Type::Signature(copy))
    }

    /// The type parameters of `t`, if it is the signature of a generic function.
    fn generic_signature(&self, t: TypeId) -> Option<&Signature> {
        match self.ty(t) {
            Type::Signature(sig) if !sig.type_params().is_empty() => Some(sig),
            _ => None,
        }
    }

    /// Like `expr_list` for arguments: they may be generic functions, not instantiated or only in
    /// part, whose missing type arguments the call will infer (from go1.21 on).
    pub(super) fn generic_expr_list(&self, list: &[ExprId]) -> (Vec<Operand>, PartialArgs) {
        let mut partial = PartialArgs::new();
        if list.is_empty() {
            return (Vec::new(), partial);
        }
        let infer = !self.allow_version(GoVersion(21));
        let mut operands = Vec::with_capacity(list.len());
        for (i, &e) in list.iter().enumerate() {
            let mut x = Operand::invalid();
            let indexed = matches!(self.ast[e].kind, ExprKind::Index { .. });
            if indexed {
                if self.index_expr(&mut x, e) {
                    let pos = x.expr.map_or(Pos::NONE, |e| self.node_pos(e));
                    match self.func_inst(None, pos, &mut x, Some(e), infer) {
                        Some(targs) => {
                            partial.push((i, targs));
                            x.expr = Some(e);
                        }
                        None => self.record(&x),
                    }
                    operands.push(x);
                    continue;
                }
                // An ordinary index expression, which has been evaluated: finish what the
                // general evaluator would do.
                x.expr = Some(e);
                self.record(&x);
                self.exclude(&mut x, true, true);
                self.single_value(&mut x);
                operands.push(x);
            } else if list.len() > 1 {
                self.generic_expr(&mut x, e);
                operands.push(x);
            } else {
                self.raw_expr(None, &mut x, e, None, true);
                self.exclude(&mut x, true, true);
                match self.ty(x.ty) {
                    Type::Tuple(vars) if x.is_valid() => {
                        operands.extend(self.var_types(vars).map(|ty| Operand {
                            mode: Mode::Value,
                            ty,
                            value: None,
                            expr: Some(e),
                        }));
                    }
                    _ => operands.push(x),
                }
            }
        }
        (operands, partial)
    }

    /// Checks the arguments of a call of `sig`, and infers the type arguments that are missing of
    /// it (after the given `targs`, written as `xlist`) and of arguments that are generic
    /// functions. The result is `sig` as instantiated, or itself after an error.
    pub(super) fn arguments(
        &self,
        call: Call<'_>,
        sig: TypeId,
        targs: Vec<TypeId>,
        xlist: &[ExprId],
        args: &mut [Operand],
        partial: PartialArgs,
    ) -> TypeId {
        let Type::Signature(signature) = self.ty(sig) else {
            return sig;
        };
        let params = signature.params();
        let variadic = signature.variadic.get();
        let mut want = params.len();
        // The element type of the variadic parameter, if arguments go to it one by one.
        let mut rest = None;
        if variadic {
            if call.dots {
                if let (&[arg], true) = (call.args, args.len() > 1) {
                    let what = self.expr_str(arg);
                    let text = format!("cannot use ... with {}-valued {what}", args.len());
                    self.error(call.e, "InvalidDotDotDot", text);
                    return sig;
                }
            } else if args.len() + 1 >= want {
                let last = params.last().and_then(|&p| self.obj(p).ty.get());
                let elem = last.and_then(|t| match self.ty(t) {
                    Type::Slice { elem } => elem.get(),
                    _ => None,
                });
                rest = Some(elem.unwrap_or(TypeId::INVALID));
                want = args.len();
            } else {
                want -= 1;
            }
        } else if call.dots {
            let what = self.expr_str(call.fun);
            let text = format!("cannot use ... in call to non-variadic {what}");
            self.error(call.e, "NonVariadicDotDotDot", text);
            return sig;
        }
        if args.len() != want {
            self.wrong_arg_count(call, signature, args, want);
            return sig;
        }

        let fixed = match rest {
            Some(_) => &params[..params.len() - 1],
            None => params,
        };
        let generic = !signature.type_params().is_empty()
            || args.iter().any(|x| self.generic_signature(x.ty).is_some());
        if !generic {
            let types = self.var_types(fixed);
            let types = types.chain(rest.into_iter().cycle());
            self.assign_arguments(call, args, types);
            return sig;
        }
        let params = Params {
            fixed: self.var_types(fixed).collect(),
            rest,
        };
        self.generic_arguments(call, sig, targs, xlist, params, args, partial)
    }

    /// Assigns arguments to parameters of these types.
    fn assign_arguments(
        &self,
        call: Call<'_>,
        args: &mut [Operand],
        types: impl Iterator<Item = TypeId>,
    ) {
        let context = || format!("argument to {}", self.expr_str(call.fun));
        for (x, t) in args.iter_mut().zip(types) {
            self.assignment_in(x, Some(t), &context);
        }
    }

    fn wrong_arg_count(&self, call: Call<'_>, sig: &Signature, args: &[Operand], want: usize) {
        let (at, qualifier) = match (args.get(want), args.last()) {
            (Some(extra), _) => (At::from(extra), "too many"),
            (None, Some(last)) => (At::from(last), "not enough"),
            (None, None) => (At::Expr(call.e), "not enough"),
        };
        let have = self.types_summary(args.iter().map(|x| x.ty), false, call.dots);
        let want = self.types_summary(self.var_types(sig.params()), sig.variadic.get(), false);
        let what = self.expr_str(call.fun);
        let mut err = ErrorBuilder::new("WrongArgCount");
        self.add(
            &mut err,
            at,
            format!("{qualifier} arguments in call to {what}"),
        );
        self.add(&mut err, Pos::NONE, format!("have {have}"));
        self.add(&mut err, Pos::NONE, format!("want {want}"));
        self.report(err);
    }

    /// `arguments` where the function or an argument is generic, and the number is right.
    #[allow(clippy::too_many_arguments)]
    fn generic_arguments(
        &self,
        call: Call<'_>,
        sig: TypeId,
        targs: Vec<TypeId>,
        xlist: &[ExprId],
        params: Params,
        args: &mut [Operand],
        partial: PartialArgs,
    ) -> TypeId {
        let Type::Signature(signature) = self.ty(sig) else {
            return sig;
        };
        // All type parameters at hand: first the callee's, then those of each generic argument.
        let mut tparams = Vec::new();
        let mut given: Vec<Option<TypeId>> = targs.into_iter().map(Some).collect();
        let callee = signature.type_params().len();
        let mut types = params.fixed;
        let fixed = types.len();
        types.extend(params.rest);
        if callee > 0 {
            if !self.allow_version(GoVersion(18)) {
                let (at, what) = match self.ast[call.fun].kind {
                    ExprKind::Index { .. } => (call.fun, "function instantiation"),
                    _ => (call.e, "implicit function instantiation"),
                };
                self.verify_version(At::Expr(at), GoVersion(18), what);
            }
            (tparams, types) =
                self.rename_type_params(call.lparen, signature.type_params(), &types);
            given.resize(tparams.len(), None);
        }
        let rest = types.get(fixed).copied();
        types.resize(args.len(), rest.unwrap_or(TypeId::INVALID));

        let mut generic_args = Vec::new();
        let mut partial = partial.into_iter().peekable();
        for (i, x) in args.iter_mut().enumerate() {
            let partial = partial.next_if(|&(at, _)| at == i);
            let Some(arg_sig) = self.generic_signature(x.ty) else {
                continue;
            };
            // The same function may be passed twice: each gets type parameters of its own.
            let (fresh, renamed) =
                self.rename_type_params(call.lparen, arg_sig.type_params(), &[x.ty]);
            if let Some(&t) = renamed.first()
                && let Type::Signature(renamed) = self.ty(t)
            {
                x.ty = self.signature_with(renamed, fresh.clone());
            }
            tparams.extend_from_slice(&fresh);
            if let Some((_, targs)) = partial {
                given.extend(targs.into_iter().map(Some));
            }
            given.resize(tparams.len(), None);
            generic_args.push((i, fresh.len()));
        }
        if let Some(&(first, _)) = generic_args.first() {
            self.verify_version(
                At::from(&args[first]),
                GoVersion(21),
                "implicitly instantiated function as argument",
            );
        }

        let mut err = ErrorBuilder::new("CannotInferTypeArgs");
        let pos = call.lparen;
        let found = self.infer(pos, &tparams, &given, &types, args, None, &mut err);
        let Some(targs) = found else {
            // Inference errors have one line.
            if let Some((at, text)) = err.parts.first() {
                let what = self.expr_str(call.fun);
                let text = format!("in call to {what}, {text}");
                self.error(*at, "CannotInferTypeArgs", text);
            }
            return sig;
        };

        let mut result = sig;
        if callee > 0 {
            let own = &targs[..callee];
            result = self.instantiate_signature(pos, call.fun, sig, own, xlist);
            for t in &mut types {
                *t = self.subst(pos, *t, &tparams[..callee], own, None);
            }
        }
        let mut next = callee;
        for (i, count) in generic_args {
            let x = &mut args[i];
            let own = &targs[next..next + count];
            next += count;
            if let Some(e) = x.expr {
                x.ty = self.instantiate_signature(self.node_pos(e), e, x.ty, own, &[]);
            }
            self.record(x);
        }
        self.assign_arguments(call, args, types.into_iter());
        result
    }
}
