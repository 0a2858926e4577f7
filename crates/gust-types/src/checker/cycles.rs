//! Cycles through types: direct ones and those of infinite size; cycles among declarations.

use super::Checker;
use super::errors::ErrorBuilder;
use crate::ids::{ObjId, TypeId};
use crate::types::{BasicKind, Type};
use gust_syntax::ast::SpecKind;

use super::decls::Declared;

impl Checker<'_> {
    /// Whether `obj`, which is being declared and was reached again, is at a cycle that is
    /// allowed. Reports the others.
    pub(crate) fn valid_cycle(&self, obj: ObjId) -> bool {
        let Some(start) = self.place_on_path(obj) else {
            return true;
        };
        let path = self.decls.path.borrow();
        let cycle = &path[start..];
        let before = start.checked_sub(1).map_or(0, |i| path[i].values);
        let values = path.last().map_or(0, |last| last.values) - before;
        // Type parameter lists may refer to the type they belong to.
        if self.env.borrow().in_type_params
            && cycle
                .iter()
                .any(|pending| self.is_generic_name(pending.obj))
        {
            return true;
        }
        // Cycles of values alone are found with the order of initialisation.
        if values == cycle.len() {
            return true;
        }
        // Types may refer to themselves through a definition; aliases alone never end.
        let is_definition = |id: ObjId| self.obj(id).is_type_name() && !self.is_alias_name(id);
        if values == 0 && cycle.iter().any(|pending| is_definition(pending.obj)) {
            return true;
        }
        drop(path);
        let cycle = self.path_from(start);
        self.cycle_error(&cycle, self.first_in_source(&cycle));
        false
    }

    /// Whether a name is that of a generic type.
    fn is_generic_name(&self, id: ObjId) -> bool {
        let obj = self.obj(id);
        obj.is_type_name() && obj.ty.get().is_some_and(|t| self.is_generic(t))
    }

    /// Whether a type name is another name of a type.
    pub(crate) fn is_alias_name(&self, id: ObjId) -> bool {
        let obj = self.obj(id);
        let Some(t) = obj.ty.get() else {
            return false;
        };
        match self.ty(t) {
            Type::Basic(basic) => {
                obj.pkg.is_some_and(|p| p != crate::PkgId::UNSAFE)
                    || obj.pkg.is_none() && matches!(obj.name.as_str(), "byte" | "rune")
                    || basic.kind == BasicKind::Invalid
            }
            Type::Named(named) => named.obj.get() != Some(id),
            Type::TypeParam(param) => param.obj != id,
            _ => true,
        }
    }

    /// Index of the object that is declared first.
    pub(super) fn first_in_source(&self, path: &[ObjId]) -> usize {
        let first = (0..path.len()).min_by_key(|&i| self.obj(path[i]).pos);
        first.unwrap_or(0)
    }

    /// Reports a cycle of declarations, from `cycle[start]` on.
    pub(crate) fn cycle_error(&self, cycle: &[ObjId], start: usize) {
        let Some(&first) = cycle.get(start) else {
            return;
        };
        let name = |id: ObjId| {
            let obj = self.obj(id);
            format!("{}{}", self.qualifier_dot(obj.pkg), obj.name)
        };
        let is_type = self.obj(first).is_type_name();
        // An alias on the cycle stands for nothing.
        if let Some(t) = self.obj(first).ty.get()
            && t.pkg == self.id
            && let Type::Alias(alias) = self.ty(t)
        {
            alias.rhs.set(TypeId::INVALID);
        }
        let code = "InvalidDeclCycle";
        if cycle.len() == 1 {
            let what = if is_type {
                "invalid recursive type: "
            } else {
                "invalid cycle in declaration: "
            };
            let text = format!("{what}{} refers to itself", name(first));
            self.error(first, code, text);
            return;
        }
        let mut err = ErrorBuilder::new(code);
        let what = if is_type {
            "invalid recursive type"
        } else {
            "invalid cycle in declaration of"
        };
        self.add(&mut err, first, format!("{what} {}", name(first)));
        let mut from = first;
        for i in 1..=cycle.len() {
            let to = cycle[(start + i) % cycle.len()];
            let text = format!("{} refers to {}", name(from), name(to));
            self.add(&mut err, from, text);
            from = to;
        }
        self.report(err);
    }

    /// Reports direct cycles among package-level type names: `type A B; type B A`.
    pub(crate) fn direct_cycles(&self) {
        // By order: place on the path at hand plus one, or done.
        const DONE: usize = usize::MAX;
        let objects = self.declared_objects();
        let mut state = vec![0; objects.len() + 1];
        for &obj in &objects {
            let mut path: Vec<ObjId> = Vec::new();
            let mut next = Some(obj);
            while let Some(id) = next.take() {
                let order = self.obj(id).order.get() as usize;
                let Some(rhs) = self.type_name_rhs(id) else {
                    break;
                };
                match state[order] {
                    DONE => break,
                    0 => {}
                    place => {
                        self.obj(id).ty.set(TypeId::INVALID);
                        let cycle = &path[place - 1..];
                        self.cycle_error(cycle, self.first_in_source(cycle));
                        break;
                    }
                }
                path.push(id);
                state[order] = path.len();
                next = rhs.filter(|&id| self.obj(id).is_type_name());
            }
            for id in path {
                state[self.obj(id).order.get() as usize] = DONE;
            }
        }
    }

    /// For a declared type name: the package-level object its right side names, if it is a name.
    fn type_name_rhs(&self, id: ObjId) -> Option<Option<ObjId>> {
        let Declared::Type(spec) = self.decl_of(id)?.what else {
            return None;
        };
        let SpecKind::Type { ty, .. } = self.ast[spec].kind else {
            return None;
        };
        let name = self.ast.name(self.ast.unparen(ty));
        Some(name.and_then(|name| self.scope(super::PACKAGE_SCOPE).lookup(name)))
    }

    /// Whether the size of `t` is finite as far as known. Reports a type on the path of
    /// declarations that contains itself.
    pub(crate) fn finite_size(&self, t: TypeId) -> bool {
        let t = self.unalias(t);
        match self.ty(t) {
            // A type of a checked package is finite, and so is what is known to be.
            Type::Named(_) if t.pkg != self.id => true,
            Type::Named(named) => {
                if let Some(&known) = self.finite.borrow().get(&t) {
                    return known;
                }
                let Some(obj) = named.obj.get() else {
                    return true;
                };
                if let Some(start) = self.place_on_path(obj) {
                    let cycle = self.path_from(start);
                    self.cycle_error(&cycle, self.first_in_source(&cycle));
                    return false;
                }
                let local = obj.pkg == self.id;
                if local {
                    self.push_obj(obj);
                }
                // An instance that nobody has looked into yet is not expanded for this.
                let rhs = named.rhs.get();
                let finite = rhs.is_none_or(|rhs| self.finite_size(rhs));
                if local {
                    self.pop_obj();
                }
                *self.finite.borrow_mut().entry(t).or_insert(finite)
            }
            Type::Array { elem, .. } => elem.get().is_none_or(|elem| self.finite_size(elem)),
            Type::Struct(s) => s.fields().iter().all(|&f| {
                let t = self.obj(f).ty.get();
                t.is_none_or(|t| self.finite_size(t))
            }),
            _ => true,
        }
    }
}
