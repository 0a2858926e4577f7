//! Conversions (spec: Conversions).

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::Value;
use crate::ids::TypeId;
use crate::types::Type;
use crate::version::GoVersion;

impl Checker<'_> {
    /// Converts `x` to `t`, with an error if it cannot be.
    pub(crate) fn conversion(&self, x: &mut Operand, t: TypeId) {
        let constant = x.constant().cloned();
        let mut cause = String::new();
        let ok = match &constant {
            Some(value) if self.is_const_type(t) => {
                let converted = self.convert_constant(x, value, t);
                if converted.is_none() && self.is_integer(x.ty) && self.is_integer(t) {
                    let text = format!("constant {value} overflows {}", self.type_str(t));
                    self.error(&*x, "InvalidConversion", text);
                    x.invalidate();
                    return;
                }
                let ok = converted.is_some();
                // An integer that does not fit is shown as such.
                let int = || Some(value.to_int()).filter(|n| self.is_integer(t) && !n.is_unknown());
                x.value = converted.or_else(int).or_else(|| constant.clone());
                ok
            }
            Some(value) if self.is_type_param(t) => {
                // Values of type parameters are no constants, in the error's text neither.
                let refusal = self.constant_to_type_param(x, value, t);
                x.mode = Mode::Value;
                let ok = refusal.is_none();
                cause = refusal.unwrap_or_default();
                ok
            }
            _ => {
                let ok = self.convertible_to(x, t, Some(&mut cause));
                if ok {
                    x.mode = Mode::Value;
                }
                ok
            }
        };
        if !ok {
            let mut text = format!(
                "cannot convert {} to type {}",
                self.operand_str(x),
                self.type_str(t)
            );
            if !cause.is_empty() {
                text += &format!(": {cause}");
            }
            self.error(&*x, "InvalidConversion", text);
            x.invalidate();
            return;
        }
        if self.is_untyped(x.ty) {
            let final_type = if x.ty == TypeId::UNTYPED_NIL {
                t
            } else if self.is_non_type_param_interface(t)
                || (constant.is_some() && !self.is_const_type(t))
            {
                // The operand becomes a value of its own before it is converted.
                self.default_type(x.ty)
            } else if x.mode == Mode::Constant && self.is_integer(x.ty) && self.all_string(t) {
                x.ty
            } else {
                t
            };
            if let Some(e) = x.expr {
                self.update_expr_type(e, final_type, true);
            }
        }
        x.ty = t;
    }

    /// Constant `x` of value `value` converted to `t`, if `t`'s underlying type is basic and the
    /// conversion is possible.
    fn convert_constant(&self, x: &Operand, value: &Value, t: TypeId) -> Option<Value> {
        let under = self.under(t);
        if !matches!(self.ty(under), Type::Basic(_)) {
            return None;
        }
        if let Some(converted) = self.representable_const(value, under) {
            return Some(converted);
        }
        if !self.is_integer(x.ty) || !self.is_string(under) {
            return None;
        }
        let code = value.as_u64().and_then(|n| u32::try_from(n).ok());
        let c = code.and_then(char::from_u32).unwrap_or('\u{fffd}');
        Some(Value::from_bytes(c.to_string().into_bytes()))
    }

    /// Why constant `x` does not convert to every type of type parameter `t`'s type set; none if
    /// it does.
    fn constant_to_type_param(&self, x: &Operand, value: &Value, t: TypeId) -> Option<String> {
        let param = self.type_str(t);
        for pair in self.typeset(t) {
            let Some((_, u)) = pair else {
                return Some(format!("{param} does not contain specific types"));
            };
            if self.is_string(x.ty) && self.is_bytes_or_runes(u) {
                continue;
            }
            if self.convert_constant(x, value, u).is_some() {
                continue;
            }
            let shown = self.type_str(u);
            return Some(if self.is_integer(x.ty) && self.is_integer(u) {
                format!("constant {value} overflows {shown} (in {param})")
            } else {
                let x = self.operand_str(x);
                format!("cannot convert {x} to type {shown} (in {param})")
            });
        }
        None
    }

    /// Whether `x`, which is not a constant or not converted to a constant type, can be converted
    /// to `t`; if not, `cause` may get an explanation.
    pub(crate) fn convertible_to(
        &self,
        x: &Operand,
        t: TypeId,
        cause: Option<&mut String>,
    ) -> bool {
        let mut local = String::new();
        let cause = cause.unwrap_or(&mut local);
        match self.assignable_to(x, t) {
            Ok(()) => return true,
            Err((_, why)) => {
                if !why.is_empty() {
                    *cause = why;
                }
            }
        }
        let orig = t;
        let (v, t) = (self.unalias(x.ty), self.unalias(t));
        let (vu, tu) = (self.under(v), self.under(t));
        let (v_param, t_param) = (self.is_type_param(v), self.is_type_param(t));
        if !v_param && !t_param && self.identical_ignore_tags(vu, tu) {
            return true;
        }
        if let (Some(vb), Some(tb)) = (self.pointer_base(v), self.pointer_base(t))
            && !self.is_type_param(vb)
            && !self.is_type_param(tb)
            && self.identical_ignore_tags(self.under(vb), self.under(tb))
        {
            return true;
        }
        if self.kinds_convertible(vu, tu) {
            return true;
        }
        if let Some(allowed) = self.slice_to_array(vu, tu, cause) {
            return allowed;
        }
        if !v_param && !t_param {
            return false;
        }
        self.type_sets_convertible(x, (v, v_param), (t, t_param), orig, cause)
    }

    /// Conversions between types of certain kinds, whatever their names.
    fn kinds_convertible(&self, v: TypeId, t: TypeId) -> bool {
        let numbers = |t| self.is_integer_or_float(t);
        (numbers(v) && numbers(t))
            || (self.is_complex(v) && self.is_complex(t))
            || (self.is_string(t) && (self.is_integer(v) || self.is_bytes_or_runes(v)))
            || (self.is_string(v) && self.is_bytes_or_runes(t))
            || (self.is_unsafe_pointer(t) && (self.is_pointer(v) || self.is_uintptr(v)))
            || (self.is_unsafe_pointer(v) && (self.is_pointer(t) || self.is_uintptr(t)))
    }

    /// For a slice and an array or pointer to array of its elements: whether the language version
    /// has that conversion.
    fn slice_to_array(&self, v: TypeId, t: TypeId, cause: &mut String) -> Option<bool> {
        let Type::Slice { elem } = self.ty(v) else {
            return None;
        };
        let (array, version, what) = match self.pointer_base(t) {
            Some(base) => (self.under(base), GoVersion(17), "array pointer"),
            None => (t, GoVersion(20), "array"),
        };
        let Type::Array {
            elem: array_elem, ..
        } = self.ty(array)
        else {
            return None;
        };
        if !self.identical(elem.get()?, array_elem.get()?) {
            return None;
        }
        if self.allow_version(version) {
            return Some(true);
        }
        *cause = format!("conversion of slice to {what} requires {version} or later");
        Some(false)
    }

    /// Whether every type of one type set converts to every type of the other; a type that is not
    /// a type parameter is its own type set.
    fn type_sets_convertible(
        &self,
        x: &Operand,
        (v, v_param): (TypeId, bool),
        (t, t_param): (TypeId, bool),
        orig: TypeId,
        cause: &mut String,
    ) -> bool {
        let sources = if v_param {
            self.typeset(v)
        } else {
            smallvec::smallvec![Some((x.ty, x.ty))]
        };
        for source in sources {
            let Some((source, _)) = source else {
                return false;
            };
            let mut term = x.clone();
            term.ty = source;
            let targets = if t_param {
                self.typeset(t)
            } else {
                smallvec::smallvec![Some((t, t))]
            };
            for target in targets {
                let Some((target, _)) = target else {
                    return false;
                };
                if self.convertible_to(&term, target, Some(cause)) {
                    continue;
                }
                let from = match v_param {
                    true => format!("{} (in {})", self.type_str(source), self.type_str(v)),
                    false => self.type_str(x.ty),
                };
                let to = match t_param {
                    true => format!("{} (in {})", self.type_str(target), self.type_str(t)),
                    false => self.type_str(orig),
                };
                let mut text = format!("cannot convert {from} to type {to}");
                if !cause.is_empty() {
                    text += &format!("\n\t{cause}");
                }
                *cause = text;
                return false;
            }
        }
        true
    }
}
