//! Identifiers and type expressions.

use super::Checker;
use super::errors::At;
use super::operand::{Mode, Operand};
use crate::constant::Value;
use crate::ids::{ObjId, TypeCell, TypeId};
use crate::object::{ObjKind, VarKind};
use crate::types::{Interface, Signature, Struct, Type};
use crate::version::GoVersion;
use gust_syntax::ast::{ExprId, ExprKind};

impl Checker<'_> {
    /// Checks identifier `e` and sets `x` to what it denotes. With `want_type` it is an error if
    /// that is not a type.
    pub(crate) fn ident(&self, x: &mut Operand, e: ExprId, want_type: bool) {
        *x = Operand::invalid();
        x.expr = Some(e);
        let name = self.name_of(e);
        let Some((scope, id)) = self.lookup_scope(name) else {
            if name.is_blank() {
                self.error(e, "InvalidBlank", "cannot use _ as value or type");
            } else if is_valid_name(&name) {
                self.error(e, "UndeclaredName", format!("undefined: {name}"));
            }
            return;
        };
        let obj = self.obj(id);
        if scope.is_none() && (name == "comparable" || name == "any") {
            let what = format!("predeclared {name}");
            if !self.verify_version(At::Expr(e), GoVersion(18), &what) {
                return;
            }
        }
        self.record_use(e, id);
        if want_type && !obj.is_type_name() {
            let text = format!("{name} ({}) is not a type", self.object_kind(id));
            self.error(e, "NotAType", text);
            self.use_var(id);
            return;
        }
        // The declaration is checked if that has not happened; again for types in type
        // expressions, where a cycle may have to be reported.
        if obj.ty.get().is_none() || want_type && id.pkg == self.id && obj.is_type_name() {
            self.obj_decl(id);
        }
        let t = obj.ty.get().unwrap_or(TypeId::INVALID);
        self.use_dot_import(scope, name);
        match &obj.kind {
            ObjKind::PkgName { .. } => {
                let text = format!("use of package {name} not in selector");
                self.error(e, "InvalidPkgUse", text);
                return;
            }
            ObjKind::Const { value } => {
                self.add_decl_dep(id);
                if !self.is_valid(t) {
                    return;
                }
                x.value = if scope.is_none() && name == "iota" {
                    let iota = self.env.borrow().iota.clone();
                    if iota.is_none() {
                        let text = "cannot use iota outside constant declaration";
                        self.error(e, "InvalidIota", text);
                        return;
                    }
                    iota
                } else {
                    Some(value.get().cloned().unwrap_or(Value::UNKNOWN))
                };
                x.mode = Mode::Constant;
            }
            ObjKind::TypeName => x.mode = Mode::TypeExpr,
            ObjKind::Var(_) => {
                self.use_var(id);
                self.add_decl_dep(id);
                if !self.is_valid(t) {
                    return;
                }
                x.mode = Mode::Variable;
            }
            ObjKind::Func(_) => {
                self.add_decl_dep(id);
                x.mode = Mode::Value;
            }
            ObjKind::Builtin(builtin) => x.mode = Mode::Builtin(*builtin),
            ObjKind::Nil => x.mode = Mode::Nil,
            // Labels are in no scope.
            ObjKind::Label => return,
        }
        x.ty = t;
    }

    /// Counts a variable of this package as used.
    pub(crate) fn use_var(&self, id: ObjId) {
        if id.pkg == self.id
            && let Some(var) = self.obj(id).as_var()
        {
            var.used.set(true);
        }
    }

    /// What kind of thing an object is, in messages.
    pub(crate) fn object_kind(&self, id: ObjId) -> &'static str {
        let obj = self.obj(id);
        let t = obj.ty.get();
        match &obj.kind {
            ObjKind::PkgName { .. } => "package name",
            ObjKind::Const { .. } => "constant",
            ObjKind::TypeName if self.is_alias_name(id) => "type alias",
            ObjKind::TypeName => match t.map(|t| self.ty(t)) {
                Some(Type::TypeParam(_)) => "type parameter",
                _ => "defined type",
            },
            ObjKind::Var(var) => match var.kind {
                VarKind::Package => "package-level variable",
                VarKind::Local => "local variable",
                VarKind::Recv => "receiver",
                VarKind::Param => "parameter",
                VarKind::Result => "result variable",
                VarKind::Field => "struct field",
            },
            ObjKind::Func(_) => match t.map(|t| self.ty(t)) {
                Some(Type::Signature(sig)) if sig.recv.get().is_some() => "method",
                _ => "function",
            },
            ObjKind::Label => "label",
            ObjKind::Builtin(_) => "built-in function",
            ObjKind::Nil => "untyped nil",
        }
    }

    /// The type that `e` denotes; an error gives `TypeId::INVALID`.
    pub(crate) fn typ(&self, e: ExprId) -> TypeId {
        self.declared_type(e, None)
    }

    /// Like `typ` for the type of a variable: constraint interfaces are reported.
    pub(crate) fn var_type(&self, e: ExprId) -> TypeId {
        let t = self.declared_type(e, None);
        self.valid_var_type(e, t);
        t
    }

    /// Reports `t` if it is a constraint interface, once types are set up.
    pub(crate) fn valid_var_type(&self, e: ExprId, t: TypeId) {
        // Whether it can be one is known without the underlying type for most types, and there
        // are many.
        match self.ty(t) {
            _ if t == TypeId::ANY || t == TypeId::ERROR => return,
            Type::Named(named) if t.pkg != self.id => {
                let under = named.underlying.get();
                if under.is_some_and(|u| !matches!(self.ty(u), Type::Interface(_))) {
                    return;
                }
            }
            Type::Named(_) | Type::Alias(_) | Type::Interface(_) => {}
            _ => return,
        }
        if self.is_type_param(t) {
            return;
        }
        self.later(move |c| {
            let under = c.under(t);
            if !matches!(c.ty(under), Type::Interface(_)) {
                return;
            }
            let comparable = c.type_set(under).comparable;
            if !c.is_method_set(under) {
                let why = if comparable {
                    "interface is (or embeds) comparable"
                } else {
                    "interface contains type constraints"
                };
                let text = format!(
                    "cannot use type {} outside a type constraint: {why}",
                    c.type_str(t)
                );
                c.soft_error(e, "MisplacedConstraintIface", text);
            }
        });
    }

    /// Like `typ`; `def` is the type name being declared with it.
    pub(crate) fn declared_type(&self, e: ExprId, def: Option<ObjId>) -> TypeId {
        let mut t = self.type_expr(e, def);
        if self.is_generic(t) {
            let text = format!(
                "cannot use generic type {} without instantiation",
                self.type_str(t)
            );
            self.error(e, "WrongTypeArgCount", text);
            t = TypeId::INVALID;
        }
        self.record_type_and_value(e, Mode::TypeExpr, t, None);
        t
    }

    /// Like `typ` but the type must be generic; `cause` gets why it is not.
    pub(crate) fn generic_type(&self, e: ExprId, cause: Option<&mut String>) -> TypeId {
        let mut t = self.type_expr(e, None);
        if self.is_valid(t) && !self.is_generic(t) {
            if let Some(cause) = cause {
                *cause = format!("{} is not a generic type", self.type_str(t));
            }
            t = TypeId::INVALID;
        }
        self.record_type_and_value(e, Mode::TypeExpr, t, None);
        t
    }

    fn type_expr(&self, e: ExprId, def: Option<ObjId>) -> TypeId {
        match self.ast[e].kind {
            // Reported by the parser.
            ExprKind::Bad { .. } => TypeId::INVALID,
            ExprKind::Name(_) => {
                let mut x = Operand::invalid();
                self.ident(&mut x, e, true);
                self.operand_type(&x)
            }
            ExprKind::Selector { .. } => {
                let mut x = Operand::invalid();
                self.selector(&mut x, e, true);
                self.operand_type(&x)
            }
            ExprKind::Index { x, indices, .. } => {
                self.verify_version(At::Expr(e), GoVersion(18), "type instantiation");
                self.instantiated_type(x, &self.ast[indices])
            }
            ExprKind::Paren { x, .. } => self.declared_type(x, def),
            ExprKind::ArrayType {
                len: Some(len),
                elem,
                ..
            } => self.array_type(e, len, elem),
            ExprKind::ArrayType {
                len: None, elem, ..
            } => {
                let elem = TypeCell::from(self.var_type(elem));
                self.new_type(Type::Slice { elem })
            }
            ExprKind::Ellipsis { .. } => {
                self.error(e, "InvalidSyntaxTree", "invalid use of ...");
                TypeId::INVALID
            }
            ExprKind::StructType { .. } => {
                let t = self.new_type(Type::Struct(Struct::default()));
                self.struct_type(t, e);
                t
            }
            ExprKind::Star { x } => {
                // What it points to is invalid as long as it is not known.
                let t = self.new_type(Type::Pointer {
                    base: TypeCell::from(TypeId::INVALID),
                });
                let to = self.var_type(x);
                if let Type::Pointer { base } = self.ty(t) {
                    base.set(to);
                }
                // A pointer to what is in error would only give further errors.
                if self.is_valid(to) {
                    t
                } else {
                    TypeId::INVALID
                }
            }
            ExprKind::FuncType(ty) => {
                let t = self.new_type(Type::Signature(Signature::default()));
                self.func_type(t, None, ty);
                t
            }
            ExprKind::InterfaceType { .. } => {
                let t = self.new_type(Type::Interface(Interface::default()));
                self.interface_type(t, e, def);
                t
            }
            ExprKind::MapType { key, value, .. } => self.map_type_expr(key, value),
            ExprKind::ChanType { dir, elem, .. } => {
                let elem = TypeCell::from(self.var_type(elem));
                self.new_type(Type::Chan { dir, elem })
            }
            _ => {
                let text = format!("{} is not a type", self.expr_str(e));
                self.error(e, "NotAType", text);
                self.use_exprs(&[e]);
                TypeId::INVALID
            }
        }
    }

    /// The type that operand `x` of a type expression denotes.
    fn operand_type(&self, x: &Operand) -> TypeId {
        match x.mode {
            Mode::TypeExpr => return x.ty,
            Mode::Invalid => {}
            Mode::NoValue => {
                let text = format!("{} used as type", self.operand_str(x));
                self.error(x, "NotAType", text);
            }
            _ => {
                let text = format!("{} is not a type", self.operand_str(x));
                self.error(x, "NotAType", text);
            }
        }
        TypeId::INVALID
    }

    fn array_type(&self, e: ExprId, len: ExprId, elem: ExprId) -> TypeId {
        let len = if let ExprKind::Ellipsis { .. } = self.ast[len].kind {
            let text = "invalid use of [...] array (outside a composite literal)";
            self.error(e, "BadDotDotDotSyntax", text);
            -1
        } else {
            self.array_length(len)
        };
        let elem = self.var_type(elem);
        if len < 0 {
            return TypeId::INVALID;
        }
        self.new_type(Type::Array {
            len: crate::ids::Length::new(len),
            elem: TypeCell::from(elem),
        })
    }

    fn map_type_expr(&self, key_expr: ExprId, value_expr: ExprId) -> TypeId {
        let key = self.var_type(key_expr);
        let elem = self.var_type(value_expr);
        let t = self.new_type(Type::Map {
            key: TypeCell::from(key),
            elem: TypeCell::from(elem),
        });
        // spec: "The comparison operators == and != must be fully defined for operands of the key
        // type". Types must be set up to tell.
        self.later(move |c| {
            if !c.comparable(key) {
                let why = if c.is_type_param(key) {
                    " (missing comparable constraint)"
                } else {
                    ""
                };
                let text = format!("invalid map key type {}{why}", c.type_str(key));
                c.error(key_expr, "IncomparableMapKey", text);
            }
        });
        t
    }

    /// The instance `x[xlist...]` of a generic type. Its type arguments are verified later.
    fn instantiated_type(&self, x: ExprId, xlist: &[ExprId]) -> TypeId {
        let mut cause = String::new();
        let generic = self.generic_type(x, Some(&mut cause));
        if !cause.is_empty() {
            let text = format!(
                "invalid operation: {}{} ({cause})",
                self.expr_str(x),
                self.expr_list_str(xlist)
            );
            self.error(x, "NotAGenericType", text);
        }
        if !self.is_valid(generic) {
            return generic;
        }
        let Some(targs) = self.type_list(xlist) else {
            return TypeId::INVALID;
        };
        let pos = self.ast[x].pos;
        let inst = self.instance(pos, generic, &targs, None);
        let name = match self.ty(inst) {
            Type::Named(named) => named.obj.get(),
            Type::Alias(alias) => alias.obj.get(),
            _ => None,
        };
        let Some(name) = name.map(|obj| self.obj(obj).name) else {
            return TypeId::INVALID;
        };
        let xlist = xlist.to_vec();
        // The generic type may not have its type parameters yet.
        self.later(move |c| {
            c.record_instance(x, &targs, inst);
            let tparams = c.type_params(generic);
            if !c.validate_targ_len(pos, &name, tparams.len(), targs.len()) {
                return;
            }
            match c.verify(pos, tparams, &targs) {
                Err((index, cause)) => {
                    let at = xlist.get(index).map_or(At::Pos(pos), |&e| At::Expr(e));
                    c.soft_error(at, "InvalidTypeArg", cause);
                }
                Ok(()) => c.mono_record_instance(pos, tparams, &targs, &xlist),
            }
        });
        inst
    }

    /// The types of a list; `None` if any is invalid.
    pub(crate) fn type_list(&self, list: &[ExprId]) -> Option<Vec<TypeId>> {
        let types: Vec<TypeId> = list.iter().map(|&e| self.var_type(e)).collect();
        types.iter().all(|&t| self.is_valid(t)).then_some(types)
    }

    /// The constant array length `e`; negative after an error.
    pub(crate) fn array_length(&self, e: ExprId) -> i64 {
        let code = "InvalidArrayLen";
        // `type T[P any]` without the constraint looks like an array type.
        if let Some(name) = self.ast.name(e) {
            let Some(obj) = self.lookup(name) else {
                let text = format!("undefined array length {name} or missing type constraint");
                self.error(e, code, text);
                return -1;
            };
            if !matches!(self.obj(obj).kind, ObjKind::Const { .. }) {
                self.error(e, code, format!("invalid array length {name}"));
                return -1;
            }
        }
        let mut x = Operand::invalid();
        self.expr(None, &mut x, e);
        if x.mode != Mode::Constant {
            if x.is_valid() {
                let text = format!("array length {} must be constant", self.operand_str(&x));
                self.error(&x, code, text);
            }
            return -1;
        }
        let integer = self.is_integer(x.ty);
        if (integer || self.is_untyped(x.ty))
            && let Some(value) = &x.value
            && let Some(len) = value.to_int().as_i64()
            && len >= 0
            && self.representable_const(value, TypeId::INT).is_some()
        {
            return len;
        }
        let operand = self.operand_str(&x);
        let text = if integer {
            format!("invalid array length {operand}")
        } else {
            format!("array length {operand} must be integer")
        };
        self.error(&x, code, text);
        -1
    }
}

/// Whether `name` can be an identifier; what cannot be has been reported.
fn is_valid_name(name: &str) -> bool {
    name.chars().enumerate().all(|(i, c)| {
        c == '_' || gust_syntax::unicode::is_letter(c) || i > 0 && gust_syntax::unicode::is_digit(c)
    })
}
