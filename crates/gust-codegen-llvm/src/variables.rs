//! Source variables and their types as DWARF.

use crate::debug::{Debug, Scope};
use crate::function::Body;
use crate::module::Cx;
use crate::{Error, Result};
use gust_ir::{DebugEncoding, DebugPlace, DebugType, DebugTypeData, DebugVar, DebugVarData, Value};
use inkwell::debug_info::{AsDIScope, DIFlags, DIFlagsConstants};
use inkwell::types::AsTypeRef;
use inkwell::values::{AsValueRef, BasicValue, BasicValueEnum, InstructionOpcode};
use llvm_sys::core::LLVMGetPoison;
use llvm_sys::debuginfo::{
    LLVMDIBuilderCreateArrayType, LLVMDIBuilderCreateAutoVariable, LLVMDIBuilderCreateBasicType,
    LLVMDIBuilderCreateExpression, LLVMDIBuilderCreateMemberType,
    LLVMDIBuilderCreateParameterVariable, LLVMDIBuilderCreatePointerType,
    LLVMDIBuilderCreateReplaceableCompositeType, LLVMDIBuilderCreateStructType,
    LLVMDIBuilderCreateTypedef, LLVMDIBuilderGetOrCreateSubrange,
    LLVMDIBuilderInsertDbgValueRecordAtEnd, LLVMDIBuilderInsertDeclareRecordAtEnd,
    LLVMMetadataReplaceAllUsesWith,
};
use llvm_sys::prelude::{LLVMDIBuilderRef, LLVMMetadataRef, LLVMValueRef};
use std::ffi::c_char;
use std::ptr::null_mut;

/// `DW_TAG_structure_type`
const STRUCT: u32 = 0x13;
/// `DW_OP_deref`
const DEREF: u64 = 0x06;
/// LLVM's `DW_OP_LLVM_fragment`; offset and size in bits follow.
const FRAGMENT: u64 = 0x1000;

/// A variable that LLVM knows.
#[derive(Clone, Copy)]
pub(crate) struct Variable {
    info: LLVMMetadataRef,
    /// Where it is declared.
    at: LLVMMetadataRef,
    /// Size in bytes.
    size: u64,
}

/// `DW_ATE_*`
fn encoding(encoding: DebugEncoding) -> u32 {
    match encoding {
        DebugEncoding::Bool => 0x02,
        DebugEncoding::Complex => 0x03,
        DebugEncoding::Float => 0x04,
        DebugEncoding::Signed => 0x05,
        DebugEncoding::Unsigned => 0x07,
    }
}

fn text(name: &str) -> (*const c_char, usize) {
    (name.as_ptr().cast(), name.len())
}

impl<'ctx> Debug<'ctx> {
    /// A type; null, which means none, for one that is being made and is no struct.
    fn ty(&self, cx: &Cx<'_, 'ctx>, ty: DebugType) -> LLVMMetadataRef {
        if let Some(known) = self.types.borrow()[ty] {
            return known;
        }
        let builder = self.raw();
        let Some(data) = cx.ir.debug_types.get(ty) else {
            return null_mut();
        };
        if let DebugTypeData::Pointer { name, to } = data {
            return self.pointer(cx, ty, name, *to);
        }
        self.types.borrow_mut()[ty] = Some(null_mut());
        let bits = cx.ir.debug_size(ty).unwrap_or(0).saturating_mul(8);
        let made = match data {
            DebugTypeData::Basic {
                name,
                encoding: kind,
                ..
            } => {
                let ((name, len), kind) = (text(name), encoding(*kind));
                // SAFETY: the builder is alive, the name is read at once.
                unsafe {
                    LLVMDIBuilderCreateBasicType(builder, name, len, bits, kind, DIFlags::ZERO)
                }
            }
            DebugTypeData::Pointer { .. } => null_mut(),
            DebugTypeData::Struct { name, fields, .. } => {
                // Fields may lead back here. What tells structs alike from each other keeps LLVM from merging
                // them, and with them what has been made of them.
                let id = ty.to_string();
                let ((name, len), (id, id_len)) = (text(name), text(&id));
                // SAFETY: as above.
                let stand_in = unsafe {
                    LLVMDIBuilderCreateReplaceableCompositeType(
                        builder,
                        STRUCT,
                        name,
                        len,
                        null_mut(),
                        null_mut(),
                        0,
                        0,
                        bits,
                        0,
                        DIFlags::ZERO,
                        id,
                        id_len,
                    )
                };
                self.types.borrow_mut()[ty] = Some(stand_in);
                let mut members: Vec<_> = fields
                    .iter()
                    .map(|field| {
                        let ty = self.ty(cx, field.ty);
                        let size = cx.ir.debug_size(field.ty).unwrap_or(0).saturating_mul(8);
                        let ((name, len), offset) = (text(&field.name), 8 * field.offset);
                        // SAFETY: as above.
                        unsafe {
                            LLVMDIBuilderCreateMemberType(
                                builder,
                                null_mut(),
                                name,
                                len,
                                null_mut(),
                                0,
                                size,
                                0,
                                offset,
                                DIFlags::ZERO,
                                ty,
                            )
                        }
                    })
                    .collect();
                // SAFETY: as above; the members are read at once. The stand-in is not used any more.
                unsafe {
                    let made = LLVMDIBuilderCreateStructType(
                        builder,
                        null_mut(),
                        name,
                        len,
                        null_mut(),
                        0,
                        bits,
                        0,
                        DIFlags::ZERO,
                        null_mut(),
                        members.as_mut_ptr(),
                        members.len() as u32,
                        0,
                        null_mut(),
                        id,
                        id_len,
                    );
                    LLVMMetadataReplaceAllUsesWith(stand_in, made);
                    made
                }
            }
            DebugTypeData::Array { elem, count, .. } => {
                let elem = self.ty(cx, *elem);
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                // SAFETY: as above.
                unsafe {
                    let mut range = LLVMDIBuilderGetOrCreateSubrange(builder, 0, count);
                    LLVMDIBuilderCreateArrayType(builder, bits, 0, elem, &raw mut range, 1)
                }
            }
            DebugTypeData::Named { name, of } => {
                let of = self.ty(cx, *of);
                let (name, len) = text(name);
                let (file, none) = (self.nowhere().as_mut_ptr(), null_mut());
                // SAFETY: as above.
                unsafe { LLVMDIBuilderCreateTypedef(builder, of, name, len, file, 0, none, 0) }
            }
        };
        self.types.borrow_mut()[ty] = Some(made);
        made
    }

    /// A pointer. What it points to may be a struct with fields of this very type: on the way back here the struct is
    /// known. It is not where the way leads through no struct; that end points to nothing.
    fn pointer(
        &self,
        cx: &Cx<'_, 'ctx>,
        ty: DebugType,
        name: &str,
        to: Option<DebugType>,
    ) -> LLVMMetadataRef {
        self.pointers.borrow_mut()[ty] += 1;
        let to = to.filter(|_| self.pointers.borrow()[ty] <= 2);
        let to = to.map_or(null_mut(), |to| self.ty(cx, to));
        if let Some(made) = self.types.borrow()[ty] {
            return made;
        }
        let (name, len) = text(name);
        // SAFETY: the builder is alive, the name is read at once; `to` is a type of this module or none.
        let made = unsafe { LLVMDIBuilderCreatePointerType(self.raw(), to, 64, 0, 0, name, len) };
        self.types.borrow_mut()[ty] = Some(made);
        made
    }

    fn variable(&self, cx: &Cx<'_, 'ctx>, scope: &Scope<'ctx>, data: &DebugVarData) -> Variable {
        let builder = self.raw();
        let ty = self.ty(cx, data.ty);
        let at = data.loc.map(|loc| &cx.ir.locs[loc]);
        let file = at.map_or(self.nowhere(), |at| self.file(&at.file));
        let (file, line) = (file.as_mut_ptr(), at.map_or(0, |at| at.line));
        let function = scope.subprogram.as_debug_info_scope().as_mut_ptr();
        let ((name, len), flags) = (text(&data.name), DIFlags::ZERO);
        // SAFETY: the builder is alive, file, function and type are this module's, the name is read at once.
        let info = unsafe {
            match data.arg {
                0 => LLVMDIBuilderCreateAutoVariable(
                    builder, function, name, len, file, line, ty, 1, flags, 0,
                ),
                arg => LLVMDIBuilderCreateParameterVariable(
                    builder, function, name, len, arg, file, line, ty, 1, flags,
                ),
            }
        };
        Variable {
            info,
            at: scope.location(cx, self, data.loc).as_mut_ptr(),
            size: cx.ir.debug_size(data.ty).unwrap_or(0),
        }
    }

    fn raw(&self) -> LLVMDIBuilderRef {
        self.builder.as_mut_ptr()
    }

    fn expression(&self, operations: &[u64]) -> LLVMMetadataRef {
        let mut list = operations.to_vec();
        // SAFETY: the builder is alive, the list is read at once.
        unsafe { LLVMDIBuilderCreateExpression(self.raw(), list.as_mut_ptr(), list.len()) }
    }
}

impl Body<'_, '_> {
    /// Has debuggers find a variable from here on.
    pub fn debug_value(
        &mut self,
        var: DebugVar,
        place: DebugPlace,
        x: Option<Value>,
    ) -> Result<()> {
        let (Some(debug), Some(scope)) = (&self.cx.debug, &self.scope) else {
            return Ok(());
        };
        let known = scope.variables.borrow()[var];
        let variable = known.unwrap_or_else(|| {
            let new = debug.variable(self.cx, scope, &self.func.debug_vars[var]);
            scope.variables.borrow_mut()[var] = Some(new);
            new
        });
        let value = x.map(|x| self.get(x)).transpose()?;
        let mut operations = Vec::new();
        let mut declare = false;
        match place {
            DebugPlace::Part(offset) => {
                let offset = u64::from(offset);
                // Passes may have dropped the value of a part: nothing is known from there on.
                let rest = variable.size.saturating_sub(offset);
                let size = x.map_or(rest, |x| u64::from(self.func.ty(x).bytes()));
                if offset + size > variable.size {
                    return Err(Error::new("a part of a variable beyond its end"));
                }
                if size < variable.size {
                    operations.extend([FRAGMENT, 8 * offset, 8 * size]);
                }
            }
            DebugPlace::At | DebugPlace::Via => {
                // Memory of the frame is the variable's home for good; other addresses hold from here on.
                declare = value.is_some_and(is_frame);
                if place == DebugPlace::Via {
                    operations.push(DEREF);
                }
                if !declare {
                    operations.push(DEREF);
                }
            }
        }
        let block = self
            .b
            .get_insert_block()
            .ok_or_else(|| Error::new("no block"))?
            .as_mut_ptr();
        // SAFETY: poison of a type of this context.
        let poison = || unsafe { LLVMGetPoison(self.cx.types.ptr.as_type_ref()) };
        let value: LLVMValueRef = value.map_or_else(poison, |v| v.as_value_ref());
        let (builder, expression) = (debug.raw(), debug.expression(&operations));
        let Variable { info, at, .. } = variable;
        // SAFETY: all of them are this module's; modules have records for debuggers, not calls, from the start.
        unsafe {
            if declare {
                LLVMDIBuilderInsertDeclareRecordAtEnd(builder, value, info, expression, at, block);
            } else {
                LLVMDIBuilderInsertDbgValueRecordAtEnd(builder, value, info, expression, at, block);
            }
        }
        Ok(())
    }
}

/// Whether a value is the address of memory of the frame.
fn is_frame(value: BasicValueEnum<'_>) -> bool {
    let BasicValueEnum::PointerValue(pointer) = value else {
        return false;
    };
    let made_by = pointer.as_instruction_value();
    made_by.is_some_and(|inst| inst.get_opcode() == InstructionOpcode::Alloca)
}
