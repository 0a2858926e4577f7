//! What is known of functions whose code is elsewhere.

use gust_ir::{Module, parse};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

/// Results with higher numbers than this are not told apart from the heap.
pub(crate) const MAX_RESULTS: usize = 64;

/// Where what a pointer parameter points to may go. "Contents" is everything reached through memory from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamFlow {
    /// It may outlive the call, or be seen by unknown code.
    pub heap: bool,
    /// Its contents may.
    pub contents_heap: bool,
    /// Results that may point to it, as a bit set.
    pub results: u64,
    /// Results that may point to its contents.
    pub contents_results: u64,
}

/// What is stored where by a callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreFlow {
    /// The parameter whose address is stored; `None`: a pointer that is none of the parameters'.
    pub from: Option<u32>,
    /// Whether it is not the parameter that is stored, but its contents.
    pub from_contents: bool,
    /// The parameter that the memory stored to is of.
    pub to: u32,
    /// Whether it is the memory its contents point to.
    pub to_contents: bool,
}

/// How pointers flow through a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FuncSummary {
    /// One per parameter, then one for the closure context.
    pub params: Vec<ParamFlow>,
    /// Sorted, each once.
    pub stores: Vec<StoreFlow>,
}

impl FuncSummary {
    /// Nothing flows anywhere.
    #[must_use]
    pub(crate) fn bottom(params: usize) -> Self {
        Self {
            params: vec![ParamFlow::default(); params + 1],
            stores: Vec::new(),
        }
    }

    /// Everything escapes.
    #[must_use]
    pub(crate) fn top(params: usize) -> Self {
        let all = ParamFlow {
            heap: true,
            contents_heap: true,
            ..ParamFlow::default()
        };
        Self {
            params: vec![all; params + 1],
            stores: Vec::new(),
        }
    }
}

/// What is known of the functions of compiled packages, for their importers.
#[derive(Debug, Default)]
pub struct Summaries {
    pub(crate) flows: FxHashMap<String, FuncSummary>,
    /// Functions that may be inlined.
    pub(crate) bodies: FxHashMap<String, Body>,
    /// Itabs that these refer to: names of their methods, empty where there is none.
    pub(crate) itabs: FxHashMap<String, Vec<String>>,
}

/// A function in a module of its own. It is read when it is needed first: importers need few.
#[derive(Debug)]
pub(crate) struct Body {
    text: String,
    read: OnceLock<Option<Module>>,
}

impl Body {
    pub(crate) fn new(module: &Module) -> Self {
        Self {
            text: module.to_string(),
            read: OnceLock::new(),
        }
    }

    /// The module with the function.
    pub(crate) fn module(&self) -> Option<&Module> {
        let read = || parse::module(&self.text).ok();
        self.read.get_or_init(read).as_ref()
    }
}

const HEADER: &str = "gust summaries 2";

impl Summaries {
    /// The form that is kept in caches: deterministic.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = format!("{HEADER}\n");
        let sorted: BTreeMap<_, _> = self.flows.iter().collect();
        let _ = writeln!(out, "{}", sorted.len());
        for (name, flow) in sorted {
            let _ = writeln!(out, "{}\t{}\t{name}", flow.params.len(), flow.stores.len());
            for p in &flow.params {
                let bits = u8::from(p.heap) | u8::from(p.contents_heap) << 1;
                let _ = writeln!(out, "{bits} {:x} {:x}", p.results, p.contents_results);
            }
            for s in &flow.stores {
                let bits = u8::from(s.from_contents) | u8::from(s.to_contents) << 1;
                let from = s.from.map_or(-1, i64::from);
                let _ = writeln!(out, "{bits} {from} {}", s.to);
            }
        }
        let sorted: BTreeMap<_, _> = self.bodies.iter().collect();
        let _ = writeln!(out, "{}", sorted.len());
        for (name, body) in sorted {
            let _ = writeln!(out, "{}\t{name}", body.text.len());
            out.push_str(&body.text);
        }
        let sorted: BTreeMap<_, _> = self.itabs.iter().collect();
        let _ = writeln!(out, "{}", sorted.len());
        for (name, methods) in sorted {
            let _ = writeln!(out, "{}\t{name}", methods.len());
            for m in methods {
                let _ = writeln!(out, "{m}");
            }
        }
        out.into_bytes()
    }

    /// Reads what [`Summaries::to_bytes`] gave; `None` if it is something else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = Cell::new(std::str::from_utf8(bytes).ok()?);
        let line = || {
            let (first, behind) = rest.get().split_once('\n')?;
            rest.set(behind);
            Some(first)
        };
        if line()? != HEADER {
            return None;
        }
        let count: usize = line()?.parse().ok()?;
        let mut flows = FxHashMap::default();
        for _ in 0..count {
            let mut head = line()?.splitn(3, '\t');
            let params: usize = head.next()?.parse().ok()?;
            let stores: usize = head.next()?.parse().ok()?;
            let name = head.next()?.to_string();
            let mut flow = FuncSummary::default();
            for _ in 0..params {
                let mut f = line()?.split(' ');
                let bits: u8 = f.next()?.parse().ok()?;
                flow.params.push(ParamFlow {
                    heap: bits & 1 != 0,
                    contents_heap: bits & 2 != 0,
                    results: u64::from_str_radix(f.next()?, 16).ok()?,
                    contents_results: u64::from_str_radix(f.next()?, 16).ok()?,
                });
            }
            for _ in 0..stores {
                let mut f = line()?.split(' ');
                let bits: u8 = f.next()?.parse().ok()?;
                let from: i64 = f.next()?.parse().ok()?;
                flow.stores.push(StoreFlow {
                    from: u32::try_from(from).ok(),
                    from_contents: bits & 1 != 0,
                    to: f.next()?.parse().ok()?,
                    to_contents: bits & 2 != 0,
                });
            }
            flows.insert(name, flow);
        }
        let count: usize = line()?.parse().ok()?;
        let mut bodies = FxHashMap::default();
        for _ in 0..count {
            let (length, name) = line()?.split_once('\t')?;
            let (text, behind) = rest.get().split_at_checked(length.parse().ok()?)?;
            rest.set(behind);
            let body = Body {
                text: text.to_string(),
                read: OnceLock::new(),
            };
            bodies.insert(name.to_string(), body);
        }
        let count: usize = line()?.parse().ok()?;
        let mut itabs = FxHashMap::default();
        for _ in 0..count {
            let (methods, name) = line()?.split_once('\t')?;
            let methods: usize = methods.parse().ok()?;
            let list: Option<Vec<String>> = (0..methods).map(|_| Some(line()?.into())).collect();
            itabs.insert(name.to_string(), list?);
        }
        rest.get().is_empty().then_some(Self {
            flows,
            bodies,
            itabs,
        })
    }
}
