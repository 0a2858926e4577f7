//! Which objects may become slots.
//!
//! An object that does not escape may, unless it is made in a loop and an earlier one made there may still be
//! of use. That cannot be if
//!
//! - every value that points to it is defined behind its instruction: each way from one execution to the next then
//!   goes through the definition before it comes to a use, and
//! - memory that holds its address is new as often as the object is: itself an object made in the same innermost loop,
//!   before or behind it on every way, or a slot that is overwritten there before.

use super::flow::Object;
use super::{Analysis, Site};
use crate::dom::Dom;
use gust_ir::{Block, Function, Inst, InstData, Slot, Value, ValueDef};
use rustc_hash::{FxHashMap, FxHashSet};

/// Largest object that becomes a slot, in bytes: the official compiler's limit for declared variables.
const MAX_OBJECT: u32 = 128 << 10;
/// What slots made here may add to a frame in bytes.
const MAX_FRAME: u32 = 256 << 10;
/// The same for functions that do not check whether the stack has room.
const MAX_NOSPLIT: u32 = 128;

impl Analysis {
    /// The instructions whose objects may live in the frame, in order of the layout.
    pub(crate) fn stack_sites(&self, func: &Function, dom: &Dom) -> Vec<Inst> {
        let mut room = if func.attrs.nosplit {
            MAX_NOSPLIT
        } else {
            MAX_FRAME
        };
        let mut good: FxHashMap<Object, &Site> = FxHashMap::default();
        for site in &self.sites {
            if self.graph.escaped(site.object)
                || site.size > MAX_OBJECT.min(room)
                || dom.block(site.inst).is_none()
            {
                continue;
            }
            room -= site.size;
            good.insert(site.object, site);
        }
        let looped: FxHashMap<Object, Inst> = good
            .values()
            .filter(|s| {
                dom.block(s.inst)
                    .is_some_and(|b| dom.innermost_loop(b).is_some())
            })
            .map(|s| (s.object, s.inst))
            .collect();
        if !looped.is_empty() {
            for o in self.carried(func, dom, &looped) {
                good.remove(&o);
            }
        }
        self.without_held(func, dom, &mut good);
        let mut list: Vec<Inst> = good.values().map(|s| s.inst).collect();
        list.sort_unstable();
        list
    }

    /// Objects made in loops that values not defined behind their instruction point to.
    fn carried(
        &self,
        func: &Function,
        dom: &Dom,
        looped: &FxHashMap<Object, Inst>,
    ) -> FxHashSet<Object> {
        let mut out = FxHashSet::default();
        for i in 0..func.value_count() as u32 {
            let v = Value::from_u32(i);
            for o in self.graph.points_to(super::flow::Node(i)) {
                let Some(&inst) = looped.get(o) else { continue };
                let behind = match func.def(v) {
                    ValueDef::Result(def, _) => {
                        dom.block(def).is_none() || dom.dominates(inst, def)
                    }
                    ValueDef::Param(b, _) => {
                        !dom.is_reached(b)
                            || dom
                                .block(inst)
                                .is_some_and(|at| at != b && dom.dominates_block(at, b))
                    }
                };
                if !behind {
                    out.insert(*o);
                }
            }
        }
        out
    }

    /// Removes objects that memory holds which stays longer, or stays on the heap.
    fn without_held(&self, func: &Function, dom: &Dom, good: &mut FxHashMap<Object, &Site>) {
        let all: FxHashMap<Object, &Site> = self.sites.iter().map(|s| (s.object, s)).collect();
        let slots: FxHashMap<Object, Slot> = self.slots.iter().map(|&(s, o)| (o, s)).collect();
        let writes = overwrites(func, dom);
        loop {
            let mut bad = Vec::new();
            for holder in 0..self.graph.object_count() {
                let holder = Object(holder);
                for o in self.graph.points_to(self.graph.contents(holder)) {
                    let Some(site) = good.get(o) else { continue };
                    let fine = match (all.get(&holder), slots.get(&holder)) {
                        (Some(h), _) => {
                            good.contains_key(&holder) && renewed(dom, site.inst, h.inst, true)
                        }
                        (None, Some(slot)) => {
                            !in_loop(dom, site.inst)
                                || writes.get(slot).is_some_and(|list| {
                                    list.iter().any(|&w| renewed(dom, site.inst, w, false))
                                })
                        }
                        // The list of deferred calls. Parameters hold nothing that has not escaped.
                        (None, None) => !in_loop(dom, site.inst),
                    };
                    if !fine {
                        bad.push(*o);
                    }
                }
            }
            if bad.is_empty() {
                return;
            }
            for o in bad {
                good.remove(&o);
            }
        }
    }
}

fn loop_of(dom: &Dom, inst: Inst) -> Option<Block> {
    dom.block(inst).and_then(|b| dom.innermost_loop(b))
}

fn in_loop(dom: &Dom, inst: Inst) -> bool {
    loop_of(dom, inst).is_some()
}

/// Whether `by` is executed between any two executions of `inst`: before it in its innermost loop, or behind if that will do.
fn renewed(dom: &Dom, inst: Inst, by: Inst, behind: bool) -> bool {
    let around = loop_of(dom, inst);
    around.is_none()
        || !dom.irreducible
            && around == loop_of(dom, by)
            && (dom.dominates(by, inst) || behind && dom.dominates(inst, by))
}

/// Instructions that overwrite a whole slot.
fn overwrites(func: &Function, dom: &Dom) -> FxHashMap<Slot, Vec<Inst>> {
    let mut out: FxHashMap<Slot, Vec<Inst>> = FxHashMap::default();
    for &block in &dom.order {
        for &inst in &func.blocks[block].insts {
            let (InstData::MemZero { dst, size, .. } | InstData::MemMove { dst, size, .. }) =
                func.insts[inst]
            else {
                continue;
            };
            let def = |v: Value| match func.def(v) {
                ValueDef::Result(inst, _) => Some(&func.insts[inst]),
                ValueDef::Param(..) => None,
            };
            if let (Some(&InstData::SlotAddr { slot }), Some(&InstData::IConst { value })) =
                (def(dst), def(size))
                && value >= i64::from(func.slots[slot].size)
            {
                out.entry(slot).or_default().push(inst);
            }
        }
    }
    out
}
