//! Type identity (spec: Type identity), and a hash that agrees with it.

use super::Checker;
use crate::ids::{ObjId, TypeCell, TypeId};
use crate::types::{Signature, Struct, Type};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Two interfaces being compared, and the comparisons around theirs: interface literals are the
/// only types that can contain themselves without a name in between.
struct InterfacePair<'p> {
    x: TypeId,
    y: TypeId,
    outer: Option<&'p InterfacePair<'p>>,
}

impl InterfacePair<'_> {
    fn contains(&self, x: TypeId, y: TypeId) -> bool {
        let mut pair = Some(self);
        while let Some(p) = pair {
            if (p.x, p.y) == (x, y) || (p.x, p.y) == (y, x) {
                return true;
            }
            pair = p.outer;
        }
        false
    }
}

type Pairs<'p> = Option<&'p InterfacePair<'p>>;

impl Checker<'_> {
    /// Spec: Type identity.
    pub(crate) fn identical(&self, x: TypeId, y: TypeId) -> bool {
        x == y || self.identical_in(x, y, false, None)
    }

    pub(crate) fn identical_ignore_tags(&self, x: TypeId, y: TypeId) -> bool {
        x == y || self.identical_in(x, y, true, None)
    }

    /// Identity of instances.
    pub(crate) fn identical_instance(
        &self,
        xorig: TypeId,
        xargs: &[TypeId],
        yorig: TypeId,
        yargs: &[TypeId],
    ) -> bool {
        self.identical_lists(xargs, yargs) && self.identical(xorig, yorig)
    }

    fn identical_lists(&self, xs: &[TypeId], ys: &[TypeId]) -> bool {
        xs.len() == ys.len() && xs.iter().zip(ys).all(|(&x, &y)| self.identical(x, y))
    }

    fn identical_in(&self, x: TypeId, y: TypeId, ignore_tags: bool, pairs: Pairs<'_>) -> bool {
        let x = self.unalias(x);
        let y = self.unalias(y);
        if x == y {
            return true;
        }
        let same = |x, y| self.identical_in(x, y, ignore_tags, pairs);
        let same_cells = |x, y| same(self.cell_type(x), self.cell_type(y));
        match (self.ty(x), self.ty(y)) {
            // `byte` and `uint8` are different handles of one type.
            (Type::Basic(x), Type::Basic(y)) => x.kind == y.kind,
            (Type::Array { len: m, elem: x }, Type::Array { len: n, elem: y }) => {
                let (m, n) = (m.get(), n.get());
                // Unknown lengths follow from an error; it is not reported again.
                (m < 0 || n < 0 || m == n) && same_cells(x, y)
            }
            (Type::Slice { elem: x }, Type::Slice { elem: y })
            | (Type::Pointer { base: x }, Type::Pointer { base: y }) => same_cells(x, y),
            (Type::Struct(x), Type::Struct(y)) => self.same_struct(x, y, ignore_tags, pairs),
            (Type::Tuple(x), Type::Tuple(y)) => self.same_vars(x, y, ignore_tags, pairs),
            (Type::Signature(x), Type::Signature(y)) => {
                self.same_signature(x, y, ignore_tags, pairs)
            }
            (Type::Union(_), Type::Union(_)) => {
                let (x, y) = (self.union_terms(x), self.union_terms(y));
                self.same_terms(x.as_list(), y.as_list())
            }
            (Type::Interface(_), Type::Interface(_)) => {
                self.same_interface(x, y, ignore_tags, pairs)
            }
            (Type::Map { key: j, elem: x }, Type::Map { key: k, elem: y }) => {
                same_cells(j, k) && same_cells(x, y)
            }
            (Type::Chan { dir: d, elem: x }, Type::Chan { dir: e, elem: y }) => {
                d == e && same_cells(x, y)
            }
            (Type::Named(m), Type::Named(n)) => {
                // Two declared types with different handles are different.
                m.origin.unwrap_or(x) == n.origin.unwrap_or(y)
                    && self.identical_lists(&m.type_args, &n.type_args)
            }
            _ => false,
        }
    }

    fn same_struct(&self, x: &Struct, y: &Struct, ignore_tags: bool, pairs: Pairs<'_>) -> bool {
        let (fs, gs) = (x.fields(), y.fields());
        fs.len() == gs.len()
            && fs.iter().zip(gs).enumerate().all(|(i, (&f, &g))| {
                let (fo, go) = (self.obj(f), self.obj(g));
                let embedded = |o: &crate::object::Object| o.as_var().is_some_and(|v| v.embedded);
                fo.same_id(go.pkg, go.name, false)
                    && embedded(fo) == embedded(go)
                    && (ignore_tags || x.tag(i) == y.tag(i))
                    && self.same_var(f, g, ignore_tags, pairs)
            })
    }

    fn same_var(&self, x: ObjId, y: ObjId, ignore_tags: bool, pairs: Pairs<'_>) -> bool {
        let (x, y) = (self.obj_type(x), self.obj_type(y));
        x == y || self.identical_in(x, y, ignore_tags, pairs)
    }

    fn same_vars(&self, xs: &[ObjId], ys: &[ObjId], ignore_tags: bool, pairs: Pairs<'_>) -> bool {
        xs.len() == ys.len()
            && xs
                .iter()
                .zip(ys)
                .all(|(&x, &y)| self.same_var(x, y, ignore_tags, pairs))
    }

    fn same_signature(
        &self,
        x: &Signature,
        y: &Signature,
        ignore_tags: bool,
        pairs: Pairs<'_>,
    ) -> bool {
        let (xparams, yparams) = (x.type_params(), y.type_params());
        if xparams.len() != yparams.len()
            || x.variadic.get() != y.variadic.get()
            || x.params().len() != y.params().len()
            || x.results().len() != y.results().len()
        {
            return false;
        }
        if xparams.is_empty() {
            return self.same_vars(x.params(), y.params(), ignore_tags, pairs)
                && self.same_vars(x.results(), y.results(), ignore_tags, pairs);
        }
        // Names of type parameters do not matter: y is rewritten in terms of x's.
        let renamed = |t| self.subst(gust_syntax::Pos::NONE, t, yparams, xparams, None);
        let bound = |p| match self.ty(p) {
            Type::TypeParam(p) => self.cell_type(&p.bound),
            _ => TypeId::INVALID,
        };
        let same_types = |xs: &[ObjId], ys: &[ObjId]| {
            xs.iter().zip(ys).all(|(&x, &y)| {
                let y = renamed(self.obj_type(y));
                self.identical_in(self.obj_type(x), y, ignore_tags, pairs)
            })
        };
        xparams
            .iter()
            .zip(yparams)
            .all(|(&p, &q)| self.identical_in(bound(p), renamed(bound(q)), ignore_tags, pairs))
            && same_types(x.params(), y.params())
            && same_types(x.results(), y.results())
    }

    /// Interfaces are identical if their type sets are.
    fn same_interface(&self, x: TypeId, y: TypeId, ignore_tags: bool, pairs: Pairs<'_>) -> bool {
        let (xset, yset) = (self.type_set(x), self.type_set(y));
        if xset.methods.len() != yset.methods.len()
            || xset.comparable != yset.comparable
            || !self.same_terms(xset.terms.as_deref(), yset.terms.as_deref())
        {
            return false;
        }
        if pairs.is_some_and(|p| p.contains(x, y)) {
            return true;
        }
        let pair = InterfacePair { x, y, outer: pairs };
        xset.methods.iter().zip(&yset.methods).all(|(&m, &n)| {
            m == n || {
                let other = self.obj(n);
                self.obj(m).same_id(other.pkg, other.name, false)
                    && self.same_var(m, n, ignore_tags, Some(&pair))
            }
        })
    }

    /// A hash by which instances of `origin` are shared: equal for identical arguments that are
    /// written alike. Others get instances of their own, so that messages show what was written.
    pub(super) fn instance_hash(&self, origin: TypeId, type_args: &[TypeId]) -> u64 {
        let mut h = TypeHasher {
            check: self,
            state: FxHasher::default(),
            as_written: true,
        };
        origin.hash(&mut h.state);
        type_args.iter().for_each(|&t| h.ty(t));
        h.state.finish()
    }

    /// A hash that is equal for identical types.
    pub(super) fn type_hash(&self, t: TypeId) -> u64 {
        let mut h = TypeHasher {
            check: self,
            state: FxHasher::default(),
            as_written: false,
        };
        h.ty(t);
        h.state.finish()
    }
}

/// Hashes types. Interfaces, and what depends on type sets, feed next to nothing: these may not
/// be known yet.
struct TypeHasher<'s, 'a> {
    check: &'s Checker<'a>,
    state: FxHasher,
    /// Whether names of aliases (`byte` and `rune` too) count.
    as_written: bool,
}

impl TypeHasher<'_, '_> {
    fn vars(&mut self, list: &[ObjId]) {
        list.len().hash(&mut self.state);
        for &v in list {
            self.ty(self.check.obj_type(v));
        }
    }

    fn cell(&mut self, cell: &TypeCell) {
        self.ty(self.check.cell_type(cell));
    }

    fn ty(&mut self, t: TypeId) {
        let actual = self.check.unalias(t);
        if self.as_written && actual != t {
            self.check.origin(t).hash(&mut self.state);
            for &arg in self.check.type_args(t) {
                self.ty(arg);
            }
        }
        let t = actual;
        let ty = self.check.ty(t);
        std::mem::discriminant(ty).hash(&mut self.state);
        match ty {
            Type::Basic(_) if self.as_written => t.hash(&mut self.state),
            Type::Basic(b) => b.kind.hash(&mut self.state),
            Type::Array { len, elem } => {
                len.get().hash(&mut self.state);
                self.cell(elem);
            }
            Type::Slice { elem } | Type::Pointer { base: elem } => self.cell(elem),
            Type::Struct(s) => {
                for &f in s.fields() {
                    self.check.obj(f).name.hash(&mut self.state);
                }
                self.vars(s.fields());
            }
            Type::Tuple(list) => self.vars(list),
            Type::Signature(s) => {
                s.variadic.get().hash(&mut self.state);
                // Names of type parameters do not count.
                if s.type_params().is_empty() {
                    self.vars(s.params());
                    self.vars(s.results());
                }
            }
            Type::Map { key, elem } => {
                self.cell(key);
                self.cell(elem);
            }
            Type::Chan { dir, elem } => {
                dir.hash(&mut self.state);
                self.cell(elem);
            }
            Type::Named(n) => match n.origin {
                None => t.hash(&mut self.state),
                Some(origin) if self.as_written => {
                    let known = self.check.relations.hashes.borrow().get(&t).copied();
                    let hash = known.unwrap_or_else(|| {
                        let hash = self.check.instance_hash(origin, &n.type_args);
                        let mut hashes = self.check.relations.hashes.borrow_mut();
                        hashes.insert(t, hash);
                        hash
                    });
                    hash.hash(&mut self.state);
                }
                Some(origin) => {
                    origin.hash(&mut self.state);
                    n.type_args.iter().for_each(|&arg| self.ty(arg));
                }
            },
            Type::TypeParam(_) => t.hash(&mut self.state),
            Type::Interface(_) | Type::Union(_) | Type::Alias(_) => {}
        }
    }
}
