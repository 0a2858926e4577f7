//! Inlining of small functions, of the module and of those it imports, and of closures that are plain to see.
//!
//! Callees come before callers, so that a callee's body has what was inlined into it already.

use crate::cleanup::for_each_target;
use crate::escape::closures_made;
use crate::itabs::Itabs;
use crate::summary::Summaries;
use cranelift_entity::SecondaryMap;
use gust_ir::{
    Block, BlockCall, CallTarget, Function, Inst, InstData, Loc, LocData, Module, SymbolRef, Type,
    Value, ValueDef,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::rc::Rc;

/// What a callee may cost; see [`Candidate::cost`].
const BUDGET: u32 = 40;
/// Added for callees that return objects they make: once inlined, these may live in the frame.
const MAKER: u32 = 30;
/// Added for a closure that becomes a direct call or goes away.
const CLOSURE: u32 = 60;
/// The highest sum of the above: candidates are kept up to here.
const MAX_BUDGET: u32 = BUDGET + MAKER + CLOSURE;
/// Functions with more instructions take in nothing but what is about as small as the call.
const LARGE: usize = 6000;
/// Cost of what is inlined anywhere.
const TINY: u32 = 12;
/// Cost of a call.
const CALL: u32 = 20;

/// A function that may be inlined.
pub(crate) struct Candidate {
    func: Function,
    /// Roughly the number of machine instructions.
    pub cost: u32,
    maker: bool,
    /// Parameters that are called.
    called: SmallVec<[usize; 2]>,
    context: bool,
    leaf: bool,
    wrapper: bool,
}

/// A call with its frame's address or return address, or the like, in its body stays.
const FRAME_USERS: &[&str] = &[
    "runtime.getfp",
    "runtime.setrecover",
    "runtime.resumerecover",
    "runtime.calldefer",
    "runtime.deferproc",
    "runtime.deferpop",
    "runtime.deferreturn",
    "runtime.gorecover",
];

impl Candidate {
    /// Looks at a function; `None` if it is not to be inlined anywhere. `name` gives the names of symbols.
    pub(crate) fn new<'m>(func: &Function, name: impl Fn(SymbolRef) -> &'m str) -> Option<Self> {
        let attrs = func.attrs;
        if attrs.noinline || attrs.noreturn || attrs.cold {
            return None;
        }
        let own_runtime = name(func.symbol).starts_with("runtime.");
        let mut found = Self {
            func: Function::new(func.symbol, func.sig.clone()),
            cost: 0,
            maker: false,
            called: SmallVec::new(),
            context: false,
            leaf: true,
            wrapper: attrs.wrapper,
        };
        let params = &func.blocks[func.entry()].params;
        for &b in &func.layout {
            let cold = matches!(func.terminator(b), Some(InstData::Unreachable));
            for &inst in &func.blocks[b].insts {
                found.cost += match &func.insts[inst] {
                    InstData::FrameAddress | InstData::CallerPc | InstData::SetRecover { .. } => {
                        return None;
                    }
                    InstData::ClosureContext => {
                        found.context = true;
                        0
                    }
                    InstData::Call { target, .. } => {
                        match target {
                            CallTarget::Direct(s) => {
                                let callee = name(*s);
                                if *s == func.symbol || FRAME_USERS.contains(&callee) {
                                    return None;
                                }
                            }
                            CallTarget::Closure(v) => {
                                found.called.extend(params.iter().position(|p| p == v));
                            }
                            CallTarget::Interface { .. } => {}
                        }
                        found.leaf &= cold;
                        if cold { 2 } else { CALL }
                    }
                    InstData::IConst { .. }
                    | InstData::FConst { .. }
                    | InstData::SymbolAddr { .. }
                    | InstData::SlotAddr { .. }
                    | InstData::Jump(_)
                    | InstData::KeepAlive { .. }
                    | InstData::SlotStart { .. }
                    | InstData::SlotEnd { .. }
                    | InstData::DebugValue { .. }
                    | InstData::Unreachable
                    | InstData::Return { .. } => 0,
                    InstData::New { .. } | InstData::MemMove { .. } => 3,
                    InstData::BoundsCheck { .. } => 2,
                    InstData::Switch { cases, .. } => cases.len() as u32,
                    _ => 1,
                };
                if let InstData::Return { values } = &func.insts[inst] {
                    found.maker |= values.iter().any(|&v| match func.def(v) {
                        ValueDef::Result(i, _) => matches!(func.insts[i], InstData::New { .. }),
                        ValueDef::Param(..) => false,
                    });
                }
            }
            if found.cost > MAX_BUDGET {
                return None;
            }
        }
        // Functions of the runtime look at their callers' frames.
        if own_runtime && !found.leaf {
            return None;
        }
        found.func = func.clone();
        // Debuggers are not told of variables of inlined calls.
        found.func.drop_variables();
        Some(found)
    }

    /// Whether it is of use in other packages: small enough without knowing the call.
    pub(crate) fn exported(&self) -> bool {
        let called = if self.called.is_empty() { 0 } else { CLOSURE };
        let maker = if self.maker { MAKER } else { 0 };
        self.cost <= BUDGET + called + maker && !self.context
    }

    /// The body.
    pub(crate) fn body(&self) -> &Function {
        &self.func
    }
}

/// The inliner of a module: what may be inlined so far.
pub(crate) struct Inliner<'a> {
    candidates: FxHashMap<SymbolRef, Rc<Candidate>>,
    imports: &'a [&'a Summaries],
    /// Imported functions that were looked for.
    looked: FxHashSet<SymbolRef>,
    /// Inlined locations.
    locs: FxHashMap<(SymbolRef, Option<Loc>, Option<Loc>), Option<Loc>>,
    /// The place of calls that have none.
    generated: Option<Loc>,
}

/// A call to be inlined.
struct Choice {
    candidate: Rc<Candidate>,
    context: Option<Value>,
}

impl<'a> Inliner<'a> {
    pub(crate) fn new(imports: &'a [&'a Summaries]) -> Self {
        Self {
            candidates: FxHashMap::default(),
            imports,
            looked: FxHashSet::default(),
            locs: FxHashMap::default(),
            generated: None,
        }
    }

    /// A finished function of the module.
    pub(crate) fn add(&mut self, symbol: SymbolRef, candidate: Candidate) {
        self.looked.insert(symbol);
        self.candidates.insert(symbol, Rc::new(candidate));
    }

    /// A function of the module is not to be inlined (yet).
    pub(crate) fn without(&mut self, symbol: SymbolRef) {
        self.looked.insert(symbol);
    }

    /// What has been added.
    pub(crate) fn get(&self, symbol: SymbolRef) -> Option<&Candidate> {
        self.candidates.get(&symbol).map(|c| &**c)
    }

    fn find(&mut self, module: &mut Module, symbol: SymbolRef) -> Option<Rc<Candidate>> {
        if self.looked.insert(symbol) {
            let name = module.name(symbol).to_string();
            let found = self.imports.iter().find_map(|s| {
                let from = s.bodies.get(&name)?.module()?;
                Some((from, from.functions.first()?))
            });
            if let Some((from, func)) = found {
                let func = imported(module, from, func);
                if let Some(c) = Candidate::new(&func, |s| module.name(s)) {
                    self.candidates.insert(symbol, Rc::new(c));
                }
            }
        }
        self.candidates.get(&symbol).cloned()
    }

    /// Inlines calls in a function; the symbols inlined, with the calls' locations.
    pub(crate) fn run(
        &mut self,
        module: &mut Module,
        func: &mut Function,
        statics: &FxHashMap<SymbolRef, SymbolRef>,
        itabs: &mut Itabs<'_>,
    ) -> Vec<(SymbolRef, Option<Loc>)> {
        let mut done = Vec::new();
        // Inlining shows closures that were parameters, and which methods are called.
        for _ in 0..3 {
            let choices = self.choose(module, func, statics);
            if choices.is_empty() {
                break;
            }
            done.extend(
                choices
                    .iter()
                    .map(|(&i, c)| (i, c.candidate.func.symbol, func.locs[i])),
            );
            self.splice(module, func, &choices);
            crate::cleanup::cleanup(func);
            itabs.open(module, func);
        }
        done.sort_unstable_by_key(|d| d.0);
        done.into_iter().map(|(_, s, l)| (s, l)).collect()
    }

    fn choose(
        &mut self,
        module: &mut Module,
        func: &Function,
        statics: &FxHashMap<SymbolRef, SymbolRef>,
    ) -> FxHashMap<Inst, Choice> {
        let mut out = FxHashMap::default();
        let made = closures_made(func);
        let code_of = |v: Value| {
            made.get(&v).copied().or_else(|| match func.def(v) {
                ValueDef::Result(inst, _) => match func.insts[inst] {
                    InstData::SymbolAddr { symbol, offset: 0 } => statics.get(&symbol).copied(),
                    _ => None,
                },
                ValueDef::Param(..) => None,
            })
        };
        let mut size: usize = func
            .layout
            .iter()
            .map(|&b| func.blocks[b].insts.len())
            .sum();
        for &block in &func.layout {
            if matches!(func.terminator(block), Some(InstData::Unreachable)) {
                continue;
            }
            for &inst in &func.blocks[block].insts {
                let InstData::Call { target, args, sig } = &func.insts[inst] else {
                    continue;
                };
                let (symbol, context) = match target {
                    CallTarget::Direct(symbol) => (*symbol, None),
                    CallTarget::Closure(v) => match code_of(*v) {
                        Some(code) => (code, Some(*v)),
                        None => continue,
                    },
                    CallTarget::Interface { .. } => continue,
                };
                if symbol == func.symbol || crate::escape::is_known(module.name(symbol)) {
                    continue;
                }
                let Some(c) = self.find(module, symbol) else {
                    continue;
                };
                let mut budget = BUDGET;
                if c.maker {
                    budget += MAKER;
                }
                if context.is_some_and(|v| made.contains_key(&v))
                    || c.called
                        .iter()
                        .any(|&i| args.get(i).is_some_and(|&v| code_of(v).is_some()))
                {
                    budget += CLOSURE;
                }
                if size > LARGE {
                    budget = TINY;
                }
                let slots_fit = !func.attrs.nosplit || c.cost <= TINY && c.func.slots.is_empty();
                let transparent = !func.attrs.wrapper || c.wrapper || c.leaf;
                if c.cost > budget
                    || c.context && context.is_none()
                    || !slots_fit
                    || !transparent
                    || c.func.sig != **sig
                {
                    continue;
                }
                size += c.cost as usize;
                out.insert(
                    inst,
                    Choice {
                        candidate: c,
                        context,
                    },
                );
            }
        }
        out
    }

    /// Where an inlined instruction comes from.
    fn loc(
        &mut self,
        module: &mut Module,
        callee: &Candidate,
        loc: Option<Loc>,
        call: Option<Loc>,
    ) -> Option<Loc> {
        let Some(at) = loc else {
            return call;
        };
        let call = match call {
            Some(call) => call,
            None if callee.wrapper && module.locs[at].inlined.is_none() => return None,
            None => self.no_place(module),
        };
        let symbol = callee.func.symbol;
        let key = (symbol, loc, Some(call));
        if let Some(&known) = self.locs.get(&key) {
            return known;
        }
        let mut data = module.locs[at].clone();
        let new = match data.inlined {
            Some((inner, place)) => {
                let place = self.loc(module, callee, Some(place), Some(call));
                match place {
                    Some(place) => {
                        data.inlined = Some((inner, place));
                        Some(module.locs.push(data))
                    }
                    None => Some(call),
                }
            }
            // Wrappers are not seen in traces.
            None if callee.wrapper => Some(call),
            None => Some(module.locs.push(LocData {
                inlined: Some((symbol, call)),
                ..data
            })),
        };
        self.locs.insert(key, new);
        new
    }

    /// Where calls stand in functions that the compiler makes, such as adapters: without a place, what is
    /// inlined there would be missing from traces.
    fn no_place(&mut self, module: &mut Module) -> Loc {
        *self.generated.get_or_insert_with(|| {
            module.locs.push(LocData {
                file: "<autogenerated>".into(),
                line: 1,
                column: 0,
                inlined: None,
            })
        })
    }

    /// Makes the function anew with the chosen calls replaced by their callees' bodies.
    fn splice(
        &mut self,
        module: &mut Module,
        func: &mut Function,
        choices: &FxHashMap<Inst, Choice>,
    ) {
        let order = func.reverse_postorder();
        let mut new = func.without_code();
        let mut blocks: SecondaryMap<Block, Option<Block>> = SecondaryMap::new();
        let mut values: SecondaryMap<Value, Option<Value>> = SecondaryMap::new();
        for &b in &order {
            let n = new.add_block();
            blocks[b] = Some(n);
            for &p in &func.blocks[b].params {
                values[p] = Some(new.add_param(n, func.ty(p)));
            }
        }
        for &b in &order {
            let Some(mut at) = blocks[b] else { continue };
            for &inst in &func.blocks[b].insts {
                let mut data = func.insts[inst].clone();
                data.for_each_operand_mut(|v| *v = values[*v].unwrap_or(*v));
                for_each_target(&mut data, |to| {
                    to.block = blocks[to.block].unwrap_or(to.block)
                });
                let loc = func.locs[inst];
                let types: SmallVec<[Type; 2]> =
                    func.results[inst].iter().map(|&v| func.ty(v)).collect();
                if let (Some(choice), InstData::Call { args, .. }) = (choices.get(&inst), &data) {
                    let context = choice.context.map(|v| values[v].unwrap_or(v));
                    let end = new.add_block();
                    for (&ty, &v) in types.iter().zip(&func.results[inst]) {
                        values[v] = Some(new.add_param(end, ty));
                    }
                    self.body(module, &mut new, at, choice, args, context, end, loc);
                    at = end;
                    continue;
                }
                let made = new.append(at, data, &types, loc);
                for (&old, &v) in func.results[inst].iter().zip(&new.results[made]) {
                    values[old] = Some(v);
                }
            }
        }
        *func = new;
    }

    #[allow(clippy::too_many_arguments)]
    fn body(
        &mut self,
        module: &mut Module,
        new: &mut Function,
        at: Block,
        choice: &Choice,
        args: &[Value],
        context: Option<Value>,
        end: Block,
        call: Option<Loc>,
    ) {
        let callee = &choice.candidate.func;
        let order = callee.reverse_postorder();
        let mut blocks: SecondaryMap<Block, Option<Block>> = SecondaryMap::new();
        let mut values: SecondaryMap<Value, Option<Value>> = SecondaryMap::new();
        let entry = callee.entry();
        for (&p, &a) in callee.blocks[entry].params.iter().zip(args) {
            values[p] = Some(a);
        }
        blocks[entry] = Some(at);
        for &b in &order[1..] {
            let n = new.add_block();
            blocks[b] = Some(n);
            for &p in &callee.blocks[b].params {
                values[p] = Some(new.add_param(n, callee.ty(p)));
            }
        }
        let first_slot = new.slots.len() as u32;
        let mut slots = Vec::new();
        for slot in callee.slots.values() {
            slots.push(new.slots.push(*slot));
        }
        let place = self.loc(module, &choice.candidate, None, call);
        for &slot in &slots {
            new.append(at, InstData::SlotStart { slot }, &[], place);
        }
        for &b in &order {
            let Some(n) = blocks[b] else { continue };
            for &inst in &callee.blocks[b].insts {
                let mut data = callee.insts[inst].clone();
                let results = &callee.results[inst];
                if let InstData::ClosureContext = data {
                    values[results[0]] = context;
                    continue;
                }
                data.for_each_operand_mut(|v| *v = values[*v].unwrap_or(*v));
                for_each_target(&mut data, |to| {
                    to.block = blocks[to.block].unwrap_or(to.block)
                });
                match &mut data {
                    InstData::SlotAddr { slot }
                    | InstData::SlotStart { slot }
                    | InstData::SlotEnd { slot } => {
                        *slot = gust_ir::Slot::from_u32(first_slot + slot.as_u32());
                    }
                    InstData::Return { values } => {
                        for &slot in &slots {
                            new.append(n, InstData::SlotEnd { slot }, &[], place);
                        }
                        data = InstData::Jump(BlockCall::new(end, values));
                    }
                    _ => {}
                }
                let loc = self.loc(module, &choice.candidate, callee.locs[inst], call);
                let types: SmallVec<[Type; 2]> = results.iter().map(|&v| callee.ty(v)).collect();
                let made = new.append(n, data, &types, loc);
                for (&old, &v) in results.iter().zip(&new.results[made]) {
                    values[old] = Some(v);
                }
            }
        }
    }
}

/// The symbol that an instruction refers to.
pub(crate) fn symbol(data: &InstData) -> Option<SymbolRef> {
    match data {
        InstData::SymbolAddr { symbol, .. } => Some(*symbol),
        InstData::MemMove { ty, .. } | InstData::MemZero { ty, .. } => *ty,
        InstData::New { ty, .. } => Some(*ty),
        InstData::Call {
            target: CallTarget::Direct(symbol),
            ..
        } => Some(*symbol),
        _ => None,
    }
}

/// The place of that symbol.
fn symbol_mut(data: &mut InstData) -> Option<&mut SymbolRef> {
    match data {
        InstData::SymbolAddr { symbol, .. } => Some(symbol),
        InstData::MemMove { ty, .. } | InstData::MemZero { ty, .. } => ty.as_mut(),
        InstData::New { ty, .. } => Some(ty),
        InstData::Call {
            target:
                CallTarget::Direct(symbol)
                | CallTarget::Interface {
                    id: Some(symbol), ..
                },
            ..
        } => Some(symbol),
        _ => None,
    }
}

/// A function of another module with this one's symbols and locations.
pub(crate) fn imported(to: &mut Module, from: &Module, func: &Function) -> Function {
    let mut new = func.clone();
    new.symbol = to.symbol(from.name(func.symbol));
    let mut locs: FxHashMap<Loc, Loc> = FxHashMap::default();
    new.loc = func.loc.map(|l| imported_loc(to, from, l, &mut locs));
    for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
        if let Some(s) = symbol_mut(&mut new.insts[inst]) {
            *s = to.symbol(from.name(*s));
        }
        new.locs[inst] = func.locs[inst].map(|l| imported_loc(to, from, l, &mut locs));
    }
    new
}

fn imported_loc(to: &mut Module, from: &Module, loc: Loc, known: &mut FxHashMap<Loc, Loc>) -> Loc {
    if let Some(&l) = known.get(&loc) {
        return l;
    }
    let mut data = from.locs[loc].clone();
    if let Some((symbol, at)) = data.inlined {
        let symbol = to.symbol(from.name(symbol));
        data.inlined = Some((symbol, imported_loc(to, from, at, known)));
    }
    let new = to.locs.push(data);
    known.insert(loc, new);
    new
}
