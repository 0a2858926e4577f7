//! Which methods a program needs.
//!
//! The tables of methods in type descriptors would keep the methods of every type that a program uses. They name code by
//! weak symbols instead, which the link script defines for the methods that may be called: those that a function calls
//! through an interface by that name and type, or reflection may find, of types whose values are put into interfaces. The
//! rules are those of the official linker, but for two: which types implement which interfaces does not depend on what is
//! left out, since the type of a method is there exactly if something else of the program has it; and what `reflect` alone
//! calls is left out of programs that look for no methods.
//!
//! [`Graph`] is made of the [summaries](super::references) of all packages. The walk begins at what runs anyway. What it
//! finds is more than what the linker keeps, which sees the code behind LLVM; that is the way to be wrong that does no harm.

use super::references::{ANY_NAME, Kind, MAGIC, Needed, Way, hash};
use gust_abi::convention::WEAK_PREFIX;
use gust_abi::entry::Entry;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// Takes the place of methods that are not needed where something has to be.
const UNREACHABLE: &str = "runtime.unreachableMethod";

/// No definition.
const NONE: u32 = u32::MAX;

/// The functions and variables of a program and what they refer to.
#[derive(Default)]
pub struct Graph<'a> {
    ids: FxHashMap<u64, u32>,
    /// By id, the newest definition: several packages may have one.
    newest: Vec<u32>,
    definitions: Vec<Definition>,
    edges: Vec<Edge>,
    weak: Vec<WeakAddress<'a>>,
}

struct Edge {
    to: u32,
    way: Way,
}

struct Definition {
    kind: Kind,
    edges: Range<usize>,
    weak: Range<usize>,
    /// Another one of the same symbol.
    next: u32,
}

#[derive(Clone, Copy)]
struct WeakAddress<'a> {
    to: u32,
    need: Needed,
    method: u32,
    name: u32,
    ty: Option<u32>,
    text: &'a str,
}

impl<'a> Graph<'a> {
    /// Adds what a package refers to; `None` if these are no such bytes.
    #[must_use]
    pub fn add(&mut self, bytes: &'a [u8]) -> Option<()> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (count, rest) = rest.split_first_chunk()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (hashes, items) = rest.split_at_checked(count.checked_mul(8)?)?;
        let mut ids = Vec::with_capacity(count);
        for hash in hashes.chunks_exact(8) {
            let hash = u64::from_le_bytes(*hash.first_chunk()?);
            ids.push(self.id(hash));
        }
        let mut reader = Reader(items);
        while !reader.0.is_empty() {
            let symbol = *ids.get(reader.index()?)?;
            let kind = Kind::of(reader.number()?)?;
            let first_edge = self.edges.len();
            for _ in 0..reader.number()? {
                let packed = reader.number()?;
                let to = *ids.get(usize::try_from(packed >> 2).ok()?)?;
                self.edges.push(Edge {
                    to,
                    way: Way::of(packed),
                });
            }
            let first_weak = self.weak.len();
            for _ in 0..reader.number()? {
                self.weak.push(reader.weak(&ids)?);
            }
            let next = std::mem::replace(
                &mut self.newest[symbol as usize],
                self.definitions.len() as u32,
            );
            self.definitions.push(Definition {
                kind,
                edges: first_edge..self.edges.len(),
                weak: first_weak..self.weak.len(),
                next,
            });
        }
        Some(())
    }

    fn id(&mut self, hash: u64) -> u32 {
        *self.ids.entry(hash).or_insert_with(|| {
            self.newest.push(NONE);
            self.newest.len() as u32 - 1
        })
    }

    /// The lines of the link script that define the weak symbols which are needed by a program that begins with `roots`.
    #[must_use]
    pub fn script<'r>(mut self, roots: impl Iterator<Item = &'r str>) -> String {
        let mut work = Vec::new();
        let entries = Entry::ALL.iter().map(|e| e.symbol());
        for name in roots.chain(entries).chain([UNREACHABLE]) {
            work.push(self.id(hash(name)));
        }
        let any_name = self.id(ANY_NAME);
        let mut walk = Walk {
            graph: &self,
            any_name,
            state: vec![0; self.newest.len()],
            work: Vec::new(),
            pending: Vec::new(),
        };
        for id in work {
            walk.mark(id, LIVE);
        }
        walk.run();
        walk.script()
    }

    fn definitions(&self, id: u32) -> impl Iterator<Item = &Definition> {
        let mut next = self.newest[id as usize];
        std::iter::from_fn(move || {
            let definition = self.definitions.get(next as usize)?;
            next = definition.next;
            Some(definition)
        })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u64> {
        let (mut n, mut bits) = (0, 0);
        loop {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            n |= u64::from(byte & 0x7f) << bits;
            bits += 7;
            if byte < 0x80 {
                return Some(n);
            }
            if bits > 56 {
                return None;
            }
        }
    }

    fn index(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn weak(&mut self, ids: &[u32]) -> Option<WeakAddress<'a>> {
        let head = self.number()?;
        let to = *ids.get(usize::try_from(head >> 2).ok()?)?;
        let need = Needed::of(head);
        let (mut method, mut name, mut ty) = (0, 0, None);
        if need != Needed::Otherwise {
            method = *ids.get(self.index()?)?;
            name = *ids.get(self.index()?)?;
            ty = match self.index()? {
                0 => None,
                n => Some(*ids.get(n - 1)?),
            };
        }
        let length = self.index()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(WeakAddress {
            to,
            need,
            method,
            name,
            ty,
            text: std::str::from_utf8(text).ok()?,
        })
    }
}

/// What is known of a symbol, a method's id or a method's name. The program has it.
const LIVE: u8 = 1;
/// Of a descriptor: there are interface values of the type, or reflection can make some.
const CONVERTED: u8 = 2;
/// Of a method: it is called through an interface. Of a name: reflection looks for it.
const WANTED: u8 = 4;

struct Walk<'g, 'a> {
    graph: &'g Graph<'a>,
    any_name: u32,
    state: Vec<u8>,
    /// Symbols of which more is known than has been looked at.
    work: Vec<(u32, u8)>,
    /// Addresses that nothing needs so far.
    pending: Vec<WeakAddress<'a>>,
}

impl Walk<'_, '_> {
    fn mark(&mut self, id: u32, what: u8) {
        let state = &mut self.state[id as usize];
        let new = what & !*state;
        if new != 0 {
            *state |= what;
            if new & !WANTED != 0 {
                self.work.push((id, new & !WANTED));
            }
        }
    }

    fn wanted(&self, id: u32) -> bool {
        self.state[id as usize] & WANTED != 0
    }

    fn run(&mut self) {
        loop {
            while let Some((id, new)) = self.work.pop() {
                self.visit(id, new);
            }
            // What is wanted by now needs some that were not needed before.
            let mut pending = std::mem::take(&mut self.pending);
            let before = pending.len();
            pending.retain(|address| !self.need(address));
            let done = pending.len() == before;
            pending.append(&mut self.pending);
            self.pending = pending;
            if done {
                return;
            }
        }
    }

    fn visit(&mut self, id: u32, new: u8) {
        let graph = self.graph;
        for definition in graph.definitions(id) {
            let is_descriptor = definition.kind == Kind::Descriptor;
            let converted = is_descriptor && self.state[id as usize] & CONVERTED != 0;
            if new & LIVE != 0 || converted {
                for &Edge { to, way } in &graph.edges[definition.edges.clone()] {
                    match way {
                        Way::Uses if converted => self.mark(to, LIVE | CONVERTED),
                        Way::Uses => self.mark(to, LIVE),
                        Way::Converts => self.mark(to, LIVE | CONVERTED),
                        Way::Calls | Way::Finds => self.mark(to, WANTED),
                    }
                }
            }
            // A type's methods matter as soon as something can be called by them, an itab's at once.
            let matters = match is_descriptor {
                true => new & CONVERTED != 0,
                false => new & LIVE != 0,
            };
            if matters {
                self.pending.extend(&graph.weak[definition.weak.clone()]);
            }
        }
    }

    /// Whether an address is needed as far as is known; what it names is then part of the program.
    fn need(&mut self, address: &WeakAddress<'_>) -> bool {
        let called = self.wanted(address.method);
        let found = self.wanted(address.name) || self.wanted(self.any_name);
        let (called, found) = match address.need {
            Needed::Otherwise => return true,
            Needed::Called => (called, false),
            Needed::Found => (false, found),
            Needed::CalledOrFound => (called, found),
        };
        if found && let Some(ty) = address.ty {
            self.mark(ty, LIVE | CONVERTED);
        }
        if called || found {
            self.mark(address.to, LIVE);
        }
        // Reflection adds to what a call needs.
        found || called && (address.need == Needed::Called || address.ty.is_none())
    }

    fn script(&self) -> String {
        let mut out = String::new();
        let mut done = FxHashSet::default();
        for id in 0..self.graph.newest.len() as u32 {
            if self.state[id as usize] & LIVE == 0 {
                continue;
            }
            for definition in self.graph.definitions(id) {
                for address in &self.graph.weak[definition.weak.clone()] {
                    let live = self.state[address.to as usize] & LIVE != 0;
                    // The runtime tells types without a method by the zero in an itab.
                    let value = match (live, definition.kind) {
                        (true, _) => address.text,
                        (false, Kind::Itab) => UNREACHABLE,
                        (false, _) => continue,
                    };
                    if done.insert(address.to) {
                        let name = address.text;
                        out.push_str(&format!("\"{WEAK_PREFIX}{name}\" = \"{value}\";\n"));
                    }
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::references::references;
    use super::*;

    /// A type with methods `Size` (called by `use`), `Name` and `hidden`, and functions that do things with it.
    const TYPE: &str = r#"
global @type:main.T export relro align 8 {
    weak32 @"type:func() int" other
    weak32 @main.T.Name called @"method:Name:func() int"
    weak32 @main.T.Name-v reflected @"method:Name:func() int"
    weak32 @"type:func() int" other
    weak32 @main.T.Size called @"method:Size:func() int"
    weak32 @main.T.Size-v reflected @"method:Size:func() int"
    weak32 @"type:func() int" other
    weak32 @main.T.hidden called @"method:main.hidden:func() int"
    zero 4
}
global @"type:func() int" linkonce relro align 8 {
    zero 8
    addr @type:int
}
global @main.name local rodata align 1 {
    bytes "Name"
}
func @main.allocate export () -> () {
b0():
    v0: ptr = new @type:main.T size 8 align 8
    ret
}
func @main.convert export () -> (ptr) {
b0():
    v0: ptr = symbol @type:main.T
    ret v0
}
func @main.size export (ptr) -> () {
b0(v0: ptr):
    call interface v0.0 @"method:Size:func() int"(v0) (ptr) -> ()
    ret
}
func @main.hide export (ptr) -> () {
b0(v0: ptr):
    call interface v0.0 @"method:main.hidden:func() int"(v0) (ptr) -> ()
    ret
}
func @main.find export (ptr) -> () {
b0(v0: ptr):
    v1: ptr = symbol @main.name
    v2: i64 = iconst 4
    call @reflect.Value.MethodByName(v0, v1, v2) (ptr, ptr, i64) -> ()
    ret
}
func @main.any export (ptr, i64) -> () {
b0(v0: ptr, v1: i64):
    call interface v0.3 @"method:Method:func(int) reflect.Method"(v0, v1) (ptr, i64) -> ()
    ret
}
"#;

    /// What is needed if these functions run: last parts of the names.
    fn needed(roots: &[&str]) -> String {
        let module = gust_ir::parse::module(TYPE).unwrap();
        let bytes = references(&module);
        let mut graph = Graph::default();
        graph.add(&bytes).unwrap();
        let script = graph.script(roots.iter().copied());
        let mut found: Vec<_> = script
            .lines()
            .map(|line| {
                let (name, value) = line.split_once(" = ").unwrap();
                let value = value.strip_suffix(";").unwrap().trim_matches('"');
                let name = name.trim_matches('"');
                assert_eq!(name.strip_prefix(WEAK_PREFIX), Some(value));
                value.rsplit(['.', ':']).next().unwrap()
            })
            .collect();
        found.sort_unstable();
        found.join(" ")
    }

    #[test]
    fn methods_are_needed_when_values_get_into_interfaces_and_something_calls_them() {
        assert_eq!(needed(&["main.allocate", "main.size"]), "");
        assert_eq!(needed(&["main.convert"]), "");
        assert_eq!(needed(&["main.convert", "main.size"]), "Size");
        assert_eq!(needed(&["main.convert", "main.hide"]), "hidden");
    }

    #[test]
    fn reflection_finds_exported_methods_with_their_types() {
        assert_eq!(needed(&["main.allocate", "main.any"]), "");
        let name = needed(&["main.convert", "main.find"]);
        assert_eq!(name, "Name Name-v func() int");
        let all = needed(&["main.convert", "main.any"]);
        assert_eq!(all, "Name Name-v Size Size-v func() int");
    }

    #[test]
    fn what_is_no_summary_is_refused() {
        let module = gust_ir::parse::module(TYPE).unwrap();
        let bytes = references(&module);
        for end in 0..bytes.len() {
            // Cut at the end of an item it is one of less.
            let _ = Graph::default().add(&bytes[..end]);
        }
        assert!(Graph::default().add(b"something else").is_none());
    }
}
