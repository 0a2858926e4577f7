//! Escape analysis: which objects can live in the frame of the function that makes them, and what a function
//! does with the pointers it is given.
//!
//! An object may become a slot if nothing outside the call comes to know of it, and if there is never use for two objects of
//! the same instruction at once (see [`sites`]).

mod build;
mod flow;
mod known;
mod rewrite;
mod sites;

use crate::summary::{FuncSummary, LEVELS, MAX_RESULTS, Reached, StoreFlow, Summaries};
use flow::{Graph, Node, Object};
use gust_ir::{Function, Inst, Module, SymbolRef};
use known::Effect;
use rustc_hash::FxHashMap;

pub(crate) use build::closures_made;
pub(crate) use rewrite::{plain_accesses, to_slots};

/// Whether a function is one of those that [`known`] tells about.
pub(crate) fn is_known(symbol: &str) -> bool {
    known::effect(symbol).is_some()
}

/// Where to find out about callees.
pub(crate) struct Callees<'a> {
    /// Of this module.
    pub own: FxHashMap<SymbolRef, FuncSummary>,
    /// Static function values and their code.
    pub statics: FxHashMap<SymbolRef, SymbolRef>,
    imports: &'a [&'a Summaries],
    /// What has been looked up in `imports`.
    found: FxHashMap<SymbolRef, Option<&'a FuncSummary>>,
}

/// What is known of a callee.
enum Known<'a> {
    Effect(Effect),
    Summary(&'a FuncSummary),
    Unknown,
}

impl<'a> Callees<'a> {
    pub(crate) fn new(
        statics: FxHashMap<SymbolRef, SymbolRef>,
        imports: &'a [&'a Summaries],
    ) -> Self {
        Self {
            own: FxHashMap::default(),
            statics,
            imports,
            found: FxHashMap::default(),
        }
    }

    /// Looks up the imported functions among all symbols of the module.
    pub(crate) fn prepare(&mut self, module: &Module) {
        for (symbol, name) in &module.symbols {
            let imports = self.imports;
            self.found
                .entry(symbol)
                .or_insert_with(|| imports.iter().find_map(|s| s.flows.get(name)));
        }
    }

    fn lookup(&self, module: &Module, symbol: SymbolRef) -> Known<'_> {
        if let Some(effect) = known::effect(module.name(symbol)) {
            return Known::Effect(effect);
        }
        match self
            .own
            .get(&symbol)
            .or_else(|| self.found.get(&symbol).copied().flatten())
        {
            Some(s) => Known::Summary(s),
            None => Known::Unknown,
        }
    }

    /// Whether a function recovers no panic when it is called by `defer`.
    pub(crate) fn is_calm(&self, symbol: SymbolRef) -> bool {
        self.code(symbol).is_some_and(|s| s.calm)
    }

    /// What is known of code that is not of the runtime.
    fn code(&self, symbol: SymbolRef) -> Option<&FuncSummary> {
        self.own
            .get(&symbol)
            .or_else(|| self.found.get(&symbol).copied().flatten())
    }
}

/// A place where an object is made.
struct Site {
    inst: Inst,
    object: Object,
    size: u32,
}

/// The solved constraints of a function.
pub(crate) struct Analysis {
    graph: Graph,
    sites: Vec<Site>,
    /// Slots of the function.
    slots: Vec<(gust_ir::Slot, Object)>,
    /// By parameter, the context last: what is reached from it, by level.
    params: Vec<Option<[Object; LEVELS]>>,
    results: Vec<Node>,
}

/// Analyses a function; `None` if it is too large.
pub(crate) fn analyse(module: &Module, func: &Function, callees: &Callees<'_>) -> Option<Analysis> {
    let mut analysis = build::build(module, func, callees);
    analysis.graph.solve().then_some(analysis)
}

impl Analysis {
    /// What the function does with its parameters.
    pub(crate) fn summary(&self) -> FuncSummary {
        let mut out = FuncSummary::bottom(self.params.len() - 1);
        let mut who: FxHashMap<Object, Reached> = FxHashMap::default();
        for (i, p) in self.params.iter().enumerate() {
            for (level, &object) in p.iter().flatten().enumerate() {
                let reached = Reached {
                    param: i as u32,
                    level: level as u8,
                };
                who.insert(object, reached);
                out.params[i][level].heap = self.graph.escaped(object);
            }
        }
        for (r, &node) in self.results.iter().enumerate() {
            for o in self.graph.points_to(node) {
                let Some(from) = who.get(o) else {
                    continue;
                };
                let flow = &mut out.params[from.param as usize][usize::from(from.level)];
                if r < MAX_RESULTS {
                    flow.results |= 1 << r;
                } else {
                    flow.heap = true;
                }
            }
        }
        // What is there from the beginning is no news, unless it is stored again: what is reached through memory may be
        // several objects.
        let mut before: FxHashMap<Node, Object> = FxHashMap::default();
        for objects in self.params.iter().flatten() {
            for level in 1..LEVELS {
                let behind = objects[(level + 1).min(LEVELS - 1)];
                before.insert(self.graph.contents(objects[level]), behind);
            }
        }
        let again = self.graph.stored_into(&before);
        for objects in self.params.iter().flatten() {
            for (level, &object) in objects.iter().enumerate() {
                if self.graph.escaped(object) {
                    // The caller knows that anything is in there.
                    continue;
                }
                let behind = objects[(level + 1).min(LEVELS - 1)];
                let contents = self.graph.contents(object);
                for &o in self.graph.points_to(contents) {
                    if o == behind && !again.contains(&contents) {
                        continue;
                    }
                    out.stores.push(StoreFlow {
                        // Otherwise of the heap, or made here and escaped by being there.
                        from: who.get(&o).copied(),
                        to: who[&object],
                    });
                }
            }
        }
        out.stores.sort_unstable();
        out.stores.dedup();
        out
    }
}
