//! Modules: what is compiled to one object.

use crate::{DebugType, DebugTypeData, Function, Loc, SymbolRef};
use cranelift_entity::PrimaryMap;
use std::collections::HashMap;

/// Who sees a symbol, and what happens to several of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Linkage {
    /// This module only.
    Local,
    /// Everybody; defined once.
    Export,
    /// Everybody; defined alike in each module that needs it, kept once (instances of generic
    /// code, type descriptors, wrappers).
    LinkOnce,
    /// The same, and kept though nothing in the module refers to it: other modules do that do not define it.
    Weak,
}

impl Linkage {
    /// Its name in text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Linkage::Local => "local",
            Linkage::Export => "export",
            Linkage::LinkOnce => "linkonce",
            Linkage::Weak => "weak",
        }
    }
}

/// What kind of memory a global lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// Constant without addresses.
    ReadOnly,
    /// Constant with addresses.
    ReadOnlyRelocated,
    /// Variable that the collector need not scan.
    NoPointers,
    /// Variable that may hold pointers.
    Pointers,
    /// Entry of the table of unnamed types: one address of a descriptor, linked if that one is.
    TypeLink,
    /// Entry of the table of itabs: one address of an itab, linked if that one is.
    ItabLink,
}

impl Section {
    /// All, in order of declaration.
    pub const ALL: [Section; 6] = [
        Section::ReadOnly,
        Section::ReadOnlyRelocated,
        Section::NoPointers,
        Section::Pointers,
        Section::TypeLink,
        Section::ItabLink,
    ];

    /// Its name in text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Section::ReadOnly => "rodata",
            Section::ReadOnlyRelocated => "relro",
            Section::NoPointers => "noptr",
            Section::Pointers => "data",
            Section::TypeLink => "typelink",
            Section::ItabLink => "itablink",
        }
    }
}

/// A piece of a global's initial contents.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DataItem {
    /// Bytes.
    Bytes(Vec<u8>),
    /// That many zero bytes.
    Zero(u64),
    /// The 8-byte address of a symbol plus an offset.
    Address(SymbolRef, i64),
    /// The 4-byte address of a symbol. Programs are linked below 2 GiB.
    Address32(SymbolRef),
    /// The address of a symbol that does not keep the symbol in the program: whoever links decides whether it is needed.
    /// If not, it is 0, or that of code which says so.
    Weak {
        /// The symbol.
        to: SymbolRef,
        /// What needs it.
        need: Need,
        /// Whether it has 8 bytes, not 4.
        wide: bool,
    },
}

/// What makes the symbol of a [`DataItem::Weak`] needed. Methods are named by symbols of their own, which stand for name
/// and type, see [`CallTarget::Interface`](crate::CallTarget::Interface).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// That something else needs it.
    Other,
    /// Calls of this method through interfaces, or reflection.
    Called(SymbolRef),
    /// Reflection that may find this method.
    Reflected(SymbolRef),
}

impl DataItem {
    /// Size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            DataItem::Bytes(bytes) => bytes.len() as u64,
            DataItem::Zero(n) => *n,
            DataItem::Address(..) | DataItem::Weak { wide: true, .. } => 8,
            DataItem::Address32(_) | DataItem::Weak { wide: false, .. } => 4,
        }
    }
}

/// A global variable or constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// Its symbol.
    pub symbol: SymbolRef,
    /// Who sees it.
    pub linkage: Linkage,
    /// Where it lives.
    pub section: Section,
    /// Alignment in bytes, a power of two.
    pub align: u32,
    /// Contents.
    pub items: Vec<DataItem>,
}

/// A source location, with the call it was inlined at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LocData {
    /// File name.
    pub file: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, 0 if unknown.
    pub column: u32,
    /// If inlined: the function it was inlined from, and where it was called.
    pub inlined: Option<(SymbolRef, Loc)>,
}

/// A compilation unit.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Symbol names.
    pub symbols: PrimaryMap<SymbolRef, String>,
    by_name: HashMap<String, SymbolRef>,
    /// Source locations.
    pub locs: PrimaryMap<Loc, LocData>,
    /// Types of source variables.
    pub debug_types: PrimaryMap<DebugType, DebugTypeData>,
    /// Globals.
    pub globals: Vec<Global>,
    /// Functions.
    pub functions: Vec<Function>,
}

impl Module {
    /// An empty module.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The handle of a symbol name.
    pub fn symbol(&mut self, name: &str) -> SymbolRef {
        if let Some(&symbol) = self.by_name.get(name) {
            return symbol;
        }
        let symbol = self.symbols.push(name.to_string());
        self.by_name.insert(name.to_string(), symbol);
        symbol
    }

    /// Size in bytes of a source variable's type; `None` if the type is made of itself.
    #[must_use]
    pub fn debug_size(&self, ty: DebugType) -> Option<u64> {
        let mut at = ty;
        for _ in 0..=self.debug_types.len() {
            match self.debug_types.get(at)? {
                DebugTypeData::Basic { size, .. }
                | DebugTypeData::Struct { size, .. }
                | DebugTypeData::Array { size, .. } => return Some(*size),
                DebugTypeData::Pointer { .. } => return Some(8),
                DebugTypeData::Named { of, .. } => at = *of,
            }
        }
        None
    }

    /// The name of a symbol.
    #[must_use]
    pub fn name(&self, symbol: SymbolRef) -> &str {
        &self.symbols[symbol]
    }
}
