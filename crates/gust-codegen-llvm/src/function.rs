//! The body of a function, block by block.
//!
//! Blocks are translated in reverse postorder, so that every value is there before its uses; block parameters
//! become phis. Memory of the frame is allocated in a block of its own in front.

use crate::checks::Dominators;
use crate::debug::Scope;
use crate::module::Cx;
use crate::signature::Returns;
use crate::{Error, Result};
use cranelift_entity::SecondaryMap;
use gust_ir::{Block, BlockCall, FloatCond, Function, Inst, InstData, IntCond, Slot, Type, Value};
use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::BasicType;
use inkwell::values::{
    BasicValue, BasicValueEnum, FloatValue, FunctionValue, IntValue, PhiValue, PointerValue,
};
use inkwell::{FloatPredicate, IntPredicate};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the code says that slots are handed to as a function begins. `frames.cpp` knows it.
const FRAME_SLOT: &str = "# frame";
/// The same where it goes on after a recovered panic.
const RECOVERED_SLOT: &str = "# recovered";

/// A value as LLVM has it.
#[derive(Clone, Copy)]
enum Known<'ctx> {
    Not,
    /// As it is.
    Whole(BasicValueEnum<'ctx>),
    /// The result of a comparison as one bit, widened where it is used as a number.
    Bit(IntValue<'ctx>),
}

/// A function being translated.
pub(crate) struct Body<'a, 'ctx> {
    pub cx: &'a Cx<'a, 'ctx>,
    pub func: &'a Function,
    pub value: FunctionValue<'ctx>,
    pub b: Builder<'ctx>,
    /// Where memory of the frame is allocated: the end of the first block.
    frame: Builder<'ctx>,
    values: Vec<Known<'ctx>>,
    blocks: SecondaryMap<Block, Option<BasicBlock<'ctx>>>,
    phis: SecondaryMap<Block, Vec<PhiValue<'ctx>>>,
    slots: SecondaryMap<Slot, Option<PointerValue<'ctx>>>,
    /// Memory for the results, if that is how they are returned.
    result: Option<PointerValue<'ctx>>,
    context: Option<PointerValue<'ctx>>,
    returns: Returns<'ctx>,
    pub scope: Option<Scope<'ctx>>,
    /// The block being translated, and the instruction.
    pub block: Block,
    pub inst: Option<Inst>,
    pub dominators: Dominators,
    /// Blocks in which a pointer was found not to be nil.
    pub checked: FxHashMap<Value, Vec<Block>>,
    /// Blocks that panic for a nil dereference, by location.
    pub nil_panics: FxHashMap<Option<gust_ir::Loc>, BasicBlock<'ctx>>,
    /// Where the function goes on after recovered panics.
    pub recovered: Option<Block>,
    /// Objects made in this block.
    pub fresh: Vec<crate::barrier::Fresh>,
}

/// Functions with longer blocks are not optimized: the time that LLVM takes to schedule instructions grows with the
/// square of a block's length. Such blocks are tables that are made once, mostly.
const MAX_OPTIMIZED_BLOCK: usize = 10_000;

/// Sets the attributes of a function that the module defines.
pub(crate) fn attributes<'ctx>(cx: &Cx<'_, 'ctx>, func: &Function, value: FunctionValue<'ctx>) {
    let attrs = func.attrs;
    let mut kinds = vec!["nounwind", "null_pointer_is_valid"];
    let own_frame = func.layout.iter().any(|&block| {
        func.blocks[block].insts.iter().any(|&inst| {
            matches!(
                func.insts[inst],
                InstData::FrameAddress | InstData::CallerPc | InstData::SetRecover { .. }
            )
        })
    });
    let longest = func.layout.iter().map(|&b| func.blocks[b].insts.len());
    let huge = longest.max().unwrap_or(0) > MAX_OPTIMIZED_BLOCK;
    if attrs.noinline || own_frame || huge {
        kinds.push("noinline");
    }
    if huge {
        kinds.push("optnone");
    }
    if attrs.noreturn {
        kinds.push("noreturn");
    }
    if attrs.cold {
        kinds.push("cold");
    }
    for kind in kinds {
        value.add_attribute(AttributeLoc::Function, cx.attr(kind));
    }
    let cpu = crate::target::cpu(cx.options.goamd64).unwrap_or("x86-64");
    let mut texts = vec![
        ("frame-pointer", "all"),
        ("disable-tail-calls", "true"),
        ("target-cpu", cpu),
    ];
    if !attrs.nosplit {
        texts.push(("split-stack", ""));
    }
    for (key, text) in texts {
        let attribute = cx.types.context.create_string_attribute(key, text);
        value.add_attribute(AttributeLoc::Function, attribute);
    }
}

/// Translates the body of a function.
pub(crate) fn define<'a, 'ctx>(
    cx: &'a Cx<'a, 'ctx>,
    func: &'a Function,
    value: FunctionValue<'ctx>,
) -> Result<()> {
    if func.layout.is_empty() {
        return Err(Error::new("no blocks"));
    }
    let order = func.reverse_postorder();
    let context = cx.types.context;
    let first = context.append_basic_block(value, "");
    let frame = context.create_builder();
    frame.position_at_end(first);
    let legal = cx.types.legal(&func.sig, func.attrs.closure);
    let mut body = Body {
        cx,
        func,
        value,
        b: context.create_builder(),
        frame,
        values: vec![Known::Not; func.value_count()],
        blocks: SecondaryMap::new(),
        phis: SecondaryMap::new(),
        slots: SecondaryMap::new(),
        result: None,
        context: None,
        returns: legal.returns,
        scope: None,
        block: func.entry(),
        inst: None,
        dominators: Dominators::new(func, &order),
        checked: FxHashMap::default(),
        nil_panics: FxHashMap::default(),
        recovered: None,
        fresh: Vec::new(),
    };
    if let Some(debug) = &cx.debug {
        let subprogram = debug.subprogram(cx, func.symbol, None);
        value.set_subprogram(subprogram);
        body.scope = Some(Scope::new(subprogram));
    }
    body.parameters(legal.returns)?;
    body.make_blocks(&order)?;
    body.recovered = order.iter().find_map(|&block| body.recovers(block));
    if body.recovered.is_some() {
        body.make_frame_slots()?;
        body.escape_slots(&body.frame, FRAME_SLOT)?;
    }
    for &block in &order {
        body.block(block)?;
    }
    let entry = body.blocks[func.entry()].ok_or_else(|| Error::new("no entry"))?;
    body.frame.build_unconditional_branch(entry)?;
    Ok(())
}

impl<'ctx> Body<'_, 'ctx> {
    fn parameters(&mut self, returns: Returns<'ctx>) -> Result<()> {
        let mut params = self.value.get_param_iter();
        let mut next = || {
            params
                .next()
                .ok_or_else(|| Error::new("too few parameters"))
        };
        if let Returns::Memory(ty) = returns {
            self.result = Some(next()?.into_pointer_value());
            for attr in self.cx.result_attributes(ty.as_basic_type_enum()) {
                self.value.add_attribute(AttributeLoc::Param(0), attr);
            }
        }
        if self.func.attrs.closure {
            self.context = Some(next()?.into_pointer_value());
        }
        for &param in &self.func.blocks[self.func.entry()].params {
            self.values[param.as_u32() as usize] = Known::Whole(next()?);
        }
        Ok(())
    }

    /// Makes all blocks reached, with their phis.
    fn make_blocks(&mut self, order: &[Block]) -> Result<()> {
        let context = self.cx.types.context;
        for &block in order {
            let llvm = context.append_basic_block(self.value, "");
            self.blocks[block] = Some(llvm);
            if block == self.func.entry() {
                continue;
            }
            self.b.position_at_end(llvm);
            for &param in &self.func.blocks[block].params {
                let phi = self
                    .b
                    .build_phi(self.cx.types.scalar(self.func.ty(param)), "")?;
                self.phis[block].push(phi);
                self.values[param.as_u32() as usize] = Known::Whole(phi.as_basic_value());
            }
        }
        Ok(())
    }

    /// Where the function goes on after a recovered panic, if that is set up at the end of a block.
    fn recovers(&self, block: Block) -> Option<Block> {
        match self.func.terminator(block) {
            Some(InstData::SetRecover { recovered, .. }) => Some(recovered.block),
            _ => None,
        }
    }

    /// Hands all slots to code that the passes cannot see into: where a function goes on after a recovered panic, it
    /// reads what was written before calls that as far as LLVM knows come later, or never. Slots with a scope of their own
    /// are not read there.
    fn escape_slots(&self, at: &Builder<'ctx>, text: &str) -> Result<()> {
        let ty = self
            .cx
            .types
            .context
            .void_type()
            .fn_type(&[self.cx.types.ptr.into()], false);
        for slot in self.func.slots.keys() {
            let Some(address) = self.slots[slot] else {
                continue;
            };
            let asm = self.cx.types.context.create_inline_asm(
                ty,
                text.to_owned(),
                "r,~{memory}".to_string(),
                true,
                false,
                None,
                false,
            );
            at.build_indirect_call(ty, asm, &[address.into()], "")?;
        }
        Ok(())
    }

    /// Makes the slots that have no scope of their own.
    fn make_frame_slots(&mut self) -> Result<()> {
        let mut scoped = FxHashSet::default();
        for data in self.func.insts.values() {
            if let InstData::SlotStart { slot } = data {
                scoped.insert(*slot);
            }
        }
        for slot in self.func.slots.keys() {
            if !scoped.contains(&slot) {
                self.slot(slot)?;
            }
        }
        Ok(())
    }

    fn block(&mut self, block: Block) -> Result<()> {
        let Some(llvm) = self.blocks[block] else {
            return Ok(());
        };
        self.block = block;
        self.fresh.clear();
        self.b.position_at_end(llvm);
        if self.recovered == Some(block) {
            self.escape_slots(&self.b, RECOVERED_SLOT)?;
        }
        for &inst in &self.func.blocks[block].insts {
            self.inst = Some(inst);
            if let (Some(scope), Some(debug)) = (&self.scope, &self.cx.debug) {
                let location = scope.location(self.cx, debug, self.func.locs[inst]);
                self.b.set_current_debug_location(location);
            }
            self.instruction(inst)?;
        }
        Ok(())
    }

    /// Memory of the frame.
    pub fn alloca(&self, ty: impl BasicType<'ctx>, align: u32) -> Result<PointerValue<'ctx>> {
        let memory = self.frame.build_alloca(ty, "")?;
        if let Some(inst) = memory.as_instruction() {
            inst.set_alignment(align)
                .map_err(|e| Error::new(e.to_string()))?;
        }
        Ok(memory)
    }

    pub fn slot(&mut self, slot: Slot) -> Result<PointerValue<'ctx>> {
        if let Some(address) = self.slots[slot] {
            return Ok(address);
        }
        let data = self.func.slots[slot];
        let address = self.alloca(self.cx.types.i8.array_type(data.size), data.align)?;
        self.slots[slot] = Some(address);
        Ok(address)
    }

    /// A value.
    pub fn get(&self, value: Value) -> Result<BasicValueEnum<'ctx>> {
        match self.values[value.as_u32() as usize] {
            Known::Whole(v) => Ok(v),
            Known::Bit(bit) => {
                let wide = self.b.build_int_z_extend(bit, self.cx.types.i8, "")?;
                Ok(wide.into())
            }
            Known::Not => Err(Error::new(format!("{value} is used before it is defined"))),
        }
    }

    pub fn int(&self, value: Value) -> Result<IntValue<'ctx>> {
        match self.get(value)? {
            BasicValueEnum::IntValue(v) => Ok(v),
            _ => Err(Error::new(format!("{value} is not an integer"))),
        }
    }

    pub fn float(&self, value: Value) -> Result<FloatValue<'ctx>> {
        match self.get(value)? {
            BasicValueEnum::FloatValue(v) => Ok(v),
            _ => Err(Error::new(format!("{value} is not a float"))),
        }
    }

    pub fn ptr(&self, value: Value) -> Result<PointerValue<'ctx>> {
        match self.get(value)? {
            BasicValueEnum::PointerValue(v) => Ok(v),
            _ => Err(Error::new(format!("{value} is not a pointer"))),
        }
    }

    /// A condition: whether an `i8` is not 0.
    fn bit(&self, value: Value) -> Result<IntValue<'ctx>> {
        if let Known::Bit(bit) = self.values[value.as_u32() as usize] {
            return Ok(bit);
        }
        let zero = self.cx.types.i8.const_zero();
        Ok(self
            .b
            .build_int_compare(IntPredicate::NE, self.int(value)?, zero, "")?)
    }

    /// Result `index` of an instruction.
    pub fn set(&mut self, inst: Inst, index: usize, value: impl BasicValue<'ctx>) {
        if let Some(result) = self.func.results[inst].get(index) {
            self.values[result.as_u32() as usize] = Known::Whole(value.as_basic_value_enum());
        }
    }

    /// The type of an instruction's first result.
    pub fn result_type(&self, inst: Inst) -> Result<Type> {
        let result = self.func.results[inst].first();
        result
            .map(|&v| self.func.ty(v))
            .ok_or_else(|| Error::new("an instruction lacks its result"))
    }

    /// A new block at the end.
    pub fn new_block(&self) -> BasicBlock<'ctx> {
        self.cx.types.context.append_basic_block(self.value, "")
    }

    fn instruction(&mut self, inst: Inst) -> Result<()> {
        let func = self.func;
        let data = &func.insts[inst];
        let types = self.cx.types;
        self.track_fresh(data);
        match data {
            InstData::IConst { value } => {
                let ty = self.result_type(inst)?;
                let number = types.int(ty.bytes()).const_int(*value as u64, true);
                match ty {
                    Type::Ptr if *value == 0 => self.set(inst, 0, types.ptr.const_null()),
                    Type::Ptr => self.set(inst, 0, number.const_to_pointer(types.ptr)),
                    _ => self.set(inst, 0, number),
                }
            }
            InstData::FConst { bits } => {
                let ty = self.result_type(inst)?;
                let number = types.int(ty.bytes()).const_int(*bits, false);
                // Folded to a constant; a detour through a Rust float would change signalling NaNs.
                let float = self.b.build_bit_cast(number, types.float(ty), "")?;
                self.set(inst, 0, float);
            }
            InstData::SymbolAddr { symbol, offset } => {
                let address = crate::data::plus(self.cx, self.cx.address(*symbol), *offset);
                self.set(inst, 0, address);
            }
            InstData::SlotAddr { slot } => {
                let address = self.slot(*slot)?;
                self.set(inst, 0, address);
            }
            InstData::SlotStart { slot } => self.slot_lifetime("llvm.lifetime.start", *slot)?,
            InstData::SlotEnd { slot } => self.slot_lifetime("llvm.lifetime.end", *slot)?,
            InstData::ClosureContext => {
                let context = self
                    .context
                    .ok_or_else(|| Error::new("no closure, but it reads its context"))?;
                self.set(inst, 0, context);
            }
            InstData::FrameAddress | InstData::CallerPc => self.frame_address(inst, data)?,
            InstData::Unary { op, x } => {
                let value = self.unary(*op, *x, self.result_type(inst)?)?;
                self.set(inst, 0, value);
            }
            InstData::Binary { op, x, y } => {
                let value = self.binary(*op, *x, *y)?;
                self.set(inst, 0, value);
            }
            InstData::Fma { x, y, z } => {
                let [x, y, z] = [self.float(*x)?, self.float(*y)?, self.float(*z)?];
                let value = self.fma(x, y, z)?;
                self.set(inst, 0, value);
            }
            InstData::AddCarry { x, y, carry } => {
                self.carry(inst, "llvm.uadd.with.overflow", [*x, *y, *carry])?;
            }
            InstData::SubBorrow { x, y, borrow } => {
                self.carry(inst, "llvm.usub.with.overflow", [*x, *y, *borrow])?;
            }
            InstData::ICmp { cond, x, y } => {
                let cond = int_predicate(*cond);
                let bit = match (self.get(*x)?, self.get(*y)?) {
                    (BasicValueEnum::PointerValue(x), BasicValueEnum::PointerValue(y)) => {
                        self.b.build_int_compare(cond, x, y, "")?
                    }
                    (x, y) => {
                        let (x, y) = (x.into_int_value(), y.into_int_value());
                        self.b.build_int_compare(cond, x, y, "")?
                    }
                };
                self.set_bit(inst, bit);
            }
            InstData::FCmp { cond, x, y } => {
                let (x, y) = (self.float(*x)?, self.float(*y)?);
                let bit = self
                    .b
                    .build_float_compare(float_predicate(*cond), x, y, "")?;
                self.set_bit(inst, bit);
            }
            InstData::Select { cond, x, y } => {
                let cond = self.bit(*cond)?;
                let value = self
                    .b
                    .build_select(cond, self.get(*x)?, self.get(*y)?, "")?;
                self.set(inst, 0, value);
            }
            InstData::Load { .. }
            | InstData::Store { .. }
            | InstData::StorePtr { .. }
            | InstData::MemMove { .. }
            | InstData::MemZero { .. }
            | InstData::New { .. }
            | InstData::AtomicLoad { .. }
            | InstData::AtomicStore { .. }
            | InstData::AtomicRmw { .. }
            | InstData::AtomicCas { .. }
            | InstData::KeepAlive { .. } => self.memory(inst, data)?,
            InstData::NilCheck { x } => self.nil_check(*x)?,
            InstData::BoundsCheck {
                kind,
                unsigned,
                index,
                bound,
            } => {
                self.bounds_check(*kind, *unsigned, *index, *bound)?;
            }
            InstData::Call { target, sig, args } => {
                self.call(inst, target, sig, args)?;
            }
            InstData::DebugValue { var, place, x } => self.debug_value(*var, *place, *x)?,
            InstData::Jump(to) => {
                let to = self.edge(to)?;
                self.b.build_unconditional_branch(to)?;
            }
            InstData::BrIf { cond, then, els } => {
                let cond = self.bit(*cond)?;
                self.branch(cond, then, els)?;
            }
            InstData::Switch { x, cases, default } => {
                let x = self.int(*x)?;
                let mut used = vec![default.block];
                let default = self.edge(default)?;
                let mut targets = Vec::with_capacity(cases.len());
                for (number, to) in cases {
                    let target = self.nth_edge(to, &mut used)?;
                    targets.push((x.get_type().const_int(*number as u64, true), target));
                }
                self.b.build_switch(x, default, &targets)?;
            }
            InstData::SetRecover {
                slot,
                normal,
                recovered,
            } => {
                let buffer = self.slot(*slot)?;
                let resumed = self.set_recover(buffer)?;
                self.branch(resumed, recovered, normal)?;
            }
            InstData::Return { values } => self.ret(values)?,
            InstData::Unreachable => {
                self.b.build_unreachable()?;
            }
        }
        Ok(())
    }

    fn set_bit(&mut self, inst: Inst, bit: IntValue<'ctx>) {
        if let Some(result) = self.func.results[inst].first() {
            self.values[result.as_u32() as usize] = Known::Bit(bit);
        }
    }

    fn frame_address(&mut self, inst: Inst, data: &InstData) -> Result<()> {
        let types = self.cx.types;
        let zero = types.i32.const_zero();
        if matches!(data, InstData::FrameAddress) {
            let function = self
                .cx
                .intrinsic("llvm.frameaddress", Some(types.ptr.into()))?;
            let address = self.pure(function, &[zero.into()])?;
            self.set(inst, 0, address);
        } else {
            let function = self.cx.intrinsic("llvm.returnaddress", None)?;
            let address = self.pure(function, &[zero.into()])?.into_pointer_value();
            let number = self.b.build_ptr_to_int(address, types.i64, "")?;
            self.set(inst, 0, number);
        }
        Ok(())
    }

    /// The block a jump goes to, after telling its phis what they get.
    fn edge(&self, to: &BlockCall) -> Result<BasicBlock<'ctx>> {
        let from = self
            .b
            .get_insert_block()
            .ok_or_else(|| Error::new("no block"))?;
        for (phi, &arg) in self.phis[to.block].iter().zip(&to.args) {
            phi.add_incoming(&[(&self.get(arg)?, from)]);
        }
        self.blocks[to.block].ok_or_else(|| Error::new("jump to a block that was not made"))
    }

    /// Likewise for a terminator that goes to several blocks. A phi has one value for each block before it, so a second
    /// way to one block gets a block of its own.
    fn nth_edge(&self, to: &BlockCall, used: &mut Vec<Block>) -> Result<BasicBlock<'ctx>> {
        if self.phis[to.block].is_empty() {
            return self.edge(to);
        }
        if !used.contains(&to.block) {
            used.push(to.block);
            return self.edge(to);
        }
        let from = self
            .b
            .get_insert_block()
            .ok_or_else(|| Error::new("no block"))?;
        let between = self.new_block();
        self.b.position_at_end(between);
        let target = self.edge(to)?;
        self.b.build_unconditional_branch(target)?;
        self.b.position_at_end(from);
        Ok(between)
    }

    fn branch(&self, cond: IntValue<'ctx>, then: &BlockCall, els: &BlockCall) -> Result<()> {
        let mut used = Vec::new();
        let then = self.nth_edge(then, &mut used)?;
        let els = self.nth_edge(els, &mut used)?;
        self.b.build_conditional_branch(cond, then, els)?;
        Ok(())
    }

    fn ret(&self, values: &[Value]) -> Result<()> {
        match self.returns {
            Returns::Nothing => {
                self.b.build_return(None)?;
            }
            Returns::One(_) => {
                let value = self.get(values[0])?;
                self.b.build_return(Some(&value))?;
            }
            Returns::Registers(ty) => {
                let mut list = ty.get_poison();
                for (i, &value) in (0u32..).zip(values) {
                    let value = self.get(value)?;
                    list = self
                        .b
                        .build_insert_value(list, value, i, "")?
                        .into_struct_value();
                }
                self.b.build_return(Some(&list))?;
            }
            Returns::Memory(_) => {
                let result = self.result.ok_or_else(|| Error::new("no result memory"))?;
                for (i, &value) in (0i64..).zip(values) {
                    let value = self.get(value)?;
                    let field = self.offset(result, 8 * i)?;
                    self.b.build_store(field, value)?;
                }
                self.b.build_return(None)?;
            }
        }
        Ok(())
    }
}

fn int_predicate(cond: IntCond) -> IntPredicate {
    match cond {
        IntCond::Eq => IntPredicate::EQ,
        IntCond::Ne => IntPredicate::NE,
        IntCond::Slt => IntPredicate::SLT,
        IntCond::Sle => IntPredicate::SLE,
        IntCond::Sgt => IntPredicate::SGT,
        IntCond::Sge => IntPredicate::SGE,
        IntCond::Ult => IntPredicate::ULT,
        IntCond::Ule => IntPredicate::ULE,
        IntCond::Ugt => IntPredicate::UGT,
        IntCond::Uge => IntPredicate::UGE,
    }
}

fn float_predicate(cond: FloatCond) -> FloatPredicate {
    match cond {
        FloatCond::Eq => FloatPredicate::OEQ,
        FloatCond::Ne => FloatPredicate::UNE,
        FloatCond::Lt => FloatPredicate::OLT,
        FloatCond::Le => FloatPredicate::OLE,
        FloatCond::Gt => FloatPredicate::OGT,
        FloatCond::Ge => FloatPredicate::OGE,
    }
}
