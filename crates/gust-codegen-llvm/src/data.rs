//! Globals.
//!
//! Where the collector has nothing to look for, variables go to sections of their own, for the linker to put
//! them together: [`NO_POINTERS_DATA`] and [`NO_POINTERS_BSS`] followed by the symbol.
//!
//! Entries of the tables of types and itabs go to sections [`TYPE_LINKS`] and [`ITAB_LINKS`]. Each is linked to the
//! section of what it names and in its group, so that the linker drops it together with that.

use crate::module::Cx;
use gust_abi::convention::WEAK_PREFIX;
use gust_ir::{DataItem, Global, Section, SymbolRef};
use inkwell::GlobalVisibility;
use inkwell::module::Linkage;
use inkwell::types::{ArrayType, BasicTypeEnum};
use inkwell::values::{AsValueRef, BasicValueEnum, GlobalValue, PointerValue};
use rustc_hash::{FxHashMap, FxHashSet};

/// What the names of sections of initialised variables without pointers begin with.
pub const NO_POINTERS_DATA: &str = ".data.$noptr.";

/// What the names of sections of zeroed variables without pointers begin with. LLVM gives only sections
/// that begin with `.bss.` no room in the file.
pub const NO_POINTERS_BSS: &str = ".bss.$noptr.";

/// The section of the table of unnamed types.
pub const TYPE_LINKS: &str = "gust_typelinks";

/// The section of the table of itabs.
pub const ITAB_LINKS: &str = "gust_itablinks";

/// The type of a global: its items without gaps.
pub(crate) fn ty<'ctx>(cx: &Cx<'_, 'ctx>, global: &Global) -> BasicTypeEnum<'ctx> {
    match global.items.as_slice() {
        [] => bytes(cx, 0).into(),
        [one] => item_ty(cx, one),
        items => {
            let fields: Vec<_> = items.iter().map(|item| item_ty(cx, item)).collect();
            cx.types.context.struct_type(&fields, true).into()
        }
    }
}

fn bytes<'ctx>(cx: &Cx<'_, 'ctx>, size: u64) -> ArrayType<'ctx> {
    // SAFETY: `i8` is a type of the context, and what comes back is an array type; inkwell's own way has 32-bit sizes.
    unsafe {
        use inkwell::types::AsTypeRef;
        ArrayType::new(llvm_sys::core::LLVMArrayType2(
            cx.types.i8.as_type_ref(),
            size,
        ))
    }
}

fn item_ty<'ctx>(cx: &Cx<'_, 'ctx>, item: &DataItem) -> BasicTypeEnum<'ctx> {
    match item {
        DataItem::Bytes(_) | DataItem::Zero(_) => bytes(cx, item.size()).into(),
        DataItem::Address(..) | DataItem::Weak { wide: true, .. } => cx.types.ptr.into(),
        DataItem::Address32(_) | DataItem::Weak { wide: false, .. } => cx.types.i32.into(),
    }
}

fn item<'ctx>(cx: &Cx<'_, 'ctx>, item: &DataItem) -> BasicValueEnum<'ctx> {
    match item {
        DataItem::Bytes(bytes) => cx.types.context.const_string(bytes, false).into(),
        DataItem::Zero(size) => bytes(cx, *size).const_zero().into(),
        DataItem::Address(symbol, offset) => plus(cx, cx.address(*symbol), *offset).into(),
        DataItem::Address32(symbol) => short(cx, cx.address(*symbol)),
        DataItem::Weak { to, wide, .. } => {
            let address = weak_address(cx, *to);
            match wide {
                true => address.into(),
                false => short(cx, address),
            }
        }
    }
}

/// The low half of an address.
fn short<'ctx>(cx: &Cx<'_, 'ctx>, address: PointerValue<'ctx>) -> BasicValueEnum<'ctx> {
    let number = address.const_to_int(cx.types.i64);
    number.const_truncate(cx.types.i32).into()
}

/// The symbol that whoever links defines as another name of `of`, if that is needed.
fn weak_address<'ctx>(cx: &Cx<'_, 'ctx>, of: SymbolRef) -> PointerValue<'ctx> {
    let name = format!("{WEAK_PREFIX}{}", cx.name(of));
    let global = cx.llvm.get_global(&name).unwrap_or_else(|| {
        let global = cx.llvm.add_global(cx.types.i8, None, &name);
        global.set_linkage(Linkage::ExternalWeak);
        global.set_visibility(GlobalVisibility::Hidden);
        global
    });
    global.as_pointer_value()
}

/// The symbols that other modules may refer to by [`weak_address`]es of this one.
pub(crate) fn weakly_named(ir: &gust_ir::Module) -> FxHashSet<SymbolRef> {
    let items = ir.globals.iter().flat_map(|g| &g.items);
    let named = items.filter_map(|item| match item {
        DataItem::Weak { to, .. } => Some(*to),
        _ => None,
    });
    named.collect()
}

/// An address plus bytes.
pub(crate) fn plus<'ctx>(
    cx: &Cx<'_, 'ctx>,
    address: PointerValue<'ctx>,
    offset: i64,
) -> PointerValue<'ctx> {
    if offset == 0 {
        return address;
    }
    let offset = cx.types.i64.const_int(offset as u64, true);
    // SAFETY: a constant of the module's own context, indexed by one number; nothing is promised of where
    // it points.
    unsafe { address.const_gep(cx.types.i8, &[offset]) }
}

/// Gives globals their contents and sections.
pub(crate) fn define<'ctx>(cx: &Cx<'_, 'ctx>, values: &[GlobalValue<'ctx>]) {
    let mut links = Vec::new();
    let by_symbol: FxHashMap<_, _> = cx
        .ir
        .globals
        .iter()
        .zip(values)
        .map(|(global, &value)| (global.symbol, value))
        .collect();
    for (global, &value) in cx.ir.globals.iter().zip(values) {
        let items: Vec<_> = global.items.iter().map(|i| item(cx, i)).collect();
        let contents = match items.as_slice() {
            [] => bytes(cx, 0).const_zero().into(),
            &[one] => one,
            items => cx.types.context.const_struct(items, true).into(),
        };
        value.set_initializer(&contents);
        value.set_alignment(global.align);
        let zero = global.items.iter().all(|i| matches!(i, DataItem::Zero(_)));
        match global.section {
            Section::ReadOnly | Section::ReadOnlyRelocated => value.set_constant(true),
            Section::Pointers => {}
            Section::NoPointers => {
                let prefix = if zero {
                    NO_POINTERS_BSS
                } else {
                    NO_POINTERS_DATA
                };
                let name = cx.name(global.symbol);
                value.set_section(Some(&format!("{prefix}{name}")));
            }
            Section::TypeLink | Section::ItabLink => {
                value.set_constant(true);
                value.set_section(Some(match global.section {
                    Section::TypeLink => TYPE_LINKS,
                    _ => ITAB_LINKS,
                }));
                let target = global.items.iter().find_map(|i| match i {
                    DataItem::Address(symbol, _) => by_symbol.get(symbol).copied(),
                    _ => None,
                });
                if let Some(target) = target {
                    associate(cx, value, target);
                }
                links.push(value);
            }
        }
    }
    cx.keep(&links);
}

/// Has the linker keep an entry exactly if it keeps what the entry names.
fn associate<'ctx>(cx: &Cx<'_, 'ctx>, entry: GlobalValue<'ctx>, target: GlobalValue<'ctx>) {
    entry.set_linkage(Linkage::Internal);
    // The comdat an entry has of its own would outlive that of its target.
    // SAFETY: both are globals of the module. A comdat is taken away by setting none, which inkwell lacks; metadata of
    // a constant is made from a value of the same context.
    unsafe {
        use llvm_sys::comdat::{LLVMGetComdat, LLVMSetComdat};
        use llvm_sys::core::{LLVMGlobalSetMetadata, LLVMMDNodeInContext2, LLVMValueAsMetadata};
        LLVMSetComdat(entry.as_value_ref(), LLVMGetComdat(target.as_value_ref()));
        let mut operands = [LLVMValueAsMetadata(target.as_value_ref())];
        let context = cx.types.context.raw();
        let node = LLVMMDNodeInContext2(context, operands.as_mut_ptr(), operands.len());
        let kind = cx.types.context.get_kind_id("associated");
        LLVMGlobalSetMetadata(entry.as_value_ref(), kind, node);
    }
}
