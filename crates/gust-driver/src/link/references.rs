//! What the functions and variables of a package refer to, for finding out which methods a program needs.
//!
//! [`references`] sums up a package's IR behind the IR's optimiser: LLVM only removes from that. The summary is kept in the
//! build cache beside the object and read by [`live`](super::live). Names are 64-bit hashes in it, but for those that the
//! link script has to spell out.
//!
//! # Form
//!
//! [`MAGIC`]; the number of hashes (4 bytes, little-endian); the hashes, 8 bytes each; then items up to the end, made of
//! unsigned varints, where "hash" is the index of one:
//!
//! - hash of the symbol, [`Kind`];
//! - number of edges, and for each `hash << 2 |` [`Way`];
//! - number of weak addresses, and for each `hash << 2 |` [`Needed`]; for others than [`Needed::Otherwise`] the hashes of the
//!   method's id and of its bare name, and one plus that of its type (0: none); the length of the symbol's name, and the name.

use gust_abi::entry::Entry;
use gust_ir::{
    CallTarget, DataItem, Function, Global, InstData, Module, Need, Section, SymbolRef, Value,
    ValueDef,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// What a summary begins with.
pub const MAGIC: &[u8; 8] = b"gustref1";

/// What the symbols of type descriptors begin with.
const DESCRIPTOR: &str = "type:";

/// What the symbols of itabs begin with.
const ITAB: &str = "go:itab.";

/// What kind of thing refers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Code or variable.
    Plain,
    /// Type descriptor: what it refers to can be reached by reflection if it can itself.
    Descriptor,
    /// Itab.
    Itab,
}

impl Kind {
    /// The kind that is written as this number.
    #[must_use]
    pub fn of(number: u64) -> Option<Self> {
        let all = [Self::Plain, Self::Descriptor, Self::Itab];
        all.get(usize::try_from(number).ok()?).copied()
    }
}

/// Ways to refer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Uses the symbol.
    Uses,
    /// Uses the symbol, and if it is a type descriptor makes interface values of it.
    Converts,
    /// Calls the method with this id through an interface.
    Calls,
    /// Has reflection find methods of this name; the hash [`ANY_NAME`] stands for all.
    Finds,
}

impl Way {
    /// The way that is written in the low two bits of a number.
    #[must_use]
    pub fn of(number: u64) -> Self {
        [Self::Uses, Self::Converts, Self::Calls, Self::Finds][number as usize & 3]
    }
}

/// What needs a weak address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// It is needed if something else needs the symbol.
    Otherwise,
    /// Calls of an unexported method need it.
    Called,
    /// Calls of an exported method, or reflection.
    CalledOrFound,
    /// Reflection.
    Found,
}

impl Needed {
    /// The need that is written in the low two bits of a number.
    #[must_use]
    pub fn of(number: u64) -> Self {
        [
            Self::Otherwise,
            Self::Called,
            Self::CalledOrFound,
            Self::Found,
        ][number as usize & 3]
    }
}

/// An index, with something else in two bits below it.
fn packed(index: u64, low: u64) -> u64 {
    index << 2 | low
}

/// The hash that stands for all names of methods.
pub const ANY_NAME: u64 = 0;

/// The hash of a name.
#[must_use]
pub fn hash(name: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// Sums up a package.
#[must_use]
pub fn references(module: &Module) -> Vec<u8> {
    let leaf = |g: &&Global| !g.items.iter().any(|i| target(i).is_some());
    let leaves = module.globals.iter().filter(leaf).map(|g| g.symbol);
    let mut maker = Maker {
        module,
        leaves: leaves.collect(),
        entries: Entry::ALL.iter().map(|e| e.symbol()).collect(),
        texts: FxHashMap::default(),
        hashes: Vec::new(),
        known: FxHashMap::default(),
        symbols: FxHashMap::default(),
        out: Vec::new(),
    };
    for global in &module.globals {
        if let Some(bytes) = contents(global) {
            maker.texts.insert(global.symbol, bytes);
        }
    }
    for global in &module.globals {
        // Entries of tables stay with what they name, and do not keep it.
        if !matches!(global.section, Section::TypeLink | Section::ItabLink) {
            maker.global(global);
        }
    }
    for function in &module.functions {
        maker.function(function);
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend((maker.hashes.len() as u32).to_le_bytes());
    for hash in maker.hashes {
        bytes.extend(hash.to_le_bytes());
    }
    bytes.extend(maker.out);
    bytes
}

/// The symbol that an item of data names.
fn target(item: &DataItem) -> Option<SymbolRef> {
    match item {
        DataItem::Address(to, _) | DataItem::Address32(to) | DataItem::Weak { to, .. } => Some(*to),
        DataItem::Bytes(_) | DataItem::Zero(_) => None,
    }
}

/// The bytes of constants.
fn contents(global: &Global) -> Option<&[u8]> {
    match (global.section, global.items.as_slice()) {
        (Section::ReadOnly, [DataItem::Bytes(bytes)]) => Some(bytes),
        _ => None,
    }
}

struct Maker<'a> {
    module: &'a Module,
    /// Variables that refer to nothing.
    leaves: FxHashSet<SymbolRef>,
    entries: FxHashSet<&'static str>,
    texts: FxHashMap<SymbolRef, &'a [u8]>,
    hashes: Vec<u64>,
    known: FxHashMap<u64, u64>,
    symbols: FxHashMap<SymbolRef, u64>,
    out: Vec<u8>,
}

impl Maker<'_> {
    /// The index of a hash.
    fn index(&mut self, hash: u64) -> u64 {
        *self.known.entry(hash).or_insert_with(|| {
            self.hashes.push(hash);
            self.hashes.len() as u64 - 1
        })
    }

    /// The index of the hash of a symbol.
    fn symbol(&mut self, symbol: SymbolRef) -> u64 {
        if let Some(&index) = self.symbols.get(&symbol) {
            return index;
        }
        let index = self.index(hash(self.module.name(symbol)));
        self.symbols.insert(symbol, index);
        index
    }

    /// Whether nothing follows from a reference to the symbol. The runtime's entry points are needed anyway.
    fn is_leaf(&self, symbol: SymbolRef) -> bool {
        self.leaves.contains(&symbol) || self.entries.contains(self.module.name(symbol))
    }

    fn global(&mut self, global: &Global) {
        if self.leaves.contains(&global.symbol) {
            return;
        }
        let name = self.module.name(global.symbol);
        let what = if name.starts_with(DESCRIPTOR) {
            Kind::Descriptor
        } else if name.starts_with(ITAB) {
            Kind::Itab
        } else {
            Kind::Plain
        };
        let mut edges = Edges::default();
        let mut addresses = Vec::new();
        let mut count = 0;
        // The type of the method whose addresses come next.
        let mut ty = None;
        for item in &global.items {
            match item {
                DataItem::Bytes(_) | DataItem::Zero(_) => {}
                DataItem::Address(to, _) | DataItem::Address32(to) => {
                    let is_type = self.module.name(*to).starts_with(DESCRIPTOR);
                    // An itab names the interface type first.
                    let converts = match what {
                        Kind::Plain => is_type,
                        Kind::Itab => is_type && count == 1,
                        _ => false,
                    };
                    count += 1;
                    if !self.is_leaf(*to) {
                        let way = if converts { Way::Converts } else { Way::Uses };
                        edges.add(self.symbol(*to), way);
                    }
                }
                DataItem::Weak { to, need, .. } => {
                    addresses.push((*to, *need, ty));
                    if *need == Need::Other {
                        ty = Some(*to);
                    }
                }
            }
        }
        let finds = what == Kind::Plain
            && global
                .items
                .iter()
                .filter_map(target)
                .any(|to| is_lookup(self.module.name(to)));
        if finds && !is_lookup(name) {
            edges.add(self.index(ANY_NAME), Way::Finds);
        }
        self.item(global.symbol, what, edges);
        put(&mut self.out, addresses.len() as u64);
        for (to, need, ty) in addresses {
            self.weak(to, need, ty);
        }
    }

    fn item(&mut self, symbol: SymbolRef, kind: Kind, edges: Edges) {
        let symbol = self.symbol(symbol);
        put(&mut self.out, symbol);
        put(&mut self.out, kind as u64);
        let edges = edges.finish();
        put(&mut self.out, edges.len() as u64);
        for edge in edges {
            put(&mut self.out, edge);
        }
    }

    fn weak(&mut self, to: SymbolRef, need: Need, ty: Option<SymbolRef>) {
        let index = self.symbol(to);
        let text = |id: SymbolRef| self.module.name(id);
        let (need, id) = match need {
            Need::Other => (Needed::Otherwise, None),
            Need::Called(id) if bare_name(text(id)).is_none() => (Needed::Called, Some(id)),
            Need::Called(id) => (Needed::CalledOrFound, Some(id)),
            Need::Reflected(id) => (Needed::Found, Some(id)),
        };
        put(&mut self.out, packed(index, need as u64));
        if let Some(id) = id {
            let name = bare_name(self.module.name(id)).unwrap_or_default();
            let numbers = [
                self.symbol(id),
                self.index(name_hash(name)),
                ty.map_or(0, |ty| self.symbol(ty) + 1),
            ];
            for n in numbers {
                put(&mut self.out, n);
            }
        }
        let name = self.module.name(to);
        put(&mut self.out, name.len() as u64);
        self.out.extend(name.as_bytes());
    }

    fn function(&mut self, func: &Function) {
        let own = self.module.name(func.symbol);
        let mut edges = Edges::default();
        let converted = self.converted(func);
        for &inst in func.layout.iter().flat_map(|&b| &func.blocks[b].insts) {
            let data = &func.insts[inst];
            let symbol = match data {
                InstData::SymbolAddr { symbol, .. } => *symbol,
                InstData::New { ty, .. } => *ty,
                InstData::Call { target, args, .. } => match target {
                    CallTarget::Direct(symbol) => {
                        let name = self.module.name(*symbol);
                        if is_lookup(name) && !is_lookup(own) {
                            self.lookup(func, name.contains("MethodByName"), args, &mut edges);
                        }
                        if !self.is_leaf(*symbol) {
                            edges.add(self.symbol(*symbol), Way::Uses);
                        }
                        continue;
                    }
                    CallTarget::Interface { id: Some(id), .. } => {
                        let name = self.module.name(*id);
                        if is_lookup_method(name) && !is_lookup(own) {
                            self.lookup(func, name.contains(BY_NAME), args, &mut edges);
                        }
                        edges.add(self.symbol(*id), Way::Calls);
                        continue;
                    }
                    CallTarget::Interface { id: None, .. } => {
                        edges.add(self.index(ANY_NAME), Way::Finds);
                        continue;
                    }
                    CallTarget::Closure(_) => continue,
                },
                InstData::MemMove { ty: Some(ty), .. } | InstData::MemZero { ty: Some(ty), .. } => {
                    *ty
                }
                _ => continue,
            };
            if self.is_leaf(symbol) {
                continue;
            }
            let way =
                match matches!(data, InstData::SymbolAddr { .. }) && converted.contains(&symbol) {
                    true => Way::Converts,
                    false => Way::Uses,
                };
            if is_lookup(self.module.name(symbol)) && !is_lookup(own) {
                edges.add(self.index(ANY_NAME), Way::Finds);
            }
            edges.add(self.symbol(symbol), way);
        }
        self.item(func.symbol, Kind::Plain, edges);
        put(&mut self.out, 0);
    }

    /// The descriptors whose addresses a function uses for more than memory of that type, comparisons and assertions.
    fn converted(&self, func: &Function) -> FxHashSet<SymbolRef> {
        let insts = || func.layout.iter().flat_map(|&b| &func.blocks[b].insts);
        let mut types: FxHashMap<Value, SymbolRef> = FxHashMap::default();
        for &inst in insts() {
            if let InstData::SymbolAddr { symbol, .. } = &func.insts[inst]
                && self.module.name(*symbol).starts_with(DESCRIPTOR)
            {
                types.insert(func.results[inst][0], *symbol);
            }
        }
        let mut converted = FxHashSet::default();
        if types.is_empty() {
            return converted;
        }
        for &inst in insts() {
            let mut harmless = 0;
            match &func.insts[inst] {
                InstData::ICmp { .. }
                | InstData::Load { .. }
                | InstData::NilCheck { .. }
                | InstData::KeepAlive { .. }
                | InstData::DebugValue { .. } => continue,
                InstData::Call {
                    target: CallTarget::Direct(symbol),
                    ..
                } => harmless = types_only(self.module.name(*symbol)),
                _ => {}
            }
            let mut operand = 0;
            func.insts[inst].for_each_operand(|value| {
                if operand >= harmless
                    && let Some(&symbol) = types.get(&value)
                {
                    converted.insert(symbol);
                }
                operand += 1;
            });
        }
        converted
    }

    /// A function looks for methods by reflection: for that of a constant name, or for any.
    fn lookup(&mut self, func: &Function, by_name: bool, args: &[Value], edges: &mut Edges) {
        let found = by_name.then(|| self.constant_name(func, args)).flatten();
        let hash = found.map_or(ANY_NAME, |name| name_hash(&name));
        edges.add(self.index(hash), Way::Finds);
    }

    /// The constant string among the arguments.
    fn constant_name(&self, func: &Function, args: &[Value]) -> Option<String> {
        let data = |v: Value| match func.def(v) {
            ValueDef::Result(inst, _) => Some(&func.insts[inst]),
            ValueDef::Param(..) => None,
        };
        args.windows(2).find_map(|pair| {
            let (InstData::SymbolAddr { symbol, offset }, InstData::IConst { value: len }) =
                (data(pair[0])?, data(pair[1])?)
            else {
                return None;
            };
            let start = usize::try_from(*offset).ok()?;
            let end = start.checked_add(usize::try_from(*len).ok()?)?;
            let bytes = self.texts.get(symbol)?.get(start..end)?;
            String::from_utf8(bytes.to_vec()).ok()
        })
    }
}

/// Edges of an item, each once, as they are written.
#[derive(Default)]
struct Edges {
    list: Vec<u64>,
}

impl Edges {
    fn add(&mut self, index: u64, way: Way) {
        self.list.push(packed(index, way as u64));
    }

    fn finish(mut self) -> Vec<u64> {
        self.list.sort_unstable();
        self.list.dedup();
        self.list
    }
}

/// How the id of a method begins: see [`CallTarget::Interface`].
const METHOD: &str = "method:";

/// How the id of a method begins that finds others by name.
const BY_NAME: &str = "method:MethodByName:";

/// The name in a method's id if it is exported.
fn bare_name(id: &str) -> Option<&str> {
    let (name, _) = id.strip_prefix(METHOD)?.split_once(':')?;
    (!name.contains('.')).then_some(name)
}

/// The hash of a method's name alone; unlike that of any symbol.
fn name_hash(name: &str) -> u64 {
    hash(&format!("{METHOD}{name}"))
}

/// Whether a function of package `reflect` finds methods.
fn is_lookup(symbol: &str) -> bool {
    let Some(rest) = symbol.strip_prefix("reflect.") else {
        return false;
    };
    ["Value.", "(*Value).", "(*rtype).", "(*interfaceType)."]
        .iter()
        .any(|recv| {
            rest.strip_prefix(recv)
                .is_some_and(|name| name.starts_with("Method"))
        })
}

/// Whether a method of this id may be one of those, called through `reflect.Type` or the like.
fn is_lookup_method(id: &str) -> bool {
    ["method:Method:", BY_NAME, "method:Methods:"]
        .iter()
        .any(|start| id.starts_with(start))
        && (id.contains("reflect.Method") || id.contains("reflect.Value"))
}

/// How many of the first arguments of a function of the runtime are descriptors only for the memory of such values, or for
/// what a dynamic type is compared with.
fn types_only(symbol: &str) -> usize {
    const ALL: [Entry; 6] = [
        Entry::NewObject,
        Entry::MakeSlice,
        Entry::GrowSlice,
        Entry::GrowPlainSlice,
        Entry::MakeChan,
        Entry::PanicAssert,
    ];
    if ALL.iter().any(|e| e.symbol() == symbol)
        || ["runtime.map", "runtime.makemap", "internal/runtime/maps."]
            .iter()
            .any(|start| symbol.starts_with(start))
    {
        return usize::MAX;
    }
    // The second one is a dynamic type.
    usize::from([Entry::FindItab.symbol(), Entry::AssertItab.symbol()].contains(&symbol))
}

fn put(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}
