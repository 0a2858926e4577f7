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

use crate::summary::{FuncSummary, MAX_RESULTS, ParamFlow, StoreFlow, Summaries};
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
    /// By parameter, the context last: what it points to, and everything reached from there.
    params: Vec<Option<(Object, Object)>>,
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
        let mut who: FxHashMap<Object, (u32, bool)> = FxHashMap::default();
        for (i, p) in self.params.iter().enumerate() {
            if let Some((direct, deep)) = *p {
                who.insert(direct, (i as u32, false));
                who.insert(deep, (i as u32, true));
                out.params[i] = ParamFlow {
                    heap: self.graph.escaped(direct),
                    contents_heap: self.graph.escaped(deep),
                    ..ParamFlow::default()
                };
            }
        }
        for (r, &node) in self.results.iter().enumerate() {
            for o in self.graph.points_to(node) {
                let Some(&(i, deep)) = who.get(o) else {
                    continue;
                };
                let flow = &mut out.params[i as usize];
                match (r < MAX_RESULTS, deep) {
                    (true, false) => flow.results |= 1 << r,
                    (true, true) => flow.contents_results |= 1 << r,
                    (false, false) => flow.heap = true,
                    (false, true) => flow.contents_heap = true,
                }
            }
        }
        // What is reached through memory from a parameter may be several objects, and a store among them is news to callers.
        let deep = self.params.iter().flatten();
        let deep = deep.map(|&(_, deep)| (self.graph.contents(deep), deep));
        let linked = self.graph.linked_to_themselves(&deep.collect());
        for (to, p) in self.params.iter().enumerate() {
            let Some((direct, deep)) = *p else { continue };
            for (object, to_contents) in [(direct, false), (deep, true)] {
                if self.graph.escaped(object) {
                    // The caller knows that anything is in there.
                    continue;
                }
                for &o in self.graph.points_to(self.graph.contents(object)) {
                    if o == deep && !(to_contents && linked.contains(&deep)) {
                        continue;
                    }
                    let (from, from_contents) = match who.get(&o) {
                        Some(&(i, c)) => (Some(i), c),
                        // Of the heap, or made here and escaped by being there.
                        None => (None, false),
                    };
                    out.stores.push(StoreFlow {
                        from,
                        from_contents,
                        to: to as u32,
                        to_contents,
                    });
                }
            }
        }
        out.stores.sort_unstable();
        out.stores.dedup();
        out
    }
}
