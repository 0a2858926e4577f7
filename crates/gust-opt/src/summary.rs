//! What is known of functions whose code is elsewhere.

use gust_ir::{Module, parse};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write as _;

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
    /// Functions that may be inlined, in a module of their own.
    pub(crate) bodies: Module,
    /// Place in `bodies.functions` by symbol name.
    pub(crate) by_name: FxHashMap<String, usize>,
}

const HEADER: &str = "gust summaries 1";

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
        let _ = write!(out, "{}", self.bodies);
        out.into_bytes()
    }

    /// Reads what [`Summaries::to_bytes`] gave; `None` if it is something else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut text = std::str::from_utf8(bytes).ok()?;
        let mut line = || {
            let (first, rest) = text.split_once('\n')?;
            text = rest;
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
        let bodies = parse::module(text).ok()?;
        Some(Self::new(flows, bodies))
    }

    pub(crate) fn new(flows: FxHashMap<String, FuncSummary>, bodies: Module) -> Self {
        let by_name = bodies
            .functions
            .iter()
            .enumerate()
            .map(|(i, f)| (bodies.name(f.symbol).to_string(), i))
            .collect();
        Self {
            flows,
            bodies,
            by_name,
        }
    }
}
