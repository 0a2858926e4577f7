//! Selectors: qualified identifiers, fields, methods, method values and expressions (spec:
//! Selectors, Method expressions, Method values).

use super::Checker;
use super::operand::{Mode, Operand};
use crate::ids::{ObjId, PkgId, TypeId};
use crate::info::SelectionKind;
use crate::object::{ObjKind, VarKind};
use crate::package::Package;
use crate::types::{Signature, Type};
use gust_syntax::Symbol;
use gust_syntax::ast::{ExprId, ExprKind};

impl Checker<'_> {
    /// Checks selector `e`; `want_type` if a type is expected.
    pub(crate) fn selector(&self, x: &mut Operand, e: ExprId, want_type: bool) {
        let found = match self.ast[e].kind {
            ExprKind::Selector { x: base, sel, .. } => match self.package_of(base) {
                Some(imported) => self.qualified(x, e, sel, imported),
                None => self.member(x, e, base, sel, want_type),
            },
            _ => None,
        };
        if found.is_none() {
            x.mode = Mode::Invalid;
            x.ty = TypeId::INVALID;
            x.value = None;
        }
        x.expr = Some(e);
    }

    /// The package that identifier `e` denotes, which counts as used.
    fn package_of(&self, e: ExprId) -> Option<PkgId> {
        let obj = self.lookup(self.ast.name(e)?)?;
        let ObjKind::PkgName { imported, used } = &self.obj(obj).kind else {
            return None;
        };
        self.record_use(e, obj);
        used.set(true);
        Some(*imported)
    }

    /// `pkg.sel`; none after an error.
    fn qualified(&self, x: &mut Operand, e: ExprId, sel: ExprId, pkg: PkgId) -> Option<()> {
        let name = self.ast.name(sel)?;
        let package = self.imported_package(pkg);
        let known = package.scope.get(&name).copied();
        let known = known
            .filter(|&obj| self.obj(obj).is_exported() || self.is_exported_indirectly(pkg, obj));
        let Some(obj) = known else {
            if !package.fake && is_valid_name(&name) {
                let mut text = format!("undefined: {}", self.expr_str(e));
                if let Some(other) = exported_ignoring_case(package, &name) {
                    text.push_str(&format!(" (but have {other})"));
                }
                self.error(sel, "UndeclaredImportedName", text);
            }
            return None;
        };
        let object = self.obj(obj);
        if !object.is_exported() {
            let text = format!("name {name} not exported by package {}", package.name);
            self.error(sel, "UnexportedName", text);
        }
        self.record_use(sel, obj);
        x.value = None;
        x.mode = match &object.kind {
            ObjKind::Const { value } => {
                x.value = value.get().cloned();
                Mode::Constant
            }
            ObjKind::TypeName => Mode::TypeExpr,
            ObjKind::Var(_) => Mode::Variable,
            ObjKind::Func(_) => Mode::Value,
            ObjKind::Builtin(id) => Mode::Builtin(*id),
            // Never at package level.
            ObjKind::PkgName { .. } | ObjKind::Label | ObjKind::Nil => return None,
        };
        x.ty = object.ty.get().unwrap_or(TypeId::INVALID);
        Some(())
    }

    /// `base.sel` for a value or type; none after an error.
    fn member(
        &self,
        x: &mut Operand,
        e: ExprId,
        base: ExprId,
        sel: ExprId,
        want_type: bool,
    ) -> Option<()> {
        let name = self.ast.name(sel)?;
        self.expr_or_type(x, base, false);
        match x.mode {
            Mode::Invalid => return None,
            Mode::Builtin(_) => {
                let what = self.operand_str(x);
                let text = format!("invalid use of {what} in selector expression");
                self.error(self.node_pos(e), "UncalledBuiltin", text);
                return None;
            }
            _ => {}
        }
        // Everything below is a value. Looking at a type that is being declared would be too
        // early anyway.
        if want_type {
            let text = format!("{} is not a type", self.expr_str(e));
            self.error(sel, "NotAType", text);
            return None;
        }

        let addressable = x.mode == Mode::Variable;
        let found = self.lookup_field_or_method(x.ty, addressable, Some(self.id), name, false);
        let Some(obj) = found.obj else {
            self.no_member(x, sel, name, &found.index, found.indirect);
            return None;
        };
        let is_method = self.obj(obj).as_func().is_some();
        if is_method {
            self.obj_decl(obj);
        }
        let ty = self.obj(obj).ty.get().unwrap_or(TypeId::INVALID);
        let record = |kind| {
            self.record_selection(e, kind, x.ty, obj, &found.index, found.indirect);
        };
        x.value = None;
        if x.mode == Mode::TypeExpr {
            let Type::Signature(sig) = self.ty(ty) else {
                let (what, t) = (self.expr_str(base), self.type_str(x.ty));
                let text = format!("{what}.{name} undefined (type {t} has no method {name})");
                self.error(sel, "MissingFieldOrMethod", text);
                return None;
            };
            if !is_method {
                let (what, t) = (self.expr_str(base), self.type_str(x.ty));
                let text = format!("{what}.{name} undefined (type {t} has no method {name})");
                self.error(sel, "MissingFieldOrMethod", text);
                return None;
            }
            record(SelectionKind::MethodExpr);
            let Some(func) = self.method_expr(sig, x.ty) else {
                self.error(e, "InvalidDeclCycle", "illegal cycle in method declaration");
                return None;
            };
            x.mode = Mode::Value;
            x.ty = func;
            self.add_decl_dep(obj);
        } else if is_method {
            record(SelectionKind::MethodVal);
            x.mode = Mode::Value;
            x.ty = self.without_receiver(ty);
            self.add_decl_dep(obj);
        } else {
            record(SelectionKind::FieldVal);
            x.mode = if addressable || found.indirect {
                Mode::Variable
            } else {
                Mode::Value
            };
            x.ty = ty;
        }
        Some(())
    }

    /// Reports that `x` has no field or method `name`.
    fn no_member(&self, x: &Operand, sel: ExprId, name: Symbol, index: &[u32], indirect: bool) {
        if !self.is_valid(self.under(x.ty)) {
            return;
        }
        let what = || x.expr.map_or_else(String::new, |e| self.expr_str(e));
        if !index.is_empty() {
            let text = format!("ambiguous selector {}.{name}", what());
            return self.error(sel, "AmbiguousSelector", text);
        }
        if indirect {
            let t = self.type_str(x.ty);
            let text = if x.mode == Mode::TypeExpr {
                format!(
                    "invalid method expression {t}.{name} (needs pointer receiver (*{t}).{name})"
                )
            } else {
                format!("cannot call pointer method {name} on {t}")
            };
            return self.error(sel, "InvalidMethodExpr", text);
        }
        let why = if self.is_interface_ptr(x.ty) {
            self.interface_ptr_error(x.ty)
        } else {
            let addressable = x.mode == Mode::Variable;
            let alt = self.lookup_field_or_method(x.ty, addressable, Some(self.id), name, true);
            self.lookup_error(x.ty, name, alt.obj, false)
        };
        let text = format!("{}.{name} undefined ({why})", what());
        self.error(sel, "MissingFieldOrMethod", text);
    }

    /// The type of method expression `recv.m`, where `m` has signature `sig`; none while the
    /// method is being declared.
    fn method_expr(&self, sig: &Signature, recv: TypeId) -> Option<TypeId> {
        let own = self.obj(sig.recv.get()?);
        let params = sig.params();
        // All parameters are named or none is, which is what messages show.
        let named = params
            .first()
            .is_some_and(|&p| !self.obj(p).name.is_empty());
        let name = match (named, own.name.is_empty()) {
            (false, _) => Symbol::new(""),
            (true, true) => Symbol::new("_"),
            (true, false) => own.name,
        };
        let first = self.new_variable(VarKind::Param, own.pos, name, Some(recv));
        let all: Vec<_> = std::iter::once(first)
            .chain(params.iter().copied())
            .collect();
        let func = Signature::default();
        if !sig.type_params().is_empty() {
            let _ = func.type_params.set(sig.type_params().into());
        }
        let _ = func.params.set(all.into());
        let _ = func.results.set(sig.results().into());
        func.variadic.set(sig.variadic.get());
        Some(self.new_type(Type::Signature(func)))
    }

    /// The type of a method value whose method has type `t`.
    fn without_receiver(&self, t: TypeId) -> TypeId {
        let Type::Signature(sig) = self.ty(t) else {
            return t;
        };
        if sig.recv.get().is_none() {
            return t;
        }
        if let Some(&known) = self.calls.method_values.borrow().get(&t) {
            return known;
        }
        let value = self.signature_with(sig, sig.type_params().to_vec());
        // A method whose header is being checked has no parameters yet.
        if sig.params.get().is_some() && sig.results.get().is_some() {
            self.calls.method_values.borrow_mut().insert(t, value);
        }
        value
    }

    /// Why there is no field or method `sel` in `t`, given what there is instead (`alt`, found
    /// without regard to case); `struct_lit` for keys of composite literals.
    pub(crate) fn lookup_error(
        &self,
        t: TypeId,
        sel: Symbol,
        alt: Option<ObjId>,
        struct_lit: bool,
    ) -> String {
        let t = self.type_str(t);
        let alt = alt.map(|alt| self.obj(alt));
        let near = alt.map_or(Near::Missing, |alt| {
            let is_here = alt.pkg == Some(self.id);
            nearness(&sel, &alt.name, is_here)
        });
        let (kind, alt) = match alt {
            Some(alt) => match alt.kind {
                ObjKind::Var(_) => ("field", alt.name.as_str()),
                ObjKind::Func(_) => ("method", alt.name.as_str()),
                _ => ("object", alt.name.as_str()),
            },
            None => ("object", ""),
        };
        if struct_lit {
            let unknown = format!("unknown field {sel} in struct literal of type {t}");
            return match near {
                Near::Missing => unknown,
                Near::Misspelled => format!("{unknown}, but does have {alt}"),
                Near::Unexported => format!("{unknown}, but does have unexported {alt}"),
                Near::Inaccessible => {
                    format!("cannot refer to unexported field {alt} in struct literal of type {t}")
                }
            };
        }
        let missing = format!("type {t} has no field or method {sel}");
        match near {
            Near::Missing => missing,
            Near::Misspelled => format!("{missing}, but does have {kind} {alt}"),
            Near::Unexported => format!("{missing}, but does have unexported {kind} {alt}"),
            Near::Inaccessible => format!("cannot refer to unexported {kind} {alt}"),
        }
    }
}

/// How a field or method that was found without regard to case relates to the name looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Near {
    /// It is not worth mentioning.
    Missing,
    /// It is spelled in another way.
    Misspelled,
    /// It is spelled the same but for its first letter, which makes it unexported.
    Unexported,
    /// It is the very name, but unexported and of another package.
    Inaccessible,
}

fn nearness(sel: &str, alt: &str, same_package: bool) -> Near {
    if same_package {
        return Near::Misspelled;
    }
    let exported = |name: &str| Symbol::new(name).is_exported();
    let same_tail = tail(sel) == tail(alt);
    match (exported(sel), exported(alt)) {
        (true, true) => Near::Misspelled,
        (true, false) if same_tail => Near::Unexported,
        (false, true) if same_tail => Near::Misspelled,
        (false, false) if sel == alt => Near::Inaccessible,
        _ => Near::Missing,
    }
}

/// `name` without its first character, unless it is the only one.
fn tail(name: &str) -> &str {
    name.char_indices().nth(1).map_or(name, |(i, _)| &name[i..])
}

/// Whether it is an identifier; names with invalid characters have been reported.
fn is_valid_name(name: &str) -> bool {
    name.chars()
        .enumerate()
        .all(|(i, c)| c == '_' || c.is_alphabetic() || i > 0 && c.is_numeric())
}

/// An exported name of `package` that equals `name` but for case, the first in order.
fn exported_ignoring_case(package: &Package, name: &str) -> Option<Symbol> {
    let folded = name.to_lowercase();
    let names = package.scope.keys().copied();
    names
        .filter(|other| other.is_exported() && other.to_lowercase() == folded)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_misspelled_selector_may_have_meant() {
        assert_eq!(nearness("Foo", "foO", true), Near::Misspelled);
        assert_eq!(nearness("Foo", "FoO", false), Near::Misspelled);
        assert_eq!(nearness("Foo", "foo", false), Near::Unexported);
        assert_eq!(nearness("Foo", "foO", false), Near::Missing);
        assert_eq!(nearness("foo", "Foo", false), Near::Misspelled);
        assert_eq!(nearness("foo", "FoO", false), Near::Missing);
        assert_eq!(nearness("foo", "foo", false), Near::Inaccessible);
        assert_eq!(nearness("foo", "foO", false), Near::Missing);
    }

    #[test]
    fn names() {
        assert!(is_valid_name("_x1"));
        assert!(!is_valid_name("1x"));
        assert!(!is_valid_name("a?"));
        assert_eq!(tail("éa"), "a");
        assert_eq!(tail("x"), "x");
        assert_eq!(tail(""), "");
    }
}
