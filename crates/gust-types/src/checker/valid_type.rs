//! Types that would contain themselves: values of infinite size, interfaces that embed
//! themselves (spec: Type declarations, Interface types).

use super::Checker;
use crate::ids::TypeId;
use crate::types::Type;
use rustc_hash::FxHashMap;

/// A search for a type that lies in itself.
///
/// `nest` are the named types whose values contain the one at hand; a type that is found in its
/// own nest is invalid. `path` are all named types on the way: going from a type parameter to
/// its type argument leaves the instance's nest but not the path.
struct Search {
    nest: Vec<TypeId>,
    path: Vec<TypeId>,
    /// How often a declared type or instances of it are in the nest.
    nested: FxHashMap<TypeId, u32>,
}

impl Search {
    fn enter_nest(&mut self, t: TypeId, origin: TypeId) {
        self.nest.push(t);
        *self.nested.entry(origin).or_default() += 1;
    }

    fn leave_nest(&mut self, origin: TypeId) {
        self.nest.pop();
        if let Some(n) = self.nested.get_mut(&origin) {
            *n -= 1;
        }
    }
}

impl Checker<'_> {
    /// Reports a named type that contains itself.
    pub(crate) fn valid_type(&self, named: TypeId) {
        let mut search = Search {
            nest: Vec::new(),
            path: Vec::new(),
            nested: FxHashMap::default(),
        };
        self.valid_type_in(named, &mut search);
    }

    fn valid_type_in(&self, t: TypeId, at: &mut Search) -> bool {
        let t = self.unalias(t);
        match self.ty(t) {
            Type::Array { elem, .. } => elem.get().is_none_or(|elem| self.valid_type_in(elem, at)),
            Type::Struct(s) => s.fields().iter().all(|&f| {
                let t = self.obj(f).ty.get();
                t.is_none_or(|t| self.valid_type_in(t, at))
            }),
            Type::Union(u) => u.terms.iter().all(|term| self.valid_type_in(term.ty, at)),
            Type::Interface(iface) => iface
                .embeddeds()
                .iter()
                .all(|&(t, _)| self.valid_type_in(t, at)),
            Type::Named(_) => self.valid_named(t, at),
            Type::TypeParam(_) => self.valid_type_param(t, at),
            _ => true,
        }
    }

    fn valid_named(&self, t: TypeId, at: &mut Search) -> bool {
        let origin = self.origin(t);
        // Whether a type without parameters and arguments is valid does not depend on where it
        // lies, and packages that are checked have no invalid types.
        let closed = t == origin && self.type_params(t).is_empty();
        if closed && (t.pkg != self.id || self.valid.borrow().contains(&t)) {
            return true;
        }
        let instances = at.nested.get(&origin).is_some_and(|&n| n > 0);
        if instances && at.nest.iter().any(|&e| self.identical(e, t)) {
            if origin.pkg == self.id
                && let Type::Named(named) = self.ty(origin)
            {
                named.rhs.set(TypeId::INVALID);
                self.invalidate_underlying(origin);
            }
            // All of the nest is on the path, perhaps further up.
            let start = at.path.iter().position(|&p| self.identical(p, t));
            let cycle: Vec<_> = at.path[start.unwrap_or(0)..]
                .iter()
                .filter_map(|&t| match self.ty(t) {
                    Type::Named(named) => named.obj.get(),
                    _ => None,
                })
                .collect();
            self.cycle_error(&cycle, 0);
            return false;
        }
        let Type::Named(generic) = self.ty(origin) else {
            return true;
        };
        let Some(rhs) = generic.rhs.get().or_else(|| generic.underlying.get()) else {
            return true;
        };
        at.enter_nest(t, origin);
        at.path.push(t);
        let valid = self.valid_type_in(rhs, at);
        at.path.pop();
        at.leave_nest(origin);
        if valid && closed {
            self.valid.borrow_mut().insert(t);
        }
        valid
    }

    /// A type parameter stands for the type argument of the instance it lies in; those of
    /// functions around stand for themselves.
    fn valid_type_param(&self, t: TypeId, at: &mut Search) -> bool {
        let Some(&inst) = at.nest.last() else {
            return true;
        };
        let index = self.type_params(inst).iter().position(|&p| p == t);
        let Some(&arg) = index.and_then(|i| self.type_args(inst).get(i)) else {
            return true;
        };
        // The argument was written outside of the instance, so it does not lie in it.
        let origin = self.origin(inst);
        at.leave_nest(origin);
        let valid = self.valid_type_in(arg, at);
        at.enter_nest(inst, origin);
        valid
    }

    /// Makes the underlying type of a declared type invalid.
    fn invalidate_underlying(&self, t: TypeId) {
        if let Type::Named(named) = self.ty(t) {
            named.underlying.set(TypeId::INVALID);
        }
    }
}
