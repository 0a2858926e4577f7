//! Selectors on canonical types: promotion through embedded fields, method sets (spec: Selectors, Method sets).

use crate::module::Cx;
use crate::types::{Env, Kind, Method, Ty, Types};
use gust_ir::{CallTarget, SymbolRef, Value};
use gust_syntax::Symbol;
use gust_types::types::Type;
use gust_types::{ObjId, PkgId};
use rustc_hash::FxHashSet;

/// A declared method or a method of an interface.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Declared for a defined type.
    Declared {
        /// The type.
        named: Ty,
        /// The method of the (generic) declaration.
        func: ObjId,
        /// Whether the receiver is a pointer.
        pointer: bool,
    },
    /// Method of an interface type by its number.
    Interface {
        /// The interface type.
        iface: Ty,
        /// Number in the sorted method list.
        index: u32,
    },
}

/// A method found in a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// Name.
    pub name: Symbol,
    /// Package of an unexported name.
    pub pkg: Option<PkgId>,
    /// Fields on the way.
    pub path: Vec<usize>,
    /// Whether a pointer was followed on the way (the type itself being one included).
    pub indirect: bool,
    /// The method.
    pub target: Target,
    /// Its function type, without receiver.
    pub ty: Ty,
}

impl Found {
    /// Whether it has a pointer receiver.
    #[must_use]
    pub fn is_pointer(&self) -> bool {
        matches!(self.target, Target::Declared { pointer: true, .. })
    }
}

/// A method of an interface type, to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InterfaceMethod {
    /// Number in the sorted method list.
    index: u32,
    /// What stands for name and type.
    id: SymbolRef,
}

impl InterfaceMethod {
    /// What a call of it with that itab calls.
    pub(crate) fn target(self, itab: Value) -> CallTarget {
        CallTarget::Interface {
            itab,
            method: self.index,
            id: Some(self.id),
        }
    }
}

impl Cx<'_> {
    /// The symbol that stands for a method's name and type: `method:NAME:TYPE`, unexported names with their package.
    pub(crate) fn method_id(&mut self, name: Symbol, pkg: Option<PkgId>, ty: Ty) -> SymbolRef {
        let ty = self.types.identity(ty);
        let text = match pkg.filter(|_| !name.is_exported()) {
            Some(pkg) => format!("method:{}.{name}:{ty}", self.types.pkg_prefix(pkg)),
            None => format!("method:{name}:{ty}"),
        };
        self.symbol(&text)
    }

    /// Method number `index` of an interface type, found in it.
    pub(crate) fn interface_method(&mut self, found: &Found, index: u32) -> InterfaceMethod {
        InterfaceMethod {
            index,
            id: self.method_id(found.name, found.pkg, found.ty),
        }
    }
}

impl Types<'_> {
    /// A type without the pointer around it, and whether there was one.
    #[must_use]
    pub fn deref(&self, ty: Ty) -> (Ty, bool) {
        match self.kind(ty) {
            Kind::Pointer(base) => (base, true),
            _ => (ty, false),
        }
    }

    /// Methods declared for a defined type (of its origin).
    #[must_use]
    pub fn declared_methods(&self, ty: Ty) -> &[ObjId] {
        match self.kind(ty) {
            Kind::Named(n) => match self.world.ty(n.origin) {
                Type::Named(n) => n.methods(),
                _ => &[],
            },
            _ => &[],
        }
    }

    /// The environment of a declared method's body and signature.
    #[must_use]
    pub fn method_env(&self, func: ObjId, args: &[Ty]) -> std::rc::Rc<Env> {
        let params = match self.world.obj(func).ty.get().map(|t| self.world.ty(t)) {
            Some(Type::Signature(s)) if !s.recv_type_params().is_empty() => s.recv_type_params(),
            Some(Type::Signature(s)) => s.type_params(),
            _ => &[],
        };
        Env::new(params, args, &[])
    }

    /// Type arguments of a defined type.
    #[must_use]
    pub fn named_args(&self, ty: Ty) -> Vec<Ty> {
        match self.kind(ty) {
            Kind::Named(n) => n.args.clone(),
            _ => Vec::new(),
        }
    }

    /// Whether a declared method has a pointer receiver.
    #[must_use]
    pub fn has_pointer_receiver(&self, func: ObjId) -> bool {
        let obj = self.world.obj(func);
        if let Some(t) = obj.ty.get()
            && let Type::Signature(s) = self.world.ty(t)
            && let Some(recv) = s.recv.get()
            && let Some(mut t) = self.world.obj(recv).ty.get()
        {
            loop {
                match self.world.ty(t) {
                    Type::Pointer { .. } => return true,
                    Type::Alias(a) => match a.actual.get().or_else(|| a.rhs.get()) {
                        Some(next) => t = next,
                        None => return false,
                    },
                    _ => return false,
                }
            }
        }
        obj.as_func().is_some_and(|f| f.has_ptr_recv.get())
    }

    fn own_method(&self, ty: Ty, name: Symbol, pkg: Option<PkgId>) -> Option<(Target, Ty)> {
        for &m in self.declared_methods(ty) {
            let obj = self.world.obj(m);
            if obj.name == name && (obj.is_exported() || obj.pkg == pkg) {
                let env = self.method_env(m, &self.named_args(ty));
                let fty = self.convert(obj.ty.get()?, &env);
                let target = Target::Declared {
                    named: ty,
                    func: m,
                    pointer: self.has_pointer_receiver(m),
                };
                return Some((target, fty));
            }
        }
        let methods = self.as_interface(ty)?;
        let at = methods
            .iter()
            .position(|m| m.name == name && m.pkg == pkg.filter(|_| m.pkg.is_some()))?;
        let target = Target::Interface {
            iface: ty,
            index: at as u32,
        };
        Some((target, methods[at].ty))
    }

    /// The method a selector finds in values of type `ty` (or what it points to), whether or not it is in the
    /// type's method set. `pkg` is the package the selector stands in.
    #[must_use]
    pub fn find_method(&self, ty: Ty, name: Symbol, pkg: Option<PkgId>) -> Option<Found> {
        let (base, pointer) = self.deref(ty);
        let mut level = vec![(base, Vec::new(), pointer)];
        let mut seen = FxHashSet::default();
        while !level.is_empty() {
            let mut next: Vec<(Ty, Vec<usize>, bool)> = Vec::new();
            let mut found = Vec::new();
            let mut field = false;
            let mut fresh = FxHashSet::default();
            for (t, path, indirect) in level {
                if seen.contains(&t) {
                    continue;
                }
                fresh.insert(t);
                if let Some((target, fty)) = self.own_method(t, name, pkg) {
                    found.push(Found {
                        name,
                        pkg: pkg.filter(|_| !name.is_exported()),
                        path,
                        indirect,
                        target,
                        ty: fty,
                    });
                    continue;
                }
                let Some(fields) = self.as_struct(t) else {
                    continue;
                };
                for (i, f) in fields.iter().enumerate() {
                    field |= f.name == name && (f.pkg.is_none() || f.pkg == pkg);
                    if f.embedded {
                        let (e, p) = self.deref(f.ty);
                        let mut path = path.clone();
                        path.push(i);
                        next.push((e, path, indirect || p));
                    }
                }
            }
            if !found.is_empty() || field {
                return if found.len() == 1 && !field {
                    found.pop()
                } else {
                    None
                };
            }
            seen.extend(fresh);
            level = next;
        }
        None
    }

    /// The method set of a type, in the official order. Interfaces have their methods.
    #[must_use]
    pub fn method_set(&self, ty: Ty) -> Vec<Found> {
        let mut names: Vec<(Symbol, Option<PkgId>)> = Vec::new();
        let mut seen = FxHashSet::default();
        let (base, pointer) = self.deref(ty);
        if pointer && (self.is_interface(base) || self.as_pointer(base).is_some()) {
            return Vec::new();
        }
        let mut todo = vec![base];
        while let Some(t) = todo.pop() {
            if !seen.insert(t) {
                continue;
            }
            for &m in self.declared_methods(t) {
                let obj = self.world.obj(m);
                names.push((obj.name, obj.pkg.filter(|_| !obj.is_exported())));
            }
            if let Some(methods) = self.as_interface(t) {
                names.extend(methods.iter().map(|m| (m.name, m.pkg)));
            }
            if let Some(fields) = self.as_struct(t) {
                todo.extend(
                    fields
                        .iter()
                        .filter(|f| f.embedded)
                        .map(|f| self.deref(f.ty).0),
                );
            }
        }
        names.sort_by(|&a, &b| self.method_order(a, b));
        names.dedup();
        names
            .into_iter()
            .filter(|(name, _)| !name.is_blank())
            .filter_map(|(name, pkg)| self.find_method(ty, name, pkg))
            .filter(|m| m.indirect || !m.is_pointer())
            .collect()
    }

    /// Whether a type has all methods of an interface (spec: Implementing an interface).
    #[must_use]
    pub fn implements(&self, ty: Ty, methods: &[Method]) -> bool {
        methods.iter().all(|m| {
            self.find_method(ty, m.name, m.pkg)
                .is_some_and(|f| f.ty == m.ty && (f.indirect || !f.is_pointer()))
        })
    }
}
