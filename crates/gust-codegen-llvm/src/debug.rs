//! Source locations as DWARF: a subprogram per function, locations with the calls they were inlined at.

use crate::Options;
use crate::module::Cx;
use crate::variables::Variable;
use cranelift_entity::SecondaryMap;
use gust_ir::{DebugType, DebugVar, Function, Linkage, Loc, LocData, SymbolRef};
use inkwell::debug_info::{
    AsDIScope, DIFile, DIFlags, DIFlagsConstants, DILocation, DIScope, DISubprogram,
    DISubroutineType, DWARFEmissionKind, DWARFSourceLanguage, DebugInfoBuilder,
};
use inkwell::module::{FlagBehavior, Module};
use llvm_sys::debuginfo::LLVMDIScopeGetFile;
use llvm_sys::prelude::LLVMMetadataRef;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Who made the code. By the first word gdb knows LLVM's line tables, which say where prologues end; otherwise it
/// would have functions stopped at before their parameters are there.
const PRODUCER: &str = "clang LLVM (gust)";

/// The debug information of a module being made.
pub(crate) struct Debug<'ctx> {
    pub builder: DebugInfoBuilder<'ctx>,
    /// The file of functions without a location.
    nowhere: DIFile<'ctx>,
    /// Types of functions are not told.
    ty: DISubroutineType<'ctx>,
    optimized: bool,
    files: RefCell<FxHashMap<String, DIFile<'ctx>>>,
    subprograms: RefCell<SecondaryMap<SymbolRef, Option<DISubprogram<'ctx>>>>,
    /// Pointer types being made, and how often they were come by.
    pub pointers: RefCell<SecondaryMap<DebugType, u8>>,
    /// Types of variables, as far as they were asked for.
    pub types: RefCell<SecondaryMap<DebugType, Option<LLVMMetadataRef>>>,
}

impl<'ctx> Debug<'ctx> {
    pub fn new(llvm: &Module<'ctx>, name: &str, options: &Options) -> Self {
        let context = llvm.get_context();
        for (key, value) in [("Debug Info Version", 3), ("Dwarf Version", 5)] {
            let value = context.i32_type().const_int(value, false);
            llvm.add_basic_value_flag(key, FlagBehavior::Warning, value);
        }
        let optimized = options.opt_level > 0;
        let (builder, unit) = llvm.create_debug_info_builder(
            true,
            DWARFSourceLanguage::Go,
            name,
            "",
            PRODUCER,
            optimized,
            "",
            0,
            "",
            // Line tables alone would leave out what is needed to tell inlined calls.
            DWARFEmissionKind::Full,
            0,
            false,
            false,
            "",
            "",
        );
        let nowhere = unit.get_file();
        let ty = builder.create_subroutine_type(nowhere, None, &[], DIFlags::ZERO);
        Self {
            builder,
            nowhere,
            ty,
            optimized,
            files: RefCell::default(),
            subprograms: RefCell::default(),
            pointers: RefCell::default(),
            types: RefCell::default(),
        }
    }

    pub fn finish(&self) {
        self.builder.finalize();
    }

    /// The file of what has no location.
    pub fn nowhere(&self) -> DIFile<'ctx> {
        self.nowhere
    }

    pub fn file(&self, name: &str) -> DIFile<'ctx> {
        if let Some(&file) = self.files.borrow().get(name) {
            return file;
        }
        let file = self.builder.create_file(name, "");
        self.files.borrow_mut().insert(name.to_string(), file);
        file
    }

    /// Makes the subprogram of a function that the module defines.
    pub fn declare(&self, cx: &Cx<'_, 'ctx>, func: &Function) {
        let mut insts = func.layout.iter().flat_map(|&b| &func.blocks[b].insts);
        let first = func.loc.or_else(|| insts.find_map(|&i| func.locs[i]));
        let local = func.linkage == Linkage::Local;
        let flags = if func.attrs.wrapper {
            DIFlags::ARTIFICIAL
        } else {
            DIFlags::ZERO
        };
        self.make(
            cx,
            func.symbol,
            first.map(|l| outermost(cx, l)),
            local,
            flags,
        );
    }

    fn make(
        &self,
        cx: &Cx<'_, 'ctx>,
        symbol: SymbolRef,
        at: Option<&LocData>,
        local: bool,
        flags: DIFlags,
    ) -> DISubprogram<'ctx> {
        let name = cx.name(symbol);
        let file = at.map_or(self.nowhere, |loc| self.file(&loc.file));
        let line = at.map_or(0, |loc| loc.line);
        let scope = file.as_debug_info_scope();
        let subprogram = self.builder.create_function(
            scope,
            name,
            Some(name),
            file,
            line,
            self.ty,
            local,
            true,
            line,
            flags,
            self.optimized,
        );
        self.subprograms.borrow_mut()[symbol] = Some(subprogram);
        subprogram
    }

    /// The subprogram of a function; that of another module is made at a location inside.
    pub fn subprogram(
        &self,
        cx: &Cx<'_, 'ctx>,
        symbol: SymbolRef,
        inside: Option<&LocData>,
    ) -> DISubprogram<'ctx> {
        let known = self.subprograms.borrow()[symbol];
        known.unwrap_or_else(|| self.make(cx, symbol, inside, false, DIFlags::ZERO))
    }
}

/// The locations of one function.
pub(crate) struct Scope<'ctx> {
    pub subprogram: DISubprogram<'ctx>,
    known: RefCell<FxHashMap<Loc, DILocation<'ctx>>>,
    /// Scopes of parts of subprograms that stand in other files.
    foreign: RefCell<FxHashMap<(LLVMMetadataRef, LLVMMetadataRef), DIScope<'ctx>>>,
    pub variables: RefCell<SecondaryMap<DebugVar, Option<Variable>>>,
}

impl<'ctx> Scope<'ctx> {
    /// The locations of the function with this subprogram.
    pub fn new(subprogram: DISubprogram<'ctx>) -> Self {
        Self {
            subprogram,
            known: RefCell::default(),
            foreign: RefCell::default(),
            variables: RefCell::default(),
        }
    }

    /// A location; line 0 if it is unknown.
    pub fn location(
        &self,
        cx: &Cx<'_, 'ctx>,
        debug: &Debug<'ctx>,
        loc: Option<Loc>,
    ) -> DILocation<'ctx> {
        let at = |line, column, scope, inlined| {
            let context = cx.types.context;
            let builder = &debug.builder;
            builder.create_debug_location(context, line, column, scope, inlined)
        };
        let Some(loc) = loc else {
            return at(0, 0, self.subprogram.as_debug_info_scope(), None);
        };
        if let Some(&known) = self.known.borrow().get(&loc) {
            return known;
        }
        let data = &cx.ir.locs[loc];
        let location = match data.inlined {
            None => {
                let scope = self.in_file(debug, self.subprogram, data);
                at(data.line, data.column, scope, None)
            }
            Some((function, call)) => {
                let outer = self.location(cx, debug, Some(call));
                let subprogram = debug.subprogram(cx, function, Some(data));
                let scope = self.in_file(debug, subprogram, data);
                at(data.line, data.column, scope, Some(outer))
            }
        };
        self.known.borrow_mut().insert(loc, location);
        location
    }

    /// The scope of a location within a subprogram: `//line` directives put parts of functions into other files.
    fn in_file(
        &self,
        debug: &Debug<'ctx>,
        subprogram: DISubprogram<'ctx>,
        at: &LocData,
    ) -> DIScope<'ctx> {
        let scope = subprogram.as_debug_info_scope();
        let file = debug.file(&at.file);
        // SAFETY: a subprogram of this module is a scope.
        let own = unsafe { LLVMDIScopeGetFile(scope.as_mut_ptr()) };
        if own == file.as_mut_ptr() {
            return scope;
        }
        let key = (scope.as_mut_ptr(), file.as_mut_ptr());
        let make = || {
            let builder = &debug.builder;
            let block = builder.create_lexical_block(scope, file, at.line, at.column);
            block.as_debug_info_scope()
        };
        *self.foreign.borrow_mut().entry(key).or_insert_with(make)
    }
}

/// The place in the function itself that a location was inlined at.
fn outermost<'a>(cx: &Cx<'a, '_>, mut loc: Loc) -> &'a LocData {
    while let Some((_, call)) = cx.ir.locs[loc].inlined {
        loc = call;
    }
    &cx.ir.locs[loc]
}
