//! Type inference (spec: Type inference).

use super::Checker;
use super::errors::{At, ErrorBuilder};
use super::operand::Operand;
use super::unify::{Mode, Unifier};
use crate::ids::TypeId;
use crate::object::{ObjKind, Object};
use crate::types::{Term, Type};
use crate::version::GoVersion;
use gust_syntax::Pos;

/// What an inference works on.
struct Inference<'i> {
    pos: Pos,
    tparams: &'i [TypeId],
    args: &'i [Operand],
    reverse: Option<(Pos, &'i str)>,
}

impl Checker<'_> {
    /// Infers missing type arguments. `params` are the types of the parameters (after adjusting
    /// for variadic calls), `args` the operands. `reverse` describes the only operand, which has
    /// no expression, in reverse inference from an assignment. On failure `err` has got the
    /// reason, if it was not reported before. `targs` may be shorter than `tparams` or have none
    /// entries.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn infer(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[Option<TypeId>],
        params: &[TypeId],
        args: &[Operand],
        reverse: Option<(Pos, &str)>,
        err: &mut ErrorBuilder,
    ) -> Option<Vec<TypeId>> {
        if targs.len() == tparams.len()
            && let Some(all) = targs.iter().copied().collect()
        {
            return Some(all);
        }
        if args.iter().any(|x| !x.is_valid()) {
            return None;
        }
        // Parameters whose type is given take their arguments by the rules of assignment.
        let mut given = targs.to_vec();
        given.resize(tparams.len(), None);
        let params: Vec<_> = if given.iter().any(Option::is_some) {
            let subst = |&t| self.subst_known(t, tparams, &given);
            params.iter().map(subst).collect()
        } else {
            params.to_vec()
        };

        let this = Inference {
            pos,
            tparams,
            args,
            reverse,
        };
        let u = Unifier::new(self, tparams, &given, self.allow_version(GoVersion(21)));
        let untyped = self.infer_from_arguments(&this, &u, &params, err)?;
        self.infer_from_constraints(&this, &u, err)?;
        self.infer_from_untyped(&this, &u, &untyped, err)?;
        self.resolve_inferred(&this, &u, &given, err)
    }

    /// Unifies parameter types with the types of typed arguments. The result are the untyped
    /// arguments that go to a parameter whose type is a type parameter, with its number.
    fn infer_from_arguments(
        &self,
        this: &Inference<'_>,
        u: &Unifier<'_, '_>,
        params: &[TypeId],
        err: &mut ErrorBuilder,
    ) -> Option<Vec<(usize, usize)>> {
        let mut untyped = Vec::new();
        for (i, (arg, &param)) in this.args.iter().zip(params).enumerate() {
            if !self.is_parameterized(this.tparams, param)
                && !self.is_parameterized(this.tparams, arg.ty)
            {
                continue;
            }
            if self.is_typed(arg.ty) {
                if !u.unify(param, arg.ty, Mode::Assign) {
                    self.mismatch(this, u, param, arg, err);
                    return None;
                }
            } else if matches!(self.ty(param), Type::TypeParam(_))
                && !self.operand_is_nil(arg)
                && let Some(p) = u.bound(param)
            {
                // Default types are basic types: no composite parameter type takes them.
                untyped.push((i, p));
            }
        }
        Some(untyped)
    }

    /// Says that the type of `arg` does not unify with that of its parameter.
    fn mismatch(
        &self,
        this: &Inference<'_>,
        u: &Unifier<'_, '_>,
        param: TypeId,
        arg: &Operand,
        err: &mut ErrorBuilder,
    ) {
        let (at, what) = match (this.reverse, arg.expr) {
            (Some((pos, what)), _) => (At::Pos(pos), what.to_owned()),
            (None, Some(e)) => (At::Expr(e), self.expr_str(e)),
            (None, None) => (At::Pos(this.pos), String::new()),
        };
        let targ = self.type_str(arg.ty);
        let tpar = self.type_str(param);
        let found = u.inferred();
        if found.iter().all(Option::is_none) {
            let names = self.type_params_list(this.tparams);
            let text =
                format!("type {targ} of {what} does not match {tpar} (cannot infer {names})");
            return self.add(err, at, text);
        }
        let inferred = self.subst_known(param, this.tparams, &found);
        let text = if inferred == param {
            format!("type {targ} of {what} does not match {tpar}")
        } else {
            let inferred = self.type_str(inferred);
            match this.reverse {
                Some(_) => {
                    format!(
                        "inferred type {inferred} for {tpar} does not match type {targ} of {what}"
                    )
                }
                None => {
                    format!(
                        "type {targ} of {what} does not match inferred type {inferred} for {tpar}"
                    )
                }
            }
        };
        self.add(err, at, text);
    }

    /// Unifies type parameters with the core types and methods of their constraints as long as
    /// that tells something new.
    fn infer_from_constraints(
        &self,
        this: &Inference<'_>,
        u: &Unifier<'_, '_>,
        err: &mut ErrorBuilder,
    ) -> Option<()> {
        let unsatisfied = |tpar, t, cause: &str| {
            let mut text = format!(
                "{} (type {}) does not satisfy {}",
                self.type_str(tpar),
                self.type_str(t),
                self.type_str(self.bound_of(tpar))
            );
            if !cause.is_empty() {
                text.push(' ');
                text.push_str(cause);
            }
            text
        };
        loop {
            let unknowns = u.unknowns();
            for (i, &tpar) in this.tparams.iter().enumerate() {
                let known = u.at(i);
                if let Some((core, single)) = self.core_term(tpar) {
                    match known {
                        Some(t) if !u.unify(t, core.ty, Mode::Inexact) => {
                            self.add(err, this.pos, unsatisfied(tpar, t, ""));
                            return None;
                        }
                        Some(_) => {}
                        // There is but one type that satisfies the constraint.
                        None if single && !core.tilde => u.set(i, core.ty),
                        None => {}
                    }
                }
                // While other type parameters are in its type, its methods are not known.
                if let Some(t) = known
                    && !self.is_parameterized(this.tparams, t)
                {
                    let mut cause = String::new();
                    let iface = self.type_param_iface(tpar);
                    let equivalent = |x, y| u.unify(x, y, Mode::Exact);
                    if !self.has_all_methods(t, iface, true, &equivalent, Some(&mut cause)) {
                        // The official text has the blank even without a cause.
                        let mut text = unsatisfied(tpar, t, &cause);
                        if cause.is_empty() {
                            text.push(' ');
                        }
                        self.add(err, this.pos, text);
                        return None;
                    }
                }
            }
            if u.unknowns() == unknowns {
                return Some(());
            }
        }
    }

    /// Gives type parameters that are still unknown the default type of the untyped constants
    /// passed for them, of the largest kind.
    fn infer_from_untyped(
        &self,
        this: &Inference<'_>,
        u: &Unifier<'_, '_>,
        untyped: &[(usize, usize)],
        err: &mut ErrorBuilder,
    ) -> Option<()> {
        let mut largest: Vec<Option<TypeId>> = vec![None; this.tparams.len()];
        for &(arg, p) in untyped {
            if u.at(p).is_some() {
                continue;
            }
            let arg = &this.args[arg];
            let Some(max) = largest[p] else {
                largest[p] = Some(arg.ty);
                continue;
            };
            largest[p] = self.max_type(max, arg.ty);
            if largest[p].is_none() {
                let text = format!(
                    "mismatched types {} and {} (cannot infer {})",
                    self.type_str(max),
                    self.type_str(arg.ty),
                    self.type_str(this.tparams[p])
                );
                self.add(err, arg, text);
                return None;
            }
        }
        for (p, t) in largest.into_iter().enumerate() {
            if let Some(t) = t {
                u.set(p, self.default_type(t));
            }
        }
        Some(())
    }

    /// Replaces the type parameters that are left in the types found.
    fn resolve_inferred(
        &self,
        this: &Inference<'_>,
        u: &Unifier<'_, '_>,
        given: &[Option<TypeId>],
        err: &mut ErrorBuilder,
    ) -> Option<Vec<TypeId>> {
        let tparams = this.tparams;
        let mut found = u.inferred();
        self.kill_cycles(tparams, &mut found);
        let mut dirty: Vec<usize> = (0..tparams.len())
            .filter(|&i| given[i].is_none() && found[i].is_some())
            .collect();
        while !dirty.is_empty() {
            let known = found.clone();
            dirty.retain(|&i| {
                let Some(t) = known[i] else { return false };
                let new = self.subst_known(t, tparams, &known);
                if new == t {
                    return false;
                }
                // What remains of a generic function passed as argument once all its type
                // parameters are replaced is an ordinary function.
                let new = match self.ty(new) {
                    Type::Signature(sig)
                        if !sig.type_params().is_empty()
                            && !self.is_parameterized(tparams, new) =>
                    {
                        self.signature_with(sig, Vec::new())
                    }
                    _ => new,
                };
                found[i] = Some(new);
                true
            });
        }
        let mut result = Vec::with_capacity(found.len());
        for (&tpar, t) in tparams.iter().zip(found) {
            match t {
                Some(t) if !self.is_parameterized(tparams, t) => result.push(t),
                _ => {
                    let text = match self.ty(tpar) {
                        Type::TypeParam(p) => {
                            let obj = self.obj(p.obj);
                            let at = self.pos_str(obj.pos);
                            format!("cannot infer {} (declared at {at})", obj.name)
                        }
                        _ => String::from("cannot infer type argument"),
                    };
                    self.add(err, this.pos, text);
                    return None;
                }
            }
        }
        Some(result)
    }

    /// `t` with those type parameters replaced whose types are known.
    fn subst_known(&self, t: TypeId, tparams: &[TypeId], known: &[Option<TypeId>]) -> TypeId {
        let pairs = tparams.iter().zip(known);
        let (from, to): (Vec<_>, Vec<_>) = pairs.filter_map(|(&p, &t)| t.map(|t| (p, t))).unzip();
        if from.is_empty() {
            return t;
        }
        self.subst(Pos::NONE, t, &from, &to, None)
    }

    /// Fresh type parameters in place of `tparams`, and `types` with them.
    ///
    /// A generic function may be called in its own body, where its type parameters are ordinary
    /// types of arguments; those to be solved for must be others.
    pub(crate) fn rename_type_params(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        types: &[TypeId],
    ) -> (Vec<TypeId>, Vec<TypeId>) {
        if tparams.is_empty() {
            return (Vec::new(), types.to_vec());
        }
        let fresh: Vec<_> = tparams
            .iter()
            .map(|&t| match self.ty(t) {
                Type::TypeParam(p) => {
                    let old = self.obj(p.obj);
                    let obj = Object::new(ObjKind::TypeName, old.pos, old.pkg, old.name);
                    let new = self.new_type_param(self.new_obj(obj), None);
                    if let Type::TypeParam(new) = self.ty(new) {
                        new.index.set(p.index.get());
                    }
                    new
                }
                _ => t,
            })
            .collect();
        for (&old, &new) in tparams.iter().zip(&fresh) {
            if let Type::TypeParam(p) = self.ty(new) {
                let bound = self.subst(pos, self.bound_of(old), tparams, &fresh, None);
                p.bound.set(bound);
            }
        }
        if !self.allow_version(GoVersion(18)) {
            // What older versions lack was reported where it is declared; it still helps to
            // infer, and is no further error.
            let version = self.env.borrow().version;
            self.env.borrow_mut().version = GoVersion::LATEST;
            for &t in &fresh {
                self.type_set(self.type_param_iface(t));
            }
            self.env.borrow_mut().version = version;
        }
        let renamed = |&t| self.subst(pos, t, tparams, &fresh, None);
        let types = types.iter().map(renamed).collect();
        (fresh, types)
    }

    /// The constraint of a type parameter as written.
    fn bound_of(&self, tpar: TypeId) -> TypeId {
        match self.ty(tpar) {
            Type::TypeParam(p) => p.bound.get().unwrap_or(TypeId::INVALID),
            _ => TypeId::INVALID,
        }
    }

    /// The names of type parameters as in "P, Q, and R".
    fn type_params_list(&self, tparams: &[TypeId]) -> String {
        let names: Vec<_> = tparams.iter().map(|&t| self.type_str(t)).collect();
        join_names(&names)
    }

    /// The core type of a type parameter with tilde if any term of its constraint has one, or the
    /// only type of its type set, in which case the flag is set.
    fn core_term(&self, tpar: TypeId) -> Option<(Term, bool)> {
        let terms = self.specific_terms(tpar)?;
        if let &[single] = terms {
            return Some((single, true));
        }
        let ty = self.common_under(tpar, None).ok()?;
        let tilde = terms.iter().any(|term| term.tilde);
        Some((Term { tilde, ty }, false))
    }
}

fn join_names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [most @ .., last] => format!("{}, and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names() {
        let names = ["P", "Q", "R"].map(String::from);
        assert_eq!(join_names(&names[..0]), "");
        assert_eq!(join_names(&names[..1]), "P");
        assert_eq!(join_names(&names[..2]), "P and Q");
        assert_eq!(join_names(&names), "P, Q, and R");
    }
}
