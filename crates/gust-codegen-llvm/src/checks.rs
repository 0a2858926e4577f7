//! Checks for nil and for bounds, and which of the former are not needed.
//!
//! A check is a comparison and a block of its own that calls the runtime. These calls are never merged: each
//! stands for its line.

use crate::Result;
use crate::function::Body;
use cranelift_entity::SecondaryMap;
use gust_abi::convention::UNSIGNED_INDEX;
use gust_abi::entry::Entry;
use gust_ir::{BinaryOp, Block, BoundsKind, Function, InstData, Value, ValueDef};
use inkwell::IntPredicate;
use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::values::{BasicMetadataValueEnum, InstructionValue, IntValue};

/// Which blocks dominate which.
pub(crate) struct Dominators {
    /// Of each block, when a walk over the dominator tree enters and leaves it.
    times: SecondaryMap<Block, (u32, u32)>,
}

impl Dominators {
    /// `order` is a reverse postorder.
    pub fn new(func: &Function, order: &[Block]) -> Self {
        let idoms = func.immediate_dominators(order);
        let mut children: SecondaryMap<Block, Vec<Block>> = SecondaryMap::new();
        for &block in order {
            if let Some(up) = idoms[block]
                && up != block
            {
                children[up].push(block);
            }
        }
        let mut times: SecondaryMap<Block, (u32, u32)> = SecondaryMap::new();
        let mut time = 0;
        let mut stack = vec![(func.entry(), false)];
        while let Some((block, done)) = stack.pop() {
            time += 1;
            if done {
                times[block].1 = time;
                continue;
            }
            times[block].0 = time;
            stack.push((block, true));
            stack.extend(children[block].iter().map(|&child| (child, false)));
        }
        Self { times }
    }

    /// Whether every way to `b` goes through `a`.
    pub fn dominates(&self, a: Block, b: Block) -> bool {
        let ((a_in, a_out), (b_in, b_out)) = (self.times[a], self.times[b]);
        a_in <= b_in && b_out <= a_out
    }
}

impl<'ctx> Body<'_, 'ctx> {
    /// Whether a pointer is known not to be nil here.
    fn not_nil(&self, x: Value) -> bool {
        if let Some(blocks) = self.checked.get(&x)
            && blocks
                .iter()
                .any(|&at| self.dominators.dominates(at, self.block))
        {
            return true;
        }
        let ValueDef::Result(inst, _) = self.func.def(x) else {
            return false;
        };
        match self.func.insts[inst] {
            InstData::SlotAddr { .. } | InstData::SymbolAddr { .. } | InstData::New { .. } => true,
            InstData::Binary {
                op: BinaryOp::PtrAdd,
                x,
                ..
            } => self.not_nil(x),
            _ => false,
        }
    }

    /// Panics if a pointer is nil.
    pub fn nil_check(&mut self, x: Value) -> Result<()> {
        if self.not_nil(x) {
            return Ok(());
        }
        let nil = self.b.build_is_null(self.ptr(x)?, "")?;
        let loc = self.inst.and_then(|inst| self.func.locs[inst]);
        let panic = match self.nil_panics.get(&loc) {
            Some(&block) => block,
            None => {
                let block = self.panic(Entry::PanicNil, &[])?;
                self.nil_panics.insert(loc, block);
                block
            }
        };
        let branch = self.fail_if(nil, panic)?;
        let implicit = branch.set_metadata(self.cx.empty, self.cx.make_implicit);
        debug_assert!(implicit.is_ok());
        self.checked.entry(x).or_default().push(self.block);
        Ok(())
    }

    /// Panics unless an index is in bounds.
    pub fn bounds_check(
        &mut self,
        kind: BoundsKind,
        unsigned: bool,
        index: Value,
        bound: Value,
    ) -> Result<()> {
        let (x, y) = (self.int(index)?, self.int(bound)?);
        let fails = if kind.allows_equal() {
            IntPredicate::UGT
        } else {
            IntPredicate::UGE
        };
        let fails = self.b.build_int_compare(fails, x, y, "")?;
        if fails.get_zero_extended_constant() == Some(0) {
            return Ok(());
        }
        let kind = kind as u64 | if unsigned { UNSIGNED_INDEX } else { 0 };
        let kind = self.cx.types.i64.const_int(kind, false);
        let panic = self.panic(Entry::PanicBounds, &[kind.into(), x.into(), y.into()])?;
        self.fail_if(fails, panic)?;
        Ok(())
    }

    /// Goes to a block that panics if a condition holds, and on in a new block.
    fn fail_if(
        &self,
        fails: IntValue<'ctx>,
        panic: BasicBlock<'ctx>,
    ) -> Result<InstructionValue<'ctx>> {
        let on = self.new_block();
        let branch = self.b.build_conditional_branch(fails, panic, on)?;
        let weights = branch.set_metadata(self.cx.unlikely, self.cx.prof);
        debug_assert!(weights.is_ok());
        self.b.position_at_end(on);
        Ok(branch)
    }

    /// A block that calls an entry point which does not return.
    fn panic(
        &self,
        entry: Entry,
        args: &[BasicMetadataValueEnum<'ctx>],
    ) -> Result<BasicBlock<'ctx>> {
        let here = self.b.get_insert_block();
        let block = self.new_block();
        self.b.position_at_end(block);
        let (callee, legal) = self.cx.entry(entry);
        let call = self.b.build_indirect_call(legal.ty, callee, args, "")?;
        for attr in ["noreturn", "nomerge", "cold", "nounwind"] {
            call.add_attribute(AttributeLoc::Function, self.cx.attr(attr));
        }
        self.b.build_unreachable()?;
        if let Some(here) = here {
            self.b.position_at_end(here);
        }
        Ok(block)
    }
}
