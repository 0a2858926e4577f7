//! Variables and types as debuggers see them.

use crate::func::{FuncLower, Storage};
use crate::module::Cx;
use crate::types::{Kind, Ty};
use gust_ir::{
    DebugEncoding, DebugField, DebugPlace, DebugType, DebugTypeData, DebugVar, DebugVarData,
    InstData, Type,
};
use gust_types::ObjId;
use gust_types::types::BasicKind;

/// What debuggers are to find of variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variables {
    /// Nothing.
    #[default]
    Nothing,
    /// Their values as long as the code has them.
    Values,
    /// Their values wherever they are in scope: each is kept in memory.
    Memory,
}

impl Cx<'_> {
    /// The type in the module's table.
    pub(crate) fn debug_type(&mut self, ty: Ty) -> DebugType {
        if let Some(&known) = self.debug_types.get(&ty) {
            return known;
        }
        let name = self.types.shown(ty);
        // Known before its parts are: they may refer to it.
        let place = DebugTypeData::Pointer {
            name: name.clone(),
            to: None,
        };
        let new = self.module.debug_types.push(place);
        self.debug_types.insert(ty, new);
        let data = self.new_debug_type(ty, name);
        self.module.debug_types[new] = data;
        new
    }

    fn new_debug_type(&mut self, ty: Ty, name: String) -> DebugTypeData {
        let size = self.types.size(ty);
        let (int, ptr) = (self.types.int(), self.types.unsafe_pointer());
        match self.types.under_kind(ty) {
            Kind::Basic(BasicKind::String) => {
                let bytes = self.types.pointer(self.types.basic(BasicKind::Uint8));
                self.words(name, &[("str", bytes), ("len", int)])
            }
            Kind::Basic(BasicKind::UnsafePointer) => DebugTypeData::Pointer { name, to: None },
            Kind::Basic(kind) => DebugTypeData::Basic {
                name,
                encoding: encoding(kind),
                size,
            },
            Kind::Pointer(to) => DebugTypeData::Pointer {
                name,
                to: Some(self.debug_type(to)),
            },
            Kind::Slice(elem) => {
                let elems = self.types.pointer(elem);
                self.words(name, &[("array", elems), ("len", int), ("cap", int)])
            }
            Kind::Interface(methods) => {
                let tab = if methods.is_empty() { "_type" } else { "tab" };
                self.words(name, &[(tab, ptr), ("data", ptr)])
            }
            Kind::Struct(fields) => {
                let layout = self.types.layout(ty);
                let fields = fields
                    .iter()
                    .zip(&layout.offsets)
                    .map(|(field, &offset)| DebugField {
                        name: field.name.to_string(),
                        ty: self.debug_type(field.ty),
                        offset,
                    })
                    .collect();
                DebugTypeData::Struct { name, size, fields }
            }
            Kind::Array(count, elem) => {
                let elem = self.debug_type(elem);
                if matches!(self.types.kind(ty), Kind::Array(..)) {
                    return DebugTypeData::Array { size, elem, count };
                }
                let array = DebugTypeData::Array { size, elem, count };
                let of = self.module.debug_types.push(array);
                DebugTypeData::Named { name, of }
            }
            // Opaque: what they point to is the runtime's.
            Kind::Map(..) | Kind::Chan(..) | Kind::Func(_) | Kind::Tuple(_) | Kind::Named(_) => {
                DebugTypeData::Pointer { name, to: None }
            }
        }
    }

    /// A struct of words.
    fn words(&mut self, name: String, list: &[(&str, Ty)]) -> DebugTypeData {
        let fields: Vec<_> = (0u64..)
            .zip(list)
            .map(|(i, &(name, ty))| DebugField {
                name: name.to_owned(),
                ty: self.debug_type(ty),
                offset: 8 * i,
            })
            .collect();
        DebugTypeData::Struct {
            name,
            size: 8 * list.len() as u64,
            fields,
        }
    }
}

fn encoding(kind: BasicKind) -> DebugEncoding {
    use BasicKind as B;
    match kind {
        B::Bool | B::UntypedBool => DebugEncoding::Bool,
        B::Float32 | B::Float64 | B::UntypedFloat => DebugEncoding::Float,
        B::Complex64 | B::Complex128 | B::UntypedComplex => DebugEncoding::Complex,
        B::Uint | B::Uint8 | B::Uint16 | B::Uint32 | B::Uint64 | B::Uintptr | B::Byte => {
            DebugEncoding::Unsigned
        }
        _ => DebugEncoding::Signed,
    }
}

impl FuncLower<'_, '_> {
    /// Whether each variable is kept in memory for debuggers.
    pub(crate) fn in_memory(&self) -> bool {
        self.cx.variables == Variables::Memory
    }

    /// An entry of the function's table of variables, if debuggers are to know of it.
    pub(crate) fn debug_var(&mut self, obj: ObjId, ty: Ty, arg: u32) -> Option<DebugVar> {
        if self.cx.variables == Variables::Nothing || self.b.func.attrs.wrapper {
            return None;
        }
        let object = self.cx.types.world.obj(obj);
        if object.name.is_blank() {
            return None;
        }
        let var = DebugVarData {
            name: object.name.to_string(),
            ty: self.cx.debug_type(ty),
            arg,
            loc: self.cx.loc(object.pos),
        };
        Some(self.b.func.debug_vars.push(var))
    }

    /// Tells debuggers where a variable is; to be called when it has been initialised.
    pub(crate) fn show(&mut self, obj: ObjId, ty: Ty, storage: &Storage, arg: u32) {
        let Some(var) = self.debug_var(obj, ty, arg) else {
            return;
        };
        match storage {
            Storage::Vars(vars) => {
                let layout = self.cx.types.layout(ty);
                let scalars = layout.scalars.iter().flatten();
                for (&part, &(_, offset)) in vars.iter().zip(scalars) {
                    self.b.watch(part, var, offset);
                }
            }
            Storage::Slot(slot) => {
                let at = self.b.slot_addr(*slot);
                self.debug_value(var, DebugPlace::At, at);
            }
            Storage::Ref(pointer) => {
                let p = self.b.get(*pointer);
                if !self.in_memory() {
                    return self.debug_value(var, DebugPlace::At, p);
                }
                let slot = self.b.slot(8, 8);
                let at = self.b.slot_addr(slot);
                let loc = self.b.loc();
                if arg != 0 {
                    // Part of the prologue, which debuggers stop behind.
                    self.b.set_loc(None);
                }
                self.b.store(p, at, 0, true, true);
                self.b.set_loc(loc);
                self.debug_value(var, DebugPlace::Via, at);
            }
        }
    }

    fn debug_value(&mut self, var: DebugVar, place: DebugPlace, x: gust_ir::Value) {
        debug_assert_eq!(self.b.ty(x), Type::Ptr);
        let x = Some(x);
        self.b.inst(InstData::DebugValue { var, place, x }, &[]);
    }
}
