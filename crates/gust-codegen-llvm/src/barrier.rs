//! Write barriers: while the collector marks with the program running, it is told of every pointer in the heap that is
//! overwritten.
//!
//! A goroutine can be stopped between any two instructions, also for marking to begin. So the old pointer is loaded first and
//! lives in a register, where the collector looks for roots, until the flag has been read after the write. These accesses are
//! volatile: that keeps their order.
//!
//! Frames and globals are scanned with the world stopped as marking begins, so writes there need no barrier; nor does the first
//! write to a place of a new object, which holds nil.

use crate::Result;
use crate::function::Body;
use crate::memory::set_volatile;
use gust_abi::entry::{Entry, GC_MARKING};
use gust_ir::{BinaryOp, InstData, MemFlags, Type, Value, ValueDef};
use inkwell::IntPredicate;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::values::{BasicValue, IntValue, PointerValue};

/// LLVM's number of the calling convention that preserves most registers.
const PRESERVE_MOST: u32 = 14;

/// LLVM's number for `memory(inaccessiblemem: readwrite)`: two bits per kind of memory, that of arguments the lowest.
const INACCESSIBLE: u64 = 3 << 2;

/// Words of a new object that are kept account of.
const TRACKED: u64 = 64;

/// An object that was made in this block and that nobody else knows yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh {
    object: Value,
    /// Words written, by bits.
    written: u64,
}

/// The bits of the words that bytes lie in; nothing if some are beyond what is tracked.
fn words(offset: i64, size: i64) -> Option<u64> {
    let from = u64::try_from(offset).ok()? / 8;
    let to = u64::try_from(offset.checked_add(size)?).ok()?.div_ceil(8);
    (from < to && to <= TRACKED).then(|| (u64::MAX >> (TRACKED - (to - from))) << from)
}

impl<'ctx> Body<'_, 'ctx> {
    /// Keeps account of which new objects are still unknown to others. Before each instruction.
    pub fn track_fresh(&mut self, data: &InstData) {
        if self.fresh.is_empty() {
            return;
        }
        let mut forget = |v: Value| self.fresh.retain(|f| f.object != v);
        match *data {
            InstData::Load { .. } | InstData::NilCheck { .. } => {}
            InstData::Store { value, .. } | InstData::StorePtr { value, .. } => forget(value),
            InstData::MemMove { src, .. } => forget(src),
            _ => data.for_each_operand(forget),
        }
        if let InstData::Store { addr, offset, .. } = *data {
            // A pointer may be written as an integer.
            self.first_write(addr, offset.into(), 8);
        }
    }

    /// After an instruction that makes an object.
    pub fn add_fresh(&mut self, object: Value) {
        if self.cx.options.write_barriers {
            self.fresh.push(Fresh { object, written: 0 });
        }
    }

    /// Whether this write is the first one to that place of a new object.
    fn first_write(&mut self, addr: Value, offset: i64, size: i64) -> bool {
        let Some(fresh) = self.fresh.iter_mut().find(|f| f.object == addr) else {
            return false;
        };
        match words(offset, size) {
            Some(words) => {
                let first = fresh.written & words == 0;
                fresh.written |= words;
                first
            }
            None => {
                fresh.written = u64::MAX;
                false
            }
        }
    }

    /// Whether an address is one of this frame or of a global.
    fn is_root(&self, addr: Value) -> bool {
        let ValueDef::Result(inst, _) = self.func.def(addr) else {
            return false;
        };
        match self.func.insts[inst] {
            InstData::SlotAddr { .. } | InstData::SymbolAddr { .. } => true,
            InstData::Binary {
                op: BinaryOp::PtrAdd,
                x,
                ..
            } => self.is_root(x),
            _ => false,
        }
    }

    /// Whether writing bytes of memory that holds pointers needs a barrier.
    pub fn needs_barrier(&mut self, addr: Value, offset: i64, size: Option<i64>) -> bool {
        if !self.cx.options.write_barriers || self.is_root(addr) {
            return false;
        }
        !self.first_write(addr, offset, size.unwrap_or(i64::MAX))
    }

    /// Whether an atomic write of a value needs a barrier.
    pub fn needs_atomic_barrier(&mut self, addr: Value, value: Value) -> bool {
        self.func.ty(value) == Type::Ptr && self.needs_barrier(addr, 0, Some(8))
    }

    /// A store of a pointer.
    pub fn store_pointer(
        &mut self,
        flags: MemFlags,
        value: Value,
        addr: Value,
        offset: i32,
    ) -> Result<()> {
        let place = self.place(flags, addr, offset)?;
        if !self.needs_barrier(addr, offset.into(), Some(8)) {
            let store = self.b.build_store(place, self.get(value)?)?;
            return crate::memory::align(store, 1);
        }
        let old = self.b.build_load(self.cx.types.ptr, place, "")?;
        if let Some(load) = old.as_instruction_value() {
            crate::memory::align(load, 1)?;
            set_volatile(load);
        }
        let store = self.b.build_store(place, self.get(value)?)?;
        crate::memory::align(store, 1)?;
        set_volatile(store);
        self.overwritten(old.into_pointer_value(), None)
    }

    /// Tells the collector of a pointer that was overwritten (under a condition), if it marks.
    pub fn overwritten(
        &self,
        old: PointerValue<'ctx>,
        condition: Option<IntValue<'ctx>>,
    ) -> Result<()> {
        let types = self.cx.types;
        let flag = self
            .b
            .build_load(types.i32, self.cx.word(GC_MARKING), "")?
            .into_int_value();
        if let Some(load) = flag.as_instruction() {
            set_volatile(load);
        }
        let zero = types.i32.const_zero();
        let mut marking = self.b.build_int_compare(IntPredicate::NE, flag, zero, "")?;
        if let Some(condition) = condition {
            marking = self.b.build_and(marking, condition, "")?;
        }
        let (tell, on) = (self.new_block(), self.new_block());
        let branch = self.b.build_conditional_branch(marking, tell, on)?;
        let weights = branch.set_metadata(self.cx.unlikely, self.cx.prof);
        debug_assert!(weights.is_ok());
        self.b.position_at_end(tell);
        let (callee, legal) = self.cx.entry(Entry::WriteBarrier);
        let call = self.raw_call(callee, legal, &[old.into()])?;
        call.set_call_convention(PRESERVE_MOST);
        call.add_attribute(AttributeLoc::Function, self.cx.attr("cold"));
        let memory = Attribute::get_named_enum_kind_id("memory");
        let memory = types.context.create_enum_attribute(memory, INACCESSIBLE);
        call.add_attribute(AttributeLoc::Function, memory);
        self.b.build_unconditional_branch(on)?;
        self.b.position_at_end(on);
        Ok(())
    }
}

/// Sets the calling convention of the write barrier where it is declared.
pub(crate) fn declare(function: inkwell::values::FunctionValue<'_>) {
    function.set_call_conventions(PRESERVE_MOST);
}
