//! Unification of types (spec: Type unification).
//!
//! Two types unify if they become equivalent when the bound type parameters in them are replaced
//! by types, which unification finds on the way. How loosely types are compared depends on
//! [`Mode`]: a defined type also unifies with a literal type that has its underlying type, and an
//! unbound type parameter with its core type, because whether the result is identical or
//! assignable is checked afterwards, when the instantiated function is called.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use crate::types::{Struct, Type};
use crate::typeset::TypeSet;
use gust_syntax::token::ChanDir;
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};

/// Recursion beyond this depth means that unification does not end: it fails.
const MAX_DEPTH: u32 = 50;

/// How types are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Defined types unify with literals, channel directions are ignored, and a type unifies with
    /// an interface that it implements.
    Inexact,
    /// Like `Inexact` for the types as such, but `Exact` for their parts: what assignments allow.
    Assign,
    /// Only types that are identical once type parameters are replaced.
    Exact,
}

impl Mode {
    /// The mode for the parts of a type.
    fn of_parts(self) -> Mode {
        match self {
            Mode::Inexact => Mode::Inexact,
            Mode::Assign | Mode::Exact => Mode::Exact,
        }
    }
}

/// Two interfaces being unified, and those around them: interfaces are the only types that can
/// contain themselves without going through a name.
struct Pair<'p> {
    x: TypeId,
    y: TypeId,
    outer: Option<&'p Pair<'p>>,
}

/// Unification for a list of type parameters. Calls of [`Unifier::unify`] add up: each may find
/// types for more of them.
pub(super) struct Unifier<'c, 'a> {
    checker: &'c Checker<'a>,
    tparams: &'c [TypeId],
    /// For each type parameter its slot in `types`. Those that turned out to be equal share one.
    slots: RefCell<SmallVec<[u32; 8]>>,
    types: RefCell<SmallVec<[Option<TypeId>; 8]>>,
    depth: Cell<u32>,
    /// Whether the methods of interfaces take part in inference (since go1.21).
    methods: bool,
}

impl<'c, 'a> Unifier<'c, 'a> {
    /// A unifier for `tparams`, of which some may have types already.
    pub fn new(
        checker: &'c Checker<'a>,
        tparams: &'c [TypeId],
        targs: &[Option<TypeId>],
        methods: bool,
    ) -> Self {
        let types = (0..tparams.len()).map(|i| targs.get(i).copied().flatten());
        Self {
            checker,
            tparams,
            slots: RefCell::new((0..tparams.len() as u32).collect()),
            types: RefCell::new(types.collect()),
            depth: Cell::new(0),
            methods,
        }
    }

    /// The type found for type parameter number `i`.
    pub fn at(&self, i: usize) -> Option<TypeId> {
        let slot = self.slots.borrow()[i];
        self.types.borrow()[slot as usize]
    }

    /// Sets the type of type parameter number `i`.
    pub fn set(&self, i: usize, t: TypeId) {
        let slot = self.slots.borrow()[i];
        self.types.borrow_mut()[slot as usize] = Some(t);
    }

    /// How many type parameters have no type yet.
    pub fn unknowns(&self) -> usize {
        (0..self.tparams.len())
            .filter(|&i| self.at(i).is_none())
            .count()
    }

    /// The types found, by type parameter.
    pub fn inferred(&self) -> Vec<Option<TypeId>> {
        (0..self.tparams.len()).map(|i| self.at(i)).collect()
    }

    /// Number of `t` if it is one of the type parameters.
    pub fn bound(&self, t: TypeId) -> Option<usize> {
        let t = self.checker.unalias(t);
        match self.checker.ty(t) {
            Type::TypeParam(_) => self.tparams.iter().position(|&p| p == t),
            _ => None,
        }
    }

    /// Makes two type parameters equal; false if both have types already.
    fn join(&self, x: usize, y: usize) -> bool {
        let (mut from, mut to) = {
            let slots = self.slots.borrow();
            (slots[x], slots[y])
        };
        if from == to {
            return true;
        }
        {
            let types = self.types.borrow();
            match (types[from as usize], types[to as usize]) {
                (Some(_), Some(_)) => return false,
                (Some(_), None) => std::mem::swap(&mut from, &mut to),
                (None, _) => {}
            }
        }
        for slot in self.slots.borrow_mut().iter_mut() {
            if *slot == from {
                *slot = to;
            }
        }
        true
    }

    /// Unifies `x` and `y`.
    pub fn unify(&self, x: TypeId, y: TypeId, mode: Mode) -> bool {
        self.nify(x, y, mode, None)
    }

    fn nify(&self, x: TypeId, y: TypeId, mode: Mode, outer: Option<&Pair<'_>>) -> bool {
        if x == y || self.checker.unalias(x) == self.checker.unalias(y) {
            return true;
        }
        if self.depth.get() >= MAX_DEPTH {
            return false;
        }
        self.depth.set(self.depth.get() + 1);
        let ok = self.different(x, y, mode, outer);
        self.depth.set(self.depth.get() - 1);
        ok
    }

    /// Unifies types that are not the same.
    fn different(
        &self,
        mut x: TypeId,
        mut y: TypeId,
        mode: Mode,
        outer: Option<&Pair<'_>>,
    ) -> bool {
        let c = self.checker;
        let exact = mode == Mode::Exact;
        // A defined type goes to the right, a bound type parameter to the left.
        if c.as_named(x).is_some() || self.bound(y).is_some() {
            std::mem::swap(&mut x, &mut y);
        }
        if !exact
            && let Some(named) = c.as_named(y)
            && c.is_type_lit(x)
            && !(self.methods && c.is_interface(x))
        {
            y = c.under(named);
            if x == y || c.unalias(x) == c.unalias(y) {
                return true;
            }
        }

        match (self.bound(x), self.bound(y)) {
            (Some(px), Some(py)) => {
                if self.join(px, py) {
                    return true;
                }
                return match (self.at(px), self.at(py)) {
                    (Some(x), Some(y)) => self.nify(x, y, mode, outer),
                    _ => false,
                };
            }
            (Some(px), None) => {
                return match self.at(px) {
                    Some(x) => self.known(px, x, y, mode, outer),
                    None => {
                        self.set(px, y);
                        true
                    }
                };
            }
            _ => {}
        }

        if self.methods
            && !exact
            && let Some(ok) = self.interfaces(x, y, outer)
        {
            return ok;
        }

        // What type parameters are left are not bound.
        if c.is_type_param(y) {
            std::mem::swap(&mut x, &mut y);
        }
        if c.is_type_param(x) {
            // A type argument's underlying type is that of all types in the type set.
            return match c.common_under(x, None) {
                Ok(core) => self.nify(core, y, Mode::Assign, outer),
                Err(_) => false,
            };
        }
        self.structure(c.unalias(x), c.unalias(y), mode, outer)
    }

    /// Unifies `x`, the type found for type parameter number `p`, with `y`.
    fn known(&self, p: usize, x: TypeId, y: TypeId, mode: Mode, outer: Option<&Pair<'_>>) -> bool {
        let c = self.checker;
        if !self.nify(x, y, mode, outer) {
            return false;
        }
        let x_named = c.as_named(x).is_some();
        let y_named = c.as_named(y).is_some();
        match (self.interface(x), self.interface(y)) {
            // It is not known which name is right.
            (Some(_), Some(_)) if x_named && y_named => return c.identical(x, y),
            // Their methods match as far as both have them.
            (Some(x), Some(y)) => {
                let count = |t| c.type_set(t).methods.len();
                if count(x) != count(y) {
                    return false;
                }
            }
            // Either would do; choosing one would make the order of arguments matter.
            (Some(_), None) | (None, Some(_)) => return false,
            (None, None) => {}
        }
        // The more specific type wins, whatever the order: a defined type, or else a channel with
        // a direction.
        if mode != Mode::Exact && !x_named {
            let directed = |t| match c.ty(c.under(t)) {
                Type::Chan { dir, .. } => *dir != ChanDir::Both,
                _ => false,
            };
            if y_named || directed(y) {
                self.set(p, y);
            }
        }
        true
    }

    /// The interface that underlies `t`, unless `t` is a type parameter.
    fn interface(&self, t: TypeId) -> Option<TypeId> {
        let c = self.checker;
        if c.is_type_param(t) {
            return None;
        }
        let under = c.under(t);
        matches!(c.ty(under), Type::Interface(_)).then_some(under)
    }

    /// Unifies types of which at least one is an interface; none if neither is. The methods that
    /// both have, and there must not be others in the smaller set, have to unify.
    fn interfaces(&self, x: TypeId, y: TypeId, outer: Option<&Pair<'_>>) -> Option<bool> {
        let c = self.checker;
        let (iface, other) = match (self.interface(x), self.interface(y)) {
            (None, None) => return None,
            (Some(xi), Some(yi)) => {
                let mut small = c.type_set(xi);
                let mut large = c.type_set(yi);
                if !self.same_types((xi, small), (yi, large)) {
                    return Some(false);
                }
                if is_pending(outer, xi, yi) {
                    return Some(true);
                }
                if small.methods.len() > large.methods.len() {
                    std::mem::swap(&mut small, &mut large);
                }
                let pair = Pair {
                    x: xi,
                    y: yi,
                    outer,
                };
                // Both are in the same order.
                let mut rest = large.methods.iter();
                let ok = small.methods.iter().all(|&m| {
                    rest.find(|&&other| self.same_name(m, other))
                        .is_some_and(|&other| self.methods(m, other, Some(&pair)))
                });
                return Some(ok);
            }
            (Some(xi), None) => (xi, y),
            (None, Some(yi)) => (yi, x),
        };
        let ok = c.type_set(iface).methods.iter().all(|&m| {
            let obj = c.obj(m);
            let found = c.lookup_field_or_method(other, false, obj.pkg, obj.name, false);
            found
                .obj
                .is_some_and(|f| c.obj(f).as_func().is_some() && self.methods(m, f, outer))
        });
        Some(ok)
    }

    fn same_name(&self, x: ObjId, y: ObjId) -> bool {
        let y = self.checker.obj(y);
        self.checker.obj(x).same_id(y.pkg, y.name, false)
    }

    /// Unifies the signatures of two methods.
    fn methods(&self, x: ObjId, y: ObjId, outer: Option<&Pair<'_>>) -> bool {
        let ty = |m| {
            if self.checker.obj(m).ty.get().is_none() {
                self.checker.obj_decl(m);
            }
            self.checker.obj(m).ty.get()
        };
        self.maybe(ty(x), ty(y), Mode::Exact, outer)
    }

    /// Whether two interfaces have the same type sets, methods aside.
    fn same_types(&self, (x, xset): (TypeId, &TypeSet), (y, yset): (TypeId, &TypeSet)) -> bool {
        if xset.comparable != yset.comparable {
            return false;
        }
        if xset.terms.is_none() && yset.terms.is_none() {
            return true;
        }
        let c = self.checker;
        c.type_set_subset_of(x, y) && c.type_set_subset_of(y, x)
    }

    /// Unifies what may not be known after an error.
    fn maybe(
        &self,
        x: Option<TypeId>,
        y: Option<TypeId>,
        mode: Mode,
        outer: Option<&Pair<'_>>,
    ) -> bool {
        match (x, y) {
            (Some(x), Some(y)) => self.nify(x, y, mode, outer),
            _ => false,
        }
    }

    fn vars(&self, x: &[ObjId], y: &[ObjId], mode: Mode, outer: Option<&Pair<'_>>) -> bool {
        let ty = |v: &ObjId| self.checker.obj(*v).ty.get();
        let mut pairs = x.iter().zip(y);
        x.len() == y.len() && pairs.all(|(x, y)| self.maybe(ty(x), ty(y), mode, outer))
    }

    fn fields(&self, x: &Struct, y: &Struct, mode: Mode, outer: Option<&Pair<'_>>) -> bool {
        let c = self.checker;
        let (xs, ys) = (x.fields(), y.fields());
        let embedded = |f: ObjId| c.obj(f).as_var().is_some_and(|v| v.embedded);
        xs.len() == ys.len()
            && xs.iter().zip(ys).enumerate().all(|(i, (&f, &g))| {
                embedded(f) == embedded(g)
                    && x.tag(i) == y.tag(i)
                    && self.same_name(f, g)
                    && self.maybe(c.obj(f).ty.get(), c.obj(g).ty.get(), mode, outer)
            })
    }

    /// Unifies types that are neither aliases nor type parameters by their structure.
    fn structure(&self, x: TypeId, y: TypeId, mode: Mode, outer: Option<&Pair<'_>>) -> bool {
        let c = self.checker;
        let parts = mode.of_parts();
        match (c.ty(x), c.ty(y)) {
            (Type::Basic(x), Type::Basic(y)) => x.kind == y.kind,
            (Type::Array { len: n, elem: x }, Type::Array { len: m, elem: y }) => {
                // An unknown length is an error that was reported.
                let same = n.get() < 0 || m.get() < 0 || n.get() == m.get();
                same && self.maybe(x.get(), y.get(), parts, outer)
            }
            (Type::Slice { elem: x }, Type::Slice { elem: y })
            | (Type::Pointer { base: x }, Type::Pointer { base: y }) => {
                self.maybe(x.get(), y.get(), parts, outer)
            }
            (Type::Struct(x), Type::Struct(y)) => self.fields(x, y, parts, outer),
            (Type::Tuple(x), Type::Tuple(y)) => self.vars(x, y, mode, outer),
            (Type::Signature(x), Type::Signature(y)) => {
                x.variadic.get() == y.variadic.get()
                    && self.vars(x.params(), y.params(), parts, outer)
                    && self.vars(x.results(), y.results(), parts, outer)
            }
            (Type::Interface(_), Type::Interface(_)) => {
                let (xset, yset) = (c.type_set(x), c.type_set(y));
                if !self.same_types((x, xset), (y, yset))
                    || xset.methods.len() != yset.methods.len()
                {
                    return false;
                }
                if is_pending(outer, x, y) {
                    return true;
                }
                let pair = Pair { x, y, outer };
                let mut methods = xset.methods.iter().zip(&yset.methods);
                methods.all(|(&m, &other)| {
                    self.same_name(m, other) && self.methods(m, other, Some(&pair))
                })
            }
            (Type::Map { key: k, elem: x }, Type::Map { key: l, elem: y }) => {
                self.maybe(k.get(), l.get(), parts, outer)
                    && self.maybe(x.get(), y.get(), parts, outer)
            }
            (Type::Chan { dir: d, elem: x }, Type::Chan { dir: e, elem: y }) => {
                (mode != Mode::Exact || d == e) && self.maybe(x.get(), y.get(), parts, outer)
            }
            (Type::Named(_), Type::Named(_)) => {
                // Arguments first, also of different types: what they tell makes for better
                // messages.
                let (xargs, yargs) = (c.type_args(x), c.type_args(y));
                let mut args = xargs.iter().zip(yargs);
                xargs.len() == yargs.len()
                    && args.all(|(&x, &y)| self.nify(x, y, mode, outer))
                    && c.origin(x) == c.origin(y)
            }
            _ => false,
        }
    }
}

/// Whether two interfaces are being unified further out; if they were not equal, that would have
/// ended already.
fn is_pending(mut pair: Option<&Pair<'_>>, x: TypeId, y: TypeId) -> bool {
    while let Some(p) = pair {
        if (p.x, p.y) == (x, y) || (p.x, p.y) == (y, x) {
            return true;
        }
        pair = p.outer;
    }
    false
}
