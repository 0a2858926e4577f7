//! Map operations: calls of `internal/runtime/maps`, which is compiled from source.

use crate::func::{FuncLower, Val};
use crate::types::{Kind, Ty};
use gust_ir::{InstData, Slot, Type, Value};

const PATH: &str = "internal/runtime/maps";
/// Size of `maps.Iter`.
const ITER_SIZE: u64 = 96;
/// The largest allocation, as `maps.NewMap` asks for it.
const MAX_ALLOC: i64 = 1 << 48;
/// Elements up to this size are read from the shared zero block when absent.
const MAX_ZERO: u64 = 1024;

impl FuncLower<'_, '_> {
    /// `m[key]`: the element, and whether it is there if `ok` (else an unspecified value).
    pub(crate) fn map_get(&mut self, ty: Ty, map: Value, key: &Val, ok: bool) -> (Val, Value) {
        let Kind::Map(kt, elem) = self.cx.types.under_kind(ty) else {
            let zero = self.b.iconst(Type::I8, 0);
            return (Val::list(&[]), zero);
        };
        let desc = self.type_addr(ty);
        let at = self.spill(kt, key);
        let params = [Type::Ptr, Type::Ptr, Type::Ptr];
        let size = self.cx.types.size(elem);
        if !ok && size <= MAX_ZERO {
            let p = self.call_symbol(
                "runtime.mapaccess1",
                &params,
                &[Type::Ptr],
                &[desc, map, at],
            )[0];
            let val = self.load_at(p, 0, elem, true);
            let yes = self.b.iconst(Type::I8, 1);
            return (self.fresh(elem, val), yes);
        }
        let r = self.call_symbol(
            "runtime.mapaccess2",
            &params,
            &[Type::Ptr, Type::I8],
            &[desc, map, at],
        );
        let mut p = r[0];
        if size > MAX_ZERO {
            let zeros = self.cx.zeros(size);
            let zeros = self.b.symbol_addr(zeros);
            p = self.b.select(r[1], p, zeros);
        }
        let val = self.load_at(p, 0, elem, true);
        (self.fresh(elem, val), r[1])
    }

    /// The address of the element to assign to.
    pub(crate) fn map_assign(&mut self, ty: Ty, map: Value, key: &Val) -> Value {
        let Kind::Map(kt, _) = self.cx.types.under_kind(ty) else {
            return map;
        };
        let desc = self.type_addr(ty);
        let at = self.spill(kt, key);
        let params = [Type::Ptr, Type::Ptr, Type::Ptr];
        self.call_symbol("runtime.mapassign", &params, &[Type::Ptr], &[desc, map, at])[0]
    }

    pub(crate) fn make_map(&mut self, ty: Ty, hint: Option<Value>) -> Value {
        match hint {
            Some(hint) => {
                let zero = self.b.int(0);
                let negative = self.less(true, hint, zero);
                let hint = self.b.select(negative, zero, hint);
                let desc = self.type_addr(ty);
                let nil = self.b.nil();
                let max = self.b.int(MAX_ALLOC);
                let params = [Type::Ptr, Type::I64, Type::Ptr, Type::I64];
                self.call_symbol(
                    &format!("{PATH}.NewMap"),
                    &params,
                    &[Type::Ptr],
                    &[desc, hint, nil, max],
                )[0]
            }
            None => self.call_symbol(&format!("{PATH}.NewEmptyMap"), &[], &[Type::Ptr], &[])[0],
        }
    }

    pub(crate) fn map_delete(&mut self, ty: Ty, map: Value, key: &Val) {
        let Kind::Map(kt, _) = self.cx.types.under_kind(ty) else {
            return;
        };
        let desc = self.type_addr(ty);
        let at = self.spill(kt, key);
        self.call_symbol(
            &format!("{PATH}.(*Map).Delete"),
            &[Type::Ptr, Type::Ptr, Type::Ptr],
            &[],
            &[map, desc, at],
        );
    }

    pub(crate) fn map_clear(&mut self, ty: Ty, map: Value) {
        let desc = self.type_addr(ty);
        self.call_symbol(
            &format!("{PATH}.(*Map).Clear"),
            &[Type::Ptr, Type::Ptr],
            &[],
            &[map, desc],
        );
    }

    /// The first word behind a pointer, 0 for nil: the length of a map.
    pub(crate) fn map_len(&mut self, map: Value) -> Value {
        let (some, end) = (self.b.new_block(), self.b.new_block());
        let var = self.b.new_var(Type::I64);
        let zero = self.b.int(0);
        self.b.set(var, zero);
        let nil = self.b.is_zero(map);
        self.b.brif(nil, end, some);
        self.b.seal_and_switch(some);
        let n = self.b.load(Type::I64, map, 0, true);
        self.b.set(var, n);
        self.b.jump(end);
        self.b.seal_and_switch(end);
        self.b.get(var)
    }

    /// An iterator at its first element.
    pub(crate) fn map_iter(&mut self, ty: Ty, map: Value) -> Slot {
        let slot = self.b.slot(ITER_SIZE, 8);
        let dst = self.b.slot_addr(slot);
        let size = self.b.int(ITER_SIZE as i64);
        self.b.inst(
            InstData::MemZero {
                dst,
                size,
                ty: None,
            },
            &[],
        );
        let desc = self.type_addr(ty);
        self.call_symbol(
            &format!("{PATH}.(*Iter).Init"),
            &[Type::Ptr, Type::Ptr, Type::Ptr],
            &[],
            &[dst, desc, map],
        );
        self.map_iter_next(slot);
        slot
    }

    pub(crate) fn map_iter_next(&mut self, slot: Slot) {
        let it = self.b.slot_addr(slot);
        self.call_symbol(&format!("{PATH}.(*Iter).Next"), &[Type::Ptr], &[], &[it]);
    }
}
