//! Conversions and type assertions (spec: Conversions, Type assertions, Assignability).

use crate::func::{FuncLower, Val};
use crate::types::{Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, BoundsKind, FloatCond, InstData, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, ExprKind};
use gust_types::info::ExprMode;
use gust_types::types::BasicKind;

impl FuncLower<'_, '_> {
    /// A value as the type it is assigned to: only interfaces change.
    pub(crate) fn assign_convert(&mut self, val: Val, from: Ty, to: Ty) -> Val {
        if from == to {
            return val;
        }
        if self.cx.types.as_basic(from) == Some(BasicKind::UntypedNil) {
            return self.zero(to);
        }
        let Some(methods) = self.cx.types.as_interface(to) else {
            return val;
        };
        match self.cx.types.as_interface(from) {
            None => {
                let tab = if methods.is_empty() {
                    self.cx.descriptor(from)
                } else {
                    self.cx.itab(to, from)
                };
                let word = self.data_word(from, &val);
                let tab = self.b.symbol_addr(tab);
                Val::list(&[tab, word])
            }
            Some(_)
                if methods.is_empty()
                    && self
                        .cx
                        .types
                        .as_interface(from)
                        .is_some_and(|m| m.is_empty()) =>
            {
                val
            }
            // An itab belongs to one interface type, another one of the same methods has its own: comparisons
            // look at the itab alone.
            Some(_) => {
                let t = self.dynamic_type(from, &val);
                let word = val.parts()[1];
                if methods.is_empty() {
                    return Val::list(&[t, word]);
                }
                let inter = self.type_addr(to);
                let tab = self.runtime(Entry::FindItab, &[inter, t])[0];
                Val::list(&[tab, word])
            }
        }
    }

    /// `x.(T)`: the value, and whether it is one if `comma_ok`.
    pub(crate) fn type_assert(
        &mut self,
        x: &Val,
        from: Ty,
        to: Ty,
        comma_ok: bool,
    ) -> (Val, Value) {
        let t = self.dynamic_type(from, x);
        let word = x.parts()[1];
        let yes = self.b.iconst(Type::I8, 1);
        if let Some(methods) = self.cx.types.as_interface(to) {
            let want = self.type_addr(to);
            if methods.is_empty() {
                let nil = self.b.is_zero(t);
                if comma_ok {
                    return (Val::list(&[t, word]), self.b.not(nil));
                }
                let iface = self.type_addr(from);
                self.panic_if(nil, Entry::PanicAssert, &[t, want, iface]);
                return (Val::list(&[t, word]), yes);
            }
            if comma_ok {
                let tab = self.runtime(Entry::FindItab, &[want, t])[0];
                let nil = self.b.is_zero(tab);
                let none = self.b.nil();
                let word = self.b.select(nil, none, word);
                return (Val::list(&[tab, word]), self.b.not(nil));
            }
            let tab = self.runtime(Entry::AssertItab, &[want, t])[0];
            return (Val::list(&[tab, word]), yes);
        }
        let want = self.type_addr(to);
        let same = self.b.icmp(gust_ir::IntCond::Eq, t, want);
        if !comma_ok {
            let iface = self.type_addr(from);
            let other = self.b.not(same);
            self.panic_if(other, Entry::PanicAssert, &[t, want, iface]);
            return (self.val_of_word(to, word), yes);
        }
        let (hit, miss, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let storage = self.new_storage(to, false, None);
        self.b.brif(same, hit, miss);
        self.b.seal_and_switch(hit);
        let val = self.val_of_word(to, word);
        self.initialise(&storage, to, Some(&val));
        self.b.jump(end);
        self.b.seal_and_switch(miss);
        // Loops come here again: the storage may hold what it held before.
        self.initialise(&storage, to, None);
        self.b.jump(end);
        self.b.seal_and_switch(end);
        let place = self.var_place(&storage);
        (self.load(&place, to), same)
    }

    /// A string that is looked at at once and not kept: what a conversion of bytes would copy is looked at where it is.
    pub(crate) fn passing_string(&mut self, e: ExprId, ty: Ty) -> Val {
        let ast = self.ast();
        if self.const_value(e).is_none()
            && self.cx.types.is_string(ty)
            && self.is_string_of_bytes(e)
            && !self.is_early(e)
            && let ExprKind::Call { args, .. } = ast[ast.unparen(e)].kind
        {
            let from = self.ty(ast[args][0]);
            if let Kind::Slice(elem) = self.cx.types.under_kind(from)
                && self.cx.types.size(elem) == 1
                && self.mode(ast[args][0]) != ExprMode::Nil
            {
                let bytes = self.expr(ast[args][0]);
                return Val::list(&bytes.parts()[..2]);
            }
        }
        self.expr_to(e, ty)
    }

    /// The string whose bytes an expression copies, if it is such a conversion.
    pub(crate) fn string_of_copy(&self, e: ExprId) -> Option<ExprId> {
        self.string_of_elements(e, 1)
    }

    /// The string whose bytes or runes, by their size, an expression makes a slice of.
    pub(crate) fn string_of_elements(&self, e: ExprId, size: u64) -> Option<ExprId> {
        let ast = self.ast();
        if self.is_early(e) {
            return None;
        }
        let ExprKind::Call { fun, args, .. } = ast[ast.unparen(e)].kind else {
            return None;
        };
        if self.mode(fun) != ExprMode::TypeExpr {
            return None;
        }
        let Kind::Slice(elem) = self.cx.types.under_kind(self.ty(fun)) else {
            return None;
        };
        let arg = ast[args][0];
        (self.cx.types.size(elem) == size
            && self.mode(arg) != ExprMode::Nil
            && self.cx.types.is_string(self.ty(arg)))
        .then_some(arg)
    }

    /// An explicit conversion.
    pub(crate) fn convert(&mut self, val: Val, from: Ty, to: Ty) -> Val {
        use BasicKind as B;
        if from == to || self.cx.types.is_interface(to) {
            return self.assign_convert(val, from, to);
        }
        let (f, t) = (self.cx.types.under_kind(from), self.cx.types.under_kind(to));
        if f == t {
            return val;
        }
        match (&f, &t) {
            (Kind::Basic(B::String), Kind::Slice(elem)) => {
                let entry = if self.cx.types.size(*elem) == 1 {
                    Entry::StringToBytes
                } else {
                    Entry::StringToRunes
                };
                Val::list(&self.runtime(entry, val.parts()))
            }
            (Kind::Slice(elem), Kind::Basic(B::String)) => {
                let entry = if self.cx.types.size(*elem) == 1 {
                    Entry::BytesToString
                } else {
                    Entry::RunesToString
                };
                Val::list(&self.runtime(entry, &val.parts()[..2]))
            }
            (Kind::Basic(_), Kind::Basic(B::String)) => {
                let v = self.first(&val);
                let wide = self.widen(v, from);
                Val::list(&self.runtime(Entry::IntToString, &[wide]))
            }
            (Kind::Slice(_), Kind::Pointer(arr)) => {
                let Kind::Array(n, _) = self.cx.types.under_kind(*arr) else {
                    return val;
                };
                self.slice_to_array(&val, n);
                Val::one(val.parts()[0])
            }
            (Kind::Slice(_), Kind::Array(n, _)) => {
                self.slice_to_array(&val, *n);
                let copy = if *n == 0 {
                    self.zero(to)
                } else {
                    self.load_at(val.parts()[0], 0, to, true)
                };
                self.fresh(to, copy)
            }
            (Kind::Basic(a), Kind::Basic(b)) => self.convert_basic(&val, from, *a, to, *b),
            (Kind::Basic(B::Uintptr), _) => self.int_to_pointer(&val),
            // Pointers to and from unsafe.Pointer, channels of other directions, structs with other tags.
            _ => val,
        }
    }

    fn slice_to_array(&mut self, val: &Val, n: u64) {
        let n = self.b.int(n as i64);
        self.bounds(BoundsKind::Convert, false, n, val.parts()[1]);
    }

    fn int_to_pointer(&mut self, val: &Val) -> Val {
        let v = self.first(val);
        Val::one(self.b.unary(UnaryOp::IntToPtr, v, Type::Ptr))
    }

    fn convert_basic(&mut self, val: &Val, from: Ty, a: BasicKind, to: Ty, b: BasicKind) -> Val {
        use BasicKind as B;
        let v = self.first(val);
        if b == B::UnsafePointer {
            return if a == B::Uintptr {
                self.int_to_pointer(val)
            } else {
                val.clone()
            };
        }
        if a == B::UnsafePointer {
            return Val::one(self.b.unary(UnaryOp::PtrToInt, v, Type::I64));
        }
        let target = self.cx.types.scalars(to)[0];
        if matches!(b, B::Complex64 | B::Complex128) && !matches!(a, B::Complex64 | B::Complex128) {
            // A constant in generic code.
            let part = self.cx.types.basic(if target == Type::F32 {
                B::Float32
            } else {
                B::Float64
            });
            let part_kind = if target == Type::F32 {
                B::Float32
            } else {
                B::Float64
            };
            let re = self.convert_basic(val, from, a, part, part_kind);
            let im = self.b.zero(target);
            return Val::list(&[re.parts()[0], im]);
        }
        if matches!(a, B::Complex64 | B::Complex128) {
            let list: Vec<Value> = val
                .parts()
                .iter()
                .map(|&v| self.float_to(v, target))
                .collect();
            return Val::list(&list);
        }
        let source = self.b.ty(v);
        let signed = self.is_signed(from);
        let result = match (source.is_float(), target.is_float()) {
            (true, true) => self.float_to(v, target),
            (false, true) => {
                let op = if signed {
                    UnaryOp::FromSigned
                } else {
                    UnaryOp::FromUnsigned
                };
                self.b.unary(op, v, target)
            }
            (true, false) => {
                // As on amd64: to 32 or 64 bits, and what does not fit the target is cut off.
                match (target, self.is_signed(to)) {
                    (Type::I64, false) => self.float_to_u64(v),
                    (Type::I64, true) | (Type::I32, false) => {
                        let wide = self.b.unary(UnaryOp::ToSigned, v, Type::I64);
                        self.resize(wide, target, false)
                    }
                    _ => {
                        let wide = self.b.unary(UnaryOp::ToSigned, v, Type::I32);
                        self.resize(wide, target, false)
                    }
                }
            }
            (false, false) => self.resize(v, target, signed),
        };
        Val::one(result)
    }

    /// Below 2^63 the signed conversion; from there on that of the difference, with the high bit set.
    fn float_to_u64(&mut self, v: Value) -> Value {
        let ty = self.b.ty(v);
        let limit = if ty == Type::F32 {
            u64::from(9_223_372_036_854_775_808_f32.to_bits())
        } else {
            9_223_372_036_854_775_808_f64.to_bits()
        };
        let limit = self.b.value(InstData::FConst { bits: limit }, ty);
        let small = self.b.fcmp(FloatCond::Lt, v, limit);
        let low = self.b.unary(UnaryOp::ToSigned, v, Type::I64);
        let rest = self.b.binary(BinaryOp::FSub, v, limit);
        let rest = self.b.unary(UnaryOp::ToSigned, rest, Type::I64);
        let bit = self.b.int(i64::MIN);
        let high = self.b.binary(BinaryOp::Or, rest, bit);
        self.b.select(small, low, high)
    }

    fn float_to(&mut self, v: Value, target: Type) -> Value {
        match (self.b.ty(v), target) {
            (Type::F32, Type::F64) => self.b.unary(UnaryOp::Promote, v, target),
            (Type::F64, Type::F32) => self.b.unary(UnaryOp::Demote, v, target),
            _ => v,
        }
    }

    /// An integer of another width.
    pub(crate) fn resize(&mut self, v: Value, target: Type, signed: bool) -> Value {
        let from = self.b.ty(v);
        if from == target {
            v
        } else if from.bytes() > target.bytes() {
            self.b.unary(UnaryOp::Wrap, v, target)
        } else if signed {
            self.b.unary(UnaryOp::Sext, v, target)
        } else {
            self.b.unary(UnaryOp::Zext, v, target)
        }
    }

    pub(crate) fn nil_check(&mut self, x: Value) {
        self.b.inst(InstData::NilCheck { x }, &[]);
    }
}
