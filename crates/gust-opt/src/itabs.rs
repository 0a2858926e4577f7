//! Calls through interfaces whose itab is plain to see become direct calls.

use crate::summary::Summaries;
use gust_abi::types::Itab;
use gust_ir::{CallTarget, DataItem, Function, InstData, Module, SymbolRef, ValueDef};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// How names of itabs start.
const PREFIX: &str = "go:itab.";

/// An itab's methods, as they are called through it: `None` where there is none.
type Methods = Rc<[Option<SymbolRef>]>;

/// The itabs that a module and those it imports define.
pub(crate) struct Itabs<'a> {
    known: FxHashMap<SymbolRef, Option<Methods>>,
    imports: &'a [&'a Summaries],
}

impl<'a> Itabs<'a> {
    pub(crate) fn new(module: &Module, imports: &'a [&'a Summaries]) -> Self {
        let known = module
            .globals
            .iter()
            .filter(|g| module.name(g.symbol).starts_with(PREFIX))
            .map(|g| (g.symbol, Some(methods(&g.items))))
            .collect();
        Self { known, imports }
    }

    /// The methods of an itab.
    pub(crate) fn methods(&mut self, module: &mut Module, itab: SymbolRef) -> Option<Methods> {
        if let Some(known) = self.known.get(&itab) {
            return known.clone();
        }
        let name = module.name(itab);
        let found = if name.starts_with(PREFIX) {
            self.imports.iter().find_map(|s| s.itabs.get(name))
        } else {
            None
        };
        let found = found.map(|list| {
            list.iter()
                .map(|name| (!name.is_empty()).then(|| module.symbol(name)))
                .collect::<Methods>()
        });
        self.known.insert(itab, found.clone());
        found
    }

    /// Makes calls direct; whether there were any.
    pub(crate) fn open(&mut self, module: &mut Module, func: &mut Function) -> bool {
        let mut any = false;
        for i in 0..func.layout.len() {
            let block = func.layout[i];
            for at in 0..func.blocks[block].insts.len() {
                let inst = func.blocks[block].insts[at];
                let InstData::Call {
                    target: CallTarget::Interface { itab, method, .. },
                    ..
                } = func.insts[inst]
                else {
                    continue;
                };
                let ValueDef::Result(def, _) = func.def(itab) else {
                    continue;
                };
                let InstData::SymbolAddr { symbol, offset: 0 } = func.insts[def] else {
                    continue;
                };
                let code = self
                    .methods(module, symbol)
                    .and_then(|m| m.get(method as usize).copied().flatten());
                if let (Some(code), InstData::Call { target, .. }) = (code, &mut func.insts[inst]) {
                    *target = CallTarget::Direct(code);
                    any = true;
                }
            }
        }
        any
    }
}

/// The methods that an itab's contents name.
fn methods(items: &[DataItem]) -> Methods {
    let mut at = 0u64;
    let mut list = Vec::new();
    for item in items {
        if let DataItem::Weak { to, .. } = item
            && let Some(behind) = at.checked_sub(size_of::<Itab>() as u64)
        {
            let number = (behind / 8) as usize;
            list.resize(number, None);
            list.push(Some(*to));
        }
        at += item.size();
    }
    list.into()
}
