//! Instances of generic types and functions; satisfying constraints.

use super::Checker;
use crate::ids::TypeId;
use crate::types::{Signature, Term, Type};
use crate::version::GoVersion;
use gust_syntax::Pos;
use smallvec::SmallVec;
use std::sync::OnceLock;

impl Checker<'_> {
    /// The instance of generic `orig` (named, alias or signature), without checking constraints.
    /// Identical instances of a package share a handle.
    ///
    /// `expanding` is the instance whose expansion asks for this one; since all instances of a
    /// package are shared, it finds its way back without further ado.
    pub(crate) fn instance(
        &self,
        pos: Pos,
        orig: TypeId,
        targs: &[TypeId],
        expanding: Option<TypeId>,
    ) -> TypeId {
        match self.ty(orig) {
            Type::Signature(sig) => return self.signature_instance(pos, orig, sig, targs),
            Type::Named(_) | Type::Alias(_) => {}
            _ => return TypeId::INVALID,
        }
        let hash = self.instance_hash(orig, targs);
        if let Some(known) = self.find_instance(hash, orig, targs) {
            return known;
        }
        let new = match self.ty(orig) {
            Type::Alias(alias) => {
                let params = alias.type_params();
                let name = self.type_name(orig).map(|o| self.obj(o).name);
                let name = name.as_deref().unwrap_or_default();
                if !self.validate_targ_len(pos, name, params.len(), targs.len()) {
                    return TypeId::INVALID;
                }
                if params.is_empty() {
                    return orig;
                }
                let rhs = self.cell_type(&alias.rhs);
                let rhs = self.subst(pos, rhs, params, targs, expanding);
                self.new_alias_instance(pos, orig, targs, rhs)
            }
            _ => self.new_named_instance(pos, orig, targs),
        };
        let mut instances = self.relations.instances.borrow_mut();
        instances.entry(hash).or_default().push(new);
        drop(instances);
        self.relations.hashes.borrow_mut().insert(new, hash);
        new
    }

    fn find_instance(&self, hash: u64, orig: TypeId, targs: &[TypeId]) -> Option<TypeId> {
        let candidates = self.relations.instances.borrow().get(&hash)?.clone();
        candidates
            .into_iter()
            .find(|&t| self.identical_instance(orig, targs, self.origin(t), self.type_args(t)))
    }

    /// Makes `t` the instance of `orig` that others share, unless there is one.
    pub(super) fn register_instance(&self, orig: TypeId, targs: &[TypeId], t: TypeId) {
        let hash = self.instance_hash(orig, targs);
        if self.find_instance(hash, orig, targs).is_none() {
            let mut instances = self.relations.instances.borrow_mut();
            instances.entry(hash).or_default().push(t);
        }
    }

    fn signature_instance(
        &self,
        pos: Pos,
        orig: TypeId,
        sig: &Signature,
        targs: &[TypeId],
    ) -> TypeId {
        let params = sig.type_params();
        if params.len() != targs.len() {
            let name = self.type_str(orig);
            self.validate_targ_len(pos, &name, params.len(), targs.len());
            return TypeId::INVALID;
        }
        if params.is_empty() {
            return orig;
        }
        let key = (orig, SmallVec::from_slice(targs));
        if let Some(&known) = self.relations.signatures.borrow().get(&key) {
            return known;
        }
        let copy = Signature {
            recv_type_params: sig.recv_type_params.clone(),
            params: OnceLock::from(self.subst_vars(pos, sig.params(), params, targs)),
            results: OnceLock::from(self.subst_vars(pos, sig.results(), params, targs)),
            ..Signature::default()
        };
        if let Some(recv) = sig.recv.get() {
            copy.recv.set(recv);
        }
        copy.variadic.set(sig.variadic.get());
        let new = self.new_type(Type::Signature(copy));
        // While the header is being checked there is more to come.
        if sig.params.get().is_some() && sig.results.get().is_some() {
            self.relations.signatures.borrow_mut().insert(key, new);
        }
        new
    }

    /// Checks the number of type arguments and reports an error if it is wrong ("not enough type
    /// arguments for type %s: have %d, want %d").
    pub(crate) fn validate_targ_len(&self, pos: Pos, name: &str, want: usize, got: usize) -> bool {
        let quality = match got.cmp(&want) {
            std::cmp::Ordering::Less => "not enough",
            std::cmp::Ordering::Greater => "too many",
            std::cmp::Ordering::Equal => return true,
        };
        self.error(
            pos,
            "WrongTypeArgCount",
            format!("{quality} type arguments for type {name}: have {got}, want {want}"),
        );
        false
    }

    /// Whether the type arguments satisfy their constraints: else the index of the first that
    /// does not, and why.
    pub(crate) fn verify(
        &self,
        pos: Pos,
        tparams: &[TypeId],
        targs: &[TypeId],
    ) -> Result<(), (usize, String)> {
        for (i, (&param, &arg)) in tparams.iter().zip(targs).enumerate() {
            // The constraint may mention all of the type parameters.
            self.type_param_iface(param);
            let bound = match self.ty(param) {
                Type::TypeParam(p) => self.cell_type(&p.bound),
                _ => continue,
            };
            let bound = self.subst(pos, bound, tparams, targs, None);
            let mut cause = String::new();
            if !self.implements(arg, bound, true, Some(&mut cause)) {
                return Err((i, cause));
            }
        }
        Ok(())
    }

    /// Whether `v` implements (or, for constraints, satisfies) interface `t`.
    pub(crate) fn implements(
        &self,
        v: TypeId,
        t: TypeId,
        constraint: bool,
        mut cause: Option<&mut String>,
    ) -> bool {
        let (vu, tu) = (self.under(v), self.under(t));
        // What follows from an error is not reported.
        if !self.is_valid(vu) || !self.is_valid(tu) {
            return true;
        }
        if let Type::Pointer { base } = self.ty(vu)
            && !self.is_valid(self.under(self.cell_type(base)))
        {
            return true;
        }
        let verb = if constraint { "satisfy" } else { "implement" };
        let mut fail = |text: &dyn Fn() -> String| {
            if let Some(cause) = cause.as_deref_mut() {
                *cause = text();
            }
            false
        };
        let does_not = || {
            let (v, t) = (self.type_str(v), self.type_str(t));
            format!("{v} does not {verb} {t}")
        };

        if !matches!(self.ty(tu), Type::Interface(_)) {
            return fail(&|| {
                let name = self.type_str(t);
                let detail = if self.is_interface_ptr(tu) {
                    format!("type {name} is pointer to interface, not interface")
                } else {
                    format!("{name} is not an interface")
                };
                format!("{} ({detail})", does_not())
            });
        }
        let tset = self.type_set(tu);
        if tset.is_all() {
            return true;
        }
        // The empty set is a subset of any set, but no other is a subset of it.
        let vset = matches!(self.ty(vu), Type::Interface(_)).then(|| self.type_set(vu));
        if vset.is_some_and(|s| s.is_empty()) {
            return true;
        }
        if tset.is_empty() {
            return fail(&|| format!("cannot {verb} {} (empty type set)", self.type_str(t)));
        }

        let same = |x, y| self.identical(x, y);
        if !self.has_all_methods(v, t, true, &same, None) {
            return fail(&|| {
                let mut missing = String::new();
                self.has_all_methods(v, t, true, &same, Some(&mut missing));
                format!("{} {missing}", does_not())
            });
        }

        if let Some(terms) = tset.specific_terms() {
            if let Some(vset) = vset {
                if !self.terms_subset_of(vset.terms.as_deref(), Some(terms)) {
                    return fail(&does_not);
                }
            } else if !terms.iter().any(|term| self.term_includes(term, v)) {
                return fail(&|| {
                    let detail = self.not_in_terms(v, t, tu, terms);
                    format!("{} ({detail})", does_not())
                });
            }
        }

        if !self.interface_is_comparable(tu) || self.strictly_comparable(v) {
            return true;
        }
        // Ordinary interfaces satisfy comparable although they may panic.
        if constraint && self.comparable(v) {
            return self.allow_version(GoVersion(20))
                || fail(&|| {
                    let v = self.type_str(v);
                    format!("{v} to {verb} comparable requires go1.20 or later")
                });
        }
        fail(&|| format!("{} does not {verb} comparable", self.type_str(v)))
    }

    /// Why a type that is no interface is not in the type set of `t`, whose terms are `terms`.
    fn not_in_terms(&self, v: TypeId, t: TypeId, tu: TypeId, terms: &[Term]) -> String {
        let (vs, ts) = (self.type_str(v), self.type_str(t));
        let with_tilde = terms.iter().find(|term| {
            let wide = Term {
                tilde: true,
                ty: term.ty,
            };
            !term.tilde
                && self.identical(term.ty, self.under(term.ty))
                && self.term_includes(&wide, v)
        });
        if let Some(alt) = with_tilde {
            return format!("possibly missing ~ for {} in {ts}", self.type_str(alt.ty));
        }
        if self.mentions(tu, v) {
            return format!("{ts} mentions {vs}, but {vs} is not in the type set of {ts}");
        }
        let list: Vec<String> = terms.iter().map(|term| self.term_str(term)).collect();
        format!("{vs} missing in {}", list.join(" | "))
    }

    /// Whether `v` stands in an element or term of `t`.
    fn mentions(&self, t: TypeId, v: TypeId) -> bool {
        match self.ty(t) {
            Type::Interface(i) => i.embeddeds().iter().any(|e| self.mentions(e.0, v)),
            Type::Union(u) => u.terms.iter().any(|term| self.mentions(term.ty, v)),
            _ => self.identical(t, v),
        }
    }
}
