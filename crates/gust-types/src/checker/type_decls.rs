//! Type declarations, their type parameters and methods.

use super::Checker;
use super::errors::{At, ErrorBuilder};
use crate::ids::{ObjId, PkgId, TypeId};
use crate::object::{ObjKind, Object};
use crate::types::Type;
use crate::version::GoVersion;
use gust_syntax::ast::{ExprId, ExprKind, FieldListId, SpecId, SpecKind};
use gust_syntax::token::Op;
use gust_syntax::{Pos, Symbol};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::rc::Rc;

impl Checker<'_> {
    /// Checks the declaration of type name `obj`.
    pub(super) fn type_decl(&self, obj: ObjId, spec: SpecId) {
        let SpecKind::Type {
            name,
            type_params,
            eq,
            ty,
        } = self.ast[spec].kind
        else {
            return;
        };
        let type_params = type_params.filter(|&list| !self.ast[list].fields.is_empty());
        let rhs_seen: Rc<Cell<Option<TypeId>>> = Rc::default();
        let version_error: Rc<Cell<bool>> = Rc::default();
        self.later({
            let (rhs, version_error) = (rhs_seen.clone(), version_error.clone());
            move |c| {
                if let Some(named) = c.obj(obj).ty.get().and_then(|t| c.as_named(t)) {
                    c.valid_type(named);
                }
                // A constraint of this package has been reported where it is declared.
                if !version_error.get()
                    && let Some(rhs) = rhs.get()
                    && c.is_imported_constraint(rhs)
                {
                    let what = format!("using type constraint {}", c.type_str(rhs));
                    c.verify_version(At::Expr(ty), GoVersion(18), &what);
                }
            }
        });
        let first_param = type_params.map(|list| At::Pos(self.first_field_pos(list)));
        if eq.is_known() {
            // The later version first: raising the version once is then enough.
            let ok = first_param
                .is_none_or(|at| self.verify_version(at, GoVersion(23), "generic type alias"))
                && self.verify_version(At::Expr(name), GoVersion(9), "type alias");
            version_error.set(!ok);
            self.alias_decl(obj, type_params, ty, &rhs_seen);
        } else {
            let ok = first_param
                .is_none_or(|at| self.verify_version(at, GoVersion(18), "type parameter"));
            version_error.set(!ok);
            self.defined_type_decl(obj, type_params, ty, &rhs_seen);
        }
    }

    fn alias_decl(
        &self,
        obj: ObjId,
        type_params: Option<FieldListId>,
        ty: ExprId,
        rhs_seen: &Cell<Option<TypeId>>,
    ) {
        let alias_id = self.new_alias(obj, None);
        let Type::Alias(alias) = self.ty(alias_id) else {
            return;
        };
        if let Some(list) = type_params {
            self.open_scope(self.ast[list].open, self.ast.end(ty));
            self.collect_type_params(list, |tparams| {
                let _ = alias.type_params.set(tparams.into());
            });
        }
        let rhs = self.declared_type(ty, Some(obj));
        rhs_seen.set(Some(rhs));
        alias.rhs.set(rhs);
        // spec: "In an alias declaration the given type cannot be a type parameter declared in
        // the same declaration."
        if alias.type_params().contains(&rhs) {
            let text = "cannot use type parameter declared in alias declaration as RHS";
            self.error(ty, "MisplacedTypeParam", text);
            alias.rhs.set(TypeId::INVALID);
        }
        if type_params.is_some() {
            self.close_scope();
        }
    }

    fn defined_type_decl(
        &self,
        obj: ObjId,
        type_params: Option<FieldListId>,
        ty: ExprId,
        rhs_seen: &Cell<Option<TypeId>>,
    ) {
        let named_id = self.new_named(obj);
        let Type::Named(named) = self.ty(named_id) else {
            return;
        };
        if let Some(list) = type_params {
            self.open_scope(self.ast[list].open, self.ast.end(ty));
            self.collect_type_params(list, |tparams| {
                let _ = named.type_params.set(tparams.into());
            });
        }
        let rhs = self.declared_type(ty, Some(obj));
        rhs_seen.set(Some(rhs));
        named.rhs.set(rhs);
        // spec: "In a type definition the given type cannot be a type parameter."
        if self.is_type_param(rhs) {
            let text = "cannot use a type parameter as RHS in type declaration";
            self.error(ty, "MisplacedTypeParam", text);
            named.rhs.set(TypeId::INVALID);
        }
        if type_params.is_some() {
            self.close_scope();
        }
    }

    /// Whether `t` is a constraint interface declared in another package.
    pub(super) fn is_imported_constraint(&self, t: TypeId) -> bool {
        let Some(named) = self.as_named(t) else {
            return false;
        };
        let Type::Named(n) = self.ty(named) else {
            return false;
        };
        let pkg = n.obj.get().and_then(|obj| self.obj(obj).pkg);
        if pkg.is_none_or(|pkg| pkg == self.id) {
            return false;
        }
        let under = self.under(named);
        matches!(self.ty(under), Type::Interface(_)) && !self.is_method_set(under)
    }

    /// Where the first field of a list starts.
    pub(super) fn first_field_pos(&self, list: FieldListId) -> Pos {
        let list = &self.ast[list];
        let Some(&first) = self.ast[list.fields].first() else {
            return list.open;
        };
        let field = &self.ast[first];
        let at = self.ast[field.names].first().copied().or(field.ty);
        at.map_or(list.open, |e| self.ast.start(e))
    }

    /// Declares the type parameters of `list` in the current scope. `set` gets them before their
    /// constraints are looked at, since these may use the type that is being declared.
    pub(super) fn collect_type_params(&self, list: FieldListId, set: impl FnOnce(&[TypeId])) {
        let ast = self.ast;
        let scope_pos = self.first_field_pos(list);
        let fields = &ast[ast[list].fields];
        let mut tparams = Vec::new();
        for &f in fields {
            for &name in &ast[ast[f].names] {
                tparams.push(self.declare_type_param(name, scope_pos));
            }
        }
        set(&tparams);
        let outside = std::mem::replace(&mut self.env.borrow_mut().in_type_params, true);
        let mut rest = &tparams[..];
        for &f in fields {
            let count = ast[ast[f].names].len();
            let (group, tail) = rest.split_at(count);
            rest = tail;
            if count == 0 {
                continue;
            }
            let bound = ast[f].ty.map_or(TypeId::INVALID, |ty| self.bound(ty));
            for &tparam in group {
                if let Type::TypeParam(tparam) = self.ty(tparam) {
                    tparam.bound.set(bound);
                }
            }
        }
        self.env.borrow_mut().in_type_params = outside;
    }

    /// The constraint `e`.
    fn bound(&self, e: ExprId) -> TypeId {
        let inner = self.ast.unparen(e);
        let is_literal = matches!(
            self.ast[inner].kind,
            ExprKind::Unary { op: Op::Tilde, .. } | ExprKind::Binary { op: Op::Or, .. }
        );
        let bound = if is_literal {
            self.implicit_interface(inner)
        } else {
            self.typ(e)
        };
        if self.is_type_param(bound) {
            let text = "cannot use a type parameter as constraint";
            self.error(e, "MisplacedTypeParam", text);
            return TypeId::INVALID;
        }
        bound
    }

    /// Declares one type parameter; its constraint follows.
    pub(super) fn declare_type_param(&self, name: ExprId, scope_pos: Pos) -> TypeId {
        let obj = Object::new(
            ObjKind::TypeName,
            self.ast[name].pos,
            Some(self.id),
            self.name_of(name),
        );
        let obj = self.new_obj(obj);
        let tparam = self.new_type_param(obj, Some(TypeId::INVALID));
        let scope = self.env.borrow().scope;
        self.declare(scope, Some(name), obj, scope_pos);
        tparam
    }

    /// Gives the declared type of `obj` the methods collected for it.
    pub(super) fn collect_methods(&self, obj: ObjId) {
        let Some(methods) = self.decls.methods.borrow_mut().remove(&obj) else {
            return;
        };
        let base = self.obj(obj).ty.get().and_then(|t| self.as_named(t));
        if let Some(base) = base {
            // Its underlying type may not be set up yet.
            self.later(move |c| c.check_field_uniqueness(base));
        }
        let mut by_name: FxHashMap<Symbol, ObjId> = FxHashMap::default();
        let mut valid = Vec::with_capacity(methods.len());
        for m in methods {
            let method = self.obj(m);
            // spec: "For a base type, the non-blank names of methods bound to it must be unique."
            if let Some(&other) = by_name.get(&method.name) {
                let text = format!(
                    "method {}.{} already declared at {}",
                    self.obj(obj).name,
                    method.name,
                    self.pos_str(self.obj(other).pos)
                );
                self.error(m, "DuplicateMethod", text);
                continue;
            }
            by_name.insert(method.name, m);
            valid.push(m);
        }
        if let Some(base) = base
            && base.pkg == self.id
            && let Type::Named(named) = self.ty(base)
        {
            let _ = named.methods.set(valid.into());
        }
    }

    /// spec: "If the base type is a struct type, the non-blank method and field names must be
    /// distinct."
    fn check_field_uniqueness(&self, base: TypeId) {
        let (Type::Struct(s), Type::Named(named)) = (self.ty(self.under(base)), self.ty(base))
        else {
            return;
        };
        let unique = |id: ObjId| {
            let obj = self.obj(id);
            let pkg: Option<PkgId> = obj.pkg.filter(|_| !obj.is_exported());
            (obj.name, pkg)
        };
        let methods: FxHashMap<_, _> = named.methods().iter().map(|&m| (unique(m), m)).collect();
        for &field in s.fields() {
            if let Some(&method) = methods.get(&unique(field)) {
                let name = self.obj(field).name;
                let mut err = ErrorBuilder::new("DuplicateFieldAndMethod");
                let text = format!("field and method with the same name {name}");
                self.add(&mut err, method, text);
                self.add_alt_decl(&mut err, field);
                self.report(err);
            }
        }
    }
}
