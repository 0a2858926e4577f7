//! The constraints of a function.

use super::flow::{Graph, HEAP, Node, Object};
use super::known::Effect;
use super::{Analysis, Callees, Known, Site};
use crate::summary::{FuncSummary, LEVELS, Reached};
use gust_ir::{
    CallTarget, Function, Inst, InstData, Module, SymbolRef, Type, UnaryOp, Value, ValueDef,
};
use rustc_hash::{FxHashMap, FxHashSet};

struct Build<'a> {
    module: &'a Module,
    func: &'a Function,
    callees: &'a Callees<'a>,
    graph: Graph,
    /// A node that points to the heap.
    heap: Node,
    /// Outlives iterations of loops, not the call.
    frame: Object,
    slots: FxHashMap<gust_ir::Slot, Object>,
    sites: Vec<Site>,
    params: Vec<Option<[Object; LEVELS]>>,
    results: Vec<Node>,
    /// Everything reached through memory from a node.
    deep: FxHashMap<Node, Node>,
    /// What is found where a node points to.
    found: FxHashMap<Node, Node>,
    /// Code of the closure objects made here.
    code: FxHashMap<Value, SymbolRef>,
    /// Closure objects that are not only called here.
    exposed: FxHashSet<Value>,
    /// Whether integers may become pointers.
    ints: bool,
}

/// The code of closure objects that the function makes itself, by the value that made them.
pub(crate) fn closures_made(func: &Function) -> FxHashMap<Value, SymbolRef> {
    let mut code = FxHashMap::default();
    let mut twice = Vec::new();
    for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
        if let InstData::Store {
            value,
            addr,
            offset: 0,
            ..
        } = func.insts[inst]
            && let (ValueDef::Result(made, _), ValueDef::Result(source, _)) =
                (func.def(addr), func.def(value))
            && matches!(
                func.insts[made],
                InstData::New { .. } | InstData::SlotAddr { .. }
            )
        {
            match func.insts[source] {
                InstData::SymbolAddr { symbol, offset: 0 } if !code.contains_key(&addr) => {
                    code.insert(addr, symbol);
                }
                _ => twice.push(addr),
            }
        }
    }
    for v in twice {
        code.remove(&v);
    }
    code
}

pub(super) fn build(module: &Module, func: &Function, callees: &Callees<'_>) -> Analysis {
    let mut graph = Graph::new(func.value_count());
    let heap = graph.node();
    graph.add(heap, HEAP);
    let frame = graph.object(true);
    let mut b = Build {
        module,
        func,
        callees,
        graph,
        heap,
        frame,
        slots: FxHashMap::default(),
        sites: Vec::new(),
        params: Vec::new(),
        results: Vec::new(),
        deep: FxHashMap::default(),
        found: FxHashMap::default(),
        code: closures_made(func),
        exposed: FxHashSet::default(),
        ints: false,
    };
    b.function();
    let mut slots: Vec<_> = b.slots.into_iter().collect();
    slots.sort_unstable_by_key(|s| s.0);
    Analysis {
        graph: b.graph,
        sites: b.sites,
        slots,
        params: b.params,
        results: b.results,
    }
}

fn node(v: Value) -> Node {
    Node(v.as_u32())
}

impl Build<'_> {
    fn function(&mut self) {
        let func = self.func;
        for &v in &func.blocks[func.entry()].params {
            let object = (func.ty(v) == Type::Ptr).then(|| self.param(node(v)));
            self.params.push(object);
        }
        let context = self.graph.node();
        let object = self.param(context);
        self.params.push(Some(object));
        for _ in &func.sig.results {
            let n = self.graph.node();
            self.graph.set_outside(n);
            self.results.push(n);
        }
        let insts = || {
            func.layout
                .iter()
                .flat_map(|&b| func.blocks[b].insts.iter())
        };
        for &inst in insts() {
            let data = &func.insts[inst];
            if let InstData::Unary {
                op: UnaryOp::IntToPtr,
                ..
            } = data
            {
                self.ints = true;
            }
            if !self.code.is_empty() {
                self.expose(data);
            }
        }
        for &inst in insts() {
            self.inst(inst, context);
        }
        let mut made: Vec<_> = self.code.iter().map(|(&v, &c)| (v, c)).collect();
        made.sort_unstable();
        for (v, code) in made {
            if self.exposed.contains(&v)
                && let Some(summary) = self.callees.code(code)
            {
                // Somebody may call it with anything and do anything with the results.
                let mut args = vec![Some(self.heap); summary.params.len() - 1];
                args.push(Some(node(v)));
                let results = vec![Some(self.graph.contents(HEAP)); crate::summary::MAX_RESULTS];
                self.apply(summary, &args, &results);
            }
        }
    }

    fn param(&mut self, n: Node) -> [Object; LEVELS] {
        let objects = std::array::from_fn(|_| self.graph.object(false));
        self.graph.add(n, objects[0]);
        for (level, &o) in objects.iter().enumerate() {
            let contents = self.graph.contents(o);
            self.graph.set_outside(contents);
            self.graph
                .add(contents, objects[(level + 1).min(LEVELS - 1)]);
        }
        objects
    }

    /// Notes uses of closure objects other than filling and calling them.
    fn expose(&mut self, data: &InstData) {
        let allowed = match data {
            InstData::Store { addr, value, .. } | InstData::StorePtr { addr, value, .. }
                if addr != value =>
            {
                Some(*addr)
            }
            InstData::DebugValue { .. } => return,
            InstData::NilCheck { x } => Some(*x),
            InstData::Call {
                target: CallTarget::Closure(v),
                args,
                ..
            } if !args.contains(v) => Some(*v),
            _ => None,
        };
        data.for_each_operand(|v| {
            if Some(v) != allowed {
                self.exposed.insert(v);
            }
        });
    }

    fn is_tracked(&self, v: Value) -> bool {
        match self.func.ty(v) {
            Type::Ptr => true,
            Type::I64 => self.ints,
            _ => false,
        }
    }

    fn copy(&mut self, from: Value, to: Value) {
        if self.is_tracked(to) {
            self.graph.copy(node(from), node(to));
        }
    }

    /// The node of everything reached through memory from `n`.
    fn deep(&mut self, n: Node) -> Node {
        if let Some(&d) = self.deep.get(&n) {
            return d;
        }
        let d = self.graph.node();
        self.graph.load(n, d);
        self.graph.load(d, d);
        self.deep.insert(n, d);
        d
    }

    /// The node of what is reached from `n` at a level of summaries.
    fn level(&mut self, mut n: Node, level: usize) -> Node {
        for step in 1..=level {
            n = if step == LEVELS - 1 {
                self.deep(n)
            } else {
                self.found(n)
            };
        }
        n
    }

    /// The node of what is found in memory that `n` points to.
    fn found(&mut self, n: Node) -> Node {
        if let Some(&f) = self.found.get(&n) {
            return f;
        }
        let f = self.graph.node();
        self.graph.load(n, f);
        self.found.insert(n, f);
        f
    }

    fn slot(&mut self, slot: gust_ir::Slot) -> Object {
        if let Some(&o) = self.slots.get(&slot) {
            return o;
        }
        let o = self.graph.object(true);
        self.slots.insert(slot, o);
        o
    }

    fn inst(&mut self, inst: Inst, context: Node) {
        let func = self.func;
        let result = func.results[inst].first().copied();
        match &func.insts[inst] {
            InstData::SymbolAddr { .. } => {
                if let Some(v) = result {
                    self.graph.add(node(v), HEAP);
                }
            }
            InstData::SlotAddr { slot } => {
                let o = self.slot(*slot);
                if let Some(v) = result {
                    self.graph.add(node(v), o);
                }
            }
            InstData::New { size, .. } => {
                let object = self.graph.object(true);
                self.sites.push(Site {
                    inst,
                    object,
                    size: *size,
                });
                if let Some(v) = result {
                    self.graph.add(node(v), object);
                }
            }
            InstData::ClosureContext => {
                if let Some(v) = result {
                    self.graph.copy(context, node(v));
                }
            }
            InstData::Unary { op, x } => {
                let Some(v) = result else { return };
                match op {
                    UnaryOp::IntToPtr => {
                        self.graph.add(node(v), HEAP);
                        self.graph.copy(node(*x), node(v));
                    }
                    UnaryOp::Hide => self.graph.add(node(v), HEAP),
                    // Kept even where no integer becomes a pointer: atomic stores of pointers as integers.
                    UnaryOp::PtrToInt => self.graph.copy(node(*x), node(v)),
                    _ => self.copy(*x, v),
                }
            }
            InstData::Binary { x, y, .. } => {
                let Some(v) = result else { return };
                self.copy(*x, v);
                self.copy(*y, v);
            }
            InstData::Select { x, y, .. } => {
                let Some(v) = result else { return };
                self.copy(*x, v);
                self.copy(*y, v);
            }
            InstData::Load { addr, .. } | InstData::AtomicLoad { addr, .. } => {
                if let Some(v) = result.filter(|&v| func.ty(v) == Type::Ptr) {
                    self.graph.load(node(*addr), node(v));
                }
            }
            InstData::Store { value, addr, .. } | InstData::StorePtr { value, addr, .. }
                if func.ty(*value) == Type::Ptr =>
            {
                self.graph.store(node(*value), node(*addr));
            }
            InstData::AtomicStore { value, addr, .. } => {
                self.graph.store(node(*value), node(*addr));
            }
            InstData::AtomicRmw { value, addr, .. } => {
                self.graph.store(node(*value), node(*addr));
                if let Some(v) = result.filter(|&v| func.ty(v) == Type::Ptr) {
                    self.graph.load(node(*addr), node(v));
                }
            }
            InstData::AtomicCas { addr, new, .. } => self.graph.store(node(*new), node(*addr)),
            InstData::MemMove {
                dst,
                src,
                pointers: true,
                ..
            } => self.move_contents(node(*src), node(*dst)),
            InstData::Call { target, args, .. } => self.call(inst, target, args),
            InstData::Return { values } => {
                for (i, &v) in values.iter().enumerate() {
                    if func.ty(v) == Type::Ptr {
                        self.graph.copy(node(v), self.results[i]);
                    }
                }
            }
            terminator if terminator.is_terminator() => terminator.for_each_successor(|to| {
                for (&p, &a) in func.blocks[to.block].params.iter().zip(&to.args) {
                    self.copy(a, p);
                }
            }),
            _ => {}
        }
    }

    fn move_contents(&mut self, src: Node, dst: Node) {
        let moved = self.graph.node();
        self.graph.load(src, moved);
        self.graph.store(moved, dst);
    }

    /// The code that a function value has, if that is plain to see.
    fn code_of(&self, v: Value) -> Option<SymbolRef> {
        if let Some(&code) = self.code.get(&v) {
            return Some(code);
        }
        match self.func.def(v) {
            ValueDef::Result(inst, _) => match self.func.insts[inst] {
                InstData::SymbolAddr { symbol, offset: 0 } => {
                    self.callees.statics.get(&symbol).copied()
                }
                _ => None,
            },
            ValueDef::Param(..) => None,
        }
    }

    fn call(&mut self, inst: Inst, target: &CallTarget, args: &[Value]) {
        let func = self.func;
        let results = func.results[inst].clone();
        for &r in &results {
            if func.ty(r) == Type::Ptr {
                self.graph.add(node(r), HEAP);
            }
        }
        if let CallTarget::Direct(symbol) = target {
            let name = self.module.name(*symbol);
            if let Some(buffered) = super::known::buffered(name) {
                let object = self.graph.object(true);
                self.sites.push(Site {
                    inst,
                    object,
                    size: buffered.size,
                });
                self.graph.add(node(results[0]), object);
            } else if super::known::takes_buffer(name) {
                self.graph.copy(node(args[0]), node(results[0]));
            }
        }
        let is_ptr = |v: Value| (func.ty(v) == Type::Ptr).then(|| node(v));
        let callees = self.callees;
        let (known, context) = match target {
            CallTarget::Direct(symbol) => (callees.lookup(self.module, *symbol), None),
            CallTarget::Closure(v) => {
                let known = self.code_of(*v).and_then(|code| callees.code(code));
                let known = known.map_or(Known::Unknown, Known::Summary);
                (known, Some(node(*v)))
            }
            CallTarget::Interface { .. } => (Known::Unknown, None),
        };
        match known {
            Known::Effect(effect) => self.effect(effect, args, &results),
            Known::Summary(summary) if summary.params.len() == args.len() + 1 => {
                let mut nodes: Vec<_> = args.iter().map(|&a| is_ptr(a)).collect();
                nodes.push(context);
                let results: Vec<_> = results.iter().map(|&r| is_ptr(r)).collect();
                self.apply(summary, &nodes, &results);
            }
            _ => {
                for n in args.iter().filter_map(|&a| is_ptr(a)) {
                    self.graph.escape(n);
                }
            }
        }
    }

    fn apply(&mut self, summary: &FuncSummary, args: &[Option<Node>], results: &[Option<Node>]) {
        for (flows, &arg) in summary.params.iter().zip(args) {
            let Some(arg) = arg else { continue };
            for (level, flow) in flows.iter().enumerate() {
                if !flow.heap && flow.results == 0 {
                    continue;
                }
                let reached = self.level(arg, level);
                if flow.heap {
                    self.graph.escape(reached);
                }
                for (i, result) in results.iter().enumerate() {
                    if let Some(result) = *result
                        && flow.results >> i & 1 != 0
                    {
                        self.graph.copy(reached, result);
                    }
                }
            }
        }
        for s in &summary.stores {
            let mut get = |r: Reached| {
                let arg = args.get(r.param as usize).copied().flatten()?;
                Some(self.level(arg, usize::from(r.level)))
            };
            let Some(to) = get(s.to) else { continue };
            let from = match s.from {
                None => self.heap,
                Some(from) => match get(from) {
                    Some(n) => n,
                    None => continue,
                },
            };
            self.graph.store(from, to);
        }
    }

    fn effect(&mut self, effect: Effect, args: &[Value], results: &[Value]) {
        let arg = |i: u32| node(args[i as usize]);
        match effect {
            Effect::None => {}
            Effect::ContentsEscape(i) => {
                let contents = self.graph.node();
                self.graph.load(arg(i), contents);
                self.graph.escape(contents);
            }
            Effect::Escape => {
                for &a in args {
                    self.graph.escape(node(a));
                }
            }
            Effect::Copy(src, dst) => self.move_contents(arg(src), arg(dst)),
            Effect::ResultIsContents(i) => {
                for &r in results {
                    if self.func.ty(r) == Type::Ptr {
                        self.graph.load(arg(i), node(r));
                    }
                }
            }
            Effect::Receives(i) => self.graph.store(self.heap, arg(i)),
            Effect::Select => {
                let element = self.graph.node();
                self.graph.load(arg(0), element);
                let sent = self.graph.node();
                self.graph.load(element, sent);
                self.graph.escape(sent);
                self.graph.store(self.heap, element);
            }
            Effect::MapAccess => {
                let deep = self.deep(arg(1));
                self.graph.copy(deep, node(results[0]));
            }
            Effect::MapAssign => {
                let deep = self.deep(arg(1));
                self.graph.copy(deep, node(results[0]));
                let key = self.graph.node();
                self.graph.load(arg(2), key);
                self.graph.store(key, arg(1));
                self.graph.store(key, deep);
            }
            Effect::IterInit => {
                self.graph.store(self.heap, arg(0));
                self.graph.store(arg(2), arg(0));
            }
            Effect::IterNext => {
                self.graph.store(self.heap, arg(0));
                let deep = self.deep(arg(0));
                self.graph.store(deep, arg(0));
            }
            Effect::Defer => {
                let own = match self.func.def(args[2]) {
                    ValueDef::Result(inst, _) => {
                        matches!(self.func.insts[inst], InstData::SlotAddr { .. })
                    }
                    ValueDef::Param(..) => false,
                };
                if !own {
                    // The body of a loop over a function: the frame is that of the function around.
                    self.graph.escape(arg(0));
                    self.graph.escape(arg(1));
                    return;
                }
                self.graph.store(arg(1), arg(0));
                self.graph.store(self.heap, arg(0));
                let chain = self.graph.contents(self.frame);
                self.graph.copy(arg(0), chain);
                self.graph.copy(arg(1), chain);
            }
        }
    }
}
