//! Calls of the functions of package `unsafe` (spec: Package unsafe).

use super::Checker;
use super::builtins::BuiltinCall;
use super::operand::{Mode, Operand};
use crate::constant::Value;
use crate::ids::TypeId;
use crate::info::SelectionKind;
use crate::object::{BuiltinId, ObjKind};
use crate::types::Type;
use crate::version::GoVersion;
use gust_syntax::ast::ExprKind;
use rustc_hash::FxHashMap;

impl Checker<'_> {
    pub(super) fn builtin_unsafe(
        &self,
        x: &mut Operand,
        c: BuiltinCall<'_>,
        id: BuiltinId,
    ) -> bool {
        match id {
            BuiltinId::UnsafeAdd => self.unsafe_add(x, c),
            BuiltinId::UnsafeAlignof | BuiltinId::UnsafeSizeof => self.unsafe_size(x, id),
            BuiltinId::UnsafeOffsetof => self.unsafe_offsetof(x, &c),
            BuiltinId::UnsafeSlice => self.unsafe_slice(x, c),
            BuiltinId::UnsafeSliceData => self.unsafe_slice_data(x, &c),
            BuiltinId::UnsafeString => self.unsafe_string(x, c),
            _ => self.unsafe_string_data(x, &c),
        }
    }

    fn unsafe_add(&self, x: &mut Operand, mut c: BuiltinCall<'_>) -> bool {
        self.verify_version(c.fun.into(), GoVersion(17), "unsafe.Add");
        self.assignment(x, Some(TypeId::UNSAFE_POINTER), "argument to unsafe.Add");
        if !x.is_valid() {
            return false;
        }
        let y = &mut c.args[1];
        if !self.is_valid_index(y, "InvalidUnsafeAdd", "length", true) {
            return false;
        }
        let pointer = TypeId::UNSAFE_POINTER;
        x.set_value(pointer);
        true
    }

    /// `unsafe.Sizeof` and `unsafe.Alignof`.
    fn unsafe_size(&self, x: &mut Operand, id: BuiltinId) -> bool {
        let context = match id {
            BuiltinId::UnsafeSizeof => "argument to unsafe.Sizeof",
            _ => "argument to unsafe.Alignof",
        };
        self.assignment(x, None, context);
        if !x.is_valid() {
            return false;
        }
        if self.has_var_size(x.ty, &mut FxHashMap::default()) {
            x.set_value(TypeId::UINTPTR);
            return true;
        }
        let size = match id {
            BuiltinId::UnsafeSizeof => self.size_of(x.ty),
            _ => self.align_of(x.ty),
        };
        self.constant_size(x, size)
    }

    /// Makes `x` a constant size; negative sizes are too large.
    fn constant_size(&self, x: &mut Operand, size: i64) -> bool {
        if size < 0 {
            let text = format!("{} is too large", self.operand_str(x));
            return self.bad_argument(x, "TypeTooLarge", text);
        }
        x.set_constant(Value::from_i64(size));
        x.ty = TypeId::UINTPTR;
        true
    }

    fn unsafe_offsetof(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        let arg = c.exprs[0];
        let selector = self.ast.unparen(arg);
        let ExprKind::Selector { x: of, sel, .. } = self.ast[selector].kind else {
            let shown = self.expr_str(arg);
            let text = format!("invalid argument: {shown} is not a selector expression");
            self.error(arg, "BadOffsetofSyntax", text);
            self.use_exprs(&[arg]);
            return false;
        };
        self.expr(None, x, of);
        if !x.is_valid() {
            return false;
        }
        let base = self.deref_struct_ptr(x.ty);
        let Some(name) = self.ast.name(sel) else {
            return false;
        };
        let found = self.lookup_field_or_method(base, false, Some(self.id), name, false);
        let shown = self.type_str(base);
        let Some(obj) = found.obj else {
            let text = format!("invalid argument: {shown} has no single field {name}");
            return self.bad_argument(x, "MissingFieldOrMethod", text);
        };
        if matches!(self.obj(obj).kind, ObjKind::Func(_)) {
            let text = format!("invalid argument: {} is a method value", self.expr_str(arg));
            self.error(arg, "InvalidOffsetof", text);
            return false;
        }
        if found.indirect {
            let text =
                format!("invalid argument: field {name} is embedded via a pointer in {shown}");
            return self.bad_argument(x, "InvalidOffsetof", text);
        }
        let kind = SelectionKind::FieldVal;
        self.record_selection(selector, kind, base, obj, &found.index, false);
        let field_type = self.obj(obj).ty.get().unwrap_or(TypeId::INVALID);
        let mode = match x.mode {
            Mode::Variable => Mode::Variable,
            _ => Mode::Value,
        };
        self.record_type_and_value(selector, mode, field_type, None);
        if self.has_var_size(base, &mut FxHashMap::default()) {
            x.set_value(TypeId::UINTPTR);
            return true;
        }
        let offset = self.offset_of(base, &found.index);
        self.constant_size(x, offset)
    }

    fn unsafe_slice(&self, x: &mut Operand, mut c: BuiltinCall<'_>) -> bool {
        self.verify_version(c.fun.into(), GoVersion(17), "unsafe.Slice");
        let pointer = self.common_under(x.ty, None).ok();
        let Some(base) = pointer.and_then(|p| self.pointer_base(p)) else {
            let text = format!("invalid argument: {} is not a pointer", self.operand_str(x));
            return self.bad_argument(x, "InvalidUnsafeSlice", text);
        };
        let y = &mut c.args[1];
        if !self.is_valid_index(y, "InvalidUnsafeSlice", "length", false) {
            return false;
        }
        x.set_value(self.new_slice(base));
        true
    }

    fn unsafe_slice_data(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        self.verify_version(c.fun.into(), GoVersion(20), "unsafe.SliceData");
        let slice = self.common_under(x.ty, None).ok();
        let elem = slice.and_then(|s| match self.ty(s) {
            Type::Slice { elem } => elem.get(),
            _ => None,
        });
        let Some(elem) = elem else {
            let text = format!("invalid argument: {} is not a slice", self.operand_str(x));
            return self.bad_argument(x, "InvalidUnsafeSliceData", text);
        };
        x.set_value(self.new_type(Type::Pointer { base: elem.into() }));
        true
    }

    fn byte_pointer(&self) -> TypeId {
        self.new_type(Type::Pointer {
            base: TypeId::BYTE.into(),
        })
    }

    fn unsafe_string(&self, x: &mut Operand, mut c: BuiltinCall<'_>) -> bool {
        self.verify_version(c.fun.into(), GoVersion(20), "unsafe.String");
        let pointer = self.byte_pointer();
        self.assignment(x, Some(pointer), "argument to unsafe.String");
        if !x.is_valid() {
            return false;
        }
        let y = &mut c.args[1];
        if !self.is_valid_index(y, "InvalidUnsafeString", "length", false) {
            return false;
        }
        x.set_value(TypeId::STRING);
        true
    }

    fn unsafe_string_data(&self, x: &mut Operand, c: &BuiltinCall<'_>) -> bool {
        self.verify_version(c.fun.into(), GoVersion(20), "unsafe.StringData");
        self.assignment(x, Some(TypeId::STRING), "argument to unsafe.StringData");
        if !x.is_valid() {
            return false;
        }
        x.set_value(self.byte_pointer());
        true
    }

    /// Whether the size of `t` depends on type parameters, or is infinite because of a cycle that
    /// has not been reported yet. `seen` has the answer for each named type met; one that is met
    /// again inside itself counts as such a cycle.
    fn has_var_size(&self, t: TypeId, seen: &mut FxHashMap<TypeId, bool>) -> bool {
        let named = self.as_named(t);
        if let Some(named) = named {
            if let Some(&known) = seen.get(&named) {
                return known;
            }
            seen.insert(named, true);
        }
        let varies = match self.ty(self.under(t)) {
            Type::Array { elem, .. } => elem.get().is_some_and(|t| self.has_var_size(t, seen)),
            Type::Struct(structure) => structure.fields().iter().any(|&field| {
                let t = self.obj(field).ty.get();
                t.is_some_and(|t| self.has_var_size(t, seen))
            }),
            Type::Interface(_) => self.is_type_param(t),
            _ => false,
        };
        if let Some(named) = named {
            seen.insert(named, varies);
        }
        varies
    }
}
