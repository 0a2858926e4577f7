//! Equality of values (spec: Comparison operators).
//!
//! The cheap parts of a struct are compared first: scalars and lengths of strings; then bytes of strings and arrays. An
//! interface may panic, so nothing moves over one: parts before it are compared first, it itself, then the rest.

use crate::func::{FuncLower, Val};
use crate::types::{Kind, Ty};
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, CallTarget, FloatCond, IntCond, Type, Value};
use gust_types::types::BasicKind;
use std::ops::Range;

/// Structs of more bytes in a struct are compared as memory, if that is what their equality is.
const MAX_WORDWISE: u64 = 32;

/// Part of a struct, arrays of one element included.
struct Part {
    ty: Ty,
    /// Where it is if the struct is in memory.
    offset: i64,
    /// Which of the scalars it is if the struct is held as scalars.
    scalars: Range<usize>,
}

impl Part {
    fn of(&self, l: &mut FuncLower<'_, '_>, val: &Val) -> Val {
        match val {
            Val::Scalars(list) => Val::list(&list[self.scalars.clone()]),
            Val::Mem { addr, .. } => l.load_at(*addr, self.offset, self.ty, true),
        }
    }
}

/// What remains to be compared when the cheap parts are equal.
enum Costly {
    /// The bytes of strings of equal length.
    Bytes(Part),
    /// All of it.
    Whole(Part),
}

impl FuncLower<'_, '_> {
    /// `a == b` of one type.
    pub(crate) fn equal(&mut self, ty: Ty, a: &Val, b: &Val) -> Value {
        match self.cx.types.under_kind(ty) {
            Kind::Basic(BasicKind::String) => {
                let same = self.equal_lengths(a, b);
                self.and_then(same, |f| f.equal_bytes(a, b))
            }
            Kind::Interface(_) => {
                let same = self.equal_tabs(a, b);
                self.and_then(same, |f| f.equal_words(ty, a, b))
            }
            Kind::Struct(_) => match (a, b) {
                (Val::Mem { addr: x, .. }, Val::Mem { addr: y, .. }) => {
                    self.equal_memory(ty, *x, *y)
                }
                _ => self.equal_fields(ty, a, b),
            },
            Kind::Array(len, elem) => match (a, b) {
                (Val::Mem { addr: x, .. }, Val::Mem { addr: y, .. }) => {
                    self.equal_memory(ty, *x, *y)
                }
                _ if len == 1 => self.equal(elem, a, b),
                _ => self.b.iconst(Type::I8, 1),
            },
            _ => {
                let mut result = None;
                for (&x, &y) in a.parts().iter().zip(b.parts()) {
                    let eq = if self.b.ty(x).is_float() {
                        self.b.fcmp(FloatCond::Eq, x, y)
                    } else {
                        self.b.icmp(IntCond::Eq, x, y)
                    };
                    result = Some(match result {
                        None => eq,
                        Some(r) => self.b.binary(BinaryOp::And, r, eq),
                    });
                }
                result.unwrap_or_else(|| self.b.iconst(Type::I8, 1))
            }
        }
    }

    fn equal_lengths(&mut self, a: &Val, b: &Val) -> Value {
        self.b.icmp(IntCond::Eq, a.parts()[1], b.parts()[1])
    }

    /// Whether strings of one length are equal.
    fn equal_bytes(&mut self, a: &Val, b: &Val) -> Value {
        let args = [a.parts()[0], b.parts()[0], a.parts()[1]];
        self.runtime(Entry::MemEqual, &args)[0]
    }

    fn equal_tabs(&mut self, a: &Val, b: &Val) -> Value {
        self.b.icmp(IntCond::Eq, a.parts()[0], b.parts()[0])
    }

    /// Whether interface values of one dynamic type are equal.
    fn equal_words(&mut self, ty: Ty, a: &Val, b: &Val) -> Value {
        // Both nil is equal; the runtime knows.
        let desc = self.dynamic_type(ty, a);
        let args = [desc, a.parts()[1], b.parts()[1]];
        self.runtime(Entry::IfaceEqual, &args)[0]
    }

    /// Compares two values in memory.
    pub(crate) fn equal_memory(&mut self, ty: Ty, x: Value, y: Value) -> Value {
        if self.cx.is_regular_memory(ty) {
            let size = self.b.int(self.cx.types.size(ty) as i64);
            return self.runtime(Entry::MemEqual, &[x, y, size])[0];
        }
        let name = self.cx.equal_function(ty);
        // Equality functions are called through function values, too: they take a context.
        let value = self.cx.code_value_of(&name);
        let f = self.b.symbol_addr(value);
        self.b.call(
            CallTarget::Closure(f),
            vec![Type::Ptr, Type::Ptr],
            &[Type::I8],
            &[x, y],
        )[0]
    }

    /// Compares two values in memory, part by part.
    pub(crate) fn equal_by_parts(&mut self, ty: Ty, x: Value, y: Value) -> Value {
        if self.cx.is_regular_memory(ty) {
            return self.equal_memory(ty, x, y);
        }
        match self.cx.types.under_kind(ty) {
            Kind::Array(len, elem) => match self.cx.types.under_kind(elem) {
                Kind::Basic(BasicKind::String) => {
                    let same = self.all_equal(elem, len, x, y, Self::equal_lengths);
                    self.and_then(same, |l| l.all_equal(elem, len, x, y, Self::equal_bytes))
                }
                _ => self.all_equal(elem, len, x, y, |l, a, b| l.equal(elem, a, b)),
            },
            Kind::Struct(_) => {
                let in_memory = |addr| Val::Mem { addr, fresh: false };
                self.equal_fields(ty, &in_memory(x), &in_memory(y))
            }
            _ => {
                let (a, b) = (self.load_at(x, 0, ty, true), self.load_at(y, 0, ty, true));
                self.equal(ty, &a, &b)
            }
        }
    }

    /// Whether something holds of all pairs of elements of two arrays; asks no further than where it does not.
    fn all_equal(
        &mut self,
        elem: Ty,
        len: u64,
        x: Value,
        y: Value,
        equal: impl FnOnce(&mut Self, &Val, &Val) -> Value,
    ) -> Value {
        let (head, body, end) = (self.b.new_block(), self.b.new_block(), self.b.new_block());
        let (i, result) = (self.b.new_var(Type::I64), self.b.new_var(Type::I8));
        let zero = self.b.int(0);
        let yes = self.b.iconst(Type::I8, 1);
        self.b.set(i, zero);
        self.b.set(result, yes);
        self.b.jump(head);
        self.b.switch_to(head);
        let at = self.b.get(i);
        let n = self.b.int(len as i64);
        let more = self.less(true, at, n);
        self.b.brif(more, body, end);
        self.b.seal_and_switch(body);
        let (p, q) = (
            self.element_addr(x, elem, at),
            self.element_addr(y, elem, at),
        );
        let (a, b) = (
            self.load_at(p, 0, elem, true),
            self.load_at(q, 0, elem, true),
        );
        let eq = equal(self, &a, &b);
        self.b.set(result, eq);
        let one = self.b.int(1);
        let up = self.b.binary(BinaryOp::Add, at, one);
        self.b.set(i, up);
        self.b.brif(eq, head, end);
        self.b.seal(head);
        self.b.seal_and_switch(end);
        self.b.get(result)
    }

    fn equal_fields(&mut self, ty: Ty, a: &Val, b: &Val) -> Value {
        let mut parts = Vec::new();
        self.parts(ty, 0, 0, &mut parts);
        let mut result = None;
        let mut costly = Vec::new();
        for part in parts {
            match self.cx.types.under_kind(part.ty) {
                Kind::Basic(BasicKind::String) => {
                    result = self.and_part(result, &part, a, b, Self::equal_lengths);
                    costly.push(Costly::Bytes(part));
                }
                _ if self.cx.equal_might_panic(part.ty) => {
                    result = self.and_costly(result, std::mem::take(&mut costly), a, b);
                    result = self.and_costly(result, vec![Costly::Whole(part)], a, b);
                }
                Kind::Array(..) | Kind::Struct(_) => costly.push(Costly::Whole(part)),
                _ => {
                    let ty = part.ty;
                    result = self.and_part(result, &part, a, b, |l, x, y| l.equal(ty, x, y));
                }
            }
        }
        result = self.and_costly(result, costly, a, b);
        result.unwrap_or_else(|| self.b.iconst(Type::I8, 1))
    }

    /// The parts of a struct that are compared, in order.
    fn parts(&self, ty: Ty, offset: i64, scalar: usize, out: &mut Vec<Part>) {
        match self.cx.types.under_kind(ty) {
            Kind::Struct(fields)
                if self.cx.types.size(ty) <= MAX_WORDWISE || !self.cx.is_regular_memory(ty) =>
            {
                let layout = self.cx.types.layout(ty);
                for (i, f) in fields.iter().enumerate() {
                    if f.name.is_blank() {
                        continue;
                    }
                    let first = match layout.is_scalar() {
                        true => self.cx.types.field_scalars(ty, i).start,
                        false => 0,
                    };
                    let at = offset + layout.offsets[i] as i64;
                    self.parts(f.ty, at, scalar + first, out);
                }
            }
            Kind::Array(0, _) => {}
            Kind::Array(1, elem) => self.parts(elem, offset, scalar, out),
            _ => {
                let n = match self.cx.types.is_scalar(ty) {
                    true => self.cx.types.scalars(ty).len(),
                    false => 0,
                };
                out.push(Part {
                    ty,
                    offset,
                    scalars: scalar..scalar + n,
                });
            }
        }
    }

    /// `so_far && equal(part of a, part of b)`
    fn and_part(
        &mut self,
        so_far: Option<Value>,
        part: &Part,
        a: &Val,
        b: &Val,
        equal: impl FnOnce(&mut Self, &Val, &Val) -> Value,
    ) -> Option<Value> {
        let compare = |l: &mut Self| {
            let (x, y) = (part.of(l, a), part.of(l, b));
            equal(l, &x, &y)
        };
        Some(match so_far {
            None => compare(self),
            Some(r) => self.and_then(r, compare),
        })
    }

    fn and_costly(
        &mut self,
        mut so_far: Option<Value>,
        parts: Vec<Costly>,
        a: &Val,
        b: &Val,
    ) -> Option<Value> {
        for part in parts {
            so_far = match part {
                Costly::Bytes(part) => self.and_part(so_far, &part, a, b, Self::equal_bytes),
                Costly::Whole(part) => {
                    let ty = part.ty;
                    self.and_part(so_far, &part, a, b, |l, x, y| l.equal(ty, x, y))
                }
            };
        }
        so_far
    }
}
