//! Types that would contain themselves: values of infinite size, interfaces that embed
//! themselves (spec: Type declarations, Interface types).

use super::Checker;
use crate::ids::TypeId;
use crate::types::Type;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What is known of declared types: for those whose values contain no type twice, which of
/// their type parameters they contain. `None` while that is being found out, and for those that
/// lie in themselves or contain such a type: these are searched step by step for the report.
#[derive(Default)]
pub(crate) struct ValidState {
    contained: RefCell<FxHashMap<TypeId, Option<Rc<[usize]>>>>,
}

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
        if self.surely_valid(t, at, at.nest.len()) {
            return true;
        }
        let origin = self.origin(t);
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
        valid
    }

    /// A type parameter stands for the type argument of the instance it lies in; those of
    /// functions around stand for themselves.
    fn valid_type_param(&self, t: TypeId, at: &mut Search) -> bool {
        let Some(&inst) = at.nest.last() else {
            return true;
        };
        let Some(arg) = self.type_argument(inst, t) else {
            return true;
        };
        // The argument was written outside of the instance, so it does not lie in it.
        let origin = self.origin(inst);
        at.leave_nest(origin);
        let valid = self.valid_type_in(arg, at);
        at.enter_nest(inst, origin);
        valid
    }

    /// Whether `t` is valid in the first `depth` types of the nest, as far as can be told without
    /// going through what the declared types on the way contain.
    fn surely_valid(&self, t: TypeId, at: &Search, depth: usize) -> bool {
        let t = self.unalias(t);
        match self.ty(t) {
            Type::Array { elem, .. } => elem
                .get()
                .is_none_or(|elem| self.surely_valid(elem, at, depth)),
            Type::Struct(s) => s.fields().iter().all(|&f| {
                let t = self.obj(f).ty.get();
                t.is_none_or(|t| self.surely_valid(t, at, depth))
            }),
            Type::Union(u) => {
                let mut terms = u.terms.iter();
                terms.all(|term| self.surely_valid(term.ty, at, depth))
            }
            Type::Interface(iface) => {
                let mut all = iface.embeddeds().iter();
                all.all(|&(t, _)| self.surely_valid(t, at, depth))
            }
            Type::Named(_) => {
                let origin = self.origin(t);
                let nested = at.nested.get(&origin).is_some_and(|&n| n > 0)
                    && at.nest[..depth].iter().any(|&e| self.identical(e, t));
                let args = self.type_args(t);
                !nested
                    && self.contained_params(origin).is_some_and(|params| {
                        let mut args = params.iter().filter_map(|&i| args.get(i));
                        args.all(|&arg| self.surely_valid(arg, at, depth))
                    })
            }
            Type::TypeParam(_) => {
                let Some(outside) = depth.checked_sub(1) else {
                    return true;
                };
                let arg = self.type_argument(at.nest[outside], t);
                arg.is_none_or(|arg| self.surely_valid(arg, at, outside))
            }
            _ => true,
        }
    }

    /// The type argument for type parameter `t` in instance `inst`.
    fn type_argument(&self, inst: TypeId, t: TypeId) -> Option<TypeId> {
        let index = self.type_params(inst).iter().position(|&p| p == t)?;
        self.type_args(inst).get(index).copied()
    }

    /// The type parameters that values of declared type `origin` contain, if it contains no type
    /// twice.
    fn contained_params(&self, origin: TypeId) -> Option<Rc<[usize]>> {
        let known = &self.valid.contained;
        if let Some(known) = known.borrow().get(&origin) {
            return known.clone();
        }
        let Type::Named(named) = self.ty(origin) else {
            return None;
        };
        let rhs = named.rhs.get().or_else(|| named.underlying.get());
        known.borrow_mut().insert(origin, None);
        let mut found = vec![false; self.type_params(origin).len()];
        if !rhs.is_some_and(|rhs| self.note_contained(rhs, origin, &mut found)) {
            return None;
        }
        let params: Rc<[usize]> = (0..found.len()).filter(|&i| found[i]).collect();
        known.borrow_mut().insert(origin, Some(params.clone()));
        Some(params)
    }

    /// Notes which of `origin`'s type parameters `t` contains; false if it may contain a type
    /// twice.
    fn note_contained(&self, t: TypeId, origin: TypeId, found: &mut [bool]) -> bool {
        let t = self.unalias(t);
        let mut part = |t: Option<TypeId>| t.is_none_or(|t| self.note_contained(t, origin, found));
        match self.ty(t) {
            Type::Array { elem, .. } => part(elem.get()),
            Type::Struct(s) => s.fields().iter().all(|&f| part(self.obj(f).ty.get())),
            Type::Union(u) => u.terms.iter().all(|term| part(Some(term.ty))),
            Type::Interface(iface) => iface.embeddeds().iter().all(|&(t, _)| part(Some(t))),
            Type::Named(_) => {
                let args = self.type_args(t);
                self.contained_params(self.origin(t))
                    .is_some_and(|params| params.iter().all(|&i| part(args.get(i).copied())))
            }
            Type::TypeParam(_) => {
                let index = self.type_params(origin).iter().position(|&p| p == t);
                if let Some(index) = index {
                    found[index] = true;
                }
                true
            }
            _ => true,
        }
    }

    /// Makes the underlying type of a declared type invalid.
    fn invalidate_underlying(&self, t: TypeId) {
        if let Type::Named(named) = self.ty(t) {
            named.underlying.set(TypeId::INVALID);
        }
    }
}
