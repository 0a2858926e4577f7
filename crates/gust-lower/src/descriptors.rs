//! Type descriptors and itabs in the official layout (`internal/abi.Type` and its kin).

use crate::data::Data;
use crate::methods::Found;
use crate::module::{Cx, Work};
use crate::types::{Kind, Ty};
use gust_abi::convention::ADAPTER_SUFFIX;
use gust_abi::types::{Kind as AbiKind, map_flag, name_flag, tflag};
use gust_ir::{DataItem, Linkage, Need, Section, SymbolRef};
use gust_types::PkgId;
use gust_types::types::BasicKind;

/// Masks longer than this many words are made on demand.
const MAX_MASK_WORDS: u64 = 16_384;

impl Cx<'_> {
    /// The symbol of a type's descriptor.
    pub fn descriptor(&mut self, ty: Ty) -> SymbolRef {
        let name = format!("type:{}", self.types.identity(ty));
        if self.owns_descriptor(ty) {
            self.request(Work::Descriptor(ty));
        }
        self.symbol(&name)
    }

    /// The package that always has the descriptor of a type, if one does.
    fn home(&self, ty: Ty) -> Option<PkgId> {
        match self.types.kind(ty) {
            Kind::Named(n)
                if n.args.is_empty() && n.outer.is_empty() && !self.types.is_local(n.origin) =>
            {
                Some(n.origin.pkg)
            }
            Kind::Pointer(base) => match self.types.kind(base) {
                Kind::Named(_) => self.home(base),
                _ => None,
            },
            Kind::Basic(_) => Some(PkgId::UNIVERSE),
            _ => None,
        }
    }

    /// Whether this module has to have the descriptor if it needs it.
    fn owns_descriptor(&self, ty: Ty) -> bool {
        match self.home(ty) {
            None => true,
            Some(PkgId::UNIVERSE | PkgId::UNSAFE) => {
                self.types.world.package(self.pkg).path == "runtime"
            }
            Some(pkg) => pkg == self.pkg,
        }
    }

    /// The symbol of the itab of an interface type and a concrete type.
    pub fn itab(&mut self, iface: Ty, ty: Ty) -> SymbolRef {
        let name = format!(
            "go:itab.{},{}",
            self.types.identity(ty),
            self.types.identity(iface)
        );
        let symbol = self.symbol(&name);
        if self.is_defined(symbol) {
            return symbol;
        }
        let mut d = Data::default();
        let inter = self.descriptor(iface);
        let desc = self.descriptor(ty);
        d.push_addr(Some(inter));
        d.push_addr(Some(desc));
        d.push(u64::from(self.type_hash(ty)), 4);
        d.push(0, 4);
        let methods = self.types.as_interface(iface).unwrap_or_else(|| [].into());
        for m in methods.iter() {
            let code = self
                .types
                .find_method(ty, m.name, m.pkg)
                .map(|found| self.word_method_symbol(ty, &found));
            let id = self.method_id(m.name, m.pkg, m.ty);
            match code {
                Some(code) => self.push_weak(&mut d, code, Need::Called(id), true),
                None => d.push(0, 8),
            }
        }
        let symbol = self.define(
            &name,
            Linkage::LinkOnce,
            Section::ReadOnlyRelocated,
            8,
            d.items(),
        );
        self.link_entry(Section::ItabLink, symbol);
        symbol
    }

    /// The hash of a type's identity: FNV-1a.
    #[must_use]
    pub fn type_hash(&self, ty: Ty) -> u32 {
        let text = self.types.identity(ty);
        text.bytes().fold(0x811c_9dc5, |h: u32, b| {
            (h ^ u32::from(b)).wrapping_mul(0x0100_0193)
        })
    }

    /// An encoded name (`internal/abi.Name`).
    fn name_data(
        &mut self,
        name: &str,
        tag: &str,
        exported: bool,
        embedded: bool,
        pkg: Option<PkgId>,
    ) -> SymbolRef {
        let mut d = Data::default();
        let mut flags = 0;
        if exported {
            flags |= name_flag::EXPORTED;
        }
        if !tag.is_empty() {
            flags |= name_flag::HAS_TAG;
        }
        if embedded {
            flags |= name_flag::EMBEDDED;
        }
        if pkg.is_some() {
            flags |= name_flag::HAS_PKG_PATH;
        }
        d.push(u64::from(flags), 1);
        push_text(&mut d, name);
        if !tag.is_empty() {
            push_text(&mut d, tag);
        }
        match pkg {
            None => {
                let bytes = d.items();
                match &bytes[..] {
                    [DataItem::Bytes(b)] => self.bytes(b),
                    _ => self.bytes(&[0, 0]),
                }
            }
            Some(pkg) => {
                let path_name = self.path_name(pkg);
                let path = self.types.pkg_prefix(pkg);
                d.push_addr32(path_name);
                let symbol = format!("go:name.{path}.{flags}.{name}.{tag}");
                self.define(
                    &symbol,
                    Linkage::LinkOnce,
                    Section::ReadOnlyRelocated,
                    1,
                    d.items(),
                )
            }
        }
    }

    /// Makes a descriptor.
    pub(crate) fn emit_descriptor(&mut self, ty: Ty) {
        let layout = self.types.layout(ty);
        let kind = self.types.under_kind(ty);
        let named = matches!(self.types.kind(ty), Kind::Named(_) | Kind::Basic(_));
        let methods: Vec<Found> = if self.types.is_interface(ty) {
            Vec::new()
        } else {
            self.types.method_set(ty)
        };
        let uncommon = named || !methods.is_empty();
        let comparable = self.is_comparable(ty);
        let mut d = Data::default();
        d.push(layout.size, 8);
        d.push(layout.ptr_bytes, 8);
        d.push(u64::from(self.type_hash(ty)), 4);
        let mut flags = 0;
        if uncommon {
            flags |= tflag::UNCOMMON;
        }
        if named {
            flags |= tflag::NAMED;
        }
        if comparable && self.is_regular_memory(ty) {
            flags |= tflag::REGULAR_MEMORY;
        }
        if self.types.is_direct(ty) {
            flags |= tflag::DIRECT_IFACE;
        }
        let words = layout.ptr_bytes / 8;
        if words > MAX_MASK_WORDS {
            flags |= tflag::GC_MASK_ON_DEMAND;
        }
        d.push(u64::from(flags), 1);
        d.push(layout.align, 1);
        d.push(layout.align, 1);
        d.push(abi_kind(&kind) as u64, 1);
        let equal = comparable.then(|| {
            let name = self.equal_function(ty);
            self.code_value_of(&name)
        });
        d.push_addr(equal);
        let mask = self.mask(ty, words);
        d.push_addr(mask);
        let shown = self.types.shown(ty);
        let exported = self.exported_type(ty);
        let str_name = self.name_data(&shown, "", exported, false, None);
        d.push_addr32(str_name);
        // The pointer type that `reflect` would make itself has no methods.
        let pointer = self.types.pointer(ty);
        if !self.types.method_set(pointer).is_empty() {
            let pointer = self.descriptor(pointer);
            d.push_addr32(pointer);
        } else {
            d.push(0, 4);
        }
        let tail = self.kind_part(ty, &kind, &mut d, uncommon);
        if uncommon {
            self.uncommon_part(ty, &methods, &tail, &mut d);
        }
        d.append(&tail);
        if uncommon {
            self.method_array(ty, &methods, &mut d);
        }
        let name = format!("type:{}", self.types.identity(ty));
        let linkage = if self.home(ty).is_some() {
            Linkage::Export
        } else {
            Linkage::LinkOnce
        };
        let symbol = self.define(&name, linkage, Section::ReadOnlyRelocated, 8, d.items());
        // `reflect` looks for existing unnamed types before it makes one.
        let linked = matches!(
            kind,
            Kind::Pointer(_)
                | Kind::Array(..)
                | Kind::Chan(..)
                | Kind::Func(_)
                | Kind::Map(..)
                | Kind::Slice(_)
                | Kind::Struct(_)
        );
        if linked && !named {
            self.link_entry(Section::TypeLink, symbol);
        }
    }

    /// Puts a descriptor or itab into the table that the linker collects of them.
    fn link_entry(&mut self, table: Section, of: SymbolRef) {
        let name = format!("go:link.{}", self.module.name(of));
        let items = vec![DataItem::Address(of, 0)];
        self.define(&name, Linkage::LinkOnce, table, 8, items);
    }

    fn mask(&mut self, ty: Ty, words: u64) -> Option<SymbolRef> {
        if words == 0 {
            return None;
        }
        if words > MAX_MASK_WORDS {
            let name = format!("go:gcmask.{}", self.types.identity(ty));
            let items = vec![DataItem::Zero(8)];
            return Some(self.define(&name, Linkage::LinkOnce, Section::NoPointers, 8, items));
        }
        let mask = self.types.pointer_mask(ty);
        let mut bytes = vec![0u8; mask.len().div_ceil(8).next_multiple_of(8)];
        for (i, &p) in mask.iter().enumerate() {
            if p {
                bytes[i / 8] |= 1 << (i % 8);
            }
        }
        Some(self.bytes(&bytes))
    }

    /// Fields after the common head; gives the variable part that goes behind the uncommon part.
    fn kind_part(&mut self, ty: Ty, kind: &Kind, d: &mut Data, uncommon: bool) -> Data {
        let mut tail = Data::default();
        match kind {
            Kind::Array(len, elem) => {
                let slice = self.types.slice(*elem);
                let (e, s) = (self.descriptor(*elem), self.descriptor(slice));
                d.push_addr(Some(e));
                d.push_addr(Some(s));
                d.push(*len, 8);
            }
            Kind::Slice(elem) | Kind::Pointer(elem) => {
                let e = self.descriptor(*elem);
                d.push_addr(Some(e));
            }
            Kind::Chan(dir, elem) => {
                let e = self.descriptor(*elem);
                d.push_addr(Some(e));
                d.push(*dir as u64, 8);
            }
            Kind::Func(f) => {
                d.push(f.params.len() as u64, 2);
                let out = f.results.len() as u64 | if f.variadic { 1 << 15 } else { 0 };
                d.push(out, 2);
                d.push(0, 4);
                for &t in f.params.iter().chain(&f.results) {
                    let t = self.descriptor(t);
                    tail.push_addr(Some(t));
                }
            }
            Kind::Interface(methods) => {
                let pkg = self.declaring_package(ty);
                let path = pkg.map(|p| self.path_name(p));
                d.push_addr(path);
                self.push_self_slice(ty, d, methods.len(), uncommon, 80);
                for m in methods.iter() {
                    // A package path is there if it is not the type's own.
                    let other = m.pkg.filter(|_| m.pkg != pkg);
                    let n = self.name_data(&m.name, "", m.name.is_exported(), false, other);
                    let t = self.descriptor(m.ty);
                    tail.push_addr32(n);
                    tail.push_addr32(t);
                }
            }
            Kind::Map(key, elem) => self.map_part(*key, *elem, d),
            Kind::Struct(fields) => {
                let pkg = fields.iter().find_map(|f| f.pkg);
                let path = pkg.map(|p| self.path_name(p));
                d.push_addr(path);
                self.push_self_slice(ty, d, fields.len(), uncommon, 80);
                let offsets = self.types.layout(ty).offsets.clone();
                for (f, &offset) in fields.iter().zip(&offsets) {
                    let n = self.name_data(&f.name, &f.tag, f.name.is_exported(), f.embedded, None);
                    let t = self.descriptor(f.ty);
                    tail.push_addr(Some(n));
                    tail.push_addr(Some(t));
                    tail.push(offset, 8);
                }
            }
            _ => {}
        }
        tail
    }

    /// A slice of the part behind this descriptor's fixed parts.
    fn push_self_slice(&mut self, ty: Ty, d: &mut Data, n: usize, uncommon: bool, fixed: i64) {
        let name = format!("type:{}", self.types.identity(ty));
        let own = self.symbol(&name);
        let at = d.len();
        d.push(0, 8);
        if n > 0 {
            d.put_addr(at, own, fixed + if uncommon { 16 } else { 0 });
        }
        d.push(n as u64, 8);
        d.push(n as u64, 8);
    }

    fn path_name(&mut self, pkg: PkgId) -> SymbolRef {
        let path = self.types.world.package(pkg).path;
        self.name_data(path.as_str(), "", false, false, None)
    }

    fn map_part(&mut self, key: Ty, elem: Ty, d: &mut Data) {
        let wide = |ty: Ty| self.types.size(ty) > 128;
        let (ik, ie) = (wide(key), wide(elem));
        let k = if ik { self.types.pointer(key) } else { key };
        let e = if ie { self.types.pointer(elem) } else { elem };
        let slot = self.types.plain_struct(&[("key", k), ("elem", e)]);
        let slots = self.types.intern(Kind::Array(8, slot));
        let u64_ty = self.types.basic(BasicKind::Uint64);
        let group = self
            .types
            .plain_struct(&[("ctrl", u64_ty), ("slots", slots)]);
        let (kd, ed, gd) = (
            self.descriptor(key),
            self.descriptor(elem),
            self.descriptor(group),
        );
        d.push_addr(Some(kd));
        d.push_addr(Some(ed));
        d.push_addr(Some(gd));
        let hash = self.hash_function(key);
        let hasher = self.code_value_of(&hash);
        d.push_addr(Some(hasher));
        d.push(self.types.size(group), 8);
        d.push(self.types.size(slot), 8);
        d.push(self.types.layout(slot).offsets[1], 8);
        let mut flags = 0;
        if self.needs_key_update(key) {
            flags |= map_flag::NEED_KEY_UPDATE;
        }
        if self.hash_might_panic(key) {
            flags |= map_flag::HASH_MIGHT_PANIC;
        }
        if ik {
            flags |= map_flag::INDIRECT_KEY;
        }
        if ie {
            flags |= map_flag::INDIRECT_ELEM;
        }
        d.push(u64::from(flags), 4);
        d.push(0, 4);
    }

    fn declaring_package(&self, ty: Ty) -> Option<PkgId> {
        match self.types.kind(ty) {
            Kind::Named(n) => self
                .types
                .type_obj(n.origin)
                .and_then(|o| self.types.world.obj(o).pkg),
            _ => None,
        }
    }

    /// The package of a type's uncommon part: for unnamed types with methods that of what they are made of.
    fn uncommon_package(&self, ty: Ty) -> Option<PkgId> {
        match self.types.kind(ty) {
            Kind::Pointer(t) | Kind::Slice(t) | Kind::Array(_, t) | Kind::Chan(_, t) => {
                self.uncommon_package(t)
            }
            _ => self.declaring_package(ty),
        }
    }

    fn uncommon_part(&mut self, ty: Ty, methods: &[Found], tail: &Data, d: &mut Data) {
        match self.uncommon_package(ty) {
            Some(pkg) => {
                let name = self.path_name(pkg);
                d.push_addr32(name);
            }
            None if self.types.as_basic(ty) == Some(BasicKind::UnsafePointer)
                && matches!(self.types.kind(ty), Kind::Basic(_)) =>
            {
                let name = self.name_data("unsafe", "", false, false, None);
                d.push_addr32(name);
            }
            None => d.push(0, 4),
        }
        let exported = methods.iter().filter(|m| m.name.is_exported()).count();
        d.push(methods.len() as u64, 2);
        d.push(exported as u64, 2);
        d.push(16 + tail.len(), 4);
        d.push(0, 4);
    }

    fn method_array(&mut self, ty: Ty, methods: &[Found], d: &mut Data) {
        let pkg = self.uncommon_package(ty);
        for m in methods {
            let other = m.pkg.filter(|_| m.pkg != pkg);
            let n = self.name_data(&m.name, "", m.name.is_exported(), false, other);
            let t = self.descriptor(m.ty);
            let id = self.method_id(m.name, m.pkg, m.ty);
            d.push_addr32(n);
            // An interface that asks for the method has this type too.
            self.push_weak(d, t, Need::Other, false);
            let ifn = self.word_method_symbol(ty, m);
            self.push_weak(d, ifn, Need::Called(id), false);
            if m.name.is_exported() {
                let tfn = self.method_value_code(ty, m);
                self.push_weak(d, tfn, Need::Reflected(id), false);
            } else {
                // Reflection gives exported methods only.
                d.push(0, 4);
            }
        }
    }

    /// Appends an address that is there if it is needed.
    fn push_weak(&self, d: &mut Data, to: SymbolRef, need: Need, wide: bool) {
        match (self.module.name(to).contains('"'), wide) {
            (false, _) => d.push_weak(to, need, wide),
            // The link script cannot name it. Tags in types of structs are the only quotes.
            (true, true) => d.push_addr(Some(to)),
            (true, false) => d.push_addr32(to),
        }
    }

    /// The code that `reflect.Type.Method` makes a function value of: it takes a closure context, which it drops.
    fn method_value_code(&mut self, ty: Ty, m: &Found) -> SymbolRef {
        let symbol = self.method_symbol(ty, m);
        let Some(f) = self.types.as_func(m.ty) else {
            return symbol;
        };
        let mut params = vec![ty];
        params.extend_from_slice(&f.params);
        let sig = self.signature_of(&[], &params, &f.results);
        let name = self.module.name(symbol).to_string();
        self.request(Work::Adapter(name.clone(), sig));
        self.symbol(&format!("{name}{ADAPTER_SUFFIX}"))
    }

    fn exported_type(&self, ty: Ty) -> bool {
        match self.types.kind(ty) {
            Kind::Pointer(base) => self.exported_type(base),
            Kind::Named(n) => self
                .types
                .type_obj(n.origin)
                .is_some_and(|o| self.types.world.obj(o).is_exported()),
            _ => false,
        }
    }
}

fn push_text(d: &mut Data, text: &str) {
    let mut n = text.len() as u64;
    while n >= 0x80 {
        d.push(n & 0x7f | 0x80, 1);
        n >>= 7;
    }
    d.push(n, 1);
    d.push_bytes(text.as_bytes());
}

fn abi_kind(kind: &Kind) -> AbiKind {
    use AbiKind as A;
    use BasicKind as B;
    match kind {
        Kind::Basic(b) => match b {
            B::Bool => A::Bool,
            B::Int8 => A::Int8,
            B::Int16 => A::Int16,
            B::Int32 => A::Int32,
            B::Int64 => A::Int64,
            B::Uint => A::Uint,
            B::Uint8 => A::Uint8,
            B::Uint16 => A::Uint16,
            B::Uint32 => A::Uint32,
            B::Uint64 => A::Uint64,
            B::Uintptr => A::Uintptr,
            B::Float32 => A::Float32,
            B::Float64 => A::Float64,
            B::Complex64 => A::Complex64,
            B::Complex128 => A::Complex128,
            B::String => A::String,
            B::UnsafePointer => A::UnsafePointer,
            _ => A::Int,
        },
        Kind::Array(..) => A::Array,
        Kind::Slice(_) => A::Slice,
        Kind::Pointer(_) => A::Pointer,
        Kind::Map(..) => A::Map,
        Kind::Chan(..) => A::Chan,
        Kind::Func(_) => A::Func,
        Kind::Interface(_) => A::Interface,
        _ => A::Struct,
    }
}
