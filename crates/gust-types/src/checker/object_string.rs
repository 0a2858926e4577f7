//! Objects as text in messages.

use super::Checker;
use crate::ids::{ObjId, PkgId, TypeId};
use crate::object::{ObjKind, Object, VarKind};
use crate::scope::ScopeId;
use crate::types::Type;

impl Checker<'_> {
    /// An object as messages show it (`func f(x int)`, `var x int`, `type T struct{...}` ...).
    pub(crate) fn obj_str(&self, id: ObjId) -> String {
        let obj = self.obj(id);
        let name = obj.name;
        let what = match &obj.kind {
            ObjKind::PkgName { imported, .. } => {
                let path = self.pkg_path(*imported);
                return if path.is_empty() || path == name {
                    format!("package {name}")
                } else {
                    format!(
                        "package {name} ({})",
                        crate::constant::quote(path.as_bytes())
                    )
                };
            }
            ObjKind::Nil => return "nil".to_string(),
            ObjKind::Label => return format!("label {name}"),
            ObjKind::Builtin(_) => {
                return format!("builtin {}{name}", self.level_prefix(id, obj));
            }
            ObjKind::Func(_) => return format!("func {}", self.func_obj_str(obj)),
            ObjKind::Const { .. } => "const",
            ObjKind::TypeName if self.is_type_param(self.cell_type(&obj.ty)) => "type parameter",
            ObjKind::TypeName => "type",
            ObjKind::Var(v) if v.kind == VarKind::Field => "field",
            ObjKind::Var(_) => "var",
        };
        let mut text = format!("{what} {}{name}", self.level_prefix(id, obj));
        let Some(mut t) = obj.ty.get() else {
            return text;
        };
        if obj.is_type_name() {
            let params = match self.ty(t) {
                Type::Basic(_) => return text,
                Type::TypeParam(_) => &[],
                _ => self.type_params(t),
            };
            if !params.is_empty() {
                text.push_str(&self.type_params_str(params));
            }
            if self.is_alias_name(id) {
                text.push_str(" =");
                if let Type::Alias(a) = self.ty(t) {
                    t = self.cell_type(&a.rhs);
                }
            } else if let Type::TypeParam(p) = self.ty(t) {
                t = self.cell_type(&p.bound);
            } else {
                t = self.under(t);
            }
            // `type any = any` would say nothing.
            if id.pkg == PkgId::UNIVERSE && t == TypeId::EMPTY_INTERFACE {
                return text + " interface{}";
            }
        }
        text + " " + &self.type_str(t)
    }

    /// The package prefix of objects declared at package level.
    fn level_prefix(&self, id: ObjId, obj: &Object) -> String {
        let at_level = obj.pkg.is_some_and(|pkg| {
            let found = if pkg == self.id {
                self.scope(ScopeId(0)).lookup(obj.name)
            } else {
                self.imported_package(pkg).scope.get(&obj.name).copied()
            };
            found == Some(id)
        });
        if at_level {
            self.qualifier_dot(obj.pkg)
        } else {
            String::new()
        }
    }

    /// A function by its name, qualified by receiver or package, with its signature.
    fn func_obj_str(&self, obj: &Object) -> String {
        let Some(t) = obj.ty.get() else {
            return obj.name.to_string();
        };
        let Type::Signature(sig) = self.ty(t) else {
            return obj.name.to_string();
        };
        let before = match sig.recv.get() {
            Some(recv) => {
                let recv = self.obj_type(recv);
                match self.ty(recv) {
                    Type::Interface(_) => "(interface).".to_string(),
                    _ => format!("({}).", self.type_str(recv)),
                }
            }
            None => self.qualifier_dot(obj.pkg),
        };
        format!("{before}{}{}", obj.name, self.signature_str(t))
    }
}
