//! Which unexported names of an imported package the official compiler has heard of.
//!
//! It reads packages from export data, which hold the exported objects and what their types are
//! made of. An unexported name in there is reported as "not exported"; any other is undefined.
//! Export data hold bodies of functions to be inlined too, with what these mention. Which
//! functions these are is estimated by their size.

use super::{Checker, PACKAGE_SCOPE};
use crate::ids::{ObjId, PkgId, TypeId};
use crate::scope::Scope;
use crate::types::Type;
use gust_syntax::ast::{Block, DeclId, DeclKind, ExprId, ExprKind};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// What the body of a function to be inlined may cost, about one for each node of the tree.
const INLINE_BUDGET: u32 = 80;

/// What a call in it costs besides.
const CALL_COST: u32 = 57;

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
        let package = self.imported_package(pkg);
        let objects = package.scope.values().copied();
        walk.objects(objects.filter(|&o| self.obj(o).is_exported()));
        walk.objects(package.inlined.iter().copied());
        walk.found.extend(package.inlined.iter().copied());
        walk.run();
        let answer = walk.found.contains(&obj);
        self.calls.exports.borrow_mut().insert(pkg, walk.found);
        answer
    }

    /// The unexported objects of this package that its export data hold because of bodies of
    /// functions to be inlined; see [`crate::Package::inlined`].
    pub(super) fn mentioned_when_inlined(&self) -> Vec<ObjId> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        let scope = self.scope(PACKAGE_SCOPE);
        for file in &self.ast.files {
            for &d in &self.ast[file.decls] {
                if let DeclKind::Func { recv, name, .. } = self.ast[d].kind
                    && (recv.is_some() || self.ast.name(name).is_some_and(|n| n.is_exported()))
                {
                    self.names_when_inlined(d, scope, &mut seen, &mut found);
                }
            }
        }
        // What is called may be inlined in turn.
        let mut next = 0;
        while let Some(&obj) = found.get(next) {
            next += 1;
            let func = self.obj(obj).as_func();
            if let Some(&d) = func.and_then(|f| f.decl.get()) {
                self.names_when_inlined(d, scope, &mut seen, &mut found);
            }
        }
        found
    }

    /// Adds the unexported objects that function `d` mentions if it is small enough.
    fn names_when_inlined(
        &self,
        d: DeclId,
        scope: &Scope,
        seen: &mut FxHashSet<ObjId>,
        found: &mut Vec<ObjId>,
    ) {
        let DeclKind::Func {
            name,
            body: Some(body),
            ..
        } = self.ast[d].kind
        else {
            return;
        };
        let Block { lbrace, rbrace, .. } = self.ast[body];
        // A function's expressions stand together in the arena.
        let all = &self.ast.exprs[name.index() + 1..];
        let inside = all
            .iter()
            .take_while(|e| e.pos <= rbrace)
            .filter(|e| e.pos > lbrace);
        let mut cost = 0;
        let mut names = SmallVec::<[ObjId; 16]>::new();
        for e in inside {
            cost += match e.kind {
                ExprKind::Name(name) => {
                    if !name.is_exported() {
                        names.extend(scope.lookup(name));
                    }
                    1
                }
                ExprKind::Call { fun, .. } if self.is_plain_call(fun, scope) => CALL_COST,
                ExprKind::FuncLit { .. } => INLINE_BUDGET,
                _ => 1,
            };
            if cost > INLINE_BUDGET {
                return;
            }
        }
        found.extend(names.into_iter().filter(|&o| seen.insert(o)));
    }

    /// Whether calling `fun` is neither a conversion to a predeclared type nor a call of a
    /// predeclared function.
    fn is_plain_call(&self, fun: ExprId, scope: &Scope) -> bool {
        self.ast.name(self.ast.unparen(fun)).is_none_or(|name| {
            let universe = self.world.package(PkgId::UNIVERSE);
            scope.lookup(name).is_some() || !universe.scope.contains_key(&name)
        })
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
