//! Deferred calls that are plain to see are made where the function returns, not by the runtime.
//!
//! The record stays registered while the function runs, for panics. On a way out that every registration has been passed on, or
//! cannot have been, the runtime's `deferreturn` becomes: take the newest record off the chain, call its function, and so on.
//! That is what `deferreturn` would do; the functions called can be inlined then.
//!
//! A function whose deferred calls recover nothing never goes on after a panic: it need not prepare for that.

use crate::dom::Dom;
use crate::escape::{Callees, closures_made, is_known};
use gust_abi::entry::Entry;
use gust_ir::{Block, CallTarget, Function, Inst, InstData, Module, Signature, Slot, Type, Value};
use gust_ir::{SymbolRef, ValueDef};
use rustc_hash::{FxHashMap, FxHashSet};

/// Calls made in place of `deferreturn` in one function.
const MAX_CALLS: usize = 16;

/// A registration.
#[derive(Clone, Copy)]
struct Deferred {
    inst: Inst,
    record: Value,
    function: Value,
}

/// Changes a function with deferred calls.
pub(crate) fn open(module: &mut Module, func: &mut Function, callees: &Callees<'_>) {
    let mut marks = func
        .layout
        .iter()
        .filter_map(|&b| match func.terminator(b) {
            Some(InstData::SetRecover {
                slot, recovered, ..
            }) => Some((b, *slot, recovered.block)),
            _ => None,
        });
    let (Some((mark, buffer, recovered)), None) = (marks.next(), marks.next()) else {
        return;
    };
    let Some((deferred, returns)) = plain(module, func, buffer) else {
        return;
    };
    open_returns(module, func, recovered, &deferred, returns);
    let made = closures_made(func);
    let code_of = |v: Value| {
        made.get(&v).copied().or_else(|| match func.def(v) {
            ValueDef::Result(inst, _) => match func.insts[inst] {
                InstData::SymbolAddr { symbol, offset: 0 } => callees.statics.get(&symbol).copied(),
                _ => None,
            },
            ValueDef::Param(..) => None,
        })
    };
    if deferred
        .iter()
        .all(|d| code_of(d.function).is_some_and(|code| callees.is_calm(code)))
        && let Some(&last) = func.blocks[mark].insts.last()
        && let InstData::SetRecover { normal, .. } = &func.insts[last]
    {
        func.insts[last] = InstData::Jump(normal.clone());
        // Its address still tells whose the calls are.
        func.slots[buffer].size = 8;
        crate::cleanup::cleanup(func);
    }
}

/// Whether a function recovers no panic when it is called by `defer`. The frame's address is taken by functions that have
/// `recover` called on their behalf; what wrappers call counts as called in their place.
pub(crate) fn is_calm(module: &Module, func: &Function, callees: &Callees<'_>) -> bool {
    func.layout
        .iter()
        .flat_map(|&b| &func.blocks[b].insts)
        .all(|&inst| match &func.insts[inst] {
            InstData::FrameAddress => false,
            InstData::Call {
                target: CallTarget::Direct(symbol),
                ..
            } => {
                let name = module.name(*symbol);
                name != Entry::Recover.symbol()
                    && (!func.attrs.wrapper || is_known(name) || callees.is_calm(*symbol))
            }
            InstData::Call { .. } => !func.attrs.wrapper,
            _ => true,
        })
}

/// Changes the returns of a function with deferred calls.
fn open_returns(
    module: &mut Module,
    func: &mut Function,
    recovered: Block,
    deferred: &[Deferred],
    returns: Vec<Inst>,
) {
    let dom = Dom::new(func);
    if dom.irreducible || deferred.iter().any(|d| in_loop(&dom, d.inst)) {
        return;
    }
    let after_panic = reached(func, recovered);
    let behind: Vec<FxHashSet<Block>> = deferred
        .iter()
        .map(|d| dom.block(d.inst).map(|b| reached(func, b)))
        .map(Option::unwrap_or_default)
        .collect();
    let mut plans: FxHashMap<Inst, Vec<Deferred>> = FxHashMap::default();
    let mut calls = 0;
    for at in returns {
        let Some(block) = dom.block(at).filter(|b| !after_panic.contains(b)) else {
            continue;
        };
        // Where it does not dominate, it must not be on any way here.
        let (mut passed, rest): (Vec<_>, Vec<_>) = deferred
            .iter()
            .zip(&behind)
            .partition(|(d, _)| dom.dominates(d.inst, at));
        if rest.iter().any(|(_, blocks)| blocks.contains(&block)) {
            continue;
        }
        passed.sort_by(|(a, _), (b, _)| {
            if dom.dominates(a.inst, b.inst) {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Less
            }
        });
        calls += passed.len();
        plans.insert(at, passed.into_iter().map(|(d, _)| *d).collect());
    }
    if plans.is_empty() || calls > MAX_CALLS {
        return;
    }
    let pop = module.symbol(Entry::DeferPop.symbol());
    for block in func.layout.clone() {
        if func.blocks[block]
            .insts
            .iter()
            .any(|i| plans.contains_key(i))
        {
            let old = std::mem::take(&mut func.blocks[block].insts);
            for inst in old {
                match plans.get(&inst) {
                    Some(plan) => calls_of(func, block, inst, plan, pop),
                    None => func.blocks[block].insts.push(inst),
                }
            }
        }
    }
}

/// Appends the calls that replace a return's `deferreturn`.
fn calls_of(func: &mut Function, block: Block, at: Inst, plan: &[Deferred], pop: SymbolRef) {
    let loc = func.locs[at];
    for d in plan {
        let unlink = InstData::Call {
            target: CallTarget::Direct(pop),
            sig: Box::new(Signature {
                params: vec![Type::Ptr],
                results: Vec::new(),
            }),
            args: [d.record].into_iter().collect(),
        };
        let call = InstData::Call {
            target: CallTarget::Closure(d.function),
            sig: Box::default(),
            args: [].into_iter().collect(),
        };
        for data in [unlink, call] {
            let made = func.make_inst(data, &[], loc);
            func.blocks[block].insts.push(made);
        }
    }
}

/// The registrations and the calls of `deferreturn`, if nothing else is done with the buffer, and each record is a slot of its own.
fn plain(module: &Module, func: &Function, buffer: Slot) -> Option<(Vec<Deferred>, Vec<Inst>)> {
    let slot_of = |v: Value| match func.def(v) {
        ValueDef::Result(inst, _) => match func.insts[inst] {
            InstData::SlotAddr { slot } => Some(slot),
            _ => None,
        },
        ValueDef::Param(..) => None,
    };
    let (mut deferred, mut returns) = (Vec::new(), Vec::new());
    let mut records = FxHashSet::default();
    for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
        let data = &func.insts[inst];
        if let InstData::Call {
            target: CallTarget::Direct(symbol),
            args,
            ..
        } = data
        {
            let name = module.name(*symbol);
            if name == Entry::Defer.symbol()
                && let &[record, function, at] = args.as_slice()
                && slot_of(at) == Some(buffer)
                && slot_of(function) != Some(buffer)
            {
                if !records.insert(slot_of(record)?) {
                    return None;
                }
                deferred.push(Deferred {
                    inst,
                    record,
                    function,
                });
                continue;
            }
            if name == Entry::DeferReturn.symbol() && slot_of(*args.first()?) == Some(buffer) {
                returns.push(inst);
                continue;
            }
        }
        let mut used = false;
        data.for_each_operand(|v| used |= slot_of(v) == Some(buffer));
        if used {
            return None;
        }
    }
    Some((deferred, returns))
}

fn in_loop(dom: &Dom, inst: Inst) -> bool {
    dom.block(inst)
        .is_none_or(|b| dom.innermost_loop(b).is_some())
}

/// The blocks on ways from a block, itself included.
fn reached(func: &Function, from: Block) -> FxHashSet<Block> {
    let mut seen = FxHashSet::from_iter([from]);
    let mut work = vec![from];
    while let Some(block) = work.pop() {
        if let Some(t) = func.terminator(block) {
            t.for_each_successor(|to| {
                if seen.insert(to.block) {
                    work.push(to.block);
                }
            });
        }
    }
    seen
}
