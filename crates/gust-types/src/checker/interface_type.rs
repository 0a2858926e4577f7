//! Interface types.

use super::Checker;
use crate::ids::{ObjId, TypeId};
use crate::object::{Func, ObjKind, Object, VarKind};
use crate::types::{Interface, Type};
use crate::typeset::TypeSet;
use gust_syntax::Symbol;
use gust_syntax::ast::{ExprId, ExprKind};

impl Checker<'_> {
    /// Fills in interface `ityp` from syntax `e`; `def` is the type name being declared with it.
    pub(crate) fn interface_type(&self, ityp: TypeId, e: ExprId, def: Option<ObjId>) {
        let ast = self.ast;
        let (Type::Interface(iface), ExprKind::InterfaceType { elems }) =
            (self.ty(ityp), ast[e].kind)
        else {
            return;
        };
        // A method's receiver is the interface, under its name if it has one.
        let named = def.and_then(|def| self.obj(def).ty.get());
        let recv = named.and_then(|t| self.as_named(t)).unwrap_or(ityp);
        let mut methods = Vec::new();
        let mut embeddeds = Vec::new();
        for &f in &ast[ast[elems].fields] {
            let field = &ast[f];
            let Some(ty) = field.ty else {
                continue;
            };
            match ast[field.names].first() {
                None => embeddeds.push((self.parse_union(ty), ast.start(ty))),
                Some(&name) => methods.extend(self.interface_method(name, ty, recv)),
            }
        }
        self.complete_interface(iface, methods, embeddeds);
        if !iface.methods().is_empty() || !iface.embeddeds().is_empty() {
            // Early, so that errors come up.
            self.later(move |c| {
                c.type_set(ityp);
            });
        }
    }

    fn interface_method(&self, name: ExprId, ty: ExprId, recv: TypeId) -> Option<ObjId> {
        let method_name = self.name_of(name);
        if method_name.is_blank() {
            let text = "methods must have a unique non-blank name";
            self.error(name, "BlankIfaceMethod", text);
            return None;
        }
        let t = self.typ(ty);
        let Type::Signature(sig) = self.ty(t) else {
            if self.is_valid(t) {
                let text = format!("{} is not a method signature", self.type_str(t));
                self.error(ty, "InvalidSyntaxTree", text);
            }
            return None;
        };
        let pos = self.ast[name].pos;
        sig.recv
            .set(self.new_var_obj(VarKind::Recv, pos, Symbol::new(""), recv));
        let func = Func {
            has_ptr_recv: Default::default(),
            origin: None,
            decl: Default::default(),
        };
        let obj = Object::new(ObjKind::Func(func), pos, Some(self.id), method_name);
        obj.ty.set(t);
        let obj = self.new_obj(obj);
        self.record_def(name, Some(obj));
        Some(obj)
    }

    fn complete_interface(
        &self,
        iface: &Interface,
        mut methods: Vec<ObjId>,
        embeddeds: Vec<(TypeId, gust_syntax::Pos)>,
    ) {
        methods.sort_by_key(|&m| self.method_key(m));
        let empty = methods.is_empty() && embeddeds.is_empty();
        let _ = iface.methods.set(methods.into());
        let _ = iface.embeddeds.set(embeddeds.into());
        iface.complete.set(true);
        if empty {
            let _ = iface.type_set.set(Box::new(TypeSet::default()));
        }
    }

    /// What methods are sorted by: exported ones first, then by name and package.
    pub(crate) fn method_key(&self, m: ObjId) -> (bool, Symbol, Option<Symbol>) {
        let obj = self.obj(m);
        let exported = obj.is_exported();
        let pkg = obj.pkg.filter(|_| !exported).map(|p| self.pkg_path(p));
        (!exported, obj.name, pkg)
    }

    /// The interface that a constraint `~T` or `A | B` stands for.
    pub(super) fn implicit_interface(&self, e: ExprId) -> TypeId {
        let ityp = self.new_type(Type::Interface(Interface::default()));
        let Type::Interface(iface) = self.ty(ityp) else {
            return TypeId::INVALID;
        };
        let pos = self.ast.start(e);
        let embedded = (self.parse_union(e), pos);
        self.complete_interface(iface, Vec::new(), vec![embedded]);
        iface.implicit.set(true);
        self.later(move |c| {
            c.type_set(ityp);
        });
        ityp
    }
}
