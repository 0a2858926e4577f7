//! Building a function block by block.

use crate::{
    BinaryOp, Block, BlockCall, BoundsKind, CallTarget, FloatCond, Function, Inst, InstData,
    IntCond, Loc, MemFlags, Signature, Slot, SlotData, SymbolRef, Type, UnaryOp, Value,
};

/// Appends instructions to the current block of a function.
#[derive(Debug)]
pub struct Builder<'a> {
    /// The function.
    pub func: &'a mut Function,
    block: Block,
    loc: Option<Loc>,
}

impl<'a> Builder<'a> {
    /// Starts a function: makes its entry block with the signature's parameters.
    pub fn new(func: &'a mut Function) -> Self {
        let block = func.add_block();
        for ty in func.sig.params.clone() {
            func.add_param(block, ty);
        }
        Self {
            func,
            block,
            loc: None,
        }
    }

    /// Where the next instructions come from.
    pub fn set_loc(&mut self, loc: Option<Loc>) {
        self.loc = loc;
    }

    /// The block that instructions go to.
    #[must_use]
    pub fn block(&self) -> Block {
        self.block
    }

    /// A new block with parameters of these types; the current one stays.
    pub fn new_block(&mut self, params: &[Type]) -> Block {
        let block = self.func.add_block();
        for &ty in params {
            self.func.add_param(block, ty);
        }
        block
    }

    /// Goes on in another block.
    pub fn switch_to(&mut self, block: Block) {
        self.block = block;
    }

    /// Whether the current block has its terminator.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.func.terminator(self.block).is_some()
    }

    /// A parameter of a block.
    #[must_use]
    pub fn param(&self, block: Block, index: usize) -> Value {
        self.func.blocks[block].params[index]
    }

    /// Appends any instruction.
    pub fn inst(&mut self, data: InstData, results: &[Type]) -> Inst {
        self.func.append(self.block, data, results, self.loc)
    }

    /// Appends an instruction with one result.
    pub fn value(&mut self, data: InstData, ty: Type) -> Value {
        let inst = self.inst(data, &[ty]);
        self.func.results[inst][0]
    }

    /// An integer or nil.
    pub fn iconst(&mut self, ty: Type, value: i64) -> Value {
        self.value(InstData::IConst { value }, ty)
    }

    /// A double.
    pub fn f64const(&mut self, value: f64) -> Value {
        self.value(
            InstData::FConst {
                bits: value.to_bits(),
            },
            Type::F64,
        )
    }

    /// A single.
    pub fn f32const(&mut self, value: f32) -> Value {
        self.value(
            InstData::FConst {
                bits: u64::from(value.to_bits()),
            },
            Type::F32,
        )
    }

    /// Address of a symbol.
    pub fn symbol_addr(&mut self, symbol: SymbolRef, offset: i64) -> Value {
        self.value(InstData::SymbolAddr { symbol, offset }, Type::Ptr)
    }

    /// A stack slot.
    pub fn slot(&mut self, size: u32, align: u32) -> Slot {
        self.func.slots.push(SlotData { size, align })
    }

    /// Address of a stack slot.
    pub fn slot_addr(&mut self, slot: Slot) -> Value {
        self.value(InstData::SlotAddr { slot }, Type::Ptr)
    }

    /// A unary operation with a result of type `ty`.
    pub fn unary(&mut self, op: UnaryOp, x: Value, ty: Type) -> Value {
        self.value(InstData::Unary { op, x }, ty)
    }

    /// A binary operation; the result has the left operand's type (`i64` for pointer differences).
    pub fn binary(&mut self, op: BinaryOp, x: Value, y: Value) -> Value {
        let ty = if op == BinaryOp::PtrSub {
            Type::I64
        } else {
            self.func.ty(x)
        };
        self.value(InstData::Binary { op, x, y }, ty)
    }

    /// An integer comparison.
    pub fn icmp(&mut self, cond: IntCond, x: Value, y: Value) -> Value {
        self.value(InstData::ICmp { cond, x, y }, Type::I8)
    }

    /// A float comparison.
    pub fn fcmp(&mut self, cond: FloatCond, x: Value, y: Value) -> Value {
        self.value(InstData::FCmp { cond, x, y }, Type::I8)
    }

    /// A choice between two values.
    pub fn select(&mut self, cond: Value, x: Value, y: Value) -> Value {
        let ty = self.func.ty(x);
        self.value(InstData::Select { cond, x, y }, ty)
    }

    /// A load.
    pub fn load(&mut self, ty: Type, addr: Value, offset: i32, flags: MemFlags) -> Value {
        self.value(
            InstData::Load {
                flags,
                addr,
                offset,
            },
            ty,
        )
    }

    /// A store without write barrier.
    pub fn store(&mut self, value: Value, addr: Value, offset: i32, flags: MemFlags) {
        self.inst(
            InstData::Store {
                flags,
                value,
                addr,
                offset,
            },
            &[],
        );
    }

    /// A pointer store with write barrier.
    pub fn store_ptr(&mut self, value: Value, addr: Value, offset: i32, flags: MemFlags) {
        self.inst(
            InstData::StorePtr {
                flags,
                value,
                addr,
                offset,
            },
            &[],
        );
    }

    /// A nil check.
    pub fn nil_check(&mut self, x: Value) {
        self.inst(InstData::NilCheck { x }, &[]);
    }

    /// A bounds check.
    pub fn bounds_check(&mut self, kind: BoundsKind, index: Value, bound: Value) {
        let check = InstData::BoundsCheck {
            kind,
            unsigned: false,
            index,
            bound,
        };
        self.inst(check, &[]);
    }

    /// A call; gives the results.
    pub fn call(&mut self, target: CallTarget, sig: Signature, args: &[Value]) -> Vec<Value> {
        let results = sig.results.clone();
        let data = InstData::Call {
            target,
            sig: Box::new(sig),
            args: args.into(),
        };
        let inst = self.inst(data, &results);
        self.func.results[inst].to_vec()
    }

    /// Ends the block with a jump.
    pub fn jump(&mut self, block: Block, args: &[Value]) {
        self.inst(InstData::Jump(BlockCall::new(block, args)), &[]);
    }

    /// Ends the block with a branch to blocks without parameters.
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
}
