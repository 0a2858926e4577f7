//! Composite literals (spec: Composite literals).

use super::Checker;
use super::operand::{Mode, Operand};
use crate::constant::{Kind, Value};
use crate::ids::{Length, ObjId, TypeId};
use crate::types::Type;
use gust_syntax::Pos;
use gust_syntax::ast::{ExprId, ExprKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A constant map key up to equality: constants of different kinds that are the same number are
/// the same key.
#[derive(PartialEq, Eq, Hash)]
enum ConstantKey {
    Bool(bool),
    Text(Arc<[u8]>),
    Int(i128),
    /// Bits of real and imaginary part.
    Float(u64, u64),
}

impl ConstantKey {
    /// `None` for integers too large to compare.
    fn new(value: &Value) -> Option<Self> {
        let bits = |v: &Value| v.to_f64().0.to_bits();
        match value.kind() {
            Kind::Unknown => None,
            Kind::Bool => value.as_bool().map(ConstantKey::Bool),
            Kind::String => value.as_bytes().map(ConstantKey::Text),
            Kind::Int | Kind::Float | Kind::Complex => {
                let int = value.to_int();
                if int.is_unknown() {
                    let (re, im) = (value.real(), value.imag());
                    return Some(ConstantKey::Float(bits(&re), bits(&im)));
                }
                let small = int.as_i64().map(i128::from);
                let n = small.or_else(|| int.as_u64().map(i128::from));
                n.map(ConstantKey::Int)
            }
        }
    }
}

impl Checker<'_> {
    /// A composite literal; `hint` is the element type of the enclosing one.
    pub(crate) fn composite_lit(&self, x: &mut Operand, e: ExprId, hint: Option<TypeId>) {
        let ExprKind::CompositeLit {
            ty, elems, rbrace, ..
        } = self.ast[e].kind
        else {
            return;
        };
        let elems = &self.ast[elems];
        let (literal_type, base) = match (ty, hint) {
            (Some(ty), _) => {
                let t = match self.open_array_elem(ty) {
                    Some(elem) => self.new_type(Type::Array {
                        len: Length::new(-1),
                        elem: self.var_type(elem).into(),
                    }),
                    None => self.typ(ty),
                };
                (t, t)
            }
            (None, Some(hint)) => {
                // {...} as an element of type *T means &T{...}.
                let base = self.common_under(hint, None).ok();
                let base = base.and_then(|u| self.pointer_base(u));
                (hint, base.unwrap_or(hint))
            }
            (None, None) => {
                let text = "missing type in composite literal";
                self.error(e, "UntypedLit", text);
                (TypeId::INVALID, TypeId::INVALID)
            }
        };
        let under = self.common_under(base, None).ok();
        match under.map(|u| self.ty(u)) {
            Some(Type::Struct(structure)) => {
                self.struct_elements(x, elems, base, structure.fields(), rbrace);
            }
            Some(Type::Array { len, elem }) => {
                let elem = elem.get().unwrap_or(TypeId::INVALID);
                let found = self.indexed_elements(elems, elem, len.get());
                if let Some(array) = under
                    && len.get() < 0
                    && array.pkg == self.id
                {
                    len.set(found);
                    if let Some(ty) = ty {
                        self.record_type_and_value(ty, Mode::TypeExpr, array, None);
                    }
                }
            }
            Some(Type::Slice { elem }) => {
                let elem = elem.get().unwrap_or(TypeId::INVALID);
                self.indexed_elements(elems, elem, -1);
            }
            Some(Type::Map { key, elem }) => {
                let key = key.get().unwrap_or(TypeId::INVALID);
                let elem = elem.get().unwrap_or(TypeId::INVALID);
                self.map_elements(x, elems, key, elem);
            }
            _ => {
                for &elem in elems {
                    // A key may be a field name that nothing is known of.
                    let value = match self.ast[elem].kind {
                        ExprKind::KeyValue { value, .. } => value,
                        _ => elem,
                    };
                    self.use_exprs(&[value]);
                }
                if under.is_none_or(|u| self.is_valid(u)) {
                    let element = if ty.is_none() && hint.is_some() {
                        " element"
                    } else {
                        ""
                    };
                    let shown = self.type_str(literal_type);
                    let cause = if under.is_none() {
                        " (no common underlying type)"
                    } else {
                        ""
                    };
                    let text = format!("invalid composite literal{element} type {shown}{cause}");
                    self.error(e, "InvalidLit", text);
                    x.invalidate();
                    return;
                }
            }
        }
        x.set_value(literal_type);
    }

    /// The element type of `[...]T`.
    fn open_array_elem(&self, ty: ExprId) -> Option<ExprId> {
        match self.ast[ty].kind {
            ExprKind::ArrayType {
                len: Some(len),
                elem,
                ..
            } if matches!(self.ast[len].kind, ExprKind::Ellipsis { .. }) => Some(elem),
            _ => None,
        }
    }

    fn struct_elements(
        &self,
        x: &mut Operand,
        elems: &[ExprId],
        base: TypeId,
        fields: &[ObjId],
        rbrace: Pos,
    ) {
        let Some(&first) = elems.first() else {
            return;
        };
        if matches!(self.ast[first].kind, ExprKind::KeyValue { .. }) {
            self.keyed_fields(x, elems, base, fields);
            return;
        }
        for (i, &elem) in elems.iter().enumerate() {
            if matches!(self.ast[elem].kind, ExprKind::KeyValue { .. }) {
                self.mixed_struct_lit(elem);
                continue;
            }
            self.expr(None, x, elem);
            let Some(&field) = fields.get(i) else {
                let shown = self.type_str(base);
                let text = format!("too many values in struct literal of type {shown}");
                self.error(&*x, "InvalidStructLit", text);
                break;
            };
            let field = self.obj(field);
            if !field.is_exported() && field.pkg != Some(self.id) {
                let (name, shown) = (field.name, self.type_str(base));
                let text = format!(
                    "implicit assignment to unexported field {name} in struct literal of type {shown}"
                );
                self.error(&*x, "UnexportedLitField", text);
                continue;
            }
            self.assignment(x, field.ty.get(), "struct literal");
        }
        if elems.len() < fields.len() {
            let shown = self.type_str(base);
            let text = format!("too few values in struct literal of type {shown}");
            self.error(rbrace, "InvalidStructLit", text);
        }
    }

    fn mixed_struct_lit(&self, elem: ExprId) {
        let text = "mixture of field:value and value elements in struct literal";
        self.error(elem, "MixedStructLit", text);
    }

    fn keyed_fields(&self, x: &mut Operand, elems: &[ExprId], base: TypeId, fields: &[ObjId]) {
        let mut visited = vec![false; fields.len()];
        for &elem in elems {
            let ExprKind::KeyValue { key, value, .. } = self.ast[elem].kind else {
                self.mixed_struct_lit(elem);
                continue;
            };
            self.expr(None, x, value);
            let Some(name) = self.ast.name(key) else {
                let shown = self.expr_str(key);
                let text = format!("invalid field name {shown} in struct literal");
                self.error(elem, "InvalidLitField", text);
                continue;
            };
            let Some(i) = self.struct_field(base, fields, name) else {
                let alt = self.field_index(fields, Some(self.id), name, true);
                let text = self.lookup_error(base, name, alt.map(|i| fields[i]), true);
                self.error(key, "MissingLitField", text);
                continue;
            };
            self.record_use(key, fields[i]);
            self.assignment(x, self.obj(fields[i]).ty.get(), "struct literal");
            if std::mem::replace(&mut visited[i], true) {
                let text = format!("duplicate field name {name} in struct literal");
                self.error(elem, "DuplicateLitField", text);
            }
        }
    }

    /// Checks the elements of an array or slice literal of the given length (negative if not
    /// known). Gives the length of the literal: its largest index plus one.
    fn indexed_elements(&self, elems: &[ExprId], elem_type: TypeId, length: i64) -> i64 {
        let mut visited = FxHashSet::default();
        let (mut index, mut max) = (0i64, 0i64);
        for &elem in elems {
            let mut valid = false;
            let mut element = elem;
            if let ExprKind::KeyValue { key, value, .. } = self.ast[elem].kind {
                element = value;
                let (t, i) = self.index_value(key, length);
                if i >= 0 {
                    index = i;
                    valid = true;
                } else if self.is_valid(t) {
                    let shown = self.expr_str(key);
                    let text = format!("index {shown} must be integer constant");
                    self.error(elem, "InvalidLitIndex", text);
                }
            } else if length >= 0 && index >= length {
                let text = format!("index {index} is out of bounds (>= {length})");
                self.error(elem, "OversizeArrayLit", text);
            } else {
                valid = true;
            }
            if valid && !visited.insert(index) {
                let text = format!("duplicate index {index} in array or slice literal");
                self.error(elem, "DuplicateLitKey", text);
            }
            index = index.wrapping_add(1);
            max = max.max(index);
            let mut x = Operand::invalid();
            self.expr_with_hint(&mut x, element, elem_type);
            self.assignment(&mut x, Some(elem_type), "array or slice literal");
        }
        max
    }

    fn map_elements(&self, x: &mut Operand, elems: &[ExprId], key_type: TypeId, elem: TypeId) {
        // Keys of an interface type are equal only if their dynamic types are, too.
        let dynamic = self.is_non_type_param_interface(key_type);
        let mut visited: FxHashMap<ConstantKey, Vec<TypeId>> = FxHashMap::default();
        for &entry in elems {
            let ExprKind::KeyValue { key, value, .. } = self.ast[entry].kind else {
                self.error(entry, "MissingLitKey", "missing key in map literal");
                continue;
            };
            self.expr_with_hint(x, key, key_type);
            self.assignment(x, Some(key_type), "map literal");
            if !x.is_valid() {
                continue;
            }
            if let Some(constant) = x.constant()
                && let Some(key) = ConstantKey::new(constant)
            {
                let types = visited.entry(key).or_default();
                let duplicate = if dynamic {
                    types.iter().any(|&t| self.identical(t, x.ty))
                } else {
                    !types.is_empty()
                };
                types.push(x.ty);
                if duplicate {
                    let text = format!("duplicate key {constant} in map literal");
                    self.error(&*x, "DuplicateLitKey", text);
                    continue;
                }
            }
            self.expr_with_hint(x, value, elem);
            self.assignment(x, Some(elem), "map literal");
        }
    }
}
