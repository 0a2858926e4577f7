//! Building SSA form on the fly.
//!
//! The method of Braun et al., "Simple and Efficient Construction of Static Single Assignment Form" (CC 2013):
//! variables are read and written per block; a read in a block whose predecessors are not all known yet makes
//! a block parameter that gets its arguments when the block is sealed. Parameters that turn out to be
//! superfluous are removed at the end, when the function is rebuilt without unreachable blocks.

use cranelift_entity::SecondaryMap;
use gust_ir::{
    BinaryOp, Block, BlockCall, CallTarget, DebugPlace, DebugVar, FloatCond, Function, Inst,
    InstData, IntCond, Loc, MemFlags, Signature, Slot, SlotData, SymbolRef, Type, UnaryOp, Value,
    ValueDef,
};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// A scalar variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Var(u32);

/// A function under construction.
#[derive(Debug)]
pub struct FuncBuilder {
    /// What has been built.
    pub func: Function,
    block: Block,
    loc: Option<Loc>,
    /// Scopes of slots around the place.
    scopes: u32,
    vars: Vec<Type>,
    defs: FxHashMap<(Block, Var), Value>,
    sealed: SecondaryMap<Block, bool>,
    preds: SecondaryMap<Block, SmallVec<[Block; 2]>>,
    incomplete: FxHashMap<Block, Vec<(Var, Value)>>,
    /// The bytes of source variables that debuggers are to know of.
    watched: FxHashMap<Var, (DebugVar, u32)>,
    /// Bytes of all stack slots.
    frame: u64,
    /// Block parameters that stand for those.
    joins: Vec<(Block, Value, Var)>,
}

impl FuncBuilder {
    /// Starts a function: makes its entry block with the signature's parameters.
    #[must_use]
    pub fn new(symbol: SymbolRef, sig: Signature) -> Self {
        let mut func = Function::new(symbol, sig);
        let block = func.add_block();
        for ty in func.sig.params.clone() {
            func.add_param(block, ty);
        }
        let mut sealed = SecondaryMap::new();
        sealed[block] = true;
        Self {
            func,
            block,
            loc: None,
            scopes: 0,
            vars: Vec::new(),
            defs: FxHashMap::default(),
            sealed,
            preds: SecondaryMap::new(),
            incomplete: FxHashMap::default(),
            watched: FxHashMap::default(),
            frame: 0,
            joins: Vec::new(),
        }
    }

    /// The function's parameters.
    #[must_use]
    pub fn params(&self) -> Vec<Value> {
        self.func.blocks[self.func.entry()].params.clone()
    }

    /// Where the next instructions come from.
    pub fn set_loc(&mut self, loc: Option<Loc>) {
        self.loc = loc;
    }

    /// Where instructions come from now.
    #[must_use]
    pub fn loc(&self) -> Option<Loc> {
        self.loc
    }

    /// A new block whose predecessors are not all known.
    pub fn new_block(&mut self) -> Block {
        self.func.add_block()
    }

    /// Goes on in another block.
    pub fn switch_to(&mut self, block: Block) {
        self.block = block;
    }

    /// Goes on in a block that nothing will jump to any more.
    pub fn seal_and_switch(&mut self, block: Block) {
        self.seal(block);
        self.block = block;
    }

    /// The block that instructions go to.
    #[must_use]
    pub fn block(&self) -> Block {
        self.block
    }

    /// Whether the current block has its terminator: what follows is not reached.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.func.terminator(self.block).is_some()
    }

    /// Appends an instruction. Behind a terminator it goes to a block that is not reached.
    pub fn inst(&mut self, data: InstData, results: &[Type]) -> Inst {
        if self.is_terminated() {
            let dead = self.new_block();
            self.seal_and_switch(dead);
        }
        let from = self.block;
        if data.is_terminator() {
            let mut to = SmallVec::<[Block; 2]>::new();
            data.for_each_successor(|s| to.push(s.block));
            for b in to {
                debug_assert!(!self.sealed[b], "jump to sealed {b}");
                if !self.preds[b].contains(&from) {
                    self.preds[b].push(from);
                }
            }
        }
        self.func.append(from, data, results, self.loc)
    }

    /// Appends an instruction with one result.
    pub fn value(&mut self, data: InstData, ty: Type) -> Value {
        let inst = self.inst(data, &[ty]);
        self.func.results[inst][0]
    }

    /// The type of a value.
    #[must_use]
    pub fn ty(&self, v: Value) -> Type {
        self.func.ty(v)
    }

    /// A new scalar variable.
    pub fn new_var(&mut self, ty: Type) -> Var {
        self.vars.push(ty);
        Var(self.vars.len() as u32 - 1)
    }

    /// Type of a variable.
    #[must_use]
    pub fn var_type(&self, var: Var) -> Type {
        self.vars[var.0 as usize]
    }

    /// Assigns to a variable.
    pub fn set(&mut self, var: Var, value: Value) {
        debug_assert_eq!(self.ty(value), self.var_type(var));
        if self.is_terminated() {
            let dead = self.new_block();
            self.seal_and_switch(dead);
        }
        self.defs.insert((self.block, var), value);
        if let Some(&part) = self.watched.get(&var) {
            let data = part_is(part, value);
            self.func.append(self.block, data, &[], self.loc);
        }
    }

    /// Has debuggers know what is in a variable that has a value already: the bytes of a source variable from an
    /// offset on.
    pub fn watch(&mut self, var: Var, source: DebugVar, offset: u32) {
        let part = (source, offset);
        self.watched.insert(var, part);
        let value = self.get(var);
        let data = part_is(part, value);
        self.func.append(self.block, data, &[], self.loc);
    }

    /// A block parameter for a variable.
    fn join(&mut self, block: Block, var: Var) -> Value {
        let v = self.func.add_param(block, self.var_type(var));
        if self.watched.contains_key(&var) {
            self.joins.push((block, v, var));
        }
        v
    }

    /// The value of a variable.
    pub fn get(&mut self, var: Var) -> Value {
        if self.is_terminated() {
            let dead = self.new_block();
            self.seal_and_switch(dead);
        }
        self.read(var, self.block)
    }

    fn read(&mut self, var: Var, block: Block) -> Value {
        // Blocks with a single predecessor are followed in a loop: chains of them are long.
        let mut way = SmallVec::<[Block; 8]>::new();
        let mut at = block;
        let value = loop {
            if let Some(&v) = self.defs.get(&(at, var)) {
                break v;
            }
            if !self.sealed[at] {
                let v = self.join(at, var);
                self.incomplete.entry(at).or_default().push((var, v));
                self.defs.insert((at, var), v);
                break v;
            }
            match self.preds[at].len() {
                0 => {
                    let v = self.undefined(at, self.var_type(var));
                    self.defs.insert((at, var), v);
                    break v;
                }
                1 => {
                    way.push(at);
                    at = self.preds[at][0];
                }
                _ => {
                    let v = self.join(at, var);
                    self.defs.insert((at, var), v);
                    self.fill(at, var);
                    break v;
                }
            }
        };
        for b in way {
            self.defs.insert((b, var), value);
        }
        value
    }

    /// Zero, at the start of a block: what is read where nothing was written is never used.
    fn undefined(&mut self, block: Block, ty: Type) -> Value {
        let data = if ty.is_float() {
            InstData::FConst { bits: 0 }
        } else {
            InstData::IConst { value: 0 }
        };
        let inst = self.func.make_inst(data, &[ty], None);
        self.func.blocks[block].insts.insert(0, inst);
        self.func.results[inst][0]
    }

    /// Passes the variable from each predecessor for the parameter made last.
    fn fill(&mut self, block: Block, var: Var) {
        for pred in self.preds[block].clone() {
            let v = self.read(var, pred);
            let Some(&last) = self.func.blocks[pred].insts.last() else {
                continue;
            };
            for_each_target(&mut self.func.insts[last], |to| {
                if to.block == block {
                    to.args.push(v);
                }
            });
        }
    }

    /// Says that all jumps to a block have been made.
    pub fn seal(&mut self, block: Block) {
        if self.sealed[block] {
            return;
        }
        self.sealed[block] = true;
        for (var, _) in self.incomplete.remove(&block).unwrap_or_default() {
            self.fill(block, var);
        }
    }

    /// An integer or nil.
    pub fn iconst(&mut self, ty: Type, value: i64) -> Value {
        self.value(InstData::IConst { value }, ty)
    }

    /// A 64-bit integer.
    pub fn int(&mut self, value: i64) -> Value {
        self.iconst(Type::I64, value)
    }

    /// The nil pointer.
    pub fn nil(&mut self) -> Value {
        self.iconst(Type::Ptr, 0)
    }

    /// The zero of a type.
    pub fn zero(&mut self, ty: Type) -> Value {
        if ty.is_float() {
            self.value(InstData::FConst { bits: 0 }, ty)
        } else {
            self.iconst(ty, 0)
        }
    }

    /// A stack slot.
    pub fn slot(&mut self, size: u64, align: u64) -> Slot {
        self.frame = self.frame.saturating_add(size);
        let slot = self.func.slots.push(SlotData {
            size: u32::try_from(size.max(1)).unwrap_or(u32::MAX),
            align: align.max(1) as u32,
        });
        if self.scopes > 0 {
            self.inst(InstData::SlotStart { slot }, &[]);
        }
        slot
    }

    /// A slot that begins here in any case.
    pub fn scoped_slot(&mut self, size: u64, align: u64) -> Slot {
        self.scopes += 1;
        let slot = self.slot(size, align);
        self.scopes -= 1;
        slot
    }

    /// Ends a scoped slot, by its address.
    pub fn end_slot(&mut self, addr: Value) {
        if let ValueDef::Result(inst, _) = self.func.def(addr)
            && let InstData::SlotAddr { slot } = self.func.insts[inst]
        {
            self.inst(InstData::SlotEnd { slot }, &[]);
        }
    }

    /// From here on slots begin where they are made, until [`Self::end_slots`].
    pub fn begin_slots(&mut self) -> usize {
        self.scopes += 1;
        self.func.slots.len()
    }

    /// Has the slots made since [`Self::begin_slots`], which gave `from`, end at the beginning of the empty block `end`.
    /// Every way from there back to their uses comes by where they were made.
    pub fn end_slots(&mut self, from: usize, end: Block) {
        self.scopes -= 1;
        let slots: Vec<_> = self.func.slots.keys().skip(from).collect();
        for slot in slots {
            self.func
                .append(end, InstData::SlotEnd { slot }, &[], self.loc);
        }
    }

    /// How many bytes all stack slots have.
    #[must_use]
    pub fn frame_size(&self) -> u64 {
        self.frame
    }

    /// Address of a stack slot.
    pub fn slot_addr(&mut self, slot: Slot) -> Value {
        self.value(InstData::SlotAddr { slot }, Type::Ptr)
    }

    /// Address of a symbol.
    pub fn symbol_addr(&mut self, symbol: SymbolRef) -> Value {
        self.value(InstData::SymbolAddr { symbol, offset: 0 }, Type::Ptr)
    }

    /// A unary operation.
    pub fn unary(&mut self, op: UnaryOp, x: Value, ty: Type) -> Value {
        self.value(InstData::Unary { op, x }, ty)
    }

    /// A binary operation.
    pub fn binary(&mut self, op: BinaryOp, x: Value, y: Value) -> Value {
        let ty = if op == BinaryOp::PtrSub {
            Type::I64
        } else {
            self.ty(x)
        };
        self.value(InstData::Binary { op, x, y }, ty)
    }

    /// A pointer plus a constant.
    pub fn offset(&mut self, addr: Value, by: i64) -> Value {
        if by == 0 {
            return addr;
        }
        let by = self.int(by);
        self.binary(BinaryOp::PtrAdd, addr, by)
    }

    /// An integer or pointer comparison.
    pub fn icmp(&mut self, cond: IntCond, x: Value, y: Value) -> Value {
        self.value(InstData::ICmp { cond, x, y }, Type::I8)
    }

    /// A comparison with zero or nil.
    pub fn is_zero(&mut self, x: Value) -> Value {
        let ty = self.ty(x);
        let zero = self.zero(ty);
        self.icmp(IntCond::Eq, x, zero)
    }

    /// A float comparison.
    pub fn fcmp(&mut self, cond: FloatCond, x: Value, y: Value) -> Value {
        self.value(InstData::FCmp { cond, x, y }, Type::I8)
    }

    /// A choice between two values.
    pub fn select(&mut self, cond: Value, x: Value, y: Value) -> Value {
        let ty = self.ty(x);
        self.value(InstData::Select { cond, x, y }, ty)
    }

    /// `!x` of a boolean.
    pub fn not(&mut self, x: Value) -> Value {
        let one = self.iconst(Type::I8, 1);
        self.binary(BinaryOp::Xor, x, one)
    }

    /// A load.
    pub fn load(&mut self, ty: Type, addr: Value, offset: i64, notrap: bool) -> Value {
        let (addr, offset) = self.near(addr, offset);
        let flags = MemFlags {
            notrap,
            readonly: false,
        };
        self.value(
            InstData::Load {
                flags,
                addr,
                offset,
            },
            ty,
        )
    }

    /// A store; of pointers with write barrier unless `plain`.
    pub fn store(&mut self, value: Value, addr: Value, offset: i64, notrap: bool, plain: bool) {
        let (addr, offset) = self.near(addr, offset);
        let flags = MemFlags {
            notrap,
            readonly: false,
        };
        let data = if self.ty(value) == Type::Ptr && !plain {
            InstData::StorePtr {
                flags,
                value,
                addr,
                offset,
            }
        } else {
            InstData::Store {
                flags,
                value,
                addr,
                offset,
            }
        };
        self.inst(data, &[]);
    }

    /// Offsets beyond the guard page are added after a nil check.
    fn near(&mut self, addr: Value, offset: i64) -> (Value, i32) {
        if (0..4096).contains(&offset) {
            return (addr, offset as i32);
        }
        self.inst(InstData::NilCheck { x: addr }, &[]);
        (self.offset(addr, offset), 0)
    }

    /// A call; gives the results.
    pub fn call(
        &mut self,
        target: CallTarget,
        params: Vec<Type>,
        results: &[Type],
        args: &[Value],
    ) -> Vec<Value> {
        let sig = Signature {
            params,
            results: results.to_vec(),
        };
        let data = InstData::Call {
            target,
            sig: Box::new(sig),
            args: args.into(),
        };
        let inst = self.inst(data, results);
        self.func.results[inst].to_vec()
    }

    /// Ends the block with a jump, unless it has ended.
    pub fn jump(&mut self, block: Block) {
        if !self.is_terminated() {
            self.inst(InstData::Jump(BlockCall::new(block, &[])), &[]);
        }
    }

    /// Ends the block with a branch.
    pub fn brif(&mut self, cond: Value, then: Block, els: Block) {
        let (then, els) = (BlockCall::new(then, &[]), BlockCall::new(els, &[]));
        self.inst(InstData::BrIf { cond, then, els }, &[]);
    }

    /// Ends the block with a return.
    pub fn ret(&mut self, values: &[Value]) {
        self.inst(
            InstData::Return {
                values: values.into(),
            },
            &[],
        );
    }

    /// Ends the block after a call that does not return.
    pub fn unreachable(&mut self) {
        self.inst(InstData::Unreachable, &[]);
    }

    /// Debuggers learn of the values that source variables have where ways join.
    fn show_joins(&mut self) {
        for (block, value, var) in std::mem::take(&mut self.joins) {
            let data = part_is(self.watched[&var], value);
            let inst = self.func.make_inst(data, &[], None);
            self.func.blocks[block].insts.insert(0, inst);
        }
    }

    /// The finished function.
    #[must_use]
    pub fn finish(mut self) -> Function {
        if !self.is_terminated() {
            self.unreachable();
        }
        for i in 0..self.func.layout.len() {
            let block = self.func.layout[i];
            self.seal(block);
        }
        self.show_joins();
        rebuild(self.func)
    }
}

/// Says that bytes of a source variable are a value.
fn part_is((var, offset): (DebugVar, u32), value: Value) -> InstData {
    InstData::DebugValue {
        var,
        place: DebugPlace::Part(offset),
        x: Some(value),
    }
}

fn for_each_target(data: &mut InstData, mut f: impl FnMut(&mut BlockCall)) {
    match data {
        InstData::Jump(to) => f(to),
        InstData::BrIf { then, els, .. } => {
            f(then);
            f(els);
        }
        InstData::Switch { cases, default, .. } => {
            cases.iter_mut().for_each(|c| f(&mut c.1));
            f(default);
        }
        InstData::SetRecover {
            normal, recovered, ..
        } => {
            f(normal);
            f(recovered);
        }
        _ => {}
    }
}

/// What replaces values: the only argument of superfluous parameters.
struct Aliases(SecondaryMap<Value, Option<Value>>);

impl Aliases {
    fn resolve(&self, mut v: Value) -> Value {
        while let Some(next) = self.0[v] {
            v = next;
        }
        v
    }
}

/// Finds parameters of which all arguments are one value (or the parameter itself).
fn superfluous(func: &Function, order: &[Block]) -> Aliases {
    let mut incoming: FxHashMap<Value, Vec<Value>> = FxHashMap::default();
    for &block in order {
        if let Some(t) = func.terminator(block) {
            t.for_each_successor(|to| {
                for (&p, &a) in func.blocks[to.block].params.iter().zip(&to.args) {
                    incoming.entry(p).or_default().push(a);
                }
            });
        }
    }
    let mut aliases = Aliases(SecondaryMap::new());
    let mut left: Vec<Value> = order
        .iter()
        .filter(|&&b| b != func.entry())
        .flat_map(|&b| func.blocks[b].params.iter().copied())
        .collect();
    loop {
        let before = left.len();
        left.retain(|&p| {
            let mut only = None;
            for &a in incoming.get(&p).map_or(&[][..], |l| l) {
                let a = aliases.resolve(a);
                if a == p || only == Some(a) {
                    continue;
                }
                if only.is_some() {
                    return true;
                }
                only = Some(a);
            }
            match only {
                Some(v) => {
                    aliases.0[p] = Some(v);
                    false
                }
                None => true,
            }
        });
        if left.len() == before {
            return aliases;
        }
    }
}

/// The function without unreachable blocks and superfluous parameters, numbered in order.
fn rebuild(old: Function) -> Function {
    let order = old.reverse_postorder();
    let aliases = superfluous(&old, &order);
    let mut new = old.without_code();
    let mut blocks: SecondaryMap<Block, Option<Block>> = SecondaryMap::new();
    let mut values: SecondaryMap<Value, Option<Value>> = SecondaryMap::new();
    for &b in &order {
        let n = new.add_block();
        blocks[b] = Some(n);
        for &p in &old.blocks[b].params {
            if aliases.0[p].is_none() {
                values[p] = Some(new.add_param(n, old.ty(p)));
            }
        }
    }
    for &b in &order {
        let Some(n) = blocks[b] else { continue };
        for &inst in &old.blocks[b].insts {
            let mut data = old.insts[inst].clone();
            // The value that all ways bring was told of where it was assigned.
            if let InstData::DebugValue { x: Some(x), .. } = data
                && aliases.0[x].is_some()
                && matches!(old.def(x), ValueDef::Param(home, _) if home == b)
                && old.locs[inst].is_none()
            {
                continue;
            }
            for_each_target(&mut data, |to| {
                let params = &old.blocks[to.block].params;
                to.args = to
                    .args
                    .iter()
                    .zip(params)
                    .filter(|&(_, &p)| aliases.0[p].is_none())
                    .map(|(&a, _)| a)
                    .collect();
                if let Some(n) = blocks[to.block] {
                    to.block = n;
                }
            });
            data.for_each_operand_mut(|v| {
                let old = aliases.resolve(*v);
                *v = values[old].unwrap_or(old);
            });
            let types: SmallVec<[Type; 2]> = old.results[inst].iter().map(|&v| old.ty(v)).collect();
            let made = new.append(n, data, &types, old.locs[inst]);
            for (i, &v) in old.results[inst].iter().enumerate() {
                values[v] = Some(new.results[made][i]);
            }
        }
    }
    new
}

/// Whether a value is a constant integer, and which.
#[must_use]
pub fn constant(func: &Function, v: Value) -> Option<i64> {
    match func.def(v) {
        ValueDef::Result(inst, _) => match func.insts[inst] {
            InstData::IConst { value } => Some(value),
            _ => None,
        },
        ValueDef::Param(..) => None,
    }
}
