//! Calls.

use crate::function::Body;
use crate::module::Cx;
use crate::signature::{Legal, Returns};
use crate::{Error, Result, SET_RECOVER_SYMBOL};
use gust_abi::convention::{CURRENT_GOROUTINE, DEFER_RECORD_FIELDS, GOROUTINE_DEFERS};
use gust_abi::entry::Entry;
use gust_ir::{CallTarget, Inst, InstData, Signature, Slot, Type, Value, ValueDef};
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::types::{AnyType, BasicTypeEnum};
use inkwell::values::{
    BasicMetadataValueEnum, BasicValueEnum, CallSiteValue, FunctionValue, IntValue, PointerValue,
};
use inkwell::{AddressSpace, IntPredicate};

/// Up to how many bytes are compared in place.
const INLINE_COMPARE: i64 = 64;

/// Returns in the new process and then in the old one, with the same stack: neither must write over what the other needs.
const VFORK_SYMBOL: &str = "syscall.rawVforkSyscall";

/// LLVM's address space of memory behind the base of `fs`.
const FS: u16 = 257;

/// Where an itab's code addresses begin.
const ITAB_CODE: i64 = size_of::<gust_abi::types::Itab>() as i64;

impl<'ctx> Cx<'_, 'ctx> {
    /// The attributes of a parameter that results are written through.
    pub fn result_attributes(&self, ty: BasicTypeEnum<'ctx>) -> Vec<Attribute> {
        let sret = Attribute::get_named_enum_kind_id("sret");
        let mut attrs = vec![
            self.types
                .context
                .create_type_attribute(sret, ty.as_any_type_enum()),
        ];
        attrs.extend(["noalias", "nocapture"].map(|name| self.attr(name)));
        attrs
    }
}

impl<'ctx> Body<'_, 'ctx> {
    /// A call of the IR.
    pub fn call(
        &mut self,
        inst: Inst,
        target: &CallTarget,
        sig: &Signature,
        args: &[Value],
    ) -> Result<()> {
        if let CallTarget::Direct(symbol) = target
            && self.cx.name(*symbol) == Entry::MemEqual.symbol()
            && let &[x, y, size] = args
            && self
                .constant(size)
                .is_some_and(|n| (0..=INLINE_COMPARE).contains(&n))
        {
            let equal = self.small_equal(x, y, size)?;
            self.set(inst, 0, equal);
            return Ok(());
        }
        if let CallTarget::Direct(symbol) = target
            && self.call_in_place(inst, self.cx.name(*symbol), args)?
        {
            return Ok(());
        }
        let (callee, context) = match target {
            CallTarget::Direct(symbol) => (self.cx.address(*symbol), None),
            CallTarget::Closure(closure) => {
                self.nil_check(*closure)?;
                let closure = self.ptr(*closure)?;
                (self.load_ptr(closure)?, Some(closure))
            }
            CallTarget::Interface { itab, method, .. } => {
                self.nil_check(*itab)?;
                let offset = ITAB_CODE + 8 * i64::from(*method);
                let place = self.offset(self.ptr(*itab)?, offset)?;
                (self.load_ptr(place)?, None)
            }
        };
        let legal = self.cx.types.legal(sig, context.is_some());
        let mut values: Vec<BasicMetadataValueEnum<'ctx>> = Vec::with_capacity(args.len() + 2);
        let memory = match legal.returns {
            Returns::Memory(ty) => Some((ty, self.alloca(ty, 8)?)),
            _ => None,
        };
        values.extend(memory.map(|(_, at)| BasicMetadataValueEnum::from(at)));
        values.extend(context.map(BasicMetadataValueEnum::from));
        for &arg in args {
            values.push(self.get(arg)?.into());
        }
        if let Some((ty, at)) = memory {
            self.lifetime("llvm.lifetime.start", at, u64::from(ty.len()) * 8)?;
        }
        let call = self.raw_call(callee, legal, &values)?;
        if matches!(target, CallTarget::Direct(symbol) if self.cx.name(*symbol) == VFORK_SYMBOL) {
            call.add_attribute(AttributeLoc::Function, self.cx.attr("returns_twice"));
        }
        if let CallTarget::Direct(symbol) = target
            && [Entry::GrowSlice, Entry::GrowPlainSlice]
                .iter()
                .any(|e| e.symbol() == self.cx.name(*symbol))
        {
            // Most appends find room.
            call.add_attribute(AttributeLoc::Function, self.cx.attr("cold"));
        }
        match legal.returns {
            Returns::Nothing => {}
            Returns::One(_) => self.set(inst, 0, result(call)?),
            Returns::Registers(ty) => {
                let list = result(call)?.into_struct_value();
                for i in 0..ty.count_fields() {
                    let field = self.b.build_extract_value(list, i, "")?;
                    self.set(inst, i as usize, field);
                }
            }
            Returns::Memory(_) => {
                let Some((ty, at)) = memory else {
                    return Err(Error::new("no result memory"));
                };
                for attr in self.cx.result_attributes(ty.into()) {
                    call.add_attribute(AttributeLoc::Param(0), attr);
                }
                for (i, &ty) in sig.results.iter().enumerate() {
                    let field = self.offset(at, 8 * i as i64)?;
                    let value = self.b.build_load(self.cx.types.scalar(ty), field, "")?;
                    self.set(inst, i, value);
                }
                self.lifetime("llvm.lifetime.end", at, u64::from(ty.len()) * 8)?;
            }
        }
        Ok(())
    }

    /// Makes code for what a small function of the runtime does; false if it is none of these.
    fn call_in_place(&mut self, inst: Inst, name: &str, args: &[Value]) -> Result<bool> {
        let Some(name) = name.strip_prefix("runtime.") else {
            return Ok(false);
        };
        let [link, function, buffer] = DEFER_RECORD_FIELDS;
        match (name, args) {
            ("getg", []) => {
                let goroutine = self.goroutine()?;
                self.set(inst, 0, goroutine);
            }
            // Records of a frame's own calls are the newest; those of a frame further out have their place below
            // the calls of the frames between.
            ("deferproc", &[record, callee, frame]) if self.is_slot(frame) => {
                let record = self.ptr(record)?;
                let chain = self.offset(self.goroutine()?, GOROUTINE_DEFERS)?;
                let below = self.load_ptr(chain)?;
                for (at, value) in [
                    (link, below),
                    (function, self.ptr(callee)?),
                    (buffer, self.ptr(frame)?),
                ] {
                    self.b.build_store(self.offset(record, at)?, value)?;
                }
                self.b.build_store(chain, record)?;
            }
            ("deferpop", &[record]) => {
                let below = self.load_ptr(self.offset(self.ptr(record)?, link)?)?;
                let chain = self.offset(self.goroutine()?, GOROUTINE_DEFERS)?;
                self.b.build_store(chain, below)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn is_slot(&self, v: Value) -> bool {
        matches!(self.func.def(v), ValueDef::Result(inst, _)
            if matches!(self.func.insts[inst], InstData::SlotAddr { .. }))
    }

    /// The current goroutine: where the thread says. A function stays on its goroutine, so this may be read once.
    fn goroutine(&self) -> Result<PointerValue<'ctx>> {
        let types = self.cx.types;
        let in_fs = types.context.ptr_type(AddressSpace::from(FS));
        let place = types.i64.const_int(CURRENT_GOROUTINE, false);
        self.load_ptr(place.const_to_pointer(in_fs))
    }

    /// Whether few bytes are equal: LLVM makes comparisons of words of a call of `bcmp`.
    fn small_equal(&self, x: Value, y: Value, size: Value) -> Result<IntValue<'ctx>> {
        let sig = Signature {
            params: vec![Type::Ptr, Type::Ptr, Type::I64],
            results: vec![Type::I32],
        };
        let (callee, legal) = self.cx.runtime("bcmp", &sig);
        let args = [
            self.get(x)?.into(),
            self.get(y)?.into(),
            self.get(size)?.into(),
        ];
        let differ = result(self.raw_call(callee, legal, &args)?)?.into_int_value();
        let zero = self.cx.types.i32.const_zero();
        let equal = self
            .b
            .build_int_compare(IntPredicate::EQ, differ, zero, "")?;
        Ok(self.b.build_int_z_extend(equal, self.cx.types.i8, "")?)
    }

    /// The beginning or end of a slot's use. In optimised code only: debuggers show a variable up to its function's end.
    pub fn slot_lifetime(&mut self, name: &'static str, slot: Slot) -> Result<()> {
        if self.cx.options.opt_level == 0 {
            return Ok(());
        }
        let at = self.slot(slot)?;
        self.lifetime(name, at, self.func.slots[slot].size.into())
    }

    fn lifetime(&self, name: &'static str, at: PointerValue<'ctx>, size: u64) -> Result<()> {
        let types = self.cx.types;
        let function = self.cx.intrinsic(name, Some(types.ptr.into()))?;
        let size = types.i64.const_int(size, false);
        self.b
            .build_direct_call(function, &[size.into(), at.into()], "")?;
        Ok(())
    }

    /// A call of machine code.
    pub fn raw_call(
        &self,
        callee: PointerValue<'ctx>,
        legal: Legal<'ctx>,
        args: &[BasicMetadataValueEnum<'ctx>],
    ) -> Result<CallSiteValue<'ctx>> {
        let call = self.b.build_indirect_call(legal.ty, callee, args, "")?;
        // Calls in two branches stay two calls: a merged one would have no line.
        for attr in ["nounwind", "nomerge"] {
            call.add_attribute(AttributeLoc::Function, self.cx.attr(attr));
        }
        Ok(call)
    }

    /// A call of an intrinsic with a result.
    pub fn pure(
        &self,
        function: FunctionValue<'ctx>,
        args: &[BasicMetadataValueEnum<'ctx>],
    ) -> Result<BasicValueEnum<'ctx>> {
        result(self.b.build_direct_call(function, args, "")?)
    }

    /// Saves the machine state in a buffer; whether control came back because of a recovered panic.
    pub fn set_recover(&self, buffer: PointerValue<'ctx>) -> Result<IntValue<'ctx>> {
        let sig = Signature {
            params: vec![Type::Ptr],
            results: vec![Type::I32],
        };
        let (callee, legal) = self.cx.runtime(SET_RECOVER_SYMBOL, &sig);
        let call = self.raw_call(callee, legal, &[buffer.into()])?;
        call.add_attribute(AttributeLoc::Function, self.cx.attr("returns_twice"));
        let number = result(call)?.into_int_value();
        let zero = number.get_type().const_zero();
        Ok(self
            .b
            .build_int_compare(IntPredicate::NE, number, zero, "")?)
    }

    fn load_ptr(&self, at: PointerValue<'ctx>) -> Result<PointerValue<'ctx>> {
        let value = self.b.build_load(self.cx.types.ptr, at, "")?;
        Ok(value.into_pointer_value())
    }
}

/// The value a call gives.
pub(crate) fn result<'ctx>(call: CallSiteValue<'ctx>) -> Result<BasicValueEnum<'ctx>> {
    call.try_as_basic_value()
        .basic()
        .ok_or_else(|| Error::new("a call gives no value"))
}
