//! Loads, stores, copies, allocation, atomics.
//!
//! Memory of Go is aligned by its type, but code that reads words at any address through `unsafe` works
//! on amd64: nothing but atomics promises an alignment to LLVM, which finds out about that of frames and globals itself.

use crate::function::Body;
use crate::{Error, Result};
use gust_abi::entry::Entry;
use gust_ir::{AtomicOp, Inst, InstData, MemFlags, Ordering, SymbolRef, Value, ValueDef};
use inkwell::values::{BasicValue, BasicValueEnum, InstructionValue, IntValue, PointerValue};
use inkwell::{AtomicOrdering, AtomicRMWBinOp};

impl<'ctx> Body<'_, 'ctx> {
    /// A pointer plus a constant, into the same object.
    pub fn offset(&self, base: PointerValue<'ctx>, offset: i64) -> Result<PointerValue<'ctx>> {
        if offset == 0 {
            return Ok(base);
        }
        self.ptr_add(base, self.cx.types.i64.const_int(offset as u64, true))
    }

    /// A pointer plus bytes, into the same object.
    pub fn ptr_add(
        &self,
        base: PointerValue<'ctx>,
        offset: IntValue<'ctx>,
    ) -> Result<PointerValue<'ctx>> {
        // SAFETY: builds an instruction of one index for a scalar type, which is well formed; that the result stays in
        // its object is what the IR demands.
        let sum = unsafe {
            self.b
                .build_in_bounds_gep(self.cx.types.i8, base, &[offset], "")?
        };
        Ok(sum)
    }

    /// The place of an access, after a check for nil if it needs one.
    pub fn place(
        &mut self,
        flags: MemFlags,
        addr: Value,
        offset: i32,
    ) -> Result<PointerValue<'ctx>> {
        if !flags.notrap {
            self.nil_check(addr)?;
        }
        self.offset(self.ptr(addr)?, i64::from(offset))
    }

    /// Whether the function's way out after a recovered panic may read what is stored there. A fault can start a panic
    /// at any access, of which LLVM knows nothing: it would move stores across.
    fn is_seen_after_recovery(&self, addr: Value) -> bool {
        self.recovered.is_some()
            && matches!(self.func.def(addr), ValueDef::Result(inst, _)
                if matches!(self.func.insts[inst], InstData::SlotAddr { .. }))
    }

    /// An instruction that deals with memory.
    pub fn memory(&mut self, inst: Inst, data: &InstData) -> Result<()> {
        let types = self.cx.types;
        match *data {
            InstData::Load {
                flags,
                addr,
                offset,
            } => {
                let place = self.place(flags, addr, offset)?;
                let ty = types.scalar(self.result_type(inst)?);
                let value = self.b.build_load(ty, place, "")?;
                if let Some(load) = value.as_instruction_value() {
                    align(load, 1)?;
                }
                self.set(inst, 0, value);
            }
            InstData::Store {
                flags,
                value,
                addr,
                offset,
            } => {
                let place = self.place(flags, addr, offset)?;
                let store = self.b.build_store(place, self.get(value)?)?;
                align(store, 1)?;
                if self.is_seen_after_recovery(addr) {
                    set_volatile(store);
                }
            }
            InstData::StorePtr {
                flags,
                value,
                addr,
                offset,
            } => self.store_pointer(flags, value, addr, offset)?,
            InstData::MemMove {
                dst, src, size, ty, ..
            } => self.mem_move(dst, src, size, ty)?,
            InstData::MemZero { dst, size, ty } => self.mem_zero(dst, size, ty)?,
            InstData::New { ty, .. } => {
                let (callee, legal) = self.cx.entry(Entry::NewObject);
                let call = self.raw_call(callee, legal, &[self.cx.address(ty).into()])?;
                for attr in ["noalias", "nonnull"] {
                    call.add_attribute(
                        inkwell::attributes::AttributeLoc::Return,
                        self.cx.attr(attr),
                    );
                }
                self.set(inst, 0, crate::calls::result(call)?);
                if let Some(&object) = self.func.results[inst].first() {
                    self.add_fresh(object);
                }
            }
            InstData::KeepAlive { x } => {
                let value = self.get(x)?;
                let constraint = if value.is_float_value() { "x" } else { "r" };
                let ty = types
                    .context
                    .void_type()
                    .fn_type(&[value.get_type().into()], false);
                let asm = types.context.create_inline_asm(
                    ty,
                    String::new(),
                    constraint.to_string(),
                    true,
                    false,
                    None,
                    false,
                );
                self.b.build_indirect_call(ty, asm, &[value.into()], "")?;
            }
            _ => self.atomic(inst, data)?,
        }
        Ok(())
    }

    fn atomic(&mut self, inst: Inst, data: &InstData) -> Result<()> {
        let types = self.cx.types;
        match *data {
            InstData::AtomicLoad { order, addr } => {
                self.nil_check(addr)?;
                let ty = self.result_type(inst)?;
                let value = self.b.build_load(types.scalar(ty), self.ptr(addr)?, "")?;
                if let Some(load) = value.as_instruction_value() {
                    align(load, ty.bytes())?;
                    set_ordering(load, ordering(order))?;
                }
                self.set(inst, 0, value);
            }
            InstData::AtomicStore { order, value, addr } => {
                self.nil_check(addr)?;
                let place = self.ptr(addr)?;
                if self.needs_atomic_barrier(addr, value) {
                    // The strongest order is an exchange in any case.
                    let old = self.exchange(place, self.ptr(value)?)?;
                    return self.overwritten(old, None);
                }
                let store = self.b.build_store(place, self.get(value)?)?;
                align(store, self.func.ty(value).bytes())?;
                set_ordering(store, ordering(order))?;
            }
            InstData::AtomicRmw { op, addr, value } => {
                self.nil_check(addr)?;
                let place = self.ptr(addr)?;
                let barrier = self.needs_atomic_barrier(addr, value);
                let op = match op {
                    AtomicOp::Add => AtomicRMWBinOp::Add,
                    AtomicOp::And => AtomicRMWBinOp::And,
                    AtomicOp::Or => AtomicRMWBinOp::Or,
                    AtomicOp::Xchg => AtomicRMWBinOp::Xchg,
                };
                let order = AtomicOrdering::SequentiallyConsistent;
                match self.get(value)? {
                    BasicValueEnum::PointerValue(v) => {
                        debug_assert_eq!(op, AtomicRMWBinOp::Xchg);
                        let old = self.exchange(place, v)?;
                        self.set(inst, 0, old);
                        if barrier {
                            self.overwritten(old, None)?;
                        }
                    }
                    BasicValueEnum::IntValue(v) => {
                        let old = self.b.build_atomicrmw(op, place, v, order)?;
                        self.set(inst, 0, old);
                    }
                    _ => return Err(Error::new("atomic operation on a float")),
                }
            }
            InstData::AtomicCas { addr, old, new } => {
                self.nil_check(addr)?;
                let place = self.ptr(addr)?;
                let barrier = self.needs_atomic_barrier(addr, new);
                let order = AtomicOrdering::SequentiallyConsistent;
                let (old, new) = (self.get(old)?, self.get(new)?);
                let pair = self.b.build_cmpxchg(place, old, new, order, order)?;
                let swapped = self.b.build_extract_value(pair, 1, "")?.into_int_value();
                if barrier {
                    self.overwritten(old.into_pointer_value(), Some(swapped))?;
                }
                let swapped = self.b.build_int_z_extend(swapped, types.i8, "")?;
                self.set(inst, 0, swapped);
            }
            _ => return Err(Error::new("not an instruction that deals with memory")),
        }
        Ok(())
    }

    /// Exchanges a pointer.
    fn exchange(
        &self,
        place: PointerValue<'ctx>,
        value: PointerValue<'ctx>,
    ) -> Result<PointerValue<'ctx>> {
        let types = self.cx.types;
        let value = self.b.build_ptr_to_int(value, types.i64, "")?;
        let order = AtomicOrdering::SequentiallyConsistent;
        let old = self
            .b
            .build_atomicrmw(AtomicRMWBinOp::Xchg, place, value, order)?;
        Ok(self.b.build_int_to_ptr(old, types.ptr, "")?)
    }

    /// What holds pointers is made of words.
    fn bulk_align(ty: Option<SymbolRef>) -> u32 {
        if ty.is_some() { 8 } else { 1 }
    }

    fn mem_move(
        &mut self,
        dst: Value,
        src: Value,
        size: Value,
        ty: Option<SymbolRef>,
    ) -> Result<()> {
        let (to, from, bytes) = (self.ptr(dst)?, self.ptr(src)?, self.int(size)?);
        if ty.is_some() && self.needs_barrier(dst, 0, self.constant(size)) {
            let (callee, legal) = self.cx.entry(Entry::MemMovePointers);
            self.raw_call(callee, legal, &[to.into(), from.into(), bytes.into()])?;
            return Ok(());
        }
        let align = Self::bulk_align(ty);
        self.b.build_memmove(to, align, from, align, bytes)?;
        Ok(())
    }

    fn mem_zero(&mut self, dst: Value, size: Value, ty: Option<SymbolRef>) -> Result<()> {
        let (to, bytes) = (self.ptr(dst)?, self.int(size)?);
        if ty.is_some() && self.needs_barrier(dst, 0, self.constant(size)) {
            let (callee, legal) = self.cx.entry(Entry::MemClearPointers);
            self.raw_call(callee, legal, &[to.into(), bytes.into()])?;
            return Ok(());
        }
        let zero = self.cx.types.i8.const_zero();
        self.b.build_memset(to, Self::bulk_align(ty), zero, bytes)?;
        Ok(())
    }
}

fn ordering(order: Ordering) -> AtomicOrdering {
    match order {
        Ordering::Relaxed => AtomicOrdering::Monotonic,
        Ordering::Acquire => AtomicOrdering::Acquire,
        Ordering::Release => AtomicOrdering::Release,
        Ordering::SeqCst => AtomicOrdering::SequentiallyConsistent,
    }
}

/// Keeps an access where it is among others of that kind.
pub(crate) fn set_volatile(inst: InstructionValue<'_>) {
    let set = inst.set_volatile(true);
    debug_assert!(set.is_ok());
}

pub(crate) fn align(inst: InstructionValue<'_>, bytes: u32) -> Result<()> {
    inst.set_alignment(bytes)
        .map_err(|e| Error::new(e.to_string()))
}

fn set_ordering(inst: InstructionValue<'_>, order: AtomicOrdering) -> Result<()> {
    inst.set_atomic_ordering(order)
        .map_err(|e| Error::new(e.to_string()))
}
