//! Objects become slots.

use gust_ir::{Function, Inst, InstData, SlotData, Type, Value, ValueDef};
use rustc_hash::FxHashSet;

/// Moves the objects of these instructions to the frame. Their memory is zeroed where they were made.
pub(crate) fn to_slots(func: &mut Function, sites: &[Inst]) {
    let sites: FxHashSet<Inst> = sites.iter().copied().collect();
    for block in func.layout.clone() {
        if !func.blocks[block].insts.iter().any(|i| sites.contains(i)) {
            continue;
        }
        let old = std::mem::take(&mut func.blocks[block].insts);
        let mut new = Vec::with_capacity(old.len() + 2);
        for inst in old {
            new.push(inst);
            let InstData::New { size, align, .. } = func.insts[inst] else {
                continue;
            };
            if !sites.contains(&inst) {
                continue;
            }
            let slot = func.slots.push(SlotData {
                size: size.max(1),
                align: align.max(1),
            });
            func.insts[inst] = InstData::SlotAddr { slot };
            if size == 0 {
                continue;
            }
            let loc = func.locs[inst];
            let dst = func.results[inst][0];
            let value = i64::from(size);
            let count = func.make_inst(InstData::IConst { value }, &[Type::I64], loc);
            let size = func.results[count][0];
            let zero = InstData::MemZero {
                dst,
                size,
                ty: None,
            };
            new.push(count);
            new.push(func.make_inst(zero, &[], loc));
        }
        func.blocks[block].insts = new;
    }
}

/// Whether an address is that of a slot, plus something.
fn is_slot(func: &Function, mut v: Value) -> bool {
    while let ValueDef::Result(inst, _) = func.def(v) {
        match func.insts[inst] {
            InstData::SlotAddr { .. } => return true,
            InstData::Binary {
                op: gust_ir::BinaryOp::PtrAdd,
                x,
                ..
            } => v = x,
            _ => return false,
        }
    }
    false
}

/// Accesses of slots need no write barrier and cannot fault.
pub(crate) fn plain_accesses(func: &mut Function) {
    for block in func.layout.clone() {
        for inst in func.blocks[block].insts.clone() {
            let mut data = func.insts[inst].clone();
            match &mut data {
                InstData::Load { flags, addr, .. } | InstData::Store { flags, addr, .. }
                    if !flags.notrap && is_slot(func, *addr) =>
                {
                    flags.notrap = true;
                }
                &mut InstData::StorePtr {
                    mut flags,
                    value,
                    addr,
                    offset,
                } if is_slot(func, addr) => {
                    flags.notrap = true;
                    data = InstData::Store {
                        flags,
                        value,
                        addr,
                        offset,
                    };
                }
                InstData::MemMove { dst, ty, .. } | InstData::MemZero { dst, ty, .. }
                    if ty.is_some() && is_slot(func, *dst) =>
                {
                    *ty = None;
                }
                _ => continue,
            }
            func.insts[inst] = data;
        }
        // A slot is not nil.
        let insts = std::mem::take(&mut func.blocks[block].insts);
        func.blocks[block].insts = insts
            .into_iter()
            .filter(|&i| !matches!(func.insts[i], InstData::NilCheck { x } if is_slot(func, x)))
            .collect();
    }
}
