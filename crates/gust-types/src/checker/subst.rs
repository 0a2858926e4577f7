//! Substituting type arguments for type parameters.

use super::Checker;
use crate::ids::{Length, ObjId, TypeCell, TypeId};
use crate::types::{Interface, Signature, Struct, Term, Type, Union};
use gust_syntax::Pos;

/// One substitution. Types that mention no parameter are kept, so an unchanged handle means an
/// unchanged type.
struct Substitution<'s, 'a> {
    check: &'s Checker<'a>,
    pos: Pos,
    params: &'s [TypeId],
    args: &'s [TypeId],
    expanding: Option<TypeId>,
}

impl Checker<'_> {
    /// `t` with `tparams[i]` replaced by `targs[i]`. `expanding` is the instance whose expansion
    /// asked for it.
    pub(crate) fn subst(
        &self,
        pos: Pos,
        t: TypeId,
        tparams: &[TypeId],
        targs: &[TypeId],
        expanding: Option<TypeId>,
    ) -> TypeId {
        if tparams.is_empty() {
            return t;
        }
        Substitution {
            check: self,
            pos,
            params: tparams,
            args: targs,
            expanding,
        }
        .ty(t)
    }

    /// Variables with substituted types; those whose types do not change stay the same.
    pub(crate) fn subst_vars(
        &self,
        pos: Pos,
        vars: &[ObjId],
        tparams: &[TypeId],
        targs: &[TypeId],
    ) -> Box<[ObjId]> {
        if tparams.is_empty() {
            return vars.into();
        }
        let substitution = Substitution {
            check: self,
            pos,
            params: tparams,
            args: targs,
            expanding: None,
        };
        vars.iter().map(|&v| substitution.var(v)).collect()
    }
}

/// Maps a list; none if no element changes.
fn map_list<T: Copy + PartialEq>(list: &[T], mut f: impl FnMut(T) -> T) -> Option<Box<[T]>> {
    let mut changed: Option<Vec<T>> = None;
    for (i, &old) in list.iter().enumerate() {
        let new = f(old);
        match &mut changed {
            Some(list) => list.push(new),
            None if new != old => {
                let mut copy = Vec::with_capacity(list.len());
                copy.extend_from_slice(&list[..i]);
                copy.push(new);
                changed = Some(copy);
            }
            None => {}
        }
    }
    changed.map(Vec::into_boxed_slice)
}

impl Substitution<'_, '_> {
    fn ty(&self, t: TypeId) -> TypeId {
        let check = self.check;
        match check.ty(t) {
            Type::Basic(_) => t,
            Type::TypeParam(_) => match self.params.iter().position(|&p| p == t) {
                Some(i) => self.args.get(i).copied().unwrap_or(t),
                None => t,
            },
            Type::Array { len, elem } => self.with_elem(t, elem, |elem| Type::Array {
                len: Length::new(len.get()),
                elem,
            }),
            Type::Slice { elem } => self.with_elem(t, elem, |elem| Type::Slice { elem }),
            Type::Pointer { base } => self.with_elem(t, base, |base| Type::Pointer { base }),
            Type::Chan { dir, elem } => {
                self.with_elem(t, elem, |elem| Type::Chan { dir: *dir, elem })
            }
            Type::Map { key, elem } => {
                let new_key = self.cell(key);
                let new_elem = self.cell(elem);
                if key.get() == Some(new_key) && elem.get() == Some(new_elem) {
                    return t;
                }
                check.new_type(Type::Map {
                    key: new_key.into(),
                    elem: new_elem.into(),
                })
            }
            Type::Struct(s) => self.structure(t, s),
            Type::Tuple(vars) => match map_list(vars, |v| self.var(v)) {
                Some(vars) => check.new_type(Type::Tuple(vars)),
                None => t,
            },
            Type::Signature(s) => self.signature(t, s),
            Type::Union(u) => {
                let terms = map_list(&u.terms, |term| Term {
                    tilde: term.tilde,
                    ty: self.ty(term.ty),
                });
                match terms {
                    Some(terms) => check.new_type(Type::Union(Union { terms })),
                    None => t,
                }
            }
            Type::Interface(i) => self.interface(t, i),
            Type::Named(n) => self.instance(t, n.origin, &n.type_args),
            Type::Alias(a) => self.instance(t, a.origin, &a.type_args),
        }
    }

    fn cell(&self, cell: &TypeCell) -> TypeId {
        cell.get().map_or(TypeId::INVALID, |t| self.ty(t))
    }

    fn with_elem(&self, t: TypeId, elem: &TypeCell, make: impl FnOnce(TypeCell) -> Type) -> TypeId {
        let new = self.cell(elem);
        if elem.get() == Some(new) {
            return t;
        }
        self.check.new_type(make(new.into()))
    }

    /// An instance with other arguments. It is not expanded here, or there would be no end for
    /// types that refer to themselves.
    fn instance(&self, t: TypeId, origin: Option<TypeId>, args: &[TypeId]) -> TypeId {
        let params = self.check.type_params(t).len();
        if params == 0 {
            return t;
        }
        let Some(origin) = origin.filter(|_| args.len() == params) else {
            // Generic without instantiation, or with a wrong number of arguments.
            return TypeId::INVALID;
        };
        match map_list(args, |a| self.ty(a)) {
            Some(args) => self.check.instance(self.pos, origin, &args, self.expanding),
            None => t,
        }
    }

    fn var(&self, v: ObjId) -> ObjId {
        let Some(old) = self.check.obj(v).ty.get() else {
            return v;
        };
        let new = self.ty(old);
        if new == old {
            v
        } else {
            self.check.clone_var(v, new)
        }
    }

    fn func(&self, f: ObjId) -> ObjId {
        let Some(old) = self.check.obj(f).ty.get() else {
            return f;
        };
        let new = self.ty(old);
        if new == old {
            f
        } else {
            self.check.clone_func(f, new)
        }
    }

    fn structure(&self, t: TypeId, s: &Struct) -> TypeId {
        let Some(fields) = map_list(s.fields(), |f| self.var(f)) else {
            return t;
        };
        self.check.new_type(Type::Struct(Struct {
            fields: fields.into(),
            tags: s.tags.clone(),
        }))
    }

    /// The receiver stays: whoever substitutes the type it belongs to replaces it.
    fn signature(&self, t: TypeId, s: &Signature) -> TypeId {
        let params = map_list(s.params(), |v| self.var(v));
        let results = map_list(s.results(), |v| self.var(v));
        if params.is_none() && results.is_none() {
            return t;
        }
        let copy = Signature {
            type_params: s.type_params.clone(),
            recv_type_params: s.recv_type_params.clone(),
            params: params.unwrap_or_else(|| s.params().into()).into(),
            results: results.unwrap_or_else(|| s.results().into()).into(),
            ..Signature::default()
        };
        if let Some(recv) = s.recv.get() {
            copy.recv.set(recv);
        }
        copy.variadic.set(s.variadic.get());
        self.check.new_type(Type::Signature(copy))
    }

    fn interface(&self, t: TypeId, i: &Interface) -> TypeId {
        let check = self.check;
        let methods = map_list(i.methods(), |m| self.func(m));
        let embedded = map_list(i.embeddeds(), |(e, pos)| (self.ty(e), pos));
        if methods.is_none() && embedded.is_none() {
            return t;
        }
        let methods = methods.unwrap_or_else(|| i.methods().into());
        let new = Interface::default();
        let _ = new
            .embeddeds
            .set(check.embeddeds_of_copy(t, embedded.as_deref().unwrap_or(i.embeddeds())));
        new.implicit.set(i.implicit.get());
        let id = check.new_type(Type::Interface(new));
        // Methods of an interface literal have the literal itself as receiver.
        let methods = check.replace_receivers(&methods, t, id).unwrap_or(methods);
        if let Type::Interface(new) = check.ty(id) {
            let _ = new.methods.set(methods);
            new.complete.set(true);
        }
        id
    }
}

impl Checker<'_> {
    /// Embedded elements for a copy of interface `of`. Those of another package have been
    /// checked there: without positions nothing about them is reported again.
    pub(super) fn embeddeds_of_copy(
        &self,
        of: TypeId,
        embeddeds: &[(TypeId, Pos)],
    ) -> Box<[(TypeId, Pos)]> {
        let own = self.is_own_type(of);
        let copy = embeddeds
            .iter()
            .map(|&(t, pos)| (t, if own { pos } else { Pos::NONE }));
        copy.collect()
    }
}
