//! Looking through names: aliases, underlying types, and those of all types in a type set.

use super::Checker;
use crate::ids::TypeId;
use crate::types::{Alias, Named, Type};
use gust_syntax::token::ChanDir;
use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

/// The types of a type set, each with its underlying type; `None` stands for "no specific
/// types".
pub(crate) type SpecificTypes = SmallVec<[Option<(TypeId, TypeId)>; 2]>;

/// Refuses a type and its underlying type with a cause.
pub(crate) type Condition<'f> = &'f dyn Fn(Option<TypeId>, Option<TypeId>) -> Option<String>;

impl Checker<'_> {
    /// The first type on the alias chain of `t` that is no alias; invalid while an alias on the
    /// way has no right side yet.
    pub(crate) fn unalias(&self, t: TypeId) -> TypeId {
        match self.ty(t) {
            Type::Alias(a) => match a.actual.get() {
                Some(actual) => actual,
                None => self.resolve_alias(t, a),
            },
            _ => t,
        }
    }

    #[cold]
    fn resolve_alias(&self, t: TypeId, alias: &Alias) -> TypeId {
        let mut path: SmallVec<[(TypeId, &Alias); 4]> = smallvec![(t, alias)];
        let mut seen = FxHashSet::from_iter([t]);
        let mut rhs = alias.rhs.get();
        let actual = loop {
            let Some(next) = rhs else {
                return TypeId::INVALID;
            };
            let Type::Alias(a) = self.ty(next) else {
                break next;
            };
            if let Some(actual) = a.actual.get() {
                break actual;
            }
            if !seen.insert(next) {
                return TypeId::INVALID;
            }
            path.push((next, a));
            rhs = a.rhs.get();
        };
        for (t, a) in path {
            if self.is_own_type(t) {
                a.actual.set(actual);
            }
        }
        actual
    }

    /// The underlying type; that of a type parameter is its constraint interface.
    pub(crate) fn under(&self, t: TypeId) -> TypeId {
        match self.ty(t) {
            Type::Named(n) => match n.underlying.get() {
                Some(u) => u,
                None => self.resolve_underlying(t, n),
            },
            Type::Alias(_) => self.under(self.unalias(t)),
            Type::TypeParam(_) => self.type_param_iface(t),
            _ => t,
        }
    }

    /// `unalias(t)` if it is a `Named`.
    pub(crate) fn as_named(&self, t: TypeId) -> Option<TypeId> {
        let t = self.unalias(t);
        matches!(self.ty(t), Type::Named(_)).then_some(t)
    }

    /// Follows right sides from `t` to a type that is not named, and notes the result for all
    /// types on the way. A type whose right side is not known yet, or that leads to itself, is
    /// invalid for now; such declarations are reported elsewhere.
    #[cold]
    fn resolve_underlying(&self, t: TypeId, named: &Named) -> TypeId {
        if !self.is_own_type(t)
            && let Some(&u) = self.relations.foreign_underlying.borrow().get(&t)
        {
            return u;
        }
        let mut path: SmallVec<[(TypeId, &Named); 4]> = smallvec![(t, named)];
        let mut origins = FxHashSet::default();
        let mut rhs = self.named_rhs(t);
        let underlying = loop {
            let Some(next) = rhs else {
                return TypeId::INVALID;
            };
            let next = self.unalias(next);
            match self.ty(next) {
                Type::Named(n) => {
                    if let Some(u) = n.underlying.get() {
                        break u;
                    }
                    // Instances of one generic type differ in their arguments only, so the way
                    // from each leads to the next.
                    if origins.is_empty() {
                        origins.insert(named.origin.unwrap_or(t));
                    }
                    if !origins.insert(n.origin.unwrap_or(next)) {
                        return TypeId::INVALID;
                    }
                    path.push((next, n));
                    rhs = self.named_rhs(next);
                }
                Type::TypeParam(_) => break self.under(next),
                _ => break next,
            }
        };
        for (t, n) in path {
            if self.is_own_type(t) {
                n.underlying.set(underlying);
            } else {
                let mut known = self.relations.foreign_underlying.borrow_mut();
                known.insert(t, underlying);
            }
        }
        underlying
    }

    /// The `(type, underlying type)` pairs of `t`'s type set: `t` itself unless it is a type
    /// parameter; `None` stands for "no specific types". Never empty.
    pub(crate) fn typeset(&self, t: TypeId) -> SpecificTypes {
        let param = self.unalias(t);
        if !matches!(self.ty(param), Type::TypeParam(_)) {
            return smallvec![Some((t, self.under(t)))];
        }
        let Some(terms) = self.type_param_set(param).specific_terms() else {
            return smallvec![None];
        };
        terms
            .iter()
            .map(|term| Some((term.ty, self.term_under(term))))
            .collect()
    }

    /// The one underlying type shared by all of `t`'s type set (channels of compatible direction
    /// count as one), or the cause why there is none (may be empty). `cond` may refuse a pair
    /// with a cause.
    pub(crate) fn common_under(
        &self,
        t: TypeId,
        cond: Option<Condition<'_>>,
    ) -> Result<TypeId, String> {
        let mut common: Option<(TypeId, TypeId)> = None;
        for pair in self.typeset(t) {
            if let Some(cond) = cond
                && let Some(cause) = cond(pair.map(|p| p.0), pair.map(|p| p.1))
            {
                return Err(cause);
            }
            let Some((t, u)) = pair else {
                return Err("no specific type".to_string());
            };
            let Some((ct, cu)) = common else {
                common = Some((t, u));
                continue;
            };
            let texts = || (self.type_str(ct), self.type_str(t));
            if let (Type::Chan { dir: cd, elem: ce }, Type::Chan { dir, elem }) =
                (self.ty(cu), self.ty(u))
            {
                if !self.identical(self.cell_type(ce), self.cell_type(elem)) {
                    let (ct, t) = texts();
                    return Err(format!(
                        "channels {ct} and {t} have different element types"
                    ));
                }
                if cd == dir {
                    continue;
                }
                // The restricted direction is what all of them can do.
                if *cd == ChanDir::Both {
                    common = Some((t, u));
                } else if *dir != ChanDir::Both {
                    let (ct, t) = texts();
                    return Err(format!("channels {ct} and {t} have conflicting directions"));
                }
                continue;
            }
            if !self.identical(cu, u) {
                let (ct, t) = texts();
                return Err(format!("{ct} and {t} have different underlying types"));
            }
        }
        Ok(common.map_or(TypeId::INVALID, |c| c.1))
    }
}
