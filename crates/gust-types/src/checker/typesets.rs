//! Computing type sets of interfaces and type parameters (spec: Interface types, "General
//! interfaces").

use super::Checker;
use super::errors::ErrorBuilder;
use super::relations::UnionTerms;
use crate::ids::{ObjId, PkgId, TypeId};
use crate::types::{Interface, Term, Type};
use crate::typeset::TypeSet;
use crate::version::GoVersion;
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Unions of more terms are refused: operations on term lists are quadratic.
pub(super) const MAX_TERMS: usize = 100;

/// The version that brought interfaces that are more than method sets.
const GENERICS: GoVersion = GoVersion(18);

/// The set of all types, for interfaces that are not set up yet.
static ALL_TYPES: OnceLock<TypeSet> = OnceLock::new();

/// Methods being collected, each with where it was specified or embedded.
#[derive(Default)]
struct Methods {
    list: Vec<(ObjId, Pos)>,
    by_id: FxHashMap<(Symbol, Option<PkgId>), u32>,
}

impl Checker<'_> {
    /// The type set of an interface type (handle of a `Type::Interface`), computed when first
    /// needed.
    ///
    /// While the interface is being set up it is the set of all types: what follows from that
    /// is found out later.
    pub(crate) fn type_set(&self, iface: TypeId) -> &TypeSet {
        if let Type::Interface(i) = self.ty(iface) {
            if let Some(set) = i.type_set.get() {
                return set;
            }
            if i.complete.get()
                && let Some(set) = self.new_type_set(iface, i)
            {
                return set;
            }
        }
        ALL_TYPES.get_or_init(TypeSet::default)
    }

    /// None if it is being computed already: the interface embeds itself, which is reported
    /// elsewhere.
    #[cold]
    fn new_type_set<'s>(&'s self, t: TypeId, iface: &'s Interface) -> Option<&'s TypeSet> {
        let own = self.is_own_type(t);
        if !own && let Some(set) = self.relations.foreign_type_sets.get(&t) {
            return Some(set);
        }
        if !self.relations.computing.borrow_mut().insert(t) {
            return None;
        }
        let set = Box::new(self.compute_type_set(iface));
        self.relations.computing.borrow_mut().remove(&t);
        Some(if own {
            iface.type_set.get_or_init(|| set).as_ref()
        } else {
            self.relations.foreign_type_sets.insert(t, set)
        })
    }

    fn compute_type_set(&self, iface: &Interface) -> TypeSet {
        let mut methods = Methods::default();
        for &m in iface.methods() {
            self.add_method(&mut methods, self.obj(m).pos, m, true);
        }
        let mut terms: Option<Vec<Term>> = None;
        let mut comparable = false;
        for &(t, pos) in iface.embeddeds() {
            let u = self.under(t);
            let requires = |what: &str, shown: TypeId| {
                if !pos.is_known() || self.allow_version(GENERICS) {
                    return true;
                }
                let what = format!("embedding {what} {}", self.type_str(shown));
                self.verify_version(pos.into(), GENERICS, &what)
            };
            match self.ty(u) {
                Type::Interface(_) => {
                    let set = self.type_set(u);
                    // A local constraint was reported where it is declared.
                    if pos.is_known()
                        && self.is_imported_constraint(t)
                        && !requires("constraint interface", t)
                    {
                        continue;
                    }
                    for &m in &set.methods {
                        self.add_method(&mut methods, pos, m, false);
                    }
                    let other = set.terms.as_deref();
                    self.intersect_sets(&mut terms, &mut comparable, other, set.comparable);
                }
                Type::Union(_) => {
                    if !requires("interface element", u) {
                        continue;
                    }
                    let set = self.union_terms_at(u, pos);
                    if let UnionTerms::Overflow = set {
                        continue;
                    }
                    self.intersect_sets(&mut terms, &mut comparable, set.as_list(), false);
                }
                _ => {
                    if !self.is_valid(u) || !requires("non-interface type", t) {
                        continue;
                    }
                    let term = Term {
                        tilde: false,
                        ty: t,
                    };
                    self.intersect_sets(&mut terms, &mut comparable, Some(&[term]), false);
                }
            }
        }
        let mut list: Vec<ObjId> = methods.list.iter().map(|m| m.0).collect();
        list.sort_by(|&a, &b| self.cmp_methods(a, b));
        TypeSet {
            methods: list.into(),
            terms: terms.map(Vec::into_boxed_slice),
            comparable,
        }
    }

    /// Adds a method unless there is one of the name, which is an error if it is `explicit`ly
    /// declared or has another signature.
    fn add_method(&self, methods: &mut Methods, pos: Pos, m: ObjId, explicit: bool) {
        let obj = self.obj(m);
        let pkg = obj.pkg.filter(|_| !obj.is_exported());
        let next = methods.list.len() as u32;
        let at = *methods.by_id.entry((obj.name, pkg)).or_insert(next);
        if at == next {
            methods.list.push((m, pos));
            return;
        }
        let (other, other_pos) = methods.list[at as usize];
        if explicit {
            self.duplicate_method(m, pos, other_pos);
        } else if m != other || pos.is_known() {
            // Signatures can be compared when all types are set up.
            self.later(move |c| {
                if pos.is_known() && !c.allow_version(GoVersion(14))
                    || !c.identical(c.obj_type(m), c.obj_type(other))
                {
                    c.duplicate_method(m, pos, other_pos);
                }
            });
        }
    }

    fn duplicate_method(&self, m: ObjId, pos: Pos, other: Pos) {
        let name = self.obj(m).name;
        let mut err = ErrorBuilder::new("DuplicateDecl");
        self.add(&mut err, pos, format!("duplicate method {name}"));
        self.add(
            &mut err,
            other,
            format!("other declaration of method {name}"),
        );
        self.report(err);
    }

    /// The order of methods in a type set: exported ones first, then by name, then (if not
    /// exported) by package path.
    pub(crate) fn cmp_methods(&self, a: ObjId, b: ObjId) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let (a, b) = (self.obj(a), self.obj(b));
        let exported = a.is_exported();
        b.is_exported()
            .cmp(&exported)
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| {
                if exported || a.pkg == b.pkg {
                    return Ordering::Equal;
                }
                let path = |pkg: Option<PkgId>| pkg.map(|p| self.pkg_path(p));
                path(a.pkg).cmp(&path(b.pkg))
            })
    }

    /// Narrows a set (terms and comparable) to what is in the other as well.
    fn intersect_sets(
        &self,
        terms: &mut Option<Vec<Term>>,
        comparable: &mut bool,
        other: Option<&[Term]>,
        other_comparable: bool,
    ) {
        *comparable |= other_comparable;
        if let Some(other) = other {
            *terms = Some(match terms {
                None => self.normalize_terms(other),
                Some(terms) => self.intersect_terms(terms, other),
            });
        }
        // Where there are terms, comparability is a matter of each of them.
        if let Some(terms) = terms
            && std::mem::take(comparable)
        {
            terms.retain(|t| self.strictly_comparable(t.ty));
        }
    }

    /// Whether the set is all types, methods aside.
    pub(crate) fn is_method_set(&self, iface: TypeId) -> bool {
        self.type_set(iface).is_method_set()
    }

    /// Whether the interface is `any`-like: no methods, all types.
    pub(crate) fn is_empty_interface(&self, iface: TypeId) -> bool {
        self.type_set(iface).is_all()
    }

    /// The constraint interface of a type parameter.
    pub(crate) fn type_param_iface(&self, tpar: TypeId) -> TypeId {
        let Type::TypeParam(p) = self.ty(tpar) else {
            return TypeId::EMPTY_INTERFACE;
        };
        let Some(bound) = p.bound.get() else {
            return TypeId::EMPTY_INTERFACE;
        };
        match self.ty(self.unalias(bound)) {
            // Both are reported where the constraint is declared.
            Type::TypeParam(_) => return TypeId::EMPTY_INTERFACE,
            Type::Interface(_) => return self.unalias(bound),
            _ => {}
        }
        let u = self.under(bound);
        match self.ty(u) {
            Type::Interface(_) => u,
            _ if !self.is_valid(u) => TypeId::EMPTY_INTERFACE,
            // `[P ~int]` is short for `[P interface{ ~int }]`.
            _ => {
                let iface = Interface::default();
                let _ = iface.embeddeds.set([(bound, Pos::NONE)].into());
                iface.implicit.set(true);
                iface.complete.set(true);
                let iface = self.new_type(Type::Interface(iface));
                if self.is_own_type(tpar) {
                    p.bound.set(iface);
                }
                iface
            }
        }
    }

    /// The type set of a type parameter's constraint.
    pub(crate) fn type_param_set(&self, tpar: TypeId) -> &TypeSet {
        self.type_set(self.type_param_iface(tpar))
    }

    /// Tells whether `sub`'s type set lies in `sup`'s, methods aside (both are handles of a
    /// `Type::Interface`).
    pub(crate) fn type_set_subset_of(&self, sub: TypeId, sup: TypeId) -> bool {
        let sub = self.type_set(sub);
        let sup = self.type_set(sup);
        self.terms_subset_of(sub.terms.as_deref(), sup.terms.as_deref())
    }
}
