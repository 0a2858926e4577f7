//! Index and slice expressions as values (spec: Index expressions, Slice expressions).

use crate::expr::int_const;
use crate::func::{FuncLower, Val};
use crate::types::{Kind, Ty};
use gust_ir::{BinaryOp, BoundsKind, InstData, Type, UnaryOp, Value};
use gust_syntax::ast::{ExprId, SliceIndices};
use gust_types::info::ExprMode;
use gust_types::types::BasicKind;

impl FuncLower<'_, '_> {
    /// An index or length as `i64`; constants and all integer types. Unsigned values beyond the range
    /// become negative and fail the checks.
    pub(crate) fn index_value(&mut self, e: ExprId) -> Value {
        if let Some(c) = self.const_value(e) {
            return self.b.int(int_const(&c.to_int()));
        }
        let ty = self.ty(e);
        let v = self.scalar(e);
        self.widen(v, ty)
    }

    /// An integer as `i64`.
    pub(crate) fn widen(&mut self, v: Value, ty: Ty) -> Value {
        if self.b.ty(v) == Type::I64 {
            return v;
        }
        let op = if self.is_signed(ty) {
            UnaryOp::Sext
        } else {
            UnaryOp::Zext
        };
        self.b.unary(op, v, Type::I64)
    }

    pub(crate) fn is_signed(&self, ty: Ty) -> bool {
        use BasicKind as B;
        matches!(
            self.cx.types.as_basic(ty),
            Some(B::Int | B::Int8 | B::Int16 | B::Int32 | B::Int64)
        )
    }

    /// Whether values of an index expression from 2^63 on are meant as such.
    pub(crate) fn is_unsigned_word(&self, e: ExprId) -> bool {
        use BasicKind as B;
        self.const_value(e).is_none()
            && matches!(
                self.cx.types.as_basic(self.ty(e)),
                Some(B::Uint | B::Uint64 | B::Uintptr)
            )
    }

    /// A bounds check; `unsigned` if an index beyond the range of `i64` is reported as it is, not as negative.
    pub(crate) fn bounds(&mut self, kind: BoundsKind, unsigned: bool, index: Value, bound: Value) {
        if let (Some(i), Some(n)) = (
            crate::ssa::constant(&self.b.func, index),
            crate::ssa::constant(&self.b.func, bound),
        ) && ((i as u64) < n as u64 || (i == n && kind.allows_equal()))
        {
            return;
        }
        let check = InstData::BoundsCheck {
            kind,
            unsigned,
            index,
            bound,
        };
        self.b.inst(check, &[]);
    }

    pub(crate) fn index(&mut self, e: ExprId, x: ExprId, index: ExprId) -> Val {
        let ty = self.ty(e);
        // f[T]: an instantiation.
        if matches!(self.mode(index), ExprMode::TypeExpr) {
            return self.expr(x);
        }
        let xt = self.ty(x);
        match self.cx.types.under_kind(xt) {
            Kind::Map(key, _) => {
                let m = self.scalar(x);
                let key = self.passing_string(index, key);
                self.map_get(xt, m, &key, false).0
            }
            Kind::Basic(_) => {
                let s = self.expr(x);
                let i = self.index_value(index);
                let unsigned = self.is_unsigned_word(index);
                self.bounds(BoundsKind::Index, unsigned, i, s.parts()[1]);
                let p = self.b.binary(BinaryOp::PtrAdd, s.parts()[0], i);
                Val::one(self.b.load(Type::I8, p, 0, true))
            }
            Kind::Array(len, elem) => {
                if let Some(place) = self.place(e) {
                    return self.load(&place, elem);
                }
                let val = self.expr(x);
                let i = self.index_value(index);
                let n = self.b.int(len as i64);
                let unsigned = self.is_unsigned_word(index);
                self.bounds(BoundsKind::Index, unsigned, i, n);
                match val {
                    Val::Mem { addr, .. } => {
                        let p = self.element_addr(addr, elem, i);
                        self.load_at(p, 0, elem, true)
                    }
                    v if len == 1 => v,
                    _ => self.zero(elem),
                }
            }
            _ => match self.place(e) {
                Some(place) => self.load(&place, ty),
                None => {
                    self.unsupported("this index expression");
                    self.zero(ty)
                }
            },
        }
    }

    /// `x[lo:hi:max]` (spec: Slice expressions).
    pub(crate) fn slice_expr(&mut self, x: ExprId, index: SliceIndices) -> Val {
        let ty = self.ty(x);
        let kind = self.cx.types.under_kind(ty);
        let (base, len, cap, elem, is_string) = match kind {
            Kind::Basic(_) => {
                let s = self.expr(x);
                let u8 = self.cx.types.basic(BasicKind::Uint8);
                (s.parts()[0], s.parts()[1], s.parts()[1], u8, true)
            }
            Kind::Slice(elem) => {
                let s = self.expr(x);
                (s.parts()[0], s.parts()[1], s.parts()[2], elem, false)
            }
            Kind::Pointer(arr) => {
                let p = self.scalar(x);
                self.check_not_nil(p);
                let Kind::Array(n, elem) = self.cx.types.under_kind(arr) else {
                    return self.zero(ty);
                };
                let n = self.b.int(n as i64);
                (p, n, n, elem, false)
            }
            Kind::Array(n, elem) => {
                let p = self.address(x);
                let n = self.b.int(n as i64);
                (p, n, n, elem, false)
            }
            _ => {
                self.unsupported("slicing this operand");
                return self.zero(ty);
            }
        };
        let at: Vec<Option<Value>> = index
            .at
            .iter()
            .map(|i| i.map(|i| self.index_value(i)))
            .collect();
        let unsigned = index
            .at
            .map(|i| i.is_some_and(|i| self.is_unsigned_word(i)));
        let is_slice = matches!(kind, Kind::Slice(_));
        let kind_of = |cap: BoundsKind, len: BoundsKind| if is_slice { cap } else { len };
        let zero = self.b.int(0);
        let lo = at[0].unwrap_or(zero);
        let hi = at[1].unwrap_or(len);
        let max = at[2].unwrap_or(cap);
        if index.full {
            self.bounds(
                kind_of(BoundsKind::Slice3Acap, BoundsKind::Slice3Alen),
                unsigned[2],
                max,
                cap,
            );
            self.bounds(BoundsKind::Slice3B, unsigned[1], hi, max);
            self.bounds(BoundsKind::Slice3C, unsigned[0], lo, hi);
        } else {
            if at[1].is_some() {
                self.bounds(
                    kind_of(BoundsKind::SliceAcap, BoundsKind::SliceAlen),
                    unsigned[1],
                    hi,
                    cap,
                );
            }
            if at[0].is_some() {
                self.bounds(BoundsKind::SliceB, unsigned[0], lo, hi);
            }
        }
        let new_len = self.b.binary(BinaryOp::Sub, hi, lo);
        let new_cap = self.b.binary(BinaryOp::Sub, max, lo);
        let moved = if at[0].is_some() {
            // A slice of nothing must not point past the array.
            let rest = if is_string { new_len } else { new_cap };
            let none = self.b.is_zero(rest);
            let p = self.element_addr(base, elem, lo);
            self.b.select(none, base, p)
        } else {
            base
        };
        if is_string {
            Val::list(&[moved, new_len])
        } else {
            Val::list(&[moved, new_len, new_cap])
        }
    }
}
