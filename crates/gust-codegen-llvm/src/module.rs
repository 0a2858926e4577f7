//! A module: symbols, what is declared and what is defined.

use crate::debug::Debug;
use crate::signature::{Legal, Types};
use crate::{Error, Options, Result, SET_RECOVER_SYMBOL, data, function};
use cranelift_entity::SecondaryMap;
use gust_abi::entry::{Effect, Entry, Scalar};
use gust_ir::{CallTarget, Function, InstData, Linkage, Module as Ir, Signature, SymbolRef, Type};
use inkwell::GlobalVisibility;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::intrinsics::Intrinsic;
use inkwell::module::{FlagBehavior, Linkage as LlvmLinkage, Module};
use inkwell::targets::TargetMachine;
use inkwell::types::{AsTypeRef, BasicTypeEnum, StructType};
use inkwell::values::{FunctionValue, GlobalValue, MetadataValue, PointerValue};
use llvm_sys::prelude::LLVMTypeRef;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// LLVM's number for `memory(argmem: read)`: two bits per kind of memory, that of arguments the lowest; 1 is reading.
const READS_ARGUMENTS: u64 = 1;

/// A module being translated.
pub(crate) struct Cx<'a, 'ctx> {
    pub ir: &'a Ir,
    pub llvm: Module<'ctx>,
    pub types: Types<'ctx>,
    pub options: &'a Options,
    pub debug: Option<Debug<'ctx>>,
    /// Metadata of a branch whose first way is hardly ever taken.
    pub unlikely: MetadataValue<'ctx>,
    /// Metadata kinds: `prof` and `make.implicit`.
    pub prof: u32,
    pub make_implicit: u32,
    pub empty: MetadataValue<'ctx>,
    /// What symbols of other modules are declared as; has no size, so nothing is assumed of it.
    unknown: StructType<'ctx>,
    symbols: RefCell<SecondaryMap<SymbolRef, Option<PointerValue<'ctx>>>>,
    intrinsics: RefCell<FxHashMap<(&'static str, LLVMTypeRef), FunctionValue<'ctx>>>,
}

/// Translates a module to LLVM's IR.
pub(crate) fn translate<'ctx>(
    context: &'ctx Context,
    machine: &TargetMachine,
    ir: &Ir,
    name: &str,
    options: &Options,
) -> Result<Module<'ctx>> {
    let llvm = context.create_module(name);
    llvm.set_triple(&machine.get_triple());
    llvm.set_data_layout(&machine.get_target_data().get_data_layout());
    let types = Types::new(context);
    // Frame pointers are kept in functions that LLVM makes too.
    let all = types.i32.const_int(2, false);
    llvm.add_basic_value_flag("frame-pointer", FlagBehavior::Warning, all);
    let weight = |n| types.i32.const_int(n, false).into();
    let unlikely = [
        context.metadata_string("branch_weights").into(),
        weight(1),
        weight(1 << 20),
    ];
    let cx = Cx {
        ir,
        debug: options.debug_info.then(|| Debug::new(&llvm, name, options)),
        types,
        options,
        unlikely: context.metadata_node(&unlikely),
        prof: context.get_kind_id("prof"),
        make_implicit: context.get_kind_id("make.implicit"),
        empty: context.metadata_node(&[]),
        unknown: context.opaque_struct_type("unknown"),
        symbols: RefCell::default(),
        intrinsics: RefCell::default(),
        llvm,
    };
    let globals = cx.declare()?;
    data::define(&cx, &globals);
    if let Some(debug) = &cx.debug {
        for function in &ir.functions {
            debug.declare(&cx, function);
        }
    }
    for (function, value) in ir.functions.iter().zip(cx.functions()) {
        let result = function::define(&cx, function, value);
        result.map_err(|e| e.of(ir.name(function.symbol)))?;
    }
    if let Some(debug) = &cx.debug {
        debug.finish();
    }
    if options.verify {
        cx.verify()?;
    }
    Ok(cx.llvm)
}

impl<'ctx> Cx<'_, 'ctx> {
    /// Declares what the module defines and what it calls. Gives the globals in order.
    fn declare(&self) -> Result<Vec<GlobalValue<'ctx>>> {
        let weakly = data::weakly_named(self.ir);
        // The linker gives them other names, which LLVM does not know of.
        let kept = |symbol, linkage| match linkage {
            Linkage::LinkOnce if weakly.contains(&symbol) => Linkage::Weak,
            other => other,
        };
        for function in &self.ir.functions {
            let name = self.name(function.symbol);
            self.unused(function.symbol)?;
            let legal = self.types.legal(&function.sig, function.attrs.closure);
            let linkage = kept(function.symbol, function.linkage);
            let value = self
                .llvm
                .add_function(name, legal.ty, Some(llvm_linkage(linkage)));
            self.share(value.as_global_value(), name, linkage);
            function::attributes(self, function, value);
            self.bind(function.symbol, value.as_global_value().as_pointer_value());
        }
        let mut globals = Vec::with_capacity(self.ir.globals.len());
        for global in &self.ir.globals {
            let name = self.name(global.symbol);
            self.unused(global.symbol)?;
            let ty = data::ty(self, global);
            let value = self.llvm.add_global(ty, None, name);
            value.set_linkage(llvm_linkage(kept(global.symbol, global.linkage)));
            self.share(value, name, global.linkage);
            self.bind(global.symbol, value.as_pointer_value());
            globals.push(value);
        }
        let calls = self.ir.functions.iter().flat_map(|f| f.insts.values());
        for data in calls {
            if let InstData::Call {
                target: CallTarget::Direct(symbol),
                sig,
                ..
            } = data
                && self.symbols.borrow()[*symbol].is_none()
            {
                let value = self.declare_function(self.name(*symbol), sig);
                self.bind(*symbol, value);
            }
        }
        Ok(globals)
    }

    fn unused(&self, symbol: SymbolRef) -> Result<()> {
        if self.symbols.borrow()[symbol].is_some() {
            return Err(Error::new("defined twice").of(self.name(symbol)));
        }
        Ok(())
    }

    fn bind(&self, symbol: SymbolRef, value: PointerValue<'ctx>) {
        self.symbols.borrow_mut()[symbol] = Some(value);
    }

    /// Visibility, and one copy in the program of what several modules may define.
    fn share(&self, value: GlobalValue<'ctx>, name: &str, linkage: Linkage) {
        if linkage != Linkage::Local {
            value.set_visibility(GlobalVisibility::Hidden);
        }
        if matches!(linkage, Linkage::LinkOnce | Linkage::Weak) {
            value.set_comdat(self.llvm.get_or_insert_comdat(name));
        }
    }

    /// The functions with a body, in order.
    fn functions(&self) -> Vec<FunctionValue<'ctx>> {
        let value = |f: &Function| self.llvm.get_function(self.name(f.symbol));
        self.ir.functions.iter().filter_map(value).collect()
    }

    /// A symbol's name.
    pub fn name(&self, symbol: SymbolRef) -> &str {
        self.ir.name(symbol)
    }

    /// A symbol's address.
    pub fn address(&self, symbol: SymbolRef) -> PointerValue<'ctx> {
        if let Some(value) = self.symbols.borrow()[symbol] {
            return value;
        }
        let name = self.name(symbol);
        let value = self.find(name).unwrap_or_else(|| {
            let global = self.llvm.add_global(self.unknown, None, name);
            global.set_visibility(GlobalVisibility::Hidden);
            global.as_pointer_value()
        });
        self.bind(symbol, value);
        value
    }

    /// The address of a word of the runtime.
    pub fn word(&self, name: &str) -> PointerValue<'ctx> {
        self.find(name).unwrap_or_else(|| {
            let global = self.llvm.add_global(self.types.i32, None, name);
            global.set_visibility(GlobalVisibility::Hidden);
            global.as_pointer_value()
        })
    }

    /// The address of what is declared already.
    fn find(&self, name: &str) -> Option<PointerValue<'ctx>> {
        let function = self.llvm.get_function(name).map(|f| f.as_global_value());
        let value = function.or_else(|| self.llvm.get_global(name))?;
        Some(value.as_pointer_value())
    }

    fn declare_function(&self, name: &str, sig: &Signature) -> PointerValue<'ctx> {
        if let Some(value) = self.find(name) {
            return value;
        }
        let legal = self.types.legal(sig, false);
        let value = self.llvm.add_function(name, legal.ty, None);
        value
            .as_global_value()
            .set_visibility(GlobalVisibility::Hidden);
        let mut attrs = vec!["nounwind"];
        let entry = Entry::ALL.iter().find(|e| e.symbol() == name);
        if entry == Some(&Entry::WriteBarrier) {
            crate::barrier::declare(value);
        }
        if entry.is_some_and(|e| e.effect() == Effect::Diverges) {
            attrs.extend(["noreturn", "cold"]);
        }
        if name == SET_RECOVER_SYMBOL {
            attrs.push("returns_twice");
        }
        if let Some(Entry::MemEqual | Entry::CompareStrings) = entry {
            attrs.extend(["willreturn", "nosync", "nofree"]);
            let kind = Attribute::get_named_enum_kind_id("memory");
            let memory = self
                .types
                .context
                .create_enum_attribute(kind, READS_ARGUMENTS);
            value.add_attribute(AttributeLoc::Function, memory);
        }
        for attr in attrs {
            value.add_attribute(AttributeLoc::Function, self.attr(attr));
        }
        if entry == Some(&Entry::NewObject) {
            for attr in ["noalias", "nonnull"] {
                value.add_attribute(AttributeLoc::Return, self.attr(attr));
            }
        }
        value.as_global_value().as_pointer_value()
    }

    /// A function of the runtime that the code generator calls by itself.
    pub fn runtime(&self, name: &str, sig: &Signature) -> (PointerValue<'ctx>, Legal<'ctx>) {
        (
            self.declare_function(name, sig),
            self.types.legal(sig, false),
        )
    }

    /// A runtime entry point.
    pub fn entry(&self, entry: Entry) -> (PointerValue<'ctx>, Legal<'ctx>) {
        let types = |list: &[Scalar]| list.iter().map(|&s| scalar(s)).collect();
        let sig = Signature {
            params: types(entry.params()),
            results: types(entry.results()),
        };
        self.runtime(entry.symbol(), &sig)
    }

    /// An attribute without value.
    pub fn attr(&self, name: &str) -> Attribute {
        let kind = Attribute::get_named_enum_kind_id(name);
        debug_assert_ne!(kind, 0, "{name}");
        self.types.context.create_enum_attribute(kind, 0)
    }

    /// An intrinsic, by its type if it comes for several.
    pub fn intrinsic(
        &self,
        name: &'static str,
        ty: Option<BasicTypeEnum<'ctx>>,
    ) -> Result<FunctionValue<'ctx>> {
        let key = (name, ty.map_or(std::ptr::null_mut(), |ty| ty.as_type_ref()));
        if let Some(&value) = self.intrinsics.borrow().get(&key) {
            return Ok(value);
        }
        let found =
            Intrinsic::find(name).and_then(|i| i.get_declaration(&self.llvm, ty.as_slice()));
        let value = found.ok_or_else(|| Error::new(format!("LLVM has no {name}")))?;
        self.intrinsics.borrow_mut().insert(key, value);
        Ok(value)
    }

    /// Has LLVM's passes keep globals that nothing refers to.
    pub fn keep(&self, globals: &[GlobalValue<'ctx>]) {
        if globals.is_empty() {
            return;
        }
        let list: Vec<_> = globals.iter().map(|g| g.as_pointer_value()).collect();
        let array = self.types.ptr.const_array(&list);
        let used = self
            .llvm
            .add_global(array.get_type(), None, "llvm.compiler.used");
        used.set_linkage(LlvmLinkage::Appending);
        used.set_section(Some("llvm.metadata"));
        used.set_initializer(&array);
    }

    fn verify(&self) -> Result<()> {
        let Err(message) = self.llvm.verify() else {
            return Ok(());
        };
        let broken = self.llvm.get_functions().find(|f| !f.verify(false));
        let error = Error::new(message.to_string());
        Err(match broken {
            Some(f) => error.of(&f.get_name().to_string_lossy()),
            None => error,
        })
    }
}

fn llvm_linkage(linkage: Linkage) -> LlvmLinkage {
    match linkage {
        Linkage::Local => LlvmLinkage::Internal,
        Linkage::Export => LlvmLinkage::External,
        Linkage::LinkOnce => LlvmLinkage::LinkOnceODR,
        Linkage::Weak => LlvmLinkage::WeakODR,
    }
}

fn scalar(scalar: Scalar) -> Type {
    match scalar {
        Scalar::I8 => Type::I8,
        Scalar::I32 => Type::I32,
        Scalar::I64 => Type::I64,
        Scalar::F64 => Type::F64,
        Scalar::Ptr => Type::Ptr,
    }
}
