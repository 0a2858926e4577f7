//! Objects become slots.

use gust_ir::{CallTarget, Function, Inst, InstData, Module, SlotData, Type, Value, ValueDef};
use rustc_hash::FxHashSet;

/// Alignment of a buffer of elements of any type, in bytes.
const BUFFER_ALIGN: u32 = 8;

/// Moves the objects of these instructions to the frame. Their memory is zeroed where they were made.
pub(crate) fn to_slots(module: &mut Module, func: &mut Function, sites: &[Inst]) {
    let sites: FxHashSet<Inst> = sites.iter().copied().collect();
    for block in func.layout.clone() {
        if !func.blocks[block].insts.iter().any(|i| sites.contains(i)) {
            continue;
        }
        let old = std::mem::take(&mut func.blocks[block].insts);
        let mut new = Vec::with_capacity(old.len() + 2);
        for inst in old {
            if sites.contains(&inst) && matches!(func.insts[inst], InstData::Call { .. }) {
                new.extend(with_buffer(module, func, inst));
            }
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

/// Makes a call one of the variant that takes memory for its result; gives the instruction that is the memory's address.
fn with_buffer(module: &mut Module, func: &mut Function, inst: Inst) -> Option<Inst> {
    let InstData::Call {
        target: CallTarget::Direct(symbol),
        ..
    } = func.insts[inst]
    else {
        return None;
    };
    let buffered = super::known::buffered(module.name(symbol))?;
    let variant = module.symbol(buffered.entry.symbol());
    let slot = func.slots.push(SlotData {
        size: buffered.size,
        align: BUFFER_ALIGN,
    });
    let loc = func.locs[inst];
    let at = func.make_inst(InstData::SlotAddr { slot }, &[Type::Ptr], loc);
    let buffer = func.results[at][0];
    if let InstData::Call { target, sig, args } = &mut func.insts[inst] {
        *target = CallTarget::Direct(variant);
        sig.params.insert(0, Type::Ptr);
        args.insert(0, buffer);
    }
    Some(at)
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
