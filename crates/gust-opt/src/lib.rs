//! Passes from IR to IR where Go's meaning helps, ahead of the backend's own.
//!
//! [`optimise`] goes over the functions of a module, callees before callers. Into each it inlines what is small
//! ([`inline`]); then it finds out which objects can live in the frame ([`escape`]). What importers may use of that,
//! they get as [`Summaries`]: how pointers flow through functions, and the bodies of small ones.
//!
//! All passes are deterministic: the same module and the same summaries give the same result.
//!
//! This crate knows the runtime's entry points by name, and neither Go's syntax nor any target.

mod callgraph;
mod cleanup;
mod defers;
mod dom;
mod escape;
mod inline;
mod itabs;
mod summary;

pub use summary::{Flow, FuncSummary, LEVELS, ParamFlow, Reached, StoreFlow, Summaries};

use gust_ir::{Function, InstData, Linkage, Loc, Module, Signature, SymbolRef};
use inline::{Candidate, Inliner};
use itabs::Itabs;
use rustc_hash::{FxHashMap, FxHashSet};
use summary::Body;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// 0: nothing.
    pub level: u8,
    /// Whether to say what was done (`-gcflags=-m`).
    pub report: bool,
}

/// Something that was found out, for `-gcflags=-m`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where: a location of the module.
    pub loc: Option<Loc>,
    /// What.
    pub text: String,
}

/// What importers need, and what was done.
#[derive(Debug, Default)]
pub struct Outcome {
    /// For the importers of this package.
    pub summaries: Summaries,
    /// Notes in order of the functions, if asked for.
    pub notes: Vec<Note>,
}

/// Rounds over functions that call each other, before their summaries are taken to be the worst.
const MAX_ROUNDS: usize = 12;

/// Improves a module. `imports` are the summaries of all packages this one depends on (transitively), those of the
/// runtime included.
pub fn optimise(module: &mut Module, imports: &[&Summaries], options: &Options) -> Outcome {
    if options.level == 0 {
        return Outcome::default();
    }
    let mut itabs = Itabs::new(module, imports);
    for i in 0..module.functions.len() {
        let mut func = take(module, i);
        itabs.open(module, &mut func);
        module.functions[i] = func;
    }
    let defined: callgraph::Defined = module
        .functions
        .iter()
        .enumerate()
        .map(|(i, f)| (f.symbol, i))
        .collect();
    let statics = callgraph::static_closures(module, &defined);
    let groups = callgraph::groups(module, &defined, &statics);
    let mut inliner = Inliner::new(imports);
    for f in &module.functions {
        inliner.without(f.symbol);
    }
    let mut callees = escape::Callees::new(statics.clone(), imports);
    let mut notes = Vec::new();
    for group in groups {
        for &i in &group {
            let mut func = take(module, i);
            defers::open(module, &mut func, &callees);
            cleanup::decide_constant(&mut func);
            let inlined = inliner.run(module, &mut func, &statics, &mut itabs);
            if options.report {
                notes.extend(inlined.into_iter().map(|(symbol, loc)| Note {
                    loc,
                    text: format!("inlining call to {}", module.name(symbol)),
                }));
            }
            module.functions[i] = func;
            check(module, i, "inlining");
        }
        callees.prepare(module);
        let analyses = analyse_group(module, &group, &mut callees);
        for (&i, analysis) in group.iter().zip(analyses) {
            let mut func = take(module, i);
            if let Some(analysis) = analysis {
                let dom = dom::Dom::new(&func);
                let sites = analysis.stack_sites(&func, &dom);
                if options.report {
                    report(module, &func, &sites, &mut notes);
                }
                escape::to_slots(module, &mut func, &sites);
                escape::plain_accesses(&mut func);
            }
            cleanup::remove_dead(&mut func);
            if let Some(c) = Candidate::new(&func, |s| module.name(s)) {
                inliner.add(func.symbol, c);
            }
            module.functions[i] = func;
            check(module, i, "escape analysis");
        }
    }
    Outcome {
        summaries: export(module, &inliner, callees, &mut itabs),
        notes,
    }
}

/// Takes a function out of the module, to be put back.
fn take(module: &mut Module, i: usize) -> Function {
    let symbol = module.functions[i].symbol;
    std::mem::replace(
        &mut module.functions[i],
        Function::new(symbol, Signature::default()),
    )
}

/// The verifier's word, in debug builds.
fn check(module: &Module, i: usize, pass: &str) {
    if cfg!(debug_assertions)
        && let Err(e) = gust_ir::verify::function(&module.functions[i])
    {
        let func = &module.functions[i];
        let mut shown = Module::new();
        shown.symbols = module.symbols.clone();
        shown.locs = module.locs.clone();
        shown.functions.push(func.clone());
        panic!("{pass} broke {}: {e}\n{shown}", module.name(func.symbol));
    }
}

/// Summaries of functions that refer to each other: from nothing upwards until nothing is added.
fn analyse_group(
    module: &Module,
    group: &[usize],
    callees: &mut escape::Callees<'_>,
) -> Vec<Option<escape::Analysis>> {
    let params = |i: usize| module.functions[i].sig.params.len();
    for &i in group {
        let bottom = FuncSummary::bottom(params(i));
        callees.own.insert(module.functions[i].symbol, bottom);
    }
    for round in 0.. {
        let mut changed = false;
        let mut analyses = Vec::new();
        for &i in group {
            let func = &module.functions[i];
            let analysis = escape::analyse(module, func, callees);
            let mut summary = match &analysis {
                Some(a) if round < MAX_ROUNDS => a.summary(),
                _ => FuncSummary::top(params(i)),
            };
            summary.calm = defers::is_calm(module, func, callees);
            analyses.push(analysis);
            let old = callees.own.insert(func.symbol, summary.clone());
            changed |= old.as_ref() != Some(&summary);
        }
        if !changed || !mutual(module, group, callees) {
            return analyses;
        }
    }
    unreachable!("summaries are the worst from some round on")
}

/// Whether the functions refer to each other, or the one to itself.
fn mutual(module: &Module, group: &[usize], callees: &escape::Callees<'_>) -> bool {
    let &[only] = group else { return true };
    let func = &module.functions[only];
    let mut symbols = func
        .layout
        .iter()
        .flat_map(|&b| &func.blocks[b].insts)
        .filter_map(|&inst| inline::symbol(&func.insts[inst]));
    // Static function values stand for their code.
    symbols.any(|s| s == func.symbol || callees.statics.get(&s) == Some(&func.symbol))
}

fn report(module: &Module, func: &Function, sites: &[gust_ir::Inst], notes: &mut Vec<Note>) {
    let sites: FxHashSet<_> = sites.iter().copied().collect();
    for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
        if let InstData::New { ty, .. } = func.insts[inst] {
            let name = module.name(ty);
            let name = name.strip_prefix("type:").unwrap_or(name);
            let what = if sites.contains(&inst) {
                "does not escape"
            } else {
                "escapes to heap"
            };
            notes.push(Note {
                loc: func.locs[inst],
                text: format!("{name} {what}"),
            });
        }
    }
}

/// What importers may use. Symbols that inlined bodies refer to become visible to them.
fn export(
    module: &mut Module,
    inliner: &Inliner<'_>,
    callees: escape::Callees<'_>,
    known: &mut Itabs<'_>,
) -> Summaries {
    let mut flows = FxHashMap::default();
    let mut bodies = FxHashMap::default();
    let mut needed: FxHashSet<SymbolRef> = FxHashSet::default();
    for func in &module.functions {
        if func.linkage == Linkage::Local {
            continue;
        }
        let name = module.name(func.symbol);
        if let Some(flow) = callees.own.get(&func.symbol)
            && (func.attrs.closure || *flow != FuncSummary::top(func.sig.params.len()))
        {
            flows.insert(name.to_string(), flow.clone());
        }
        if let Some(c) = inliner.get(func.symbol).filter(|c| c.exported()) {
            let body = c.body();
            for &inst in body.layout.iter().flat_map(|&b| &body.blocks[b].insts) {
                needed.extend(inline::symbol(&body.insts[inst]));
            }
            let mut own = Module::new();
            let body = inline::imported(&mut own, module, body);
            own.functions.push(body);
            bodies.insert(name.to_string(), Body::new(&own));
        }
    }
    let mut itabs = FxHashMap::default();
    let defined: Vec<SymbolRef> = module.globals.iter().map(|g| g.symbol).collect();
    for symbol in defined {
        if needed.contains(&symbol)
            && let Some(methods) = known.methods(module, symbol)
        {
            needed.extend(methods.iter().flatten());
            let name = |m: &Option<SymbolRef>| m.map_or("", |m| module.name(m)).to_string();
            let list = methods.iter().map(name).collect();
            itabs.insert(module.name(symbol).to_string(), list);
        }
    }
    let visible = |linkage: &mut Linkage, symbol: SymbolRef| {
        if needed.contains(&symbol) {
            *linkage = match *linkage {
                Linkage::Local => Linkage::Export,
                Linkage::LinkOnce => Linkage::Weak,
                other => other,
            };
        }
    };
    for g in &mut module.globals {
        visible(&mut g.linkage, g.symbol);
    }
    for f in &mut module.functions {
        visible(&mut f.linkage, f.symbol);
    }
    Summaries {
        flows,
        bodies,
        itabs,
    }
}
