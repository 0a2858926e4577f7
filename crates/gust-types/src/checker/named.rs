//! Defined types and their instances; type parameters; aliases.
//!
//! An instance knows its origin and type arguments; its right side and its methods are
//! expanded when first asked for. Cells of an instance that an imported package left
//! unexpanded are frozen, so its expansion goes into tables of the checker.

use super::Checker;
use crate::ids::{Number, ObjId, PkgId, TypeCell, TypeId};
use crate::object::{Func, ObjKind, Object, Var};
use crate::types::{Alias, Interface, Named, Signature, Type, TypeParam};
use gust_syntax::{Pos, Symbol};

impl Checker<'_> {
    /// Gives a type to its type name if that has none.
    fn bind_type_name(&self, obj: ObjId, t: TypeId) -> TypeId {
        let cell = &self.obj(obj).ty;
        if cell.get().is_none() {
            cell.set(t);
        }
        t
    }

    /// A declared type for type name `obj` (whose type it becomes if it has none).
    pub(crate) fn new_named(&self, obj: ObjId) -> TypeId {
        let t = self.new_type(Type::Named(Box::new(Named {
            obj: obj.into(),
            ..Named::default()
        })));
        self.bind_type_name(obj, t)
    }

    /// A declared alias for `obj`.
    pub(crate) fn new_alias(&self, obj: ObjId, rhs: Option<TypeId>) -> TypeId {
        let t = self.new_type(Type::Alias(Box::new(Alias {
            obj: obj.into(),
            rhs: TypeCell::new(rhs),
            ..Alias::default()
        })));
        self.bind_type_name(obj, t)
    }

    /// A type parameter for `obj` with a constraint that may be set later.
    pub(crate) fn new_type_param(&self, obj: ObjId, bound: Option<TypeId>) -> TypeId {
        let id = self.relations.type_params.get() + 1;
        self.relations.type_params.set(id);
        let t = self.new_type(Type::TypeParam(TypeParam {
            obj,
            index: Number::default(),
            id,
            bound: TypeCell::new(bound),
        }));
        self.bind_type_name(obj, t)
    }

    /// An instance of a generic named type, not expanded.
    pub(super) fn new_named_instance(
        &self,
        pos: Pos,
        origin: TypeId,
        type_args: &[TypeId],
    ) -> TypeId {
        let obj = self.new_instance_name(pos, origin);
        let t = self.new_type(Type::Named(Box::new(Named {
            obj: obj.into(),
            origin: Some(origin),
            type_args: type_args.into(),
            ..Named::default()
        })));
        self.obj(obj).ty.set(t);
        t
    }

    /// An instance of a generic alias with its right side.
    pub(super) fn new_alias_instance(
        &self,
        pos: Pos,
        origin: TypeId,
        type_args: &[TypeId],
        rhs: TypeId,
    ) -> TypeId {
        let obj = self.new_instance_name(pos, origin);
        let t = self.new_type(Type::Alias(Box::new(Alias {
            obj: obj.into(),
            origin: Some(origin),
            type_args: type_args.into(),
            rhs: rhs.into(),
            ..Alias::default()
        })));
        self.obj(obj).ty.set(t);
        t
    }

    fn new_instance_name(&self, pos: Pos, origin: TypeId) -> ObjId {
        let (pkg, name) = match self.type_name(origin) {
            Some(obj) => (self.obj(obj).pkg, self.obj(obj).name),
            None => (None, Symbol::new("_")),
        };
        self.new_obj(Object::new(ObjKind::TypeName, pos, pkg, name))
    }

    /// The type name of a named type, alias or type parameter (not looked through); that of an
    /// instance is its own, at the position of the instantiation.
    pub(crate) fn type_name(&self, t: TypeId) -> Option<ObjId> {
        match self.ty(t) {
            Type::Named(n) => n.obj.get(),
            Type::Alias(a) => a.obj.get(),
            Type::TypeParam(p) => Some(p.obj),
            _ => None,
        }
    }

    /// The generic type behind an instance, else `t` itself (`t` is the handle of a named type
    /// or alias).
    pub(crate) fn origin(&self, t: TypeId) -> TypeId {
        match self.ty(t) {
            Type::Named(n) => n.origin.unwrap_or(t),
            Type::Alias(a) => a.origin.unwrap_or(t),
            _ => t,
        }
    }

    /// Type arguments of an instance (named or alias), else none.
    pub(crate) fn type_args(&self, t: TypeId) -> &[TypeId] {
        match self.ty(t) {
            Type::Named(n) => &n.type_args,
            Type::Alias(a) => &a.type_args,
            _ => &[],
        }
    }

    /// Type parameters of a named type or alias (those of its origin) or signature.
    pub(crate) fn type_params(&self, t: TypeId) -> &[TypeId] {
        match self.ty(self.origin(t)) {
            Type::Named(n) => n.type_params(),
            Type::Alias(a) => a.type_params(),
            Type::Signature(s) => s.type_params(),
            _ => &[],
        }
    }

    /// The right side of a named type's declaration, for instances after substitution; none
    /// while it is not known.
    pub(crate) fn named_rhs(&self, t: TypeId) -> Option<TypeId> {
        let Type::Named(named) = self.ty(t) else {
            return None;
        };
        if let Some(rhs) = named.rhs.get() {
            return Some(rhs);
        }
        let origin = named.origin?;
        let own = self.is_own_type(t);
        if !own {
            if let Some(&rhs) = self.relations.foreign_rhs.borrow().get(&t) {
                return Some(rhs);
            }
            // Mentions of the instance in its own expansion shall lead back to it.
            self.register_instance(origin, &named.type_args, t);
        }
        let rhs = self.expand_rhs(t, named, origin)?;
        if own {
            named.rhs.set(rhs);
        } else {
            self.relations.foreign_rhs.borrow_mut().insert(t, rhs);
        }
        Some(rhs)
    }

    fn expand_rhs(&self, t: TypeId, named: &Named, origin: TypeId) -> Option<TypeId> {
        let Type::Named(generic) = self.ty(origin) else {
            return Some(TypeId::INVALID);
        };
        if generic.type_params().len() != named.type_args.len() {
            return Some(TypeId::INVALID);
        }
        let generic_rhs = generic.rhs.get()?;
        let pos = named.obj.get().map_or(Pos::NONE, |o| self.obj(o).pos);
        let params = generic.type_params();
        let rhs = self.subst(pos, generic_rhs, params, &named.type_args, Some(t));
        // Methods of an interface have the named type as receiver.
        let Type::Interface(iface) = self.ty(rhs) else {
            return Some(rhs);
        };
        let Some(methods) = self.replace_receivers(iface.methods(), origin, t) else {
            return Some(rhs);
        };
        let copy = Interface::default();
        let _ = copy.methods.set(methods);
        let _ = copy
            .embeddeds
            .set(self.embeddeds_of_copy(rhs, iface.embeddeds()));
        copy.implicit.set(iface.implicit.get());
        copy.complete.set(true);
        Some(self.new_type(Type::Interface(copy)))
    }

    /// Methods with receivers of type `new` in place of `old`; none if there are none of that
    /// type.
    pub(super) fn replace_receivers(
        &self,
        methods: &[ObjId],
        old: TypeId,
        new: TypeId,
    ) -> Option<Box<[ObjId]>> {
        // Most interfaces' methods have other receivers: look before copying.
        let receiver = |m: ObjId| {
            let Type::Signature(sig) = self.ty(self.obj_type(m)) else {
                return None;
            };
            let recv = sig.recv.get()?;
            (self.obj(recv).ty.get() == Some(old)).then_some((sig, recv))
        };
        if !methods.iter().any(|&m| receiver(m).is_some()) {
            return None;
        }
        let replaced = methods.iter().map(|&m| match receiver(m) {
            Some((sig, recv)) => {
                let copy = self.copy_signature(sig);
                copy.recv.set(self.clone_var(recv, new));
                self.clone_func(m, self.new_type(Type::Signature(copy)))
            }
            None => m,
        });
        Some(replaced.collect())
    }

    /// A signature with the same parts, without scope.
    pub(super) fn copy_signature(&self, sig: &Signature) -> Signature {
        let copy = Signature {
            type_params: sig.type_params.clone(),
            recv_type_params: sig.recv_type_params.clone(),
            params: sig.params.clone(),
            results: sig.results.clone(),
            ..Signature::default()
        };
        if let Some(recv) = sig.recv.get() {
            copy.recv.set(recv);
        }
        copy.variadic.set(sig.variadic.get());
        copy
    }

    /// A variable like `var` of type `t`; it remembers where it comes from.
    pub(super) fn clone_var(&self, var: ObjId, t: TypeId) -> ObjId {
        let old = self.obj(var);
        let kind = match &old.kind {
            ObjKind::Var(v) => ObjKind::Var(Var {
                kind: v.kind,
                embedded: v.embedded,
                used: crate::ids::Flag::new(v.used.get()),
                origin: v.origin.or(Some(var)),
            }),
            _ => return var,
        };
        let new = Object::new(kind, old.pos, old.pkg, old.name);
        new.ty.set(t);
        self.new_obj(new)
    }

    /// A function like `func` with signature `t`; it remembers where it comes from.
    pub(super) fn clone_func(&self, func: ObjId, t: TypeId) -> ObjId {
        let old = self.obj(func);
        let kind = match &old.kind {
            ObjKind::Func(f) => ObjKind::Func(Func {
                has_ptr_recv: crate::ids::Flag::new(f.has_ptr_recv.get()),
                origin: f.origin.or(Some(func)),
                decl: f.decl.clone(),
            }),
            _ => return func,
        };
        let new = Object::new(kind, old.pos, old.pkg, old.name);
        new.ty.set(t);
        self.new_obj(new)
    }

    /// Whether a method has a pointer receiver. Its signature decides once it has one.
    pub(crate) fn has_ptr_recv(&self, func: ObjId) -> bool {
        let obj = self.obj(func);
        if let Some(t) = obj.ty.get()
            && let Type::Signature(sig) = self.ty(t)
            && let Some(recv) = sig.recv.get()
        {
            return self.deref(self.obj_type(recv)).1;
        }
        obj.as_func().is_some_and(|f| f.has_ptr_recv.get())
    }

    fn origin_methods(&self, named: TypeId) -> &[ObjId] {
        match self.ty(self.origin(named)) {
            Type::Named(n) => n.methods(),
            _ => &[],
        }
    }

    /// Method `i`, for instances with substituted signature (made when first asked for).
    pub(crate) fn named_method(&self, named: TypeId, i: usize) -> ObjId {
        let generic = self.origin_methods(named)[i];
        let Type::Named(n) = self.ty(named) else {
            return generic;
        };
        if n.origin.is_none() {
            return generic;
        }
        let key = (named, i as u32);
        if let Some(&m) = self.relations.methods.borrow().get(&key) {
            return m;
        }
        // A method whose header is still being checked will have another signature.
        let Some(method) = self.expand_method(named, n, generic) else {
            return generic;
        };
        self.relations.methods.borrow_mut().insert(key, method);
        method
    }

    fn expand_method(&self, named: TypeId, n: &Named, generic: ObjId) -> Option<ObjId> {
        if generic.pkg == self.id {
            self.obj_decl(generic);
        }
        let generic_type = self.obj(generic).ty.get()?;
        let Type::Signature(generic_sig) = self.ty(generic_type) else {
            return None;
        };
        let recv = generic_sig.recv.get()?;
        // The instance with the receiver's own type parameters has the declared methods.
        if self.deref(self.obj_type(recv)).0 == named {
            return Some(generic);
        }
        let params = generic_sig.recv_type_params();
        let mut t = generic_type;
        // In erroneous code the numbers may differ.
        if params.len() == n.type_args.len() {
            let pos = self.obj(generic).pos;
            t = self.subst(pos, t, params, &n.type_args, Some(named));
        }
        if t == generic_type {
            t = self.new_type(Type::Signature(self.copy_signature(generic_sig)));
        }
        let recv_type = if self.has_ptr_recv(generic) {
            self.new_type(Type::Pointer { base: named.into() })
        } else {
            named
        };
        if let Type::Signature(sig) = self.ty(t) {
            sig.recv.set(self.clone_var(recv, recv_type));
        }
        Some(self.clone_func(generic, t))
    }

    /// Method of a named type by name.
    pub(crate) fn named_lookup_method(
        &self,
        named: TypeId,
        pkg: Option<PkgId>,
        name: Symbol,
        fold_case: bool,
    ) -> Option<(usize, ObjId)> {
        let origin = self.origin(named);
        let methods = self.origin_methods(origin);
        if methods.is_empty() || name.is_blank() {
            return None;
        }
        let (i, _) = self.find_member(origin, methods, pkg, name, fold_case)?;
        Some((i, self.named_method(named, i)))
    }

    /// Resolves what is lazy about the types of this package, at the end of checking: other
    /// packages cannot.
    pub(crate) fn complete_types(&self) {
        // Types that come up on the way may be without end, as in
        // `type X[T any] *interface{ X[*T] }`; who needs them computes them.
        for i in 0..self.types.len() {
            let t = TypeId::new(self.id, i as u32);
            match self.ty(t) {
                Type::Named(n) if n.origin.is_none() => {
                    self.under(t);
                }
                Type::Alias(_) => {
                    self.unalias(t);
                }
                Type::TypeParam(_) => {
                    self.type_param_iface(t);
                }
                Type::Interface(_) => {
                    self.type_set(t);
                }
                _ => {}
            }
        }
    }
}
