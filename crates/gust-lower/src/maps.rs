//! Map operations: calls of `internal/runtime/maps`, which is compiled from source.

use crate::func::{FuncLower, Place, Val, heap};
use crate::types::{Kind, Ty};
use gust_ir::{InstData, Slot, Type, UnaryOp, Value};

const PATH: &str = "internal/runtime/maps";
/// Size of `maps.Iter`.
const ITER_SIZE: u64 = 96;
/// The largest allocation, as `maps.NewMap` asks for it.
const MAX_ALLOC: i64 = 1 << 48;
/// Elements up to this size are read from the shared zero block when absent.
const MAX_ZERO: u64 = 1024;

/// The largest element of maps that have variants for simple keys.
pub(crate) const MAX_FAST_ELEM: u64 = 128;

/// A variant of the map functions that takes the key by value.
struct Fast {
    /// Suffix of reading functions.
    read: &'static str,
    /// Suffix of `mapassign`.
    assign: &'static str,
    /// Types of the key's scalars.
    key: Vec<Type>,
}

impl FuncLower<'_, '_> {
    fn fast_map(&self, key: Ty, elem: Ty) -> Option<Fast> {
        if self.cx.types.size(elem) > MAX_FAST_ELEM {
            return None;
        }
        // Such variants compare the bits of the whole key.
        if !self.cx.types.is_string(key) && !self.cx.is_regular_memory(key) {
            return None;
        }
        let scalars = self.cx.types.scalars(key);
        let (read, assign) = match scalars[..] {
            [Type::Ptr, Type::I64] if self.cx.types.is_string(key) => ("_faststr", "_faststr"),
            [Type::I32] => ("_fast32", "_fast32"),
            [Type::I64] => ("_fast64", "_fast64"),
            [Type::Ptr] => ("_fast64", "_fast64ptr"),
            _ => return None,
        };
        Some(Fast {
            read,
            assign,
            key: scalars,
        })
    }

    /// Symbol, parameters and arguments of a map function.
    fn map_call(
        &mut self,
        what: &str,
        ty: Ty,
        map: Value,
        key: &Val,
    ) -> (String, Vec<Type>, Vec<Value>) {
        let desc = self.type_addr(ty);
        let (mut params, mut args) = (vec![Type::Ptr, Type::Ptr], vec![desc, map]);
        let mut name = format!("runtime.{what}");
        if let Kind::Map(kt, elem) = self.cx.types.under_kind(ty) {
            match self.fast_map(kt, elem) {
                Some(fast) => {
                    let write = what == "mapassign";
                    name += if write { fast.assign } else { fast.read };
                    for (&v, &t) in key.parts().iter().zip(&fast.key) {
                        if t == Type::Ptr && fast.key.len() == 1 && !write {
                            params.push(Type::I64);
                            args.push(self.b.unary(UnaryOp::PtrToInt, v, Type::I64));
                        } else {
                            params.push(t);
                            args.push(v);
                        }
                    }
                }
                None => {
                    params.push(Type::Ptr);
                    args.push(self.spill(kt, key));
                }
            }
        }
        (name, params, args)
    }

    /// `m[key]`: the element, and whether it is there if `ok` (else an unspecified value).
    pub(crate) fn map_get(&mut self, ty: Ty, map: Value, key: &Val, ok: bool) -> (Val, Value) {
        let Kind::Map(_, elem) = self.cx.types.under_kind(ty) else {
            let zero = self.b.iconst(Type::I8, 0);
            return (Val::list(&[]), zero);
        };
        let size = self.cx.types.size(elem);
        if !ok && size <= MAX_ZERO {
            let (name, params, args) = self.map_call("mapaccess1", ty, map, key);
            let p = self.call_symbol(&name, &params, &[Type::Ptr], &args)[0];
            let val = self.load_at(p, 0, elem, true);
            let yes = self.b.iconst(Type::I8, 1);
            return (self.fresh(elem, val), yes);
        }
        let (name, params, args) = self.map_call("mapaccess2", ty, map, key);
        let r = self.call_symbol(&name, &params, &[Type::Ptr, Type::I8], &args);
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
        let (name, params, args) = self.map_call("mapassign", ty, map, key);
        self.call_symbol(&name, &params, &[Type::Ptr], &args)[0]
    }

    /// The memory of a map element that is read and assigned to, made if it is not there; other places as they are.
    pub(crate) fn settle_element(&mut self, place: Place) -> Place {
        let Place::MapElem { ty, map, key } = place else {
            return place;
        };
        let addr = self.map_assign(ty, map, &key);
        self.not_nil.insert(addr);
        heap(addr)
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
