//! Which types mention type parameters.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use crate::types::Type;
use rustc_hash::{FxHashMap, FxHashSet};

impl Checker<'_> {
    /// Whether `t` mentions any of `tparams`. Of a generic function's type only parameters and
    /// results count.
    pub(crate) fn is_parameterized(&self, tparams: &[TypeId], t: TypeId) -> bool {
        // No need for a walk in the most frequent cases.
        match self.ty(t) {
            Type::Basic(_) => return false,
            Type::TypeParam(_) => return tparams.contains(&t),
            Type::Named(_) if self.type_args(t).is_empty() => return false,
            _ => {}
        }
        let mut walk = Mentions {
            checker: self,
            tparams,
            seen: FxHashMap::default(),
        };
        walk.ty(t)
    }

    /// Forgets types found for type parameters that lead back to the parameter itself: replacing
    /// type parameters in them would never end.
    pub(super) fn kill_cycles(&self, tparams: &[TypeId], found: &mut [Option<TypeId>]) {
        let mut walk = Cycles {
            checker: self,
            tparams,
            found,
            path: FxHashSet::default(),
            done: FxHashSet::default(),
        };
        for &t in tparams {
            walk.ty(t);
            walk.done.clear();
        }
    }
}

struct Mentions<'c, 'a> {
    checker: &'c Checker<'a>,
    tparams: &'c [TypeId],
    /// Answers, which are "no" while a type is looked at.
    seen: FxHashMap<TypeId, bool>,
}

impl Mentions<'_, '_> {
    fn ty(&mut self, t: TypeId) -> bool {
        let c = self.checker;
        match c.ty(t) {
            Type::Basic(_) => return false,
            Type::TypeParam(_) => return self.tparams.contains(&t),
            _ => {}
        }
        if let Some(&known) = self.seen.get(&t) {
            return known;
        }
        self.seen.insert(t, false);
        let answer = match c.ty(t) {
            Type::Basic(_) | Type::TypeParam(_) | Type::Union(_) => false,
            Type::Alias(_) => self.ty(c.unalias(t)),
            Type::Array { elem, .. }
            | Type::Slice { elem }
            | Type::Pointer { base: elem }
            | Type::Chan { elem, .. } => self.maybe(elem.get()),
            Type::Map { key, elem } => self.maybe(key.get()) || self.maybe(elem.get()),
            Type::Struct(s) => self.vars(s.fields()),
            Type::Tuple(vars) => self.vars(vars),
            Type::Signature(sig) => self.vars(sig.params()) || self.vars(sig.results()),
            Type::Interface(_) => {
                let set = c.type_set(t);
                let terms = set.terms.as_deref().unwrap_or_default();
                self.vars(&set.methods)
                    || !terms.is_empty() && terms.iter().all(|term| self.ty(term.ty))
            }
            Type::Named(_) => c.type_args(t).iter().any(|&t| self.ty(t)),
        };
        self.seen.insert(t, answer);
        answer
    }

    fn maybe(&mut self, t: Option<TypeId>) -> bool {
        t.is_some_and(|t| self.ty(t))
    }

    fn vars(&mut self, vars: &[ObjId]) -> bool {
        let checker = self.checker;
        vars.iter().any(|&v| self.maybe(checker.obj(v).ty.get()))
    }
}

struct Cycles<'c, 'a, 'f> {
    checker: &'c Checker<'a>,
    tparams: &'c [TypeId],
    found: &'f mut [Option<TypeId>],
    path: FxHashSet<TypeId>,
    /// Types that have been walked through: their parts may be shared many times over.
    done: FxHashSet<TypeId>,
}

impl Cycles<'_, '_, '_> {
    fn number(&self, t: TypeId) -> Option<usize> {
        match self.checker.ty(t) {
            Type::TypeParam(_) => self.tparams.iter().position(|&p| p == t),
            _ => None,
        }
    }

    fn ty(&mut self, t: TypeId) {
        let c = self.checker;
        let t = c.unalias(t);
        if matches!(c.ty(t), Type::Basic(_)) || self.done.contains(&t) {
            return;
        }
        if !self.path.insert(t) {
            // Other cycles are those of recursive types.
            if let Some(i) = self.number(t) {
                self.found[i] = None;
            }
            return;
        }
        match c.ty(t) {
            Type::Basic(_) | Type::Alias(_) => {}
            Type::Array { elem, .. }
            | Type::Slice { elem }
            | Type::Pointer { base: elem }
            | Type::Chan { elem, .. } => self.maybe(elem.get()),
            Type::Map { key, elem } => {
                self.maybe(key.get());
                self.maybe(elem.get());
            }
            Type::Struct(s) => self.vars(s.fields()),
            Type::Tuple(vars) => self.vars(vars),
            Type::Signature(sig) => {
                self.vars(sig.params());
                self.vars(sig.results());
            }
            Type::Union(union) => union.terms.iter().for_each(|term| self.ty(term.ty)),
            Type::Interface(iface) => {
                self.vars(iface.methods());
                iface.embeddeds().iter().for_each(|&(t, _)| self.ty(t));
            }
            Type::Named(_) => c.type_args(t).iter().for_each(|&t| self.ty(t)),
            Type::TypeParam(_) => {
                if let Some(i) = self.number(t) {
                    self.maybe(self.found[i]);
                }
            }
        }
        self.path.remove(&t);
        self.done.insert(t);
    }

    fn maybe(&mut self, t: Option<TypeId>) {
        if let Some(t) = t {
            self.ty(t);
        }
    }

    fn vars(&mut self, vars: &[ObjId]) {
        for &v in vars {
            self.maybe(self.checker.obj(v).ty.get());
        }
    }
}
