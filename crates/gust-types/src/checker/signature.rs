//! Function types: receivers, type parameters, parameters, results.

use super::Checker;
use super::operand::Mode;
use crate::ids::{ObjId, TypeCell, TypeId};
use crate::object::{ObjKind, Object, Var, VarKind};
use crate::types::{BasicKind, Signature, Type};
use crate::version::GoVersion;
use gust_syntax::ast::{ExprId, ExprKind, FieldListId, FuncTypeId};
use gust_syntax::{Pos, Symbol};

/// Parameters or results before they are declared.
#[derive(Default)]
struct Params {
    names: Vec<Option<ExprId>>,
    vars: Vec<ObjId>,
    variadic: bool,
}

impl Checker<'_> {
    /// Fills in signature `sig` (a fresh `Type::Signature`) from its syntax; opens and closes its
    /// scope, which is recorded in it.
    pub(crate) fn func_type(&self, sig: TypeId, recv: Option<FieldListId>, ty: FuncTypeId) {
        let ast = self.ast;
        let func = &ast[ty];
        let Type::Signature(signature) = self.ty(sig) else {
            return;
        };
        let start = ast[func.params].open;
        let end = ast.func_type_end(ty);
        self.open_scope(func.func.or(start), end);
        let scope = self.env.borrow().scope;
        self.scope(scope).is_func.set(true);
        signature.scope.set(scope);

        let recv = recv.and_then(|list| {
            let field = *ast[ast[list].fields].first()?;
            let ty = ast[field].ty?;
            Some((ty, ast[ast[field].names].first().copied()))
        });
        let mut recv_var = None;
        if let Some((ty, name)) = recv {
            let (var, tparams) = self.collect_recv(ty, name, start);
            recv_var = Some(var);
            if !tparams.is_empty() {
                let _ = signature.recv_type_params.set(tparams.into());
            }
        }
        if let Some(list) = func.type_params {
            self.collect_type_params(list, |tparams| {
                if !tparams.is_empty() {
                    let _ = signature.type_params.set(tparams.into());
                }
            });
        }
        let params = self.collect_params(VarKind::Param, func.params);
        let results = match func.results {
            Some(list) => self.collect_params(VarKind::Result, list),
            None => Params::default(),
        };

        // The scope of all of them starts behind the signature.
        if let Some(var) = recv_var {
            if let Some((_, Some(name))) = recv {
                self.declare(scope, Some(name), var, end);
            }
            signature.recv.set(var);
        }
        for list in [&params, &results] {
            for (&name, &var) in list.names.iter().zip(&list.vars) {
                if name.is_some() {
                    self.declare(scope, name, var, end);
                }
            }
        }
        signature.variadic.set(params.variadic);
        let _ = signature.params.set(params.vars.into());
        let _ = signature.results.set(results.vars.into());
        self.close_scope();
    }

    /// The receiver variable and the type parameters its type declares. These are in scope
    /// afterwards, the variable is not.
    fn collect_recv(
        &self,
        ty: ExprId,
        name: Option<ExprId>,
        scope_pos: Pos,
    ) -> (ObjId, Vec<TypeId>) {
        let recv = self.unpack_recv(ty);
        let mut tparams = Vec::new();
        let t = match recv.index {
            None => self.plain_recv_type(ty, recv.base),
            Some(index) => {
                let base = self.recv_base_type(recv.base);
                tparams = self.recv_type_params(index, scope_pos);
                match base {
                    Some(base) => {
                        let t = self.generic_recv_type(ty, recv.base, base, &tparams);
                        let t = if recv.ptr && self.is_valid(t) {
                            self.new_type(Type::Pointer {
                                base: TypeCell::from(t),
                            })
                        } else {
                            t
                        };
                        self.record_recv_types(ty, t);
                        t
                    }
                    None => TypeId::INVALID,
                }
            }
        };
        let pos = name.map_or(self.ast.start(ty), |name| self.ast[name].pos);
        let text = name.map_or(Symbol::new(""), |name| self.name_of(name));
        let var = self.new_var_obj(VarKind::Recv, pos, text, t);
        let base = recv.base;
        // The types that the receiver's depends on may not be set up yet.
        self.later(move |c| c.valid_recv(base, t));
        (var, tparams)
    }

    /// A receiver type without type parameters.
    fn plain_recv_type(&self, ty: ExprId, base: ExprId) -> TypeId {
        let t = self.var_type(ty);
        // Through aliases and pointers: methods of instantiated types cannot be declared.
        let mut at = self.unpointer(t);
        while let Type::Alias(alias) = self.ty(at) {
            let Some(rhs) = alias.rhs.get() else {
                break;
            };
            let to = self.unpointer(rhs);
            let is_generic = match self.ty(to) {
                Type::Named(_) | Type::Alias(_) => !self.type_params(to).is_empty(),
                _ => false,
            };
            if is_generic {
                let text = format!(
                    "cannot define new methods on instantiated type {}",
                    self.type_str(to)
                );
                self.error(base, "InvalidRecv", text);
                return TypeId::INVALID;
            }
            at = to;
        }
        t
    }

    /// The generic type `base` of a receiver `base[A, B]`.
    fn recv_base_type(&self, base: ExprId) -> Option<TypeId> {
        let mut cause = String::new();
        let t = self.generic_type(base, Some(&mut cause));
        if !self.is_valid(t) {
            if !cause.is_empty() {
                self.error(base, "InvalidRecv", cause);
            }
            return None;
        }
        if let Type::Alias(_) = self.ty(t) {
            let text = format!(
                "cannot define new methods on generic alias type {}",
                self.type_str(t)
            );
            self.error(base, "InvalidRecv", text);
            return None;
        }
        Some(t)
    }

    /// Declares the type parameters of receiver type `index` (`T[A, B]`).
    fn recv_type_params(&self, index: ExprId, scope_pos: Pos) -> Vec<TypeId> {
        let ExprKind::Index { indices, .. } = self.ast[index].kind else {
            return Vec::new();
        };
        let mut tparams = Vec::new();
        for &arg in &self.ast[indices] {
            match self.ast[arg].kind {
                ExprKind::Name(_) => {
                    let tparam = self.declare_type_param(arg, scope_pos);
                    if let Type::TypeParam(t) = self.ty(tparam) {
                        self.record_use(arg, t.obj);
                    }
                    self.record_type_and_value(arg, Mode::TypeExpr, tparam, None);
                    tparams.push(tparam);
                }
                kind => {
                    if !matches!(kind, ExprKind::Bad { .. }) {
                        let text = format!(
                            "receiver type parameter {} must be an identifier",
                            self.expr_str(arg)
                        );
                        self.error(arg, "BadDecl", text);
                    }
                    let pos = self.ast.start(arg);
                    let blank = Symbol::new("_");
                    let obj = Object::new(ObjKind::TypeName, pos, Some(self.id), blank);
                    let obj = self.new_obj(obj);
                    tparams.push(self.new_type_param(obj, Some(TypeId::INVALID)));
                }
            }
        }
        tparams
    }

    /// The receiver type `base[tparams...]`; gives the type parameters their constraints.
    fn generic_recv_type(
        &self,
        ty: ExprId,
        base_expr: ExprId,
        base: TypeId,
        tparams: &[TypeId],
    ) -> TypeId {
        let declared = self.type_params(base);
        if declared.len() == tparams.len() {
            for (&own, &theirs) in tparams.iter().zip(declared) {
                self.mono_record_canon(own, theirs);
                let (Type::TypeParam(to), Type::TypeParam(from)) = (self.ty(own), self.ty(theirs))
                else {
                    continue;
                };
                let bound = from.bound.get().unwrap_or(TypeId::INVALID);
                let pos = self.obj(to.obj).pos;
                // Constraints may mention other type parameters of the type.
                to.bound
                    .set(self.subst(pos, bound, declared, tparams, None));
            }
        } else {
            let s = if tparams.len() == 1 { "" } else { "s" };
            let text = format!(
                "receiver declares {} type parameter{s}, but receiver base type declares {}",
                tparams.len(),
                declared.len()
            );
            self.error(base_expr, "BadRecv", text);
        }
        self.verify_version(base_expr.into(), GoVersion(18), "type instantiation");
        let t = self.instance(self.ast[ty].pos, base, tparams, None);
        self.record_instance(base_expr, tparams, t);
        t
    }

    fn unpointer(&self, mut t: TypeId) -> TypeId {
        while let Type::Pointer { base } = self.ty(t) {
            t = base.get().unwrap_or(TypeId::INVALID);
        }
        t
    }

    /// Records the type of a receiver for its expression and the parts of it.
    fn record_recv_types(&self, mut e: ExprId, mut t: TypeId) {
        loop {
            self.record_type_and_value(e, Mode::TypeExpr, t, None);
            match self.ast[e].kind {
                ExprKind::Paren { x, .. } => e = x,
                ExprKind::Star { x } => {
                    let Type::Pointer { base } = self.ty(t) else {
                        return;
                    };
                    e = x;
                    t = base.get().unwrap_or(TypeId::INVALID);
                }
                _ => return,
            }
        }
    }

    /// Checks what the spec asks of receiver types (Method declarations).
    fn valid_recv(&self, at: ExprId, recv: TypeId) {
        let (rtyp, _) = self.deref(recv);
        let t = self.unalias(rtyp);
        if !self.is_valid(t) {
            return;
        }
        let text = match self.ty(t) {
            Type::Named(named) => {
                let pkg = named.obj.get().and_then(|obj| self.obj(obj).pkg);
                if pkg != Some(self.id) {
                    format!(
                        "cannot define new methods on non-local type {}",
                        self.type_str(rtyp)
                    )
                } else {
                    let cause = match self.ty(self.under(t)) {
                        Type::Basic(basic) if basic.kind == BasicKind::UnsafePointer => {
                            "unsafe.Pointer"
                        }
                        Type::Pointer { .. } | Type::Interface(_) => "pointer or interface type",
                        _ => return,
                    };
                    format!("invalid receiver type {} ({cause})", self.type_str(rtyp))
                }
            }
            Type::Basic(_) => format!(
                "cannot define new methods on non-local type {}",
                self.type_str(rtyp)
            ),
            _ => format!("invalid receiver type {}", self.type_str(recv)),
        };
        self.error(at, "InvalidRecv", text);
    }

    /// Makes the variables of a parameter or result list.
    fn collect_params(&self, kind: VarKind, list: FieldListId) -> Params {
        let ast = self.ast;
        let fields = &ast[ast[list].fields];
        let mut params = Params::default();
        for (i, &f) in fields.iter().enumerate() {
            let field = &ast[f];
            let last = i + 1 == fields.len() && field.names.len() <= 1;
            let mut t = match field.ty {
                None => TypeId::INVALID,
                Some(e) => match ast[e].kind {
                    ExprKind::Ellipsis { elem } => {
                        if kind == VarKind::Param && last {
                            params.variadic = true;
                        } else {
                            self.error(e, "InvalidSyntaxTree", "invalid use of ...");
                        }
                        elem.map_or(TypeId::INVALID, |elem| self.var_type(elem))
                    }
                    _ => self.var_type(e),
                },
            };
            if params.variadic && last {
                t = self.new_type(Type::Slice {
                    elem: TypeCell::from(t),
                });
                if let Some(e) = field.ty {
                    self.record_type_and_value(e, Mode::TypeExpr, t, None);
                }
            }
            for &name in &ast[field.names] {
                params.names.push(Some(name));
                let pos = ast[name].pos;
                let var = self.new_var_obj(kind, pos, self.name_of(name), t);
                params.vars.push(var);
            }
            if field.names.is_empty() {
                params.names.push(None);
                let pos = field.ty.map_or(ast[list].open, |e| ast.start(e));
                params
                    .vars
                    .push(self.new_var_obj(kind, pos, Symbol::new(""), t));
            }
        }
        params
    }

    /// A variable of this package.
    pub(super) fn new_var_obj(&self, kind: VarKind, pos: Pos, name: Symbol, t: TypeId) -> ObjId {
        let var = Var {
            kind,
            embedded: false,
            // Only local variables must be used.
            used: crate::ids::Flag::new(kind != VarKind::Local),
            origin: None,
        };
        let obj = Object::new(ObjKind::Var(var), pos, Some(self.id), name);
        obj.ty.set(t);
        self.new_obj(obj)
    }

    /// A synthesised signature.
    pub(crate) fn make_signature(
        &self,
        params: &[TypeId],
        results: &[TypeId],
        variadic: bool,
    ) -> TypeId {
        let vars = |list: &[TypeId]| list.iter().map(|&t| self.new_param(t)).collect::<Vec<_>>();
        let sig = Signature::default();
        let _ = sig.params.set(vars(params).into());
        let _ = sig.results.set(vars(results).into());
        sig.variadic.set(variadic);
        self.new_type(Type::Signature(sig))
    }

    /// A parameter variable without name.
    pub(crate) fn new_param(&self, ty: TypeId) -> ObjId {
        self.new_var_obj(VarKind::Param, Pos::NONE, Symbol::new(""), ty)
    }

    /// A tuple type of variables with these types.
    pub(crate) fn new_tuple(&self, types: &[TypeId]) -> TypeId {
        let vars: Vec<ObjId> = types.iter().map(|&t| self.new_param(t)).collect();
        self.new_type(Type::Tuple(vars.into()))
    }
}
