//! Static initialisation: package variables whose initial values are known need no code.

use crate::data::Data;
use crate::expr::int_const;
use crate::func::{FuncLower, Val};
use crate::types::{Kind, Ty};
use gust_ir::{Linkage, Section, SymbolRef, Type};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_syntax::token::Op;
use gust_types::constant::Value as Const;
use gust_types::info::{ExprMode, SelectionKind};
use gust_types::object::{ObjKind, VarKind};

/// Values of more bytes are left to code: most of them are zero.
pub(crate) const MAX_STATIC: u64 = 1 << 26;

impl FuncLower<'_, '_> {
    /// Writes the value of an expression as `ty` at an offset of zeroed contents; false if it is not known.
    pub(crate) fn static_value(&mut self, e: ExprId, ty: Ty, d: &mut Data, at: u64) -> bool {
        let ast = self.ast();
        let e = ast.unparen(e);
        if self.mode(e) == ExprMode::Nil {
            return true;
        }
        if let Some(value) = self.const_value(e) {
            if self.cx.types.is_interface(ty) {
                let from = self.ty(e);
                return self.static_interface(e, from, ty, d, at);
            }
            return self.static_const(&value, ty, d, at);
        }
        let from = match ast[e].kind {
            ExprKind::CompositeLit { .. } if !self.cx.types.is_interface(ty) => ty,
            _ => self.ty(e),
        };
        if from != ty && self.cx.types.is_interface(ty) {
            return !self.cx.types.is_interface(from) && self.static_interface(e, from, ty, d, at);
        }
        match ast[e].kind {
            ExprKind::CompositeLit { .. } => self.static_literal(e, ty, d, at),
            ExprKind::Unary { op: Op::And, x } => {
                let x = ast.unparen(x);
                if let ExprKind::CompositeLit { .. } = ast[x].kind {
                    let t = self.ty(x);
                    return match self.static_object(x, t) {
                        Some(symbol) => {
                            d.put_addr(at, symbol, 0);
                            true
                        }
                        None => false,
                    };
                }
                match self.static_address(x) {
                    Some((symbol, offset)) => {
                        d.put_addr(at, symbol, offset);
                        true
                    }
                    None => false,
                }
            }
            ExprKind::Name(_) | ExprKind::Selector { .. } | ExprKind::Index { .. } => {
                let Some(inst) = self.named_callee(e) else {
                    return false;
                };
                let (f, _) = self.cx.inst_type(&inst);
                let sig = self.cx.signature(&f);
                let symbol = self.cx.func_symbol(&inst);
                let value = self.cx.func_value(symbol, sig);
                d.put_addr(at, value, 0);
                true
            }
            ExprKind::FuncLit { .. } => match self.static_literal_code(e) {
                Some(value) => {
                    d.put_addr(at, value, 0);
                    true
                }
                None => false,
            },
            ExprKind::Call { fun, args, .. } => {
                // Conversions that keep the value.
                let callee = ast.unparen(fun);
                if self.mode(callee) != ExprMode::TypeExpr {
                    return false;
                }
                let (arg, to) = (ast[args][0], self.ty(callee));
                let t = self.ty(arg);
                if self.cx.types.under(t) == self.cx.types.under(to)
                    && !self.cx.types.is_interface(to)
                {
                    return self.static_value(arg, t, d, at);
                }
                false
            }
            _ => false,
        }
    }

    fn static_address(&mut self, x: ExprId) -> Option<(SymbolRef, i64)> {
        let ast = self.ast();
        let x = ast.unparen(x);
        match ast[x].kind {
            ExprKind::Name(_) => self.static_var(x),
            ExprKind::Selector { x: base, sel, .. } => match self.info().selections.get(&x) {
                None => self.static_var(sel),
                Some(s) if s.kind == SelectionKind::FieldVal => {
                    let (symbol, mut offset) = self.static_address(base)?;
                    let mut ty = self.ty(base);
                    for &i in &s.index {
                        let fields = self.cx.types.as_struct(ty)?;
                        offset += self.cx.types.layout(ty).offsets[i as usize] as i64;
                        ty = fields[i as usize].ty;
                    }
                    Some((symbol, offset))
                }
                Some(_) => None,
            },
            ExprKind::Index {
                x: base, indices, ..
            } => {
                let Kind::Array(n, elem) = self.cx.types.under_kind(self.ty(base)) else {
                    return None;
                };
                let i = int_const(&self.const_value(ast[indices][0])?);
                let (symbol, offset) = self.static_address(base)?;
                (0..n as i64)
                    .contains(&i)
                    .then(|| (symbol, offset + i * self.cx.types.size(elem) as i64))
            }
            _ => None,
        }
    }

    fn static_var(&mut self, name: ExprId) -> Option<(SymbolRef, i64)> {
        let obj = self.obj_of(name)?;
        match &self.cx.types.world.obj(obj).kind {
            ObjKind::Var(v) if v.kind == VarKind::Package => {
                let name = self.cx.var_name(obj);
                Some((self.cx.symbol(&name), 0))
            }
            _ => None,
        }
    }

    /// A variable of its own with a known value.
    fn static_object(&mut self, e: ExprId, ty: Ty) -> Option<SymbolRef> {
        let layout = self.cx.types.layout(ty);
        if layout.size > MAX_STATIC {
            return None;
        }
        let mut d = Data::new(layout.size);
        if !self.static_value(e, ty, &mut d, 0) {
            return None;
        }
        Some(self.static_memory(d, layout.align, layout.ptr_bytes > 0))
    }

    pub(crate) fn static_memory(&mut self, d: Data, align: u64, pointers: bool) -> SymbolRef {
        let name = self.cx.local_symbol("stmp");
        let section = if pointers || d.has_refs() {
            Section::Pointers
        } else {
            Section::NoPointers
        };
        let mut d = d;
        if d.is_empty() {
            d.push(0, 1);
        }
        self.cx.define(
            &name,
            Linkage::Local,
            section,
            align.max(1) as u32,
            d.items(),
        )
    }

    fn static_interface(&mut self, e: ExprId, from: Ty, to: Ty, d: &mut Data, at: u64) -> bool {
        let layout = self.cx.types.layout(from);
        if layout.size > MAX_STATIC {
            return false;
        }
        let mut value = Data::new(layout.size);
        if !self.static_value(e, from, &mut value, 0) {
            return false;
        }
        let empty = self.cx.types.as_interface(to).is_some_and(|m| m.is_empty());
        let tab = if empty {
            self.cx.descriptor(from)
        } else {
            self.cx.itab(to, from)
        };
        d.put_addr(at, tab, 0);
        if self.cx.types.is_direct(from) {
            // The one word is an address or nil.
            if !self.static_value(e, from, d, at + 8) {
                return false;
            }
        } else {
            let symbol = self.static_memory(value, layout.align, layout.ptr_bytes > 0);
            d.put_addr(at + 8, symbol, 0);
        }
        true
    }

    /// A constant as interface value: what the data word points to is read-only memory.
    pub(crate) fn static_const_interface(
        &mut self,
        value: &Const,
        from: Ty,
        to: Ty,
    ) -> Option<Val> {
        if self.cx.types.is_direct(from) || self.cx.types.is_interface(from) {
            return None;
        }
        let layout = self.cx.types.layout(from);
        let mut d = Data::new(layout.size);
        if !self.static_const(value, from, &mut d, 0) {
            return None;
        }
        let word = self.cx.constant_memory(d, layout.align);
        let methods = self.cx.types.as_interface(to)?;
        let tab = if methods.is_empty() {
            self.cx.descriptor(from)
        } else {
            self.cx.itab(to, from)
        };
        let (tab, word) = (self.b.symbol_addr(tab), self.b.symbol_addr(word));
        Some(Val::list(&[tab, word]))
    }

    fn static_const(&mut self, value: &Const, ty: Ty, d: &mut Data, at: u64) -> bool {
        if self.cx.types.is_string(ty) {
            let Some(bytes) = value.as_bytes() else {
                return false;
            };
            if !bytes.is_empty() {
                let symbol = self.cx.bytes(&bytes);
                d.put_addr(at, symbol, 0);
            }
            d.put(at + 8, bytes.len() as u64, 8);
            return true;
        }
        let scalars = self.cx.types.scalars(ty);
        let float = |v: &Const, t: Type| {
            let v = v.to_float();
            if t == Type::F32 {
                u64::from(v.to_f32().0.to_bits())
            } else {
                v.to_f64().0.to_bits()
            }
        };
        match scalars[..] {
            [t] if t.is_float() => d.put(at, float(value, t), u64::from(t.bytes())),
            [t, _] if t.is_float() => {
                let n = u64::from(t.bytes());
                d.put(at, float(&value.real(), t), n);
                d.put(at + n, float(&value.imag(), t), n);
            }
            [t] => {
                let v = match value.as_bool() {
                    Some(b) => i64::from(b),
                    None => int_const(&value.to_int()),
                };
                d.put(at, v as u64, u64::from(t.bytes()));
            }
            _ => return false,
        }
        true
    }

    fn static_literal(&mut self, e: ExprId, ty: Ty, d: &mut Data, at: u64) -> bool {
        let ast = self.ast();
        let ExprKind::CompositeLit { elems, .. } = ast[e].kind else {
            return false;
        };
        match self.cx.types.under_kind(ty) {
            Kind::Struct(fields) => {
                let offsets = self.cx.types.layout(ty).offsets.clone();
                for (i, &elem) in ast[elems].iter().enumerate() {
                    let (index, value) = match ast[elem].kind {
                        ExprKind::KeyValue { key, value, .. } => {
                            let Some(name) = ast.name(key) else {
                                return false;
                            };
                            let own = self.src.package.id;
                            let find = |f: &crate::types::Field| {
                                f.name == name && f.pkg.is_none_or(|p| p == own)
                            };
                            match fields.iter().position(find) {
                                Some(i) => (i, value),
                                None => return false,
                            }
                        }
                        _ => (i, elem),
                    };
                    let Some(field) = fields.get(index) else {
                        return false;
                    };
                    if field.name.is_blank() {
                        // Blank fields stay zero.
                        let mut dropped = Data::new(self.cx.types.size(field.ty));
                        if !self.static_value(value, field.ty, &mut dropped, 0) {
                            return false;
                        }
                        continue;
                    }
                    if !self.static_value(value, field.ty, d, at + offsets[index]) {
                        return false;
                    }
                }
                true
            }
            Kind::Array(_, elem) => self.static_elements(e, elem, d, at),
            Kind::Slice(elem) => {
                let (mut len, mut next) = (0, 0);
                for &x in &ast[elems] {
                    self.keyed(x, &mut next);
                    len = len.max(next);
                }
                let size = self.cx.types.size(elem);
                if size.saturating_mul(len as u64) > MAX_STATIC {
                    return false;
                }
                let mut array = Data::new(size * len as u64);
                if !self.static_elements(e, elem, &mut array, 0) {
                    return false;
                }
                let layout = self.cx.types.layout(elem);
                let symbol = self.static_memory(array, layout.align, layout.ptr_bytes > 0);
                d.put_addr(at, symbol, 0);
                d.put(at + 8, len as u64, 8);
                d.put(at + 16, len as u64, 8);
                true
            }
            Kind::Pointer(base) => match self.static_object(e, base) {
                Some(symbol) => {
                    d.put_addr(at, symbol, 0);
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    fn static_elements(&mut self, e: ExprId, elem: Ty, d: &mut Data, at: u64) -> bool {
        let ast = self.ast();
        let ExprKind::CompositeLit { elems, .. } = ast[e].kind else {
            return false;
        };
        let size = self.cx.types.size(elem);
        let mut next = 0;
        for &x in &ast[elems] {
            let value = self.keyed(x, &mut next);
            if !self.static_value(value, elem, d, at + (next - 1) as u64 * size) {
                return false;
            }
        }
        true
    }
}
