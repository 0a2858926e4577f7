//! Which unexported names of an imported package the official compiler has heard of.
//!
//! It reads packages from export data, which hold the exported objects and what their types are
//! made of. An unexported name in there is reported as "not exported"; any other is undefined.
//! Export data hold bodies of functions to be inlined too; what only these mention is taken for
//! undefined here.

use super::Checker;
use crate::ids::{ObjId, PkgId, TypeId};
use crate::types::Type;
use rustc_hash::FxHashSet;

impl Checker<'_> {
    /// Whether unexported `obj` of imported package `pkg` is in that package's export data.
    pub(super) fn is_exported_indirectly(&self, pkg: PkgId, obj: ObjId) -> bool {
        if let Some(known) = self.calls.exports.borrow().get(&pkg) {
            return known.contains(&obj);
        }
        let mut walk = Walk {
            checker: self,
            pkg,
            seen: FxHashSet::default(),
            todo: Vec::new(),
            found: FxHashSet::default(),
        };
        let objects = self.imported_package(pkg).scope.values();
        walk.objects(objects.copied().filter(|&o| self.obj(o).is_exported()));
        walk.run();
        let answer = walk.found.contains(&obj);
        self.calls.exports.borrow_mut().insert(pkg, walk.found);
        answer
    }
}

struct Walk<'c, 'a> {
    checker: &'c Checker<'a>,
    pkg: PkgId,
    seen: FxHashSet<TypeId>,
    todo: Vec<TypeId>,
    /// Type names of the package that were met.
    found: FxHashSet<ObjId>,
}

impl Walk<'_, '_> {
    fn run(&mut self) {
        while let Some(t) = self.todo.pop() {
            if self.seen.insert(t) {
                self.parts(t);
            }
        }
    }

    fn objects(&mut self, objects: impl IntoIterator<Item = ObjId>) {
        let types = objects
            .into_iter()
            .filter_map(|o| self.checker.obj(o).ty.get());
        self.todo.extend(types);
    }

    /// Has the parts of `t` looked at.
    fn parts(&mut self, t: TypeId) {
        let c = self.checker;
        match c.ty(t) {
            Type::Basic(_) => {}
            Type::Array { elem, .. }
            | Type::Slice { elem }
            | Type::Pointer { base: elem }
            | Type::Chan { elem, .. } => self.todo.extend(elem.get()),
            Type::Map { key, elem } => {
                self.todo.extend(key.get());
                self.todo.extend(elem.get());
            }
            Type::Struct(s) => self.objects(s.fields().iter().copied()),
            Type::Tuple(vars) => self.objects(vars.iter().copied()),
            Type::Signature(sig) => {
                self.todo.extend_from_slice(sig.type_params());
                self.objects(sig.params().iter().copied());
                self.objects(sig.results().iter().copied());
            }
            Type::Union(union) => self.todo.extend(union.terms.iter().map(|term| term.ty)),
            Type::Interface(iface) => {
                self.objects(iface.methods().iter().copied());
                let embedded = iface.embeddeds().iter().map(|&(t, _)| t);
                self.todo.extend(embedded);
            }
            Type::TypeParam(param) => self.todo.extend(param.bound.get()),
            Type::Named(named) => {
                self.todo.extend_from_slice(&named.type_args);
                self.todo.extend(named.origin);
                if named.origin.is_none() && t.pkg == self.pkg {
                    self.found.extend(named.obj.get());
                    self.todo.extend_from_slice(named.type_params());
                    self.todo.extend(named.underlying.get());
                    self.objects(named.methods().iter().copied());
                }
            }
            Type::Alias(alias) => {
                self.todo.extend_from_slice(&alias.type_args);
                self.todo.extend(alias.origin);
                if alias.origin.is_none() && t.pkg == self.pkg {
                    self.found.extend(alias.obj.get());
                    self.todo.extend_from_slice(alias.type_params());
                    self.todo.extend(alias.rhs.get());
                }
            }
        }
    }
}
